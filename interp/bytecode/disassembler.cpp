#include "interp/bytecode/disassembler.h"

#include <cstdio>

namespace taipan {
namespace {

std::string quoted(const std::string& text) {
  std::string out = "'";
  for (char ch : text) {
    if (ch == '\n') out += "\\n";
    else if (ch == '\'' || ch == '\\') out += '\\', out += ch;
    else if (static_cast<u8>(ch) < 32) {
      char hex[8];
      std::snprintf(hex, sizeof hex, "\\x%02x", ch);
      out += hex;
    } else out += ch;
  }
  return out + "'";
}

std::string number(double x) {
  char text[40];
  std::snprintf(text, sizeof text, "%.17g", x);
  return text;
}

std::string reg(const CodeSpec& code, u32 r) {
  std::string text = "r" + std::to_string(r);
  if (r < code.locals.size()) text += "(" + code.locals[r].name + ")";
  return text;
}

std::string range(const CodeSpec& code, u32 first, u32 n) {
  if (n == 0) return "[]";
  return reg(code, first) + (n > 1 ? "..r" + std::to_string(first + n - 1) : "");
}

std::string constant(const CodeSpec& code, u32 i) { return i < code.consts.size() ? const_text(code.consts[i]) : "?"; }

}  // namespace

std::string const_text(const Const& c) {
  switch (c.kind) {
    case ConstKind::None: return "None";
    case ConstKind::False: return "False";
    case ConstKind::True: return "True";
    case ConstKind::Ellipsis: return "...";
    case ConstKind::Int: return std::to_string(c.integer);
    case ConstKind::BigInt: return c.text[0] == '-' ? "-0x" + c.text.substr(1) : "0x" + c.text;
    case ConstKind::Float: return number(c.real);
    case ConstKind::Complex: return "complex(" + number(c.real) + ", " + number(c.imag) + ")";
    case ConstKind::Str: return quoted(c.text);
    case ConstKind::Bytes: return "b" + quoted(c.text);
    case ConstKind::Code: return "<code " + c.code->qualname + ">";
    default: break;
  }
  std::string text = c.kind == ConstKind::FrozenSet ? "frozenset(" : c.kind == ConstKind::Slice ? "slice(" : "(";
  for (usize i = 0; i < c.items.size(); ++i) text += (i ? ", " : "") + const_text(c.items[i]);
  if (c.kind == ConstKind::Tuple && c.items.size() == 1) text += ",";
  return text + ")";
}

std::string disassemble_instr(const CodeSpec& code, u32 index) {
  Decoded in;
  if (!decode_instr(code.code.data(), code.code.size(), index, &in)) return "?";
  std::string text = in.info->name;
  text.resize(text.size() < 20 ? 20 : text.size() + 1, ' ');
  const OperandKind kinds[] = {in.info->a, in.info->b, in.info->c};
  const u32 values[] = {in.a, in.b, in.c, 0};
  const u8 kills[] = {in.info->kill_a(), in.info->kill_b(), kKillC};
  bool first = true;
  for (u32 i = 0; i < 3; ++i) {
    u32 n = values[i];
    std::string word;
    switch (kinds[i]) {
      case OperandKind::None: continue;
      case OperandKind::Int16: case OperandKind::Int32: word = std::to_string(in.value); break;
      case OperandKind::Const16: case OperandKind::Const32: word = constant(code, n); break;
      case OperandKind::Off16: case OperandKind::Off32: word = "-> " + std::to_string(static_cast<i64>(in.at) + in.jump); break;
      case OperandKind::Site:
        if (n < code.sites.size() && code.sites[n].name != kNoName) word = code.names[code.sites[n].name] + " ";
        word += "@" + std::to_string(n);
        break;
      case OperandKind::Index: word = "#" + std::to_string(n); break;
      case OperandKind::Window: word = "w" + std::to_string(n) + " n=" + std::to_string(in.k); break;
      case OperandKind::WriteRange: word = range(code, n, in.c); break;
      case OperandKind::WriteRangeEx: word = range(code, n, in.c + 1 + in.ext.a); break;
      case OperandKind::WriteTriple: case OperandKind::ReadTriple: word = range(code, n, 3); break;
      case OperandKind::ReadPair: word = range(code, n, 2); break;
      case OperandKind::ReadCounted: word = range(code, n, values[i + 1]); break;
      default: word = reg(code, n);
    }
    if (in.info->b != OperandKind::Window && kinds[i] >= OperandKind::Read && kinds[i] < OperandKind::Window && in.k & kills[i])
      word += "!";
    text += (first ? "" : ", ") + word;
    first = false;
  }
  if (in.info->b != OperandKind::Window && in.minor()) text += "  /" + std::to_string(in.minor());
  if (in.info->has_ext) text += "  ext " + std::to_string(in.ext.a) + " " + constant(code, in.ext.ubc());
  return text;
}

std::string disassemble(const CodeSpec& code, bool nested) {
  std::string text = "code " + code.qualname + "  regs " + std::to_string(code.nregs) + " locals " +
                     std::to_string(code.nlocals()) + "\n";
  std::vector<Position> positions = code.positions.decode();
  i32 line = -2;
  for (u32 i = 0; i < code.code.size();) {
    Decoded in;
    if (!decode_instr(code.code.data(), code.code.size(), i, &in)) break;
    char head[40];
    i32 here = i < positions.size() ? positions[i].line : -1;
    if (here != line && here > 0) std::snprintf(head, sizeof head, "%5d %5u  ", here, i);
    else std::snprintf(head, sizeof head, "      %5u  ", i);
    line = here;
    text += head + disassemble_instr(code, i) + "\n";
    i = in.next;
  }
  for (const ExceptionEntry& e : code.exceptions)
    text += "  [" + std::to_string(e.start) + ", " + std::to_string(e.end) + ") -> " + std::to_string(e.handler) +
            " depth " + std::to_string(e.depth) + " reg " + std::to_string(e.reg) + "\n";
  if (nested)
    for (const Const& c : code.consts)
      if (c.kind == ConstKind::Code) text += "\n" + disassemble(*c.code);
  return text;
}

}  // namespace taipan
