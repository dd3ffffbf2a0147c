// Where names live: locals, cells, closures, inlined comprehensions, class scopes.
#include <gtest/gtest.h>

#include "interp/compiler/symtable.h"
#include "interp/parser/parser.h"

namespace taipan {
namespace {

class SymbolTableTest : public testing::Test {
 protected:
  Scope* build(std::string_view source) {
    auto parsed = ast::parse(source, "test", ast::Mode::Exec, {}, arena_);
    EXPECT_TRUE(parsed.tree);
    auto result = build_symbol_table(parsed.tree, 0, arena_);
    EXPECT_TRUE(result.table);
    table_ = result.table;
    return table_->top;
  }
  NameScope where(const Scope* scope, const char* name) {
    Symbol* s = scope->lookup(arena_.intern(name));
    return s ? s->where : NameScope::Unknown;
  }
  ast::Arena arena_;
  SymbolTable* table_ = nullptr;
};

TEST_F(SymbolTableTest, ClosuresPassThroughEveryUnit) {
  Scope* top = build("def f(a, b):\n  def g():\n    def h(): return a\n    return h\n  c = b");
  Scope *f = top->children[0], *g = f->children[0], *h = g->children[0];
  EXPECT_EQ(where(f, "a"), NameScope::Cell);
  EXPECT_EQ(where(f, "b"), NameScope::Local);
  EXPECT_EQ(where(g, "a"), NameScope::Free);
  EXPECT_EQ(where(h, "a"), NameScope::Free);
  ASSERT_EQ(g->free_names.size(), 1u);
  EXPECT_EQ(g->free_names[0], "a");
}

TEST_F(SymbolTableTest, ComprehensionsAreInlined) {
  Scope* f = build("def f(y):\n  x = 1\n  return [(x, z, lambda: x) for x in y]")->children[0];
  Scope* comp = f->children[0];
  EXPECT_TRUE(comp->is_inlined);
  EXPECT_EQ(comp->unit, f);
  EXPECT_EQ(where(f, "x"), NameScope::Local);  // another x
  EXPECT_EQ(where(comp, "x"), NameScope::Cell);
  EXPECT_EQ(comp->lookup(arena_.intern("x"))->owner, comp);
  EXPECT_EQ(where(comp, "z"), NameScope::GlobalImplicit);
  Scope* generator = build("def f(y): return (x for x in y)")->children[0]->children[0];
  EXPECT_EQ(generator->unit, generator);
}

TEST_F(SymbolTableTest, ClassNamesAreNotSeenInside) {
  Scope* f = build("def f():\n  x = 1\n  class A:\n    x = 2\n    y = [x for _ in z]\n"
                   "    def m(self): super(); return x, self.__p")->children[0];
  Scope *a = f->children[0], *comp = a->children[0], *m = a->children[1];
  EXPECT_EQ(where(a, "x"), NameScope::Local);
  EXPECT_EQ(where(comp, "x"), NameScope::Free);
  EXPECT_EQ(where(m, "x"), NameScope::Free);
  EXPECT_EQ(where(m, "__class__"), NameScope::Free);
  EXPECT_TRUE(a->needs_class_closure);
  EXPECT_EQ(mangle(m->class_name, arena_.intern("__p"), arena_), "_A__p");
}

TEST_F(SymbolTableTest, AnnotationsWaitInTheirOwnScope) {
  Scope* top = build("class A:\n  T = int\n  x: T\n  def f(self, a: T) -> U: pass");
  Scope* a = top->children[0];
  ASSERT_TRUE(a->annotations);
  EXPECT_TRUE(a->annotations->can_see_class_scope);
  EXPECT_TRUE(a->needs_classdict);
  EXPECT_EQ(where(a->annotations, "T"), NameScope::GlobalImplicit);
  auto* def = ast::as<ast::ClassDef>(a->node)->body[2];
  EXPECT_TRUE(table_->find(def, ScopeRole::Annotations));
  EXPECT_FALSE(table_->find(def, ScopeRole::TypeParams));
}

TEST_F(SymbolTableTest, WalrusBindsInTheFunction) {
  Scope* f = build("def f(y): return [(last := x) for x in y], last")->children[0];
  EXPECT_EQ(where(f, "last"), NameScope::Local);
  EXPECT_EQ(f->children[0]->lookup(arena_.intern("last"))->owner, f);
}

}  // namespace
}  // namespace taipan
