// StrBuilder: text built piece by piece. Utf8: UTF-8 bytes of a str in the caller's buffer.
#include <charconv>
#include <cstring>

#include "runtime/base/lanes.h"
#include "runtime/base/utf8.h"
#include "runtime/types/str.h"
#include "runtime/types/unicode_errors.h"

namespace taipan {

namespace {
template <class From>
void put_lanes(const From* from, usize n, u8* data, usize at, u8 width) {
  switch (width) {
    case Str::kTwo: return copy_lanes(from, n, reinterpret_cast<char16_t*>(data) + at);
    case Str::kFour: return copy_lanes(from, n, reinterpret_cast<char32_t*>(data) + at);
    default: return copy_lanes(from, n, data + at);
  }
}
}  // namespace

StrBuilder::~StrBuilder() {
  if (data_ != nullptr) buffer_free(data_, bytes_);
}

// Room for `extra` more characters of at most max_char.
Status StrBuilder::make_room(char32_t max_char, usize extra) {
  if (extra == 0) return kDone;  // reserve(0) of a text that turns out empty
  u8 width = str_width_for(max_char) > width_ ? str_width_for(max_char) : width_;
  bool same_lanes = str_lane_bytes(width) == str_lane_bytes(width_);
  usize need = length_ + extra;
  if (need <= capacity_ && same_lanes) {
    width_ = width;
    return kDone;
  }
  if (need > (usize{1} << 60)) return raise_memory_error(t_);
  usize room = need <= capacity_ ? capacity_ : need + need / 2 + 16;
  usize bytes = buffer_good_size(room * str_lane_bytes(width));
  if (same_lanes && data_ != nullptr) {
    void* p = buffer_reallocate(t_, data_, bytes_, bytes);
    if (p == nullptr) return raise_memory_error(t_);
    data_ = static_cast<u8*>(p);
  } else {
    u8* p = static_cast<u8*>(buffer_allocate(t_, bytes));
    if (p == nullptr) return raise_memory_error(t_);
    if (length_ != 0) {
      if (str_lane_bytes(width_) == 1) {
        put_lanes(data_, length_, p, 0, width);
      } else {
        put_lanes(reinterpret_cast<char16_t*>(data_), length_, p, 0, width);
      }
    }
    if (data_ != nullptr) buffer_free(data_, bytes_);
    data_ = p;
  }
  bytes_ = bytes;
  capacity_ = bytes / str_lane_bytes(width);
  width_ = width;
  return kDone;
}

Status StrBuilder::reserve(usize characters, char32_t max_char) {
  return make_room(max_char, characters);
}

Status StrBuilder::append_range_slow(const Str* s, usize start, usize end) {
  if (start >= end) return kDone;
  TRY(make_room(str_max_char(s), end - start));
  with_lanes(s, [&](auto* lanes) { put_lanes(lanes + start, end - start, data_, length_, width_); });
  length_ += end - start;
  return kDone;
}

Status StrBuilder::append_ascii_slow(std::string_view s) {
  if (s.empty()) return kDone;
  TRY(make_room(0x7f, s.size()));
  put_lanes(reinterpret_cast<const u8*>(s.data()), s.size(), data_, length_, width_);
  length_ += s.size();
  return kDone;
}

Status StrBuilder::append_char_slow(char32_t c) {
  TRY(make_room(c, 1));
  put_lanes(&c, 1, data_, length_, width_);
  ++length_;
  return kDone;
}

Result<u8*> StrBuilder::ascii_room(usize most) {
  if (width_ > Str::kLatin1) return static_cast<u8*>(nullptr);
  if (most > capacity_ - length_) TRY(make_room(0x7f, most));
  return data_ + length_;
}

Status StrBuilder::append_int(i64 v) {
  char digits[24];
  return append_ascii({digits, static_cast<usize>(std::to_chars(digits, digits + sizeof digits, v).ptr - digits)});
}

Status StrBuilder::append_fill(char32_t c, usize n) {
  if (n == 0) return kDone;
  TRY(make_room(c, n));
  switch (width_) {
    case Str::kTwo: fill_lanes(reinterpret_cast<char16_t*>(data_) + length_, n, c); break;
    case Str::kFour: fill_lanes(reinterpret_cast<char32_t*>(data_) + length_, n, c); break;
    default: fill_lanes(data_ + length_, n, c);
  }
  length_ += n;
  return kDone;
}

Result<Str> StrBuilder::finish() {
  // A range of a wide string may have been narrow: the result has the least width that fits.
  switch (width_) {
    case Str::kFour: return str_from_utf32(t_, reinterpret_cast<char32_t*>(data_), length_);
    case Str::kTwo: {
      auto* lanes = reinterpret_cast<char16_t*>(data_);
      char32_t max = max_char_class(lanes, length_);
      auto r = str_allocate(t_, length_, max);
      if (r.is_error() || length_ == 0) return r;
      Str* s = r.word().as<Str>();
      put_lanes(lanes, length_, s->data(), 0, s->width());
      return r;
    }
    case Str::kAscii: {
      if (length_ <= 1) break;  // shared ones
      auto r = str_allocate(t_, length_, 0x7f);
      if (!r.is_error()) std::memcpy(r.word().as<Str>()->data(), data_, length_);
      return r;
    }
    default: break;
  }
  return str_from_latin1(t_, {reinterpret_cast<char*>(data_), length_});
}

Utf8::~Utf8() {
  if (data_ != inline_) buffer_free(data_, allocated_);
}

Status Utf8::encode(Thread& t, const Str* s, bool wtf8) {
  return with_lanes(s, [&](auto* lanes) -> Status {
    usize n = s->length(), bytes = 0;
    for (usize at = 0; at < n;) {
      EncodeScan scan = scan_to_utf8(lanes + at, n - at);
      bytes += scan.bytes;
      if (scan.error == CodecError::None) break;
      if (!wtf8) {
        return raise_unicode_encode(t, "utf-8", s, at + scan.stop, at + scan.error_end,
                                    codec_error_text(scan.error));
      }
      bytes += 3 * (scan.error_end - scan.stop);
      at += scan.error_end;
    }
    if (data_ != inline_) buffer_free(data_, allocated_);
    data_ = inline_;
    if (bytes + 1 > sizeof inline_) {
      data_ = static_cast<char*>(buffer_allocate(t, bytes + 1));
      if (data_ == nullptr) {
        data_ = inline_;
        return raise_memory_error(t);
      }
    }
    allocated_ = bytes + 1;
    encode_utf8(lanes, n, reinterpret_cast<u8*>(data_));
    size_ = bytes;
    data_[bytes] = 0;
    return kDone;
  });
}

Status Utf8::encode_filename(Thread& t, const Str* s) {
  TRY(encode(t, s, true));
  // surrogateescape: U+DC80..U+DCFF, three bytes ED B2 80.. in WTF-8, stand for one undecodable byte.
  usize out = 0;
  for (usize i = 0; i < size_;) {
    const u8* p = reinterpret_cast<u8*>(data_) + i;
    if (p[0] == 0xed && i + 2 < size_ && p[1] >= 0xa0) {
      u32 c = 0xd000 | (p[1] & 0x3f) << 6 | (p[2] & 0x3f);
      if (c < 0xdc80 || c > 0xdcff) {
        return raise_unicode_encode(t, "utf-8", s, 0, s->length(), "surrogates not allowed");
      }
      data_[out++] = static_cast<char>(c & 0xff);
      i += 3;
    } else {
      data_[out++] = data_[i++];
    }
  }
  data_[out] = 0;
  size_ = out;
  return kDone;
}

}  // namespace taipan
