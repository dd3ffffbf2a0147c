// The compiler: syntax tree and symbol table -> CodeSpec, and from source text in one step.
// Knows nothing of the object model. Only std::bad_alloc flies.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "interp/bytecode/code_spec.h"
#include "interp/compiler/symtable.h"
#include "interp/parser/parser.h"

namespace taipan {

struct CompileFlags {
  u32 future = 0;       // FutureFlag bits inherited from the calling code
  int optimize = 0;     // 0; 1: no assert, __debug__ is False; 2: no docstrings either
  bool top_level_await = false;  // PyCF_ALLOW_TOP_LEVEL_AWAIT
  ast::Flags parser;
};

struct CompileResult {
  std::shared_ptr<CodeSpec> code;  // null: see error
  ast::SyntaxErrorInfo error;      // the parser's; of compile(): columns from 1 in bytes, text not filled in
  bool parsed = false;             // of compile_source(): the parser found no fault
  std::vector<ast::SyntaxWarningInfo> warnings;
};

// `arena` is the tree's; it gets the symbol table's and the error's texts.
CompileResult compile(ast::Mod* tree, const SymbolTable& table, std::string_view filename, const CompileFlags& flags,
                      ast::Arena& arena);

// Parse, symbol table, compile.
CompileResult compile_source(std::string_view source, std::string_view filename, ast::Mode mode,
                             const CompileFlags& flags, ast::Arena& arena);

}  // namespace taipan
