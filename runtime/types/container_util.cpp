#include "runtime/types/container_util.h"

#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Status check_positional(Thread& t, const char* name, u32 nargs, u32 least, u32 most) {
  if (nargs >= least && nargs <= most) [[likely]] return kDone;
  u32 bound = nargs < least ? least : most;
  return raise(t, TypeError, "{} expected {}{} argument{}, got {}", name,
               least == most ? "" : (nargs < least ? "at least " : "at most "), bound,
               bound == 1 ? "" : "s", nargs);
}

Status no_keywords(Thread& t, const char* name, Tuple* kwnames) {
  if (kwnames == nullptr || kwnames->size() == 0) return kDone;
  return raise(t, TypeError, "{}() takes no keyword arguments", name);
}

Result<ssize> to_slice_index(Thread& t, Value v) {
  if (v.is_int()) [[likely]] return static_cast<ssize>(v.as_int());
  if (is_any_int(v)) return to_ssize_clamped(t, v);
  if (type_of(v).slots.index == nullptr) {
    return raise(t, TypeError, "slice indices must be integers or have an __index__ method");
  }
  return to_ssize_clamped(t, v);
}

Result<ssize> to_index_or_index_error(Thread& t, Value v) {
  if (v.is_int()) return static_cast<ssize>(v.as_int());
  Result<ssize> i = to_ssize(t, v);
  if (i.is_error() && swallow(t, OverflowError)) {
    return raise(t, IndexError, "cannot fit '{!T}' into an index-sized integer", v);
  }
  return i;
}

Result<ssize> iterator_state(Thread& t, Value v) {
  if (!is_any_int(v)) return raise(t, TypeError, "an integer is required");
  return to_ssize(t, v);
}

Result<> iterate_self(Thread& t, Value self) { return own(self); }

Dict* sys_modules();  // import/

Result<> builtin_by_name(Thread& t, Str* name) {
  Local<> module(t, TRY(dict_get_str(t, sys_modules(), names().builtins)));
  if (module.is_empty() || !is_a<Module>(module)) return raise(t, RuntimeError, "lost builtins module");
  Local<Dict> names_of(t, Value(module.value().as<Module>()->dict.borrow()));  // its keys may be any objects
  Result<> found = TRY(dict_get(t, names_of, Value(name)));
  return found.is_absent() ? raise_attribute_error(t, module, name, "module 'builtins' has no attribute '{}'", name) : found;
}

Result<> class_getitem(Thread& t, Type* cls, Value item) {
  return generic_alias_new(t, Value(cls), item);
}

Result<> reduce_pair(Thread& t, Result<> callable, Value argument) {
  Local<> function(t, TRY(callable));
  Local<Tuple> arguments(t, TRY(tuple_of(t, argument)));
  return tuple_of(t, function, arguments);
}

Result<> reduce_pair(Thread& t, Result<> callable, Value argument, Value state) {
  Local<> function(t, TRY(callable));
  Local<Tuple> arguments(t, TRY(tuple_of(t, argument)));
  return tuple_of(t, function, arguments, state);
}

}  // namespace taipan
