// Calling Python objects from C++, and the protocol functions built on type slots.
// All take borrowed arguments (the caller holds them) and give owned results. Any may run Python.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// --- calls -------------------------------------------------------------------------------------------
Result<> call(Thread& t, Value callee, const Value* args, u32 nargs, Tuple* kwnames = nullptr);
Result<> call(Thread& t, Value callee);
Result<> call(Thread& t, Value callee, Value a);
Result<> call(Thread& t, Value callee, Value a, Value b);
Result<> call(Thread& t, Value callee, Value a, Value b, Value c);
Result<> call_tuple(Thread& t, Value callee, Tuple* args, Value kwargs_dict_or_empty);
// self.name(args...), without making a bound method.
Result<> call_method(Thread& t, Value self, Str* name, const Value* args, u32 nargs,
                     Tuple* kwnames = nullptr);
Result<> call_method(Thread& t, Value self, Str* name);
Result<> call_method(Thread& t, Value self, Str* name, Value a);
Result<> call_method(Thread& t, Value self, Str* name, Value a, Value b);
bool is_callable(Value v);

// --- attributes ----------------------------------------------------------------------------------------
Result<> get_attribute(Thread& t, Value o, Str* name);                 // AttributeError if absent
Result<> get_attribute_or_absent(Thread& t, Value o, Str* name);       // absent() instead
Status set_attribute(Thread& t, Value o, Str* name, Value v);
Status delete_attribute(Thread& t, Value o, Str* name);
Result<bool> has_attribute(Thread& t, Value o, Str* name);
// type(o).name bound to o, bypassing the instance; absent() if the class has none (Language Reference 3.3.12).
Result<> lookup_special(Thread& t, Value o, Str* name);
// Calls type(o).name(o, args...); absent() if the class has none.
Result<> call_special(Thread& t, Value o, Str* name, const Value* args, u32 nargs);
// For LOAD_METHOD: the attribute; *unbound is true if it must be called with o first.
Result<> get_method(Thread& t, Value o, Str* name, bool* unbound);
Result<> generic_get_attribute_or_absent(Thread& t, Value o, Str* name);  // absent() instead of AttributeError
// object.__getattribute__ and object.__setattr__ (Python classes without overrides use these slots).
Result<> generic_get_attribute(Thread& t, Value o, Str* name);
Status generic_set_attribute(Thread& t, Value o, Str* name, Value v);

// cls(*args), for a class that no Python code made. Quicker than call().
Result<> call_native_class(Thread& t, Type& cls, const Value* args, u32 nargs);

// --- operators (Language Reference 3.3.8: reflected methods, subclass priority, NotImplemented) ---------
Result<> binary_operation(Thread& t, BinaryOp op, Value left, Value right);
// What is left when the operands' methods have answered NotImplemented: sequences, or TypeError.
Result<> binary_not_implemented(Thread& t, BinaryOp op, Value left, Value right, bool inplace);
Result<> inplace_operation(Thread& t, BinaryOp op, Value left, Value right);
Result<> power(Thread& t, Value base, Value exponent, Value modulus);
Result<> divmod_operation(Thread& t, Value left, Value right);
Result<> unary_operation(Thread& t, UnaryOp op, Value v);
Result<> compare(Thread& t, CompareOp op, Value left, Value right);         // any object
// What is left when left's method has answered NotImplemented and right's has not been asked.
Result<> compare_not_implemented(Thread& t, CompareOp op, Value left, Value right);
Result<bool> compare_truth(Thread& t, CompareOp op, Value left, Value right);
// == as containers use it: identical objects are equal.
Result<bool> equal(Thread& t, Value left, Value right);
bool identical(Value left, Value right);  // `is`: heap ints and floats by value (DESIGN.md section 3)
u64 identity(Value v);                    // id()
Result<bool> truth(Thread& t, Value v);

// --- text, hash ---------------------------------------------------------------------------------------------
Result<Str> repr(Thread& t, Value v);
Result<Str> to_str(Thread& t, Value v);        // str(v)
Result<Str> to_ascii(Thread& t, Value v);      // ascii(v)
Result<Str> format_value(Thread& t, Value v, Value spec_str_or_empty);  // format(v, spec)
Result<u64> hash(Thread& t, Value v);

// --- containers and iteration ---------------------------------------------------------------------------------
Result<ssize> length(Thread& t, Value v);
Result<ssize> length_hint(Thread& t, Value v, ssize fallback);
Result<> get_item(Thread& t, Value o, Value key);
Status set_item(Thread& t, Value o, Value key, Value v);
Status delete_item(Thread& t, Value o, Value key);
Result<bool> contains(Thread& t, Value container, Value v);
Result<> iterate(Thread& t, Value v);      // iter(v)
Result<> next(Thread& t, Value iterator);  // absent() at the end
// Collects any iterable. (list(v), tuple(v): no copy is made of an exact tuple.)
Result<List> to_list(Thread& t, Value iterable);
Result<Tuple> to_tuple(Thread& t, Value iterable);

// --- numbers ---------------------------------------------------------------------------------------------------
Result<> to_index(Thread& t, Value v);     // operator.index: an int, never a subclass
Result<ssize> to_ssize(Thread& t, Value v);                   // __index__; OverflowError beyond 64 bits
Result<ssize> to_ssize_clamped(Thread& t, Value v);           // slices: beyond 64 bits, the limit
Result<f64> to_double(Thread& t, Value v);                    // __float__, __index__
Result<bool> is_instance_of(Thread& t, Value v, Value class_or_tuple);   // isinstance()
Result<bool> is_subclass_of(Thread& t, Value c, Value class_or_tuple);   // issubclass()

}  // namespace taipan
