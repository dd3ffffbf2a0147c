// BufferedRWPair: a BufferedReader and a BufferedWriter that look like one stream.
#include "runtime/modules/io/buffered.h"

namespace taipan::io {

namespace {

struct Pair : Object {
  Slot<> reader, writer;
};
Pair* pair_of(Value v) { return v.as<Pair>(); }

void pair_visit(Object* o, EdgeVisitor& visit) {
  auto* p = static_cast<Pair*>(o);
  visit(p->reader, p->writer);
}

Status pair_init(Thread& t, Value self, Value reader, Value writer, i64 size) {
  TRY(check_readable(t, reader));
  TRY(check_writable(t, writer));
  Local<> count(t, TRY(int_from_i64(t, size)));
  Local<> in(t, TRY(call(t, Value(g_io.reader), reader, count)));
  Local<> out(t, TRY(call(t, Value(g_io.writer), writer, count)));
  pair_of(self)->reader.store(self.object(), in.value());
  pair_of(self)->writer.store(self.object(), out.value());
  return kDone;
}
const NativeDef kInit = def<pair_init>("BufferedRWPair($self, reader, writer, buffer_size=131072, /)", nullptr);
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

Result<> half(Thread& t, Value self, bool writer) {
  Pair* p = pair_of(self);
  Result<> stream = writer ? p->writer.load(p) : p->reader.load(p);
  if (stream.is_absent()) return raise(t, ValueError, "I/O operation on uninitialized object");
  return stream;
}
// A method that one half answers with the same arguments.
template <Str* State::*kName, bool kWriter>
Result<> forward(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> stream(t, TRY(half(t, self, kWriter)));
  return call_method(t, stream, g_io.*kName, args, nargs, kwnames);
}
template <Str* Names::*kName, bool kWriter>
Result<> forward_common(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Local<> stream(t, TRY(half(t, self, kWriter)));
  return call_method(t, stream, names().*kName, args, nargs, kwnames);
}
template <Str* State::*kName, bool kWriter>
Result<> ask(Thread& t, Value self) {
  return forward<kName, kWriter>(t, self, nullptr, 0, nullptr);
}
Result<> pair_flush(Thread& t, Value self) {
  return forward_common<&Names::flush, true>(t, self, nullptr, 0, nullptr);
}
Result<> pair_close(Thread& t, Value self) {
  Result<> written = forward_common<&Names::close, true>(t, self, nullptr, 0, nullptr);
  Local<BaseException> error(t);
  if (written.is_error()) {
    error.set(take_error(t));
  } else {
    drop(written);
  }
  Result<> read = forward_common<&Names::close, false>(t, self, nullptr, 0, nullptr);
  if (error.is_empty()) return read;
  Status second = kDone;
  if (read.is_error()) {
    second = kError;
  } else {
    drop(read);
  }
  TRY(chain(t, error.give(), second));
  return kError;
}
Result<> pair_isatty(Thread& t, Value self) {
  Local<> writer(t, TRY((ask<&State::isatty, true>(t, self))));
  if (!is_false(writer)) return writer.give();
  return ask<&State::isatty, false>(t, self);
}
Result<> pair_closed(Thread& t, Value self) {
  if (pair_of(self)->writer.is_empty()) {
    return raise(t, RuntimeError, "the BufferedRWPair object is being garbage-collected");
  }
  Local<> writer(t, TRY(half(t, self, true)));
  return get_attribute(t, writer, g_io.closed);
}

const NativeDef kMethods[] = {
    raw_def("read", "read() of the reader.", forward_common<&Names::read, false>),
    raw_def("peek", "peek() of the reader.", forward<&State::peek, false>),
    raw_def("read1", "read1() of the reader.", forward<&State::read1, false>),
    raw_def("readinto", "readinto() of the reader.", forward<&State::readinto, false>),
    raw_def("readinto1", "readinto1() of the reader.", forward<&State::readinto1, false>),
    raw_def("write", "write() of the writer.", forward_common<&Names::write, true>),
    def<pair_flush>("flush($self, /)", "Writes what is buffered."),
    def<ask<&State::readable, false>>("readable($self, /)", "Can it be read?"),
    def<ask<&State::writable, true>>("writable($self, /)", "Can it be written?"),
    def<pair_close>("close($self, /)", "Closes the writer, then the reader."),
    def<pair_isatty>("isatty($self, /)", "Is either a terminal?"),
};
const GetSetDef kGetSets[] = {{"closed", pair_closed, nullptr, nullptr}};
TypeDef kPair = {
    .name = "_io.BufferedRWPair",
    .doc = "A stream to read and one to write, as one: for sockets and pipes.",
    .flags = kTypeBase | kTypeHasFinaliser,
    .size = sizeof(Pair),
    .slots = {.visit = pair_visit, .init = init_slot},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(reader, writer, buffer_size=DEFAULT_BUFFER_SIZE, /)",
};

}  // namespace

Status pair_type(Thread& t, Module* m) {
  kPair.base = g_io.buffered_base;
  TRY(module_add_type(t, m, kPair, &g_io.pair));
  register_native(t, kInit, g_io.pair);
  return kDone;
}

}  // namespace taipan::io
