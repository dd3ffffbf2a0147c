#include "interp/bytecode/code_spec.h"

#include <cstring>

namespace taipan {

bool same_const(const Const& x, const Const& y) {
  if (x.kind != y.kind) return false;
  switch (x.kind) {
    case ConstKind::Int: return x.integer == y.integer;
    case ConstKind::Float: return std::memcmp(&x.real, &y.real, sizeof x.real) == 0;
    case ConstKind::Complex:
      return std::memcmp(&x.real, &y.real, sizeof x.real) == 0 && std::memcmp(&x.imag, &y.imag, sizeof x.imag) == 0;
    case ConstKind::Str: case ConstKind::Bytes: case ConstKind::BigInt: return x.text == y.text;
    case ConstKind::Tuple: case ConstKind::FrozenSet: case ConstKind::Slice:
      if (x.items.size() != y.items.size()) return false;
      for (usize i = 0; i < x.items.size(); ++i)
        if (!same_const(x.items[i], y.items[i])) return false;
      return true;
    case ConstKind::Code: return x.code == y.code;
    default: return true;
  }
}

// ---- PositionTable ----
// An entry is: varint (run length << 2 | form), then by form
//   0  nothing known         1  line unchanged and one line: col, end_col - col
//   2  general: zigzag line delta, end_line - line, col + 1, end_col + 1       3  line only: zigzag delta
namespace {

void put_varint(std::vector<u8>& out, u32 n) {
  for (; n >= 0x80; n >>= 7) out.push_back(static_cast<u8>(n | 0x80));
  out.push_back(static_cast<u8>(n));
}
u32 zigzag(i32 n) { return static_cast<u32>(n) << 1 ^ static_cast<u32>(n >> 31); }
i32 unzigzag(u32 n) { return static_cast<i32>(n >> 1 ^ (0u - (n & 1))); }

struct Reader {
  const u8* at;
  const u8* end;
  bool ok = true;
  u32 varint() {
    u32 n = 0;
    for (u32 shift = 0; shift < 32; shift += 7) {
      if (at == end) return ok = false, 0;
      u8 byte = *at++;
      n |= static_cast<u32>(byte & 0x7F) << shift;
      if (!(byte & 0x80)) return n;
    }
    return ok = false, 0;
  }
};

// Calls visit(first instruction, run length, position) for each entry until it says false.
template <class Visit>
bool walk(const std::vector<u8>& bytes, Visit visit) {
  Reader in{bytes.data(), bytes.data() + bytes.size()};
  u32 index = 0;
  i32 line = 0;
  while (in.at < in.end) {
    u32 head = in.varint(), run = head >> 2;
    Position p;
    switch (head & 3) {
      case 0: break;
      case 1: {
        u32 col = in.varint(), width = in.varint();
        p = {line, line, static_cast<i32>(col), static_cast<i32>(col + width)};
        break;
      }
      case 2: {
        line = static_cast<i32>(static_cast<u32>(line) + static_cast<u32>(unzigzag(in.varint())));
        p.line = line;
        p.end_line = static_cast<i32>(static_cast<u32>(line) + in.varint());
        p.col = static_cast<i32>(in.varint() - 1);
        p.end_col = static_cast<i32>(in.varint() - 1);
        break;
      }
      default:
        line = static_cast<i32>(static_cast<u32>(line) + static_cast<u32>(unzigzag(in.varint())));
        p.line = p.end_line = line;
    }
    if (!in.ok || run == 0 || index + run < index) return false;
    if (!visit(index, run, p)) return true;
    index += run;
  }
  return in.ok;
}

}  // namespace

void PositionTable::append(const Position& position) {
  ++count_;
  if (run_ && position == pending_) {
    ++run_;
    return;
  }
  flush();
  pending_ = position;
  run_ = 1;
}

void PositionTable::flush() {
  if (!run_) return;
  const Position& p = pending_;
  i32 base = last_.line < 0 ? 0 : last_.line;
  if (p.line < 0) {
    put_varint(bytes_, run_ << 2);
  } else if (p.line == base && p.end_line == p.line && p.col >= 0 && p.end_col >= p.col) {
    put_varint(bytes_, run_ << 2 | 1);
    put_varint(bytes_, static_cast<u32>(p.col));
    put_varint(bytes_, static_cast<u32>(p.end_col - p.col));
  } else if (p.end_line == p.line && p.col < 0 && p.end_col < 0) {
    put_varint(bytes_, run_ << 2 | 3);
    put_varint(bytes_, zigzag(p.line - base));
  } else {
    put_varint(bytes_, run_ << 2 | 2);
    put_varint(bytes_, zigzag(p.line - base));
    put_varint(bytes_, static_cast<u32>(p.end_line - p.line));
    put_varint(bytes_, static_cast<u32>(p.col + 1));
    put_varint(bytes_, static_cast<u32>(p.end_col + 1));
  }
  if (p.line >= 0) last_ = p;
  run_ = 0;
}

std::vector<Position> PositionTable::decode() const {
  std::vector<Position> all;
  all.reserve(count_);
  walk(bytes_, [&](u32, u32 run, const Position& p) {
    all.insert(all.end(), run, p);
    return true;
  });
  if (run_) all.insert(all.end(), run_, pending_);
  return all;
}

Position PositionTable::find(u32 instr) const {
  Position found;
  walk(bytes_, [&](u32 first, u32 run, const Position& p) {
    if (instr - first >= run) return true;
    found = p;
    return false;
  });
  return found;
}

bool PositionTable::parse(std::vector<u8> bytes, u32 count, PositionTable* out) {
  u32 total = 0;
  bool fits = true;
  bool ok = walk(bytes, [&](u32 first, u32 run, const Position&) {
    total = first + run;
    return fits = total <= count;
  });
  if (!ok || !fits || total != count) return false;
  *out = PositionTable();
  out->bytes_ = std::move(bytes);
  out->count_ = count;
  return true;
}

}  // namespace taipan
