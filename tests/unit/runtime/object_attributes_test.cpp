// Attributes: shapes, overflow, dictionary mode, descriptors, class lookups and their caches.
#include "runtime/object/dependents.h"
#include "runtime/object/instance.h"
#include "runtime/types/descriptors.h"
#include "tests/unit/runtime/object_fixture.h"

namespace taipan {
namespace {

struct ObjectAttributes : testing::Test {
  Thread& t = object_test_thread();
  Result<> make(Type* cls) { return call(t, Value(cls)); }
};

TEST_F(ObjectAttributes, SlotsThenOverflowThenDictionary) {
  Local<Type> cls(t, MUST(make_test_class(t, "A", {})));
  Local<> o(t, MUST(make(cls)));
  for (int i = 0; i < 200; ++i) {
    std::string n = "a" + std::to_string(i);
    ASSERT_EQ(shown(t, set_attribute(t, o, name(t, n.c_str()), Value::small_int(i))), "ok");
    if (i == 5) {
      EXPECT_EQ(instance_attribute_count(o.value().object()), 6u);
    }
  }
  EXPECT_TRUE(shape_is_dictionary(o.value().object()->shape.load_relaxed()));  // more than 128
  for (int i = 0; i < 200; ++i) {
    std::string n = "a" + std::to_string(i);
    EXPECT_EQ(shown(t, get_attribute(t, o, name(t, n.c_str()))), std::to_string(i));
  }
}

TEST_F(ObjectAttributes, DeleteAndAddAgainGoesToTheEnd) {
  Local<Type> cls(t, MUST(make_test_class(t, "A", {})));
  Local<> o(t, MUST(make(cls)));
  for (const char* n : {"x", "y", "z"}) MUST(set_attribute(t, o, name(t, n), Value::small_int(1)));
  EXPECT_EQ(shown(t, delete_attribute(t, o, name(t, "x"))), "ok");
  EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "x"))), "raised AttributeError(\"'A' object has no attribute 'x'\")");
  EXPECT_EQ(shown(t, delete_attribute(t, o, name(t, "x"))), "raised AttributeError(\"'A' object has no attribute 'x'\")");
  MUST(set_attribute(t, o, name(t, "x"), Value::small_int(2)));
  EXPECT_EQ(shown(t, get_attribute(t, o, names().__dict__)), "{'y': 1, 'z': 1, 'x': 2}");
}

TEST_F(ObjectAttributes, DictIsTheAttributes) {
  Local<Type> cls(t, MUST(make_test_class(t, "A", {})));
  Local<> o(t, MUST(make(cls)));
  MUST(set_attribute(t, o, name(t, "x"), Value::small_int(1)));
  Local<> d(t, MUST(get_attribute(t, o, names().__dict__)));
  MUST(dict_set_str(t, d.value().as<Dict>(), name(t, "y"), Value::small_int(2)));
  EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "y"))), "2");
  MUST(set_attribute(t, o, name(t, "z"), Value::small_int(3)));
  EXPECT_EQ(shown(t, d.copy()), "{'x': 1, 'y': 2, 'z': 3}");
  Local<> again(t, MUST(get_attribute(t, o, names().__dict__)));
  EXPECT_TRUE(same(d, again));
}

TEST_F(ObjectAttributes, SubclassesOfEveryKindOfNative) {
  for (Type* base : {&int_type, &str_type, &tuple_type, &list_type, &dict_type, &Exception, &float_type, &OSError}) {
    Local<Type> cls(t, MUST(make_test_class(t, "Sub", {base})));
    Result<> made = make(cls);
    ASSERT_FALSE(made.is_error()) << shown(t, Result<>(kError));
    Local<> o(t, made);
    EXPECT_EQ(shown(t, set_attribute(t, o, name(t, "x"), Value::small_int(1))), "ok");
    EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "x"))), "1");
    EXPECT_TRUE(is_instance(o, *base));
  }
}

TEST_F(ObjectAttributes, Slots) {
  Local<Dict> ns(t, MUST(dict_new(t)));
  Local<Tuple> list(t, MUST(tuple_of(t, Value(name(t, "b")), Value(name(t, "a")))));
  MUST(dict_set_str(t, ns, names().__slots__, list));
  Local<Type> cls(t, MUST(make_test_class(t, "S", {}, ns)));
  EXPECT_EQ(cls->instance_size, 32u);
  Local<> o(t, MUST(make(cls)));
  MUST(set_attribute(t, o, name(t, "a"), Value::small_int(7)));
  EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "a"))), "7");
  EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "b"))), "raised AttributeError(\"'S' object has no attribute 'b'\")");
  EXPECT_EQ(shown(t, set_attribute(t, o, name(t, "c"), Value::small_int(7))),
            "raised AttributeError(\"'S' object has no attribute 'c' and no __dict__ for setting new attributes\")");
  // A subclass without __slots__ has both.
  Local<Type> sub(t, MUST(make_test_class(t, "T", {cls.get()})));
  Local<> p(t, MUST(make(sub)));
  MUST(set_attribute(t, p, name(t, "a"), Value::small_int(1)));
  MUST(set_attribute(t, p, name(t, "c"), Value::small_int(2)));
  EXPECT_EQ(shown(t, get_attribute(t, p, names().__dict__)), "{'c': 2}");
  EXPECT_EQ(shown(t, get_attribute(t, p, name(t, "a"))), "1");
}

TEST_F(ObjectAttributes, ClassChangesReachInstancesAndSubclasses) {
  Local<Type> base(t, MUST(make_test_class(t, "B", {})));
  Local<Type> sub(t, MUST(make_test_class(t, "C", {base.get()})));
  Local<> o(t, MUST(make(sub)));
  Str* x = name(t, "x");
  EXPECT_TRUE(type_lookup(t, *sub.get(), x).is_empty());  // the negative answer is remembered
  EXPECT_TRUE(type_lookup(t, *sub.get(), x).is_empty());
  ClassDependent guard;
  guard.shape.store_relaxed(sub->root_shape);
  ASSERT_TRUE(depend_on_class(t, &guard, *sub.get(), x));
  MUST(set_attribute(t, Value(base.get()), x, Value::small_int(5)));
  EXPECT_EQ(guard.shape.load_relaxed(), 0u);
  EXPECT_EQ(shown(t, get_attribute(t, o, x)), "5");
  MUST(delete_attribute(t, Value(base.get()), x));
  EXPECT_EQ(shown(t, get_attribute(t, Value(sub.get()), x)),
            "raised AttributeError(\"type object 'C' has no attribute 'x'\")");
}

TEST_F(ObjectAttributes, BuiltinTypesCannotBeChanged) {
  EXPECT_EQ(shown(t, set_attribute(t, Value(&int_type), name(t, "x"), Value::small_int(1))),
            "raised TypeError(\"cannot set 'x' attribute of immutable type 'int'\")");
  EXPECT_EQ(shown(t, set_attribute(t, Value::small_int(1), name(t, "x"), Value::small_int(1))),
            "raised AttributeError(\"'int' object has no attribute 'x' and no __dict__ for setting new attributes\")");
}

TEST_F(ObjectAttributes, ChangeOfClass) {
  Local<Type> a(t, MUST(make_test_class(t, "A", {})));
  Local<Type> b(t, MUST(make_test_class(t, "B", {})));
  Local<> o(t, MUST(make(a)));
  MUST(set_attribute(t, o, name(t, "x"), Value::small_int(1)));
  EXPECT_EQ(shown(t, set_attribute(t, o, names().__class__, Value(b.get()))), "ok");
  EXPECT_EQ(&type_of(o), b.get());
  EXPECT_EQ(shown(t, get_attribute(t, o, name(t, "x"))), "1");
  EXPECT_EQ(shown(t, set_attribute(t, o, names().__class__, Value(&int_type))),
            "raised TypeError('__class__ assignment only supported for mutable types or ModuleType subclasses')");
}

}  // namespace
}  // namespace taipan
