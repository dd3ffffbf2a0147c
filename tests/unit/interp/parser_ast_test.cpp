// The tree of representative source, as ast.dump() shows it.
#include <gtest/gtest.h>

#include "interp/parser/dump.h"
#include "interp/parser/parser.h"

namespace taipan::ast {
namespace {

std::string tree(std::string_view source, Mode mode = Mode::Exec, bool attributes = false) {
  Arena arena;
  Flags flags;
  flags.source_is_utf8 = true;
  ParseResult r = parse(source, "test", mode, flags, arena);
  if (!r.tree) return "error: " + std::string(r.error.message);
  return dump(r.tree, attributes);
}

std::string expr(std::string_view source) { return tree(source, Mode::Eval); }

struct Row { const char *source, *expected; };

TEST(ParserAst, Expressions) {
  const Row rows[] = {
      {"1 + 2 * x", "BinOp(left=Constant(value=1), op=Add(), right=BinOp(left=Constant(value=2), "
                    "op=Mult(), right=Name(id='x')))"},
      {"-a ** b", "UnaryOp(op=USub(), operand=BinOp(left=Name(id='a'), op=Pow(), right=Name(id='b')))"},
      {"a < b is not c", "Compare(left=Name(id='a'), ops=[Lt(), IsNot()], "
                         "comparators=[Name(id='b'), Name(id='c')])"},
      {"not a or b and c", "BoolOp(op=Or(), values=[UnaryOp(op=Not(), operand=Name(id='a')), "
                           "BoolOp(op=And(), values=[Name(id='b'), Name(id='c')])])"},
      {"[*x for x in y]", "ListComp(elt=Starred(value=Name(id='x')), generators=[comprehension("
                          "target=Name(id='x', ctx=Store()), iter=Name(id='y'), is_async=0)])"},
      {"{**d for d in e}", "DictComp(key=Name(id='d'), generators=[comprehension("
                           "target=Name(id='d', ctx=Store()), iter=Name(id='e'), is_async=0)])"},
      {"x[a:b, *c]", "Subscript(value=Name(id='x'), slice=Tuple(elts=[Slice(lower=Name(id='a'), "
                     "upper=Name(id='b')), Starred(value=Name(id='c'))]))"},
      {"f(a, *b, c=d, **e)", "Call(func=Name(id='f'), args=[Name(id='a'), Starred(value=Name(id='b'))], "
                             "keywords=[keyword(arg='c', value=Name(id='d')), keyword(value=Name(id='e'))])"},
      {"(y := 5)", "NamedExpr(target=Name(id='y', ctx=Store()), value=Constant(value=5))"},
      {"lambda a, /, b=1, *c, d: 0",
       "Lambda(args=arguments(posonlyargs=[arg(arg='a')], args=[arg(arg='b')], vararg=arg(arg='c'), "
       "kwonlyargs=[arg(arg='d')], kw_defaults=[None], defaults=[Constant(value=1)]), "
       "body=Constant(value=0))"},
      {"0x_ff, 0b11, 1_0.5e3, 2j", "Tuple(elts=[Constant(value=255), Constant(value=3), "
                                   "Constant(value=10500.0), Constant(value=2j)])"},
  };
  for (const Row& r : rows) EXPECT_EQ(expr(r.source), "Expression(body=" + std::string(r.expected) + ")");
}

TEST(ParserAst, Strings) {
  const Row rows[] = {
      {"'a' u'b'", "Constant(value='ab')"},
      {"u'a' 'b'", "Constant(value='ab', kind='u')"},
      {"b'\\xff\\n'", "Constant(value=b'\\xff\\n')"},
      {"'\\ud800'", "Constant(value='\\ud800')"},  // a lone surrogate is kept
      {"f'{{{x!r:>{w}}'", "JoinedStr(values=[Constant(value='{'), FormattedValue(value=Name(id='x'), "
                          "conversion=114, format_spec=JoinedStr(values=[Constant(value='>'), "
                          "FormattedValue(value=Name(id='w'), conversion=-1)]))])"},
      {"f'{x = }'", "JoinedStr(values=[Constant(value='x = '), FormattedValue(value=Name(id='x'), "
                    "conversion=114)])"},
      {"f'{f\"{1}\"}'", "JoinedStr(values=[FormattedValue(value=JoinedStr(values=[FormattedValue("
                        "value=Constant(value=1), conversion=-1)]), conversion=-1)])"},
      {"t'{ x }'", "TemplateStr(values=[Interpolation(value=Name(id='x'), str=' x ', conversion=-1)])"},
  };
  for (const Row& r : rows) EXPECT_EQ(expr(r.source), "Expression(body=" + std::string(r.expected) + ")");
}

TEST(ParserAst, Statements) {
  const Row rows[] = {
      {"lazy from .x import y as z", "ImportFrom(module='x', names=[alias(name='y', asname='z')], "
                                     "level=1, is_lazy=1)"},
      {"lazy = match = type = 1",  // soft keywords are names elsewhere
       "Assign(targets=[Name(id='lazy', ctx=Store()), Name(id='match', ctx=Store()), "
       "Name(id='type', ctx=Store())], value=Constant(value=1))"},
      {"type X[T: int = str] = T",
       "TypeAlias(name=Name(id='X', ctx=Store()), type_params=[TypeVar(name='T', bound=Name(id='int'), "
       "default_value=Name(id='str'))], value=Name(id='T'))"},
      {"(x): int = 1", "AnnAssign(target=Name(id='x', ctx=Store()), annotation=Name(id='int'), "
                       "value=Constant(value=1), simple=0)"},
      {"del (a, b.c), d[0]",
       "Delete(targets=[Tuple(elts=[Name(id='a', ctx=Del()), Attribute(value=Name(id='b'), attr='c', "
       "ctx=Del())], ctx=Del()), Subscript(value=Name(id='d'), slice=Constant(value=0), ctx=Del())])"},
      {"with (a as b, c): pass",
       "With(items=[withitem(context_expr=Name(id='a'), optional_vars=Name(id='b', ctx=Store())), "
       "withitem(context_expr=Name(id='c'))], body=[Pass()])"},
      {"with (a, b).c: pass",
       "With(items=[withitem(context_expr=Attribute(value=Tuple(elts=[Name(id='a'), Name(id='b')]), "
       "attr='c'))], body=[Pass()])"},
      {"try: pass\nexcept* A, B: pass",
       "TryStar(body=[Pass()], handlers=[ExceptHandler(type=Tuple(elts=[Name(id='A'), Name(id='B')]), "
       "body=[Pass()])])"},
      {"match (x):\n case -1 | A(b=_) as c if d: pass",
       "Match(subject=Name(id='x'), cases=[match_case(pattern=MatchAs(pattern=MatchOr(patterns=["
       "MatchValue(value=UnaryOp(op=USub(), operand=Constant(value=1))), MatchClass(cls=Name(id='A'), "
       "kwd_attrs=['b'], kwd_patterns=[MatchAs()])]), name='c'), guard=Name(id='d'), body=[Pass()])])"},
      {"match(x)", "Expr(value=Call(func=Name(id='match'), args=[Name(id='x')]))"},
      {"match -x", "Expr(value=BinOp(left=Name(id='match'), op=Sub(), right=Name(id='x')))"},
      {"if a: b\nelif c: d\nelse: e",
       "If(test=Name(id='a'), body=[Expr(value=Name(id='b'))], orelse=[If(test=Name(id='c'), "
       "body=[Expr(value=Name(id='d'))], orelse=[Expr(value=Name(id='e'))])])"},
  };
  for (const Row& r : rows) EXPECT_EQ(tree(r.source), "Module(body=[" + std::string(r.expected) + "])");
}

TEST(ParserAst, PositionsAreBytesOfUtf8) {
  EXPECT_EQ(tree("\xC3\xA9 = 1", Mode::Exec, true),
            "Module(body=[Assign(targets=[Name(id='\xC3\xA9', ctx=Store(), lineno=1, col_offset=0, "
            "end_lineno=1, end_col_offset=2)], value=Constant(value=1, lineno=1, col_offset=5, "
            "end_lineno=1, end_col_offset=6), lineno=1, col_offset=0, end_lineno=1, "
            "end_col_offset=6)])");
}

TEST(ParserAst, LongChainsDoNotRecurse) {
  std::string attributes = "a", sums = "1", calls = "f";
  for (int i = 0; i < 200000; i++) {
    attributes += ".b";
    sums += "+1";
    calls += "()";
  }
  Arena arena;
  for (const auto& s : {attributes, sums, calls}) {
    EXPECT_TRUE(parse(s, "test", Mode::Exec, {}, arena).tree);
  }
  EXPECT_EQ(parse(std::string(1000000, '-') + "1", "test", Mode::Exec, {}, arena).error.kind,
            ErrorKind::MemoryError);
}

}  // namespace
}  // namespace taipan::ast
