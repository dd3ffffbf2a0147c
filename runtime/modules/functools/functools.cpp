// _functools: reduce and cmp_to_key, and the module's table.
#include "runtime/modules/functools/functools.h"

#include "runtime/types/container_util.h"

namespace taipan {

namespace {

Result<> reduce(Thread& t, Value function, Value iterable, Value initial) {
  Result<> made = iterate(t, iterable);
  if (made.is_error()) {
    if (error_matches(t, TypeError)) {
      clear_error(t);
      return raise(t, TypeError, "reduce() arg 2 must support iteration");
    }
    return kError;
  }
  Local<> it(t, made);
  auto step = type_of(it.value()).slots.next;
  Local<> total(t, initial);
  if (initial.is_empty()) {
    total.set(TRY(step(t, it)));
    if (total.is_empty()) {
      return raise(t, TypeError, "reduce() of empty iterable with no initial value");
    }
  }
  LoopPoll poll(t);
  while (true) {
    Result<> r = TRY(step(t, it));
    if (r.is_absent()) return total.give();
    Local<> item(t, r);
    total.set(TRY(call(t, function, total, item)));
    TRY(poll());
  }
}

// --- cmp_to_key -----------------------------------------------------------------------------------------

Type* g_key_type;

struct KeyObject : Object {
  Slot<> compare;
  Slot<> object;  // empty until called
};

void key_visit(Object* o, EdgeVisitor& visit) {
  KeyObject* k = static_cast<KeyObject*>(o);
  visit(k->compare, k->object);
}

Result<> key_make(Thread& t, Value compare, Value object) {
  KeyObject* k = new_object<KeyObject>(t, *g_key_type);
  if (!k) return kError;
  k->compare.init(compare);
  k->object.init(object);
  return own_new(k);
}

Result<> key_bind(Thread& t, Value self, Value obj) {
  return key_make(t, self.as<KeyObject>()->compare.borrow(), obj);
}
constexpr NativeDef kBind = def<key_bind>("K($self, obj)", "");
Result<> key_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return kBind.entry(t, self, args, nargs, kwnames);
}

Result<> key_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (&type_of(other) != g_key_type) return raise(t, TypeError, "other argument must be K instance");
  KeyObject *a = self.as<KeyObject>(), *b = other.as<KeyObject>();
  Local<> x(t, a->object.load(a)), y(t, b->object.load(b)), function(t, a->compare.load(a));
  if (x.is_empty() || y.is_empty()) return raise(t, AttributeError, "object");
  Local<> order(t, TRY(call(t, function, x, y)));
  return compare(t, op, order, Value::small_int(0));
}

Result<> cmp_to_key(Thread& t, Value mycmp) { return key_make(t, mycmp, Value::empty()); }

constexpr MemberDef kKeyMembers[] = {
    {"obj", MemberKind::Object, offsetof(KeyObject, object), false, "Value wrapped by a key function."},
};
constexpr TypeSlots key_slots() {
  TypeSlots s{};
  s.visit = key_visit;
  s.call = key_call;
  s.compare = key_compare;
  return s;
}
const TypeDef kKey = {.name = "functools.KeyWrapper",
                      .flags = kTypeGcTracked | kTypeNoInstantiation,
                      .size = sizeof(KeyObject),
                      .slots = key_slots(),
                      .members = kKeyMembers};

Status exec(Thread& t, Module* module) {
  Local<Type> key(t, TRY(type_from_def(t, kKey)));
  g_key_type = key.get();
  register_native(t, kBind);
  TRY(partial_exec(t, module));
  return lru_cache_exec(t, module);
}

constexpr NativeDef kFunctions[] = {
    def<reduce>("reduce($module, function, iterable, /, initial=<unrepresentable>)",
                "Applies function to a running total and each element, from the left.\n\n"
                "The total starts with initial, or else with the first element."),
    def<cmp_to_key>("cmp_to_key($module, /, mycmp)", "Makes a key= function of a cmp= function."),
};

}  // namespace

extern const ModuleDef functools_module_def;
const ModuleDef functools_module_def = {"_functools", "Tools that operate on functions.", kFunctions, {}, exec};

}  // namespace taipan
