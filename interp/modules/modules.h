// Native modules that need the parser, the compiler or the loop: _ast, _opcode, _tokenize, taipan, sys.monitoring.
// The runtime's own modules are listed in runtime/modules/modules.def; these register themselves.
// compile.cpp uses the functions that turn trees into objects and back.
#pragma once
#include "interp/parser/ast.h"
#include "runtime/types/fwd.h"
#include "runtime/value/result.h"

namespace taipan {

struct Thread;

// Before import_init: adds the modules of this folder to the table of native modules.
void register_interp_modules();

// sys.monitoring.
Result<Module> make_monitoring(Thread& t);

// The tree as objects of the classes of _ast.
Result<> ast_to_object(Thread& t, const ast::Node* tree);
// Is it an instance of ast.AST? (Never before _ast is imported.)
bool is_ast_object(Value v);
// Objects as a tree for the compiler, checked as far as the compiler relies on it. TypeError, ValueError.
Result<ast::Mod*> ast_from_object(Thread& t, Value object, int mode, ast::Arena& arena);
// TypeError unless the object is the root that compile() in this mode takes.
Status check_ast_mode(Thread& t, Value object, int mode);

}  // namespace taipan
