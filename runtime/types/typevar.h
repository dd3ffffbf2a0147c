// Type parameters and type aliases (PEP 484, 695, 696): what `def f[T: int = bool]` and `type A = ...` make.
// The types TypeVar, ParamSpec, TypeVarTuple and TypeAliasType belong to the module _typing, which is imported
// when the first is made.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// The operands of make_type_parameter, in order.
enum class TypeParameterKind : u8 {
  TypeVar,             // name
  TypeVarBound,        // name, evaluate function
  TypeVarConstraints,  // name, evaluate function
  ParamSpec,           // name
  TypeVarTuple,        // name
  SetDefault,          // type parameter, evaluate function; the result is the parameter
  TypeAlias,           // name, type parameters (tuple or None), evaluate function
};
Result<> make_type_parameter(Thread& t, TypeParameterKind kind, const Value* operands);
// typing.Generic[*parameters], a base of `class C[T, *Ts]`: type variable tuples unpacked.
Result<> subscript_generic(Thread& t, Tuple* parameters);

// TypeVar, ParamSpec and TypeVarTuple alike. Values are found when they are first asked for, by calling the
// evaluate function with a format (annotationlib); two threads may both call it, the last result stays.
struct TypeParameter : Object {
  Slot<Str> name;
  Slot<> bound, evaluate_bound;
  Slot<> constraints, evaluate_constraints;      // TypeVar
  Slot<> default_value, evaluate_default;
  bool covariant, contravariant, infer_variance;  // fixed
};

struct TypeAlias : Object {
  Slot<Str> name, qualname;
  Slot<> type_parameters;       // a tuple, or empty
  Slot<> value, evaluate_value;  // one of them is there
  Slot<> module_name;           // of an alias made by a call; empty: that of the evaluate function
};

extern Type *g_typevar_type, *g_paramspec_type, *g_typevartuple_type, *g_type_alias_type, *g_generic_type;
bool is_type_parameter(Value v);

// modules/typing/: the steps that add the types to _typing.
Status type_parameters_exec(Thread& t, Module* module);
Status type_alias_exec(Thread& t, Module* module);

// What both need.
Value no_default();                                        // typing.NoDefault
Result<> evaluator_of(Thread& t, Value evaluate, Value value);  // the function, or one that gives the value
Result<> typing_call(Thread& t, const char* function, const Value* args, u32 n);
Result<> typing_unpack(Thread& t, Value v);                // typing.Unpack[v]
Result<> type_or(Thread& t, Value left, Value right);      // left | right
Result<> caller_module(Thread& t);                         // __name__ of the calling module; absent()
Result<> cannot_subclass(Thread& t, Value self, Value bases);

}  // namespace taipan
