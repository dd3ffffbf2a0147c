// ast_dump: prints the syntax tree of files as ast.dump(..., include_attributes=True) does.
//   ast_dump FILE            the tree, or "kind|message|line|column|end line|end column|text"
//   ast_dump --scopes FILE   one line a code unit: kind, name, line, free variables, cells
//   ast_dump --bench FILE... parse speed over all files
//   ast_dump --snippets FILE parts separated by lines of three dashes; one result a line
//   ast_dump --symbol-errors FILE the same, with errors of the symbol table
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "interp/compiler/symtable.h"
#include "interp/parser/dump.h"
#include "interp/parser/parser.h"

using namespace taipan::ast;

namespace {

std::string read_file(const char* path) {
  std::string s;
  if (FILE* f = fopen(path, "rb")) {
    char buffer[65536];
    size_t n;
    while ((n = fread(buffer, 1, sizeof buffer, f)) > 0) s.append(buffer, n);
    fclose(f);
  }
  return s;
}

std::string quoted(std::string_view s) {
  if (!s.data()) return "None";
  std::string out;
  append_repr(out, {ConstantKind::Str, 10, 0, s});
  return out;
}

const char* kind_name(ErrorKind k) {
  switch (k) {
    case ErrorKind::IndentationError: return "IndentationError";
    case ErrorKind::TabError: return "TabError";
    case ErrorKind::MemoryError: return "MemoryError";
    case ErrorKind::RecursionError: return "RecursionError";
    case ErrorKind::IncompleteInput: return "_IncompleteInputError";
    default: return "SyntaxError";
  }
}

void show(const std::string& source, bool trees, Mode mode, bool is_text) {
  Arena arena;
  Flags flags;
  flags.source_is_utf8 = is_text;
  ParseResult r = parse(source, "f", mode, flags, arena);
  if (r.tree) {
    puts(trees ? dump(r.tree, true).c_str() : "ok");
    return;
  }
  auto& e = r.error;
  if (e.located) {
    printf("%s|%.*s|%d|%d|%d|%d|%s\n", kind_name(e.kind), static_cast<int>(e.message.size()),
           e.message.data(), e.lineno, e.offset, e.end_lineno, e.end_offset, quoted(e.text).c_str());
  } else {
    printf("%s|%.*s|None|None|None|None|None\n", kind_name(e.kind),
           static_cast<int>(e.message.size()), e.message.data());
  }
}

void show_error(const SyntaxErrorInfo& e) {
  printf("%s|%.*s|%d|%d|%d|%d\n", kind_name(e.kind), static_cast<int>(e.message.size()),
         e.message.data(), e.lineno, e.offset, e.end_lineno, e.end_offset);
}

uint32_t first_line(const Node* n) {
  auto decorated = [&](auto* d) {
    return d->decorator_list.empty() ? d->lineno : d->decorator_list[0]->lineno;
  };
  if (auto* f = try_as<FunctionDef>(n)) return decorated(f);
  if (auto* f = try_as<AsyncFunctionDef>(n)) return decorated(f);
  if (auto* f = try_as<ClassDef>(n)) return decorated(f);
  return n->lineno;
}

void collect_cells(const taipan::Scope* unit, const taipan::Scope* scope,
                   std::vector<std::string>& cells) {
  for (auto* s : scope->cells) cells.emplace_back(s->name);
  for (auto* child : scope->children) {
    if (child->unit == unit) collect_cells(unit, child, cells);
  }
}

void print_names(std::vector<std::string> names) {
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  putchar('|');
  for (size_t i = 0; i < names.size(); i++) printf("%s%s", i ? "," : "", names[i].c_str());
}

void show_scope(const taipan::Scope* scope) {
  if (scope->unit == scope) {
    printf("%d|%.*s|%u", static_cast<int>(scope->kind), static_cast<int>(scope->name.size()),
           scope->name.data(), first_line(scope->node));
    std::vector<std::string> free, cells;
    for (auto name : scope->free_names) free.emplace_back(name);
    collect_cells(scope, scope, cells);
    print_names(free);
    print_names(cells);
    printf("|%d%d%d%d\n", scope->is_generator, scope->is_coroutine, scope->has_varargs,
           scope->has_varkeywords);
  }
  for (auto* child : scope->children) show_scope(child);
}

void show_scopes(const std::string& source, bool is_text, bool units) {
  Arena arena;
  Flags flags;
  flags.source_is_utf8 = is_text;
  ParseResult r = parse(source, "f", Mode::Exec, flags, arena);
  if (!r.tree) return show_error(r.error);
  auto table = taipan::build_symbol_table(r.tree, 0, arena);
  if (!table.table) return show_error(table.error);
  if (units) {
    show_scope(table.table->top);
  } else {
    puts("ok");
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc >= 3 && !strcmp(argv[1], "--bench")) {
    std::vector<std::string> sources;
    size_t bytes = 0, failures = 0;
    for (int i = 2; i < argc; i++) bytes += sources.emplace_back(read_file(argv[i])).size();
    auto begin = std::chrono::steady_clock::now();
    for (auto& s : sources) {
      Arena arena;
      failures += !parse(s, "f", Mode::Exec, {}, arena).tree;
    }
    double t = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    printf("%zu files, %zu failed, %.1f MB in %.3f s: %.1f MB/s\n", sources.size(), failures,
           bytes / 1e6, t, bytes / 1e6 / t);
    return 0;
  }
  if (argc == 3 && !strcmp(argv[1], "--scopes")) {
    show_scopes(read_file(argv[2]), false, true);
    return 0;
  }
  bool scopes = argc == 3 && !strcmp(argv[1], "--symbol-errors");
  if (scopes || (argc == 3 && !strcmp(argv[1], "--snippets"))) {
    std::string all = read_file(argv[2]);
    const std::string separator = "\n---\n";
    for (size_t at = 0;;) {
      size_t end = all.find(separator, at);
      std::string part = all.substr(at, end == all.npos ? end : end - at);
      if (scopes) {
        show_scopes(part, true, false);
      } else {
        show(part, false, Mode::Exec, true);
      }
      if (end == all.npos) break;
      at = end + separator.size();
    }
    return 0;
  }
  for (int i = 1; i < argc; i++) show(read_file(argv[i]), true, Mode::Exec, false);
  return 0;
}
