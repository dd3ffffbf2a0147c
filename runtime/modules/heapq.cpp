// _heapq: a list as a binary heap. Elements are compared by Python code, so no lock is held over an operation:
// threads that use one heap without a lock of their own get its elements in some order, and never a damaged list.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_compare.h"

namespace taipan {

namespace {

// Does a come out before b?
template <bool kMax>
Result<bool> before(Thread& t, Value a, Value b) {
  int quick = kMax ? quick_less(b, a) : quick_less(a, b);
  if (quick != kAskPython) return quick == 1;
  return kMax ? compare_truth(t, CompareOp::Lt, b, a) : compare_truth(t, CompareOp::Lt, a, b);
}

ErrorTag raise_changed(Thread& t) { return raise(t, RuntimeError, "list changed size during iteration"); }

Status load(Thread& t, List* heap, usize i, Local<>& into) {
  into.set(TRY(list_get(t, heap, i)));
  if (into.is_empty()) return raise_changed(t);
  return kDone;
}

// Puts `item` at pos or above, where its parents do not come out after it. heap[pos] may be overwritten.
template <bool kMax>
Status rise(Thread& t, List* heap, usize start, usize pos, Value item) {
  usize n = list_size(heap);
  Local<> parent(t);
  while (pos > start) {
    usize up = (pos - 1) / 2;
    TRY(load(t, heap, up, parent));
    bool first = TRY(before<kMax>(t, item, parent));
    if (list_size(heap) != n) return raise_changed(t);
    if (!first) break;
    TRY(list_set(t, heap, pos, parent));
    pos = up;
  }
  return list_set(t, heap, pos, item);
}

// Puts `item` at pos or below: the smaller children move up to a leaf, then it rises from there, which takes fewer
// comparisons than stopping on the way, because what is put in mostly belongs near the leaves.
template <bool kMax>
Status sink(Thread& t, List* heap, usize pos, Value item) {
  usize n = list_size(heap), start = pos;
  Local<> left(t), right(t);
  for (usize child; (child = 2 * pos + 1) < n; pos = child) {
    TRY(load(t, heap, child, left));
    if (child + 1 < n) {
      TRY(load(t, heap, child + 1, right));
      bool left_first = TRY(before<kMax>(t, left, right));
      if (list_size(heap) != n) return raise_changed(t);
      if (!left_first) {
        ++child;
        left.set(right.value());
      }
    }
    TRY(list_set(t, heap, pos, left));
  }
  // The list lacks `item` meanwhile: put it in, whatever the comparisons do.
  TRY(list_set(t, heap, pos, item));
  return rise<kMax>(t, heap, start, pos, item);
}

template <bool kMax>
Status push(Thread& t, List* heap, Value item) {
  TRY(list_append(t, heap, item));
  return rise<kMax>(t, heap, 0, list_size(heap) - 1, item);
}

template <bool kMax>
Result<> pop(Thread& t, List* heap) {
  usize n = list_size(heap);
  Local<> last(t, n == 0 ? Result<>::absent() : TRY(list_pop(t, heap, n - 1)));
  if (last.is_empty()) return raise(t, IndexError, "index out of range");
  if (n == 1) return last.give();
  Local<> first(t);
  TRY(load(t, heap, 0, first));
  TRY(sink<kMax>(t, heap, 0, last));
  return first.give();
}

template <bool kMax>
Result<> replace(Thread& t, List* heap, Value item) {
  Local<> first(t, TRY(list_get(t, heap, 0)));
  if (first.is_empty()) return raise(t, IndexError, "index out of range");
  TRY(sink<kMax>(t, heap, 0, item));
  return first.give();
}

template <bool kMax>
Result<> pushpop(Thread& t, List* heap, Value item) {
  Local<> first(t, TRY(list_get(t, heap, 0)));
  if (first.is_empty()) return own(item);
  bool stays = TRY(before<kMax>(t, first, item));
  if (!stays) return own(item);
  if (list_size(heap) == 0) return raise(t, IndexError, "list index out of range");
  TRY(sink<kMax>(t, heap, 0, item));
  return first.give();
}

template <bool kMax>
Status heapify(Thread& t, List* heap) {
  LoopPoll poll(t);
  Local<> item(t);
  for (usize i = list_size(heap) / 2; i-- > 0;) {
    TRY(load(t, heap, i, item));
    TRY(sink<kMax>(t, heap, i, item));
    TRY(poll());
  }
  return kDone;
}

constexpr NativeDef kFunctions[] = {
    def<push<false>>("heappush($module, heap, item, /)", "Puts item on the heap."),
    def<pop<false>>("heappop($module, heap, /)", "Takes the smallest item off the heap."),
    def<replace<false>>("heapreplace($module, heap, item, /)", "Takes the smallest item off the heap, then puts item on it."),
    def<pushpop<false>>("heappushpop($module, heap, item, /)", "Puts item on the heap, then takes the smallest off it."),
    def<heapify<false>>("heapify($module, heap, /)", "Makes a list a heap, in place, in linear time."),
    def<push<true>>("heappush_max($module, heap, item, /)", "Puts item on the max-heap."),
    def<pop<true>>("heappop_max($module, heap, /)", "Takes the largest item off the max-heap."),
    def<replace<true>>("heapreplace_max($module, heap, item, /)", "Takes the largest item off the max-heap, then puts item on it."),
    def<pushpop<true>>("heappushpop_max($module, heap, item, /)", "Puts item on the max-heap, then takes the largest off it."),
    def<heapify<true>>("heapify_max($module, heap, /)", "Makes a list a max-heap, in place, in linear time."),
};
constexpr ConstantDef kConstants[] = {
    text_constant("__about__", "Heap queues: lists whose smallest item is always first, kept so in logarithmic time."),
};

}  // namespace

extern const ModuleDef heapq_module_def;
const ModuleDef heapq_module_def = {"_heapq", "The heap queue algorithm.", kFunctions, kConstants};

}  // namespace taipan
