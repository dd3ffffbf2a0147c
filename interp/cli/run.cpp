#include "interp/cli/run.h"

#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

#include "interp/cli/fd_stream.h"
#include "interp/cli/repl.h"
#include "interp/cli/site.h"
#include "interp/loop/caret.h"
#include "interp/loop/engine.h"
#include "interp/loop/jit_services.h"
#include "interp/loop/print_exception.h"
#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/memory/collector.h"
#include "runtime/memory/slab.h"
#include "runtime/memory/stats.h"
#include "runtime/memory/stress.h"
#include "runtime/modules/atexit.h"
#include "runtime/modules/io/std_streams.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/modules/thread/thread_module.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/thread/signals.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/module_trouble.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

constexpr usize kMainStackWords = (usize{1} << 30) / sizeof(Value);

bool read_all(FILE* f, std::string* out) {
  char buffer[65536];
  for (usize n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out->append(buffer, n);
  return std::ferror(f) == 0;
}

Result<Module> make_main_module(Thread& t) {
  Local<Module> main(t, TRY(module_new(t, names().__main__)));
  Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  TRY(module_set(t, main, names().__builtins__, builtins));
  TRY(dict_set_str(t, sys_modules(), names().__main__, main));
  return main.give();
}

Status set_text(Thread& t, Module* m, Str* name, const std::string& text) {
  Local<Str> s(t, TRY(str_from_utf8_surrogateescape(t, text)));
  return module_set(t, m, name, s);
}

Status run_source(Thread& t, Module* main, const std::string& source, const std::string& name, bool is_utf8, bool is_command = false) {
  Local<Str> filename(t, TRY(str_from_utf8_surrogateescape(t, name)));
  Local<Str> module(t, TRY(str_intern(t, "__main__")));
  CompileRequest request{.flags = kSourceIsScript, .module = module.value()};
  Local<Code> code(t, TRY(compile_text(t, source, is_utf8, filename, request)));
  if (is_command) set_command_source(code.get(), source);
  drop(TRY(run_code(t, code, main->dict.borrow(), Value::empty(), nullptr)));
  return kDone;
}

Status prepend_path(Thread& t, const std::string& folder) {
  if (g_config.safe_path) return kDone;
  set_script_folder(folder);
  Local<> path(t, TRY(sys_get(t, "path")));
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, folder)));
  return list_insert(t, path.value().as<List>(), 0, Value(text));
}

// Scripts know themselves by an absolute path, so that chdir() does not matter.
std::string absolute_path(const std::string& path) {
  if (path.empty() || path[0] == '/') return path;
  char cwd[4096];
  if (::getcwd(cwd, sizeof cwd) == nullptr) return path;
  return std::string(cwd) + "/" + (path.compare(0, 2, "./") == 0 ? path.substr(2) : path);
}

// __main__.__loader__, by which runpy, inspect and pickling programs tell where the code comes from.
Status set_loader(Thread& t, Module* main, const char* module, const char* type, const std::string* path) {
  Local<> loader(t, TRY(import_attribute(t, module, type)));
  if (path != nullptr) {
    Local<Str> file(t, TRY(str_from_utf8_surrogateescape(t, *path)));
    loader.set(TRY(call(t, loader, Value(names().__main__), Value(file))));
  }
  return module_set(t, main, names().__loader__, loader);
}

// A zip archive ends with its directory's record, and a comment that is mostly empty.
bool is_zip_archive(const std::string& path) {
  constexpr long kRecord = 22, kLongestComment = 0xFFFF;
  FILE* f = std::fopen(path.c_str(), "rbe");
  if (f == nullptr) return false;
  std::string end;
  if (std::fseek(f, 0, SEEK_END) == 0) {
    long size = std::ftell(f);
    if (size >= kRecord && std::fseek(f, std::max(0L, size - kRecord - kLongestComment), SEEK_SET) == 0) read_all(f, &end);
  }
  std::fclose(f);
  return end.find("PK\5\6") != end.npos;
}

// A folder, an archive, or a folder within an archive?
bool is_container(std::string path) {
  struct stat info;
  if (::stat(path.c_str(), &info) == 0) return S_ISDIR(info.st_mode) || (S_ISREG(info.st_mode) && is_zip_archive(path));
  while (errno == ENOTDIR) {
    path.resize(path.rfind('/'));
    if (::stat(path.c_str(), &info) == 0) return S_ISREG(info.st_mode) && is_zip_archive(path);
  }
  return false;
}

// One that has a module __main__.
Status run_container(Thread& t, const std::string& path) {
  Local<> search(t, TRY(sys_get(t, "path")));
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, path)));
  TRY(list_insert(t, search.value().as<List>(), 0, Value(text)));
  Local<> run(t, TRY(import_attribute(t, "runpy", "_run_module_as_main")));
  drop(TRY(call(t, run, Value(names().__main__), bool_value(false))));
  return kDone;
}

Status prepend_folder(Thread& t, const std::string& path) {
  usize slash = path.rfind('/');
  return prepend_path(t, slash == std::string::npos ? "" : path.substr(0, slash));
}

// Compiled code, as the library's loaders keep it.
Status run_compiled(Thread& t, Module* main, const std::string& path) {
  TRY(prepend_folder(t, path));
  TRY(set_text(t, main, names().__file__, path));
  TRY(set_loader(t, main, "_frozen_importlib_external", "SourcelessFileLoader", &path));
  Local<> loader(t, TRY(module_get(t, main, names().__loader__)));
  Local<Str> get_code(t, TRY(str_intern(t, "get_code")));
  Local<> code(t, TRY(call_method(t, loader, get_code, Value(names().__main__))));
  drop(TRY(run_code(t, code.value().as<Code>(), main->dict.borrow(), Value::empty(), nullptr)));
  return kDone;
}

Status run_script(Thread& t, Module* main, const std::string& given) {
  std::string path = absolute_path(given);
  if (is_container(path)) return run_container(t, path);
  FILE* f = std::fopen(path.c_str(), "rbe");
  if (f == nullptr) {
    std::fprintf(stderr, "%s: can't open file '%s': [Errno %d] %s\n", g_config.executable.c_str(), path.c_str(), errno, strerror(errno));
    Local<> code(t, Value::small_int(2));
    (void)raise_value(t, SystemExit, code);
    return kError;
  }
  std::string source;
  bool ok = read_all(f, &source);
  std::fclose(f);
  if (!ok) return raise_os_error(t, errno);
  if (path.ends_with(".pyc")) return run_compiled(t, main, path);
  TRY(prepend_folder(t, path));
  TRY(set_text(t, main, names().__file__, path));
  if (!g_importlib.is_empty()) TRY(set_loader(t, main, "_frozen_importlib_external", "SourceFileLoader", &path));
  return run_source(t, main, source, path, false);
}

Status run_module(Thread& t, const std::string& name) {
  char cwd[4096];
  TRY(prepend_path(t, ::getcwd(cwd, sizeof cwd) == nullptr ? "" : cwd));
  Local<> run(t, TRY(import_attribute(t, "runpy", "_run_module_as_main")));
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, name)));
  drop(TRY(call(t, run, Value(text.get()))));
  return kDone;
}

// The text of -c without the blanks that all its lines begin with; lines of nothing else become empty.
std::string without_margin(const std::string& text) {
  constexpr const char* kBlanks = " \t";
  auto for_each_line = [&](auto f) {
    for (usize at = 0; at < text.size();) {
      usize end = std::min(text.find('\n', at), text.size());
      std::string_view line(text.data() + at, end - at);
      f(line, line.find_first_not_of(" \t\r\v\f") == line.npos, end < text.size());
      at = end + 1;
    }
  };
  bool first = true;
  std::string_view margin;
  for_each_line([&](std::string_view line, bool is_blank, bool) {
    if (is_blank) return;
    std::string_view own = line.substr(0, std::min(line.find_first_not_of(kBlanks), line.size()));
    usize same = 0;
    while (same < std::min(own.size(), margin.size()) && own[same] == margin[same]) ++same;
    margin = first ? own : margin.substr(0, same);
    first = false;
  });
  if (margin.empty()) return text;
  std::string out;
  for_each_line([&](std::string_view line, bool is_blank, bool has_newline) {
    if (!is_blank) out += line.substr(margin.size());
    if (has_newline) out += '\n';
  });
  return out;
}

int report(Thread& t);

Status run_program(Thread& t, const Options& o) {
  Local<Module> main(t, TRY(make_main_module(t)));
  if (!g_importlib.is_empty()) TRY(set_loader(t, main, "_frozen_importlib", "BuiltinImporter", nullptr));
  switch (o.mode) {
    case RunMode::Command: {
      TRY(prepend_path(t, ""));
      std::string source = without_margin(o.what);
      register_source("<string>", source);
      return run_source(t, main, source + "\n", "<string>", true, true);
    }
    case RunMode::Module: return run_module(t, o.what);
    case RunMode::Script: return run_script(t, main, o.what);
    case RunMode::Interactive:
      TRY(prepend_path(t, ""));
      return run_interactive(t, main, !g_config.quiet, report);
    default: {
      TRY(prepend_path(t, ""));
      std::string source;
      read_all(stdin, &source);
      return run_source(t, main, source, "<stdin>", false);
    }
  }
}

Status open_streams(Thread& t) {
  const char* const kNames[] = {"stdin", "stdout", "stderr"};
  for (int fd = 0; fd < 3; ++fd) {
    Local<> stream(t, TRY(fd_stream_new(t, fd, kNames[fd])));
    TRY(sys_set(t, kNames[fd], stream));
    TRY(sys_set(t, ("__" + std::string(kNames[fd]) + "__").c_str(), stream));
  }
  return kDone;
}

// Installs the handler of SIGINT, if nobody has it ignored.
Status import_signals(Thread& t) {
  Local<Str> name(t, TRY(str_intern(t, "_signal")));
  Local<Module> module(t, TRY(import_native(t, name)));
  return kDone;
}

Status initialise(Thread& t) {
  TRY(runtime_init(t));
  TRY(import_init(t));
  TRY(import_signals(t));
  TRY(open_streams(t));
  if (g_config.stdlib.empty()) return io_init_std_streams(t);
  if (!import_bootstrap(t, g_config.stdlib).is_error()) return io_init_std_streams(t);
  // Without the library's importlib a program can import native modules only.
  Local<BaseException> e(t, take_error(t));
  if (g_config.verbose) return print_exception(t, e, Value::empty());
  return kDone;
}

// Calls a method of sys.stdout or sys.stderr; false if that failed (which is then forgotten).
bool call_stream(Thread& t, const char* stream, Str* method, const Value* args, u32 n) {
  Result<> file = sys_get(t, stream);
  if (file.is_error()) return clear_error(t), false;
  if (file.is_absent() || is_none(file.word())) return true;
  Local<> held(t, file);
  Result<> r = call_method(t, held, method, args, n);
  if (r.is_error()) return clear_error(t), false;
  drop(r);
  return true;
}

// SystemExit's code, printed if it is no number.
int exit_code(Thread& t, Value exception) {
  auto* e = reinterpret_cast<SystemExitObject*>(exception.object());
  Local<> code(t, e->code.load(e));
  if (code.is_empty() || is_none(code)) return 0;
  if (is_any_int(code)) return code.value().is_int() ? static_cast<int>(int_low_bits(code) & 0xFFFFFFFF) : -1;
  call_stream(t, "stdout", names().flush, nullptr, 0);
  Result<Str> text = str_format(t, "{}\n", code);
  if (text.is_error()) return clear_error(t), 1;
  Local<Str> held(t, text);
  Value argument = held;
  call_stream(t, "stderr", names().write, &argument, 1);
  return 1;
}

// When a global goes at exit. CPython runs all finalisers before it clears anything; so here objects with
// finalisers go first, then what may contain them, and last what finalisers are likely to use.
enum class Leaves : u8 { First, Second, Third, Last };
Leaves leaves_when(Value v) {
  if (!v.is_ref()) return Leaves::First;
  if (type_of(v).has(kTypeHasFinaliser)) return Leaves::First;
  if (is_exact<Function>(v) || is_exact<Module>(v) || is_a<Type>(v)) return Leaves::Last;
  return type_of(v).has(kTypeHeap) ? Leaves::Third : Leaves::Second;
}

// Names of __main__ become None, so that what only they hold is finalised.
void clear_main(Thread& t) {
  Result<> found = dict_get_str(t, sys_modules(), names().__main__);
  if (found.is_error()) return clear_error(t);
  Local<> main(t, found);
  if (!is_exact<Module>(main)) return;
  Dict* space = main.value().as<Module>()->dict.borrow();
  Result<List> keys = dict_keys_list(t, space);
  if (keys.is_error()) return clear_error(t);
  Local<List> names_list(t, keys);
  bool last_ones = false;  // is there anything of the last two turns?
  for (Leaves turn : {Leaves::First, Leaves::Second, Leaves::Third, Leaves::Last}) {
    for (usize i = 0; i < list_size(names_list); ++i) {
      Local<> key(t, list_get(t, names_list, i));
      if (!is_a<Str>(key) || str_equal(key.value().as<Str>(), names().__builtins__)) continue;
      Result<> value = dict_get_str(t, space, key.value().as<Str>());
      if (value.is_error()) return clear_error(t);
      if (value.is_absent()) continue;
      Leaves when = leaves_when(value.word());
      drop(value);
      last_ones |= when >= Leaves::Third && !str_equal(key.value().as<Str>(), names().__loader__);
      if (when == turn && dict_set_str(t, space, key.value().as<Str>(), none_value()).is_error()) clear_error(t);
      run_pending(t);
    }
    // Cycles, and what is shared, which dies in checkpoints only.
    if (turn == Leaves::Second || (turn == Leaves::Last && last_ones)) (void)collect(t, false);
  }
}

constexpr i64 kPatienceAtExit = 1000000000;  // with threads that do not come to a safepoint

// Waits until all threads but daemons have ended. False: something ended the wait.
bool wait_for_threads(Thread& t) {
  Result<Str> name = str_intern(t, "threading");
  Result<> threading = name.is_error() ? Result<>(kError) : dict_get_str(t, sys_modules(), Local<Str>(t, name));
  if (threading.is_error()) clear_error(t), threading = Result<>::absent();
  Local<> module(t, threading);
  if (!module.is_empty()) {
    Result<Str> method = str_intern(t, "_shutdown");
    Result<> r = method.is_error() ? Result<>(kError) : call_method(t, module, Local<Str>(t, method));
    if (r.is_error()) {
      write_unraisable(t, "Exception ignored on threading shutdown", module);
      return false;
    }
    drop(r);
  } else if (join_all_threads(t).is_error()) {
    clear_error(t);
    return false;
  }
  return true;
}

// Waits for threads, runs exit functions, stops daemon threads where they are, drops the program's globals,
// flushes. False: output was lost.
bool shut_down(Thread& t) {
  bool waits = wait_for_threads(t);
  run_exit_functions(t);
  if (waits && join_all_threads(t).is_error()) clear_error(t);  // those that exit functions started
  bool flushed = io_flush_std_streams(t);
  // A thread that runs on could use what is torn down: then nothing is. The frames of daemon threads that were
  // stopped hold the program's globals, as CPython has it: only garbage is collected.
  if (begin_exit(t, kPatienceAtExit)) {
    if (count_threads() == 1) {
      clear_main(t);
    } else {
      (void)collect(t, false);
    }
  }
  flushed &= io_flush_std_streams(t);
  fd_streams_flush();
  return flushed;
}

constexpr int kInterrupted = 128 + SIGINT;

// Tells audit hooks of an exception that nobody caught. False: one of them does not want it shown.
bool audit_excepthook(Thread& t, Value hook, BaseException* e, Value traceback) {
  if (g_audit_hooks.load_acquire() == 0) return true;
  Local<BaseException> held(t, Value(e));
  Result<Str> event = str_intern(t, "sys.excepthook");
  if (event.is_error()) return clear_error(t), true;
  Local<Str> name(t, event);
  Value parts[] = {hook, Value(&type_of(held.value())), held.value(), traceback};
  Result<Tuple> args = tuple_from(t, parts, 4);
  if (args.is_error()) return clear_error(t), true;
  Local<Tuple> arguments(t, args);
  if (!audit_tuple(t, name, arguments).is_error()) return true;
  bool veto = error_matches(t, RuntimeError);
  if (veto) clear_error(t);
  else write_unraisable(t, "Exception ignored in audit hook", hook);
  return !veto;
}

// The end of the program by an exception: sys.excepthook, or the printer itself.
int report(Thread& t) {
  Local<BaseException> e(t, take_error(t));
  if (is_instance(e, SystemExit)) return exit_code(t, e);
  (void)io_flush_std_streams(t);
  fd_streams_flush();
  Result<> hook = sys_get(t, "excepthook");
  if (hook.is_error()) clear_error(t), hook = Result<>::absent();
  Local<> callable(t, hook);
  Local<> file(t);
  if (Result<> found = sys_get(t, "stderr"); found.is_error()) clear_error(t);
  else file.set(found);
  auto say = [&](const char* text) {
    if (print_text(t, file, text).is_error()) clear_error(t);
  };
  bool shown = false;
  if (callable.is_empty()) {
    say("sys.excepthook is missing\n");
  } else {
    Local<> traceback(t, e->traceback.load(e.get()));
    if (traceback.is_empty()) traceback.set(none());
    if (!audit_excepthook(t, callable, e.get(), traceback)) return 1;
    Result<> r = call(t, callable, Value(&type_of(e.value())), e, traceback);
    if (!r.is_error()) {
      drop(r);
      shown = true;
    } else if (error_matches(t, SystemExit)) {
      Local<BaseException> leave(t, take_error(t));
      return exit_code(t, leave);
    } else {
      Local<BaseException> second(t, take_error(t));
      say("Error in sys.excepthook:\n");
      if (print_exception(t, second, file).is_error()) clear_error(t);
      say("\nOriginal exception was:\n");
    }
  }
  if (!shown && print_exception(t, e, file).is_error()) clear_error(t);
  return is_instance(e, KeyboardInterrupt) ? kInterrupted : 1;
}

}  // namespace

// Switches of memory and threads that must be set before the first thread.
static bool configure_memory() {
  if (g_config.gil) enable_global_lock();
  for (const auto& [key, value] : g_config.x_options) {
    if (key == "memory-limit") set_memory_limit(std::strtoull(value.c_str(), nullptr, 10));
    if (key != "stress") continue;
    for (std::string_view rest = value; !rest.empty();) {
      usize end = std::min(rest.find(','), rest.size());
      if (!set_stress(rest.substr(0, end))) {
        std::fprintf(stderr, "taipan: unknown stress switch %.*s\n", static_cast<int>(end), rest.data());
        return false;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return true;
}

// Writing to a pipe that nobody reads, or beyond a limit of the file system, is an OSError, not the end.
static void ignore_signals() {
  for (int number : {SIGPIPE, SIGXFSZ}) ::signal(number, SIG_IGN);
}

static void print_stats() {
  StatLine lines[64];
  usize n = memory_stats(lines, 64);
  for (usize i = 0; i < n && i < 64; ++i) {
    std::fprintf(stderr, "%14llu  %s\n", static_cast<unsigned long long>(lines[i].value), lines[i].text);
  }
  if (g_jit.counters == nullptr) return;
  JitCounter counters[32];
  n = g_jit.counters(counters, 32);
  for (usize i = 0; i < n && i < 32; ++i) {
    std::fprintf(stderr, "%14llu  %s\n", static_cast<unsigned long long>(counters[i].value), counters[i].text);
  }
}

int run_main(const Options& o) {
  if (!configure_memory()) return 2;
  ignore_signals();
  install_engine();
  Thread* thread = thread_enter(true, kMainStackWords);
  if (thread == nullptr) {
    std::fprintf(stderr, "taipan: not enough memory to start\n");
    return 1;
  }
  Thread& t = *thread;
  int code = 0;
  if (initialise(t).is_error()) {
    Local<BaseException> e(t, take_error(t));
    std::fprintf(stderr, "taipan: start-up failed\n");
    if (print_exception(t, e, Value::empty()).is_error()) clear_error(t);
    return 1;
  }
  g_imports_are_lazy.store_relaxed(g_config.lazy_imports == 1);
  // The filters of -W and PYTHONWARNINGS are made by the library's module.
  if (!g_config.warn_options.empty()) {
    Result<> warnings = import_module(t, "warnings");
    if (warnings.is_error()) clear_error(t); else drop(warnings);
  }
  if (start_site(t, o.mode == RunMode::Interactive).is_error()) {
    std::fprintf(stderr, "Fatal Python error: init_import_site: Failed to import the site module\n");
    return report(t);
  }
  if (run_program(t, o).is_error()) code = report(t);
  const char* stays = environment_variable("PYTHONINSPECT");  // the program may set it
  if ((g_config.inspect || stays != nullptr) && o.mode != RunMode::Interactive) {  // -i: stay
    Local<> main(t, MUST(dict_get_str(t, sys_modules(), names().__main__)));
    if (is_exact<Module>(main)) {
      code = run_interactive(t, main.value().as<Module>(), false, report).is_error() ? report(t) : 0;
    }
  }
  if (!shut_down(t) && code == 0) code = 120;
  if (g_config.stats) print_stats();
  if (code == kInterrupted) {  // die by the signal, so that a shell sees it
    ::signal(SIGINT, SIG_DFL);
    ::kill(::getpid(), SIGINT);
  }
  return code;
}

}  // namespace taipan
