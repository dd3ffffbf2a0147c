#include "runtime/types/codec_errors.h"

#include <cstdio>
#include <string>

#include "runtime/base/unicode/names.h"
#include "runtime/base/utf8.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/codec.h"
#include "runtime/types/unicode_errors.h"

namespace taipan {

Result<u8*> ByteBuffer::extend(usize n) {
  if (n > capacity_ - size_) {
    if (n > (usize{1} << 60)) return (void)raise_memory_error(t_), kError;
    usize capacity = buffer_good_size(size_ + n + (capacity_ == 0 ? 0 : size_ / 2 + 16));
    void* p = data_ == nullptr ? buffer_allocate(t_, capacity) : buffer_reallocate(t_, data_, capacity_, capacity);
    if (p == nullptr) return (void)raise_memory_error(t_), kError;
    data_ = static_cast<u8*>(p);
    capacity_ = capacity;
  }
  u8* at = data_ + size_;
  size_ += n;
  return at;
}

Status ByteBuffer::append(const u8* data, usize n) {
  if (n == 0) return kDone;
  std::memcpy(TRY(extend(n)), data, n);
  return kDone;
}

ErrorPolicy error_policy(const char* errors) {
  if (errors == nullptr) return ErrorPolicy::Strict;
  constexpr const char* kNames[] = {"strict",     "ignore",          "replace",      "backslashreplace", "xmlcharrefreplace",
                                    "namereplace", "surrogateescape", "surrogatepass"};
  for (u8 i = 0; i < 8; ++i) {
    if (std::strcmp(errors, kNames[i]) == 0) return static_cast<ErrorPolicy>(i);
  }
  return ErrorPolicy::Other;
}

namespace {

// Appends the code of c as \xNN, \uNNNN or \UNNNNNNNN.
Status append_backslash(StrBuilder& out, char32_t c) {
  char text[12];
  int n = c < 0x100     ? std::snprintf(text, sizeof text, "\\x%02x", static_cast<unsigned>(c))
          : c < 0x10000 ? std::snprintf(text, sizeof text, "\\u%04x", static_cast<unsigned>(c))
                        : std::snprintf(text, sizeof text, "\\U%08x", static_cast<unsigned>(c));
  return out.append_ascii({text, static_cast<usize>(n)});
}

// What the textual handlers make of text[start:end].
Result<Str> replacement_text(Thread& t, ErrorPolicy policy, const Str* text, usize start, usize end) {
  StrBuilder out(t);
  if (policy == ErrorPolicy::Replace) TRY(out.append_fill('?', end - start));
  for (usize i = start; i < end; ++i) {
    char32_t c = text->at(i);
    if (policy == ErrorPolicy::BackslashReplace) TRY(append_backslash(out, c));
    if (policy == ErrorPolicy::XmlCharRefReplace) {
      char digits[16];
      int n = std::snprintf(digits, sizeof digits, "&#%u;", static_cast<unsigned>(c));
      TRY(out.append_ascii({digits, static_cast<usize>(n)}));
    }
    if (policy == ErrorPolicy::NameReplace) {
      std::string name = unicode::name_of(c);
      if (name.empty()) {
        TRY(append_backslash(out, c));
      } else {
        TRY(out.append_ascii("\\N{" + name + "}"));
      }
    }
  }
  return out.finish();
}

// Which form a codec's name in an exception stands for: 'surrogatepass' writes that form.
enum class SurrogateForm : u8 { None, Utf8, Utf16LE, Utf16BE, Utf32LE, Utf32BE };
SurrogateForm surrogate_form(const char* encoding) {
  char name[16];
  usize n = 0;
  for (const char* p = encoding; *p != 0 && n + 1 < sizeof name; ++p) {
    char c = *p >= 'A' && *p <= 'Z' ? static_cast<char>(*p | 0x20) : *p;
    if (c != '-' && c != '_' && c != ' ') name[n++] = c;
  }
  name[n] = 0;
  std::string_view s(name, n);
  if (s == "utf8" || s == "cp65001") return SurrogateForm::Utf8;
  if (s == "utf16" || s == "utf16le") return SurrogateForm::Utf16LE;
  if (s == "utf16be") return SurrogateForm::Utf16BE;
  if (s == "utf32" || s == "utf32le") return SurrogateForm::Utf32LE;
  if (s == "utf32be") return SurrogateForm::Utf32BE;
  return SurrogateForm::None;
}
usize form_size(SurrogateForm form) { return form == SurrogateForm::Utf8 ? 3 : form <= SurrogateForm::Utf16BE ? 2 : 4; }

u8* put_surrogate(SurrogateForm form, char32_t c, u8* out) {
  u8 high = static_cast<u8>(c >> 8), low = static_cast<u8>(c);
  switch (form) {
    case SurrogateForm::Utf16LE: out[0] = low; out[1] = high; return out + 2;
    case SurrogateForm::Utf16BE: out[0] = high; out[1] = low; return out + 2;
    case SurrogateForm::Utf32LE: out[0] = low; out[1] = high; out[2] = out[3] = 0; return out + 4;
    case SurrogateForm::Utf32BE: out[0] = out[1] = 0; out[2] = high; out[3] = low; return out + 4;
    default: return put_utf8(c, out);
  }
}

// The surrogate encoded at p, or 0.
char32_t get_surrogate(SurrogateForm form, const u8* p, usize n) {
  char32_t c = 0;
  switch (form) {
    case SurrogateForm::None: return 0;
    case SurrogateForm::Utf8: return get_wtf8_surrogate(p, n);
    case SurrogateForm::Utf16LE: c = n >= 2 ? p[1] << 8 | p[0] : 0; break;
    case SurrogateForm::Utf16BE: c = n >= 2 ? p[0] << 8 | p[1] : 0; break;
    case SurrogateForm::Utf32LE: c = n >= 4 && p[2] == 0 && p[3] == 0 ? p[1] << 8 | p[0] : 0; break;
    case SurrogateForm::Utf32BE: c = n >= 4 && p[0] == 0 && p[1] == 0 ? p[2] << 8 | p[3] : 0; break;
  }
  return is_surrogate(c) ? c : 0;
}

// Bytes for the surrogates text[start:end]; *done: where it stopped (a character it has none for).
Result<Bytes> surrogate_bytes(Thread& t, ErrorPolicy policy, const char* encoding, const Str* text, usize start,
                              usize end, usize* done) {
  bool escape = policy == ErrorPolicy::SurrogateEscape;
  SurrogateForm form = escape ? SurrogateForm::None : surrogate_form(encoding);
  *done = start;
  while (*done < end) {
    char32_t c = text->at(*done);
    if (escape ? c < 0xdc80 || c > 0xdcff : form == SurrogateForm::None || !is_surrogate(c)) break;
    ++*done;
  }
  usize n = (*done - start) * (escape ? 1 : form_size(form));
  Result<Bytes> r = bytes_allocate(t, n);
  if (r.is_error() || n == 0) return r;
  u8* out = r.word().as<Bytes>()->data();
  for (usize i = start; i < *done; ++i) {
    if (escape) {
      *out++ = static_cast<u8>(text->at(i));
    } else {
      out = put_surrogate(form, text->at(i), out);
    }
  }
  return r;
}

// Characters for the bad bytes at [start, end); 0 if there are none.
Result<usize> surrogate_characters(Thread& t, ErrorPolicy policy, const char* encoding, const u8* data, usize size,
                                   usize start, usize end, StrBuilder& out) {
  if (policy == ErrorPolicy::SurrogatePass) {
    SurrogateForm form = surrogate_form(encoding);
    char32_t c = get_surrogate(form, data + start, size - start);
    if (c == 0) return usize{0};
    TRY(out.append_char(c));
    return form_size(form);
  }
  usize n = 0;
  while (n < 4 && start + n < end && data[start + n] >= 0x80) {
    TRY(out.append_char(0xdc00 + data[start + n]));
    ++n;
  }
  return n;
}

// Reads (replacement, position) from what a handler returned.
Status unpack_answer(Thread& t, Value answer, bool encoding, usize size, Local<>* replacement, usize* next) {
  Tuple* pair = is_a<Tuple>(answer) ? answer.as<Tuple>() : nullptr;
  if (pair == nullptr || pair->size() != 2 ||
      !(is_a<Str>((*pair)[0]) || (encoding && is_a<Bytes>((*pair)[0])))) {
    return raise(t, TypeError, "{} error handler must return ({}, int) tuple",
                 encoding ? "encoding" : "decoding", encoding ? "str/bytes" : "str");
  }
  replacement->set((*pair)[0]);
  ssize at = TRY(to_ssize(t, (*pair)[1]));
  ssize wanted = at;
  if (at < 0) at += static_cast<ssize>(size);
  if (at < 0 || at > static_cast<ssize>(size)) {
    return raise(t, IndexError, "position {} from error handler out of bounds", wanted);
  }
  *next = static_cast<usize>(at);
  return kDone;
}

// The exception that a handler gets: made at the first error, moved on afterwards.
Status prepare_exception(Thread& t, Local<>* exception, Type& type, const char* encoding, Value object, usize start,
                         usize end, const char* reason) {
  Local<Str> why(t, TRY(str_from_ascii(t, reason)));
  if (!exception->is_empty()) {
    auto* e = exception->value().as<UnicodeErrorObject>();
    e->start = static_cast<ssize>(start);
    e->end = static_cast<ssize>(end);
    e->reason.store(e, why);
    return kDone;
  }
  Local<Str> name(t, TRY(str_from_ascii(t, encoding)));
  Value args[] = {name, object, Value::small_int(static_cast<i64>(start)), Value::small_int(static_cast<i64>(end)), why};
  exception->set(TRY(call(t, &type, args, 5)));
  return kDone;
}

}  // namespace

ErrorTag EncodeErrors::raise(usize start, usize end, const char* reason) {
  if (!exception_.is_empty()) {
    if (prepare_exception(t_, &exception_, UnicodeEncodeError, encoding_, text_, start, end, reason).is_error()) return kError;
    return raise_object(t_, exception_);
  }
  return raise_unicode_encode(t_, encoding_, text_, start, end, reason);
}

Status EncodeErrors::handle(usize start, usize end, const char* reason) {
  next_ = end;
  switch (policy_) {
    case ErrorPolicy::Strict: return raise(start, end, reason);
    case ErrorPolicy::SurrogateEscape:
    case ErrorPolicy::SurrogatePass: {
      usize done;
      replacement_.set(TRY(surrogate_bytes(t_, policy_, encoding_, text_, start, end, &done)));
      if (done == start) return raise(start, end, reason);
      next_ = done;
      return kDone;
    }
    case ErrorPolicy::Other: break;
    default: replacement_.set(TRY(replacement_text(t_, policy_, text_, start, end))); return kDone;
  }
  if (handler_.is_empty()) handler_.set(TRY(codec_lookup_error(t_, errors_)));
  TRY(prepare_exception(t_, &exception_, UnicodeEncodeError, encoding_, text_, start, end, reason));
  Local<> answer(t_, TRY(call(t_, handler_, exception_)));
  return unpack_answer(t_, answer, true, text_->length(), &replacement_, &next_);
}

Status DecodeErrors::call_handler(usize start, usize end, const char* reason, StrBuilder& out) {
  if (handler_.is_empty()) handler_.set(TRY(codec_lookup_error(t_, errors_)));
  if (input_.is_empty()) input_.set(TRY(bytes_from(t_, bytes_)));
  TRY(prepare_exception(t_, &exception_, UnicodeDecodeError, encoding_, input_, start, end, reason));
  Local<> answer(t_, TRY(call(t_, handler_, exception_)));
  // The handler may have put other bytes in.
  auto* e = exception_.value().as<UnicodeErrorObject>();
  Local<> object(t_, e->object.load(e));
  if (!is_a<Bytes>(object)) return taipan::raise(t_, TypeError, "exception attribute object must be bytes");
  input_.set(object.value());
  bytes_ = object.value().as<Bytes>()->view();
  Local<> text(t_);
  TRY(unpack_answer(t_, answer, false, bytes_.size(), &text, &next_));
  return out.append(text.value().as<Str>());
}

Status DecodeErrors::handle(usize start, usize end, const char* reason, StrBuilder& out) {
  next_ = end;
  switch (policy_) {
    case ErrorPolicy::Strict: return raise_unicode_decode(t_, encoding_, bytes_, start, end, reason);
    case ErrorPolicy::Ignore: return kDone;
    case ErrorPolicy::Replace: return out.append_char(0xfffd);
    case ErrorPolicy::BackslashReplace:
      for (usize i = start; i < end; ++i) TRY(append_backslash(out, data()[i]));
      return kDone;
    case ErrorPolicy::SurrogateEscape:
    case ErrorPolicy::SurrogatePass: {
      usize n = TRY(surrogate_characters(t_, policy_, encoding_, data(), size(), start, end, out));
      if (n == 0) return raise_unicode_decode(t_, encoding_, bytes_, start, end, reason);
      next_ = start + n;
      return kDone;
    }
    default: return call_handler(start, end, reason, out);
  }
}

namespace {

ErrorTag raise_unfit(Thread& t, Value exception) {
  return raise(t, TypeError, "don't know how to handle {!T} in error callback", exception);
}

Result<> answer_pair(Thread& t, Result<> replacement, usize position) {
  Local<> first(t, replacement);
  return tuple_of(t, first, Value::small_int(static_cast<i64>(position)));
}

// start and end as the exception's attributes are read: within the object.
void fit_range(const UnicodeErrorObject* e, usize size, usize* start, usize* end) {
  ssize n = static_cast<ssize>(size), a = e->start, b = e->end;
  if (a < 0) a = 0;
  if (a >= n) a = n > 0 ? n - 1 : 0;
  if (b < 1) b = 1;
  if (b > n) b = n;
  *start = static_cast<usize>(a);
  *end = static_cast<usize>(b < a ? a : b);
}

Result<> handle_text_error(Thread& t, ErrorPolicy policy, UnicodeErrorObject* e, bool translate) {
  Local<> object(t, e->object.load(e));
  if (!is_a<Str>(object)) return raise(t, TypeError, "exception attribute object must be str");
  Str* text = object.value().as<Str>();
  usize start, end;
  fit_range(e, text->length(), &start, &end);
  switch (policy) {
    case ErrorPolicy::Ignore: return answer_pair(t, str_from_ascii(t, ""), end);
    case ErrorPolicy::Replace:
      if (translate) {
        StrBuilder out(t);
        TRY(out.append_fill(0xfffd, end - start));
        return answer_pair(t, TRY(out.finish()), end);
      }
      break;
    case ErrorPolicy::BackslashReplace: break;
    case ErrorPolicy::XmlCharRefReplace:
    case ErrorPolicy::NameReplace:
      if (translate) return raise_unfit(t, e);
      break;
    default: {
      if (translate) return raise_unfit(t, e);
      Local<> name(t, e->encoding.load(e));
      Utf8 encoding;
      TRY(encoding.encode(t, name.value().as<Str>(), true));
      usize done;
      Local<Bytes> bytes(t, TRY(surrogate_bytes(t, policy, encoding.c_str(), text, start, end, &done)));
      if (done < end) return raise_object(t, e);
      return answer_pair(t, bytes.give(), end);
    }
  }
  return answer_pair(t, TRY(replacement_text(t, policy, text, start, end)), end);
}

Result<> handle_bytes_error(Thread& t, ErrorPolicy policy, UnicodeErrorObject* e) {
  Local<> object(t, e->object.load(e));
  if (!is_a<Bytes>(object)) return raise(t, TypeError, "exception attribute object must be bytes");
  Bytes* bytes = object.value().as<Bytes>();
  usize start, end;
  fit_range(e, bytes->size(), &start, &end);
  StrBuilder out(t);
  switch (policy) {
    case ErrorPolicy::Ignore: break;
    case ErrorPolicy::Replace: TRY(out.append_char(0xfffd)); break;
    case ErrorPolicy::BackslashReplace:
      for (usize i = start; i < end; ++i) TRY(append_backslash(out, bytes->data()[i]));
      break;
    case ErrorPolicy::SurrogateEscape:
    case ErrorPolicy::SurrogatePass: {
      Local<> name(t, e->encoding.load(e));
      Utf8 encoding;
      TRY(encoding.encode(t, name.value().as<Str>(), true));
      usize n = TRY(surrogate_characters(t, policy, encoding.c_str(), bytes->data(), bytes->size(), start, end, out));
      if (n == 0) return raise_object(t, e);
      end = start + n;
      break;
    }
    default: return raise_unfit(t, e);
  }
  return answer_pair(t, TRY(out.finish()), end);
}

}  // namespace

Result<> call_native_handler(Thread& t, ErrorPolicy policy, Value exception) {
  if (policy == ErrorPolicy::Strict) {
    if (!is_exception(exception)) return raise(t, TypeError, "codec must pass exception instance");
    return raise_object(t, exception);
  }
  if (is_exception(exception)) {
    auto* e = exception.as<UnicodeErrorObject>();
    if (is_instance(exception, UnicodeEncodeError)) return handle_text_error(t, policy, e, false);
    if (is_instance(exception, UnicodeDecodeError)) return handle_bytes_error(t, policy, e);
    if (is_instance(exception, UnicodeTranslateError)) return handle_text_error(t, policy, e, true);
  }
  return raise_unfit(t, exception);
}

}  // namespace taipan
