#include "runtime/types/template.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"

namespace taipan {

Result<Template> template_new(Thread& t, Tuple* strings, Tuple* interpolations) {
  auto* o = new_object<Template>(t, string_template_type);
  if (o == nullptr) return kError;
  o->strings.init(Value(strings));
  o->interpolations.init(Value(interpolations));
  return own_new(o);
}

Result<Interpolation> interpolation_new(Thread& t, Value value, Str* expression, Value conversion, Str* format_spec) {
  auto* o = new_object<Interpolation>(t, interpolation_type);
  if (o == nullptr) return kError;
  o->value.init(value);
  o->expression.init(Value(expression));
  o->conversion.init(conversion);
  o->format_spec.init(Value(format_spec));
  return own_new(o);
}

namespace {

Template* template_of(Value v) { return v.as<Template>(); }
Interpolation* interpolation_of(Value v) { return v.as<Interpolation>(); }

// Template("a", Interpolation(...), "b"): adjacent strings join, gaps between interpolations are empty strings.
Result<> template_from_arguments(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames != nullptr && kwnames->size() > 0) return raise(t, TypeError, "Template.__new__ only accepts *args arguments");
  Local<List> strings(t, TRY(list_new(t))), interpolations(t, TRY(list_new(t)));
  Local<> current(t, TRY(str_from_ascii(t, "")));
  for (u32 i = 0; i < nargs; ++i) {
    Value v = args[i].canonical();
    if (is_a<Str>(v)) {
      current.set(Result<>(TRY(str_concat(t, current.value().as<Str>(), v.as<Str>()))));
    } else if (is_exact<Interpolation>(v)) {
      TRY(list_append(t, strings, current.value()));
      TRY(list_append(t, interpolations, v));
      current.set(Result<>(TRY(str_from_ascii(t, ""))));
    } else {
      return raise(t, TypeError, "Template.__new__ *args need to be of type 'str' or 'Interpolation', got {!T}", v);
    }
  }
  TRY(list_append(t, strings, current.value()));
  Local<Tuple> s(t, TRY(list_to_tuple(t, strings))), x(t, TRY(list_to_tuple(t, interpolations)));
  return template_new(t, s, x);
}

Result<> get_values(Thread& t, Value self) {
  Tuple* all = template_of(self)->interpolations.borrow();
  Local<Tuple> values(t, TRY(tuple_new(t, all->size())));
  for (usize i = 0; i < all->size(); ++i) values->items()[i].init(interpolation_of((*all)[i])->value.borrow());
  return values.give();
}

// Strings that are not empty, and interpolations, in order.
Result<List> parts_of(Thread& t, Value self) {
  Local<List> parts(t, TRY(list_new(t)));
  Tuple *strings = template_of(self)->strings.borrow(), *interpolations = template_of(self)->interpolations.borrow();
  for (usize i = 0; i < strings->size(); ++i) {
    if ((*strings)[i].as<Str>()->length() > 0) TRY(list_append(t, parts, (*strings)[i]));
    if (i < interpolations->size()) TRY(list_append(t, parts, (*interpolations)[i]));
  }
  return parts.give();
}
Result<> template_iter(Thread& t, Value self) {
  Local<List> parts(t, TRY(parts_of(t, self)));
  return iterate(t, parts);
}

Result<> template_concat(Thread& t, Value self, Value other) {
  if (!is_exact<Template>(self) || !is_exact<Template>(other)) {
    return raise(t, TypeError, "can only concatenate string.templatelib.Template (not \"{!T}\") to string.templatelib.Template", other);
  }
  Local<List> strings(t, TRY(list_new(t))), interpolations(t, TRY(list_new(t)));
  Tuple *left = template_of(self)->strings.borrow(), *right = template_of(other)->strings.borrow();
  for (usize i = 0; i + 1 < left->size(); ++i) TRY(list_append(t, strings, (*left)[i]));
  Local<Str> middle(t, TRY(str_concat(t, (*left)[left->size() - 1].as<Str>(), (*right)[0].as<Str>())));
  TRY(list_append(t, strings, Value(middle)));
  for (usize i = 1; i < right->size(); ++i) TRY(list_append(t, strings, (*right)[i]));
  TRY(list_extend(t, interpolations, Value(template_of(self)->interpolations.borrow())));
  TRY(list_extend(t, interpolations, Value(template_of(other)->interpolations.borrow())));
  Local<Tuple> s(t, TRY(list_to_tuple(t, strings))), x(t, TRY(list_to_tuple(t, interpolations)));
  return template_new(t, s, x);
}

Result<Str> template_repr(Thread& t, Value self) {
  return str_format(t, "Template(strings={!r}, interpolations={!r})", template_of(self)->strings.borrow(),
                    template_of(self)->interpolations.borrow());
}

void template_visit(Object* o, EdgeVisitor& visit) {
  auto* x = static_cast<Template*>(o);
  visit(x->strings, x->interpolations);
}

const GetSetDef kTemplateGetSets[] = {
    {"strings", [](Thread& t, Value self) -> Result<> { return template_of(self)->strings.load(self.object()); }, nullptr, "Strings"},
    {"interpolations", [](Thread& t, Value self) -> Result<> { return template_of(self)->interpolations.load(self.object()); }, nullptr,
     "Interpolations"},
    {"values", get_values, nullptr, "Values of interpolations"},
};

Result<Interpolation> interpolation_from_arguments(Thread& t, Type* cls, Value value, Str* expression, Value conversion, Str* spec) {
  if (!is_none(conversion)) {
    bool ok = is_a<Str>(conversion) && (str_equals(conversion.as<Str>(), "s") || str_equals(conversion.as<Str>(), "r") ||
                                        str_equals(conversion.as<Str>(), "a"));
    if (!is_a<Str>(conversion)) return raise(t, TypeError, "Interpolation() argument 'conversion' must be str, not {!T}", conversion);
    if (!ok) return raise(t, ValueError, "Interpolation() argument 'conversion' must be one of 's', 'a' or 'r'");
  }
  return interpolation_new(t, value, expression, conversion, spec);
}
const NativeDef kArguments = def<interpolation_from_arguments>(
    "Interpolation($type, /, value, expression='', conversion=None, format_spec='')", "");
Result<> interpolation_type_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  static bool registered = (register_native(t, kArguments), true);
  (void)registered;
  return kArguments.entry(t, Value(&cls), args, nargs, kwnames);
}

Result<Str> interpolation_repr(Thread& t, Value self) {
  auto* i = interpolation_of(self);
  return str_format(t, "Interpolation({!r}, {!r}, {!r}, {!r})", i->value.borrow(), i->expression.borrow(), i->conversion.borrow(),
                    i->format_spec.borrow());
}
void interpolation_visit(Object* o, EdgeVisitor& visit) {
  auto* i = static_cast<Interpolation*>(o);
  visit(i->value, i->expression, i->conversion, i->format_spec);
}
Result<> get_match_args(Thread& t, Value) {
  const char* const kNames[] = {"value", "expression", "conversion", "format_spec"};
  Local<Tuple> names(t, TRY(tuple_new(t, 4)));
  for (usize i = 0; i < 4; ++i) names->items()[i].init(TRY(str_intern(t, kNames[i])));
  return names.give();
}
const GetSetDef kInterpolationGetSets[] = {
    {"value", [](Thread& t, Value self) -> Result<> { return interpolation_of(self)->value.load(self.object()); }, nullptr, "Value"},
    {"expression", [](Thread& t, Value self) -> Result<> { return interpolation_of(self)->expression.load(self.object()); }, nullptr,
     "Expression"},
    {"conversion", [](Thread& t, Value self) -> Result<> { return interpolation_of(self)->conversion.load(self.object()); }, nullptr,
     "Conversion"},
    {"format_spec", [](Thread& t, Value self) -> Result<> { return interpolation_of(self)->format_spec.load(self.object()); }, nullptr,
     "Format specifier"},
    {"__match_args__", get_match_args, nullptr, nullptr},
};
Result<> class_getitem(Thread& t, Value cls, Value item) { return generic_alias_new(t, cls, item); }
const NativeDef kClassMethods[] = {class_def<class_getitem>("__class_getitem__($type, object, /)", "See PEP 585")};

}  // namespace

extern const TypeDef string_template_type_def, interpolation_type_def;
const TypeDef string_template_type_def = {
    .name = "string.templatelib.Template",
    .doc = "Template object",
    .flags = kTypeGcTracked,
    .size = sizeof(Template),
    .slots = {.visit = template_visit, .new_ = template_from_arguments, .repr = template_repr, .iter = template_iter,
              .concat = template_concat},
    .getsets = kTemplateGetSets,
};
const TypeDef interpolation_type_def = {
    .name = "string.templatelib.Interpolation",
    .doc = "Interpolation object",
    .flags = kTypeGcTracked,
    .size = sizeof(Interpolation),
    .slots = {.visit = interpolation_visit, .new_ = interpolation_type_new, .repr = interpolation_repr},
    .methods = kClassMethods,
    .getsets = kInterpolationGetSets,
};

}  // namespace taipan
