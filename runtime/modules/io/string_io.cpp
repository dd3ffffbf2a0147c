// StringIO: text in memory, in lanes of 1, 2 or 4 bytes: as wide as the widest character written so far.
#include <cstring>

#include "runtime/base/lanes.h"
#include "runtime/memory/hooks.h"
#include "runtime/modules/io/io.h"
#include "runtime/modules/io/io_lock.h"
#include "runtime/modules/io/line_end.h"
#include "runtime/modules/io/newline_decoder.h"
#include "runtime/object/instance.h"
#include "runtime/types/dict.h"

namespace taipan::io {

namespace {

struct StringIO : Object {
  Bulk lanes;              // size is in bytes: length * width
  IoLock lock;
  u8 width;                // 1, 2, 4
  Newline newline;
  Atomic<bool> ok, closed; // looked at before the lock is taken
  NewlineState newlines;
  i64 pos;                 // may lie behind the end

  usize length() const { return lanes.size / width; }
  bool is_universal() const { return newline <= Newline::Empty; }
};
StringIO* string_of(Value v) { return v.as<StringIO>(); }

void string_destroy(Object* o) {
  static_cast<StringIO*>(o)->lanes.free();
  free_object(o, object_size(o));
}

// Calls f with the lanes as u8*, char16_t* or char32_t*.
template <class F>
decltype(auto) with_own_lanes(StringIO* s, F&& f) {
  switch (s->width) {
    case 2: return f(reinterpret_cast<char16_t*>(s->lanes.data));
    case 4: return f(reinterpret_cast<char32_t*>(s->lanes.data));
    default: return f(s->lanes.data);
  }
}

Status check_open(Thread& t, StringIO* s) {
  if (!s->ok.load_acquire()) return raise(t, ValueError, "I/O operation on uninitialized object");
  if (s->closed.load_acquire()) return raise(t, ValueError, "I/O operation on closed file");
  return kDone;
}
Status begin(Thread& t, StringIO* s, Locked& held) {
  TRY(held.take_again(t));
  return check_open(t, s);
}

Status widen(Thread& t, StringIO* s, u8 width) {
  if (width <= s->width) return kDone;
  usize n = s->length();
  Bulk wide;
  TRY(wide.reserve(t, std::max<usize>(n * width, 64)));
  with_own_lanes(s, [&](auto* from) {
    if (width == 2) {
      copy_lanes(from, n, reinterpret_cast<char16_t*>(wide.data));
    } else {
      copy_lanes(from, n, reinterpret_cast<char32_t*>(wide.data));
    }
  });
  wide.size = n * width;
  s->lanes.swap(wide);
  wide.free();
  s->width = width;
  return kDone;
}

// Characters [from, to) as a str of the right width.
Result<Str> slice(Thread& t, StringIO* s, usize from, usize to) {
  usize n = to - from;
  if (n == 0) return own(names().empty);
  return with_own_lanes(s, [&](auto* p) -> Result<Str> {
    using Lane = std::remove_cvref_t<decltype(*p)>;
    const Lane* start = p + from;
    char32_t max = max_char_class(start, n);
    if (n == 1 && max < 0x100) return own(str_single(static_cast<u8>(*start)));
    Result<Str> out = str_allocate(t, n, max);
    if (out.is_error()) return kError;
    u8* data = out.word().as<Str>()->data();
    switch (lane_width(max)) {
      case 1: copy_lanes(start, n, data); break;
      case 2: copy_lanes(start, n, reinterpret_cast<char16_t*>(data)); break;
      default: copy_lanes(start, n, reinterpret_cast<char32_t*>(data));
    }
    return out;
  });
}

Status put(Thread& t, StringIO* s, Str* text) {
  usize n = text->length();
  if (n == 0) return kDone;
  TRY(widen(t, s, static_cast<u8>(text->char_size())));
  usize length = s->length(), at = static_cast<usize>(s->pos);
  if (at > (usize{1} << 60) || n > (usize{1} << 60)) return raise(t, OverflowError, "new position too large");
  usize end = at + n;
  TRY(s->lanes.reserve(t, end * s->width));
  with_own_lanes(s, [&](auto* p) {
    if (at > length) fill_lanes(p + length, at - length, 0);
    with_lanes(text, [&](auto* from) {
      if constexpr (sizeof(*from) <= sizeof(*p)) copy_lanes(from, n, p + at);
    });
  });
  s->lanes.size = std::max(length, end) * s->width;
  s->pos = static_cast<i64>(end);
  return kDone;
}

Result<Str> replace_line_ends(Thread& t, Str* text, const char* by) {
  StrBuilder out(t);
  usize from = 0;
  for (usize i = 0; i < text->length(); ++i) {
    if (text->at(i) != '\n') continue;
    TRY(out.append_range(text, from, i));
    TRY(out.append_ascii(by));
    from = i + 1;
  }
  TRY(out.append_range(text, from, text->length()));
  return out.finish();
}

Status write_text(Thread& t, StringIO* s, Str* given) {
  Local<Str> text(t, Value(given));
  if (s->is_universal()) {
    text.set(TRY(translate_newlines(t, s->newlines, text, s->newline == Newline::Universal, true)));
  } else if (s->newline != Newline::LF) {
    text.set(TRY(replace_line_ends(t, text, s->newline == Newline::CR ? "\r" : "\r\n")));
  }
  return put(t, s, text);
}

usize start_of_rest(StringIO* s) { return std::min(static_cast<usize>(s->pos), s->length()); }
// One past the end of the line that begins at the position.
usize end_of_line(StringIO* s, ssize most) {
  usize from = start_of_rest(s), n = s->length();
  usize stop = most >= 0 && static_cast<usize>(most) < n - from ? from + static_cast<usize>(most) : n;
  ssize end = with_own_lanes(s, [&](auto* p) {
    using Lane = std::remove_cvref_t<decltype(*p)>;
    return from == n ? ssize{-1} : line_end<Lane>(p, from, n, s->newline);
  });
  return end < 0 ? stop : std::min(stop, static_cast<usize>(end));
}

// --- methods -------------------------------------------------------------------------------------------------------

Status parse_newline(Thread& t, Value v, Newline* out) {
  if (is_none(v)) return *out = Newline::Universal, kDone;
  if (!is_a<Str>(v)) return raise(t, TypeError, "newline must be str or None, not {!T}", v);
  Str* s = v.as<Str>();
  if (s->length() == 0) return *out = Newline::Empty, kDone;
  if (str_equals(s, "\n")) return *out = Newline::LF, kDone;
  if (str_equals(s, "\r")) return *out = Newline::CR, kDone;
  if (str_equals(s, "\r\n")) return *out = Newline::CRLF, kDone;
  return raise(t, ValueError, "illegal newline value: {!r}", v);
}

Status string_init(Thread& t, Value self, Value initial, Value newline) {
  StringIO* s = string_of(self);
  Newline kind;
  TRY(parse_newline(t, newline, &kind));
  if (given(initial) && !is_a<Str>(initial)) {
    return raise(t, TypeError, "initial_value must be str or None, not {!T}", initial);
  }
  Locked held(s->lock, s);
  TRY(held.take_again(t));
  s->lanes.size = 0;
  s->width = 1;
  s->pos = 0;
  s->newline = kind;
  s->newlines = {};
  s->closed.store_relaxed(false);
  s->ok.store_release(true);
  if (given(initial)) TRY(write_text(t, s, initial.as<Str>()));
  s->pos = 0;
  return kDone;
}
const NativeDef kInit = def<string_init>("StringIO($self, initial_value='', newline='\\n')", nullptr);
Status init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return init_with(t, kInit, self, args, nargs, kwnames);
}

Result<Str> method_read(Thread& t, Value self, Value size) {
  StringIO* s = string_of(self);
  ssize n = TRY(size_argument(t, size));
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  usize from = start_of_rest(s), left = s->length() - from;
  usize k = n < 0 ? left : std::min(left, static_cast<usize>(n));
  Local<Str> text(t, TRY(slice(t, s, from, from + k)));
  if (k > 0) s->pos = static_cast<i64>(from + k);
  return text.give();
}
Result<Str> take_line(Thread& t, StringIO* s, ssize most) {
  usize from = start_of_rest(s), end = end_of_line(s, most);
  Local<Str> line(t, TRY(slice(t, s, from, end)));
  if (end > from) s->pos = static_cast<i64>(end);
  return line.give();
}
Result<Str> method_readline(Thread& t, Value self, Value size) {
  StringIO* s = string_of(self);
  ssize n = TRY(size_argument(t, size));
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  return take_line(t, s, n);
}
Result<> string_next(Thread& t, Value self) {
  StringIO* s = string_of(self);
  TRY(check_open(t, s));
  Local<> line(t);
  if (&type_of(self) == g_io.string) {
    Locked held(s->lock, s);
    TRY(begin(t, s, held));
    line.set(Result<>(TRY(take_line(t, s, -1))));
  } else {
    line.set(TRY(call_method(t, self, names().readline)));
    if (!is_a<Str>(line)) {
      return raise(t, OSError, "readline() should have returned a str object, not '{!T}'", line.value());
    }
  }
  return line.value().as<Str>()->length() == 0 ? Result<>::absent() : line.give();
}
Result<i64> method_write(Thread& t, Value self, Value text) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(held.take_again(t));
  if (!s->ok.load_acquire()) return raise(t, ValueError, "I/O operation on uninitialized object");
  if (!is_a<Str>(text)) return raise(t, TypeError, "string argument expected, got '{!T}'", text);
  TRY(check_open(t, s));
  TRY(write_text(t, s, text.as<Str>()));
  return static_cast<i64>(text.as<Str>()->length());
}
Result<Str> method_getvalue(Thread& t, Value self) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  return slice(t, s, 0, s->length());
}
Result<i64> method_tell(Thread& t, Value self) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  return s->pos;
}
Result<i64> method_seek(Thread& t, Value self, Value position, i32 whence) {
  StringIO* s = string_of(self);
  i64 to = TRY(offset_argument(t, position));
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  if (whence < 0 || whence > 2) return raise(t, ValueError, "Invalid whence ({}, should be 0, 1 or 2)", whence);
  if (to < 0 && whence == 0) return raise(t, ValueError, "Negative seek position {}", to);
  if (whence != 0 && to != 0) return raise(t, OSError, "Can't do nonzero cur-relative seeks");
  s->pos = whence == 0 ? to : whence == 1 ? s->pos : static_cast<i64>(s->length());
  return s->pos;
}
Result<i64> method_truncate(Thread& t, Value self, Value size) {
  StringIO* s = string_of(self);
  i64 n = is_none(size) ? -1 : TRY(offset_argument(t, size));
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  if (is_none(size)) n = s->pos;
  if (n < 0) return raise(t, ValueError, "negative pos value {}", n);
  if (static_cast<usize>(n) < s->length()) s->lanes.size = static_cast<usize>(n) * s->width;
  return n;
}
Status method_close(Thread& t, Value self) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(held.take_again(t));
  s->closed.store_release(true);
  s->lanes.free();
  return kDone;
}
Result<bool> method_able(Thread& t, Value self) {
  TRY(check_open(t, string_of(self)));
  return true;
}

// (text, newline, position, __dict__ or None)
Result<> method_getstate(Thread& t, Value self) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  Local<Str> text(t, TRY(slice(t, s, 0, s->length())));
  static constexpr const char* kNewlines[] = {nullptr, "", "\n", "\r", "\r\n"};
  const char* kind = kNewlines[static_cast<int>(s->newline)];
  Local<> newline(t, none());
  if (kind) {
    Local<Str> s_newline(t, TRY(str_from_ascii(t, kind)));
    newline.set(s_newline.value());
  }
  Local<> pos(t, TRY(int_from_i64(t, s->pos)));
  Local<> dict(t, none());
  if (instance_attribute_count(s) > 0) {
    Local<Dict> copy(t, TRY(instance_dict_copy(t, s)));
    dict.set(copy.value());
  }
  Value parts[] = {text, newline, pos, dict};
  return Result<>(tuple_from(t, parts, 4));
}
Status method_setstate(Thread& t, Value self, Value state) {
  StringIO* s = string_of(self);
  if (s->closed.load_acquire()) return raise(t, ValueError, "I/O operation on closed file");
  if (!is_a<Tuple>(state) || state.as<Tuple>()->size() < 4) {
    return raise(t, TypeError, "{!T}.__setstate__ argument should be 4-tuple, got {!T}", self, state);
  }
  Tuple* parts = state.as<Tuple>();
  Local<> initial(t, (*parts)[0]), newline(t, (*parts)[1]), position(t, (*parts)[2]), dict(t, (*parts)[3]);
  TRY(string_init(t, self, Value(names().empty), newline));
  // The text is what getvalue() gave: its line ends are translated already.
  if (given(initial)) {
    if (!is_a<Str>(initial)) return raise(t, TypeError, "initial_value must be str or None, not {!T}", initial.value());
    Locked held(s->lock, s);
    TRY(held.take_again(t));
    TRY(put(t, s, initial.value().as<Str>()));
  }
  if (!is_any_int(position)) {
    return raise(t, TypeError, "third item of state must be an integer, got {!T}", position.value());
  }
  i64 at = TRY(to_ssize(t, position));
  if (at < 0) return raise(t, ValueError, "position value cannot be negative");
  s->pos = at;
  if (is_none(dict)) return kDone;
  if (!is_a<Dict>(dict)) return raise(t, TypeError, "fourth item of state should be a dict, got a {!T}", dict.value());
  Local<Dict> own_dict(t, TRY(instance_dict(t, s)));
  return dict_update(t, own_dict, dict);
}

Result<> get_closed(Thread& t, Value self) {
  if (!string_of(self)->ok.load_acquire()) return raise(t, ValueError, "I/O operation on uninitialized object");
  return boolean(string_of(self)->closed.load_acquire());
}
Result<> get_line_buffering(Thread& t, Value self) {
  TRY(check_open(t, string_of(self)));
  return boolean(false);
}
Result<> get_newlines(Thread& t, Value self) {
  StringIO* s = string_of(self);
  Locked held(s->lock, s);
  TRY(begin(t, s, held));
  return s->is_universal() ? newlines_value(t, s->newlines.seen) : none();
}

const NativeDef kMethods[] = {
    def<method_close>("close($self, /)", "Gives the memory back."),
    def<method_getvalue>("getvalue($self, /)", "The whole text."),
    def<method_read>("read($self, size=-1, /)", "At most size characters, or all to the end."),
    def<method_readline>("readline($self, size=-1, /)", "The text up to and with the next line end."),
    def<method_tell>("tell($self, /)", "The position."),
    def<method_truncate>("truncate($self, pos=None, /)", "Cuts the text to pos characters; default: the position."),
    def<method_seek>("seek($self, pos, whence=0, /)", "Moves to a position; gives it."),
    def<method_write>("write($self, s, /)", "Writes s; gives the number of characters."),
    def<method_able>("seekable($self, /)", "True."),
    def<method_able>("readable($self, /)", "True."),
    def<method_able>("writable($self, /)", "True."),
    def<method_getstate>("__getstate__($self, /)", nullptr),
    def<method_setstate>("__setstate__($self, state, /)", nullptr),
};
const GetSetDef kGetSets[] = {{"closed", get_closed, nullptr, nullptr},
                              {"newlines", get_newlines, nullptr, nullptr},
                              {"line_buffering", get_line_buffering, nullptr, nullptr}};
TypeDef kString = {
    .name = "_io.StringIO",
    .doc = "A text stream in memory.",
    .flags = kTypeBase,
    .size = sizeof(StringIO),
    .slots = {.destroy = string_destroy, .new_ = new_zeroed<StringIO>, .init = init_slot, .next = string_next},
    .methods = kMethods,
    .getsets = kGetSets,
    .text_signature = "(initial_value='', newline='\\n')",
};

}  // namespace

Status string_io_type(Thread& t, Module* m) {
  kString.base = g_io.text_base;
  TRY(module_add_type(t, m, kString, &g_io.string));
  register_native(t, kInit, g_io.string);
  return kDone;
}

}  // namespace taipan::io
