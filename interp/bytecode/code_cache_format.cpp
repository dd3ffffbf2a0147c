#include "interp/bytecode/code_cache_format.h"

#include <bit>
#include <cstring>
#include <unordered_map>

#include "compiler_hash.h"

namespace taipan {
namespace {

constexpr u32 kMaxNesting = 500;  // of constants and code; the compiler makes less

u64 checksum(const u8* data, usize size) {
  u64 hash = 0x9E3779B97F4A7C15u ^ size;
  for (; size >= 8; data += 8, size -= 8) {
    u64 word;
    std::memcpy(&word, data, 8);
    hash = std::rotl((hash ^ word) * 0xFF51AFD7ED558CCDu, 29);
  }
  for (; size; ++data, --size) hash = std::rotl((hash ^ *data) * 0xFF51AFD7ED558CCDu, 29);
  return hash ^ hash >> 32;
}

struct Writer {
  std::vector<u8> out;
  std::unordered_map<std::string, usize> seen;

  void raw(const void* data, usize size) {
    const u8* bytes = static_cast<const u8*>(data);
    out.insert(out.end(), bytes, bytes + size);
  }
  void byte(u8 n) { out.push_back(n); }
  void word(u64 n) { raw(&n, 8); }
  void num(u64 n) {
    for (; n >= 0x80; n >>= 7) byte(static_cast<u8>(n | 0x80));
    byte(static_cast<u8>(n));
  }
  // A text that was there before is a reference to it.
  void text(const std::string& s) {
    auto [at, fresh] = seen.try_emplace(s, seen.size());
    num(fresh ? u64{s.size()} << 1 : u64{at->second} << 1 | 1);
    if (fresh) raw(s.data(), s.size());
  }
  void texts(const std::vector<std::string>& all) {
    num(all.size());
    for (const std::string& s : all) text(s);
  }

  void constant(const Const& c) {
    byte(static_cast<u8>(c.kind));
    switch (c.kind) {
      case ConstKind::Int: word(static_cast<u64>(c.integer)); break;
      case ConstKind::Float: word(std::bit_cast<u64>(c.real)); break;
      case ConstKind::Complex: word(std::bit_cast<u64>(c.real)); word(std::bit_cast<u64>(c.imag)); break;
      case ConstKind::BigInt: case ConstKind::Str: case ConstKind::Bytes: text(c.text); break;
      case ConstKind::Tuple: case ConstKind::FrozenSet: case ConstKind::Slice:
        num(c.items.size());
        for (const Const& item : c.items) constant(item);
        break;
      case ConstKind::Code: code(*c.code); break;
      default: break;
    }
  }

  void code(const CodeSpec& s) {
    num(s.code.size());
    raw(s.code.data(), s.code.size() * sizeof(Instr));
    num(s.consts.size());
    for (const Const& c : s.consts) constant(c);
    texts(s.names);
    num(s.sites.size());
    for (const SiteSpec& site : s.sites) {
      byte(static_cast<u8>(site.kind));
      num(site.name == kNoName ? 0 : site.name + u64{1});
      num(site.instr);
    }
    num(s.exceptions.size());
    for (const ExceptionEntry& e : s.exceptions)
      for (u32 n : {e.start, e.end, e.handler, e.depth, e.reg}) num(n);
    num(s.positions.bytes().size());
    raw(s.positions.bytes().data(), s.positions.bytes().size());
    num(s.locals.size());
    for (const LocalSpec& local : s.locals) {
      text(local.name);
      byte(local.flags);
    }
    texts(s.varnames);
    texts(s.cellvars);
    texts(s.freevars);
    for (u32 n : {s.nregs, s.argcount, s.posonlyargcount, s.kwonlyargcount, s.flags, s.max_stack, s.firstlineno}) num(n);
    byte(static_cast<u8>(s.has_namespace | s.is_class_body << 1));
    text(s.name);
    text(s.qualname);
    text(s.filename);
  }
};

struct Parser {
  const u8* at;
  const u8* end;
  bool ok = true;
  u32 depth = 0;
  std::vector<std::string> seen = {};

  bool fail() { return ok = false; }
  usize left() const { return static_cast<usize>(end - at); }
  u8 byte() { return at < end ? *at++ : (fail(), u8{0}); }
  u64 word() {
    u64 n = 0;
    if (left() < 8) return fail(), 0;
    std::memcpy(&n, at, 8);
    at += 8;
    return n;
  }
  u64 num() {
    u64 n = 0;
    for (u32 shift = 0; shift < 63; shift += 7) {
      u8 b = byte();
      n |= static_cast<u64>(b & 0x7F) << shift;
      if (!(b & 0x80)) return n;
    }
    return fail(), 0;
  }
  u32 small() {
    u64 n = num();
    return n <= ~0u ? static_cast<u32>(n) : (fail(), 0u);
  }
  // A count of things of at least `each` bytes: never more than the bytes that are left.
  usize count(usize each = 1) {
    u64 n = num();
    return n <= left() / each ? static_cast<usize>(n) : (fail(), usize{0});
  }
  void text(std::string* out) {
    u64 head = num(), n = head >> 1;
    if (head & 1) {
      if (n < seen.size()) *out = seen[n];
      else fail();
      return;
    }
    if (n > left()) return void(fail());
    out->assign(reinterpret_cast<const char*>(at), n);
    at += n;
    seen.push_back(*out);
  }
  void texts(std::vector<std::string>* out) {
    usize n = count();
    out->resize(n);
    for (usize i = 0; i < n && ok; ++i) text(&(*out)[i]);
  }

  void constant(Const* c) {
    u8 kind = byte();
    if (!ok || kind >= static_cast<u8>(ConstKind::Count_) || ++depth > kMaxNesting) return void(fail());
    c->kind = static_cast<ConstKind>(kind);
    switch (c->kind) {
      case ConstKind::Int: c->integer = static_cast<i64>(word()); break;
      case ConstKind::Float: c->real = std::bit_cast<double>(word()); break;
      case ConstKind::Complex: c->real = std::bit_cast<double>(word()); c->imag = std::bit_cast<double>(word()); break;
      case ConstKind::BigInt:
        text(&c->text);
        if (!is_bigint(c->text)) fail();
        break;
      case ConstKind::Str: case ConstKind::Bytes: text(&c->text); break;
      case ConstKind::Tuple: case ConstKind::FrozenSet: case ConstKind::Slice: {
        usize n = count();
        if (c->kind == ConstKind::Slice && n != 3) fail();
        if (!ok) break;
        c->items.resize(n);
        for (usize i = 0; i < n && ok; ++i) constant(&c->items[i]);
        break;
      }
      case ConstKind::Code:
        c->code = std::make_shared<CodeSpec>();
        code(c->code.get());
        break;
      default: break;
    }
    --depth;
  }

  static bool is_bigint(const std::string& s) {
    usize i = !s.empty() && s[0] == '-';
    if (i == s.size()) return false;
    for (; i < s.size(); ++i)
      if (!((s[i] >= '0' && s[i] <= '9') || (s[i] >= 'a' && s[i] <= 'f'))) return false;
    return true;
  }

  void code(CodeSpec* s) {
    usize n = count(sizeof(Instr));
    s->code.resize(n);
    if (n) std::memcpy(s->code.data(), at, n * sizeof(Instr));
    at += n * sizeof(Instr);
    n = count();
    for (usize i = 0; i < n && ok; ++i) constant(&s->consts.emplace_back());
    texts(&s->names);
    n = count(3);
    for (usize i = 0; i < n && ok; ++i) {
      SiteSpec site;
      u8 kind = byte();
      u32 name = small();
      site.instr = small();
      if (kind >= static_cast<u8>(SiteKind::Count_) || name > s->names.size() || site.instr >= s->code.size()) fail();
      site.kind = static_cast<SiteKind>(kind);
      site.name = name ? name - 1 : kNoName;
      s->sites.push_back(site);
    }
    n = count(5);
    for (usize i = 0; i < n && ok; ++i) {
      ExceptionEntry e;
      for (u32* field : {&e.start, &e.end, &e.handler, &e.depth, &e.reg}) *field = small();
      if (e.start >= e.end || e.end > s->code.size() || e.handler >= s->code.size()) fail();
      s->exceptions.push_back(e);
    }
    n = count();
    std::vector<u8> positions(at, at + n);
    at += n;
    if (!PositionTable::parse(std::move(positions), static_cast<u32>(s->code.size()), &s->positions)) fail();
    n = count(2);
    for (usize i = 0; i < n && ok; ++i) {
      LocalSpec& local = s->locals.emplace_back();
      text(&local.name);
      local.flags = byte();
    }
    texts(&s->varnames);
    texts(&s->cellvars);
    texts(&s->freevars);
    for (u32* field :
         {&s->nregs, &s->argcount, &s->posonlyargcount, &s->kwonlyargcount, &s->flags, &s->max_stack, &s->firstlineno})
      *field = small();
    u8 bits = byte();
    s->has_namespace = bits & 1;
    s->is_class_body = bits & 2;
    text(&s->name);
    text(&s->qualname);
    text(&s->filename);
    if (!ok) return;
    // Registers in range: what the loop relies on without looking.
    u64 args = u64{s->argcount} + s->kwonlyargcount;
    if (args > s->locals.size() || s->arg_registers() > s->locals.size() || s->locals.size() > s->nregs ||
        s->posonlyargcount > s->argcount || s->nregs > (1u << 24) || s->code.empty())
      fail();
    for (const ExceptionEntry& e : s->exceptions)
      if (e.depth > s->nregs || e.reg >= s->nregs) fail();
  }
};

}  // namespace

u64 code_cache_magic() {
  return opcode_table_hash() ^ kCompilerHash;
}

std::vector<u8> serialize_code(const CodeSpec& code) {
  Writer body;
  body.code(code);
  Writer out;
  out.word(code_cache_magic());
  out.word(checksum(body.out.data(), body.out.size()));
  out.raw(body.out.data(), body.out.size());
  return std::move(out.out);
}

std::shared_ptr<CodeSpec> parse_code(std::string_view bytes) {
  Parser in{reinterpret_cast<const u8*>(bytes.data()), reinterpret_cast<const u8*>(bytes.data() + bytes.size())};
  if (in.word() != code_cache_magic()) return nullptr;
  u64 sum = in.word();
  if (!in.ok || sum != checksum(in.at, in.left())) return nullptr;
  auto code = std::make_shared<CodeSpec>();
  in.code(code.get());
  return in.ok && in.at == in.end ? code : nullptr;
}

}  // namespace taipan
