#include "runtime/types/dict_table.h"

#include <cmath>
#include <cstring>

#include "runtime/memory/large_pages.h"
#include "runtime/types/dict_impl.h"

namespace taipan {

// form, kind, lg, flags, capacity, end, first, tags
DictTable g_empty_dict_table{TableForm::Eight, Atomic<u8>(0), 0, 0, 0, Atomic<u32>(0), 0, Atomic<u64>(0)};
DictTable g_empty_set_table{TableForm::Eight, Atomic<u8>(0), 0, kSetTable, 0,
                            Atomic<u32>(0), 0, Atomic<u64>(0)};

u64 plain_hash(Value key) {
  if (key.is_int()) return hash_i64(key.as_int());
  if (key.is_float()) return hash_double(key.as_float());
  if (is_true(key)) return 1;
  if (is_false(key)) return 0;
  return str_hash(key.as<Str>());
}

TableKind kind_of_key(Value key) {
  if (key.is_int()) return TableKind::Plain;
  if (key.is_float()) return std::isnan(key.as_float()) ? TableKind::Hashed : TableKind::Plain;
  if (is_exact<Str>(key)) return key.as<Str>()->is_interned() ? TableKind::Names : TableKind::Plain;
  return is_true(key) || is_false(key) ? TableKind::Plain : TableKind::Hashed;
}

int match_key_slow(DictTable* t, u32 e, Value k, Value key, u64 hash) {
  if (k.is_int() && key.is_int()) return 0;  // other words, other numbers
  bool hashed = t->kind() == TableKind::Hashed;
  if (hashed && t->hashes()[e] != hash) return 0;
  int r = quick_equal(k, key);
  if (r != kAskPython || hashed) return r;
  return plain_hash(k) == hash ? kAskPython : 0;
}

// No arrays here: the canary of the hardened build would cost a tenth of a search.
[[gnu::no_stack_protector]] u32 dict_table_find(DictTable* t, Value key, u64 hash) {
  key = key.canonical();
  if (t->kind() == TableKind::Namespace) return namespace_find(t, key, hash);
  if (t->kind() == TableKind::Names && is_interned(key)) return table_find(t, hash, NameMatch{t, key});
  return table_find(t, hash, KeyMatch<false>{t, key, hash});
}

[[gnu::no_stack_protector]] u32 set_table_find(DictTable* t, Value key, u64 hash) {
  return table_find(t, hash, KeyMatch<true>{t, key.canonical(), hash});
}

Slot<>& table_key(DictTable* t, u32 e) {
  if (t->is_set()) return t->keys()[e];
  if (t->kind() == TableKind::Namespace) return namespace_entry(t, e)->key;
  return t->entries()[e].key;
}

// --- cursor -----------------------------------------------------------------------------------------------

TableCursor::TableCursor(const DictTable* t, u64 hash) : t_(t), position_(0), tag_(tag_of(hash)) {
  if (t->form == TableForm::Wide) {
    position_ = word_of(hash, t->lg);
    tag_ = fragment_of(hash, t->lg);
  } else if (t->form != TableForm::Eight) {
    position_ = group_of(hash, t->lg);
  }
}

u32 TableCursor::next() {
  u64 mask = (u64{1} << t_->lg) - 1;
  if (t_->form == TableForm::Wide) {
    const Atomic<u32>* words = static_cast<const Atomic<u32>*>(t_->index());
    for (;;) {
      u32 w = words[position_].load_acquire();
      if (w == 0) return kNotFound;
      position_ = (position_ + 1) & mask;
      u32 x = w ^ static_cast<u32>(tag_);
      if (x <= mask) return x - 1;
    }
  }
  for (;;) {
    if (!group_loaded_) {
      switch (t_->form) {
        case TableForm::Eight: tags_ = t_->tags.load_acquire(); break;
        case TableForm::Narrow8: tags_ = static_cast<Group8*>(t_->index())[position_].tags.load_acquire(); break;
        default: tags_ = static_cast<Group16*>(t_->index())[position_].tags.load_acquire(); break;
      }
      matches_ = tag_matches(tags_, tag_);
      group_loaded_ = true;
    }
    if (matches_ != 0) {
      u32 i = static_cast<u32>(__builtin_ctzll(matches_) >> 3);
      matches_ &= matches_ - 1;
      switch (t_->form) {
        case TableForm::Eight: return i;
        case TableForm::Narrow8: return static_cast<Group8*>(t_->index())[position_].entry[i].load_relaxed();
        default: return static_cast<Group16*>(t_->index())[position_].entry[i].load_relaxed();
      }
    }
    if (t_->form == TableForm::Eight || tags_ >> 63 == 0) return kNotFound;
    position_ = (position_ + 1) & mask;
    group_loaded_ = false;
  }
}

// --- building ---------------------------------------------------------------------------------------------

namespace {

constexpr usize kMaxNarrow8 = 192, kMaxNarrow16 = 49152;  // 6 << 5, 6 << 13

usize index_bytes(TableForm form, u8 lg) {
  switch (form) {
    case TableForm::Eight: return 0;
    case TableForm::Narrow8: return sizeof(Group8) << lg;
    case TableForm::Narrow16: return sizeof(Group16) << lg;
    default: return sizeof(u32) << lg;
  }
}

usize bytes_before_index(usize capacity, TableKind kind, u8 flags) {
  usize entry = (flags & kSetTable) ? 8 : 16;
  return sizeof(DictTable) + capacity * (entry + (kind == TableKind::Hashed ? 8 : 0));
}

template <class Group>
void place_in_groups(DictTable* t, u64 hash, u32 e) {
  Group* groups = static_cast<Group*>(t->index());
  u64 mask = (u64{1} << t->lg) - 1, g = group_of(hash, t->lg);
  u64 tags;
  while ((tags = groups[g].tags.load_relaxed()) >> 63 != 0) g = (g + 1) & mask;
  int slot = tags == 0 ? 0 : (64 - __builtin_clzll(tags)) >> 3;  // slots fill from low to high
  groups[g].entry[slot].store_relaxed(static_cast<decltype(groups[g].entry[slot].load_relaxed())>(e));
  groups[g].tags.store_release(tags | tag_of(hash) << (slot * 8));
}

void place_in_words(DictTable* t, u64 hash, u32 e) {
  Atomic<u32>* words = static_cast<Atomic<u32>*>(t->index());
  u64 mask = (u64{1} << t->lg) - 1, p = word_of(hash, t->lg);
  while (words[p].load_relaxed() != 0) p = (p + 1) & mask;
  words[p].store_release(fragment_of(hash, t->lg) | (e + 1));
}

template <class Group>
void unplace_in_groups(DictTable* t, u64 hash, u32 e) {
  Group* groups = static_cast<Group*>(t->index());
  u64 mask = (u64{1} << t->lg) - 1;
  for (u64 g = group_of(hash, t->lg);; g = (g + 1) & mask) {
    u64 tags = groups[g].tags.load_relaxed();
    if (tags == 0) continue;
    int slot = (63 - __builtin_clzll(tags)) >> 3;  // the newest of this group
    if (groups[g].entry[slot].load_relaxed() == e && tags >> (slot * 8) == tag_of(hash)) {
      groups[g].tags.store_relaxed(tags & ~(u64{0xff} << (slot * 8)));
      return;
    }
    TP_ASSERT(tags >> 63 != 0);
  }
}

}  // namespace

TableShape table_shape(usize capacity) {
  if (capacity <= 8) return {TableForm::Eight, 0};
  if (capacity <= kMaxNarrow16) {
    u8 lg = 1;
    while ((usize{6} << lg) < capacity) ++lg;
    return {capacity <= kMaxNarrow8 ? TableForm::Narrow8 : TableForm::Narrow16, lg};
  }
  u8 lg = 16;
  while ((usize{1} << lg) / 3 * 2 < capacity) ++lg;
  return {TableForm::Wide, lg};
}

void table_attach_index(DictTable* table, TableShape shape, void* index) {
  table->form = shape.form;
  table->lg = shape.lg;
  if (shape.form != TableForm::Eight) table->tags.store_relaxed(reinterpret_cast<u64>(index));
}
usize table_index_bytes(TableShape shape) { return index_bytes(shape.form, shape.lg); }

static void* allocate_bytes(Thread& t, usize bytes) {
  void* p = buffer_allocate(t, bytes);
  if (p != nullptr) prefer_large_pages(p, bytes);
  return p;
}

DictTable* table_allocate(Thread& t, usize capacity, TableKind kind, u8 flags) {
  if (capacity > (usize{1} << 30)) return nullptr;
  TableShape shape = table_shape(capacity);
  usize before = bytes_before_index(capacity, kind, flags);
  usize bytes = before + index_bytes(shape.form, shape.lg);
  auto* table = static_cast<DictTable*>(allocate_bytes(t, bytes));
  if (!table) return nullptr;
  std::memset(static_cast<void*>(table), 0, bytes);
  table->kind_.store_relaxed(static_cast<u8>(kind));
  table->flags = flags;
  table->capacity = static_cast<u32>(capacity);
  table_attach_index(table, shape, reinterpret_cast<char*>(table) + before);
  return table;
}

usize table_bytes(const DictTable* t) {
  return bytes_before_index(t->capacity, t->kind(), t->flags) + index_bytes(t->form, t->lg);
}

void table_index_entry(DictTable* t, u64 hash, u32 e) {
  switch (t->form) {
    case TableForm::Eight:
      t->tags.store_release(t->tags.load_relaxed() | tag_of(hash) << (e * 8));
      break;
    case TableForm::Narrow8: place_in_groups<Group8>(t, hash, e); break;
    case TableForm::Narrow16: place_in_groups<Group16>(t, hash, e); break;
    default: place_in_words(t, hash, e);
  }
}

void table_unindex_last(DictTable* t, u64 hash, u32 e) {
  switch (t->form) {
    case TableForm::Eight:
      t->tags.store_relaxed(t->tags.load_relaxed() & ~(u64{0xff} << (e * 8)));
      break;
    case TableForm::Narrow8: unplace_in_groups<Group8>(t, hash, e); break;
    case TableForm::Narrow16: unplace_in_groups<Group16>(t, hash, e); break;
    default: {
      Atomic<u32>* words = static_cast<Atomic<u32>*>(t->index());
      u64 mask = (u64{1} << t->lg) - 1, p = word_of(hash, t->lg);
      u32 wanted = fragment_of(hash, t->lg) | (e + 1);
      while (words[p].load_relaxed() != wanted) p = (p + 1) & mask;
      words[p].store_relaxed(0);
    }
  }
}

// Three times as much, or half again where that is much; and as much as the index has room for.
usize grown_table_capacity(usize live) {
  if (live < 4) return live == 0 ? 4 : 8;
  if (live < 7) return 8;
  return full_table_capacity(live < 50000 ? live * 3 : live + live / 2 + 4);
}

usize full_table_capacity(usize live) {
  TableShape shape = table_shape(live);
  switch (shape.form) {
    case TableForm::Eight: return 8;
    case TableForm::Wide: return (usize{1} << shape.lg) / 3 * 2;
    default: return usize{6} << shape.lg;
  }
}

u64 table_hash(DictTable* t, u32 e) {
  return t->kind() == TableKind::Hashed ? t->hashes()[e] : plain_hash(table_key(t, e).borrow());
}

DictTable* table_rebuild(Thread& t, DictTable* old, usize capacity, TableKind kind) {
  DictTable* fresh = table_allocate(t, capacity, kind, old->flags);
  if (!fresh) return nullptr;
  u32 end = old->end.load_relaxed(), n = 0;
  bool was_hashed = old->kind() == TableKind::Hashed, is_set = old->is_set();
  auto move_all = [&](auto place) {
    for (u32 e = old->first; e < end; ++e) {
      Value k((is_set ? old->keys()[e] : old->entries()[e].key).raw().load_relaxed());
      if (!is_live_key(k)) continue;
      u64 hash = was_hashed ? old->hashes()[e] : k.is_int() ? hash_i64(k.as_int()) : plain_hash(k);
      if (is_set) {
        fresh->keys()[n].raw().store_relaxed(k.bits);
      } else {
        fresh->entries()[n].key.raw().store_relaxed(k.bits);
        fresh->entries()[n].value.raw().store_relaxed(old->entries()[e].value.raw().load_relaxed());
      }
      if (kind == TableKind::Hashed) fresh->hashes()[n] = hash;
      place(hash, n);
      ++n;
    }
  };
  switch (fresh->form) {
    case TableForm::Narrow8: move_all([&](u64 hash, u32 e) { place_in_groups<Group8>(fresh, hash, e); }); break;
    case TableForm::Narrow16: move_all([&](u64 hash, u32 e) { place_in_groups<Group16>(fresh, hash, e); }); break;
    case TableForm::Wide: move_all([&](u64 hash, u32 e) { place_in_words(fresh, hash, e); }); break;
    default: move_all([&](u64 hash, u32 e) { table_index_entry(fresh, hash, e); });
  }
  fresh->end.store_relaxed(n);
  return fresh;
}

void table_count_keys(DictTable* table) {
  for (u32 i = 0, n = table->end.load_relaxed(); i < n; ++i) {
    Value v(table->keys()[i].raw().load_relaxed());
    if (v.is_counted()) increment(v.object());
  }
}

DictTable* table_copy(Thread& t, DictTable* old, usize live) {
  u32 end = old->end.load_relaxed();
  DictTable* fresh;
  if (live == end) {  // nothing is dead: index and tags verbatim
    usize bytes = table_bytes(old);
    fresh = static_cast<DictTable*>(allocate_bytes(t, bytes));
    if (!fresh) return nullptr;
    std::memcpy(static_cast<void*>(fresh), static_cast<void*>(old), bytes);
    if (old->form != TableForm::Eight) {
      usize before = bytes_before_index(old->capacity, old->kind(), old->flags);
      fresh->tags.store_relaxed(reinterpret_cast<u64>(reinterpret_cast<char*>(fresh) + before));
    }
  } else {
    fresh = table_rebuild(t, old, live < 4 ? 4 : live, old->kind());
    if (!fresh) return nullptr;
  }
  usize words = usize{fresh->end.load_relaxed()} * (fresh->is_set() ? 1 : 2);
  for (usize i = 0; i < words; ++i) {
    Value v(fresh->keys()[i].raw().load_relaxed());
    if (v.is_counted()) increment(v.object());
  }
  return fresh;
}

bool table_mark_deleted(DictTable* t, u32 e, u64 hash, bool local) {
  u32 end = t->end.load_relaxed();
  Slot<>& key = table_key(t, e);
  if (local && e + 1 == end) {
    table_unindex_last(t, hash, e);
    key.raw().store_relaxed(0);
    if (t->kind() == TableKind::Hashed) t->hashes()[e] = 0;
    t->end.store_relaxed(e);
    if (t->first > e) t->first = e;
    return true;
  }
  u32 run = 1;
  if (e > 0) {
    Value below(table_key(t, e - 1).raw().load_relaxed());
    if (is_deleted_key(below)) run += deleted_run(below);
  }
  key.raw().store_release(deleted_key(run));  // W7
  if (e == t->first) {
    do ++t->first;
    while (t->first < end && is_deleted_key(Value(table_key(t, t->first).raw().load_relaxed())));
  }
  return false;
}

u32 table_last_live(DictTable* t) {
  u32 end = t->end.load_relaxed();
  for (u32 e = end; e > t->first;) {
    Value k(table_key(t, e - 1).raw().load_relaxed());
    if (is_live_key(k)) {
      // The whole dead run above it in one jump next time.
      if (e < end) {
        Slot<>& top = table_key(t, end - 1);
        top.raw().store_relaxed(deleted_key(end - e));  // still a deleted key to any reader
      }
      return e - 1;
    }
    u32 run = is_deleted_key(k) ? deleted_run(k) : 1;
    e -= run < e ? run : e;
  }
  return kNotFound;
}

void table_visit(DictTable* t, EdgeVisitor& visit) {
  if (t->kind() == TableKind::Namespace) return namespace_visit(t, visit);
  u32 end = t->end.load_acquire();
  for (u32 e = 0; e < end; ++e) {
    Slot<>& key = table_key(t, e);
    if (!is_live_key(key.borrow())) continue;
    visit.slot(key);
    if (!t->is_set()) visit.slot(t->entries()[e].value);
  }
}

void table_drop_entries(DictTable* t) {
  u32 end = t->end.load_relaxed();
  if (t->is_set()) {
    for (u32 e = t->first; e < end; ++e) {
      Value k(t->keys()[e].raw().load_relaxed());
      if ((k.bits & 7) == 0 && k.bits != 0) release_removed(k);
    }
    return;
  }
  for (u32 e = t->first; e < end; ++e) {
    Value k(table_key(t, e).raw().load_relaxed());
    if (!is_live_key(k)) continue;
    release_removed(Value(t->entries()[e].value.raw().load_relaxed()));
    release_removed(k);
  }
}

bool table_step(DictTable* t, u64* position, Value* key, Value* value) {
  u32 end = t->end.load_acquire();  // I3
  bool cells = t->kind() == TableKind::Namespace;
  while (*position < end) {
    u32 e = static_cast<u32>((*position)++);
    DictEntry* entry = cells ? namespace_entry(t, e) : &t->entries()[e];
    Value k = entry->key.borrow(), v = entry->value.borrow();
    if (!is_live_key(k) || !is_bound(v)) continue;  // deleted, or a sealed cell
    *key = k;
    *value = v;
    return true;
  }
  return false;
}

bool table_step_back(DictTable* t, u64* position, Value* key, Value* value) {
  u32 end = t->end.load_acquire();
  if (*position > end) *position = end;
  bool cells = t->kind() == TableKind::Namespace;
  while (*position > 0) {
    u32 e = static_cast<u32>(--*position);
    DictEntry* entry = cells ? namespace_entry(t, e) : &t->entries()[e];
    Value k = entry->key.borrow(), v = entry->value.borrow();
    if (!is_live_key(k) || !is_bound(v)) continue;
    *key = k;
    *value = v;
    return true;
  }
  return false;
}

bool set_table_step(DictTable* t, u64* position, Value* key) {
  u32 end = t->end.load_acquire();
  while (*position < end) {
    Value k = t->keys()[(*position)++].borrow();
    if (!is_live_key(k)) continue;
    *key = k;
    return true;
  }
  return false;
}

}  // namespace taipan
