// Readies every exception of exceptions.def, and ExceptionGroup, which has two bases.
#include "runtime/native/def.h"
#include "runtime/object/class_build.h"
#include "runtime/object/startup_parts.h"
#include "runtime/thread/local.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/dict.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

struct Line {
  const char* name;
  Type* type;
  Type* base;
  u32 size;
  const char* doc;
};
const Line kLines[] = {
#define TP_EXCEPTION(name, base, layout) {#name, &name, &base, sizeof(layout), nullptr},
#include "runtime/types/exceptions.def"
#undef TP_EXCEPTION
};
constexpr usize kCount = sizeof(kLines) / sizeof(kLines[0]);

struct Doc {
  const char* name;
  const char* doc;
};
// In the order of exceptions.def.
constexpr Doc kDocs[] = {
#define DOC(name, text) {#name, text},
#include "runtime/types/exception_docs.def"
#undef DOC
};

TypeDef g_defs[kCount];       // made at start, never changed after
TypeDef g_exception_group_def;

const char* doc_of(std::string_view name) {
  for (const Doc& d : kDocs) {
    if (name == d.name) return d.doc;
  }
  return nullptr;
}

}  // namespace

Status exceptions_prepare() {
  type_prepare(BaseException_type, kBaseExceptionDef, 0);
  for (usize i = 0; i < kCount; ++i) {
    TypeDef& def = g_defs[i];
    def = {.name = kLines[i].name};
    def.doc = doc_of(def.name);
    def.base = kLines[i].base;
    def.flags = kTypeBase;
    def.size = kLines[i].size;
    def.slots.new_ = base_exception_new;
    def.slots.init = base_exception_init;
    if (kLines[i].base->def && kLines[i].base != &BaseException_type) {
      // Fields, and what goes with them, come from the base.
      const TypeDef& b = *kLines[i].base->def;
      def.slots.new_ = b.slots.new_;
      def.slots.init = b.slots.init;
    }
    refine_exception_def(def.name, def);
    refine_os_error_def(def.name, def);
    refine_syntax_error_def(def.name, def);
    refine_unicode_error_def(def.name, def);
    refine_exception_group_def(def.name, def);
    type_prepare(*kLines[i].type, def, 0);
  }
  g_exception_group_def = {.name = "ExceptionGroup"};
  g_exception_group_def.base = &BaseExceptionGroup;
  g_exception_group_def.flags = kTypeBase;
  g_exception_group_def.size = sizeof(ExceptionGroupObject);
  type_prepare(ExceptionGroup, g_exception_group_def, 0);
  return kDone;
}

Status exceptions_init(Thread& t) {
  TRY(type_finish(t, BaseException_type, kBaseExceptionDef));
  for (usize i = 0; i < kCount; ++i) TRY(type_finish(t, *kLines[i].type, g_defs[i]));
  Local<Tuple> bases(t, TRY(tuple_of(t, Value(&BaseExceptionGroup), Value(&Exception))));
  return type_finish(t, ExceptionGroup, g_exception_group_def, bases);
}

Status set_instance_dict_of(Thread& t, Object* o, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "cannot delete __dict__");
  if (!is_a<Dict>(v)) return raise(t, TypeError, "__dict__ must be set to a dictionary, not a '{!T}'", v);
  return instance_set_dict(t, o, v.as<Dict>());
}

}  // namespace taipan
