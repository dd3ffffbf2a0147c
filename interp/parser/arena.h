// Arena: bump allocation for syntax trees; everything dies with the arena, no destructors run.
// Seq<T>: a sequence whose elements live in an arena. SeqBuilder<T>: collects one.
// Identifiers are interned per arena: equal names have equal data() pointers. Only std::bad_alloc flies.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <new>
#include <string_view>
#include <type_traits>
#include <utility>

namespace taipan::ast {

class Arena {
 public:
  Arena() = default;
  Arena(const Arena&) = delete;
  Arena& operator=(const Arena&) = delete;
  ~Arena();

  void* allocate(size_t bytes) {
    bytes = (bytes + 7) & ~size_t{7};
    if (bytes > static_cast<size_t>(end_ - next_)) return allocate_slow(bytes);
    char* p = next_;
    next_ += bytes;
    return p;
  }
  template <class T, class... Args>
  T* make(Args&&... args) {
    static_assert(std::is_trivially_destructible_v<T>);
    return new (allocate(sizeof(T))) T{std::forward<Args>(args)...};
  }
  std::string_view copy(std::string_view text);
  // The one copy of `name` in this arena.
  std::string_view intern(std::string_view name);
  size_t bytes_used() const { return bytes_used_; }

 private:
  struct Block { Block* previous; };
  void* allocate_slow(size_t bytes);
  void grow_names();

  char* next_ = nullptr;
  char* end_ = nullptr;
  Block* blocks_ = nullptr;
  size_t bytes_used_ = 0;
  std::string_view* names_ = nullptr;  // open addressing, in the arena itself
  uint32_t name_count_ = 0, name_capacity_ = 0;
};

template <class T>
struct Seq {
  T* items = nullptr;
  uint32_t count = 0;

  uint32_t size() const { return count; }
  bool empty() const { return count == 0; }
  T* begin() const { return items; }
  T* end() const { return items + count; }
  T& operator[](size_t i) const { return items[i]; }
  T& front() const { return items[0]; }
  T& back() const { return items[count - 1]; }
};

template <class T>
class SeqBuilder {
 public:
  explicit SeqBuilder(Arena& arena) : arena_(arena) {}
  SeqBuilder(const SeqBuilder&) = delete;
  SeqBuilder& operator=(const SeqBuilder&) = delete;
  ~SeqBuilder() {
    if (items_ != local_) ::operator delete(items_);
  }

  void push(T item) {
    if (count_ == capacity_) grow();
    items_[count_++] = item;
  }
  uint32_t size() const { return count_; }
  bool empty() const { return count_ == 0; }
  T& operator[](size_t i) { return items_[i]; }
  T& back() { return items_[count_ - 1]; }
  void clear() { count_ = 0; }
  Seq<T> finish() {
    Seq<T> seq;
    if (count_ == 0) return seq;
    seq.items = static_cast<T*>(arena_.allocate(sizeof(T) * count_));
    std::memcpy(static_cast<void*>(seq.items), static_cast<const void*>(items_), sizeof(T) * count_);
    seq.count = count_;
    return seq;
  }

 private:
  static_assert(std::is_trivially_copyable_v<T>);
  void grow() {
    uint32_t capacity = capacity_ * 2;
    T* fresh = static_cast<T*>(::operator new(sizeof(T) * capacity));
    std::memcpy(static_cast<void*>(fresh), static_cast<const void*>(items_), sizeof(T) * count_);
    if (items_ != local_) ::operator delete(items_);
    items_ = fresh;
    capacity_ = capacity;
  }

  Arena& arena_;
  T local_[8];
  T* items_ = local_;
  uint32_t count_ = 0, capacity_ = 8;
};

}  // namespace taipan::ast
