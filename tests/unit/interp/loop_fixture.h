// Runs pieces of Python in one interpreter made for the whole test program, and gives back repr() or the
// exception's text. A table row is one fact: source, expected answer.
#pragma once
#include <gtest/gtest.h>

#include <string>

#include "interp/loop/engine.h"
#include "runtime/import/import.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/str.h"

namespace taipan {

class LoopTest : public ::testing::Test {
 protected:
  static Thread& thread() {
    static Thread* t = start();
    return *t;
  }

  // Runs `program`, then gives repr of the expression; "Type: message" if anything raises.
  static std::string evaluate(const std::string& program, const std::string& expression) {
    Thread& t = thread();
    std::string answer = run(t, program, expression);
    EXPECT_FALSE(error_pending(t));
    EXPECT_EQ(t.fp, nullptr);
    EXPECT_EQ(t.depth, 0);
    return answer;
  }

 private:
  static Thread* start() {
    if (Thread* existing = Thread::current_or_null()) return existing;
    install_engine();
    Thread* t = thread_enter(true, (usize{64} << 20) / sizeof(Value));
    MUST(runtime_init(*t));
    MUST(import_init(*t));
    return t;
  }

  static std::string utf8(Thread& t, Str* s) {
    Utf8 text;
    MUST(text.encode(t, s, true));
    return std::string(text.view());
  }

  static std::string failure(Thread& t) {
    Local<BaseException> e(t, take_error(t));
    Local<Str> text(t, MUST(to_str(t, e)));
    return utf8(t, type_of(e.value()).name.borrow()) + ": " + utf8(t, text);
  }

  static std::string run(Thread& t, const std::string& program, const std::string& expression) {
    Local<Dict> space(t, MUST(dict_new(t)));
    Local<Str> name(t, MUST(str_from_ascii(t, "<test>")));
    for (bool last : {false, true}) {
      Result<Code> compiled = compile_text(t, last ? expression : program, true, name, {.mode = last ? 1 : 0});
      if (compiled.is_error()) return failure(t);
      Local<Code> code(t, compiled);
      Local<> builtins(t, MUST(dict_get_str(t, sys_modules(), names().builtins)));
      MUST(dict_set_str(t, space, names().__builtins__, builtins));
      Result<> r = run_code(t, code, space, Value::empty(), nullptr);
      if (r.is_error()) return failure(t);
      Local<> v(t, r);
      if (!last) continue;
      Result<Str> shown = repr(t, v);
      if (shown.is_error()) return failure(t);
      Local<Str> text(t, shown);
      return utf8(t, text);
    }
    return "";
  }
};

struct Row {
  const char* program;
  const char* expression;
  const char* expected;
};
#define PY_ROWS(name, ...)                                                              \
  TEST_F(LoopTest, name) {                                                              \
    const Row rows[] = {__VA_ARGS__};                                                   \
    for (const Row& r : rows) EXPECT_EQ(evaluate(r.program, r.expression), r.expected) << r.program << r.expression; \
  }

}  // namespace taipan
