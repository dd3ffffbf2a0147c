#include "interp/bytecode/instr.h"

#include <string_view>

namespace taipan {
namespace {

// ---- The operand text of opcodes.def, parsed while compiling ----

constexpr bool ends_with(std::string_view s, std::string_view tail) {
  return s.size() >= tail.size() && s.substr(s.size() - tail.size()) == tail;
}

constexpr OperandKind written_kind(std::string_view word) {
  if (word == "method") return OperandKind::WriteMethod;
  if (word == "super_dst") return OperandKind::WriteSuper;
  if (word == "items[c]") return OperandKind::WriteRange;
  if (word == "items_ex") return OperandKind::WriteRangeEx;
  if (word == "dst[3]") return OperandKind::WriteTriple;
  return OperandKind::Write;
}

constexpr OperandKind read_kind(std::string_view word) {
  struct Suffix { std::string_view text; OperandKind kind; };
  constexpr Suffix kSuffixes[] = {
      {":int16", OperandKind::Int16},     {":int32", OperandKind::Int32},     {":const16", OperandKind::Const16},
      {":const32", OperandKind::Const32}, {":off16", OperandKind::Off16},     {":off32", OperandKind::Off32},
      {":site", OperandKind::Site},       {":index", OperandKind::Index},     {":local", OperandKind::ReadLocal},
      {":io", OperandKind::ReadWrite},    {":out", OperandKind::WriteLate},   {":drop", OperandKind::Clear},
      {":clear", OperandKind::Clear},     {"[2]", OperandKind::ReadPair},     {"[3]", OperandKind::ReadTriple},
      {"[n]", OperandKind::ReadCounted},  {"[free]", OperandKind::ReadFree},  {"[intrinsic]", OperandKind::ReadIntrinsic},
      {"[kind]", OperandKind::ReadKind}};
  for (const Suffix& s : kSuffixes)
    if (ends_with(word, s.text)) return s.kind;
  if (word == "window") return OperandKind::Window;
  if (word == "_") return OperandKind::None;
  return OperandKind::Read;
}

constexpr OpInfo parse_op(const char* name, const char* text, u16 effects, FeedbackKind feedback) {
  OpInfo info;
  info.name = name;
  info.operands = text;
  info.effects = effects;
  info.feedback = feedback;
  std::string_view rest(text);
  OperandKind* fields[] = {&info.a, &info.b, &info.c};
  usize field = 0;
  bool has_result = rest.find("<-") != std::string_view::npos;
  while (!rest.empty()) {
    usize space = rest.find(' ');
    std::string_view word = rest.substr(0, space);
    rest = space == std::string_view::npos ? std::string_view() : rest.substr(space + 1);
    if (word == "<-") { has_result = false; continue; }
    if (word == "+ext") { info.has_ext = true; continue; }
    OperandKind kind = has_result ? written_kind(word) : read_kind(word);
    *fields[field++] = kind;
    if (kind == OperandKind::ReadCounted) *fields[field++] = OperandKind::Index;
  }
  return info;
}

}  // namespace

constexpr OpInfo kOpInfo[kOpCount] = {
#define OP(name, operands, effects, feedback) parse_op(#name, operands, effects, FeedbackKind::feedback),
#include "interp/bytecode/opcodes.def"
#undef OP
};

u64 opcode_table_hash() {
  u64 hash = 14695981039346656037u;
  auto mix = [&](std::string_view text) {
    for (char ch : text) hash = (hash ^ static_cast<u8>(ch)) * 1099511628211u;
    hash = (hash ^ 0xFF) * 1099511628211u;
  };
  for (const OpInfo& info : kOpInfo) {
    mix(info.name);
    mix(info.operands);
  }
  return hash;
}

bool decode_instr(const Instr* code, usize size, usize index, Decoded* out) {
  if (index >= size) return false;
  Instr wide{};
  if (code[index].op == static_cast<u8>(Op::WIDE)) {
    wide = code[index];
    if (++index >= size) return false;
  }
  Instr in = code[index];
  if (in.op >= kOpCount) return false;
  const OpInfo& info = kOpInfo[in.op];
  out->op = static_cast<Op>(in.op);
  out->k = in.k;
  out->info = &info;
  out->at = static_cast<u32>(index);
  out->a = static_cast<u32>(wide.a) << 16 | in.a;
  out->b = static_cast<u32>(wide.b) << 16 | in.b;
  out->c = static_cast<u32>(wide.c) << 16 | in.c;
  bool is_wide = wide.op == static_cast<u8>(Op::WIDE);
  out->value = out->jump = 0;
  if (info.b == OperandKind::Int16) out->value = is_wide ? static_cast<i32>(out->b) : in.sb();
  if (info.c == OperandKind::Int16) out->value = is_wide ? static_cast<i32>(out->c) : in.sc();
  if (info.b == OperandKind::Int32) out->value = in.bc();
  if (info.b == OperandKind::Const32) out->b = in.ubc();
  if (info.c == OperandKind::Off16) out->jump = is_wide ? static_cast<i32>(out->c) : in.sc();
  if (info.b == OperandKind::Off32) out->jump = in.bc();
  out->ext = Instr{};
  out->next = static_cast<u32>(index + 1);
  if (info.has_ext) {
    if (index + 1 >= size || code[index + 1].op != static_cast<u8>(Op::EXT)) return false;
    out->ext = code[index + 1];
    out->next = static_cast<u32>(index + 2);
  }
  return true;
}

}  // namespace taipan
