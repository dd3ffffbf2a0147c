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
  } else {
    result = compile(parsed.tree, *symbols.table, filename, flags, arena);
  }
  result.parsed = true;
  warnings.insert(warnings.end(), result.warnings.begin(), result.warnings.end());
  result.warnings = std::move(warnings);
  return result;
}

}  // namespace taipan
