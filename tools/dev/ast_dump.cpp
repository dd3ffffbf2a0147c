// ast_dump: prints the syntax tree of files as ast.dump(..., include_attributes=True) does.
//   ast_dump FILE            the tree, or "kind|message|line|column|end line|end column|text"
//   ast_dump --bench FILE... parse speed over all files
//   ast_dump --snippets FILE parts separated by lines of three dashes; one result a line
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

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
  if (argc == 3 && !strcmp(argv[1], "--snippets")) {
    std::string all = read_file(argv[2]);
    const std::string separator = "\n---\n";
    for (size_t at = 0;;) {
      size_t end = all.find(separator, at);
      show(all.substr(at, end == all.npos ? end : end - at), false, Mode::Exec, true);
      if (end == all.npos) break;
      at = end + separator.size();
    }
    return 0;
  }
  for (int i = 1; i < argc; i++) show(read_file(argv[i]), true, Mode::Exec, false);
  return 0;
}
