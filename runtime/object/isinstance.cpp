// isinstance() and issubclass(): classes, tuples, unions, __instancecheck__, duck-typed __bases__.
#include "runtime/object/call_parts.h"
#include "runtime/object/error.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"
#include "runtime/types/type_parts.h"

namespace taipan {
namespace {

// cls.__bases__ if it is a tuple, else absent().
Result<> abstract_bases(Thread& t, Value cls) {
  Local<> bases(t, TRY(get_attribute_or_absent(t, cls, names().__bases__)));
  if (bases.is_empty() || !is_a<Tuple>(bases)) return Result<>::absent();
  return bases.give();
}

Result<bool> abstract_is_subclass(Thread& t, Value derived, Value cls) {
  if (same(derived, cls)) return true;
  TRY(check_machine_stack(t, " in __issubclass__"));
  Local<> bases(t, TRY(abstract_bases(t, derived)));
  if (bases.is_empty()) return false;
  Tuple* list = bases.value().as<Tuple>();
  for (usize i = 0; i < list->size(); ++i) {
    if (TRY(abstract_is_subclass(t, (*list)[i], cls))) return true;
  }
  return false;
}

Status check_class(Thread& t, Value cls, const char* message) {
  Local<> bases(t, TRY(abstract_bases(t, cls)));
  if (bases.is_empty()) return raise(t, TypeError, message);
  return kDone;
}

}  // namespace

Result<bool> instance_check_default(Thread& t, Value v, Value cls) {
  if (is_a<Type>(cls)) {
    if (is_instance(v, *cls.as<Type>())) return true;
    // Proxies lie about their class on purpose.
    Local<> claimed(t, TRY(get_attribute_or_absent(t, v, names().__class__)));
    if (claimed.is_empty() || !is_a<Type>(claimed) || same(claimed, Value(&type_of(v)))) return false;
    return is_subtype(*claimed.value().as<Type>(), *cls.as<Type>());
  }
  TRY(check_class(t, cls, "isinstance() arg 2 must be a type, a tuple of types, or a union"));
  Local<> claimed(t, TRY(get_attribute_or_absent(t, v, names().__class__)));
  if (claimed.is_empty()) return false;
  return abstract_is_subclass(t, claimed, cls);
}

Result<bool> subclass_check_default(Thread& t, Value c, Value cls) {
  if (is_a<Type>(cls) && is_a<Type>(c)) return is_subtype(*c.as<Type>(), *cls.as<Type>());
  TRY(check_class(t, c, "issubclass() arg 1 must be a class"));
  if (!is_exact<Union>(cls)) {
    TRY(check_class(t, cls, "issubclass() arg 2 must be a class, a tuple of classes, or a union"));
  }
  return abstract_is_subclass(t, c, cls);
}

static Result<bool> check(Thread& t, Value v, Value cls, Str* method,
                          Result<bool> (*by_default)(Thread&, Value, Value), const char* where) {
  if (&type_of(cls) == &type_type) return by_default(t, v, cls);
  Local<> list(t);
  if (is_exact<Union>(cls)) list.set(Value(cls.as<Union>()->args.borrow()));
  if (is_a<Tuple>(cls)) list.set(cls);
  if (!list.is_empty()) {
    TRY(check_machine_stack(t, where));
    Tuple* classes = list.value().as<Tuple>();
    for (usize i = 0; i < classes->size(); ++i) {
      if (TRY(check(t, v, (*classes)[i], method, by_default, where))) return true;
    }
    return false;
  }
  Result<> answer = call_special(t, cls, method, &v, 1);
  if (answer.is_absent()) return by_default(t, v, cls);
  Local<> r(t, TRY(answer));
  return truth(t, r);
}

Result<bool> is_instance_of(Thread& t, Value v, Value cls) {
  if (same(Value(&type_of(v)), cls)) return true;
  return check(t, v, cls, names().__instancecheck__, instance_check_default, " in __instancecheck__");
}
Result<bool> is_subclass_of(Thread& t, Value c, Value cls) {
  return check(t, c, cls, names().__subclasscheck__, subclass_check_default, " in __subclasscheck__");
}

// CPython's public flag bits, for code that looks at __flags__ (inspect.isabstract, copyreg, abc).
Result<> python_flags(Thread&, Type& cls) {
  struct {
    u32 ours;
    u32 theirs;
  } map[] = {{kTypeHeap, 9},         {kTypeBase, 10},         {kTypeImmutable, 8},
             {kTypeGcTracked, 14},   {kTypeAbstract, 20},     {kTypeIntSubclass, 24},
             {kTypeListSubclass, 25}, {kTypeTupleSubclass, 26}, {kTypeBytesSubclass, 27},
             {kTypeStrSubclass, 28}, {kTypeDictSubclass, 29}, {kTypeExceptionSubclass, 30},
             {kTypeTypeSubclass, 31}, {kTypeNoInstantiation, 7}, {kTypeSequence, 5},
             {kTypeMapping, 6},      {kTypeMethodDescriptor, 17}, {kTypeReady, 12}};
  u64 bits = 0;
  for (auto& m : map) bits |= cls.has(m.ours) ? u64{1} << m.theirs : 0;
  if (!(cls.gc & kGcStatic)) bits |= 1 << 9;  // the types of modules are heap types, there
  return Result<>::small_int(static_cast<i64>(bits));
}

}  // namespace taipan
