// None, NotImplemented, Ellipsis: the objects and their types. The type of True and False is with int.
#include "runtime/types/singletons.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Object none_object, not_implemented_object, ellipsis_object;
OneLimb true_object, false_object;

namespace {

template <Object* kObject>
Result<> singleton_new(Thread& t, Type& cls, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs || (kwnames && kwnames->size())) {
    return raise(t, TypeError, "{} takes no arguments", cls.name.borrow());
  }
  return own(Value(kObject));
}

Result<Str> name_of(Thread& t, const char* name) { return own(str_immortal(t, name)); }

Result<> not_implemented_reduce(Thread& t, Value) { return name_of(t, "NotImplemented"); }
Result<> ellipsis_reduce(Thread& t, Value) { return name_of(t, "Ellipsis"); }
const NativeDef kNotImplementedMethods[] = {def<not_implemented_reduce>("__reduce__($self, /)", nullptr)};
const NativeDef kEllipsisMethods[] = {def<ellipsis_reduce>("__reduce__($self, /)", nullptr)};

}  // namespace

extern const TypeDef none_type_def = {
    .name = "NoneType", .doc = "The type of None.", .flags = kTypeNoEdges,
    .slots = {.new_ = singleton_new<&none_object>,
              .repr = [](Thread& t, Value) { return name_of(t, "None"); },
              .hash = [](Thread&, Value) -> Result<u64> { return u64{0xfca86420}; },
              .truth = [](Thread&, Value) -> Result<bool> { return false; }},
    .text_signature = "()"};

extern const TypeDef not_implemented_type_def = {
    .name = "NotImplementedType", .doc = "The type of NotImplemented.", .flags = kTypeNoEdges,
    .slots = {.new_ = singleton_new<&not_implemented_object>,
              .repr = [](Thread& t, Value) { return name_of(t, "NotImplemented"); },
              .truth = [](Thread& t, Value) -> Result<bool> {
                return raise(t, TypeError, "NotImplemented should not be used in a boolean context");
              }},
    .methods = kNotImplementedMethods, .text_signature = "()"};

extern const TypeDef ellipsis_type_def = {
    .name = "ellipsis", .doc = "The type of Ellipsis (...).", .flags = kTypeNoEdges,
    .slots = {.new_ = singleton_new<&ellipsis_object>,
              .repr = [](Thread& t, Value) { return name_of(t, "Ellipsis"); }},
    .methods = kEllipsisMethods, .text_signature = "()"};

}  // namespace taipan
