// names().__init__ and so on: interned, immortal strings for the attribute names C++ code mentions.
// Filled at start (names_init); the list is names.def. The pointers never change.
#pragma once
#include "runtime/types/fwd.h"

namespace taipan {

struct Names {
#define TP_NAME(x) Str* x;
#define TP_NAME_AS(member, text) Str* member;
#include "runtime/object/names.def"
#undef TP_NAME
#undef TP_NAME_AS
  Str* empty;       // ''
  Str* lambda;      // '<lambda>'
  Str* module_;     // '<module>'
};
extern Names g_names;
inline const Names& names() { return g_names; }

}  // namespace taipan
