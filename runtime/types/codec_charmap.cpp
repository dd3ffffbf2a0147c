// charmap: codecs that are tables, given as a str (decoding) or as anything that can be indexed.
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/codec.h"
#include "runtime/types/codec_errors.h"
#include "runtime/types/dict.h"

namespace taipan {

namespace {

constexpr const char* kUndefined = "character maps to <undefined>";
constexpr char32_t kNoCharacter = 0xfffe;

// What a mapping has for `key`: owned; absent() for None or nothing.
Result<> mapped(Thread& t, Value mapping, i64 key) {
  Result<> r = is_exact<Dict>(mapping) ? dict_get(t, mapping.as<Dict>(), Value::small_int(key))
                                       : get_item(t, mapping, Value::small_int(key));
  if (r.is_error()) {
    if (!swallow(t, LookupError)) return kError;
    return Result<>::absent();
  }
  if (!r.is_absent() && is_none(r.word())) {
    drop(r);
    return Result<>::absent();
  }
  return r;
}

// Writes the bytes for c; false: the mapping has none.
Result<bool> encode_one(Thread& t, Value mapping, char32_t c, ByteBuffer& out) {
  Result<> r = mapped(t, mapping, c);
  if (r.is_error()) return kError;
  if (r.is_absent()) return false;
  Local<> v(t, r);
  if (is_any_int(v)) {
    i64 byte;
    if (!int_to_i64(v, &byte) || byte < 0 || byte > 255) {
      return raise(t, TypeError, "character mapping must be in range(256)");
    }
    TRY(out.append_byte(static_cast<u8>(byte)));
    return true;
  }
  if (!is_a<Bytes>(v)) {
    return raise(t, TypeError, "character mapping must return integer, bytes or None, not {!T}", v.value());
  }
  TRY(out.append(v.value().as<Bytes>()->data(), v.value().as<Bytes>()->size()));
  return true;
}

// What a byte stands for in the mapping. False: undefined.
Result<bool> decode_one(Thread& t, Value mapping, u8 byte, StrBuilder& out) {
  if (is_exact<Str>(mapping)) {
    Str* table = mapping.as<Str>();
    if (byte >= table->length() || table->at(byte) == kNoCharacter) return false;
    TRY(out.append_char(table->at(byte)));
    return true;
  }
  Result<> r = mapped(t, mapping, byte);
  if (r.is_error()) return kError;
  if (r.is_absent()) return false;
  Local<> v(t, r);
  if (is_any_int(v)) {
    i64 c;
    if (!int_to_i64(v, &c) || c < 0 || c > 0x10ffff) {
      return raise(t, TypeError, "character mapping must be in range(0x110000)");
    }
    if (c == static_cast<i64>(kNoCharacter)) return false;
    TRY(out.append_char(static_cast<char32_t>(c)));
    return true;
  }
  if (!is_a<Str>(v)) return raise(t, TypeError, "character mapping must return integer, None or str");
  Str* s = v.value().as<Str>();
  if (s->length() == 1 && s->at(0) == kNoCharacter) return false;
  TRY(out.append(s));
  return true;
}

}  // namespace

Result<Bytes> encode_charmap(Thread& t, Str* s, const char* error_name, Value mapping) {
  if (is_none(mapping)) return encode_form(t, s, TextForm::Latin1, error_name);
  EncodeErrors errors(t, "charmap", s, error_name);
  ByteBuffer out(t), probe(t);
  usize n = s->length();
  for (usize i = 0; i < n;) {
    if (TRY(encode_one(t, mapping, s->at(i), out))) {
      ++i;
      continue;
    }
    usize end = i + 1;  // the run of characters that have no bytes
    for (; end < n; ++end) {
      if (TRY(encode_one(t, mapping, s->at(end), probe))) break;
    }
    TRY(errors.handle(i, end, kUndefined));
    Value v = errors.replacement();
    if (is_a<Bytes>(v)) {
      TRY(out.append(v.as<Bytes>()->data(), v.as<Bytes>()->size()));
    } else {
      Local<Str> text(t, v);
      for (usize k = 0; k < text->length(); ++k) {
        if (!TRY(encode_one(t, mapping, text->at(k), out))) return errors.raise(i, end, kUndefined);
      }
    }
    i = errors.next();
  }
  return out.finish();
}

Result<Str> decode_charmap(Thread& t, std::string_view bytes, const char* error_name, Value mapping) {
  if (is_none(mapping)) return str_from_latin1(t, bytes);
  DecodeErrors errors(t, "charmap", bytes, error_name);
  StrBuilder out(t);
  for (usize i = 0; i < errors.size();) {
    if (TRY(decode_one(t, mapping, errors.data()[i], out))) {
      ++i;
      continue;
    }
    TRY(errors.handle(i, i + 1, kUndefined, out));
    i = errors.next();
  }
  return out.finish();
}

}  // namespace taipan
