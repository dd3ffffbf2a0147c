// Calls of everything but plain Python functions with plain arguments (C3 to C5, C7).
#include "interp/loop/bind.h"
#include "interp/loop/cache.h"
#include "interp/loop/engine.h"
#include "interp/loop/generator.h"
#include "interp/loop/ops_common.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/object/specials.h"
#include "runtime/thread/local.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/method.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// No Local may be alive when a frame is pushed: it would take the top with it.
//
// One call on its way: `window` as of C1, `positional` + size of kwnames words from its first argument.
struct Call {
  Thread& t;
  Value* fp;
  u32 dst;
  Value* window;
  u32 positional;
  Tuple* kwnames;
  u64 tag = 0;             // kSpecialFrame once the frame's extra and kind words are set
  const Instr* pc = nullptr;  // not CALL_EX: the instruction, whose site may learn the callee
  Value* outer = nullptr;  // CALL_EX: the instruction's own window (callee and two words)

  Value* args() const { return window + kWindowHeader; }
  u32 words() const { return positional + (kwnames == nullptr ? 0 : static_cast<u32>(kwnames->size())); }
};

// A native's result: stored first, then the arguments go, then the old word of the destination (C5.3).
Outcome finish_native(const Call& c, Value result) {
  Thread& t = c.t;
  Value old = c.fp[c.dst];
  c.fp[c.dst] = result;
  clear_range(c.window + kWindowCallee, c.words() + 1);
  if (c.outer != nullptr) clear_range(c.outer + kWindowCallee, 3);
  drop(old);
  t.top = frame_top(c.fp, frame_code(c.fp));
  run_pending(t);
  return Outcome::Next;
}

Outcome call_native(const Call& c, NativeEntry entry, Value self, u32 skip) {
  Result<> result = entry(c.t, self, c.args() + skip, c.positional - skip, c.kwnames);
  if (result.is_error()) return Outcome::Error;
  return finish_native(c, result.word());
}

Outcome enter_function(Call& c, Function* f) {
  Thread& t = c.t;
  Code* code = f->code.load_relaxed();
  Value* args = c.args();
  if (code->simple_args != c.positional || c.kwnames != nullptr) {
    Value* end = args + std::max(code->nregs, c.words() + 1);
    if (end > t.limit) return (void)raise_recursion_error(t, ""), Outcome::Error;
    if (end > t.top) t.top = end;
    if (!bind_arguments(t, f, code, args, c.positional, c.kwnames)) return Outcome::Error;
    if (code->is_generator) {
      Result<> made = make_generator(t, f, code, args);
      if (made.is_error()) return Outcome::Error;
      c.positional = code->arg_registers();
      c.kwnames = nullptr;
      return finish_native(c, made.word());
    }
  }
  if (c.outer != nullptr) clear_range(c.outer + kWindowCallee, 3);
  return push_frame(t, args, code, c.tag) ? Outcome::Enter : Outcome::Error;
}

// n words by one place; what becomes free is empty.
TP_INLINE void shift_words(Value* args, u32 n, bool up) {
  if (up) {
    for (u32 i = n; i > 0; --i) args[i] = args[i - 1];
    args[0] = Value::empty();
  } else {
    for (u32 i = 0; i < n; ++i) args[i] = args[i + 1];
    args[n] = Value::empty();
  }
}

// Room for one more word in front: self of a bound method, the instance under construction.
void push_front(Call& c, Value owned) {
  shift_words(c.args(), c.words(), true);
  c.args()[0] = owned;
  ++c.positional;
}

// The __init__ of a class, if it is a Python function and __new__ is native: null otherwise.
Function* python_constructor(Thread& t, Type& cls) {
  if (cls.slots.new_ == nullptr || cls.slots.new_ == slot_new || cls.has(kTypeNoInstantiation)) return nullptr;
  Value init = type_lookup(t, cls, names().__init__);
  return is_exact<Function>(init) ? init.as<Function>() : nullptr;
}

Outcome construct(Call& c, Type& cls, Function* init) {
  Thread& t = c.t;
  put(c.window, kWindowCallee, take_word(Value(init)));  // classes are immortal: nobody else holds init
  Value instance;
  if (makes_plain_instances(cls)) [[likely]] {
    Object* made = new_object<Object>(t, cls);
    if (made == nullptr) return Outcome::Error;
    instance = own_new(made).word();
  } else {
    Result<> made = cls.slots.new_(t, cls, c.args(), c.positional, c.kwnames);
    if (made.is_error()) return Outcome::Error;
    instance = made.word();
  }
  Type& type = type_of(instance.canonical());
  if (&type != &cls) [[unlikely]] {  // OSError(2, "") is a FileNotFoundError
    Local<> held(t, Result<>::from_owned(instance));
    if (is_subtype(type, cls) && type.slots.init != nullptr &&
        type.slots.init(t, held, c.args(), c.positional, c.kwnames).is_error()) {
      return Outcome::Error;
    }
    return finish_native(c, held.give().word());
  }
  c.window[0] = instance;  // fp[kFrameExtra]
  push_front(c, duplicate(instance));
  c.tag = kSpecialFrame;
  set_frame_kind(c.args(), FrameKind::Constructor);
  return enter_function(c, c.window[kWindowCallee].as<Function>());
}

// The loop makes instances itself as long as cls has this __init__.
void cache_constructor(const Call& c, Type& cls, Function* init) {
  if (c.pc == nullptr) return;
  Code* code = frame_code(c.fp);
  u32 site = wide_c(c.pc);
  const CacheEntry* there = cache_entry(code->caches[site].load_acquire());
  bool known = there != nullptr && there->value.bits == Value(&cls).bits && there->guard() != 0;
  if (known || !may_fill_site(code, site)) return;
  CacheEntry* entry = new_cache_entry(CacheKind::Construct);
  if (entry == nullptr) return;
  entry->value = Value(&cls);  // immortal
  entry->found = SlotBase::count_for_slot(Value(init));
  fill_class_entry(c.t, code, site, entry, cls.shape.load_relaxed(), cls, names().__init__);
}

Outcome call_any(Call& c) {
  Thread& t = c.t;
  for (;;) {
    Value callee = c.window[kWindowCallee];
    if (!is_reference_word(callee)) break;
    Object* o = callee.object();
    u32 shape = o->shape.load_relaxed();
    if (shape == shape_id(BuiltinShape::function_)) return enter_function(c, static_cast<Function*>(o));
    if (shape == shape_id(BuiltinShape::builtin_function_)) {
      auto* f = static_cast<NativeFunction*>(o);
      return call_native(c, f->entry, f->self.borrow(), 0);
    }
    if (shape == shape_id(BuiltinShape::method_descriptor_) && c.positional > 0) {
      auto* d = static_cast<MethodDescriptor*>(o);
      Value self = c.args()[0].canonical();
      Type& type = type_of(self);
      if (&type == d->objclass.borrow() || is_subtype(type, *d->objclass.borrow())) [[likely]] {
        return call_native(c, d->entry, self, 1);
      }
      break;
    }
    if (shape == shape_id(BuiltinShape::method_)) {
      auto* m = static_cast<Method*>(o);
      push_front(c, m->self.load(m).word());
      c.window[kWindowCallee] = m->function.load(m).word();
      drop(callee);
      continue;
    }
    if (shape == shape_id(BuiltinShape::type_)) {
      Type& cls = *static_cast<Type*>(o);
      if (Function* init = python_constructor(t, cls)) {
        if (makes_plain_instances(cls)) cache_constructor(c, cls, init);
        return construct(c, cls, init);
      }
    }
    Type& type = type_of(o);
    if (!type.has(kTypeHeap)) break;
    Value method = type_lookup(t, type, names().__call__);
    if (!is_exact<Function>(method)) break;
    push_front(c, callee);
    c.window[kWindowCallee] = take_word(method);
  }
  Result<> result = call(t, c.window[kWindowCallee].canonical(), c.args(), c.positional, c.kwnames);
  if (result.is_error()) return Outcome::Error;
  return finish_native(c, result.word());
}

Result<Tuple> star_arguments(Thread& t, Value v) {
  if (is_exact<Tuple>(v)) return own(v.as<Tuple>());
  Type& type = type_of(v);
  if (type.slots.iter == nullptr && type.slots.get_item == nullptr) {
    return raise(t, TypeError, "Value after * must be an iterable, not {!T}", v);
  }
  return to_tuple(t, v);
}

}  // namespace

Outcome call_slow(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window, u32 n) {
  Call c{t, fp, a, window, n, nullptr};
  c.pc = pc;
  return call_any(c);
}

Outcome call_kw(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window) {
  Tuple* kwnames = frame_code(fp)->constants[pc[1].ubc()].as<Tuple>();
  u32 n = pc->k - static_cast<u32>(kwnames->size());
  if (pc[1].a & kCallMethodForm) {
    Value* self = window + kWindowHeader;
    if (self->is_empty()) {
      shift_words(self, pc->k, false);
    } else {
      ++n;
    }
  }
  Call c{t, fp, a, window, n, kwnames};
  c.pc = pc;
  return call_any(c);
}

Outcome call_ex(Thread& t, Value* fp, const Instr* pc, u32 a, Value* window) {
  Value* in = window + kWindowHeader;
  Value callee = window[kWindowCallee];
  Result<Tuple> made = star_arguments(t, in[0].canonical());
  if (made.is_error()) return Outcome::Error;
  put(in, 0, made.word());
  Tuple* args = in[0].as<Tuple>();
  Dict* keywords = pc->k & kHasKwargs ? in[1].as<Dict>() : nullptr;
  u32 n = static_cast<u32>(args->size());
  u32 named = keywords == nullptr ? 0 : static_cast<u32>(dict_size(keywords));
  if (ensure_stack(t, n + named + kWindowHeader + 8).is_error()) return Outcome::Error;
  // The real window lies above all registers in use.
  Value* base = t.top;
  for (u32 i = 0; i < kWindowHeader; ++i) base[i] = Value::empty();
  base[kWindowCallee] = duplicate(callee);
  Value* words = base + kWindowHeader;
  for (u32 i = 0; i < n; ++i) words[i] = args->items()[i].load_word(args);
  for (u32 i = 0; i <= named; ++i) words[n + i] = Value::empty();
  t.top = words + n + named + 1;
  Call c{t, fp, a, base, n, nullptr};
  c.outer = window;
  if (named > 0) {
    made = tuple_new(t, named);
    if (made.is_error()) return Outcome::Error;
    put(in, 0, made.word());  // the tuple of positional arguments has done its work
    c.kwnames = in[0].as<Tuple>();
    u64 position = 0;
    Result<> key = Result<>::absent(), value = Result<>::absent();
    for (u32 i = 0; i < named && dict_next(t, keywords, &position, &key, &value); ++i) {
      c.kwnames->items()[i].init(key);
      words[n + i] = value.word();
    }
  }
  return call_any(c);
}

namespace {

// What calling a callee comes to. function: null if that is nothing simple.
struct Reached {
  enum class Through : u8 { Itself, Method, Class, Instance } through = Through::Itself;
  Function* function = nullptr;   // borrowed
  Value first = Value::empty();   // the argument that goes in front, borrowed; of a Class: not made yet
};

TP_INLINE Function* as_function(Value v) { return is_exact<Function>(v) ? v.as<Function>() : nullptr; }

TP_INLINE Reached reach(Thread& t, Value callee, const Atomic<u64>& site) {
  using Through = Reached::Through;
  if (!is_reference_word(callee)) return {};
  Object* o = callee.object();
  u32 shape = o->shape.load_relaxed();
  if (shape == shape_id(BuiltinShape::function_)) return {Through::Itself, static_cast<Function*>(o), Value::empty()};
  if (shape == shape_id(BuiltinShape::method_)) {
    auto* m = static_cast<Method*>(o);
    return {Through::Method, as_function(m->function.borrow()), m->self.borrow()};
  }
  if (shape == shape_id(BuiltinShape::type_)) {
    auto* cls = static_cast<Type*>(o);
    const CacheEntry* entry = cache_entry(site.load_acquire());
    bool known = entry != nullptr && entry->value.bits == Value(cls).bits && entry->guard() != 0 && makes_plain_instances(*cls);
    return {Through::Class, known ? entry->found.as<Function>() : nullptr, Value::empty()};
  }
  Type& type = type_of(o);
  if (!type.has(kTypeHeap) || is_a<Type>(callee.canonical())) return {};
  return {Through::Instance, as_function(type_lookup(t, type, names().__call__)), callee};
}

// The window's callee and first argument become those of the function. False: no memory.
TP_INLINE bool settle(Thread& t, Value* args, Value callee, const Reached& r) {
  using Through = Reached::Through;
  if (r.through == Through::Itself) return true;
  if (r.through == Through::Class) {
    Type& cls = *callee.as<Type>();
    u32 f = cls.type_flags.load_relaxed();
    u8 flags = (f & kTypeNoEdges ? kNoEdges : 0) | (f & kTypeHasFinaliser ? kHasFinaliser : 0);
    Object* made = new_object_inline(t, cls.root_shape, cls.instance_size, flags, f & kTypeGcTracked ? kGcTracked : 0);
    if (made == nullptr) [[unlikely]] return false;
    args[kFrameExtra] = own_new(made).word();
    args[0] = duplicate(args[kFrameExtra]);
    set_frame_kind(args, FrameKind::Constructor);
  } else {
    args[0] = r.through == Through::Instance ? callee : take_word(r.first);
  }
  args[kFrameCallee] = take_word(Value(r.function));
  if (r.through != Through::Instance) drop(callee);
  return true;
}

}  // namespace

Outcome enter_call(Thread& t, const Instr* pc, u64 back) {
  Value* fp = t.fp;
  Code* caller = frame_code(fp);
  Value* args = fp + pc->b + kWindowHeader;
  bool with_names = pc->op == static_cast<u8>(Op::CALL_KW);
  Tuple* kwnames = with_names ? caller->constants[pc[1].ubc()].as<Tuple>() : nullptr;
  u32 words = pc->k, named = with_names ? static_cast<u32>(kwnames->size()) : 0;
  bool without_self = false;
  if (with_names ? pc[1].a & kCallMethodForm : pc->op == static_cast<u8>(Op::CALL_METHOD)) {
    without_self = args[0].is_empty();
    words += !without_self;
  }
  Value callee = args[kFrameCallee];
  Reached r = reach(t, callee, caller->caches[pc->c]);
  if (r.function == nullptr) return Outcome::Next;
  Code* code = r.function->code.load_relaxed();
  if (code->is_generator || !has_frame_room(t, args, code) || args + words + 2 > t.limit) return Outcome::Next;

  set_frame_pc(fp, pc);
  if (without_self) shift_words(args, words, false);
  bool in_front = r.through != Reached::Through::Itself;
  if (in_front) shift_words(args, words, true);
  words += in_front;
  if (Value* end = args + std::max(code->nregs, words + 1); end > t.top) t.top = end;
  if (!settle(t, args, callee, r)) return Outcome::Error;
  u32 n = words - named;
  if ((code->simple_args != n || with_names) && !bind_arguments(t, r.function, code, args, n, kwnames)) return Outcome::Error;
  u64 tag = kSpecialFrame;
  if (r.through != Reached::Through::Class) {
    args[kFrameResume] = Value(back | 1);
    tag = kMachineReturn;
  }
  link_frame_uncleared(t, args, code, tag);
  return Outcome::Enter;
}

Outcome push_call(Thread& t, Function* f, Value x, Value y, u64 tag, FrameKind kind) {
  Code* code = f->code.load_relaxed();
  Value* frame = t.top + kWindowHeader;
  if (!has_frame_room(t, frame, code)) {
    drop(x);
    drop(y);
    return (void)raise_recursion_error(t, ""), Outcome::Error;
  }
  frame[kFrameCallee] = take_word(Value(f));
  frame[0] = x;
  if (!y.is_empty()) frame[1] = y;
  if (tag != 0) {
    set_frame_kind(frame, kind);
    frame[kFrameExtra] = Value::empty();
  }
  return push_frame(t, frame, code, tag) ? Outcome::Enter : Outcome::Error;
}

}  // namespace taipan
