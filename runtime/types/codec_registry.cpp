// The registry of codecs: search functions, what they have found, error handlers by name.
// All of it lives in Python containers that are global roots; the package encodings registers itself when
// the first unknown name is asked for.
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/codec.h"
#include "runtime/types/codec_errors.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"

namespace taipan {

namespace {

GlobalRoot g_search_path("codec search functions");
GlobalRoot g_search_cache("codecs found");
GlobalRoot g_error_handlers("codec error handlers");

List* search_path() { return g_search_path.borrow().as<List>(); }
Dict* search_cache() { return g_search_cache.borrow().as<Dict>(); }
Dict* error_handlers() { return g_error_handlers.borrow().as<Dict>(); }

template <ErrorPolicy kPolicy>
Result<> native_handler(Thread& t, Value exception) {
  return call_native_handler(t, kPolicy, exception);
}

constexpr const char* kHandlerNames[] = {"strict", "ignore", "replace", "backslashreplace", "xmlcharrefreplace",
                                         "namereplace", "surrogateescape", "surrogatepass"};
const NativeDef kHandlers[] = {
    def<native_handler<ErrorPolicy::Strict>>("strict_errors($module, exc, /)",
                                             "Raises an exception on malformed data."),
    def<native_handler<ErrorPolicy::Ignore>>("ignore_errors($module, exc, /)", "Leaves malformed data out."),
    def<native_handler<ErrorPolicy::Replace>>("replace_errors($module, exc, /)",
                                              "Puts a replacement marker for malformed data."),
    def<native_handler<ErrorPolicy::BackslashReplace>>("backslashreplace_errors($module, exc, /)",
                                                       "Puts backslashed escapes for malformed data."),
    def<native_handler<ErrorPolicy::XmlCharRefReplace>>("xmlcharrefreplace_errors($module, exc, /)",
                                                        "Puts XML character references for malformed data."),
    def<native_handler<ErrorPolicy::NameReplace>>("namereplace_errors($module, exc, /)",
                                                  "Puts \\N{...} for malformed data."),
    def<native_handler<ErrorPolicy::SurrogateEscape>>("surrogateescape($module, exc, /)",
                                                      "Keeps bad bytes as lone surrogates."),
    def<native_handler<ErrorPolicy::SurrogatePass>>("surrogatepass($module, exc, /)", "Lets surrogates through."),
};

// Atomic enough: who comes second overwrites with the same, before anybody has registered anything.
Status ensure_handlers(Thread& t) {
  if (!g_error_handlers.is_empty()) return kDone;
  Local<Dict> handlers(t, TRY(dict_new(t)));
  Local<Str> module(t, TRY(str_from_ascii(t, "_codecs")));
  for (usize i = 0; i < 8; ++i) {
    register_native(t, kHandlers[i]);
    Local<> function(t, TRY(make_native_function(t, kHandlers[i], Value::empty(), module)));
    Local<Str> name(t, TRY(str_intern(t, kHandlerNames[i])));
    TRY(dict_set_str(t, handlers, name, function));
  }
  if (g_error_handlers.is_empty()) g_error_handlers.set(t, handlers);
  return kDone;
}

Status ensure_lists(Thread& t) {
  if (g_search_cache.is_empty()) {
    Local<Dict> cache(t, TRY(dict_new(t)));
    if (g_search_cache.is_empty()) g_search_cache.set(t, cache);
  }
  if (!g_search_path.is_empty()) return kDone;
  Local<List> path(t, TRY(list_new(t)));
  if (g_search_path.is_empty()) g_search_path.set(t, path);
  return kDone;
}

// The package encodings registers its search function when it is imported.
Status ensure_encodings(Thread& t) {
  TRY(ensure_lists(t));
  if (list_size(search_path()) != 0) return kDone;
  Local<Str> import_name(t, TRY(str_intern(t, "__import__")));
  Local<> import(t, TRY(builtin_by_name(t, import_name)));
  Local<Str> encodings(t, TRY(str_intern(t, "encodings")));
  Local<> module(t, TRY(call(t, import, encodings)));
  return kDone;
}

// The exception under way gets a note that says which codec failed.
ErrorTag add_failure_note(Thread& t, const char* operation, Str* encoding) {
  Local<> error(t, Result<>(take_error(t)));
  Result<Str> note = str_format(t, "{} with '{}' codec failed", operation, encoding);
  Result<Str> method = str_intern(t, "add_note");
  if (!note.is_error() && !method.is_error()) {
    Local<Str> text(t, note), name(t, method);
    Result<> r = call_method(t, error, name, text);
    if (!r.is_error()) drop(r);
  }
  if (error_pending(t)) clear_error(t);
  restore_error(t, error.give().cast<BaseException>());
  return kError;
}

// Function 0 (encoder) or 1 (decoder) of a codec, called with object and errors; item 0 of its answer.
Result<> run_codec(Thread& t, u32 which, Value object, Str* encoding, Str* errors) {
  Local<> info(t, TRY(codec_lookup(t, encoding)));
  Local<> function(t, own((*info.value().as<Tuple>())[which]));
  Value args[] = {object, Value(errors)};
  Result<> r = call(t, function, args, errors != nullptr ? 2 : 1);
  const char* operation = which == 0 ? "encoding" : "decoding";
  if (r.is_error()) return add_failure_note(t, operation, encoding);
  Local<> answer(t, r);
  if (!is_a<Tuple>(answer) || answer.value().as<Tuple>()->size() != 2) {
    return raise(t, TypeError, which == 0 ? "encoder must return a tuple (object, integer)"
                                          : "decoder must return a tuple (object,integer)");
  }
  return own((*answer.value().as<Tuple>())[0]);
}

}  // namespace

Status codec_register(Thread& t, Value search_function) {
  TRY(ensure_encodings(t));
  if (!is_callable(search_function)) return raise(t, TypeError, "argument must be callable");
  return list_append(t, search_path(), search_function);
}

Status codec_unregister(Thread& t, Value search_function) {
  TRY(ensure_lists(t));
  List* path = search_path();
  for (usize i = 0; i < list_size(path); ++i) {
    Value v = list_borrow(path, i);
    if (v.is_empty() || !same(v, search_function)) continue;
    TRY(dict_clear(t, search_cache()));
    Local<List> head(t, TRY(list_slice(t, path, 0, static_cast<ssize>(i))));
    Local<List> tail(t, TRY(list_slice(t, path, static_cast<ssize>(i) + 1, static_cast<ssize>(list_size(path)))));
    TRY(list_extend(t, head, tail));
    g_search_path.set(t, head);
    break;
  }
  return kDone;
}

Result<Str> normalize_encoding(Thread& t, Str* encoding) {
  StrBuilder out(t);
  bool gap = false;
  for (usize i = 0; i < encoding->length(); ++i) {
    char32_t c = encoding->at(i);
    bool upper = c >= 'A' && c <= 'Z';
    if (upper || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.') {
      if (gap && out.length() != 0) TRY(out.append_char('_'));
      gap = false;
      TRY(out.append_char(upper ? c | 0x20 : c));
    } else {
      gap = true;
    }
  }
  return out.finish();
}

Result<> codec_lookup(Thread& t, Str* encoding) {
  CodecName checked;
  TRY(checked.get(t, encoding));
  TRY(ensure_encodings(t));
  Local<Str> normal(t, TRY(normalize_encoding(t, encoding)));
  Local<Str> name(t, TRY(str_intern(t, normal)));
  Result<> found = dict_get(t, search_cache(), name);
  if (!found.is_absent()) return found;
  Local<List> path(t, own<List>(search_path()));
  if (list_size(path) == 0) {
    return raise(t, LookupError, "no codec search functions registered: can't find encoding");
  }
  for (usize i = 0; i < list_size(path); ++i) {
    Result<> function = list_get(t, path, i);
    if (function.is_absent()) break;
    Local<> search(t, function);
    Local<> answer(t, TRY(call(t, search, name)));
    if (is_none(answer)) continue;
    if (!is_a<Tuple>(answer) || answer.value().as<Tuple>()->size() != 4) {
      return raise(t, TypeError, "codec search functions must return 4-tuples");
    }
    TRY(dict_set(t, search_cache(), name, answer));
    return answer.give();
  }
  return raise(t, LookupError, "unknown encoding: {}", encoding);
}

Result<> codec_encode(Thread& t, Value object, Str* encoding, Str* errors) {
  return run_codec(t, 0, object, encoding, errors);
}
Result<> codec_decode(Thread& t, Value object, Str* encoding, Str* errors) {
  return run_codec(t, 1, object, encoding, errors);
}

Status codec_register_error(Thread& t, Str* name, Value handler) {
  TRY(ensure_handlers(t));
  if (!is_callable(handler)) return raise(t, TypeError, "handler must be callable");
  return dict_set(t, error_handlers(), name, handler);
}

Result<bool> codec_unregister_error(Thread& t, Str* name) {
  TRY(ensure_handlers(t));
  for (const char* builtin : kHandlerNames) {
    if (str_equals(name, builtin)) {
      return raise(t, ValueError, "cannot un-register built-in error handler '{}'", name);
    }
  }
  return dict_delete(t, error_handlers(), name);
}

Result<> codec_lookup_error(Thread& t, const char* name) {
  TRY(ensure_handlers(t));
  Local<Str> key(t, TRY(str_from_wtf8(t, name == nullptr ? "strict" : name)));
  Result<> handler = dict_get(t, error_handlers(), key);
  if (!handler.is_absent()) return handler;
  return raise(t, LookupError, "unknown error handler name '{}'", key.value());
}

}  // namespace taipan
