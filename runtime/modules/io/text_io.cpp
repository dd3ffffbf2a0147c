// __init__, reconfigure(), and the codec behind a text stream.
#include "runtime/modules/io/text_io.h"

#include <clocale>
#include <cstring>
#include <langinfo.h>

#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/types/exceptions.h"

namespace taipan::io {

Status text_raise_unusable(Thread& t, TextIO* x) {
  return raise(t, ValueError, x->detached.load_acquire() ? "underlying buffer has been detached" : "I/O operation on uninitialized object");
}

Result<bool> text_closed(Thread& t, TextIO* x) {
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_reader(buffer) || is_plain_writer(buffer)) return buffered_closed(t, buffered_of(buffer));
  return is_closed(t, buffer);
}
Status text_check_closed_slow(Thread& t, TextIO* x) {
  if (TRY(text_closed(t, x))) return raise(t, ValueError, "I/O operation on closed file.");
  return kDone;
}
Status text_call_flush(Thread& t, Value self) {
  Local<> r(t, TRY(call_method(t, self, names().flush)));
  return kDone;
}

Result<Str> locale_encoding(Thread& t) {
  locale_t l = newlocale(LC_CTYPE_MASK, "", locale_t{});
  const char* name = l ? nl_langinfo_l(CODESET, l) : "UTF-8";
  // The C locale is taken for one with UTF-8 (PEP 538).
  if (*name == 0 || std::strcmp(name, "ANSI_X3.4-1968") == 0) name = "UTF-8";
  Result<Str> text = str_from_ascii(t, name);
  if (l) freelocale(l);
  return text;
}

namespace {

Result<Newline> parse_newline(Thread& t, Value v) {
  if (!given(v)) return Newline::Universal;
  Str* s = v.as<Str>();
  if (s->length() == 0) return Newline::Empty;
  if (str_equals(s, "\n")) return Newline::LF;
  if (str_equals(s, "\r")) return Newline::CR;
  if (str_equals(s, "\r\n")) return Newline::CRLF;
  return raise(t, ValueError, "illegal newline value: {}", v);
}

Result<Str> resolve_encoding(Thread& t, Value encoding) {
  if (!given(encoding)) {
    if (g_config.warn_default_encoding) TRY(warn(t, EncodingWarning, "'encoding' argument not specified"));
    return g_config.utf8_mode ? str_from_ascii(t, "utf-8") : locale_encoding(t);
  }
  if (str_equals(encoding.as<Str>(), "locale")) return locale_encoding(t);
  return own(encoding.as<Str>());
}

ssize find_in(const Str* s, char32_t c) {
  for (usize i = 0; i < s->length(); ++i) {
    if (s->at(i) == c) return static_cast<ssize>(i);
  }
  return -1;
}

// codecs.lookup(encoding), which must be an encoding of text.
Result<> codec_info(Thread& t, Str* encoding) {
  Local<> lookup(t, TRY(import_attribute(t, "_codecs", "lookup")));
  Local<Str> name(t, Value(encoding));
  ssize null = find_in(encoding, 0);  // reconfigure() takes names as C strings
  if (null >= 0) name.set(TRY(str_substring(t, name, 0, static_cast<usize>(null))));
  Local<> info(t, TRY(call(t, lookup, name)));
  Local<> is_text(t, TRY(get_attribute_or_absent(t, info, g_io._is_text_encoding)));
  if (!is_text.is_empty() && !TRY(truth(t, is_text))) {
    return raise(t, LookupError, "{!r} is not a text encoding", Value(encoding));
  }
  return info.give();
}
Status check_error_handler(Thread& t, Value errors) {
  if (!g_config.dev_mode) return kDone;
  Local<> lookup(t, TRY(import_attribute(t, "_codecs", "lookup_error")));
  Local<> handler(t, TRY(call(t, lookup, errors)));
  return kDone;
}

// Encoder and decoder for x->encoding, as far as the binary stream reads or writes.
Status set_codecs(Thread& t, TextIO* x, Value info) {
  Local<> buffer(t, TRY(text_buffer(t, x))), errors(t, x->errors.load(x));
  x->encoder.clear(x);
  x->decoder.clear(x);
  x->held_size = 0;
  x->newlines = {};
  Local<> readable(t, TRY(call_method(t, buffer, g_io.readable)));
  x->can_decode = TRY(truth(t, readable));
  Local<> writable(t, TRY(call_method(t, buffer, g_io.writable)));
  x->can_encode = TRY(truth(t, writable));
  if (x->is_native()) return kDone;
  if (x->can_decode) {
    Local<> make(t, TRY(get_attribute(t, info, g_io.incrementaldecoder)));
    Local<> decoder(t, TRY(call(t, make, errors)));
    if (x->is_universal()) decoder.set(TRY(newline_decoder_new(t, decoder, x->translates_reading())));
    x->decoder.store(x, decoder.value());
  }
  if (x->can_encode) {
    Local<> make(t, TRY(get_attribute(t, info, g_io.incrementalencoder)));
    Local<> encoder(t, TRY(call(t, make, errors)));
    x->encoder.store(x, encoder.value());
  }
  return kDone;
}

// No byte order mark in the middle of a file.
Status fix_encoder(Thread& t, TextIO* x) {
  x->encoder_at_start = true;
  if (!x->seekable || x->encoder.is_empty()) return kDone;
  Local<> buffer(t, TRY(text_buffer(t, x)));
  Local<> at(t, TRY(call_method(t, buffer, g_io.tell)));
  if (TRY(equal(t, at, Value::small_int(0)))) return kDone;
  x->encoder_at_start = false;
  Local<> encoder(t, x->encoder.load(x));
  Local<> r(t, TRY(call_method(t, encoder, g_io.setstate, Value::small_int(0))));
  return kDone;
}

Status text_init(Thread& t, Value self, Value buffer, Value encoding, Value errors, Value newline,
                 bool line_buffering, bool write_through) {
  TextIO* x = text_of(self);
  x->ok.store_relaxed(false);
  x->detached.store_relaxed(false);
  TRY(check_optional_text(t, encoding, "TextIOWrapper", "encoding"));
  TRY(check_optional_text(t, errors, "TextIOWrapper", "errors"));
  TRY(check_optional_text(t, newline, "TextIOWrapper", "newline"));
  Locked held(x->lock, x);
  TRY(held.take_again(t));
  Newline kind = TRY(parse_newline(t, newline));
  Local<Str> name(t, TRY(resolve_encoding(t, encoding)));
  Local<> handler(t, given(errors) ? errors : Value(names().strict));
  NativeCodec codec = native_codec(name);
  Local<> info(t);
  if (codec == NativeCodec::None) info.set(TRY(codec_info(t, name)));
  TRY(check_error_handler(t, handler));

  x->codec = codec;
  x->newline = kind;
  x->encoding.store(x, name.value());
  x->errors.store(x, handler.value());
  x->buffer.store(x, buffer);
  x->line_buffering.store_relaxed(line_buffering);
  x->write_through.store_relaxed(write_through);
  x->chunk_size = kChunkSize;
  x->bytes_per_char = 0;
  x->pending.size = 0;
  x->decoded.clear(x);
  x->decoded_used = 0;
  x->has_snapshot = false;
  x->snapshot.clear(x);
  TRY(set_codecs(t, x, info));
  x->has_read1 = is_plain_reader(buffer) || TRY(has_attribute(t, buffer, g_io.read1));
  Local<> seekable(t, TRY(call_method(t, buffer, g_io.seekable)));
  x->seekable = x->telling = TRY(truth(t, seekable));
  TRY(fix_encoder(t, x));
  x->ok.store_release(true);
  return kDone;
}

}  // namespace

const NativeDef kTextInit = def<text_init>(
    "TextIOWrapper($self, buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
    nullptr);

Result<> text_reconfigure(Thread& t, Value self, Value encoding, Value errors, Value newline, Value line_buffering,
                          Value write_through) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  TRY(check_optional_text(t, encoding, "reconfigure", "encoding", true));
  TRY(check_optional_text(t, errors, "reconfigure", "errors", true));
  TRY(check_optional_text(t, newline, "reconfigure", "newline", true));
  Locked held(x->lock, x);
  TRY(held.take_again(t));
  bool new_codec = given(encoding) || given(errors) || !newline.is_empty();
  if (!x->decoded.is_empty() && new_codec) {
    return unsupported(t, "It is not possible to set the encoding or newline of stream after the first read");
  }
  Newline kind = newline.is_empty() ? x->newline : TRY(parse_newline(t, newline));
  bool line = x->line_buffering.load_relaxed(), through = x->write_through.load_relaxed();
  if (given(line_buffering)) line = TRY(to_ssize(t, line_buffering)) != 0;
  if (given(write_through)) through = TRY(to_ssize(t, write_through)) != 0;
  TRY(text_call_flush(t, self));
  x->bytes_per_char = 0;
  if (new_codec) {
    Local<> name(t, given(encoding) ? Result<>(TRY(resolve_encoding(t, encoding))) : x->encoding.load(x));
    Local<> handler(t, given(errors)   ? own(errors)
                       : given(encoding) ? own(Value(names().strict))
                                         : x->errors.load(x));
    NativeCodec codec = native_codec(name.value().as<Str>());
    Local<> info(t);
    if (codec == NativeCodec::None) info.set(TRY(codec_info(t, name.value().as<Str>())));
    TRY(check_error_handler(t, handler));
    x->newline = kind;
    x->codec = codec;
    x->encoding.store(x, name.value());
    x->errors.store(x, handler.value());
    TRY(set_codecs(t, x, info));
    TRY(fix_encoder(t, x));
  }
  x->line_buffering.store_relaxed(line);
  x->write_through.store_relaxed(through);
  return none();
}

// --- the decoder ---------------------------------------------------------------------------------------------------

static Result<Str> decode_native(Thread& t, TextIO* x, std::string_view bytes, bool final) {
  usize used = 0;
  Local<Str> errors(t, x->errors.borrow());
  Local<Str> text(t);
  if (x->held_size == 0) {
    text.set(TRY(native_decode(t, x->codec, bytes, errors, final, &used)));
  } else {
    ScopedBulk joined;
    TRY(joined.append(t, x->held, x->held_size));
    TRY(joined.append(t, bytes.data(), bytes.size()));
    text.set(TRY(native_decode(t, x->codec, {reinterpret_cast<const char*>(joined.data), joined.size}, errors, final,
                               &used)));
    usize tail = joined.size - used;
    std::memcpy(x->held, joined.data + used, tail);
    x->held_size = static_cast<u8>(tail);
    if (!x->is_universal()) return text.give();
    return translate_newlines(t, x->newlines, text, x->translates_reading(), final);
  }
  x->held_size = static_cast<u8>(bytes.size() - used);
  std::memcpy(x->held, bytes.data() + used, x->held_size);
  if (!x->is_universal()) return text.give();
  return translate_newlines(t, x->newlines, text, x->translates_reading(), final);
}

Result<Str> text_decode(Thread& t, TextIO* x, std::string_view bytes, Value source, bool final) {
  if (x->is_native()) return decode_native(t, x, bytes, final);
  Local<> decoder(t, x->decoder.load(x));
  Local<> input(t, source.is_empty() ? Result<>(TRY(bytes_from(t, bytes))) : own(source));
  if (is_newline_decoder(decoder)) return newline_decoder_decode(t, decoder, input, final);
  Local<> text(t, TRY(call_method(t, decoder, g_io.decode, input, bool_value(final))));
  if (!is_a<Str>(text)) return raise(t, TypeError, "decoder should return a string result, not '{!T}'", text.value());
  return text.give().cast<Str>();
}

Status decoder_get_state(Thread& t, TextIO* x, Local<>& held, i64* flags) {
  if (x->is_native()) {
    held.set(Result<>(TRY(bytes_from(t, {reinterpret_cast<const char*>(x->held), x->held_size}))));
    *flags = x->newlines.pending_cr;
    return kDone;
  }
  Local<> decoder(t, x->decoder.load(x));
  Local<> state(t, TRY(call_method(t, decoder, g_io.getstate)));
  if (!is_a<Tuple>(state) || state.value().as<Tuple>()->size() != 2) {
    return raise(t, TypeError, "illegal decoder state");
  }
  Local<> flag_value(t, (*state.value().as<Tuple>())[1]);
  held.set((*state.value().as<Tuple>())[0]);
  if (!is_a<Bytes>(held)) {
    return raise(t, TypeError, "illegal decoder state: the first item should be a bytes object, not '{!T}'", held.value());
  }
  if (!is_any_int(flag_value)) return raise(t, TypeError, "illegal decoder state");
  if (!int_to_i64(flag_value, flags) || *flags > INT32_MAX || *flags < INT32_MIN) {
    return raise(t, OverflowError, "Python int too large to convert to C int");
  }
  return kDone;
}

Status decoder_set_state(Thread& t, TextIO* x, i64 position, i64 flags) {
  // A codec's initial state need not be zero: utf-16 waits for its byte order mark.
  if (position == 0 && flags == 0) return decoder_reset(t, x);
  if (x->is_native()) {
    x->held_size = 0;
    x->newlines.pending_cr = flags & 1;
    return kDone;
  }
  Local<> decoder(t, x->decoder.load(x));
  Local<Bytes> bytes(t, TRY(bytes_from(t, {})));
  Local<> number(t, TRY(int_from_i64(t, flags)));
  Local<Tuple> state(t, TRY(tuple_of(t, bytes, number)));
  Local<> r(t, TRY(call_method(t, decoder, g_io.setstate, state)));
  return kDone;
}

Status decoder_reset(Thread& t, TextIO* x) {
  if (!x->can_decode) return kDone;
  if (x->is_native()) {
    x->held_size = 0;
    x->newlines = {};
    return kDone;
  }
  Local<> decoder(t, x->decoder.load(x));
  Local<> r(t, TRY(call_method(t, decoder, g_io.reset)));
  return kDone;
}

Status encoder_reset(Thread& t, TextIO* x, bool at_start) {
  if (x->encoder.is_empty()) return kDone;
  Local<> encoder(t, x->encoder.load(x));
  Local<> r(t, at_start ? TRY(call_method(t, encoder, g_io.reset))
                        : TRY(call_method(t, encoder, g_io.setstate, Value::small_int(0))));
  x->encoder_at_start = at_start;
  return kDone;
}

}  // namespace taipan::io
