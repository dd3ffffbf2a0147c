// functools._lru_cache_wrapper.
//
// Note [lru]: the cached results live in an array of entries, linked from the least to the most recently used
// by their indexes. A dict, with a lock of its own, leads from a key to `generation << shift | index`. Everything
// in the array, the links and the counters change under the wrapper's lock byte (I7), where no Python code runs;
// the dict is asked outside it, for it may compare keys. So the two may disagree for a moment: an entry that
// was reused has a higher generation than the number found in the dict, which then counts as a miss.
// Generations are drawn from one counter of the wrapper, so that a number read before cache_clear() fits nothing after.
#include "runtime/modules/functools/functools.h"

#include <bit>

#include "runtime/object/class_build.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/int.h"
#include "runtime/types/method.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type* g_wrapper_type;
Object* g_keyword_mark;  // immortal: separates keywords in keys

constexpr u32 kNone = ~u32{0};
constexpr i64 kUnbounded = -1;

struct LruEntry {
  Slot<> key, result;
  u32 older, newer;
  u64 generation;
};

struct LruWrapper : Object {
  Slot<> function;
  Slot<> info_type;
  Slot<Dict> cache;    // bounded: key -> generation << shift | index; unbounded: key -> result
  LruEntry* entries;      // under the lock
  u32 capacity, size;
  u32 oldest, newest;
  i64 maxsize;         // kUnbounded, or the limit; fixed
  u64 generation;      // of the last entry, under the lock
  u8 shift;            // bits of an index; fixed
  bool typed;
  Atomic<u64> hits, misses;  // statistics; counted exactly
};
LruWrapper* wrapper_of(Value v) { return v.as<LruWrapper>(); }

void lru_visit(Object* o, EdgeVisitor& visit) {
  LruWrapper* w = static_cast<LruWrapper*>(o);
  visit(w->function, w->info_type, w->cache);
  for (u32 i = 0; i < w->size; ++i) visit(w->entries[i].key, w->entries[i].result);
}

void lru_destroy(Object* o) {
  LruWrapper* w = static_cast<LruWrapper*>(o);
  drop_edges(o, lru_visit);
  if (w->entries) buffer_free(w->entries, w->capacity * sizeof(LruEntry));
  free_object(o, object_size(o));
}

void count(Atomic<u64>& counter, const Object* owner) {
  if (owner->is_shared()) {
    counter.fetch_add_relaxed(1);  // a statistic
  } else {
    counter.store_relaxed(counter.load_relaxed() + 1);  // local
  }
}

// _lru_cache_wrapper(user_function, maxsize, typed, cache_info_type)
Result<> lru_new(Thread& t, Type* cls, Value function, Value maxsize, bool typed, Value info_type) {
  if (!is_callable(function)) return raise(t, TypeError, "the first argument must be callable");
  i64 limit = kUnbounded;
  if (!is_none(maxsize)) {
    if (type_of(maxsize).slots.index == nullptr) return raise(t, TypeError, "maxsize should be integer or None");
    limit = TRY(to_ssize(t, maxsize));
    if (limit < 0) limit = 0;
  }
  Local<Dict> cache(t, TRY(dict_new(t)));
  LruWrapper* w = new_object<LruWrapper>(t, *cls);
  if (!w) return kError;
  w->function.init(function);
  w->info_type.init(info_type);
  w->cache.init(cache);
  w->oldest = w->newest = kNone;
  w->maxsize = limit;
  w->shift = static_cast<u8>(std::bit_width(static_cast<u64>(limit < kNone - 1 ? limit : kNone - 1)));
  w->typed = typed;
  return own_new(w);
}

// One int or str stands for itself; else a tuple of the arguments, the mark and the keywords, the types.
Result<> make_key(Thread& t, LruWrapper* w, const Value* args, u32 nargs, Tuple* kwnames) {
  usize keywords = kwnames ? kwnames->size() : 0;
  if (!w->typed && keywords == 0 && nargs == 1 && (args[0].is_int() || is_exact<Str>(args[0]) || is_exact<BigInt>(args[0]))) {
    return own(args[0]);
  }
  usize n = nargs + (keywords ? 1 + 2 * keywords : 0) + (w->typed ? nargs + keywords : 0);
  Local<Tuple> key(t, TRY(tuple_new(t, n)));
  Slot<>* to = key->items();
  for (u32 i = 0; i < nargs; ++i) (to++)->init(args[i]);
  if (keywords) {
    (to++)->init(Value(g_keyword_mark));
    for (usize k = 0; k < keywords; ++k) {
      (to++)->init((*kwnames)[k]);
      (to++)->init(args[nargs + k]);
    }
  }
  if (w->typed) {
    for (usize i = 0; i < nargs + keywords; ++i) (to++)->init(Value(&type_of(args[i])));
  }
  return Result<>(key.give());
}

void unlink_locked(LruWrapper* w, u32 i) {
  LruEntry& e = w->entries[i];
  (e.older == kNone ? w->oldest : w->entries[e.older].newer) = e.newer;
  (e.newer == kNone ? w->newest : w->entries[e.newer].older) = e.older;
}
void append_locked(LruWrapper* w, u32 i) {
  LruEntry& e = w->entries[i];
  e.older = w->newest;
  e.newer = kNone;
  (w->newest == kNone ? w->oldest : w->entries[w->newest].newer) = i;
  w->newest = i;
}

// The result that the dict's number leads to, now the most recent one; absent() if it is gone.
Result<> use_entry(LruWrapper* w, Value number) {
  u64 word = static_cast<u64>(number.as_int()), index = word & ((u64{1} << w->shift) - 1);
  Mutating guard(w);
  if (index >= w->size || w->entries[index].generation != word >> w->shift) return Result<>::absent();
  if (w->newest != index) {
    unlink_locked(w, static_cast<u32>(index));
    append_locked(w, static_cast<u32>(index));
  }
  return w->entries[index].result.load(w);
}

Status grow_locked(Thread& t, LruWrapper* w) {
  u64 wanted = w->capacity ? u64{w->capacity} * 2 : 8;
  if (wanted > static_cast<u64>(w->maxsize)) wanted = static_cast<u64>(w->maxsize);
  if (wanted >= kNone) wanted = kNone - 1;
  if (w->capacity >= wanted) return raise_memory_error(t);
  auto* fresh = static_cast<LruEntry*>(buffer_allocate(t, wanted * sizeof(LruEntry)));
  if (!fresh) return raise_memory_error(t);
  for (u32 i = 0; i < wanted; ++i) new (&fresh[i]) LruEntry{};
  for (u32 i = 0; i < w->size; ++i) {
    LruEntry &from = w->entries[i], &to = fresh[i];
    to.key.raw().store_relaxed(from.key.raw().load_relaxed());  // a move inside one owner
    to.result.raw().store_relaxed(from.result.raw().load_relaxed());
    to.older = from.older;
    to.newer = from.newer;
    to.generation = from.generation;
  }
  if (w->entries) buffer_discard(t, w, w->entries, w->capacity * sizeof(LruEntry));
  w->entries = fresh;
  w->capacity = static_cast<u32>(wanted);
  return kDone;
}

// Puts the result into a new entry, or into the least recently used one: then *evicted is its old key.
Result<> store_entry(Thread& t, LruWrapper* w, Value key, Value result, Local<>& evicted) {
  publish_before_lock(w, key);
  publish_before_lock(w, result);
  Value old_key, old_result;
  u32 i;
  i64 number;
  {
    Mutating guard(w);
    if (w->size < w->maxsize && w->size + 1 < kNone) {
      if (w->size == w->capacity) {
        Status grown = grow_locked(t, w);
        if (grown.is_error()) {
          guard.unlock();
          return kError;
        }
      }
      i = w->size++;
    } else {
      i = w->oldest;
      unlink_locked(w, i);
    }
    LruEntry& e = w->entries[i];
    old_key = e.key.replace_counted(w, SlotBase::count_for_slot(key));
    old_result = e.result.replace_counted(w, SlotBase::count_for_slot(result));
    e.generation = w->generation = (w->generation + 1) & ((u64{1} << (61 - w->shift)) - 1);
    number = static_cast<i64>(e.generation << w->shift | i);
    append_locked(w, i);
  }
  evicted.set(Result<>::from_owned(removed_to_register(old_key)));
  release_removed(old_result);
  return Result<>::small_int(number);
}

Result<> lru_call_bounded(Thread& t, LruWrapper* w, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> key(t, TRY(make_key(t, w, args, nargs, kwnames)));
  Dict* cache = w->cache.borrow();  // fixed
  u64 hash = TRY(hash_dict_key(t, key));  // once, as a key's __hash__ may count its calls
  Value number = TRY(dict_get_hashed(t, cache, key, hash)).word();
  if (number.is_int()) {
    Result<> r = use_entry(w, number);
    if (!r.is_absent()) return count(w->hits, w), r;
  }
  count(w->misses, w);
  Local<> result(t, TRY(call(t, w->function.borrow(), args, nargs, kwnames)));
  // The call, or another thread, may have put it there meanwhile.
  number = TRY(dict_get_hashed(t, cache, key, hash)).word();
  if (number.is_int()) {
    Local<> there(t, use_entry(w, number));
    if (!there.is_empty()) return result.give();
  }
  Local<> evicted(t);
  number = TRY(store_entry(t, w, key, result, evicted)).word();
  TRY(dict_set_hashed(t, cache, key, hash, number));
  if (!evicted.is_empty()) drop(TRY(dict_pop(t, cache, evicted)));
  return result.give();
}

Result<> lru_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  LruWrapper* w = wrapper_of(self);
  if (w->maxsize > 0) return lru_call_bounded(t, w, args, nargs, kwnames);
  if (w->maxsize == 0) {
    count(w->misses, w);
    return call(t, w->function.borrow(), args, nargs, kwnames);
  }
  Local<> key(t, TRY(make_key(t, w, args, nargs, kwnames)));
  Dict* cache = w->cache.borrow();
  u64 hash = TRY(hash_dict_key(t, key));
  Result<> found = TRY(dict_get_hashed(t, cache, key, hash));
  if (!found.is_absent()) return count(w->hits, w), found;
  count(w->misses, w);
  Local<> result(t, TRY(call(t, w->function.borrow(), args, nargs, kwnames)));
  TRY(dict_set_hashed(t, cache, key, hash, result));
  return result.give();
}

Result<> lru_get(Thread& t, Value self, Value instance, Value) {
  if (instance.is_empty() || is_none(instance)) return own(self);
  return method_new(t, self, instance);
}

Result<> lru_info(Thread& t, Value self) {
  LruWrapper* w = wrapper_of(self);
  Local<> hits(t, TRY(int_from_u64(t, w->hits.load_relaxed())));
  Local<> misses(t, TRY(int_from_u64(t, w->misses.load_relaxed())));
  Local<> limit(t, none_value());
  if (w->maxsize != kUnbounded) limit.set(TRY(int_from_i64(t, w->maxsize)));
  u64 size;
  if (w->maxsize == kUnbounded) {
    size = dict_size(w->cache.borrow());
  } else {
    Mutating guard(w);
    size = w->size;
  }
  Value parts[] = {hits, misses, limit, Value::small_int(static_cast<i64>(size))};
  return call(t, w->info_type.borrow(), parts, 4);
}

Status lru_clear(Thread& t, Value self) {
  LruWrapper* w = wrapper_of(self);
  LruEntry* entries;
  u32 capacity, size;
  {
    Mutating guard(w);
    entries = w->entries;
    capacity = w->capacity;
    size = w->size;
    w->entries = nullptr;
    w->capacity = w->size = 0;
    w->oldest = w->newest = kNone;
    w->hits.store_relaxed(0);
    w->misses.store_relaxed(0);
  }
  Status cleared = dict_clear(t, w->cache.borrow());
  for (u32 i = 0; i < size; ++i) {
    release_removed(Value(entries[i].key.raw().load_relaxed()));
    release_removed(Value(entries[i].result.raw().load_relaxed()));
  }
  if (entries) buffer_discard(t, w, entries, capacity * sizeof(LruEntry));
  return cleared;
}

Result<> lru_reduce(Thread& t, Value self) { return get_attribute(t, self, names().__qualname__); }
Result<> lru_copy(Thread& t, Value self) { return own(self); }
Result<> lru_deepcopy(Thread& t, Value self, Value) { return own(self); }

constexpr NativeDef kNew = def<lru_new>(
    "_lru_cache_wrapper($type, user_function, maxsize, typed, cache_info_type)", "");
Result<> lru_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return kNew.entry(t, Value(&cls), args, nargs, kwnames);
}

constexpr NativeDef kMethods[] = {
    def<lru_info>("cache_info($self, /)", "How often the cache helped, its limit and its size."),
    def<lru_clear>("cache_clear($self, /)", "Empty the cache and set its statistics to zero."),
    def<lru_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<lru_copy>("__copy__($self, /)", "The wrapper itself."),
    def<lru_deepcopy>("__deepcopy__($self, memo, /)", "The wrapper itself."),
};
constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = lru_visit;
  s.destroy = lru_destroy;
  s.new_ = lru_construct;
  s.call = lru_call;
  s.descr_get = lru_get;
  return s;
}
const TypeDef kWrapper = {.name = "functools._lru_cache_wrapper",
                          .doc = "A callable that remembers the results of a function.",
                          .flags = kTypeGcTracked | kTypeHasDict | kTypeWeakrefable | kTypeMethodDescriptor,
                          .size = sizeof(LruWrapper),
                          .slots = slots(),
                          .methods = kMethods};

}  // namespace

Status lru_cache_exec(Thread& t, Module* module) {
  register_native(t, kNew);
  if (!g_keyword_mark) {
    g_keyword_mark = new_object_raw(t, object_type.root_shape, sizeof(Object), kImmortal | kNoEdges, 0);
    if (!g_keyword_mark) return kError;
    make_immortal(g_keyword_mark);
  }
  return module_add_type(t, module, kWrapper, &g_wrapper_type);
}

}  // namespace taipan
