// Error handlers of codecs, as an encoder or decoder uses them: the common ones natively, the others
// through the registry, with the exception object that Python code expects.
#pragma once
#include "runtime/types/bytes_methods.h"
#include "runtime/types/exceptions.h"

namespace taipan {

// Bytes that grow.
class ByteBuffer {
 public:
  explicit ByteBuffer(Thread& t) : t_(t) {}
  ~ByteBuffer() {
    if (data_ != nullptr) buffer_free(data_, capacity_);
  }
  ByteBuffer(const ByteBuffer&) = delete;
  // Room for n bytes, which the caller fills in: they count from now on.
  Result<u8*> extend(usize n);
  Status append(const u8* data, usize n);
  Status append_byte(u8 c) { return append(&c, 1); }
  usize size() const { return size_; }
  Result<Bytes> finish() const { return bytes_from(t_, {reinterpret_cast<const char*>(data_), size_}); }

 private:
  Thread& t_;
  u8* data_ = nullptr;
  usize size_ = 0, capacity_ = 0;
};

enum class ErrorPolicy : u8 {
  Strict, Ignore, Replace, BackslashReplace, XmlCharRefReplace, NameReplace, SurrogateEscape, SurrogatePass, Other
};
ErrorPolicy error_policy(const char* errors);

// One encoding operation's errors.
class EncodeErrors {
 public:
  EncodeErrors(Thread& t, const char* encoding, Str* text, const char* errors)
      : t_(t), encoding_(encoding), text_(text), errors_(errors), policy_(error_policy(errors)), exception_(t),
        handler_(t), replacement_(t) {}

  // The characters [start, end) cannot be encoded: asks the handler for a replacement, a str or bytes.
  Status handle(usize start, usize end, const char* reason);
  Value replacement() const { return replacement_; }
  usize next() const { return next_; }  // where encoding goes on
  ErrorTag raise(usize start, usize end, const char* reason);
  ErrorPolicy policy() const { return policy_; }

 private:
  Thread& t_;
  const char* encoding_;
  Str* text_;
  const char* errors_;
  ErrorPolicy policy_;
  Local<> exception_, handler_, replacement_;
  usize next_ = 0;
};

// One decoding operation's errors. A handler may exchange the input: read it from here.
class DecodeErrors {
 public:
  DecodeErrors(Thread& t, const char* encoding, std::string_view bytes, const char* errors)
      : t_(t), encoding_(encoding), bytes_(bytes), errors_(errors), policy_(error_policy(errors)), exception_(t),
        handler_(t), input_(t) {}

  const u8* data() const { return reinterpret_cast<const u8*>(bytes_.data()); }
  usize size() const { return bytes_.size(); }
  // The bytes [start, end) are bad: writes the replacement; next() is where decoding goes on.
  Status handle(usize start, usize end, const char* reason, StrBuilder& out);
  usize next() const { return next_; }

 private:
  Status call_handler(usize start, usize end, const char* reason, StrBuilder& out);
  Thread& t_;
  const char* encoding_;
  std::string_view bytes_;
  const char* errors_;
  ErrorPolicy policy_;
  Local<> exception_, handler_, input_;
  usize next_ = 0;
};

// The native handlers as Python functions call them: handler(exception) -> (replacement, position).
Result<> call_native_handler(Thread& t, ErrorPolicy policy, Value exception);

}  // namespace taipan
