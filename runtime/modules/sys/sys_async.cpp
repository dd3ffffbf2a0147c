// sys: what event loops set for asynchronous generators and coroutines. All of it belongs to one thread.
#include "runtime/engine.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/singletons.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {
namespace {

constexpr StructField kHookFields[] = {{"firstiter", nullptr}, {"finalizer", nullptr}};
constexpr StructSequenceDef kHooks = {"asyncgen_hooks", "The hooks of asynchronous generators.", kHookFields, 2};

Result<> get_asyncgen_hooks(Thread& t) {
  static Type* type = MUST(struct_sequence_type(t, kHooks)).word().as<Type>();
  Local<Tuple> hooks(t, TRY(struct_sequence_new(t, *type)));
  for (int i = 0; i < 2; ++i) {
    Value v = g_engine.get_async_hook(t, i);
    struct_sequence_set(hooks, static_cast<usize>(i), v.is_empty() ? none_value() : v);
  }
  return hooks.give();
}

Status set_asyncgen_hooks(Thread& t, Opt<Value> firstiter, Opt<Value> finalizer) {
  for (auto [hook, name] : {std::pair{finalizer, "finalizer"}, std::pair{firstiter, "firstiter"}}) {
    if (hook.present && !is_none(hook.value) && !is_callable(hook.value)) {
      return raise(t, TypeError, "callable {} expected, got {!T}", name, hook.value);
    }
  }
  if (finalizer.present) {
    TRY(audit(t, "sys.set_asyncgen_hook_finalizer", Value::empty()));
    g_engine.set_async_hook(t, 1, is_none(finalizer.value) ? Value::empty() : finalizer.value);
  }
  if (firstiter.present) {
    TRY(audit(t, "sys.set_asyncgen_hook_firstiter", Value::empty()));
    g_engine.set_async_hook(t, 0, is_none(firstiter.value) ? Value::empty() : firstiter.value);
  }
  return kDone;
}

i32 get_origin_depth(Thread& t) { return *g_engine.coroutine_origin_depth(t); }
Status set_origin_depth(Thread& t, i32 depth) {
  if (depth < 0) return raise(t, ValueError, "depth must be >= 0");
  *g_engine.coroutine_origin_depth(t) = depth;
  return kDone;
}

const NativeDef kFunctions[] = {
    def<get_asyncgen_hooks>("get_asyncgen_hooks($module, /)", "The hooks of asynchronous generators: (firstiter, finalizer)."),
    def<set_asyncgen_hooks>("set_asyncgen_hooks($module, /, firstiter=<unrepresentable>, finalizer=<unrepresentable>)",
                            "Sets the hooks of asynchronous generators of this thread; None for none."),
    def<get_origin_depth>("get_coroutine_origin_tracking_depth($module, /)", "How many frames a coroutine records."),
    def<set_origin_depth>("set_coroutine_origin_tracking_depth($module, /, depth)", "Sets that number, for this thread."),
};

}  // namespace

std::span<const NativeDef> sys_async_functions() { return kFunctions; }

}  // namespace taipan
