// The namespace kind of dict: entries in segments that never move, so that the address of a value is a stable
// cell (containers.md section 2; interpreter.md K6). Only the index is rebuilt.
//
//   delete     value 0, key stays. Adding the name again: the old cell is sealed, a new one appended (order),
//              the index moves to it; all under the lock. A reader that finds SEALED looks again.
//   absent     a placeholder has value 0 as well: a global that falls through to builtins.
//   ids        odd, never given twice.
#include "runtime/types/dict_impl.h"

#include <cstring>

namespace taipan {

namespace {

constexpr u32 kMaxSegments = 28;  // 8, 8, 16, 32 ...: 2^30 cells
constexpr u64 kSealed = 4;

struct NamespaceBody {
  u32 id;
  u32 spare;
  Atomic<NamespaceCell*> segments[kMaxSegments];
  NamespaceCell first[8];
};
struct NamespaceTable : DictTable {
  NamespaceBody* body;
};

NamespaceBody* body_of(DictTable* t) { return static_cast<NamespaceTable*>(t)->body; }

Atomic<u32> g_next_id(1);

u32 segment_of(u32 e) { return e < 8 ? 0 : static_cast<u32>(29 - __builtin_clz(e)); }
u32 segment_start(u32 segment) { return segment == 0 ? 0 : 4u << segment; }
u32 segment_size(u32 segment) { return segment == 0 ? 8 : 4u << segment; }

usize namespace_bytes(usize capacity) {
  return sizeof(NamespaceTable) + table_index_bytes(table_shape(capacity < 9 ? 9 : capacity));
}

// An index of `capacity` entries (always narrow or wide) over `body`'s first `end` cells.
DictTable* make_index(Thread& t, NamespaceBody* body, usize capacity, u32 end) {
  if (capacity < 9) capacity = 9;
  usize bytes = namespace_bytes(capacity);
  auto* table = static_cast<NamespaceTable*>(buffer_allocate(t, bytes));
  if (!table) return nullptr;
  std::memset(static_cast<void*>(table), 0, bytes);
  table->kind_.store_relaxed(static_cast<u8>(TableKind::Namespace));
  table->capacity = static_cast<u32>(capacity);
  table->body = body;
  table_attach_index(table, table_shape(capacity), table + 1);
  for (u32 e = 0; e < end; ++e) {
    NamespaceCell* cell = namespace_entry(table, e);
    if (cell->value.borrow().bits != kSealed) {
      table_index_entry(table, plain_hash(cell->key.borrow()), e);
    }
  }
  table->end.store_relaxed(end);
  return table;
}

// A new cell at the end, under the lock; `key` is indexed, `v` counted. Null: MemoryError pending.
NamespaceCell* append_cell(Thread& t, Dict* d, DictTable* table, Value key, u64 hash, Value v) {
  u32 e = table->end.load_relaxed();
  if (e == table->capacity) {
    DictTable* fresh = make_index(t, body_of(table), usize{e} + e / 2 + 4, e);
    if (!fresh) return (void)raise_memory_error(t), nullptr;
    next_generation(d);
    d->table.store_release(fresh);
    buffer_discard(t, d, table, namespace_bytes(table->capacity));
    table = fresh;
  }
  u32 segment = segment_of(e);
  NamespaceBody* body = body_of(table);
  if (segment >= kMaxSegments) return (void)raise_memory_error(t), nullptr;
  if (body->segments[segment].load_relaxed() == nullptr) {
    usize bytes = segment_size(segment) * sizeof(NamespaceCell);
    void* p = buffer_allocate(t, bytes);
    if (!p) return (void)raise_memory_error(t), nullptr;
    std::memset(p, 0, bytes);
    body->segments[segment].store_release(static_cast<NamespaceCell*>(p));
  }
  NamespaceCell* cell = namespace_entry(table, e);
  cell->value.raw().store_relaxed(v.bits);
  cell->key.raw().store_relaxed(SlotBase::count_for_slot(key).bits);
  table_index_entry(table, hash, e);
  table->end.store_release(e + 1);
  return cell;
}

struct CellMatch {
  DictTable* t;
  Value key;
  u64 hash;
  TP_INLINE int operator()(u32 e) const {
    NamespaceCell* cell = namespace_entry(t, e);
    Value k = cell->key.borrow();
    int r = k.bits == key.bits ? 1 : quick_equal(k, key);
    if (r == 0 || (r == kAskPython && plain_hash(k) != hash)) return 0;
    // A sealed cell has a successor further on in the index.
    return cell->value.borrow().bits == kSealed ? 0 : r;
  }
};

void new_dependents_check(NamespaceCell* cell) {
  // Compiled code that folds values registers here and brings the invalidation protocol with it.
  TP_ASSERT(cell->deps.load_relaxed() == 0);
  cell->writes.store_relaxed(cell->writes.load_relaxed() + 1);  // under the lock
}

}  // namespace

NamespaceCell* namespace_entry(DictTable* t, u32 e) {
  u32 segment = segment_of(e);
  return body_of(t)->segments[segment].load_acquire() + (e - segment_start(segment));
}

u32 namespace_find(DictTable* t, Value key, u64 hash) {
  return table_find(t, hash, CellMatch{t, key, hash});
}

void namespace_visit(DictTable* t, EdgeVisitor& visit) {
  u32 end = t->end.load_acquire();
  for (u32 e = 0; e < end; ++e) {
    NamespaceCell* cell = namespace_entry(t, e);
    visit.slot(cell->key);
    if (is_bound(cell->value.borrow())) visit.slot(cell->value);
  }
}

void namespace_free(DictTable* t) {
  NamespaceBody* body = body_of(t);
  for (u32 s = 1; s < kMaxSegments; ++s) {
    NamespaceCell* cells = body->segments[s].load_relaxed();
    if (cells) buffer_free(cells, segment_size(s) * sizeof(NamespaceCell));
  }
  buffer_free(body, sizeof(NamespaceBody));
  buffer_free(t, namespace_bytes(t->capacity));
}

Status namespace_store_locked(Thread& t, Dict* d, DictTable* table, u32 e, Value key, u64 hash, Value v,
                              Value* old) {
  if (e != kNotFound) {
    NamespaceCell* cell = namespace_entry(table, e);
    bool bound = is_bound(Value(cell->value.raw().load_relaxed()));
    if (bound || e + 1 == table->end.load_relaxed()) {
      // Bound, or unbound but the last in order: the cell serves.
      new_dependents_check(cell);
      *old = cell->value.replace_counted(d, SlotBase::count_for_slot(v));
      if (!bound) d->used.store_release(d->used.load_relaxed() + 1);
      return kDone;
    }
    key = cell->key.borrow();
  }
  Value counted = SlotBase::count_for_slot(v);
  // Room first: the seal must not be seen before its successor can be found (both under the lock; a
  // reader that sees the seal takes the lock).
  NamespaceCell* cell = append_cell(t, d, table, key, hash, counted);
  if (!cell) {
    *old = counted;
    return kError;
  }
  cell->writes.store_relaxed(1);
  if (e != kNotFound) {  // through the present table: appending may have replaced it
    namespace_entry(d->table.load_relaxed(), e)->value.raw().store_release(kSealed);
  }
  d->used.store_release(d->used.load_relaxed() + 1);
  return kDone;
}

Value namespace_remove_locked(Dict* d, DictTable* table, u32 e) {
  NamespaceCell* cell = namespace_entry(table, e);
  if (!is_bound(Value(cell->value.raw().load_relaxed()))) return Value::empty();
  new_dependents_check(cell);
  Value old = cell->value.replace_counted(d, Value::empty());
  d->used.store_release(d->used.load_relaxed() - 1);
  return old;
}

Result<> namespace_get_slow(Thread& t, Dict* d, Value key, u64 hash) {
  DictTable* table = d->table.load_acquire();
  u32 e = namespace_find(table, key.canonical(), hash);
  if (e < kAskEqual) {
    Value v = namespace_entry(table, e)->value.borrow();
    if (is_bound(v)) return namespace_entry(table, e)->value.load(d);
    if (v.bits == 0) return Result<>::absent();
  }
  Mutating guard(d);
  table = d->table.load_relaxed();
  e = namespace_find(table, key.canonical(), hash);
  if (e >= kAskEqual) return Result<>::absent();
  return namespace_entry(table, e)->value.load(d);
}

Result<u32> dict_make_namespace(Thread& t, Dict* d) {
  if (!is_exact<Dict>(Value(d))) return u32{0};
  if (u32 id = dict_namespace_id(d)) return id;
  auto* body = static_cast<NamespaceBody*>(buffer_allocate(t, sizeof(NamespaceBody)));
  if (!body) return (void)raise_memory_error(t), kError;
  std::memset(static_cast<void*>(body), 0, sizeof(NamespaceBody));
  body->segments[0].store_relaxed(body->first);
  Mutating guard(d);
  DictTable* old = d->table.load_relaxed();
  bool possible = old->kind() <= TableKind::Plain;
  DictTable* table = possible ? make_index(t, body, d->used.load_relaxed() + 8, 0) : nullptr;
  if (!table) {
    bool already = old->kind() == TableKind::Namespace;
    u32 id = already ? body_of(old)->id : 0;
    guard.unlock();
    buffer_free(body, sizeof(NamespaceBody));
    if (!possible) return id;
    return (void)raise_memory_error(t), kError;
  }
  u64 position = 0;
  Value k, v;
  bool ok = true;
  while (ok && table_step(old, &position, &k, &v)) {
    // The old table's counts move along: its words are not dropped.
    NamespaceCell* cell = append_cell(t, d, table, k, plain_hash(k), v);
    if (!cell) {
      ok = false;
      break;
    }
    cell->writes.store_relaxed(1);
    if (k.is_counted()) decrement(k.object());  // append_cell counted it once more
  }
  if (!ok) {
    // Nothing was published; what moved is still counted by the old table.
    guard.unlock();
    for (u32 e = 0; e < table->end.load_relaxed(); ++e) namespace_entry(table, e)->value.raw().store_relaxed(0);
    namespace_free(table);
    return kError;
  }
  body->id = g_next_id.fetch_add_relaxed(2);
  next_generation(d);
  d->table.store_release(table);
  guard.unlock();
  table_discard(t, d, old);
  return body->id;
}

u32 dict_namespace_id(const Dict* d) {
  DictTable* t = d->table.load_acquire();
  return t->kind() == TableKind::Namespace ? body_of(t)->id : 0;
}

Atomic<u64>* dict_namespace_cell(Thread& t, Dict* d, Str* name) {
  u64 hash = str_hash(name);
  publish_before_lock(d, Value(name));
  Mutating guard(d);
  DictTable* table = d->table.load_relaxed();
  TP_ASSERT(table->kind() == TableKind::Namespace);
  u32 e = namespace_find(table, Value(name), hash);
  if (e < kAskEqual) return &namespace_entry(table, e)->value.raw();
  NamespaceCell* cell = append_cell(t, d, table, Value(name), hash, Value::empty());
  return cell ? &cell->value.raw() : nullptr;
}

}  // namespace taipan
