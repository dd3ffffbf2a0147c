// Exceptions: fields, texts, context chains, groups.
#include "runtime/types/exceptions.h"
#include "tests/unit/runtime/object_fixture.h"

namespace taipan {
namespace {

struct ObjectExceptions : testing::Test {
  Thread& t = object_test_thread();
  std::string attribute(Value o, const char* n) { return shown(t, get_attribute(t, o, name(t, n))); }
  Result<> make(Type& type, std::initializer_list<Value> args) {
    return call(t, Value(&type), args.begin(), static_cast<u32>(args.size()));
  }
};

TEST_F(ObjectExceptions, Texts) {
  Local<> e(t, MUST(make(ValueError, {Value(name(t, "a")), Value::small_int(2)})));
  EXPECT_EQ(shown(t, e.copy()), "ValueError('a', 2)");
  EXPECT_EQ(text(t, to_str(t, e)), "('a', 2)");
  Local<> k(t, MUST(make(KeyError, {Value(name(t, "k"))})));
  EXPECT_EQ(text(t, to_str(t, k)), "'k'");
}

TEST_F(ObjectExceptions, OSErrorSelectsItsSubclass) {
  EXPECT_EQ(shown(t, Status(raise_os_error(t, 2, Value(name(t, "/x"))))),
            "raised FileNotFoundError(2, 'No such file or directory')");
  Local<> e(t, MUST(make(OSError, {Value::small_int(13), Value(name(t, "no")), Value(name(t, "f"))})));
  EXPECT_EQ(&type_of(e), &PermissionError);
  EXPECT_EQ(text(t, to_str(t, e)), "[Errno 13] no: 'f'");
  EXPECT_EQ(attribute(e, "errno"), "13");
  EXPECT_EQ(attribute(e, "args"), "(13, 'no')");
}

TEST_F(ObjectExceptions, ContextIsChained) {
  Local<> first(t, MUST(make(ValueError, {})));
  t.handled = first.copy().word();
  (void)raise(t, TypeError, "second");
  Local<BaseException> e(t, take_error(t));
  EXPECT_TRUE(same(e->context.borrow(), first));
  Value h = t.handled;
  t.handled = Value::empty();
  drop(h);
}

TEST_F(ObjectExceptions, GroupsSplit) {
  Local<> v(t, MUST(make(ValueError, {Value::small_int(1)})));
  Local<> k(t, MUST(make(TypeError, {Value::small_int(2)})));
  Value items[] = {v, k};
  Local<List> list(t, MUST(list_from(t, items, 2)));
  Local<> g(t, MUST(make(BaseExceptionGroup, {Value(name(t, "m")), list.value()})));
  EXPECT_EQ(&type_of(g), &ExceptionGroup);
  EXPECT_EQ(text(t, to_str(t, g)), "m (2 sub-exceptions)");
  EXPECT_EQ(shown(t, call_method(t, g, name(t, "split"), Value(&ValueError))),
            "(ExceptionGroup('m', [ValueError(1)]), ExceptionGroup('m', [TypeError(2)]))");
  Result<> match = Result<>::absent(), rest = Result<>::absent();
  MUST(exception_group_match(t, v, Value(&ValueError), &match, &rest));
  EXPECT_TRUE(rest.is_absent());
  EXPECT_EQ(shown(t, match), "ExceptionGroup('', (ValueError(1),))");
}

TEST_F(ObjectExceptions, Notes) {
  Local<> e(t, MUST(make(ValueError, {})));
  MUST(call_method(t, e, name(t, "add_note"), Value(name(t, "hint"))));
  EXPECT_EQ(attribute(e, "__notes__"), "['hint']");
  EXPECT_EQ(attribute(e, "__cause__"), "None");
  EXPECT_EQ(attribute(e, "__suppress_context__"), "False");
}

}  // namespace
}  // namespace taipan
