// What the files of str's methods share, and their declarations: the table is in str_type.cpp.
// Lanes stay where they are while a str lives, so pointers into it survive safepoints.
// Methods take str and its subclasses; results are exact str.
#pragma once
#include <cstring>

#include "runtime/base/lanes.h"
#include "runtime/native/convert.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

// Copies characters [start, start + n) of `from` to position `at` of a fresh string that is wide enough.
TP_NOINLINE void copy_chars_wide(Str* to, usize at, const Str* from, usize start, usize n);
inline void copy_chars(Str* to, usize at, const Str* from, usize start, usize n) {
  if (to->width() <= Str::kLatin1) [[likely]] {
    copy_bytes(to->data() + at, from->data() + start, n);
  } else {
    copy_chars_wide(to, at, from, start, n);
  }
}
void fill_chars(Str* to, usize at, char32_t c, usize n);

// The text of s as an exact str: s itself, or a copy if it is an instance of a subclass.
Result<Str> str_exact(Thread& t, Str* s);
Result<Str> str_subclass_instance(Thread& t, Type& cls, const Str* text);

// The optional arguments [start, end] of find() and its kin, as slices count. None: not given.
// *from may lie behind *to or the text: then nothing is found there, not even ''.
Status text_bounds(Thread& t, Value start, Value end, usize n, usize* from, usize* to);

// Room for characters whose number is only bounded in advance.
template <class Lane>
class LaneBuffer {
 public:
  LaneBuffer() = default;
  ~LaneBuffer() {
    if (data_ != nullptr && data_ != inline_) buffer_free(data_, bytes_);
  }
  LaneBuffer(const LaneBuffer&) = delete;
  Status allocate(Thread& t, usize n) {
    if (n <= kInline) return data_ = inline_, kDone;
    if (n > (usize{1} << 60)) return raise_memory_error(t);
    bytes_ = n * sizeof(Lane);
    data_ = static_cast<Lane*>(buffer_allocate(t, bytes_));
    return data_ == nullptr ? raise_memory_error(t) : Status(kDone);
  }
  Lane* data() { return data_; }

 private:
  static constexpr usize kInline = 256 / sizeof(Lane);
  Lane* data_ = nullptr;
  usize bytes_ = 0;
  Lane inline_[kInline];
};

// Calls f(hay, needle) with both in the lanes of s; gives `absent` where the needle is too wide to occur.
template <class R, class F>
Result<R> with_needle(Thread& t, const Str* s, const Str* needle, R absent, F&& f) {
  if (needle->width() > s->width()) return absent;
  return with_lanes(s, [&](auto* hay) -> Result<R> {
    using Lane = std::remove_cvref_t<decltype(*hay)>;
    return with_lanes(needle, [&](auto* other) -> Result<R> {
      using Other = std::remove_cvref_t<decltype(*other)>;
      if constexpr (std::is_same_v<Lane, Other>) {
        return f(hay, other);
      } else if constexpr (sizeof(Other) < sizeof(Lane)) {
        LaneBuffer<Lane> wide;
        TRY(wide.allocate(t, needle->length()));
        copy_lanes(other, needle->length(), wide.data());
        return f(hay, const_cast<const Lane*>(wide.data()));
      } else {
        return absent;
      }
    });
  });
}

// Lists of pieces, for split and its kin.
inline Status append_piece(Thread& t, List* list, Str* s, usize start, usize end) {
  return list_push(t, list, Result<>(TRY(str_substring(t, s, start, end))));
}

// --- str_search.cpp
Result<ssize> str_find_method(Thread& t, Str* s, Str* sub, Value start, Value end);
Result<ssize> str_rfind_method(Thread& t, Str* s, Str* sub, Value start, Value end);
Result<ssize> str_index_method(Thread& t, Str* s, Str* sub, Value start, Value end);
Result<ssize> str_rindex_method(Thread& t, Str* s, Str* sub, Value start, Value end);
Result<ssize> str_count_method(Thread& t, Str* s, Str* sub, Value start, Value end);
Result<bool> str_startswith(Thread& t, Str* s, Value prefix, Value start, Value end);
Result<bool> str_endswith(Thread& t, Str* s, Value suffix, Value start, Value end);
Result<Str> str_replace(Thread& t, Str* s, Str* old, Str* fresh, ssize count);
Result<Str> str_removeprefix(Thread& t, Str* s, Str* prefix);
Result<Str> str_removesuffix(Thread& t, Str* s, Str* suffix);
Result<bool> str_contains_slot(Thread& t, Value self, Value v);

// --- str_split.cpp
Result<List> str_split(Thread& t, Str* s, Value separator, ssize limit);
Result<List> str_rsplit(Thread& t, Str* s, Value separator, ssize limit);
Result<List> str_splitlines(Thread& t, Str* s, bool keep_ends);
Result<Tuple> str_partition(Thread& t, Str* s, Value separator);
Result<Tuple> str_rpartition(Thread& t, Str* s, Value separator);
Result<Str> str_strip(Thread& t, Str* s, Value chars);
Result<Str> str_lstrip(Thread& t, Str* s, Value chars);
Result<Str> str_rstrip(Thread& t, Str* s, Value chars);

// --- str_join.cpp
Result<Str> str_join_method(Thread& t, Str* separator, Value iterable);

// --- str_case.cpp
Result<Str> str_lower(Thread& t, Str* s);
Result<Str> str_upper(Thread& t, Str* s);
Result<Str> str_title(Thread& t, Str* s);
Result<Str> str_capitalize(Thread& t, Str* s);
Result<Str> str_swapcase(Thread& t, Str* s);
Result<Str> str_casefold(Thread& t, Str* s);
bool str_isalnum(Thread&, Str* s);
bool str_isalpha(Thread&, Str* s);
bool str_isascii(Thread&, Str* s);
bool str_isdecimal(Thread&, Str* s);
bool str_isdigit(Thread&, Str* s);
bool str_isidentifier(Thread&, Str* s);
bool str_islower(Thread&, Str* s);
bool str_isnumeric(Thread&, Str* s);
bool str_isprintable(Thread&, Str* s);
bool str_isspace(Thread&, Str* s);
bool str_istitle(Thread&, Str* s);
bool str_isupper(Thread&, Str* s);

// --- str_layout.cpp
Result<Str> str_center(Thread& t, Str* s, ssize width, Value fill);
Result<Str> str_ljust(Thread& t, Str* s, ssize width, Value fill);
Result<Str> str_rjust(Thread& t, Str* s, ssize width, Value fill);
Result<Str> str_zfill(Thread& t, Str* s, ssize width);
Result<Str> str_expandtabs(Thread& t, Str* s, Value tab_size);
Result<Str> str_translate(Thread& t, Str* s, Value table);
Result<Dict> str_maketrans(Thread& t, Value x, Opt<Str*> y, Opt<Str*> z);

// --- str_repr.cpp
Result<Str> str_repr(Thread& t, Value self);

// --- str_format.cpp, str_percent.cpp
Result<Str> str_format_method(Thread& t, Str* s, Args args, Kwargs kwargs);
Result<Str> str_format_map(Thread& t, Str* s, Value mapping);
Result<Str> str_format_spec(Thread& t, Str* s, Str* spec);  // __format__
Result<Str> str_percent(Thread& t, Str* format, Value args);

}  // namespace taipan
