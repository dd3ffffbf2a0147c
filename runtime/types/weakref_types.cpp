// weakref.ReferenceType, ProxyType, CallableProxyType. The protocol is memory/weak.h's.
#include <cstdio>

#include "runtime/base/hash.h"
#include "runtime/memory/heap.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/weak.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/startup.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/weakref_types.h"

namespace taipan {
namespace {

WeakRefObject* ref_of(Value v) { return v.as<WeakRefObject>(); }

// The referent, owned; absent() once it is dead.
Result<> referent(Value self) {
  WeakCtl* ctl = ref_of(self)->ctl;
  return ctl ? weak_get(ctl) : Result<>::absent();
}

void weakref_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<WeakRefObject*>(o)->callback); }
void weakref_destroy(Object* o) {
  auto* w = static_cast<WeakRefObject*>(o);
  weak_unlink(w);
  drop_edges(o, weakref_visit);
  free_object(o, object_size(o));
}

}  // namespace

Result<> weakref_make(Thread& t, Type& cls, Value object, Value callback) {
  if (!object.is_ref() || !type_of(object).has(kTypeWeakrefable)) {
    return raise(t, TypeError, "cannot create weak reference to '{!T}' object", object);
  }
  bool plain = callback.is_empty() || is_none(callback);
  if (plain && !cls.has(kTypeHeap)) {
    Result<> existing = weak_find_plain(object.object(), cls.root_shape);
    if (!existing.is_absent()) return existing;
  }
  auto* w = new_object<WeakRefObject>(t, cls);
  if (w == nullptr) return kError;
  w->flags.fetch_or_relaxed(kWeakReference);
  Local<> held(t, own_new(w));
  if (!plain) w->callback.init(callback);
  if (!weak_link(t, w, object.object())) {
    (void)raise_memory_error(t);
    return kError;
  }
  return held.give();
}

Result<> weakref_get(Value reference) { return referent(reference); }

namespace {

Result<> ref_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames && kwnames->size() && &cls == &weakref_type) {
    return raise(t, TypeError, "ref() takes no keyword arguments");
  }
  if (nargs < 1 || nargs > 2) {
    return raise(t, TypeError, "__new__ expected at {} {} argument{}, got {}", nargs < 1 ? "least" : "most",
                 nargs < 1 ? 1 : 2, nargs < 1 ? "" : "s", nargs);
  }
  return weakref_make(t, cls, args[0], nargs > 1 ? args[1] : Value::empty());
}
Status ref_init(Thread& t, Value, const Value*, u32 nargs, Tuple* kwnames) {
  if (kwnames && kwnames->size()) return raise(t, TypeError, "ref() takes no keyword arguments");
  if (nargs < 1 || nargs > 2) return raise(t, TypeError, "__init__ expected at most 2 arguments, got {}", nargs);
  return kDone;
}
Result<> ref_call(Thread& t, Value self, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs || (kwnames && kwnames->size())) {
    return raise(t, TypeError, "weakref.__call__() takes no arguments ({} given)", nargs);
  }
  Result<> r = referent(self);
  return r.is_absent() ? none() : r;
}
Result<u64> ref_hash(Thread& t, Value self) {
  WeakRefObject* w = ref_of(self);
  u64 known = __atomic_load_n(&w->hash, __ATOMIC_RELAXED);  // all threads compute the same
  if (known) return known;
  Local<> o(t, referent(self));
  if (o.is_empty()) return raise(t, TypeError, "weak object has gone away");
  u64 h = TRY(hash(t, o));
  __atomic_store_n(&w->hash, h, __ATOMIC_RELAXED);
  return h;
}
Result<> ref_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return not_implemented();
  if (!is_instance(self, weakref_type) || !is_instance(other, weakref_type)) return not_implemented();
  Local<> a(t, referent(self));
  Local<> b(t, referent(other));
  if (a.is_empty() || b.is_empty()) return boolean(same(self, other) == (op == CompareOp::Eq));
  return compare(t, op, a, b);
}
Result<Str> address_text(Thread& t, Value v) {
  char text[32];
  std::snprintf(text, sizeof(text), "%#lx", static_cast<unsigned long>(identity(v)));
  return str_from_ascii(t, text);
}
Result<Str> ref_repr(Thread& t, Value self) {
  Local<> o(t, referent(self));
  Local<Str> at(t, TRY(address_text(t, self)));
  if (o.is_empty()) return str_format(t, "<weakref at {}; dead>", at.value());
  Local<Str> to(t, TRY(address_text(t, o)));
  Local<> name(t, TRY(get_attribute_or_absent(t, o, names().__name__)));
  Str* module = type_of(o).qualname.borrow();
  if (name.is_empty() || !is_a<Str>(name)) {
    return str_format(t, "<weakref at {}; to '{}' at {}>", at.value(), module, to.value());
  }
  return str_format(t, "<weakref at {}; to '{}' at {} ({})>", at.value(), module, to.value(), name.value());
}
Result<> ref_class_getitem(Thread& t, Value cls, Value item) { return generic_alias_new(t, cls, item); }
const NativeDef kRefMethods[] = {
    class_def<ref_class_getitem>("__class_getitem__($type, object, /)", "See PEP 585")};
const GetSetDef kRefGetSets[] = {
    {"__callback__",
     [](Thread&, Value v) -> Result<> {
       WeakRefObject* w = ref_of(v);
       if (w->callback.is_empty() || w->referent() == nullptr) return none();
       return w->callback.load(w);
     },
     nullptr, nullptr}};

// --- proxies: every operation goes to the referent -------------------------------------------------------------

bool is_proxy(Value v) {
  return v.is_ref() && (v.object()->shape.load_relaxed() == shape_id(BuiltinShape::weakproxy_) ||
                        v.object()->shape.load_relaxed() == shape_id(BuiltinShape::weakcallableproxy_));
}
// The referent of a proxy (ReferenceError if dead), else the value itself.
Result<> through(Thread& t, Value v) {
  if (!is_proxy(v)) return own(v);
  Result<> o = referent(v);
  if (o.is_absent()) return raise(t, ReferenceError, "weakly-referenced object no longer exists");
  return o;
}
#define TARGET(name, v) Local<> name(t, TRY(through(t, v)))

Result<Str> proxy_repr(Thread& t, Value self) {
  Local<> o(t, referent(self));
  Local<Str> at(t, TRY(address_text(t, self)));
  if (o.is_empty()) return str_format(t, "<weakproxy at {}; dead>", at.value());
  Local<Str> to(t, TRY(address_text(t, o)));
  return str_format(t, "<weakproxy at {}; to '{!T}' at {}>", at.value(), o.value(), to.value());
}
Result<Str> proxy_str(Thread& t, Value self) {
  TARGET(o, self);
  return to_str(t, o);
}
Result<bool> proxy_truth(Thread& t, Value self) {
  TARGET(o, self);
  return truth(t, o);
}
Result<> proxy_compare(Thread& t, Value self, Value other, CompareOp op) {
  TARGET(a, self);
  TARGET(b, other);
  return compare(t, op, a, b);
}
Result<> proxy_get_attribute(Thread& t, Value self, Str* name) {
  TARGET(o, self);
  return get_attribute(t, o, name);
}
Status proxy_set_attribute(Thread& t, Value self, Str* name, Value v) {
  TARGET(o, self);
  return set_attribute(t, o, name, v);
}
Result<> proxy_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TARGET(o, self);
  return call(t, o, args, nargs, kwnames);
}
Result<> proxy_iter(Thread& t, Value self) {
  TARGET(o, self);
  return iterate(t, o);
}
Result<> proxy_next(Thread& t, Value self) {
  TARGET(o, self);
  if (type_of(o).slots.next == nullptr) {
    return raise(t, TypeError, "Weakref proxy referenced a non-iterator '{!T}' object", o.value());
  }
  return next(t, o);
}
Result<ssize> proxy_length(Thread& t, Value self) {
  TARGET(o, self);
  return length(t, o);
}
Result<> proxy_get_item(Thread& t, Value self, Value key) {
  TARGET(o, self);
  TARGET(k, key);
  return get_item(t, o, k);
}
Status proxy_set_item(Thread& t, Value self, Value key, Value v) {
  TARGET(o, self);
  return v.is_empty() ? delete_item(t, o, key) : set_item(t, o, key, v);
}
Result<bool> proxy_contains(Thread& t, Value self, Value v) {
  TARGET(o, self);
  return contains(t, o, v);
}
template <BinaryOp op>
Result<> proxy_binary(Thread& t, Value left, Value right) {
  TARGET(a, left);
  TARGET(b, right);
  return binary_operation(t, op, a, b);
}
template <BinaryOp op>
Result<> proxy_inplace(Thread& t, Value left, Value right) {
  TARGET(a, left);
  TARGET(b, right);
  return inplace_operation(t, op, a, b);
}
Result<> proxy_power(Thread& t, Value base, Value exponent, Value modulus) {
  TARGET(a, base);
  TARGET(b, exponent);
  TARGET(c, modulus);
  return power(t, a, b, c);
}
Result<> proxy_divmod(Thread& t, Value left, Value right) {
  TARGET(a, left);
  TARGET(b, right);
  return divmod_operation(t, a, b);
}
template <UnaryOp op>
Result<> proxy_unary(Thread& t, Value self) {
  TARGET(o, self);
  return unary_operation(t, op, o);
}
Result<> proxy_index(Thread& t, Value self) {
  TARGET(o, self);
  return to_index(t, o);
}
Result<> proxy_int(Thread& t, Value self) {
  TARGET(o, self);
  return call(t, Value(&int_type), o);
}
Result<> proxy_float(Thread& t, Value self) {
  TARGET(o, self);
  return call(t, Value(&float_type), o);
}
Result<> proxy_bytes(Thread& t, Value self) {
  TARGET(o, self);
  return call_method(t, o, names().__bytes__);
}
Result<> proxy_reversed(Thread& t, Value self) {
  TARGET(o, self);
  return call_method(t, o, names().__reversed__);
}
const NativeDef kProxyMethods[] = {def<proxy_bytes>("__bytes__($self, /)", nullptr),
                                   def<proxy_reversed>("__reversed__($self, /)", nullptr)};

#define FOR_ALL(f)                                                                                  \
  f<BinaryOp::Add>, f<BinaryOp::Sub>, f<BinaryOp::Mul>, f<BinaryOp::TrueDiv>, f<BinaryOp::FloorDiv>, \
      f<BinaryOp::Mod>, f<BinaryOp::Pow>, f<BinaryOp::MatMul>, f<BinaryOp::And>, f<BinaryOp::Or>,    \
      f<BinaryOp::Xor>, f<BinaryOp::Shl>, f<BinaryOp::Shr>
constexpr TypeSlots proxy_slots(bool callable) {
  TypeSlots s = {.visit = weakref_visit, .destroy = weakref_destroy,
                 .repr = proxy_repr, .str = proxy_str, .truth = proxy_truth,
                 .compare = proxy_compare, .get_attribute = proxy_get_attribute,
                 .set_attribute = proxy_set_attribute, .iter = proxy_iter, .next = proxy_next,
                 .length = proxy_length, .get_item = proxy_get_item, .set_item = proxy_set_item,
                 .contains = proxy_contains, .binary = {FOR_ALL(proxy_binary)},
                 .inplace = {FOR_ALL(proxy_inplace)}, .power = proxy_power, .divmod = proxy_divmod,
                 .unary = {proxy_unary<UnaryOp::Neg>, proxy_unary<UnaryOp::Pos>,
                           proxy_unary<UnaryOp::Invert>, proxy_unary<UnaryOp::Abs>},
                 .index = proxy_index, .to_int = proxy_int, .to_float = proxy_float};
  if (callable) s.call = proxy_call;
  return s;
}

}  // namespace

extern const TypeDef weakref_type_def = {
    .name = "weakref.ReferenceType", .doc = "A reference that does not keep its object alive.",
    .flags = kTypeBase | kTypeGcTracked, .size = sizeof(WeakRefObject),
    .slots = {.visit = weakref_visit, .destroy = weakref_destroy, .new_ = ref_new, .init = ref_init,
              .call = ref_call, .repr = ref_repr, .hash = ref_hash, .compare = ref_compare},
    .methods = kRefMethods, .getsets = kRefGetSets, .text_signature = "(object, callback=None, /)"};
extern const TypeDef weakproxy_type_def = {
    .name = "weakref.ProxyType", .flags = kTypeGcTracked, .size = sizeof(WeakRefObject),
    .slots = proxy_slots(false), .methods = kProxyMethods};
extern const TypeDef weakcallableproxy_type_def = {
    .name = "weakref.CallableProxyType", .flags = kTypeGcTracked, .size = sizeof(WeakRefObject),
    .slots = proxy_slots(true), .methods = kProxyMethods};

// The attribute __weakref__ of instances: the newest plain reference, or None.
const GetSetDef kInstanceWeakrefGetSet = {
    "__weakref__",
    [](Thread&, Value v) -> Result<> {
      Value first;
      if (!v.is_ref() || weak_references(v.object(), &first, 1) == 0) return none();
      return Result<>::from_owned(first);
    },
    nullptr, "list of weak references to the object"};

}  // namespace taipan
