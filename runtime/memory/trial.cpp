#include "runtime/memory/trial.h"

#include "runtime/memory/publish.h"
#include "runtime/memory/sticky.h"
#include "runtime/memory/thread_memory.h"
#include "runtime/thread/world.h"

namespace taipan {

// Note [sticky-mark]: who reaches a sticky object. It has no count, so each of these has to be looked at:
//   registers    VM stacks, running and claimed generators, exceptions, contexts, thread-local dictionaries
//   roots        GlobalRoots and root tables (static types with their edges among them), Refs
//   threads      waiting finalisers and callbacks, exceptions sent by others, the trash of other collections
//   the heap     all objects outside the set: local ones of every thread, immortals (code with its constants and
//                inline caches, classes), frozen and untracked ones; members of the set that live
// Interned strings are left alone: caches name them without a count. One that is listed (2^28 references came while
// it waited) stays until it is resolved. That nothing else holds counts is what `-X stress=rc-audit` checks.

TrialDeletion::TrialDeletion(Thread& t, CollectKind kind)
    : t_(t), kind_(kind), sticky_(kind == CollectKind::Shared && sticky_reclaim()) {}

// One visitor, four passes.
class TrialDeletion::Edges final : public EdgeVisitor {
 public:
  enum class Pass { Subtract, Restore, Mark, Recount };
  Edges(TrialDeletion& d, Pass pass) : d_(d), pass_(pass) {}
  void slot(SlotBase& s) override { reach(Value(s.raw().load_relaxed())); }
  void words(Value* first, usize n) override {
    for (usize i = 0; i < n; ++i) {
      if (first[i].is_counted()) {
        reach(first[i]);
      } else if (pass_ == Pass::Mark && first[i].is_deferred()) {
        reach(first[i]);  // no count of its own
      }
    }
  }

 private:
  void reach(Value v) {
    if (!v.is_ref()) return;
    Object* o = v.object();
    u32 w = o->count.load_relaxed();  // own local object, or a stopped world
    if (pass_ == Pass::Recount) {
      if (o->gc & kGcMark) o->count.store_relaxed(w + kCountStep);
      return;
    }
    if (!d_.is_member(o)) return;
    if ((w & kSticky) && pass_ != Pass::Mark) return;
    switch (pass_) {
      case Pass::Subtract:
        TP_ASSERT(w >= kCountStep);
        o->count.store_relaxed(w - kCountStep);
        break;
      case Pass::Restore:
        o->count.store_relaxed(w + kCountStep);
        break;
      case Pass::Mark:
        d_.mark_from(o);
        break;
      case Pass::Recount:
        break;
    }
  }
  TrialDeletion& d_;
  Pass pass_;
};

TrashBits::TrashBits(CollectKind kind, Trash& trash) : kind_(kind), trash_(trash) { set(true); }
TrashBits::~TrashBits() { set(false); }
void TrashBits::set(bool on) {
  for (usize i = 0; i < trash_.size(); ++i) {
    Object* o = trash_[i];
    if (kind_ == CollectKind::Local && o->is_shared()) continue;
    o->gc = static_cast<u8>(on ? o->gc | kGcPinned : o->gc & ~kGcPinned);
  }
}

// Flags first: the gc byte of a shared object is another thread's, except in a stopped world.
bool TrialDeletion::is_member(const Object* o) const {
  u8 flags = o->flags.load_relaxed();
  if (flags & (kind_ == CollectKind::Local ? kImmortal | kShared : kImmortal)) return false;
  if (only_ && !(o->gc & kGcPinned)) return false;
  if (o->gc & kGcFrozen) return false;
  bool tracked = o->gc & kGcTracked;
  if (kind_ == CollectKind::Local) return tracked;
  if (!(flags & kShared)) return false;
  u32 w = o->count.load_relaxed();
  if (!(w & kSticky)) return tracked && !(w & kDying);
  // One that became sticky after it was pinned is left for the next mark.
  return sticky_ && !only_ && !(w & (kListed | kKeep | kDying)) && !(o->spare.load_relaxed() & kSpareInterned);
}

template <class F>
void TrialDeletion::each(F f) {
  if (only_) {
    for (usize i = 0; i < only_->size(); ++i) {
      if (is_member((*only_)[i])) f((*only_)[i]);
    }
    return;
  }
  struct Context {
    TrialDeletion& d;
    F& f;
  } c{*this, f};
  ObjectCallback cb{[](Object* o, void* data) {
                      Context& c = *static_cast<Context*>(data);
                      if (c.d.is_member(o)) c.f(o);
                    },
                    &c};
  kind_ == CollectKind::Local ? for_each_own_object(t_, cb) : for_each_object(cb);
}

void TrialDeletion::subtract(Object* o) {
  Edges e(*this, Edges::Pass::Subtract);
  g_memory_hooks.visit(o, e);
}
void TrialDeletion::restore(Object* o) {
  Edges e(*this, Edges::Pass::Restore);
  g_memory_hooks.visit(o, e);
}

bool TrialDeletion::mark_from(Object* o) {
  if (o->gc & kGcMark) return true;
  o->gc |= kGcMark;
  if (!work_.push(o)) failed_ = true;
  return !failed_;
}

bool TrialDeletion::drain() {
  Edges e(*this, Edges::Pass::Mark);
  while (!work_.is_empty() && !failed_) g_memory_hooks.visit(work_.pop(), e);
  return !failed_;
}

// Deferred words keep without counting. Counted ones show in the count, unless the object is sticky.
void TrialDeletion::mark_registers() {
  if (kind_ == CollectKind::Local) return;
  class Registers final : public RegisterVisitor {
   public:
    explicit Registers(TrialDeletion& d) : d_(d) {}
    void registers(Value* first, usize n) override {
      for (usize i = 0; i < n; ++i) {
        Value v = first[i];
        if (!v.is_ref() || !d_.is_member(v.object())) continue;
        if (v.is_deferred() || (v.object()->count.load_relaxed() & kSticky)) d_.mark_from(v.object());
      }
    }

   private:
    TrialDeletion& d_;
  } v(*this);
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) {
    visit_thread_registers(*x, v);
    v.registers(&x->async_exc, 1);
  }
  drain();
}

// What a count would tell, were there one: references from everything that is not in the set.
void TrialDeletion::mark_sticky_roots() {
  if (!sticky_) return;
  Edges mark(*this, Edges::Pass::Mark);
  visit_global_roots(mark);
  visit_refs(mark);
  for (Thread* x = g_world.threads.load_acquire(); x; x = x->next) visit_thread_counts(*x, mark);
  struct Context {
    TrialDeletion& d;
    Edges& mark;
  } c{*this, mark};
  for_each_object({[](Object* o, void* data) {
                     Context& c = *static_cast<Context*>(data);
                     if (!c.d.is_member(o)) g_memory_hooks.visit(o, c.mark);
                   },
                   &c});
  drain();
}

// Dead sticky objects get their counts back, so that clearing the trash ends them like the rest: only
// trash refers to them.
void TrialDeletion::recount_sticky(Trash& trash) {
  bool any = false;
  for (usize i = 0; i < trash.size(); ++i) {
    if (!(trash[i]->count.load_relaxed() & kSticky)) continue;
    trash[i]->count.store_relaxed(0);
    trash[i]->gc |= kGcMark;
    any = true;
  }
  if (!any) return;
  Edges recount(*this, Edges::Pass::Recount);
  for (usize i = 0; i < trash.size(); ++i) g_memory_hooks.visit(trash[i], recount);
  for (usize i = 0; i < trash.size(); ++i) trash[i]->gc &= static_cast<u8>(~kGcMark);
}

// What the next mark is measured against.
void TrialDeletion::note_sticky_live() {
  if (!sticky_) return;
  u64 objects = 0, bytes = 0;
  each([&](Object* o) {
    if (!(o->count.load_relaxed() & kSticky) || !(o->gc & kGcMark)) return;
    ++objects;
    bytes += storage_of(o);
  });
  set_sticky_live(objects, bytes);
}

bool TrialDeletion::find(Trash& trash) {
  each([&](Object* o) { subtract(o); });
  each([&](Object* o) {
    u32 w = o->count.load_relaxed();
    if (!failed_ && w >= kCountStep && !(w & kSticky) && mark_from(o)) drain();
  });
  mark_registers();
  mark_sticky_roots();
  each([&](Object* o) { restore(o); });
  if (!failed_) {
    each([&](Object* o) {
      if (!(o->gc & kGcMark) && !trash.push(o)) failed_ = true;
    });
  }
  note_sticky_live();
  each([&](Object* o) { o->gc &= static_cast<u8>(~kGcMark); });
  if (failed_) {
    trash.clear();
  } else {
    recount_sticky(trash);
  }
  return !failed_;
}

bool TrialDeletion::find_again(Trash& trash, Trash& saved) {
  if (!saved.reserve(trash.size())) return false;
  only_ = &trash;
  {
    TrashBits bits(kind_, trash);
    decide_again(trash, saved);
  }
  only_ = nullptr;
  // `saved` is a subsequence of `trash`.
  usize kept = 0, next_saved = 0;
  for (usize i = 0; i < trash.size(); ++i) {
    if (next_saved < saved.size() && trash[i] == saved[next_saved]) {
      ++next_saved;
    } else {
      trash[kept++] = trash[i];
    }
  }
  while (trash.size() > kept) trash.pop();
  return true;
}

void TrialDeletion::decide_again(Trash& trash, Trash& saved) {
  each([&](Object* o) {
    o->count.store_relaxed(o->count.load_relaxed() - kCountStep);  // the pin
    subtract(o);
  });
  each([&](Object* o) {
    if (!failed_ && o->count.load_relaxed() >= kCountStep && mark_from(o)) drain();
  });
  mark_registers();
  each([&](Object* o) {
    o->count.store_relaxed(o->count.load_relaxed() + kCountStep);
    restore(o);
  });
  // Unmarked members stay; what is marked, or has left the set (published meanwhile), is saved. All stay in
  // `trash` until the bits of the set are cleared.
  for (usize i = 0; i < trash.size(); ++i) {
    Object* o = trash[i];
    bool member = is_member(o);
    if (failed_ || !member || (o->gc & kGcMark)) saved.push(o);
    if (member) o->gc &= static_cast<u8>(~kGcMark);
  }
}

ssize clear_trash(Thread& t, Trash& trash) {
  // Nothing but trash and this thread reaches these objects; each is held by its pin until the edges of
  // all are gone, so no destroy function meets a half-dead neighbour.
  for (usize i = 0; i < trash.size(); ++i) drop_edges(trash[i], g_memory_hooks.visit);
  for (usize i = 0; i < trash.size(); ++i) decrement(trash[i]);
  ssize n = static_cast<ssize>(trash.size());
  t.memory->stats.collected.add(trash.size());
  trash.clear();
  return n;
}

}  // namespace taipan
