// dict.update, dict(...), {**a, **b}: from mappings, from pairs, from keywords.
#include "runtime/types/dict_impl.h"
#include "runtime/types/list.h"
#include "runtime/types/sequence_iterator.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// On a repeated key: f(**a, **b) raises, everything else lets the last one win.
struct Merge {
  Thread& t;
  Dict* d;
  Value function;  // empty: overwrite

  Status put(Value key, u64 hash, Value v) {
    if (!function.is_empty()) {
      if (!is_a<Str>(key)) return raise(t, TypeError, "keywords must be strings");
      if (TRY(dict_contains_hashed(t, d, key, hash))) {
        Local<Str> name(t, TRY(function_name()));
        return raise(t, TypeError, "{} got multiple values for keyword argument '{}'", name.value(), key);
      }
    }
    return dict_set_hashed(t, d, key, hash, v);
  }

  // "module.qualname()"; functions of builtins without their module.
  Result<Str> function_name() {
    Local<> qualname(t, TRY(get_attribute_or_absent(t, function, names().__qualname__)));
    if (qualname.is_empty()) return to_str(t, function);
    Local<> module(t, TRY(get_attribute_or_absent(t, function, names().__module__)));
    if (module.is_empty() || is_none(module) || quick_equal(module, Value(names().builtins)) == 1) {
      return str_format(t, "{}()", qualname.value());
    }
    return str_format(t, "{}.{}()", module.value(), qualname.value());
  }

  // A counted snapshot: its keys and values outlive whatever their __eq__ does to the source.
  Status from_table(DictTable* copy, Dict* source) {
    HeldTable held(t, copy);
    Status status = kDone;
    u32 generation = generation_of(source);
    usize size = dict_size(source);
    LoopPoll poll(t);
    for (u32 e = 0; e < copy->end.load_relaxed(); ++e) {
      Value k = copy->entries()[e].key.borrow();
      if (!is_live_key(k)) continue;
      status = put(k, table_hash(copy, e), copy->entries()[e].value.borrow());
      if (status.is_error()) break;
      if (source->is_local() && (generation_of(source) != generation || dict_size(source) != size)) {  // __eq__ did it; other threads may
        status = raise(t, RuntimeError, "dict mutated during update");
        break;
      }
      status = poll();
      if (status.is_error()) break;
    }
    return status;
  }

  Status from_dict(Dict* other) {
    if (other == d) return kDone;
    usize live;
    DictTable* copy = dict_snapshot(t, other, &live);
    if (!copy) return raise_memory_error(t);
    if (live == 0) return kDone;
    // Into an empty dict of this thread: the snapshot itself becomes its table.
    if (function.is_empty() && !d->is_shared() && d->used.load_relaxed() == 0 &&
        d->table.load_relaxed()->kind() != TableKind::Namespace) {
      DictTable* old = d->table.load_relaxed();
      d->table.store_relaxed(copy);
      d->used.store_relaxed(live);
      next_generation(d);
      table_drop_entries(old);
      table_free(old);
      return kDone;
    }
    return from_table(copy, other);
  }

  Status from_keys(Value mapping, Value keys_method) {
    Local<> keys(t, TRY(call(t, keys_method)));
    if (type_of(keys).slots.iter == nullptr && !is_sequence(type_of(keys))) {
      return raise(t, TypeError, "{!Q}.keys() must return an iterable, not {!T}", mapping, keys.value());
    }
    Local<> it(t, TRY(iterate(t, keys)));
    for (;;) {
      Result<> r = TRY(next(t, it));
      if (r.is_absent()) return kDone;
      Local<> key(t, r);
      Local<> v(t, TRY(get_item(t, mapping, key)));
      TRY(put(key, TRY(hash_dict_key(t, key)), v));
    }
  }
};

bool iterates_as_dict(Value v) {
  return is_exact<Dict>(v) || (is_a<Dict>(v) && type_of(v).slots.iter == dict_type.slots.iter);
}

// A mapping if it has keys(). *is_mapping false: nothing was done.
Status from_mapping(Merge& m, Value other, bool* is_mapping) {
  *is_mapping = true;
  if (iterates_as_dict(other)) return m.from_dict(other.as<Dict>());
  if (is_exact<FrozenDict>(other)) {
    Local<Dict> copy(m.t, TRY(frozendict_thaw(m.t, other.as<FrozenDict>())));
    return m.from_dict(copy);
  }
  Local<> keys(m.t, TRY(get_attribute_or_absent(m.t, other, names().keys)));
  if (keys.is_empty()) return *is_mapping = false, kDone;
  return m.from_keys(other, keys);
}

// A note at the pending TypeError that names the element.
ErrorTag not_a_pair(Thread& t, ssize i) {
  Local<BaseException> error(t, TRY(take_error(t)));
  Local<Str> note(t, TRY(str_format(
      t, "Cannot convert dictionary update sequence element #{} to a sequence", i)));
  drop(TRY(call_method(t, error, names().add_note, note)));
  restore_error(t, error.give());
  return kError;
}

Status from_pairs(Merge& m, Value iterable) {
  Thread& t = m.t;
  Local<> it(t, TRY(iterate(t, iterable)));
  for (ssize i = 0;; ++i) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return kDone;
    Local<> item(t, r);
    if (!is_exact<Tuple>(item)) {
      Result<Tuple> pair = to_tuple(t, item);
      if (pair.is_error()) {
        if (!error_matches(t, TypeError)) return kError;
        if (type_of(item.value()).slots.iter == nullptr) {
          clear_error(t);
          raise(t, TypeError, "object is not iterable");
        }
        return not_a_pair(t, i);
      }
      item.set(Result<>(pair));
    }
    Tuple* pair = item.value().as<Tuple>();
    if (pair->size() != 2) {
      return raise(t, ValueError, "dictionary update sequence element #{} has length {}; 2 is required", i,
                   pair->size());
    }
    TRY(m.put((*pair)[0], TRY(hash_dict_key(t, (*pair)[0])), (*pair)[1]));
  }
}

}  // namespace

Status dict_update(Thread& t, Dict* d, Value other) {
  Merge m{t, d, Value::empty()};
  bool is_mapping;
  TRY(from_mapping(m, other, &is_mapping));
  return is_mapping ? Status(kDone) : from_pairs(m, other);
}

Status dict_update_mapping(Thread& t, Dict* d, Value mapping) {
  Merge m{t, d, Value::empty()};
  bool is_mapping;
  TRY(from_mapping(m, mapping, &is_mapping));
  if (is_mapping) return kDone;
  return raise(t, TypeError, "'{!T}' object is not a mapping", mapping);
}

Status dict_merge(Thread& t, Dict* d, Value mapping, Value function) {
  Merge m{t, d, function};
  bool is_mapping;
  TRY(from_mapping(m, mapping, &is_mapping));
  if (is_mapping) return kDone;
  return raise(t, TypeError, "Value after ** must be a mapping, not {!T}", mapping);
}

Status dict_update_call(Thread& t, Dict* d, const char* name, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_positional(t, name, nargs, 0, 1));
  if (nargs == 1) TRY(dict_update(t, d, args[0]));
  if (kwnames == nullptr) return kDone;
  for (usize i = 0; i < kwnames->size(); ++i) {
    Value key = (*kwnames)[i];
    TRY(dict_set_hashed(t, d, key, TRY(hash_dict_key(t, key)), args[nargs + i]));
  }
  return kDone;
}

}  // namespace taipan
