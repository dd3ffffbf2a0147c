#include "runtime/types/number_text.h"

#include "runtime/base/unicode/properties.h"

namespace taipan {

std::string number_text(const Str* s) {
  std::string out;
  out.reserve(s->length());
  for (usize i = 0; i < s->length(); ++i) {
    char32_t c = s->at(i);
    if (c < 0x80) {
      out.push_back(static_cast<char>(c));
    } else if (unicode::is_space(c)) {
      out.push_back(' ');
    } else {
      int digit = unicode::decimal_value(c);
      out.push_back(digit < 0 ? '?' : static_cast<char>('0' + digit));
    }
  }
  return out;
}

}  // namespace taipan
