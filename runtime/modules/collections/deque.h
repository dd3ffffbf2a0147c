// deque: a ring of slots. Everything in it is read and changed under its lock byte when it is shared: it is a
// hand-over container, what leaves it belongs to whoever took it at once.
// deque.cpp: the ring; deque_type.cpp: operators, methods and iterators.
#pragma once
#include "runtime/types/container_util.h"

namespace taipan {

struct Deque : Object {
  Slot<>* items;   // `capacity` slots, the free ones empty; null at first
  u64 capacity;    // a power of two, or 0
  u64 head;        // place of the first element
  u64 size;
  u64 version;     // + 1 whenever elements come, go or move: iterators notice
  ssize maxlen;    // negative: none

  Slot<>& at(u64 i) { return items[(head + i) & (capacity - 1)]; }
};

extern Type* g_deque_type;
inline bool is_deque(Value v) { return v.is_ref() && is_instance(v, *g_deque_type); }
inline Deque* deque_of(Value v) { return v.as<Deque>(); }

Status deque_push(Thread& t, Deque* d, Value v, bool left);
Result<> deque_take(Deque* d, bool left);  // absent(): empty
Status deque_extend_from(Thread& t, Deque* d, Value iterable, bool left);
usize deque_size(Deque* d);
Result<> deque_load(Deque* d, usize i);    // absent(): out of range
// The same, while the version is still `version`; *changed if it is not.
Result<> deque_load_checked(Deque* d, usize i, u64 version, bool* changed);
u64 deque_version(Deque* d);
void deque_clear_all(Thread& t, Deque* d);
void deque_rotate_by(Deque* d, ssize n);
// Removes element i, if there is one and the version is still `version`; false if not.
bool deque_remove_at(Deque* d, usize i, u64 version);
Result<bool> deque_insert_at(Thread& t, Deque* d, ssize index, Value v);  // false: full
bool deque_replace(Deque* d, usize i, Value v);                           // false: out of range
void deque_reverse_all(Deque* d);
void deque_visit(Object* o, EdgeVisitor& visit);
void deque_destroy(Object* o);

Result<> deque_iterator_new(Thread& t, Deque* d, bool reverse);
Status deque_iterators_exec(Thread& t, Module* module);

}  // namespace taipan
