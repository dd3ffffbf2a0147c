// The type `function`: making functions, their attributes, binding to instances.
#include <cstdio>

#include "interp/loop/engine.h"
#include "runtime/memory/hooks.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/function.h"
#include "runtime/types/method.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

// globals["__builtins__"]: a module or its dictionary; else the builtins module's.
Result<> builtins_of(Thread& t, Dict* globals) {
  Local<> found(t, TRY(dict_get_str(t, globals, names().__builtins__)));
  if (is_a<Module>(found)) return own(Value(found.value().as<Module>()->dict.borrow()));
  if (is_a<Dict>(found)) return found.give();
  return own(Value(builtins_dict()));
}

Result<Function> allocate(Thread& t, Code* code, Tuple* closure) {
  auto* f = new_object<Function>(t, function_type);
  if (f == nullptr) return kError;
  f->code.store_relaxed(code);  // relaxed: the function is local
  if (closure != nullptr) f->closure.init(Value(closure));
  f->name.init(Value(code->name));
  f->qualname.init(Value(code->qualname));
  if (code->flags & kCoHasDocstring) f->doc.init(code->constants[0]);
  return own_new(f);
}

}  // namespace

Result<Function> function_new(Thread& t, Code* code, Dict* globals, Tuple* closure) {
  Local<> builtins(t, TRY(builtins_of(t, globals)));
  u32 id = 0;
  // Caches know one builtins dictionary only: the real one.
  if (is_exact<Dict>(globals) && builtins.value().bits == Value(builtins_dict()).bits) {
    id = TRY(dict_make_namespace(t, globals));
  }
  Local<Function> f(t, TRY(allocate(t, code, closure)));
  f->namespace_id = id;
  f->globals.init(Value(globals));
  f->builtins.init(builtins.value());
  Local<> module(t, TRY(dict_get_str(t, globals, names().__name__)));
  if (!module.is_empty()) f->module.init(module.value());
  return f.give();
}

Result<Function> function_like(Thread& t, Function* parent, Code* code, Tuple* closure) {
  Local<Function> f(t, TRY(allocate(t, code, closure)));
  f->namespace_id = parent->namespace_id;
  f->globals.init(Value(parent->globals.borrow()));
  f->builtins.init(Value(parent->builtins.borrow()));
  Local<> module(t, TRY(dict_get_str(t, parent->globals.borrow(), names().__name__)));
  if (!module.is_empty()) f->module.init(module.value());
  return f.give();
}

namespace {

void function_visit(Object* o, EdgeVisitor& visit) {
  auto* f = static_cast<Function*>(o);
  visit(f->globals, f->builtins, f->closure, f->defaults, f->kwdefaults, f->name, f->qualname, f->module, f->doc,
        f->annotate, f->annotations, f->type_params);
}

Result<> function_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return call_python(t, self.as<Function>(), args, nargs, kwnames);
}

Result<> function_get(Thread& t, Value self, Value instance, Value owner) {
  if (instance.is_empty() || is_none(instance)) return own(self);
  return method_new(t, self, instance);
}

Result<Str> function_repr(Thread& t, Value self) {
  char address[24];
  std::snprintf(address, sizeof address, "0x%lx", static_cast<unsigned long>(self.canonical().bits));
  return str_format(t, "<function {} at {}>", self.as<Function>()->qualname.borrow(), address);
}

// FunctionType(code, globals, name=None, argdefs=None, closure=None, kwdefaults=None)
Result<Function> make_from_python(Thread& t, Value code_value, Dict* globals, Value name, Value defaults, Value closure,
                                  Value kwdefaults) {
  if (!is_exact<Code>(code_value)) return raise(t, TypeError, "function() argument 'code' must be code, not {!T}", code_value);
  Code* code = code_value.as<Code>();
  if (!is_none(name) && !is_a<Str>(name)) return raise(t, TypeError, "arg 3 (name) must be None or string");
  if (!is_none(defaults) && !is_a<Tuple>(defaults)) return raise(t, TypeError, "arg 4 (defaults) must be None or tuple");
  if (!is_none(kwdefaults) && !is_a<Dict>(kwdefaults)) return raise(t, TypeError, "arg 6 (kwdefaults) must be None or dict");
  usize free = code->free_count();
  if (is_none(closure)) {
    if (free != 0) return raise(t, TypeError, "arg 5 (closure) must be tuple");
  } else {
    if (!is_a<Tuple>(closure)) return raise(t, TypeError, free ? "arg 5 (closure) must be tuple" : "arg 5 (closure) must be None or tuple");
    Tuple* cells = closure.as<Tuple>();
    if (cells->size() != free) {
      return raise(t, ValueError, "{} requires closure of length {}, not {}", code->name, static_cast<unsigned long>(free),
                   static_cast<unsigned long>(cells->size()));
    }
    for (usize i = 0; i < free; ++i) {
      if (!is_exact<Cell>((*cells)[i])) return raise(t, TypeError, "arg 5 (closure) expected cell, found {!T}", (*cells)[i]);
    }
  }
  Local<Function> f(t, TRY(function_new(t, code, globals, is_none(closure) || free == 0 ? nullptr : closure.as<Tuple>())));
  if (!is_none(name)) f->name.store(f.get(), name);
  if (!is_none(defaults)) f->defaults.store(f.get(), defaults);
  if (!is_none(kwdefaults)) f->kwdefaults.store(f.get(), kwdefaults);
  return f.give();
}
Result<Function> function_from_arguments(Thread& t, Type* cls, Value code, Dict* globals, Value name, Value argdefs,
                                         Value closure, Value kwdefaults) {
  return make_from_python(t, code, globals, name, argdefs, closure, kwdefaults);
}
const NativeDef kArguments = def<function_from_arguments>(
    "function($type, /, code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)", "");
Result<> function_type_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  static bool registered = (register_native(t, kArguments), true);
  (void)registered;
  return kArguments.entry(t, Value(&cls), args, nargs, kwnames);
}

// ---- Attributes ----

Function* fn(Value v) { return v.as<Function>(); }
Result<> or_none(Value owner, const SlotBase& slot) {
  Value v = slot.load_word(owner.object());
  return v.is_empty() ? none() : Result<>::from_owned(v);
}

Result<> get_code(Thread& t, Value self) { return own(fn(self)->code.load_relaxed()); }
Status set_code(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_exact<Code>(v)) return raise(t, TypeError, "__code__ must be set to a code object");
  usize had = fn(self)->closure.is_empty() ? 0 : fn(self)->closure.borrow()->size();
  if (v.as<Code>()->free_count() != had) {
    return raise(t, ValueError, "{}() requires a code object with {} free vars, not {}", fn(self)->name.borrow(),
                 static_cast<unsigned long>(had), static_cast<unsigned>(v.as<Code>()->free_count()));
  }
  fn(self)->code.store_release(v.as<Code>());
  return kDone;
}
Result<> get_defaults(Thread& t, Value self) { return or_none(self, fn(self)->defaults); }
Status set_defaults(Thread& t, Value self, Value v) {
  if (!v.is_empty() && !is_none(v) && !is_a<Tuple>(v)) return raise(t, TypeError, "__defaults__ must be set to a tuple object");
  fn(self)->defaults.store(self.object(), v.is_empty() || is_none(v) ? Value::empty() : v);
  return kDone;
}
Result<> get_kwdefaults(Thread& t, Value self) { return or_none(self, fn(self)->kwdefaults); }
Status set_kwdefaults(Thread& t, Value self, Value v) {
  if (!v.is_empty() && !is_none(v) && !is_a<Dict>(v)) return raise(t, TypeError, "__kwdefaults__ must be set to a dict object");
  fn(self)->kwdefaults.store(self.object(), v.is_empty() || is_none(v) ? Value::empty() : v);
  return kDone;
}
Result<> get_name(Thread& t, Value self) { return fn(self)->name.load(self.object()); }
Status set_name(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_a<Str>(v)) return raise(t, TypeError, "__name__ must be set to a string object");
  fn(self)->name.store(self.object(), v);
  return kDone;
}
Result<> get_qualname(Thread& t, Value self) { return fn(self)->qualname.load(self.object()); }
Status set_qualname(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_a<Str>(v)) return raise(t, TypeError, "__qualname__ must be set to a string object");
  fn(self)->qualname.store(self.object(), v);
  return kDone;
}
Result<> get_module(Thread& t, Value self) { return or_none(self, fn(self)->module); }
Status set_module(Thread& t, Value self, Value v) { return fn(self)->module.store(self.object(), v), kDone; }
Result<> get_doc(Thread& t, Value self) { return or_none(self, fn(self)->doc); }
Status set_doc(Thread& t, Value self, Value v) { return fn(self)->doc.store(self.object(), v), kDone; }

Result<> get_annotate(Thread& t, Value self) { return or_none(self, fn(self)->annotate); }
Status set_annotate(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "__annotate__ cannot be deleted");
  if (!is_none(v) && !is_callable(v)) return raise(t, TypeError, "__annotate__ must be callable or None");
  fn(self)->annotate.store(self.object(), v);
  if (!is_none(v)) fn(self)->annotations.clear(self.object());
  return kDone;
}
Result<> get_annotations(Thread& t, Value self) {
  Function* f = fn(self);
  Value cached = f->annotations.load(f).word();
  if (!cached.is_empty()) return Result<>::from_owned(cached);
  Local<> annotate(t, f->annotate.load(f));
  Local<> made(t);
  if (annotate.is_empty() || is_none(annotate)) {
    made.set(Result<>(TRY(dict_new(t))));
  } else {
    made.set(TRY(call(t, annotate, Value::small_int(1))));
    if (!is_a<Dict>(made)) return raise(t, TypeError, "__annotate__() must return a dict, not {!T}", made);
  }
  f->annotations.store(f, made.value());
  return made.give();
}
Status set_annotations(Thread& t, Value self, Value v) {
  if (!v.is_empty() && !is_none(v) && !is_a<Dict>(v)) return raise(t, TypeError, "__annotations__ must be set to a dict object");
  fn(self)->annotations.store(self.object(), v.is_empty() || is_none(v) ? Value::empty() : v);
  fn(self)->annotate.clear(self.object());
  return kDone;
}
Result<> get_type_params(Thread& t, Value self) {
  Value v = fn(self)->type_params.load(self.object()).word();
  return v.is_empty() ? Result<>(own(empty_tuple())) : Result<>::from_owned(v);
}
Status set_type_params(Thread& t, Value self, Value v) {
  if (v.is_empty() || !is_a<Tuple>(v)) return raise(t, TypeError, "__type_params__ must be set to a tuple");
  fn(self)->type_params.store(self.object(), v);
  return kDone;
}

const GetSetDef kGetSets[] = {
    {"__code__", get_code, set_code, nullptr},
    {"__defaults__", get_defaults, set_defaults, nullptr},
    {"__kwdefaults__", get_kwdefaults, set_kwdefaults, nullptr},
    {"__name__", get_name, set_name, nullptr},
    {"__qualname__", get_qualname, set_qualname, nullptr},
    {"__module__", get_module, set_module, nullptr},
    {"__doc__", get_doc, set_doc, nullptr},
    {"__annotate__", get_annotate, set_annotate, "Get the code object for a function."},
    {"__annotations__", get_annotations, set_annotations, "Dict of annotations in a function object."},
    {"__type_params__", get_type_params, set_type_params, "Get the declared type parameters for a function."},
};

const MemberDef kMembers[] = {
    {"__closure__", MemberKind::Object, offsetof(Function, closure), true, nullptr},
    {"__globals__", MemberKind::Object, offsetof(Function, globals), true, nullptr},
    {"__builtins__", MemberKind::Object, offsetof(Function, builtins), true, nullptr},
};

constexpr TypeSlots function_slots() {
  TypeSlots s{};
  s.visit = function_visit;
  s.new_ = function_type_new;
  s.call = function_call;
  s.descr_get = function_get;
  s.repr = function_repr;
  return s;
}

}  // namespace

extern const TypeDef function_type_def;
const TypeDef function_type_def = {
    .name = "function",
    .doc = "Create a function object.",
    .flags = kTypeHasDict | kTypeMethodDescriptor | kTypeGcTracked | kTypeWeakrefable,
    .size = sizeof(Function),
    .slots = function_slots(),
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(code, globals, name=None, argdefs=None, closure=None,\n         kwdefaults=None)",
};

}  // namespace taipan
