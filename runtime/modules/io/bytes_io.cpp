// BytesIO: a stream in memory. The content is a bytes object that others may hold too (what it was made from, or
// what getvalue() gave), or this object's own memory as soon as it is written.
#include <cstring>

#include "runtime/memory/hooks.h"
#include "runtime/modules/io/io.h"
#include "runtime/modules/io/io_lock.h"
#include "runtime/object/instance.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"

namespace taipan::io {

namespace {

struct BytesIO : Object {
  Slot<Bytes> shared;      // the content; empty: it is in `own`
  Bulk own;
  IoLock lock;             // taken again by what calls back
  i64 pos;                 // may lie behind the end
  Atomic<u32> exports;     // views of getbuffer(): own may not move or change its size
  Atomic<bool> closed;     // looked at before the lock is taken

  std::string_view view() const {
    if (Bytes* b = shared.borrow()) return b->view();
    return {reinterpret_cast<const char*>(own.data), own.size};
  }
};
BytesIO* bytes_of(Value v) { return v.as<BytesIO>(); }

void bytes_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<BytesIO*>(o)->shared); }
void bytes_destroy(Object* o) {
  static_cast<BytesIO*>(o)->own.free();
  drop_edges(o, bytes_visit);
  free_object(o, object_size(o));
}

Status check_open(Thread& t, BytesIO* b) {
  if (b->closed.load_acquire()) return raise(t, ValueError, "I/O operation on closed file.");
  return kDone;
}
Status check_exports(Thread& t, BytesIO* b) {
  if (b->exports.load_acquire() == 0) return kDone;
  return raise(t, BufferError, "Existing exports of data: object cannot be re-sized");
}
Status begin(Thread& t, BytesIO* b, Locked& held) {
  TRY(held.take_again(t));
  return check_open(t, b);
}
// The content into memory of its own.
Status make_own(Thread& t, BytesIO* b, usize room) {
  Bytes* shared = b->shared.borrow();
  if (shared == nullptr) return b->own.reserve(t, room);
  TRY(b->own.reserve(t, std::max<usize>(std::max(room, shared->size()), 1)));
  std::memcpy(b->own.data, shared->data(), shared->size());
  b->own.size = shared->size();
  b->shared.clear(b);
  return kDone;
}
Status set_size(Thread& t, BytesIO* b, usize n) {
  TRY(make_own(t, b, n));
  if (n > b->own.size) std::memset(b->own.data + b->own.size, 0, n - b->own.size);
  b->own.size = n;
  return kDone;
}
Status write_bytes(Thread& t, BytesIO* b, const u8* from, usize n) {
  TRY(check_exports(t, b));
  if (n == 0) return kDone;
  if (b->pos > INT64_MAX - static_cast<i64>(n)) return raise(t, OverflowError, "new position too large");
  usize at = static_cast<usize>(b->pos), end = at + n;
  usize size = b->view().size();
  TRY(make_own(t, b, end));
  if (at > size) std::memset(b->own.data + size, 0, at - size);
  std::memcpy(b->own.data + at, from, n);
  b->own.size = std::max(size, end);
  b->pos = static_cast<i64>(end);
  return kDone;
}

Result<Bytes> content(Thread& t, BytesIO* b) {
  if (!b->shared.is_empty()) return b->shared.load(b);
  Local<Bytes> all(t, TRY(bytes_from(t, b->view())));
  if (b->exports.load_acquire() == 0) {
    b->shared.store(b, all.value());
    b->own.free();
  }
  return all.give();
}
Result<Bytes> take(Thread& t, BytesIO* b, usize n) {
  std::string_view all = b->view();
  usize from = std::min(static_cast<usize>(b->pos), all.size());
  n = std::min(n, all.size() - from);
  if (from == 0 && n == all.size() && n > 1 && !b->shared.is_empty()) {
    b->pos += static_cast<i64>(n);
    return b->shared.load(b);
  }
  Local<Bytes> piece(t, TRY(bytes_from(t, all.substr(from, n))));
  b->pos += static_cast<i64>(n);
  return piece.give();
}
// Bytes to the end of the line, at most `most`.
usize line_length(BytesIO* b, ssize most) {
  std::string_view all = b->view();
  usize from = std::min(static_cast<usize>(b->pos), all.size());
  std::string_view rest = all.substr(from, most < 0 ? all.npos : static_cast<usize>(most));
  usize at = rest.find('\n');
  return at == rest.npos ? rest.size() : at + 1;
}

// --- methods ----------------------------------------------------------------------------------------------------

Status bytes_init(Thread& t, Value self, Value initial) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(held.take_again(t));
  TRY(check_exports(t, b));
  b->own.free();
  b->shared.clear(b);
  b->pos = 0;
  b->closed.store_relaxed(false);
  if (!given(initial)) return kDone;
  if (is_exact<Bytes>(initial)) {
    b->shared.store(b, initial);
    return kDone;
  }
  ByteSource bytes;
  TRY(bytes.get(t, initial));
  TRY(write_bytes(t, b, bytes.data(), bytes.size()));
  b->pos = 0;
  return kDone;
}
const NativeDef kInit = def<bytes_init>("BytesIO($self, initial_bytes=<unrepresentable>)", nullptr);
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

Result<Bytes> method_read(Thread& t, Value self, Value size) {
  ssize n = TRY(size_argument(t, size));
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  return take(t, b, n < 0 ? ~usize{0} : static_cast<usize>(n));
}
Result<Bytes> method_readline(Thread& t, Value self, Value size) {
  ssize n = TRY(size_argument(t, size));
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  return take(t, b, line_length(b, n));
}
Result<> bytes_next(Thread& t, Value self) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  usize n = line_length(b, -1);
  if (n == 0) return Result<>::absent();
  return Result<>(take(t, b, n));
}
Result<List> method_readlines(Thread& t, Value self, Value hint) {
  ssize most = TRY(size_argument(t, hint));
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  Local<List> lines(t, TRY(list_new(t)));
  ssize total = 0;
  while (usize n = line_length(b, -1)) {
    Local<Bytes> line(t, TRY(take(t, b, n)));
    TRY(list_append(t, lines, line.value()));
    total += static_cast<ssize>(n);
    if (most > 0 && total >= most) break;
  }
  return lines.give();
}
Result<> method_readinto(Thread& t, Value self, Value target) {
  BytesIO* b = bytes_of(self);
  TRY(check_open(t, b));
  BytesArgument room(t);
  TRY(room.get_writable(t, target));
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  std::string_view all = b->view();
  usize from = std::min(static_cast<usize>(b->pos), all.size());
  usize n = std::min(room.size(), all.size() - from);
  std::memmove(room.writable(), all.data() + from, n);  // it may be a view of this very object
  b->pos += static_cast<i64>(n);
  return int_from_u64(t, n);
}
Result<> method_write(Thread& t, Value self, Value data) {
  BytesIO* b = bytes_of(self);
  TRY(check_open(t, b));
  ByteSource bytes;
  TRY(bytes.get(t, data));
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  TRY(write_bytes(t, b, bytes.data(), bytes.size()));
  return int_from_u64(t, bytes.size());
}
Status method_writelines(Thread& t, Value self, Value lines) {
  TRY(check_open(t, bytes_of(self)));
  Local<> iterator(t, TRY(iterate(t, lines)));
  while (true) {
    Local<> line(t, TRY(next(t, iterator)));
    if (line.is_empty()) return kDone;
    Local<> n(t, TRY(method_write(t, self, line)));
  }
}

Result<> method_seek(Thread& t, Value self, Value position, i32 whence) {
  BytesIO* b = bytes_of(self);
  TRY(check_open(t, b));
  i64 to = TRY(offset_argument(t, position));
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  if (to < 0 && whence == 0) return raise(t, ValueError, "negative seek value {}", to);
  if (whence < 0 || whence > 2) return raise(t, ValueError, "invalid whence ({}, should be 0, 1 or 2)", whence);
  i64 base = whence == 0 ? 0 : whence == 1 ? b->pos : static_cast<i64>(b->view().size());
  if (to > INT64_MAX - base) return raise(t, OverflowError, "new position too large");
  b->pos = std::max<i64>(base + to, 0);
  return int_from_i64(t, b->pos);
}
Result<i64> method_tell(Thread& t, Value self) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  return b->pos;
}
Result<> method_truncate(Thread& t, Value self, Value size) {
  BytesIO* b = bytes_of(self);
  TRY(check_open(t, b));
  i64 n = is_none(size) ? -1 : TRY(offset_argument(t, size));
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  TRY(check_exports(t, b));
  if (is_none(size)) n = b->pos;
  if (n < 0) return raise(t, ValueError, "negative size value {}", n);
  if (static_cast<usize>(n) < b->view().size()) TRY(set_size(t, b, static_cast<usize>(n)));
  return int_from_i64(t, n);
}
Result<Bytes> method_getvalue(Thread& t, Value self) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  return content(t, b);
}
Status method_close(Thread& t, Value self) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(held.take_again(t));
  TRY(check_exports(t, b));
  b->own.free();
  b->shared.clear(b);
  b->closed.store_release(true);
  return kDone;
}
Status method_flush(Thread& t, Value self) { return check_open(t, bytes_of(self)); }
Result<bool> method_isatty(Thread& t, Value self) {
  TRY(check_open(t, bytes_of(self)));
  return false;
}
Result<bool> method_able(Thread& t, Value self) {
  TRY(check_open(t, bytes_of(self)));
  return true;
}
Result<> bytes_iter(Thread& t, Value self) {
  TRY(check_open(t, bytes_of(self)));
  return own(self);
}
u64 method_sizeof(Thread&, Value self) { return object_size(self.object()) + bytes_of(self)->own.capacity; }

// (content, position, __dict__ or None)
Result<> method_getstate(Thread& t, Value self) {
  BytesIO* b = bytes_of(self);
  Locked held(b->lock, b);
  TRY(begin(t, b, held));
  Local<Bytes> all(t, TRY(content(t, b)));
  Local<> pos(t, TRY(int_from_i64(t, b->pos)));
  Local<> dict(t, none());
  if (instance_attribute_count(b) > 0) {
    Local<Dict> copy(t, TRY(instance_dict_copy(t, b)));
    dict.set(copy.value());
  }
  return tuple_of(t, all, pos, dict);
}
Status method_setstate(Thread& t, Value self, Value state) {
  BytesIO* b = bytes_of(self);
  TRY(check_open(t, b));
  if (!is_a<Tuple>(state) || state.as<Tuple>()->size() < 3) {
    return raise(t, TypeError, "{!T}.__setstate__ argument should be 3-tuple, got {!T}", self, state);
  }
  Tuple* parts = state.as<Tuple>();
  Local<> initial(t, (*parts)[0]), position(t, (*parts)[1]), dict(t, (*parts)[2]);
  TRY(bytes_init(t, self, initial));
  if (!is_any_int(position)) {
    return raise(t, TypeError, "second item of state must be an integer, not {!T}", position.value());
  }
  i64 at = TRY(to_ssize(t, position));
  if (at < 0) return raise(t, ValueError, "position value cannot be negative");
  b->pos = at;
  if (is_none(dict)) return kDone;
  if (!is_a<Dict>(dict)) return raise(t, TypeError, "third item of state should be a dict, got a {!T}", dict.value());
  Local<Dict> own_dict(t, TRY(instance_dict(t, b)));
  return dict_update(t, own_dict, dict);
}

// --- getbuffer() ------------------------------------------------------------------------------------------------

struct BytesIOBuffer : Object {
  Slot<> source;
};
void buffer_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<BytesIOBuffer*>(o)->source); }
Status buffer_view(Thread& t, Value self, Buffer& view, u32 flags) {
  Local<> source(t, self.as<BytesIOBuffer>()->source.load(self.object()));
  BytesIO* b = bytes_of(source);
  Locked held(b->lock, b);
  TRY(held.take_again(t));
  TRY(make_own(t, b, 1));
  b->exports.fetch_add_relaxed(1);  // under the lock
  Status filled = buffer_fill_simple(t, self, view, b->own.data, b->own.size, false, flags);
  if (filled.is_error()) b->exports.fetch_sub_acq_rel(1);
  return filled;
}
void buffer_done(Thread&, Value self, Buffer&) {
  bytes_of(self.as<BytesIOBuffer>()->source.borrow())->exports.fetch_sub_acq_rel(1);
}
Result<> method_getbuffer(Thread& t, Value self) {
  TRY(check_open(t, bytes_of(self)));
  auto* buffer = new_object<BytesIOBuffer>(t, *g_io.bytes_buffer);
  if (buffer == nullptr) return kError;
  Local<> held(t, Result<>(own_new(buffer)));
  buffer->source.store(buffer, self);
  return call(t, Value(&memoryview_type), held);
}

// --- tables -----------------------------------------------------------------------------------------------------------

const NativeDef kMethods[] = {
    def<method_able>("readable($self, /)", "True."),
    def<method_able>("seekable($self, /)", "True."),
    def<method_able>("writable($self, /)", "True."),
    def<method_close>("close($self, /)", "Gives the memory back."),
    def<method_flush>("flush($self, /)", "Nothing to do."),
    def<method_isatty>("isatty($self, /)", "False."),
    def<method_tell>("tell($self, /)", "The position."),
    def<method_write>("write($self, b, /)", "Writes the bytes of b; gives their number."),
    def<method_writelines>("writelines($self, lines, /)", "Writes all of them."),
    def<method_read>("read($self, size=-1, /)", "At most size bytes, or all to the end."),
    def<method_read>("read1($self, size=-1, /)", "Likewise."),
    def<method_readinto>("readinto($self, buffer, /)", "Fills buffer; gives the number of bytes."),
    def<method_readline>("readline($self, size=-1, /)", "The bytes up to and with the next line end."),
    def<method_readlines>("readlines($self, size=None, /)", "A list of lines; stops when they have size bytes."),
    def<method_truncate>("truncate($self, size=None, /)", "Cuts the content to size bytes; default: the position."),
    def<method_seek>("seek($self, pos, whence=0, /)", "Moves to an offset; gives the new position."),
    def<method_getvalue>("getvalue($self, /)", "The whole content."),
    def<method_getbuffer>("getbuffer($self, /)", "A view of the content, which can be written."),
    def<method_getstate>("__getstate__($self, /)", nullptr),
    def<method_setstate>("__setstate__($self, state, /)", nullptr),
    def<method_sizeof>("__sizeof__($self, /)", nullptr),
};
const GetSetDef kGetSets[] = {
    {"closed", [](Thread&, Value v) -> Result<> { return boolean(bytes_of(v)->closed.load_acquire()); }, nullptr, "Is it closed?"}};
TypeDef kBytes = {
    .name = "_io.BytesIO",
    .doc = "A binary stream in memory.",
    .flags = kTypeBase,
    .size = sizeof(BytesIO),
    .slots = {.visit = bytes_visit, .destroy = bytes_destroy, .new_ = new_zeroed<BytesIO>, .init = init_slot,
              .iter = bytes_iter, .next = bytes_next},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(initial_bytes=b'')",
};
const TypeDef kBuffer = {
    .name = "_io._BytesIOBuffer",
    .flags = kTypeGcTracked,
    .size = sizeof(BytesIOBuffer),
    .slots = {.visit = buffer_visit, .get_buffer = buffer_view, .release_buffer = buffer_done},
};

}  // namespace

Status memory_types(Thread& t, Module* m) {
  kBytes.base = g_io.buffered_base;
  TRY(module_add_type(t, m, kBytes, &g_io.bytes));
  register_native(t, kInit, g_io.bytes);
  return module_add_type(t, m, kBuffer, &g_io.bytes_buffer);
}

}  // namespace taipan::io
