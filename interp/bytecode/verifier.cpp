#include "interp/bytecode/verifier.h"

#include <algorithm>
#include <vector>

#include "interp/bytecode/disassembler.h"

namespace taipan {
namespace {

// Of a temporary, in its low bits; above them, in one that is full, what it is (Held). Maybe: full on some paths to
// here; only DROP may touch it.
enum State : u8 { Empty, Full, Maybe };
constexpr u8 kStateBits = 2, kStateMask = 3;
constexpr u8 full_of(Held what) { return static_cast<u8>(Full | static_cast<u8>(what) << kStateBits); }
constexpr bool is_full(u8 state) { return (state & kStateMask) == Full; }

Held written_by(const Decoded& in) {
  if (in.op == Op::GET_ITER || in.op == Op::GET_AITER) return Held::Iterator;
  return in.op != Op::PUSH_EXC ? Held::Object : in.k & kInFinally ? Held::Finally : Held::Handled;
}

class Verifier {
 public:
  // States are kept where ways meet; everywhere, if somebody asks for them.
  Verifier(const CodeSpec& code, bool keep_all)
      : code_(code), nlocals_(code.nlocals()), ntemps_(code.nregs - code.nlocals()), keep_all_(keep_all) {}

  std::string run() {
    if (check_shape()) {
      rows_.assign(code_.code.size(), 0);
      now_.assign(ntemps_, Empty);
      is_target_[0] = true;
      flow(0, now_);
      while (error_.empty() && !todo_.empty()) {
        u32 at = todo_.back();
        todo_.pop_back();
        std::copy_n(row(at), ntemps_, now_.begin());
        do {
          next_ = kNowhere;
          step(at);
          at = next_;
        } while (error_.empty() && at != kNowhere);
      }
    }
    return error_.empty() ? "" : code_.qualname + ": " + error_;
  }

  std::vector<std::vector<Held>> held() const {
    std::vector<std::vector<Held>> result(rows_.size());
    for (usize i = 0; i < rows_.size(); ++i) {
      for (u32 r = 0; rows_[i] != 0 && r < ntemps_; ++r) {
        u8 state = row(i)[r];
        result[i].push_back(state == Empty ? Held::Nothing : state == Maybe ? Held::Unsure : static_cast<Held>(state >> kStateBits));
      }
    }
    return result;
  }

 private:
  bool fail(const std::string& what) {
    if (error_.empty()) error_ = "instruction " + std::to_string(at_) + " (" + describe() + "): " + what;
    return false;
  }
  std::string describe() const {
    Decoded in;
    return decode_instr(code_.code.data(), code_.code.size(), at_, &in) ? disassemble_instr(code_, at_) : "?";
  }

  // ---- Structure: everything that does not depend on paths ----

  bool check_shape() {
    if (code_.code.empty() || code_.nregs < nlocals_ || code_.arg_registers() > nlocals_) return fail("bad counts");
    if (code_.positions.count() != code_.code.size()) return fail("positions do not match the code");
    if (code_.code[0].op != static_cast<u8>(Op::RESUME)) return fail("does not start with RESUME");
    starts_.assign(code_.code.size(), false);
    is_target_.assign(code_.code.size(), false);
    std::vector<std::pair<u32, i64>> jumps;
    for (u32 i = 0; i < code_.code.size();) {
      at_ = i;
      Decoded in;
      if (!decode_instr(code_.code.data(), code_.code.size(), i, &in)) return fail("cut off or unknown");
      starts_[i] = true;
      if (!check_operands(in)) return false;
      if (in.info->is_jump()) jumps.emplace_back(i, static_cast<i64>(in.at) + in.jump);
      i = in.next;
    }
    for (auto [from, to] : jumps) {
      at_ = from;
      if (!is_start(to)) return fail("jumps into nowhere");
      is_target_[static_cast<usize>(to)] = true;
    }
    u32 last = 0;
    for (const ExceptionEntry& e : code_.exceptions) {
      at_ = e.start;
      if (e.start < last || e.start >= e.end || e.end > code_.code.size()) return fail("exception entries out of order");
      if (!is_start(e.handler) || e.depth < nlocals_ || e.depth > code_.nregs || e.reg < nlocals_ || e.reg >= code_.nregs)
        return fail("bad exception entry");
      is_target_[e.handler] = true;
      last = e.end;
    }
    return true;
  }

  bool is_start(i64 at) const { return at >= 0 && at < static_cast<i64>(code_.code.size()) && starts_[static_cast<usize>(at)]; }

  bool check_operands(const Decoded& in) {
    const OperandKind kinds[] = {in.info->a, in.info->b, in.info->c};
    const u32 values[] = {in.a, in.b, in.c};
    for (u32 i = 0; i < 3; ++i) {
      u32 n = values[i];
      switch (kinds[i]) {
        case OperandKind::Const16:
        case OperandKind::Const32:
          if (n >= code_.consts.size()) return fail("constant out of range");
          break;
        case OperandKind::Site: {
          if (n >= code_.sites.size()) return fail("site out of range");
          if (code_.sites[n].instr != in.at) return fail("site belongs to another instruction");
          bool named = code_.sites[n].kind != SiteKind::Call;
          if (named && code_.sites[n].name >= code_.names.size()) return fail("site without a name");
          break;
        }
        default: break;
      }
    }
    switch (in.op) {
      case Op::GET_FREE: case Op::GET_FREE_CELL:
        if (in.b >= code_.freevars.size()) return fail("free variable out of range");
        break;
      case Op::SET_FREE: case Op::DELETE_FREE:
        if (in.a >= code_.freevars.size()) return fail("free variable out of range");
        break;
      case Op::GET_CLASS_FREE:
        if (in.k & kCellRegister ? in.c >= code_.nregs : in.c >= code_.freevars.size()) return fail("free variable out of range");
        break;
      case Op::GET_CELL: return is_cell(in.b);
      case Op::SET_CELL: case Op::DELETE_CELL: case Op::MAKE_CELL: return is_cell(in.a);
      case Op::CHECK_BOUND: case Op::DELETE_LOCAL:
        if (in.a >= nlocals_) return fail("not a named local");
        break;
      case Op::MAKE_FUNCTION:
        if (code_.consts[in.b].kind != ConstKind::Code) return fail("constant is not code");
        break;
      case Op::CALL_INTRINSIC:
        if (in.c >= static_cast<u32>(Intrinsic::Count_)) return fail("no such intrinsic");
        break;
      case Op::CALL_KW: case Op::CALL_KW_H: {
        u32 names = in.ext.ubc();
        if (names >= code_.consts.size() || code_.consts[names].kind != ConstKind::Tuple ||
            code_.consts[names].items.size() > in.k)
          return fail("bad keyword names");
        break;
      }
      case Op::MATCH_CLASS:
        if (in.ext.ubc() >= code_.consts.size()) return fail("bad attribute names");
        break;
      default: break;
    }
    return true;
  }

  bool is_cell(u32 r) {
    return (r < nlocals_ && code_.locals[r].flags & kLocalCell) || fail("not the register of a cell");
  }

  // ---- Flow ----

  const u8* row(usize at) const { return kept_.data() + usize{rows_[at] - 1} * ntemps_; }

  // The state with which control comes to an instruction. Where it comes from one place only, the instruction before,
  // the walk goes on from there: `state` is now_ then.
  void flow(i64 to, const std::vector<u8>& state) {
    if (to < 0 || to >= static_cast<i64>(rows_.size())) return void(fail("falls off the end"));
    usize at = static_cast<usize>(to);
    if (!is_target_[at] && !keep_all_) {
      next_ = static_cast<u32>(to);
      return;
    }
    bool changed = rows_[at] == 0;
    if (changed) {
      rows_[at] = ++row_count_;
      kept_.insert(kept_.end(), state.begin(), state.end());
    } else {
      u8* known = kept_.data() + usize{rows_[at] - 1} * ntemps_;
      for (u32 i = 0; i < ntemps_; ++i) {
        if (known[i] == state[i] || known[i] == Maybe) continue;
        u8 joined = is_full(known[i]) && is_full(state[i]) ? full_of(Held::Object) : u8{Maybe};
        changed |= known[i] != joined;
        known[i] = joined;
      }
    }
    if (changed) todo_.push_back(static_cast<u32>(to));
  }

  bool in_range(u32 r) { return r < code_.nregs || fail("register r" + std::to_string(r) + " out of range"); }

  void read(u32 r, bool kill) {
    if (!in_range(r)) return;
    if (r < nlocals_) {
      if (kill) fail("kills named local r" + std::to_string(r));
      return;
    }
    if (!is_full(now_[r - nlocals_])) return void(fail("reads r" + std::to_string(r) + " which is not full"));
    if (kill) now_[r - nlocals_] = Empty;
  }
  void take(u32 first, u32 n) {
    for (u32 i = 0; i < n; ++i) read(first + i, true);
  }
  void write(u32 r, Held what = Held::Object) {
    if (!in_range(r) || r < nlocals_) return;
    if (now_[r - nlocals_] != Empty) return void(fail("overwrites r" + std::to_string(r) + " which is not empty"));
    now_[r - nlocals_] = full_of(what);
  }
  void clear(u32 r) {
    if (in_range(r) && r >= nlocals_) now_[r - nlocals_] = Empty;
  }

  void window(const Decoded& in) {
    u32 w = in.b, args = in.k;
    bool method = in.op == Op::CALL_METHOD || in.op == Op::CALL_METHOD_H ||
                  ((in.op == Op::CALL_KW || in.op == Op::CALL_KW_H) && in.ext.a & kCallMethodForm);
    if (in.op == Op::CALL_EX || in.op == Op::CALL_EX_H) args = in.k & kHasKwargs ? 2 : 1;
    u32 end = w + kWindowHeader + args + method;
    if (w < nlocals_ || !in_range(end)) return void(fail("window out of range"));
    for (u32 r = w; r < w + kWindowCallee; ++r)
      if (now_[r - nlocals_] != Empty) return void(fail("window header r" + std::to_string(r) + " is not empty"));
    take(w + kWindowCallee, end - w - kWindowCallee);
    for (u32 r = end; r < code_.nregs; ++r)
      if (now_[r - nlocals_] != Empty) return void(fail("r" + std::to_string(r) + " above the window is not empty"));
  }

  // Operands that only some minor forms have. kind_index_ is the field.
  bool is_absent(const Decoded& in) const {
    return (in.op == Op::FORMAT_VALUE && kind_index_ == 2 && !(in.k & kHasSpec)) ||
           (in.op == Op::RAISE && kind_index_ > in.minor()) || (in.op == Op::RAISE_ASSERT && !(in.k & kHasMessage));
  }

  void read_operand(const Decoded& in, OperandKind kind, u32 r, u32 next, bool kill) {
    switch (kind) {
      case OperandKind::Read:
        if (!is_absent(in)) read(r, kill);
        break;
      case OperandKind::ReadLocal:
        if (in.op != Op::CHECK_BOUND) read(r, false);
        break;
      case OperandKind::ReadWrite:
        if (in.op != Op::MAKE_CELL) read(r, false);
        break;
      case OperandKind::Clear: clear(r); break;
      case OperandKind::ReadPair: ranged(r, 2, kill); break;
      case OperandKind::ReadTriple: ranged(r, 3, kill); break;
      case OperandKind::ReadCounted: take(r, next); break;
      case OperandKind::ReadFree: ranged(r, static_cast<u32>(code_.consts[in.b].code->freevars.size()), kill); break;
      case OperandKind::ReadIntrinsic: ranged(r, intrinsic_operands(static_cast<Intrinsic>(in.c)), kill); break;
      case OperandKind::ReadKind: ranged(r, type_param_operands(static_cast<TypeParamKind>(in.k >> kMinorShift)), kill); break;
      case OperandKind::Window: window(in); break;
      default: break;
    }
  }
  void ranged(u32 r, u32 n, bool kill) {
    for (u32 i = 0; i < n; ++i) read(r + i, kill);
  }

  void write_operand(const Decoded& in, OperandKind kind, u32 r) {
    switch (kind) {
      case OperandKind::Write:
      case OperandKind::WriteLate: write(r, written_by(in)); break;
      case OperandKind::WriteMethod: write(r - 1), write(r); break;
      case OperandKind::WriteSuper:
        if (in.k & kSuperMethod) write(r - 1);
        write(r);
        break;
      case OperandKind::WriteTriple: write(r), write(r + 1), write(r + 2); break;
      case OperandKind::WriteRange:
        for (u32 i = 0; i < in.c; ++i) write(r + i);
        break;
      case OperandKind::WriteRangeEx:
        for (u32 i = 0; i < in.c + 1 + in.ext.a; ++i) write(r + i);
        break;
      default: break;
    }
  }

  const ExceptionEntry* handler_of(u32 at) const {
    usize low = 0, high = code_.exceptions.size();
    while (low < high) {
      usize mid = (low + high) / 2;
      if (code_.exceptions[mid].end <= at) low = mid + 1;
      else high = mid;
    }
    if (low == code_.exceptions.size() || code_.exceptions[low].start > at) return nullptr;
    return &code_.exceptions[low];
  }

  void exception_edge(const Decoded& in) {
    if (!(in.info->effects & (MayRaise | MayCall | Allocates | Polls))) return;
    const ExceptionEntry* e = handler_of(in.at);
    if (!e) return;
    std::vector<u8>& state = other_;
    state = now_;
    for (u32 r = e->depth; r < code_.nregs; ++r) state[r - nlocals_] = Empty;
    if (e->reg < e->depth && state[e->reg - nlocals_] != Empty) return void(fail("handler's register is in use"));
    state[e->reg - nlocals_] = full_of(Held::Exception);
    flow(e->handler, state);
  }

  void step(u32 at) {
    at_ = at;
    Decoded in;
    decode_instr(code_.code.data(), code_.code.size(), at, &in);
    exception_edge(in);
    const OpInfo& info = *in.info;
    const OperandKind kinds[] = {info.a, info.b, info.c};
    const u32 values[] = {in.a, in.b, in.c, 0};
    u8 kill_bits[] = {info.kill_a(), info.kill_b(), kKillC};
    bool kills_late = in.op == Op::FOR_ITER || in.op == Op::SEND;  // only on one way: below
    for (kind_index_ = 0; kind_index_ < 3; ++kind_index_) {
      u32 i = kind_index_;
      bool kill = in.k & kill_bits[i] && !kills_late;
      read_operand(in, kinds[i], values[i], values[i + 1], kill);
    }
    if (!error_.empty()) return;
    i64 target = static_cast<i64>(in.at) + in.jump;
    if ((in.op == Op::FOR_ITER || in.op == Op::GET_ITER) && (in.k & kLoopIndex)) {
      u32 index = (in.op == Op::FOR_ITER ? in.b : in.a) + 1;
      if (index < nlocals_ || index >= code_.nregs) return void(fail("no register for the index"));
    }
    if (in.op == Op::FOR_ITER) {
      other_ = now_;
      write(in.a);
      flow(target, now_);
      now_.swap(other_);
      if (in.k & kKillB) read(in.b, true);
      return flow(in.next, now_);
    }
    if (in.op == Op::SEND) {
      other_ = now_;
      if (in.k & kKillB) read(in.b, true);
      flow(target, now_);
      now_.swap(other_);
      return flow(in.next, now_);
    }
    for (u32 i = 0; i < 3; ++i) write_operand(in, kinds[i], values[i]);
    if (!error_.empty()) return;
    if (info.is_jump()) flow(target, now_);
    bool branch = in.op == Op::JUMP_IF_TRUE || in.op == Op::JUMP_IF_FALSE || in.op == Op::JUMP_IF_NONE || in.op == Op::JUMP_IF_NOT_NONE;
    if (branch && in.k & kKillOnFall) read(in.a, true);
    if (in.op == Op::RETURN || in.op == Op::RETURN_CONST || in.op == Op::RETURN_FROM_GENERATOR)
      for (u32 i = 0; i < ntemps_; ++i)
        if (now_[i] != Empty) return void(fail("r" + std::to_string(i + nlocals_) + " is not empty at the return"));
    if (info.falls_through()) flow(in.next, now_);
  }

  const CodeSpec& code_;
  u32 nlocals_, ntemps_;
  u32 at_ = 0, kind_index_ = 0;
  std::string error_;
  static constexpr u32 kNowhere = ~u32{0};
  const bool keep_all_;
  u32 next_ = kNowhere;            // where the walk goes on
  std::vector<bool> starts_, is_target_;
  std::vector<u32> rows_;          // of an instruction's state in kept_, counted from 1; 0: none
  u32 row_count_ = 0;
  std::vector<u8> kept_, now_, other_;
  std::vector<u32> todo_;
};

std::string verify_consts(const std::vector<Const>& consts) {
  for (const Const& c : consts) {
    std::string error = c.kind == ConstKind::Code ? verify_code(*c.code) : verify_consts(c.items);
    if (!error.empty()) return error;
  }
  return "";
}

}  // namespace

std::vector<std::vector<Held>> held_registers(const CodeSpec& code) {
  Verifier verifier(code, true);
  return verifier.run().empty() ? verifier.held() : std::vector<std::vector<Held>>(code.code.size());
}

std::string verify_code(const CodeSpec& code) {
  if (code.nregs < code.nlocals()) return "fewer registers than locals";
  std::string error = Verifier(code, false).run();
  return error.empty() ? verify_consts(code.consts) : error;
}

}  // namespace taipan
