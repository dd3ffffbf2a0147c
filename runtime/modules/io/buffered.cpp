// What the three classes share: the raw stream, positions, flushing, closing.
#include "runtime/modules/io/buffered.h"

#include <cerrno>
#include <cstring>
#include <unistd.h>

#include "runtime/types/exceptions.h"

namespace taipan::io {

Status buffered_raise_unusable(Thread& t, Buffered* b) {
  return raise(t, ValueError, b->detached.load_acquire() ? "raw stream has been detached" : "I/O operation on uninitialized object");
}

Result<bool> buffered_closed(Thread& t, Buffered* b) {
  TRY(buffered_check(t, b));
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (is_exact_file(raw)) return !raw.value().as<FileIO>()->is_open();
  return is_closed(t, raw);
}

Status buffered_check_closed(Thread& t, Buffered* b, const char* text) {
  if (b->data != nullptr && is_plainly_open(b)) [[likely]] return kDone;
  bool closed = b->data == nullptr || TRY(buffered_closed(t, b));
  if (closed && b->readahead() == 0) return raise(t, ValueError, "{}", text);
  return kDone;
}

ErrorTag raise_would_block(Thread& t, i64 written) {
  Local<Str> text(t, TRY(str_from_ascii(t, "write could not complete without blocking")));
  Local<> count(t, TRY(int_from_i64(t, written)));
  Local<> error(t, TRY(call(t, Value(&BlockingIOError), Value::small_int(EAGAIN), text, count)));
  return raise_object(t, error);
}

// --- the raw stream ------------------------------------------------------------------------------------------

// The answer of a raw stream's readinto() or write(): a count of at most n, or None.
static Result<ssize> raw_count(Thread& t, Value answer, usize n, const char* method) {
  if (is_none(answer)) return kWouldBlock;
  Result<ssize> count = to_ssize(t, answer);
  if (count.is_error() && method[0] == 'w') {
    clear_error(t);
    count = ssize{-1};
  } else if (count.is_error()) {
    if (!error_matches(t, TypeError) && !error_matches(t, OverflowError)) return kError;
    Local<BaseException> cause(t, take_error(t));
    (void)raise(t, OSError, "raw {}() failed", method);
    Local<BaseException> error(t, take_error(t));
    TRY(exception_set_cause(t, error, cause));
    exception_set_context(error, cause);
    return raise_object(t, error);
  }
  if (count.take() < 0 || static_cast<usize>(count.take()) > n) {
    return raise(t, OSError, "raw {}() returned invalid length {} (should have been between 0 and {})", method,
                 count.take(), n);
  }
  return count;
}

static Result<ssize> python_readinto(Thread& t, Buffered* b, Value raw, u8* to, usize n) {
  // The stream may keep what it is given: it gets a bytearray, not this object's memory.
  Local<> room(t);
  if (static_cast<i64>(n) == b->size && !b->scratch.is_empty()) {
    room.set(b->scratch.load(b));
  } else {
    Local<> count(t, TRY(int_from_u64(t, n)));
    room.set(TRY(call(t, Value(&bytearray_type), count)));
    if (static_cast<i64>(n) == b->size) b->scratch.store(b, room.value());
  }
  Local<> view(t, TRY(call(t, Value(&memoryview_type), room)));
  Local<> answer(t, TRY(call_method(t, raw, g_io.readinto, view)));
  ssize count = TRY(raw_count(t, answer, n, "readinto"));
  if (count > 0) {
    BytesArgument bytes(t);
    TRY(bytes.get(room));
    std::memcpy(to, bytes.data(), std::min(static_cast<usize>(count), bytes.size()));
  }
  return count;
}

Result<ssize> raw_read(Thread& t, Buffered* b, u8* to, usize n) {
  Local<> raw(t, TRY(buffered_raw(t, b)));
  ssize count = is_exact_file(raw) ? TRY(file_read(t, raw.value().as<FileIO>(), to, n))
                                   : TRY(python_readinto(t, b, raw, to, n));
  if (count > 0 && b->raw_position != -1) b->raw_position += count;
  return count;
}

Result<ssize> raw_write(Thread& t, Buffered* b, const u8* from, usize n) {
  Local<> raw(t, TRY(buffered_raw(t, b)));
  ssize count;
  if (is_exact_file(raw)) {
    count = TRY(file_write(t, raw.value().as<FileIO>(), from, n));
  } else {
    // A copy: the stream may keep it.
    Local<Bytes> bytes(t, TRY(bytes_from(t, {reinterpret_cast<const char*>(from), n})));
    Local<> view(t, TRY(call(t, Value(&memoryview_type), bytes)));
    Local<> answer(t, TRY(call_method(t, raw, names().write, view)));
    count = TRY(raw_count(t, answer, n, "write"));
  }
  if (count > 0 && b->raw_position != -1) b->raw_position += count;
  return count;
}

static Result<i64> position_answer(Thread& t, Value answer) {
  i64 at = TRY(to_ssize(t, answer));
  if (at < 0) return raise(t, OSError, "Raw stream returned invalid position {}", at);
  return at;
}

Result<i64> raw_seek(Thread& t, Buffered* b, i64 target, int whence) {
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (is_exact_file(raw)) {
    b->raw_position = TRY(file_seek(t, raw.value().as<FileIO>(), target, whence));
    return b->raw_position;
  }
  Local<> offset(t, TRY(int_from_i64(t, target)));
  Local<> answer(t, TRY(call_method(t, raw, g_io.seek, offset, Value::small_int(whence))));
  b->raw_position = -1;
  b->raw_position = TRY(position_answer(t, answer));
  return b->raw_position;
}

Result<i64> raw_tell(Thread& t, Buffered* b) {
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (is_exact_file(raw)) {
    b->raw_position = TRY(file_seek(t, raw.value().as<FileIO>(), 0, SEEK_CUR));
    return b->raw_position;
  }
  Local<> answer(t, TRY(call_method(t, raw, g_io.tell)));
  b->raw_position = TRY(position_answer(t, answer));
  return b->raw_position;
}

// --- flushing --------------------------------------------------------------------------------------------------

Status write_pending(Thread& t, Buffered* b) {
  while (b->pending() > 0) {
    ssize n = TRY(raw_write(t, b, b->data + b->write_pos, static_cast<usize>(b->pending())));
    if (n == kWouldBlock) return raise_would_block(t, 0);
    b->write_pos += n;
    TRY(safepoint(t));  // a short write may mean that a signal came
  }
  b->write_pos = b->write_end = 0;
  return kDone;
}

Status drop_readahead(Thread& t, Buffered* b) {
  if (b->readahead() != 0) TRY(raw_seek(t, b, -b->readahead(), SEEK_CUR));
  b->pos = b->end = 0;
  return kDone;
}

Status flush_and_rewind(Thread& t, Buffered* b) {
  TRY(write_pending(t, b));
  return b->readable ? drop_readahead(t, b) : kDone;
}

Status buffered_flush(Thread& t, Buffered* b) {
  TRY(buffered_check(t, b));
  Locked held(b->lock, b);
  TRY(held.take(t));
  TRY(buffered_check_closed(t, b, "flush of closed file"));
  return flush_and_rewind(t, b);
}

// --- positions ---------------------------------------------------------------------------------------------------

Result<i64> buffered_tell(Thread& t, Buffered* b) {
  TRY(buffered_check(t, b));
  Locked held(b->lock, b);
  TRY(held.take(t));
  i64 at = TRY(raw_tell(t, b)) - b->readahead() + b->pending();
  return std::max<i64>(at, 0);  // somebody else may have moved the descriptor
}

Result<i64> buffered_seek(Thread& t, Buffered* b, i64 target, int whence) {
  Locked held(b->lock, b);
  TRY(held.take(t));
  TRY(buffered_check(t, b));
  if ((whence == SEEK_SET || whence == SEEK_CUR) && b->readable && b->pending() == 0 && b->end > 0) {
    // Inside what was read?
    i64 raw = b->raw_position != -1 ? b->raw_position : TRY(raw_tell(t, b));
    i64 here = raw - b->readahead();
    i64 offset = whence == SEEK_SET ? target - here : target;
    // A device may claim to stand at 0 always: then the answer is the raw stream's.
    if (offset >= -b->pos && offset <= b->readahead() && here + offset >= 0) {
      b->pos += offset;
      return here + offset;
    }
  }
  TRY(write_pending(t, b));
  if (whence == SEEK_CUR) target -= b->readahead();
  i64 at = TRY(raw_seek(t, b, target, whence));
  b->pos = b->end = 0;
  return at;
}

// --- closing --------------------------------------------------------------------------------------------------------

Status buffered_close(Thread& t, Value self) {
  Buffered* b = buffered_of(self);
  TRY(buffered_check(t, b));
  {
    Locked held(b->lock, b);
    TRY(held.take(t));
    if (TRY(buffered_closed(t, b))) return kDone;
  }
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (b->finalizing.load_relaxed()) {
    Result<> warned = call_method(t, raw, g_io._dealloc_warn, self);
    if (warned.is_error()) {
      clear_error(t);
    } else {
      drop(warned);
    }
  }
  // Through the attribute, which a subclass may have; flush() takes the lock itself.
  Local<BaseException> error(t);
  Result<> flushed = call_method(t, self, names().flush);
  if (flushed.is_error()) {
    error.set(take_error(t));
  } else {
    drop(flushed);
  }
  Status closed = kDone;
  {
    Locked held(b->lock, b);
    closed = held.take(t);
    if (!closed.is_error()) {
      Result<> r = call_method(t, raw, names().close);
      if (r.is_error()) {
        closed = kError;
      } else {
        drop(r);
      }
      if (b->data) buffer_free(b->data, static_cast<usize>(b->size));
      b->data = nullptr;
      b->pos = b->end = b->write_pos = b->write_end = 0;
    }
  }
  if (error.is_empty()) return closed;
  return chain(t, error.give(), closed);
}

}  // namespace taipan::io
