#include "runtime/base/siphash.h"

#include <sys/random.h>

#include <algorithm>
#include <bit>
#include <cerrno>
#include <cstring>

namespace taipan {

HashKey g_hash_key;

namespace {

struct SipState {
  u64 v0, v1, v2, v3;

  explicit SipState(HashKey key)
      : v0(key.k0 ^ 0x736f6d6570736575), v1(key.k1 ^ 0x646f72616e646f6d),
        v2(key.k0 ^ 0x6c7967656e657261), v3(key.k1 ^ 0x7465646279746573) {}

  void round() {
    v0 += v1;
    v1 = std::rotl(v1, 13) ^ v0;
    v0 = std::rotl(v0, 32);
    v2 += v3;
    v3 = std::rotl(v3, 16) ^ v2;
    v0 += v3;
    v3 = std::rotl(v3, 21) ^ v0;
    v2 += v1;
    v1 = std::rotl(v1, 17) ^ v2;
    v2 = std::rotl(v2, 32);
  }

  void absorb(u64 word) {
    v3 ^= word;
    round();
    v0 ^= word;
  }

  u64 finish() {
    v2 ^= 0xff;
    for (int i = 0; i < 3; ++i) round();
    return v0 ^ v1 ^ v2 ^ v3;
  }
};

}  // namespace

u64 siphash13(HashKey key, const void* data, usize size) {
  const u8* p = static_cast<const u8*>(data);
  SipState s(key);
  u64 last = u64{size} << 56;
  const bool whole_word = size >= 8;  // then the tail is the end of one that may be read
  for (; size >= 8; size -= 8, p += 8) {
    u64 word;
    std::memcpy(&word, p, 8);
    s.absorb(word);
  }
  if (size != 0) {
    u64 tail = 0;
    if (whole_word) {
      std::memcpy(&tail, p + size - 8, 8);
      tail >>= 8 * (8 - size);
    } else if (size >= 4) {
      u32 low, high;
      std::memcpy(&low, p, 4);
      std::memcpy(&high, p + size - 4, 4);
      tail = low | u64{high} << (8 * (size - 4));
    } else {
      tail = p[0] | u64{p[size / 2]} << (8 * (size / 2)) | u64{p[size - 1]} << (8 * (size - 1));
    }
    last |= tail;
  }
  s.absorb(last);
  return s.finish();
}

HashSecret hash_secret_from_number(u32 seed) {
  HashSecret secret;
  if (seed == 0) return secret;
  u8 bytes[24];
  u32 x = seed;
  for (u8& byte : bytes) {
    x = x * 214013 + 2531011;
    byte = static_cast<u8>(x >> 16);
  }
  std::memcpy(&secret.key.k0, bytes, 8);
  std::memcpy(&secret.key.k1, bytes + 8, 8);
  std::memcpy(&secret.rest, bytes + 16, 8);
  return secret;
}

bool hash_secret_from_system(HashSecret* out) {
  u8* p = reinterpret_cast<u8*>(out);
  usize left = sizeof *out;
  while (left > 0) {
    ssize n = ::getrandom(p, left, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return false;
    p += n;
    left -= static_cast<usize>(n);
  }
  return true;
}

HashSeedKind parse_hash_seed(std::string_view text, u32* seed) {
  *seed = 0;
  if (text.empty() || text == "random") return HashSeedKind::Random;
  // What strtoul() reads: blanks and a sign may stand in front.
  usize start = std::min(text.find_first_not_of(" \t\n\v\f\r"), text.size());
  text.remove_prefix(start);
  const bool is_negative = text.starts_with('-');
  if (is_negative || text.starts_with('+')) text.remove_prefix(1);
  if (text.empty()) return HashSeedKind::Invalid;
  u64 value = 0;
  for (char c : text) {
    if (c < '0' || c > '9') return HashSeedKind::Invalid;
    value = value * 10 + static_cast<u64>(c - '0');
    if (value > 0xffffffff) return HashSeedKind::Invalid;
  }
  if (is_negative && value != 0) return HashSeedKind::Invalid;
  *seed = static_cast<u32>(value);
  return HashSeedKind::Number;
}

}  // namespace taipan
