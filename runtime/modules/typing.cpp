// _typing: NoDefault, Generic and the helpers of type parameters (types/typevar.cpp, type_alias.cpp).
#include "runtime/engine.h"
#include "runtime/import/import.h"
#include "runtime/object/class_build.h"
#include "runtime/types/container_util.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "runtime/types/typevar.h"

namespace taipan {

Type* g_generic_type;

namespace {

Type *g_no_default_type, *g_evaluator_type;
Object* g_no_default;  // immortal

// --- NoDefault ------------------------------------------------------------------------------------------

Result<> no_default_new(Thread& t, Type&, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs > 0 || kwnames != nullptr) return raise(t, TypeError, "NoDefaultType takes no arguments");
  return own(g_no_default);
}
Result<Str> no_default_repr(Thread& t, Value) { return str_from_ascii(t, "typing.NoDefault"); }
Result<> no_default_reduce(Thread& t, Value) { return Result<>(TRY(str_from_ascii(t, "NoDefault"))); }
constexpr NativeDef kNoDefaultMethods[] = {
    def<no_default_reduce>("__reduce__($self, /)", "Return state information for pickling."),
};
const TypeDef kNoDefault = {.name = "NoDefaultType",
                            .doc = "The type of the NoDefault singleton.",
                            .flags = kTypeNoEdges,
                            .slots = {.new_ = no_default_new, .repr = no_default_repr},
                            .methods = kNoDefaultMethods,
                            .text_signature = "()"};

// --- functions that give a constant, for evaluate_bound and its like -----------------------------------------

struct Evaluator : Object {
  Slot<> value;
};
void evaluator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Evaluator*>(o)->value); }

Result<> type_text(Thread& t, Value v) {
  Local<> function(t, TRY(import_attribute(t, "annotationlib", "type_repr")));
  return call(t, function, v);
}

constexpr i64 kFormatString = 4;  // annotationlib.Format.STRING

Result<> evaluate(Thread& t, Value self, i64 format) {
  Evaluator* e = self.as<Evaluator>();
  if (format != kFormatString) return e->value.load(e);
  Value v = e->value.borrow();
  if (!is_a<Tuple>(v)) return type_text(t, v);
  Tuple* items = v.as<Tuple>();
  StrBuilder out(t);
  TRY(out.append_char('('));
  for (usize i = 0; i < items->size(); ++i) {
    if (i > 0) TRY(out.append_ascii(", "));
    Local<> text(t, TRY(type_text(t, (*items)[i])));
    Local<Str> piece(t, TRY(to_str(t, text)));
    TRY(out.append(piece));
  }
  TRY(out.append_ascii(items->size() == 1 ? ",)" : ")"));
  return Result<>(TRY(out.finish()));
}
constexpr NativeDef kCall = def<evaluate>("constevaluator.__call__($self, format, /)", "");
Result<> evaluator_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return kCall.entry(t, self, args, nargs, kwnames);
}
Result<Str> evaluator_repr(Thread& t, Value self) {
  return str_format(t, "<constevaluator {!r}>", self.as<Evaluator>()->value.borrow());
}
const TypeDef kEvaluator = {.name = "_typing._ConstEvaluator",
                            .doc = "A function that gives the same value in any format.",
                            .flags = kTypeGcTracked | kTypeNoInstantiation,
                            .size = sizeof(Evaluator),
                            .slots = {.visit = evaluator_visit, .call = evaluator_call, .repr = evaluator_repr}};

// --- Generic --------------------------------------------------------------------------------------------

Result<> forward_to_typing(Thread& t, const char* function, Value cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> target(t, TRY(import_attribute(t, "typing", function)));
  usize n = nargs + (kwnames ? kwnames->size() : 0);
  TRY(ensure_stack(t, n + 1));
  LocalArray words(t, n + 1);
  words.set(0, cls);
  for (usize i = 0; i < n; ++i) words.set(i + 1, args[i]);
  return call(t, target, words.data(), nargs + 1, kwnames);
}
Result<> generic_class_getitem(Thread& t, Value cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return forward_to_typing(t, "_generic_class_getitem", cls, args, nargs, kwnames);
}
Result<> generic_init_subclass(Thread& t, Value cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return forward_to_typing(t, "_generic_init_subclass", cls, args, nargs, kwnames);
}
constexpr NativeDef kGenericMethods[] = {
    raw_def("__class_getitem__", "Parameterizes a generic class.", generic_class_getitem, NativeKind::ClassMethod),
    raw_def("__init_subclass__", "Function to initialize subclasses.", generic_init_subclass, NativeKind::ClassMethod),
};

// A class as a class statement makes it: no storage and no __new__ of its own, so that it combines with any base.
Status add_generic(Thread& t, Module* module) {
  Local<Dict> space(t, TRY(dict_new(t)));
  Local<Str> typing(t, TRY(str_intern(t, "typing"))), name(t, TRY(str_intern(t, "Generic")));
  Local<Str> doc(t, TRY(str_from_ascii(t, "Abstract base class for generic types.")));
  TRY(dict_set_str(t, space, names().__module__, typing));
  TRY(dict_set_str(t, space, names().__slots__, Value(empty_tuple())));
  TRY(dict_set_str(t, space, names().__doc__, doc));
  Local<Type> generic(t, TRY(make_class(t, type_type, name, empty_tuple(), space)));
  for (const NativeDef& d : kGenericMethods) {
    Local<> method(t, TRY(make_method_descriptor(t, d, *generic.get())));
    Local<Str> method_name(t, TRY(str_intern(t, d.signature)));
    TRY(set_attribute(t, generic, method_name, method));
  }
  TRY(delete_attribute(t, generic, names().__slots__));
  g_generic_type = generic.get();
  return module_add(t, module, "Generic", generic);
}

Result<> idfunc(Thread&, Value x) { return own(x); }

constexpr NativeDef kFunctions[] = {
    def<idfunc>("_idfunc($module, x, /)", "Gives its argument back."),
};

Status exec(Thread& t, Module* module) {
  register_native(t, kCall);
  Local<Type> no_default(t, TRY(type_from_def(t, kNoDefault))), evaluator(t, TRY(type_from_def(t, kEvaluator)));
  g_no_default_type = no_default.get();
  g_evaluator_type = evaluator.get();
  g_no_default = new_object_raw(t, g_no_default_type->root_shape, sizeof(Object), kImmortal | kNoEdges, 0);
  if (!g_no_default) return kError;
  make_immortal(g_no_default);
  TRY(module_add(t, module, "NoDefault", Value(g_no_default)));
  TRY(module_add(t, module, "Union", Value(&union_type)));
  TRY(add_generic(t, module));
  TRY(type_parameters_exec(t, module));
  return type_alias_exec(t, module);
}

}  // namespace

Value no_default() { return Value(g_no_default); }

Result<> evaluator_of(Thread& t, Value evaluate_function, Value value) {
  if (!evaluate_function.is_empty()) return own(evaluate_function);
  if (value.is_empty()) return none();
  Evaluator* e = new_object<Evaluator>(t, *g_evaluator_type);
  if (!e) return kError;
  e->value.init(value);
  return own_new(e);
}

Result<> typing_call(Thread& t, const char* function, const Value* args, u32 n) {
  Local<> target(t, TRY(import_attribute(t, "typing", function)));
  return call(t, target, args, n);
}

Result<> typing_unpack(Thread& t, Value v) {
  Local<> unpack(t, TRY(import_attribute(t, "typing", "Unpack")));
  return get_item(t, unpack, v);
}

// A str stands for the type of that name.
Result<> forward_reference(Thread& t, Value v) {
  if (!is_a<Str>(v)) return own(v);
  Local<> type(t, TRY(import_attribute(t, "annotationlib", "ForwardRef")));
  return call(t, type, v);
}

Result<> type_or(Thread& t, Value left, Value right) {
  Local<> a(t, TRY(forward_reference(t, left))), b(t, TRY(forward_reference(t, right)));
  Local<Tuple> both(t, TRY(tuple_of(t, a, b)));
  return get_item(t, Value(&union_type), both);
}

Result<> caller_module(Thread& t) {
  if (!g_engine.current_globals) return Result<>::absent();
  Local<> globals(t, TRY(g_engine.current_globals(t)));
  if (!is_a<Dict>(globals)) return Result<>::absent();
  return dict_get_str(t, globals.value().as<Dict>(), names().__name__);
}

Result<> cannot_subclass(Thread& t, Value self, Value) {
  return raise(t, TypeError, "Cannot subclass an instance of {}", Value(type_of(self).name.borrow()));
}

extern const ModuleDef typing_module_def;
const ModuleDef typing_module_def = {"_typing", "Primitives and accelerators for the typing module.", kFunctions, {}, exec};

}  // namespace taipan
