// The module unicodedata: what the Unicode Character Database says, in version 17 and, for IDNA, in 3.2.
// ucd_3_2_0 answers like the module for what version 3.2 knew, and "not assigned" for what came later.
#include <string>

#include "runtime/base/lanes.h"
#include "runtime/base/unicode/graphemes.h"
#include "runtime/base/unicode/names.h"
#include "runtime/base/unicode/normalize.h"
#include "runtime/base/unicode/properties.h"
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/container_util.h"
#include "runtime/types/float.h"
#include "runtime/types/module.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

using namespace unicode;

constexpr const char* kCharacterWanted = "a unicode character";

// A character argument.
Status character(Thread& t, const char* function, bool several, Value v, char32_t* out) {
  const char* place = several ? " 1" : "";
  if (!is_a<Str>(v)) {
    return raise(t, TypeError, "{}() argument{} must be {}, not {!T}", function, place, kCharacterWanted, v);
  }
  Str* s = v.as<Str>();
  if (s->length() != 1) {
    return raise(t, TypeError, "{}(): argument{} must be {}, not a string of length {}", function, place,
                 kCharacterWanted, s->length());
  }
  *out = s->at(0);
  return kDone;
}

// The functions of the module and of ucd_3_2_0 are the same bodies: `kOld` hides what came after 3.2.
template <bool kOld>
bool known(char32_t c) {
  return !kOld || !is_since_3_2(c);
}

struct OldText {
  char32_t first, last;
  const char* value;
};
struct OldNumber {
  char32_t first, last;
  double value;
};
#include "runtime/modules/unicodedata_3_2.inc"

// The row that has c, or null. Tables are sorted.
template <class Row, usize kCount>
const Row* old_row(const Row (&table)[kCount], char32_t c) {
  usize low = 0, high = kCount;
  while (low < high) {
    usize middle = (low + high) / 2;
    if (table[middle].last < c) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  return low < kCount && table[low].first <= c ? &table[low] : nullptr;
}
template <bool kOld, usize kCount>
const char* text_property(const OldText (&table)[kCount], char32_t c, const char* now, const char* unknown) {
  if constexpr (kOld) {
    if (!known<kOld>(c)) return unknown;
    if (const OldText* row = old_row(table, c)) return row->value;
  }
  return now;
}

Result<> default_or(Thread& t, Opt<Value> fallback, const char* message) {
  if (fallback) return own(*fallback);
  return raise(t, ValueError, message);
}

template <bool kOld>
Result<> decimal(Thread& t, Value chr, Opt<Value> fallback) {
  char32_t c;
  TRY(character(t, "decimal", true, chr, &c));
  int v = known<kOld>(c) ? decimal_value(c) : -1;
  if (const OldNumber* row = kOld ? old_row(kOldDecimal, c) : nullptr) v = static_cast<int>(row->value);
  return v >= 0 ? Result<>::small_int(v) : default_or(t, fallback, "not a decimal");
}
template <bool kOld>
Result<> digit(Thread& t, Value chr, Opt<Value> fallback) {
  char32_t c;
  TRY(character(t, "digit", true, chr, &c));
  int v = digit_value(c);  // in ucd_3_2_0, too
  return v >= 0 ? Result<>::small_int(v) : default_or(t, fallback, "not a digit");
}
template <bool kOld>
Result<> numeric(Thread& t, Value chr, Opt<Value> fallback) {
  char32_t c;
  TRY(character(t, "numeric", true, chr, &c));
  double v;
  if (const OldNumber* row = kOld ? old_row(kOldNumeric, c) : nullptr) {
    if (row->value >= 0) return float_from(t, row->value);
  } else if (known<kOld>(c) && numeric_value(c, &v)) {
    return float_from(t, v);
  }
  return default_or(t, fallback, "not a numeric character");
}

template <bool kOld>
Result<Str> category_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "category", false, chr, &c));
  return str_from_ascii(t, text_property<kOld>(kOldCategory, c, category(c), "Cn"));
}
template <bool kOld>
Result<Str> bidirectional_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "bidirectional", false, chr, &c));
  return str_from_ascii(t, text_property<kOld>(kOldBidirectional, c, bidirectional(c), ""));
}
template <bool kOld>
Result<i32> combining_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "combining", false, chr, &c));
  return known<kOld>(c) ? combining(c) : 0;
}
template <bool kOld>
Result<i32> mirrored_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "mirrored", false, chr, &c));
  if (const OldNumber* row = kOld ? old_row(kOldMirrored, c) : nullptr) return static_cast<i32>(row->value);
  return known<kOld>(c) && is_mirrored(c) ? 1 : 0;
}
template <bool kOld>
Result<Str> east_asian_width_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "east_asian_width", false, chr, &c));
  const char* now = east_asian_width(c);  // also of what is not assigned to this day: blocks of ideographs
  bool assigned = std::string_view(category(c)) != "Cn";
  return str_from_ascii(t, text_property<kOld>(kOldWidth, c, now, assigned ? "N" : now));
}
template <bool kOld>
Result<Str> decomposition_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "decomposition", false, chr, &c));
  return str_from_ascii(t, known<kOld>(c) ? decomposition_text(c) : std::string());
}

template <bool kOld>
Result<> name(Thread& t, Value chr, Opt<Value> fallback) {
  char32_t c;
  TRY(character(t, "name", true, chr, &c));
  std::string text = known<kOld>(c) ? name_of(c) : std::string();
  if (!text.empty()) return str_from_ascii(t, text);
  return default_or(t, fallback, "no such name");
}

constexpr usize kMaxName = 256;

template <bool kOld>
Result<Str> lookup(Thread& t, Value v) {
  std::string_view text;
  ByteSource bytes;
  Utf8 utf8;
  if (is_a<Str>(v)) {
    TRY(utf8.encode(t, v.as<Str>()));
    text = utf8.view();
  } else {
    TRY(bytes.get(t, v));
    text = bytes.view();
  }
  if (text.size() > kMaxName) {
    Local<Str> message(t, TRY(str_from_ascii(t, "name too long")));
    return raise_value(t, KeyError, message);
  }
  char32_t found[kMaxNamedSize];
  int n = find_named(text, !kOld, found);
  if (n == 0 || (kOld && is_since_3_2(found[0]))) return raise(t, KeyError, "undefined character name '{}'", Value(v));
  return str_from_utf32(t, found, static_cast<usize>(n));
}

Status form_argument(Thread& t, Str* s, NormalForm* out) {
  constexpr const char* kNames[] = {"NFC", "NFKC", "NFD", "NFKD"};
  for (u8 i = 0; i < 4; ++i) {
    if (str_equals(s, kNames[i])) return *out = static_cast<NormalForm>(i), kDone;
  }
  return raise(t, ValueError, "invalid normalization form");
}

template <bool kOld>
Result<Str> normalize_text(Thread& t, Str* form_name, Str* s) {
  NormalForm form;
  TRY(form_argument(t, form_name, &form));
  if (s->is_ascii()) return str_exact(t, s);
  return with_lanes(s, [&](auto* text) -> Result<Str> {
    usize n = s->length();
    if (quick_check(form, text, n) == QuickCheck::Yes) return str_exact(t, s);
    if constexpr (!kOld) {
      std::u32string r = normalize(form, text, n);
      return str_from_utf32(t, r.data(), r.size());
    } else {
      // Characters that 3.2 did not know stay, and neither combine nor reorder: the rest in stretches.
      StrBuilder out(t);
      for (usize i = 0; i < n;) {
        std::u32string known_part;
        for (; i < n && !is_since_3_2(text[i]); ++i) {
          const OldNumber* row = old_row(kOldDecomposition, text[i]);
          known_part.push_back(row != nullptr ? static_cast<char32_t>(row->value) : static_cast<char32_t>(text[i]));
        }
        std::u32string r = normalize(form, known_part.data(), known_part.size());
        Local<Str> part(t, TRY(str_from_utf32(t, r.data(), r.size())));
        TRY(out.append(part));
        while (i < n && is_since_3_2(text[i])) TRY(out.append_char(text[i++]));
      }
      return out.finish();
    }
  });
}

template <bool kOld>
Result<bool> is_normalized(Thread& t, Str* form_name, Str* s) {
  NormalForm form;
  TRY(form_argument(t, form_name, &form));
  if (s->is_ascii()) return true;
  QuickCheck quick = with_lanes(s, [&](auto* text) { return quick_check(form, text, s->length()); });
  if (quick != QuickCheck::Maybe) return quick == QuickCheck::Yes;
  Local<Str> r(t, TRY(normalize_text<kOld>(t, form_name, s)));
  return str_equal(r, s);
}

// --- version 17 only --------------------------------------------------------------------------------------

Result<Str> block_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "block", false, chr, &c));
  return str_from_ascii(t, block(c));
}
Result<Str> grapheme_cluster_break_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "grapheme_cluster_break", false, chr, &c));
  return str_from_ascii(t, grapheme_cluster_break(c));
}
Result<Str> indic_conjunct_break_of(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "indic_conjunct_break", false, chr, &c));
  return str_from_ascii(t, indic_conjunct_break(c));
}
Result<bool> extended_pictographic(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "extended_pictographic", false, chr, &c));
  return is_extended_pictographic(c);
}
Result<bool> isxidstart(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "isxidstart", false, chr, &c));
  return is_xid_start(c);
}
Result<bool> isxidcontinue(Thread& t, Value chr) {
  char32_t c;
  TRY(character(t, "isxidcontinue", false, chr, &c));
  return is_xid_continue(c);
}

// A grapheme cluster: a part of a text.
struct Segment : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> text;
  u64 start, end;
};
struct GraphemeIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> text;
  u64 at, end;  // under the lock if shared
};
Type* g_segment;  // set when the module is made
Type* g_grapheme_iterator;

void segment_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Segment*>(o)->text); }
void graphemes_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<GraphemeIterator*>(o)->text); }

Result<Str> segment_str(Thread& t, Value self) {
  auto* s = self.as<Segment>();
  return str_substring(t, s->text.borrow(), s->start, s->end);
}
Result<Str> segment_repr(Thread& t, Value self) {
  auto* s = self.as<Segment>();
  return str_format(t, "<Segment {}:{}>", s->start, s->end);
}
Result<> segment_start(Thread& t, Value self) { return int_from_u64(t, self.as<Segment>()->start); }
Result<> segment_end(Thread& t, Value self) { return int_from_u64(t, self.as<Segment>()->end); }

Result<> graphemes_next(Thread& t, Value self) {
  auto* it = self.as<GraphemeIterator>();
  Str* s = it->text.borrow();
  u64 from, to;
  {
    Mutating guard(it);
    from = to = it->at;
    if (from < it->end) {
      to = with_lanes(s, [&](auto* text) { return next_grapheme(text, it->end, from); });
      it->at = to;
    }
  }
  if (from == to) return Result<>::absent();
  Segment* segment = new_object<Segment>(t, *g_segment);
  if (segment == nullptr) return kError;
  segment->text.init(Value(s));
  segment->start = from;
  segment->end = to;
  return Result<>::from_owned(own_new(segment).word());
}

Result<> iter_graphemes(Thread& t, Str* s, Value start, Value end) {
  usize from, to;
  TRY(text_bounds(t, start, end, s->length(), &from, &to));
  GraphemeIterator* it = new_object<GraphemeIterator>(t, *g_grapheme_iterator);
  if (it == nullptr) return kError;
  it->text.init(Value(s));
  it->at = from;
  it->end = to < from ? from : to;
  return Result<>::from_owned(own_new(it).word());
}

const GetSetDef kSegmentGetSets[] = {
    {"start", segment_start, nullptr, "grapheme start"},
    {"end", segment_end, nullptr, "grapheme end"},
};
const TypeDef kSegment = {
    .name = "unicodedata.Segment",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(Segment),
    .slots = {.visit = segment_visit, .repr = segment_repr, .str = segment_str},
    .getsets = kSegmentGetSets,
};
const TypeDef kGraphemeIterator = {
    .name = "unicodedata.GraphemeBreakIterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(GraphemeIterator),
    .slots = {.visit = graphemes_visit, .iter = iterate_self, .next = graphemes_next},
};

// --- ucd_3_2_0 ----------------------------------------------------------------------------------------------

// The functions as methods of UCD: self comes first.
template <auto kFunction, class Pointer>
struct MethodOf;
template <auto kFunction, class R, class... A>
struct MethodOf<kFunction, R (*)(Thread&, A...)> {
  static R call(Thread& t, Value, A... args) { return kFunction(t, args...); }
};
template <auto kFunction>
inline constexpr auto kOldMethod = &MethodOf<kFunction, decltype(kFunction)>::call;

Result<> old_version(Thread& t, Value) { return str_from_ascii(t, "3.2.0"); }

const NativeDef kOldMethods[] = {
    def<kOldMethod<decimal<true>>>("decimal($self, chr, default=<unrepresentable>, /)", "Decimal value."),
    def<kOldMethod<digit<true>>>("digit($self, chr, default=<unrepresentable>, /)", "Digit value."),
    def<kOldMethod<numeric<true>>>("numeric($self, chr, default=<unrepresentable>, /)", "Numeric value."),
    def<kOldMethod<category_of<true>>>("category($self, chr, /)", "General category."),
    def<kOldMethod<bidirectional_of<true>>>("bidirectional($self, chr, /)", "Bidirectional class."),
    def<kOldMethod<combining_of<true>>>("combining($self, chr, /)", "Canonical combining class."),
    def<kOldMethod<mirrored_of<true>>>("mirrored($self, chr, /)", "Mirrored property."),
    def<kOldMethod<east_asian_width_of<true>>>("east_asian_width($self, chr, /)", "East Asian width."),
    def<kOldMethod<decomposition_of<true>>>("decomposition($self, chr, /)", "Decomposition mapping."),
    def<kOldMethod<is_normalized<true>>>("is_normalized($self, form, unistr, /)", "Is it normalized?"),
    def<kOldMethod<normalize_text<true>>>("normalize($self, form, unistr, /)", "The normal form."),
    def<kOldMethod<name<true>>>("name($self, chr, default=<unrepresentable>, /)", "Name of a character."),
    def<kOldMethod<lookup<true>>>("lookup($self, name, /)", "Character of a name."),
};
const GetSetDef kOldGetSets[] = {
    {"unidata_version", old_version, nullptr, nullptr},
};
const TypeDef kOldDatabase = {
    .name = "unicodedata.UCD",
    .flags = kTypeNoEdges | kTypeNoInstantiation,
    .methods = kOldMethods,
    .getsets = kOldGetSets,
};

const NativeDef kFunctions[] = {
    def<decimal<false>>("decimal($module, chr, default=<unrepresentable>, /)",
                        "Converts a Unicode character into its equivalent decimal value."),
    def<digit<false>>("digit($module, chr, default=<unrepresentable>, /)",
                      "Converts a Unicode character into its equivalent digit value."),
    def<numeric<false>>("numeric($module, chr, default=<unrepresentable>, /)",
                        "Converts a Unicode character into its equivalent numeric value."),
    def<category_of<false>>("category($module, chr, /)", "Returns the general category assigned to the character."),
    def<bidirectional_of<false>>("bidirectional($module, chr, /)", "Returns the bidirectional class of the character."),
    def<combining_of<false>>("combining($module, chr, /)", "Returns the canonical combining class of the character."),
    def<mirrored_of<false>>("mirrored($module, chr, /)", "Returns the mirrored property of the character."),
    def<east_asian_width_of<false>>("east_asian_width($module, chr, /)", "Returns the East Asian width of the character."),
    def<decomposition_of<false>>("decomposition($module, chr, /)", "Returns the decomposition mapping of the character."),
    def<is_normalized<false>>("is_normalized($module, form, unistr, /)", "Is the string in this normal form?"),
    def<normalize_text<false>>("normalize($module, form, unistr, /)", "Return the normal form of the string."),
    def<name<false>>("name($module, chr, default=<unrepresentable>, /)", "Returns the name of the character."),
    def<lookup<false>>("lookup($module, name, /)", "Look up a character by name."),
    def<block_of>("block($module, chr, /)", "Return the block of the character."),
    def<grapheme_cluster_break_of>("grapheme_cluster_break($module, chr, /)", "The grapheme cluster break property."),
    def<indic_conjunct_break_of>("indic_conjunct_break($module, chr, /)", "The Indic conjunct break property."),
    def<extended_pictographic>("extended_pictographic($module, chr, /)", "The extended pictographic property."),
    def<isxidstart>("isxidstart($module, chr, /)", "Can it start an identifier?"),
    def<isxidcontinue>("isxidcontinue($module, chr, /)", "Can it be part of an identifier?"),
    def<iter_graphemes>("iter_graphemes($module, unistr, start=0, end=sys.maxsize, /)",
                        "Iterate over the grapheme clusters of a text."),
};
constexpr ConstantDef kConstants[] = {text_constant("unidata_version", "17.0.0")};

Status exec(Thread& t, Module* module) {
  Local<Type> segment(t, TRY(type_from_def(t, kSegment)));
  Local<Type> graphemes(t, TRY(type_from_def(t, kGraphemeIterator)));
  g_segment = segment;  // types are immortal
  g_grapheme_iterator = graphemes;
  Type* database;
  TRY(module_add_type(t, module, kOldDatabase, &database));
  Object* old = new_object<Object>(t, *database);
  if (old == nullptr) return kError;
  Local<> keep(t, Result<>::from_owned(own_new(old).word()));
  return module_add(t, module, "ucd_3_2_0", keep);
}

}  // namespace

extern const ModuleDef unicodedata_module_def;
constinit const ModuleDef unicodedata_module_def = {
    "unicodedata", "Access to the Unicode Character Database, version 17.0.0.", kFunctions, kConstants, exec};

}  // namespace taipan
