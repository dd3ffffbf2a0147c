// make_scanner: JSON text to objects. Recursive descent, bounded by the recursion limit and the machine stack.
#include <algorithm>
#include <cstring>
#include <iterator>

#include "runtime/base/float_text.h"
#include "runtime/base/hash.h"
#include "runtime/modules/json/json.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

struct Scanner : Object {
  Slot<> object_hook, object_pairs_hook, array_hook, parse_float, parse_int, parse_constant;
  bool strict;  // all set by the constructor, never changed
};

void scanner_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Scanner*>(o);
  visit(s->object_hook, s->object_pairs_hook, s->array_hook, s->parse_float, s->parse_int, s->parse_constant);
}

template <class Lane>
class Parse {
 public:
  Parse(Thread& t, Scanner* scanner, Str* text, const Lane* lanes)
      : t_(t), scanner_(scanner), s_(text), p_(lanes), n_(text->length()), keys_(t, kKeys) {}

  Result<> value(usize at, usize* end) {
    if (at >= n_) return raise_stop_iteration(t_, Value::small_int(static_cast<i64>(at)));
    switch (p_[at]) {
      case '"': return json_scan_string(t_, s_, at + 1, scanner_->strict, end);
      case '{': return nested(&Parse::object, at, end, " while decoding a JSON object from a unicode string");
      case '[': return nested(&Parse::array, at, end, " while decoding a JSON array from a unicode string");
      case 'n':
        if (has(at, "null")) return *end = at + 4, none();
        break;
      case 't':
        if (has(at, "true")) return *end = at + 4, boolean(true);
        break;
      case 'f':
        if (has(at, "false")) return *end = at + 5, boolean(false);
        break;
      case 'N':
        if (has(at, "NaN")) return constant("NaN", at, end);
        break;
      case 'I':
        if (has(at, "Infinity")) return constant("Infinity", at, end);
        break;
      case '-':
        if (has(at, "-Infinity")) return constant("-Infinity", at, end);
        break;
      default: break;
    }
    return number(at, end);
  }

 private:
  static constexpr usize kKeys = 32;  // recently seen keys: objects of one kind share theirs

  char32_t at(usize i) const { return i < n_ ? p_[i] : 0; }
  bool has(usize i, std::string_view word) const {
    if (i + word.size() > n_) return false;
    for (usize k = 0; k < word.size(); ++k) {
      if (p_[i + k] != static_cast<u8>(word[k])) return false;
    }
    return true;
  }
  usize skip_space(usize i) const {
    for (; i < n_; ++i) {
      u32 c = p_[i];
      if (c > ' ' || (c != ' ' && c != '\n' && c != '\t' && c != '\r')) break;
    }
    return i;
  }
  ErrorTag fail(const char* message, usize i) { return raise_json_error(t_, message, s_, i); }

  Result<> nested(Result<> (Parse::*parse)(usize, usize*), usize i, usize* end, const char* doing) {
    RecursionGuard guard(t_);
    TRY(guard.check(doing));
    TRY(safepoint(t_));
    ++depth_;
    Result<> r = (this->*parse)(i + 1, end);
    --depth_;
    return r;
  }

  Result<> constant(const char* name, usize i, usize* end) {
    *end = i + std::strlen(name);
    Local<Str> text(t_, TRY(str_intern(t_, name)));
    return call(t_, scanner_->parse_constant.borrow(), text);
  }

  Result<> array(usize i, usize* end) {
    Local<List> list(t_, TRY(list_new(t_)));
    i = skip_space(i);
    if (at(i) != ']' || i >= n_) {
      while (true) {
        TRY(list_push(t_, list, TRY(value(i, &i))));
        i = skip_space(i);
        char32_t c = at(i);
        if (c == ']') break;
        if (c != ',') return fail("Expecting ',' delimiter", i);
        usize comma = i;
        i = skip_space(i + 1);
        if (at(i) == ']') return fail("Illegal trailing comma before end of array", comma);
      }
    }
    *end = i + 1;
    Value hook = scanner_->array_hook.borrow();
    if (is_none(hook)) return list.give();
    return call(t_, hook, list);
  }

  // A key of plain ASCII seen lately is not made again.
  Result<Str> key(usize start, usize* end) {
    if constexpr (sizeof(Lane) > 1) return json_scan_string(t_, s_, start, scanner_->strict, end);
    const Lane* p = p_;
    usize i = start;
    u64 mix = 0;
    while (i < n_ && p[i] >= 0x20 && p[i] < 0x80 && p[i] != '"' && p[i] != '\\') mix = mix * 31 + p[i++];
    if (i >= n_ || p[i] != '"' || i - start > 64) return json_scan_string(t_, s_, start, scanner_->strict, end);
    *end = i + 1;
    usize slot = (mix ^ mix >> 7) % kKeys;
    Value known = keys_[slot];
    if (!known.is_empty()) {
      Str* k = known.as<Str>();
      if (k->length() == i - start && std::memcmp(k->data(), p + start, i - start) == 0) return own(k);
    }
    Local<Str> fresh(t_, TRY(str_substring(t_, s_, start, i)));
    keys_.set(slot, fresh.value());
    return fresh.give();
  }

  Result<> object(usize i, usize* end) {
    constexpr const char* kNoName = "Expecting property name enclosed in double quotes";
    Value pairs_hook = scanner_->object_pairs_hook.borrow(), hook = scanner_->object_hook.borrow();
    bool as_pairs = !is_none(pairs_hook);
    Local<> result(t_);
    if (as_pairs) {
      result.set(Result<>(TRY(list_new(t_))));
    } else {
      result.set(Result<>(TRY(dict_new(t_, expected()))));
    }
    i = skip_space(i);
    if (at(i) != '}' || i >= n_) {
      while (true) {
        if (at(i) != '"') return fail(kNoName, i);
        Local<Str> name(t_, TRY(key(i + 1, &i)));
        i = skip_space(i);
        if (at(i) != ':') return fail("Expecting ':' delimiter", i);
        Local<> item(t_, TRY(value(skip_space(i + 1), &i)));
        if (as_pairs) {
          Local<Tuple> pair(t_, TRY(tuple_of(t_, name, item)));
          TRY(list_append(t_, result.value().as<List>(), pair.value()));
        } else {
          TRY(dict_set_str(t_, result.value().as<Dict>(), name, item));
        }
        i = skip_space(i);
        char32_t c = at(i);
        if (c == '}') break;
        if (c != ',') return fail("Expecting ',' delimiter", i);
        usize comma = i;
        i = skip_space(i + 1);
        if (at(i) == '}') return fail("Illegal trailing comma before end of object", comma);
      }
    }
    *end = i + 1;
    if (as_pairs) return call(t_, pairs_hook, result);
    expected() = static_cast<u8>(std::min<usize>(dict_size(result.value().as<Dict>()), 48));
    if (!is_none(hook)) return call(t_, hook, result);
    return result.give();
  }

  static bool is_digit(char32_t c) { return c >= '0' && c <= '9'; }

  Result<> number(usize start, usize* end) {
    usize i = start;
    auto no_value = [&] { return raise_stop_iteration(t_, Value::small_int(static_cast<i64>(start))); };
    if (at(i) == '-') ++i;
    if (!is_digit(at(i))) return no_value();
    i64 small = 0;
    usize first = i;
    if (at(i) == '0') {
      ++i;
    } else {
      for (; is_digit(at(i)); ++i) {
        if (i - first < 18) small = small * 10 + static_cast<i64>(at(i) - '0');
      }
    }
    usize digits = i - first;
    bool is_float = false;
    if (at(i) == '.' && is_digit(at(i + 1))) {
      is_float = true;
      for (++i; is_digit(at(i));) ++i;
    }
    if (at(i) == 'e' || at(i) == 'E') {
      usize e = i + 1;
      if (at(e) == '+' || at(e) == '-') ++e;
      if (is_digit(at(e))) {
        is_float = true;
        for (i = e; is_digit(at(i));) ++i;
      }
    }
    *end = i;
    Value parse = is_float ? scanner_->parse_float.borrow() : scanner_->parse_int.borrow();
    bool builtin = same(parse, Value(is_float ? &float_type : &int_type));
    if (builtin && !is_float && digits <= 18) return int_from_i64(t_, at(start) == '-' ? -small : small);
    if constexpr (sizeof(Lane) == 1) {
      if (builtin && is_float) {
        f64 d;
        parse_double_prefix({reinterpret_cast<const char*>(p_ + start), i - start}, &d);
        return float_from(t_, d);
      }
    }
    Local<Str> text(t_, TRY(str_substring(t_, s_, start, i)));
    if (!builtin) return call(t_, parse, text);
    const char* chars = reinterpret_cast<const char*>(text->data());
    if (!is_float) return int_from_text(t_, chars, text->length(), 10);
    f64 d;
    parse_double_prefix({chars, text->length()}, &d);
    return float_from(t_, d);
  }

  Thread& t_;
  Scanner* scanner_;
  Str* s_;
  const Lane* p_;
  usize n_;
  LocalArray keys_;
  // How many members the last object of the same depth had: records are alike.
  u8& expected() { return expected_[depth_ % std::size(expected_)]; }
  u8 expected_[8] = {};
  u32 depth_ = 0;
};

Result<> scanner_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Value text, index;
  u32 total = nargs + (kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0);
  for (u32 i = 0; i < total; ++i) {
    if (i < nargs ? i == 0 : str_equals((*kwnames)[i - nargs].as<Str>(), "string")) text = args[i].canonical();
    else if (i < nargs ? i == 1 : str_equals((*kwnames)[i - nargs].as<Str>(), "idx")) index = args[i].canonical();
  }
  if (total != 2 || text.is_empty() || index.is_empty()) {
    return raise(t, TypeError, "scan_once() takes exactly 2 arguments ({} given)", total);
  }
  if (!is_a<Str>(text)) return raise(t, TypeError, "first argument must be a string, not {!T}", text);
  ssize at = TRY(to_ssize(t, index));
  if (at < 0) return raise(t, ValueError, "idx cannot be negative");
  TRY(ensure_stack(t, 64));
  Str* document = text.as<Str>();
  return with_lanes(document, [&](auto* lanes) -> Result<> {
    Parse parse(t, self.as<Scanner>(), document, lanes);
    usize end = 0;
    Local<> value(t, TRY(parse.value(static_cast<usize>(at), &end)));
    return tuple_of(t, value, Value::small_int(static_cast<i64>(end)));
  });
}

Result<> scanner_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  u32 total = nargs + (kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0);
  if (total != 1) return raise(t, TypeError, "make_scanner() takes exactly 1 argument ({} given)", total);
  Value context = args[0].canonical();
  auto* fresh = new_object<Scanner>(t, cls);
  if (fresh == nullptr) return kError;
  Local<> held(t, Result<>::from_owned(own_new(fresh).word()));
  auto read = [&](const char* name) -> Result<> {
    Local<Str> text(t, TRY(str_intern(t, name)));
    return get_attribute(t, context, text);
  };
  Local<> strict(t, TRY(read("strict")));
  fresh->strict = TRY(truth(t, strict));
  struct Field {
    const char* name;
    Slot<> Scanner::*slot;
  };
  static constexpr Field kFields[] = {
      {"object_hook", &Scanner::object_hook}, {"object_pairs_hook", &Scanner::object_pairs_hook},
      {"array_hook", &Scanner::array_hook},   {"parse_float", &Scanner::parse_float},
      {"parse_int", &Scanner::parse_int},     {"parse_constant", &Scanner::parse_constant}};
  for (const Field& f : kFields) {
    Local<> v(t, TRY(read(f.name)));
    (fresh->*f.slot).store(fresh, v.value());
  }
  return held.give();
}

const MemberDef kMembers[] = {
    {"strict", MemberKind::Bool, offsetof(Scanner, strict), true, "Are control characters in strings errors?"},
    {"object_hook", MemberKind::Object, offsetof(Scanner, object_hook), true, "Called with each dict."},
    {"object_pairs_hook", MemberKind::Object, offsetof(Scanner, object_pairs_hook), true, "Called with each list of pairs."},
    {"array_hook", MemberKind::Object, offsetof(Scanner, array_hook), true, "Called with each list."},
    {"parse_float", MemberKind::Object, offsetof(Scanner, parse_float), true, "Called with the text of floats."},
    {"parse_int", MemberKind::Object, offsetof(Scanner, parse_int), true, "Called with the text of ints."},
    {"parse_constant", MemberKind::Object, offsetof(Scanner, parse_constant), true, "Called with NaN, Infinity, -Infinity."},
};

}  // namespace

const TypeDef kJsonScannerDef = {.name = "_json.Scanner",
                                 .doc = "JSON scanner object",
                                 .flags = kTypeBase | kTypeGcTracked | kTypeImmutable,
                                 .size = sizeof(Scanner),
                                 .slots = {.visit = scanner_visit, .new_ = scanner_new, .call = scanner_call},
                                 .members = kMembers};

}  // namespace taipan
