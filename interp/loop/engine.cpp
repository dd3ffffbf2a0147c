#include "interp/loop/engine.h"

#include "interp/bytecode/code_cache_format.h"
#include "interp/loop/async.h"
#include "interp/loop/attribute_table.h"
#include "interp/loop/bind.h"
#include "interp/loop/frame_object.h"
#include "interp/loop/generator.h"
#include "interp/loop/helpers_inline.h"
#include "interp/loop/print_exception.h"
#include "interp/loop/tier.h"
#include "interp/modules/modules.h"
#include "runtime/engine.h"
#include "runtime/memory/hooks.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/cell.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/import/import.h"

namespace taipan {


namespace {

// Gives up a window that was built at `base` and never became a frame.
Result<> abandon(Thread& t, Value* base) {
  clear_range(base, static_cast<usize>(t.top - base));
  t.top = base;
  return kError;
}

}  // namespace

Result<> call_python(Thread& t, Function* f, const Value* args, u32 nargs, Tuple* kwnames) {
  Code* code = f->code.load_acquire();
  u32 words = nargs + (kwnames == nullptr ? 0 : static_cast<u32>(kwnames->size()));
  Value* base = t.top;
  Value* first = base + kWindowHeader;
  if (first + std::max(code->nregs, words) + 1 > t.limit ||
      static_cast<char*>(__builtin_frame_address(0)) < t.machine_stack_limit) {
    return (void)raise_recursion_error(t, ""), kError;
  }
  for (u32 i = 0; i < kWindowCallee; ++i) base[i] = Value::empty();
  base[kWindowCallee] = take_word(Value(f));
  for (u32 i = 0; i < words; ++i) first[i] = take_word(args[i]);
  t.top = first + std::max(code->nregs, words) + 1;
  if (code->simple_args != nargs || kwnames != nullptr) {
    for (Value* p = first + words; p < t.top; ++p) *p = Value::empty();
    if (!bind_arguments(t, f, code, first, nargs, kwnames)) return abandon(t, base);
    if (code->is_generator) {
      Result<> made = make_generator(t, f, code, first);
      (void)abandon(t, base);
      return made;
    }
  }
  set_frame_kind(first, FrameKind::Entry);
  Value* caller = t.fp;
  if (!push_frame(t, first, code, kSpecialFrame)) return abandon(t, base);
  Value result = run_entered(t);
  t.fp = caller;
  t.top = base;
  return Result<>::from_owned(result);
}

Dict* builtins_dict() {
  // The module is immortal, and so is its dictionary for as long as it is needed. Two first calls find the same.
  static Atomic<Dict*> found;
  Dict* dict = found.load_acquire();
  if (dict == nullptr) {
    dict = dict_borrow_str(sys_modules(), names().builtins).as<Module>()->dict.borrow();
    found.store_release(dict);
  }
  return dict;
}

Result<> run_code(Thread& t, Code* code, Dict* globals, Value locals, Tuple* closure) {
  Local<Function> f(t, TRY(function_new(t, code, globals, closure)));
  Value argument = locals.is_empty() ? Value(globals) : locals;
  return call_python(t, f, &argument, code->has_namespace ? 1 : 0, nullptr);
}

namespace {

Result<> engine_call(Thread& t, Function* f, const Value* args, u32 nargs, Tuple* kwnames) {
  return call_python(t, f, args, nargs, kwnames);
}

Result<> engine_eval(Thread& t, Value code_value, Value globals, Value locals, Value closure) {
  if (!is_exact<Code>(code_value)) return raise(t, TypeError, "a code object is wanted, not {!T}", code_value);
  Dict* g = globals.as<Dict>();
  if (!TRY(dict_contains(t, g, Value(names().__builtins__)))) {
    Local<> builtins(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
    TRY(dict_set_str(t, g, names().__builtins__, builtins));
  }
  return run_code(t, code_value.as<Code>(), g, locals, closure.is_empty() || is_none(closure) ? nullptr : closure.as<Tuple>());
}

Result<> engine_globals(Thread& t) {
  if (t.fp == nullptr) return Result<>::absent();
  Function* f = frame_function(t.fp);
  return f->globals.load(f);
}
Result<> engine_locals(Thread& t) { return t.fp == nullptr ? Result<>::absent() : frame_locals(t, t.fp); }

Result<> engine_frame(Thread& t, u32 depth) {
  Value* fp = frame_at(t, depth);
  if (fp == nullptr) return Result<>::absent();
  FrameObject* f = frame_object(t, fp);
  if (f == nullptr) return kError;
  return own(f);
}

struct CurrentFrames {
  Thread& t;
  Dict* frames;

  Status add(Thread& x) {
    if (x.fp == nullptr) return kDone;
    bool foreign = &x != &t;
    Value function = Value(frame_function(x.fp));
    if (foreign && !function.object()->is_shared()) publish_for_store(function.object());
    FrameObject* f = frame_object(t, x.fp);
    if (f == nullptr) return kError;
    if (foreign && !f->is_shared()) publish_for_store(f);
    Local<> ident(t, TRY(int_from_u64(t, x.ident)));
    return dict_set(t, frames, ident, Value(f));
  }
};

Result<Dict> engine_current_frames(Thread& t) {
  Local<Dict> frames(t, TRY(dict_new(t)));
  CurrentFrames each{t, frames};
  StoppedWorld stopped(t);
  bool done = for_each_stopped_thread(
      [](Thread& x, void* data) { return !static_cast<CurrentFrames*>(data)->add(x).is_error(); }, &each);
  if (!done) return kError;
  return frames.give();
}

void engine_add_traceback(Thread& t) {
  if (t.fp != nullptr) add_traceback_entry(t, t.fp);
}

// super() without arguments: the __class__ cell and the first argument of the calling function.
Result<> engine_super_arguments(Thread& t, Result<>* self_out) {
  if (t.fp == nullptr) return raise(t, RuntimeError, "super(): no current frame");
  Value* fp = t.fp;
  Code* code = frame_code(fp);
  if (code->argcount == 0 && !(code->flags & kCoVarArgs)) return raise(t, RuntimeError, "super(): no arguments");
  Value first = fp[0];
  if (is_exact<Cell>(first) && (code->spec->locals[0].flags & kLocalCell)) first = first.as<Cell>()->value.borrow();
  if (first.is_empty()) return raise(t, RuntimeError, "super(): arg[0] deleted");
  for (u32 i = 0; i < code->free_count(); ++i) {
    if ((*code->freevars)[i].as<Str>() != names().__class__) continue;
    Cell* cell = (*frame_function(fp)->closure.borrow())[i].as<Cell>();
    Result<> cls = cell->value.load(cell);
    if (cls.is_absent()) return raise(t, RuntimeError, "super(): empty __class__ cell");
    if (!is_a<Type>(cls.word())) {
      Local<> held(t, cls);
      return raise(t, RuntimeError, "super(): __class__ is not a type ({!T})", held);
    }
    *self_out = own(first.canonical());
    return cls;
  }
  return raise(t, RuntimeError, "super(): __class__ cell not found");
}

}  // namespace

void (*g_thread_scanned)(Thread& x) = nullptr;

namespace {

void engine_visit(Thread& t, EdgeVisitor& visit) {
  visit_running_generators(t, visit);
  if (g_thread_scanned != nullptr) g_thread_scanned(t);
}

Value engine_get_async_hook(Thread& t, int which) {
  return which == 0 ? t.engine->async_firstiter.value() : t.engine->async_finaliser.value();
}
void engine_set_async_hook(Thread& t, int which, Value v) {
  (which == 0 ? t.engine->async_firstiter : t.engine->async_finaliser) = Ref<>(v);
}
i32* engine_origin_depth(Thread& t) { return &t.engine->origin_depth; }

bool thread_started(Thread& t) {
  t.engine = new (std::nothrow) ThreadEngine();
  if (t.engine == nullptr) return false;
  start_watching(t);
  return true;
}
void thread_ended(Thread& t) {
  delete t.engine->attributes;
  delete t.engine;
  t.engine = nullptr;
}

}  // namespace

// compile.cpp
Result<> engine_compile(Thread& t, Value source, Str* filename, const CompileRequest& request);

void install_engine() {
  install_parser_hooks();
  register_interp_modules();
  g_engine.call_function = engine_call;
  g_engine.compile = engine_compile;
  g_engine.eval_code = engine_eval;
  g_engine.current_globals = engine_globals;
  g_engine.current_locals = engine_locals;
  g_engine.get_frame = engine_frame;
  g_engine.current_frames = engine_current_frames;
  g_engine.add_traceback = engine_add_traceback;
  g_engine.super_arguments = engine_super_arguments;
  g_engine.print_exception = print_exception;
  g_engine.generator_next = [](Thread& t, Value v) { return generator_send(t, v.as<Generator>(), none_value()); };
  g_engine.anext_default = anext_with_default;
  g_engine.code_cache_magic = code_cache_magic;
  g_engine.code_to_bytes = code_to_bytes;
  g_engine.code_from_bytes = code_from_bytes;
  g_engine.rename_code = rename_code;
  g_engine.trim_import_frames = trim_import_frames;
  g_engine.get_async_hook = engine_get_async_hook;
  g_engine.set_async_hook = engine_set_async_hook;
  g_engine.set_watcher = set_watcher;
  g_engine.get_watcher = get_watcher;
  g_engine.call_watched = call_watched;
  g_engine.make_monitoring = make_monitoring;
  g_engine.coroutine_origin_depth = engine_origin_depth;
  g_engine.visit_thread = engine_visit;
  g_memory_hooks.thread_started = thread_started;
  g_memory_hooks.thread_ended = thread_ended;
}

}  // namespace taipan
