// How native functions, methods, properties and modules are declared: the Python signature beside the code.
//
//   static Result<> list_pop(Thread& t, List* self, ssize index) { ... }
//   static const NativeDef kMethods[] = {
//       def<list_pop>("pop($self, index=-1, /)", "Remove and return item at index (default last)."),
//   };
//
// The signature is the truth for names, defaults, `/`, `*`, `*args`, `**kw` and __text_signature__
// ($self or $type first: a method; $module or nothing: a function). The C++ parameter types convert:
// Value takes anything; Str*, List*, ... check the type ("argument 1 must be str, not int"); ssize, i64, i32
// call __index__; f64 calls __float__; bool asks truth; Opt<T> may be absent (default omitted by the caller);
// Args takes *args, Kwargs **kw. Defaults are literals: None, True, False, numbers, 'text', (), <unrepresentable>
// (which is passed as the empty word, or an absent Opt); a parameter in brackets, "a[, b]", is None where absent. $self and $type are C++ parameters, $module is not. Return types: Result<...> of an object, bool, integers,
// f64; Status gives None.
#pragma once
#include "runtime/native/entry.h"
#include "runtime/object/type.h"

namespace taipan {

enum class NativeKind : u8 { Function, Method, ClassMethod, StaticMethod };

struct NativeDef {
  const char* signature;
  const char* doc;
  NativeEntry entry;
  Signature* parsed;  // per entry, filled when the def is registered
  NativeKind kind = NativeKind::Method;
  u8 parameters = kRawParameters;  // of the C++ function, checked against the signature

  static constexpr u8 kRawParameters = 255;
};

// Function or method (told by the first parameter in the signature: $self, $type, $module).
template <auto kFunction>
constexpr NativeDef def(const char* signature, const char* doc) {
  return {signature, doc, &Entry<kFunction>::call, &Entry<kFunction>::signature, NativeKind::Method,
          Entry<kFunction>::kParameters};
}
template <auto kFunction>
constexpr NativeDef class_def(const char* signature, const char* doc) {
  return {signature, doc, &Entry<kFunction>::call, &Entry<kFunction>::signature,
          NativeKind::ClassMethod, Entry<kFunction>::kParameters};
}
template <auto kFunction>
constexpr NativeDef static_def(const char* signature, const char* doc) {
  return {signature, doc, &Entry<kFunction>::call, &Entry<kFunction>::signature,
          NativeKind::StaticMethod, Entry<kFunction>::kParameters};
}
// A body that parses its own arguments (print, dict.update, ...): gets the raw call.
constexpr NativeDef raw_def(const char* signature, const char* doc, NativeEntry entry,
                            NativeKind kind = NativeKind::Method) {
  return {signature, doc, entry, nullptr, kind};
}

// A property of a native type. set null: read-only.
struct GetSetDef {
  const char* name;
  Result<> (*get)(Thread& t, Value self);
  Status (*set)(Thread& t, Value self, Value v);  // v empty: delete
  const char* doc;
};

// A Slot or C++ field at a fixed offset.
enum class MemberKind : u8 { Object, ObjectOrError, Int32, Ssize, Bool, Double };  // Object: empty is None
struct MemberDef {
  const char* name;
  MemberKind kind;
  u32 offset;
  bool read_only;
  const char* doc;
};

// Called once for each def before it can be called: parses the signature. `type`: whose method it is.
void register_native(Thread& t, const NativeDef& def, Type* type = nullptr);
// Calls a def that is in no table (the arguments of a constructor), registering it the first time.
inline Result<> call_native(Thread& t, const NativeDef& def, Value self, const Value* args, u32 nargs,
                            Tuple* kwnames) {
  if (def.parsed && !def.parsed->is_parsed()) [[unlikely]] register_native(t, def);
  return def.entry(t, self, args, nargs, kwnames);
}
// A builtin_function object for a module or type; self may be empty.
Result<> make_native_function(Thread& t, const NativeDef& def, Value self, Value module_name);

struct ConstantDef {
  const char* name;
  enum class Kind : u8 { Int, Float, Text } kind;
  i64 i;
  f64 d;
  const char* text;
};
constexpr ConstantDef int_constant(const char* name, i64 v) {
  return {name, ConstantDef::Kind::Int, v, 0, nullptr};
}
constexpr ConstantDef float_constant(const char* name, f64 v) {
  return {name, ConstantDef::Kind::Float, 0, v, nullptr};
}
constexpr ConstantDef text_constant(const char* name, const char* v) {
  return {name, ConstantDef::Kind::Text, 0, 0, v};
}

// A native module. exec adds what tables cannot say (types, computed values); may be null.
struct ModuleDef {
  const char* name;
  const char* doc;
  std::span<const NativeDef> functions;
  std::span<const ConstantDef> constants = {};
  Status (*exec)(Thread& t, Module* module) = nullptr;
};
// Every native module is one line in modules/modules.def; import/ makes it on first import.
Result<Module> make_native_module(Thread& t, const ModuleDef& def);
// Adds functions under the names in their signatures, bound to the module: what make_native_module does with
// its table, for exec functions whose module stands in several files.
Status module_add_functions(Thread& t, Module* module, std::span<const NativeDef> functions);
// module.name = value; for exec functions.
Status module_add(Thread& t, Module* module, const char* name, Value v);
Status module_add_type(Thread& t, Module* module, const TypeDef& def, Type** out);

}  // namespace taipan
