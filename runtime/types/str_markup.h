// The grammar of str.format: literal text and replacement fields, and the parts of a field's name.
// Positions are indexes into the text; nothing is copied. Used by str.format and by the module _string.
#pragma once
#include "runtime/object/error.h"
#include "runtime/types/str.h"

namespace taipan {

struct TextSpan {
  usize start = 0, end = 0;
  bool is_empty() const { return start >= end; }
};

// A literal and the field behind it, if there is one.
struct MarkupPiece {
  TextSpan literal;
  bool has_field = false;
  TextSpan name, spec;
  char32_t conversion = 0;      // of `!r`; 0: none
  bool spec_has_fields = false;
};

class MarkupReader {
 public:
  MarkupReader(const Str* text, TextSpan span) : text_(text), at_(span.start), end_(span.end) {}
  // False at the end; ValueError for bad markup.
  Result<bool> next(Thread& t, MarkupPiece* out);
  usize position() const { return at_; }

 private:
  Status read_field(Thread& t, MarkupPiece* out);
  const Str* text_;
  usize at_, end_;
};

// "first.attr[item]...": the first part, then one accessor after the other.
struct FieldAccessor {
  bool is_attribute;
  TextSpan name;
  ssize index;  // of [digits]; -1: a text
};
class FieldNameReader {
 public:
  FieldNameReader(const Str* text, TextSpan span);
  FieldNameReader(const Str* text, TextSpan span, usize at) : text_(text), at_(at), end_(span.end) {}  // goes on
  TextSpan first() const { return first_; }
  Result<bool> next(Thread& t, FieldAccessor* out);
  usize position() const { return at_; }

 private:
  const Str* text_;
  TextSpan first_;
  usize at_, end_;
};

// The number that all of a span's digits make, -1 if it is none; ValueError if it is too big.
Result<ssize> span_number(Thread& t, const Str* text, TextSpan span);

}  // namespace taipan
