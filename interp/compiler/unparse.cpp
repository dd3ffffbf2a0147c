#include "interp/compiler/generator.h"
#include "runtime/base/float_text.h"

// Source text of an annotation, as `from __future__ import annotations` stores it.

namespace taipan::compiler {

using namespace ast;

namespace {

// Binding strength, weakest first: a node in parentheses is one weaker than its place allows.
enum Level : int {
  kTuple, kTest, kOr, kAnd, kNot, kCompare, kBitOr, kBitXor, kBitAnd, kShift, kArith, kTerm, kFactor, kPower, kAwait, kAtom
};

class Unparser {
 public:
  std::string text;

  void write(const Expr* e, int level) {
    if (++depth_ > 1000) return;
    node(e, level);
    --depth_;
  }

 private:
  void list(Seq<Expr*> items, const char* separator = ", ") {
    for (u32 i = 0; i < items.size(); ++i) {
      if (i) text += separator;
      write(items[i], kTest);
    }
  }

  struct Parens {
    Parens(Unparser& u, bool on) : u(u), on(on) { if (on) u.text += '('; }
    ~Parens() { if (on) u.text += ')'; }
    Unparser& u;
    bool on;
  };

  void binary(const BinOp* e, int level) {
    struct Row { const char* text; int level; bool right; };
    static constexpr Row kRows[] = {{" + ", kArith, false}, {" - ", kArith, false}, {" * ", kTerm, false}, {" @ ", kTerm, false},
                                    {" / ", kTerm, false}, {" % ", kTerm, false}, {" ** ", kPower, true}, {" << ", kShift, false},
                                    {" >> ", kShift, false}, {" | ", kBitOr, false}, {" ^ ", kBitXor, false},
                                    {" & ", kBitAnd, false}, {" // ", kTerm, false}};
    const Row& row = kRows[static_cast<int>(e->op)];
    Parens p(*this, level > row.level);
    write(e->left, row.level + row.right);
    text += row.text;
    write(e->right, row.level + !row.right);
  }

  void constant(const ConstantValue& v, bool unicode_prefix) {
    switch (v.kind) {
      case ConstantKind::None: text += "None"; break;
      case ConstantKind::True: text += "True"; break;
      case ConstantKind::False: text += "False"; break;
      case ConstantKind::Ellipsis: text += "..."; break;
      case ConstantKind::Int: integer(v); break;
      case ConstantKind::Float: floating(v.number, ""); break;
      case ConstantKind::Imaginary: floating(v.number, "j"); break;
      case ConstantKind::Str:
        if (unicode_prefix) text += 'u';
        quoted(v.text, false);
        break;
      case ConstantKind::Bytes:
        text += 'b';
        quoted(v.text, true);
        break;
    }
  }
  void integer(const ConstantValue& v) {
    if (v.base == 10) {
      usize first = v.text.find_first_not_of('0');
      text += first == std::string_view::npos ? std::string_view("0") : v.text.substr(first);
      return;
    }
    std::string decimal = "0";  // schoolbook: such literals are short
    for (char ch : v.text) {
      u32 carry = ch <= '9' ? ch - '0' : (ch | 0x20) - 'a' + 10;
      for (usize i = decimal.size(); i-- > 0;) {
        carry += static_cast<u32>(decimal[i] - '0') * v.base;
        decimal[i] = static_cast<char>('0' + carry % 10);
        carry /= 10;
      }
      for (; carry; carry /= 10) decimal.insert(decimal.begin(), static_cast<char>('0' + carry % 10));
    }
    text += decimal;
  }
  void floating(double x, const char* suffix) {
    std::string digits = double_repr(x);
    if (digits == "inf") digits = "1e309";  // overflows again when read
    else if (*suffix && digits.size() > 2 && digits.substr(digits.size() - 2) == ".0") digits.resize(digits.size() - 2);
    text += digits + suffix;
  }
  void quoted(std::string_view s, bool bytes) {
    bool single = s.find('\'') != std::string_view::npos, twice = s.find('"') != std::string_view::npos;
    char quote = single && !twice ? '"' : '\'';
    text += quote;
    for (char ch : s) {
      u8 c = static_cast<u8>(ch);
      if (ch == quote || ch == '\\') text += '\\', text += ch;
      else if (ch == '\n') text += "\\n";
      else if (ch == '\r') text += "\\r";
      else if (ch == '\t') text += "\\t";
      else if (c < 32 || c == 127 || (bytes && c > 127)) {
        static constexpr char kHex[] = "0123456789abcdef";
        text += "\\x";
        text += kHex[c >> 4];
        text += kHex[c & 15];
      } else {
        text += ch;
      }
    }
    text += quote;
  }

  void arguments(const Arguments* a) {
    bool first = true;
    auto comma = [&] { if (!first) text += ", "; first = false; };
    u32 positional = a->posonlyargs.size() + a->args.size(), defaults = a->defaults.size();
    for (u32 i = 0; i < positional; ++i) {
      comma();
      text += (i < a->posonlyargs.size() ? a->posonlyargs[i] : a->args[i - a->posonlyargs.size()])->arg;
      if (i >= positional - defaults) text += '=', write(a->defaults[i - (positional - defaults)], kTest);
      if (i + 1 == a->posonlyargs.size()) text += ", /";
    }
    if (a->vararg || !a->kwonlyargs.empty()) {
      comma();
      text += '*';
      if (a->vararg) text += a->vararg->arg;
    }
    for (u32 i = 0; i < a->kwonlyargs.size(); ++i) {
      comma();
      text += a->kwonlyargs[i]->arg;
      if (a->kw_defaults[i]) text += '=', write(a->kw_defaults[i], kTest);
    }
    if (a->kwarg) comma(), text += "**", text += a->kwarg->arg;
  }

  void generators(Seq<Comprehension*> all) {
    for (const Comprehension* g : all) {
      text += g->is_async ? " async for " : " for ";
      write(g->target, kTuple);
      text += " in ";
      write(g->iter, kTest + 1);
      for (const Expr* condition : g->ifs) text += " if ", write(condition, kTest + 1);
    }
  }

  void fstring_part(const Expr* e, bool escape_braces) {
    if (auto* c = try_as<Constant>(e)) {
      for (char ch : c->value.text) {
        text += ch;
        if (escape_braces && (ch == '{' || ch == '}')) text += ch;
      }
    } else if (auto* j = try_as<JoinedStr>(e)) {
      for (const Expr* part : j->values) fstring_part(part, escape_braces);
    } else if (auto* f = try_as<FormattedValue>(e)) {
      replacement(f->value, f->conversion, f->format_spec);
    } else if (auto* i = try_as<Interpolation>(e)) {
      replacement(i->value, i->conversion, i->format_spec);
    }
  }
  void replacement(const Expr* value, int conversion, const Expr* spec) {
    Unparser inner;
    inner.write(value, kTest + 1);
    text += inner.text[0] == '{' ? "{ " : "{";
    text += inner.text;
    if (conversion > 0) text += '!', text += static_cast<char>(conversion);
    if (spec) text += ':', fstring_part(spec, true);
    text += '}';
  }
  void interpolated(char prefix, Seq<Expr*> values) {
    Unparser inner;
    for (const Expr* part : values) inner.fstring_part(part, true);
    text += prefix;
    quoted(inner.text, false);
  }

  void node(const Expr* e, int level) {
    switch (e->kind) {
      case Kind::Name: text += as<Name>(e)->id; break;
      case Kind::Constant:
        constant(as<Constant>(e)->value, as<Constant>(e)->string_kind.data() != nullptr);
        break;
      case Kind::Attribute: {
        auto* a = as<Attribute>(e);
        write(a->value, kAtom);
        auto* c = try_as<Constant>(a->value);
        text += c && c->value.kind == ConstantKind::Int ? " ." : ".";
        text += a->attr;
        break;
      }
      case Kind::Subscript: {
        auto* s = as<Subscript>(e);
        write(s->value, kAtom);
        text += '[';
        auto* tuple = try_as<Tuple>(s->slice);
        if (tuple && !tuple->elts.empty()) write(s->slice, kTuple);
        else write(s->slice, kTuple);
        text += ']';
        break;
      }
      case Kind::Starred: text += '*', write(as<Starred>(e)->value, kBitOr); break;
      case Kind::Slice: {
        auto* s = as<Slice>(e);
        if (s->lower) write(s->lower, kTest);
        text += ':';
        if (s->upper) write(s->upper, kTest);
        if (s->step) text += ':', write(s->step, kTest);
        break;
      }
      case Kind::Tuple: {
        auto* t = as<Tuple>(e);
        Parens p(*this, t->elts.empty() || level > kTuple);
        list(t->elts);
        if (t->elts.size() == 1) text += ',';
        break;
      }
      case Kind::List: text += '[', list(as<List>(e)->elts), text += ']'; break;
      case Kind::Set: text += '{', list(as<Set>(e)->elts), text += '}'; break;
      case Kind::Dict: {
        auto* d = as<Dict>(e);
        text += '{';
        for (u32 i = 0; i < d->values.size(); ++i) {
          if (i) text += ", ";
          if (d->keys[i]) write(d->keys[i], kTest), text += ": ", write(d->values[i], kTest);
          else text += "**", write(d->values[i], kBitOr);
        }
        text += '}';
        break;
      }
      case Kind::BinOp: binary(as<BinOp>(e), level); break;
      case Kind::UnaryOp: {
        auto* op = as<ast::UnaryOp>(e);
        static constexpr const char* kText[] = {"~", "not ", "+", "-"};
        int own = op->op == UnaryOperator::Not ? kNot : kFactor;
        Parens p(*this, level > own);
        text += kText[static_cast<int>(op->op)];
        write(op->operand, own);
        break;
      }
      case Kind::BoolOp: {
        auto* op = as<BoolOp>(e);
        int own = op->op == BoolOperator::And ? kAnd : kOr;
        Parens p(*this, level > own);
        for (u32 i = 0; i < op->values.size(); ++i) {
          if (i) text += own == kAnd ? " and " : " or ";
          write(op->values[i], own + 1);
        }
        break;
      }
      case Kind::Compare: {
        auto* c = as<Compare>(e);
        static constexpr const char* kText[] = {" == ", " != ", " < ", " <= ", " > ", " >= ", " is ", " is not ", " in ", " not in "};
        Parens p(*this, level > kCompare);
        write(c->left, kCompare + 1);
        for (u32 i = 0; i < c->ops.size(); ++i) {
          text += kText[static_cast<int>(c->ops[i])];
          write(c->comparators[i], kCompare + 1);
        }
        break;
      }
      case Kind::IfExp: {
        auto* c = as<IfExp>(e);
        Parens p(*this, level > kTest);
        write(c->body, kTest + 1);
        text += " if ";
        write(c->test, kTest + 1);
        text += " else ";
        write(c->orelse, kTest);
        break;
      }
      case Kind::NamedExpr: {
        auto* n = as<NamedExpr>(e);
        Parens p(*this, level > kTuple);
        write(n->target, kAtom);
        text += " := ";
        write(n->value, kAtom);
        break;
      }
      case Kind::Lambda: {
        auto* l = as<Lambda>(e);
        Parens p(*this, level > kTest);
        Unparser args;
        args.arguments(l->args);
        text += args.text.empty() ? "lambda" : "lambda " + args.text;
        text += ": ";
        write(l->body, kTest);
        break;
      }
      case Kind::Call: {
        auto* c = as<Call>(e);
        write(c->func, kAtom);
        if (c->args.size() == 1 && c->keywords.empty() && c->args[0]->kind == Kind::GeneratorExp) {
          write(c->args[0], kAtom);
          break;
        }
        text += '(';
        list(c->args);
        for (u32 i = 0; i < c->keywords.size(); ++i) {
          if (i || !c->args.empty()) text += ", ";
          if (c->keywords[i]->arg.data()) text += c->keywords[i]->arg, text += '=';
          else text += "**";
          write(c->keywords[i]->value, kTest);
        }
        text += ')';
        break;
      }
      case Kind::Await: {
        Parens p(*this, level > kAwait);
        text += "await ";
        write(as<Await>(e)->value, kAtom);
        break;
      }
      case Kind::ListComp: text += '[', write(as<ListComp>(e)->elt, kTest), generators(as<ListComp>(e)->generators), text += ']'; break;
      case Kind::SetComp: text += '{', write(as<SetComp>(e)->elt, kTest), generators(as<SetComp>(e)->generators), text += '}'; break;
      case Kind::GeneratorExp:
        text += '(', write(as<GeneratorExp>(e)->elt, kTest), generators(as<GeneratorExp>(e)->generators), text += ')';
        break;
      case Kind::DictComp: {
        auto* d = as<DictComp>(e);
        text += '{';
        if (d->value) write(d->key, kTest), text += ": ", write(d->value, kTest);
        else text += "**", write(d->key, kBitOr);
        generators(d->generators);
        text += '}';
        break;
      }
      case Kind::JoinedStr: interpolated('f', as<JoinedStr>(e)->values); break;
      case Kind::TemplateStr: interpolated('t', as<TemplateStr>(e)->values); break;
      default: text += "..."; break;
    }
  }

  int depth_ = 0;
};

}  // namespace

std::string Generator::annotation_text(const Expr* e) {
  Unparser out;
  out.write(e, kTest);
  return out.text;
}

}  // namespace taipan::compiler
