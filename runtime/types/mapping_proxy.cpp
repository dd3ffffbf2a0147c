#include "runtime/types/mapping_proxy.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> mapping_proxy_new(Thread& t, Value mapping) {
  auto* p = new_object<MappingProxy>(t, mappingproxy_type);
  if (p == nullptr) return kError;
  p->mapping.init(mapping);
  return own_new(p);
}

namespace {

Value mapping_of(Value self) { return self.as<MappingProxy>()->mapping.borrow(); }  // never changes

void proxy_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<MappingProxy*>(o)->mapping); }

Result<> proxy_construct(Thread& t, Value, Value mapping) {
  bool good = type_of(mapping).slots.get_item && !is_a<List>(mapping) && !is_a<Tuple>(mapping);
  if (!good) return raise(t, TypeError, "mappingproxy() argument must be a mapping, not {!T}", mapping);
  return mapping_proxy_new(t, mapping);
}
const NativeDef kNew = def<proxy_construct>("mappingproxy($type, mapping)", nullptr);
Result<> proxy_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return call_native(t, kNew, Value(&cls), args, nargs, kwnames);
}

Result<> proxy_get(Thread& t, MappingProxy* self, Value key, Value fallback) {
  return call_method(t, self->mapping.borrow(), names().get, key, fallback);
}
Result<> proxy_keys(Thread& t, MappingProxy* self) { return call_method(t, self->mapping.borrow(), names().keys); }
Result<> proxy_values(Thread& t, MappingProxy* self) { return call_method(t, self->mapping.borrow(), names().values); }
Result<> proxy_items(Thread& t, MappingProxy* self) { return call_method(t, self->mapping.borrow(), names().items); }
Result<> proxy_copy(Thread& t, MappingProxy* self) { return call_method(t, self->mapping.borrow(), names().copy); }
Result<> proxy_reversed(Thread& t, MappingProxy* self) {
  return call_method(t, self->mapping.borrow(), names().__reversed__);
}
Result<> proxy_class_getitem(Thread& t, Value cls, Value item) { return generic_alias_new(t, cls, item); }
const NativeDef kMethods[] = {
    def<proxy_get>("get($self, key, default=None, /)", "The value for key if it is in the mapping, else default."),
    def<proxy_keys>("keys($self, /)", "a set-like object providing a view on D's keys"),
    def<proxy_values>("values($self, /)", "an object providing a view on D's values"),
    def<proxy_items>("items($self, /)", "a set-like object providing a view on D's items"),
    def<proxy_copy>("copy($self, /)", "a shallow copy of D"),
    def<proxy_reversed>("__reversed__($self, /)", "reverse iterator"),
    class_def<proxy_class_getitem>("__class_getitem__($type, object, /)", "See PEP 585"),
};

Result<> unwrap_or(Thread& t, Value left, Value right) {
  Value a = is_exact<MappingProxy>(left) ? mapping_of(left) : left;
  Value b = is_exact<MappingProxy>(right) ? mapping_of(right) : right;
  return binary_operation(t, BinaryOp::Or, a, b);
}

}  // namespace

extern const TypeDef mappingproxy_type_def = {
    .name = "mappingproxy", .doc = "A read-only view of a mapping.", .flags = kTypeGcTracked | kTypeMapping,
    .size = sizeof(MappingProxy),
    .slots = {.visit = proxy_visit, .new_ = proxy_new,
              .repr = [](Thread& t, Value self) { return str_format(t, "mappingproxy({!r})", mapping_of(self)); },
              .str = [](Thread& t, Value self) { return to_str(t, mapping_of(self)); },
              .hash = [](Thread& t, Value self) { return hash(t, mapping_of(self)); },
              .compare = [](Thread& t, Value self, Value other, CompareOp op) { return compare(t, op, mapping_of(self), other); },
              .iter = [](Thread& t, Value self) { return iterate(t, mapping_of(self)); },
              .length = [](Thread& t, Value self) { return length(t, mapping_of(self)); },
              .get_item = [](Thread& t, Value self, Value key) { return get_item(t, mapping_of(self), key); },
              .contains = [](Thread& t, Value self, Value key) { return contains(t, mapping_of(self), key); },
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, unwrap_or},
              .inplace = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr,
                          [](Thread& t, Value self, Value) -> Result<> {
                            return raise(t, TypeError, "'|=' is not supported by {!T}; use '|' instead", self);
                          }}},
    .methods = kMethods, .text_signature = "(mapping)"};

}  // namespace taipan
