// How the runtime calls up into the interpreter (runtime/engine.h), and start-up of the interpreter.
// C7: a native that calls a Python function gets a frame above the top of the VM stack and a nested loop.
#pragma once
#include "interp/loop/frame.h"
#include "runtime/engine.h"

namespace taipan {

namespace ast {
struct SyntaxErrorInfo;
}

// Fills in g_engine and the hooks for threads. Before the first thread is made.
void install_engine();
void install_parser_hooks();

Result<> call_python(Thread& t, Function* f, const Value* args, u32 nargs, Tuple* kwnames);
// Runs code under namespaces. locals empty: globals. closure: tuple of cells or empty.
Result<> run_code(Thread& t, Code* code, Dict* globals, Value locals, Tuple* closure);
// SyntaxError (or what e.kind says) with its place and text.
ErrorTag raise_syntax_error(Thread& t, const ast::SyntaxErrorInfo& e, Str* filename);
// Source text (UTF-8, or bytes with a coding cookie) to code; SyntaxError.
inline constexpr int kSourceIsScript = 1 << 29;  // none of compile()'s flags: the source is the file `filename`
Result<Code> compile_text(Thread& t, std::string_view source, bool is_utf8, Str* filename, const CompileRequest& request);
int future_flags(const Code& code);  // of its __future__ statements, as compile() takes them

// marshal's view of code objects: the compiled-code cache's format (code_bytes.cpp).
Result<Bytes> code_to_bytes(Thread& t, Value code);
Result<> code_from_bytes(Thread& t, const u8* data, usize size);
Status rename_code(Thread& t, Value code, Str* filename);

}  // namespace taipan
