// Writing through the buffer.
#include <cstring>

#include "runtime/modules/io/buffered.h"
#include "runtime/types/exceptions.h"

namespace taipan::io {

namespace {

void put(Buffered* b, const u8* from, usize n) {
  std::memcpy(b->data + b->write_end, from, n);
  b->write_end += static_cast<i64>(n);
}
usize room(const Buffered* b) { return static_cast<usize>(b->size - b->write_end); }

// The raw stream takes no more for now. What fits into the buffer is accepted; the rest is the caller's, who
// learns from BlockingIOError.characters_written how much that is.
Status accept_part(Thread& t, Buffered* b, const u8* from, usize n, usize written) {
  std::memmove(b->data, b->data + b->write_pos, static_cast<usize>(b->pending()));
  b->write_end -= b->write_pos;
  b->write_pos = 0;
  usize k = std::min(room(b), n);
  put(b, from, k);
  if (k == n) return kDone;
  return raise_would_block(t, static_cast<i64>(written + k));
}

Status write_slow(Thread& t, Buffered* b, const u8* from, usize n) {
  Status flushed = write_pending(t, b);
  if (flushed.is_error()) {
    if (!error_matches(t, BlockingIOError)) return kError;
    clear_error(t);
    return accept_part(t, b, from, n, 0);
  }
  usize written = 0;
  while (n - written > static_cast<usize>(b->size)) {
    ssize k = TRY(raw_write(t, b, from + written, n - written));
    if (k == kWouldBlock) return accept_part(t, b, from + written, n - written, written);
    written += static_cast<usize>(k);
    TRY(safepoint(t));
  }
  put(b, from + written, n - written);
  return kDone;
}

}  // namespace

Status buffered_write(Thread& t, Buffered* b, const u8* from, usize n) {
  TRY(buffered_check(t, b));
  Locked held(b->lock, b);
  TRY(held.take(t));
  // Under the lock: otherwise another thread may close the file in between.
  if (b->data == nullptr || (!is_plainly_open(b) && TRY(buffered_closed(t, b)))) return raise(t, ValueError, "write to closed file");
  if (b->end != 0) [[unlikely]] TRY(drop_readahead(t, b));
  if (n <= room(b)) [[likely]] {
    put(b, from, n);
    return kDone;
  }
  return write_slow(t, b, from, n);
}

}  // namespace taipan::io
