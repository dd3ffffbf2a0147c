#include "interp/compiler/generator.h"

// Functions: defaults, annotations, closure, decorators, body.

namespace taipan::compiler {

using namespace ast;

namespace {

// A docstring without the indentation its lines share, as co_consts holds it.
std::string clean_docstring(std::string_view raw) {
  std::string text;
  usize column = 0;
  for (char ch : raw) {
    if (ch == '\t') {
      do text.push_back(' '); while (++column % 8);
      continue;
    }
    text.push_back(ch);
    if (ch == '\n' || ch == '\r') column = 0;
    else if ((static_cast<u8>(ch) & 0xC0) != 0x80) ++column;
  }
  usize n = text.size(), margin = ~usize{0};
  for (usize i = text.find('\n'); i != std::string::npos; i = text.find('\n', i)) {
    usize line = ++i;
    while (i < n && text[i] == ' ') ++i;
    if (i < n && text[i] != '\n' && i - line < margin) margin = i - line;
  }
  if (margin == ~usize{0}) margin = 0;
  usize i = text.find_first_not_of(' ');
  if (i == std::string::npos) i = n;
  std::string out;
  while (i < n) {
    usize end = text.find('\n', i);
    end = end == std::string::npos ? n : end + 1;
    out.append(text, i, end - i);
    i = end;
    for (usize skip = 0; skip < margin && i < n && text[i] == ' '; ++skip) ++i;
  }
  return out;
}

}  // namespace

Generator::FunctionParts Generator::parts_of(const Stmt* s) {
  if (auto* f = try_as<FunctionDef>(s)) return {f->name, f->args, f->body, f->decorator_list, f->returns, f->type_params};
  auto* f = ast::as<AsyncFunctionDef>(s);
  return {f->name, f->args, f->body, f->decorator_list, f->returns, f->type_params};
}

bool Generator::docstring(Seq<Stmt*> stmts, Const* out) const {
  auto* e = stmts.empty() ? nullptr : try_as<ExprStmt>(stmts[0]);
  auto* c = e ? try_as<Constant>(e->value) : nullptr;
  if (!c || c->value.kind != ConstantKind::Str) return false;
  out->kind = ConstKind::Str;
  out->text = clean_docstring(c->value.text);
  return true;
}

void Generator::set_argument_counts(const Arguments* args) {
  CodeSpec& spec = *u->spec;
  spec.posonlyargcount = args->posonlyargs.size();
  spec.argcount = spec.posonlyargcount + args->args.size();
  spec.kwonlyargcount = args->kwonlyargs.size();
}

Reg Generator::positional_defaults(const Arguments* args) {
  if (args->defaults.empty()) return kNoReg;
  Const c;
  c.kind = ConstKind::Tuple;
  c.items.resize(args->defaults.size());
  u32 n = 0;
  while (n < args->defaults.size() && constant_of(args->defaults[n], &c.items[n])) ++n;
  Reg t = u->top;
  if (n == args->defaults.size()) {
    load_const(push(), std::move(c));
    return t;
  }
  for (const Expr* e : args->defaults) to_temp(e);
  as().emit(Op::BUILD_TUPLE, t, t, args->defaults.size());
  u->top = t + 1;
  return t;
}

Reg Generator::keyword_defaults(const Arguments* args) {
  Reg t = u->top;
  u32 pairs = 0;
  for (u32 i = 0; i < args->kwonlyargs.size(); ++i) {
    const Expr* value = args->kw_defaults[i];
    if (!value) continue;
    load_str(push(), mangled(args->kwonlyargs[i]->arg));
    to_temp(value);
    ++pairs;
  }
  if (!pairs) return kNoReg;
  as().emit(Op::BUILD_DICT, t, t, 2 * pairs);
  u->top = t + 1;
  return t;
}

void Generator::set_part(FunctionPart part, Reg function, Reg value) {
  if (value == kNoReg) return;
  bool temp = is_temp(value);
  as().emit(Op::SET_FUNCTION_PART, function, value, 0, (temp ? kKillB : 0) | static_cast<u32>(part) << kMinorShift);
}

// The function object, with the cells its code needs. Parts are set by the caller.
void Generator::make_function(std::shared_ptr<CodeSpec> code, Reg dst) {
  if (failed()) return;
  Reg first = u->top;
  for (const std::string& name : code->freevars) load_closure_cell(arena_.intern(name), push());
  u->top = first;
  as().touch(dst);
  if (!as().reachable()) return;
  bool closure = !code->freevars.empty();
  Const c;
  c.kind = ConstKind::Code;
  c.code = std::move(code);
  as().emit(Op::MAKE_FUNCTION, dst, as().constant(std::move(c)), closure ? first : 0, closure ? kKillC : 0);
}

std::shared_ptr<CodeSpec> Generator::function_code(const Stmt* s, u32 firstlineno) {
  FunctionParts f = parts_of(s);
  enter_unit(table_.find(s), f.name, *s, firstlineno);
  set_argument_counts(f.args);
  Const doc;
  bool has_doc = docstring(f.body, &doc);
  if (has_doc && flags_.optimize < 2) {
    as().constant(std::move(doc));  // co_consts[0]
    u->spec->flags |= kCoHasDocstring;
  }
  body({f.body.items + has_doc, f.body.count - has_doc});
  if (as().reachable()) {
    no_position();
    return_none();
  }
  return leave_unit();
}

// dst is reserved, the defaults are in registers above it (or parameters of a generic function's wrapper).
void Generator::function_object(const Stmt* s, Reg dst, Reg defaults, Reg kwdefaults, u32 firstlineno) {
  FunctionParts f = parts_of(s);
  Reg old = u->top;
  Reg annotate = push();
  bool annotated = function_annotations(s, f, annotate);
  if (!annotated) u->top = annotate;
  make_function(function_code(s, firstlineno), dst);
  set_part(FunctionPart::Defaults, dst, defaults);
  set_part(FunctionPart::KwDefaults, dst, kwdefaults);
  if (annotated) set_part(FunctionPart::Annotate, dst, annotate);
  u->top = old;
}

// Calls the function just compiled (type parameters): its result goes to dst. args are registers, moved.
void Generator::call_unit(std::shared_ptr<CodeSpec> code, Reg dst, const std::vector<Reg>& args) {
  Reg old = u->top, w = old;
  u->top = w + kWindowCallee;
  make_function(std::move(code), push());
  for (Reg r : args) move(push(), {r, true});
  finish_call(Op::CALL, dst, w, static_cast<u32>(args.size()), u->top);
  u->top = old;
}

// ---- Decorators ----

std::vector<Reg> Generator::decorators(Seq<Expr*> list) {
  std::vector<Reg> windows;
  for (const Expr* e : list) {
    Reg w = u->top;
    windows.push_back(w);
    u->top = w + kWindowCallee;
    to_temp(e);
  }
  return windows;
}

// Calls the decorators, innermost first, on the value in the register after the last window; stores the result.
void Generator::decorate_and_store(Seq<Expr*> list, const std::vector<Reg>& windows, Reg value, Identifier name) {
  for (usize i = windows.size(); i-- > 0;) {
    At at(*this, *list[i]);
    Reg dst = i == 0 ? windows[0] : windows[i - 1] + kWindowHeader;
    finish_call(Op::CALL, dst, windows[i], 1, windows[i] + kWindowHeader + 1);
    value = dst;
  }
  u->top = value + 1;
  store_name(name, {value, true});
}

void Generator::function_def(const Stmt* s) {
  FunctionParts f = parts_of(s);
  u32 firstlineno = f.decorators.empty() ? s->lineno : f.decorators[0]->lineno;
  Reg old = u->top;
  std::vector<Reg> windows = decorators(f.decorators);
  Reg value = push();
  if (!f.type_params.empty()) {
    generic_function(s, value, firstlineno);
  } else {
    Reg defaults = positional_defaults(f.args), kwdefaults = keyword_defaults(f.args);
    function_object(s, value, defaults, kwdefaults, firstlineno);
  }
  u->top = value + 1;
  decorate_and_store(f.decorators, windows, value, f.name);
  u->top = old;
}

void Generator::lambda(const Lambda* e, Reg dst) {
  Reg old = u->top, held = begin_result(dst);
  Reg defaults = positional_defaults(e->args), kwdefaults = keyword_defaults(e->args);
  enter_unit(table_.find(e), "<lambda>", *e, e->lineno);
  set_argument_counts(e->args);
  set_position(*e->body);
  return_value(operand(e->body, true));
  make_function(leave_unit(), held);
  set_part(FunctionPart::Defaults, held, defaults);
  set_part(FunctionPart::KwDefaults, held, kwdefaults);
  end_result(dst, held, old);
}

}  // namespace taipan::compiler
