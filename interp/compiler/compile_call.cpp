#include "interp/compiler/generator.h"

// Calls. A window at w: seven header words, of which the last is the callee, then the arguments.

namespace taipan::compiler {

using namespace ast;

namespace {

bool plain_arguments(Seq<Expr*> args, Seq<Keyword*> keywords) {
  for (const Expr* arg : args)
    if (arg->kind == Kind::Starred) return false;
  for (const Keyword* kw : keywords)
    if (!kw->arg.data()) return false;
  return args.size() + keywords.size() <= kMaxCallArgs - 4;
}

}  // namespace

bool Generator::validate_keywords(Seq<Keyword*> keywords) {
  std::unordered_set<const char*> seen;
  for (const Keyword* kw : keywords) {
    if (!kw->arg.data()) continue;
    if (!seen.insert(kw->arg.data()).second) return fail_at(*kw, "keyword argument repeated: " + std::string(kw->arg));
  }
  return true;
}

// The call itself; `end` is the register after the last argument: the spare word.
void Generator::finish_call(Op op, Reg dst, Reg w, u32 n, Reg end) {
  as().touch(end);
  as().touch(dst);
  as().emit(op, dst, w, as().reachable() ? as().site(SiteKind::Call) : 0, n);
}

void Generator::call(const Call* e, Reg dst) {
  if (!validate_keywords(e->keywords)) return;
  check_caller(e->func);
  Reg old = u->top, w = old;
  auto* attr = try_as<Attribute>(e->func);
  if (attr && plain_arguments(e->args, e->keywords)) {
    u->top = w + kWindowHeader;
    as().touch(u->top);
    {
      At at(*this, *attr);
      if (!super_attribute(attr, w + kWindowHeader, true)) {
        u->top = w + kWindowHeader;
        Operand obj = operand(attr->value, true);
        set_method_position(attr);
        as().emit(Op::LOAD_METHOD, w + kWindowHeader, obj.reg, name_site(SiteKind::LoadMethod, mangled(attr->attr)), obj.b());
      }
    }
    u->top = w + kWindowHeader + 1;
    set_method_position(attr);
    call_arguments(*e, w, true, dst, e->args, e->keywords);
  } else {
    u->top = w + kWindowCallee;
    to_temp(e->func);
    call_arguments(*e, w, false, dst, e->args, e->keywords);
  }
  u->top = old;
}

// Arguments and the call. The callee (and self) are in place and top is where the first argument goes.
// `extra`: one more positional argument after the others, already in register extra_reg (a generic class's base).
void Generator::call_arguments(const Location& loc, Reg w, bool method, Reg dst, Seq<Expr*> args, Seq<Keyword*> keywords,
                               const Expr*, Reg extra_reg) {
  Reg first = u->top;
  u32 given = first - (w + kWindowHeader) - method;  // placed before by the caller: __build_class__'s two
  if (!plain_arguments(args, keywords)) return call_ex(w, dst, args, keywords, given, extra_reg);
  for (const Expr* arg : args) to_temp(arg);
  if (extra_reg != kNoReg) move(push(), {extra_reg, true});
  u32 n = u->top - first + given;
  if (keywords.empty()) return finish_call(method ? Op::CALL_METHOD : Op::CALL, dst, w, n, u->top);
  Const names;
  names.kind = ConstKind::Tuple;
  for (const Keyword* kw : keywords) {
    to_temp(kw->value);
    Const& name = names.items.emplace_back();
    name.kind = ConstKind::Str;
    name.text = kw->arg;
  }
  finish_call(Op::CALL_KW, dst, w, n + keywords.size(), u->top);
  if (as().reachable()) as().emit_ext(method ? kCallMethodForm : 0, as().constant(std::move(names)));
}

// `f(*args, **kwargs)`, and calls with very many arguments: positional ones in a list, keywords in a dict.
void Generator::call_ex(Reg w, Reg dst, Seq<Expr*> args, Seq<Keyword*> keywords, u32 given, Reg extra_reg) {
  Reg positional = w + kWindowHeader, callee = w + kWindowCallee;
  u32 n = args.size();
  bool lone_star = n == 1 && !given && extra_reg == kNoReg && args[0]->kind == Kind::Starred;
  if (lone_star) {
    to_temp(ast::as<Starred>(args[0])->value);
  } else {
    // Plain arguments up to the first star are built at once.
    u32 head = 0;
    while (head < n && head < 64 && args[head]->kind != Kind::Starred) to_temp(args[head++]);
    bool complete = head == n && extra_reg == kNoReg;
    as().emit(complete ? Op::BUILD_TUPLE : Op::BUILD_LIST, positional, positional, given + head);
    u->top = positional + 1;
    for (u32 i = head; i < n; ++i) {
      auto* star = try_as<Starred>(args[i]);
      Operand value = operand(star ? star->value : args[i], true);
      as().emit(star ? Op::LIST_EXTEND : Op::LIST_APPEND, positional, value.reg, 0, value.b());
      u->top = positional + 1;
    }
    if (extra_reg != kNoReg) as().emit(Op::LIST_APPEND, positional, extra_reg, 0, kKillB);
  }
  u32 k = 0;
  if (!keywords.empty()) {
    Reg kwargs = positional + 1;
    u->top = kwargs;
    u32 head = 0;
    for (; head < keywords.size() && head < 64 && keywords[head]->arg.data(); ++head) {
      load_str(push(), keywords[head]->arg);
      to_temp(keywords[head]->value);
    }
    as().emit(Op::BUILD_DICT, kwargs, kwargs, 2 * head);
    as().touch(kwargs);
    u->top = kwargs + 1;
    for (u32 i = head; i < keywords.size(); ++i) {
      Operand mapping;
      if (keywords[i]->arg.data()) {
        // Named arguments after `**`: one small dict each run, merged, so that duplicates are noticed.
        Reg run = u->top;
        u32 pairs = 0;
        for (; i < keywords.size() && pairs < 64 && keywords[i]->arg.data(); ++i, ++pairs) {
          load_str(push(), keywords[i]->arg);
          to_temp(keywords[i]->value);
        }
        --i;
        as().emit(Op::BUILD_DICT, run, run, 2 * pairs);
        mapping = {run, true};
      } else {
        mapping = operand(keywords[i]->value, true);
      }
      as().emit(Op::DICT_MERGE, kwargs, mapping.reg, callee, mapping.b());
      u->top = kwargs + 1;
    }
    k = kHasKwargs;
  }
  finish_call(Op::CALL_EX, dst, w, k, positional + 3);
}

// `super().name` and `super(C, self).name`, where `super` can only be the builtin or a global.
bool Generator::super_attribute(const Attribute* e, Reg dst, bool method) {
  auto* inner = try_as<Call>(e->value);
  auto* name = inner ? try_as<Name>(inner->func) : nullptr;
  if (!name || name->id != "super" || !inner->keywords.empty() || e->attr == "__class__") return false;
  if (u->scope->kind != ScopeKind::Function || scope_ != u->scope) return false;
  const Symbol* s = scope_->lookup(name->id);
  if (!s || s->where != NameScope::GlobalImplicit) return false;
  if (const Symbol* top = table_.top->lookup(name->id); top && top->is_bound()) return false;
  u32 n = inner->args.size();
  if (n != 0 && n != 2) return false;
  for (const Expr* arg : inner->args)
    if (arg->kind == Kind::Starred) return false;
  CodeSpec& spec = *u->spec;
  Identifier class_name = arena_.intern("__class__");
  Place cls{Place::Global};
  if (n == 0) {
    if (spec.argcount == 0) return false;
    cls = resolve(class_name);
    if (cls.kind != Place::Free) return false;
  }
  Reg old = u->top, first = u->top;
  u->top = first + 3;
  as().touch(u->top);
  {
    At at(*this, *name);
    u->top = first;
    load_name(name->id, push());
  }
  At at(*this, *inner);
  if (n == 0) {
    load_place(cls, class_name, push());
    Reg self = push();
    const LocalSpec& local = spec.locals[0];
    if (local.flags & kLocalCell) {
      as().emit(Op::GET_CELL, self, 0);
    } else {
      check_bound(0);
      move(self, {0, false});
    }
  } else {
    to_temp(inner->args[0]);
    to_temp(inner->args[1]);
  }
  u->top = old;
  set_position(*e);
  set_method_position(e);
  as().touch(dst);
  u32 k = kKillB | (n == 0 ? kSuperNoArgs : 0) | (method ? kSuperMethod : 0);
  as().emit(Op::GET_SUPER_ATTR, dst, first, name_site(SiteKind::GetSuperAttr, mangled(e->attr)), k);
  return true;
}

}  // namespace taipan::compiler
