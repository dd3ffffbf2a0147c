// Dialect: what separates, quotes and ends fields and records.
#include "runtime/modules/csv/csv.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

bool CsvDialect::line_end_has(char32_t c) const {
  const Str* end = line_end.borrow();
  for (usize i = 0; i < end->length(); ++i) {
    if (end->at(i) == c) return true;
  }
  return false;
}

bool CsvDialect::is_special(char32_t c) const {
  return c == delimiter || c == quote || c == escape || c == '\n' || c == '\r' || line_end_has(c);
}

namespace {

enum Parameter : u8 {
  kDelimiter, kDoubleQuote, kEscapeChar, kLineTerminator, kQuoteChar, kQuoting, kSkipInitialSpace, kStrict, kParameters
};
constexpr const char* kNames[] = {"delimiter", "doublequote", "escapechar", "lineterminator",
                                  "quotechar", "quoting", "skipinitialspace", "strict"};

void dialect_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<CsvDialect*>(o)->line_end); }

// One character; None is allowed where the dialect can do without.
Status set_char(Thread& t, Parameter p, Value v, bool optional, char32_t* out) {
  if (v.is_empty()) return kDone;
  if (optional && is_none(v)) return *out = kCsvUnset, kDone;
  const char* wanted = optional ? "a unicode character or None" : "a unicode character";
  if (!is_a<Str>(v)) return raise(t, TypeError, "\"{}\" must be {}, not {!T}", kNames[p], wanted, v);
  if (v.as<Str>()->length() != 1) {
    return raise(t, TypeError, "\"{}\" must be {}, not a string of length {}", kNames[p], wanted, v.as<Str>()->length());
  }
  *out = v.as<Str>()->at(0);
  return kDone;
}

Status set_flag(Thread& t, Value v, bool* out) {
  if (!v.is_empty()) *out = TRY(truth(t, v));
  return kDone;
}

Status set_quoting(Thread& t, Value v, CsvQuoting* out) {
  if (v.is_empty()) return kDone;
  if (!is_exact_int(v)) return raise(t, TypeError, "\"quoting\" must be an integer, not {!T}", v);
  i64 n;
  if (!int_to_i64(v, &n) || n < 0 || n > static_cast<i64>(CsvQuoting::NotNull)) {
    return raise(t, TypeError, "bad \"quoting\" value");
  }
  *out = static_cast<CsvQuoting>(n);
  return kDone;
}

Status check_characters(Thread& t, const CsvDialect& d) {
  auto check = [&](Parameter p, char32_t c, bool space) -> Status {
    if (c == '\n' || c == '\r' || (c == ' ' && !space)) return raise(t, ValueError, "bad {} value", kNames[p]);
    return kDone;
  };
  TRY(check(kDelimiter, d.delimiter, true));
  TRY(check(kEscapeChar, d.escape, !d.skip_initial_space));
  TRY(check(kQuoteChar, d.quote, !d.skip_initial_space));
  auto differ = [&](Parameter p, char32_t c, Parameter q, bool same) -> Status {
    if (c != kCsvUnset && same) return raise(t, ValueError, "bad {} or {} value", kNames[p], kNames[q]);
    return kDone;
  };
  TRY(differ(kDelimiter, d.delimiter, kEscapeChar, d.delimiter == d.escape));
  TRY(differ(kDelimiter, d.delimiter, kQuoteChar, d.delimiter == d.quote));
  TRY(differ(kEscapeChar, d.escape, kQuoteChar, d.escape == d.quote));
  TRY(differ(kDelimiter, d.delimiter, kLineTerminator, d.line_end_has(d.delimiter)));
  TRY(differ(kEscapeChar, d.escape, kLineTerminator, d.line_end_has(d.escape)));
  return differ(kQuoteChar, d.quote, kLineTerminator, d.line_end_has(d.quote));
}

// `p` holds the values that were given; the others have their defaults.
Status fill(Thread& t, CsvDialect* d, const LocalArray& p) {
  d->delimiter = ',';
  d->quote = '"';
  d->escape = kCsvUnset;
  d->quoting = CsvQuoting::Minimal;
  d->double_quote = true;
  d->skip_initial_space = d->strict = false;
  TRY(set_char(t, kDelimiter, p[kDelimiter], false, &d->delimiter));
  TRY(set_flag(t, p[kDoubleQuote], &d->double_quote));
  TRY(set_char(t, kEscapeChar, p[kEscapeChar], true, &d->escape));
  if (p[kLineTerminator].is_empty()) {
    d->line_end.store(d, TRY(str_from_ascii(t, "\r\n")));
  } else if (is_a<Str>(p[kLineTerminator])) {
    d->line_end.store(d, p[kLineTerminator]);
  } else {
    return raise(t, TypeError, "\"lineterminator\" must be a string, not {!T}", p[kLineTerminator]);
  }
  TRY(set_char(t, kQuoteChar, p[kQuoteChar], true, &d->quote));
  TRY(set_quoting(t, p[kQuoting], &d->quoting));
  TRY(set_flag(t, p[kSkipInitialSpace], &d->skip_initial_space));
  TRY(set_flag(t, p[kStrict], &d->strict));
  if (d->quote == kCsvUnset && p[kQuoting].is_empty() && !p[kQuoteChar].is_empty()) d->quoting = CsvQuoting::None;
  if (d->quoting != CsvQuoting::None && d->quote == kCsvUnset) {
    return raise(t, TypeError, "quotechar must be set if quoting enabled");
  }
  return check_characters(t, *d);
}

Result<> dialect_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 1 + kParameters) return raise(t, TypeError, "Dialect expected at most 9 arguments, got {}", nargs);
  // Positional arguments after the dialect have the parameters' names.
  u32 keywords = kwnames == nullptr ? 0 : static_cast<u32>(kwnames->size());
  if (nargs <= 1) return csv_dialect_make(t, nargs == 0 ? Value::empty() : args[0], args + nargs, kwnames);
  Local<Tuple> names(t, TRY(tuple_new(t, nargs - 1 + keywords)));
  for (u32 i = 0; i + 1 < nargs; ++i) names->items()[i].init(TRY(str_intern(t, kNames[i])));
  for (u32 i = 0; i < keywords; ++i) names->items()[nargs - 1 + i].init((*kwnames)[i]);
  return csv_dialect_make(t, args[0], args + 1, names);
}

Result<> char_or_none(Thread& t, char32_t c) { return c == kCsvUnset ? none() : Result<>(str_from_char(t, c)); }
CsvDialect* dialect_of(Value v) { return v.as<CsvDialect>(); }

Result<> no_pickle(Thread& t, Value self, Args) { return raise(t, TypeError, "cannot pickle '{}' instances", type_of(self).name.borrow()); }

const NativeDef kMethods[] = {
    def<no_pickle>("__reduce__($self, /, *args)", "raises an exception to prevent pickling"),
    def<no_pickle>("__reduce_ex__($self, /, *args)", "raises an exception to prevent pickling"),
};
const GetSetDef kGetSets[] = {
    {"delimiter", [](Thread& t, Value self) { return char_or_none(t, dialect_of(self)->delimiter); }, nullptr, nullptr},
    {"escapechar", [](Thread& t, Value self) { return char_or_none(t, dialect_of(self)->escape); }, nullptr, nullptr},
    {"lineterminator", [](Thread&, Value self) -> Result<> { return dialect_of(self)->line_end.load(self.object()); }, nullptr, nullptr},
    {"quotechar", [](Thread& t, Value self) { return char_or_none(t, dialect_of(self)->quote); }, nullptr, nullptr},
    {"quoting", [](Thread&, Value self) { return Result<>::small_int(static_cast<i64>(dialect_of(self)->quoting)); }, nullptr, nullptr},
};
const MemberDef kMembers[] = {
    {"skipinitialspace", MemberKind::Bool, offsetof(CsvDialect, skip_initial_space), true, nullptr},
    {"doublequote", MemberKind::Bool, offsetof(CsvDialect, double_quote), true, nullptr},
    {"strict", MemberKind::Bool, offsetof(CsvDialect, strict), true, nullptr},
};
const TypeDef kDialectDef = {
    .name = "_csv.Dialect",
    .doc = "CSV dialect\n\nHow fields and records are delimited, quoted and escaped.",
    .flags = kTypeBase | kTypeGcTracked | kTypeImmutable,
    .size = sizeof(CsvDialect),
    .slots = {.visit = dialect_visit, .new_ = dialect_new},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
};

}  // namespace

Result<> csv_dialect_make(Thread& t, Value given, const Value* values, Tuple* names) {
  LocalArray p(t, kParameters);
  Local<> base(t, given);
  bool any = false;
  for (usize i = 0; names != nullptr && i < names->size(); ++i) {
    Str* name = (*names)[i].as<Str>();
    if (str_equals(name, "dialect")) {
      if (!base.is_empty()) return raise(t, TypeError, "argument for this function given by name ('dialect') and position (1)");
      base.set(values[i]);
      continue;
    }
    u32 at = 0;
    while (at < kParameters && !str_equals(name, kNames[at])) ++at;
    if (at == kParameters) return raise(t, TypeError, "this function got an unexpected keyword argument '{}'", name);
    if (!p[at].is_empty()) {
      return raise(t, TypeError, "argument for this function given by name ('{}') and position ({})", name, at + 2);
    }
    p.set(at, values[i]);
    any = true;
  }
  if (!base.is_empty() && is_a<Str>(base)) base.set(TRY(csv_dialect_find(t, base)));
  if (!base.is_empty()) {
    if (!any && is_instance(base, *g_csv.dialect)) return base.give();
    for (u32 i = 0; i < kParameters; ++i) {
      if (!p[i].is_empty()) continue;
      Local<Str> name(t, TRY(str_intern(t, kNames[i])));
      Local<> v(t, TRY(get_attribute_or_absent(t, base, name)));
      if (!v.is_empty()) p.set(i, v.value());
    }
  }
  auto* d = new_object<CsvDialect>(t, *g_csv.dialect);
  if (d == nullptr) return kError;
  Local<> held(t, own_new<Object>(d));
  TRY(fill(t, d, p));
  return held.give();
}

Result<> csv_dialect_find(Thread& t, Value name) {
  Result<> found = TRY(dict_get(t, g_csv_dialects.borrow().as<Dict>(), name));
  return found.is_absent() ? raise(t, *g_csv.error, "unknown dialect") : found;
}

Result<> csv_dialect_argument(Thread& t, const char* function, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_positional(t, function, nargs, 1, 2));
  return csv_dialect_make(t, nargs > 1 ? args[1] : Value::empty(), args + nargs, kwnames);
}

Status csv_add_dialect_type(Thread& t, Module* m) { return module_add_type(t, m, kDialectDef, &g_csv.dialect); }

}  // namespace taipan
