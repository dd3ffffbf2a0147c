// _md5, _sha1, _sha2, _sha3: one kind of object over OpenSSL's digests.
// A shared object's context is used under the object's lock, a block at a time.
#include <openssl/evp.h>

#include <cstring>

#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct HashKind {
  const char* type_name;  // "_md5.md5"
  const char* name;       // hashlib's
  const EVP_MD* (*digest)();
  Type* type;
  bool extendable;        // shake: the caller says how many bytes
};
enum KindIndex { kMd5, kSha1, kSha224, kSha256, kSha384, kSha512, kSha3_224, kSha3_256, kSha3_384, kSha3_512, kShake128, kShake256 };
HashKind g_kinds[] = {
    {"_md5.md5", "md5", EVP_md5, nullptr, false},
    {"_sha1.sha1", "sha1", EVP_sha1, nullptr, false},
    {"_sha2.SHA224Type", "sha224", EVP_sha224, nullptr, false},
    {"_sha2.SHA256Type", "sha256", EVP_sha256, nullptr, false},
    {"_sha2.SHA384Type", "sha384", EVP_sha384, nullptr, false},
    {"_sha2.SHA512Type", "sha512", EVP_sha512, nullptr, false},
    {"_sha3.sha3_224", "sha3_224", EVP_sha3_224, nullptr, false},
    {"_sha3.sha3_256", "sha3_256", EVP_sha3_256, nullptr, false},
    {"_sha3.sha3_384", "sha3_384", EVP_sha3_384, nullptr, false},
    {"_sha3.sha3_512", "sha3_512", EVP_sha3_512, nullptr, false},
    {"_sha3.shake_128", "shake_128", EVP_shake128, nullptr, true},
    {"_sha3.shake_256", "shake_256", EVP_shake256, nullptr, true},
};

struct Hash : Object {
  HashKind* kind;       // set by the constructor
  EVP_MD_CTX* context;  // likewise; its state under the lock
};
Hash* hash_of(Value v) { return v.as<Hash>(); }

void hash_destroy(Object* o) {
  EVP_MD_CTX_free(static_cast<Hash*>(o)->context);
  free_object(o, object_size(o));
}

ErrorTag crypto_error(Thread& t) { return raise(t, ValueError, "the digest failed"); }

// A context of its own with h's state.
EVP_MD_CTX* copy_context(Hash* h) {
  EVP_MD_CTX* copy = EVP_MD_CTX_new();
  if (copy == nullptr) return nullptr;
  Mutating guard(h);
  if (EVP_MD_CTX_copy_ex(copy, h->context) == 1) return copy;
  guard.unlock();
  EVP_MD_CTX_free(copy);
  return nullptr;
}

Result<> hash_make(Thread& t, HashKind* kind) {
  auto* h = new_object<Hash>(t, *kind->type);
  if (h == nullptr) return kError;
  Local<> held(t, Result<>::from_owned(own_new(h).word()));
  h->kind = kind;
  h->context = EVP_MD_CTX_new();
  if (h->context == nullptr) return (void)raise_memory_error(t), kError;
  if (EVP_DigestInit_ex(h->context, kind->digest(), nullptr) != 1) {
    return raise(t, ValueError, "unsupported hash algorithm {}", kind->name);
  }
  return held.give();
}

Status update_bytes(Thread& t, Hash* h, const u8* data, usize n) {
  // A lock is not held for longer than one block takes.
  constexpr usize kBlock = 65536;
  for (usize at = 0; at < n; at += kBlock) {
    int ok;
    {
      Mutating guard(h);
      ok = EVP_DigestUpdate(h->context, data + at, std::min(kBlock, n - at));
    }
    if (ok != 1) return crypto_error(t);
    if (at + kBlock < n) TRY(safepoint(t));
  }
  return kDone;
}

Status update_value(Thread& t, Value self, Value v) {
  if (is_a<Str>(v)) return raise(t, TypeError, "Strings must be encoded before hashing");
  if (!v.is_ref() || !has_buffer(v)) return raise(t, TypeError, "object supporting the buffer API required");
  ByteSource data;
  TRY(data.get(t, v));
  return update_bytes(t, hash_of(self), data.data(), data.size());
}

Result<> hash_new_with(Thread& t, HashKind* kind, Value data, Value string) {
  if (!data.is_empty() && !string.is_empty()) {
    return raise(t, TypeError,
                 "'data' and 'string' are mutually exclusive and support for 'string' keyword parameter is slated "
                 "for removal in a future version.");
  }
  if (!string.is_empty()) {
    TRY(warn(t, DeprecationWarning,
             "the 'string' keyword parameter is deprecated since Python 3.15 and slated for removal in Python 3.19; "
             "use the 'data' keyword parameter or pass the data to hash as a positional argument instead"));
    data = string;
  }
  Local<> h(t, TRY(hash_make(t, kind)));
  if (!data.is_empty()) TRY(update_value(t, h, data));
  return h.give();
}

template <KindIndex kKind>
Result<> hash_function(Thread& t, Value data, bool, Value string) {
  return hash_new_with(t, &g_kinds[kKind], data, string);
}

template <KindIndex kKind>
Result<> hash_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  Value data, string;
  u32 named = kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0;
  if (nargs > 1) return raise(t, TypeError, "{}() takes at most 1 positional argument ({} given)", g_kinds[kKind].name, nargs);
  if (nargs == 1) data = args[0].canonical();
  for (u32 i = 0; i < named; ++i) {
    Str* name = (*kwnames)[i].as<Str>();
    Value v = args[nargs + i].canonical();
    if (str_equals(name, "data") && data.is_empty()) {
      data = v;
    } else if (str_equals(name, "string")) {
      string = v;
    } else if (!str_equals(name, "usedforsecurity")) {
      return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'", g_kinds[kKind].name, name);
    }
  }
  return hash_new_with(t, &g_kinds[kKind], data, string);
}

Status hash_update(Thread& t, Value self, Value data) { return update_value(t, self, data); }

Result<> hash_copy(Thread& t, Value self) {
  Hash* h = hash_of(self);
  EVP_MD_CTX* copy = copy_context(h);
  if (copy == nullptr) return (void)raise_memory_error(t), kError;
  auto* fresh = new_object<Hash>(t, *h->kind->type);
  if (fresh == nullptr) {
    EVP_MD_CTX_free(copy);
    return kError;
  }
  fresh->kind = h->kind;
  fresh->context = copy;
  return Result<>::from_owned(own_new(fresh).word());
}

Result<Bytes> digest_of(Thread& t, Hash* h, usize n) {
  Local<Bytes> out(t, TRY(bytes_allocate(t, n)));
  EVP_MD_CTX* copy = copy_context(h);
  if (copy == nullptr) return (void)raise_memory_error(t), kError;
  int ok = h->kind->extendable ? EVP_DigestFinalXOF(copy, out->data(), n) : EVP_DigestFinal_ex(copy, out->data(), nullptr);
  EVP_MD_CTX_free(copy);
  if (ok != 1 && n != 0) return crypto_error(t);
  return out.give();
}
Result<Str> hex_of(Thread& t, Result<Bytes> digest) {
  Local<Bytes> d(t, TRY(digest));
  Local<Str> s(t, TRY(str_allocate(t, d->size() * 2, 127)));
  for (usize i = 0; i < d->size(); ++i) {
    s->data()[2 * i] = static_cast<u8>("0123456789abcdef"[d->data()[i] >> 4]);
    s->data()[2 * i + 1] = static_cast<u8>("0123456789abcdef"[d->data()[i] & 15]);
  }
  return s.give();
}
usize fixed_size(Value self) { return static_cast<usize>(EVP_MD_get_size(hash_of(self)->kind->digest())); }
Result<Bytes> hash_digest(Thread& t, Value self) { return digest_of(t, hash_of(self), fixed_size(self)); }
Result<Str> hash_hexdigest(Thread& t, Value self) { return hex_of(t, hash_digest(t, self)); }

Result<usize> shake_length(Thread& t, ssize n) {
  if (n < 0) return raise(t, ValueError, "Cannot convert negative int");
  if (n >= (ssize{1} << 29)) return raise(t, ValueError, "length is too large");
  return static_cast<usize>(n);
}
Result<Bytes> shake_digest(Thread& t, Value self, ssize n) { return digest_of(t, hash_of(self), TRY(shake_length(t, n))); }
Result<Str> shake_hexdigest(Thread& t, Value self, ssize n) { return hex_of(t, shake_digest(t, self, n)); }

Result<> get_name(Thread& t, Value self) { return str_intern(t, hash_of(self)->kind->name); }
Result<> get_digest_size(Thread&, Value self) {
  return Result<>::small_int(hash_of(self)->kind->extendable ? 0 : static_cast<i64>(fixed_size(self)));
}
Result<> get_block_size(Thread&, Value self) {
  return Result<>::small_int(EVP_MD_get_block_size(hash_of(self)->kind->digest()));
}
Result<> get_capacity(Thread&, Value self) {
  return Result<>::small_int(1600 - EVP_MD_get_block_size(hash_of(self)->kind->digest()) * 8);
}
Result<> get_rate(Thread&, Value self) {
  return Result<>::small_int(EVP_MD_get_block_size(hash_of(self)->kind->digest()) * 8);
}
Result<> get_suffix(Thread& t, Value self) {
  const char suffix = hash_of(self)->kind->extendable ? 0x1f : 0x06;
  return bytes_from(t, {&suffix, 1});
}

const GetSetDef kGetSets[] = {
    {"name", get_name, nullptr, "The algorithm."},
    {"digest_size", get_digest_size, nullptr, "Bytes of a digest."},
    {"block_size", get_block_size, nullptr, "Bytes of a block."},
};
const GetSetDef kSha3GetSets[] = {
    {"name", get_name, nullptr, "The algorithm."},
    {"digest_size", get_digest_size, nullptr, "Bytes of a digest."},
    {"block_size", get_block_size, nullptr, "Bytes of a block."},
    {"_capacity_bits", get_capacity, nullptr, nullptr},
    {"_rate_bits", get_rate, nullptr, nullptr},
    {"_suffix", get_suffix, nullptr, nullptr},
};
const NativeDef kMethods[] = {
    def<hash_copy>("copy($self, /)", "A copy of the state."),
    def<hash_digest>("digest($self, /)", "The digest so far."),
    def<hash_hexdigest>("hexdigest($self, /)", "The digest so far, in hexadecimal."),
    def<hash_update>("update($self, obj, /)", "Adds the bytes of obj."),
};
const NativeDef kShakeMethods[] = {
    def<hash_copy>("copy($self, /)", "A copy of the state."),
    def<shake_digest>("digest($self, /, length)", "A digest of so many bytes."),
    def<shake_hexdigest>("hexdigest($self, /, length)", "The same in hexadecimal."),
    def<hash_update>("update($self, obj, /)", "Adds the bytes of obj."),
};

template <KindIndex kKind>
Status add_type(Thread& t, Module* m, const char* alias = nullptr) {
  static TypeDef type_def;
  HashKind& kind = g_kinds[kKind];
  constexpr bool kSha3 = kKind >= kSha3_224;
  type_def.name = kind.type_name;
  type_def.doc = "The state of a digest.";
  type_def.flags = kTypeNoEdges | kTypeImmutable | (kSha3 ? 0u : u32{kTypeNoInstantiation});
  type_def.size = sizeof(Hash);
  type_def.slots.destroy = hash_destroy;
  if (kSha3) type_def.slots.new_ = hash_construct<kKind>;
  if (kind.extendable) {
    type_def.methods = kShakeMethods;
  } else {
    type_def.methods = kMethods;
  }
  if (kSha3) {
    type_def.getsets = kSha3GetSets;
  } else {
    type_def.getsets = kGetSets;
  }
  if (alias == nullptr) return module_add_type(t, m, type_def, &kind.type);
  Local<Type> type(t, TRY(type_from_def(t, type_def)));
  kind.type = type.get();
  return module_add(t, m, alias, type);
}

Status md5_exec(Thread& t, Module* m) { return add_type<kMd5>(t, m, "MD5Type"); }
Status sha1_exec(Thread& t, Module* m) { return add_type<kSha1>(t, m, "SHA1Type"); }
Status sha2_exec(Thread& t, Module* m) {
  TRY(add_type<kSha224>(t, m));
  TRY(add_type<kSha256>(t, m));
  TRY(add_type<kSha384>(t, m));
  return add_type<kSha512>(t, m);
}
Status sha3_exec(Thread& t, Module* m) {
  TRY(add_type<kSha3_224>(t, m));
  TRY(add_type<kSha3_256>(t, m));
  TRY(add_type<kSha3_384>(t, m));
  TRY(add_type<kSha3_512>(t, m));
  TRY(add_type<kShake128>(t, m));
  return add_type<kShake256>(t, m);
}

// `string` is absent where it is not given.
#define HASH_FUNCTION(kind, name)                                                                           \
  def<hash_function<kind>>(name "($module, /, data=b'', *, usedforsecurity=True, string=<unrepresentable>)", \
                           "A new " name " object.")
const NativeDef kMd5Functions[] = {HASH_FUNCTION(kMd5, "md5")};
const NativeDef kSha1Functions[] = {HASH_FUNCTION(kSha1, "sha1")};
const NativeDef kSha2Functions[] = {HASH_FUNCTION(kSha224, "sha224"), HASH_FUNCTION(kSha256, "sha256"),
                                    HASH_FUNCTION(kSha384, "sha384"), HASH_FUNCTION(kSha512, "sha512")};
const ConstantDef kConstants[] = {int_constant("_GIL_MINSIZE", 2048)};
const ConstantDef kSha3Constants[] = {int_constant("_GIL_MINSIZE", 2048), text_constant("implementation", "OpenSSL")};

}  // namespace

extern const ModuleDef md5_module_def, sha1_module_def, sha2_module_def, sha3_module_def;
const ModuleDef md5_module_def = {"_md5", "The digest MD5.", kMd5Functions, kConstants, md5_exec};
const ModuleDef sha1_module_def = {"_sha1", "The digest SHA-1.", kSha1Functions, kConstants, sha1_exec};
const ModuleDef sha2_module_def = {"_sha2", "The digests SHA-2.", kSha2Functions, kConstants, sha2_exec};
const ModuleDef sha3_module_def = {"_sha3", "The digests SHA-3.", {}, kSha3Constants, sha3_exec};

}  // namespace taipan
