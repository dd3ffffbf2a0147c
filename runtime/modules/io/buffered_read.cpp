// Reading through the buffer.
#include <cstring>

#include "runtime/modules/io/buffered.h"

namespace taipan::io {

namespace {

std::string_view chars(const u8* p, i64 n) { return {reinterpret_cast<const char*>(p), static_cast<usize>(n)}; }

// Reads behind what is buffered. Bytes got, 0 at the end, or kWouldBlock.
Result<ssize> fill(Thread& t, Buffered* b) {
  ssize n = TRY(raw_read(t, b, b->data + b->end, static_cast<usize>(b->size - b->end)));
  if (n > 0) b->end += n;
  return n;
}
// Up to n buffered bytes, which are consumed.
usize take_buffered(Buffered* b, u8* to, usize n) {
  usize k = std::min(n, static_cast<usize>(b->readahead()));
  std::memcpy(to, b->data + b->pos, k);
  b->pos += static_cast<i64>(k);
  return k;
}
void reset(Buffered* b) { b->pos = b->end = 0; }

// The lock and the checks; readers of a BufferedRandom first write what waits.
Status begin(Thread& t, Buffered* b, Locked& held, const char* closed_text) {
  TRY(buffered_check(t, b));
  TRY(held.take(t));
  TRY(buffered_check_closed(t, b, closed_text));
  if (b->pending() > 0) [[unlikely]] return write_pending(t, b);
  return kDone;
}

Result<> join(Thread& t, Value first, Value second) {
  std::string_view a = first.as<Bytes>()->view(), b = second.as<Bytes>()->view();
  if (a.empty()) return own(second);
  Local<Bytes> all(t, TRY(bytes_allocate(t, a.size() + b.size())));
  std::memcpy(all->data(), a.data(), a.size());
  std::memcpy(all->data() + a.size(), b.data(), b.size());
  return Result<>(all.give());
}

// read(-1): what is buffered, and all the raw stream has.
Result<> read_all(Thread& t, Buffered* b) {
  Local<Bytes> have(t, TRY(bytes_from(t, chars(b->data + b->pos, b->readahead()))));
  reset(b);
  Local<> raw(t, TRY(buffered_raw(t, b)));
  if (is_exact_file(raw)) {
    Local<> rest(t, TRY(file_readall(t, raw.value().as<FileIO>())));
    b->raw_position = -1;
    if (!is_none(rest)) return join(t, have, rest);
    return have->size() ? Result<>(have.give()) : none();
  }
  b->raw_position = -1;
  Local<> readall(t, TRY(get_attribute_or_absent(t, raw, g_io.readall)));
  if (!readall.is_empty()) {
    Local<> rest(t, TRY(call(t, readall)));
    if (is_none(rest)) return have->size() ? Result<>(have.give()) : none();
    if (!is_a<Bytes>(rest)) return raise(t, TypeError, "readall() should return bytes");
    return join(t, have, rest);
  }
  ScopedBulk all;
  TRY(all.append(t, have->data(), have->size()));
  while (true) {
    Local<> chunk(t, TRY(call_method(t, raw, names().read)));
    if (!is_none(chunk) && !is_a<Bytes>(chunk)) return raise(t, TypeError, "read() should return bytes");
    if (is_none(chunk) || chunk.value().as<Bytes>()->size() == 0) {
      if (all.size == 0) return chunk.give();
      return bytes_from(t, chars(all.data, static_cast<i64>(all.size)));
    }
    TRY(all.append(t, chunk.value().as<Bytes>()->data(), chunk.value().as<Bytes>()->size()));
  }
}

// n bytes to `to`, through the buffer only where less than a buffer is wanted. Bytes got; kWouldBlock if none.
Result<ssize> read_exactly(Thread& t, Buffered* b, u8* to, usize n) {
  usize got = take_buffered(b, to, n);
  if (got == n) return static_cast<ssize>(got);
  reset(b);
  while (got < n) {
    usize left = n - got, whole = left - left % static_cast<usize>(b->size);
    ssize k;
    if (whole > 0) {
      k = TRY(raw_read(t, b, to + got, whole));
      if (k > 0) got += static_cast<usize>(k);
    } else {
      if (b->end == b->size) reset(b);
      k = TRY(fill(t, b));
      if (k > 0) got += take_buffered(b, to + got, left);
    }
    if (k == 0 || (k == kWouldBlock && got > 0)) break;
    if (k == kWouldBlock) return kWouldBlock;
  }
  return static_cast<ssize>(got);
}

constexpr usize kTrustedSize = 1 << 20;  // larger requests are not allocated before there are bytes

Result<> read_generic(Thread& t, Buffered* b, usize n) {
  if (n <= kTrustedSize) {
    Local<Bytes> out(t, TRY(bytes_allocate(t, n)));
    ssize got = TRY(read_exactly(t, b, out->data(), n));
    if (got == kWouldBlock) return none();
    if (static_cast<usize>(got) == n) return Result<>(out.give());
    return bytes_from(t, out->view().substr(0, static_cast<usize>(got)));
  }
  ScopedBulk all;
  while (all.size < n) {
    usize step = std::min(n - all.size, std::max(kTrustedSize, all.size));
    TRY(all.reserve(t, all.size + step));
    ssize got = TRY(read_exactly(t, b, all.data + all.size, step));
    if (got == kWouldBlock && all.size == 0) return none();
    if (got <= 0) break;
    all.size += static_cast<usize>(got);
    if (static_cast<usize>(got) < step) break;
  }
  return bytes_from(t, chars(all.data, static_cast<i64>(all.size)));
}

}  // namespace

Result<> buffered_read(Thread& t, Buffered* b, ssize n) {
  Locked held(b->lock, b);
  TRY(begin(t, b, held, "read of closed file"));
  if (n == -1) return read_all(t, b);
  if (n <= b->readahead()) {
    b->pos += n;
    return bytes_from(t, chars(b->data + b->pos - n, n));
  }
  return read_generic(t, b, static_cast<usize>(n));
}

Result<> buffered_read1(Thread& t, Buffered* b, ssize n) {
  Locked held(b->lock, b);
  TRY(begin(t, b, held, "read of closed file"));
  if (n < 0) n = b->size;
  if (n == 0) return bytes_from(t, {});
  if (b->readahead() > 0) {
    i64 k = std::min<i64>(n, b->readahead());
    b->pos += k;
    return bytes_from(t, chars(b->data + b->pos - k, k));
  }
  reset(b);
  // Straight into the result only where that saves a copy: small requests read ahead a whole buffer.
  if (n < b->size) {
    ssize got = TRY(fill(t, b));
    i64 k = std::min<i64>(n, std::max<ssize>(got, 0));
    b->pos += k;
    return bytes_from(t, chars(b->data, k));
  }
  Local<Bytes> out(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  ssize got = TRY(raw_read(t, b, out->data(), static_cast<usize>(n)));
  if (got == n) return Result<>(out.give());
  return bytes_from(t, out->view().substr(0, static_cast<usize>(std::max<ssize>(got, 0))));
}

Result<> buffered_peek(Thread& t, Buffered* b) {
  Locked held(b->lock, b);
  TRY(begin(t, b, held, "peek of closed file"));
  if (b->readahead() == 0) {
    reset(b);
    TRY(fill(t, b));
  }
  return bytes_from(t, chars(b->data + b->pos, b->readahead()));
}

Result<> buffered_readline(Thread& t, Buffered* b, ssize limit) {
  Locked held(b->lock, b);
  TRY(begin(t, b, held, "readline of closed file"));
  ScopedBulk line;  // what earlier fills gave
  while (true) {
    i64 room = limit >= 0 ? std::min<i64>(limit - static_cast<i64>(line.size), b->readahead()) : b->readahead();
    const u8* start = b->data + b->pos;
    const u8* newline = room ? static_cast<const u8*>(std::memchr(start, '\n', static_cast<usize>(room))) : nullptr;
    i64 n = newline ? newline + 1 - start : room;
    bool done = newline != nullptr || (limit >= 0 && static_cast<i64>(line.size) + n == limit);
    if (done && line.size == 0) {
      b->pos += n;
      return bytes_from(t, chars(start, n));
    }
    TRY(line.append(t, start, static_cast<usize>(n)));
    b->pos += n;
    if (done) break;
    reset(b);
    if (TRY(fill(t, b)) <= 0) break;
  }
  return bytes_from(t, chars(line.data, static_cast<i64>(line.size)));
}

Result<> buffered_readinto(Thread& t, Buffered* b, u8* to, usize n, bool once) {
  Locked held(b->lock, b);
  TRY(begin(t, b, held, "readinto of closed file"));
  usize got = take_buffered(b, to, n);
  if (got < n) {
    reset(b);
    while (got < n) {
      ssize k = 0;
      if (n - got > static_cast<usize>(b->size)) {
        k = TRY(raw_read(t, b, to + got, n - got));
        if (k > 0) got += static_cast<usize>(k);
      } else if (!(once && got > 0)) {
        if (b->end == b->size) reset(b);
        k = TRY(fill(t, b));
        if (k > 0) got += take_buffered(b, to + got, n - got);
      }
      if (k == kWouldBlock && got == 0) return none();
      if (k <= 0 || once) break;
    }
  }
  return int_from_u64(t, got);
}

}  // namespace taipan::io
