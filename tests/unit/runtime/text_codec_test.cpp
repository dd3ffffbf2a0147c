// Scans report errors where CPython does; conversions round-trip.
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "runtime/base/lanes.h"
#include "runtime/base/utf8.h"

namespace taipan {
namespace {

const u8* bytes_of(std::string_view s) { return reinterpret_cast<const u8*>(s.data()); }

std::string utf8_error(std::string_view s) {
  DecodeScan scan = scan_utf8(bytes_of(s), s.size());
  return std::to_string(scan.stop) + "-" + std::to_string(scan.error_end) + " " + codec_error_text(scan.error);
}

TEST(Utf8, Errors) {
  EXPECT_EQ(utf8_error("abc"), "3-3 ");
  EXPECT_EQ(utf8_error("ab\x80"), "2-3 invalid start byte");
  EXPECT_EQ(utf8_error("\xc0\xaf"), "0-1 invalid start byte");
  EXPECT_EQ(utf8_error("\xe2\x82"), "0-2 unexpected end of data");
  EXPECT_EQ(utf8_error("\xe2\x82z"), "0-2 invalid continuation byte");
  EXPECT_EQ(utf8_error("\xed\xa0\x80"), "0-1 invalid continuation byte");  // a surrogate
  EXPECT_EQ(utf8_error("\xed\xa0"), "0-1 invalid continuation byte");      // hopeless already
  EXPECT_EQ(utf8_error("\xf0\x9f\x98z"), "0-3 invalid continuation byte");
  EXPECT_EQ(utf8_error("\xf4\x90\x80\x80"), "0-1 invalid continuation byte");
  EXPECT_EQ(utf8_error("\xf5"), "0-1 invalid start byte");
  EXPECT_EQ(utf8_error("0123456789012345678901234567890123456789\xff"), "40-41 invalid start byte");
}

TEST(Utf8, EveryCodePointRoundTrips) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    u8 bytes[4];
    usize size = static_cast<usize>(put_utf8(c, bytes) - bytes);
    DecodeScan scan = scan_utf8(bytes, size);
    if (is_surrogate(c)) {
      ASSERT_EQ(scan.error, CodecError::InvalidContinuation);
      ASSERT_EQ(get_wtf8_surrogate(bytes, size), c);
      continue;
    }
    ASSERT_EQ(scan.error, CodecError::None);
    ASSERT_EQ(scan.max, char_class(c));
    char32_t back = 0;
    ASSERT_EQ(decode_utf8(bytes, size, &back), &back + 1);
    ASSERT_EQ(back, c);
    EncodeScan encoded = scan_to_utf8(&c, 1);
    ASSERT_EQ(encoded.bytes, size);
  }
}

template <class Lane>
void round_trip(const std::vector<Lane>& text) {
  std::vector<u8> bytes(text.size() * 4 + 4);
  std::vector<Lane> back(text.size());
  usize size = scan_to_utf8(text.data(), text.size()).bytes;
  EXPECT_EQ(encode_utf8(text.data(), text.size(), bytes.data()), bytes.data() + size);
  DecodeScan scan = scan_utf8(bytes.data(), size);
  EXPECT_EQ(scan.length, text.size());
  EXPECT_EQ(scan.max, max_char_class(text.data(), text.size()));
  decode_utf8(bytes.data(), size, back.data());
  EXPECT_EQ(back, text);
  for (bool big : {false, true}) {
    size = scan_to_utf16(text.data(), text.size()).bytes;
    EXPECT_EQ(encode_utf16(text.data(), text.size(), big, bytes.data()), bytes.data() + size);
    EXPECT_EQ(scan_utf16(bytes.data(), size, big).length, text.size());
    decode_utf16(bytes.data(), size, big, back.data());
    EXPECT_EQ(back, text);
    size = scan_to_utf32(text.data(), text.size()).bytes;
    EXPECT_EQ(encode_utf32(text.data(), text.size(), big, bytes.data()), bytes.data() + size);
    EXPECT_EQ(scan_utf32(bytes.data(), size, big).length, text.size());
    decode_utf32(bytes.data(), size, big, back.data());
    EXPECT_EQ(back, text);
  }
}

TEST(Codecs, RoundTrip) {
  for (usize n : {0, 1, 7, 16, 17, 33, 100}) {
    std::vector<u8> narrow(n);
    std::vector<char16_t> middle(n);
    std::vector<char32_t> wide(n);
    for (usize i = 0; i < n; ++i) {
      narrow[i] = static_cast<u8>(i * 37);
      middle[i] = static_cast<char16_t>(i * 401);
      wide[i] = static_cast<char32_t>(i % 3 ? i * 5 : 0x1f600 + i);
    }
    round_trip(narrow);
    round_trip(middle);
    round_trip(wide);
  }
}

TEST(Codecs, Errors) {
  auto utf16 = [](std::string_view s) {
    DecodeScan scan = scan_utf16(bytes_of(s), s.size(), false);
    return std::to_string(scan.stop) + "-" + std::to_string(scan.error_end) + " " + codec_error_text(scan.error);
  };
  using namespace std::string_view_literals;
  EXPECT_EQ(utf16("a\0b"sv), "2-3 truncated data");
  EXPECT_EQ(utf16("\x00\xdc"sv), "0-2 illegal encoding");
  EXPECT_EQ(utf16("\x00\xd8"sv), "0-2 unexpected end of data");
  EXPECT_EQ(utf16("\x00\xd8z\0"sv), "0-2 illegal UTF-16 surrogate");
  DecodeScan wide = scan_utf32(bytes_of("\0\0\x11\0"sv), 4, false);
  EXPECT_EQ(wide.error, CodecError::CodePointRange);
  char32_t text[] = {'a', 0xd800, 0xdc00, 'b'};
  EncodeScan run = scan_to_utf8(text, 4);
  EXPECT_EQ(run.stop, 1u);
  EXPECT_EQ(run.error_end, 3u);
  EXPECT_EQ(run.bytes, 1u);
  u8 latin[] = {'a', 0xe9, 0xff, 'b'};
  EncodeScan ascii = scan_to_limit(latin, 4, 128);
  EXPECT_EQ(ascii.stop, 1u);
  EXPECT_EQ(ascii.error_end, 3u);
}

TEST(Lanes, CopyAndCompare) {
  std::vector<u8> narrow(50);
  std::vector<char32_t> wide(50);
  for (usize i = 0; i < 50; ++i) narrow[i] = static_cast<u8>(200 + i);
  copy_lanes(narrow.data(), 50, wide.data());
  EXPECT_TRUE(equal_lanes(narrow.data(), wide.data(), 50));
  wide[49] = 0x10000;
  EXPECT_EQ(mismatch_lanes(narrow.data(), wide.data(), 50), 49u);
  EXPECT_EQ(max_char_class(wide.data(), 50), 0x10ffffu);
  EXPECT_EQ(max_char_class(wide.data(), 49), 0xffu);
  EXPECT_EQ(ascii_prefix(narrow.data(), 50), 0u);
}

}  // namespace
}  // namespace taipan
