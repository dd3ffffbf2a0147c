#include "jit/code/cache.h"

#include <algorithm>
#include <cstdlib>

#include "interp/loop/frame.h"
#include "jit/code/counters.h"
#include "runtime/memory/checkpoint.h"
#include "runtime/memory/stress.h"

namespace taipan::jit {

CodeEvents g_code_events;

void CodeCache::Queue::push(MachineCode* m) {
  m->previous = last;
  m->next = nullptr;
  (last == nullptr ? first : last->next) = m;
  last = m;
}

void CodeCache::Queue::remove(MachineCode* m) {
  (m->previous == nullptr ? first : m->previous->next) = m->next;
  (m->next == nullptr ? last : m->next->previous) = m->previous;
}

CodeCache::Queue& CodeCache::queue_of(const MachineCode* m) {
  switch (m->state) {
    case MachineCode::State::Used: return used_;
    case MachineCode::State::Waiting: return waiting_;
    case MachineCode::State::Cold: return cold_;
    default: return pinned_;
  }
}

void CodeCache::count_bytes() {
  g_counters.bytes.store_relaxed(memory_->used());
  g_counters.limit.store_relaxed(memory_->limit());
}

void CodeCache::publish(MachineCode* m, MachineCode::State state) {
  m->state = state;
  queue_of(m).push(m);
  m->code->machine.store_release(m);
  m->code->heat.store_release(-1);
}

CodeCache::Installed CodeCache::install(Code* code, asmjit::CodeHolder& holder, u32 entry, u32* offsets) {
  u64 bytes = CodeMemory::prepare(holder);
  RawGuard guard(lock_);
  auto* m = static_cast<MachineCode*>(std::malloc(sizeof(MachineCode)));
  Installed answer = bytes == 0 || bytes > memory_->limit() ? Installed::Never : Installed::Later;
  if (m != nullptr && answer == Installed::Later && make_room(bytes)) {
    u32 size;
    if (const u8* base = memory_->place(holder, &size)) {
      *m = {base, base + entry, offsets, size, code, MachineCode::State::Used, 0, nullptr, nullptr};
      all_[code] = m;
      publish(m);
      keep_ahead(bytes, false);
      count(g_counters.compiled);
      count_bytes();
      if (g_code_events.installed != nullptr) g_code_events.installed(*m);
      return Installed::Yes;
    }
  }
  std::free(m);
  std::free(offsets);
  if (answer == Installed::Later) {
    keep_ahead(bytes, true);
    code->heat.store_relaxed(heat_.postponed);
    count(g_counters.postponed);
  }
  return answer;
}

bool CodeCache::republish(Code* code) {
  RawGuard guard(lock_);
  auto found = all_.find(code);
  if (found == all_.end()) {  // or it is older than a fork
    if (code->machine.load_relaxed() == nullptr) return false;
    code->heat.store_release(-1);
    return true;
  }
  MachineCode* m = found->second;
  if (m->code->machine.load_relaxed() != nullptr) {
    code->heat.store_release(-1);
    return true;
  }
  take(m);
  publish(m);
  count(g_counters.republished);
  if (g_code_events.republished != nullptr) g_code_events.republished(*m);
  return true;
}

// Out of its queue.
void CodeCache::take(MachineCode* m) {
  queue_of(m).remove(m);
  if (m->state == MachineCode::State::Waiting || m->state == MachineCode::State::Cold) evicted_bytes_ -= m->size;
  if (waiting_.first == nullptr) scanning_.store_relaxed(0);
}

bool CodeCache::expects_room(Code* code, u64 bytes) {
  RawGuard guard(lock_);
  bytes = std::min(bytes, memory_->limit() / 4);  // an estimate; what is really too long is found out in the end
  if (make_room(bytes)) return true;
  keep_ahead(bytes, true);
  code->heat.store_relaxed(heat_.postponed);
  count(g_counters.postponed);
  return false;
}

void CodeCache::note_frames(Thread& x) {
  if (scanning_.load_seq_cst() == 0) return;
  for (const Value* fp = x.fp; fp != nullptr; fp = frame_previous(fp)) {
    Code* code = frame_code(fp);
    if (code->seen.load_seq_cst() == 0) code->seen.store_seq_cst(1);
  }
}

void CodeCache::evict_locked(u64 bytes, bool newest_too) {
  u64 done = 0;
  MachineCode* end = waiting_.last;  // before the first that is evicted here
  while (used_.first != nullptr && done < bytes) {
    MachineCode* m = used_.first;
    if (m == used_.last && !newest_too) break;
    used_.remove(m);
    done += m->size;
    m->state = MachineCode::State::Waiting;
    waiting_.push(m);
    m->code->seen.store_seq_cst(0);  // before the epoch is read: a scan for a later one marks after this
    m->code->machine.store_seq_cst(nullptr);
    m->code->heat.store_relaxed(heat_.evicted);
    count(g_counters.evicted);
    if (g_code_events.evicted != nullptr) g_code_events.evicted(*m);
  }
  if (done == 0) return;
  evicted_bytes_ += done;
  scanning_.store_seq_cst(1);
  u64 epoch = started_checkpoint();
  for (MachineCode* m = end == nullptr ? waiting_.first : end->next; m != nullptr; m = m->next) m->epoch = epoch;
  wanted_.store_relaxed(1);
}

void CodeCache::evict(u64 bytes) {
  RawGuard guard(lock_);
  evict_locked(bytes, true);
}

// Evicts before the memory is full, so that the evicted have a chance, and the proof is there when room is needed.
void CodeCache::keep_ahead(u64 bytes, bool newest_too) {
  u64 limit = memory_->limit();
  if (memory_->used() + bytes <= limit / 8 * 7) return;
  u64 wanted = std::max(limit / 4, bytes), there = evicted_bytes_ + limit - memory_->used();
  if (there < wanted) evict_locked(wanted - there, newest_too);
  if (waiting_.first != nullptr) wanted_.store_relaxed(1);
}

// Which of the waiting are proved cold?
void CodeCache::settle() {
  u64 completed = completed_checkpoint();
  MachineCode* last = waiting_.last;
  for (MachineCode *m = waiting_.first, *next; m != nullptr && m->epoch < completed; m = next) {
    next = m == last ? nullptr : m->next;
    waiting_.remove(m);
    if (m->code->seen.load_relaxed() != 0) {
      m->code->seen.store_seq_cst(0);
      m->epoch = started_checkpoint();
      waiting_.push(m);
    } else {
      m->state = MachineCode::State::Cold;
      cold_.push(m);
    }
  }
  if (waiting_.first == nullptr) scanning_.store_relaxed(0);
}

void CodeCache::free(MachineCode* m) {
  if (g_code_events.freed != nullptr) g_code_events.freed(*m);
  take(m);
  all_.erase(m->code);
  memory_->release(m->base, g_stress.evict_us != 0 ? 256 : 0);
  std::free(const_cast<u32*>(m->offsets));
  std::free(m);
  count(g_counters.freed);
}

bool CodeCache::make_room(u64 bytes) {
  if (memory_->has_room(bytes)) return true;
  settle();
  while (!memory_->has_room(bytes)) {
    if (cold_.first == nullptr) return false;
    free(cold_.first);
  }
  count_bytes();
  return true;
}

void CodeCache::free_cold() {
  RawGuard guard(lock_);
  settle();
  while (cold_.first != nullptr) free(cold_.first);
  if (waiting_.first != nullptr) wanted_.store_relaxed(1);
  count_bytes();
}

void CodeCache::before_fork(Thread* t) {
  lock_.lock();
  for (const Value* fp = t != nullptr ? t->fp : nullptr; fp != nullptr; fp = frame_previous(fp)) {
    auto found = all_.find(frame_code(fp));
    if (found == all_.end() || found->second->state == MachineCode::State::Pinned) continue;
    take(found->second);
    publish(found->second, MachineCode::State::Pinned);
  }
}

void CodeCache::continue_in_child(CodeMemory* fresh) {
  RawGuard guard(lock_);
  memory_ = fresh;
  for (Queue* queue : {&used_, &waiting_, &cold_}) {
    for (MachineCode *m = queue->first, *next; m != nullptr; m = next) {
      next = m->next;
      if (queue == &used_) {
        m->code->machine.store_release(nullptr);
        m->code->heat.store_relaxed(heat_.evicted);
      }
      std::free(const_cast<u32*>(m->offsets));
      std::free(m);
    }
  }
  used_ = waiting_ = cold_ = pinned_ = {};
  evicted_bytes_ = 0;
  all_.clear();
  scanning_.store_relaxed(0);
  count_bytes();
}

}  // namespace taipan::jit
