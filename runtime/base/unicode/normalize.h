// Decomposition, composition and the four normal forms of UAX #15.
// A quick check settles most texts; normalize() does the rest and writes code points.
// Text comes in lanes (see runtime/base/lanes.h).
#pragma once

#include <string>

#include "runtime/base/types.h"

namespace taipan::unicode {

enum class NormalForm : u8 { NFC, NFKC, NFD, NFKD };
enum class QuickCheck : u8 { Yes, No, Maybe };

// Yes and No are certain; after Maybe only normalize() knows.
template <class Lane>
QuickCheck quick_check(NormalForm form, const Lane* text, usize size);

template <class Lane>
std::u32string normalize(NormalForm form, const Lane* text, usize size);

// What UnicodeData.txt says, one step (syllables in full): "" where there is none, else "<tag> 0041 0300".
std::string decomposition_text(char32_t c);

// The primary composite of two characters, or 0.
char32_t compose(char32_t first, char32_t second);

}  // namespace taipan::unicode
