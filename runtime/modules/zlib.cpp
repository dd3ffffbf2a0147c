// zlib: compression with Debian's zlib.
// A stream is used by one thread at a time: a flag, taken under the object's lock, says that it is busy, and who
// comes meanwhile gets an error rather than a wait (CPython makes him wait).
#include <zlib.h>

#include <cstring>

#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_error, *g_compress_type, *g_decompress_type;

ErrorTag zlib_error(Thread& t, const z_stream& z, int code, const char* doing) {
  if (code == Z_MEM_ERROR) return raise(t, MemoryError, "Out of memory while {}", doing);
  const char* why = code == Z_VERSION_ERROR ? "library version mismatch" : z.msg;
  if (why == nullptr) {
    why = code == Z_BUF_ERROR ? "incomplete or truncated stream" : code == Z_STREAM_ERROR ? "inconsistent stream state"
          : code == Z_DATA_ERROR ? "invalid input data" : nullptr;
  }
  if (why == nullptr) return raise(t, *g_error, "Error {} {}", code, doing);
  return raise(t, *g_error, "Error {} {}: {}", code, doing, why);
}

// Output that grows; not a Python object, so that streams run detached.
class Growing {
 public:
  ~Growing() {
    if (data_ != nullptr) buffer_free(data_, capacity_);
  }
  // Room for more output in z, at most up to `limit` bytes in all. False: no memory, or the limit is reached.
  bool more(Thread& t, z_stream* z, usize limit) {
    usize used = data_ == nullptr ? 0 : static_cast<usize>(z->next_out - data_);
    if (used >= limit) return false;
    usize wanted = std::min(limit, capacity_ == 0 ? usize{16384} : capacity_ * 2);
    if (used == capacity_) {
      void* fresh = data_ == nullptr ? buffer_allocate(t, wanted) : buffer_reallocate(t, data_, capacity_, wanted);
      if (fresh == nullptr) return no_memory_ = true, false;
      data_ = static_cast<u8*>(fresh);
      capacity_ = wanted;
    }
    z->next_out = data_ + used;
    z->avail_out = static_cast<uInt>(std::min<usize>(capacity_ - used, 1u << 30));
    return true;
  }
  bool no_memory() const { return no_memory_; }
  Result<Bytes> finish(Thread& t, const z_stream& z) const {
    usize n = data_ == nullptr ? 0 : static_cast<usize>(z.next_out - data_);
    return bytes_from(t, {reinterpret_cast<const char*>(data_), n});
  }

 private:
  u8* data_ = nullptr;
  usize capacity_ = 0;
  bool no_memory_ = false;
};

using Step = int (*)(z_stream*, int);

// Feeds all input through `step`; the last part with `flush`. Stops at the end of the stream, at an error (given
// back) or when `limit` bytes have come out. Input that is left over is in z.
int run(Thread& t, z_stream* z, Step step, const u8* data, usize n, int flush, usize limit, Growing* out) {
  Detached away(t);
  int code = Z_OK;
  z->next_in = const_cast<u8*>(data);
  const u8* end = data + n;
  do {
    usize left = static_cast<usize>(end - z->next_in);
    z->avail_in = static_cast<uInt>(std::min<usize>(left, 1u << 30));
    bool last = z->avail_in == left;
    do {
      if (!out->more(t, z, limit)) return out->no_memory() ? Z_MEM_ERROR : code;
      code = step(z, last ? flush : Z_NO_FLUSH);
      if (code == Z_NEED_DICT || code == Z_STREAM_END || (code < 0 && code != Z_BUF_ERROR)) return code;
    } while (z->avail_out == 0);
  } while (z->next_in != end);
  return code;
}

// --- whole texts -------------------------------------------------------------------------------------------------

Result<Bytes> zlib_compress(Thread& t, const ByteSource& data, Value level, Value wbits) {
  z_stream z = {};
  int l = level.is_empty() ? Z_DEFAULT_COMPRESSION : static_cast<int>(TRY(to_ssize(t, level)));
  int w = wbits.is_empty() ? MAX_WBITS : static_cast<int>(TRY(to_ssize(t, wbits)));
  int code = deflateInit2(&z, l, Z_DEFLATED, w, 8, Z_DEFAULT_STRATEGY);
  if (code == Z_MEM_ERROR) return raise(t, MemoryError, "Out of memory while compressing data");
  if (code == Z_STREAM_ERROR) return raise(t, *g_error, "Bad compression level");
  if (code != Z_OK) return zlib_error(t, z, code, "while compressing data");
  Growing out;
  code = run(t, &z, deflate, data.data(), data.size(), Z_FINISH, ~usize{0}, &out);
  deflateEnd(&z);
  if (code != Z_STREAM_END) return zlib_error(t, z, code, "while compressing data");
  return out.finish(t, z);
}

Result<Bytes> zlib_decompress(Thread& t, const ByteSource& data, Value wbits, Value bufsize) {
  if (!bufsize.is_empty() && TRY(to_ssize(t, bufsize)) < 0) return raise(t, ValueError, "bufsize must be non-negative");
  z_stream z = {};
  int w = wbits.is_empty() ? MAX_WBITS : static_cast<int>(TRY(to_ssize(t, wbits)));
  int code = inflateInit2(&z, w);
  if (code != Z_OK) return zlib_error(t, z, code, "while preparing to decompress data");
  Growing out;
  code = run(t, &z, inflate, data.data(), data.size(), Z_SYNC_FLUSH, ~usize{0}, &out);
  inflateEnd(&z);
  if (code == Z_OK) code = Z_BUF_ERROR;
  if (code != Z_STREAM_END) return zlib_error(t, z, code, "while decompressing data");
  return out.finish(t, z);
}

// --- streams ---------------------------------------------------------------------------------------------------------

struct Stream : Object {
  z_stream z;        // whoever has set busy
  Atomic<u32> busy;
  bool inflates, open, eof, needs_dict;
  Slot<Bytes> unused_data, unconsumed_tail, dictionary;
};
Stream* stream_of(Value v) { return v.as<Stream>(); }
void stream_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Stream*>(o);
  visit(s->unused_data, s->unconsumed_tail, s->dictionary);
}
void stream_destroy(Object* o) {
  auto* s = static_cast<Stream*>(o);
  if (s->open) (s->inflates ? inflateEnd : deflateEnd)(&s->z);
  drop_edges(o, stream_visit);
  free_object(o, object_size(o));
}

class Using {
 public:
  explicit Using(Stream* s) : s_(s) {
    u32 free = 0;
    ok_ = s->busy.cas_acquire(free, 1);
  }
  ~Using() {
    if (ok_) s_->busy.exchange_seq_cst(0);
  }
  Using(const Using&) = delete;
  Status check(Thread& t) {
    return ok_ ? Status(kDone) : raise(t, RuntimeError, "the stream is in use by another thread");
  }

 private:
  Stream* s_;
  bool ok_;
};

Result<> stream_make(Thread& t, Type* type, bool inflates) {
  auto* s = new_object<Stream>(t, *type);
  if (s == nullptr) return kError;
  Local<> held(t, Result<>::from_owned(own_new(s).word()));
  s->inflates = inflates;
  Local<Bytes> empty(t, TRY(bytes_from(t, {})));
  s->unused_data.store(s, empty.value());
  s->unconsumed_tail.store(s, empty.value());
  return held.give();
}

Result<int> int_or(Thread& t, Value v, int fallback) {
  if (v.is_empty()) return fallback;
  i64 x = TRY(to_ssize(t, v));
  if (x < INT32_MIN || x > INT32_MAX) return raise(t, OverflowError, "Python int too large to convert to C int");
  return static_cast<int>(x);
}

Result<> zlib_compressobj(Thread& t, Value level, Value method, Value wbits, Value memory, Value strategy, Value zdict) {
  int l = TRY(int_or(t, level, Z_DEFAULT_COMPRESSION)), m = TRY(int_or(t, method, Z_DEFLATED));
  int w = TRY(int_or(t, wbits, MAX_WBITS)), mem = TRY(int_or(t, memory, 8)), st = TRY(int_or(t, strategy, Z_DEFAULT_STRATEGY));
  Local<> held(t, TRY(stream_make(t, g_compress_type, false)));
  Stream* s = stream_of(held);
  int code = deflateInit2(&s->z, l, m, w, mem, st);
  if (code == Z_MEM_ERROR) return raise(t, MemoryError, "Can't allocate memory for compression object");
  if (code == Z_STREAM_ERROR) return raise(t, ValueError, "Invalid initialization option");
  if (code != Z_OK) return zlib_error(t, s->z, code, "while creating compression object");
  s->open = true;
  if (!zdict.is_empty()) {
    ByteSource d;
    TRY(d.get(t, zdict));
    code = deflateSetDictionary(&s->z, d.data(), static_cast<uInt>(d.size()));
    if (code == Z_STREAM_ERROR) return raise(t, ValueError, "Invalid dictionary");
    if (code != Z_OK) return raise(t, ValueError, "deflateSetDictionary()");
  }
  return held.give();
}

Result<> zlib_decompressobj(Thread& t, Value wbits, Value zdict) {
  int w = TRY(int_or(t, wbits, MAX_WBITS));
  Local<> held(t, TRY(stream_make(t, g_decompress_type, true)));
  Stream* s = stream_of(held);
  if (!zdict.is_empty()) {
    Local<Bytes> d(t, TRY(bytes_from_object(t, zdict)));
    s->dictionary.store(s, d.value());
  }
  int code = inflateInit2(&s->z, w);
  if (code == Z_STREAM_ERROR) return raise(t, ValueError, "Invalid initialization option");
  if (code == Z_MEM_ERROR) return raise(t, MemoryError, "Can't allocate memory for decompression object");
  if (code != Z_OK) return zlib_error(t, s->z, code, "while creating decompression object");
  s->open = true;
  Bytes* d = s->dictionary.borrow();
  if (d != nullptr && d->size() > 0 && w < 0) {
    code = inflateSetDictionary(&s->z, d->data(), static_cast<uInt>(d->size()));
    if (code != Z_OK) return zlib_error(t, s->z, code, "while setting zdict");
  }
  return held.give();
}

Result<Bytes> compress_compress(Thread& t, Value self, const ByteSource& data) {
  Stream* s = stream_of(self);
  Using use(s);
  TRY(use.check(t));
  Growing out;
  int code = s->open ? run(t, &s->z, deflate, data.data(), data.size(), Z_NO_FLUSH, ~usize{0}, &out) : Z_STREAM_ERROR;
  if (code != Z_OK && code != Z_BUF_ERROR) return zlib_error(t, s->z, code, "while compressing data");
  return out.finish(t, s->z);
}
Result<Bytes> compress_flush(Thread& t, Value self, Value mode_value) {
  int mode = TRY(int_or(t, mode_value, Z_FINISH));
  if (mode == Z_NO_FLUSH) return bytes_from(t, {});
  Stream* s = stream_of(self);
  Using use(s);
  TRY(use.check(t));
  Growing out;
  u8 nothing = 0;
  int code = s->open ? run(t, &s->z, deflate, &nothing, 0, mode, ~usize{0}, &out) : Z_STREAM_ERROR;
  if (code == Z_STREAM_END && mode == Z_FINISH) {
    deflateEnd(&s->z);
    s->open = false;
  } else if (code != Z_OK && code != Z_BUF_ERROR) {
    return zlib_error(t, s->z, code, "while flushing");
  }
  return out.finish(t, s->z);
}

Result<> stream_copy(Thread& t, Value self) {
  Stream* s = stream_of(self);
  Using use(s);
  TRY(use.check(t));
  Local<> held(t, TRY(stream_make(t, &type_of(self), s->inflates)));
  Stream* copy = stream_of(held);
  int code = s->open ? (s->inflates ? inflateCopy : deflateCopy)(&copy->z, &s->z) : Z_STREAM_ERROR;
  if (code == Z_STREAM_ERROR) return raise(t, ValueError, "Inconsistent stream state");
  if (code == Z_MEM_ERROR) return raise(t, MemoryError, "Can't allocate memory for the copy");
  copy->open = true;
  copy->eof = s->eof;
  copy->unused_data.store(copy, Value(s->unused_data.borrow()));
  copy->unconsumed_tail.store(copy, Value(s->unconsumed_tail.borrow()));
  if (s->dictionary.borrow() != nullptr) copy->dictionary.store(copy, Value(s->dictionary.borrow()));
  return held.give();
}
Result<> stream_deepcopy(Thread& t, Value self, Value) { return stream_copy(t, self); }

// What was not used goes where it belongs: behind the end of the stream, or for the next call.
Status keep_rest(Thread& t, Stream* s, int code, const u8* end) {
  std::string_view rest(reinterpret_cast<const char*>(s->z.next_in), static_cast<usize>(end - s->z.next_in));
  if (code == Z_STREAM_END) {
    s->eof = true;
    if (!rest.empty()) {
      Local<Bytes> old(t, s->unused_data.load(s));
      Local<Bytes> all(t, TRY(bytes_allocate(t, old->size() + rest.size())));
      std::memcpy(all->data(), old->data(), old->size());
      std::memcpy(all->data() + old->size(), rest.data(), rest.size());
      s->unused_data.store(s, all.value());
    }
    rest = {};
  }
  Local<Bytes> tail(t, TRY(bytes_from(t, rest)));
  s->unconsumed_tail.store(s, tail.value());
  return kDone;
}

Result<Bytes> inflate_some(Thread& t, Stream* s, const u8* data, usize n, int flush, usize limit) {
  Growing out;
  int code = Z_OK;
  const u8* end = data + n;
  s->z.next_in = const_cast<u8*>(data);
  if (s->eof) {
    code = Z_STREAM_END;
  } else {
    code = run(t, &s->z, inflate, data, n, flush, limit, &out);
    if (code == Z_NEED_DICT && s->dictionary.borrow() != nullptr) {
      Bytes* d = s->dictionary.borrow();
      code = inflateSetDictionary(&s->z, d->data(), static_cast<uInt>(d->size()));
      if (code != Z_OK) return zlib_error(t, s->z, code, "while setting zdict");
      const u8* from = s->z.next_in;
      code = run(t, &s->z, inflate, from, static_cast<usize>(end - from), flush, limit, &out);
    }
  }
  if (code != Z_OK && code != Z_BUF_ERROR && code != Z_STREAM_END) {
    return zlib_error(t, s->z, code, "while decompressing data");
  }
  Local<Bytes> result(t, s->eof ? TRY(bytes_from(t, {})) : TRY(out.finish(t, s->z)));
  TRY(keep_rest(t, s, code, end));
  return result.give();
}

Result<Bytes> decompress_decompress(Thread& t, Value self, const ByteSource& data, ssize max_length) {
  if (max_length < 0) return raise(t, ValueError, "max_length must be non-negative");
  Stream* s = stream_of(self);
  Using use(s);
  TRY(use.check(t));
  return inflate_some(t, s, data.data(), data.size(), Z_SYNC_FLUSH, max_length == 0 ? ~usize{0} : static_cast<usize>(max_length));
}
Result<Bytes> decompress_flush(Thread& t, Value self, Value length) {
  if (!length.is_empty() && TRY(to_ssize(t, length)) <= 0) {
    return raise(t, ValueError, "length must be greater than zero");
  }
  Stream* s = stream_of(self);
  Using use(s);
  TRY(use.check(t));
  Local<Bytes> tail(t, s->unconsumed_tail.load(s));
  return inflate_some(t, s, tail->data(), tail->size(), Z_FINISH, ~usize{0});
}

Result<> get_unused(Thread& t, Value self) { return stream_of(self)->unused_data.load(self.object()); }
Result<> get_tail(Thread& t, Value self) { return stream_of(self)->unconsumed_tail.load(self.object()); }
Result<> get_eof(Thread& t, Value self) { return to_result(t, stream_of(self)->eof); }

const NativeDef kCompressMethods[] = {
    def<compress_compress>("compress($self, data, /)", "Compressed data so far."),
    def<compress_flush>("flush($self, mode=zlib.Z_FINISH, /)", "What is left."),
    def<stream_copy>("copy($self, /)", "A copy of the state."),
    def<stream_copy>("__copy__($self, /)", "A copy of the state."),
    def<stream_deepcopy>("__deepcopy__($self, memo, /)", "A copy of the state."),
};
const NativeDef kDecompressMethods[] = {
    def<decompress_decompress>("decompress($self, data, /, max_length=0)", "Decompressed data so far."),
    def<decompress_flush>("flush($self, length=zlib.DEF_BUF_SIZE, /)", "What is left."),
    def<stream_copy>("copy($self, /)", "A copy of the state."),
    def<stream_copy>("__copy__($self, /)", "A copy of the state."),
    def<stream_deepcopy>("__deepcopy__($self, memo, /)", "A copy of the state."),
};
const GetSetDef kDecompressGetSets[] = {
    {"unused_data", get_unused, nullptr, "Data behind the end of the stream."},
    {"unconsumed_tail", get_tail, nullptr, "Data that max_length kept from being used."},
    {"eof", get_eof, nullptr, "Has the end of the stream been seen?"},
};
const TypeDef kCompressDef = {.name = "zlib.Compress", .flags = kTypeImmutable | kTypeNoInstantiation | kTypeGcTracked,
                              .size = sizeof(Stream), .slots = {.visit = stream_visit, .destroy = stream_destroy},
                              .methods = kCompressMethods};
const TypeDef kDecompressDef = {.name = "zlib.Decompress", .flags = kTypeImmutable | kTypeNoInstantiation | kTypeGcTracked,
                                .size = sizeof(Stream), .slots = {.visit = stream_visit, .destroy = stream_destroy},
                                .methods = kDecompressMethods, .getsets = kDecompressGetSets};

// --- checksums -------------------------------------------------------------------------------------------------------

template <uLong (*kSum)(uLong, const Bytef*, uInt)>
Result<u32> checksum(Thread& t, const ByteSource& data, Value start) {
  Local<> i(t, TRY(to_index(t, start)));
  uLong sum = static_cast<u32>(int_low_bits(i));
  const u8* p = data.data();
  for (usize n = data.size(); n > 0;) {
    uInt part = static_cast<uInt>(std::min<usize>(n, 1u << 30));
    sum = kSum(sum, p, part);
    p += part;
    n -= part;
  }
  return static_cast<u32>(sum);
}
template <uLong (*kCombine)(uLong, uLong, z_off_t)>
Result<u32> combine(Thread& t, Value a, Value b, i64 length) {
  Local<> x(t, TRY(to_index(t, a))), y(t, TRY(to_index(t, b)));
  return static_cast<u32>(kCombine(static_cast<u32>(int_low_bits(x)), static_cast<u32>(int_low_bits(y)), length));
}

const NativeDef kFunctions[] = {
    def<checksum<::adler32>>("adler32($module, data, value=1, /)", "Adler-32 checksum."),
    def<checksum<::crc32>>("crc32($module, data, value=0, /)", "CRC-32 checksum."),
    def<combine<::adler32_combine>>("adler32_combine($module, adler1, adler2, len2, /)", "The checksum of two texts in a row."),
    def<combine<::crc32_combine>>("crc32_combine($module, crc1, crc2, len2, /)", "The checksum of two texts in a row."),
    def<zlib_compress>("compress($module, data, /, level=Z_DEFAULT_COMPRESSION, wbits=MAX_WBITS)", "Compressed data."),
    def<zlib_decompress>("decompress($module, data, /, wbits=MAX_WBITS, bufsize=DEF_BUF_SIZE)", "Decompressed data."),
    def<zlib_compressobj>("compressobj($module, /, level=Z_DEFAULT_COMPRESSION, method=DEFLATED, wbits=MAX_WBITS, "
                          "memLevel=DEF_MEM_LEVEL, strategy=Z_DEFAULT_STRATEGY, zdict=<unrepresentable>)",
                          "Compresses piece by piece."),
    def<zlib_decompressobj>("decompressobj($module, /, wbits=MAX_WBITS, zdict=b'')", "Decompresses piece by piece."),
};
const ConstantDef kConstants[] = {
    int_constant("MAX_WBITS", MAX_WBITS), int_constant("DEFLATED", Z_DEFLATED), int_constant("DEF_MEM_LEVEL", 8),
    int_constant("DEF_BUF_SIZE", 16384), int_constant("Z_NO_COMPRESSION", 0), int_constant("Z_BEST_SPEED", 1),
    int_constant("Z_BEST_COMPRESSION", 9), int_constant("Z_DEFAULT_COMPRESSION", -1), int_constant("Z_FILTERED", 1),
    int_constant("Z_HUFFMAN_ONLY", 2), int_constant("Z_RLE", 3), int_constant("Z_FIXED", 4),
    int_constant("Z_DEFAULT_STRATEGY", 0), int_constant("Z_NO_FLUSH", 0), int_constant("Z_PARTIAL_FLUSH", 1),
    int_constant("Z_SYNC_FLUSH", 2), int_constant("Z_FULL_FLUSH", 3), int_constant("Z_FINISH", 4), int_constant("Z_BLOCK", 5),
    int_constant("Z_TREES", 6), text_constant("ZLIB_VERSION", ZLIB_VERSION)};

Status zlib_exec(Thread& t, Module* m) {
  TRY(module_add_exception(t, m, "error", Exception, &g_error));
  Local<Type> compress(t, TRY(type_from_def(t, kCompressDef))), decompress(t, TRY(type_from_def(t, kDecompressDef)));
  g_compress_type = compress.get();
  g_decompress_type = decompress.get();
  Local<Str> version(t, TRY(str_from_ascii(t, zlibVersion())));
  return module_add(t, m, "ZLIB_RUNTIME_VERSION", version);
}

}  // namespace

extern const ModuleDef zlib_module_def;
const ModuleDef zlib_module_def = {"zlib", "Compression as gzip and zip have it.", kFunctions, kConstants, zlib_exec};

}  // namespace taipan
