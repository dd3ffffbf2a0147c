// reader: an iterator over the records of lines of text.
#include <optional>

#include "runtime/modules/csv/csv.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/float.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"

namespace taipan {
namespace {

struct CsvReader : Object {
  Slot<> lines;
  Slot<CsvDialect> dialect;
  Atomic<i64> line_number;
  Atomic<Thread*> reading;  // who is in __next__: to notice that the iterator of lines calls it again
  Atomic<bool> overtaken;
};
CsvReader* reader_of(Value v) { return v.as<CsvReader>(); }
void reader_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<CsvReader*>(o)->lines, static_cast<CsvReader*>(o)->dialect); }

enum class State : u8 {
  StartRecord, StartField, Escaped, InField, InQuoted, EscapedInQuoted, QuoteInQuoted, LineEnd, EscapedLineEnd
};

// The fields of one record, from as many lines as it takes.
class Record {
 public:
  Record(Thread& t, const CsvDialect& d) : t_(t), d_(d), fields_(t), line_(t), limit_(g_csv.field_limit.load_relaxed()) {}

  Status begin() {
    fields_.set(TRY(list_new(t_)));
    return kDone;
  }
  Status feed(Str* line) {
    line_.set(Value(line));
    usize n = line->length();
    for (usize i = 0; i < n;) {
      if (state_ == State::InField || state_ == State::InQuoted) {
        usize end = ordinary_end(line, i);
        TRY(add_range(i, end));
        if ((i = end) == n) break;
      }
      TRY(step(line->at(i), i));
      ++i;
    }
    TRY(end_of_line());
    return flush();
  }
  bool is_complete() const { return state_ == State::StartRecord; }
  // The lines end inside a record. False: nothing had begun.
  Result<bool> finish() {
    if (field_length() == 0 && state_ != State::InQuoted) return false;
    if (d_.strict) return raise(t_, *g_csv.error, "unexpected end of data");
    TRY(save());
    return true;
  }
  Result<> give() { return fields_.give(); }

 private:
  usize field_length() const { return (text_ ? text_->length() : 0) + (run_end_ - run_start_); }

  // The first character from i on that means something in a field or a quoted field.
  usize ordinary_end(const Str* line, usize i) const {
    char32_t delimiter = d_.delimiter, quote = d_.quoting == CsvQuoting::None ? kCsvUnset : d_.quote, escape = d_.escape;
    bool quoted = state_ == State::InQuoted;
    return with_lanes(line, [&](auto* lanes) {
      usize n = line->length();
      if (quoted) {
        while (i < n && lanes[i] != quote && lanes[i] != escape) ++i;
      } else {
        while (i < n && lanes[i] != delimiter && lanes[i] != escape && lanes[i] != '\n' && lanes[i] != '\r') ++i;
      }
      return i;
    });
  }

  Status check_limit(usize more) {
    if (static_cast<i64>(field_length() + more) <= limit_) return kDone;
    return raise(t_, *g_csv.error, "field larger than field limit ({})", limit_);
  }
  // What is one piece of one line need not be copied twice.
  Status add_range(usize start, usize end) {
    if (start == end) return kDone;
    TRY(check_limit(end - start));
    if (run_end_ != run_start_ && run_end_ != start) TRY(flush());
    if (run_end_ == run_start_) run_start_ = start;
    run_end_ = end;
    return kDone;
  }
  Status add_line_end() {
    TRY(check_limit(1));
    TRY(flush());
    return text().append_char('\n');
  }
  StrBuilder& text() {
    if (!text_) text_.emplace(t_);
    return *text_;
  }
  Status flush() {
    if (run_start_ != run_end_) TRY(text().append_range(line_, run_start_, run_end_));
    run_start_ = run_end_ = 0;
    return kDone;
  }

  Status save() {
    Local<Str> field(t_);
    if (text_) {
      TRY(flush());
      field.set(TRY(text_->finish()));
      text_.reset();
    } else {
      field.set(run_start_ == run_end_ ? str_from_ascii(t_, "") : TRY(str_substring(t_, line_, run_start_, run_end_)));
      run_start_ = run_end_ = 0;
    }
    bool converts = d_.quoting == CsvQuoting::NonNumeric || d_.quoting == CsvQuoting::Strings;
    bool has_nothing = d_.quoting == CsvQuoting::NotNull || d_.quoting == CsvQuoting::Strings;
    if (unquoted_ && field->length() == 0 && has_nothing) return list_append(t_, fields_, none_value());
    if (unquoted_ && field->length() != 0 && converts) {
      Local<> number(t_, TRY(call(t_, Value(&float_type), field)));
      return list_append(t_, fields_, number.value());
    }
    return list_append(t_, fields_, field.value());
  }
  Status save_before(char32_t c, State if_delimiter) {
    state_ = c == d_.delimiter ? if_delimiter : State::LineEnd;
    return save();
  }

  static bool is_line_end(char32_t c) { return c == '\n' || c == '\r'; }
  bool is_quote(char32_t c) const { return c == d_.quote && d_.quoting != CsvQuoting::None; }

  Status step(char32_t c, usize i) {
    switch (state_) {
      case State::StartRecord:
        if (is_line_end(c)) return state_ = State::LineEnd, kDone;
        [[fallthrough]];
      case State::StartField:
        unquoted_ = true;
        state_ = State::StartField;
        if (c == ' ' && d_.skip_initial_space) return kDone;  // even where it is the delimiter
        if (is_line_end(c) || c == d_.delimiter) return save_before(c, State::StartField);
        if (is_quote(c)) return unquoted_ = false, state_ = State::InQuoted, kDone;
        if (c == d_.escape) return state_ = State::Escaped, kDone;
        state_ = State::InField;
        return add_range(i, i + 1);
      case State::Escaped:
        state_ = is_line_end(c) ? State::EscapedLineEnd : State::InField;
        return add_range(i, i + 1);
      case State::EscapedLineEnd:  // what follows in the line belongs to the field, and so does the next line
      case State::InField:
        if (is_line_end(c) || c == d_.delimiter) return save_before(c, State::StartField);
        if (c == d_.escape) return state_ = State::Escaped, kDone;
        return add_range(i, i + 1);
      case State::InQuoted:
        if (c == d_.escape) return state_ = State::EscapedInQuoted, kDone;
        if (is_quote(c)) return state_ = d_.double_quote ? State::QuoteInQuoted : State::InField, kDone;
        return add_range(i, i + 1);
      case State::EscapedInQuoted:
        state_ = State::InQuoted;
        return add_range(i, i + 1);
      case State::QuoteInQuoted:
        if (is_quote(c)) {
          state_ = State::InQuoted;
          return add_range(i, i + 1);
        }
        if (is_line_end(c) || c == d_.delimiter) return save_before(c, State::StartField);
        if (d_.strict) return raise_quote(c);
        state_ = State::InField;
        return add_range(i, i + 1);
      case State::LineEnd:
        if (is_line_end(c)) return kDone;
        return raise(t_, *g_csv.error,
                     "new-line character seen in unquoted field - do you need to open the file with newline=''?");
    }
    return kDone;
  }
  ErrorTag raise_quote(char32_t) {
    Local<Str> delimiter(t_, TRY(str_from_char(t_, d_.delimiter)));
    Local<Str> quote(t_, TRY(str_from_char(t_, d_.quote)));
    return raise(t_, *g_csv.error, "'{}' expected after '{}'", delimiter, quote);
  }

  Status end_of_line() {
    switch (state_) {
      case State::StartRecord: return kDone;
      case State::StartField:
        unquoted_ = true;
        [[fallthrough]];
      case State::InField:
      case State::QuoteInQuoted: state_ = State::StartRecord; return save();
      case State::Escaped: state_ = State::InField; return add_line_end();
      case State::EscapedInQuoted: state_ = State::InQuoted; return add_line_end();
      case State::InQuoted:
      case State::EscapedLineEnd: return kDone;
      case State::LineEnd: state_ = State::StartRecord; return kDone;
    }
    return kDone;
  }

  Thread& t_;
  const CsvDialect& d_;
  Local<List> fields_;
  Local<Str> line_;
  i64 limit_;
  std::optional<StrBuilder> text_;      // the field so far, but for the run
  usize run_start_ = 0, run_end_ = 0;   // of line_
  State state_ = State::StartRecord;
  bool unquoted_ = true;
};

Result<> read_record(Thread& t, CsvReader* r, bool outermost) {
  Record record(t, *r->dialect.borrow());
  TRY(record.begin());
  Local<> lines(t, r->lines.load(r));
  do {
    Local<> line(t, TRY(next(t, lines)));
    if (line.is_empty()) {
      if (TRY(record.finish())) break;
      return Result<>::absent();
    }
    if (!is_a<Str>(line)) {
      return raise(t, *g_csv.error, "iterator should return strings, not {!T} (the file should be opened in text mode)", line);
    }
    if (outermost && r->overtaken.load_relaxed()) {  // by this thread itself
      return raise(t, *g_csv.error, "iterator has already advanced the reader");
    }
    r->line_number.fetch_add_relaxed(1);
    TRY(record.feed(line.value().as<Str>()));
  } while (!record.is_complete());
  return record.give();
}

Result<> reader_next(Thread& t, Value self) {
  CsvReader* r = reader_of(self);
  Thread* nobody = nullptr;
  if (r->reading.cas_relaxed(nobody, &t)) {
    r->overtaken.store_relaxed(false);
    Result<> row = read_record(t, r, true);
    r->reading.store_relaxed(nullptr);
    return row;
  }
  if (nobody == &t) r->overtaken.store_relaxed(true);
  return read_record(t, r, false);
}

const MemberDef kMembers[] = {
    {"dialect", MemberKind::Object, offsetof(CsvReader, dialect), true, nullptr},
    {"line_num", MemberKind::Ssize, offsetof(CsvReader, line_number), true, nullptr},
};
const TypeDef kReaderDef = {
    .name = "_csv.reader",
    .doc = "CSV reader\n\nAn iterator over records: lists of fields.",
    .flags = kTypeBase | kTypeGcTracked | kTypeImmutable | kTypeNoInstantiation,
    .size = sizeof(CsvReader),
    .slots = {.visit = reader_visit, .iter = iterate_self, .next = reader_next},
    .members = kMembers,
};

}  // namespace

Result<> csv_reader_make(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> dialect(t);
  if (nargs > 0) {
    Local<> lines(t, TRY(iterate(t, args[0])));
    dialect.set(TRY(csv_dialect_argument(t, "reader", args, nargs, kwnames)));
    auto* r = new_object<CsvReader>(t, *g_csv.reader);
    if (r == nullptr) return kError;
    r->lines.init(lines.value());
    r->dialect.init(dialect.value());
    return own_new<Object>(r);
  }
  return csv_dialect_argument(t, "reader", args, nargs, kwnames);  // too few arguments
}

Status csv_add_reader_type(Thread& t, Module* m) {
  Local<Type> type(t, TRY(type_from_def(t, kReaderDef)));
  g_csv.reader = type.get();
  return module_add(t, m, "Reader", type);
}

}  // namespace taipan
