// _bisect: binary search in sorted sequences.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

Result<bool> less(Thread& t, Value a, Value b) {
  int quick = quick_less(a, b);
  if (quick != kAskPython) return quick == 1;
  return compare_truth(t, CompareOp::Lt, a, b);
}

Result<> item_at(Thread& t, Value a, ssize i) {
  if (is_exact<List>(a)) {
    Result<> r = list_get(t, a.as<List>(), static_cast<usize>(i));
    if (r.is_absent()) return raise(t, IndexError, "list index out of range");
    return r;
  }
  Local<> index(t, TRY(int_from_i64(t, i)));
  return get_item(t, a, index);
}

// Where x belongs: right of equal items (kRight), or left of them.
template <bool kRight>
Result<ssize> find(Thread& t, Value a, Value x, ssize lo, Value hi_given, Value key) {
  if (lo < 0) return raise(t, ValueError, "lo cannot be negative");
  ssize hi = is_none(hi_given) ? TRY(length(t, a)) : TRY(to_ssize(t, hi_given));
  while (lo < hi) {
    ssize mid = lo + (hi - lo) / 2;
    Local<> item(t, TRY(item_at(t, a, mid)));
    if (!is_none(key)) item.set(TRY(call(t, key, item)));
    bool left = kRight ? TRY(less(t, x, item)) : !TRY(less(t, item, x));
    if (left) hi = mid;
    else lo = mid + 1;
  }
  return lo;
}

template <bool kRight>
Status insort(Thread& t, Value a, Value x, ssize lo, Value hi, Value key) {
  Local<> probe(t, x);
  if (!is_none(key)) probe.set(TRY(call(t, key, x)));
  ssize at = TRY(find<kRight>(t, a, probe, lo, hi, key));
  if (is_exact<List>(a)) return list_insert(t, a.as<List>(), at, x);
  Local<> index(t, TRY(int_from_i64(t, at)));
  Local<Str> name(t, TRY(str_intern(t, "insert")));
  drop(TRY(call_method(t, a, name, index, x)));
  return kDone;
}

constexpr NativeDef kFunctions[] = {
    def<find<true>>("bisect_right($module, /, a, x, lo=0, hi=None, *, key=None)",
                    "Position at which x, put into the sorted list a, stands right of all that equal it."),
    def<find<false>>("bisect_left($module, /, a, x, lo=0, hi=None, *, key=None)",
                     "Position at which x, put into the sorted list a, stands left of all that equal it."),
    def<insort<true>>("insort_right($module, /, a, x, lo=0, hi=None, *, key=None)",
                      "Puts x into the sorted list a, right of all that equal it."),
    def<insort<false>>("insort_left($module, /, a, x, lo=0, hi=None, *, key=None)",
                       "Puts x into the sorted list a, left of all that equal it."),
};

}  // namespace

extern const ModuleDef bisect_module_def;
const ModuleDef bisect_module_def = {"_bisect", "Binary search in sorted sequences.", kFunctions};

}  // namespace taipan
