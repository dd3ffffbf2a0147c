// Parts of the module builtins, one per file; builtins.cpp lists them.
// Functions that need the interpreter reach it through runtime/engine.h.
#pragma once
#include <span>

#include "runtime/native/def.h"

namespace taipan {

std::span<const NativeDef> builtin_code_functions();   // compile, exec, eval, globals, locals, vars, dir, __import__
std::span<const NativeDef> builtin_class_functions();  // __build_class__
std::span<const NativeDef> builtin_io_functions();     // print, input, breakpoint
std::span<const NativeDef> builtin_iter_functions();   // min, max, sum, sorted, any, all, iter, next, aiter, anext

// Entries that the interpreter recognises in order to answer the common cases itself.
extern const NativeEntry kLenEntry, kIsInstanceEntry;

// builtins._IncompleteInputError: what compile() raises for codeop where text ends too early.
extern Type* g_incomplete_input_error;

// For functions that parse their own arguments: the value of keyword `name`, or empty.
Value keyword_argument(const Value* args, u32 nargs, Tuple* kwnames, const char* name);
// TypeError for a keyword that is none of `allowed` (space-separated).
Status check_keywords(Thread& t, const char* function, Tuple* kwnames, std::initializer_list<const char*> allowed);

}  // namespace taipan
