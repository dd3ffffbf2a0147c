// _blake2: BLAKE2b and BLAKE2s (RFC 7693) with key, salt, personalisation and tree parameters, which OpenSSL lacks.
#include <algorithm>
#include <cstring>

#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct Big {  // BLAKE2b
  using Word = u64;
  static constexpr int kRounds = 12, kRotations[] = {32, 24, 16, 63};
  static constexpr Word kStart[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1,
                                     0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
  static constexpr const char* kName = "blake2b";
  static constexpr u64 kMaxOffset = UINT64_MAX;
};
struct Small {  // BLAKE2s
  using Word = u32;
  static constexpr int kRounds = 10, kRotations[] = {16, 12, 8, 7};
  static constexpr Word kStart[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                     0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  static constexpr const char* kName = "blake2s";
  static constexpr u64 kMaxOffset = (u64{1} << 48) - 1;
};

constexpr u8 kSigma[10][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15},
                               {14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3},
                               {11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4},
                               {7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8},
                               {9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13},
                               {2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9},
                               {12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11},
                               {13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10},
                               {6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5},
                               {10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0}};

template <class B>
struct Blake {
  using Word = typename B::Word;
  static constexpr usize kBlock = 16 * sizeof(Word), kMaxDigest = 8 * sizeof(Word), kSalt = 2 * sizeof(Word);

  Word h[8], count[2];
  u8 buffer[kBlock];
  u32 filled;
  u8 digest_size;
  bool last_node;

  void start(const u8* parameters) {  // the block of RFC 7693 section 2.5: kMaxDigest bytes
    Word p[8];
    std::memcpy(p, parameters, sizeof p);  // both targets are little-endian
    for (int i = 0; i < 8; ++i) h[i] = B::kStart[i] ^ p[i];
    count[0] = count[1] = 0;
    filled = 0;
  }
  void update(const u8* data, usize n) {
    while (n > 0) {
      if (filled == kBlock) {  // the last block waits: it is marked
        compress(kBlock, false);
        filled = 0;
      }
      usize part = std::min<usize>(kBlock - filled, n);
      std::memcpy(buffer + filled, data, part);
      filled += static_cast<u32>(part);
      data += part;
      n -= part;
    }
  }
  void finish(u8* out) {
    std::memset(buffer + filled, 0, kBlock - filled);
    compress(filled, true);
    u8 all[kMaxDigest];
    std::memcpy(all, h, sizeof all);
    std::memcpy(out, all, digest_size);
  }

 private:
  static Word rotate(Word x, int n) { return x >> n | x << (sizeof(Word) * 8 - static_cast<usize>(n)); }
  void compress(usize added, bool last) {
    count[0] += static_cast<Word>(added);
    if (count[0] < added) ++count[1];
    Word m[16], v[16];
    std::memcpy(m, buffer, sizeof m);
    std::memcpy(v, h, sizeof h);
    std::memcpy(v + 8, B::kStart, sizeof h);
    v[12] ^= count[0];
    v[13] ^= count[1];
    if (last) v[14] = ~v[14];
    if (last && last_node) v[15] = ~v[15];
    auto mix = [&](int a, int b, int c, int d, Word x, Word y) {
      v[a] += v[b] + x;
      v[d] = rotate(v[d] ^ v[a], B::kRotations[0]);
      v[c] += v[d];
      v[b] = rotate(v[b] ^ v[c], B::kRotations[1]);
      v[a] += v[b] + y;
      v[d] = rotate(v[d] ^ v[a], B::kRotations[2]);
      v[c] += v[d];
      v[b] = rotate(v[b] ^ v[c], B::kRotations[3]);
    };
    for (int r = 0; r < B::kRounds; ++r) {
      const u8* s = kSigma[r % 10];
      for (int i = 0; i < 4; ++i) mix(i, i + 4, i + 8, i + 12, m[s[2 * i]], m[s[2 * i + 1]]);
      for (int i = 0; i < 4; ++i) {
        mix(i, (i + 1) % 4 + 4, (i + 2) % 4 + 8, (i + 3) % 4 + 12, m[s[8 + 2 * i]], m[s[9 + 2 * i]]);
      }
    }
    for (int i = 0; i < 8; ++i) h[i] ^= v[i] ^ v[i + 8];
  }
};

template <class B>
struct BlakeObject : Object {
  Blake<B> state;  // under the lock if shared
};
template <class B>
Type* g_type;
template <class B>
BlakeObject<B>* blake_of(Value v) {
  return v.as<BlakeObject<B>>();
}

template <class B>
Status update_value(Thread& t, Value self, Value v) {
  if (is_a<Str>(v)) return raise(t, TypeError, "Strings must be encoded before hashing");
  if (!v.is_ref() || !has_buffer(v)) return raise(t, TypeError, "object supporting the buffer API required");
  ByteSource data;
  TRY(data.get(t, v));
  constexpr usize kPart = 65536;
  for (usize at = 0; at < data.size(); at += kPart) {
    {
      Mutating guard(self.object());
      blake_of<B>(self)->state.update(data.data() + at, std::min(kPart, data.size() - at));
    }
    if (at + kPart < data.size()) TRY(safepoint(t));
  }
  return kDone;
}

enum BlakeParameter { kData, kDigestSize, kKey, kSaltArg, kPerson, kFanout, kDepth, kLeafSize, kNodeOffset, kNodeDepth, kInnerSize,
                  kLastNode, kUsedForSecurity, kString, kParameterCount };
constexpr const char* kNames[kParameterCount] = {"data", "digest_size", "key", "salt", "person", "fanout", "depth", "leaf_size",
                                              "node_offset", "node_depth", "inner_size", "last_node", "usedforsecurity", "string"};

template <class B>
Result<> blake_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  using State = Blake<B>;
  Value bound[kParameterCount];
  if (nargs > 1) return raise(t, TypeError, "{}() takes at most 1 positional argument ({} given)", B::kName, nargs);
  if (nargs == 1) bound[kData] = args[0].canonical();
  for (u32 k = 0; kwnames != nullptr && k < kwnames->size(); ++k) {
    Str* name = (*kwnames)[k].as<Str>();
    usize i = 0;
    while (i < kParameterCount && !str_equals(name, kNames[i])) ++i;
    if (i == kParameterCount) return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'", B::kName, name);
    if (!bound[i].is_empty()) return raise(t, TypeError, "argument for {}() given by name ('{}') and position (1)", B::kName, name);
    bound[i] = args[nargs + k].canonical();
  }
  if (!bound[kString].is_empty()) {
    if (!bound[kData].is_empty()) {
      return raise(t, TypeError, "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is "
                                 "slated for removal in a future version.");
    }
    bound[kData] = bound[kString];
  }
  auto number = [&](int i, i64 fallback) -> Result<i64> {
    if (bound[i].is_empty()) return fallback;
    return TRY(to_ssize(t, bound[i]));
  };
  u8 block[State::kMaxDigest] = {};
  i64 size = TRY(number(kDigestSize, static_cast<i64>(State::kMaxDigest)));
  if (size <= 0 || size > static_cast<i64>(State::kMaxDigest)) {
    return raise(t, ValueError, "digest_size must be between 1 and {} bytes, got {}", State::kMaxDigest, size);
  }
  ByteSource key, salt, person;
  if (!bound[kKey].is_empty()) TRY(key.get(t, bound[kKey]));
  if (!bound[kSaltArg].is_empty()) TRY(salt.get(t, bound[kSaltArg]));
  if (!bound[kPerson].is_empty()) TRY(person.get(t, bound[kPerson]));
  if (salt.size() > State::kSalt) return raise(t, ValueError, "maximum salt length is {} bytes, got {}", State::kSalt, salt.size());
  if (person.size() > State::kSalt) {
    return raise(t, ValueError, "maximum person length is {} bytes, got {}", State::kSalt, person.size());
  }
  i64 fanout = TRY(number(kFanout, 1)), depth = TRY(number(kDepth, 1)), node_depth = TRY(number(kNodeDepth, 0));
  i64 inner = TRY(number(kInnerSize, 0));
  if (fanout < 0 || fanout > 255) return raise(t, ValueError, "fanout must be between 0 and 255");
  if (depth <= 0 || depth > 255) return raise(t, ValueError, "depth must be between 1 and 255");
  u64 leaf = 0, offset = 0;
  for (int i : {kLeafSize, kNodeOffset}) {
    if (bound[i].is_empty()) continue;
    Local<> index(t, TRY(to_index(t, bound[i])));
    if (int_sign(index) < 0) return raise(t, ValueError, "value must be positive");
    if (!int_to_u64(index, i == kLeafSize ? &leaf : &offset)) return raise(t, OverflowError, "int too big to convert");
  }
  if (leaf > UINT32_MAX) return raise(t, OverflowError, "leaf_size is too large");
  if (offset > B::kMaxOffset) return raise(t, OverflowError, "node_offset is too large");
  if (node_depth < 0 || node_depth > 255) return raise(t, ValueError, "node_depth must be between 0 and 255");
  if (inner < 0 || inner > static_cast<i64>(State::kMaxDigest)) {
    return raise(t, ValueError, "inner_size must be between 0 and is {}", State::kMaxDigest);
  }
  if (key.size() > State::kMaxDigest) {
    return raise(t, ValueError, "maximum key length is {} bytes, got {}", State::kMaxDigest, key.size());
  }
  bool last_node = !bound[kLastNode].is_empty() && TRY(truth(t, bound[kLastNode]));
  block[0] = static_cast<u8>(size);
  block[1] = static_cast<u8>(key.size());
  block[2] = static_cast<u8>(fanout);
  block[3] = static_cast<u8>(depth);
  std::memcpy(block + 4, &leaf, 4);
  usize offset_bytes = sizeof(typename B::Word) == 8 ? 8 : 6;
  std::memcpy(block + 8, &offset, offset_bytes);
  block[8 + offset_bytes] = static_cast<u8>(node_depth);
  block[9 + offset_bytes] = static_cast<u8>(inner);
  u8* texts = block + State::kMaxDigest - 2 * State::kSalt;
  std::copy_n(salt.data(), salt.size(), texts);
  std::copy_n(person.data(), person.size(), texts + State::kSalt);

  auto* o = new_object<BlakeObject<B>>(t, cls);
  if (o == nullptr) return kError;
  Local<> held(t, Result<>::from_owned(own_new(o).word()));
  o->state.digest_size = static_cast<u8>(size);
  o->state.last_node = last_node;
  o->state.start(block);
  if (key.size() > 0) {
    u8 first[State::kBlock] = {};
    std::memcpy(first, key.data(), key.size());
    o->state.update(first, sizeof first);
    explicit_bzero(first, sizeof first);
  }
  if (!bound[kData].is_empty()) TRY(update_value<B>(t, held, bound[kData]));
  return held.give();
}

template <class B>
Status blake_update(Thread& t, Value self, Value data) {
  return update_value<B>(t, self, data);
}
template <class B>
Blake<B> snapshot(Value self) {
  Mutating guard(self.object());
  return blake_of<B>(self)->state;
}
template <class B>
Result<> blake_copy(Thread& t, Value self) {
  auto* o = new_object<BlakeObject<B>>(t, *g_type<B>);
  if (o == nullptr) return kError;
  o->state = snapshot<B>(self);
  return Result<>::from_owned(own_new(o).word());
}
template <class B>
Result<Bytes> blake_digest(Thread& t, Value self) {
  Blake<B> s = snapshot<B>(self);
  u8 out[64];
  s.finish(out);
  return bytes_from(t, {reinterpret_cast<const char*>(out), s.digest_size});
}
template <class B>
Result<Str> blake_hexdigest(Thread& t, Value self) {
  Local<Bytes> d(t, TRY(blake_digest<B>(t, self)));
  char text[128];
  for (usize i = 0; i < d->size(); ++i) {
    text[2 * i] = "0123456789abcdef"[d->data()[i] >> 4];
    text[2 * i + 1] = "0123456789abcdef"[d->data()[i] & 15];
  }
  return str_from_ascii(t, {text, d->size() * 2});
}
template <class B>
Result<> get_name(Thread& t, Value) {
  return str_intern(t, B::kName);
}
template <class B>
Result<> get_block_size(Thread&, Value) {
  return Result<>::small_int(static_cast<i64>(Blake<B>::kBlock));
}
template <class B>
Result<> get_digest_size(Thread&, Value self) {
  return Result<>::small_int(blake_of<B>(self)->state.digest_size);
}

template <class B>
const NativeDef kMethods[] = {
    def<blake_copy<B>>("copy($self, /)", "A copy of the state."),
    def<blake_digest<B>>("digest($self, /)", "The digest so far."),
    def<blake_hexdigest<B>>("hexdigest($self, /)", "The digest so far, in hexadecimal."),
    def<blake_update<B>>("update($self, data, /)", "Adds the bytes of data."),
};
template <class B>
const GetSetDef kGetSets[] = {
    {"name", get_name<B>, nullptr, "The algorithm."},
    {"block_size", get_block_size<B>, nullptr, "Bytes of a block."},
    {"digest_size", get_digest_size<B>, nullptr, "Bytes of a digest."},
};

template <class B>
Status add_type(Thread& t, Module* m, const char* name) {
  static TypeDef type_def;
  type_def.name = name;
  type_def.doc = "Return a new BLAKE2 hash object.";
  type_def.flags = kTypeNoEdges | kTypeBase;
  type_def.size = sizeof(BlakeObject<B>);
  type_def.slots.new_ = blake_new<B>;
  type_def.methods = kMethods<B>;
  type_def.getsets = kGetSets<B>;
  TRY(module_add_type(t, m, type_def, &g_type<B>));
  struct Constant {
    const char* name;
    usize value;
  };
  const Constant constants[] = {{"SALT_SIZE", Blake<B>::kSalt}, {"PERSON_SIZE", Blake<B>::kSalt},
                                {"MAX_KEY_SIZE", Blake<B>::kMaxDigest}, {"MAX_DIGEST_SIZE", Blake<B>::kMaxDigest}};
  for (const Constant& c : constants) {
    Value v = Value::small_int(static_cast<i64>(c.value));
    Local<Str> attribute(t, TRY(str_intern(t, c.name)));
    TRY(dict_set_str(t, g_type<B>->dict.borrow(), attribute, v));
    char full[40];
    snprintf(full, sizeof full, "BLAKE2%c_%s", B::kName[6] == 'b' ? 'B' : 'S', c.name);
    TRY(module_add(t, m, full, v));
  }
  return kDone;
}

Status blake2_exec(Thread& t, Module* m) {
  TRY(add_type<Big>(t, m, "_blake2.blake2b"));
  return add_type<Small>(t, m, "_blake2.blake2s");
}
const ConstantDef kConstants[] = {int_constant("_GIL_MINSIZE", 2048)};

}  // namespace

extern const ModuleDef blake2_module_def;
const ModuleDef blake2_module_def = {"_blake2", "The digests BLAKE2b and BLAKE2s.", {}, kConstants, blake2_exec};

}  // namespace taipan
