// _types: the names that the module types has for types of the interpreter.
#include "runtime/native/def.h"
#include "runtime/thread/local.h"

namespace taipan {

namespace {

constexpr struct {
  const char* name;
  Type* type;
} kTypes[] = {
    {"AsyncGeneratorType", &async_generator_type},
    {"BuiltinFunctionType", &builtin_function_type},
    {"BuiltinMethodType", &builtin_function_type},
    {"CellType", &cell_type},
    {"ClassMethodDescriptorType", &classmethod_descriptor_type},
    {"CodeType", &code_type},
    {"CoroutineType", &coroutine_type},
    {"EllipsisType", &ellipsis_type},
    {"FrameType", &frame_type},
    {"FunctionType", &function_type},
    {"GeneratorType", &generator_type},
    {"GenericAlias", &generic_alias_type},
    {"GetSetDescriptorType", &getset_descriptor_type},
    {"LambdaType", &function_type},
    {"LazyImportType", &lazy_import_type},
    {"MappingProxyType", &mappingproxy_type},
    {"MemberDescriptorType", &member_descriptor_type},
    {"MethodDescriptorType", &method_descriptor_type},
    {"MethodType", &method_type},
    {"MethodWrapperType", &method_wrapper_type},
    {"ModuleType", &module_type},
    {"NoneType", &none_type},
    {"NotImplementedType", &not_implemented_type},
    {"SimpleNamespace", &simple_namespace_type},
    {"TracebackType", &traceback_type},
    {"UnionType", &union_type},
    {"WrapperDescriptorType", &wrapper_descriptor_type},
};

// Capsules wrap pointers for C extensions, of which Taipan has none: there is the type, but no instance.
Type* g_capsule_type;
const TypeDef kCapsule = {.name = "PyCapsule",
                          .doc = "Capsule objects let you wrap a C \"void *\" pointer in a Python object.",
                          .flags = kTypeNoInstantiation | kTypeNoEdges};

Status exec(Thread& t, Module* module) {
  for (auto& entry : kTypes) {
    if (entry.type->has(kTypeReady)) TRY(module_add(t, module, entry.name, Value(entry.type)));
  }
  Local<Type> capsule(t, TRY(type_from_def(t, kCapsule)));
  g_capsule_type = capsule.get();
  return module_add(t, module, "CapsuleType", capsule);
}

}  // namespace

extern const ModuleDef types_module_def;
const ModuleDef types_module_def = {"_types", "Define names for built-in types.", {}, {}, exec};

}  // namespace taipan
