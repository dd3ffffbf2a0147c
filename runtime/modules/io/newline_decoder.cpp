#include "runtime/modules/io/newline_decoder.h"

#include "runtime/base/search.h"
#include "runtime/modules/io/io_lock.h"
#include "runtime/types/str_methods.h"

namespace taipan::io {

namespace {

template <class Lane>
struct NewlineCount {
  usize lf = 0, cr = 0, crlf = 0;
  NewlineCount(const Lane* p, usize n, usize first_cr) {
    lf = count_char(p, first_cr, '\n');
    for (usize i = first_cr; i < n; ++i) {
      if (p[i] == '\n') {
        ++lf;
      } else if (p[i] == '\r') {
        if (i + 1 < n && p[i + 1] == '\n') {
          ++crlf;
          ++i;
        } else {
          ++cr;
        }
      }
    }
  }
  static usize count_char(const Lane* p, usize n, Lane c) {
    usize k = 0;
    for (usize i = 0; i < n; ++i) k += p[i] == c;
    return k;
  }
};

// \r\n and \r to \n; out has room for n minus the number of \r\n.
template <class Lane>
void rewrite(const Lane* p, usize n, Lane* out) {
  for (usize i = 0; i < n; ++i) {
    if (p[i] != '\r') {
      *out++ = p[i];
      continue;
    }
    *out++ = '\n';
    if (i + 1 < n && p[i + 1] == '\n') ++i;
  }
}

}  // namespace

Result<Str> translate_newlines(Thread& t, NewlineState& state, Str* text, bool translate, bool final) {
  Local<Str> s(t, Value(text));
  if (state.pending_cr && (s->length() > 0 || final)) {
    Local<Str> cr(t, Value(str_single('\r')));
    s.set(TRY(str_concat(t, cr, s)));
    state.pending_cr = false;
  }
  usize n = s->length();
  if (n > 0 && !final && s->at(n - 1) == '\r') {
    s.set(TRY(str_substring(t, s, 0, --n)));
    state.pending_cr = true;
  }
  if (n == 0) return s.give();
  return with_lanes(s.get(), [&](auto* p) -> Result<Str> {
    using Lane = std::remove_cvref_t<decltype(*p)>;
    ssize first_cr = find_char<Lane>(p, n, '\r');
    if (first_cr == kNotFound) [[likely]] {
      if (!(state.seen & kSeenLF) && find_char<Lane>(p, n, '\n') != kNotFound) state.seen |= kSeenLF;
      return s.give();
    }
    NewlineCount<Lane> found(p, n, static_cast<usize>(first_cr));
    state.seen |= (found.lf ? kSeenLF : 0) | (found.cr ? kSeenCR : 0) | (found.crlf ? kSeenCRLF : 0);
    if (!translate) return s.give();
    Local<Str> out(t, TRY(str_allocate(t, n - found.crlf, str_max_char(s))));
    rewrite(p, n, reinterpret_cast<Lane*>(out->data()));
    return out.give();
  });
}

Result<> newlines_value(Thread& t, u8 seen) {
  static constexpr const char* kText[] = {"\n", "\r", "\r\n"};
  Local<> first(t), second(t), third(t);
  Local<>* all[] = {&first, &second, &third};
  int n = 0;
  for (int i : {1, 0, 2}) {  // \r, \n, \r\n: the order CPython gives them in
    if (seen >> i & 1) all[n++]->set(Result<>(TRY(str_from_ascii(t, kText[i]))));
  }
  if (n == 0) return none();
  if (n == 1) return first.give();
  if (n == 2) return tuple_of(t, first, second);
  return tuple_of(t, first, second, third);
}

// --- the class --------------------------------------------------------------------------------------------------

namespace {

NewlineDecoder* decoder_of(Value v) { return v.as<NewlineDecoder>(); }

void decoder_visit(Object* o, EdgeVisitor& visit) {
  auto* d = static_cast<NewlineDecoder*>(o);
  visit(d->decoder, d->errors);
}

Status check(Thread& t, NewlineDecoder* d) {
  if (d->ok) return kDone;
  return raise(t, ValueError, "IncrementalNewlineDecoder.__init__() not called");
}

Status decoder_init(Thread& t, Value self, Value decoder, bool translate, Value errors) {
  NewlineDecoder* d = decoder_of(self);
  d->decoder.store(d, decoder);
  if (errors.is_empty()) {
    d->errors.store(d, Value(names().strict));
  } else {
    d->errors.store(d, errors);
  }
  d->translate = translate;
  d->state = {};
  d->ok = true;
  return kDone;
}
const NativeDef kInit =
    def<decoder_init>("IncrementalNewlineDecoder($self, decoder, translate, errors='strict')", nullptr);
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

Result<Str> method_decode(Thread& t, Value self, Value input, bool final) {
  return newline_decoder_decode(t, self, input, final);
}

// (bytes, flags) with the pending \r as the lowest bit of the flags.
Result<> method_getstate(Thread& t, Value self) {
  NewlineDecoder* d = decoder_of(self);
  TRY(check(t, d));
  Local<> held(t), flags(t);
  if (is_none(d->decoder.borrow())) {
    held.set(Result<>(TRY(bytes_from(t, {}))));
    flags.set(Value::small_int(0));
  } else {
    Local<> inner(t, d->decoder.load(d));
    Local<> state(t, TRY(call_method(t, inner, g_io.getstate)));
    if (!is_a<Tuple>(state) || state.value().as<Tuple>()->size() != 2) {
      return raise(t, TypeError, "illegal decoder state");
    }
    held.set((*state.value().as<Tuple>())[0]);
    flags.set((*state.value().as<Tuple>())[1]);
    if (!is_any_int(flags)) return raise(t, TypeError, "illegal decoder state");
  }
  flags.set(TRY(int_binary(t, BinaryOp::Shl, flags, Value::small_int(1))));
  if (d->state.pending_cr) flags.set(TRY(int_binary(t, BinaryOp::Or, flags, Value::small_int(1))));
  return tuple_of(t, held, flags);
}

Result<> method_setstate(Thread& t, Value self, Value state) {
  NewlineDecoder* d = decoder_of(self);
  TRY(check(t, d));
  if (!is_a<Tuple>(state)) return raise(t, TypeError, "state argument must be a tuple");
  Tuple* pair = state.as<Tuple>();
  if (pair->size() != 2 || !is_any_int((*pair)[1])) {
    return raise(t, TypeError, "setstate(): illegal state argument");
  }
  Local<> held(t, (*pair)[0]);
  Local<> flags(t, (*pair)[1]);
  d->state.pending_cr = int_low_bits(flags) & 1;
  if (is_none(d->decoder.borrow())) return none();
  Local<> inner(t, d->decoder.load(d));
  flags.set(TRY(int_binary(t, BinaryOp::Shr, flags, Value::small_int(1))));
  Local<Tuple> fresh(t, TRY(tuple_of(t, held, flags)));
  return call_method(t, inner, g_io.setstate, fresh);
}

Result<> method_reset(Thread& t, Value self) {
  NewlineDecoder* d = decoder_of(self);
  TRY(check(t, d));
  d->state = {};
  if (is_none(d->decoder.borrow())) return none();
  Local<> inner(t, d->decoder.load(d));
  return call_method(t, inner, g_io.reset);
}
Result<> get_newlines(Thread& t, Value self) {
  TRY(check(t, decoder_of(self)));
  return newlines_value(t, decoder_of(self)->state.seen);
}

const NativeDef kMethods[] = {
    def<method_decode>("decode($self, /, input, final=False)", "Decodes input and translates its line ends."),
    def<method_getstate>("getstate($self, /)", nullptr),
    def<method_setstate>("setstate($self, state, /)", nullptr),
    def<method_reset>("reset($self, /)", nullptr),
};
const GetSetDef kGetSets[] = {{"newlines", get_newlines, nullptr, "The kinds of line end seen so far."}};
const TypeDef kDecoder = {
    .name = "_io.IncrementalNewlineDecoder",
    .doc = "Wraps an incremental decoder; \\r\\n and \\r become \\n if translate is true, and stay whole if not.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(NewlineDecoder),
    .slots = {.visit = decoder_visit, .init = init_slot},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(decoder, translate, errors='strict')",
};

}  // namespace

Result<> newline_decoder_new(Thread& t, Value decoder, bool translate) {
  Local<> d(t, TRY(new_zeroed<NewlineDecoder>(t, *g_io.newline_decoder, nullptr, 0, nullptr)));
  TRY(decoder_init(t, d, decoder, translate, Value::empty()));
  return d.give();
}

Result<Str> newline_decoder_decode(Thread& t, Value self, Value input, bool final) {
  NewlineDecoder* d = decoder_of(self);
  TRY(check(t, d));
  Local<> text(t, input);
  if (!is_none(d->decoder.borrow())) {
    Local<> inner(t, d->decoder.load(d));
    text.set(TRY(call_method(t, inner, g_io.decode, input, bool_value(final))));
  }
  if (!is_a<Str>(text)) return raise(t, TypeError, "decoder should return a string result, not '{!T}'", text.value());
  return translate_newlines(t, d->state, text.value().as<Str>(), d->translate, final);
}

Status newline_decoder_type(Thread& t, Module* m) {
  TRY(module_add_type(t, m, kDecoder, &g_io.newline_decoder));
  use_object_new(*g_io.newline_decoder);
  register_native(t, kInit, g_io.newline_decoder);
  return kDone;
}

}  // namespace taipan::io
