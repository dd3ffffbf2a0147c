// taipan.jit: the JIT as programs see it. What it asks is in interp/loop/jit_services.h: without a JIT the mode is "off",
// and nothing is compiled.
#include <string>

#include "interp/bytecode/disassembler.h"
#include "interp/loop/jit_services.h"
#include "runtime/import/import.h"
#include "runtime/modules/module_tools.h"
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/function.h"
#include "runtime/types/method.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

Type* g_declined;   // taipan.jit.Declined

// The code object of what is or has one; null with TypeError.
Code* code_of(Thread& t, const char* function, Value v) {
  while (is_exact<Method>(v)) v = v.as<Method>()->function.borrow();
  if (is_exact<Function>(v)) return v.as<Function>()->code.load_acquire();
  if (is_exact<Code>(v)) return v.as<Code>();
  (void)raise(t, TypeError, "{}() argument must be a function, method or code object, not {!T}", function, v);
  return nullptr;
}

const char* why_off() { return g_jit.list == nullptr ? "this build has no JIT" : "the JIT is off (-X jit=off)"; }

Status declined(Thread& t, const Code* code, const std::string& why) {
  Local<Str> reason(t, TRY(str_from_wtf8(t, why)));
  return raise(t, *g_declined, "{} is not compiled: {}", Value(code->qualname), reason.value());
}

Status jit_compile(Thread& t, Value function) {
  Code* code = code_of(t, "compile", function);
  if (code == nullptr) return kError;
  if (g_jit.compile == nullptr) return declined(t, code, why_off());
  std::string why = g_jit.compile(code);
  return why.empty() ? Status(kDone) : declined(t, code, why);
}

Result<Str> jit_tier(Thread& t, Value function) {
  Code* code = code_of(t, "tier", function);
  if (code == nullptr) return kError;
  return str_intern(t, code->machine.load_acquire() != nullptr ? "t1" : "interpreter");
}

Result<> jit_why_not(Thread& t, Value function) {
  Code* code = code_of(t, "why_not", function);
  if (code == nullptr) return kError;
  std::string why = g_jit.why_not == nullptr ? why_off() : g_jit.why_not(code);
  if (why.empty()) return none();
  return str_from_wtf8(t, why);
}

Status wrong_target(Thread& t, Value target) {
  if (!is_a<Str>(target)) return raise(t, TypeError, "dump() argument 'target' must be str or None, not {!T}", target);
  return raise(t, ValueError, "dump() argument 'target' must be 'x64' or 'a64', not {!r}", target);
}

Result<Str> jit_dump(Thread& t, Value function, Str* what, Value target_name) {
  Code* code = code_of(t, "dump", function);
  if (code == nullptr) return kError;
  JitTarget target = JitTarget::Host;
  if (!is_none(target_name)) {
    Str* name = is_a<Str>(target_name) ? target_name.as<Str>() : nullptr;
    if (name != nullptr && str_equals(name, "x64")) target = JitTarget::X64;
    else if (name != nullptr && str_equals(name, "a64")) target = JitTarget::A64;
    else TRY(wrong_target(t, target_name));
  }
  std::string text, words = what->is_ascii() ? std::string(what->ascii()) : "?";
  for (usize at = 0;;) {
    at = words.find_first_not_of(' ', at);
    if (at == std::string::npos) break;
    usize end = std::min(words.find(' ', at), words.size());
    std::string word = words.substr(at, end - at);
    at = end;
    if (word == "bytecode") {
      text += disassemble(*code->spec, false);
    } else if (word == "asm") {
      std::string listing = why_off();
      if (g_jit.list == nullptr || !g_jit.list(code, target, &listing)) {
        TRY(declined(t, code, listing));
      }
      text += listing;
    } else {
      Local<Str> wrong(t, TRY(str_from_ascii(t, word)));
      return raise(t, ValueError, "dump() argument 'what' must be words out of 'bytecode asm', not {!r}", wrong.value());
    }
  }
  return str_from_wtf8(t, text);
}

Result<Dict> jit_counters(Thread& t) {
  JitCounter all[32];
  usize n = g_jit.counters == nullptr ? 0 : std::min(g_jit.counters(all, std::size(all)), std::size(all));
  Local<Dict> result(t, TRY(dict_new(t)));
  for (usize i = 0; i < n; ++i) {
    Local<Str> name(t, TRY(str_intern(t, all[i].name)));
    TRY(dict_set_str(t, result, name, Value::small_int(static_cast<i64>(all[i].value))));
  }
  return result.give();
}

constexpr NativeDef kJitFunctions[] = {
    def<jit_compile>("compile($module, function, /)",
                     "Compile the function, method or code object to machine code now.\n\n"
                     "Raises Declined, with the reason, if that is not done."),
    def<jit_tier>("tier($module, function, /)", "How it runs when it is called next: 'interpreter' or 't1'."),
    def<jit_why_not>("why_not($module, function, /)", "Why it is not compiled; None if it is."),
    def<jit_dump>("dump($module, /, function, what='bytecode asm', target=None)",
                  "The function as text: its bytecode, and the machine code that T1 makes of it.\n\n"
                  "target: 'x64' or 'a64'; None is this machine."),
    def<jit_counters>("counters($module, /)", "What the JIT has done so far, in numbers."),
};

Status jit_exec(Thread& t, Module* m) {
  TRY(module_add_exception(t, m, "Declined", RuntimeError, &g_declined, nullptr, "A function was not compiled."));
  Local<Str> mode(t, TRY(str_intern(t, g_jit.mode)));
  return module_add(t, m, "mode", mode);
}

constexpr ModuleDef kJit = {"taipan.jit", "The JIT: what is compiled, and to what.", kJitFunctions, {}, jit_exec};

// As os.path is: an attribute, and importable by itself.
Status taipan_exec(Thread& t, Module* m) {
  Local<Module> jit(t, TRY(make_native_module(t, kJit)));
  Local<Str> name(t, TRY(str_intern(t, kJit.name)));
  TRY(dict_set_str(t, sys_modules(), name, jit));
  return module_add(t, m, "jit", jit);
}

}  // namespace

extern const ModuleDef taipan_module_def;
const ModuleDef taipan_module_def = {"taipan", "What is particular to this implementation.", {}, {}, taipan_exec};

}  // namespace taipan
