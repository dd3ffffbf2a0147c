// Raising and looking at exceptions. The pending exception waits in Thread::exc; functions report it by
// an error Result. raise() is the return value: `return raise(t, ValueError, "bad {}", x);`
// In formats {} is str() of an argument, {!r} its repr(), {!T} the name of its type, {!Q} with its module; {{ and }} literal.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

extern Type BaseException_type;  // the struct BaseException has the plain name
#define TP_EXCEPTION(name, base, layout) extern Type name;
#include "runtime/types/exceptions.def"
#undef TP_EXCEPTION

// One formatted argument. References are borrowed for the call.
struct FormatArg {
  enum class Kind : u8 { Object, Text, Signed, Unsigned, Double } kind;
  union {
    u64 word;
    const char* text;
    i64 i;
    u64 u;
    f64 d;
  };
  FormatArg(Value v) : kind(Kind::Object), word(v.bits) {}          // NOLINT
  FormatArg(const Object* o) : kind(Kind::Object), word(Value(o).bits) {}  // NOLINT
  template <class L>  // Local<T>
    requires requires(const L& l) { l.is_empty(); l.value().bits; }
  FormatArg(const L& l) : kind(Kind::Object), word(l.value().bits) {}  // NOLINT
  FormatArg(const char* s) : kind(Kind::Text), text(s) {}           // NOLINT
  FormatArg(int x) : kind(Kind::Signed), i(x) {}                    // NOLINT
  FormatArg(long x) : kind(Kind::Signed), i(x) {}                   // NOLINT
  FormatArg(long long x) : kind(Kind::Signed), i(x) {}              // NOLINT
  FormatArg(unsigned x) : kind(Kind::Unsigned), u(x) {}             // NOLINT
  FormatArg(unsigned long x) : kind(Kind::Unsigned), u(x) {}        // NOLINT
  FormatArg(double x) : kind(Kind::Double), d(x) {}                 // NOLINT
};

ErrorTag raise_formatted(Thread& t, Type& type, const char* format, const FormatArg* args, usize n);
template <class... A>
inline ErrorTag raise(Thread& t, Type& type, const char* format, const A&... args) {
  if constexpr (sizeof...(A) == 0) {
    return raise_formatted(t, type, format, nullptr, 0);
  } else {
    FormatArg list[] = {FormatArg(args)...};
    return raise_formatted(t, type, format, list, sizeof...(A));
  }
}
// The same formatting, as a new str.
Result<Str> format_text(Thread& t, const char* format, const FormatArg* args, usize n);
template <class... A>
inline Result<Str> str_format(Thread& t, const char* format, const A&... args) {
  FormatArg list[] = {FormatArg(args)..., FormatArg("")};
  return format_text(t, format, list, sizeof...(A));
}

ErrorTag raise_value(Thread& t, Type& type, Value argument);   // type(argument): KeyError(key)
ErrorTag raise_none(Thread& t, Type& type);                    // type()
ErrorTag raise_object(Thread& t, Value exception);             // an exception instance, borrowed
ErrorTag raise_os_error(Thread& t, int errno_value, Value filename = Value::empty(),
                        Value filename2 = Value::empty());     // the subclass that errno selects
// AttributeError with its name and obj set.
ErrorTag raise_attribute_error_formatted(Thread& t, Value o, Str* name, const char* format,
                                         const FormatArg* args, usize n);
template <class... A>
inline ErrorTag raise_attribute_error(Thread& t, Value o, Str* name, const char* format, const A&... args) {
  FormatArg list[] = {FormatArg(args)..., FormatArg("")};
  return raise_attribute_error_formatted(t, o, name, format, list, sizeof...(A));
}
ErrorTag raise_name_error(Thread& t, Type& type, Str* name, const char* format);  // {}: the name
ErrorTag raise_import_error(Thread& t, Type& type, Value message, Value name, Value path);
ErrorTag raise_stop_iteration(Thread& t, Value value);         // value empty: none

inline bool error_pending(const Thread& t) { return !t.exc.is_empty(); }
bool error_matches(Thread& t, const Type& type);  // is the pending exception an instance of `type`?
void clear_error(Thread& t);
Result<BaseException> take_error(Thread& t);      // the pending exception, owned; none is pending after
void restore_error(Thread& t, Result<BaseException> exception);  // pending again (consumes)
// Sets __context__ of the pending exception from Thread::handled where Python says so: done by raise_*.
// If the pending exception is `type`: clears it and is true.
bool swallow(Thread& t, const Type& type);
// sys.unraisablehook for an exception in a finaliser, callback or __del__; clears the pending exception.
void write_unraisable(Thread& t, const char* while_doing, Value object);
// Emits a warning through the warnings machinery; an error if filters turn it into one.
Status warn(Thread& t, Type& category, const char* message, int stack_level = 1);
Status warn(Thread& t, Type& category, Str* message, int stack_level = 1);
// A warning from a finaliser, which has nobody to raise to: what a filter makes an error of is reported as
// write_unraisable(while_doing, about). `message` is the text, or the failure to make it.
void warn_at_end(Thread& t, Type& category, Result<Str> message, const char* while_doing, Value about);

}  // namespace taipan
