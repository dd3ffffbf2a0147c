#include "interp/cli/repl.h"

#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "interp/loop/caret.h"
#include "interp/loop/engine.h"
#include "interp/loop/print_exception.h"
#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/modules/builtins/builtins.h"
#include "runtime/modules/io/std_streams.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/thread/signals.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

constexpr int kSingle = 2;  // the mode of compile()
constexpr int kDontImplyDedent = 0x200, kAllowIncompleteInput = 0x4000;
constexpr const char* kFileName = "<stdin>";

// Writes sys.ps1 or sys.ps2, made a str, to stderr, where it is in nobody's way.
Status write_prompt(Thread& t, const char* name) {
  Result<> found = sys_get(t, name);
  if (found.is_error()) return kError;
  Local<> prompt(t, found);
  if (prompt.is_empty()) return kDone;
  Local<Str> text(t, TRY(to_str(t, prompt)));
  Utf8 utf8;
  TRY(utf8.encode(t, text, true));
  std::fwrite(utf8.c_str(), 1, utf8.view().size(), stderr);
  std::fflush(stderr);
  return kDone;
}

// One line with its end, read byte by byte: what follows belongs to whom the line calls, say input().
// False at the end of the input; an error if a signal handler raised one.
Result<bool> read_line(Thread& t, std::string* line) {
  line->clear();
  for (char c;;) {
    ssize n;
    {
      Detached away(t);
      n = ::read(STDIN_FILENO, &c, 1);
    }
    if (n < 0 && errno == EINTR) {
      TRY(run_signal_handlers(t));
      continue;
    }
    if (n <= 0) return !line->empty();
    line->push_back(c);
    if (c == '\n') return true;
  }
}

struct Reader {
  Thread& t;
  Local<Str> filename;
  int flags = 0;  // of the __future__ statements so far

  Result<Code> compile(const std::string& source, int more) {
    return compile_text(t, source, true, filename, {.mode = kSingle, .flags = flags | more});
  }
  bool is_incomplete() {
    Local<BaseException> e(t, take_error(t));
    return &type_of(e.value()) == g_incomplete_input_error;
  }

  // A statement needs more lines if it would be one with another line end, or if that is what it lacks.
  Result<Code> statement(const std::string& source, bool* needs_more) {
    *needs_more = false;
    Result<Code> code = compile(source, kDontImplyDedent | kAllowIncompleteInput);
    if (!code.is_error()) return code;
    clear_error(t);
    Result<Code> longer = compile(source + "\n", kDontImplyDedent | kAllowIncompleteInput);
    if (!longer.is_error()) drop(longer), *needs_more = true;
    else if (is_incomplete()) *needs_more = true;
    if (*needs_more) return kError;
    return compile(source + "\n", 0);
  }
};

bool is_blank(const std::string& line) {
  usize at = line.find_first_not_of(" \t\f\r\n");
  return at == line.npos || line[at] == '#';
}

// Reads and runs one statement. False at the end of the input.
Result<bool> read_and_run(Thread& t, Reader& reader, Module* main) {
  std::string source, line;
  Local<Code> code(t);
  TRY(write_prompt(t, "ps1"));
  for (;;) {
    bool got = TRY(read_line(t, &line));
    if (!got) std::fputc('\n', stderr);
    if (!got && source.empty()) return false;
    if (source.empty() && is_blank(line)) return true;
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.pop_back();
    if (!source.empty()) source += '\n';
    source += line;
    bool needs_more;
    register_source(kFileName, source + "\n");
    Result<Code> compiled = reader.statement(source, &needs_more);
    if (!needs_more) {
      code.set(TRY(compiled));
      break;
    }
    if (!got) {  // the input ends within a statement
      code.set(TRY(reader.compile(source + "\n", 0)));
      break;
    }
    TRY(write_prompt(t, "ps2"));
  }
  reader.flags |= future_flags(*code.get());
  if (register_code_source(t, code.get(), source + "\n").is_error()) clear_error(t);
  drop(TRY(run_code(t, code, main->dict.borrow(), Value::empty(), nullptr)));
  return true;
}

Status set_default(Thread& t, const char* name, const char* value) {
  Result<> found = sys_get(t, name);
  if (found.is_error()) return kError;
  if (!found.is_absent()) return drop(found), kDone;
  Local<Str> text(t, TRY(str_from_ascii(t, value)));
  return sys_set(t, name, text);
}

Status greet(Thread& t) {
  Local<> version(t, TRY(sys_get(t, "version")));
  Local<Str> text(t, TRY(to_str(t, version)));
  Utf8 utf8;
  TRY(utf8.encode(t, text, true));
  std::fprintf(stderr, "Python %s\nType \"help\" for more information.\n", utf8.c_str());
  return kDone;
}

}  // namespace

Status run_interactive(Thread& t, Module* main, bool banner, int (*report)(Thread& t)) {
  TRY(set_default(t, "ps1", ">>> "));
  TRY(set_default(t, "ps2", "... "));
  if (banner) TRY(greet(t));
  Reader reader{t, Local<Str>(t, TRY(str_from_ascii(t, kFileName)))};
  for (;;) {
    Result<bool> more = read_and_run(t, reader, main);
    if (more.is_error()) {
      if (error_matches(t, SystemExit)) return kError;
      report(t);
    } else if (!more.take()) {
      return kDone;
    }
    (void)io_flush_std_streams(t);
  }
}

}  // namespace taipan
