// str_extend: `text += part` without a copy of the text, where nobody else can see it.
// For the interpreter, which knows that the register on the left side is the only reference and dies.
// Strings are immutable for everybody else.
#pragma once
#include "runtime/types/str.h"

namespace taipan {

// Appends b to a, both exact str; a is held by one counted register word alone. Gives a, or what it has
// become: the word's count goes along. Null: not possible here, nothing is changed, nothing raised.
Str* str_extend(Thread& t, Str* a, const Str* b);

}  // namespace taipan
