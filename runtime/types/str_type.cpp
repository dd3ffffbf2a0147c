// The class str: construction, slots, table of methods; its iterator.
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/types/codec.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/near_name.h"
#include "runtime/types/singletons.h"
#include "runtime/types/slice.h"
#include "runtime/types/str_methods.h"

namespace taipan {

void copy_chars_wide(Str* to, usize at, const Str* from, usize start, usize n) {
  with_lanes(from, [&](auto* lanes) {
    switch (to->width()) {
      case Str::kTwo: return copy_lanes(lanes + start, n, reinterpret_cast<char16_t*>(to->data()) + at);
      case Str::kFour: return copy_lanes(lanes + start, n, reinterpret_cast<char32_t*>(to->data()) + at);
      default: return copy_lanes(lanes + start, n, to->data() + at);
    }
  });
}

void fill_chars(Str* to, usize at, char32_t c, usize n) {
  switch (to->width()) {
    case Str::kTwo: return fill_lanes(reinterpret_cast<char16_t*>(to->data()) + at, n, c);
    case Str::kFour: return fill_lanes(reinterpret_cast<char32_t*>(to->data()) + at, n, c);
    default: std::memset(to->data() + at, static_cast<int>(c), n);
  }
}

Result<Str> str_exact(Thread& t, Str* s) {
  if (is_exact<Str>(s)) return own(s);
  return str_substring(t, s, 0, s->length());
}

Result<Str> str_subclass_instance(Thread& t, Type& cls, const Str* text) {
  usize part = str_storage(text) - sizeof(Str);
  Str* o = new_object<Str>(t, cls, part);
  if (o == nullptr) return kError;
  o->spare.store_relaxed(text->spare.load_relaxed() & static_cast<u8>(~Str::kInterned));
  o->aux = text->aux;
  o->hash_.store_relaxed(text->hash_.load_relaxed());
  std::memcpy(static_cast<void*>(o + 1), text + 1, part);
  return own_new(o);
}

namespace {

constexpr const char* kNewNames[] = {"object", "encoding", "errors"};

Status new_arguments(Thread& t, const Value* args, u32 nargs, Tuple* kwnames, Value* out) {
  usize keywords = kwnames != nullptr ? kwnames->size() : 0;
  if (nargs + keywords > 3) {
    return raise(t, TypeError, keywords == 0 ? "str expected at most 3 arguments, got {}" : "str() takes at most 3 arguments ({} given)",
                 nargs + keywords);
  }
  for (u32 i = 0; i < nargs; ++i) out[i] = args[i].canonical();
  for (usize k = 0; k < keywords; ++k) {
    Str* name = (*kwnames)[k].as<Str>();
    usize i = 0;
    while (i < 3 && !str_equals(name, kNewNames[i])) ++i;
    if (i == 3) return raise_unexpected_keyword(t, "str", name, {kNewNames[0], kNewNames[1], kNewNames[2]});
    if (!out[i].is_empty()) {
      return raise(t, TypeError, "argument for str() given by name ('{}') and position ({})", name, i + 1);
    }
    out[i] = args[nargs + k].canonical();
  }
  for (usize i = 1; i < 3; ++i) {
    if (!out[i].is_empty() && !is_a<Str>(out[i])) {
      return raise(t, TypeError, "str() argument '{}' must be str, not {!T}", kNewNames[i], out[i]);
    }
  }
  return kDone;
}

Result<Str> new_text(Thread& t, const Value* values) {
  if (values[0].is_empty()) return str_from_ascii(t, "");
  if (values[1].is_empty() && values[2].is_empty()) return to_str(t, values[0]);
  return decode_object(t, values[0], values[1].is_empty() ? nullptr : values[1].as<Str>(),
                       values[2].is_empty() ? nullptr : values[2].as<Str>());
}

Result<> str_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (&cls == &str_type && nargs == 1 && kwnames == nullptr) return to_str(t, args[0].canonical());
  Value values[3];
  TRY(new_arguments(t, args, nargs, kwnames, values));
  if (&cls == &str_type) return new_text(t, values);
  Local<Str> text(t, TRY(new_text(t, values)));
  return str_subclass_instance(t, cls, text);
}

Result<Str> str_str(Thread& t, Value self) { return str_exact(t, self.as<Str>()); }
Result<u64> str_hash_slot(Thread&, Value self) { return str_hash(self.as<Str>()); }
Result<bool> str_truth(Thread&, Value self) { return self.as<Str>()->length() != 0; }
Result<ssize> str_length(Thread&, Value self) { return static_cast<ssize>(self.as<Str>()->length()); }

Result<> str_compare_slot(Thread&, Value a, Value b, CompareOp op) {
  if (!is_a<Str>(a) || !is_a<Str>(b)) return not_implemented();
  Str *x = a.as<Str>(), *y = b.as<Str>();
  if (op == CompareOp::Eq) return boolean(str_equal(x, y));
  if (op == CompareOp::Ne) return boolean(!str_equal(x, y));
  int c = x == y ? 0 : str_compare(x, y);
  switch (op) {
    case CompareOp::Lt: return boolean(c < 0);
    case CompareOp::Le: return boolean(c <= 0);
    case CompareOp::Gt: return boolean(c > 0);
    default: return boolean(c >= 0);
  }
}

Result<> str_concat_slot(Thread& t, Value self, Value other) {
  if (!is_a<Str>(other)) {
    return raise(t, TypeError, "can only concatenate str (not \"{!T}\") to str", other);
  }
  Str *a = self.as<Str>(), *b = other.as<Str>();
  if (a->length() == 0) return str_exact(t, b);
  if (b->length() == 0) return str_exact(t, a);
  return str_concat(t, a, b);
}

Result<> str_repeat(Thread& t, Value self, ssize times) {
  Str* s = self.as<Str>();
  usize n = s->length();
  if (times <= 0 || n == 0) return str_from_ascii(t, "");
  if (times == 1) return str_exact(t, s);
  usize count = static_cast<usize>(times);
  if (count > (usize{1} << 62) / n) {
    if (count > static_cast<usize>(PTRDIFF_MAX) / n) {
      return raise(t, OverflowError, "repeated string is too long");
    }
    return (void)raise_memory_error(t), kError;
  }
  Result<Str> r = str_allocate(t, n * count, str_max_char(s));
  if (r.is_error()) return kError;
  Str* out = r.word().as<Str>();
  usize bytes = n * s->char_size(), total = bytes * count;
  u8* data = out->data();
  if (bytes == 1) {
    std::memset(data, s->data()[0], total);
    return r;
  }
  std::memcpy(data, s->data(), bytes);
  for (usize done = bytes; done < total;) {  // what is there, doubled
    usize step = done < total - done ? done : total - done;
    std::memcpy(data + done, data, step);
    done += step;
  }
  return r;
}

Result<Str> str_slice(Thread& t, Str* s, Slice* slice) {
  SliceBounds bounds;
  usize count;
  TRY(slice_resolve(t, slice, [&] { return s->length(); }, &bounds, &count));
  if (bounds.step == 1) {
    usize start = static_cast<usize>(bounds.start);
    if (count == s->length()) return str_exact(t, s);
    return str_substring(t, s, start, start + count);
  }
  if (s->is_ascii() && count > 1) {
    Result<Str> r = str_allocate(t, count, 0x7f);
    if (r.is_error()) return kError;
    u8* out = r.word().as<Str>()->data();
    const u8* text = s->data();
    ssize at = bounds.start;
    for (usize i = 0; i < count; ++i, at += bounds.step) out[i] = text[at];
    return r;
  }
  return with_lanes(s, [&](auto* text) -> Result<Str> {
    using Lane = std::remove_cvref_t<decltype(*text)>;
    LaneBuffer<Lane> buffer;
    TRY(buffer.allocate(t, count));
    ssize at = bounds.start;
    char32_t max = 0x7f;
    for (usize i = 0; i < count; ++i, at += bounds.step) {
      buffer.data()[i] = text[at];
      max |= text[at];
    }
    if (count <= 1) return count == 0 ? str_from_ascii(t, "") : str_from_char(t, buffer.data()[0]);
    Result<Str> r = str_allocate(t, count, max);
    if (r.is_error()) return kError;
    Str* out = r.word().as<Str>();
    switch (out->width()) {
      case Str::kTwo: copy_lanes(buffer.data(), count, reinterpret_cast<char16_t*>(out->data())); break;
      case Str::kFour: copy_lanes(buffer.data(), count, reinterpret_cast<char32_t*>(out->data())); break;
      default: copy_lanes(buffer.data(), count, out->data());
    }
    return r;
  });
}

Result<> str_get_item(Thread& t, Value self, Value key) {
  Str* s = self.as<Str>();
  if (key.is_int()) return str_getitem(t, s, key.as_int());
  if (is_a<Slice>(key)) return str_slice(t, s, key.as<Slice>());
  if (type_of(key).slots.index == nullptr) {
    return raise(t, TypeError, "string indices must be integers, not '{!T}'", key);
  }
  Local<> index(t, TRY(to_index(t, key)));
  if (!index.value().is_int()) {
    return raise(t, IndexError, "cannot fit '{!T}' into an index-sized integer", key);
  }
  return str_getitem(t, s, index.value().as_int());
}

Result<> str_mod(Thread& t, Value left, Value right) {
  if (!is_a<Str>(left)) return not_implemented();
  return str_percent(t, left.as<Str>(), right);
}

Result<Bytes> str_encode_method(Thread& t, Str* s, Opt<Str*> encoding, Opt<Str*> errors) {
  return str_encode_named(t, s, encoding.value_or(nullptr), errors.value_or(nullptr));
}
Result<Tuple> str_getnewargs(Thread& t, Str* s) {
  // A new object: what a pickler has seen it must not take for the one it is about to see.
  Local<Str> head(t, TRY(str_substring(t, s, 0, s->length() / 2)));
  Local<Str> tail(t, TRY(str_substring(t, s, s->length() / 2, s->length())));
  Local<Str> text(t, TRY(str_concat(t, head, tail)));
  return tuple_of(t, text);
}
Result<ssize> str_sizeof(Thread&, Str* s) { return static_cast<ssize>(object_size(s)); }

const NativeDef kStrMethods[] = {
    def<str_encode_method>("encode($self, /, encoding='utf-8', errors='strict')",
                           "Encode the string using the codec registered for encoding."),
    def<str_replace>("replace($self, old, new, /, count=-1)",
                     "Return a copy with all occurrences of substring old replaced by new."),
    def<str_split>("split($self, /, sep=None, maxsplit=-1)",
                   "Return a list of the substrings in the string, using sep as the separator."),
    def<str_rsplit>("rsplit($self, /, sep=None, maxsplit=-1)",
                    "Return a list of the substrings in the string, splitting from the end."),
    def<str_join_method>("join($self, iterable, /)", "Concatenate any number of strings."),
    def<str_capitalize>("capitalize($self, /)", "Return a capitalized version of the string."),
    def<str_casefold>("casefold($self, /)", "Return a version suitable for caseless comparisons."),
    def<str_title>("title($self, /)", "Return a version where each word is titlecased."),
    def<str_center>("center($self, width, fillchar=' ', /)", "Return a centered string of length width."),
    def<str_count_method>("count($self, sub[, start[, end]], /)",
                          "Return the number of non-overlapping occurrences of sub."),
    def<str_expandtabs>("expandtabs($self, /, tabsize=8)", "Return a copy with tabs expanded to spaces."),
    def<str_find_method>("find($self, sub[, start[, end]], /)",
                         "Return the lowest index where sub is found, -1 on failure."),
    def<str_partition>("partition($self, sep, /)", "Partition the string into three parts at sep."),
    def<str_index_method>("index($self, sub[, start[, end]], /)",
                          "Return the lowest index where sub is found; ValueError on failure."),
    def<str_ljust>("ljust($self, width, fillchar=' ', /)", "Return a left-justified string of length width."),
    def<str_lower>("lower($self, /)", "Return a copy of the string converted to lowercase."),
    def<str_lstrip>("lstrip($self, chars=None, /)", "Return a copy with leading whitespace removed."),
    def<str_rfind_method>("rfind($self, sub[, start[, end]], /)",
                          "Return the highest index where sub is found, -1 on failure."),
    def<str_rindex_method>("rindex($self, sub[, start[, end]], /)",
                           "Return the highest index where sub is found; ValueError on failure."),
    def<str_rjust>("rjust($self, width, fillchar=' ', /)", "Return a right-justified string of length width."),
    def<str_rstrip>("rstrip($self, chars=None, /)", "Return a copy with trailing whitespace removed."),
    def<str_rpartition>("rpartition($self, sep, /)", "Partition the string into three parts at the last sep."),
    def<str_splitlines>("splitlines($self, /, keepends=False)", "Return a list of the lines in the string."),
    def<str_strip>("strip($self, chars=None, /)", "Return a copy with leading and trailing whitespace removed."),
    def<str_swapcase>("swapcase($self, /)", "Convert uppercase characters to lowercase and the reverse."),
    def<str_translate>("translate($self, table, /)", "Replace each character using the translation table."),
    def<str_upper>("upper($self, /)", "Return a copy of the string converted to uppercase."),
    def<str_startswith>("startswith($self, prefix[, start[, end]], /)",
                        "Return True if the string starts with the prefix."),
    def<str_endswith>("endswith($self, suffix[, start[, end]], /)",
                      "Return True if the string ends with the suffix."),
    def<str_removeprefix>("removeprefix($self, prefix, /)", "Return the string without the prefix."),
    def<str_removesuffix>("removesuffix($self, suffix, /)", "Return the string without the suffix."),
    def<str_isascii>("isascii($self, /)", "Return True if all characters are ASCII."),
    def<str_islower>("islower($self, /)", "Return True if the string is lowercase."),
    def<str_isupper>("isupper($self, /)", "Return True if the string is uppercase."),
    def<str_istitle>("istitle($self, /)", "Return True if the string is titlecased."),
    def<str_isspace>("isspace($self, /)", "Return True if the string is all whitespace."),
    def<str_isdecimal>("isdecimal($self, /)", "Return True if the string is all decimal digits."),
    def<str_isdigit>("isdigit($self, /)", "Return True if the string is all digits."),
    def<str_isnumeric>("isnumeric($self, /)", "Return True if the string is numeric."),
    def<str_isalpha>("isalpha($self, /)", "Return True if the string is alphabetic."),
    def<str_isalnum>("isalnum($self, /)", "Return True if the string is alpha-numeric."),
    def<str_isidentifier>("isidentifier($self, /)", "Return True if the string is a valid Python identifier."),
    def<str_isprintable>("isprintable($self, /)", "Return True if all characters are printable."),
    def<str_zfill>("zfill($self, width, /)", "Pad a numeric string with zeros on the left."),
    def<str_format_method>("format($self, /, *args, **kwargs)", "Return a formatted version of the string."),
    def<str_format_map>("format_map($self, mapping, /)", "Return a formatted version, with fields from mapping."),
    def<str_format_spec>("__format__($self, format_spec, /)", "Return the string as format_spec describes."),
    static_def<str_maketrans>("maketrans(x, y=<unrepresentable>, z=<unrepresentable>, /)",
                              "Return a translation table usable for str.translate()."),
    def<str_getnewargs>("__getnewargs__($self, /)", ""),
    def<str_sizeof>("__sizeof__($self, /)", "Return the size of the string in memory, in bytes."),
};

// --- the iterator -----------------------------------------------------------------------------------

struct StrIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::str_iterator_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> text;  // empty: exhausted
  u64 index;       // under the lock if shared
};

Result<> str_iter(Thread& t, Value self) {
  StrIterator* it = new_object<StrIterator>(t, str_iterator_type);
  if (it == nullptr) return kError;
  it->text.init(self);
  return Result<>::from_owned(own_new(it).word());
}

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<StrIterator*>(o)->text); }

Result<> iterator_next(Thread& t, Value self) {
  StrIterator* it = self.as<StrIterator>();
  Str* s;
  u64 i = 0;
  {
    Mutating guard(it);
    s = it->text.borrow();
    if (s != nullptr) i = it->index++;
  }
  if (s == nullptr) return Result<>::absent();
  if (i >= s->length()) {
    it->text.clear(it);
    return Result<>::absent();
  }
  return str_from_char(t, s->at(i));
}

Result<ssize> iterator_length_hint(Thread&, StrIterator* it) {
  Mutating guard(it);
  Str* s = it->text.borrow();
  return static_cast<ssize>(s != nullptr && it->index < s->length() ? s->length() - it->index : 0);
}

Result<> iterator_reduce(Thread& t, StrIterator* it) {
  Local<Str> s(t);
  u64 i;
  {
    Mutating guard(it);
    s.set(it->text.load(it));
    i = it->index;
  }
  if (s.is_empty()) {
    s.set(TRY(str_from_ascii(t, "")));
    return reduce_pair(t, builtin_by_name(t, names().iter), s);
  }
  return reduce_pair(t, builtin_by_name(t, names().iter), s, Value::small_int(static_cast<i64>(i)));
}

Status iterator_setstate(Thread& t, StrIterator* it, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Mutating guard(it);
  Str* s = it->text.borrow();
  if (s == nullptr) return kDone;
  ssize n = static_cast<ssize>(s->length());
  it->index = static_cast<u64>(i < 0 ? 0 : i > n ? n : i);
  return kDone;
}

const NativeDef kIteratorMethods[] = {
    def<iterator_length_hint>("__length_hint__($self, /)", "Private method returning an estimate of len(list(it))."),
    def<iterator_reduce>("__reduce__($self, /)", "Return state information for pickling."),
    def<iterator_setstate>("__setstate__($self, object, /)", "Set state information for unpickling."),
};

}  // namespace

extern const TypeDef str_type_def;
constinit const TypeDef str_type_def = {
    .name = "str",
    .doc = "str(object='') -> str\nstr(bytes_or_buffer[, encoding[, errors]]) -> str\n\n"
           "Create a new string from the given object, or decode a buffer where an encoding or errors are given.",
    .flags = kTypeBase | kTypeStrSubclass | kTypeNoEdges,
    .size = sizeof(Str),
    .slots = {.destroy = str_destroy,
              .size = str_storage,
              .new_ = str_new,
              .repr = str_repr,
              .str = str_str,
              .hash = str_hash_slot,
              .truth = str_truth,
              .compare = str_compare_slot,
              .iter = str_iter,
              .length = str_length,
              .get_item = str_get_item,
              .contains = str_contains_slot,
              .concat = str_concat_slot,
              .repeat = str_repeat,
              .binary = {nullptr, nullptr, nullptr, nullptr, nullptr, str_mod}},
    .methods = kStrMethods,
};

extern const TypeDef str_iterator_type_def;
constinit const TypeDef str_iterator_type_def = {
    .name = "str_ascii_iterator",
    .flags = kTypeGcTracked,
    .size = sizeof(StrIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = iterator_next},
    .methods = kIteratorMethods,
};

}  // namespace taipan
