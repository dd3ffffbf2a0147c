// _csv: dialects, readers and writers of delimited text; for the files of this folder only.
// A dialect never changes once it is made, and the state of a record is its reader's call's own: threads may
// share all three.
#pragma once
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/types/str.h"

namespace taipan {

enum class CsvQuoting : u8 { Minimal, All, NonNumeric, None, Strings, NotNull };
inline constexpr char32_t kCsvUnset = 0xffffffff;  // no such character

struct CsvDialect : Object {
  Slot<Str> line_end;
  char32_t delimiter, quote, escape;
  CsvQuoting quoting;
  bool double_quote, skip_initial_space, strict;

  // In a field, is c more than itself?
  bool line_end_has(char32_t c) const;
  bool is_special(char32_t c) const;
};

struct CsvState {
  Type* error;
  Type* dialect;
  Type* reader;
  Type* writer;
  Atomic<i64> field_limit;  // read once a field piece; any value is a legal one
};
extern CsvState g_csv;
extern GlobalRoot g_csv_dialects;  // dict: name -> CsvDialect

// Dialect(given, **fmtparams); given empty: none. Borrowed arguments; values[i] belongs to names[i].
Result<> csv_dialect_make(Thread& t, Value given, const Value* values, Tuple* names);
// The registered dialect `name`; Error if there is none.
Result<> csv_dialect_find(Thread& t, Value name);
// f(first, /, dialect=..., **fmtparams): checks the count; the dialect they describe.
Result<> csv_dialect_argument(Thread& t, const char* function, const Value* args, u32 nargs, Tuple* kwnames);

Status csv_add_dialect_type(Thread& t, Module* m);
Status csv_add_reader_type(Thread& t, Module* m);
Status csv_add_writer_type(Thread& t, Module* m);
Result<> csv_reader_make(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Result<> csv_writer_make(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);

}  // namespace taipan
