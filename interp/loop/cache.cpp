// Inline cache entries: making them, putting them into sites, the references they hold.
#include "interp/loop/cache.h"

#include <cstdlib>
#include <new>

#include "runtime/memory/checkpoint.h"

namespace taipan {
namespace {

// The others have none or GlobalEntries.
bool holds_class_entries(SiteKind kind) {
  return kind == SiteKind::GetAttr || kind == SiteKind::SetAttr || kind == SiteKind::LoadMethod || kind == SiteKind::Call;
}

// Readers that loaded the word before it was replaced use the entry until their next safepoint. What it counted
// dies no earlier (I5).
void retire_entry(Thread& t, SiteKind kind, CacheEntry* entry) {
  if (holds_class_entries(kind)) {
    forget_dependent(&entry->dependent);
    release_removed(entry->value);
    release_removed(entry->found);
  }
  retire_call(t, std::free, entry);
}

}  // namespace

CacheEntry* new_cache_entry(CacheKind kind) {
  void* memory = std::aligned_alloc(16, sizeof(CacheEntry));
  if (memory == nullptr) return nullptr;
  auto* entry = new (memory) CacheEntry();
  entry->kind = kind;
  return entry;
}

bool may_fill_site(Code* code, u32 site) {
  // The top three bits of the instruction's feedback byte count changes (K7). Lost updates are harmless.
  Atomic<u8>& byte = code->feedback[code->sites[site].instr];
  u8 old = byte.load_relaxed();
  if (old >= 0xE0) return false;
  byte.store_relaxed(old + 0x20);
  return true;
}

void fill_site(Thread& t, Code* code, u32 site, u64 word) {
  u64 old = code->caches[site].exchange_acq_rel(word);  // release: the entry was filled before
  if (CacheEntry* entry = cache_entry(old)) retire_entry(t, code->sites[site].kind, entry);
}

void visit_cache_entries(const Code* code, EdgeVisitor& visit) {
  for (u32 i = 0; i < code->site_count; ++i) {
    if (!holds_class_entries(code->sites[i].kind)) continue;
    CacheEntry* entry = cache_entry(code->caches[i].load_acquire());
    if (entry == nullptr) continue;
    visit.words(&entry->value, 1);
    visit.words(&entry->found, 1);
  }
}

}  // namespace taipan
