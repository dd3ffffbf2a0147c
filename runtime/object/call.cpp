#include "runtime/object/call.h"

#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/types/dict.h"
#include "runtime/types/method.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> call(Thread& t, Value callee, const Value* args, u32 nargs, Tuple* kwnames) {
  auto f = type_of(callee).slots.call;
  if (f == nullptr) [[unlikely]] {
    return raise(t, TypeError, "'{!T}' object is not callable", callee);
  }
  TRY(check_machine_stack(t, " while calling a Python object"));
  Result<> r = f(t, callee, args, nargs, kwnames);
  TP_ASSERT(r.is_error() == error_pending(t));
  return r;
}

Result<> call(Thread& t, Value callee) { return call(t, callee, nullptr, 0); }
Result<> call(Thread& t, Value callee, Value a) { return call(t, callee, &a, 1); }
Result<> call(Thread& t, Value callee, Value a, Value b) {
  Value args[] = {a, b};
  return call(t, callee, args, 2);
}
Result<> call(Thread& t, Value callee, Value a, Value b, Value c) {
  Value args[] = {a, b, c};
  return call(t, callee, args, 3);
}

Result<> call_with_self(Thread& t, Value callee, Value self, const Value* args, u32 nargs,
                        Tuple* kwnames) {
  usize n = nargs + (kwnames ? kwnames->size() : 0);
  ArgBuffer all(t, n + 1);
  TRY(all.check());
  all[0] = self;
  for (usize i = 0; i < n; ++i) all[i + 1] = args[i];
  return call(t, callee, all.data(), nargs + 1, kwnames);
}

Result<> call_tuple(Thread& t, Value callee, Tuple* args, Value kwargs_dict_or_empty) {
  usize n = args ? args->size() : 0;
  Dict* kwargs = kwargs_dict_or_empty.is_empty() ? nullptr : kwargs_dict_or_empty.as<Dict>();
  usize keywords = kwargs ? dict_size(kwargs) : 0;
  if (keywords == 0) {
    ArgBuffer words(t, n);
    TRY(words.check());
    for (usize i = 0; i < n; ++i) words[i] = (*args)[i];
    return call(t, callee, words.data(), static_cast<u32>(n));
  }
  // The dict may change while the callee runs: its values are held here.
  TRY(ensure_stack(t, n + keywords + 8));
  Local<Tuple> names(t, TRY(tuple_new(t, keywords)));
  LocalArray words(t, n + keywords);
  for (usize i = 0; i < n; ++i) words.set(i, (*args)[i]);
  u64 position = 0;
  usize k = 0;
  Result<> key = Result<>::absent(), value = Result<>::absent();
  while (k < keywords && dict_next(t, kwargs, &position, &key, &value)) {
    Value name = key.word();
    words.set(n + k, value);
    bool text = is_a<Str>(name);
    names.get()->items()[k].init_owned(name);
    if (!text) return raise(t, TypeError, "keywords must be strings");
    ++k;
  }
  if (k < keywords) return raise(t, RuntimeError, "dictionary changed size during iteration");
  return call(t, callee, words.data(), static_cast<u32>(n), names);
}

Result<> lookup_special_method(Thread& t, Value o, Str* name, bool* unbound) {
  Type& type = type_of(o);
  Value found = type_lookup(t, type, name);
  *unbound = false;
  if (found.is_empty()) return Result<>::absent();
  Type& kind = type_of(found);
  if (kind.has(kTypeMethodDescriptor)) {
    *unbound = true;
    return own(found);
  }
  if (auto get = kind.slots.descr_get) {
    Local<> held(t, found);
    return get(t, held, o, Value(&type));
  }
  return own(found);
}

Result<> lookup_special(Thread& t, Value o, Str* name) {
  Type& type = type_of(o);
  Value found = type_lookup(t, type, name);
  if (found.is_empty()) return Result<>::absent();
  if (auto get = type_of(found).slots.descr_get) {
    Local<> held(t, found);
    return get(t, held, o, Value(&type));
  }
  return own(found);
}

Result<> call_special(Thread& t, Value o, Str* name, const Value* args, u32 nargs) {
  bool unbound;
  Local<> method(t, TRY(lookup_special_method(t, o, name, &unbound)));
  if (method.is_empty()) return Result<>::absent();
  return call_looked_up(t, method, unbound, o, args, nargs);
}

Result<> call_method(Thread& t, Value self, Str* name, const Value* args, u32 nargs, Tuple* kwnames) {
  bool unbound = false;
  Local<> method(t, TRY(get_method(t, self, name, &unbound)));
  return call_looked_up(t, method, unbound, self, args, nargs, kwnames);
}
Result<> call_method(Thread& t, Value self, Str* name) { return call_method(t, self, name, nullptr, 0); }
Result<> call_method(Thread& t, Value self, Str* name, Value a) {
  return call_method(t, self, name, &a, 1);
}
Result<> call_method(Thread& t, Value self, Str* name, Value a, Value b) {
  Value args[] = {a, b};
  return call_method(t, self, name, args, 2);
}

bool is_callable(Value v) { return type_of(v).slots.call != nullptr; }

}  // namespace taipan
