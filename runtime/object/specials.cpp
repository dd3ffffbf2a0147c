// The table itself, and finding entries by name.
#include "runtime/object/specials.h"

#include <cstddef>
#include <utility>

#include "runtime/object/buffer.h"
#include "runtime/object/specials_slots.h"
#include "runtime/object/specials_wrap.h"
#include "runtime/object/startup_parts.h"

namespace taipan {

#define SPECIAL(dunder, field, wrapper, generic, op, reflected, signature, doc)               \
  {&Names::dunder, #dunder, offsetof(TypeSlots, field), wrapper,                              \
   reinterpret_cast<void*>(static_cast<std::remove_reference_t<decltype(std::declval<TypeSlots&>().field)>>(generic)), static_cast<u8>(op), \
   reflected, signature, doc},
// Dynamic initialisation only because of the casts to void*; nobody reads it before start-up.
const Special kSpecials[] = {
#include "runtime/object/specials.def"
};
#undef SPECIAL
const usize kSpecialCount = sizeof(kSpecials) / sizeof(kSpecials[0]);

namespace {

constexpr usize kTableSize = 512;
struct Bucket {
  const Str* name;
  u8 count;
  u8 index[4];
};
Bucket g_buckets[kTableSize];  // filled once at start

Bucket& bucket_of(const Str* name) {
  usize i = (reinterpret_cast<usize>(name) >> 4) * 0x9E3779B97F4A7C15 >> 55;
  while (g_buckets[i].name && g_buckets[i].name != name) i = (i + 1) % kTableSize;
  return g_buckets[i];
}

constexpr Str* Names::*kBinaryNames[][3] = {
    {&Names::__add__, &Names::__radd__, &Names::__iadd__},
    {&Names::__sub__, &Names::__rsub__, &Names::__isub__},
    {&Names::__mul__, &Names::__rmul__, &Names::__imul__},
    {&Names::__truediv__, &Names::__rtruediv__, &Names::__itruediv__},
    {&Names::__floordiv__, &Names::__rfloordiv__, &Names::__ifloordiv__},
    {&Names::__mod__, &Names::__rmod__, &Names::__imod__},
    {&Names::__pow__, &Names::__rpow__, &Names::__ipow__},
    {&Names::__matmul__, &Names::__rmatmul__, &Names::__imatmul__},
    {&Names::__and__, &Names::__rand__, &Names::__iand__},
    {&Names::__or__, &Names::__ror__, &Names::__ior__},
    {&Names::__xor__, &Names::__rxor__, &Names::__ixor__},
    {&Names::__lshift__, &Names::__rlshift__, &Names::__ilshift__},
    {&Names::__rshift__, &Names::__rrshift__, &Names::__irshift__},
};
constexpr Str* Names::*kCompareNames[] = {&Names::__lt__, &Names::__le__, &Names::__eq__,
                                          &Names::__ne__, &Names::__gt__, &Names::__ge__};

}  // namespace

void specials_init() {
  for (usize i = 0; i < kSpecialCount; ++i) {
    Str* name = g_names.*kSpecials[i].name;
    Bucket& b = bucket_of(name);
    b.name = name;
    TP_ASSERT(b.count < 4);
    b.index[b.count++] = static_cast<u8>(i);
  }
}

usize specials_named(const Str* name, const Special* out[4]) {
  const Bucket& b = bucket_of(name);
  if (b.name == nullptr) return 0;
  for (usize i = 0; i < b.count; ++i) out[i] = &kSpecials[b.index[i]];
  return b.count;
}

Str* binary_name(BinaryOp op, bool reflected) {
  return g_names.*kBinaryNames[static_cast<u8>(op)][reflected ? 1 : 0];
}
Str* inplace_name(BinaryOp op) { return g_names.*kBinaryNames[static_cast<u8>(op)][2]; }
Str* compare_name(CompareOp op) { return g_names.*kCompareNames[static_cast<u8>(op)]; }

}  // namespace taipan
