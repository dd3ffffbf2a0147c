// For the tests of tuple, list, dict and set: a started runtime, short constructors, a shared copy of things.
#pragma once
#include "runtime/memory/publish.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"
#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {

inline Thread& started_thread() {
  static bool started = false;
  Thread& t = main_thread();
  if (!started) {
    started = true;
    MUST(runtime_init(t));
  }
  return t;
}

class ContainersTest : public ::testing::Test {
 protected:
  ContainersTest() : t(started_thread()) {}
  void SetUp() override { settle_candidates(t); }
  Thread& t;
};

inline Value num(i64 i) { return Value::small_int(i); }
inline void share(Thread& t, Value v) {
  prepare_for_threads(t);
  publish(t, v);
}

}  // namespace taipan::test
