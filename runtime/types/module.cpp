#include "runtime/types/module.h"

#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/class_build.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/startup.h"
#include "runtime/types/container_util.h"
#include "runtime/types/descriptor_parts.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module_trouble.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<> builtin_function(Thread& t, const char* name) {
  Local<Str> key(t, TRY(str_intern(t, name)));
  return builtin_by_name(t, key);
}

Result<> import_by_name(Thread& t, const char* name) {
  Local<> import(t, TRY(builtin_by_name(t, names().__import__)));
  Local<Str> text(t, TRY(str_intern(t, name)));
  return call(t, import, text);
}

namespace {

Status fill_module(Thread& t, Module* m, Value name, Value doc) {
  Local<Dict> dict(t, m->dict.load(m));
  if (dict.is_empty()) {
    dict.set(TRY(dict_new(t, 8)));
    m->dict.store(m, dict.value());
  }
  TRY(dict_set_str(t, dict, names().__name__, name));
  TRY(dict_set_str(t, dict, names().__doc__, doc.is_empty() ? none_value() : doc));
  for (Str* key : {names().__package__, names().__loader__, names().__spec__}) {
    TRY(dict_set_str(t, dict, key, none_value()));
  }
  return kDone;
}

Result<> module_construct(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* m = new_object<Module>(t, cls);
  if (m == nullptr) return kError;
  Local<Module> held(t, own_new(m));
  Local<Dict> dict(t, TRY(dict_new(t, 8)));
  m->dict.store(m, dict.value());
  return held.give();
}
Status module_init(Thread& t, Module* self, Value name, Value doc) {
  if (!is_a<Str>(name)) return raise(t, TypeError, "module() argument 'name' must be str, not {!T}", name);
  return fill_module(t, self, name, doc);
}
const NativeDef kInit = def<module_init>("module($self, name, doc=None)", nullptr);
Status module_init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> r(t, TRY(call_native(t, kInit, self, args, nargs, kwnames)));
  return kDone;
}

void module_visit(Object*, EdgeVisitor&) {}  // its dict is the ext word: visit_attributes

Result<> in_dict(Thread& t, Module* m, Str* name) {
  Local<Dict> d(t, m->dict.load(m));
  if (d.is_empty()) return Result<>::absent();
  return dict_get_str(t, d, name);
}

ErrorTag raise_lacks_attribute(Thread& t, Value module, Value module_name, Str* name) {
  Local<> origin(t);
  switch (TRY(module_trouble(t, module, module_name, origin))) {
    case ModuleTrouble::HidesLibrary:
      return raise_attribute_error(t, module, name,
                                   "module '{}' has no attribute '{}' (consider renaming {!r} since it has the same name as the "
                                   "standard library module named '{}' and prevents importing that standard library module)",
                                   module_name, name, origin.value(), module_name);
    case ModuleTrouble::MayHide:
      return raise_attribute_error(t, module, name,
                                   "module '{}' has no attribute '{}' (consider renaming {!r} if it has the same name as a "
                                   "library you intended to import)",
                                   module_name, name, origin.value());
    case ModuleTrouble::Circular:
      if (origin.is_empty()) {
        return raise_attribute_error(t, module, name,
                                     "partially initialized module '{}' has no attribute '{}' (most likely due to a circular import)",
                                     module_name, name);
      }
      return raise_attribute_error(t, module, name,
                                   "partially initialized module '{}' from {!r} has no attribute '{}' (most likely due to a circular import)",
                                   module_name, origin.value(), name);
    case ModuleTrouble::None: break;
  }
  return raise_attribute_error(t, module, name, "module '{}' has no attribute '{}'", module_name, name);
}

Result<> module_get_attribute(Thread& t, Value self, Str* name) {
  Result<> r = generic_get_attribute_or_absent(t, self, name);
  if (!r.is_error() && is_lazy_import(r.word())) [[unlikely]] {
    Local<> lazy(t, r);
    Local<> real(t, TRY(lazy_import_resolve(t, lazy)));
    TRY(module_set(t, self.as<Module>(), name, real));
    return real.give();
  }
  if (!r.is_absent()) return r;
  auto* m = self.as<Module>();
  Local<> module_name(t, TRY(in_dict(t, m, names().__name__)));
  if (Result<> pending = lazy_submodule(t, module_name, name); !pending.is_absent()) [[unlikely]] return pending;
  // PEP 562: the module's own __getattr__.
  Local<> hook(t, TRY(in_dict(t, m, names().__getattr__)));
  if (!hook.is_empty()) return call(t, hook, Value(name));
  if (module_name.is_empty() || !is_a<Str>(module_name)) {
    return raise_attribute_error(t, self, name, "module has no attribute '{}'", name);
  }
  return raise_lacks_attribute(t, self, module_name, name);
}

// importlib knows how a spec and a loader are shown; before it is there, modules have neither.
Result<Str> module_repr(Thread& t, Value self) {
  auto* m = self.as<Module>();
  Result<> importlib = import_by_name(t, "_frozen_importlib");
  if (!importlib.is_error()) {
    Local<> held(t, importlib);
    Local<Str> function(t, TRY(str_intern(t, "_module_repr")));
    Local<> text(t, TRY(call_method(t, held, function, self)));
    if (!is_a<Str>(text)) return raise(t, TypeError, "__repr__ returned non-string (type {!T})", text.value());
    return text.give().cast<Str>();
  }
  clear_error(t);
  Local<> name(t, TRY(in_dict(t, m, names().__name__)));
  if (name.is_empty()) return str_from_ascii(t, "<module '?'>");
  return str_format(t, m->def ? "<module {!r} (built-in)>" : "<module {!r}>", name.value());
}

Result<> module_dir(Thread& t, Module* self) {
  Local<> d(t, TRY(get_attribute(t, Value(self), names().__dict__)));
  if (!is_a<Dict>(d)) return raise(t, TypeError, "<module>.__dict__ is not a dictionary");
  Local<> hook(t, TRY(dict_get_str(t, d.value().as<Dict>(), names().__dir__)));
  if (!hook.is_empty()) return call(t, hook);
  return dict_keys_list(t, d.value().as<Dict>());
}
const NativeDef kMethods[] = {def<module_dir>("__dir__($self, /)", "Names of the module.")};

Result<> get_annotations(Thread& t, Value self) {
  auto* m = self.as<Module>();
  Local<> kept(t, TRY(in_dict(t, m, names().__annotations__)));
  if (!kept.is_empty()) return kept.give();
  Local<> annotate(t, TRY(in_dict(t, m, names().__annotate__)));
  Local<> made(t);
  bool complete = !TRY(module_is_initializing(t, Value(m)));
  if (!annotate.is_empty() && is_callable(annotate)) {
    made.set(TRY(call(t, annotate, Value::small_int(1))));
    if (!is_a<Dict>(made)) {
      return raise(t, TypeError, "__annotate__ returned non-dict of type '{!T}'", made.value());
    }
  } else {
    made.set(TRY(dict_new(t)));
  }
  if (complete) TRY(module_set(t, m, names().__annotations__, made));
  return made.give();
}
Status set_annotations(Thread& t, Value self, Value v) {
  auto* m = self.as<Module>();
  Local<Dict> d(t, m->dict.load(m));
  if (v.is_empty()) {
    if (!TRY(dict_delete(t, d, Value(names().__annotations__)))) {
      return raise(t, AttributeError, "__annotations__");
    }
  } else {
    TRY(dict_set_str(t, d, names().__annotations__, v));
  }
  Result<bool> removed = dict_delete(t, d, Value(names().__annotate__));
  return removed.is_error() ? Status(kError) : Status(kDone);
}
Result<> get_annotate(Thread& t, Value self) {
  auto* m = self.as<Module>();
  Local<> f(t, TRY(in_dict(t, m, names().__annotate__)));
  if (!f.is_empty()) return f.give();
  TRY(module_set(t, m, names().__annotate__, none_value()));
  return none();
}
Status set_annotate(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "cannot delete __annotate__ attribute");
  if (!is_none(v) && !is_callable(v)) return raise(t, TypeError, "__annotate__ must be callable or None");
  auto* m = self.as<Module>();
  TRY(module_set(t, m, names().__annotate__, v));
  if (is_none(v)) return kDone;
  Local<Dict> d(t, m->dict.load(m));
  Result<bool> removed = dict_delete(t, d, Value(names().__annotations__));
  return removed.is_error() ? Status(kError) : Status(kDone);
}
const GetSetDef kGetSets[] = {
    {"__dict__", [](Thread& t, Value v) -> Result<> { return instance_dict(t, v.object()); }, nullptr, nullptr},
    {"__annotations__", get_annotations, set_annotations, nullptr},
    {"__annotate__", get_annotate, set_annotate, nullptr},
};

}  // namespace

Result<Module> module_new(Thread& t, Str* name, Value doc) {
  Local<> m(t, TRY(module_construct(t, module_type, nullptr, 0, nullptr)));
  TRY(fill_module(t, m.value().as<Module>(), Value(name), doc));
  return m.give().cast<Module>();
}
Result<> module_get(Thread& t, Module* m, Str* name) { return in_dict(t, m, name); }
Status module_set(Thread& t, Module* m, Str* name, Value v) {
  Local<Dict> d(t, m->dict.load(m));
  return dict_set_str(t, d, name, v);
}

// --- native modules ---------------------------------------------------------------------------------------------

Status module_add(Thread& t, Module* module, const char* name, Value v) {
  Local<> held(t, v);
  return module_set(t, module, str_immortal(t, name), held);
}

Status module_add_type(Thread& t, Module* module, const TypeDef& def, Type** out) {
  Local<Type> type(t, TRY(type_from_def(t, def)));
  if (out) *out = type.get();
  return module_set(t, module, type->name.borrow(), type);
}

Status module_add_functions(Thread& t, Module* m, std::span<const NativeDef> functions) {
  Local<Str> name(t, own(str_immortal(t, m->def->name)));
  // Those of builtins stay as long as the program: calls of them count nothing.
  bool permanent = std::strcmp(m->def->name, "builtins") == 0;
  for (const NativeDef& f : functions) {
    Local<> function(t, TRY(make_native_function(t, f, m, name)));
    if (permanent) {
      Object* o = function.value().object();
      make_immortal(o);
      function.set(own(Value(o)));
    }
    TRY(module_set(t, m, function.value().as<NativeFunction>()->name.borrow(), function));
  }
  return kDone;
}

Result<Module> make_native_module(Thread& t, const ModuleDef& def) {
  Local<Str> name(t, own(str_immortal(t, def.name)));
  Local<> doc(t, def.doc ? Result<>(TRY(str_from_utf8(t, def.doc))) : none());
  Local<Module> m(t, TRY(module_new(t, name, doc)));
  m->def = &def;
  TRY(module_add_functions(t, m, def.functions));
  for (const ConstantDef& c : def.constants) {
    Local<> v(t);
    switch (c.kind) {
      case ConstantDef::Kind::Int: v.set(TRY(int_from_i64(t, c.i))); break;
      case ConstantDef::Kind::Float: v.set(TRY(float_from(t, c.d))); break;
      case ConstantDef::Kind::Text: v.set(TRY(str_from_utf8(t, c.text))); break;
    }
    TRY(module_add(t, m, c.name, v));
  }
  if (def.exec) TRY(def.exec(t, m));
  return m.give();
}

extern const TypeDef module_type_def = {
    .name = "module", .doc = "A namespace with a name.",
    .flags = kTypeBase | kTypeGcTracked | kTypeHasDict | kTypeDictDirect | kTypeWeakrefable,
    .size = sizeof(Module),
    .slots = {.visit = module_visit, .new_ = module_construct, .init = module_init_slot, .repr = module_repr,
              .get_attribute = module_get_attribute},
    .methods = kMethods, .getsets = kGetSets, .text_signature = "(name, doc=None)"};

}  // namespace taipan
