// Local<T>: a reference held by C++ code across safepoints: a word on the thread's VM stack, scanned
// like an interpreter register. Counted if the object is local, deferred if shared. Strictly LIFO.
// Ref<T>: always counted, for owners without a frame. LocalArray: a run of such words.
#pragma once
#include "runtime/memory/slot.h"
#include "runtime/thread/thread.h"

namespace taipan {

template <class T = Value>
class Local {
 public:
  using Borrowed = std::conditional_t<std::is_same_v<T, Value>, Value, T*>;

  explicit Local(Thread& t) : t_(t), at_(t.top++) { *at_ = Value::empty(); }
  Local(Thread& t, Result<T> owned) : t_(t), at_(t.top++) {
    TP_ASSERT(!owned.is_error());
    *at_ = owned.word();
  }
  Local(Thread& t, Value borrowed) : t_(t), at_(t.top++) { *at_ = take_word(borrowed); }
  Local(const Local&) = delete;
  Local& operator=(const Local&) = delete;
  ~Local() {
    Value old = *at_;
    *at_ = Value::empty();
    t_.top = at_;
    drop(old);
  }

  // Borrowed: good as long as this Local is not overwritten.
  Value value() const { return at_->canonical(); }
  Borrowed get() const {
    if constexpr (std::is_same_v<T, Value>) {
      return value();
    } else {
      return reinterpret_cast<T*>(value().bits);
    }
  }
  T* operator->() const { return reinterpret_cast<T*>(value().bits); }
  operator Value() const { return value(); }  // NOLINT
  operator T*() const                         // NOLINT
    requires(!std::is_same_v<T, Value>)
  {
    return get();
  }
  bool is_empty() const { return at_->is_empty(); }

  void set(Result<T> owned) {
    TP_ASSERT(!owned.is_error());
    Value old = *at_;
    *at_ = owned.word();
    drop(old);
  }
  void set(Value borrowed) {
    Value old = *at_;
    *at_ = take_word(borrowed);
    drop(old);
  }
  void clear() {
    Value old = *at_;
    *at_ = Value::empty();
    drop(old);
  }
  // Gives the owned word away (to the caller's Result, a slot); this Local is empty afterwards.
  Result<T> give() {
    Value w = *at_;
    *at_ = Value::empty();
    return Result<T>::from_owned(w);
  }
  // A second owned word.
  Result<T> copy() const { return own<T>(value()); }
  Value* word() { return at_; }

 private:
  Thread& t_;
  Value* at_;
};

// n zeroed words on the VM stack, for argument lists and buffers whose length is known at run time.
// The caller has made sure that they fit: ensure_stack().
class LocalArray {
 public:
  LocalArray(Thread& t, usize n) : t_(t), first_(t.top), n_(n) {
    for (usize i = 0; i < n; ++i) first_[i] = Value::empty();
    t.top += n;
  }
  LocalArray(const LocalArray&) = delete;
  LocalArray& operator=(const LocalArray&) = delete;
  ~LocalArray() {
    for (usize i = n_; i-- > 0;) {
      Value old = first_[i];
      first_[i] = Value::empty();
      drop(old);
    }
    t_.top = first_;
  }
  template <class U>
  void set(usize i, Result<U> owned) {
    Value old = first_[i];
    first_[i] = owned.word();
    drop(old);
  }
  void set(usize i, Value borrowed) {
    Value old = first_[i];
    first_[i] = take_word(borrowed);
    drop(old);
  }
  Value operator[](usize i) const { return first_[i].canonical(); }
  Result<> give(usize i) {
    Value w = first_[i];
    first_[i] = Value::empty();
    return Result<>::from_owned(w);
  }
  const Value* data() const { return first_; }
  usize size() const { return n_; }

 private:
  Thread& t_;
  Value* first_;
  usize n_;
};

// The list of all Refs that hold something: roots of the mark that finds dead sticky objects.
struct RefLink {
  Value word;
  RefLink* prev = nullptr;
  RefLink* next = nullptr;
};
void ref_link(RefLink& r);    // publish.cpp
void ref_unlink(RefLink& r);

// A counted reference without a frame: C++ statics' owners, callbacks, other threads' start arguments.
template <class T = Value>
class Ref : private RefLink {
 public:
  Ref() = default;
  explicit Ref(Value borrowed) { hold(SlotBase::count_for_slot(borrowed)); }
  template <class U>
  explicit Ref(Result<U> owned) {
    hold(SlotBase::counted_form(owned.word()));
  }
  Ref(Ref&& o) noexcept { hold(o.let_go()); }
  Ref& operator=(Ref&& o) noexcept {
    if (this == &o) return *this;
    Value old = let_go();
    hold(o.let_go());
    drop(old);
    return *this;
  }
  ~Ref() { drop(let_go()); }
  Value value() const { return word; }
  T* operator->() const { return reinterpret_cast<T*>(word.bits); }
  bool is_empty() const { return word.is_empty(); }

 private:
  void hold(Value v) {
    word = v;
    if (v.is_counted()) ref_link(*this);
  }
  Value let_go() {
    Value v = word;
    if (v.is_counted()) ref_unlink(*this);
    word = Value::empty();
    return v;
  }
};

}  // namespace taipan
