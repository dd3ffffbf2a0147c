// _weakref: the functions beside the weak reference types (types/weakref_types.cpp).
#include "runtime/memory/weak.h"
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/weakref_types.h"

namespace taipan {

namespace {

// Immediates and their like have no weak references.
bool may_have(Value v) { return v.is_ref(); }

Result<ssize> getweakrefcount(Thread&, Value object) {
  return may_have(object) ? static_cast<ssize>(weak_count(object.object())) : ssize{0};
}

Result<List> getweakrefs(Thread& t, Value object) {
  Local<List> list(t, TRY(list_new(t)));
  if (!may_have(object)) return list.give();
  usize n = weak_count(object.object());
  if (n == 0) return list.give();
  n += 8;  // some may come meanwhile
  TRY(ensure_stack(t, n));
  LocalArray refs(t, n);
  usize found = weak_references(object.object(), const_cast<Value*>(refs.data()), n);
  for (usize i = 0; i < found; ++i) TRY(list_append(t, list, refs[i]));
  return list.give();
}

Result<> proxy(Thread& t, Value object, Value callback) {
  Type& type = is_callable(object) ? weakcallableproxy_type : weakproxy_type;
  return weakref_make(t, type, object, is_none(callback) ? Value::empty() : callback);
}

// del dct[key] if the value is a dead weak reference. Another thread may store a live one at any time: what was
// removed by mistake goes back, unless there is a newer one.
Status remove_dead_weakref(Thread& t, Dict* dct, Value key) {
  Local<> found(t, TRY(dict_get(t, dct, key)));
  if (found.is_empty()) return kDone;
  if (!is_instance(found, weakref_type)) return raise(t, TypeError, "not a weakref");
  Local<> referent(t, weakref_get(found));
  if (!referent.is_empty()) return kDone;
  Local<> removed(t, TRY(dict_pop(t, dct, key)));
  if (removed.is_empty() || same(removed, found)) return kDone;
  drop(TRY(dict_setdefault(t, dct, key, removed)));
  return kDone;
}

constexpr NativeDef kFunctions[] = {
    def<getweakrefcount>("getweakrefcount($module, object, /)", "The number of weak references to object."),
    def<getweakrefs>("getweakrefs($module, object, /)", "A list of the weak references to object."),
    def<proxy>("proxy($module, object, callback=None, /)",
               "A proxy that stands for object and references it weakly.\n\n"
               "callback(proxy) is called when object is about to be finalized."),
    def<remove_dead_weakref>("_remove_dead_weakref($module, dct, key, /)",
                             "Deletes dct[key] if it is a weak reference whose object is gone."),
};

Status exec(Thread& t, Module* module) {
  TRY(module_add(t, module, "ref", Value(&weakref_type)));
  TRY(module_add(t, module, "ReferenceType", Value(&weakref_type)));
  TRY(module_add(t, module, "ProxyType", Value(&weakproxy_type)));
  return module_add(t, module, "CallableProxyType", Value(&weakcallableproxy_type));
}

}  // namespace

extern const ModuleDef weakref_module_def;
const ModuleDef weakref_module_def = {"_weakref", "Weak references.", kFunctions, {}, exec};

}  // namespace taipan
