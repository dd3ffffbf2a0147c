// The object system starts, and its types know what they should.
#include <gtest/gtest.h>

#include "tests/unit/runtime/object_fixture.h"

namespace taipan {
namespace {

TEST(ObjectStartup, TypesAreReady) {
  Thread& t = object_test_thread();
  EXPECT_TRUE(int_type.has(kTypeReady));
  EXPECT_TRUE(ValueError.has(kTypeReady));
  EXPECT_TRUE(is_subtype(KeyError, LookupError));
  EXPECT_TRUE(is_subtype(bool_type, int_type));
  EXPECT_EQ(text(t, repr(t, Value(&int_type))), "<class 'int'>");
}

}  // namespace
}  // namespace taipan
