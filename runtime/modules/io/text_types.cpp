// The class TextIOWrapper: methods and tables.
#include "runtime/memory/hooks.h"
#include "runtime/modules/io/text_io.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/repr_guard.h"

namespace taipan::io {

namespace {

void text_visit(Object* o, EdgeVisitor& visit) {
  auto* x = static_cast<TextIO*>(o);
  visit(x->buffer, x->encoding, x->errors, x->encoder, x->decoder, x->decoded, x->snapshot);
}
void text_destroy(Object* o) {
  static_cast<TextIO*>(o)->pending.free();
  drop_edges(o, text_visit);
  free_object(o, object_size(o));
}
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kTextInit, self, args, nargs, kwnames);
}

// Every method of an open stream: the lock, then the checks.
Status begin(Thread& t, TextIO* x, Locked& held) {
  TRY(text_check(t, x));
  TRY(held.take_again(t));
  return text_check_closed(t, x);
}

Result<> method_read(Thread& t, Value self, Value size) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  ssize n = TRY(size_argument(t, size));
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_read(t, x, n);
}
Result<> method_readline(Thread& t, Value self, Value size) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  ssize n = is_none(size) ? -1 : TRY(to_ssize(t, size));
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_readline(t, x, n);
}

Result<> text_next(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Locked held(x->lock, x);
  TRY(held.take_again(t));
  x->telling = false;
  Local<> line(t);
  if (&type_of(self) == g_io.text) {
    TRY(text_check_closed(t, x));
    line.set(Result<>(TRY(text_readline(t, x, -1))));
  } else {
    line.set(TRY(call_method(t, self, names().readline)));
    if (!is_a<Str>(line)) {
      return raise(t, OSError, "readline() should have returned a str object, not '{!T}'", line.value());
    }
  }
  if (line.value().as<Str>()->length() != 0) return line.give();
  x->has_snapshot = false;
  x->snapshot.clear(x);
  x->telling = x->seekable;
  return Result<>::absent();
}

Result<i64> method_write(Thread& t, Value self, Str* text) {
  TextIO* x = text_of(self);
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_write(t, x, text);
}
Status method_flush(Thread& t, Value self) {
  TextIO* x = text_of(self);
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_flush(t, x);
}
Result<> method_tell(Thread& t, Value self) {
  TextIO* x = text_of(self);
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_tell(t, self);
}
Result<> method_seek(Thread& t, Value self, Value cookie, i32 whence) {
  TextIO* x = text_of(self);
  Locked held(x->lock, x);
  TRY(begin(t, x, held));
  return text_seek(t, self, cookie, whence);
}
Result<> method_truncate(Thread& t, Value self, Value size) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  TRY(text_call_flush(t, self));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  return call_method(t, buffer, g_io.truncate, size);
}
Result<> method_detach(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  TRY(text_call_flush(t, self));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  x->buffer.clear(x);
  x->detached.store_relaxed(true);
  x->ok.store_release(false);
  return buffer.give();
}

Status method_close(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  {
    Local<> closed(t, TRY(get_attribute(t, self, g_io.closed)));
    if (TRY(truth(t, closed)) || x->detached.load_acquire()) return kDone;  // asking may detach
  }
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (x->finalizing.load_relaxed()) {
    Result<> warned = call_method(t, buffer, g_io._dealloc_warn, self);
    if (warned.is_error()) {
      clear_error(t);
    } else {
      drop(warned);
    }
  }
  Status flushed = text_call_flush(t, self);
  Local<BaseException> error(t);
  if (flushed.is_error()) error.set(take_error(t));
  Result<> r = call_method(t, buffer, names().close);
  Status closed = kDone;
  if (r.is_error()) {
    closed = kError;
  } else {
    drop(r);
  }
  if (error.is_empty()) return closed;
  return chain(t, error.give(), closed);
}

Result<> ask_buffer(Thread& t, Value self, Str* method) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  return call_method(t, buffer, method);
}
Result<> method_fileno(Thread& t, Value self) { return ask_buffer(t, self, names().fileno); }
Result<> method_seekable(Thread& t, Value self) { return ask_buffer(t, self, g_io.seekable); }
Result<> method_readable(Thread& t, Value self) { return ask_buffer(t, self, g_io.readable); }
Result<> method_writable(Thread& t, Value self) { return ask_buffer(t, self, g_io.writable); }
Result<> method_isatty(Thread& t, Value self) { return ask_buffer(t, self, g_io.isatty); }

Result<Str> text_repr(Thread& t, Value self) {
  TextIO* x = text_of(self);
  if (!x->detached.load_acquire()) TRY(text_check(t, x));
  ReprGuard guard(self.object());
  if (!guard.entered()) return raise(t, RuntimeError, "reentrant call inside {!T}.__repr__", self);
  StrBuilder out(t);
  auto add = [&](Result<Str> piece) -> Status {
    Local<Str> s(t, TRY(piece));
    return out.append(s);
  };
  TRY(add(str_format(t, "<{!T}", self)));
  Result<> name = get_attribute_or_absent(t, self, names().name);
  if (name.is_error()) {
    if (!swallow(t, ValueError)) return kError;  // detached
  } else if (!name.is_absent()) {
    Local<> held(t, name);
    TRY(add(str_format(t, " name={!r}", held.value())));
  }
  Local<> mode(t, TRY(get_attribute_or_absent(t, self, g_io.mode)));
  if (!mode.is_empty()) TRY(add(str_format(t, " mode={!r}", mode.value())));
  Local<> encoding(t, x->encoding.load(x));
  TRY(add(str_format(t, " encoding={!r}>", encoding.value())));
  return out.finish();
}

Result<> buffer_attribute(Thread& t, Value self, Str* name) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  return get_attribute(t, buffer, name);
}
Result<> get_name(Thread& t, Value self) { return buffer_attribute(t, self, names().name); }
Result<> get_closed(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Local<> buffer(t, TRY(text_buffer(t, x)));
  if (is_plain_reader(buffer) || is_plain_writer(buffer)) {
    return boolean(TRY(buffered_closed(t, buffered_of(buffer))));
  }
  return get_attribute(t, buffer, g_io.closed);
}
Result<> get_newlines(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Locked held(x->lock, x);
  TRY(held.take_again(t));
  if (x->is_native()) return x->is_universal() ? newlines_value(t, x->newlines.seen) : none();
  Local<> decoder(t, x->decoder.load(x));
  if (decoder.is_empty()) return none();
  Local<> value(t, TRY(get_attribute_or_absent(t, decoder, g_io.newlines)));
  return value.is_empty() ? none() : value.give();
}
Result<> get_errors(Thread& t, Value self) {
  TextIO* x = text_of(self);
  if (!x->detached.load_acquire()) TRY(text_check(t, x));
  return x->errors.load(x);
}
Result<> get_chunk_size(Thread& t, Value self) {
  TextIO* x = text_of(self);
  TRY(text_check(t, x));
  Locked held(x->lock, x);
  TRY(held.take_again(t));
  return int_from_i64(t, x->chunk_size);
}
Status set_chunk_size(Thread& t, Value self, Value v) {
  TRY(text_check(t, text_of(self)));
  if (v.is_empty()) return raise(t, AttributeError, "cannot delete attribute");
  ssize n = TRY(to_ssize(t, v));
  if (n <= 0) return raise(t, ValueError, "a strictly positive integer is required");
  Locked held(text_of(self)->lock, text_of(self));
  TRY(held.take_again(t));
  text_of(self)->chunk_size = n;
  return kDone;
}

const NativeDef kMethods[] = {
    def<method_detach>("detach($self, /)", "Separates the binary stream from this object and gives it."),
    def<text_reconfigure>(
        "reconfigure($self, /, *, encoding=None, errors=None, newline=..., line_buffering=None, write_through=None)",
        "Changes the settings that are given, after a flush."),
    def<method_write>("write($self, text, /)", "Writes text; gives the number of characters."),
    def<method_read>("read($self, size=-1, /)", "At most size characters, or all to the end."),
    def<method_readline>("readline($self, size=-1, /)", "The text up to and with the next line end."),
    def<method_flush>("flush($self, /)", "Writes what is buffered."),
    def<method_close>("close($self, /)", "Flushes and closes the stream."),
    def<method_fileno>("fileno($self, /)", "The file descriptor."),
    def<method_seekable>("seekable($self, /)", "Can the position be changed?"),
    def<method_readable>("readable($self, /)", "Was it opened for reading?"),
    def<method_writable>("writable($self, /)", "Was it opened for writing?"),
    def<method_isatty>("isatty($self, /)", "Is it a terminal?"),
    def<method_seek>("seek($self, cookie, whence=0, /)", "Moves to a position that tell() gave, the start or the end."),
    def<method_tell>("tell($self, /)", "The position, as an opaque number for seek()."),
    def<method_truncate>("truncate($self, pos=None, /)", "Cuts or extends the binary stream to pos bytes."),
    def<cannot_pickle>("__getstate__($self, /)", nullptr),
};
const GetSetDef kGetSets[] = {
    {"name", get_name, nullptr, nullptr},
    {"closed", get_closed, nullptr, nullptr},
    {"newlines", get_newlines, nullptr, nullptr},
    {"errors", get_errors, nullptr, nullptr},
    {"_CHUNK_SIZE", get_chunk_size, set_chunk_size, nullptr},
};
const MemberDef kMembers[] = {
    {"encoding", MemberKind::Object, offsetof(TextIO, encoding), true, nullptr},
    {"buffer", MemberKind::Object, offsetof(TextIO, buffer), true, nullptr},
    {"line_buffering", MemberKind::Bool, offsetof(TextIO, line_buffering), true, nullptr},
    {"write_through", MemberKind::Bool, offsetof(TextIO, write_through), true, nullptr},
    {"_finalizing", MemberKind::Bool, offsetof(TextIO, finalizing), false, nullptr},
};
TypeDef kText = {
    .name = "_io.TextIOWrapper",
    .doc = "Text over a binary stream: decodes what is read, encodes what is written, translates line ends.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(TextIO),
    .slots = {.visit = text_visit, .destroy = text_destroy, .init = init_slot, .repr = text_repr, .next = text_next},
    .methods = kMethods,
    .getsets = kGetSets,
    .members = kMembers,
    .text_signature = "(buffer, encoding=None, errors=None, newline=None, line_buffering=False, write_through=False)",
};

}  // namespace

Status newline_decoder_type(Thread& t, Module* m);  // newline_decoder.cpp
Status string_io_type(Thread& t, Module* m);        // string_io.cpp

Status text_types(Thread& t, Module* m) {
  kText.base = g_io.text_base;
  TRY(newline_decoder_type(t, m));
  TRY(module_add_type(t, m, kText, &g_io.text));
  register_native(t, kTextInit, g_io.text);
  return string_io_type(t, m);
}

}  // namespace taipan::io
