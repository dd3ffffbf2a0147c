#include "runtime/native/signature.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "runtime/object/class_build.h"
#include "runtime/object/dependents.h"
#include "runtime/object/error.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/near_name.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

[[noreturn]] void bad_signature(const char* text, const char* why) {
  std::fprintf(stderr, "signature `%s`: %s\n", text, why);
  fatal("bad native signature");
}

std::string_view trim(std::string_view s) {
  while (!s.empty() && (s.front() == ' ' || s.front() == '\n')) s.remove_prefix(1);
  while (!s.empty() && (s.back() == ' ' || s.back() == '\n')) s.remove_suffix(1);
  return s;
}

// Defaults live as long as the process: nobody counts them.
Value immortal_word(Result<> owned) {
  Value v = owned.word();
  if (v.is_ref() && !v.object()->is_immortal()) make_immortal(v.object());
  return v.canonical();
}

Value parse_default(Thread& t, const char* text, std::string_view s) {
  if (s == "None") return none_value();
  if (s == "True") return bool_value(true);
  if (s == "False") return bool_value(false);
  if (s == "()") return Value(empty_tuple());
  if (s.front() == '<') return Value::empty();
  if (s == "sys.maxsize") return immortal_word(int_from_i64(t, INT64_MAX));
  if (s.front() == '\'' || s.front() == '"') {
    if (s.size() < 2 || s.back() != s.front()) bad_signature(text, "unterminated text");
    char plain[64];
    usize n = 0;
    for (usize i = 1; i + 1 < s.size() && n < sizeof(plain); ++i) {
      char c = s[i];
      if (c == '\\' && i + 2 < s.size()) {
        c = s[++i];
        c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
      }
      plain[n++] = c;
    }
    return Value(str_immortal(t, {plain, n}));
  }
  if (s.front() == '-' || (s.front() >= '0' && s.front() <= '9')) {
    char number[64] = {};
    if (s.size() >= sizeof(number)) bad_signature(text, "number too long");
    std::memcpy(number, s.data(), s.size());
    bool hex = s.find('x') != s.npos;
    if (!hex && s.find_first_of(".e") != s.npos) {
      return immortal_word(float_from(t, std::strtod(number, nullptr)));
    }
    return immortal_word(int_from_i64(t, std::strtoll(number, nullptr, 0)));
  }
  return Value::empty();  // a name (sys.stdout): the function sees that it is absent
}

}  // namespace

void parse_signature(Thread& t, const char* text, u8 parameters, Signature& published) {
  if (published.is_parsed()) return;
  Signature s;
  const char* open = std::strchr(text, '(');
  if (open == nullptr) bad_signature(text, "no parenthesis");
  usize name_length = static_cast<usize>(open - text);
  char* name = static_cast<char*>(std::malloc(name_length + 1));  // never freed: part of the def
  Parameter* list = static_cast<Parameter*>(std::calloc(parameters + 1u, sizeof(Parameter)));
  if (name == nullptr || list == nullptr) fatal("out of memory at start");
  std::memcpy(name, text, name_length);
  name[name_length] = 0;
  s.function_name = name;
  s.parameters = list;

  ParameterKind kind = ParameterKind::PositionalOrKeyword;
  bool keywords_possible = false;
  bool bracketed = false;  // "a[, b[, c]]": what stands in brackets is optional, None by default
  const char* at = open + 1;
  while (*at && *at != ')') {
    const char* start = at;
    int depth = 0;
    char quote = 0;
    for (; *at; ++at) {
      if (quote) {
        if (*at == '\\') ++at;
        else if (*at == quote) quote = 0;
        continue;
      }
      if (*at == '\'' || *at == '"') quote = *at;
      else if (*at == '(' || *at == '{') ++depth;
      else if ((*at == ')' || *at == '}') && depth > 0) --depth;
      else if (depth == 0 && std::strchr(",)[]", *at)) break;
    }
    std::string_view item = trim({start, static_cast<usize>(at - start)});
    bool optional = bracketed;
    bracketed |= *at == '[';
    if (*at && *at != ')') ++at;
    if (item.empty() || item == "$module") continue;
    if (item == "/") {
      for (usize i = 0; i < s.count; ++i) list[i].kind = ParameterKind::PositionalOnly;
      continue;
    }
    if (item == "*") {
      kind = ParameterKind::KeywordOnly;
      continue;
    }
    if (s.count == parameters) bad_signature(text, "more parameters than the C++ function has");
    Parameter& p = list[s.count++];
    if (item.front() == '$') {
      p.kind = ParameterKind::PositionalOnly;
      p.name = str_immortal(t, item.substr(1));
      s.first = 1;
      continue;
    }
    if (item.starts_with("**")) {
      p = {str_immortal(t, item.substr(2)), Value::empty(), ParameterKind::VarKeywords, true};
      s.has_var_keywords = true;
      continue;
    }
    if (item.front() == '*') {
      p = {str_immortal(t, item.substr(1)), Value::empty(), ParameterKind::VarArgs, true};
      s.has_var_args = true;
      kind = ParameterKind::KeywordOnly;
      continue;
    }
    usize equals = item.find('=');
    p.kind = kind;
    p.name = str_immortal(t, trim(item.substr(0, equals)));
    if (optional) {
      p.optional = true;
      p.default_value = none_value();
    }
    if (equals != item.npos) {
      p.optional = true;
      p.default_value = parse_default(t, text, trim(item.substr(equals + 1)));
    }
  }
  if (s.count != parameters) bad_signature(text, "fewer parameters than the C++ function has");
  for (usize i = s.first; i < s.count; ++i) {
    const Parameter& p = list[i];
    if (p.kind == ParameterKind::PositionalOnly || p.kind == ParameterKind::PositionalOrKeyword) {
      ++s.max_positional;
      if (!p.optional) s.min_positional = s.max_positional;
    }
    if (p.kind != ParameterKind::PositionalOnly && p.kind != ParameterKind::VarArgs) {
      keywords_possible = true;
    }
  }
  s.positional_only = !keywords_possible && !s.has_var_args;
  // *args, ** and absent keyword-only parameters stay empty or take their defaults; a required one of the
  // last kind never binds without keywords.
  bool needs_keyword = false;
  for (usize i = s.first; i < s.count; ++i) needs_keyword |= list[i].kind == ParameterKind::KeywordOnly && !list[i].optional;
  if (!needs_keyword) {
    s.fast_min = s.min_positional;
    s.fast_max = s.has_var_args ? 0xffff : s.max_positional;
  }
  TypeLock lock;  // two threads may call a constructor for the first time
  if (published.is_parsed()) return;
  s.owner = published.owner;
  published = s;
  published.set_parsed();
}

namespace {

// Messages as CPython's argument parsers have them; which one speaks depends on what the function takes.

// Whose function it is, for "list.append()": of class methods the class they are called on.
Str* owner_name(const Signature& s, Value self) {
  if (!self.is_empty() && is_a<Type>(self) && !is_subtype(*s.owner, type_type)) {
    return self.as<Type>()->name.borrow();
  }
  return s.owner->name.borrow();
}

ErrorTag raise_no_keywords(Thread& t, const Signature& s, Value self) {
  if (s.owner) {
    return raise(t, TypeError, "{}.{}() takes no keyword arguments", owner_name(s, self), s.function_name);
  }
  return raise(t, TypeError, "{}() takes no keyword arguments", s.function_name);
}

ErrorTag raise_positional_count(Thread& t, const Signature& s, Value self, u32 n) {
  u32 min = s.min_positional, max = s.max_positional;
  if (!s.has_var_args && max <= 1 && min == max) {
    const char* takes = max == 0 ? "takes no arguments" : "takes exactly one argument";
    if (s.owner) {
      return raise(t, TypeError, "{}.{}() {} ({} given)", owner_name(s, self), s.function_name, takes, n);
    }
    return raise(t, TypeError, "{}() {} ({} given)", s.function_name, takes, n);
  }
  if (n < min) {
    return raise(t, TypeError, "{} expected {}{} argument{}, got {}", s.function_name,
                 min == max && !s.has_var_args ? "" : "at least ", min, min == 1 ? "" : "s", n);
  }
  return raise(t, TypeError, "{} expected {}{} argument{}, got {}", s.function_name,
               min == max ? "" : "at most ", max, max == 1 ? "" : "s", n);
}

ErrorTag raise_unexpected(Thread& t, const Signature& s, Str* keyword) {
  NearestName nearest(keyword);
  Str* near = nullptr;
  for (usize i = s.first; i < s.count; ++i) {
    const Parameter& p = s.parameters[i];
    bool has_name = p.kind == ParameterKind::PositionalOrKeyword || p.kind == ParameterKind::KeywordOnly;
    if (has_name && nearest.offer(p.name)) near = p.name;
  }
  if (near == nullptr) return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'", s.function_name, keyword);
  return raise(t, TypeError, "{}() got an unexpected keyword argument '{}'. Did you mean '{}'?", s.function_name, keyword, near);
}

ErrorTag raise_takes(Thread& t, const Signature& s, const char* how, u32 n, const char* kind, u32 given) {
  return raise(t, TypeError, "{}() takes {} {} {}argument{} ({} given)", s.function_name, how, n, kind,
               n == 1 ? "" : "s", given);
}

bool names_equal(const Str* a, const Str* b) { return a == b || str_equal(a, b); }

}  // namespace

Status bind_slow(Thread& t, const Signature& s, const CallArguments& call, Value* bound) {
  u32 keywords = call.kwnames ? static_cast<u32>(call.kwnames->size()) : 0;
  if (s.positional_only) {
    if (keywords > 0) return raise_no_keywords(t, s, call.self);
    if (call.nargs < s.min_positional || call.nargs > s.max_positional) {
      return raise_positional_count(t, s, call.self, call.nargs);
    }
  }
  bool takes_keywords = s.has_var_keywords;
  u32 total = 0, required = 0, positional_required = 0;
  for (usize i = s.first; i < s.count; ++i) {
    const Parameter& p = s.parameters[i];
    if (p.kind == ParameterKind::VarArgs || p.kind == ParameterKind::VarKeywords) continue;
    ++total;
    if (!p.optional) required = total;
    if (p.kind == ParameterKind::PositionalOnly && !p.optional) positional_required = total;
    if (p.kind != ParameterKind::PositionalOnly) takes_keywords = true;
  }
  if (keywords > 0 && !takes_keywords) return raise_no_keywords(t, s, call.self);
  if (!s.has_var_args && !takes_keywords && call.nargs > s.max_positional) {
    return raise_positional_count(t, s, call.self, call.nargs);
  }
  if (!takes_keywords && call.nargs < s.min_positional) return raise_positional_count(t, s, call.self, call.nargs);
  if (!s.has_var_args && !s.has_var_keywords && call.nargs + keywords > total) {
    return raise_takes(t, s, required == total ? "exactly" : "at most", total,
                       call.nargs == 0 ? "keyword " : "", call.nargs + keywords);
  }
  if (!s.has_var_args && call.nargs > s.max_positional) {
    if (s.max_positional == 0) {
      return raise(t, TypeError, "{}() takes no positional arguments", s.function_name);
    }
    return raise_takes(t, s, s.min_positional < s.max_positional ? "at most" : "exactly",
                       s.max_positional, "positional ", call.nargs);
  }
  if (call.nargs < positional_required) {
    return raise_takes(t, s, positional_required < s.max_positional ? "at least" : "exactly",
                       positional_required, "positional ", call.nargs);
  }

  usize i = 0;
  if (s.first) bound[i++] = call.self;
  for (u32 k = 0; i < s.count; ++i) {
    const Parameter& p = s.parameters[i];
    bool positional =
        p.kind == ParameterKind::PositionalOnly || p.kind == ParameterKind::PositionalOrKeyword;
    bound[i] = positional && k < call.nargs ? call.args[k++].canonical() : Value::empty();
  }
  Str* unexpected = nullptr;  // told of only if nothing that is required is missing
  for (u32 k = 0; k < keywords; ++k) {
    Str* name = (*call.kwnames)[k].as<Str>();
    Value v = call.args[call.nargs + k].canonical();
    usize j = s.first;
    for (; j < s.count; ++j) {
      ParameterKind kind = s.parameters[j].kind;
      if (kind != ParameterKind::PositionalOrKeyword && kind != ParameterKind::KeywordOnly) continue;
      if (names_equal(s.parameters[j].name, name)) break;
    }
    if (j == s.count) {
      if (s.has_var_keywords) continue;
      if (unexpected == nullptr) unexpected = name;
      continue;
    }
    if (!bound[j].is_empty()) {
      return raise(t, TypeError, "argument for {}() given by name ('{}') and position ({})",
                   s.function_name, name, static_cast<int>(j - s.first + 1));
    }
    bound[j] = v;
  }
  for (i = s.first; i < s.count; ++i) {
    const Parameter& p = s.parameters[i];
    if (!bound[i].is_empty() || p.kind == ParameterKind::VarArgs || p.kind == ParameterKind::VarKeywords) {
      continue;
    }
    if (!p.optional) {
      if (p.kind == ParameterKind::KeywordOnly) {
        return raise(t, TypeError, "{}() missing required keyword-only argument: '{}'", s.function_name, p.name);
      }
      return raise(t, TypeError, "{}() missing required argument '{}' (pos {})", s.function_name, p.name,
                   static_cast<int>(i - s.first + 1));
    }
    bound[i] = p.default_value;
  }
  if (unexpected != nullptr) return raise_unexpected(t, s, unexpected);
  return kDone;
}

}  // namespace taipan
