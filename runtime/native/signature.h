// Signature: a parsed `name(a, b=1, /, *, key=None)` text, and the binding of call arguments to it.
// Parsed once, when the def is registered; immutable afterwards (default values are immortal or counted
// by the signature).
#pragma once
#include "runtime/types/fwd.h"
#include "runtime/value/result.h"

namespace taipan {

struct Thread;

enum class ParameterKind : u8 { PositionalOnly, PositionalOrKeyword, VarArgs, KeywordOnly, VarKeywords };

struct Parameter {
  Str* name;            // interned
  Value default_value;  // slot form, immortal; empty: none, or passed as absent
  ParameterKind kind;
  bool optional;
};

struct Signature {
  const char* function_name = nullptr;  // for messages: "pop"
  Type* owner = nullptr;                // "list.pop" in some of them
  Parameter* parameters = nullptr;      // self included
  u16 count = 0;                        // C++ parameters, self included
  u16 first = 0;                        // 1 if parameter 0 is self
  u16 min_positional = 0;               // required positional parameters, without self
  u16 max_positional = 0;               // positional parameters, without self
  u16 fast_min = 1, fast_max = 0;       // calls with so many arguments and no keywords bind as they stand
  bool positional_only = false;         // no keywords, no *args
  bool has_var_args = false;
  bool has_var_keywords = false;
  bool parsed = false;                  // set last

  bool is_parsed() const { return __atomic_load_n(&parsed, __ATOMIC_ACQUIRE); }
  void set_parsed() { __atomic_store_n(&parsed, true, __ATOMIC_RELEASE); }
};

struct CallArguments {
  Value self;
  const Value* args;
  u32 nargs;
  Tuple* kwnames;
};

// *args and **kwargs of a native: a borrowed view of the caller's window.
struct Args {
  const Value* items;
  u32 count;
  const Value* begin() const { return items; }
  const Value* end() const { return items + count; }
};
struct Kwargs {
  const Value* values;
  Tuple* names;  // null: none
};

// Parses "name($self, a, b=1, /)" into s. Fatal if `parameters` is not what the text has.
void parse_signature(Thread& t, const char* text, u8 parameters, Signature& s);

// bound[i] for each C++ parameter: a borrowed word, or empty where absent. *args and **kw entries stay
// empty (Convert takes them from the call). Raises TypeError with CPython's messages.
Status bind_slow(Thread& t, const Signature& s, const CallArguments& call, Value* bound);
inline Status bind_arguments(Thread& t, const Signature& s, const CallArguments& call, Value* bound) {
  if (call.kwnames == nullptr && call.nargs >= s.fast_min && call.nargs <= s.fast_max) [[likely]] {
    Value* at = bound;
    if (s.first) *at++ = call.self;
    u32 n = call.nargs < s.max_positional ? call.nargs : s.max_positional;
    for (u32 k = 0; k < n; ++k) *at++ = call.args[k].canonical();
    for (usize i = static_cast<usize>(at - bound); i < s.count; ++i) bound[i] = s.parameters[i].default_value;
    return kDone;
  }
  return bind_slow(t, s, call, bound);
}

}  // namespace taipan
