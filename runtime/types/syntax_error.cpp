// SyntaxError: (msg, (filename, lineno, offset, text[, end_lineno, end_offset[, metadata]])).
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

void syntax_error_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<SyntaxErrorObject*>(o);
  visit(e->msg, e->filename, e->lineno, e->offset, e->text, e->end_lineno, e->end_offset,
        e->print_file_and_line, e->metadata);
  base_exception_visit(o, visit);
}

Status syntax_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(base_exception_init(t, self, args, nargs, kwnames));
  auto* e = self.as<SyntaxErrorObject>();
  if (nargs >= 1) e->msg.store(e, args[0]);
  if (nargs != 2) return kDone;
  Local<Tuple> info(t, TRY(to_tuple(t, args[1])));
  usize n = info->size();
  if (n < 4) return raise(t, TypeError, "function missing required argument '{}' (pos {})",
                          n == 0 ? "filename" : n == 1 ? "lineno" : n == 2 ? "offset" : "text", n + 1);
  if (n > 7) return raise(t, TypeError, "function takes at most 7 arguments ({} given)", n);
  Slot<>* fields[] = {&e->filename, &e->lineno, &e->offset, &e->text, &e->end_lineno, &e->end_offset, &e->metadata};
  for (usize i = 0; i < 7; ++i) fields[i]->store(e, i < n ? (*info.get())[i] : Value::empty());
  if (n == 5) {
    return raise(t, TypeError, "end_offset must be provided when end_lineno is provided");
  }
  return kDone;
}

// "file.py" of a path, for messages.
Result<Str> base_name(Thread& t, Str* path) {
  usize start = path->length();
  while (start > 0 && path->at(start - 1) != '/') --start;
  return str_substring(t, path, start, path->length());
}

Result<Str> syntax_error_str(Thread& t, Value self) {
  auto* e = self.as<SyntaxErrorObject>();
  Value msg = e->msg.is_empty() ? none_value() : e->msg.borrow();
  bool has_file = !e->filename.is_empty() && is_a<Str>(e->filename.borrow());
  bool has_line = !e->lineno.is_empty() && is_any_int(e->lineno.borrow());
  if (!has_file && !has_line) return to_str(t, msg);
  if (!has_file) return str_format(t, "{} (line {})", msg, e->lineno.borrow());
  Local<Str> file(t, TRY(base_name(t, e->filename.borrow().as<Str>())));
  if (has_line) {
    return str_format(t, "{} ({}, line {})", e->msg.is_empty() ? none_value() : e->msg.borrow(),
                      file.value(), e->lineno.borrow());
  }
  return str_format(t, "{} ({})", e->msg.is_empty() ? none_value() : e->msg.borrow(), file.value());
}

#define FIELD(name, doc) {#name, MemberKind::Object, offsetof(SyntaxErrorObject, name), false, doc}
const MemberDef kMembers[] = {
    FIELD(msg, "exception msg"), FIELD(filename, "exception filename"),
    FIELD(lineno, "exception lineno"), FIELD(offset, "exception offset"),
    FIELD(text, "exception text"), FIELD(end_lineno, "exception end lineno"),
    FIELD(end_offset, "exception end offset"),
    FIELD(print_file_and_line, "exception print_file_and_line"),
    {"_metadata", MemberKind::Object, offsetof(SyntaxErrorObject, metadata), false,
     "exception private metadata"},
};
#undef FIELD

}  // namespace

void refine_syntax_error_def(const char* name, TypeDef& def) {
  if (std::strcmp(name, "SyntaxError") != 0) return;
  def.slots.visit = syntax_error_visit;
  def.slots.init = syntax_error_init;
  def.slots.str = syntax_error_str;
  def.members = kMembers;
}

}  // namespace taipan
