// Names of characters: to text, and from text for \N{...} and unicodedata.lookup.
// Lookup ignores case and knows aliases and, where the caller wants them, named sequences.
// Names are stored as words; Hangul syllables and ideographs are spelled by rule.
#pragma once

#include <string>
#include <string_view>

#include "runtime/base/types.h"

namespace taipan::unicode {

// Empty if the character has no name.
std::string name_of(char32_t c);

inline constexpr usize kMaxNamedSize = 4;  // characters of the longest named sequence
// Writes the characters the name stands for and returns how many; 0 if nobody has it.
int find_named(std::string_view name, bool with_sequences, char32_t* out);

}  // namespace taipan::unicode
