#include "runtime/types/class_slots.h"

#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// Classes keep their attributes in their own namespace: as good as a dict.
bool has_dict(Type& type) { return type.has(kTypeHasDict) || type.has(kTypeTypeSubclass); }

Status check_slot_name(Thread& t, Value name) {
  if (!is_a<Str>(name)) {
    return raise(t, TypeError, "__slots__ items must be strings, not '{!T}'", name);
  }
  Local<Str> method(t, TRY(str_intern(t, "isidentifier")));
  Local<> good(t, TRY(call_method(t, name, method)));
  if (!is_true(good)) return raise(t, TypeError, "__slots__ must be identifiers");
  return kDone;
}

}  // namespace

Result<Str> mangle_name(Thread& t, Str* class_name, Str* name) {
  usize n = name->length();
  bool is_private = n > 2 && name->at(0) == '_' && name->at(1) == '_' &&
                    !(name->at(n - 1) == '_' && name->at(n - 2) == '_');
  for (usize i = 0; is_private && i < n; ++i) is_private = name->at(i) != '.';
  usize start = 0;
  while (start < class_name->length() && class_name->at(start) == '_') ++start;
  if (!is_private || start == class_name->length()) return str_intern(t, name);
  StrBuilder out(t);
  TRY(out.append_char('_'));
  TRY(out.append_range(class_name, start, class_name->length()));
  TRY(out.append(name));
  Local<Str> mangled(t, TRY(out.finish()));
  return str_intern(t, mangled);
}

Status plan_slots(Thread& t, Str* class_name, Dict* dict, Type& base, Tuple* bases, SlotsPlan& plan) {
  bool may_add_dict = !has_dict(base);
  bool may_add_weak = !base.has(kTypeWeakrefable);
  Local<> given(t, dict_borrow_str(dict, names().__slots__));
  if (given.is_empty()) {
    plan.adds_dict = may_add_dict;
    plan.adds_weakref = may_add_weak;
  } else {
    Local<Tuple> list(t, is_a<Str>(given) ? TRY(tuple_of(t, given)) : TRY(to_tuple(t, given)));
    usize n = list->size();
    if (n > 0 && base.slots.size && !base.has(kTypeTupleSubclass) && !base.has(kTypeStrSubclass)) {
      for (usize i = 0; i < n; ++i) {
        Value v = (*list.get())[i];
        bool special = is_a<Str>(v) && (str_equals(v.as<Str>(), "__dict__") || str_equals(v.as<Str>(), "__weakref__"));
        if (!special) {
          return raise(t, TypeError, "arbitrary __slots__ not supported for subtype of '{}'", base.name.borrow());
        }
      }
    }
    Local<List> kept(t, TRY(list_new(t, n)));
    for (usize i = 0; i < n; ++i) {
      Value v = (*list.get())[i];
      TRY(check_slot_name(t, v));
      Str* name = v.as<Str>();
      if (str_equals(name, "__dict__")) {
        if (!may_add_dict || plan.adds_dict) {
          return raise(t, TypeError, "__dict__ slot disallowed: we already got one");
        }
        plan.adds_dict = true;
        continue;
      }
      if (str_equals(name, "__weakref__")) {
        if (!may_add_weak || plan.adds_weakref) {
          return raise(t, TypeError, "__weakref__ slot disallowed: we already got one");
        }
        plan.adds_weakref = true;
        continue;
      }
      Local<Str> mangled(t, TRY(mangle_name(t, class_name, name)));
      bool conflict = TRY(dict_contains(t, dict, mangled));
      bool allowed = str_equals(mangled, "__qualname__") || str_equals(mangled, "__classcell__") ||
                     str_equals(mangled, "__classdictcell__");
      if (conflict && !allowed) {
        return raise(t, ValueError, "{!r} in __slots__ conflicts with class variable", mangled.value());
      }
      TRY(list_append(t, kept, mangled.value()));
    }
    TRY(list_sort(t, kept, none_value(), false));
    plan.names.set(kept.give());
    // A second base may bring in what the first lacks.
    for (usize i = 0; i < bases->size(); ++i) {
      Type& other = *(*bases)[i].as<Type>();
      if (may_add_dict && has_dict(other)) plan.adds_dict = true;
      if (may_add_weak && other.has(kTypeWeakrefable)) plan.adds_weakref = true;
    }
  }
  plan.has_dict = base.has(kTypeHasDict) || plan.adds_dict;
  plan.weakrefable = !may_add_weak || plan.adds_weakref;
  return kDone;
}

Status add_slot_members(Thread& t, Type& cls, Type& base, SlotsPlan& plan) {
  Dict* dict = cls.dict.borrow();
  for (usize i = 0; i < plan.count(); ++i) {
    Local<> name(t, TRY(list_get(t, plan.names, i)));
    u32 offset = base.members_end + static_cast<u32>(i) * 8;
    if (cls.slots.size) offset |= kTailMember;
    Local<> d(t, TRY(make_slot_descriptor(t, name.value().as<Str>(), cls, offset)));
    TRY(dict_set_str(t, dict, name.value().as<Str>(), d));
  }
  if (plan.adds_dict && dict_borrow_str(dict, names().__dict__).is_empty()) {
    Local<> d(t, TRY(make_getset_descriptor(t, kInstanceDictGetSet, cls)));
    TRY(dict_set_str(t, dict, names().__dict__, d));
  }
  if (plan.adds_weakref && dict_borrow_str(dict, names().__weakref__).is_empty()) {
    Local<> d(t, TRY(make_getset_descriptor(t, kInstanceWeakrefGetSet, cls)));
    TRY(dict_set_str(t, dict, names().__weakref__, d));
  }
  return kDone;
}

bool same_slot_names(Type& a, Type& b) {
  u64 at = 0;
  usize matched = 0;
  Result<> key = Result<>::absent(), value = Result<>::absent();
  Thread& t = Thread::current();
  while (dict_next(t, a.dict.borrow(), &at, &key, &value)) {
    Local<> k(t, key);
    Local<> v(t, value);
    if (!is_exact<MemberDescriptor>(v)) continue;
    auto* mine = v.value().as<MemberDescriptor>();
    if (mine->def || mine->objclass.borrow() != &a) continue;
    Value other = dict_borrow_str(b.dict.borrow(), mine->name.borrow());
    if (other.is_empty() || !is_exact<MemberDescriptor>(other)) return false;
    auto* theirs = other.as<MemberDescriptor>();
    if (theirs->objclass.borrow() != &b || theirs->offset != mine->offset) return false;
    ++matched;
  }
  return matched == a.own_slots;
}

}  // namespace taipan
