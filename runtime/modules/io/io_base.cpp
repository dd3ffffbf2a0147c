// _IOBase, _RawIOBase, _BufferedIOBase, _TextIOBase: what every stream can do in terms of a few methods,
// and the answers of streams that cannot. Subclasses in Python start here.
#include <cstring>

#include "runtime/memory/heap.h"
#include "runtime/modules/io/io.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/list.h"

namespace taipan::io {

ErrorTag unsupported(Thread& t, const char* text) { return raise(t, *g_io.unsupported, "{}", text); }

// --- byte storage -------------------------------------------------------------------------------------

Status Bulk::reserve(Thread& t, usize wanted) {
  if (wanted <= capacity) return kDone;
  if (wanted > (usize{1} << 62)) return raise_memory_error(t);
  usize fresh = buffer_good_size(std::max(wanted, capacity + capacity / 2));
  void* p = data ? buffer_reallocate(t, data, capacity, fresh) : buffer_allocate(t, fresh);
  if (p == nullptr) return raise_memory_error(t);
  data = static_cast<u8*>(p);
  capacity = fresh;
  return kDone;
}
Status Bulk::append(Thread& t, const void* bytes, usize n) {
  if (n == 0) return kDone;
  if (n > capacity - size) TRY(reserve(t, size + n));
  std::memcpy(data + size, bytes, n);
  size += n;
  return kDone;
}
void Bulk::free() {
  if (data) buffer_free(data, capacity);
  data = nullptr;
  size = capacity = 0;
}

// --- arguments ------------------------------------------------------------------------------------------

Result<ssize> size_argument(Thread& t, Value v) {
  if (v.is_int()) return static_cast<ssize>(v.as_int());
  if (v.is_empty() || is_none(v)) return ssize{-1};
  if (type_of(v).slots.index == nullptr) {
    return raise(t, TypeError, "argument should be integer or None, not '{!T}'", v);
  }
  return to_ssize(t, v);
}
Result<i64> offset_argument(Thread& t, Value v) {
  if (v.is_int()) return v.as_int();
  return to_ssize(t, v);
}
Status check_optional_text(Thread& t, Value v, const char* function, const char* name, bool null_allowed) {
  if (!given(v)) return kDone;
  if (is_a<Str>(v)) {
    Utf8 text;
    TRY(text.encode(t, v.as<Str>()));
    if (null_allowed || text.view().find('\0') == text.view().npos) return kDone;
    return raise(t, ValueError, "embedded null character");
  }
  return raise(t, TypeError, "{}() argument '{}' must be str or None, not {!T}", function, name, v);
}

// --- state ------------------------------------------------------------------------------------------------

Result<bool> is_closed(Thread& t, Value self) {
  Local<> closed(t, TRY(get_attribute(t, self, g_io.closed)));
  return truth(t, closed);
}
Status check_closed(Thread& t, Value self) {
  if (TRY(is_closed(t, self))) return raise(t, ValueError, "I/O operation on closed file.");
  return kDone;
}

static Status check_ability(Thread& t, Value self, Str* method, const char* text) {
  Local<> answer(t, TRY(call_method(t, self, method)));
  if (!is_true(answer)) return unsupported(t, text);
  return kDone;
}
Status check_readable(Thread& t, Value self) {
  return check_ability(t, self, g_io.readable, "File or stream is not readable.");
}
Status check_writable(Thread& t, Value self) {
  return check_ability(t, self, g_io.writable, "File or stream is not writable.");
}
Status check_seekable(Thread& t, Value self) {
  return check_ability(t, self, g_io.seekable, "File or stream is not seekable.");
}

Result<bool> base_closed(Thread& t, Value self) {
  Local<> flag(t, TRY(get_attribute_or_absent(t, self, g_io.closed_flag)));
  return !flag.is_empty();
}

Status chain(Thread& t, Result<BaseException> first, Status second) {
  if (!second.is_error()) {
    restore_error(t, first);
    return kError;
  }
  Local<BaseException> earlier(t, first);
  Local<BaseException> later(t, take_error(t));
  if (!same(earlier.value(), later.value())) exception_set_context(later, earlier);
  restore_error(t, later.give());
  return kError;
}

Status base_close(Thread& t, Value self) {
  if (TRY(base_closed(t, self))) return kDone;
  Result<> flushed = call_method(t, self, names().flush);
  if (!flushed.is_error()) {
    drop(flushed);
    return set_attribute(t, self, g_io.closed_flag, bool_value(true));
  }
  Local<BaseException> error(t, take_error(t));
  return chain(t, error.give(), set_attribute(t, self, g_io.closed_flag, bool_value(true)));
}

void finalise(Thread& t, Value self) {
  Local<> held(t, self);
  // An object whose state cannot be told was never initialised: nothing to close.
  Result<> closed = get_attribute_or_absent(t, self, g_io.closed);
  if (closed.is_error()) return clear_error(t);
  if (closed.is_absent()) return;
  Local<> answer(t, closed);
  Result<bool> is = truth(t, answer);
  if (is.is_error()) return clear_error(t);
  if (is.take()) return;
  if (set_attribute(t, self, g_io._finalizing, bool_value(true)).is_error()) clear_error(t);
  Result<> r = call_method(t, self, names().close);
  if (!r.is_error()) return drop(r);
  write_unraisable(t, "Exception ignored while finalizing file", self);
}

Result<> cannot_pickle(Thread& t, Value self) {
  return raise(t, TypeError, "cannot pickle '{}' instances", type_of(self).name.borrow());
}

// --- _IOBase ------------------------------------------------------------------------------------------------

namespace {

Result<> base_seek(Thread& t, Value, Value, Value) { return unsupported(t, "seek"); }
Result<> base_tell(Thread& t, Value self) {
  return call_method(t, self, g_io.seek, Value::small_int(0), Value::small_int(1));
}
Result<> base_truncate(Thread& t, Value, Value) { return unsupported(t, "truncate"); }
Result<> base_fileno(Thread& t, Value) { return unsupported(t, "fileno"); }
Status base_flush(Thread& t, Value self) {
  if (TRY(base_closed(t, self))) return raise(t, ValueError, "I/O operation on closed file.");
  return kDone;
}
bool base_no(Thread&, Value) { return false; }
Result<bool> base_isatty(Thread& t, Value self) {
  TRY(check_closed(t, self));
  return false;
}
Result<bool> base_check_readable(Thread& t, Value self) {
  TRY(check_readable(t, self));
  return true;
}
Result<bool> base_check_writable(Thread& t, Value self) {
  TRY(check_writable(t, self));
  return true;
}
Result<bool> base_check_seekable(Thread& t, Value self) {
  TRY(check_seekable(t, self));
  return true;
}
Result<> base_enter(Thread& t, Value self) {
  TRY(check_closed(t, self));
  return own(self);
}
Result<> base_exit(Thread& t, Value self, const Value*, u32, Tuple*) {
  return call_method(t, self, names().close);
}

// How many bytes to ask read() for: up to the next line end that peek() shows, else one.
Result<ssize> base_readahead(Thread& t, Value self, Value peek, ssize limit) {
  if (peek.is_empty()) return ssize{1};
  Local<> ahead(t, TRY(call(t, peek, Value::small_int(1))));
  if (!is_a<Bytes>(ahead)) {
    return raise(t, OSError, "peek() should have returned a bytes object, not '{!T}'", ahead.value());
  }
  std::string_view view = ahead.value().as<Bytes>()->view();
  if (view.empty()) return ssize{1};
  if (limit >= 0) view = view.substr(0, static_cast<usize>(limit));
  usize end = view.find('\n');
  return static_cast<ssize>(end == view.npos ? view.size() : end + 1);
}

Result<> base_readline(Thread& t, Value self, Value size) {
  ssize limit = TRY(size_argument(t, size));
  Local<> peek(t, TRY(get_attribute_or_absent(t, self, g_io.peek)));
  ScopedBulk line;
  while (limit < 0 || static_cast<ssize>(line.size) < limit) {
    ssize n = TRY(base_readahead(t, self, peek, limit < 0 ? -1 : limit));
    Local<> count(t, TRY(int_from_i64(t, n)));
    Local<> got(t, TRY(call_method(t, self, names().read, count)));
    if (!is_a<Bytes>(got)) {
      return raise(t, OSError, "read() should have returned a bytes object, not '{!T}'", got.value());
    }
    std::string_view view = got.value().as<Bytes>()->view();
    if (view.empty()) break;
    TRY(line.append(t, view.data(), view.size()));
    if (view.back() == '\n') break;
  }
  return bytes_from(t, {reinterpret_cast<const char*>(line.data), line.size});
}

Result<> base_readlines(Thread& t, Value self, Value hint_argument) {
  ssize hint = TRY(size_argument(t, hint_argument));
  Local<List> lines(t, TRY(list_new(t)));
  if (hint <= 0) {
    TRY(list_extend(t, lines, self));
    return Result<>(lines.give());
  }
  Local<> iterator(t, TRY(iterate(t, self)));
  ssize total = 0;
  while (true) {
    Local<> line(t, TRY(next(t, iterator)));
    if (line.is_empty()) break;
    TRY(list_append(t, lines, line.value()));
    ssize n = TRY(length(t, line));
    if (n > hint - total) break;
    total += n;
  }
  return Result<>(lines.give());
}

Status base_writelines(Thread& t, Value self, Value lines) {
  TRY(check_closed(t, self));
  Local<> iterator(t, TRY(iterate(t, lines)));
  while (true) {
    Local<> line(t, TRY(next(t, iterator)));
    if (line.is_empty()) return kDone;
    Local<> written(t, TRY(call_method(t, self, names().write, line)));
  }
}

Result<> base_iter(Thread& t, Value self) {
  TRY(check_closed(t, self));
  return own(self);
}
Result<> base_next(Thread& t, Value self) {
  Local<> line(t, TRY(call_method(t, self, names().readline)));
  if (TRY(length(t, line)) == 0) return Result<>::absent();
  return line.give();
}
Result<> base_get_closed(Thread& t, Value self) { return boolean(TRY(base_closed(t, self))); }

const NativeDef kBaseMethods[] = {
    def<base_seek>("seek($self, offset, whence=0, /)", "Moves to an offset; gives the new position."),
    def<base_tell>("tell($self, /)", "The position in the stream."),
    def<base_truncate>("truncate($self, size=None, /)", "Cuts or extends the file to size bytes; default: the position."),
    def<base_flush>("flush($self, /)", "Writes what is buffered; nothing to do for streams that only read."),
    def<base_close>("close($self, /)", "Flushes and closes; a closed stream stays closed."),
    def<base_no>("seekable($self, /)", "Can the position be changed?"),
    def<base_no>("readable($self, /)", "Was it opened for reading?"),
    def<base_no>("writable($self, /)", "Was it opened for writing?"),
    def<check_closed>("_checkClosed($self, /)", nullptr),
    def<base_check_seekable>("_checkSeekable($self, /)", nullptr),
    def<base_check_readable>("_checkReadable($self, /)", nullptr),
    def<base_check_writable>("_checkWritable($self, /)", nullptr),
    def<base_fileno>("fileno($self, /)", "The file descriptor, if there is one."),
    def<base_isatty>("isatty($self, /)", "Is it a terminal? False if that cannot be told."),
    def<base_enter>("__enter__($self, /)", nullptr),
    raw_def("__exit__", nullptr, base_exit),
    def<base_readline>("readline($self, size=-1, /)",
                       "The bytes up to and with the next line end; at most size of them if size is not negative."),
    def<base_readlines>("readlines($self, hint=-1, /)",
                        "A list of lines; stops after the line that brings their total size to hint."),
    def<base_writelines>("writelines($self, lines, /)", "Writes all lines; no line ends are added."),
};
const GetSetDef kBaseGetSets[] = {{"closed", base_get_closed, nullptr, nullptr}};
const TypeDef kBase = {
    .name = "_io._IOBase",
    .doc = "What all streams have in common; reading, writing and seeking are left to derived classes.",
    .flags = kTypeBase | kTypeHasDict | kTypeWeakrefable | kTypeGcTracked,
    .size = sizeof(Object),
    .slots = {.finalise = finalise, .iter = base_iter, .next = base_next},
    .methods = kBaseMethods,
    .getsets = kBaseGetSets,
};

// --- _RawIOBase ----------------------------------------------------------------------------------------------

Result<> raw_read(Thread& t, Value self, Value size) {
  ssize n = given(size) ? TRY(to_ssize(t, size)) : -1;
  if (n < 0) return call_method(t, self, g_io.readall);
  Local<> count(t, TRY(int_from_i64(t, n)));
  Local<> room(t, TRY(call(t, Value(&bytearray_type), count)));
  Local<> got(t, TRY(call_method(t, self, g_io.readinto, room)));
  if (is_none(got)) return none();
  ssize k = TRY(to_ssize(t, got));
  if (k < 0 || k > n) return raise(t, ValueError, "readinto returned {} outside buffer size {}", k, n);
  // Takes the memory over, which fails if readinto() kept a view of it.
  Local<> used(t, TRY(int_from_i64(t, k)));
  return call_method(t, room, g_io.take_bytes, used);
}
Result<> raw_readall(Thread& t, Value self) {
  ScopedBulk all;
  while (true) {
    Local<> got(t, TRY(call_method(t, self, names().read, Value::small_int(kDefaultBufferSize))));
    if (is_none(got)) {
      if (all.size == 0) return none();
      break;
    }
    if (!is_a<Bytes>(got)) return raise(t, TypeError, "read() should return bytes");
    std::string_view view = got.value().as<Bytes>()->view();
    if (view.empty()) break;
    TRY(all.append(t, view.data(), view.size()));
  }
  return bytes_from(t, {reinterpret_cast<const char*>(all.data), all.size});
}
Result<> raw_missing(Thread& t, Value, const Value*, u32, Tuple*) { return raise_none(t, NotImplementedError); }

const NativeDef kRawMethods[] = {
    def<raw_read>("read($self, size=-1, /)", "At most size bytes, by one readinto(); None if there are none yet."),
    def<raw_readall>("readall($self, /)", "All bytes to the end, by several calls of read()."),
    raw_def("readinto", nullptr, raw_missing),
    raw_def("write", nullptr, raw_missing),
};
TypeDef kRaw = {.name = "_io._RawIOBase", .doc = "Base class of unbuffered binary streams.",
                .flags = kTypeBase | kTypeHasFinaliser, .methods = kRawMethods};

// --- _BufferedIOBase -------------------------------------------------------------------------------------------

Result<> buffered_into(Thread& t, Value self, Value target, Str* method) {
  BytesArgument room(t);
  TRY(room.get_writable(t, target));
  Local<> count(t, TRY(int_from_u64(t, room.size())));
  Local<> got(t, TRY(call_method(t, self, method, count)));
  if (!is_a<Bytes>(got)) return raise(t, TypeError, "read() should return bytes");
  std::string_view view = got.value().as<Bytes>()->view();
  if (view.size() > room.size()) {
    return raise(t, ValueError, "read() returned too much data: {} bytes requested, {} returned", room.size(),
                 view.size());
  }
  std::memcpy(room.writable(), view.data(), view.size());
  return int_from_u64(t, view.size());
}
Result<> buffered_readinto(Thread& t, Value self, Value target) {
  return buffered_into(t, self, target, names().read);
}
Result<> buffered_readinto1(Thread& t, Value self, Value target) {
  return buffered_into(t, self, target, g_io.read1);
}
Result<> no_read(Thread& t, Value, Value) { return unsupported(t, "read"); }
Result<> no_read1(Thread& t, Value, Value) { return unsupported(t, "read1"); }
Result<> no_write(Thread& t, Value, Value) { return unsupported(t, "write"); }
Result<> no_detach(Thread& t, Value) { return unsupported(t, "detach"); }
Result<> no_readline(Thread& t, Value, Value) { return unsupported(t, "readline"); }

const NativeDef kBufferedMethods[] = {
    def<no_detach>("detach($self, /)", "Separates the raw stream from this object and gives it."),
    def<no_read>("read($self, size=-1, /)", "Reads size bytes, or all to the end."),
    def<no_read1>("read1($self, size=-1, /)", "At most size bytes, with at most one raw read."),
    def<buffered_readinto>("readinto($self, buffer, /)", nullptr),
    def<buffered_readinto1>("readinto1($self, buffer, /)", nullptr),
    def<no_write>("write($self, b, /)", "Writes the bytes of b and gives their number."),
};
TypeDef kBuffered = {.name = "_io._BufferedIOBase", .doc = "Base class of buffered binary streams.",
                     .flags = kTypeBase | kTypeHasFinaliser, .methods = kBufferedMethods};

// --- _TextIOBase -------------------------------------------------------------------------------------------------

Result<> text_none(Thread&, Value) { return none(); }
const NativeDef kTextMethods[] = {
    def<no_detach>("detach($self, /)", "Separates the binary stream from this object and gives it."),
    def<no_read>("read($self, size=-1, /)", "At most size characters, or all to the end."),
    def<no_readline>("readline($self, size=-1, /)", "The text up to and with the next line end."),
    def<no_write>("write($self, s, /)", "Writes s and gives the number of its characters."),
};
const GetSetDef kTextGetSets[] = {
    {"encoding", text_none, nullptr, nullptr},
    {"newlines", text_none, nullptr, nullptr},
    {"errors", text_none, nullptr, nullptr},
};
TypeDef kText = {.name = "_io._TextIOBase", .doc = "Base class of text streams.",
                 .flags = kTypeBase | kTypeHasFinaliser, .methods = kTextMethods, .getsets = kTextGetSets};

}  // namespace

Status base_types(Thread& t, Module* m) {
  TRY(module_add_type(t, m, kBase, &g_io.io_base));
  use_object_new(*g_io.io_base);
  kRaw.base = kBuffered.base = kText.base = g_io.io_base;
  TRY(module_add_type(t, m, kRaw, &g_io.raw_base));
  TRY(module_add_type(t, m, kBuffered, &g_io.buffered_base));
  return module_add_type(t, m, kText, &g_io.text_base);
}

}  // namespace taipan::io
