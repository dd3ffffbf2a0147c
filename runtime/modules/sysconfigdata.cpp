// _sysconfigdata_t_linux_...: what sysconfig would read from a build's Makefile, as far as it means anything here.
#include "runtime/config.h"
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

#if defined(__aarch64__)
#define TP_MULTIARCH "aarch64-linux-gnu"
#else
#define TP_MULTIARCH "x86_64-linux-gnu"
#endif

struct Text {
  const char* key;
  const char* value;
};
constexpr Text kTexts[] = {
    {"ABIFLAGS", "t"}, {"EXT_SUFFIX", "." TP_CACHE_TAG ".so"}, {"MULTIARCH", TP_MULTIARCH}, {"SHLIB_SUFFIX", ".so"},
    {"SOABI", TP_CACHE_TAG}, {"VERSION", "3.15"}, {"LDVERSION", "3.15t"}, {"MACHDEP", "linux"},
    {"TZPATH", "/usr/share/zoneinfo:/usr/lib/zoneinfo:/usr/share/lib/zoneinfo:/etc/zoneinfo"},
    {"CONFIG_ARGS", ""}, {"CC", ""}, {"CFLAGS", ""}, {"LDFLAGS", ""}, {"PY_CFLAGS", ""},
    {"PY_CORE_LDFLAGS", ""}, {"HOST_GNU_TYPE", TP_MULTIARCH},
};
struct Number {
  const char* key;
  i64 value;
};
constexpr Number kNumbers[] = {
    {"Py_GIL_DISABLED", 1}, {"Py_DEBUG", 0}, {"WITH_DOC_STRINGS", 1}, {"SIZEOF_VOID_P", 8}, {"SIZEOF_SIZE_T", 8},
    {"SIZEOF_LONG", 8}, {"SIZEOF_TIME_T", 8}, {"SIZEOF_WCHAR_T", 4}, {"HAVE_FORK", 1}, {"Py_ENABLE_SHARED", 0},
    {"HAVE_DYNAMIC_LOADING", 0}, {"Py_TRACE_REFS", 0}, {"Py_REF_DEBUG", 0}, {"WITH_PYMALLOC", 0},
};

Status sysconfigdata_exec(Thread& t, Module* m) {
  Local<Dict> d(t, TRY(dict_new(t)));
  for (const Text& x : kTexts) {
    Local<Str> key(t, TRY(str_intern(t, x.key))), value(t, TRY(str_intern(t, x.value)));
    TRY(dict_set(t, d, key, value));
  }
  for (const Number& x : kNumbers) {
    Local<Str> key(t, TRY(str_intern(t, x.key)));
    TRY(dict_set(t, d, key, Value::small_int(x.value)));
  }
  return module_add(t, m, "build_time_vars", d);
}

}  // namespace

extern const ModuleDef sysconfigdata_module_def;
const ModuleDef sysconfigdata_module_def = {"_sysconfigdata_t_linux_" TP_MULTIARCH,
                                            "Build variables for sysconfig.", {}, {}, sysconfigdata_exec};

}  // namespace taipan
