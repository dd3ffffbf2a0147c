// str.join: one pass to measure, one to copy; no string in between.
#include "runtime/object/error.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// The items of a tuple, or of a list that nobody else has: no Python code runs here, so they stay.
Result<Str> join_items(Thread& t, Str* separator, const Slot<>* items, usize n) {
  if (n == 0) return str_from_ascii(t, "");
  usize total = 0;
  u8 width = n > 1 ? separator->width() : u8{Str::kAscii};
  for (usize i = 0; i < n; ++i) {
    Value v = items[i].borrow();
    if (!is_a<Str>(v)) [[unlikely]] {
      return raise(t, TypeError, "sequence item {}: expected str instance, {!T} found", i, v);
    }
    Str* s = v.as<Str>();
    total += s->length();
    if (s->width() > width) width = s->width();
  }
  if (n == 1 && is_exact<Str>(items[0].borrow())) return own(items[0].borrow().as<Str>());
  usize m = separator->length();
  if (total > (usize{1} << 60) || (m != 0 && n > ((usize{1} << 60) - total) / m)) {
    return raise(t, OverflowError, "join() result is too long for a Python string");
  }
  total += m * (n - 1);
  Result<Str> r = str_allocate(t, total, str_width_max(width));
  if (r.is_error() || total == 0) return r;
  Str* out = r.word().as<Str>();
  usize at = 0;
  for (usize i = 0; i < n; ++i) {
    if (i != 0 && m != 0) {
      copy_chars(out, at, separator, 0, m);
      at += m;
    }
    Str* s = items[i].borrow().as<Str>();
    usize k = s->length();
    copy_chars(out, at, s, 0, k);
    at += k;
  }
  TP_ASSERT(at == total);
  return r;
}
Result<Str> join_items(Thread& t, Str* separator, Tuple* items) {
  return join_items(t, separator, items->items(), items->size());
}

}  // namespace

Result<Str> str_join(Thread& t, Str* separator, Value iterable) {
  if (is_exact<List>(iterable) && iterable.object()->is_local()) {
    List* l = iterable.as<List>();
    return join_items(t, separator, l->items_.load_relaxed()->slots(), l->size_.load_relaxed());
  }
  if (is_exact<Tuple>(iterable)) return join_items(t, separator, iterable.as<Tuple>());
  if (is_exact<List>(iterable)) {
    Local<Tuple> items(t, TRY(list_to_tuple(t, iterable.as<List>())));
    return join_items(t, separator, items.get());
  }
  Result<> iterator = iterate(t, iterable);
  if (iterator.is_error()) {
    if (!swallow(t, TypeError)) return kError;
    return raise(t, TypeError, "can only join an iterable");
  }
  Local<> keep(t, iterator);
  Local<Tuple> items(t, TRY(to_tuple(t, keep)));
  return join_items(t, separator, items.get());
}

Result<Str> str_join_method(Thread& t, Str* separator, Value iterable) {
  return str_join(t, separator, iterable);
}

}  // namespace taipan
