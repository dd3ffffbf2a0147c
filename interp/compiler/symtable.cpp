// Scopes, symbols, name mangling, and the analysis that gives each name its place.
#include "interp/compiler/symtable.h"

#include <algorithm>

#include "interp/compiler/symtable_impl.h"

namespace taipan {

using namespace ast;

namespace {

uint32_t hash_pointer(const void* p) {
  auto x = reinterpret_cast<uintptr_t>(p) >> 3;
  return static_cast<uint32_t>(x * 0x9E3779B97F4A7C15u >> 32);
}

void index_put(Scope::Index& index, Symbol* symbol) {
  uint32_t at = hash_pointer(symbol->name.data()) & (index.capacity - 1);
  while (index.slots[at]) at = (at + 1) & (index.capacity - 1);
  index.slots[at] = symbol;
}

}  // namespace

Symbol* Scope::lookup(Identifier mangled) const {
  if (!index) return nullptr;
  uint32_t at = hash_pointer(mangled.data()) & (index->capacity - 1);
  for (; index->slots[at]; at = (at + 1) & (index->capacity - 1)) {
    if (index->slots[at]->name.data() == mangled.data()) return index->slots[at];
  }
  return nullptr;
}

// Symbols are kept in order in `symbols` (grown by doubling) and found through the index.
Symbol* add_symbol(Scope& scope, Identifier name, Arena& arena) {
  uint32_t n = scope.symbols.count;
  uint32_t capacity = scope.index ? scope.index->capacity : 0;
  if (n * 2 >= capacity) {
    uint32_t fresh = capacity ? capacity * 2 : 8;
    if (!scope.index) scope.index = arena.make<Scope::Index>();
    scope.index->slots = static_cast<Symbol**>(arena.allocate(fresh * sizeof(Symbol*)));
    std::fill_n(scope.index->slots, fresh, nullptr);
    scope.index->capacity = fresh;
    auto** items = static_cast<Symbol**>(arena.allocate(fresh / 2 * sizeof(Symbol*)));
    std::copy_n(scope.symbols.items, n, items);
    scope.symbols.items = items;
    for (Symbol* s : scope.symbols) index_put(*scope.index, s);
  }
  auto* symbol = arena.make<Symbol>();
  symbol->name = name;
  scope.symbols.items[n] = symbol;
  scope.symbols.count = n + 1;
  index_put(*scope.index, symbol);
  return symbol;
}

Identifier mangle(Identifier class_name, Identifier name, Arena& arena) {
  if (!class_name.data() || name.size() < 3 || name[0] != '_' || name[1] != '_') return name;
  if (name.substr(name.size() - 2) == "__" || name.find('.') != name.npos) return name;
  size_t first = class_name.find_first_not_of('_');
  if (first == class_name.npos) return name;
  std::string_view bare = class_name.substr(first);
  size_t size = 1 + bare.size() + name.size();
  char* text = static_cast<char*>(arena.allocate(size));
  text[0] = '_';
  memcpy(text + 1, bare.data(), bare.size());
  memcpy(text + 1 + bare.size(), name.data(), name.size());
  return arena.intern({text, size});
}

Scope* SymbolTable::find(const Node* node, ScopeRole role) const {
  if (!map || !map->capacity) return nullptr;
  int slot = role == ScopeRole::Annotations                                     ? 2
             : role == ScopeRole::TypeParams || role == ScopeRole::Default ? 1
                                                                                : 0;
  uint32_t at = hash_pointer(node) & (map->capacity - 1);
  for (; map->entries[at].node; at = (at + 1) & (map->capacity - 1)) {
    if (map->entries[at].node == node) return map->entries[at].scopes[slot];
  }
  return nullptr;
}

namespace {

// The scope that binds `name` for code in `scope` that does not bind it itself; null: global.
class Analysis {
 public:
  Analysis(Arena& arena) : arena_(arena) {}

  static bool is_class_cell(Identifier name) {
    return name == "__class__" || name == "__classdict__" || name == "__conditional_annotations__";
  }

  Scope* find_owner(const Scope& scope, Identifier name, bool nonlocal) {
    bool special = !nonlocal && name.size() > 8 && is_class_cell(name);
    for (Scope* p = scope.parent; p; p = p->parent) {
      if (p->kind == ScopeKind::Module) return nullptr;
      if (p->kind == ScopeKind::Class) {
        // A comprehension in the class body itself runs in the class: no cell to reach for.
        if (special && scope.unit != p) return p;
        if (nonlocal && name == "__class__" && scope.unit != p) return p;
        continue;
      }
      Symbol* s = p->lookup(name);
      if (!s) continue;
      if (s->flags & Symbol::kGlobal) return nullptr;
      if (s->flags & Symbol::kNonlocal) continue;
      if (s->is_bound()) return p;
    }
    return nullptr;
  }

  // `name` in the class whose namespace `scope` can see.
  const Symbol* class_symbol(const Scope& scope, Identifier name) {
    if (is_class_cell(name)) return nullptr;
    const Scope* p = scope.parent;
    while (p && p->kind != ScopeKind::Class) p = p->parent;
    return p ? p->lookup(name) : nullptr;
  }

  // Connects `scope` to the cell or register of `owner`; every unit between takes part.
  void connect(Scope* scope, Symbol* symbol, Scope* owner) {
    Identifier name = symbol->name;
    Symbol* source = owner->lookup(name);
    if (!source) {  // __class__, __classdict__: made by the class statement
      source = add_symbol(*owner, name, arena_);
      if (name == "__class__") owner->needs_class_closure = true;
      if (name == "__classdict__") owner->needs_classdict = true;
      source->owner = owner;
    } else if (owner->kind == ScopeKind::Class) {
      if (name == "__class__") owner->needs_class_closure = true;
      if (name == "__classdict__") owner->needs_classdict = true;
    }
    symbol->owner = owner;
    if (scope->unit == owner->unit) return;
    source->flags |= Symbol::kCaptured;
    for (Scope* p = scope->parent; p != owner; p = p->parent) {
      Symbol* s = p->lookup(name);
      if (!s) {
        s = add_symbol(*p, name, arena_);
        s->owner = owner;
      } else if ((p->kind == ScopeKind::Class || p->can_see_class_scope) && s->owner != owner) {
        // Here the name means the class's namespace; the cell passes through all the same.
        s->flags |= Symbol::kFreeInClass;
      }
    }
  }

 private:
  Arena& arena_;
};

void settle(Scope* scope, Arena& arena) {
  SeqBuilder<Symbol*> cells(arena);
  for (Symbol* s : scope->symbols) {
    if (s->where == NameScope::GlobalExplicit || s->where == NameScope::GlobalImplicit) continue;
    if (!s->owner) {
      s->where = NameScope::GlobalImplicit;
      continue;
    }
    Symbol* source = s->owner->lookup(s->name);
    if (s->owner->unit != scope->unit) {
      s->where = NameScope::Free;
    } else if (source->flags & Symbol::kCaptured) {
      s->where = NameScope::Cell;
    } else {
      s->where = NameScope::Local;
    }
    if (s->owner == scope && s->where == NameScope::Cell) cells.push(s);
  }
  scope->cells = cells.finish();
  for (Scope* child : scope->children) settle(child, arena);
}

// What a unit's closure holds: its own free names and those of scopes inlined into it.
void collect_free(Scope* unit, Scope* scope, SeqBuilder<Identifier>& names) {
  for (Symbol* s : scope->symbols) {
    if (s->where != NameScope::Free && !(s->flags & Symbol::kFreeInClass)) continue;
    bool known = false;
    for (uint32_t i = 0; i < names.size() && !known; i++) known = names[i].data() == s->name.data();
    if (!known) names.push(s->name);
  }
  for (Scope* child : scope->children) {
    if (child->unit == unit) collect_free(unit, child, names);
  }
}

void finish_units(Scope* scope, Arena& arena) {
  if (scope->unit == scope) {
    SeqBuilder<Identifier> names(arena);
    collect_free(scope, scope, names);
    scope->free_names = names.finish();
  }
  for (Scope* child : scope->children) finish_units(child, arena);
}

}  // namespace

bool analyze(SymbolTable& table, SymbolBuilder& builder, Arena& arena) {
  Analysis analysis(arena);
  for (const auto& d : builder.directives_) {
    if ((d.symbol->flags & Symbol::kGlobal) && (d.symbol->flags & Symbol::kNonlocal)) {
      return builder.fail(*d.at, "name '%.*s' is nonlocal and global",
                          static_cast<int>(d.symbol->name.size()), d.symbol->name.data());
    }
    if (d.is_global) continue;
    int n = static_cast<int>(d.symbol->name.size());
    const char* text = d.symbol->name.data();
    if (d.scope->kind == ScopeKind::Module) {
      return builder.fail(*d.at, "nonlocal declaration not allowed at module level");
    }
    Scope* owner = analysis.find_owner(*d.scope, d.symbol->name, true);
    if (!owner) return builder.fail(*d.at, "no binding for nonlocal '%.*s' found", n, text);
    Symbol* source = owner->lookup(d.symbol->name);
    if (source && (source->flags & Symbol::kTypeParameter)) {
      return builder.fail(*d.at, "nonlocal binding not allowed for type parameter '%.*s'", n, text);
    }
  }
  // `global x` anywhere speaks of the module's x: its own code, run by exec() with separate locals, means globals too.
  for (const auto& d : builder.directives_) {
    Symbol* s = d.is_global && table.top->kind == ScopeKind::Module ? table.top->lookup(d.symbol->name) : nullptr;
    if (s != nullptr) s->flags |= Symbol::kGlobal;
  }
  // Owners first, scope by scope from outside; cells and closures when all captures are known.
  std::vector<Scope*> stack{table.top};
  while (!stack.empty()) {
    Scope* scope = stack.back();
    stack.pop_back();
    for (uint32_t i = 0; i < scope->symbols.size(); i++) {
      Symbol* s = scope->symbols[i];
      if (s->owner) continue;  // a name passed through, settled by an outer scope
      const Symbol* in_class = scope->can_see_class_scope && !s->is_bound()
                                   ? analysis.class_symbol(*scope, s->name)
                                   : nullptr;
      if (s->flags & Symbol::kGlobal) {
        s->where = NameScope::GlobalExplicit;
      } else if (in_class && (in_class->flags & Symbol::kGlobal)) {
        s->where = NameScope::GlobalExplicit;
      } else if (in_class && in_class->is_bound() && !(in_class->flags & Symbol::kNonlocal)) {
        s->where = NameScope::GlobalImplicit;  // the class namespace, then globals
      } else if (s->is_bound() && !(s->flags & Symbol::kNonlocal)) {
        s->owner = scope;
      } else if (Scope* owner = analysis.find_owner(*scope, s->name, s->flags & Symbol::kNonlocal)) {
        analysis.connect(scope, s, owner);
      } else {
        s->where = NameScope::GlobalImplicit;
      }
    }
    for (uint32_t i = scope->children.size(); i-- > 0;) stack.push_back(scope->children[i]);
  }
  settle(table.top, arena);
  finish_units(table.top, arena);
  return true;
}

SymbolTableResult build_symbol_table(Mod* tree, uint32_t inherited_future, Arena& arena) {
  SymbolTableResult result;
  auto* table = arena.make<SymbolTable>();
  table->future_flags = inherited_future;
  table->map = arena.make<SymbolTable::Map>();
  SymbolBuilder builder(*table, arena);
  if (builder.build(tree) && analyze(*table, builder, arena)) {
    result.table = table;
  } else {
    result.error = builder.error();
  }
  return result;
}

}  // namespace taipan
