// str: padding, tabs, translation.
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/types/dict.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

Result<Str> pad(Thread& t, Str* s, usize left, usize right, char32_t fill) {
  usize n = s->length();
  if (left == 0 && right == 0) return str_exact(t, s);
  constexpr usize kLimit = usize{1} << 62;
  if (left > kLimit || right > kLimit || n > kLimit) {
    return raise(t, OverflowError, "padded string is too long");
  }
  char32_t max = str_max_char(s) > fill ? str_max_char(s) : fill;
  Result<Str> r = str_allocate(t, left + n + right, max);
  if (r.is_error()) return kError;
  Str* out = r.word().as<Str>();
  fill_chars(out, 0, fill, left);
  copy_chars(out, left, s, 0, n);
  fill_chars(out, left + n, fill, right);
  return r;
}

Status fill_argument(Thread& t, Value v, char32_t* out) {
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "The fill character must be a unicode character, not {!T}", v);
  }
  if (v.as<Str>()->length() != 1) {
    return raise(t, TypeError, "The fill character must be exactly one character long");
  }
  *out = v.as<Str>()->at(0);
  return kDone;
}

usize missing(Str* s, ssize width) {
  ssize n = static_cast<ssize>(s->length());
  return width > n ? static_cast<usize>(width - n) : 0;
}

// What a translation table says about one character.
struct Replacement {
  enum Kind : u8 { Unknown, Keep, Delete, Character, Text } kind = Unknown;
  char32_t c = 0;
};

// Text: *text has it.
Result<Done> translate_one(Thread& t, Value table, char32_t c, Replacement* out, Local<>* text) {
  Result<> r = is_exact<Dict>(table) ? dict_get(t, table.as<Dict>(), Value::small_int(c))
                                     : get_item(t, table, Value::small_int(c));
  if (r.is_absent()) return out->kind = Replacement::Keep, kDone;
  if (r.is_error()) {
    if (!swallow(t, LookupError)) return kError;
    return out->kind = Replacement::Keep, kDone;
  }
  text->set(r);
  Value v = *text;
  if (is_none(v)) return out->kind = Replacement::Delete, kDone;
  if (is_any_int(v)) {
    i64 code;
    if (!int_to_i64(v, &code) || code < 0 || code > 0x10ffff) {
      return raise(t, ValueError, "character mapping must be in range(0x110000)");
    }
    *out = {Replacement::Character, static_cast<char32_t>(code)};
    return kDone;
  }
  if (!is_a<Str>(v)) return raise(t, TypeError, "character mapping must return integer, None or str");
  if (v.as<Str>()->length() == 1) {
    *out = {Replacement::Character, v.as<Str>()->at(0)};
  } else {
    out->kind = v.as<Str>()->length() == 0 ? Replacement::Delete : Replacement::Text;
  }
  return kDone;
}

}  // namespace

Result<Str> str_ljust(Thread& t, Str* s, ssize width, Value fill) {
  char32_t c;
  TRY(fill_argument(t, fill, &c));
  return pad(t, s, 0, missing(s, width), c);
}
Result<Str> str_rjust(Thread& t, Str* s, ssize width, Value fill) {
  char32_t c;
  TRY(fill_argument(t, fill, &c));
  return pad(t, s, missing(s, width), 0, c);
}
Result<Str> str_center(Thread& t, Str* s, ssize width, Value fill) {
  char32_t c;
  TRY(fill_argument(t, fill, &c));
  usize space = missing(s, width);
  usize left = space / 2 + (space & static_cast<usize>(width) & 1);
  return pad(t, s, left, space - left, c);
}

Result<Str> str_zfill(Thread& t, Str* s, ssize width) {
  usize zeros = missing(s, width);
  Local<Str> r(t, TRY(pad(t, s, zeros, 0, '0')));
  if (zeros == 0 || s->length() == 0) return r.give();
  char32_t sign = s->at(0);
  if (sign == '+' || sign == '-') {  // it goes to the front
    Str* out = r.get();
    fill_chars(out, zeros, '0', 1);
    fill_chars(out, 0, sign, 1);
  }
  return r.give();
}

Result<Str> str_expandtabs(Thread& t, Str* s, Value tab_size) {
  i64 size;
  Local<> index(t, TRY(to_index(t, tab_size)));
  if (!int_to_i64(index, &size) || size > INT32_MAX || size < INT32_MIN) {
    return raise(t, OverflowError, "Python int too large to convert to C int");
  }
  StrBuilder out(t);
  usize n = s->length(), done = 0, column = 0;
  for (usize i = 0; i < n; ++i) {
    char32_t c = s->at(i);
    if (c == '\t') {
      TRY(out.append_range(s, done, i));
      done = i + 1;
      if (size <= 0) continue;
      usize step = static_cast<usize>(size), blanks = step - column % step;
      TRY(out.append_fill(' ', blanks));
      column += blanks;
    } else {
      column = c == '\n' || c == '\r' ? 0 : column + 1;
    }
  }
  if (done == 0) return str_exact(t, s);
  TRY(out.append_range(s, done, n));
  return out.finish();
}

namespace {

// With a dict that has no text of several characters; absent() where it has.
Result<Str> translate_characters(Thread& t, Str* s, Value table, Replacement (&seen)[128], Local<>& text) {
  usize n = s->length();
  LaneBuffer<char32_t> buffer;
  TRY(buffer.allocate(t, n));
  char32_t* to = buffer.data();
  bool done = TRY(with_lanes(s, [&](auto* from) -> Result<bool> {
    for (usize i = 0; i < n; ++i) {
      char32_t c = from[i];
      Replacement other;
      Replacement& answer = c < 128 ? seen[c] : other;
      if (answer.kind == Replacement::Unknown) TRY(translate_one(t, table, c, &answer, &text));
      if (answer.kind == Replacement::Text) return answer.kind = Replacement::Unknown, false;
      if (answer.kind == Replacement::Keep) *to++ = c;
      if (answer.kind == Replacement::Character) *to++ = answer.c;
    }
    return true;
  }));
  if (!done) return Result<Str>::absent();
  return str_from_utf32(t, buffer.data(), static_cast<usize>(to - buffer.data()));
}

}  // namespace

Result<Str> str_translate(Thread& t, Str* s, Value table) {
  Replacement seen[128];  // answers of a dict, which asking does not change
  bool remember = is_exact<Dict>(table);
  usize n = s->length(), done = 0;
  Local<> text(t);
  if (remember) {  // characters for characters, mostly
    Result<Str> r = TRY(translate_characters(t, s, table, seen, text));
    if (!r.is_absent()) return r;
  }
  StrBuilder out(t);
  for (usize i = 0; i < n; ++i) {
    char32_t c = s->at(i);
    Replacement answer;
    bool cached = remember && c < 128;
    if (cached) answer = seen[c];
    if (answer.kind == Replacement::Unknown) {
      TRY(translate_one(t, table, c, &answer, &text));
      if (cached && answer.kind != Replacement::Text) seen[c] = answer;
    }
    if (answer.kind == Replacement::Keep) continue;
    TRY(out.append_range(s, done, i));
    done = i + 1;
    if (answer.kind == Replacement::Character) TRY(out.append_char(answer.c));
    if (answer.kind == Replacement::Text) TRY(out.append(text.value().as<Str>()));
  }
  if (done == 0) return str_exact(t, s);
  TRY(out.append_range(s, done, n));
  return out.finish();
}

Result<Dict> str_maketrans(Thread& t, Value x, Opt<Str*> y, Opt<Str*> z) {
  Local<Dict> table(t, TRY(dict_new(t, is_a<Str>(x) ? x.as<Str>()->length() : 0)));
  if (!y) {
    Local<Dict> thawed(t);
    if (!is_exact<Dict>(x)) {
      if (!is_instance(x, frozendict_type)) {
        return raise(t, TypeError, "if you give only one argument to maketrans it must be a dict");
      }
      thawed.set(TRY(dict_new(t)));
      TRY(dict_update(t, thawed, x));
      x = thawed.value();
    }
    u64 position = 0;
    Result<> k = Result<>::absent(), v = Result<>::absent();
    while (dict_next(t, x.as<Dict>(), &position, &k, &v)) {
      Local<> key(t, k), value(t, v);
      if (is_a<Str>(key)) {
        Str* s = key.value().as<Str>();
        if (s->length() != 1) {
          return raise(t, ValueError, "string keys in translatetable must be of length 1");
        }
        TRY(dict_set(t, table, Value::small_int(s->at(0)), value));
      } else if (is_any_int(key)) {
        TRY(dict_set(t, table, key, value));
      } else {
        return raise(t, TypeError, "keys in translate table mustbe strings or integers");
      }
    }
    return table.give();
  }
  if (!is_a<Str>(x)) {
    return raise(t, TypeError, "first maketrans argument must be a string if there is a second argument");
  }
  Str* from = x.as<Str>();
  if (from->length() != (*y)->length()) {
    return raise(t, ValueError, "the first two maketrans arguments must have equal length");
  }
  for (usize i = 0; i < from->length(); ++i) {
    TRY(dict_set(t, table, Value::small_int(from->at(i)), Value::small_int((*y)->at(i))));
  }
  for (usize i = 0; z && i < (*z)->length(); ++i) {
    TRY(dict_set(t, table, Value::small_int((*z)->at(i)), none_value()));
  }
  return table.give();
}

}  // namespace taipan
