// Template and Interpolation, the types of t-strings (module string.templatelib), and Template's iterator.
#include "runtime/types/template.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"

namespace taipan {

namespace {

void template_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Template*>(o);
  visit(s->strings, s->interpolations);
}
void interpolation_visit(Object* o, EdgeVisitor& visit) {
  auto* i = static_cast<Interpolation*>(o);
  visit(i->value, i->expression, i->conversion, i->format_spec);
}

// Collects texts and interpolations so that they alternate: neighbouring texts are one.
class TemplateParts {
 public:
  explicit TemplateParts(Thread& t) : t_(t), strings_(t), interpolations_(t), last_(t) {}
  Status begin() {
    strings_.set(TRY(list_new(t_)));
    interpolations_.set(TRY(list_new(t_)));
    last_.set(TRY(str_from_ascii(t_, "")));
    return kDone;
  }
  Status add_text(Str* s) {
    last_.set(TRY(str_concat(t_, last_, s)));
    return kDone;
  }
  Status add_interpolation(Value v) {
    TRY(list_append(t_, strings_, last_.value()));
    TRY(list_append(t_, interpolations_, v));
    last_.set(TRY(str_from_ascii(t_, "")));
    return kDone;
  }
  Status add(Template* s) {
    Tuple* strings = s->strings.borrow();
    Tuple* interpolations = s->interpolations.borrow();
    for (usize i = 0; i < strings->size(); ++i) {
      TRY(add_text((*strings)[i].as<Str>()));
      if (i < interpolations->size()) TRY(add_interpolation((*interpolations)[i]));
    }
    return kDone;
  }
  Result<Template> finish() {
    TRY(list_append(t_, strings_, last_.value()));
    Local<Tuple> strings(t_, TRY(list_to_tuple(t_, strings_)));
    Local<Tuple> interpolations(t_, TRY(list_to_tuple(t_, interpolations_)));
    return template_new(t_, strings, interpolations);
  }

 private:
  Thread& t_;
  Local<List> strings_, interpolations_;
  Local<Str> last_;
};

Result<> template_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && kwnames->size() != 0) {
    return raise(t, TypeError, "Template.__new__ only accepts *args arguments");
  }
  TemplateParts parts(t);
  TRY(parts.begin());
  for (u32 i = 0; i < nargs; ++i) {
    Value v = args[i].canonical();
    if (is_a<Str>(v)) {
      TRY(parts.add_text(v.as<Str>()));
    } else if (is_exact<Interpolation>(v)) {
      TRY(parts.add_interpolation(v));
    } else {
      return raise(t, TypeError, "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {!T}", v);
    }
  }
  return parts.finish();
}

Result<Str> template_repr(Thread& t, Value self) {
  auto* s = self.as<Template>();
  return str_format(t, "Template(strings={!r}, interpolations={!r})", Value(s->strings.borrow()),
                    Value(s->interpolations.borrow()));
}

Result<> template_concat(Thread& t, Value self, Value other) {
  if (!is_exact<Template>(other)) {
    return raise(t, TypeError, "can only concatenate string.templatelib.Template (not \"{!T}\") to string.templatelib.Template",
                 other);
  }
  TemplateParts parts(t);
  TRY(parts.begin());
  TRY(parts.add(self.as<Template>()));
  TRY(parts.add(other.as<Template>()));
  return parts.finish();
}

Result<> get_values(Thread& t, Value self) {
  Tuple* interpolations = self.as<Template>()->interpolations.borrow();
  Local<Tuple> out(t, TRY(tuple_new(t, interpolations->size())));
  for (usize i = 0; i < interpolations->size(); ++i) {
    auto* item = (*interpolations)[i].as<Interpolation>();
    out->items()[i].init(item->value.load(item));
  }
  return out.give();
}

Result<Tuple> template_reduce(Thread& t, Template* s) {
  Local<Str> import_name(t, TRY(str_intern(t, "__import__")));
  Local<> import(t, TRY(builtin_by_name(t, import_name)));
  Local<Str> module_name(t, TRY(str_intern(t, "string.templatelib"))), unpickle(t, TRY(str_intern(t, "_template_unpickle")));
  // A name to take from the module makes __import__ give the innermost one.
  Local<Tuple> from_list(t, TRY(tuple_of(t, unpickle)));
  Value args[] = {module_name, none_value(), none_value(), from_list};
  Local<> module(t, TRY(call(t, import, args, 4)));
  Local<> function(t, TRY(get_attribute(t, module, unpickle)));
  Local<Tuple> state(t, TRY(tuple_of(t, Value(s->strings.borrow()), Value(s->interpolations.borrow()))));
  return tuple_of(t, function, state);
}

Result<> getitem_of_class(Thread& t, Type* cls, Value item) { return class_getitem(t, cls, item); }

const NativeDef kTemplateMethods[] = {
    def<template_reduce>("__reduce__($self, /)", ""),
    class_def<getitem_of_class>("__class_getitem__($type, object, /)", "See PEP 585"),
};
const MemberDef kTemplateMembers[] = {
    {"strings", MemberKind::Object, offsetof(Template, strings), true, "Strings"},
    {"interpolations", MemberKind::Object, offsetof(Template, interpolations), true, "Interpolations"},
};
const GetSetDef kTemplateGetSets[] = {
    {"values", get_values, nullptr, "Values of interpolations"},
};

// --- Interpolation --------------------------------------------------------------------------------------

constexpr const char* kFields[] = {"value", "expression", "conversion", "format_spec"};

Status interpolation_arguments(Thread& t, const Value* args, u32 nargs, Tuple* kwnames, Value* out) {
  usize keywords = kwnames != nullptr ? kwnames->size() : 0;
  if (nargs + keywords > 4) {
    return raise(t, TypeError, "Interpolation() takes at most 4 {}arguments ({} given)", nargs == 0 ? "keyword " : "",
                 nargs + keywords);
  }
  for (u32 i = 0; i < nargs; ++i) out[i] = args[i].canonical();
  for (usize k = 0; k < keywords; ++k) {
    Str* name = (*kwnames)[k].as<Str>();
    usize i = 0;
    while (i < 4 && !str_equals(name, kFields[i])) ++i;
    if (i == 4) return raise(t, TypeError, "Interpolation() got an unexpected keyword argument '{}'", name);
    if (!out[i].is_empty()) {
      return raise(t, TypeError, "argument for Interpolation() given by name ('{}') and position ({})", name, i + 1);
    }
    out[i] = args[nargs + k].canonical();
  }
  if (out[0].is_empty()) return raise(t, TypeError, "Interpolation() missing required argument 'value' (pos 1)");
  for (usize i = 1; i < 4; ++i) {
    bool absent = out[i].is_empty() || (i == 2 && is_none(out[i]));
    if (!absent && !is_a<Str>(out[i])) {
      return raise(t, TypeError, "Interpolation() argument '{}' must be str, not {!T}", kFields[i], out[i]);
    }
    if (out[i].is_empty()) out[i] = i == 2 ? none_value() : Value(names().empty);
  }
  return kDone;
}

Result<> interpolation_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  Value v[4];
  TRY(interpolation_arguments(t, args, nargs, kwnames, v));
  if (!is_none(v[2])) {
    Str* c = v[2].as<Str>();
    if (!str_equals(c, "s") && !str_equals(c, "r") && !str_equals(c, "a")) {
      return raise(t, ValueError, "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'");
    }
  }
  return interpolation_new(t, v[0], v[1].as<Str>(), v[2], v[3].as<Str>());
}

Result<Str> interpolation_repr(Thread& t, Value self) {
  auto* i = self.as<Interpolation>();
  Local<> value(t, i->value.load(i));
  return str_format(t, "Interpolation({!r}, {!r}, {!r}, {!r})", value.value(), Value(i->expression.borrow()),
                    i->conversion.borrow(), Value(i->format_spec.borrow()));
}

Result<Tuple> interpolation_reduce(Thread& t, Interpolation* i) {
  Value items[] = {i->value.borrow(), Value(i->expression.borrow()), i->conversion.borrow(), Value(i->format_spec.borrow())};
  Local<Tuple> state(t, TRY(tuple_from(t, items, 4)));
  return tuple_of(t, Value(&interpolation_type), state);
}

Result<> get_match_args(Thread& t, Value) {
  Local<Tuple> out(t, TRY(tuple_new(t, 4)));
  for (usize i = 0; i < 4; ++i) out->items()[i].init(str_intern(t, kFields[i]));
  return out.give();
}

const NativeDef kInterpolationMethods[] = {
    def<interpolation_reduce>("__reduce__($self, /)", "__reduce__() -> (cls, state)"),
    class_def<getitem_of_class>("__class_getitem__($type, object, /)",
                                "Interpolations are generic over the types of their values"),
};
const MemberDef kInterpolationMembers[] = {
    {"value", MemberKind::Object, offsetof(Interpolation, value), true, "Value"},
    {"expression", MemberKind::Object, offsetof(Interpolation, expression), true, "Expression"},
    {"conversion", MemberKind::Object, offsetof(Interpolation, conversion), true, "Conversion"},
    {"format_spec", MemberKind::Object, offsetof(Interpolation, format_spec), true, "Format specifier"},
};

// --- the iterator: texts that are not empty, and interpolations, in order ---------------------------------

struct TemplateIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::string_template_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Template> source;
  u64 index;  // 2k: text k, 2k + 1: interpolation k; under the lock if shared
};

Result<> template_iter(Thread& t, Value self) {
  TemplateIterator* it = new_object<TemplateIterator>(t, string_template_iterator_type);
  if (it == nullptr) return kError;
  it->source.init(self);
  return Result<>::from_owned(own_new(it).word());
}

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<TemplateIterator*>(o)->source); }

Result<> iterator_next(Thread&, Value self) {
  auto* it = self.as<TemplateIterator>();
  Template* s = it->source.borrow();
  Tuple *strings = s->strings.borrow(), *interpolations = s->interpolations.borrow();
  while (true) {
    u64 i;
    {
      Mutating guard(it);
      i = it->index;
      if (i < 2 * strings->size()) ++it->index;
    }
    if (i >= 2 * strings->size()) return Result<>::absent();
    if (i % 2 == 0) {
      if ((*strings)[i / 2].as<Str>()->length() != 0) return strings->items()[i / 2].load(strings);
    } else if (i / 2 < interpolations->size()) {
      return interpolations->items()[i / 2].load(interpolations);
    }
  }
}

}  // namespace

Result<Template> template_new(Thread& t, Tuple* strings, Tuple* interpolations) {
  Template* s = new_object<Template>(t, string_template_type);
  if (s == nullptr) return kError;
  s->strings.init(Value(strings));
  s->interpolations.init(Value(interpolations));
  return own_new(s);
}

Result<Interpolation> interpolation_new(Thread& t, Value value, Str* expression, Value conversion, Str* format_spec) {
  Interpolation* i = new_object<Interpolation>(t, interpolation_type);
  if (i == nullptr) return kError;
  i->value.init(value);
  i->expression.init(Value(expression));
  i->conversion.init(conversion);
  i->format_spec.init(Value(format_spec));
  return own_new(i);
}

// The class attribute __match_args__.
Status template_types_ready(Thread& t) {
  Local<> fields(t, TRY(get_match_args(t, Value::empty())));
  return dict_set_str(t, interpolation_type.dict.borrow(), names().__match_args__, fields);
}

extern const TypeDef string_template_type_def;
constinit const TypeDef string_template_type_def = {
    .name = "string.templatelib.Template",
    .doc = "Template object",
    .flags = kTypeGcTracked,
    .size = sizeof(Template),
    .slots = {.visit = template_visit,
              .new_ = template_construct,
              .repr = template_repr,
              .iter = template_iter,
              .concat = template_concat},
    .methods = kTemplateMethods,
    .getsets = kTemplateGetSets,
    .members = kTemplateMembers,
};

extern const TypeDef interpolation_type_def;
constinit const TypeDef interpolation_type_def = {
    .name = "string.templatelib.Interpolation",
    .doc = "Interpolation object",
    .flags = kTypeGcTracked,
    .size = sizeof(Interpolation),
    .slots = {.visit = interpolation_visit, .new_ = interpolation_construct, .repr = interpolation_repr},
    .methods = kInterpolationMethods,
    .members = kInterpolationMembers,
};

extern const TypeDef string_template_iterator_type_def;
constinit const TypeDef string_template_iterator_type_def = {
    .name = "string.templatelib.TemplateIter",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(TemplateIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
};

}  // namespace taipan
