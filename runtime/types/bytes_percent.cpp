// bytes % arguments, bytearray % arguments.
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/percent_arguments.h"

namespace taipan {

namespace {

// Bytes collected piece by piece in a bytearray, which no one else sees.
class Output {
 public:
  Output(Thread& t, ByteArray* out) : t_(t), out_(out) {}
  Status append(const u8* data, usize n) { return bytearray_append(t_, out_, data, n); }
  Status fill(u8 c, usize n) {
    if (n == 0) return kDone;
    usize at = out_->size_;
    TRY(raise_resize(t_, bytearray_splice_locked(t_, out_, at, at, n)));
    std::memset(out_->bytes() + at, c, n);
    return kDone;
  }
  Status padded(const u8* data, usize n, const PercentSpec& spec) {
    TextPadding padding = lay_out_percent_text(n, spec);
    TRY(fill(' ', padding.left));
    TRY(append(data, padding.length));
    return fill(' ', padding.right);
  }

 private:
  Thread& t_;
  ByteArray* out_;
};

// %b and %s: a bytes-like object, or what __bytes__ makes.
Status write_bytes(Thread& t, PercentArguments& arguments, const PercentSpec& spec, Output& out) {
  Value v = arguments.value();
  if (has_buffer(v)) {
    ByteSource s;
    TRY(s.get(t, v));
    return out.padded(s.data(), s.size(), spec);
  }
  Result<> made = call_special(t, v, names().__bytes__, nullptr, 0);
  if (made.is_error()) return kError;
  if (made.is_absent()) {
    return arguments.raise_wanted('b', "a bytes-like object, or an object that implements __bytes__");
  }
  Local<> b(t, made);
  if (!is_a<Bytes>(b)) {
    return raise(t, TypeError, "{!T}.__bytes__() must return a bytes, not {!T}", v, b.value());
  }
  Bytes* bytes = b.value().as<Bytes>();
  return out.padded(bytes->data(), bytes->size(), spec);
}

Status write_character(Thread& t, PercentArguments& arguments, const PercentSpec& spec, Output& out) {
  constexpr const char* kWanted = "an integer in range(256) or a single byte";
  Value v = arguments.value();
  u8 c;
  if (is_a<Bytes>(v) || is_bytearray(v)) {
    ByteSource s;
    TRY(s.get(t, v));
    if (s.size() != 1) {
      return arguments.raise_wanted_size('c', is_a<Bytes>(v) ? "an integer in range(256) or a single byte, not a bytes object"
                                                             : "an integer in range(256) or a single byte, not a bytearray object",
                                         s.size());
    }
    c = s.data()[0];
  } else {
    i64 code = TRY(arguments.character(256, "256"));
    if (code < 0) return arguments.raise_wanted('c', kWanted);
    c = static_cast<u8>(code);
  }
  return out.padded(&c, 1, spec);
}

Status write_conversion(Thread& t, const u8* text, PercentArguments& arguments, PercentSpec spec, Output& out) {
  Local<Bytes> key(t);
  if (spec.has_key) {
    TRY(arguments.check_mapping(t));
    if (spec.error == PercentError::IncompleteKey) {
      Local<Str> words(t, TRY(str_from_wtf8(t, percent_error_text(spec))));
      return raise_value(t, ValueError, words);
    }
    const char* start = reinterpret_cast<const char*>(text) + spec.key_begin;
    key.set(TRY(bytes_from(t, {start, spec.key_end - spec.key_begin})));
  }
  TRY(arguments.take(&spec, spec.has_key ? key.value() : Value::empty()));
  switch (spec.type) {
    case 'b': case 's': return write_bytes(t, arguments, spec, out);
    case 'c': return write_character(t, arguments, spec, out);
    case 'r': case 'a': {
      Local<Str> s(t, TRY(to_ascii(t, arguments.value())));
      return out.padded(s->data(), s->length(), spec);
    }
  }
  FormattedText number;
  if (!TRY(arguments.format_number(spec, &number))) {
    Local<Str> words(t, TRY(str_from_wtf8(t, percent_type_error(spec, true))));
    return raise_value(t, ValueError, words);
  }
  Local<Bytes> room(t, TRY(bytes_allocate(t, number.length())));
  number.write(room->data());
  return out.append(room->data(), number.length());
}

}  // namespace

Result<> bytes_percent(Thread& t, bool array, Value format, Value args) {
  // A copy: arguments may change the format while they are converted.
  ByteSource source;
  TRY(source.get_copy(t, format));
  PercentArguments arguments(t, args, true);
  Local<ByteArray> result(t, TRY(bytearray_from(t, nullptr, 0)));
  Output out(t, result);
  const u8* text = source.data();
  usize n = source.size(), at = 0;
  while (at < n) {
    usize start = at;
    while (at < n && text[at] != '%') ++at;
    TRY(out.append(text + start, at - start));
    if (at == n) break;
    PercentSpec spec = parse_percent(text, n, at);
    if (spec.literal) {
      TRY(out.fill('%', 1));
    } else {
      TRY(write_conversion(t, text, arguments, spec, out));
    }
    at = spec.end;
  }
  TRY(arguments.finish());
  if (array) return result.give();
  return bytes_from(t, {reinterpret_cast<char*>(result->bytes()), result->size_});
}

}  // namespace taipan
