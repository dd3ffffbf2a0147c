#include <algorithm>

#include "interp/compiler/generator.h"

// Class statements. The body is a unit whose names live in the namespace in register 0.

namespace taipan::compiler {

using namespace ast;

// namespace[name] = value, without mangling.
void Generator::store_in_class(const char* name, Reg value, bool kill) {
  as().emit(Op::SET_NAME, value, 0, name_site(SiteKind::SetName, name), kill ? kKillA : 0);
}

// `self.x = ...` in a method: remembered for __static_attributes__ of the innermost class around it.
void Generator::note_static_attribute(const Attribute* e) {
  auto* name = try_as<Name>(e->value);
  if (!name || name->id != "self") return;
  for (Unit* unit = u->parent; unit; unit = unit->parent) {
    if (unit->scope->kind != ScopeKind::Class) continue;
    unit->static_attributes.push_back(e->attr);
    return;
  }
}

std::shared_ptr<CodeSpec> Generator::class_code(const ClassDef* s, u32 firstlineno) {
  const Scope* scope = table_.find(s);
  enter_unit(scope, s->name, *s, firstlineno);
  Position start{static_cast<i32>(firstlineno), static_cast<i32>(firstlineno), 0, 0};
  as().set_position(start);
  Reg t = push();
  as().emit(Op::GET_NAME, t, 0, name_site(SiteKind::GetName, "__name__"));
  store_in_class("__module__", t);
  load_str(t, u->spec->qualname);
  store_in_class("__qualname__", t);
  Const line;
  line.kind = ConstKind::Int;
  line.integer = firstlineno;
  load_const(t, line);
  store_in_class("__firstlineno__", t);
  if (!s->type_params.empty()) {
    Identifier params = arena_.intern(".type_params");
    Place place = resolve(params);
    load_place(place, params, t);
    store_in_class("__type_params__", t);
  }
  auto cell_of = [&](const char* name) {
    auto at = u->class_cells.find(arena_.intern(name).data());
    return at != u->class_cells.end() ? at->second : kNoReg;
  };
  Reg classdict = cell_of("__classdict__");
  if (classdict != kNoReg) as().emit(Op::SET_CELL, classdict, 0);
  --u->top;
  start_annotations(s->body);
  Const doc;
  bool has_doc = docstring(s->body, &doc);
  if (has_doc && flags_.optimize < 2) {
    At at(*this, *s->body[0]);
    load_const(push(), std::move(doc));
    store_in_class("__doc__", t);
    --u->top;
  }
  body({s->body.items + has_doc, s->body.count - has_doc});
  as().set_position(start);
  Location annotate_at{firstlineno, 0, firstlineno, 0};
  annotate_function(annotate_at, "__annotate_func__");
  push();
  Const attributes;
  attributes.kind = ConstKind::Tuple;
  auto& names = u->static_attributes;
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  for (Identifier name : names) {
    Const& c = attributes.items.emplace_back();
    c.kind = ConstKind::Str;
    c.text = name;
  }
  no_position();  // none of the body's lines
  load_const(t, std::move(attributes));
  store_in_class("__static_attributes__", t);
  if (classdict != kNoReg) {
    move(t, {classdict, false});
    store_in_class("__classdictcell__", t);
  }
  Reg cell = cell_of("__class__");
  if (cell != kNoReg) {
    move(t, {cell, false});
    store_in_class("__classcell__", t, false);
    return_value({t, true});
  } else {
    return_none();
  }
  return leave_unit();
}

// __build_class__(body, name, *bases, **keywords). dst is reserved. generic_base: register of Generic[...], or kNoReg.
void Generator::build_class(const ClassDef* s, Reg dst, u32 firstlineno, Reg generic_base) {
  Reg old = u->top, w = old;
  u->top = w + kWindowCallee;
  as().emit(Op::LOAD_BUILD_CLASS, push());
  Reg body_function = push();
  make_function(class_code(s, firstlineno), body_function);
  load_str(push(), s->name);
  if (!validate_keywords(s->keywords)) return;
  // call_arguments counts what lies between the window's first argument and top as given.
  call_arguments(*s, w, false, dst, s->bases, s->keywords, nullptr, generic_base);
  u->top = old;
}

// class C[T]: a function makes the parameters, then the class.
void Generator::generic_class(const ClassDef* s, Reg dst, u32 firstlineno) {
  const Scope* scope = table_.find(s, ScopeRole::TypeParams);
  enter_unit(scope, "<generic parameters of " + std::string(s->name) + ">", *s, firstlineno);
  Identifier outside = u->private_name;
  u->private_name = s->name;
  Reg params = push();
  type_params(s->type_params, params);
  u->private_name = outside;
  Reg base = push();
  as().emit(Op::CALL_INTRINSIC, base, params, static_cast<u32>(Intrinsic::SubscriptGeneric));
  store_name(arena_.intern(".type_params"), {params, true});
  Reg result = push();
  build_class(s, result, firstlineno, base);
  return_value({result, true});
  call_unit(leave_unit(), dst, {});
}

void Generator::class_def(const ClassDef* s) {
  u32 firstlineno = s->decorator_list.empty() ? s->lineno : s->decorator_list[0]->lineno;
  Reg old = u->top;
  std::vector<Reg> windows = decorators(s->decorator_list);
  Reg value = push();
  if (s->type_params.empty()) build_class(s, value, firstlineno, kNoReg);
  else generic_class(s, value, firstlineno);
  u->top = value + 1;
  decorate_and_store(s->decorator_list, windows, value, s->name);
  u->top = old;
}

}  // namespace taipan::compiler
