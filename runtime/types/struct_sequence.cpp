#include "runtime/types/struct_sequence.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

// Types are few and immortal: a type finds its description through its instance's class.
struct Entry_ {
  Type* type;
  const StructSequenceDef* def;
};
constexpr usize kMaxTypes = 64;
Entry_ g_types[kMaxTypes];
Atomic<u32> g_type_count;

const StructSequenceDef& def_of(const Type& type) {
  for (const Type* c = &type; c != nullptr; c = c->base.borrow()) {
    for (u32 i = 0; i < g_type_count.load_acquire(); ++i) {
      if (g_types[i].type == c) return *g_types[i].def;
    }
  }
  fatal("struct sequence without description");
}

usize field_count(const Object* o) { return def_of(type_of(o)).fields.size(); }

usize sequence_storage(const Object* o) { return sizeof(Tuple) + field_count(o) * sizeof(u64); }

void sequence_visit(Object* o, EdgeVisitor& visit) {
  Tuple* s = static_cast<Tuple*>(o);
  visit.slots_from_end(s->items(), field_count(o));
}

Result<> sequence_repr_part(Thread& t, Tuple* s, usize i, const StructSequenceDef& def, StrBuilder& out) {
  if (i != 0) TRY(out.append_ascii(", "));
  if (def.fields[i].name != nullptr) {
    TRY(out.append_ascii(def.fields[i].name));
    TRY(out.append_ascii("="));
  }
  Local<Str> text(t, TRY(repr(t, (*s)[i])));
  TRY(out.append(text));
  return none();
}

Result<Str> sequence_repr(Thread& t, Value self) {
  Tuple* s = self.as<Tuple>();
  const StructSequenceDef& def = def_of(type_of(self));
  StrBuilder out(t);
  TRY(out.append_ascii(def.name));
  TRY(out.append_ascii("("));
  for (usize i = 0; i < s->size(); ++i) TRY(sequence_repr_part(t, s, i, def, out));
  TRY(out.append_ascii(")"));
  return out.finish();
}

Result<> sequence_from(Thread& t, Value cls, Value sequence, Value dict) {
  Type& type = *cls.as<Type>();
  const StructSequenceDef& def = def_of(type);
  if (!dict.is_empty() && !is_a<Dict>(dict)) {
    return raise(t, TypeError, "{}() takes a dict as second arg, if any", def.name);
  }
  Local<Tuple> items(t, TRY(to_tuple(t, sequence)));
  usize n = items->size(), most = def.fields.size();
  if (n < def.visible || n > most) {
    const char* bound = most == def.visible ? "a" : n < def.visible ? "an at least" : "an at most";
    return raise(t, TypeError, "{}() takes {} {}-sequence ({}-sequence given)", def.name, bound,
                 static_cast<unsigned long>(n < def.visible ? def.visible : most),
                 static_cast<unsigned long>(n));
  }
  Local<Tuple> s(t, TRY(struct_sequence_new(t, type)));
  for (usize i = 0; i < n; ++i) struct_sequence_set(s, i, (*items.get())[i]);
  usize used = 0;
  for (usize i = n; i < most; ++i) {
    Result<> v = Result<>::absent();
    if (!dict.is_empty() && def.fields[i].name != nullptr) {
      Local<Str> key(t, TRY(str_intern(t, def.fields[i].name)));
      v = TRY(dict_get_str(t, dict.as<Dict>(), key));
      used += !v.is_absent();
    }
    struct_sequence_set(s, i, v.is_absent() ? none() : v);
  }
  if (!dict.is_empty() && used < dict_size(dict.as<Dict>())) {
    return raise(t, TypeError, "{}() got duplicate or unexpected field name(s)", def.name);
  }
  return s.give();
}
const NativeDef kNew = def<sequence_from>("structseq($type, sequence, dict=<unrepresentable>)", "");

Result<> sequence_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  return call_native(t, kNew, Value(&cls), args, nargs, kwnames);
}

Result<> sequence_reduce(Thread& t, Value self) {
  Tuple* s = self.as<Tuple>();
  const StructSequenceDef& def = def_of(type_of(self));
  Local<Tuple> items(t, TRY(tuple_new(t, s->size())));
  for (usize i = 0; i < s->size(); ++i) items->items()[i].init((*s)[i]);
  Local<Dict> rest(t, TRY(dict_new(t)));
  for (usize i = s->size(); i < def.fields.size(); ++i) {
    Local<Str> key(t, TRY(str_intern(t, def.fields[i].name)));
    TRY(dict_set_str(t, rest, key, (*s)[i]));
  }
  Local<Tuple> args(t, TRY(tuple_of(t, items, rest)));
  return Result<>(TRY(tuple_of(t, &type_of(self), args)));
}

// copy.replace(): the same but for the fields named, which may be invisible ones.
Result<> sequence_replace(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 0) return raise(t, TypeError, "__replace__() takes no positional arguments");
  const StructSequenceDef& def = def_of(type_of(self));
  usize changes = kwnames == nullptr ? 0 : kwnames->size();
  Local<Tuple> s(t, TRY(struct_sequence_new(t, type_of(self))));
  Local<List> unknown(t, TRY(list_new(t)));
  for (usize k = 0; k < changes; ++k) {
    Value name = (*kwnames)[k];
    bool known = false;
    for (const StructField& f : def.fields) known |= f.name != nullptr && str_equals(name.as<Str>(), f.name);
    if (!known) TRY(list_append(t, unknown, name));
  }
  for (usize i = 0; i < def.fields.size(); ++i) {
    if (def.fields[i].name == nullptr) {
      return raise(t, TypeError, "__replace__() is not supported for {} because it has unnamed field(s)", def.name);
    }
    Value v = self.as<Tuple>()->items()[i].borrow();
    for (usize k = 0; k < changes; ++k) {
      if (str_equals((*kwnames)[k].as<Str>(), def.fields[i].name)) v = args[k];
    }
    struct_sequence_set(s, i, v);
  }
  if (list_size(unknown) > 0) return raise(t, TypeError, "Got unexpected field name(s): {!r}", unknown.value());
  return s.give();
}

const NativeDef kMethods[] = {
    def<sequence_reduce>("__reduce__($self, /)", ""),
    raw_def("__replace__($self, /, **changes)", "A copy with new values for the named fields.", sequence_replace),
};

}  // namespace

Result<Type> struct_sequence_type(Thread& t, const StructSequenceDef& def) {
  // The tables that type_ready reads must live as long as the type: for good.
  usize n = 0;
  for (const StructField& f : def.fields) n += f.name != nullptr;
  auto* members = static_cast<MemberDef*>(buffer_allocate(t, (n + 1) * sizeof(MemberDef)));
  auto* type_def = static_cast<TypeDef*>(buffer_allocate(t, sizeof(TypeDef)));
  if (members == nullptr || type_def == nullptr) return (void)raise_memory_error(t), kError;
  usize k = 0;
  for (usize i = 0; i < def.fields.size(); ++i) {
    if (def.fields[i].name == nullptr) continue;
    members[k++] = {def.fields[i].name, MemberKind::Object,
                    static_cast<u32>(sizeof(Tuple) + i * sizeof(u64)), true, def.fields[i].doc};
  }
  *type_def = TypeDef{.name = def.name,
                      .doc = def.doc,
                      .base = &tuple_type,
                      .flags = kTypeTupleSubclass | (def.instantiable ? 0u : kTypeNoInstantiation),
                      .size = sizeof(Tuple),
                      .slots = {.visit = sequence_visit,
                                .size = sequence_storage,
                                .new_ = def.instantiable ? sequence_new : nullptr,
                                .repr = sequence_repr},
                      .methods = kMethods,
                      .members = {members, n}};
  Local<Type> type(t, TRY(type_from_def(t, *type_def)));
  u32 index = g_type_count.load_relaxed();  // types are made under the import lock
  if (index >= kMaxTypes) fatal("too many struct sequence types");
  g_types[index] = {type.get(), &def};
  g_type_count.store_release(index + 1);
  auto count = [&](const char* name, usize v) -> Status {
    Local<Str> key(t, TRY(str_intern(t, name)));
    return dict_set_str(t, type->dict.borrow(), key, Value::small_int(static_cast<i64>(v)));
  };
  TRY(count("n_fields", def.fields.size()));
  TRY(count("n_sequence_fields", def.visible));
  TRY(count("n_unnamed_fields", def.fields.size() - n));
  Local<Tuple> names_tuple(t, TRY(tuple_new(t, n)));
  k = 0;
  for (const StructField& f : def.fields.first(def.visible)) {
    if (f.name != nullptr) names_tuple->items()[k++].init(TRY(str_intern(t, f.name)));
  }
  Local<Tuple> match_args(t, TRY(tuple_slice(t, names_tuple, 0, k)));
  TRY(dict_set_str(t, type->dict.borrow(), names().__match_args__, match_args));
  return type.give();
}

Result<Tuple> struct_sequence_new(Thread& t, Type& type) {
  const StructSequenceDef& def = def_of(type);
  Tuple* s = new_object<Tuple>(t, type, def.fields.size() * sizeof(u64));
  if (s == nullptr) return kError;
  s->aux = def.visible;
  return own_new(s);
}

void struct_sequence_set(Tuple* s, usize field, Value v) { s->items()[field].init(v); }

}  // namespace taipan
