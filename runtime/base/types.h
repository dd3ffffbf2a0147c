// Short names for the fixed-width types that the whole project uses.
// Knows nothing of Python; every other header may include it.
// `ssize` is a signed size: lengths and indexes of Python objects.
#pragma once
#include <cstddef>
#include <cstdint>

namespace taipan {

using u8 = std::uint8_t;
using u16 = std::uint16_t;
using u32 = std::uint32_t;
using u64 = std::uint64_t;
using i8 = std::int8_t;
using i16 = std::int16_t;
using i32 = std::int32_t;
using i64 = std::int64_t;
using f64 = double;
using ssize = std::ptrdiff_t;
using usize = std::size_t;
using u128 = unsigned __int128;
using i128 = __int128;

}  // namespace taipan
