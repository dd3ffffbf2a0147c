// str: compact immutable text of 1, 2 or 4 bytes a character (containers.md section 6).
// Interning, building, comparing; methods of str are in str_methods*.cpp.
#pragma once
#include <string_view>

#include "runtime/base/lanes.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

struct Str : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::str_;
  static constexpr u32 kSubclassFlag = kTypeStrSubclass;
  static constexpr u8 kWidthMask = 3, kAscii = 0, kLatin1 = 1, kTwo = 2, kFour = 3;
  static constexpr u8 kInterned = 4, kLong = 8;  // kLong: length does not fit aux

  Atomic<u64> hash_;  // 0: not yet computed (relaxed: all threads compute the same)
  // data follows, no terminator; the tail of its last 8-byte word is zero

  u8 width() const { return spare.load_relaxed() & kWidthMask; }
  bool is_ascii() const { return width() == kAscii; }
  bool is_interned() const { return spare.load_relaxed() & kInterned; }
  usize char_size() const { return (usize{1} << width()) >> (width() != 0); }  // 1, 1, 2, 4
  usize length() const {
    return spare.load_relaxed() & kLong ? *reinterpret_cast<const u64*>(this + 1) : aux;
  }
  u8* data() {
    return reinterpret_cast<u8*>(this + 1) + (spare.load_relaxed() & kLong ? 8 : 0);
  }
  const u8* data() const { return const_cast<Str*>(this)->data(); }
  char32_t at(usize i) const {
    switch (width()) {
      case kTwo: return reinterpret_cast<const u16*>(data())[i];
      case kFour: return reinterpret_cast<const u32*>(data())[i];
      default: return data()[i];
    }
  }
  // ASCII only: the bytes.
  std::string_view ascii() const { return {reinterpret_cast<const char*>(data()), length()}; }
};

// The width that holds max_char, the most that a width holds, and its bytes a character.
inline u8 str_width_for(char32_t max_char) {
  return max_char < 0x80 ? Str::kAscii : max_char < 0x100 ? Str::kLatin1
         : max_char < 0x10000 ? Str::kTwo : Str::kFour;
}
inline char32_t str_width_max(u8 width) {
  constexpr char32_t kMax[] = {0x7f, 0xff, 0xffff, 0x10ffff};
  return kMax[width];
}
inline char32_t str_max_char(const Str* s) { return str_width_max(s->width()); }
inline usize str_lane_bytes(u8 width) { return width == Str::kFour ? 4 : width == Str::kTwo ? 2 : 1; }

// Calls f with the string's lanes as const u8*, const char16_t* or const char32_t*.
template <class F>
inline decltype(auto) with_lanes(const Str* s, F&& f) {
  switch (s->width()) {
    case Str::kTwo: return f(reinterpret_cast<const char16_t*>(s->data()));
    case Str::kFour: return f(reinterpret_cast<const char32_t*>(s->data()));
    default: return f(s->data());
  }
}

// Header, hash, data.
inline usize str_storage_for(usize length, u8 width) {
  usize data = (length * str_lane_bytes(width) + 7) & ~usize{7};
  return sizeof(Str) + (length > 0xffffffffu ? 8 : 0) + (data < 8 ? 8 : data);
}
usize str_storage(const Object* s);         // TypeSlots::size
void str_destroy(Object* s);                // TypeSlots::destroy: leaves the intern table first
void intern_table_visit(void (*f)(Str* s, void* data), void* data);  // stopped world, or one thread
void intern_table_lock_all();               // fork
void intern_table_unlock_all();

u64 str_hash_slow(Str* s);
inline u64 str_hash(Str* s) {               // raw SipHash-1-3, as CPython's
  u64 h = s->hash_.load_relaxed();          // every thread computes the same value
  return h != 0 ? h : str_hash_slow(s);
}
bool str_equal(const Str* a, const Str* b);
int str_compare(const Str* a, const Str* b);  // by code point
bool str_equals(const Str* s, std::string_view ascii);

Result<Str> str_from_ascii(Thread& t, std::string_view s);
Result<Str> str_from_utf8(Thread& t, std::string_view s);         // strict: UnicodeDecodeError
Result<Str> str_from_utf8_surrogateescape(Thread& t, std::string_view s);  // file names, argv
Result<Str> str_from_wtf8(Thread& t, std::string_view s);         // surrogates allowed; must be valid
Result<Str> str_from_latin1(Thread& t, std::string_view s);
Result<Str> str_from_utf32(Thread& t, const char32_t* s, usize n);
Str* str_single(u8 c);                       // immortal one-character strings 0..255
Result<Str> str_from_char(Thread& t, char32_t c);
// Uninitialised text of `length` characters of at most max_char; fill before anyone sees it.
Result<Str> str_allocate(Thread& t, usize length, char32_t max_char);
Result<Str> str_substring(Thread& t, Str* s, usize start, usize end);
Result<Str> str_concat(Thread& t, Str* a, Str* b);
Result<Str> str_join(Thread& t, Str* separator, Value iterable);
Result<> str_getitem(Thread& t, Str* s, ssize index);  // IndexError
ssize str_find(const Str* s, const Str* needle, usize start, usize end);  // -1: absent

// The unique string equal to s (owned; counted or immortal). Interned strings compare by address.
Result<Str> str_intern(Thread& t, Str* s);
Result<Str> str_intern(Thread& t, std::string_view utf8);
// Interned and immortal: names of C++ code, constants of code objects.
Str* str_immortal(Thread& t, std::string_view utf8);
Result<Str> str_intern_immortal(Thread& t, Str* s);  // or sticky, where s was shared already

// UTF-8 bytes of a string in a buffer of the caller: never fails for surrogates (WTF-8) with `wtf8`,
// else UnicodeEncodeError. Small texts need no allocation.
class Utf8 {
 public:
  Utf8() = default;
  ~Utf8();
  Utf8(const Utf8&) = delete;
  Status encode(Thread& t, const Str* s, bool wtf8 = false);
  Status encode_filename(Thread& t, const Str* s);  // surrogateescape
  std::string_view view() const { return {data_, size_}; }
  const char* c_str() const { return data_; }        // zero-terminated

 private:
  char inline_[200];
  char* data_ = inline_;
  usize size_ = 0;
  usize allocated_ = 0;
};

// Builds text piece by piece, widening as needed.
class StrBuilder {
 public:
  explicit StrBuilder(Thread& t) : t_(t) {}
  ~StrBuilder();
  StrBuilder(const StrBuilder&) = delete;
  Status append(const Str* s) { return append_range(s, 0, s->length()); }
  Status append_range(const Str* s, usize start, usize end) {
    if (s->width() <= width_ && start < end && end - start <= capacity_ - length_ && width_ <= Str::kLatin1) [[likely]] {
      put_bytes(s->data() + start, end - start);
      return kDone;
    }
    return append_range_slow(s, start, end);
  }
  Status append_ascii(std::string_view s) {
    if (s.size() <= capacity_ - length_ && width_ <= Str::kLatin1) [[likely]] {
      put_bytes(s.data(), s.size());
      return kDone;
    }
    return append_ascii_slow(s);
  }
  Status append_char(char32_t c) {
    if (c <= (width_ == Str::kAscii ? 0x7fu : 0xffu) && length_ < capacity_ && width_ <= Str::kLatin1) [[likely]] {
      data_[length_++] = static_cast<u8>(c);
      return kDone;
    }
    return append_char_slow(c);
  }
  Status append_int(i64 v);
  // Room for `most` more ASCII characters, for the caller to write; advance() says how many it wrote.
  // Null: the text so far has wider lanes.
  Result<u8*> ascii_room(usize most);
  void advance(usize n) { length_ += n; }
  Status append_fill(char32_t c, usize n);
  Status reserve(usize characters, char32_t max_char);
  usize length() const { return length_; }
  Result<Str> finish();

 private:
  Status make_room(char32_t max_char, usize extra);
  Status append_range_slow(const Str* s, usize start, usize end);
  Status append_ascii_slow(std::string_view s);
  Status append_char_slow(char32_t c);
  void put_bytes(const void* from, usize n) {
    copy_bytes(data_ + length_, from, n);
    length_ += n;
  }
  Thread& t_;
  u8* data_ = nullptr;
  usize length_ = 0, capacity_ = 0, bytes_ = 0;
  u8 width_ = 0;
};

}  // namespace taipan
