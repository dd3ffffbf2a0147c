// Storage of built-in containers at another address: what a rebuild by another thread does to raw pointers,
// brought about at every safepoint by the preset `poison` and by -X stress=move (R4).
#include <cstring>

#include "runtime/object/instance.h"
#include "runtime/object/startup_parts.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/list_impl.h"
#include "runtime/types/set.h"

namespace taipan {
namespace {

constexpr usize kSmallBlock = 4096;

// Large storage moves seldom, else programs with large containers never end.
bool is_due(usize bytes) {
  static Atomic<u32> turn;
  return bytes <= kSmallBlock || turn.fetch_add_relaxed(1) % 64 == 0;
}

// The same bytes in another block of n bytes; null: stays where it is.
void* copy_block(Thread& t, const void* block, usize n) {
  void* fresh = is_due(n) ? buffer_allocate(t, n) : nullptr;
  if (fresh != nullptr) std::memcpy(fresh, block, n);
  return fresh;
}

void move_list(Thread& t, List* l) {
  ListItems* old = l->items_.load_relaxed();
  if (old->capacity == 0) return;
  void* fresh = copy_block(t, old, items_bytes(old->capacity));
  if (fresh == nullptr) return;
  l->items_.store_release(static_cast<ListItems*>(fresh));
  items_discard(t, l, old);
}

// A search that asks Python code about equality goes on in the copy (find_foreign).
void move_table(Thread& t, const Object* owner, Atomic<DictTable*>& slot) {
  DictTable* old = slot.load_relaxed();
  if (old->capacity == 0 || old->kind() == TableKind::Namespace) return;
  auto* fresh = static_cast<DictTable*>(copy_block(t, old, table_bytes(old)));
  if (fresh == nullptr) return;
  if (old->form != TableForm::Eight) {
    usize at = static_cast<usize>(static_cast<char*>(old->index()) - reinterpret_cast<char*>(old));
    fresh->tags.store_relaxed(reinterpret_cast<u64>(fresh) + at);
  }
  slot.store_release(fresh);  // entry numbers stay: iterators and generations do too
  table_discard(t, owner, old);
}

void move_bytes(Thread& t, u8*& block, usize capacity, u64 exports) {
  if (block == nullptr || capacity == 0 || exports != 0) return;
  void* fresh = copy_block(t, block, capacity);
  if (fresh == nullptr) return;
  buffer_free(block, capacity);  // read under the lock only
  block = static_cast<u8*>(fresh);
}

}  // namespace

void move_storage(Thread& t, Object* o) {
  // As expansion does: under the lock, and never waiting for it.
  u8 free = 0;
  if (o->is_shared() && !o->lock.cas_acquire(free, 1)) return;
  bool locked = o->is_shared();
  Value v(o);
  if (is_a<List>(v)) {
    move_list(t, static_cast<List*>(o));
  } else if (is_any_dict(v)) {
    move_table(t, o, static_cast<Dict*>(o)->table);
  } else if (is_a<Set>(v)) {
    move_table(t, o, static_cast<Set*>(o)->table);
  } else if (is_exact<ByteArray>(v)) {
    auto* b = static_cast<ByteArray*>(o);
    move_bytes(t, b->block_, b->capacity_, b->exports_);
  } else if (!locked) {
    move_attributes(t, o);  // slots of shared instances change without their lock
  }
  if (locked) unlock_object(o);
}

}  // namespace taipan
