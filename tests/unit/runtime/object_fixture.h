// One started runtime for the object tests of this program, and helpers to write them briefly.
// Classes are made without Python code: their methods are natives.
// All tests share the main thread.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

inline Thread& object_test_thread() {
  static bool started = false;
  Thread* t = Thread::current_or_null();
  if (t == nullptr) t = thread_enter(true, usize{1} << 20);
  if (!started) {
    started = true;
    if (runtime_init(*t).is_error()) fatal("runtime_init failed");
  }
  return *t;
}

inline std::string text(Thread& t, Result<Str> r) {
  if (r.is_error()) {
    Local<BaseException> e(t, take_error(t));
    Result<Str> shown = repr(t, e);
    return "raised " + text(t, shown);
  }
  Local<Str> s(t, r);
  Utf8 utf8;
  if (utf8.encode(t, s, true).is_error()) return "?";
  return std::string(utf8.view());
}
inline std::string shown(Thread& t, Result<> r) {
  if (r.is_error()) return text(t, Result<Str>(kError));
  if (r.is_absent()) return "absent";
  Local<> v(t, r);
  return text(t, repr(t, v));
}
inline std::string shown(Thread& t, Status r) { return r.is_error() ? text(t, Result<Str>(kError)) : "ok"; }
inline Str* name(Thread& t, const char* s) { return str_immortal(t, s); }

// class NAME(bases): namespace
inline Result<Type> make_test_class(Thread& t, const char* class_name, std::initializer_list<Type*> bases,
                                    Dict* d = nullptr) {
  Local<Dict> ns(t, d ? own(d) : MUST(dict_new(t)));
  Local<Tuple> list(t, MUST(tuple_new(t, bases.size())));
  usize i = 0;
  for (Type* b : bases) list->items()[i++].init(Value(b));
  return make_class(t, type_type, name(t, class_name), list, ns);
}

}  // namespace taipan
