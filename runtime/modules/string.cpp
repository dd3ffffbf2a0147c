// The module _string: the grammar of str.format for string.Formatter.
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/container_util.h"
#include "runtime/types/str_markup.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Result<Str> span_text(Thread& t, Str* s, TextSpan span) { return str_substring(t, s, span.start, span.end); }

// Both iterators: a text, and how far it has been read.
struct MarkupIterator : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = 0;
  Slot<Str> text;
  u64 at;  // under the lock if shared
};

Type* g_format_iterator;  // set when the module is made
Type* g_field_iterator;

void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<MarkupIterator*>(o)->text); }

Result<> make_iterator(Thread& t, Type* type, Str* s, usize at) {
  MarkupIterator* it = new_object<MarkupIterator>(t, *type);
  if (it == nullptr) return kError;
  it->text.init(Value(s));
  it->at = at;
  return Result<>::from_owned(own_new(it).word());
}

// (literal, field name, format spec, conversion); the last three None without a field.
Result<> format_next(Thread& t, Value self) {
  auto* it = self.as<MarkupIterator>();
  Local<Str> s(t, it->text.load(it));
  u64 at;
  {
    Mutating guard(it);
    at = it->at;
  }
  MarkupReader reader(s, {at, s->length()});
  MarkupPiece piece;
  if (!TRY(reader.next(t, &piece))) return Result<>::absent();
  {
    Mutating guard(it);
    it->at = reader.position();
  }
  Local<> literal(t, TRY(span_text(t, s, piece.literal)));
  Local<> name(t, none_value()), spec(t, none_value()), conversion(t, none_value());
  if (piece.has_field) {
    name.set(Result<>(TRY(span_text(t, s, piece.name))));
    spec.set(Result<>(TRY(span_text(t, s, piece.spec))));
    if (piece.conversion != 0) conversion.set(Result<>(TRY(str_from_char(t, piece.conversion))));
  }
  Value items[] = {literal, name, spec, conversion};
  return tuple_from(t, items, 4);
}

// (is it an attribute, name or index)
Result<> field_next(Thread& t, Value self) {
  auto* it = self.as<MarkupIterator>();
  Local<Str> s(t, it->text.load(it));
  u64 at;
  {
    Mutating guard(it);
    at = it->at;
  }
  FieldNameReader reader(s, {at, s->length()}, at);
  FieldAccessor accessor;
  if (!TRY(reader.next(t, &accessor))) return Result<>::absent();
  {
    Mutating guard(it);
    it->at = reader.position();
  }
  Local<> name(t, accessor.index >= 0 ? Result<>::small_int(accessor.index)
                                      : Result<>(TRY(span_text(t, s, accessor.name))));
  return tuple_of(t, bool_value(accessor.is_attribute), name);
}

const TypeDef kFormatIterator = {
    .name = "formatteriterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(MarkupIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = format_next},
};
const TypeDef kFieldIterator = {
    .name = "fieldnameiterator",
    .flags = kTypeGcTracked | kTypeNoInstantiation,
    .size = sizeof(MarkupIterator),
    .slots = {.visit = iterator_visit, .iter = iterate_self, .next = field_next},
};

Result<> formatter_parser(Thread& t, Value v) {
  if (!is_a<Str>(v)) return raise(t, TypeError, "expected str, got {!T}", v);
  return make_iterator(t, g_format_iterator, v.as<Str>(), 0);
}

Result<> formatter_field_name_split(Thread& t, Value v) {
  if (!is_a<Str>(v)) return raise(t, TypeError, "expected str, got {!T}", v);
  Str* s = v.as<Str>();
  FieldNameReader reader(s, {0, s->length()});
  ssize index = TRY(span_number(t, s, reader.first()));
  Local<> first(t, index >= 0 ? Result<>::small_int(index) : Result<>(TRY(span_text(t, s, reader.first()))));
  Local<> rest(t, TRY(make_iterator(t, g_field_iterator, s, reader.position())));
  return tuple_of(t, first, rest);
}

const NativeDef kFunctions[] = {
    def<formatter_parser>("formatter_parser($module, str, /)", "Parse the argument as a format string."),
    def<formatter_field_name_split>("formatter_field_name_split($module, str, /)",
                                    "Split the argument as a field name."),
};

Status exec(Thread& t, Module*) {
  Local<Type> format(t, TRY(type_from_def(t, kFormatIterator)));
  Local<Type> field(t, TRY(type_from_def(t, kFieldIterator)));
  g_format_iterator = format;  // types are immortal
  g_field_iterator = field;
  return kDone;
}

}  // namespace

extern const ModuleDef string_module_def;
constinit const ModuleDef string_module_def = {"_string", "string helper module", kFunctions, {}, exec};

}  // namespace taipan
