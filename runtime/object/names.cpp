#include "runtime/object/names.h"

#include "runtime/object/startup_parts.h"
#include "runtime/types/str.h"

namespace taipan {

Names g_names;

void names_init(Thread& t) {
#define TP_NAME(x) g_names.x = str_immortal(t, #x);
#define TP_NAME_AS(member, text) g_names.member = str_immortal(t, text);
#include "runtime/object/names.def"
#undef TP_NAME
#undef TP_NAME_AS
  g_names.empty = str_immortal(t, "");
  g_names.lambda = str_immortal(t, "<lambda>");
  g_names.module_ = str_immortal(t, "<module>");
}

}  // namespace taipan
