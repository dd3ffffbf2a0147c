// IoLock: what serialises the calls on one buffered or text object. Held across system calls and Python code
// (a raw stream written in Python), so it is no ObjectLock: waiting is detached, the holder is known.
// Taking it again is an error (buffered objects, as in CPython) or counts (text, StringIO, BytesIO).
//
// Note [io-lock]: state 0 free, 1 held, 2 held and somebody sleeps, as Note [lock] of modules/thread/locks.cpp.
// An object that is local is known to this thread alone: plain stores do. It may be published while the lock
// is held (Python code runs); then state is 1 already, and the release sees that the object is shared.
// In the child of a fork a lock that another thread held is nobody's: it is older than the process, and whoever
// comes to wait for it takes it back. (Threads stop for a fork at safepoints: what the lock guards is whole.)
#pragma once
#include "runtime/thread/thread.h"

namespace taipan::io {

class IoLock {
 public:
  // RuntimeError "reentrant call inside <repr>" if this thread holds it. Error too if a signal handler raised,
  // or if the program is exiting and a daemon thread does not let go.
  Status acquire(Thread& t, Object* o) {
    if (owner_.load_relaxed() == t.ident) return raise_reentrant(t, o);  // only this thread stores its own ident
    return take(t, o);
  }
  Status acquire_again(Thread& t, Object* o) {
    if (owner_.load_relaxed() == t.ident) return ++depth_, kDone;
    return take(t, o);
  }
  void release(Object* o) {
    if (--depth_ != 0) return;
    owner_.store_relaxed(0);
    if (o->is_local()) {
      state_.store_relaxed(0);
    } else if (state_.exchange_acq_rel(0) == 2) {
      wake();
    }
  }
  static void init();  // once, at start
  bool is_owned(const Thread& t) const { return owner_.load_relaxed() == t.ident; }

 private:
  Status take(Thread& t, Object* o) {
    u32 free = 0;
    if (o->is_local()) {
      state_.store_relaxed(1);
    } else if (!state_.cas_acquire(free, 1)) {
      TRY(take_slow(t, o));
    }
    owner_.store_relaxed(t.ident);
    process_.store_relaxed(g_process.load_relaxed());
    depth_ = 1;
    return kDone;
  }
  TP_NOINLINE Status take_slow(Thread& t, Object* o);
  TP_COLD Status raise_reentrant(Thread& t, Object* o);
  TP_NOINLINE void wake();
  void take_back();

  Atomic<u32> state_;
  u32 depth_;          // holder only
  Atomic<u64> owner_;  // Thread::ident of the holder; others only compare it with their own
  Atomic<u32> process_;           // g_process when it was taken
  static Atomic<u32> g_process;   // counts forks on the way from the first process to this one
};

// Gives the lock back at the end of the scope.
class Locked {
 public:
  Locked(IoLock& lock, Object* o) : lock_(lock), o_(o) {}
  ~Locked() {
    if (held_) lock_.release(o_);
  }
  Locked(const Locked&) = delete;
  Status take(Thread& t) {
    TRY(lock_.acquire(t, o_));
    held_ = true;
    return kDone;
  }
  Status take_again(Thread& t) {
    TRY(lock_.acquire_again(t, o_));
    held_ = true;
    return kDone;
  }
  void release() {
    if (held_) lock_.release(o_);
    held_ = false;
  }

 private:
  IoLock& lock_;
  Object* o_;
  bool held_ = false;
};

}  // namespace taipan::io
