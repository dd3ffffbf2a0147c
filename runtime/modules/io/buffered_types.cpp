// The classes BufferedReader, BufferedWriter, BufferedRandom: __init__, methods, tables.
#include <unistd.h>

#include "runtime/modules/io/buffered.h"
#include "runtime/memory/hooks.h"
#include "runtime/types/repr_guard.h"

namespace taipan::io {

namespace {

void buffered_visit(Object* o, EdgeVisitor& visit) {
  auto* b = static_cast<Buffered*>(o);
  visit(b->raw, b->scratch);
}
void buffered_destroy(Object* o) {
  auto* b = static_cast<Buffered*>(o);
  if (b->data) buffer_free(b->data, static_cast<usize>(b->size));
  drop_edges(o, buffered_visit);
  free_object(o, object_size(o));
}

// --- __init__ ---------------------------------------------------------------------------------------------------

Status need(Thread& t, Value raw, bool readable, bool writable) {
  if (is_exact_file(raw)) {
    auto* f = raw.as<FileIO>();
    if (f->is_open() && (f->readable || !readable) && (f->writable || !writable)) return kDone;
  }
  if (readable) TRY(check_readable(t, raw));
  return writable ? check_writable(t, raw) : kDone;
}

Status init_buffered(Thread& t, Value self, Value raw, i64 size, bool readable, bool writable) {
  Buffered* b = buffered_of(self);
  if (size <= 0) return raise(t, ValueError, "buffer size must be strictly positive");
  Locked held(b->lock, b);
  TRY(held.take(t));
  auto* data = static_cast<u8*>(buffer_allocate(t, static_cast<usize>(size)));
  if (data == nullptr) return raise_memory_error(t);
  if (b->data) buffer_free(b->data, static_cast<usize>(b->size));
  b->scratch.clear(b);
  b->raw.store(b, raw);
  b->data = data;
  b->size = size;
  b->readable = readable;
  b->writable = writable;
  b->pos = b->end = b->write_pos = b->write_end = 0;
  b->raw_position = -1;
  b->detached.store_relaxed(false);
  b->ok.store_release(true);
  return kDone;
}
void forget(Buffered* b) {
  b->ok.store_relaxed(false);
  b->detached.store_relaxed(false);
}
Status reader_init(Thread& t, Value self, Value raw, i64 size) {
  forget(buffered_of(self));
  TRY(need(t, raw, true, false));
  return init_buffered(t, self, raw, size, true, false);
}
Status writer_init(Thread& t, Value self, Value raw, i64 size) {
  forget(buffered_of(self));
  TRY(need(t, raw, false, true));
  return init_buffered(t, self, raw, size, false, true);
}
Status random_init(Thread& t, Value self, Value raw, i64 size) {
  forget(buffered_of(self));
  TRY(check_seekable(t, raw));
  TRY(need(t, raw, true, true));
  return init_buffered(t, self, raw, size, true, true);
}

// --- methods ----------------------------------------------------------------------------------------------------

Result<> method_read(Thread& t, Value self, Value size) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  ssize n = TRY(size_argument(t, size));
  if (n < -1) return raise(t, ValueError, "read length must be non-negative or -1");
  return buffered_read(t, b, n);
}
Result<> method_read1(Thread& t, Value self, ssize n) { return buffered_read1(t, buffered_of(self), n); }
Result<> method_peek(Thread& t, Value self, ssize) { return buffered_peek(t, buffered_of(self)); }
Result<> method_readline(Thread& t, Value self, Value size) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  return buffered_readline(t, b, TRY(size_argument(t, size)));
}
Result<> into(Thread& t, Value self, Value target, bool once) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  BytesArgument room(t);
  TRY(room.get_writable(t, target, once ? "readinto1() argument" : "readinto() argument"));
  return buffered_readinto(t, b, room.writable(), room.size(), once);
}
Result<> method_readinto(Thread& t, Value self, Value target) { return into(t, self, target, false); }
Result<> method_readinto1(Thread& t, Value self, Value target) { return into(t, self, target, true); }

Result<> buffered_next(Thread& t, Value self) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  if (is_plain_reader(self)) {
    Local<> line(t, TRY(buffered_readline(t, b, -1)));
    if (line.value().as<Bytes>()->size() == 0) return Result<>::absent();
    return line.give();
  }
  Local<> line(t, TRY(call_method(t, self, names().readline)));
  if (!is_a<Bytes>(line)) {
    return raise(t, OSError, "readline() should have returned a bytes object, not '{!T}'", line.value());
  }
  if (line.value().as<Bytes>()->size() == 0) return Result<>::absent();
  return line.give();
}

Result<> method_write(Thread& t, Value self, Value data) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  BytesArgument bytes(t);
  TRY(bytes.get(data));
  TRY(buffered_write(t, b, bytes.data(), bytes.size()));
  return int_from_u64(t, bytes.size());
}

Result<i64> method_seek(Thread& t, Value self, Value target, i32 whence) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  if (whence < 0 || whence > SEEK_HOLE) return raise(t, ValueError, "whence value {} unsupported", whence);
  {
    Locked held(b->lock, b);
    TRY(held.take(t));
    TRY(buffered_check_closed(t, b, "seek of closed file"));
  }
  Local<> raw(t, TRY(buffered_raw(t, b)));
  TRY(check_seekable(t, raw));
  i64 to = TRY(offset_argument(t, target));
  return buffered_seek(t, b, to, whence);
}
Result<i64> method_tell(Thread& t, Value self) { return buffered_tell(t, buffered_of(self)); }

Result<> method_truncate(Thread& t, Value self, Value size) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  Locked held(b->lock, b);
  TRY(held.take(t));
  TRY(buffered_check_closed(t, b, "truncate of closed file"));
  if (!b->writable) return unsupported(t, "truncate");
  TRY(flush_and_rewind(t, b));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  Result<> r = call_method(t, raw, g_io.truncate, size);
  b->raw_position = -1;
  return r;
}

Result<> ask_raw(Thread& t, Value self, Str* method) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  return call_method(t, raw, method);
}
Result<> method_raw_flush(Thread& t, Value self) { return ask_raw(t, self, names().flush); }
Result<> method_readable(Thread& t, Value self) { return ask_raw(t, self, g_io.readable); }
Result<> method_writable(Thread& t, Value self) { return ask_raw(t, self, g_io.writable); }
Result<> method_seekable(Thread& t, Value self) { return ask_raw(t, self, g_io.seekable); }
Result<> method_fileno(Thread& t, Value self) { return ask_raw(t, self, names().fileno); }
Result<> method_isatty(Thread& t, Value self) { return ask_raw(t, self, g_io.isatty); }
Status method_flush(Thread& t, Value self) { return buffered_flush(t, buffered_of(self)); }

Result<> method_detach(Thread& t, Value self) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  Local<> flushed(t, TRY(call_method(t, self, names().flush)));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  b->raw.clear(b);
  b->detached.store_relaxed(true);
  b->ok.store_release(false);
  return raw.give();
}

Status method_dealloc_warn(Thread& t, Value self, Value source) {
  Buffered* b = buffered_of(self);
  Local<> raw(t, b->raw.load(b));
  if (!b->ok.load_acquire() || raw.is_empty()) return kDone;
  Result<> r = call_method(t, raw, g_io._dealloc_warn, source);
  if (r.is_error()) {
    clear_error(t);
  } else {
    drop(r);
  }
  return kDone;
}
Result<u64> method_sizeof(Thread& t, Value self) {
  Buffered* b = buffered_of(self);
  Locked held(b->lock, b);
  TRY(held.take(t));
  return object_size(b) + (b->data ? static_cast<u64>(b->size) : 0);
}

Result<Str> buffered_repr(Thread& t, Value self) {
  Result<> got = get_attribute_or_absent(t, self, names().name);
  if (got.is_error()) {
    if (!swallow(t, ValueError)) return kError;
    got = Result<>::absent();
  }
  Local<> name(t, got);
  if (name.is_empty()) return str_format(t, "<{!T}>", self);
  ReprGuard guard(self.object());
  if (!guard.entered()) {
    return raise(t, RuntimeError, "reentrant call inside {!T}.__repr__", self);
  }
  return str_format(t, "<{!T} name={!r}>", self, name.value());
}

Result<> raw_attribute(Thread& t, Value self, Str* name) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  return get_attribute(t, raw, name);
}
Result<> get_closed(Thread& t, Value self) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (is_exact_file(raw)) return boolean(!raw.value().as<FileIO>()->is_open());
  return get_attribute(t, raw, g_io.closed);
}
Result<> get_name(Thread& t, Value self) { return raw_attribute(t, self, names().name); }
Result<> get_mode(Thread& t, Value self) { return raw_attribute(t, self, g_io.mode); }

// --- tables -------------------------------------------------------------------------------------------------------

#define COMMON_METHODS                                                                                              \
  def<method_detach>("detach($self, /)", "Separates the raw stream from this object and gives it."),                \
  def<buffered_close>("close($self, /)", "Flushes and closes the stream."),                                         \
  def<method_seekable>("seekable($self, /)", "Can the position be changed?"),                                       \
  def<method_fileno>("fileno($self, /)", "The file descriptor."),                                                   \
  def<method_isatty>("isatty($self, /)", "Is it a terminal?"),                                                      \
  def<method_dealloc_warn>("_dealloc_warn($self, source, /)", nullptr),                                             \
  def<method_seek>("seek($self, target, whence=0, /)", "Moves to an offset; gives the new position."),              \
  def<method_tell>("tell($self, /)", "The position in the stream."),                                                \
  def<method_truncate>("truncate($self, pos=None, /)", "Cuts or extends the file to pos bytes."),                   \
  def<method_sizeof>("__sizeof__($self, /)", nullptr),                                                              \
  def<cannot_pickle>("__getstate__($self, /)", nullptr)
#define READ_METHODS                                                                                                \
  def<method_readable>("readable($self, /)", "Was it opened for reading?"),                                         \
  def<method_read>("read($self, size=-1, /)", "Reads size bytes, or all to the end."),                              \
  def<method_peek>("peek($self, size=0, /)", "What is buffered; at most one raw read if that is nothing."),         \
  def<method_read1>("read1($self, size=-1, /)", "At most size bytes, with at most one raw read."),                  \
  def<method_readinto>("readinto($self, buffer, /)", "Fills buffer; gives the number of bytes."),                   \
  def<method_readinto1>("readinto1($self, buffer, /)", "Likewise, with at most one raw read."),                     \
  def<method_readline>("readline($self, size=-1, /)", "The bytes up to and with the next line end.")
#define WRITE_METHODS                                                                                               \
  def<method_writable>("writable($self, /)", "Was it opened for writing?"),                                         \
  def<method_write>("write($self, buffer, /)", "Writes the bytes of buffer; gives their number.")

const NativeDef kReaderMethods[] = {
    def<method_raw_flush>("flush($self, /)", "Flushes the raw stream."), COMMON_METHODS, READ_METHODS};
const NativeDef kWriterMethods[] = {
    def<method_flush>("flush($self, /)", "Writes what is buffered."), COMMON_METHODS, WRITE_METHODS};
const NativeDef kRandomMethods[] = {
    def<method_flush>("flush($self, /)", "Writes what is buffered."), COMMON_METHODS, READ_METHODS, WRITE_METHODS};
const GetSetDef kGetSets[] = {{"closed", get_closed, nullptr, nullptr},
                              {"name", get_name, nullptr, nullptr},
                              {"mode", get_mode, nullptr, nullptr}};
const MemberDef kMembers[] = {
    {"raw", MemberKind::Object, offsetof(Buffered, raw), true, "The raw stream."},
    {"_finalizing", MemberKind::Bool, offsetof(Buffered, finalizing), false, nullptr},
};

template <const NativeDef& kInit>
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

TypeDef kReader = {
    .name = "_io.BufferedReader",
    .doc = "Reads a raw stream ahead into a buffer.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(Buffered),
    .slots = {.visit = buffered_visit, .destroy = buffered_destroy,
              .init = init_slot<kReaderInit>, .repr = buffered_repr, .next = buffered_next},
    .methods = kReaderMethods, .getsets = kGetSets, .members = kMembers,
    .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
};
TypeDef kWriter = {
    .name = "_io.BufferedWriter",
    .doc = "Collects what is written and hands it to a raw stream in larger pieces.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(Buffered),
    .slots = {.visit = buffered_visit, .destroy = buffered_destroy,
              .init = init_slot<kWriterInit>, .repr = buffered_repr},
    .methods = kWriterMethods, .getsets = kGetSets, .members = kMembers,
    .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
};
TypeDef kRandom = {
    .name = "_io.BufferedRandom",
    .doc = "Reads and writes a raw stream that can seek through one buffer.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(Buffered),
    .slots = {.visit = buffered_visit, .destroy = buffered_destroy,
              .init = init_slot<kRandomInit>, .repr = buffered_repr, .next = buffered_next},
    .methods = kRandomMethods, .getsets = kGetSets, .members = kMembers,
    .text_signature = "(raw, buffer_size=DEFAULT_BUFFER_SIZE)",
};

}  // namespace

const NativeDef kReaderInit = def<reader_init>("BufferedReader($self, raw, buffer_size=131072)", nullptr);
const NativeDef kWriterInit = def<writer_init>("BufferedWriter($self, raw, buffer_size=131072)", nullptr);
const NativeDef kRandomInit = def<random_init>("BufferedRandom($self, raw, buffer_size=131072)", nullptr);

Status pair_type(Thread& t, Module* m);  // rw_pair.cpp

Status buffered_types(Thread& t, Module* m) {
  kReader.base = kWriter.base = kRandom.base = g_io.buffered_base;
  TRY(module_add_type(t, m, kReader, &g_io.reader));
  register_native(t, kReaderInit, g_io.reader);
  TRY(module_add_type(t, m, kWriter, &g_io.writer));
  register_native(t, kWriterInit, g_io.writer);
  TRY(module_add_type(t, m, kRandom, &g_io.random));
  register_native(t, kRandomInit, g_io.random);
  return pair_type(t, m);
}

}  // namespace taipan::io
