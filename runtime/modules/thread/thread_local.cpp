// threading.local: an object whose attributes are another dict in each thread.
//
// Note [thread-local] (R25): the dicts hang from the thread (Thread::thread_locals: dict of id -> dict), not from
// the shared object, so they stay local to their thread and unsynchronised. A local object has an id that is
// never reused; when it dies, its id joins a list of dead ids, which every thread clears out of its own dict at
// its next use of any local (generation counter).
#include <vector>

#include "runtime/modules/thread/thread_module.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct ThreadLocal : Object {
  i64 id;
  Slot<Tuple> args;    // for __init__ in each thread; empty: none
  Slot<Dict> kwargs;
};
Type* g_local_type;

Atomic<i64> g_next_id{1};
RawMutex g_dead_lock;
std::vector<i64> g_dead;       // all ids that died, in order
Atomic<u64> g_dead_count;      // their number
constexpr i64 kSeenKey = 0;    // in a thread's dict: how many dead ids it has cleared

void local_visit(Object* o, EdgeVisitor& visit) {
  auto* l = static_cast<ThreadLocal*>(o);
  visit(l->args, l->kwargs);
}

void local_finalise_id(Object* o) {
  RawGuard guard(g_dead_lock);
  g_dead.push_back(static_cast<ThreadLocal*>(o)->id);
  g_dead_count.store_release(g_dead.size());
}

void local_destroy(Object* o) {
  local_finalise_id(o);
  auto* l = static_cast<ThreadLocal*>(o);
  usize size = object_size(o);
  release_removed(Value(l->args.raw().exchange_acq_rel(0)));
  release_removed(Value(l->kwargs.raw().exchange_acq_rel(0)));
  free_object(o, size);
}

Status clear_dead(Thread& t, Dict* all) {
  u64 count = g_dead_count.load_acquire();
  Local<> seen_word(t, TRY(dict_get(t, all, Value::small_int(kSeenKey))));
  u64 seen = seen_word.is_empty() ? 0 : static_cast<u64>(seen_word.value().as_int());
  if (seen >= count) return kDone;
  std::vector<i64> ids;
  {
    RawGuard guard(g_dead_lock);
    ids.assign(g_dead.begin() + static_cast<ssize>(seen), g_dead.end());
  }
  for (i64 id : ids) TRY(dict_delete(t, all, Value::small_int(id)));
  return dict_set(t, all, Value::small_int(kSeenKey), Value::small_int(static_cast<i64>(seen + ids.size())));
}

// This thread's dict of the local object; made, and __init__ run, at the first use.
Result<Dict> dict_of(Thread& t, Value self) {
  auto* l = self.as<ThreadLocal>();
  if (t.thread_locals.is_empty()) t.thread_locals = TRY(dict_new(t)).word();
  Local<Dict> all(t, t.thread_locals);
  TRY(clear_dead(t, all));
  Local<> mine(t, TRY(dict_get(t, all, Value::small_int(l->id))));
  if (!mine.is_empty()) return mine.give().cast<Dict>();
  Local<Dict> fresh(t, TRY(dict_new(t)));
  TRY(dict_set(t, all, Value::small_int(l->id), fresh));
  if (type_of(self).slots.init != object_type.slots.init) {
    Local<> init(t, TRY(lookup_special(t, self, names().__init__)));
    Local<Tuple> args(t, l->args.is_empty() ? Value(empty_tuple()) : Value(l->args.borrow()));
    Local<> kwargs(t, Value(l->kwargs.borrow()));
    auto done = call_tuple(t, init, args, kwargs);
    if (done.is_error()) {
      Local<BaseException> error(t, take_error(t));
      (void)dict_delete(t, all, Value::small_int(l->id));
      if (error_pending(t)) clear_error(t);
      restore_error(t, error.give());
      return kError;
    }
    drop(done);
  }
  return fresh.give();
}

Result<> local_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if ((nargs != 0 || kwnames != nullptr) && cls.slots.init == object_type.slots.init) {
    return raise(t, TypeError, "Initialization arguments are not supported");
  }
  Local<Tuple> positional(t, TRY(tuple_from(t, args, nargs)));
  Local<Dict> keywords(t);
  if (kwnames != nullptr) {
    keywords.set(TRY(dict_new(t)));
    for (usize i = 0; i < kwnames->size(); ++i) TRY(dict_set(t, keywords, (*kwnames)[i], args[nargs + i]));
  }
  ThreadLocal* l = new_object<ThreadLocal>(t, cls);
  if (l == nullptr) return kError;
  l->id = g_next_id.fetch_add_relaxed(1);  // unique is all it must be
  l->args.init(positional.value());
  l->kwargs.init(keywords.value());
  // The constructing thread's __init__ is run by type.__call__: its dict exists from here on.
  Local<> self(t, Result<>::from_owned(own_new(l).word()));
  if (t.thread_locals.is_empty()) t.thread_locals = TRY(dict_new(t)).word();
  Local<Dict> all(t, t.thread_locals);
  Local<Dict> fresh(t, TRY(dict_new(t)));
  TRY(dict_set(t, all, Value::small_int(self.value().as<ThreadLocal>()->id), fresh));
  return self.give();
}

bool is_data_descriptor(Value v) { return !v.is_empty() && type_of(v).slots.descr_set != nullptr; }

// object.__getattribute__ with this thread's dict in place of the instance's.
Result<> local_get_attribute(Thread& t, Value self, Str* name) {
  Local<Dict> dict(t, TRY(dict_of(t, self)));
  if (name == names().__dict__) return Result<>(dict.give());
  Type& cls = type_of(self);
  Local<> in_class(t, type_lookup(t, cls, name));
  if (is_data_descriptor(in_class)) return type_of(in_class).slots.descr_get(t, in_class, self, &cls);
  Local<> own_value(t, TRY(dict_get_str(t, dict, name)));
  if (!own_value.is_empty()) return own_value.give();
  if (in_class.is_empty()) {
    return raise(t, AttributeError, "'{!T}' object has no attribute '{}'", self, Value(name));
  }
  if (auto get = type_of(in_class).slots.descr_get) return get(t, in_class, self, &cls);
  return in_class.give();
}

Status local_set_attribute(Thread& t, Value self, Str* name, Value v) {
  if (name == names().__dict__) {
    return raise(t, AttributeError, "'{!T}' object attribute '__dict__' is read-only", self);
  }
  Local<Dict> dict(t, TRY(dict_of(t, self)));
  Local<> in_class(t, type_lookup(t, type_of(self), name));
  if (is_data_descriptor(in_class)) return type_of(in_class).slots.descr_set(t, in_class, self, v);
  if (!v.is_empty()) return dict_set_str(t, dict, name, v);
  if (TRY(dict_delete(t, dict, name))) return kDone;
  return raise(t, AttributeError, "'{!T}' object has no attribute '{}'", self, Value(name));
}

const TypeDef kLocalDef = {.name = "_thread._local",
                           .doc = "_local()\n--\n\nThread-local data: attributes that each thread sees for itself.",
                           .flags = kTypeBase | kTypeGcTracked | kTypeImmutable | kTypeWeakrefable,
                           .size = sizeof(ThreadLocal),
                           .slots = {.visit = local_visit,
                                     .destroy = local_destroy,
                                     .new_ = local_new,
                                     .get_attribute = local_get_attribute,
                                     .set_attribute = local_set_attribute}};

}  // namespace

Status thread_local_exec(Thread& t, Module* m) { return module_add_type(t, m, kLocalDef, &g_local_type); }

}  // namespace taipan
