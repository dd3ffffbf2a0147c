// SipHash-1-3, the keyed hash of str and bytes: the same values as CPython for one PYTHONHASHSEED.
// The key comes from the seed's text (a number, "random" or nothing) once, at start.
// hash_bytes() has Python's raw results: 0 for nothing, never ~0.
#pragma once

#include <span>
#include <string_view>

#include "runtime/base/types.h"

namespace taipan {

struct HashKey {
  u64 k0 = 0, k1 = 0;
};

// The 24 bytes CPython draws from a seed; hashing uses the first 16, the rest belongs to other users of
// the same secret (expat's salt).
struct HashSecret {
  HashKey key;
  u64 rest = 0;
};

HashSecret hash_secret_from_number(u32 seed);   // seed 0 is the all-zero key
bool hash_secret_from_system(HashSecret* out);  // false if the kernel gives no random bytes

// What PYTHONHASHSEED may say. Empty and "random" are Random.
enum class HashSeedKind : u8 { Random, Number, Invalid };
HashSeedKind parse_hash_seed(std::string_view text, u32* seed);

u64 siphash13(HashKey key, const void* data, usize size);

// The key of this process; set before the first string is hashed, constant afterwards.
extern HashKey g_hash_key;

inline u64 hash_bytes(const void* data, usize size) {
  if (size == 0) return 0;
  u64 h = siphash13(g_hash_key, data, size);
  return h == ~u64{0} ? ~u64{0} - 1 : h;
}

}  // namespace taipan
