// writer: rows of values as lines of text.
#include "runtime/modules/csv/csv.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/singletons.h"

namespace taipan {
namespace {

struct CsvWriter : Object {
  Slot<> write;
  Slot<CsvDialect> dialect;
};
void writer_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<CsvWriter*>(o)->write, static_cast<CsvWriter*>(o)->dialect); }

bool is_number(Value v) {
  if (!v.is_ref()) return true;  // immediate
  const TypeSlots& s = type_of(v).slots;
  return s.index != nullptr || s.to_int != nullptr || s.to_float != nullptr || &type_of(v) == &complex_type;
}

// One row's text.
class Row {
 public:
  Row(Thread& t, const CsvDialect& d) : t_(t), d_(d), text_(t) {}

  Status add(Value v) {
    last_is_none_ = is_none(v);
    if (last_is_none_) return add_text(nullptr, always_quotes(v));
    if (is_a<Str>(v)) return add_text(v.as<Str>(), always_quotes(v));
    Local<Str> shown(t_, TRY(to_str(t_, v)));
    return add_text(shown, always_quotes(v));
  }
  Result<Str> finish() {
    if (fields_ > 0 && text_.length() == 0) {  // would read back as no field at all
      if (d_.quoting == CsvQuoting::None || (last_is_none_ && leaves_none())) {
        return raise(t_, *g_csv.error, "single empty field record must be quoted");
      }
      --fields_;
      TRY(add_text(nullptr, true));
    }
    TRY(text_.append(d_.line_end.borrow()));
    return text_.finish();
  }

 private:
  bool always_quotes(Value v) const {
    switch (d_.quoting) {
      case CsvQuoting::NonNumeric: return !is_number(v);
      case CsvQuoting::All: return true;
      case CsvQuoting::Strings: return is_a<Str>(v);
      case CsvQuoting::NotNull: return !is_none(v);
      default: return false;
    }
  }
  bool leaves_none() const { return d_.quoting == CsvQuoting::Strings || d_.quoting == CsvQuoting::NotNull; }

  // Does the field have to be quoted, as it has characters with a meaning that are not escaped?
  Result<bool> wants_quotes(const Str* s) {
    bool wanted = false;
    for (usize i = 0; i < s->length(); ++i) {
      char32_t c = s->at(i);
      if (!d_.is_special(c)) continue;
      if (!is_escaped(c)) {
        wanted = true;
      } else if (d_.escape == kCsvUnset) {
        return raise(t_, *g_csv.error, "need to escape, but no escapechar set");
      }
    }
    return wanted;
  }
  bool is_escaped(char32_t special) const {
    if (d_.quoting == CsvQuoting::None || special == d_.escape) return true;
    return special == d_.quote && !d_.double_quote;
  }

  Status add_text(Str* s, bool quoted) {
    if ((s == nullptr || s->length() == 0) && d_.delimiter == ' ' && d_.skip_initial_space) {
      if (d_.quoting == CsvQuoting::None || (s == nullptr && leaves_none())) {
        return raise(t_, *g_csv.error, "empty field must be quoted if delimiter is a space and skipinitialspace is true");
      }
      quoted = true;
    }
    if (s != nullptr) quoted |= TRY(wants_quotes(s));
    if (fields_++ > 0) TRY(text_.append_char(d_.delimiter));
    if (quoted) TRY(text_.append_char(d_.quote));
    usize start = 0;
    for (usize i = 0; s != nullptr && i < s->length(); ++i) {
      char32_t c = s->at(i);
      if (!d_.is_special(c)) continue;
      bool escaped = is_escaped(c), doubled = !escaped && c == d_.quote;
      if (!escaped && !doubled) continue;
      TRY(text_.append_range(s, start, i));
      TRY(text_.append_char(escaped ? d_.escape : c));
      start = i;
    }
    if (s != nullptr) TRY(text_.append_range(s, start, s->length()));
    return quoted ? text_.append_char(d_.quote) : Status(kDone);
  }

  Thread& t_;
  const CsvDialect& d_;
  StrBuilder text_;
  usize fields_ = 0;
  bool last_is_none_ = false;
};

Result<> writer_writerow(Thread& t, Value self, Value row) {
  auto* w = self.as<CsvWriter>();
  Result<> made = iterate(t, row);
  if (made.is_error()) {
    if (!swallow(t, TypeError)) return kError;
    return raise(t, *g_csv.error, "iterable expected, not {!T}", row);
  }
  Local<> fields(t, made);
  Row text(t, *w->dialect.borrow());
  for (;;) {
    Local<> field(t, TRY(next(t, fields)));
    if (field.is_empty()) break;
    TRY(text.add(field));
  }
  Local<Str> line(t, TRY(text.finish()));
  Local<> write(t, w->write.load(w));
  return call(t, write, line);
}

Status writer_writerows(Thread& t, Value self, Value rows) {
  Local<> it(t, TRY(iterate(t, rows)));
  for (;;) {
    Local<> row(t, TRY(next(t, it)));
    if (row.is_empty()) return kDone;
    drop(TRY(writer_writerow(t, self, row)));
  }
}

const NativeDef kMethods[] = {
    def<writer_writerow>("writerow($self, row, /)", "Construct and write a CSV record from an iterable of fields.\n\nNon-string elements are converted to strings."),
    def<writer_writerows>("writerows($self, rows, /)", "Construct and write the CSV records of an iterable of iterables."),
};
const MemberDef kMembers[] = {
    {"dialect", MemberKind::Object, offsetof(CsvWriter, dialect), true, nullptr},
};
const TypeDef kWriterDef = {
    .name = "_csv.writer",
    .doc = "CSV writer\n\nTurns rows of values into lines of delimited text.",
    .flags = kTypeBase | kTypeGcTracked | kTypeImmutable | kTypeNoInstantiation,
    .size = sizeof(CsvWriter),
    .slots = {.visit = writer_visit},
    .methods = kMethods,
    .members = kMembers,
};

}  // namespace

Result<> csv_writer_make(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs == 0) return csv_dialect_argument(t, "writer", args, nargs, kwnames);  // too few arguments
  Local<Str> name(t, TRY(str_intern(t, "write")));
  Local<> write(t, TRY(get_attribute_or_absent(t, args[0], name)));
  if (write.is_empty() || !is_callable(write)) return raise(t, TypeError, "argument 1 must have a \"write\" method");
  Local<> dialect(t, TRY(csv_dialect_argument(t, "writer", args, nargs, kwnames)));
  auto* w = new_object<CsvWriter>(t, *g_csv.writer);
  if (w == nullptr) return kError;
  w->write.init(write.value());
  w->dialect.init(dialect.value());
  return own_new<Object>(w);
}

Status csv_add_writer_type(Thread& t, Module* m) {
  Local<Type> type(t, TRY(type_from_def(t, kWriterDef)));
  g_csv.writer = type.get();
  return module_add(t, m, "Writer", type);
}

}  // namespace taipan
