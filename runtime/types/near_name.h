// How near two names are, and which of several candidates is nearest to a misspelt one: "Did you mean ...?".
// raise_unexpected_keyword() is what native functions say of a keyword they do not know.
#pragma once
#include <initializer_list>
#include <string_view>

#include "runtime/object/error.h"
#include "runtime/thread/thread.h"
#include "runtime/types/fwd.h"

namespace taipan {

constexpr usize kMaxNameLength = 40;  // longer names are like no other

// A name as messages know it: an object, or ASCII text of a native function's.
class NameText {
 public:
  NameText(const Str* s) : object_(s) {}
  NameText(const char* s) : ascii_(s) {}
  usize length() const;
  char32_t at(usize i) const;

 private:
  const Str* object_ = nullptr;
  std::string_view ascii_;
};

// Keeps the nearest of the names it is offered.
class NearestName {
 public:
  explicit NearestName(NameText wanted) : wanted_(wanted) {}
  // True: this is the nearest so far, and near enough to be meant.
  bool offer(NameText candidate);
  bool is_exact() const { return distance_ == 0; }

 private:
  NameText wanted_;
  usize distance_ = SIZE_MAX;
};

ErrorTag raise_unexpected_keyword(Thread& t, const char* function, Str* keyword, std::initializer_list<const char*> known);

}  // namespace taipan
