// _suggestions: "Did you mean ...?" for misspelt names.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

constexpr usize kMaxCandidates = 750, kMaxLength = 40;
constexpr usize kMove = 2, kCase = 1;  // costs: a letter added, removed or replaced; one of other case

char32_t lower(char32_t c) { return c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c; }
usize substitution(char32_t a, char32_t b) { return a == b ? 0 : lower(a) == lower(b) ? kCase : kMove; }

// Levenshtein distance by these costs, in one row of the matrix; above `limit` any number above it.
usize distance(const Str* x, const Str* y, usize limit) {
  usize nx = x->length(), ny = y->length(), start = 0;
  while (start < nx && start < ny && x->at(start) == y->at(start)) ++start;
  while (nx > start && ny > start && x->at(nx - 1) == y->at(ny - 1)) --nx, --ny;
  nx -= start;
  ny -= start;
  if (nx == 0 || ny == 0) return (nx + ny) * kMove;
  if (nx > kMaxLength || ny > kMaxLength) return limit + 1;
  if (ny < nx) std::swap(nx, ny), std::swap(x, y);
  if ((ny - nx) * kMove > limit) return limit + 1;
  usize row[kMaxLength];
  for (usize i = 0; i < nx; ++i) row[i] = (i + 1) * kMove;
  usize result = 0;
  for (usize k = 0; k < ny; ++k) {
    char32_t c = y->at(start + k);
    usize diagonal = result = k * kMove, least = SIZE_MAX;
    for (usize i = 0; i < nx; ++i) {
      usize replaced = diagonal + substitution(c, x->at(start + i));
      diagonal = row[i];
      usize moved = (result < diagonal ? result : diagonal) + kMove;
      row[i] = result = moved < replaced ? moved : replaced;
      if (result < least) least = result;
    }
    if (least > limit) return limit + 1;
  }
  return result;
}

Result<> generate(Thread& t, Value candidates, Value item) {
  if (!is_a<Str>(item)) return raise(t, TypeError, "_generate_suggestions() argument 2 must be str, not {!T}", item);
  if (!is_exact<List>(candidates)) return raise(t, TypeError, "candidates must be a list");
  List* list = candidates.as<List>();
  usize n = list_size(list);
  Local<> best(t, none_value());
  const Str* name = item.as<Str>();
  if (n > kMaxCandidates || name->length() > kMaxLength) return best.give();
  usize best_distance = SIZE_MAX;
  for (usize i = 0; i < n; ++i) {
    Local<> candidate(t, TRY(list_get(t, list, i)));
    if (candidate.is_empty()) break;
    if (!is_a<Str>(candidate)) return raise(t, TypeError, "all elements in 'candidates' must be strings");
    const Str* other = candidate.value().as<Str>();
    if (str_equal(name, other)) continue;
    // At most a third of the letters may be wrong.
    usize limit = (name->length() + other->length() + 3) * kMove / 6;
    if (limit > best_distance - 1) limit = best_distance - 1;
    usize d = distance(name, other, limit);
    if (d > limit) continue;
    best_distance = d;
    best.set(candidate.value());
    if (d == 0) break;
  }
  return best.give();
}

constexpr NativeDef kFunctions[] = {
    def<generate>("_generate_suggestions($module, candidates, item, /)",
                  "The candidate that item is most likely a misspelling of, or None."),
};

}  // namespace

extern const ModuleDef suggestions_module_def;
const ModuleDef suggestions_module_def = {"_suggestions", "Suggestions for misspelt names.", kFunctions};

}  // namespace taipan
