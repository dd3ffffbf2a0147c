// Assembler: collects the instructions of one code block, with labels, protected regions, constants,
// names and sites, and turns them into the tables of a CodeSpec. It also follows reachability (code
// that cannot run is not emitted) and which locals are certainly bound (a label joins its sources).
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "interp/bytecode/code_spec.h"

namespace taipan::compiler {

// Locals that are certainly bound; those beyond the first 256 are never certain.
struct BoundSet {
  static constexpr u32 kLimit = 256;
  u64 words[kLimit / 64] = {};
  bool has(u32 reg) const { return reg < kLimit && (words[reg / 64] >> reg % 64 & 1); }
  void add(u32 reg) { if (reg < kLimit) words[reg / 64] |= u64{1} << reg % 64; }
  void remove(u32 reg) { if (reg < kLimit) words[reg / 64] &= ~(u64{1} << reg % 64); }
  void intersect(const BoundSet& o) { for (u32 i = 0; i < kLimit / 64; ++i) words[i] &= o.words[i]; }
  void subtract(const BoundSet& o) { for (u32 i = 0; i < kLimit / 64; ++i) words[i] &= ~o.words[i]; }
};

using Label = u32;
constexpr Label kNoLabel = ~0u;
using RegionId = u32;

class Assembler {
 public:
  // ---- Emission ----
  void emit(Op op, u32 a = 0, u32 b = 0, u32 c = 0, u32 k = 0);
  void emit_bc(Op op, u32 a, u32 bc, u32 k = 0);            // 32-bit operand in b:c
  void emit_ext(u32 a, u32 bc);                              // EXT of the instruction just emitted
  void emit_jump(Op op, Label target, u32 a = 0, u32 b = 0, u32 k = 0);
  bool reachable() const { return reachable_; }
  void set_position(const Position& p) { position_ = p; }
  const Position& position() const { return position_; }
  u32 size() const { return static_cast<u32>(items_.size()); }

  // ---- Labels ----
  Label new_label();
  void bind(Label label);
  // The start of a loop body, reached by a later backward jump. `entry` is the state before the loop.
  struct Flow { bool reachable = true; BoundSet bound; };
  Flow flow() const { return {reachable_, bound}; }
  void bind_loop(Label label, const Flow& entry, const BoundSet& deletable);
  void set_flow(const Flow& flow) { reachable_ = flow.reachable; bound = flow.bound; }
  bool is_bound(Label label) const { return labels_[label].at != kNoLabel; }

  // ---- Protected regions ----
  RegionId open_region(u32 depth, u32 reg);
  void suspend_region(RegionId id);
  void resume_region(RegionId id);
  void close_region(RegionId id);
  // Handler code starts here; bound locals are those at open_region, less what may be deleted.
  void begin_handler(RegionId id, const BoundSet& deletable);

  // Code emitted while it lives goes behind all other code: handlers. It must end with a jump or the like.
  struct Cold {
    explicit Cold(Assembler& as) : as(as) { ++as.cold_; }
    ~Cold() { --as.cold_; }
    Assembler& as;
  };

  // ---- Tables ----
  u32 constant(Const c);
  u32 name(std::string_view text);
  u32 site(SiteKind kind, u32 name = kNoName);
  void touch(u32 reg) { if (reachable_ && reg + 1 > nregs) nregs = reg + 1; }

  // Writes code, exceptions, positions, consts, names, sites, nregs. False: the code is too large.
  bool finish(CodeSpec* out);

  BoundSet bound;
  u32 nregs = 0;
  bool heap_frame = false;  // generators and coroutines: CALL becomes CALL_H

 private:
  struct Item {
    Op op;
    u8 k = 0;
    bool has_ext = false, wide = false, removed = false, cold = false;
    RegionId region = ~0u;
    u32 a = 0, b = 0, c = 0;
    Label label = kNoLabel;
    u32 ext_a = 0, ext_bc = 0;
    Position position;
  };
  struct LabelInfo {
    u32 at = kNoLabel;
    bool used = false;
    BoundSet bound;
  };
  struct Region {
    u32 level, start, depth, reg;
    bool open = true, used = false;
    u32 handler = kNoLabel;
    BoundSet bound;
  };
  struct Piece { RegionId region; u32 start, end; };

  Item& push(Op op, u32 k);
  void assign_regions();
  void move_cold_code();
  void thread_jumps();
  void place_ends();
  void remove_idle_jumps();
  bool lay_out(std::vector<u32>* offsets);
  void encode(const Item& item, u32 at, const std::vector<u32>& offsets, CodeSpec* out) const;
  void write_exceptions(const std::vector<u32>& offsets, CodeSpec* out) const;

  std::vector<Item> items_;
  std::vector<LabelInfo> labels_;
  std::vector<Region> regions_;
  std::vector<Piece> pieces_;
  std::vector<Const> consts_;
  std::unordered_map<std::string, u32> const_index_, name_index_;
  std::vector<std::string> names_;
  std::vector<SiteSpec> sites_;
  Position position_;
  u32 level_ = 0, cold_ = 0;
  bool reachable_ = true;
};

}  // namespace taipan::compiler
