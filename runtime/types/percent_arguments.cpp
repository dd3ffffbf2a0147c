#include "runtime/types/percent_arguments.h"

#include "runtime/object/error.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace taipan {

PercentArguments::PercentArguments(Thread& t, Value args, bool in_bytes)
    : t_(t), tuple_(is_a<Tuple>(args) ? args.as<Tuple>() : nullptr), single_(args), in_bytes_(in_bytes),
      key_(t), value_(t) {
  bool text = in_bytes ? is_a<Bytes>(args) || is_instance(args, bytearray_type) : is_a<Str>(args);
  is_mapping_ = tuple_ == nullptr && !text && type_of(args).slots.get_item != nullptr;
}

Status PercentArguments::check_mapping(Thread& t) const {
  if (is_mapping_) return kDone;
  return raise(t, TypeError, "format requires a mapping, not {!T}", single_);
}

Result<> PercentArguments::next_positional(const PercentSpec& spec) {
  if (by_key_) {
    return raise(t_, ValueError, "format requires a parenthesised mapping key at position {}", spec.start);
  }
  usize count = tuple_ != nullptr ? tuple_->size() : 1;
  if (used_ >= count) {
    return raise(t_, TypeError, "not enough arguments for format string (got {})", count);
  }
  usize i = used_++;
  return own(tuple_ != nullptr ? (*tuple_)[i] : single_);
}

Result<Str> PercentArguments::prefix() {
  if (by_key_) return str_format(t_, "format argument {!r}: ", key_.value());
  if (tuple_ != nullptr) return str_format(t_, "format argument {}: ", used_);
  return str_from_ascii(t_, "format argument: ");
}

ErrorTag PercentArguments::raise_wanted(char32_t type, const char* what) {
  Result<Str> where = prefix();
  if (where.is_error()) return kError;
  Local<Str> keep(t_, where);
  char letter[] = {static_cast<char>(type), 0};
  return raise(t_, TypeError, "{}%{} requires {}, not {!Q}", keep.value(),
               static_cast<const char*>(letter), what, value_.value());
}

ErrorTag PercentArguments::raise_wanted_size(char32_t type, const char* what, usize size) {
  Result<Str> where = prefix();
  if (where.is_error()) return kError;
  Local<Str> keep(t_, where);
  char letter[] = {static_cast<char>(type), 0};
  return raise(t_, TypeError, "{}%{} requires {} of length {}", keep.value(),
               static_cast<const char*>(letter), what, size);
}

// The argument of "*".
Result<ssize> PercentArguments::star(const PercentSpec& spec, const char* what) {
  value_.set(TRY(next_positional(spec)));
  if (!is_any_int(value_)) {
    Local<Str> where(t_, TRY(prefix()));
    return raise(t_, TypeError, "{}* requires int, not {!T}", where.value(), value_.value());
  }
  i64 n;
  i64 limit = *what == 'w' ? INT64_MAX : INT32_MAX;
  if (!int_to_i64(value_, &n) || n > limit || n < -limit) {
    Local<Str> where(t_, TRY(prefix()));
    return raise(t_, OverflowError, "{}too big for {}", where.value(), what);
  }
  return n;
}

Result<Value*> PercentArguments::take(PercentSpec* spec, Value key) {
  if (!key.is_empty()) {
    by_key_ = true;
    key_.set(key);
    value_.set(TRY(get_item(t_, single_, key)));
  }
  if (spec->star_width) spec->set_width(TRY(star(*spec, "width")));
  if (spec->star_precision) spec->set_precision(TRY(star(*spec, "precision")));
  if (spec->error != PercentError::None) {
    Local<Str> words(t_, TRY(str_from_wtf8(t_, percent_error_text(*spec))));
    return raise_value(t_, ValueError, words);
  }
  if (key.is_empty()) value_.set(TRY(next_positional(*spec)));
  return value_.word();
}

Status PercentArguments::finish() {
  usize count = tuple_ != nullptr ? tuple_->size() : 1;
  if (is_mapping_ || by_key_ || used_ >= count) return kDone;
  return raise(t_, TypeError, "not all arguments converted during {} formatting (required {}, got {})",
               in_bytes_ ? "bytes" : "string", used_, count);
}

Result<bool> PercentArguments::integer_text(const PercentSpec& spec, FormattedText* out) {
  Value v = value_;
  bool decimal = percent_base(spec.type) == 10;
  if (!is_any_int(v)) {
    TypeSlots& slots = type_of(v).slots;
    Result<> r = kError;
    if (slots.index != nullptr && !(decimal && slots.to_int != nullptr)) {
      r = to_index(t_, v);
    } else if (decimal && slots.to_int != nullptr) {
      r = slots.to_int(t_, v);
    } else {
      return raise_wanted(spec.type, decimal ? "a real number" : "an integer");
    }
    if (r.is_error() && !swallow(t_, TypeError)) return kError;
    if (r.is_error() || !is_any_int(r.word())) {
      drop(r);
      return raise_wanted(spec.type, decimal ? "a real number" : "an integer");
    }
    value_.set(r);
    v = value_;
  }
  int base = percent_base(spec.type);
  bool negative = int_sign(v) < 0;
  std::string digits;
  if (v.is_int()) {
    i64 i = v.as_int();
    digits = digits_of(negative ? -static_cast<u64>(i) : static_cast<u64>(i), base);
  } else {
    Local<Str> text(t_, TRY(int_to_text(t_, v, base)));
    digits = std::string(text->ascii());
    if (negative) digits.erase(0, 1);
  }
  if (spec.width > ssize{1} << 40 || spec.precision > ssize{1} << 40) return (void)raise_memory_error(t_), kError;
  format_percent_int(negative, std::move(digits), spec, out);
  return true;
}

Result<bool> PercentArguments::format_number(const PercentSpec& spec, FormattedText* out) {
  switch (spec.type) {
    case 'd': case 'i': case 'u': case 'o': case 'x': case 'X': return integer_text(spec, out);
    case 'e': case 'E': case 'f': case 'F': case 'g': case 'G': break;
    default: return false;
  }
  Value v = value_;
  if (!is_any_float(v) && !is_any_int(v) && type_of(v).slots.to_float == nullptr &&
      type_of(v).slots.index == nullptr) {
    return raise_wanted(spec.type, "a real number");
  }
  Result<f64> number = to_double(t_, v);
  if (number.is_error()) {
    if (!swallow(t_, TypeError)) return kError;
    return raise_wanted(spec.type, "a real number");
  }
  f64 d = number.take();
  if (!format_percent_double(d, spec, out)) return raise(t_, ValueError, "precision too big");
  return true;
}

Result<i64> PercentArguments::character(i64 limit, const char* limit_text) {
  Value v = value_;
  if (!is_any_int(v) && type_of(v).slots.index == nullptr) return i64{-1};
  Local<> index(t_, TRY(to_index(t_, v)));
  i64 c;
  if (!int_to_i64(index, &c) || c < 0 || c >= limit) {
    Local<Str> where(t_, TRY(prefix()));
    return raise(t_, OverflowError, "{}%c argument not in range({})", where.value(), limit_text);
  }
  return c;
}

}  // namespace taipan
