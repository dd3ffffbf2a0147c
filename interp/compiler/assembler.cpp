#include "interp/compiler/assembler.h"

#include <algorithm>
#include <cstring>

namespace taipan::compiler {
namespace {

Op heap_form(Op op) {
  switch (op) {
    case Op::CALL: return Op::CALL_H;
    case Op::CALL_METHOD: return Op::CALL_METHOD_H;
    case Op::CALL_KW: return Op::CALL_KW_H;
    case Op::CALL_EX: return Op::CALL_EX_H;
    default: return op;
  }
}

// Text under which equal constants meet: kind, then the bits.
void const_key(const Const& c, std::string* out) {
  out->push_back(static_cast<char>(c.kind));
  auto raw = [&](const void* p, usize n) { out->append(static_cast<const char*>(p), n); };
  u64 size = c.text.size();
  switch (c.kind) {
    case ConstKind::Int: raw(&c.integer, 8); break;
    case ConstKind::Float: raw(&c.real, 8); break;
    case ConstKind::Complex: raw(&c.real, 8); raw(&c.imag, 8); break;
    case ConstKind::Str: case ConstKind::Bytes: case ConstKind::BigInt: raw(&size, 8); *out += c.text; break;
    case ConstKind::Tuple: case ConstKind::FrozenSet: case ConstKind::Slice:
      size = c.items.size();
      raw(&size, 8);
      for (const Const& item : c.items) const_key(item, out);
      break;
    case ConstKind::Code: {
      const CodeSpec* code = c.code.get();
      raw(&code, sizeof code);
      break;
    }
    default: break;
  }
}

bool fits16(i32 n) { return n >= -0x8000 && n < 0x8000; }

}  // namespace

// ---- Emission ----

Assembler::Item& Assembler::push(Op op, u32 k) {
  Item& item = items_.emplace_back();
  item.op = heap_frame ? heap_form(op) : op;
  item.k = static_cast<u8>(k);
  item.position = position_;
  item.cold = cold_ > 0;
  if (op_info(op).effects & Ends) reachable_ = false;
  return item;
}

void Assembler::emit(Op op, u32 a, u32 b, u32 c, u32 k) {
  if (!reachable_) return;
  Item& item = push(op, k);
  item.a = a;
  item.b = b;
  item.c = c;
  if (op_info(op).c == OperandKind::Site) sites_[c].instr = size() - 1;
}

void Assembler::emit_bc(Op op, u32 a, u32 bc, u32 k) { emit(op, a, bc >> 16, bc & 0xFFFF, k); }

void Assembler::emit_ext(u32 a, u32 bc) {
  if (!reachable_) return;
  Item& item = items_.back();
  item.has_ext = true;
  item.ext_a = a;
  item.ext_bc = bc;
}

void Assembler::emit_jump(Op op, Label target, u32 a, u32 b, u32 k) {
  if (!reachable_) return;
  LabelInfo& label = labels_[target];
  if (label.at == kNoLabel) {
    if (label.used) label.bound.intersect(bound);
    else label.bound = bound;
  }
  label.used = true;
  Item& item = push(op, k);
  item.a = a;
  item.b = b;
  item.label = target;
}

// ---- Labels ----

Label Assembler::new_label() {
  labels_.emplace_back();
  return static_cast<Label>(labels_.size() - 1);
}

void Assembler::bind(Label id) {
  LabelInfo& label = labels_[id];
  label.at = size();
  if (!label.used) return;
  if (reachable_) bound.intersect(label.bound);
  else bound = label.bound;
  reachable_ = true;
}

void Assembler::bind_loop(Label id, const Flow& entry, const BoundSet& deletable) {
  labels_[id].at = size();
  reachable_ = entry.reachable;
  bound = entry.bound;
  bound.subtract(deletable);
}

// ---- Regions ----

RegionId Assembler::open_region(u32 depth, u32 reg) {
  touch(reg);
  Region& region = regions_.emplace_back();
  region.level = ++level_;
  region.start = size();
  region.depth = depth;
  region.reg = reg;
  region.bound = bound;
  return static_cast<RegionId>(regions_.size() - 1);
}

void Assembler::suspend_region(RegionId id) {
  Region& region = regions_[id];
  if (!region.open) return;
  region.open = false;
  if (region.start == size()) return;
  region.used = true;
  pieces_.push_back({id, region.start, size()});
}

void Assembler::resume_region(RegionId id) {
  regions_[id].open = true;
  regions_[id].start = size();
}

void Assembler::close_region(RegionId id) {
  suspend_region(id);
  --level_;
}

void Assembler::begin_handler(RegionId id, const BoundSet& deletable) {
  Region& region = regions_[id];
  region.handler = size();
  reachable_ = region.used;
  bound = region.bound;
  bound.subtract(deletable);
}

// ---- Tables ----

u32 Assembler::constant(Const c) {
  std::string key;
  const_key(c, &key);
  auto [at, fresh] = const_index_.try_emplace(std::move(key), static_cast<u32>(consts_.size()));
  if (fresh) consts_.push_back(std::move(c));
  return at->second;
}

u32 Assembler::name(std::string_view text) {
  auto [at, fresh] = name_index_.try_emplace(std::string(text), static_cast<u32>(names_.size()));
  if (fresh) names_.emplace_back(text);
  return at->second;
}

u32 Assembler::site(SiteKind kind, u32 name) {
  if (!reachable_) return 0;
  sites_.push_back({kind, name, 0});
  return static_cast<u32>(sites_.size() - 1);
}

// ---- Layout ----

// Finds the innermost region of each instruction.
void Assembler::assign_regions() {
  std::stable_sort(pieces_.begin(), pieces_.end(),
                   [&](const Piece& x, const Piece& y) { return regions_[x.region].level < regions_[y.region].level; });
  for (const Piece& p : pieces_)
    for (u32 i = p.start; i < p.end; ++i) items_[i].region = p.region;
}

void Assembler::move_cold_code() {
  std::vector<u32> place(items_.size() + 1);
  std::vector<Item> moved;
  moved.reserve(items_.size());
  for (bool cold : {false, true}) {
    for (usize i = 0; i < items_.size(); ++i) {
      if (items_[i].cold != cold) continue;
      place[i] = static_cast<u32>(moved.size());
      moved.push_back(items_[i]);
    }
  }
  place[items_.size()] = static_cast<u32>(moved.size());
  if (moved.empty() || !moved.back().cold) return;
  items_ = std::move(moved);
  for (LabelInfo& label : labels_)
    if (label.at != kNoLabel) label.at = place[label.at];
  for (Region& region : regions_)
    if (region.handler != kNoLabel) region.handler = place[region.handler];
  for (SiteSpec& site : sites_) site.instr = place[site.instr];
}

// A JUMP to a JUMP goes to the last target, unless tracing would miss a line on the way.
void Assembler::thread_jumps() {
  for (Item& item : items_) {
    if (item.label == kNoLabel) continue;
    for (u32 hops = 0; hops < 8; ++hops) {
      u32 at = labels_[item.label].at;
      if (at >= items_.size() || items_[at].op != Op::JUMP || &items_[at] == &item) break;
      i32 line = items_[at].position.line;
      if (line > 0 && line != item.position.line) break;
      item.label = items_[at].label;
    }
  }
}

// The end of a function has no line of its own. Each way that leads there gets an end with the line it comes from, as
// in CPython: frame.f_lineno of a frame that returns is the line of the last statement it has run.
void Assembler::place_ends() {
  const u32 n = size();
  auto bare = [&](u32 i) { return i < n && items_[i].position.line <= 0; };
  auto returns = [&](u32 i) {
    return bare(i) && (items_[i].op == Op::RETURN_CONST || items_[i].op == Op::RETURN || items_[i].op == Op::RETURN_FROM_GENERATOR);
  };
  auto end_length = [&](u32 i) -> u32 {
    if (returns(i)) return 1;
    return bare(i) && items_[i].op == Op::LOAD_CONST && returns(i + 1) ? 2 : 0;
  };
  auto position_at = [&](u32 i) {
    while (i > 0 && items_[i].position.line <= 0) --i;
    return items_[i].position;
  };
  std::vector<std::pair<u32, u32>> jumps;  // target, jump
  for (u32 i = 0; i < n; ++i) {
    if (items_[i].label != kNoLabel) jumps.emplace_back(labels_[items_[i].label].at, i);
  }
  std::sort(jumps.begin(), jumps.end());
  for (u32 end = 1; end < n; ++end) {
    const u32 length = end_length(end);
    if (length == 0) continue;
    Position own = op_info(items_[end - 1].op).falls_through() ? position_at(end - 1) : Position();
    for (auto it = std::lower_bound(jumps.begin(), jumps.end(), std::pair(end, 0u)); it != jumps.end() && it->first == end; ++it) {
      u32 from = it->second;
      Position position = position_at(from);
      if (own.line <= 0) own = position;
      if (position.line == own.line) continue;
      bool in_place = items_[from].op == Op::JUMP && length == 1;
      if (!in_place) {
        items_[from].label = new_label();
        labels_.back().at = size();
      }
      for (u32 i = 0; i < length; ++i) {
        Item copy = items_[end + i];
        copy.position = position;
        if (in_place) items_[from] = copy;
        else items_.push_back(copy);
      }
    }
    for (u32 i = 0; i < length; ++i) items_[end + i].position = own;
    end += length - 1;
  }
  // Likewise what raises again after a finally block, if only one way leads there.
  for (u32 i = 1; i + 1 < n; ++i) {
    if (!bare(i) || items_[i].op != Op::POP_EXC || !bare(i + 1) || items_[i + 1].op != Op::RERAISE) continue;
    auto it = std::lower_bound(jumps.begin(), jumps.end(), std::pair(i, 0u));
    if ((it != jumps.end() && it->first == i) || !op_info(items_[i - 1].op).falls_through()) continue;
    items_[i].position = items_[i + 1].position = position_at(i - 1);
  }
}

// A JUMP to what follows disappears, so does a NOP, unless tracing would not see its line any more.
void Assembler::remove_idle_jumps() {
  for (u32 i = size(); i-- > 0;) {
    Item& item = items_[i];
    if (item.op != Op::JUMP && item.op != Op::NOP) continue;
    u32 next = i + 1;
    while (next < size() && items_[next].removed) ++next;
    if (item.op == Op::JUMP) {
      u32 target = labels_[item.label].at;
      if (target <= i || target > next) continue;
      item.op = Op::NOP;
      item.label = kNoLabel;
    }
    item.removed = item.position.line <= 0 || (next < size() && items_[next].position.line == item.position.line);
  }
}

bool Assembler::lay_out(std::vector<u32>* offsets) {
  for (Item& item : items_) {
    const OpInfo& info = op_info(item.op);
    auto wide = [&](OperandKind kind, u32 n) {
      if (kind == OperandKind::Int16) return !fits16(static_cast<i32>(n));
      if (kind == OperandKind::Off16 || kind == OperandKind::None) return false;
      return n > 0xFFFF;
    };
    bool long_bc = info.b == OperandKind::Int32 || info.b == OperandKind::Const32 || info.b == OperandKind::Off32;
    item.wide = wide(info.a, item.a) || (!long_bc && (wide(info.b, item.b) || wide(info.c, item.c)));
  }
  offsets->resize(items_.size() + 1);
  for (bool changed = true; changed;) {
    u32 at = 0;
    for (usize i = 0; i < items_.size(); ++i) {
      (*offsets)[i] = at;
      const Item& item = items_[i];
      if (!item.removed) at += 1 + item.wide + item.has_ext;
    }
    offsets->back() = at;
    changed = false;
    for (usize i = 0; i < items_.size(); ++i) {
      Item& item = items_[i];
      if (item.label == kNoLabel || item.wide || item.removed || op_info(item.op).b == OperandKind::Off32) continue;
      i32 jump = static_cast<i32>((*offsets)[labels_[item.label].at] - (*offsets)[i]);
      if (!fits16(jump)) changed = item.wide = true;
    }
  }
  return offsets->back() < 1u << 28;
}

void Assembler::encode(const Item& item, u32 at, const std::vector<u32>& offsets, CodeSpec* out) const {
  const OpInfo& info = op_info(item.op);
  u32 b = item.b, c = item.c;
  if (item.label != kNoLabel) {
    u32 jump = offsets[labels_[item.label].at] - (at + item.wide);
    if (info.b == OperandKind::Off32) {
      b = jump >> 16;
      c = jump & 0xFFFF;
    } else {
      c = jump;
    }
  }
  if (item.wide) out->code.push_back(make_instr(Op::WIDE, 0, item.a >> 16, b >> 16, c >> 16));
  out->code.push_back(make_instr(item.op, item.k, item.a, b, c));
  if (item.has_ext) out->code.push_back(make_instr_bc(Op::EXT, 0, item.ext_a, item.ext_bc));
}

// Disjoint ranges in order, one for each run of instructions with the same handler.
void Assembler::write_exceptions(const std::vector<u32>& offsets, CodeSpec* out) const {
  for (usize i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (item.region == ~0u || item.removed) continue;
    const Region& region = regions_[item.region];
    ExceptionEntry entry{offsets[i], offsets[i + 1], offsets[region.handler], region.depth, region.reg};
    auto& all = out->exceptions;
    if (!all.empty() && all.back().end == entry.start && all.back().handler == entry.handler &&
        all.back().depth == entry.depth && all.back().reg == entry.reg)
      all.back().end = entry.end;
    else
      all.push_back(entry);
  }
}

bool Assembler::finish(CodeSpec* out) {
  assign_regions();
  move_cold_code();
  thread_jumps();
  place_ends();
  remove_idle_jumps();
  std::vector<u32> offsets;
  if (!lay_out(&offsets)) return false;
  out->code.reserve(offsets.back());
  for (usize i = 0; i < items_.size(); ++i) {
    const Item& item = items_[i];
    if (item.removed) continue;
    encode(item, offsets[i], offsets, out);
    for (u32 n = 1u + item.wide + item.has_ext; n > 0; --n) out->positions.append(item.position);
  }
  out->positions.finish();
  write_exceptions(offsets, out);
  for (SiteSpec& site : sites_) site.instr = offsets[site.instr] + items_[site.instr].wide;
  out->sites = std::move(sites_);
  out->consts = std::move(consts_);
  out->names = std::move(names_);
  out->nregs = nregs;
  return true;
}

}  // namespace taipan::compiler
