// list.sort: detaches the elements (or, of a shared list, a counted copy), computes keys, picks the
// cheapest comparison that fits all keys, sorts, and puts the result back unless somebody changed the list.
#include "runtime/types/list_impl.h"
#include "runtime/types/merge_sort.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct LessInt {  // tags are equal: the words compare as the integers
  int operator()(u64 a, u64 b) const { return static_cast<i64>(a) < static_cast<i64>(b); }
};
struct LessFloat {
  int operator()(u64 a, u64 b) const { return Value(a).as_float() < Value(b).as_float(); }
};
struct LessStr {
  int operator()(u64 a, u64 b) const {
    return str_compare(Value(a).as<Str>(), Value(b).as<Str>()) < 0;
  }
};
struct LessAny {
  Thread& t;
  int operator()(u64 a, u64 b) const {
    Value x(a), y(b);
    int r = quick_less(x, y);
    if (r != kAskPython) return r;
    if (is_exact<Tuple>(x) && is_exact<Tuple>(y)) return less_tuple(x.as<Tuple>(), y.as<Tuple>());
    return ask(x, y);
  }
  int ask(Value x, Value y) const {
    Result<bool> r = compare_truth(t, CompareOp::Lt, x, y);
    return r.is_error() ? -1 : r.take();
  }
  // As tuple's own comparison, without its result object.
  int less_tuple(Tuple* a, Tuple* b) const {
    usize n = a->size() < b->size() ? a->size() : b->size();
    for (usize i = 0; i < n; ++i) {
      int e = quick_equal((*a)[i], (*b)[i]);
      if (e == kAskPython) {
        Result<bool> r = equal(t, (*a)[i], (*b)[i]);
        if (r.is_error()) return -1;
        e = r.take();
      }
      if (e) continue;
      int r = quick_less((*a)[i], (*b)[i]);
      return r == kAskPython ? ask((*a)[i], (*b)[i]) : r;
    }
    return a->size() < b->size();
  }
};

template <class Less>
bool sort_with(Thread& t, SortSpan span, usize n, Less less) {
  MergeSort<Less> sort(t, span, n, less);
  return sort.run();
}

bool sort_span(Thread& t, SortSpan span, usize n) {
  bool ints = true, floats = true, strs = true;
  for (usize i = 0; i < n && (ints || floats || strs); ++i) {
    Value v(span.keys[i]);
    ints = ints && v.is_int();
    floats = floats && v.is_float();
    strs = strs && is_exact<Str>(v);
  }
  if (ints) return sort_with(t, span, n, LessInt{});
  if (floats) return sort_with(t, span, n, LessFloat{});
  if (strs) return sort_with(t, span, n, LessStr{});
  return sort_with(t, span, n, LessAny{t});
}

// The keys of n held words, each counted; false: error pending, *made keys exist.
bool make_keys(Thread& t, Value key, const u64* words, u64* keys, usize n, usize* made) {
  for (*made = 0; *made < n; ++*made) {
    Result<> k = call(t, key, Value(words[*made]));
    if (k.is_error()) return false;
    keys[*made] = SlotBase::counted_form(k.word()).bits;
  }
  return true;
}

// Sorts n counted words that belong to nobody else now. They stay a permutation after an error.
bool sort_words(Thread& t, u64* words, usize n, Value key, bool reverse) {
  u64* keys = nullptr;
  usize made = 0;
  bool ok = true;
  if (!key.is_empty() && n > 0) {
    keys = static_cast<u64*>(buffer_allocate(t, n * sizeof(u64)));
    if (!keys) return (void)raise_memory_error(t), false;
    ok = make_keys(t, key, words, keys, n, &made);
  }
  if (ok && n > 1) {
    SortSpan span = keys ? SortSpan{keys, words} : SortSpan{words, nullptr};
    if (reverse) span.reverse(0, n);  // twice reversed: equal elements keep their order
    ok = sort_span(t, span, n);
    if (reverse) span.reverse(0, n);
  }
  for (usize i = 0; i < made; ++i) release_removed(Value(keys[i]));
  if (keys) buffer_free(keys, n * sizeof(u64));
  return ok;
}

u64* words_of(ListItems* items) { return reinterpret_cast<u64*>(items->slots()); }

Status sort_local(Thread& t, List* l, Value key, bool reverse) {
  // The list looks empty meanwhile, as in CPython: key functions cannot disturb the words.
  usize n;
  ListItems* items = list_take_items(l, &n);
  bool ok = sort_words(t, words_of(items), n, key, reverse);
  // The list may have been published by a key function or a comparison (R2).
  if (l->is_shared()) {
    for (usize i = 0; i < n; ++i) publish_before_lock(l, items->slots()[i].borrow());
  }
  ListItems* intruders;
  usize intruder_count;
  {
    Mutating guard(l);
    intruders = l->items_.load_relaxed();
    intruder_count = l->size_.load_relaxed();
    l->items_.store_release(items);
    l->size_.store_release(n);
    if (guard.is_shared()) note_write(items);
  }
  bool modified = intruders != &g_no_items || intruder_count != 0;
  list_drop_items(t, l, intruders, intruder_count);
  if (ok && modified) return raise(t, ValueError, "list modified during sort");
  return ok ? Status(kDone) : Status(kError);
}

Status sort_shared(Thread& t, List* l, Value key, bool reverse) {
  ListItems* copy = nullptr;
  ListItems* seen;
  usize n;
  u64 writes;
  for (;;) {  // allocate outside, copy under the lock
    usize wanted = list_size(l);
    copy = items_allocate(t, wanted);
    if (!copy) return kError;
    Mutating guard(l);
    n = l->size_.load_relaxed();
    seen = l->items_.load_relaxed();
    if (n > wanted) {
      guard.unlock();
      if (copy->capacity) buffer_free(copy, items_bytes(copy->capacity));
      continue;
    }
    writes = seen->spare.load_relaxed();
    for (usize i = 0; i < n; ++i) {
      copy->slots()[i].raw().store_relaxed(SlotBase::count_for_slot(seen->slots()[i].borrow()).bits);
    }
    break;
  }
  if (n == 0) {
    if (copy->capacity) buffer_free(copy, items_bytes(copy->capacity));
    return kDone;
  }
  bool ok = sort_words(t, words_of(copy), n, key, reverse);
  bool modified = false;
  ListItems* discarded = copy;
  if (ok) {
    Mutating guard(l);
    // Same block, same size, no write since: (a freed block cannot come back while we held none: its
    // write count would differ, for a fresh block copies and raises it).
    modified = l->items_.load_relaxed() != seen || l->size_.load_relaxed() != n ||
               seen->spare.load_relaxed() != writes;
    if (!modified) {
      copy->spare.store_relaxed(writes);
      l->items_.store_release(copy);
      note_write(copy);
      discarded = seen;
    }
  }
  for (usize i = 0; i < n; ++i) release_removed(Value(discarded->slots()[i].raw().load_relaxed()));
  if (discarded == seen) {
    items_discard(t, l, seen);
  } else {
    buffer_free(copy, items_bytes(copy->capacity));
  }
  if (ok && modified) return raise(t, ValueError, "list modified during sort");
  return ok ? Status(kDone) : Status(kError);
}

}  // namespace

Status list_sort(Thread& t, List* l, Value key, bool reverse) {
  if (!key.is_empty() && is_none(key)) key = Value::empty();
  return l->is_shared() ? sort_shared(t, l, key, reverse) : sort_local(t, l, key, reverse);
}

}  // namespace taipan
