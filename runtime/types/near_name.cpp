#include "runtime/types/near_name.h"

#include <utility>

#include "runtime/types/str.h"

namespace taipan {
namespace {

constexpr usize kMove = 2, kCase = 1;  // costs: a letter added, removed or replaced; one of other case

char32_t lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }
usize substitution(char32_t a, char32_t b) { return a == b ? 0 : lower(a) == lower(b) ? kCase : kMove; }

// Levenshtein distance by these costs, in one row of the matrix; above `limit` any number above it.
usize distance(NameText x, NameText y, usize limit) {
  usize nx = x.length(), ny = y.length(), start = 0;
  while (start < nx && start < ny && x.at(start) == y.at(start)) ++start;
  while (nx > start && ny > start && x.at(nx - 1) == y.at(ny - 1)) --nx, --ny;
  nx -= start;
  ny -= start;
  if (nx == 0 || ny == 0) return (nx + ny) * kMove;
  if (nx > kMaxNameLength || ny > kMaxNameLength) return limit + 1;
  if (ny < nx) std::swap(nx, ny), std::swap(x, y);
  if ((ny - nx) * kMove > limit) return limit + 1;
  usize row[kMaxNameLength];
  for (usize i = 0; i < nx; ++i) row[i] = (i + 1) * kMove;
  usize result = 0;
  for (usize k = 0; k < ny; ++k) {
    char32_t c = y.at(start + k);
    usize diagonal = result = k * kMove, least = SIZE_MAX;
    for (usize i = 0; i < nx; ++i) {
      usize replaced = diagonal + substitution(c, x.at(start + i));
      diagonal = row[i];
      usize moved = (result < diagonal ? result : diagonal) + kMove;
      row[i] = result = moved < replaced ? moved : replaced;
      if (result < least) least = result;
    }
    if (least > limit) return limit + 1;
  }
  return result;
}

}  // namespace

usize NameText::length() const { return object_ != nullptr ? object_->length() : ascii_.size(); }
char32_t NameText::at(usize i) const { return object_ != nullptr ? object_->at(i) : static_cast<u8>(ascii_[i]); }

bool NearestName::offer(NameText candidate) {
  if (is_exact()) return false;
  // At most a third of the letters may be wrong.
  usize limit = (wanted_.length() + candidate.length() + 3) * kMove / 6;
  if (limit > distance_ - 1) limit = distance_ - 1;
  usize d = distance(wanted_, candidate, limit);
  if (d > limit) return false;
  distance_ = d;
  return true;
}

ErrorTag raise_unexpected_keyword(Thread& t, const char* function, Str* keyword, std::initializer_list<const char*> known) {
  const char* near = nullptr;
  NearestName nearest(keyword);
  for (const char* name : known)
    if (nearest.offer(name)) near = name;
  if (near == nullptr) return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'", function, keyword);
  return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'. Did you mean '{}'?", function, keyword, near);
}

}  // namespace taipan
