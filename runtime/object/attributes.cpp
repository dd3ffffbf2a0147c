// Attribute access: obj.name, and object's __getattribute__ and __setattr__ (Language Reference 3.3.2).
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/specials.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/method.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/type_attributes.h"

namespace taipan {
namespace {

// Names of code are interned; others (getattr(o, text)) are interned here, so that shapes can compare words.
class AttributeName {
 public:
  AttributeName(Thread& t, Str* name) : held_(t) {
    if (name->is_interned() && is_exact<Str>(Value(name))) [[likely]] {
      name_ = name;
      return;
    }
    Result<Str> interned = str_intern(t, name);
    if (interned.is_error()) return;
    held_.set(interned);
    name_ = held_.get();
  }
  bool failed() const { return name_ == nullptr; }
  Str* get() const { return name_; }

 private:
  Local<Str> held_;
  Str* name_ = nullptr;
};

#define INTERNED(name)                   \
  AttributeName name##_holder(t, name);  \
  if (name##_holder.failed()) return kError; \
  name = name##_holder.get()

ErrorTag raise_no_attribute(Thread& t, Value o, Str* name) {
  return raise_attribute_error(t, o, name, "'{!T}' object has no attribute '{}'", o, name);
}

}  // namespace

Result<> generic_get_attribute_or_absent(Thread& t, Value o, Str* name) {
  INTERNED(name);
  Type& type = type_of(o);
  Local<> found(t, type_lookup(t, type, name));
  auto get = found.is_empty() ? nullptr : type_of(found).slots.descr_get;
  if (get && type_of(found).slots.descr_set) return get(t, found, o, Value(&type));  // data descriptor
  if (o.is_ref() && type.root_layout) {
    Result<> own_value = instance_get(t, o.object(), name);
    if (own_value.is_error() || !own_value.is_absent()) return own_value;
  }
  if (get) return get(t, found, o, Value(&type));
  if (!found.is_empty()) return found.give();
  return Result<>::absent();
}

Result<> generic_get_attribute(Thread& t, Value o, Str* name) {
  Result<> r = generic_get_attribute_or_absent(t, o, name);
  if (r.is_absent()) return raise_no_attribute(t, o, name);
  return r;
}

Status generic_set_attribute(Thread& t, Value o, Str* name, Value v) {
  INTERNED(name);
  Type& type = type_of(o);
  Local<> found(t, type_lookup(t, type, name));
  if (!found.is_empty()) {
    if (auto set = type_of(found).slots.descr_set) return set(t, found, o, v);
  }
  if (o.is_ref() && type.root_layout && has_instance_dict(o.object())) {
    if (!v.is_empty()) return instance_set(t, o.object(), name, v);
    if (TRY(instance_delete(t, o.object(), name))) return kDone;
    return raise_no_attribute(t, o, name);
  }
  if (!found.is_empty()) {
    return raise_attribute_error(t, o, name, "'{!T}' object attribute '{}' is read-only", o, name);
  }
  if (type.slots.set_attribute == generic_set_attribute) {
    return raise_attribute_error(t, o, name,
                                 "'{!T}' object has no attribute '{}' and no __dict__ for setting new attributes",
                                 o, name);
  }
  return raise_no_attribute(t, o, name);
}

Result<> get_attribute(Thread& t, Value o, Str* name) {
  INTERNED(name);
  return type_of(o).slots.get_attribute(t, o, name);
}

Result<> get_attribute_or_absent(Thread& t, Value o, Str* name) {
  INTERNED(name);
  auto get = type_of(o).slots.get_attribute;
  // A descriptor may raise AttributeError in any of the three.
  Result<> r = get == generic_get_attribute ? generic_get_attribute_or_absent(t, o, name)
               : get == type_get_attribute  ? type_get_attribute_or_absent(t, o, name)
                                            : get(t, o, name);
  if (r.is_error() && swallow(t, AttributeError)) return Result<>::absent();
  return r;
}

Status set_attribute(Thread& t, Value o, Str* name, Value v) {
  INTERNED(name);
  return type_of(o).slots.set_attribute(t, o, name, v);
}
Status delete_attribute(Thread& t, Value o, Str* name) {
  return set_attribute(t, o, name, Value::empty());
}

Result<bool> has_attribute(Thread& t, Value o, Str* name) {
  Result<> r = get_attribute_or_absent(t, o, name);
  if (r.is_error()) return kError;
  bool found = !r.is_absent();
  drop(r);
  return found;
}

Result<> get_method(Thread& t, Value o, Str* name, bool* unbound) {
  *unbound = false;
  INTERNED(name);
  Type& type = type_of(o);
  if (type.slots.get_attribute != generic_get_attribute) return type.slots.get_attribute(t, o, name);
  Local<> found(t, type_lookup(t, type, name));
  if (found.is_empty() || !type_of(found).has(kTypeMethodDescriptor)) {
    found.clear();
    return generic_get_attribute(t, o, name);
  }
  if (o.is_ref() && type.root_layout) {
    Result<> own_value = instance_get(t, o.object(), name);
    if (own_value.is_error() || !own_value.is_absent()) return own_value;
  }
  *unbound = true;
  return found.give();
}

}  // namespace taipan
