// builtins: functions over iterables.
#include "runtime/modules/builtins/builtins.h"
#include "runtime/engine.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/container_util.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_iterator.h"
#include "runtime/types/quick_compare.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// Is the truth of some item `wanted`?
Result<bool> some_item_is(Thread& t, Value iterable, bool wanted) {
  if (is_exact<List>(iterable)) {   // without an iterator; the list may change meanwhile
    Local<List> list(t, iterable);
    for (usize i = 0;; ++i) {
      Local<> item(t, list_get(t, list, i));
      if (item.is_empty()) return false;
      if (TRY(truth(t, item)) == wanted) return true;
    }
  }
  Local<> it(t, TRY(iterate(t, iterable)));
  for (;;) {
    Local<> item(t, TRY(next(t, it)));
    if (item.is_empty()) return false;
    if (TRY(truth(t, item)) == wanted) return true;
  }
}
Result<bool> builtin_all(Thread& t, Value iterable) { return !TRY(some_item_is(t, iterable, false)); }
Result<bool> builtin_any(Thread& t, Value iterable) { return some_item_is(t, iterable, true); }

// Ints in a machine word, floats with compensated summation (as CPython: Neumaier), then anything by +.
Result<> builtin_sum(Thread& t, Value iterable, Value start) {
  if (is_a<Str>(start)) return raise(t, TypeError, "sum() can't sum strings [use ''.join(seq) instead]");
  if (is_a<Bytes>(start)) return raise(t, TypeError, "sum() can't sum bytes [use b''.join(seq) instead]");
  if (is_subtype(type_of(start), bytearray_type)) {
    return raise(t, TypeError, "sum() can't sum bytearray [use b''.join(seq) instead]");
  }
  Local<> it(t, TRY(iterate(t, iterable)));
  Local<> total(t, start);
  Local<> item(t);
  while (total.value().is_int()) {
    i64 sum = total.value().as_int(), with_item;
    for (;;) {
      Result<> r = TRY(step_iterator(t, it));
      if (r.word().is_int() && !__builtin_add_overflow(sum, r.word().as_int(), &with_item)) [[likely]] {
        sum = with_item;
        continue;
      }
      item.set(r);
      if (item.is_empty()) return int_from_i64(t, sum);
      if (!item.value().is_int() || __builtin_add_overflow(sum, item.value().as_int(), &with_item)) break;
      sum = with_item;
    }
    total.set(TRY(int_from_i64(t, sum)));
    total.set(TRY(binary_operation(t, BinaryOp::Add, total, item)));
  }
  auto is_plain_float = [](Value v) { return v.is_float() || is_exact<FloatBox>(v); };
  if (is_plain_float(total)) {
    f64 sum = float_value(total), lost = 0;
    for (;;) {
      item.set(TRY(step_iterator(t, it)));
      Value v = item.value();
      f64 x;
      if (!item.is_empty() && is_plain_float(v)) {
        x = float_value(v);
        f64 s = sum + x;
        lost += (sum < 0 ? -sum : sum) >= (x < 0 ? -x : x) ? (sum - s) + x : (x - s) + sum;
        sum = s;
        continue;
      }
      if (v.is_int()) {
        sum += static_cast<f64>(v.as_int());
        continue;
      }
      break;
    }
    if (lost != 0 && __builtin_isfinite(lost)) sum += lost;
    total.set(TRY(float_from(t, sum)));
    if (item.is_empty()) return total.give();
    total.set(TRY(binary_operation(t, BinaryOp::Add, total, item)));
  }
  for (;;) {
    item.set(TRY(step_iterator(t, it)));
    if (item.is_empty()) return total.give();
    total.set(TRY(binary_operation(t, BinaryOp::Add, total, item)));
  }
}

// Is x less (op Lt) or greater (Gt) than y? Numbers and texts are compared here.
Result<bool> is_beyond(Thread& t, CompareOp op, Value x, Value y) {
  int r = op == CompareOp::Lt ? quick_less(x, y) : quick_less(y, x);
  return r == kAskPython ? compare_truth(t, op, x, y) : Result<bool>(r == 1);
}

Result<> extreme(Thread& t, const char* name, CompareOp op, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 2 && kwnames == nullptr) {
    Value x = args[0].canonical(), y = args[1].canonical();
    return own(TRY(is_beyond(t, op, y, x)) ? y : x);
  }
  TRY(check_keywords(t, name, kwnames, {"key", "default"}));
  if (nargs == 0) return raise(t, TypeError, "{} expected at least 1 argument, got 0", name);
  Value key = keyword_argument(args, nargs, kwnames, "key"), fallback = keyword_argument(args, nargs, kwnames, "default");
  if (!key.is_empty() && is_none(key)) key = Value::empty();
  if (nargs > 1 && !fallback.is_empty()) {
    return raise(t, TypeError, "Cannot specify a default for {}() with multiple positional arguments", name);
  }
  Local<> it(t);
  if (nargs == 1) it.set(TRY(iterate(t, args[0].canonical())));
  Local<> best(t), best_key(t), item(t), item_key(t);
  if (key.is_empty()) {
    for (u32 i = 0; nargs == 1 || i < nargs; ++i) {
      item.set(nargs == 1 ? TRY(step_iterator(t, it)) : own(args[i].canonical()));
      if (item.is_empty()) break;
      if (best.is_empty() || TRY(is_beyond(t, op, item, best))) best.set(item.give());
    }
  }
  for (u32 i = 0; !key.is_empty(); ++i) {
    if (nargs == 1) {
      item.set(TRY(step_iterator(t, it)));
      if (item.is_empty()) break;
    } else {
      if (i == nargs) break;
      item.set(args[i].canonical());
    }
    item_key.set(TRY(call(t, key, item)));
    if (best.is_empty() || TRY(is_beyond(t, op, item_key, best_key))) {
      best.set(item.give());
      best_key.set(item_key.give());
    }
  }
  if (!best.is_empty()) return best.give();
  if (!fallback.is_empty()) return own(fallback);
  return raise(t, ValueError, "{}() iterable argument is empty", name);
}
Result<> builtin_min(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  return extreme(t, "min", CompareOp::Lt, args, nargs, kwnames);
}
Result<> builtin_max(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  return extreme(t, "max", CompareOp::Gt, args, nargs, kwnames);
}

// Keywords are those of list.sort(), which also says what is wrong with them.
Result<> builtin_sorted(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 1) return raise(t, TypeError, "sorted expected 1 argument, got {}", nargs);
  Local<List> list(t, TRY(list_new(t)));
  TRY(list_extend(t, list, args[0].canonical()));
  if (kwnames == nullptr) {
    TRY(list_sort(t, list, none_value(), false));
    return list.give();
  }
  Local<Str> name(t, TRY(str_intern(t, "sort")));
  Local<> sort(t, TRY(get_attribute(t, list, name)));
  Local<> done(t, TRY(call(t, sort, args + 1, 0, kwnames)));
  return list.give();
}

Result<> builtin_iter(Thread& t, Value o, Opt<Value> sentinel) {
  if (!sentinel.present) return iterate(t, o);
  if (!is_callable(o)) return raise(t, TypeError, "iter(v, w): v must be callable");
  return callable_iterator_new(t, o, sentinel.value);
}

Result<> builtin_next(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_keywords(t, "next", kwnames, {}));
  if (nargs < 1) return raise(t, TypeError, "next expected at least 1 argument, got 0");
  if (nargs > 2) return raise(t, TypeError, "next expected at most 2 arguments, got {}", nargs);
  Value it = args[0].canonical();
  Type& type = type_of(it);
  if (type.slots.next == nullptr) return raise(t, TypeError, "'{!T}' object is not an iterator", it);
  // Generators and Python classes end with StopIteration(value), which the slot would lose.
  Result<> r = &type == &generator_type  ? g_engine.generator_next(t, it)
               : type.has(kTypeHeap)     ? call_special(t, it, names().__next__, nullptr, 0)
                                         : type.slots.next(t, it);
  if (r.is_error()) {
    if (nargs == 1 || !swallow(t, StopIteration)) return kError;
    return own(args[1].canonical());
  }
  if (!r.is_absent()) return r;
  if (nargs == 2) return own(args[1].canonical());
  return raise_none(t, StopIteration);
}

Result<> builtin_aiter(Thread& t, Value o) {
  Type& type = type_of(o);
  if (type.slots.aiter == nullptr) return raise(t, TypeError, "'{!T}' object is not an async iterable", o);
  Local<> it(t, TRY(type.slots.aiter(t, o)));
  if (type_of(it.value()).slots.anext == nullptr) return raise(t, TypeError, "aiter() returned not an async iterator of type '{!T}'", it);
  return it.give();
}
Result<> builtin_anext(Thread& t, Value o, Opt<Value> fallback) {
  Type& type = type_of(o);
  if (type.slots.anext == nullptr) return raise(t, TypeError, "'{!T}' object is not an async iterator", o);
  Local<> awaitable(t, TRY(type.slots.anext(t, o)));
  if (!fallback.present) return awaitable.give();
  return g_engine.anext_default(t, awaitable, fallback.value);
}

const NativeDef kFunctions[] = {
    def<builtin_aiter>("aiter($module, async_iterable, /)", "The asynchronous iterator of an asynchronous iterable."),
    def<builtin_all>("all($module, iterable, /)", "Are all elements true? (True for none.)"),
    def<builtin_anext>("anext($module, async_iterator, default=<unrepresentable>, /)",
                       "An awaitable of the next item; of the default, if given, when the iterator is exhausted."),
    def<builtin_any>("any($module, iterable, /)", "Is some element true? (False for none.)"),
    def<builtin_iter>("iter($module, object, sentinel=<unrepresentable>, /)",
                      "An iterator over a collection; or over the results of calling until one equals the sentinel."),
    raw_def("max($module, /, *args, default=None, key=None)", "The largest of the arguments, or of one iterable.", builtin_max),
    raw_def("min($module, /, *args, default=None, key=None)", "The smallest of the arguments, or of one iterable.", builtin_min),
    raw_def("next($module, iterator, default=<unrepresentable>, /)",
            "The next item; at the end the default if given, else StopIteration is raised.", builtin_next),
    raw_def("sorted($module, iterable, /, *, key=None, reverse=False)", "A new list of all items in ascending order.", builtin_sorted),
    def<builtin_sum>("sum($module, iterable, /, start=0)", "The sum of numbers, plus start."),
};

}  // namespace

std::span<const NativeDef> builtin_iter_functions() { return kFunctions; }

}  // namespace taipan
