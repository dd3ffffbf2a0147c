// The few calls from the runtime up into the interpreter: filled in by interp/ at start.
// The runtime's own tests leave them empty.
#pragma once
#include "runtime/types/fwd.h"
#include "runtime/value/result.h"

namespace taipan {

struct Thread;

enum class Watcher : u8 { Trace, Profile };  // in this order they are told

// What compile() is asked for. References are the caller's.
struct CompileRequest {
  int mode = 0;              // 0 exec, 1 eval, 2 single, 3 func_type
  int flags = 0;             // PyCF_... and __future__ bits
  bool dont_inherit = true;  // not the __future__ statements of the calling code
  int optimize = -1;         // -1: as the program was started (-O)
  Value module{};            // str: what warning filters are to match; empty or None: made of the file's name
  int feature_version = 15;  // of a tree: the minor version whose syntax is allowed
};

struct Engine {
  // Runs a Python function: new window at the top of the VM stack, nested dispatch loop (interpreter.md C7).
  Result<> (*call_function)(Thread& t, Function* f, const Value* args, u32 nargs, Tuple* kwnames);
  // compile(): source text (str, bytes) or AST -> code object.
  Result<> (*compile)(Thread& t, Value source, Str* filename, const CompileRequest& request);
  // Runs a code object under namespaces; locals empty: globals.
  Result<> (*eval_code)(Thread& t, Value code, Value globals, Value locals, Value closure);
  // The globals / locals mapping of the innermost Python frame (owned), absent without a frame.
  Result<> (*current_globals)(Thread& t);
  Result<> (*current_locals)(Thread& t);
  // sys._getframe(depth): owned frame object.
  Result<> (*get_frame)(Thread& t, u32 depth);
  // sys._current_frames(): thread idents and the innermost frames of those that run Python code.
  Result<Dict> (*current_frames)(Thread& t);
  // Adds an entry for the innermost Python frame to the pending exception's traceback.
  void (*add_traceback)(Thread& t);
  // __class__ cell and first argument of the calling function, for super() without arguments.
  Result<> (*super_arguments)(Thread& t, Result<>* self_out);
  // Prints an exception with its chain and traceback to a text file object (sys.excepthook).
  Status (*print_exception)(Thread& t, Value exception, Value file);
  // sys.unraisablehook and warnings.warn; null until those modules are there. The hook reports t.exc.
  void (*write_unraisable)(Thread& t, const char* while_doing, Value object);
  Status (*warn)(Thread& t, Type& category, Str* message, int stack_level);
  // next(generator): its end is StopIteration with the value returned.
  Result<> (*generator_next)(Thread& t, Value generator);
  // anext(iterator, default): an awaitable of the item, or of the default at the end.
  Result<> (*anext_default)(Thread& t, Value awaitable, Value fallback);
  // Takes importlib's own frames out of the pending exception's traceback.
  void (*trim_import_frames)(Thread& t);
  // sys.set_asyncgen_hooks, of this thread: 0 firstiter, 1 finalizer; borrowed, empty for none.
  Value (*get_async_hook)(Thread& t, int which);
  void (*set_async_hook)(Thread& t, int which, Value v);
  // sys.set_coroutine_origin_tracking_depth, of this thread.
  i32* (*coroutine_origin_depth)(Thread& t);
  // sys.settrace and setprofile: the function (None: none) of this thread, or of all there are; and this thread's, owned.
  Status (*set_watcher)(Thread& t, Watcher which, Value f, bool all_threads);
  Result<> (*get_watcher)(Thread& t, Watcher which);
  // sys.call_tracing(): f(*args), which is watched though a trace function is running.
  Result<> (*call_watched)(Thread& t, Value f, Tuple* args);
  // The module sys.monitoring (PEP 669).
  Result<Module> (*make_monitoring)(Thread& t);
  // What the name of a compiled-code cache's format is made from: changes with the compiler.
  u64 (*code_cache_magic)();
  // marshal: a code object as bytes, and back. Bytes may be anything: ValueError.
  Result<Bytes> (*code_to_bytes)(Thread& t, Value code);
  Result<> (*code_from_bytes)(Thread& t, const u8* data, usize size);
  // Gives a code object, and those within it that have the same one, another file name.
  Status (*rename_code)(Thread& t, Value code, Str* filename);
  // Visits what the interpreter keeps per thread outside the VM stack (running generators...).
  void (*visit_thread)(Thread& t, class EdgeVisitor& visit);
};
extern Engine g_engine;

}  // namespace taipan
