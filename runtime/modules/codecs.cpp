// The module _codecs: the registry, and the encoders and decoders that the package encodings is built on.
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/codec.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"

namespace taipan {

namespace {

// `errors` arguments: a str or None.
Status errors_argument(Thread& t, const char* function, Value v, CodecName* out) {
  if (is_none(v)) return kDone;
  if (!is_a<Str>(v)) return raise(t, TypeError, "{}() argument 2 must be str or None, not {!T}", function, v);
  return out->get(t, v.as<Str>());
}

// (object, size)
template <class T>
Result<Tuple> with_size(Thread& t, Result<T> object, usize size) {
  if (object.is_error()) return kError;
  Local<T> first(t, object);
  return tuple_of(t, first, Value::small_int(static_cast<i64>(size)));
}

template <TextForm kForm>
Result<Tuple> form_encode(Thread& t, Str* s, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, kForm == TextForm::Ascii ? "ascii_encode" : kForm == TextForm::Latin1 ? "latin_1_encode" : "encode",
                      errors, &policy));
  return with_size(t, encode_form(t, s, kForm, policy.c_str()), s->length());
}
template <TextForm kAny, TextForm kLittle, TextForm kBig>
Result<Tuple> ordered_encode(Thread& t, Str* s, Value errors, i32 byteorder) {
  CodecName policy;
  TRY(errors_argument(t, "encode", errors, &policy));
  TextForm form = byteorder == 0 ? kAny : byteorder < 0 ? kLittle : kBig;
  return with_size(t, encode_form(t, s, form, policy.c_str()), s->length());
}

template <TextForm kForm>
Result<Tuple> form_decode(Thread& t, const ByteSource& data, Value errors, bool final) {
  CodecName policy;
  TRY(errors_argument(t, "decode", errors, &policy));
  usize consumed = data.size();
  auto text = decode_form(t, data.view(), kForm, policy.c_str(), final ? nullptr : &consumed);
  return with_size(t, text, consumed);
}
template <TextForm kForm>
Result<Tuple> whole_decode(Thread& t, const ByteSource& data, Value errors) {
  return form_decode<kForm>(t, data, errors, true);
}
template <TextForm kForm>
Result<Tuple> ex_decode(Thread& t, const ByteSource& data, Value errors, i32 byteorder, bool final) {
  CodecName policy;
  TRY(errors_argument(t, "decode", errors, &policy));
  usize consumed = data.size();
  int order = byteorder;
  Local<Str> text(t, TRY(decode_form(t, data.view(), kForm, policy.c_str(), final ? nullptr : &consumed, &order)));
  return tuple_of(t, text, Value::small_int(static_cast<i64>(consumed)), Value::small_int(order));
}

Result<Tuple> utf7_encode(Thread& t, Str* s, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "utf_7_encode", errors, &policy));
  return with_size(t, encode_utf7(t, s, policy.c_str()), s->length());
}
Result<Tuple> utf7_decode(Thread& t, const ByteSource& data, Value errors, bool final) {
  CodecName policy;
  TRY(errors_argument(t, "utf_7_decode", errors, &policy));
  usize consumed = data.size();
  auto text = decode_utf7(t, data.view(), policy.c_str(), final ? nullptr : &consumed);
  return with_size(t, text, consumed);
}

Result<Tuple> unicode_escape_encode(Thread& t, Str* s, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "unicode_escape_encode", errors, &policy));
  return with_size(t, encode_unicode_escape(t, s), s->length());
}
Result<Tuple> raw_unicode_escape_encode(Thread& t, Str* s, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "raw_unicode_escape_encode", errors, &policy));
  return with_size(t, encode_raw_unicode_escape(t, s), s->length());
}

// A str stands for its UTF-8 bytes.
Status text_or_bytes(Thread& t, Value v, Local<Bytes>* keep, ByteSource* out) {
  if (is_a<Str>(v)) {
    keep->set(TRY(encode_form(t, v.as<Str>(), TextForm::Utf8, nullptr)));
    return out->get(t, *keep);
  }
  return out->get(t, v);
}

template <auto kDecode>
Result<Tuple> escape_text_decode(Thread& t, Value v, Value errors, bool final) {
  CodecName policy;
  TRY(errors_argument(t, "decode", errors, &policy));
  Local<Bytes> keep(t);
  ByteSource data;
  TRY(text_or_bytes(t, v, &keep, &data));
  usize consumed = data.size();
  auto text = kDecode(t, data.view(), policy.c_str(), final ? nullptr : &consumed);
  return with_size(t, text, consumed);
}

Result<Tuple> escape_decode(Thread& t, Value v, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "escape_decode", errors, &policy));
  Local<Bytes> keep(t);
  ByteSource data;
  TRY(text_or_bytes(t, v, &keep, &data));
  return with_size(t, decode_bytes_escape(t, data.view(), policy.c_str()), data.size());
}

Result<Tuple> escape_encode(Thread& t, Bytes* data, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "escape_encode", errors, &policy));
  // The repr in single quotes, without what is around it.
  StrBuilder out(t);
  constexpr char kHex[] = "0123456789abcdef";
  for (u8 c : data->view()) {
    if (c == '\'' || c == '\\') {
      TRY(out.append_char('\\'));
      TRY(out.append_char(c));
    } else if (c == '\t' || c == '\n' || c == '\r') {
      TRY(out.append_char('\\'));
      TRY(out.append_char(c == '\t' ? 't' : c == '\n' ? 'n' : 'r'));
    } else if (c < 0x20 || c >= 0x7f) {
      char text[] = {'\\', 'x', kHex[c >> 4], kHex[c & 15]};
      TRY(out.append_ascii({text, 4}));
    } else {
      TRY(out.append_char(c));
    }
  }
  Local<Str> text(t, TRY(out.finish()));
  return with_size(t, bytes_from(t, text->ascii()), data->size());
}

Result<Tuple> charmap_encode(Thread& t, Str* s, Value errors, Value mapping) {
  CodecName policy;
  TRY(errors_argument(t, "charmap_encode", errors, &policy));
  return with_size(t, encode_charmap(t, s, policy.c_str(), mapping), s->length());
}
Result<Tuple> charmap_decode(Thread& t, const ByteSource& data, Value errors, Value mapping) {
  CodecName policy;
  TRY(errors_argument(t, "charmap_decode", errors, &policy));
  return with_size(t, decode_charmap(t, data.view(), policy.c_str(), mapping), data.size());
}
Result<Dict> charmap_build(Thread& t, Str* map) {
  Local<Dict> table(t, TRY(dict_new(t, map->length())));
  for (usize i = 0; i < map->length() && i < 256; ++i) {
    TRY(dict_set(t, table, Value::small_int(map->at(i)), Value::small_int(static_cast<i64>(i))));
  }
  return table.give();
}

Result<Tuple> readbuffer_encode(Thread& t, Value v, Value errors) {
  CodecName policy;
  TRY(errors_argument(t, "readbuffer_encode", errors, &policy));
  Local<Bytes> keep(t);
  ByteSource data;
  TRY(text_or_bytes(t, v, &keep, &data));
  return with_size(t, bytes_from(t, data.view()), data.size());
}

Status register_function(Thread& t, Value search_function) { return codec_register(t, search_function); }
Status unregister_function(Thread& t, Value search_function) { return codec_unregister(t, search_function); }
Result<> lookup(Thread& t, Str* encoding) { return codec_lookup(t, encoding); }

Result<> encode(Thread& t, Value object, Opt<Str*> encoding, Opt<Str*> errors) {
  Local<Str> name(t, TRY(str_from_ascii(t, "utf-8")));
  return codec_encode(t, object, encoding ? *encoding : name.get(), errors.value_or(nullptr));
}
Result<> decode(Thread& t, Value object, Opt<Str*> encoding, Opt<Str*> errors) {
  Local<Str> name(t, TRY(str_from_ascii(t, "utf-8")));
  return codec_decode(t, object, encoding ? *encoding : name.get(), errors.value_or(nullptr));
}

Status register_error(Thread& t, Str* errors, Value handler) { return codec_register_error(t, errors, handler); }
Result<bool> unregister_error(Thread& t, Str* errors) { return codec_unregister_error(t, errors); }
Result<> lookup_error(Thread& t, Str* name) {
  CodecName policy;
  TRY(policy.get(t, name));
  return codec_lookup_error(t, policy.c_str());
}
Result<Str> normalize(Thread& t, Str* encoding) { return normalize_encoding(t, encoding); }

using F = TextForm;
constexpr const char* kEncodes = "Encode text; gives the bytes and the number of characters.";
constexpr const char* kDecodes = "Decode bytes; gives the text and the number of bytes used.";

const NativeDef kFunctions[] = {
    def<register_function>("register($module, search_function, /)", "Register a codec search function."),
    def<unregister_function>("unregister($module, search_function, /)", "Unregister a codec search function."),
    def<lookup>("lookup($module, encoding, /)", "Look up a codec: a tuple of its functions."),
    def<encode>("encode($module, /, obj, encoding='utf-8', errors='strict')", "Encode obj by any registered codec."),
    def<decode>("decode($module, /, obj, encoding='utf-8', errors='strict')", "Decode obj by any registered codec."),
    def<register_error>("register_error($module, errors, handler, /)", "Register an error handler under a name."),
    def<unregister_error>("_unregister_error($module, errors, /)", "Un-register an error handler."),
    def<lookup_error>("lookup_error($module, name, /)", "The error handler of this name."),
    def<normalize>("_normalize_encoding($module, /, encoding)", "The name as search functions get it."),
    def<form_encode<F::Utf8>>("utf_8_encode($module, str, errors=None, /)", kEncodes),
    def<form_decode<F::Utf8>>("utf_8_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<utf7_encode>("utf_7_encode($module, str, errors=None, /)", kEncodes),
    def<utf7_decode>("utf_7_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<ordered_encode<F::Utf16, F::Utf16LE, F::Utf16BE>>("utf_16_encode($module, str, errors=None, byteorder=0, /)", kEncodes),
    def<form_encode<F::Utf16LE>>("utf_16_le_encode($module, str, errors=None, /)", kEncodes),
    def<form_encode<F::Utf16BE>>("utf_16_be_encode($module, str, errors=None, /)", kEncodes),
    def<form_decode<F::Utf16>>("utf_16_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<form_decode<F::Utf16LE>>("utf_16_le_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<form_decode<F::Utf16BE>>("utf_16_be_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<ex_decode<F::Utf16>>("utf_16_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", kDecodes),
    def<ordered_encode<F::Utf32, F::Utf32LE, F::Utf32BE>>("utf_32_encode($module, str, errors=None, byteorder=0, /)", kEncodes),
    def<form_encode<F::Utf32LE>>("utf_32_le_encode($module, str, errors=None, /)", kEncodes),
    def<form_encode<F::Utf32BE>>("utf_32_be_encode($module, str, errors=None, /)", kEncodes),
    def<form_decode<F::Utf32>>("utf_32_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<form_decode<F::Utf32LE>>("utf_32_le_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<form_decode<F::Utf32BE>>("utf_32_be_decode($module, data, errors=None, final=False, /)", kDecodes),
    def<ex_decode<F::Utf32>>("utf_32_ex_decode($module, data, errors=None, byteorder=0, final=False, /)", kDecodes),
    def<form_encode<F::Ascii>>("ascii_encode($module, str, errors=None, /)", kEncodes),
    def<whole_decode<F::Ascii>>("ascii_decode($module, data, errors=None, /)", kDecodes),
    def<form_encode<F::Latin1>>("latin_1_encode($module, str, errors=None, /)", kEncodes),
    def<whole_decode<F::Latin1>>("latin_1_decode($module, data, errors=None, /)", kDecodes),
    def<unicode_escape_encode>("unicode_escape_encode($module, str, errors=None, /)", kEncodes),
    def<escape_text_decode<decode_unicode_escape>>("unicode_escape_decode($module, data, errors=None, final=True, /)", kDecodes),
    def<raw_unicode_escape_encode>("raw_unicode_escape_encode($module, str, errors=None, /)", kEncodes),
    def<escape_text_decode<decode_raw_unicode_escape>>("raw_unicode_escape_decode($module, data, errors=None, final=True, /)",
                                                       kDecodes),
    def<escape_encode>("escape_encode($module, data, errors=None, /)", "Escape bytes as a literal has them."),
    def<escape_decode>("escape_decode($module, data, errors=None, /)", "Undo the escapes of a bytes literal."),
    def<charmap_encode>("charmap_encode($module, str, errors=None, mapping=None, /)", kEncodes),
    def<charmap_decode>("charmap_decode($module, data, errors=None, mapping=None, /)", kDecodes),
    def<charmap_build>("charmap_build($module, map, /)", "An encoding table for a decoding table."),
    def<readbuffer_encode>("readbuffer_encode($module, data, errors=None, /)", "The bytes of a buffer."),
};

}  // namespace

extern const ModuleDef codecs_module_def;
constinit const ModuleDef codecs_module_def = {"_codecs", nullptr, kFunctions};

}  // namespace taipan
