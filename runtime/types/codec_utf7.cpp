// UTF-7 (RFC 2152): ASCII with runs of modified base64 of UTF-16.
#include "runtime/base/utf8.h"
#include "runtime/object/error.h"
#include "runtime/types/codec.h"
#include "runtime/types/codec_errors.h"

namespace taipan {

namespace {

constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

int digit_value(u8 c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// May it stand for itself? All ASCII but '+', '\', '~' and the controls other than space, tab and newlines.
bool is_direct(char32_t c) {
  if (c == '+' || c == '\\' || c == '~' || c >= 0x7f) return false;
  return c >= 0x20 || c == '\t' || c == '\n' || c == '\r';
}

class Shift {  // the bits of a base64 run
 public:
  explicit Shift(ByteBuffer& out) : out_(out) {}
  Status put_unit(u32 unit) {
    bits_ = bits_ << 16 | unit;
    count_ += 16;
    while (count_ >= 6) {
      count_ -= 6;
      TRY(out_.append_byte(static_cast<u8>(kDigits[bits_ >> count_ & 63])));
    }
    return kDone;
  }
  Status finish() {
    if (count_ != 0) TRY(out_.append_byte(static_cast<u8>(kDigits[bits_ << (6 - count_) & 63])));
    bits_ = count_ = 0;
    return kDone;
  }

 private:
  ByteBuffer& out_;
  u32 bits_ = 0, count_ = 0;
};

class Utf7Decoder {
 public:
  Utf7Decoder(Thread& t, std::string_view bytes, const char* errors, bool final)
      : errors_(t, "utf7", bytes, errors), out_(t), final_(final) {}

  Result<Str> run(usize* consumed) {
    while (at_ < errors_.size()) {
      u8 c = errors_.data()[at_];
      if (shifted_) {
        TRY(step_shifted(c));
      } else if (c == '+') {
        TRY(begin_shift());
      } else if (c < 0x80) {
        ++at_;
        TRY(out_.append_char(c));
      } else {
        TRY(fail(at_, at_ + 1, "unexpected special character"));
      }
      if (at_ >= errors_.size() && shifted_ && final_) {
        // Left over at the very end: half a pair, six bits or more, or bits that are not zero.
        if (surrogate_ != 0 || count_ >= 6 || (count_ > 0 && bits_ != 0)) {
          TRY(fail(run_start_, errors_.size(), "unterminated shift sequence"));
        } else {
          shifted_ = false;
        }
      }
    }
    if (consumed != nullptr) {
      *consumed = at_;
      if (shifted_) {  // the run is read again, with what follows it
        *consumed = run_start_;
        Local<Str> all(t(), TRY(out_.finish()));
        return str_substring(t(), all, 0, run_output_);
      }
    }
    return out_.finish();
  }

 private:
  Thread& t() { return Thread::current(); }

  Status fail(usize start, usize end, const char* reason) {
    shifted_ = false;
    surrogate_ = 0;
    TRY(errors_.handle(start, end, reason, out_));
    at_ = errors_.next();
    return kDone;
  }

  Status begin_shift() {
    run_start_ = at_++;
    run_output_ = out_.length();
    if (at_ < errors_.size()) {
      u8 c = errors_.data()[at_];
      if (c == '-') {
        ++at_;
        return out_.append_char('+');
      }
      if (digit_value(c) < 0) return fail(run_start_, at_ + 1, "ill-formed sequence");
    }
    shifted_ = true;
    bits_ = count_ = surrogate_ = 0;
    return kDone;
  }

  Status put_unit(char32_t unit) {
    if (surrogate_ != 0) {
      char32_t high = surrogate_;
      surrogate_ = 0;
      if (is_low_surrogate(unit)) return out_.append_char(join_surrogates(high, unit));
      TRY(out_.append_char(high));
    }
    if (is_high_surrogate(unit)) {
      surrogate_ = unit;
      return kDone;
    }
    return out_.append_char(unit);
  }

  Status step_shifted(u8 c) {
    int digit = digit_value(c);
    if (digit >= 0) {
      ++at_;
      bits_ = bits_ << 6 | static_cast<u32>(digit);
      count_ += 6;
      if (count_ < 16) return kDone;
      count_ -= 16;
      char32_t unit = bits_ >> count_ & 0xffff;
      bits_ &= (1u << count_) - 1;
      return put_unit(unit);
    }
    if (count_ >= 6) return fail(run_start_, at_ + 1, "partial character in shift sequence");
    if (count_ > 0 && bits_ != 0) return fail(run_start_, at_ + 1, "non-zero padding bits in shift sequence");
    if (surrogate_ != 0) {
      TRY(out_.append_char(surrogate_));
      surrogate_ = 0;
    }
    shifted_ = false;
    if (c == '-') ++at_;  // else it is read as itself
    return kDone;
  }

  DecodeErrors errors_;
  StrBuilder out_;
  bool final_;
  bool shifted_ = false;
  usize at_ = 0, run_start_ = 0, run_output_ = 0;
  u32 bits_ = 0, count_ = 0;
  char32_t surrogate_ = 0;
};

}  // namespace

Result<Bytes> encode_utf7(Thread& t, Str* s, const char*) {
  ByteBuffer out(t);
  Shift shift(out);
  bool shifted = false;
  for (usize i = 0; i < s->length(); ++i) {
    char32_t c = s->at(i);
    if (shifted && is_direct(c)) {
      TRY(shift.finish());
      shifted = false;
      // A '-' must end the run where the character could be taken for part of it.
      if (digit_value(static_cast<u8>(c)) >= 0 || c == '-') TRY(out.append_byte('-'));
    }
    if (!shifted) {
      if (is_direct(c)) {
        TRY(out.append_byte(static_cast<u8>(c)));
        continue;
      }
      if (c == '+') {
        TRY(out.append(reinterpret_cast<const u8*>("+-"), 2));
        continue;
      }
      TRY(out.append_byte('+'));
      shifted = true;
    }
    if (c >= 0x10000) {
      TRY(shift.put_unit(0xd800 + ((c - 0x10000) >> 10)));
      c = 0xdc00 + ((c - 0x10000) & 0x3ff);
    }
    TRY(shift.put_unit(c));
  }
  TRY(shift.finish());
  if (shifted) TRY(out.append_byte('-'));
  return out.finish();
}

Result<Str> decode_utf7(Thread& t, std::string_view bytes, const char* errors, usize* consumed) {
  Utf7Decoder decoder(t, bytes, errors, consumed == nullptr);
  return decoder.run(consumed);
}

}  // namespace taipan
