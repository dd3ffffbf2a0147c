// Slow paths of items, containers under construction, strings, unpacking and iteration.
#include <cstring>

#include "interp/loop/attribute_table.h"
#include "interp/loop/generator.h"
#include "interp/loop/iterate.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/quick_lookup.h"
#include "runtime/types/set.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/template.h"
#include "runtime/types/tuple.h"

namespace taipan {

// The Python function that is o's __getitem__, or null.
static Function* item_function(Thread& t, Object* o) {
  if (type_of(o).has(kTypeImmutable)) return nullptr;
  Str* name = names().__getitem__;
  const TableLine* known = find_line(t, o->shape.load_relaxed(), table_key(name, TableUse::Operator));
  return known != nullptr ? known->value.as<Function>() : learn_binary_method(t, o, name, TableUse::Operator);
}

Outcome get_item_slow(TP_HELPER_ARGS) {
  Value o = fp[b].canonical(), key = fp[c].canonical();
  Value item = Value::empty();
  if (is_exact<Dict>(o)) {
    item = quick_dict_item(o.object(), key);
    if (!item.is_empty()) [[likely]] return finish_bc(t, fp, pc, a, b, c, item), Outcome::Next;
    Result<> found = dict_get(t, o.as<Dict>(), key);
    if (found.is_error()) return Outcome::Error;
    item = found.word();
    if (item.is_empty()) return (void)raise_value(t, KeyError, key), Outcome::Error;
  } else {
    if (o.is_ref()) {
      if (Function* f = item_function(t, o.object())) {
        Value self = duplicate(fp[b]), index = duplicate(fp[c]);
        return push_call(t, f, self, index, kSpecialFrame, FrameKind::Item);
      }
    }
    Result<> found = get_item(t, o, key);
    if (found.is_error()) return Outcome::Error;
    item = found.word();
  }
  finish_bc(t, fp, pc, a, b, c, item);
  return Outcome::Next;
}

bool set_item_slow(TP_HELPER_ARGS) {
  Value o = fp[a].canonical(), key = fp[b].canonical(), v = fp[c].canonical();
  if (is_exact<Dict>(o)) {
    TP_TAKE(dict_set(t, o.as<Dict>(), key, v));
  } else {
    TP_TAKE(set_item(t, o, key, v));
  }
  Value x = take_killed(fp, a, pc->k & kKillA);
  finish_taking(t, fp, pc, b, c);
  drop(x);
  run_pending(t);
  return true;
}

bool delete_item_op(TP_HELPER_ARGS) {
  TP_TAKE(delete_item(t, fp[b].canonical(), fp[c].canonical()));
  return finish_taking(t, fp, pc, b, c);
}

static Result<Slice> slice_of(Thread& t, const Value* bounds, bool has_step) {
  return slice_new(t, bounds[0].canonical(), bounds[1].canonical(), has_step ? bounds[2].canonical() : Value::empty());
}

// A bound that is an int, or None and leaves *bound as it is.
static bool plain_bound(Value v, ssize* bound) {
  if (v.is_int()) *bound = v.as_int();
  return v.is_int() || v.bits == kNoneWord;
}

// x[a:b] or x[a:b:c] of the hot sequences with ints or nothing as bounds. absent(): not one of these.
template <bool HasStep>
static Result<> plain_slice(Thread& t, Value o, const Value* bounds) {
  SliceBounds at{0, PTRDIFF_MAX, 1};
  if (HasStep) {
    if (!plain_bound(bounds[2], &at.step) || at.step == 0) return Result<>::absent();
    if (at.step < 0) at = {PTRDIFF_MAX, PTRDIFF_MIN, at.step};
  }
  if (!plain_bound(bounds[0], &at.start) || !plain_bound(bounds[1], &at.stop)) return Result<>::absent();
  if (is_exact<List>(o)) return list_slice(t, o.as<List>(), at);
  if (at.step != 1) return Result<>::absent();
  if (is_exact<Str>(o)) {
    usize n = slice_fit(&at, o.as<Str>()->length());
    return str_substring(t, o.as<Str>(), static_cast<usize>(at.start), static_cast<usize>(at.start) + n);
  }
  if (is_exact<Tuple>(o)) {
    usize n = slice_fit(&at, o.as<Tuple>()->size());
    return tuple_slice(t, o.as<Tuple>(), static_cast<usize>(at.start), static_cast<usize>(at.start) + n);
  }
  return Result<>::absent();
}

template <bool HasStep>
static bool get_any_slice(TP_HELPER_ARGS) {
  constexpr u32 kBounds = HasStep ? 3 : 2;
  Value o = fp[b].canonical();
  Result<> plain = TP_TAKE(plain_slice<HasStep>(t, o, fp + c));
  if (!plain.is_absent()) {
    if (pc->k & kKillC) clear_range(fp + c, kBounds);
    return finish_b(t, fp, pc, a, b, plain.word());
  }
  Local<Slice> slice(t, TP_TAKE(slice_of(t, fp + c, HasStep)));
  Value item = TP_TAKE(get_item(t, o, slice)).word();
  if (pc->k & kKillC) clear_range(fp + c, kBounds);
  Value x = take_killed(fp, b, pc->k & kKillB);
  put(fp, a, item);
  drop(x);
  slice.clear();
  run_pending(t);
  return true;
}
bool get_slice(TP_HELPER_ARGS) { return get_any_slice<false>(t, fp, pc, a, b, c); }
bool get_slice_step(TP_HELPER_ARGS) { return get_any_slice<true>(t, fp, pc, a, b, c); }

// l[a:b] = m of local lists with ints or nothing as bounds. False: not this case.
static Result<bool> assign_plain_slice(Thread& t, Value o, const Value* bounds, Value v) {
  if (!is_exact<List>(o) || !is_exact<List>(v) || o.object()->is_shared() || same(o, v)) return false;
  ssize start = 0, stop = PTRDIFF_MAX;
  if (!plain_bound(bounds[0], &start) || !plain_bound(bounds[1], &stop)) return false;
  TRY(list_assign_local(t, o.as<List>(), start, stop, v.as<List>()));
  return true;
}

bool set_slice(TP_HELPER_ARGS) {
  if (TP_TAKE(assign_plain_slice(t, fp[a].canonical(), fp + b, fp[c].canonical()))) {
    if (pc->k & kKillB) clear_range(fp + b, 2);
    Value x = take_killed(fp, a, pc->k & kKillA), y = take_killed(fp, c, pc->k & kKillC);
    drop(y);
    drop(x);
    run_pending(t);
    return true;
  }
  Local<Slice> slice(t, TP_TAKE(slice_of(t, fp + b, false)));
  TP_TAKE(set_item(t, fp[a].canonical(), slice, fp[c].canonical()));
  if (pc->k & kKillB) clear_range(fp + b, 2);
  Value x = take_killed(fp, a, pc->k & kKillA), y = take_killed(fp, c, pc->k & kKillC);
  drop(y);
  drop(x);
  slice.clear();
  run_pending(t);
  return true;
}

bool build_list(TP_HELPER_ARGS) {
  Result<List> list = TP_TAKE(list_from_owned(t, fp + b, c));
  return finish(t, fp, a, list.word());
}

bool build_tuple(TP_HELPER_ARGS) {
  if (c == 0) return finish(t, fp, a, own(empty_tuple()).word());
  Result<Tuple> tuple = TP_TAKE(tuple_from_owned(t, fp + b, c));
  return finish(t, fp, a, tuple.word());
}

bool build_set(TP_HELPER_ARGS) {
  Local<Set> set(t, TP_TAKE(set_new(t)));
  for (u32 i = 0; i < c; ++i) TP_TAKE(set_add(t, set, fp[b + i].canonical()));
  return finish_range(t, fp, a, b, c, set.give().word());
}

bool build_dict(TP_HELPER_ARGS) {
  Local<Dict> dict(t, TP_TAKE(dict_new(t, c / 2)));
  for (u32 i = 0; i < c; i += 2) TP_TAKE(dict_set(t, dict, fp[b + i].canonical(), fp[b + i + 1].canonical()));
  return finish_range(t, fp, a, b, c, dict.give().word());
}

// All parts ASCII: one allocation, plain copies. Null: some part is not.
static Result<Str> join_ascii(Thread& t, const Value* parts, u32 n) {
  usize total = 0;
  for (u32 i = 0; i < n; ++i) {
    Str* s = parts[i].as<Str>();
    if (!s->is_ascii()) return Result<Str>::absent();
    total += s->length();
  }
  Local<Str> joined(t, TRY(str_allocate(t, total, 0x7F)));
  u8* out = joined->data();
  for (u32 i = 0; i < n; ++i) {
    Str* s = parts[i].as<Str>();
    usize length = s->length();
    std::memcpy(out, s->data(), length);
    out += length;
  }
  return joined.give();
}

bool build_string(TP_HELPER_ARGS) {
  Result<Str> joined = TP_TAKE(join_ascii(t, fp + b, c));
  if (!joined.is_absent()) return finish_range(t, fp, a, b, c, joined.word());
  StrBuilder builder(t);
  for (u32 i = 0; i < c; ++i) TP_TAKE(builder.append(fp[b + i].as<Str>()));
  return finish_range(t, fp, a, b, c, TP_TAKE(builder.finish()).word());
}

bool build_slice(TP_HELPER_ARGS) {
  Value step = c == 3 ? fp[b + 2].canonical() : Value::empty();
  return finish_range(t, fp, a, b, c, TP_TAKE(slice_new(t, fp[b].canonical(), fp[b + 1].canonical(), step)).word());
}

bool list_append_op(TP_HELPER_ARGS) {
  Value item = fp[b];
  if (pc->k & kKillB) {
    if ((item.bits & 3) == 0) fp[b] = Value::empty();
    TP_TAKE(list_append(t, fp[a].as<List>(), Result<>::from_owned(item)));
    return true;
  }
  TP_TAKE(list_append(t, fp[a].as<List>(), item.canonical()));
  return true;
}

bool set_add_op(TP_HELPER_ARGS) {
  TP_TAKE(set_add(t, fp[a].as<Set>(), fp[b].canonical()));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

bool dict_add_op(TP_HELPER_ARGS) {
  TP_TAKE(dict_set(t, fp[a].as<Dict>(), fp[b].canonical(), fp[c].canonical()));
  return finish_taking(t, fp, pc, b, c);
}

bool list_extend_op(TP_HELPER_ARGS) {
  Value items = fp[b].canonical();
  Status done = list_extend(t, fp[a].as<List>(), items);
  if (done.is_error()) {
    Type& type = type_of(items);
    // Only for objects that are no iterables at all: an __iter__ of their own may raise what it likes.
    if (error_matches(t, TypeError) && type.slots.iter == nullptr && type.slots.get_item == nullptr) {
      clear_error(t);
      raise(t, TypeError, "Value after * must be an iterable, not {!T}", items);
    }
    return false;
  }
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

bool set_update_op(TP_HELPER_ARGS) {
  TP_TAKE(set_update(t, fp[a].as<Set>(), fp[b].canonical()));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

namespace {
Result<bool> is_mapping(Thread& t, Value v) {
  if (is_a<Dict>(v)) return true;
  return has_attribute(t, v, names().keys);
}
}  // namespace

bool dict_update_op(TP_HELPER_ARGS) {
  Value mapping = fp[b].canonical();
  if (!TP_TAKE(is_mapping(t, mapping))) {
    raise(t, TypeError, "'{!T}' object is not a mapping", mapping);
    return false;
  }
  TP_TAKE(dict_update(t, fp[a].as<Dict>(), mapping));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

bool dict_merge_op(TP_HELPER_ARGS) {
  Value mapping = fp[b].canonical();
  TP_TAKE(dict_merge(t, fp[a].as<Dict>(), mapping, fp[c].canonical()));
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

bool list_to_tuple_op(TP_HELPER_ARGS) {
  return finish_b(t, fp, pc, a, b, TP_TAKE(list_to_tuple(t, fp[b].as<List>())).word());
}

bool build_template(TP_HELPER_ARGS) {
  Value made = TP_TAKE(template_new(t, fp[b].as<Tuple>(), fp[b + 1].as<Tuple>())).word();
  if (pc->k & kKillB) clear_range(fp + b, 2);
  return finish(t, fp, a, made);
}

bool build_interpolation(TP_HELPER_ARGS) {
  constexpr u8 kLetters[] = {0, 's', 'r', 'a'};
  Value conversion = c == 0 ? none_value() : Value(str_single(kLetters[c]));
  Value made = TP_TAKE(interpolation_new(t, fp[b].canonical(), fp[b + 1].as<Str>(), conversion, fp[b + 2].as<Str>())).word();
  if (pc->k & kKillB) clear_range(fp + b, 3);
  return finish(t, fp, a, made);
}

bool format_value_op(TP_HELPER_ARGS) {
  bool has_spec = pc->k & kHasSpec;
  Value v = fp[b].canonical();
  Value text;
  if (!has_spec && is_exact<Str>(v)) {
    text = duplicate(fp[b]);
  } else {
    text = TP_TAKE(format_value(t, v, has_spec ? fp[c].canonical() : Value::empty())).word();
  }
  Value x = take_killed(fp, b, pc->k & kKillB);
  Value y = has_spec ? take_killed(fp, c, pc->k & kKillC) : Value::empty();
  put(fp, a, text);
  drop(x);
  drop(y);
  run_pending(t);
  return true;
}

bool convert_op(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  Value text;
  switch (pc->minor()) {
    case 1: text = TP_TAKE(to_str(t, v)).word(); break;
    case 2: text = TP_TAKE(repr(t, v)).word(); break;
    default: text = TP_TAKE(to_ascii(t, v)).word(); break;
  }
  return finish_b(t, fp, pc, a, b, text);
}

// ---- Unpacking ----

namespace {

Result<> iterate_for_unpack(Thread& t, Value v) {
  Type& type = type_of(v);
  if (type.slots.iter == nullptr && type.slots.get_item == nullptr) {
    return raise(t, TypeError, "cannot unpack non-iterable {!T} object", v);
  }
  return iterate(t, v);
}

bool wrong_count(Thread& t, u32 expected, ssize got, bool more_wanted, bool at_least) {
  if (more_wanted) {
    raise(t, ValueError, "not enough values to unpack (expected {}{}, got {})", at_least ? "at least " : "",
          static_cast<unsigned>(expected), static_cast<long>(got));
  } else if (got >= 0) {
    raise(t, ValueError, "too many values to unpack (expected {}, got {})", static_cast<unsigned>(expected),
          static_cast<long>(got));
  } else {
    raise(t, ValueError, "too many values to unpack (expected {})", static_cast<unsigned>(expected));
  }
  return false;
}

}  // namespace

bool unpack_slow(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  if (is_exact<Tuple>(v)) {
    Tuple* tuple = v.as<Tuple>();
    if (tuple->size() != c) return wrong_count(t, c, static_cast<ssize>(tuple->size()), tuple->size() < c, false);
    for (u32 i = 0; i < c; ++i) put(fp, a + i, tuple->items()[i].load_word(tuple));
  } else if (is_exact<List>(v)) {
    List* list = v.as<List>();
    LocalArray items(t, c);
    for (u32 i = 0; i < c; ++i) {
      Result<> item = list_get(t, list, i);
      if (item.is_absent()) return wrong_count(t, c, static_cast<ssize>(list_size(list)), true, false);
      items.set(i, item);
    }
    usize size = list_size(list);
    if (size != c) return wrong_count(t, c, static_cast<ssize>(size), size < c, false);
    for (u32 i = 0; i < c; ++i) put(fp, a + i, items.give(i).word());
  } else {
    Local<> iterator(t, TP_TAKE(iterate_for_unpack(t, v)));
    LocalArray items(t, c);
    for (u32 i = 0; i < c; ++i) {
      Result<> item = TP_TAKE(next(t, iterator));
      if (item.is_absent()) return wrong_count(t, c, i, true, false);
      items.set(i, item);
    }
    Result<> extra = TP_TAKE(next(t, iterator));
    if (!extra.is_absent()) {
      drop(extra);
      // Dicts know their size; the iterator alone does not.
      ssize size = is_a<Dict>(v) ? static_cast<ssize>(dict_size(v.as<Dict>())) : -1;
      return wrong_count(t, c, size, false, false);
    }
    for (u32 i = 0; i < c; ++i) put(fp, a + i, items.give(i).word());
  }
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

bool unpack_ex(TP_HELPER_ARGS) {
  u32 before = c, after = pc[1].a;
  Local<> iterator(t, TP_TAKE(iterate_for_unpack(t, fp[b].canonical())));
  LocalArray items(t, before);
  for (u32 i = 0; i < before; ++i) {
    Result<> item = TP_TAKE(next(t, iterator));
    if (item.is_absent()) return wrong_count(t, before + after, i, true, true);
    items.set(i, item);
  }
  Local<List> rest(t, TP_TAKE(list_new(t)));
  TP_TAKE(list_extend(t, rest, iterator));
  usize size = list_size(rest);
  if (size < after) return wrong_count(t, before + after, static_cast<ssize>(before + size), true, true);
  Local<List> middle(t, TP_TAKE(list_slice(t, rest, 0, static_cast<ssize>(size - after))));
  for (u32 i = 0; i < before; ++i) put(fp, a + i, items.give(i).word());
  for (u32 i = 0; i < after; ++i) {
    put(fp, a + before + 1 + i, list_get(t, rest, size - after + i).word());
  }
  put(fp, a + before, middle.give().word());
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return true;
}

// ---- Iteration ----

bool get_iter_slow(TP_HELPER_ARGS) {
  Value v = fp[b].canonical();
  Type& type = type_of(v);
  if (type.has(kTypeImmutable) && type.slots.iter != nullptr) [[likely]] {  // built in: gives an iterator
    return finish_b(t, fp, pc, a, b, TP_TAKE(type.slots.iter(t, v)).word());
  }
  return finish_b(t, fp, pc, a, b, TP_TAKE(iterate(t, v)).word());
}

Outcome for_iter_slow(TP_HELPER_ARGS) {
  Value iterator = fp[b].canonical();
  if (is_indexed(iterator)) {  // the end, unless a shared list is just being changed
    i64 index = fp[b + 1].as_int();
    Result<> item = is_exact<List>(iterator) && iterator.object()->is_shared()
                        ? list_get(t, iterator.as<List>(), static_cast<usize>(index))
                        : Result<>::absent();
    if (!item.is_absent()) {
      fp[b + 1] = Value::small_int(index + 1);
      finish(t, fp, a, item.word());
      return Outcome::Jump;
    }
  } else {
    Result<> item = next(t, iterator);
    if (item.is_error()) return Outcome::Error;
    if (!item.is_absent()) {
      finish(t, fp, a, item.word());
      return Outcome::Jump;
    }
  }
  drop(take_killed(fp, b, pc->k & kKillB));
  run_pending(t);
  return Outcome::Next;
}

}  // namespace taipan
