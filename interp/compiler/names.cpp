#include <algorithm>

#include "interp/compiler/generator.h"

namespace taipan::compiler {

using namespace ast;

Place Generator::resolve(Identifier name) {
  const Scope* unit = u->scope;
  bool inlined = scope_ != unit;
  const Symbol* s = scope_->lookup(name);
  NameScope where = s ? s->where : NameScope::GlobalImplicit;
  auto free_of = [&](Identifier n) {
    auto at = u->free_index.find(n.data());
    return at == u->free_index.end() ? kNoReg : at->second;
  };
  u32 dict = unit->can_see_class_scope ? free_of(arena_.intern("__classdict__")) : kNoReg;
  switch (where) {
    case NameScope::Local:
    case NameScope::Cell: {
      if (where == NameScope::Local && !u->optimized && s->owner == unit) return {Place::Namespace};
      const Symbol* own = s->owner == scope_ ? s : s->owner->lookup(name);
      // A class body that binds __class__ itself means its namespace; scopes inside it still get the cell.
      if (unit->kind == ScopeKind::Class && !inlined && s->is_bound() && (name == "__class__" || name == "__classdict__"))
        return {Place::Namespace};
      auto at = u->registers.find(own);
      if (at == u->registers.end()) break;
      if (where == NameScope::Cell || own->where == NameScope::Cell) return {Place::Cell, at->second};
      note_varname(at->second);
      return {Place::Register, at->second};
    }
    case NameScope::Free: {
      u32 index = free_of(name);
      if (index == kNoReg) break;
      if (unit->kind == ScopeKind::Class && !inlined) return {Place::ClassFree, index, kNoReg};
      if (dict != kNoReg && dict != index) return {Place::ClassFree, index, dict};
      return {Place::Free, index};
    }
    case NameScope::GlobalExplicit: return {Place::Global};
    default: break;
  }
  if (unit->kind == ScopeKind::Module || (unit->kind == ScopeKind::Class && !inlined)) return {Place::Namespace};
  if (dict != kNoReg) return {Place::ClassDictName, 0, dict};
  return {Place::Global};
}

void Generator::note_varname(Reg r) {
  if (u->in_varnames[r]) return;
  u->in_varnames[r] = true;
  CodeSpec& spec = *u->spec;
  const std::string& name = spec.locals[r].name;
  // Only a comprehension's variable can have the name of another local.
  if (!u->has_hidden || std::find(spec.varnames.begin(), spec.varnames.end(), name) == spec.varnames.end())
    spec.varnames.push_back(name);
}

Reg Generator::local_register(Identifier name) {
  if (name == "__debug__") return kNoReg;
  Place p = resolve(mangled(name));
  return p.kind == Place::Register ? p.index : kNoReg;
}

void Generator::check_bound(Reg r) {
  if (as().bound.has(r)) return;
  as().emit(Op::CHECK_BOUND, r);
  as().bound.add(r);
}

void Generator::load_name(Identifier name, Reg dst) {
  if (name == "__debug__") {
    Const c;
    c.kind = flags_.optimize ? ConstKind::False : ConstKind::True;
    return load_const(dst, c);
  }
  Identifier m = mangled(name);
  load_place(resolve(m), m, dst);
}

void Generator::load_place(const Place& p, Identifier name, Reg dst) {
  as().touch(dst);
  switch (p.kind) {
    case Place::Register:
      check_bound(p.index);
      return move(dst, {p.index, false});
    case Place::Cell: return as().emit(Op::GET_CELL, dst, p.index);
    case Place::Free: return as().emit(Op::GET_FREE, dst, p.index);
    case Place::Namespace: return as().emit(Op::GET_NAME, dst, 0, name_site(SiteKind::GetName, name));
    case Place::Global: return as().emit(Op::GET_GLOBAL, dst, 0, name_site(SiteKind::GetGlobal, name));
    case Place::ClassFree:
    case Place::ClassCell:
      if (p.dict == kNoReg) return as().emit(Op::GET_CLASS_FREE, dst, 0, p.index);
      break;
    case Place::ClassDictName: break;
  }
  // An annotation scope in a class: the namespace is in the free variable __classdict__.
  Reg old = u->top;
  if (is_temp(dst) && dst >= u->top) u->top = dst + 1;
  Reg ns = push();
  as().emit(Op::GET_FREE, ns, p.dict);
  if (p.kind == Place::ClassDictName) as().emit(Op::GET_NAME, dst, ns, name_site(SiteKind::GetName, name));
  else as().emit(Op::GET_CLASS_FREE, dst, ns, p.index);
  drop(ns);
  u->top = old;
}

void Generator::store_name(Identifier name, Operand value) {
  Identifier m = mangled(name);
  Place p = resolve(m);
  switch (p.kind) {
    case Place::Register:
      move(p.index, value);
      as().bound.add(p.index);
      return;
    case Place::Cell: return as().emit(Op::SET_CELL, p.index, value.reg, 0, value.b());
    case Place::Free:
    case Place::ClassFree:
    case Place::ClassCell: return as().emit(Op::SET_FREE, p.index, value.reg, 0, value.b());
    case Place::Namespace: return as().emit(Op::SET_NAME, value.reg, 0, name_site(SiteKind::SetName, m), value.a());
    case Place::Global:
    case Place::ClassDictName:
      return as().emit(Op::SET_GLOBAL, value.reg, 0, name_site(SiteKind::SetGlobal, m), value.a());
  }
}

void Generator::delete_name(Identifier name) {
  Identifier m = mangled(name);
  Place p = resolve(m);
  switch (p.kind) {
    case Place::Register:
      as().emit(Op::DELETE_LOCAL, p.index);
      as().bound.remove(p.index);
      return;
    case Place::Cell: return as().emit(Op::DELETE_CELL, p.index);
    case Place::Free:
    case Place::ClassFree:
    case Place::ClassCell: return as().emit(Op::DELETE_FREE, p.index);
    case Place::Namespace: return as().emit(Op::DELETE_NAME, 0, 0, name_site(SiteKind::DeleteName, m));
    case Place::Global:
    case Place::ClassDictName: return as().emit(Op::DELETE_GLOBAL, 0, 0, name_site(SiteKind::DeleteGlobal, m));
  }
}

// `name = None; del name`: a register just becomes empty.
void Generator::unbind_name(Identifier name) {
  Reg r = local_register(name);
  if (r != kNoReg) {
    drop(r);
    as().bound.remove(r);
    return;
  }
  Reg t = push();
  load_none(t);
  store_name(name, {t, true});
  --u->top;
  delete_name(name);
}

// The cell of `name` itself, for the closure of a unit inside this one.
void Generator::load_closure_cell(Identifier name, Reg dst) {
  as().touch(dst);
  const Symbol* s = scope_->lookup(name);
  if (s && s->where == NameScope::Cell) {
    const Symbol* own = s->owner == scope_ ? s : s->owner->lookup(name);
    if (auto at = u->registers.find(own); at != u->registers.end()) return move(dst, {at->second, false});
  }
  if (auto at = u->class_cells.find(name.data()); at != u->class_cells.end()) return move(dst, {at->second, false});
  auto at = u->free_index.find(name.data());
  as().emit(Op::GET_FREE_CELL, dst, at == u->free_index.end() ? 0 : at->second);
}

}  // namespace taipan::compiler
