// sys: what the command line and the environment decided: argv, path, executable, prefixes, options.
#include "runtime/config.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/int.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

Config g_config;

namespace {

Result<List> text_list(Thread& t, const std::vector<std::string>& texts) {
  Local<List> list(t, TRY(list_new(t, texts.size())));
  for (const std::string& s : texts) {
    Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, s)));
    TRY(list_append(t, list, Value(text)));
  }
  return list.give();
}

Status add_text(Thread& t, Module* sys, const char* name, const std::string& s) {
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, s)));
  return module_add(t, sys, name, text);
}

}  // namespace

Status sys_config_exec(Thread& t, Module* sys) {
  const Config& c = g_config;
  Local<List> list(t, TRY(text_list(t, c.argv)));
  TRY(module_add(t, sys, "argv", list));
  list.set(TRY(text_list(t, c.orig_argv)));
  TRY(module_add(t, sys, "orig_argv", list));
  list.set(TRY(text_list(t, c.path)));
  TRY(module_add(t, sys, "path", list));
  list.set(TRY(text_list(t, c.warn_options)));
  TRY(module_add(t, sys, "warnoptions", list));
  for (const char* name : {"meta_path", "path_hooks"}) {
    list.set(TRY(list_new(t)));
    TRY(module_add(t, sys, name, list));
  }
  Local<Dict> d(t, TRY(dict_new(t)));
  TRY(module_add(t, sys, "path_importer_cache", d));
  d.set(TRY(dict_new(t)));
  for (const auto& [key, value] : c.x_options) {
    Local<Str> k(t, TRY(str_from_utf8_surrogateescape(t, key)));
    Local<> v(t, bool_value(true));
    if (!value.empty()) v.set(Result<>(TRY(str_from_utf8_surrogateescape(t, value))));
    TRY(dict_set(t, d, k, v));
  }
  TRY(module_add(t, sys, "_xoptions", d));
  TRY(add_text(t, sys, "executable", c.executable));
  TRY(add_text(t, sys, "_base_executable", c.executable));
  for (const char* name : {"prefix", "exec_prefix", "base_prefix", "base_exec_prefix"}) {
    TRY(add_text(t, sys, name, c.prefix));
  }
  g_int_max_str_digits.store_relaxed(c.int_max_str_digits);  // no other thread yet
  TRY(add_text(t, sys, "_stdlib_dir", c.stdlib));
  TRY(module_add(t, sys, "_home", none_value()));
  TRY(module_add(t, sys, "dont_write_bytecode", bool_value(c.dont_write_bytecode != 0)));
  if (c.pycache_prefix.empty()) return module_add(t, sys, "pycache_prefix", none_value());
  return add_text(t, sys, "pycache_prefix", c.pycache_prefix);
}

}  // namespace taipan
