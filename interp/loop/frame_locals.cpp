// f_locals and locals(): the variables of a frame by name. FrameLocalsProxy (PEP 667) reads and writes the frame itself.
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/cell.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

// The names of a function's frame, live or detached: its registers', then its closure's.
class Variables {
 public:
  explicit Variables(Value* fp) : code_(frame_code(fp)), words_(fp), function_(frame_function(fp)) {}
  // words: its registers, its own copies, or a snapshot of them.
  Variables(FrameObject* f, Value* words)
      : code_(f->code), words_(words), function_(f->is_cleared.load_relaxed() ? nullptr : f->function.borrow()) {}

  u32 count() const { return code_->nlocals + free_count(); }
  Str* name(u32 i) const {
    return i < code_->nlocals ? (*code_->local_names)[i].as<Str>() : (*code_->freevars)[i - code_->nlocals].as<Str>();
  }
  // The compiler's own names are nobody's business, but for the argument of a generator expression.
  bool is_visible(u32 i) const {
    Str* s = name(i);
    return s->length() == 0 || s->at(0) != '.' || str_equals(s, ".0");
  }
  // Cells that are no parameters come after the other locals.
  bool is_late(u32 i) const {
    return i < code_->nlocals && (code_->spec->locals[i].flags & (kLocalCell | kLocalArg)) == kLocalCell;
  }
  Cell* cell(u32 i) const {
    if (i >= code_->nlocals) return (*function_->closure.borrow())[i - code_->nlocals].as<Cell>();
    Value v = words_[i];
    return code_->spec->locals[i].flags & kLocalCell && is_exact<Cell>(v) ? v.as<Cell>() : nullptr;
  }
  // Owned; absent() if unbound.
  Result<> load(u32 i) const {
    if (Cell* c = cell(i)) return c->value.load(c);
    Value v = words_[i];
    return v.is_empty() ? Result<>::absent() : own(v.canonical());
  }
  Value& word(u32 i) const { return words_[i]; }
  // Index of the bound or (not `bound`) any variable that equals key; ~0: none. May run Python code.
  Result<u32> find(Thread& t, Value key, bool bound) const {
    bool plain = is_exact<Str>(key);
    u64 h = plain ? 0 : TRY(hash(t, key));
    for (u32 i = 0; i < count(); ++i) {
      Str* s = name(i);
      if (!is_visible(i) || is_shadowed(i) || (bound && !is_bound(i))) continue;
      if (plain ? s == key.as<Str>() || str_equal(s, key.as<Str>()) : str_hash(s) == h && TRY(equal(t, Value(s), key))) {
        return i;
      }
    }
    return ~0u;
  }
  // Inside an inlined comprehension its variable hides another of the same name; outside it is not there.
  bool is_shadowed(u32 i) const {
    if (is_hidden(i)) return !is_bound(i);
    for (u32 k = 0; k < code_->nlocals; ++k) {
      if (is_hidden(k) && is_bound(k) && str_equal(name(k), name(i))) return true;
    }
    return false;
  }
  bool is_bound(u32 i) const {
    Cell* c = cell(i);
    return c != nullptr ? !c->value.is_empty() : !words_[i].is_empty();
  }
  // f(name, value) for each bound variable in the order of locals().
  template <class F>
  Status each(Thread& t, F&& f) const {
    for (bool late : {false, true}) {
      for (u32 i = 0; i < count(); ++i) {
        if ((is_late(i) || i >= code_->nlocals) != late || !is_visible(i) || is_shadowed(i)) continue;
        Local<> v(t, load(i));
        if (!v.is_empty()) TRY(f(name(i), v));
      }
    }
    return kDone;
  }

 private:
  bool is_hidden(u32 i) const { return i < code_->nlocals && code_->spec->locals[i].flags & kLocalHidden; }
  u32 free_count() const {
    Tuple* closure = function_ == nullptr ? nullptr : function_->closure.borrow();
    return closure == nullptr ? 0 : static_cast<u32>(closure->size());
  }
  Code* code_;
  Value* words_;
  Function* function_;
};

// The words to read a frame's variables from while Python code may run: where other threads may change them, a copy,
// which `held` keeps. Null: an exception.
Value* words_to_read(Thread& t, FrameObject* f, Local<Tuple>& held) {
  if (f->is_local()) {
    Value* fp = f->live.load_relaxed();
    return fp == nullptr ? f->locals() : fp;
  }
  u32 n = f->code->nlocals;
  Result<Tuple> fresh = tuple_new(t, n);
  if (fresh.is_error()) return nullptr;
  held.set(fresh);
  FrameAccess frame(t, f);
  Mutating lock(f);  // clear() of an ended frame
  Value* words = frame.fp() == nullptr ? f->locals() : frame.fp();
  for (u32 i = 0; i < n; ++i) held->items()[i].init_owned(frame.take(words[i]));
  return reinterpret_cast<Value*>(held->items());
}

Status collect(Thread& t, const Variables& variables, FrameObject* f, Dict* into) {
  TRY(variables.each(t, [&](Str* name, Value v) { return dict_set_str(t, into, name, v); }));
  if (f == nullptr || f->extra.is_empty()) return kDone;
  Local<> extra(t, f->extra.load(f));
  return dict_update(t, into, extra);
}

}  // namespace

Result<> frame_locals(Thread& t, Value* fp) {
  if (frame_code(fp)->has_namespace) return own(fp[0].canonical());
  Local<Dict> result(t, TRY(dict_new(t, frame_code(fp)->nlocals)));
  TRY(collect(t, Variables(fp), frame_has_object(fp) ? fp[kFrameObject].as<FrameObject>() : nullptr, result));
  return result.give();
}

namespace {

// Binds local i. A value that is replaced stays until the frame goes: natives that were given it by the frame's
// registers rely on those, as on any caller's.
Status set_local(Thread& t, FrameObject* f, u32 i, Value v) {
  FrameAccess frame(t, f);
  Value* fp = frame.fp();
  Variables variables(f, fp == nullptr ? f->locals() : fp);
  if (Cell* cell = variables.cell(i)) {
    cell->value.store(cell, v);
    return kDone;
  }
  if (str_equals(variables.name(i), ".0")) return kDone;  // the iterator has been taken from it
  Value& word = variables.word(i);
  if (fp != nullptr && word.is_ref()) {
    if (f->replaced.is_empty()) f->replaced.store(f, TRY(list_new(t)));
    Local<List> replaced(t, f->replaced.load(f));
    TRY(list_append(t, replaced, word.canonical()));
  }
  const Object* owner = fp == nullptr ? static_cast<Object*>(f)
                        : f->code->is_generator ? static_cast<Object*>(generator_of(fp))
                                                : nullptr;
  Value fresh;
  if (owner == nullptr) {
    fresh = frame.take(v);
  } else {
    publish_before_lock(owner, v);
    fresh = SlotBase::count_for_slot(v);
  }
  drop(std::exchange(word, fresh));
  return kDone;
}

struct LocalsProxy : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<FrameObject> frame;
};

Type* g_proxy_type;
bool is_proxy(Value v) { return &type_of(v) == g_proxy_type; }
FrameObject* frame_of(Value self) { return self.as<LocalsProxy>()->frame.borrow(); }  // never changes
void proxy_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<LocalsProxy*>(o)->frame); }

Result<> proxy_make(Thread& t, FrameObject* f) {
  auto* p = new_object<LocalsProxy>(t, *g_proxy_type);
  if (p == nullptr) return kError;
  p->frame.init(Value(f));
  return own_new<Object>(p);
}

Result<> proxy_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords(t, "FrameLocalsProxy", kwnames));
  if (nargs != 1) return raise(t, TypeError, "FrameLocalsProxy expected 1 argument, got {}", nargs);
  if (!is_exact<FrameObject>(args[0])) return raise(t, TypeError, "expect frame, not {!T}", args[0]);
  (void)cls;
  return proxy_make(t, args[0].as<FrameObject>());
}

Result<Dict> proxy_dict(Thread& t, Value self) {
  FrameObject* f = frame_of(self);
  Local<Dict> d(t, TRY(dict_new(t, f->code->nlocals)));
  Local<Tuple> held(t);
  Value* words = words_to_read(t, f, held);
  if (words == nullptr) return kError;
  TRY(collect(t, Variables(f, words), f, d));
  return d.give();
}

// Owned; absent() if there is none.
Result<> proxy_find(Thread& t, Value self, Value key) {
  FrameObject* f = frame_of(self);
  Local<Tuple> held(t);
  Value* words = words_to_read(t, f, held);
  if (words == nullptr) return kError;
  u32 i = TRY(Variables(f, words).find(t, key, true));
  if (i != ~0u) return Variables(f, words).load(i);
  Local<> extra(t, f->extra.load(f));
  return extra.is_empty() ? Result<>::absent() : dict_get(t, extra.value().as<Dict>(), key);
}

Result<> proxy_get_item(Thread& t, Value self, Value key) {
  Result<> r = proxy_find(t, self, key);
  if (!r.is_absent()) return r;
  return raise(t, KeyError, "local variable '{!r}' is not defined", key);
}

ErrorTag raise_local_removal(Thread& t) {
  return raise(t, ValueError, "cannot remove local variables from FrameLocalsProxy");
}

Status proxy_set_item(Thread& t, Value self, Value key, Value v) {
  FrameObject* f = frame_of(self);
  Local<Tuple> held(t);
  Value* words = words_to_read(t, f, held);
  if (words == nullptr) return kError;
  u32 i = TRY(Variables(f, words).find(t, key, false));
  if (v.is_empty()) {
    if (i != ~0u) return raise_local_removal(t);
    Local<> extra(t, f->extra.load(f));
    if (!extra.is_empty() && TRY(dict_delete(t, extra.value().as<Dict>(), key))) return kDone;
    return raise_value(t, KeyError, key);
  }
  if (i != ~0u) return set_local(t, f, i, v);
  if (f->extra.is_empty()) f->extra.store(f, TRY(dict_new(t)));
  Local<Dict> extra(t, Result<Dict>::from_owned(f->extra.load(f).word()));
  return dict_set(t, extra, key, v);
}

Result<List> proxy_keys(Thread& t, LocalsProxy* self) {
  Local<Dict> d(t, TRY(proxy_dict(t, Value(self))));
  return dict_keys_list(t, d);
}
Result<List> proxy_values(Thread& t, LocalsProxy* self) {
  Local<Dict> d(t, TRY(proxy_dict(t, Value(self))));
  return dict_values_list(t, d);
}
Result<List> proxy_items(Thread& t, LocalsProxy* self) {
  Local<Dict> d(t, TRY(proxy_dict(t, Value(self))));
  return dict_items_list(t, d);
}
Result<> proxy_iterate(Thread& t, Value self) {
  Local<List> keys(t, TRY(proxy_keys(t, self.as<LocalsProxy>())));
  return iterate(t, keys);
}
Result<List> proxy_reversed(Thread& t, LocalsProxy* self) {
  Local<List> keys(t, TRY(proxy_keys(t, self)));
  TRY(list_reverse(t, keys));
  return keys.give();
}
Result<ssize> proxy_length(Thread& t, Value self) {
  Local<Dict> d(t, TRY(proxy_dict(t, self)));
  return static_cast<ssize>(dict_size(d));
}
Result<bool> proxy_contains(Thread& t, Value self, Value key) {
  Local<> found(t, TRY(proxy_find(t, self, key)));
  return !found.is_empty();
}
Result<Dict> proxy_copy(Thread& t, LocalsProxy* self) { return proxy_dict(t, Value(self)); }

Result<> proxy_get(Thread& t, LocalsProxy* self, Value key, Value fallback) {
  Local<> found(t, TRY(proxy_find(t, Value(self), key)));
  return found.is_empty() ? own(fallback) : found.give();
}
Result<> proxy_setdefault(Thread& t, LocalsProxy* self, Value key, Value fallback) {
  Local<> found(t, TRY(proxy_find(t, Value(self), key)));
  if (!found.is_empty()) return found.give();
  TRY(proxy_set_item(t, Value(self), key, fallback));
  return own(fallback);
}
Result<> proxy_pop(Thread& t, LocalsProxy* self, Value key, Opt<Value> fallback) {
  FrameObject* f = frame_of(Value(self));
  Local<Tuple> held(t);
  Value* words = words_to_read(t, f, held);
  if (words == nullptr) return kError;
  if (TRY(Variables(f, words).find(t, key, false)) != ~0u) return raise_local_removal(t);
  Local<> extra(t, f->extra.load(f));
  Local<> found(t);
  if (!extra.is_empty()) found.set(TRY(dict_pop(t, extra.value().as<Dict>(), key)));
  if (!found.is_empty()) return found.give();
  if (fallback.present) return own(fallback.value);
  return raise_value(t, KeyError, key);
}

Status proxy_update(Thread& t, LocalsProxy* self, Value other) {
  Local<Dict> from(t);
  if (is_proxy(other)) {
    from.set(TRY(proxy_dict(t, other)));
  } else if (is_a<Dict>(other)) {
    from.set(TRY(dict_copy(t, other.as<Dict>())));
  } else {
    return raise(t, TypeError, "update() argument must be dict or another FrameLocalsProxy");
  }
  u64 position = 0;
  Result<> key = Result<>::absent(), v = Result<>::absent();
  while (dict_next(t, from, &position, &key, &v)) {
    Local<> k(t, key), x(t, v);
    TRY(proxy_set_item(t, Value(self), k, x));
  }
  return kDone;
}

Result<> proxy_or(Thread& t, Value left, Value right) {
  bool fits = (is_proxy(left) || is_a<Dict>(left)) && (is_proxy(right) || is_a<Dict>(right));
  if (!fits) return not_implemented();
  Local<Dict> result(t, is_proxy(left) ? TRY(proxy_dict(t, left)) : TRY(dict_copy(t, left.as<Dict>())));
  Local<> other(t, right);
  if (is_proxy(right)) other.set(Result<>(TRY(proxy_dict(t, right))));
  TRY(dict_update(t, result, other));
  return result.give();
}
Result<> proxy_inplace_or(Thread& t, Value left, Value right) {
  TRY(proxy_update(t, left.as<LocalsProxy>(), right));
  return own(left);
}

Result<> proxy_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (op != CompareOp::Eq && op != CompareOp::Ne) return not_implemented();
  if (is_proxy(other)) return boolean((frame_of(self) == frame_of(other)) == (op == CompareOp::Eq));
  if (!is_a<Dict>(other)) return not_implemented();
  Local<Dict> d(t, TRY(proxy_dict(t, self)));
  return compare(t, op, d, other);
}

Result<Str> proxy_repr(Thread& t, Value self) {
  ReprGuard guard(self.object());
  if (!guard.entered()) return str_from_ascii(t, "{...}");
  Local<Dict> d(t, TRY(proxy_dict(t, self)));
  return repr(t, d);
}

const NativeDef kProxyMethods[] = {
    def<proxy_copy>("copy($self, /)", "A dict of the variables that are bound now."),
    def<proxy_get>("get($self, key, default=None, /)", "The variable's value if it is bound, else default."),
    def<proxy_items>("items($self, /)", "A list of (name, value) pairs."),
    def<proxy_keys>("keys($self, /)", "A list of the names."),
    def<proxy_pop>("pop($self, key, default=<unrepresentable>, /)", "Remove a name that the frame does not have itself."),
    def<proxy_setdefault>("setdefault($self, key, default=None, /)", "The value of key, set to default if there is none."),
    def<proxy_update>("update($self, object, /)", "Bind the names of a dict or another proxy."),
    def<proxy_values>("values($self, /)", "A list of the values."),
    def<proxy_reversed>("__reversed__($self, /)", "A list of the names, last first."),
    def<proxy_get_item>("__getitem__($self, object, /)", "The variable's value; KeyError if it is not bound."),
    def<proxy_contains>("__contains__($self, object, /)", "Is a variable of this name bound?"),
};

constexpr TypeSlots proxy_slots() {
  TypeSlots s{};
  s.visit = proxy_visit;
  s.new_ = proxy_construct;
  s.repr = proxy_repr;
  s.compare = proxy_compare;
  s.iter = proxy_iterate;
  s.length = proxy_length;
  s.get_item = proxy_get_item;
  s.set_item = proxy_set_item;
  s.contains = proxy_contains;
  s.binary[static_cast<int>(BinaryOp::Or)] = proxy_or;
  s.inplace[static_cast<int>(BinaryOp::Or)] = proxy_inplace_or;
  return s;
}

const TypeDef kProxy = {
    .name = "FrameLocalsProxy",
    .doc = "FrameLocalsProxy(frame)\n\nThe variables of a frame as a mapping that writes through.",
    .flags = kTypeGcTracked | kTypeMapping,
    .size = sizeof(LocalsProxy),
    .slots = proxy_slots(),
    .methods = kProxyMethods,
    .text_signature = "($frame)",
};

}  // namespace

Result<> frame_locals_proxy(Thread& t, FrameObject* f) {
  if (f->code->has_namespace) {
    FrameAccess frame(t, f);
    return Result<>::from_owned(frame.take((frame.fp() == nullptr ? f->locals() : frame.fp())[0]));
  }
  if (g_proxy_type == nullptr) g_proxy_type = TRY(type_from_def(t, kProxy)).word().as<Type>();
  return proxy_make(t, f);
}

}  // namespace taipan
