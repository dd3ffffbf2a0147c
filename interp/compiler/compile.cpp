#include "interp/compiler/compile.h"

#include "interp/compiler/generator.h"

namespace taipan {

CompileResult compile(ast::Mod* tree, const SymbolTable& table, std::string_view filename, const CompileFlags& flags,
                      ast::Arena& arena) {
  CompileResult result;
  compiler::Generator generator(table, filename, flags, arena);
  result.code = generator.module(tree);
  result.warnings = std::move(generator.warnings());
  if (generator.error().kind != ast::ErrorKind::None) {
    result.code = nullptr;
    result.error = generator.error();
  }
  return result;
}

namespace {

std::string_view line_of(std::string_view source, int lineno) {
  usize at = 0;
  for (int line = 1; line < lineno; ++line) {
    at = source.find('\n', at);
    if (at == std::string_view::npos) return {};
    ++at;
  }
  usize end = source.find('\n', at);
  return source.substr(at, end == std::string_view::npos ? end : end - at + 1);
}

// A column counted in bytes from 1 to one counted in characters.
int characters(std::string_view line, int offset) {
  int count = 1;
  for (int i = 0; i < offset - 1 && i < static_cast<int>(line.size()); ++i) count += (line[i] & 0xC0) != 0x80;
  return offset <= 0 ? offset : count;
}

void finish_error(std::string_view source, ast::SyntaxErrorInfo* error, ast::Arena& arena) {
  if (error->lineno <= 0) return;
  std::string_view line = line_of(source, error->lineno);
  error->offset = characters(line, error->offset);
  error->end_offset = characters(line_of(source, error->end_lineno), error->end_offset);
  if (line.data()) error->text = arena.copy(line);
}

}  // namespace

CompileResult compile_source(std::string_view source, std::string_view filename, ast::Mode mode,
                             const CompileFlags& flags, ast::Arena& arena) {
  CompileResult result;
  ast::ParseResult parsed = ast::parse(source, filename, mode, flags.parser, arena);
  std::vector<ast::SyntaxWarningInfo> warnings(parsed.warnings.begin(), parsed.warnings.end());
  if (!parsed.tree) {
    result.error = parsed.error;
    result.warnings = std::move(warnings);
    return result;
  }
  SymbolTableResult symbols = build_symbol_table(parsed.tree, flags.future, arena);
  if (!symbols.table) {
    result.error = symbols.error;
    finish_error(source, &result.error, arena);
  } else {
    result = compile(parsed.tree, *symbols.table, filename, flags, arena);
    if (!result.code) finish_error(source, &result.error, arena);
  }
  warnings.insert(warnings.end(), result.warnings.begin(), result.warnings.end());
  result.warnings = std::move(warnings);
  return result;
}

}  // namespace taipan
