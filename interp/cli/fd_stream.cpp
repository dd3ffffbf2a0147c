#include "interp/cli/fd_stream.h"

#include <unistd.h>

#include <mutex>
#include <string>

#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

struct FdStream : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  int fd;
  u32 slot;  // its buffer
};

// Buffers live outside the objects, so that exit can flush them. One per descriptor 0, 1, 2.
struct Buffer {
  std::mutex lock;
  std::string text;
  bool line_buffered = true;
} g_buffers[3];

void flush_locked(int fd, std::string& text) {
  for (usize at = 0; at < text.size();) {
    ssize n = ::write(fd, text.data() + at, text.size() - at);
    if (n <= 0) break;
    at += static_cast<usize>(n);
  }
  text.clear();
}

FdStream* stream_of(Value v) { return static_cast<FdStream*>(v.object()); }

Result<i64> stream_write(Thread& t, Value self, Str* s) {
  Utf8 utf8;
  TRY(utf8.encode(t, s, true));
  Buffer& b = g_buffers[stream_of(self)->slot];
  std::lock_guard<std::mutex> guard(b.lock);
  b.text += utf8.view();
  if (b.text.size() > 8192 || (b.line_buffered && utf8.view().find('\n') != std::string_view::npos)) {
    flush_locked(stream_of(self)->fd, b.text);
  }
  return static_cast<i64>(s->length());
}
Status stream_flush(Thread&, Value self) {
  Buffer& b = g_buffers[stream_of(self)->slot];
  std::lock_guard<std::mutex> guard(b.lock);
  flush_locked(stream_of(self)->fd, b.text);
  return kDone;
}
Result<Str> stream_readline(Thread& t, Value self) {
  std::string line;
  char c;
  for (;;) {
    ssize n;
    {
      Detached away(t);
      n = ::read(stream_of(self)->fd, &c, 1);
    }
    if (n <= 0) break;
    line += c;
    if (c == '\n') break;
  }
  return str_from_utf8(t, line);
}
Result<Str> stream_read(Thread& t, Value self) {
  std::string all;
  char buffer[4096];
  for (ssize n; (n = ::read(stream_of(self)->fd, buffer, sizeof buffer)) > 0;) all.append(buffer, static_cast<usize>(n));
  return str_from_utf8(t, all);
}
i32 stream_fileno(Thread&, Value self) { return stream_of(self)->fd; }
bool stream_isatty(Thread&, Value self) { return ::isatty(stream_of(self)->fd) != 0; }
bool stream_writable(Thread&, Value self) { return stream_of(self)->fd != 0; }
bool stream_readable(Thread&, Value self) { return stream_of(self)->fd == 0; }

const NativeDef kMethods[] = {
    def<stream_write>("write($self, text, /)", "Write a string."),
    def<stream_flush>("flush($self, /)", "Write out what is buffered."),
    def<stream_readline>("readline($self, /)", "Read a line."),
    def<stream_read>("read($self, /)", "Read all."),
    def<stream_fileno>("fileno($self, /)", "The file descriptor."),
    def<stream_isatty>("isatty($self, /)", "Is it a terminal?"),
    def<stream_writable>("writable($self, /)", "Can it be written?"),
    def<stream_readable>("readable($self, /)", "Can it be read?"),
};
const GetSetDef kGetSets[] = {
    {"encoding", [](Thread& t, Value) -> Result<> { return str_from_ascii(t, "utf-8"); }, nullptr, nullptr},
    {"errors", [](Thread& t, Value) -> Result<> { return str_from_ascii(t, "strict"); }, nullptr, nullptr},
    {"closed", [](Thread&, Value) -> Result<> { return boolean(false); }, nullptr, nullptr},
};
const TypeDef kStream = {
    .name = "taipan.FdStream", .flags = kTypeNoInstantiation, .size = sizeof(FdStream), .methods = kMethods, .getsets = kGetSets};

}  // namespace

Result<> fd_stream_new(Thread& t, int fd, const char*) {
  static Type* type = MUST(type_from_def(t, kStream)).word().as<Type>();
  auto* s = new_object<FdStream>(t, *type);
  if (s == nullptr) return kError;
  s->fd = fd;
  s->slot = static_cast<u32>(fd);
  g_buffers[fd].line_buffered = fd == 2 || ::isatty(fd);
  return own_new(s);
}

void fd_streams_flush() {
  for (int fd = 1; fd <= 2; ++fd) {
    std::lock_guard<std::mutex> guard(g_buffers[fd].lock);
    flush_locked(fd, g_buffers[fd].text);
  }
}

}  // namespace taipan
