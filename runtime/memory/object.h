// Object: the 16-byte header of every heap object, and the flags in it.
// Words, states and who may write what: runtime/studies/ownership_protocol.md section 2.
// Counts are changed by counts.h only, reference fields are Slots (slot.h) only.
#pragma once
#include "runtime/base/atomic.h"
#include "runtime/base/types.h"
#include "runtime/value/value.h"

namespace taipan {

// The count word:  STICKY 1<<31 | count << 3 | DYING 4 | KEEP 2 | LISTED 1
inline constexpr u32 kListed = 1, kKeep = 2, kDying = 4, kCountStep = 8, kSticky = 1u << 31;
inline constexpr u32 kStickyWord = 0xC0000000u;  // increments under way cannot carry out of it
inline constexpr u32 kFreedWord = kListed | kKeep | kDying;  // no object has it: freed memory (asserts)

// flags byte. Once SHARED is set, changed by atomic or/and only.
inline constexpr u8 kShared = 1;     // reachable by several threads (I1), for good
inline constexpr u8 kImmortal = 2;   // uncounted from birth
inline constexpr u8 kFinalised = 4;  // its finaliser has run or is about to (PEP 442: once)
inline constexpr u8 kHasWeak = 8;    // some uncounted heap pointer names it (R9)
inline constexpr u8 kNoEdges = 16;   // holds no references: publication sets one bit and is done
inline constexpr u8 kHasFinaliser = 32;  // its class has __del__ or a native finaliser: checkpoint soon
inline constexpr u8 kWeakReference = 64;  // a WeakRefObject: publication follows it to its referent

// gc byte. Owner thread only while local; the collector in a stopped world afterwards.
inline constexpr u8 kGcLarge = 1;    // storage from mimalloc, not from a slab
inline constexpr u8 kGcTracked = 2;  // may be part of a cycle (gc.is_tracked)
inline constexpr u8 kGcMark = 4, kGcPinned = 8, kGcFrozen = 16;
inline constexpr u8 kGcStatic = 32;  // storage is static (built-in types, singletons): never freed

struct Object {
  Atomic<u32> count;  // kCountStep a reference, plus state bits
  Atomic<u8> flags;
  Atomic<u8> lock;    // 0 free, 1 held, 2 held with parked waiters (thread/object_lock.h)
  u8 gc;
  Atomic<u8> spare;   // str: width and interned; else 0
  Atomic<u32> shape;  // class and layout in one odd id (object/shape.h)
  u32 aux;            // str: length, tuple: size, dict: generation, ...

  bool is_shared() const { return flags.load_relaxed() & kShared; }
  bool is_immortal() const { return flags.load_relaxed() & kImmortal; }
  // Shared or immortal: references to it in registers are deferred, in slots counted atomically.
  bool is_uncounted_in_registers() const {
    return flags.load_relaxed() & (kShared | kImmortal);
  }
  bool is_local() const { return !is_uncounted_in_registers(); }
};
static_assert(sizeof(Object) == 16);

}  // namespace taipan
