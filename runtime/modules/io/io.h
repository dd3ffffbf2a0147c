// What the files of _io share: the types, the interned names, checks, and byte arguments.
// Read first: README.md. One file pair a class; io_module.cpp has open() and the module.
// Everything here is in namespace taipan::io.
#pragma once
#include <string_view>

#include "runtime/native/def.h"
#include "runtime/object/buffer.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
struct Module;
}

namespace taipan::io {

inline constexpr i64 kDefaultBufferSize = 128 * 1024;
inline constexpr i64 kMaxBufferSize = 8 * 1024 * 1024;  // what open() asks for at most

#define TP_IO_NAMES(X)                                                                              \
  X(__fspath__) X(_dealloc_warn) X(_finalizing) X(_is_text_encoding) X(closed) X(decode) X(encode)  \
  X(getstate) X(incrementaldecoder) X(incrementalencoder) X(isatty) X(mode) X(newlines) X(peek)     \
  X(read1) X(readable) X(readall) X(readinto) X(readinto1) X(reset) X(seek) X(seekable) X(setstate) \
  X(take_bytes) X(tell) X(truncate) X(writable)

struct State {
  Type *io_base, *raw_base, *buffered_base, *text_base;
  Type *file, *bytes, *bytes_buffer, *reader, *writer, *random, *pair, *newline_decoder, *text, *string;
  Type* unsupported;   // io.UnsupportedOperation(OSError, ValueError)
#define X(name) Str* name;
  TP_IO_NAMES(X)
#undef X
  Str* closed_flag;    // '__IOBase_closed': in the __dict__ of what _IOBase.close() closed
};
extern State g_io;     // filled when the module is made, constant afterwards

// UnsupportedOperation(text); is the return value, as raise().
ErrorTag unsupported(Thread& t, const char* text);

// --- io_base.cpp ------------------------------------------------------------------------------------------
// self.closed, and ValueError if it is true.
Result<bool> is_closed(Thread& t, Value self);
Status check_closed(Thread& t, Value self);
// self.readable() and so on; UnsupportedOperation "File or stream is not readable." if that is not True.
Status check_readable(Thread& t, Value self);
Status check_writable(Thread& t, Value self);
Status check_seekable(Thread& t, Value self);
// __IOBase_closed is set; _IOBase.close() sets it.
Result<bool> base_closed(Thread& t, Value self);
Status base_close(Thread& t, Value self);
// The finaliser of every io object: close(), errors go to sys.unraisablehook.
void finalise(Thread& t, Value self);
Result<> cannot_pickle(Thread& t, Value self);  // __getstate__ of files
// After close() failed with `first` pending and cleanup failed too: the cleanup error, __context__ the first.
Status chain(Thread& t, Result<BaseException> first, Status second);

Status base_types(Thread& t, Module* m);  // exec functions, in this order
Status file_types(Thread& t, Module* m);
Status buffered_types(Thread& t, Module* m);
Status memory_types(Thread& t, Module* m);
Status text_types(Thread& t, Module* m);

// --- arguments ----------------------------------------------------------------------------------------------
// `size=-1`, None too: "argument should be integer or None, not 'str'".
Result<ssize> size_argument(Thread& t, Value v);
// An offset: __index__, OverflowError beyond 64 bits.
Result<i64> offset_argument(Thread& t, Value v);
// None or str: "open() argument 'encoding' must be str or None, not int". Without surrogates and, unless
// null_allowed, zero characters.
Status check_optional_text(Thread& t, Value v, const char* function, const char* name, bool null_allowed = false);
inline bool given(Value v) { return !v.is_empty() && !is_none(v); }

// Calls of __init__: the entry of a def, as an init slot.
inline Status init_with(Thread& t, const NativeDef& def, Value self, const Value* args, u32 nargs, Tuple* names) {
  Result<> r = def.entry(t, self, args, nargs, names);
  if (r.is_error()) return kError;
  drop(r);
  return kDone;
}
// new_ of every class here: a zeroed object; __init__ does the rest.
template <class T>
Result<> new_zeroed(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  T* o = new_object<T>(t, cls);
  if (o == nullptr) return kError;
  return Result<>::from_owned(own_new(o).word());
}

// Gives a class derived from object its __new__, as CPython's has none of its own (copyreg looks for it).
inline void use_object_new(Type& type) {
  type.slots.new_ = object_type.slots.new_;
  type.type_flags.fetch_and_acq_rel(~u32{kTypeNoInstantiation});
}

// The bytes of an argument, where they are; no Python code can move them while this lives (bytes never move,
// all else is held by an export).
class BytesArgument {
 public:
  explicit BytesArgument(Thread& t) : hold_(t) {}
  // "a bytes-like object is required, not 'int'"
  Status get(Value v) {
    if (is_a<Bytes>(v)) {
      data_ = v.as<Bytes>()->data();
      size_ = v.as<Bytes>()->size();
      return kDone;
    }
    TRY(hold_.get(v, kBufferSimple));
    data_ = hold_.data();
    size_ = hold_.size();
    return kDone;
  }
  // "readinto() argument must be read-write bytes-like object, not bytes"
  Status get_writable(Thread& t, Value v, const char* what = "readinto() argument") {
    if (has_buffer(v)) {
      if (!hold_.get(v, kBufferWritable).is_error()) {
        data_ = hold_.data();
        size_ = hold_.size();
        return kDone;
      }
      if (!error_matches(t, BufferError) && !error_matches(t, TypeError)) return kError;
      clear_error(t);
    }
    return raise(t, TypeError, "{} must be read-write bytes-like object, not {!T}", what, v);
  }
  const u8* data() const { return data_; }
  u8* writable() const { return const_cast<u8*>(data_); }
  usize size() const { return size_; }

 private:
  BufferHold hold_;
  const u8* data_ = nullptr;
  usize size_ = 0;
};

// Native memory that grows; freed with its owner or scope.
struct Bulk {
  u8* data = nullptr;
  usize size = 0;      // bytes in use
  usize capacity = 0;

  Status reserve(Thread& t, usize wanted);      // capacity >= wanted, doubling
  Status append(Thread& t, const void* bytes, usize n);
  void free();
  void swap(Bulk& other) {
    std::swap(data, other.data);
    std::swap(size, other.size);
    std::swap(capacity, other.capacity);
  }
};
struct ScopedBulk : Bulk {
  ScopedBulk() = default;
  ~ScopedBulk() { free(); }
  ScopedBulk(const ScopedBulk&) = delete;
};

}  // namespace taipan::io
