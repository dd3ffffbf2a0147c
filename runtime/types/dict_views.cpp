// dict_keys, dict_values, dict_items. They hold the mapping; set operations give a set.
#include "runtime/native/def.h"
#include "runtime/types/dict_impl.h"
#include "runtime/types/list.h"
#include "runtime/types/mapping_proxy.h"
#include "runtime/types/repr_guard.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

void visit(Object* o, EdgeVisitor& v) { v(static_cast<DictView*>(o)->map); }
Value map_of(Value view) { return view.as<DictView>()->map.borrow(); }  // set once, by the constructor

bool is_keys(Value v) { return v.is_ref() && &type_of(v) == &dict_keys_type; }
bool is_items(Value v) { return v.is_ref() && &type_of(v) == &dict_items_type; }
bool is_set_view(Value v) { return is_keys(v) || is_items(v); }
bool is_set_like(Value v) { return is_set_view(v) || is_a<Set>(v); }

Result<ssize> view_length(Thread& t, Value self) {
  return static_cast<ssize>(mapping_size(map_of(self).object()));
}

template <DictPart part>
Result<> view_iter(Thread& t, Value self) {
  return dict_iterator_new(t, map_of(self), part, false);
}
template <DictPart part>
Result<> view_reversed(Thread& t, Value self) {
  return dict_iterator_new(t, map_of(self), part, true);
}

Result<Str> view_repr(Thread& t, Value self) {
  ReprGuard guard(self.object());
  if (!guard.entered()) return str_from_ascii(t, "...");
  RecursionGuard depth(t);
  TRY(depth.check(" while getting the repr of an object"));
  Local<List> elements(t, TRY(to_list(t, self)));
  return str_format(t, "{!T}({!r})", self, elements.value());
}

Result<bool> keys_contains(Thread& t, Value self, Value key) {
  return mapping_contains(t, map_of(self), key);
}

Result<bool> items_contains(Thread& t, Value self, Value item) {
  if (!is_a<Tuple>(item) || item.as<Tuple>()->size() != 2) return false;
  Tuple& pair = *item.as<Tuple>();
  Local<> found(t, TRY(mapping_get(t, map_of(self).object(), pair[0], TRY(hash_dict_key(t, pair[0])))));
  if (found.is_empty()) return false;
  return equal(t, found, pair[1]);
}

Result<bool> all_contained(Thread& t, Value a, Value b) {  // every element of a in b
  Local<> it(t, TRY(iterate(t, a)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return true;
    Local<> x(t, r);
    if (!TRY(contains(t, b, x))) return false;
  }
}

Result<> view_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_set_like(other)) return not_implemented();
  ssize n = TRY(length(t, self)), m = TRY(length(t, other));
  switch (op) {
    case CompareOp::Eq:
    case CompareOp::Ne: {
      bool e = n == m && TRY(all_contained(t, self, other));
      return boolean(e == (op == CompareOp::Eq));
    }
    case CompareOp::Lt: return boolean(n < m && TRY(all_contained(t, self, other)));
    case CompareOp::Le: return boolean(n <= m && TRY(all_contained(t, self, other)));
    case CompareOp::Gt: return boolean(n > m && TRY(all_contained(t, other, self)));
    default: return boolean(n >= m && TRY(all_contained(t, other, self)));
  }
}

// Either operand may be the view; the other is any iterable.
Result<> view_and(Thread& t, Value left, Value right) {
  if (!is_set_view(left)) std::swap(left, right);
  if (is_set_like(right) && TRY(length(t, right)) > TRY(length(t, left))) std::swap(left, right);
  Local<> it(t, TRY(iterate(t, right)));
  Local<Set> result(t, TRY(set_new(t)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return Result<>(result.give());
    Local<> x(t, r);
    if (TRY(contains(t, left, x))) TRY(set_add(t, result, x));
  }
}

Result<> view_or(Thread& t, Value left, Value right) {
  Local<Set> result(t, TRY(set_from(t, left)));
  TRY(set_update(t, result, right));
  return Result<>(result.give());
}

Result<> view_sub(Thread& t, Value left, Value right) {
  Local<Set> result(t, TRY(set_from(t, left)));
  Local<> it(t, TRY(iterate(t, right)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return Result<>(result.give());
    Local<> x(t, r);
    (void)TRY(set_discard(t, result, x));
  }
}

Result<> view_xor(Thread& t, Value left, Value right) {
  Local<Set> result(t, TRY(set_from(t, left)));
  Local<Set> other(t, TRY(set_from(t, right)));
  u64 position = 0;
  Result<> r = Result<>::absent();
  while (set_next(t, other, &position, &r)) {
    Local<> x(t, r);
    if (!TRY(set_discard(t, result, x))) TRY(set_add(t, result, x));
  }
  return Result<>(result.give());
}

Result<bool> view_isdisjoint(Thread& t, Value self, Value other) {
  if (same(self, other)) return TRY(length(t, self)) == 0;
  if (is_set_like(other) && TRY(length(t, other)) > TRY(length(t, self))) std::swap(self, other);
  Local<> it(t, TRY(iterate(t, other)));
  for (;;) {
    Result<> r = TRY(next(t, it));
    if (r.is_absent()) return true;
    Local<> x(t, r);
    if (TRY(contains(t, self, x))) return false;
  }
}

Result<> get_mapping(Thread& t, Value self) {
  return mapping_proxy_new(t, map_of(self));
}

constexpr GetSetDef kGetSets[] = {
    {"mapping", get_mapping, nullptr, "The dictionary that this view refers to, read-only."},
};

template <DictPart part>
constexpr NativeDef kSetMethods[] = {
    def<view_isdisjoint>("isdisjoint($self, object, /)", "True if the view and the iterable share no element."),
    def<view_reversed<part>>("__reversed__($self, /)", "Return a reverse iterator."),
};
constexpr NativeDef kValuesMethods[] = {
    def<view_reversed<DictPart::Values>>("__reversed__($self, /)", "Return a reverse iterator."),
};

template <DictPart part>
constexpr TypeDef view_def(const char* name) {
  TypeDef d{};
  d.name = name;
  d.flags = kTypeGcTracked | kTypeNoInstantiation;
  d.size = sizeof(DictView);
  d.slots.visit = visit;
  d.slots.repr = view_repr;
  d.slots.length = view_length;
  d.slots.iter = view_iter<part>;
  d.getsets = kGetSets;
  if constexpr (part == DictPart::Values) {
    d.methods = kValuesMethods;
  } else {
    d.methods = kSetMethods<part>;
    d.slots.compare = view_compare;
    d.slots.contains = part == DictPart::Keys ? keys_contains : items_contains;
    d.slots.binary[static_cast<usize>(BinaryOp::And)] = view_and;
    d.slots.binary[static_cast<usize>(BinaryOp::Or)] = view_or;
    d.slots.binary[static_cast<usize>(BinaryOp::Xor)] = view_xor;
    d.slots.binary[static_cast<usize>(BinaryOp::Sub)] = view_sub;
  }
  return d;
}

}  // namespace

Result<> dict_view_new(Thread& t, Value map, DictPart part) {
  static Type* const types[] = {&dict_keys_type, &dict_values_type, &dict_items_type};
  DictView* v = new_object<DictView>(t, *types[static_cast<u8>(part)]);
  if (!v) return kError;
  v->map.init(map);
  return own_new(v);
}

Result<List> dict_view_snapshot(Thread& t, Value v) {
  if (!v.is_ref()) return Result<List>::absent();
  Type* type = &type_of(v);
  bool keys = type == &dict_keys_type, values = type == &dict_values_type, items = type == &dict_items_type;
  if (!keys && !values && !items) return Result<List>::absent();
  Value map = map_of(v);
  if (!is_a<Dict>(map) || map.object()->is_local()) return Result<List>::absent();
  Dict* d = map.as<Dict>();
  return keys ? dict_keys_list(t, d) : values ? dict_values_list(t, d) : dict_items_list(t, d);
}

extern const TypeDef dict_keys_type_def, dict_values_type_def, dict_items_type_def;
const TypeDef dict_keys_type_def = view_def<DictPart::Keys>("dict_keys");
const TypeDef dict_values_type_def = view_def<DictPart::Values>("dict_values");
const TypeDef dict_items_type_def = view_def<DictPart::Items>("dict_items");

}  // namespace taipan
