#include "runtime/object/error.h"

#include <cstdio>

#include "runtime/engine.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// The dotted name of native types from modules ("collections.deque"), else __name__.
Status append_type_name(Thread& t, StrBuilder& out, Type& type) {
  if (type.def && !type.has(kTypeHeap)) return out.append_ascii(type.def->name);
  return out.append(type.name.borrow());
}

// With the module, but for builtins and the program itself.
Status append_full_type_name(Thread& t, StrBuilder& out, Type& type) {
  if (type.has(kTypeHeap)) {
    Local<> module(t, dict_borrow_str(type.dict.borrow(), names().__module__));
    if (is_a<Str>(module) && !str_equals(module.value().as<Str>(), "__main__") && !str_equals(module.value().as<Str>(), "builtins")) {
      TRY(out.append(module.value().as<Str>()));
      TRY(out.append_ascii("."));
    }
    return out.append(type.qualname.borrow());
  }
  return append_type_name(t, out, type);
}

Status append_argument(Thread& t, StrBuilder& out, const FormatArg& a, const char* spec) {
  switch (a.kind) {
    case FormatArg::Kind::Text: {
      if (spec[0] == 0) {
        Local<Str> s(t, TRY(str_from_utf8(t, a.text)));
        return out.append(s);
      }
      break;
    }
    case FormatArg::Kind::Signed: {
      char text[32];
      int n = std::snprintf(text, sizeof(text), "%lld", static_cast<long long>(a.i));
      return out.append_ascii({text, static_cast<usize>(n)});
    }
    case FormatArg::Kind::Unsigned: {
      char text[32];
      int n = std::snprintf(text, sizeof(text), spec[0] == 'x' ? "%llx" : "%llu",
                            static_cast<unsigned long long>(a.u));
      return out.append_ascii({text, static_cast<usize>(n)});
    }
    case FormatArg::Kind::Double: {
      Local<> f(t, TRY(float_from(t, a.d)));
      Local<Str> s(t, TRY(repr(t, f)));
      return out.append(s);
    }
    case FormatArg::Kind::Object: {
      Value v = Value(a.word).canonical();
      if (v.is_empty()) return out.append_ascii("<null>");
      if (spec[0] == '!' && spec[1] == 'T') return append_type_name(t, out, type_of(v));
      if (spec[0] == '!' && spec[1] == 'Q') return append_full_type_name(t, out, type_of(v));
      if (spec[0] == 0 && is_exact<Str>(v)) return out.append(v.as<Str>());
      Local<Str> s(t, TRY(spec[0] == '!' && spec[1] == 'r' ? repr(t, v) : to_str(t, v)));
      return out.append(s);
    }
  }
  return out.append_ascii("?");
}

// PEP 3134: the exception in hand becomes the context; a chain that leads back to `fresh` is cut.
void chain_context(Thread& t, BaseException* fresh) {
  Value handled = t.handled.canonical();
  if (handled.is_empty() || is_none(handled) || same(handled, Value(fresh))) return;
  auto* e = handled.as<BaseException>();
  auto* slow = e;
  for (bool step = false;; step = !step) {
    Value context = e->context.borrow();
    if (context.is_empty()) break;
    if (same(context, Value(fresh))) {
      e->context.clear(e);
      break;
    }
    e = context.as<BaseException>();
    if (e == slow) break;  // a cycle that was there before
    if (step) slow = slow->context.borrow().as<BaseException>();
  }
  fresh->context.store(fresh, handled);
}

void set_pending(Thread& t, Result<> owned) {
  Value old = t.exc;
  t.exc = owned.word();
  drop(old);
}

}  // namespace

Result<Str> format_text(Thread& t, const char* format, const FormatArg* args, usize n) {
  StrBuilder out(t);
  usize next = 0;
  const char* plain = format;
  for (const char* p = format; *p;) {
    if ((*p == '{' || *p == '}') && p[1] == *p) {
      TRY(out.append_ascii({plain, static_cast<usize>(p + 1 - plain)}));
      plain = p += 2;
      continue;
    }
    if (*p != '{') {
      ++p;
      continue;
    }
    TRY(out.append_ascii({plain, static_cast<usize>(p - plain)}));
    char spec[8] = {};
    usize k = 0;
    for (++p; *p && *p != '}'; ++p) {
      if (*p != ':' && k + 1 < sizeof(spec)) spec[k++] = *p;
    }
    if (*p) ++p;
    plain = p;
    TP_ASSERT(next < n);
    if (next < n) TRY(append_argument(t, out, args[next++], spec));
  }
  TRY(out.append_ascii(plain));
  return out.finish();
}

ErrorTag raise_formatted(Thread& t, Type& type, const char* format, const FormatArg* args, usize n) {
  Local<Str> text(t, TRY(format_text(t, format, args, n)));
  return raise_value(t, type, text);
}

ErrorTag raise_value(Thread& t, Type& type, Value argument) {
  Local<> held(t, argument);
  Local<Tuple> args(t, TRY(tuple_of(t, held)));
  Local<BaseException> e(t, TRY(exception_new(t, type, args)));
  return raise_object(t, e);
}

ErrorTag raise_none(Thread& t, Type& type) {
  Local<BaseException> e(t, TRY(exception_new(t, type, empty_tuple())));
  return raise_object(t, e);
}

ErrorTag raise_object(Thread& t, Value exception) {
  TP_ASSERT(is_exception(exception));
  chain_context(t, exception.as<BaseException>());
  set_pending(t, own(exception));
  return kError;
}

ErrorTag raise_attribute_error_formatted(Thread& t, Value o, Str* name, const char* format,
                                         const FormatArg* args, usize n) {
  Local<Str> text(t, TRY(format_text(t, format, args, n)));
  Local<Tuple> list(t, TRY(tuple_of(t, text)));
  Local<BaseException> e(t, TRY(exception_new(t, AttributeError, list)));
  auto* a = static_cast<AttributeErrorObject*>(e.get());
  a->name.store(a, Value(name));
  a->obj.store(a, o);
  return raise_object(t, e);
}

ErrorTag raise_name_error(Thread& t, Type& type, Str* name, const char* format) {
  FormatArg argument{Value(name)};
  Local<Str> text(t, TRY(format_text(t, format, &argument, 1)));
  Local<Tuple> list(t, TRY(tuple_of(t, text)));
  Local<BaseException> e(t, TRY(exception_new(t, type, list)));
  auto* n = static_cast<NameErrorObject*>(e.get());
  n->name.store(n, Value(name));
  return raise_object(t, e);
}

ErrorTag raise_import_error(Thread& t, Type& type, Value message, Value name, Value path) {
  Local<Tuple> list(t, TRY(tuple_of(t, message)));
  Local<BaseException> e(t, TRY(exception_new(t, type, list)));
  auto* i = static_cast<ImportErrorObject*>(e.get());
  i->msg.store(i, message);
  i->name.store(i, name);
  i->path.store(i, path);
  return raise_object(t, e);
}

ErrorTag raise_stop_iteration(Thread& t, Value value) {
  if (value.is_empty() || is_none(value)) return raise_none(t, StopIteration);
  return raise_value(t, StopIteration, value);
}

bool error_matches(Thread& t, const Type& type) {
  return error_pending(t) && is_instance(t.exc, type);
}

void clear_error(Thread& t) {
  Value old = t.exc;
  t.exc = Value::empty();
  drop(old);
}

Result<BaseException> take_error(Thread& t) {
  TP_ASSERT(error_pending(t));
  Value e = t.exc;
  t.exc = Value::empty();
  return Result<BaseException>::from_owned(e);
}

void restore_error(Thread& t, Result<BaseException> exception) { set_pending(t, exception); }

bool swallow(Thread& t, const Type& type) {
  if (!error_matches(t, type)) return false;
  clear_error(t);
  return true;
}

// The hook's err_msg is `while_doing` ("Exception ignored ...") and the object's repr. Without such a text the hook gets
// the object itself.
void write_unraisable(Thread& t, const char* while_doing, Value object) {
  if (!error_pending(t)) return;
  if (g_engine.write_unraisable) {
    g_engine.write_unraisable(t, while_doing, object);
    clear_error(t);
    return;
  }
  // No sys module yet.
  Local<BaseException> e(t, take_error(t));
  Result<Str> text = repr(t, e);
  if (text.is_error()) {
    clear_error(t);
    return;
  }
  Local<Str> held(t, text);
  Utf8 utf8;
  if (utf8.encode(t, held, true).is_error()) {
    clear_error(t);
    return;
  }
  std::fprintf(stderr, "%s: %s\n", while_doing ? while_doing : "Exception ignored", utf8.c_str());
}

Status warn(Thread& t, Type& category, const char* message, int stack_level) {
  if (g_engine.warn == nullptr) return kDone;  // before the warnings machinery is there
  Local<Str> text(t, TRY(str_from_utf8(t, message)));
  return g_engine.warn(t, category, text, stack_level);
}
Status warn(Thread& t, Type& category, Str* message, int stack_level) {
  return g_engine.warn == nullptr ? Status(kDone) : g_engine.warn(t, category, message, stack_level);
}

void warn_at_end(Thread& t, Type& category, Result<Str> message, const char* while_doing, Value about) {
  if (message.is_error()) return clear_error(t);
  Local<Str> text(t, message);
  if (warn(t, category, text).is_error()) write_unraisable(t, while_doing, about);
}

}  // namespace taipan
