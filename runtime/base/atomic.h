// Atomic<T>: a word that several threads touch; every access names its memory order.
// A relaxed access says in a comment why it may be one. seq_cst stores and exchanges are full
// barriers on x86-64 (xchg) and AArch64 (swpal): R13.
#pragma once
#include <atomic>

#include "runtime/base/types.h"

namespace taipan {

template <class T>
class Atomic {
 public:
  constexpr Atomic() : v_{} {}
  constexpr explicit Atomic(T v) : v_(v) {}
  Atomic(const Atomic&) = delete;
  Atomic& operator=(const Atomic&) = delete;

  T load_relaxed() const { return v_.load(std::memory_order_relaxed); }
  T load_acquire() const { return v_.load(std::memory_order_acquire); }
  T load_seq_cst() const { return v_.load(std::memory_order_seq_cst); }
  void store_relaxed(T x) { v_.store(x, std::memory_order_relaxed); }
  void store_release(T x) { v_.store(x, std::memory_order_release); }
  void store_seq_cst(T x) { v_.store(x, std::memory_order_seq_cst); }
  T exchange_acq_rel(T x) { return v_.exchange(x, std::memory_order_acq_rel); }
  T exchange_seq_cst(T x) { return v_.exchange(x, std::memory_order_seq_cst); }
  bool cas_relaxed(T& expected, T x) {
    return v_.compare_exchange_weak(expected, x, std::memory_order_relaxed,
                                    std::memory_order_relaxed);
  }
  bool cas_acquire(T& expected, T x) {
    return v_.compare_exchange_strong(expected, x, std::memory_order_acquire,
                                      std::memory_order_relaxed);
  }
  bool cas_acq_rel(T& expected, T x) {
    return v_.compare_exchange_strong(expected, x, std::memory_order_acq_rel,
                                      std::memory_order_relaxed);
  }
  bool cas_release(T& expected, T x) {
    return v_.compare_exchange_strong(expected, x, std::memory_order_release,
                                      std::memory_order_acquire);
  }
  bool cas_seq_cst(T& expected, T x) {
    return v_.compare_exchange_strong(expected, x, std::memory_order_seq_cst,
                                      std::memory_order_seq_cst);
  }
  T fetch_add_relaxed(T x) { return v_.fetch_add(x, std::memory_order_relaxed); }
  T fetch_add_acq_rel(T x) { return v_.fetch_add(x, std::memory_order_acq_rel); }
  T fetch_add_seq_cst(T x) { return v_.fetch_add(x, std::memory_order_seq_cst); }
  T fetch_sub_acq_rel(T x) { return v_.fetch_sub(x, std::memory_order_acq_rel); }
  T fetch_or_relaxed(T x) { return v_.fetch_or(x, std::memory_order_relaxed); }
  T fetch_or_acq_rel(T x) { return v_.fetch_or(x, std::memory_order_acq_rel); }
  T fetch_and_acq_rel(T x) { return v_.fetch_and(x, std::memory_order_acq_rel); }

 private:
  std::atomic<T> v_;
};

}  // namespace taipan
