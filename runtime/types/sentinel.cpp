// sentinel (PEP 661): a unique object with a name.
#include "runtime/engine.h"
#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

struct Sentinel : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::sentinel_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> name;
  Slot<> module;
  Slot<Str> repr;  // empty: the name
};

void sentinel_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Sentinel*>(o);
  visit(s->name, s->module, s->repr);
}

Result<> sentinel_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 1) {
    return raise(t, TypeError, "sentinel() takes exactly 1 positional argument ({} given)", nargs);
  }
  Value text;
  for (usize i = 0; kwnames && i < kwnames->size(); ++i) {
    if (!str_equals((*kwnames)[i].as<Str>(), "repr")) {
      return raise(t, TypeError, "sentinel() got an unexpected keyword argument '{}'", (*kwnames)[i]);
    }
    text = args[nargs + i];
    if (is_none(text)) text = Value::empty();
    if (!text.is_empty() && !is_a<Str>(text)) {
      return raise(t, TypeError, "sentinel() argument 'repr' must be str or None, not {!T}", text);
    }
  }
  if (!is_a<Str>(args[0])) return raise(t, TypeError, "sentinel() argument 1 must be str, not {!T}", args[0]);
  Local<> module(t);
  if (g_engine.current_globals) {
    Local<> globals(t, TRY(g_engine.current_globals(t)));
    if (!globals.is_empty() && is_a<Dict>(globals)) {
      module.set(TRY(dict_get_str(t, globals.value().as<Dict>(), names().__name__)));
    }
  }
  auto* s = new_object<Sentinel>(t, sentinel_type);
  if (s == nullptr) return kError;
  s->name.init(args[0]);
  s->module.init(module.value());
  s->repr.init(text);
  return own_new(s);
}

Result<Str> sentinel_repr(Thread&, Value self) {
  auto* s = self.as<Sentinel>();
  return s->repr.is_empty() ? s->name.load(s) : s->repr.load(s);
}
Result<> sentinel_copy(Thread& t, Sentinel* self) { return own(self); }
Result<> sentinel_deepcopy(Thread& t, Sentinel* self, Value) { return own(self); }
Result<> sentinel_reduce(Thread&, Sentinel* self) { return self->name.load(self); }
const NativeDef kMethods[] = {
    def<sentinel_copy>("__copy__($self, /)", nullptr),
    def<sentinel_deepcopy>("__deepcopy__($self, object, /)", nullptr),
    def<sentinel_reduce>("__reduce__($self, /)", nullptr),
};
const MemberDef kMembers[] = {
    {"__name__", MemberKind::Object, offsetof(Sentinel, name), true, nullptr},
    {"__module__", MemberKind::Object, offsetof(Sentinel, module), false, nullptr}};

}  // namespace

extern const TypeDef sentinel_type_def = {
    .name = "sentinel", .doc = "A unique object with the given name.", .flags = kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(Sentinel),
    .slots = {.visit = sentinel_visit, .new_ = sentinel_new, .repr = sentinel_repr,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, nullptr, union_of}},
    .methods = kMethods, .members = kMembers, .text_signature = "(name, /, *, repr=None)"};

}  // namespace taipan
