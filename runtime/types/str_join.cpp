// str.join: one pass to measure, one to copy; no string in between.
#include "runtime/object/error.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// The items of a list that nobody else can change, or of a tuple: borrowed, one after the other.
struct Items {
  List* list;
  Tuple* tuple;
  usize size() const { return list != nullptr ? list_size(list) : tuple->size(); }
  Value operator[](usize i) const { return list != nullptr ? list_borrow(list, i) : (*tuple)[i]; }
};

Result<Str> join_items(Thread& t, Str* separator, const Items& items) {
  usize n = items.size();
  if (n == 0) return str_from_ascii(t, "");
  usize total = 0;
  char32_t max = n > 1 ? str_max_char(separator) : 0x7f;
  for (usize i = 0; i < n; ++i) {
    Value v = items[i];
    if (!is_a<Str>(v)) {
      return raise(t, TypeError, "sequence item {}: expected str instance, {!T} found", i, v);
    }
    Str* s = v.as<Str>();
    total += s->length();
    if (str_max_char(s) > max) max = str_max_char(s);
  }
  if (n == 1 && is_exact<Str>(items[0])) return own(items[0].as<Str>());
  usize m = separator->length();
  if (total > (usize{1} << 60) || (m != 0 && n > ((usize{1} << 60) - total) / m)) {
    return raise(t, OverflowError, "join() result is too long for a Python string");
  }
  total += m * (n - 1);
  Result<Str> r = str_allocate(t, total, max);
  if (r.is_error() || total == 0) return r;
  Str* out = r.word().as<Str>();
  usize at = 0;
  for (usize i = 0; i < n; ++i) {
    Value v = items[i];
    // Allocating may have let another thread at the list: then start again with a copy.
    if (!is_a<Str>(v) || v.as<Str>()->length() > total - at || str_max_char(v.as<Str>()) > max) {
      drop(r);
      return Result<Str>::absent();
    }
    if (i != 0 && m != 0) {
      if (m > total - at) {
        drop(r);
        return Result<Str>::absent();
      }
      copy_chars(out, at, separator, 0, m);
      at += m;
    }
    Str* s = v.as<Str>();
    usize k = s->length();
    if (k > total - at) {
      drop(r);
      return Result<Str>::absent();
    }
    copy_chars(out, at, s, 0, k);
    at += k;
  }
  if (at != total) {
    drop(r);
    return Result<Str>::absent();
  }
  return r;
}

}  // namespace

Result<Str> str_join(Thread& t, Str* separator, Value iterable) {
  if (is_exact<List>(iterable) && iterable.object()->is_local()) {
    Result<Str> r = join_items(t, separator, Items{iterable.as<List>(), nullptr});
    if (!r.is_absent()) return r;
  }
  if (is_exact<Tuple>(iterable)) return join_items(t, separator, Items{nullptr, iterable.as<Tuple>()});
  if (is_exact<List>(iterable)) {
    Local<Tuple> items(t, TRY(list_to_tuple(t, iterable.as<List>())));
    return join_items(t, separator, Items{nullptr, items});
  }
  Result<> iterator = iterate(t, iterable);
  if (iterator.is_error()) {
    if (!swallow(t, TypeError)) return kError;
    return raise(t, TypeError, "can only join an iterable");
  }
  Local<> keep(t, iterator);
  Local<Tuple> items(t, TRY(to_tuple(t, keep)));
  return join_items(t, separator, Items{nullptr, items});
}

Result<Str> str_join_method(Thread& t, Str* separator, Value iterable) {
  return str_join(t, separator, iterable);
}

}  // namespace taipan
