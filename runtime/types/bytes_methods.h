// What the files of bytes and bytearray share. Methods are the same for both, as templates of which it is:
// kArray makes results bytearrays. The tables are in bytes_type.cpp and bytearray_type.cpp.
// self is a bytes or bytearray, or an instance of a subclass.
#pragma once
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/thread/local.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/bytes.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Bytes* bytes_single(u8 c);
Bytes* bytes_empty();
u64 bytes_hash(Bytes* b);
usize bytes_storage(const Object* o);
Result<Bytes> bytes_subclass_instance(Thread& t, Type& cls, std::string_view s);

Result<> new_bytes_like(Thread& t, bool array, usize n, u8** data);  // uninitialised
Result<> bytes_like(Thread& t, bool array, std::string_view s);
// self where nothing had to change: bytes themselves, a copy of anything else.
Result<> unchanged_bytes(Thread& t, bool array, Value self, const ByteSource& source);

// An int as a byte: ValueError "byte must be in range(0, 256)"; TypeError if v is no int.
Result<i32> byte_value(Thread& t, Value v);

// bytes_new.cpp: what bytes(...) and bytearray(...) make of their arguments, as an owned bytes object or
// a fresh bytearray. `type_name` is for messages.
Result<> bytes_construct(Thread& t, bool array, const Value* args, u32 nargs, Tuple* kwnames);
// bytes(v) where v is no size and no text: __bytes__, a buffer, or an iterable of ints.
Result<Bytes> bytes_of_values(Thread& t, Value v);
// The bytes that an iterable of ints gives. range_error: the ValueError's text.
Result<> bytes_from_iterable(Thread& t, bool array, Value v, const char* range_error);

// bytes_repr.cpp
Result<Str> bytes_repr_text(Thread& t, std::string_view bytes, const char* before, const char* after);
Result<Str> bytes_hex_text(Thread& t, const u8* data, usize n, Value sep, ssize bytes_per_sep);
Result<> bytes_from_hex(Thread& t, bool array, Value text);

// bytes_percent.cpp
Result<> bytes_percent(Thread& t, bool array, Value format, Value args);

// Slots of both.
Result<> bytes_compare_slot(Thread& t, Value self, Value other, CompareOp op);
Result<bool> bytes_contains_slot(Thread& t, Value self, Value v);
template <bool kArray> Result<> bytes_concat_slot(Thread& t, Value self, Value other);
template <bool kArray> Result<> bytes_repeat_slot(Thread& t, Value self, ssize times);

// --- bytes_search.cpp
template <bool> Result<ssize> bytes_find(Thread& t, Value self, Value sub, Value start, Value end);
template <bool> Result<ssize> bytes_rfind(Thread& t, Value self, Value sub, Value start, Value end);
template <bool> Result<ssize> bytes_index(Thread& t, Value self, Value sub, Value start, Value end);
template <bool> Result<ssize> bytes_rindex(Thread& t, Value self, Value sub, Value start, Value end);
template <bool> Result<ssize> bytes_count(Thread& t, Value self, Value sub, Value start, Value end);
template <bool> Result<bool> bytes_startswith(Thread& t, Value self, Value prefix, Value start, Value end);
template <bool> Result<bool> bytes_endswith(Thread& t, Value self, Value suffix, Value start, Value end);
template <bool> Result<> bytes_replace(Thread& t, Value self, const ByteSource& old, const ByteSource& fresh, ssize n);
template <bool> Result<> bytes_removeprefix(Thread& t, Value self, const ByteSource& prefix);
template <bool> Result<> bytes_removesuffix(Thread& t, Value self, const ByteSource& suffix);

// --- bytes_split.cpp
template <bool> Result<List> bytes_split(Thread& t, Value self, Value separator, ssize limit);
template <bool> Result<List> bytes_rsplit(Thread& t, Value self, Value separator, ssize limit);
template <bool> Result<List> bytes_splitlines(Thread& t, Value self, bool keep_ends);
template <bool> Result<Tuple> bytes_partition(Thread& t, Value self, Value separator);
template <bool> Result<Tuple> bytes_rpartition(Thread& t, Value self, Value separator);
template <bool> Result<> bytes_strip(Thread& t, Value self, Value chars);
template <bool> Result<> bytes_lstrip(Thread& t, Value self, Value chars);
template <bool> Result<> bytes_rstrip(Thread& t, Value self, Value chars);
template <bool> Result<> bytes_join(Thread& t, Value self, Value iterable);

// --- bytes_case.cpp
template <bool> Result<> bytes_lower(Thread& t, Value self);
template <bool> Result<> bytes_upper(Thread& t, Value self);
template <bool> Result<> bytes_title(Thread& t, Value self);
template <bool> Result<> bytes_capitalize(Thread& t, Value self);
template <bool> Result<> bytes_swapcase(Thread& t, Value self);
template <bool> Result<bool> bytes_isalnum(Thread& t, Value self);
template <bool> Result<bool> bytes_isalpha(Thread& t, Value self);
template <bool> Result<bool> bytes_isascii(Thread& t, Value self);
template <bool> Result<bool> bytes_isdigit(Thread& t, Value self);
template <bool> Result<bool> bytes_islower(Thread& t, Value self);
template <bool> Result<bool> bytes_isspace(Thread& t, Value self);
template <bool> Result<bool> bytes_istitle(Thread& t, Value self);
template <bool> Result<bool> bytes_isupper(Thread& t, Value self);

// --- bytes_layout.cpp
template <bool> Result<> bytes_center(Thread& t, Value self, ssize width, Opt<Value> fill);
template <bool> Result<> bytes_ljust(Thread& t, Value self, ssize width, Opt<Value> fill);
template <bool> Result<> bytes_rjust(Thread& t, Value self, ssize width, Opt<Value> fill);
template <bool> Result<> bytes_zfill(Thread& t, Value self, ssize width);
template <bool> Result<> bytes_expandtabs(Thread& t, Value self, Value tab_size);
template <bool> Result<> bytes_translate(Thread& t, Value self, Value table, Opt<Value> remove);
template <bool> Result<Bytes> bytes_maketrans(Thread& t, const ByteSource& from, const ByteSource& to);
template <bool> Result<Str> bytes_decode(Thread& t, Value self, Opt<Str*> encoding, Opt<Str*> errors);
template <bool> Result<Str> bytes_hex(Thread& t, Value self, Opt<Value> sep, ssize bytes_per_sep);
template <bool> Result<> bytes_fromhex(Thread& t, Value cls, Value text);

// The lines of both tables.
#define TP_BYTES_METHODS(kArray)                                                                              \
  def<bytes_capitalize<kArray>>("capitalize($self, /)", "B.capitalize() -> copy of B, capitalized"),          \
  def<bytes_center<kArray>>("center($self, width, fillchar=b' ', /)",                            \
                            "Return a centered string of length width."),                                     \
  def<bytes_count<kArray>>("count($self, sub[, start[, end]], /)",                                      \
                           "Return the number of non-overlapping occurrences of sub."),                       \
  def<bytes_decode<kArray>>("decode($self, /, encoding='utf-8', errors='strict')",                            \
                            "Decode the bytes using the codec registered for encoding."),                     \
  def<bytes_endswith<kArray>>("endswith($self, suffix[, start[, end]], /)",                             \
                              "Return True if the bytes end with the suffix."),                               \
  def<bytes_expandtabs<kArray>>("expandtabs($self, /, tabsize=8)", "Return a copy with tabs expanded."),      \
  def<bytes_find<kArray>>("find($self, sub[, start[, end]], /)",                                        \
                          "Return the lowest index where sub is found, -1 on failure."),                      \
  class_def<bytes_fromhex<kArray>>("fromhex($type, string, /)",                                               \
                                   "Create bytes from a string of hexadecimal numbers."),                     \
  def<bytes_hex<kArray>>("hex($self, /, sep=<unrepresentable>, bytes_per_sep=1)",                             \
                         "Create a string of hexadecimal numbers."),                                          \
  def<bytes_index<kArray>>("index($self, sub[, start[, end]], /)",                                      \
                           "Return the lowest index where sub is found; ValueError on failure."),             \
  def<bytes_isalnum<kArray>>("isalnum($self, /)", "Return True if all bytes are ASCII alphanumeric."),        \
  def<bytes_isalpha<kArray>>("isalpha($self, /)", "Return True if all bytes are ASCII letters."),             \
  def<bytes_isascii<kArray>>("isascii($self, /)", "Return True if all bytes are ASCII."),                     \
  def<bytes_isdigit<kArray>>("isdigit($self, /)", "Return True if all bytes are ASCII digits."),              \
  def<bytes_islower<kArray>>("islower($self, /)", "Return True if all cased bytes are lowercase."),           \
  def<bytes_isspace<kArray>>("isspace($self, /)", "Return True if all bytes are ASCII whitespace."),          \
  def<bytes_istitle<kArray>>("istitle($self, /)", "Return True if the bytes are titlecased."),                \
  def<bytes_isupper<kArray>>("isupper($self, /)", "Return True if all cased bytes are uppercase."),           \
  def<bytes_join<kArray>>("join($self, iterable_of_bytes, /)", "Concatenate any number of bytes objects."),   \
  def<bytes_ljust<kArray>>("ljust($self, width, fillchar=b' ', /)",                              \
                           "Return a left-justified string of length width."),                                \
  def<bytes_lower<kArray>>("lower($self, /)", "Return a copy with ASCII letters in lowercase."),              \
  def<bytes_lstrip<kArray>>("lstrip($self, bytes=None, /)", "Strip leading bytes."),                          \
  static_def<bytes_maketrans<kArray>>("maketrans(frm, to, /)", "Return a table for translate()."),            \
  def<bytes_partition<kArray>>("partition($self, sep, /)", "Partition into three parts at sep."),             \
  def<bytes_removeprefix<kArray>>("removeprefix($self, prefix, /)", "Return the bytes without the prefix."),  \
  def<bytes_removesuffix<kArray>>("removesuffix($self, suffix, /)", "Return the bytes without the suffix."),  \
  def<bytes_replace<kArray>>("replace($self, old, new, /, count=-1)",                                         \
                             "Return a copy with all occurrences of old replaced by new."),                   \
  def<bytes_rfind<kArray>>("rfind($self, sub[, start[, end]], /)",                                      \
                           "Return the highest index where sub is found, -1 on failure."),                    \
  def<bytes_rindex<kArray>>("rindex($self, sub[, start[, end]], /)",                                    \
                            "Return the highest index where sub is found; ValueError on failure."),           \
  def<bytes_rjust<kArray>>("rjust($self, width, fillchar=b' ', /)",                              \
                           "Return a right-justified string of length width."),                               \
  def<bytes_rpartition<kArray>>("rpartition($self, sep, /)", "Partition into three parts at the last sep."),  \
  def<bytes_rsplit<kArray>>("rsplit($self, /, sep=None, maxsplit=-1)", "Split from the end."),                \
  def<bytes_rstrip<kArray>>("rstrip($self, bytes=None, /)", "Strip trailing bytes."),                         \
  def<bytes_split<kArray>>("split($self, /, sep=None, maxsplit=-1)", "Return a list of the sections."),       \
  def<bytes_splitlines<kArray>>("splitlines($self, /, keepends=False)", "Return a list of the lines."),       \
  def<bytes_startswith<kArray>>("startswith($self, prefix[, start[, end]], /)",                         \
                                "Return True if the bytes start with the prefix."),                           \
  def<bytes_strip<kArray>>("strip($self, bytes=None, /)", "Strip leading and trailing bytes."),               \
  def<bytes_swapcase<kArray>>("swapcase($self, /)", "Swap the case of ASCII letters."),                       \
  def<bytes_title<kArray>>("title($self, /)", "Return a titlecased version."),                                \
  def<bytes_translate<kArray>>("translate($self, table, /, delete=b'')",                        \
                               "Map each byte by the table, without those in delete."),                       \
  def<bytes_upper<kArray>>("upper($self, /)", "Return a copy with ASCII letters in uppercase."),              \
  def<bytes_zfill<kArray>>("zfill($self, width, /)", "Pad a numeric string with zeros on the left.")

#define TP_INSTANTIATE_BOTH(result, name, ...)   \
  template result name<false>(__VA_ARGS__);      \
  template result name<true>(__VA_ARGS__)

}  // namespace taipan
