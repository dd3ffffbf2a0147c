#include "runtime/modules/io/std_streams.h"

#include <clocale>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <unistd.h>

#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/modules/io/text_io.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/module.h"

namespace taipan {

using namespace io;

namespace {

struct Settings {
  std::string encoding = "utf-8", errors = "strict";
  bool unbuffered = false;
};

// In UTF-8 mode, and where the locale is C or POSIX (whose encoding nobody chose), bytes that are no text
// survive a trip from stdin to stdout.
bool forgiving() {
  if (g_config.utf8_mode) return true;
  for (const char* name : {"LC_ALL", "LC_CTYPE", "LANG"}) {
    const char* v = std::getenv(name);
    if (v && *v) {
      return std::strcmp(v, "C") == 0 || std::strcmp(v, "POSIX") == 0 || std::strncmp(v, "C.", 2) == 0;
    }
  }
  return true;
}

Result<Settings*> settings(Thread& t, Settings* s) {
  if (forgiving()) s->errors = "surrogateescape";
  if (!g_config.utf8_mode) {
    Local<Str> name(t, TRY(locale_encoding(t)));
    s->encoding = std::string(name->ascii());
  }
  if (const char* wanted = environment_variable("PYTHONIOENCODING")) {  // encoding[:errors]
    std::string_view v = wanted;
    usize colon = v.find(':');
    if (colon != 0) {
      s->encoding = std::string(v.substr(0, colon));
      s->errors = "strict";
    }
    if (colon != v.npos && colon + 1 < v.size()) s->errors = std::string(v.substr(colon + 1));
  }
  s->unbuffered = g_config.unbuffered;
  return s;
}

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) >= 0; }

Result<> make_stream(Thread& t, int fd, const char* name, const Settings& s) {
  if (!is_open(fd)) return none();
  bool writing = fd != 0;
  Local<Str> mode(t, TRY(str_from_ascii(t, writing ? "wb" : "rb")));
  Local<Str> label(t, TRY(str_from_ascii(t, name)));
  Local<> raw(t, TRY(file_open(t, Value::small_int(fd), mode, false, none_value())));
  TRY(set_attribute(t, raw, names().name, label));
  bool terminal = TRY(file_is_terminal(t, raw.value().as<FileIO>()));
  Local<> binary(t, raw.copy());
  // Without buffer only what is written: text is read through one in any case.
  if (!(s.unbuffered && writing)) {
    binary.set(TRY(call(t, Value(writing ? io::g_io.writer : io::g_io.reader), raw)));
  }
  Local<Str> encoding(t, TRY(str_from_utf8(t, s.encoding)));
  Local<Str> errors(t, TRY(str_from_utf8(t, fd == 2 ? std::string_view("backslashreplace") : s.errors)));
  Local<Str> newline(t, TRY(str_from_ascii(t, "\n")));
  bool by_line = fd == 2 || terminal, through = s.unbuffered && writing;
  Value args[] = {binary, encoding, errors, writing ? newline.value() : none_value(), bool_value(by_line),
                  bool_value(through)};
  Local<> text(t, TRY(call(t, Value(io::g_io.text), args, 6)));
  Local<Str> text_mode(t, TRY(str_from_ascii(t, writing ? "w" : "r")));
  TRY(set_attribute(t, text, io::g_io.mode, text_mode));
  return text.give();
}

// Flushes sys.NAME unless it is closed or gone. The error stays pending.
Status flush_stream(Thread& t, const char* name) {
  Local<> stream(t, TRY(sys_get(t, name)));
  if (stream.is_empty() || is_none(stream)) return kDone;
  Result<> closed = get_attribute_or_absent(t, stream, io::g_io.closed);
  if (closed.is_error()) {
    clear_error(t);
  } else {
    Local<> held(t, closed);
    if (!held.is_empty() && is_true(held)) return kDone;
  }
  Local<> r(t, TRY(call_method(t, stream, names().flush)));
  return kDone;
}

}  // namespace

Status io_init_std_streams(Thread& t) {
  Local<Str> name(t, TRY(str_intern(t, "_io")));
  Local<Module> module(t, TRY(import_native(t, name)));
  Settings s;
  TRY(settings(t, &s));
  static constexpr const char* kNames[] = {"stdin", "stdout", "stderr"};
  for (int fd = 0; fd < 3; ++fd) {
    std::string plain = kNames[fd], label = "<" + plain + ">", twin = "__" + plain + "__";
    Local<> stream(t, TRY(make_stream(t, fd, label.c_str(), s)));
    TRY(sys_set(t, plain.c_str(), stream));
    TRY(sys_set(t, twin.c_str(), stream));
  }
  Local<Str> open_name(t, TRY(str_intern(t, "open"))), builtins_name(t, TRY(str_intern(t, "builtins")));
  Local<> open(t, TRY(module_get(t, module, open_name)));
  Local<Module> builtins(t, TRY(import_native(t, builtins_name)));
  return module_set(t, builtins, open_name, open);
}

bool io_flush_std_streams(Thread& t) {
  bool good = true;
  if (flush_stream(t, "stdout").is_error()) {
    good = false;
    write_unraisable(t, "Exception ignored while flushing sys.stdout", Value::empty());
  }
  if (flush_stream(t, "stderr").is_error()) clear_error(t);
  return good;
}

}  // namespace taipan
