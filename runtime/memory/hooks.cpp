#include "runtime/memory/hooks.h"

#include "runtime/memory/heap.h"

namespace taipan {

MemoryHooks g_memory_hooks = {
    [](Object*, EdgeVisitor&) {},
    [](Thread&, Object*) { fatal("an object died before types were set up"); },
    [](Thread&, Object*) {},
    [](Thread&, Object*) {},
    [](Thread&, Object*) {},
    [](const Object*) -> std::string_view { return "object"; },
    [](Thread& t, Object*) {
      Value e = t.exc;
      t.exc = Value::empty();
      drop(e);
    },
    [](Thread&, RegisterVisitor&) {},
    [](Thread&) {},
    [](Thread&, const char*) {},
    [](Thread& t, Value e) { t.exc = take_word(e); },
    [](Thread&, u32) { return true; },
    [](Thread&) { return true; },
    [](Thread&) {},
    [](Thread&) {},
};

Status raise_memory_error(Thread& t) {
  g_memory_hooks.raise_memory_error(t);
  return kError;
}

}  // namespace taipan
