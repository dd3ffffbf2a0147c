#include "runtime/modules/contextvars/contextvars.h"

#include "runtime/native/construct.h"
#include "runtime/object/class_build.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_context_type, *g_var_type, *g_token_type, *g_missing_type;
Object* g_missing;  // immortal: Token.MISSING
Atomic<u64> g_last_number;

Context* context_of(Value v) { return v.as<Context>(); }
ContextVar* var_of(Value v) { return v.as<ContextVar>(); }

Result<Context> context_make(Thread& t, Value root) {
  Context* c = new_object<Context>(t, *g_context_type);
  if (!c) return kError;
  if (!root.is_empty()) c->root.init(root);
  return own_new(c);
}

void set_current(Thread& t, Result<> owned) {
  Value old = t.context;
  t.context = owned.word();
  drop(old);
}

// The variable's value in the current context; empty if it is not set there.
Value find_current(Thread& t, ContextVar* var) {
  if (t.context.is_empty()) return Value::empty();
  return hamt_find(context_of(t.context)->root.borrow(), var);
}

// --- ContextVar -----------------------------------------------------------------------------------------

void var_visit(Object* o, EdgeVisitor& visit) {
  ContextVar* v = static_cast<ContextVar*>(o);
  visit(v->name, v->default_value);
}

Result<> var_new(Thread& t, Type* cls, Value name, Value default_value) {
  if (!is_a<Str>(name)) return raise(t, TypeError, "context variable name must be a str");
  (void)TRY(hash(t, name));  // of a subclass of str, it may fail
  ContextVar* v = new_object<ContextVar>(t, *cls);
  if (!v) return kError;
  v->number = g_last_number.fetch_add_relaxed(1) + 1;  // only uniqueness matters
  v->name.init(name);
  if (!default_value.is_empty()) v->default_value.init(default_value);
  return own_new(v);
}
constexpr NativeDef kVarNew = def<var_new>("ContextVar($type, name, /, *, default=<unrepresentable>)", "");

Result<> var_get(Thread& t, Value self, Value fallback) {
  ContextVar* var = var_of(self);
  Value v = find_current(t, var);
  if (v.is_empty()) v = fallback;
  if (v.is_empty()) v = var->default_value.borrow();
  if (v.is_empty()) return raise_value(t, LookupError, self);
  return own(v);
}

struct Token : Object {
  Slot<Context> context;
  Slot<ContextVar> var;
  Slot<> old_value;  // empty: was not set
  Atomic<bool> used;
};
Token* token_of(Value v) { return v.as<Token>(); }

Status store(Thread& t, Context* c, ContextVar* var, Value v) {
  Local<HamtNode> before(t, c->root.load(c));
  Local<HamtNode> after(t, v.is_empty() ? TRY(hamt_remove(t, before.get(), var)) : TRY(hamt_set(t, before.get(), var, v)));
  c->root.store(c, after.value());
  return kDone;
}

Result<> var_set(Thread& t, Value self, Value value) {
  ContextVar* var = var_of(self);
  Local<Context> c(t, TRY(context_current(t)));
  Local<> old(t, find_current(t, var));
  Token* made = new_object<Token>(t, *g_token_type);
  if (!made) return kError;
  Local<> token(t, Result<>(own_new(made)));
  made->context.init(c.value());
  made->var.init(self);
  if (!old.is_empty()) made->old_value.init(old);
  TRY(store(t, c, var, value));
  return token.give();
}

Status var_reset(Thread& t, Value self, Value given) {
  if (&type_of(given) != g_token_type) {
    return raise(t, TypeError, "expected an instance of Token, got {!r}", given);
  }
  Token* token = token_of(given);
  if (token->used.load_acquire()) return raise(t, RuntimeError, "{!r} has already been used once", given);
  if (!same(Value(token->var.borrow()), self)) {
    return raise(t, ValueError, "{!r} was created by a different ContextVar", given);
  }
  Local<Context> c(t, TRY(context_current(t)));
  if (!same(Value(token->context.borrow()), c.value())) {
    return raise(t, ValueError, "{!r} was created in a different Context", given);
  }
  Local<> old(t, token->old_value.load(token));
  token->used.store_release(true);
  return store(t, c, var_of(self), old);
}

Result<Str> var_repr(Thread& t, Value self) {
  ContextVar* var = var_of(self);
  char address[32];
  snprintf(address, sizeof address, "%p", static_cast<void*>(var));
  const char* at = address;
  if (var->default_value.is_empty()) {
    return str_format(t, "<ContextVar name={!r} at {}>", Value(var->name.borrow()), at);
  }
  return str_format(t, "<ContextVar name={!r} default={!r} at {}>", Value(var->name.borrow()),
                    var->default_value.borrow(), at);
}
Result<u64> var_hash(Thread&, Value self) { return var_of(self)->number * 0x9E3779B97F4A7C15u >> 2; }

constexpr NativeDef kVarMethods[] = {
    def<var_get>("get($self, default=<unrepresentable>, /)",
                 "The value in the current context, or else default, or else the variable's default.\n\n"
                 "Raises LookupError if there is none."),
    def<var_set>("set($self, value, /)", "Sets the value in the current context; returns a token for reset()."),
    def<var_reset>("reset($self, token, /)", "The value that the variable had before the set() that made token."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of ContextVar."),
};
constexpr MemberDef kVarMembers[] = {{"name", MemberKind::Object, offsetof(ContextVar, name), true, ""}};
constexpr TypeSlots var_slots() {
  TypeSlots s{};
  s.visit = var_visit;
  s.new_ = construct<var_new>;
  s.repr = var_repr;
  s.hash = var_hash;
  return s;
}
const TypeDef kVar = {.name = "_contextvars.ContextVar",
                      .doc = "A variable whose value belongs to a context.",
                      .flags = kTypeGcTracked,
                      .size = sizeof(ContextVar),
                      .slots = var_slots(),
                      .methods = kVarMethods,
                      .members = kVarMembers};

// --- Token ----------------------------------------------------------------------------------------------

void token_visit(Object* o, EdgeVisitor& visit) {
  Token* k = static_cast<Token*>(o);
  visit(k->context, k->var, k->old_value);
}
Result<> token_new(Thread& t, Type&, const Value*, u32, Tuple*) {
  return raise(t, RuntimeError, "Tokens can only be created by ContextVars");
}
Result<Str> token_repr(Thread& t, Value self) {
  Token* k = token_of(self);
  char address[32];
  snprintf(address, sizeof address, "%p", static_cast<void*>(k));
  return str_format(t, "<Token{} var={!r} at {}>", k->used.load_acquire() ? " used" : "", Value(k->var.borrow()),
                    static_cast<const char*>(address));
}
Result<> token_var(Thread&, Value self) { return token_of(self)->var.load(self.object()); }
Result<> token_old_value(Thread&, Value self) {
  Result<> r = token_of(self)->old_value.load(self.object());
  return r.is_absent() ? own(Value(g_missing)) : r;
}
Result<> token_enter(Thread&, Value self) { return own(self); }
Status token_exit(Thread& t, Value self, Value, Value, Value) {
  Local<> var(t, token_of(self)->var.load(self.object()));
  return var_reset(t, var, self);
}

constexpr NativeDef kTokenMethods[] = {
    def<token_enter>("__enter__($self, /)", "The token itself."),
    def<token_exit>("__exit__($self, type, val, tb, /)", "Resets the variable to what it was before."),
    class_def<class_getitem>("__class_getitem__($type, object, /)", "Generic alias of Token."),
};
constexpr GetSetDef kTokenGetSets[] = {
    {"var", token_var, nullptr, "The variable."},
    {"old_value", token_old_value, nullptr, "What it was before, or Token.MISSING."},
};
constexpr TypeSlots token_slots() {
  TypeSlots s{};
  s.visit = token_visit;
  s.new_ = token_new;
  s.repr = token_repr;
  s.hash = hash_not_implemented;
  return s;
}
const TypeDef kToken = {.name = "_contextvars.Token",
                        .doc = "What ContextVar.set() gives, for undoing it.",
                        .flags = kTypeGcTracked,
                        .size = sizeof(Token),
                        .slots = token_slots(),
                        .methods = kTokenMethods,
                        .getsets = kTokenGetSets};

Result<Str> missing_repr(Thread& t, Value) { return str_from_ascii(t, "<Token.MISSING>"); }
const TypeDef kMissing = {.name = "Token.MISSING",
                          .flags = kTypeNoEdges | kTypeNoInstantiation,
                          .slots = {.repr = missing_repr}};

// --- Context --------------------------------------------------------------------------------------------

void context_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Context*>(o)->root); }

Result<> context_new(Thread& t, Type&, const Value*, u32 nargs, Tuple* kwnames) {
  if (nargs > 0 || kwnames != nullptr) return raise(t, TypeError, "Context() does not accept any arguments");
  return Result<>(TRY(context_make(t, Value::empty())));
}

Result<> context_run(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs < 1) return raise(t, TypeError, "run() missing 1 required positional argument");
  Local<> previous(t);
  TRY(context_enter(t, context_of(self), previous));
  Result<> r = call(t, args[0], args + 1, nargs - 1, kwnames);
  context_leave(t, context_of(self), previous);
  return r;
}

Result<ContextVar*> key_of(Thread& t, Value key) {
  if (&type_of(key) != g_var_type) return raise(t, TypeError, "a ContextVar key was expected, got {!r}", key);
  return var_of(key);
}
Result<> context_get_item(Thread& t, Value self, Value key) {
  Value v = hamt_find(context_of(self)->root.borrow(), TRY(key_of(t, key)));
  if (v.is_empty()) return raise_value(t, KeyError, key);
  return own(v);
}
Result<> context_get(Thread& t, Value self, Value key, Value fallback) {
  Value v = hamt_find(context_of(self)->root.borrow(), TRY(key_of(t, key)));
  return own(v.is_empty() ? fallback : v);
}
Result<bool> context_contains(Thread& t, Value self, Value key) {
  return !hamt_find(context_of(self)->root.borrow(), TRY(key_of(t, key))).is_empty();
}
Result<ssize> context_length(Thread&, Value self) {
  return static_cast<ssize>(hamt_size(context_of(self)->root.borrow()));
}

Result<List> collect(Thread& t, Value self, HamtPart part) {
  Local<HamtNode> root(t, context_of(self)->root.load(self.object()));
  Local<List> list(t, TRY(list_new(t)));
  TRY(hamt_collect(t, root, part, list));
  return list.give();
}
template <HamtPart kPart>
Result<> context_iterator(Thread& t, Value self) {
  Local<List> list(t, TRY(collect(t, self, kPart)));
  return iterate(t, list);
}

Result<> context_compare(Thread& t, Value self, Value other, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || &type_of(other) != g_context_type) return not_implemented();
  Local<HamtNode> a(t, context_of(self)->root.load(self.object())), b(t, context_of(other)->root.load(other.object()));
  bool e = hamt_size(a) == hamt_size(b);
  if (e && !same(a, b)) {
    Local<List> items(t, TRY(list_new(t)));
    TRY(hamt_collect(t, a, HamtPart::Items, items));
    for (usize i = 0; e && i < list_size(items); ++i) {
      Local<> pair(t, TRY(list_get(t, items, i)));
      Tuple& p = *pair.value().as<Tuple>();
      Local<> v(t, hamt_find(b, p[0].as<HamtKey>()));
      e = !v.is_empty() && TRY(equal(t, p[1], v));
    }
  }
  return boolean(e == (op == CompareOp::Eq));
}

Result<> context_copy_method(Thread& t, Value self) { return Result<>(TRY(context_copy(t, context_of(self)))); }

constexpr NativeDef kContextMethods[] = {
    def<context_copy_method>("copy($self, /)", "A shallow copy."),
    def<context_get>("get($self, key, default=None, /)", "The value of key, or default."),
    def<context_iterator<HamtPart::Items>>("items($self, /)", "The (variable, value) pairs."),
    def<context_iterator<HamtPart::Keys>>("keys($self, /)", "The variables."),
    def<context_iterator<HamtPart::Values>>("values($self, /)", "The values."),
    raw_def("run", "Calls a function with its arguments, with this as the current context.", context_run),
};
constexpr TypeSlots context_slots() {
  TypeSlots s{};
  s.visit = context_visit;
  s.new_ = context_new;
  s.compare = context_compare;
  s.iter = context_iterator<HamtPart::Keys>;
  s.length = context_length;
  s.get_item = context_get_item;
  s.contains = context_contains;
  return s;
}
const TypeDef kContext = {.name = "_contextvars.Context",
                          .doc = "A mapping of context variables to their values.",
                          .flags = kTypeGcTracked | kTypeWeakrefable,
                          .size = sizeof(Context),
                          .slots = context_slots(),
                          .methods = kContextMethods};

// --- the module -----------------------------------------------------------------------------------------

Result<Context> copy_context(Thread& t) {
  Local<Context> now(t, TRY(context_current(t)));
  return context_copy(t, now);
}

constexpr NativeDef kFunctions[] = {
    def<copy_context>("copy_context($module, /)", "A copy of the current context."),
};

Status exec(Thread& t, Module* module) {
  TRY(hamt_exec(t));
  register_native(t, kVarNew);
  TRY(module_add_type(t, module, kVar, &g_var_type));
  TRY(module_add_type(t, module, kToken, &g_token_type));
  TRY(module_add_type(t, module, kContext, &g_context_type));
  Local<Type> missing(t, TRY(type_from_def(t, kMissing)));
  g_missing_type = missing.get();
  g_missing = new_object_raw(t, g_missing_type->root_shape, sizeof(Object), kImmortal | kNoEdges, 0);
  if (!g_missing) return kError;
  make_immortal(g_missing);
  TRY(dict_set_str(t, g_token_type->dict.borrow(), names().__hash__, none_value()));
  Local<Str> name(t, TRY(str_intern(t, "MISSING")));
  return dict_set_str(t, g_token_type->dict.borrow(), name, Value(g_missing));
}

}  // namespace

Result<Context> context_current(Thread& t) {
  if (t.context.is_empty()) {
    Local<Context> fresh(t, TRY(context_make(t, Value::empty())));
    fresh->entered.store_relaxed(true);
    set_current(t, Result<>(fresh.give()));
  }
  return own<Context>(t.context);
}

Result<Context> context_copy(Thread& t, Context* c) {
  Local<HamtNode> root(t, c->root.load(c));
  return context_make(t, root);
}

Status context_enter(Thread& t, Context* c, Local<>& previous) {
  if (c->entered.exchange_acq_rel(true)) {
    return raise(t, RuntimeError, "cannot enter context: {!r} is already entered", Value(c));
  }
  previous.set(Result<>::from_owned(t.context));
  t.context = own(c).word();
  return kDone;
}

void context_leave(Thread& t, Context* c, Local<>& previous) {
  set_current(t, previous.give());
  c->entered.store_release(false);
}

extern const ModuleDef contextvars_module_def;
const ModuleDef contextvars_module_def = {"_contextvars", "Context variables.", kFunctions, {}, exec};

}  // namespace taipan
