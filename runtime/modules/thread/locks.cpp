// threading.Lock and RLock.
//
// Note [lock]: state 0 free, 1 held, 2 held and somebody sleeps. Acquire: CAS 0 -> 1 (acquire). Sleepers raise
// it to 2 under the parking bucket's lock, so a release that sees 1 knows that nobody sleeps. Release: exchange
// to 0 (seq_cst: Python code relies on it as a barrier), and if it was 2, wake one; a woken thread takes the
// lock at 2 again, because others may still sleep. Running threads may barge in: no convoys.
#include "runtime/modules/thread/thread_module.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/local.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/thread/signals.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

class Sleeping {  // a word as in Note [lock]
 public:
  bool try_acquire() {
    u32 free = 0;
    return state_.cas_acquire(free, 1);
  }
  // True: acquired. False: timed out. Error: a signal handler raised, or whoever holds it has been stopped
  // for the end of the program.
  Result<bool> acquire(Thread& t, i64 deadline) {
    if (is_exiting() && is_held()) {
      return raise(t, PythonFinalizationError, "cannot acquire lock at interpreter finalization");
    }
    for (int spin = 0; spin < 40; ++spin) {
      if (try_acquire()) return true;
      cpu_relax();
    }
    while (true) {
      u32 free = 0;
      if (state_.cas_acquire(free, 2)) return true;
      Park p{.address = &state_, .still_wanted = mark_sleeper, .data = &state_, .deadline_ns = deadline};
      switch (park(t, p)) {
        case ParkResult::TimedOut: return try_acquire();
        case ParkResult::Interrupted: TRY(safepoint(t)); break;
        default: break;
      }
    }
  }
  bool release() {  // false: was not held
    u32 old = state_.exchange_seq_cst(0);
    if (old == 2) unpark_one(&state_);
    return old != 0;
  }
  bool is_held() const { return state_.load_acquire() != 0; }
  void reset() { state_.store_release(0); }

 private:
  static bool mark_sleeper(void* data) {
    auto& state = *static_cast<Atomic<u32>*>(data);
    u32 s = state.load_relaxed();  // the CAS decides
    while (s == 1) {
      if (state.cas_relaxed(s, 2)) return true;
    }
    return s == 2;
  }
  Atomic<u32> state_;
};

Type* g_lock_type;
Type* g_rlock_type;

struct Lock : Object {
  Sleeping word;
};
Lock* lock_of(Value v) { return v.as<Lock>(); }

Result<> lock_new(Thread& t, Type& cls, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs != 0 || kwnames != nullptr) return raise(t, TypeError, "lock() takes no arguments");
  Lock* l = new_object<Lock>(t, cls);
  if (l == nullptr) return kError;
  return Result<>::from_owned(own_new(l).word());
}

Result<bool> lock_acquire(Thread& t, Value self, bool blocking, Value timeout) {
  i64 deadline = TRY(deadline_from_timeout(t, blocking, timeout));
  Sleeping& word = lock_of(self)->word;
  if (word.try_acquire()) return true;
  if (!blocking) return false;
  return word.acquire(t, deadline);
}
Status lock_release(Thread& t, Value self) {
  if (!lock_of(self)->word.release()) return raise(t, RuntimeError, "release unlocked lock");
  return kDone;
}
Result<bool> lock_enter(Thread& t, Value self) {
  Sleeping& word = lock_of(self)->word;
  if (word.try_acquire()) return true;
  return word.acquire(t, -1);
}
Status lock_exit(Thread& t, Value self, Value, Value, Value) { return lock_release(t, self); }
bool lock_locked(Thread&, Value self) { return lock_of(self)->word.is_held(); }
Status lock_reinit(Thread&, Value self) {
  lock_of(self)->word.reset();
  return kDone;
}
Result<Str> lock_repr(Thread& t, Value self) {
  char address[32];
  snprintf(address, sizeof address, "%p", static_cast<void*>(self.object()));
  return str_format(t, "<{} _thread.lock object at {}>", lock_of(self)->word.is_held() ? "locked" : "unlocked",
                    static_cast<const char*>(address));
}

const NativeDef kLockMethods[] = {
    def<lock_acquire>("acquire($self, /, blocking=True, timeout=-1)", "Takes the lock; False if it could not."),
    def<lock_acquire>("acquire_lock($self, /, blocking=True, timeout=-1)", "An old name of acquire()."),
    def<lock_release>("release($self, /)", "Gives the lock back; any thread may."),
    def<lock_release>("release_lock($self, /)", "An old name of release()."),
    def<lock_locked>("locked($self, /)", "Is the lock held?"),
    def<lock_locked>("locked_lock($self, /)", "An old name of locked()."),
    def<lock_enter>("__enter__($self, /)", "Takes the lock."),
    def<lock_exit>("__exit__($self, exc_type, exc_value, exc_tb, /)", "Gives the lock back."),
    def<lock_reinit>("_at_fork_reinit($self, /)", "Frees the lock in the child of a fork."),
};
const TypeDef kLockDef = {.name = "_thread.lock",
                          .doc = "lock()\n--\n\nA lock that one thread holds at a time.",
                          .flags = kTypeNoEdges | kTypeImmutable | kTypeWeakrefable,
                          .size = sizeof(Lock),
                          .slots = {.new_ = lock_new, .repr = lock_repr},
                          .methods = kLockMethods};

// --- RLock --------------------------------------------------------------------------------------------

struct RLock : Object {
  Sleeping word;
  Atomic<u64> owner;  // ident; written by the holder only
  u64 depth;          // holder only
};
RLock* rlock_of(Value v) { return v.as<RLock>(); }

Result<> rlock_new(Thread& t, Type& cls, const Value*, u32 nargs, Tuple* kwnames) {
  // Arguments are for the __init__ of a subclass.
  if ((nargs != 0 || kwnames != nullptr) && cls.slots.init == object_type.slots.init) {
    return raise(t, TypeError, "RLock() takes no positional arguments");
  }
  RLock* l = new_object<RLock>(t, cls);
  if (l == nullptr) return kError;
  return Result<>::from_owned(own_new(l).word());
}

bool is_owned(Thread& t, RLock* l) {
  return l->owner.load_relaxed() == t.ident;  // only this thread stores its own ident
}
Result<bool> rlock_take(Thread& t, RLock* l, bool blocking, i64 deadline, u64 depth) {
  if (!l->word.try_acquire()) {
    if (!blocking || !TRY(l->word.acquire(t, deadline))) return false;
  }
  l->owner.store_relaxed(t.ident);  // others only compare it with their own
  l->depth = depth;
  return true;
}
Result<bool> rlock_acquire(Thread& t, Value self, bool blocking, Value timeout) {
  i64 deadline = TRY(deadline_from_timeout(t, blocking, timeout));
  RLock* l = rlock_of(self);
  if (is_owned(t, l)) return ++l->depth, true;
  return rlock_take(t, l, blocking, deadline, 1);
}
Status rlock_release(Thread& t, Value self) {
  RLock* l = rlock_of(self);
  if (!is_owned(t, l)) return raise(t, RuntimeError, "cannot release un-acquired lock");
  if (--l->depth == 0) {
    l->owner.store_relaxed(0);
    l->word.release();
  }
  return kDone;
}
Result<bool> rlock_enter(Thread& t, Value self) {
  RLock* l = rlock_of(self);
  if (is_owned(t, l)) return ++l->depth, true;
  return rlock_take(t, l, true, -1, 1);
}
Status rlock_exit(Thread& t, Value self, Value, Value, Value) { return rlock_release(t, self); }
bool rlock_locked(Thread&, Value self) { return rlock_of(self)->word.is_held(); }
bool rlock_is_owned(Thread& t, Value self) { return is_owned(t, rlock_of(self)); }
i64 rlock_count(Thread& t, Value self) {
  RLock* l = rlock_of(self);
  return is_owned(t, l) ? static_cast<i64>(l->depth) : 0;
}
Result<> rlock_release_save(Thread& t, Value self) {
  RLock* l = rlock_of(self);
  if (!is_owned(t, l)) return raise(t, RuntimeError, "cannot release un-acquired lock");
  Local<> depth(t, TRY(int_from_u64(t, l->depth))), owner(t, TRY(int_from_u64(t, t.ident)));
  Local<Tuple> state(t, TRY(tuple_of(t, depth, owner)));
  l->depth = 0;
  l->owner.store_relaxed(0);
  l->word.release();
  return Result<>(state.give());
}
Status rlock_acquire_restore(Thread& t, Value self, Tuple* state) {
  u64 depth = 0;
  if (state->size() != 2 || !int_to_u64((*state)[0], &depth)) {
    return raise(t, TypeError, "state must be what _release_save() gave");
  }
  TRY(rlock_take(t, rlock_of(self), true, -1, depth));
  return kDone;
}
Status rlock_reinit(Thread&, Value self) {
  RLock* l = rlock_of(self);
  l->owner.store_relaxed(0);
  l->depth = 0;
  l->word.reset();
  return kDone;
}
Result<Str> rlock_repr(Thread& t, Value self) {
  RLock* l = rlock_of(self);
  char address[32];
  snprintf(address, sizeof address, "%p", static_cast<void*>(l));
  return str_format(t, "<{} {!T} object owner={} count={} at {}>", l->word.is_held() ? "locked" : "unlocked", self,
                    l->owner.load_relaxed(), l->depth, static_cast<const char*>(address));
}

const NativeDef kRLockMethods[] = {
    def<rlock_acquire>("acquire($self, /, blocking=True, timeout=-1)", "Takes the lock, once more if it is held by this thread."),
    def<rlock_release>("release($self, /)", "Undoes one acquire()."),
    def<rlock_locked>("locked($self, /)", "Is the lock held by some thread?"),
    def<rlock_enter>("__enter__($self, /)", "Takes the lock."),
    def<rlock_exit>("__exit__($self, exc_type, exc_value, exc_tb, /)", "Gives the lock back."),
    def<rlock_is_owned>("_is_owned($self, /)", "Does this thread hold the lock?"),
    def<rlock_count>("_recursion_count($self, /)", "How often this thread holds the lock."),
    def<rlock_release_save>("_release_save($self, /)", "Gives the lock back wholly; for conditions."),
    def<rlock_acquire_restore>("_acquire_restore($self, state, /)", "Undoes _release_save()."),
    def<rlock_reinit>("_at_fork_reinit($self, /)", "Frees the lock in the child of a fork."),
};
const TypeDef kRLockDef = {.name = "_thread.RLock",
                           .doc = "A lock that its holder may take again.",
                           .flags = kTypeNoEdges | kTypeImmutable | kTypeBase | kTypeWeakrefable,
                           .size = sizeof(RLock),
                           .slots = {.new_ = rlock_new, .repr = rlock_repr},
                           .methods = kRLockMethods};

Result<> allocate_lock(Thread& t) { return lock_new(t, *g_lock_type, nullptr, 0, nullptr); }

const NativeDef kFunctions[] = {
    def<allocate_lock>("allocate_lock($module, /)", "A new lock."),
    def<allocate_lock>("allocate($module, /)", "An old name of allocate_lock()."),
};

}  // namespace

Result<i64> deadline_from_timeout(Thread& t, bool blocking, Value timeout) {
  if (timeout.is_empty() || is_none(timeout) || (timeout.is_int() && timeout.as_int() == -1)) return i64{-1};
  f64 seconds = TRY(to_double(t, timeout));
  if (!blocking && seconds != -1) return raise(t, ValueError, "can't specify a timeout for a non-blocking call");
  if (seconds == -1) return i64{-1};
  if (!(seconds >= 0)) return raise(t, ValueError, "timeout value must be a non-negative number");
  if (seconds > 9223372036.0) return raise(t, OverflowError, "timeout value is too large");
  i64 now = monotonic_ns();
  f64 end = static_cast<f64>(now) + seconds * 1e9;
  return end >= 9.2e18 ? i64{-1} : now + static_cast<i64>(seconds * 1e9);
}

std::span<const NativeDef> lock_functions() { return kFunctions; }

Status locks_exec(Thread& t, Module* m) {
  TRY(module_add_type(t, m, kLockDef, &g_lock_type));
  TRY(module_add(t, m, "LockType", Value(g_lock_type)));
  return module_add_type(t, m, kRLockDef, &g_rlock_type);
}

}  // namespace taipan
