// Fixed-width integer names used throughout the tree.
// u8..u64 and i8..i64 are exact widths; ssize is the signed size of anything in memory.
// Text lanes are u8 (ASCII, Latin-1), char16_t and char32_t; see runtime/base/utf8.h.
#pragma once

#include <cstddef>
#include <cstdint>

namespace taipan {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using u128 = unsigned __int128;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using i128 = __int128;
using usize = std::size_t;
using ssize = std::ptrdiff_t;

}  // namespace taipan
