// ChunkQueue<T>: an unbounded queue with one producer, which is also its consumer; other threads read
// only how much was pushed. Keeps spare chunks, so that a push rarely needs memory and may be refused.
// Used for candidates and for retired storage (ownership_protocol.md section 3, Queue).
#pragma once
#include "runtime/base/atomic.h"

namespace taipan {

void* system_allocate(usize n);  // mimalloc or malloc; null when exhausted
void* system_allocate_aligned(usize n, usize alignment);
void system_free(void* p);

template <class T>
class ChunkQueue {
 public:
  static constexpr u64 kPerChunk = 4000 / sizeof(T);

  ~ChunkQueue() { release(); }
  // False when memory is exhausted: nothing was pushed.
  bool push(const T& entry) {
    u64 n = pushed_.load_relaxed();
    u64 at = n % kPerChunk;
    if (at == 0) [[unlikely]] {
      Chunk* c = take_chunk();
      if (!c) return false;
      c->next = nullptr;
      (last_ ? last_->next : first_) = c;
      last_ = c;
    }
    last_->entry[at] = entry;
    pushed_.store_release(n + 1);
    return true;
  }
  u64 pushed() const { return pushed_.load_acquire(); }
  u64 popped() const { return popped_; }
  u64 size() const { return pushed_.load_relaxed() - popped_; }  // owner only
  bool is_empty() const { return size() == 0; }

  T pop() {
    T entry = first_->entry[popped_ % kPerChunk];
    if (++popped_ % kPerChunk == 0) {
      Chunk* c = first_;
      first_ = c->next;
      if (!first_) last_ = nullptr;
      give_chunk(c);
    }
    return entry;
  }
  // Reads entries [from, to) in order, all not yet popped.
  template <class F>
  void for_range(u64 from, u64 to, F f) {
    if (from < popped_) from = popped_;
    if (from >= to) return;
    Chunk* c = first_;
    for (u64 skip = from / kPerChunk - popped_ / kPerChunk; skip > 0; --skip) c = c->next;
    for (u64 i = from; i < to; ++i) {
      f(c->entry[i % kPerChunk]);
      if (i % kPerChunk == kPerChunk - 1) c = c->next;
    }
  }
  // As for_range up to the end, which f may move by pushing.
  template <class F>
  void for_growing(u64 from, F f) {
    if (from < popped_) from = popped_;
    if (from >= pushed_.load_relaxed()) return;
    Chunk* c = first_;
    for (u64 skip = from / kPerChunk - popped_ / kPerChunk; skip > 0; --skip) c = c->next;
    for (u64 i = from; i < pushed_.load_relaxed(); ++i) {
      if (i != from && i % kPerChunk == 0) c = c->next;
      f(c->entry[i % kPerChunk]);
    }
  }
  // Keeps a chunk ready for the next push that needs one.
  void refill_spare() {
    if (!spare_) spare_ = static_cast<Chunk*>(system_allocate(sizeof(Chunk)));
  }
  void release() {
    while (first_) {
      Chunk* c = first_;
      first_ = c->next;
      system_free(c);
    }
    last_ = nullptr;
    if (spare_) system_free(spare_);
    spare_ = nullptr;
    popped_ = pushed_.load_relaxed();
    // The next push starts a chunk.
    u64 n = (popped_ + kPerChunk - 1) / kPerChunk * kPerChunk;
    popped_ = n;
    pushed_.store_relaxed(n);
  }

 private:
  struct Chunk {
    Chunk* next;
    T entry[kPerChunk];
  };
  Chunk* take_chunk() {
    if (Chunk* c = spare_) {
      spare_ = nullptr;
      return c;
    }
    return static_cast<Chunk*>(system_allocate(sizeof(Chunk)));
  }
  void give_chunk(Chunk* c) {
    if (!spare_) {
      spare_ = c;
    } else {
      system_free(c);
    }
  }

  Chunk* first_ = nullptr;
  Chunk* last_ = nullptr;
  Chunk* spare_ = nullptr;
  u64 popped_ = 0;
  Atomic<u64> pushed_;  // written by the owner, read by whoever starts a checkpoint (R8)
};

// A stack that grows; false when memory is exhausted.
template <class T>
class GrowingStack {
 public:
  ~GrowingStack() { system_free(data_); }
  bool push(T x) {
    if (size_ == capacity_ && !grow()) return false;
    data_[size_++] = x;
    return true;
  }
  T pop() { return data_[--size_]; }
  bool is_empty() const { return size_ == 0; }
  usize size() const { return size_; }
  T& operator[](usize i) { return data_[i]; }
  void clear() { size_ = 0; }
  // Gives a big buffer back once its work is done.
  void shrink() {
    if (size_ != 0 || capacity_ <= 4096) return;
    system_free(data_);
    data_ = nullptr;
    capacity_ = 0;
  }
  bool reserve(usize n) {
    while (capacity_ < n) {
      if (!grow()) return false;
    }
    return true;
  }

 private:
  bool grow() {
    usize n = capacity_ ? capacity_ * 2 : 64;
    T* p = static_cast<T*>(system_allocate(n * sizeof(T)));
    if (!p) return false;
    for (usize i = 0; i < size_; ++i) p[i] = data_[i];
    system_free(data_);
    data_ = p;
    capacity_ = n;
    return true;
  }
  T* data_ = nullptr;
  usize size_ = 0;
  usize capacity_ = 0;
};

}  // namespace taipan
