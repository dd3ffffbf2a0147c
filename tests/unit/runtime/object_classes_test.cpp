// Classes: MRO, layout conflicts, special methods as slots, calls and their error messages.
#include "runtime/object/class_build.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/weakref_types.h"
#include "tests/unit/runtime/object_fixture.h"

namespace taipan {
namespace {

struct ObjectClasses : testing::Test {
  Thread& t = object_test_thread();
  // A native function as a method: bound like a method descriptor of object.
  Status add(Dict* ns, const char* n, const NativeDef& def) {
    register_native(t, def);
    Local<> f(t, TRY(make_method_descriptor(t, def, object_type)));
    return dict_set_str(t, ns, name(t, n), f);
  }
  std::string attribute(Value o, const char* n) { return shown(t, get_attribute(t, o, name(t, n))); }
};

Result<> add_42(Thread& t, Value, Value) { return Result<>::small_int(42); }
Result<> add_none(Thread& t, Value, Value) { return not_implemented(); }
Result<> radd_7(Thread& t, Value, Value) { return Result<>::small_int(7); }
Result<> length_3(Thread& t, Value) { return Result<>::small_int(3); }
Result<> equal_always(Thread& t, Value, Value) { return boolean(true); }
Result<> repr_text(Thread& t, Value) { return str_from_ascii(t, "<me>"); }
Result<> call_sum(Thread& t, Value, i64 a, i64 b) { return int_from_i64(t, a + b); }

const NativeDef kAdd = def<add_42>("__add__($self, other, /)", nullptr);
const NativeDef kAddNone = def<add_none>("__add__($self, other, /)", nullptr);
const NativeDef kRadd = def<radd_7>("__radd__($self, other, /)", nullptr);
const NativeDef kLen = def<length_3>("__len__($self, /)", nullptr);
const NativeDef kEq = def<equal_always>("__eq__($self, other, /)", nullptr);
const NativeDef kRepr = def<repr_text>("__repr__($self, /)", nullptr);
const NativeDef kCall = def<call_sum>("__call__($self, a, b=10)", nullptr);

TEST_F(ObjectClasses, MroAndConflicts) {
  Local<Type> a(t, MUST(make_test_class(t, "A", {})));
  Local<Type> b(t, MUST(make_test_class(t, "B", {a.get()})));
  Local<Type> c(t, MUST(make_test_class(t, "C", {a.get()})));
  Local<Type> d(t, MUST(make_test_class(t, "D", {b.get(), c.get()})));
  EXPECT_EQ(attribute(Value(d.get()), "__mro__"),
            "(<class 'D'>, <class 'B'>, <class 'C'>, <class 'A'>, <class 'object'>)");
  EXPECT_EQ(shown(t, make_test_class(t, "X", {a.get(), b.get()})),
            "raised TypeError('Cannot create a consistent method resolution order (MRO) for bases A, B')");
  EXPECT_EQ(shown(t, make_test_class(t, "X", {a.get(), a.get()})), "raised TypeError('duplicate base class A')");
  EXPECT_EQ(shown(t, make_test_class(t, "X", {&int_type, &str_type})),
            "raised TypeError('multiple bases have instance lay-out conflict')");
  EXPECT_EQ(shown(t, make_test_class(t, "X", {&bool_type})),
            "raised TypeError(\"type 'bool' is not an acceptable base type\")");
  EXPECT_EQ(shown(t, subclasses_list(t, *b.get())), "[<class 'D'>]");
}

TEST_F(ObjectClasses, OperatorsThroughMethods) {
  Local<Dict> ns(t, MUST(dict_new(t)));
  MUST(add(ns, "__add__", kAdd));
  MUST(add(ns, "__len__", kLen));
  Local<Type> cls(t, MUST(make_test_class(t, "A", {}, ns)));
  Local<> o(t, MUST(call(t, Value(cls.get()))));
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Add, o, Value::small_int(1))), "42");
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Sub, o, Value::small_int(1))),
            "raised TypeError(\"unsupported operand type(s) for -: 'A' and 'int'\")");
  EXPECT_EQ(shown(t, inplace_operation(t, BinaryOp::Add, o, Value::small_int(1))), "42");
  EXPECT_EQ(MUST(length(t, o)), 3);
  EXPECT_TRUE(MUST(truth(t, o)));
  // A subclass that overrides the reflected method goes first.
  Local<Dict> sub_ns(t, MUST(dict_new(t)));
  MUST(add(sub_ns, "__radd__", kRadd));
  Local<Type> sub(t, MUST(make_test_class(t, "B", {cls.get()}, sub_ns)));
  Local<> p(t, MUST(call(t, Value(sub.get()))));
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Add, o, p)), "7");
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Add, Value::small_int(1), p)), "7");
}

TEST_F(ObjectClasses, MethodsAddedLaterChangeSlots) {
  Local<Type> base(t, MUST(make_test_class(t, "A", {})));
  Local<Type> sub(t, MUST(make_test_class(t, "B", {base.get()})));
  Local<> o(t, MUST(call(t, Value(sub.get()))));
  EXPECT_EQ(shown(t, call(t, o)), "raised TypeError(\"'B' object is not callable\")");
  Local<> f(t, MUST(make_method_descriptor(t, kCall, object_type)));
  register_native(t, kCall);
  MUST(set_attribute(t, Value(base.get()), names().__call__, f));
  EXPECT_EQ(shown(t, call(t, o, Value::small_int(1))), "11");
  EXPECT_EQ(shown(t, call(t, o)), "raised TypeError(\"__call__() missing required argument 'a' (pos 1)\")");
  MUST(delete_attribute(t, Value(base.get()), names().__call__));
  EXPECT_EQ(shown(t, call(t, o)), "raised TypeError(\"'B' object is not callable\")");
}

TEST_F(ObjectClasses, EqualityWithoutHash) {
  Local<Dict> ns(t, MUST(dict_new(t)));
  MUST(add(ns, "__eq__", kEq));
  MUST(add(ns, "__repr__", kRepr));
  Local<Type> cls(t, MUST(make_test_class(t, "A", {}, ns)));
  Local<> o(t, MUST(call(t, Value(cls.get()))));
  EXPECT_EQ(shown(t, o.copy()), "<me>");
  EXPECT_TRUE(MUST(compare_truth(t, CompareOp::Eq, o, Value::small_int(3))));
  EXPECT_FALSE(MUST(compare_truth(t, CompareOp::Ne, o, Value::small_int(3))));
  EXPECT_TRUE(hash(t, o).is_error());
  EXPECT_EQ(shown(t, Result<>(kError)), "raised TypeError(\"unhashable type: 'A'\")");
  EXPECT_EQ(shown(t, compare(t, CompareOp::Lt, o, Value::small_int(3))),
            "raised TypeError(\"'<' not supported between instances of 'A' and 'int'\")");
}

TEST_F(ObjectClasses, WrappersOfNativeSlots) {
  EXPECT_EQ(attribute(Value(&int_type), "__add__"), "<slot wrapper '__add__' of 'int' objects>");
  Local<> add(t, MUST(get_attribute(t, Value::small_int(1), names().__add__)));
  EXPECT_EQ(shown(t, call(t, add, Value::small_int(2))), "3");
  EXPECT_EQ(shown(t, call(t, add)), "raised TypeError('expected 1 argument, got 0')");
  Local<Type> sub(t, MUST(make_test_class(t, "I", {&int_type})));
  EXPECT_EQ(sub->slots.binary[0], int_type.slots.binary[0]);  // no detour through Python
  Local<> i(t, MUST(call(t, Value(sub.get()), Value::small_int(20))));
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Mul, i, Value::small_int(2))), "40");
}

TEST_F(ObjectClasses, CallErrors) {
  Local<List> l(t, MUST(list_new(t)));
  EXPECT_EQ(shown(t, call_method(t, l, name(t, "append"))),
            "raised TypeError('list.append() takes exactly one argument (0 given)')");
  EXPECT_EQ(shown(t, call_method(t, l, name(t, "clear"), Value::small_int(1))),
            "raised TypeError('list.clear() takes no arguments (1 given)')");
  EXPECT_EQ(shown(t, call_method(t, l, name(t, "insert"), Value::small_int(1))),
            "raised TypeError('insert expected 2 arguments, got 1')");
  EXPECT_EQ(shown(t, call(t, Value(&object_type), Value::small_int(1))),
            "raised TypeError('object() takes no arguments')");
  EXPECT_EQ(shown(t, call(t, Value(&none_type), Value::small_int(1))), "raised TypeError('NoneType takes no arguments')");
  Local<> unbound(t, MUST(get_attribute(t, Value(&list_type), name(t, "append"))));
  EXPECT_EQ(shown(t, call(t, unbound, Value::small_int(1))),
            "raised TypeError(\"descriptor 'append' for 'list' objects doesn't apply to a 'int' object\")");
}

TEST_F(ObjectClasses, GenericsAndUnions) {
  EXPECT_EQ(shown(t, generic_alias_new(t, Value(&list_type), Value(&int_type))), "list[int]");
  EXPECT_EQ(shown(t, binary_operation(t, BinaryOp::Or, Value(&int_type), none_value())), "int | None");
  Local<> u(t, MUST(binary_operation(t, BinaryOp::Or, Value(&int_type), Value(&str_type))));
  EXPECT_TRUE(MUST(is_instance_of(t, Value::small_int(1), u)));
  EXPECT_FALSE(MUST(is_instance_of(t, none_value(), u)));
}

TEST_F(ObjectClasses, WeakReferences) {
  Local<Type> cls(t, MUST(make_test_class(t, "A", {})));
  Local<> o(t, MUST(call(t, Value(cls.get()))));
  Local<> w(t, MUST(call(t, Value(&weakref_type), o)));
  Local<> again(t, MUST(call(t, Value(&weakref_type), o)));
  EXPECT_TRUE(same(w, again));
  EXPECT_TRUE(same(Local<>(t, MUST(call(t, w))), o));
  o.clear();
  EXPECT_EQ(shown(t, call(t, w)), "None");
  EXPECT_EQ(shown(t, call(t, Value(&weakref_type), Value::small_int(1))),
            "raised TypeError(\"cannot create weak reference to 'int' object\")");
}

TEST_F(ObjectClasses, ManyClassesAndInstancesComeAndGo) {
  for (int i = 0; i < 200; ++i) {
    Local<Type> cls(t, MUST(make_test_class(t, "A", {})));
    for (int k = 0; k < 50; ++k) {
      Local<> o(t, MUST(call(t, Value(cls.get()))));
      for (const char* n : {"a", "b", "c", "d", "e", "f", "g"}) {
        Local<Str> s(t, MUST(str_format(t, "{} {}", n, k)));
        MUST(set_attribute(t, o, name(t, n), s));
      }
    }
  }
}

}  // namespace
}  // namespace taipan
