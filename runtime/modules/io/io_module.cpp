// The module _io: open(), open_code(), text_encoding(), and the making of the types.
#include <cstring>

#include "runtime/config.h"
#include "runtime/memory/publish.h"
#include "runtime/modules/io/text_io.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/module.h"

namespace taipan::io {

State g_io;

namespace {

struct OpenMode {
  bool creating = false, reading = false, writing = false, appending = false, updating = false;
  bool text = false, binary = false;
  char raw[4];  // what FileIO takes
};

Status parse_open_mode(Thread& t, Str* mode, OpenMode* m) {
  bool* const kFlags[] = {&m->creating, &m->reading, &m->writing, &m->appending, &m->updating, &m->text, &m->binary};
  constexpr std::string_view kChars = "xrwa+tb";
  for (usize i = 0; i < mode->length(); ++i) {
    char32_t c = mode->at(i);
    usize k = c < 0x80 ? kChars.find(static_cast<char>(c)) : kChars.npos;
    if (k == kChars.npos || *kFlags[k]) return raise(t, ValueError, "invalid mode: {!r}", Value(mode));
    *kFlags[k] = true;
  }
  usize n = 0;
  for (usize k = 0; k < 5; ++k) {
    if (*kFlags[k] && n < 3) m->raw[n++] = kChars[k];
  }
  m->raw[n] = 0;
  return kDone;
}

Status check_open_arguments(Thread& t, const OpenMode& m, Value encoding, Value errors, Value newline, i32 buffering) {
  if (m.text && m.binary) return raise(t, ValueError, "can't have text and binary mode at once");
  if (m.creating + m.reading + m.writing + m.appending > 1) {
    return raise(t, ValueError, "must have exactly one of create/read/write/append mode");
  }
  if (!m.binary) return kDone;
  if (given(encoding)) return raise(t, ValueError, "binary mode doesn't take an encoding argument");
  if (given(errors)) return raise(t, ValueError, "binary mode doesn't take an errors argument");
  if (given(newline)) return raise(t, ValueError, "binary mode doesn't take a newline argument");
  if (buffering == 1) {
    return warn(t, RuntimeWarning,
                "line buffering (buffering=1) isn't supported in binary mode, the default buffer size will be used");
  }
  return kDone;
}

// What is open is closed when a later layer fails; the first error stays.
Result<> close_after_error(Thread& t, Value stream) {
  Local<BaseException> error(t, take_error(t));
  Result<> r = call_method(t, stream, names().close);
  Status closed = kDone;
  if (r.is_error()) {
    closed = kError;
  } else {
    drop(r);
  }
  TRY(chain(t, error.give(), closed));
  return kError;
}

Result<> make_buffer(Thread& t, const OpenMode& m, Value raw, i64 size) {
  const bool random = m.updating, writer = m.creating || m.writing || m.appending;
  Type& type = random ? *g_io.random : writer ? *g_io.writer : *g_io.reader;
  Value args[] = {raw, Value::small_int(size)};
  return call(t, Value(&type), args, 2);
}

Result<> layers(Thread& t, const OpenMode& m, Local<>& top, Str* mode, i32 buffering, Value encoding, Value errors,
                Value newline) {
  auto* f = top.value().as<FileIO>();
  bool terminal = buffering < 0 && file_may_be_terminal(f) && TRY(file_is_terminal(t, f));
  bool line_buffering = buffering == 1 || terminal;
  i64 size = buffering;
  if (buffering < 0 || buffering == 1) {
    i64 block = f->has_status.load_acquire() && f->block_size > 1 ? f->block_size : kDefaultBufferSize;
    size = std::max(std::min(block, kMaxBufferSize), kDefaultBufferSize);
  }
  if (size == 0) {
    if (!m.binary) return raise(t, ValueError, "can't have unbuffered text I/O");
    return top.copy();
  }
  top.set(TRY(make_buffer(t, m, top, size)));
  if (m.binary) return top.copy();
  Value args[] = {top, encoding, errors, newline, bool_value(line_buffering)};
  top.set(TRY(call(t, Value(g_io.text), args, 5)));
  TRY(set_attribute(t, top, g_io.mode, Value(mode)));
  return top.copy();
}

Result<> io_open(Thread& t, Value file, Str* mode, i32 buffering, Value encoding, Value errors, Value newline,
                 bool closefd, Value opener) {
  TRY(check_optional_text(t, encoding, "open", "encoding"));
  TRY(check_optional_text(t, errors, "open", "errors"));
  TRY(check_optional_text(t, newline, "open", "newline"));
  Local<> path(t, is_any_int(file) ? own(file) : TRY(path_of(t, file)));
  OpenMode m;
  TRY(parse_open_mode(t, mode, &m));
  TRY(check_open_arguments(t, m, encoding, errors, newline, buffering));
  Local<Str> raw_mode(t, TRY(str_from_ascii(t, m.raw)));
  Local<> top(t, TRY(file_open(t, path, raw_mode, closefd, opener)));
  Result<> opened = layers(t, m, top, mode, buffering, encoding, errors, newline);
  if (opened.is_error()) return close_after_error(t, top);
  return opened;
}

Result<> io_open_code(Thread& t, Str* path) {
  Local<Str> mode(t, TRY(str_from_ascii(t, "rb")));
  return io_open(t, Value(path), mode, -1, none_value(), none_value(), none_value(), true, none_value());
}

Result<> io_text_encoding(Thread& t, Value encoding, i32 stack_level) {
  if (given(encoding)) return own(encoding);
  if (g_config.warn_default_encoding) {
    TRY(warn(t, EncodingWarning, "'encoding' argument not specified", stack_level));
  }
  return str_from_ascii(t, g_config.utf8_mode ? "utf-8" : "locale");
}

const NativeDef kFunctions[] = {
    def<io_open>("open($module, /, file, mode='r', buffering=-1, encoding=None,\n     errors=None, "
                 "newline=None, closefd=True, opener=None)",
                 "Opens a file, by path or descriptor, and gives a stream: text, or bytes if mode has 'b'. mode: 'r' "
                 "read, 'w' write after truncating, 'x' create, 'a' append, '+' also the other; buffering: 0 none, "
                 "1 by line, else the size."),
    def<io_open_code>("open_code($module, /, path)", "Opens a file of code for reading bytes."),
    def<io_text_encoding>("text_encoding($module, encoding, stacklevel=2, /)",
                          "encoding, or the name of the default; for functions that pass encoding=None on."),
};
constexpr ConstantDef kConstants[] = {int_constant("DEFAULT_BUFFER_SIZE", kDefaultBufferSize)};

GlobalRoot g_unsupported("io.UnsupportedOperation");

Status make_unsupported(Thread& t, Module* m) {
  Local<Str> name(t, TRY(str_intern(t, "UnsupportedOperation")));
  Local<Tuple> bases(t, TRY(tuple_of(t, Value(&OSError), Value(&ValueError))));
  Local<Dict> space(t, TRY(dict_new(t)));
  Local<Str> module(t, TRY(str_intern(t, "io")));
  TRY(dict_set_str(t, space, names().__module__, module));
  Local<Type> type(t, TRY(make_class(t, type_type, name, bases, space)));
  g_unsupported.set(t, type);  // natives raise it even when the module is gone
  g_io.unsupported = type.get();
  return module_add(t, m, "UnsupportedOperation", type);
}

Status io_exec(Thread& t, Module* m) {
#define X(name) g_io.name = str_immortal(t, #name);
  TP_IO_NAMES(X)
#undef X
  IoLock::init();
  g_io.closed_flag = str_immortal(t, "__IOBase_closed");
  TRY(make_unsupported(t, m));
  TRY(module_add(t, m, "BlockingIOError", Value(&BlockingIOError)));
  TRY(base_types(t, m));
  TRY(file_types(t, m));
  TRY(memory_types(t, m));
  TRY(buffered_types(t, m));
  return text_types(t, m);
}

}  // namespace
}  // namespace taipan::io

namespace taipan {
extern const ModuleDef io_module_def;
const ModuleDef io_module_def = {
    .name = "_io",
    .doc = "Streams of bytes and text: files, buffers, memory. The public module is io.",
    .functions = io::kFunctions,
    .constants = io::kConstants,
    .exec = io::io_exec,
};
}  // namespace taipan
