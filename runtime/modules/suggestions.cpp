// _suggestions: "Did you mean ...?" for misspelt names.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"
#include "runtime/types/near_name.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

constexpr usize kMaxCandidates = 750;

Result<> generate(Thread& t, Value candidates, Value item) {
  if (!is_a<Str>(item)) return raise(t, TypeError, "_generate_suggestions() argument 2 must be str, not {!T}", item);
  if (!is_exact<List>(candidates)) return raise(t, TypeError, "candidates must be a list");
  List* list = candidates.as<List>();
  usize n = list_size(list);
  Local<> best(t, none_value());
  const Str* name = item.as<Str>();
  if (n > kMaxCandidates || name->length() > kMaxNameLength) return best.give();
  NearestName nearest(name);
  for (usize i = 0; i < n; ++i) {
    Local<> candidate(t, TRY(list_get(t, list, i)));
    if (candidate.is_empty()) break;
    if (!is_a<Str>(candidate)) return raise(t, TypeError, "all elements in 'candidates' must be strings");
    const Str* other = candidate.value().as<Str>();
    if (str_equal(name, other)) continue;
    if (nearest.offer(other)) best.set(candidate.value());
    if (nearest.is_exact()) break;
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
