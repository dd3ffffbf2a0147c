#include "interp/loop/bind.h"

#include <algorithm>

#include "interp/loop/helpers_inline.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/list.h"
#include "runtime/types/near_name.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

struct Parameters {
  Thread& t;
  Function* f;
  Code* code;
  u32 positional;  // without *args
  u32 total;       // with keyword-only ones
  bool has_args, has_kw;

  Parameters(Thread& t, Function* f, Code* code)
      : t(t), f(f), code(code), positional(code->argcount + code->has_namespace), total(positional + code->kwonlyargcount),
        has_args(code->flags & kCoVarArgs), has_kw(code->flags & kCoVarKeywords) {}
  Str* name(u32 i) const { return (*code->local_names)[i].as<Str>(); }
  Value function_name() const { return f->qualname.borrow(); }
};

// "'a', 'b', and 'c'"
Result<Str> list_names(Thread& t, const Value* items, usize n) {
  StrBuilder text(t);
  for (usize i = 0; i < n; ++i) {
    if (i > 0) TRY(text.append_ascii(n == 2 ? " and " : i + 1 == n ? ", and " : ", "));
    Local<Str> one(t, TRY(repr(t, items[i])));
    TRY(text.append(one));
  }
  return text.finish();
}

bool raise_missing(const Parameters& p, const Value* values, u32 first, u32 end, const char* kind) {
  Thread& t = p.t;
  usize n = 0;
  LocalArray missing(t, end - first);
  for (u32 i = first; i < end; ++i)
    if (values[i].is_empty()) missing.set(n++, Value(p.name(i)));
  Local<Str> text(t, TP_TAKE(list_names(t, missing.data(), n)));
  raise(t, TypeError, "{}() missing {} required {} argument{}: {}", p.function_name(), static_cast<unsigned long>(n), kind,
        n == 1 ? "" : "s", text);
  return false;
}

bool raise_too_many(const Parameters& p, u32 given, const Value* values) {
  Thread& t = p.t;
  u32 defaults = p.f->defaults.is_empty() ? 0 : static_cast<u32>(p.f->defaults.borrow()->size());
  u32 keyword_given = 0;
  for (u32 i = p.positional; i < p.total; ++i) keyword_given += !values[i].is_empty();
  bool plural = defaults > 0 || p.positional != 1;
  Local<Str> takes(t, defaults > 0 ? TP_TAKE(str_format(t, "from {} to {}", static_cast<unsigned>(p.positional - defaults),
                                                        static_cast<unsigned>(p.positional)))
                                   : TP_TAKE(str_format(t, "{}", static_cast<unsigned>(p.positional))));
  Local<Str> keywords(t, keyword_given == 0
                             ? TP_TAKE(str_from_ascii(t, ""))
                             : TP_TAKE(str_format(t, " positional argument{} (and {} keyword-only argument{})", given != 1 ? "s" : "",
                                                  static_cast<unsigned>(keyword_given), keyword_given != 1 ? "s" : "")));
  raise(t, TypeError, "{}() takes {} positional argument{} but {}{} {} given", p.function_name(), takes, plural ? "s" : "",
        static_cast<unsigned>(given), keywords, given == 1 && keyword_given == 0 ? "was" : "were");
  return false;
}

// Names of positional-only parameters that were given by keyword.
bool raise_positional_only(const Parameters& p, Tuple* kwnames) {
  Thread& t = p.t;
  StrBuilder text(t);
  bool any = false;
  for (u32 i = 0; i < p.code->posonlyargcount; ++i)
    for (usize k = 0; k < kwnames->size(); ++k) {
      if (!is_a<Str>((*kwnames)[k]) || !str_equal(p.name(i), (*kwnames)[k].as<Str>())) continue;
      if (any) TP_TAKE(text.append_ascii(", "));
      TP_TAKE(text.append(p.name(i)));
      any = true;
    }
  if (!any) return true;
  Local<Str> list(t, TP_TAKE(text.finish()));
  raise(t, TypeError, "{}() got some positional-only arguments passed as keyword arguments: '{}'", p.function_name(), list);
  return false;
}

// The parameter named `key`, or total: not one of them.
u32 find_parameter(const Parameters& p, Str* key) {
  u32 first = p.code->posonlyargcount + p.code->has_namespace;
  for (u32 i = first; i < p.total; ++i)
    if (p.name(i) == key) return i;
  if (key->is_interned()) return p.total;  // as names of parameters are: there is one of each
  for (u32 i = first; i < p.total; ++i)
    if (str_equal(p.name(i), key)) return i;
  return p.total;
}

// The nearest parameter name, for "Did you mean"; null if none is close.
Str* closest_parameter(const Parameters& p, Str* key) {
  Str* best = nullptr;
  NearestName nearest(key);
  for (u32 i = p.code->posonlyargcount; i < p.total; ++i)
    if (nearest.offer(p.name(i))) best = p.name(i);
  return best;
}

bool bind_keyword(const Parameters& p, Value* values, LocalArray& extra, usize k, Value key, Dict* rest, Tuple* kwnames) {
  Thread& t = p.t;
  if (!is_a<Str>(key)) {
    raise(t, TypeError, "{}() keywords must be strings", p.function_name());
    return false;
  }
  u32 i = find_parameter(p, key.as<Str>());
  if (i < p.total) {
    if (!values[i].is_empty()) {
      raise(t, TypeError, "{}() got multiple values for argument '{}'", p.function_name(), key);
      return false;
    }
    values[i] = extra.give(k).word();
    return true;
  }
  if (rest != nullptr) {
    TP_TAKE(dict_set(t, rest, key, extra[k]));
    return true;
  }
  if (p.code->posonlyargcount > 0 && !raise_positional_only(p, kwnames)) return false;
  if (Str* near = closest_parameter(p, key.as<Str>())) {
    raise(t, TypeError, "{}() got an unexpected keyword argument '{}'. Did you mean '{}'?", p.function_name(), key, near);
  } else {
    raise(t, TypeError, "{}() got an unexpected keyword argument '{}'", p.function_name(), key);
  }
  return false;
}

bool fill_defaults(const Parameters& p, Value* values, u32 given) {
  Thread& t = p.t;
  if (given < p.positional) {
    Tuple* defaults = p.f->defaults.borrow();
    u32 count = defaults == nullptr ? 0 : static_cast<u32>(defaults->size());
    u32 first = count < p.positional ? p.positional - count : 0;
    bool missing = false;
    for (u32 i = 0; i < p.positional; ++i) {
      if (!values[i].is_empty()) continue;
      if (i < first) {
        missing = true;
      } else {
        values[i] = defaults->items()[i - (p.positional - count)].load_word(defaults);
      }
    }
    if (missing) return raise_missing(p, values, 0, first, "positional");
  }
  bool missing = false;
  for (u32 i = p.positional; i < p.total; ++i) {
    if (!values[i].is_empty()) continue;
    Dict* defaults = p.f->kwdefaults.borrow();
    Result<> found = defaults == nullptr ? Result<>::absent() : TP_TAKE(dict_get_str(t, defaults, p.name(i)));
    if (found.is_absent()) missing = true;
    values[i] = found.word();
  }
  return !missing || raise_missing(p, values, p.positional, p.total, "keyword-only");
}

// Where the value of each keyword goes.
struct Places {
  static constexpr u32 kMost = 16, kToRest = ~0u;
  u32 of[kMost];
  u32 to_rest = 0;
  u64 given;  // bit i: parameter i has its value
};

// False: a name that is not interned, not wanted, or given twice; or too many of something.
TP_INLINE bool find_places(const Parameters& p, u32 kept, u32 nargs, Tuple* kwnames, u32 keywords, Places* places) {
  if (keywords > Places::kMost || p.total >= 64 || p.code->has_namespace || (nargs > kept && !p.has_args)) return false;
  places->given = (u64{1} << kept) - 1;
  for (u32 k = 0; k < keywords; ++k) {
    Value key = (*kwnames)[k];
    if (!is_exact<Str>(key) || !key.as<Str>()->is_interned()) return false;
    u32 i = p.code->posonlyargcount;
    while (i < p.total && p.name(i) != key.as<Str>()) ++i;
    if (i == p.total) {
      if (!p.has_kw) return false;
      places->of[k] = Places::kToRest;
      ++places->to_rest;
      continue;
    }
    if (places->given >> i & 1) return false;
    places->given |= u64{1} << i;
    places->of[k] = i;
  }
  return true;
}

// The values of keyword-only parameters that were not given, borrowed: good until the next safepoint.
TP_INLINE bool find_named_defaults(const Parameters& p, u64 given, u64* found) {
  Dict* defaults = p.f->kwdefaults.borrow();
  for (u32 i = p.positional; i < p.total; ++i) {
    if (given >> i & 1) continue;
    Value v = defaults == nullptr ? Value::empty() : dict_borrow_str(defaults, p.name(i));
    if (v.is_empty()) return false;
    found[i - p.positional] = v.bits;
  }
  return true;
}

// What nearly all calls are: all names interned, everything required given, nothing twice. The window changes only once all
// that is known and made; whatever raises for another reason than memory is not plain.
enum class Bound { Yes, Error, NotPlain };
Bound bind_plainly(const Parameters& p, Value* args, u32 nargs, Tuple* kwnames) {
  Thread& t = p.t;
  u32 keywords = kwnames == nullptr ? 0 : static_cast<u32>(kwnames->size());
  u32 kept = std::min(nargs, p.positional), named_only = p.total - p.positional;
  Places places;
  u64 named[Places::kMost];  // words
  if (named_only > Places::kMost || !find_places(p, kept, nargs, kwnames, keywords, &places)) return Bound::NotPlain;
  Tuple* defaults = p.f->defaults.borrow();
  u32 count = defaults == nullptr ? 0 : static_cast<u32>(defaults->size());
  for (u32 i = kept; i + count < p.positional; ++i) {
    if (!(places.given >> i & 1)) return Bound::NotPlain;
  }

  Value extra[2] = {Value::empty(), Value::empty()};  // *args and **kw, owned
  {
    Local<> rest(t), surplus(t);
    if (p.has_kw) {
      Result<Dict> made = dict_new(t, places.to_rest);
      if (made.is_error()) return Bound::Error;
      rest.set(made);
      for (u32 k = 0; k < keywords; ++k) {
        if (places.of[k] != Places::kToRest) continue;
        if (dict_set_str(t, rest.value().as<Dict>(), (*kwnames)[k].as<Str>(), args[nargs + k].canonical()).is_error()) {
          return Bound::Error;
        }
      }
    }
    if (p.has_args) {
      Result<Tuple> made = tuple_from(t, args + kept, nargs - kept);
      if (made.is_error()) return Bound::Error;
      surplus.set(made);
    }
    if (!find_named_defaults(p, places.given, named)) return Bound::NotPlain;
    defaults = p.f->defaults.borrow();  // what has been made may have passed a safepoint
    if (count != (defaults == nullptr ? 0 : defaults->size())) return Bound::NotPlain;
    extra[0] = surplus.give().word();
    extra[1] = rest.give().word();
  }

  // No safepoint from here on.
  u64 given[Places::kMost];  // words
  for (u32 k = 0; k < keywords; ++k) {
    given[k] = args[nargs + k].bits;
    args[nargs + k] = Value::empty();
  }
  clear_range(args + kept, nargs - kept);
  for (u32 k = 0; k < keywords; ++k) {
    if (places.of[k] == Places::kToRest) {
      drop(Value(given[k]));
    } else {
      args[places.of[k]] = Value(given[k]);
    }
  }
  for (u32 i = kept; i < p.positional; ++i) {
    if (!(places.given >> i & 1)) args[i] = defaults->items()[i + count - p.positional].load_word(defaults);
  }
  for (u32 i = p.positional; i < p.total; ++i) {
    if (!(places.given >> i & 1)) args[i] = take_word(Value(named[i - p.positional]));
  }
  u32 at = p.total;
  if (p.has_args) args[at++] = extra[0];
  if (p.has_kw) args[at] = extra[1];
  return Bound::Yes;
}

// Only defaults are missing, and they are there.
TP_INLINE bool bind_defaults(Function* f, const Code* code, Value* args, u32 nargs) {
  if (nargs > code->argcount || code->flags & (kCoVarArgs | kCoVarKeywords) || code->kwonlyargcount != 0 || code->has_namespace) {
    return false;
  }
  Tuple* defaults = f->defaults.borrow();
  u32 count = defaults == nullptr ? 0 : static_cast<u32>(defaults->size());
  if (nargs + count < code->argcount) return false;
  for (u32 i = nargs; i < code->argcount; ++i) args[i] = defaults->items()[i + count - code->argcount].load_word(defaults);
  return true;
}

}  // namespace

bool bind_arguments(Thread& t, Function* f, Code* code, Value* args, u32 nargs, Tuple* kwnames) {
  if (kwnames == nullptr && bind_defaults(f, code, args, nargs)) return true;
  Parameters p(t, f, code);
  Bound plain = bind_plainly(p, args, nargs, kwnames);
  if (plain != Bound::NotPlain) return plain == Bound::Yes;
  u32 keywords = kwnames == nullptr ? 0 : static_cast<u32>(kwnames->size());
  // Keyword values and surplus positional ones leave the window: their places are parameters now.
  u32 kept = std::min(nargs, p.positional);
  if (ensure_stack(t, nargs + keywords + 64).is_error()) return false;
  LocalArray extra(t, keywords);
  for (u32 k = 0; k < keywords; ++k) {
    extra.set(k, Result<>::from_owned(args[nargs + k]));
    args[nargs + k] = Value::empty();
  }
  Local<Tuple> surplus(t);
  if (p.has_args) {
    surplus.set(nargs == kept ? own(empty_tuple()) : TP_TAKE(tuple_from(t, args + kept, nargs - kept)));
  }
  LocalArray leftover(t, nargs - kept);  // for the count in the message below, and to drop them late
  for (u32 i = kept; i < nargs; ++i) {
    leftover.set(i - kept, Result<>::from_owned(args[i]));
    args[i] = Value::empty();
  }
  for (u32 i = kept; i < code->arg_registers(); ++i) args[i] = Value::empty();
  Local<Dict> rest(t);
  if (p.has_kw) rest.set(TP_TAKE(dict_new(t, keywords)));
  for (u32 k = 0; k < keywords; ++k) {
    if (!bind_keyword(p, args, extra, k, (*kwnames)[k], rest, kwnames)) return false;
  }
  if (nargs > kept && !p.has_args) return raise_too_many(p, nargs, args);
  if (!fill_defaults(p, args, kept)) return false;
  u32 at = p.total;
  if (p.has_args) args[at++] = surplus.give().word();
  if (p.has_kw) args[at] = rest.give().word();
  return true;
}

}  // namespace taipan
