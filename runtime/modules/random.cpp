// _random: the Mersenne Twister MT19937 (Matsumoto and Nishimura 1998), seeded as CPython seeds it, so that
// the same seed gives the same numbers.
#include <sys/random.h>

#include <cerrno>
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr usize kWords = 624, kShift = 397;

struct Twister {
  u32 word[kWords];
  u32 next;  // index of the next word to give out; kWords: a new round is due

  u32 draw() {
    if (next >= kWords) round();
    u32 y = word[next++];
    y ^= y >> 11;
    y ^= y << 7 & 0x9d2c5680u;
    y ^= y << 15 & 0xefc60000u;
    return y ^ y >> 18;
  }
  f64 draw_double() {  // 53 bits
    u32 a = draw() >> 5, b = draw() >> 6;
    return (a * 67108864.0 + b) * (1.0 / 9007199254740992.0);
  }
  void seed_word(u32 s) {
    word[0] = s;
    for (u32 i = 1; i < kWords; ++i) word[i] = 1812433253u * (word[i - 1] ^ word[i - 1] >> 30) + i;
    next = kWords;
  }
  void seed_key(const u32* key, usize n) {
    seed_word(19650218u);
    usize i = 1, k = 0;
    auto wrap = [&] {
      if (i < kWords) return;
      word[0] = word[kWords - 1];
      i = 1;
    };
    for (usize left = n > kWords ? n : kWords; left > 0; --left) {
      word[i] = (word[i] ^ (word[i - 1] ^ word[i - 1] >> 30) * 1664525u) + key[k] + static_cast<u32>(k);
      ++i;
      wrap();
      if (++k >= n) k = 0;
    }
    for (usize left = kWords - 1; left > 0; --left) {
      word[i] = (word[i] ^ (word[i - 1] ^ word[i - 1] >> 30) * 1566083941u) - static_cast<u32>(i);
      ++i;
      wrap();
    }
    word[0] = 0x80000000u;
  }

 private:
  void round() {
    auto mix = [](u32 high, u32 low) {
      u32 y = (high & 0x80000000u) | (low & 0x7fffffffu);
      return y >> 1 ^ (y & 1 ? 0x9908b0dfu : 0);
    };
    usize i = 0;
    for (; i < kWords - kShift; ++i) word[i] = word[i + kShift] ^ mix(word[i], word[i + 1]);
    for (; i < kWords - 1; ++i) word[i] = word[i + kShift - kWords] ^ mix(word[i], word[i + 1]);
    word[kWords - 1] = word[kShift - 1] ^ mix(word[kWords - 1], word[0]);
    next = 0;
  }
};

struct Random : Object {
  Twister state;  // under the object's lock if it is shared
};
Random* random_of(Value v) { return v.as<Random>(); }

Result<> random_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* r = new_object<Random>(t, cls);
  if (r == nullptr) return kError;
  return Result<>::from_owned(own_new(r).word());
}

Status seed_from_system(Thread& t, Random* r) {
  u32 key[kWords];
  u8* at = reinterpret_cast<u8*>(key);
  for (usize left = sizeof key; left > 0;) {
    ssize n = ::getrandom(at, left, 0);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return (void)raise_os_error(t, errno), kError;
    at += n;
    left -= static_cast<usize>(n);
  }
  Mutating guard(r);
  r->state.seed_key(key, kWords);
  return kDone;
}

Status random_seed(Thread& t, Value self, Value seed) {
  Random* r = random_of(self);
  if (seed.is_empty() || is_none(seed)) return seed_from_system(t, r);
  Local<> n(t, is_any_int(seed) ? own(seed) : TRY(int_from_u64(t, TRY(hash(t, seed)))));
  IntView v(n);  // its sign does not count
  static_assert(std::endian::native == std::endian::little);
  const u32* key = reinterpret_cast<const u32*>(v.limbs());
  usize words = (v.bit_length() + 31) / 32;
  const u32 zero = 0;
  Mutating guard(r);
  if (words == 0) {
    r->state.seed_key(&zero, 1);
  } else {
    r->state.seed_key(key, words);
  }
  return kDone;
}

Status random_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  static constexpr const char* kOne = "Random expected at most 1 argument, got {}";
  if (kwnames != nullptr) return raise(t, TypeError, "{!T}() takes no keyword arguments", self);
  if (nargs > 1) return raise(t, TypeError, kOne, nargs);
  return random_seed(t, self, nargs == 1 ? args[0].canonical() : Value::empty());
}

f64 random_random(Thread&, Value self) {
  Mutating guard(self.object());
  return random_of(self)->state.draw_double();
}

Result<> random_getrandbits(Thread& t, Value self, Value count) {
  Local<> index(t, TRY(to_index(t, count)));
  u64 k;
  if (int_sign(index) < 0) return raise(t, ValueError, "Cannot convert negative int");
  if (!int_to_u64(index, &k)) return raise(t, OverflowError, "Python int too large for C uint64_t");
  Random* r = random_of(self);
  if (k == 0) return Result<>::small_int(0);
  if (k <= 32) {
    Mutating guard(r);
    return Result<>::small_int(r->state.draw() >> (32 - k));
  }
  usize words = (k - 1) / 32 + 1;
  if (words > kMaxLimbs) return (void)raise_memory_error(t), kError;
  IntBuilder b(t, words / 2 + 1);
  if (!b.ok()) return kError;
  b.limbs()[b.size() - 1] = 0;
  b.limbs()[(words - 1) / 2] = 0;
  u32* out = reinterpret_cast<u32*>(b.limbs());
  for (usize i = 0; i < words;) {
    usize stop = std::min(i + 4096, words);  // the lock is not held for long
    {
      Mutating guard(r);
      for (; i < stop; ++i, k -= 32) {
        u32 x = r->state.draw();
        out[i] = k < 32 ? x >> (32 - k) : x;
      }
    }
    if (i < words) TRY(safepoint(t));
  }
  return b.finish(false);
}

Result<Tuple> random_getstate(Thread& t, Value self) {
  Twister copy;
  {
    Mutating guard(self.object());
    copy = random_of(self)->state;
  }
  Local<Tuple> all(t, TRY(tuple_new(t, kWords + 1)));
  for (usize i = 0; i < kWords; ++i) all->items()[i].init(Value::small_int(copy.word[i]));
  all->items()[kWords].init(Value::small_int(copy.next));
  return all.give();
}

Status random_setstate(Thread& t, Value self, Value state) {
  if (!is_a<Tuple>(state)) return raise(t, TypeError, "state vector must be a tuple");
  Tuple* all = state.as<Tuple>();
  if (all->size() != kWords + 1) return raise(t, ValueError, "state vector is the wrong size");
  Twister fresh;
  for (usize i = 0; i <= kWords; ++i) {
    Value v = (*all)[i];
    u64 x;
    if (!is_any_int(v)) return raise(t, TypeError, "an integer is required");
    if (!int_to_u64(v, &x) || x > UINT32_MAX || (i == kWords && x > kWords)) {
      return raise(t, ValueError, "invalid state");
    }
    if (i < kWords) {
      fresh.word[i] = static_cast<u32>(x);
    } else {
      fresh.next = static_cast<u32>(x);
    }
  }
  Mutating guard(self.object());
  random_of(self)->state = fresh;
  return kDone;
}

const NativeDef kMethods[] = {
    def<random_random>("random($self, /)", "random() -> x in the interval [0, 1)."),
    def<random_seed>("seed($self, n=None, /)", "Starts again from an int, a hash, or (None) the system's randomness."),
    def<random_getstate>("getstate($self, /)", "The internal state as a tuple."),
    def<random_setstate>("setstate($self, state, /)", "Restores what getstate() gave."),
    def<random_getrandbits>("getrandbits($self, k, /)", "An int of k random bits."),
};
const TypeDef kRandomDef = {.name = "_random.Random",
                            .doc = "Random() -> create a random number generator with its own internal state.",
                            .flags = kTypeBase | kTypeNoEdges,
                            .size = sizeof(Random),
                            .slots = {.new_ = random_new, .init = random_init},
                            .methods = kMethods};

Status random_exec(Thread& t, Module* m) { return module_add_type(t, m, kRandomDef, nullptr); }

}  // namespace

extern const ModuleDef random_module_def;
const ModuleDef random_module_def = {"_random", "The Mersenne Twister.", {}, {}, random_exec};

}  // namespace taipan
