// number_text: a str as int(), float() and complex() read it: decimal digits of any script as ASCII digits,
// any white space as ' ', what cannot be part of a number as '?'.
#pragma once
#include <string>

#include "runtime/types/str.h"

namespace taipan {
std::string number_text(const Str* s);
inline std::string_view trim_spaces(std::string_view s) {
  auto space = [](char c) { return c == ' ' || (c >= '\t' && c <= '\r') || (c >= 0x1c && c <= 0x1f); };
  while (!s.empty() && space(s.front())) s.remove_prefix(1);
  while (!s.empty() && space(s.back())) s.remove_suffix(1);
  return s;
}
}  // namespace taipan
