#include "runtime/base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace taipan {

void assert_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "taipan: %s:%d: assertion failed: %s\n", file, line, expression);
  std::abort();
}

void fatal(const char* message) {
  std::fprintf(stderr, "taipan: fatal: %s\n", message);
  std::abort();
}

}  // namespace taipan
