// TP_ASSERT: a broken invariant of the runtime, cheap to check (presets quick, dev, poison, tsan).
// TP_ASSERT_SLOW: one that walks structures (dev, poison). Neither evaluates its argument when off.
// A Python-visible problem is never an assertion: it is an error result.
#pragma once

namespace taipan {
[[noreturn, gnu::cold]] void assert_failed(const char* expression, const char* file, int line);
// Prints `message` and aborts: for states after which nothing can be saved (also in release).
[[noreturn, gnu::cold]] void fatal(const char* message);
}  // namespace taipan

#if TAIPAN_ASSERTS
#define TP_ASSERT(e) ((e) ? (void)0 : ::taipan::assert_failed(#e, __FILE__, __LINE__))
#else
#define TP_ASSERT(e) ((void)sizeof(!(e)))
#endif
#if TAIPAN_SLOW_ASSERTS
#define TP_ASSERT_SLOW(e) TP_ASSERT(e)
#else
#define TP_ASSERT_SLOW(e) ((void)sizeof(!(e)))
#endif

#define TP_NOINLINE [[gnu::noinline]]
#define TP_INLINE [[gnu::always_inline]] inline
#define TP_COLD [[gnu::cold, gnu::noinline]]
