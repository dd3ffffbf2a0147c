#include "runtime/types/str_markup.h"

#include "runtime/base/unicode/properties.h"

namespace taipan {

Result<ssize> span_number(Thread& t, const Str* text, TextSpan span) {
  if (span.is_empty()) return ssize{-1};
  ssize value = 0;
  for (usize i = span.start; i < span.end; ++i) {
    int digit = unicode::decimal_value(text->at(i));
    if (digit < 0) return ssize{-1};
    if (__builtin_mul_overflow(value, ssize{10}, &value) || __builtin_add_overflow(value, ssize{digit}, &value)) {
      return raise(t, ValueError, "Too many decimal digits in format string");
    }
  }
  return value;
}

Result<bool> MarkupReader::next(Thread& t, MarkupPiece* out) {
  *out = MarkupPiece();
  if (at_ >= end_) return false;
  usize start = at_;
  char32_t c = 0;
  while (at_ < end_) {
    c = text_->at(at_++);
    if (c == '{' || c == '}') break;
  }
  bool brace = c == '{' || c == '}';
  out->literal = {start, brace ? at_ - 1 : at_};
  if (!brace) return true;
  if (at_ < end_ && text_->at(at_) == c) {  // doubled: the first of the two is literal text
    out->literal.end = at_++;
    return true;
  }
  if (c == '}') return raise(t, ValueError, "Single '}}' encountered in format string");
  if (at_ >= end_) return raise(t, ValueError, "Single '{{' encountered in format string");
  out->has_field = true;
  TRY(read_field(t, out));
  return true;
}

// Behind the opening brace.
Status MarkupReader::read_field(Thread& t, MarkupPiece* out) {
  out->name.start = at_;
  char32_t stop = 0;
  while (at_ < end_ && stop == 0) {
    char32_t c = text_->at(at_++);
    if (c == '{') return raise(t, ValueError, "unexpected '{{' in field name");
    if (c == '[') {
      while (at_ < end_ && text_->at(at_) != ']') ++at_;
    } else if (c == '}' || c == ':' || c == '!') {
      stop = c;
    }
  }
  if (stop == 0) return raise(t, ValueError, "expected '}}' before end of string");
  out->name.end = at_ - 1;
  if (stop == '}') return kDone;
  if (stop == '!') {
    if (at_ >= end_) {
      return raise(t, ValueError, "end of string while looking for conversion specifier");
    }
    out->conversion = text_->at(at_++);
    if (at_ < end_) {
      char32_t c = text_->at(at_++);
      if (c == '}') return kDone;
      if (c != ':') return raise(t, ValueError, "expected ':' after conversion specifier");
    }
  }
  out->spec.start = at_;
  for (usize depth = 1; at_ < end_;) {
    char32_t c = text_->at(at_++);
    if (c == '{') {
      out->spec_has_fields = true;
      ++depth;
    } else if (c == '}' && --depth == 0) {
      out->spec.end = at_ - 1;
      return kDone;
    }
  }
  return raise(t, ValueError, "unmatched '{{' in format spec");
}

FieldNameReader::FieldNameReader(const Str* text, TextSpan span) : text_(text), end_(span.end) {
  at_ = span.start;
  while (at_ < end_ && text->at(at_) != '.' && text->at(at_) != '[') ++at_;
  first_ = {span.start, at_};
}

Result<bool> FieldNameReader::next(Thread& t, FieldAccessor* out) {
  if (at_ >= end_) return false;
  char32_t c = text_->at(at_++);
  out->index = -1;
  usize start = at_;
  if (c == '.') {
    out->is_attribute = true;
    while (at_ < end_ && text_->at(at_) != '.' && text_->at(at_) != '[') ++at_;
    out->name = {start, at_};
  } else if (c == '[') {
    out->is_attribute = false;
    while (at_ < end_ && text_->at(at_) != ']') ++at_;
    if (at_ >= end_) return raise(t, ValueError, "Missing ']' in format string");
    out->name = {start, at_++};
    out->index = TRY(span_number(t, text_, out->name));
  } else {
    return raise(t, ValueError, "Only '.' or '[' may follow ']' in format field specifier");
  }
  if (out->name.is_empty()) return raise(t, ValueError, "Empty attribute in format string");
  return true;
}

}  // namespace taipan
