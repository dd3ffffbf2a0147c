#include "runtime/object/startup.h"

#include <cstdio>

#include "runtime/engine.h"
#include "runtime/memory/hooks.h"
#include "runtime/memory/publish.h"
#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/startup_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

struct Builtin {
  Type* type;
  const TypeDef* def;  // null: no interpreter is linked
  BuiltinShape shape;
};

// Order: a base stands before what derives from it (builtin_types.def).
const Builtin kBuiltins[] = {
#define TP_TYPE(name) {&name##_type, &name##_type_def, BuiltinShape::name##_},
#include "runtime/types/builtin_types.def"
#undef TP_TYPE
};

Status finish_with_base(Thread& t, const Builtin& b) {
  if (b.def == nullptr || b.type->has(kTypeReady)) return kDone;
  if (Type* base = b.def->base) {
    for (const Builtin& other : kBuiltins) {
      if (other.type == base) TRY(finish_with_base(t, other));
    }
  }
  return type_finish(t, *b.type, *b.def);
}

}  // namespace

Status runtime_init(Thread& t) {
  install_memory_hooks();
  // Allocation needs shape, size and flags of the types it makes; those need no allocation.
  for (const Builtin& b : kBuiltins) {
    // weak_ctl has a number but no objects: memory/weak.h keeps its blocks outside the heap.
    if (b.def == nullptr && g_engine.call_function && b.shape != BuiltinShape::weak_ctl_) {
      std::fprintf(stderr, "built-in type %u has no TypeDef\n", static_cast<unsigned>(b.shape));
      fatal("a built-in type is missing");
    }
    if (b.def) type_prepare(*b.type, *b.def, shape_id(b.shape));
  }
  TRY(exceptions_prepare());
  init_static_object(none_object, BuiltinShape::none_);
  init_static_object(not_implemented_object, BuiltinShape::not_implemented_);
  init_static_object(ellipsis_object, BuiltinShape::ellipsis_);
  init_static_object(true_object, BuiltinShape::bool_);
  init_static_object(false_object, BuiltinShape::bool_);
  true_object.aux = 1;  // one limb
  true_object.limb = 1;
  names_init(t);
  specials_init();
  TRY(finish_with_base(t, kBuiltins[0]));  // object, then type: all others rest on them
  TRY(finish_with_base(t, kBuiltins[1]));
  for (const Builtin& b : kBuiltins) TRY(finish_with_base(t, b));
  TRY(exceptions_init(t));
  TRY(template_types_ready(t));
  register_type_roots();
  return prepare_memory_error(t);
}

}  // namespace taipan
