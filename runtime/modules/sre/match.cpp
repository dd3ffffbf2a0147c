// re.Match.
#include "runtime/modules/sre/sre_types.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"

namespace taipan::sre {

Type* g_match_type;

namespace {

Match* match_of(Value v) { return v.as<Match>(); }

void match_visit(Object* o, EdgeVisitor& visit) {
  auto* m = static_cast<Match*>(o);
  visit(m->string, m->pattern, m->regs);
}
usize match_size(const Object* o) {
  return sizeof(Match) + static_cast<const Match*>(o)->groups * 2 * sizeof(i64);
}

// The number of a group given by number or name.
Result<i64> group_number(Thread& t, Match* m, Value key) {
  i64 i = -1;
  if (key.is_int()) {
    i = key.as_int();
  } else if (is_any_int(key) || (!is_a<Str>(key) && type_of(key).slots.index != nullptr)) {
    i = TRY(to_ssize_clamped(t, key));
  } else if (is_a<Str>(key) || is_a<Bytes>(key)) {
    Local<> index(t, m->pattern.borrow()->group_index.borrow());
    auto r = is_a<Dict>(index) ? dict_get(t, index.value().as<Dict>(), key) : get_item(t, index, key);
    if (r.is_error()) {
      clear_error(t);
    } else if (!r.is_absent()) {
      Local<> v(t, r);
      if (v.value().is_int()) i = v.value().as_int();
    }
  }
  if (i < 0 || i >= static_cast<i64>(m->groups)) return raise(t, IndexError, "no such group");
  return i;
}

Result<> slice_of(Thread& t, Match* m, i64 g, Value fallback) {
  i64 from = m->marks[2 * g], to = m->marks[2 * g + 1];
  if (from < 0) return own(fallback);
  Value s = m->string.borrow();
  if (is_a<Str>(s)) {
    Str* text = s.as<Str>();
    if (to > static_cast<i64>(text->length())) to = static_cast<i64>(text->length());
    return Result<>(TRY(str_substring(t, text, static_cast<usize>(from), static_cast<usize>(to))));
  }
  ByteSource source;
  TRY(source.get(t, s));
  i64 size = static_cast<i64>(source.size());
  if (to > size) to = size;
  if (from > to) from = to;
  return Result<>(TRY(bytes_from(t, source.view().substr(static_cast<usize>(from), static_cast<usize>(to - from)))));
}

Result<> match_group(Thread& t, Value self, Args args) {
  Match* m = match_of(self);
  if (args.count == 0) return slice_of(t, m, 0, none_value());
  if (args.count == 1) return slice_of(t, m, TRY(group_number(t, m, args.items[0].canonical())), none_value());
  Local<Tuple> out(t, TRY(tuple_new(t, args.count)));
  for (u32 i = 0; i < args.count; ++i) {
    i64 g = TRY(group_number(t, m, args.items[i].canonical()));
    out->items()[i].init(TRY(slice_of(t, m, g, none_value())));
  }
  return Result<>(out.give());
}
Result<> match_get_item(Thread& t, Value self, Value key) {
  Match* m = match_of(self);
  return slice_of(t, m, TRY(group_number(t, m, key)), none_value());
}
Result<Tuple> match_groups(Thread& t, Value self, Value fallback) {
  Match* m = match_of(self);
  Local<Tuple> out(t, TRY(tuple_new(t, m->groups - 1)));
  for (u64 g = 1; g < m->groups; ++g) {
    out->items()[g - 1].init(TRY(slice_of(t, m, static_cast<i64>(g), fallback)));
  }
  return out.give();
}
Result<Dict> match_groupdict(Thread& t, Value self, Value fallback) {
  Match* m = match_of(self);
  Local<Dict> out(t, TRY(dict_new(t)));
  Local<> index(t, m->pattern.borrow()->group_index.borrow());
  Local<> iterator(t, TRY(iterate(t, index)));
  while (true) {
    Local<> name(t, TRY(next(t, iterator)));
    if (name.is_empty()) return out.give();
    Local<> v(t, TRY(slice_of(t, m, TRY(group_number(t, m, name)), fallback)));
    TRY(dict_set(t, out, name, v));
  }
}
Result<i64> match_start(Thread& t, Value self, Value group) {
  Match* m = match_of(self);
  return m->marks[2 * TRY(group_number(t, m, group))];
}
Result<i64> match_end(Thread& t, Value self, Value group) {
  Match* m = match_of(self);
  return m->marks[2 * TRY(group_number(t, m, group)) + 1];
}
Result<Tuple> pair(Thread& t, i64 a, i64 b) { return tuple_of(t, Value::small_int(a), Value::small_int(b)); }
Result<Tuple> match_span(Thread& t, Value self, Value group) {
  Match* m = match_of(self);
  i64 g = TRY(group_number(t, m, group));
  return pair(t, m->marks[2 * g], m->marks[2 * g + 1]);
}

Result<> match_expand(Thread& t, Value self, Value text) {
  Match* m = match_of(self);
  Local<Pattern> p(t, Value(m->pattern.borrow()));
  Local<> tpl(t, TRY(compile_template(t, p, text)));
  if (!is_instance(tpl, *g_template_type)) return tpl.give();
  Subject s(t, m->string.borrow());
  TRY(s.open(p, 0, m->endpos));
  std::vector<i64> marks(m->marks + 2, m->marks + 2 * m->groups);
  StrBuilder out(t);
  std::string bytes;
  TRY(expand_template(t, tpl.value().as<Template>(), s, m->marks[0], m->marks[1], marks, &out, &bytes));
  if (s.is_bytes()) return Result<>(TRY(bytes_from(t, bytes)));
  return Result<>(TRY(out.finish()));
}

Result<> match_self(Thread&, Value self) { return own(self); }
Result<> match_deepcopy(Thread&, Value self, Value) { return own(self); }
Result<> match_class_getitem(Thread& t, Value cls, Value item) { return call(t, &generic_alias_type, cls, item); }

Result<> get_lastindex(Thread&, Value self) {
  i64 i = match_of(self)->last_index;
  return i < 0 ? none() : Result<>::small_int(i);
}
Result<> get_lastgroup(Thread&, Value self) {
  Match* m = match_of(self);
  Tuple* names = m->pattern.borrow()->index_group.borrow();
  if (m->last_index < 0 || static_cast<usize>(m->last_index) >= names->size()) return none();
  return own((*names)[static_cast<usize>(m->last_index)]);
}
Result<> get_regs(Thread& t, Value self) {
  Match* m = match_of(self);
  if (!m->regs.is_empty()) return m->regs.load(m);
  Local<Tuple> out(t, TRY(tuple_new(t, m->groups)));
  for (u64 g = 0; g < m->groups; ++g) out->items()[g].init(TRY(pair(t, m->marks[2 * g], m->marks[2 * g + 1])));
  m->regs.store(m, out.value());
  return Result<>(out.give());
}
Result<> get_pos(Thread& t, Value self) { return int_from_i64(t, match_of(self)->pos); }
Result<> get_endpos(Thread& t, Value self) { return int_from_i64(t, match_of(self)->endpos); }

Result<Str> match_repr(Thread& t, Value self) {
  Match* m = match_of(self);
  Local<> text(t, TRY(slice_of(t, m, 0, none_value())));
  return str_format(t, "<re.Match object; span=({}, {}), match={!r}>", m->marks[0], m->marks[1], text.value());
}

const NativeDef kMethods[] = {
    def<match_group>("group($self, /, *args)", "One or more groups of the match."),
    def<match_groups>("groups($self, /, default=None)", "All groups."),
    def<match_groupdict>("groupdict($self, /, default=None)", "All named groups."),
    def<match_start>("start($self, group=0, /)", "Where a group starts."),
    def<match_end>("end($self, group=0, /)", "Where a group ends."),
    def<match_span>("span($self, group=0, /)", "Where a group starts and ends."),
    def<match_expand>("expand($self, /, template)", "A template with its group references replaced."),
    def<match_self>("__copy__($self, /)", ""),
    def<match_deepcopy>("__deepcopy__($self, memo, /)", ""),
    class_def<match_class_getitem>("__class_getitem__($type, object, /)", ""),
};
const GetSetDef kGetSets[] = {
    {"lastindex", get_lastindex, nullptr, "The number of the last matched group."},
    {"lastgroup", get_lastgroup, nullptr, "The name of the last matched group."},
    {"regs", get_regs, nullptr, "The spans of all groups."},
    {"pos", get_pos, nullptr, "Where the search began."},
    {"endpos", get_endpos, nullptr, "Where the search had to end."},
};
const MemberDef kMembers[] = {
    {"string", MemberKind::Object, offsetof(Match, string), true, "The text that was matched."},
    {"re", MemberKind::Object, offsetof(Match, pattern), true, "The pattern."},
};
const TypeDef kMatchDef = {.name = "re.Match",
                           .doc = "The result of re.match() and re.search().",
                           .flags = kTypeNoInstantiation | kTypeImmutable | kTypeGcTracked,
                           .size = sizeof(Match),
                           .slots = {.visit = match_visit, .size = match_size, .repr = match_repr,
                                     .get_item = match_get_item},
                           .methods = kMethods,
                           .getsets = kGetSets,
                           .members = kMembers};

}  // namespace

Status sre_match_exec(Thread& t, Module*) {
  Local<Type> type(t, TRY(type_from_def(t, kMatchDef)));
  g_match_type = type.get();
  return kDone;
}

}  // namespace taipan::sre
