// _sre: the module, re.Pattern, scanners, templates.
#include <memory>

#include "runtime/modules/sre/chars.h"
#include "runtime/modules/sre/sre_types.h"
#include "runtime/modules/sre/validate.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"

namespace taipan::sre {

Type* g_pattern_type;
Type* g_template_type;

namespace {

Type* g_scanner_type;
Type* g_iterator_type;

Pattern* pattern_of(Value v) { return v.as<Pattern>(); }

void pattern_visit(Object* o, EdgeVisitor& visit) {
  auto* p = static_cast<Pattern*>(o);
  visit(p->pattern, p->group_index, p->index_group);
}
void pattern_destroy(Object* o) {
  auto* p = static_cast<Pattern*>(o);
  delete p->program;
  for (SlotBase* s : {static_cast<SlotBase*>(&p->pattern), static_cast<SlotBase*>(&p->group_index),
                      static_cast<SlotBase*>(&p->index_group)}) {
    release_removed(Value(s->raw().exchange_acq_rel(0)));
  }
  if (o->flags.load_relaxed() & kHasWeak && o->is_shared()) {
    return retire_object(Thread::current(), o, sizeof(Pattern));
  }
  free_object(o, sizeof(Pattern));
}

Result<> sre_compile(Thread& t, Value pattern, i32 flags, Value code, i64 groups, Value group_index,
                     Value index_group) {
  if (!is_a<List>(code)) return raise(t, TypeError, "compile() argument 'code' must be list, not {!T}", code);
  if (!is_a<Dict>(group_index)) return raise(t, TypeError, "compile() argument 'groupindex' must be dict, not {!T}", group_index);
  if (!is_a<Tuple>(index_group)) return raise(t, TypeError, "compile() argument 'indexgroup' must be tuple, not {!T}", index_group);
  auto program = std::make_unique<Program>();
  usize n = list_size(code.as<List>());
  program->code.reserve(n);
  for (usize i = 0; i < n; ++i) {
    Value v = list_borrow(code.as<List>(), i);
    u64 word;
    if (v.is_empty() || !is_any_int(v) || !int_to_u64(v, &word) || word > 0xffffffffu) {
      return raise(t, OverflowError, "regular expression code size limit exceeded");
    }
    program->code.push_back(static_cast<u32>(word));
  }
  program->groups = static_cast<u32>(groups);
  program->flags = static_cast<u32>(flags);
  if (groups < 0 || groups > (1 << 29) ||
      !validate(program->code, program->groups, &program->repeat_of, &program->repeats)) {
    return raise(t, RuntimeError, "invalid SRE code");
  }
  analyse(program->code, program->repeat_of, &program->analysis);
  Pattern* p = new_object<Pattern>(t, *g_pattern_type);
  if (p == nullptr) return kError;
  p->pattern.init(pattern);
  p->group_index.init(group_index);
  p->index_group.init(index_group);
  p->program = program.release();
  p->is_bytes = is_none(pattern) ? -1 : is_a<Str>(pattern) ? 0 : 1;
  return Result<>::from_owned(own_new(p).word());
}

enum class How : u8 { Match, FullMatch, Search };
template <How kHow>
Result<> pattern_match(Thread& t, Value self, Value string, i64 pos, i64 endpos) {
  Local<Pattern> p(t, self);
  Subject s(t, string);
  TRY(s.open(p, pos, endpos));
  if (s.pos() > s.endpos()) return none();
  AnyMatcher m(t, p, s);
  bool found = kHow == How::Search ? TRY(m.search(s.pos())) : TRY(m.match(s.pos(), kHow == How::FullMatch));
  return found ? make_match(t, p, s, m) : none();
}

Result<List> pattern_findall(Thread& t, Value self, Value string, i64 pos, i64 endpos) {
  Local<Pattern> p(t, self);
  Subject s(t, string);
  TRY(s.open(p, pos, endpos));
  Local<List> out(t, TRY(list_new(t)));
  if (s.pos() > s.endpos()) return out.give();
  AnyMatcher m(t, p, s);
  i64 at = s.pos();
  u32 groups = p->program->groups;
  while (TRY(m.search(at))) {
    std::span<const i64> marks = m.marks();
    auto group = [&](u32 g) -> Result<> {
      bool set = marks[2 * g] >= 0 && marks[2 * g + 1] >= marks[2 * g];
      return set ? s.slice(marks[2 * g], marks[2 * g + 1]) : s.slice(0, 0);
    };
    if (groups == 0) {
      TRY(list_append(t, out, TRY(s.slice(m.start(), m.end()))));
    } else if (groups == 1) {
      TRY(list_append(t, out, TRY(group(0))));
    } else {
      Local<Tuple> all(t, TRY(tuple_new(t, groups)));
      for (u32 g = 0; g < groups; ++g) all->items()[g].init(TRY(group(g)));
      TRY(list_append(t, out, Result<>(all.give())));
    }
    at = m.end();
    m.continue_after();
  }
  return out.give();
}

// --- scanner and finditer's iterator ------------------------------------------------------------------------

struct Scanner : Object {
  Slot<Pattern> pattern;
  Slot<> string;
  i64 pos, endpos;
  i64 must_advance;  // position where an empty match does not count, or -1
  Atomic<u8> busy;   // a step at a time
  bool done;
};
Scanner* scanner_of(Value v) { return v.as<Scanner>(); }
void scanner_visit(Object* o, EdgeVisitor& visit) {
  auto* s = static_cast<Scanner*>(o);
  visit(s->pattern, s->string);
}

template <bool kSearch>
Result<> scanner_step(Thread& t, Value self) {
  Scanner* sc = scanner_of(self);
  if (sc->busy.exchange_seq_cst(1) != 0) return raise(t, ValueError, "regular expression scanner already executing");
  auto step = [&]() -> Result<> {
    if (sc->done) return none();
    Local<Pattern> p(t, Value(sc->pattern.borrow()));
    Subject s(t, sc->string.borrow());
    TRY(s.open(p, 0, sc->endpos));
    i64 start = sc->pos > s.endpos() ? s.endpos() : sc->pos;
    AnyMatcher m(t, p, s);
    m.set_must_advance(sc->must_advance);
    bool found = kSearch ? TRY(m.search(start)) : TRY(m.match(start, false));
    if (!found) {
      sc->done = true;
      return none();
    }
    Local<> match(t, TRY(make_match(t, p, s, m)));
    sc->pos = m.end();
    sc->must_advance = m.start() == m.end() ? m.end() : -1;
    return match.give();
  };
  Result<> r = step();
  sc->busy.store_release(0);
  return r;
}
Result<> iterator_next(Thread& t, Value self) {
  Result<> r = TRY(scanner_step<true>(t, self));
  return is_none(r.word()) ? Result<>::absent() : r;
}
Result<> iterator_self(Thread&, Value self) { return own(self); }

Result<> make_scanner(Thread& t, Type& type, Value self, Value string, i64 pos, i64 endpos) {
  Local<Pattern> p(t, self);
  Subject s(t, string);
  TRY(s.open(p, pos, endpos));
  Scanner* sc = new_object<Scanner>(t, type);
  if (sc == nullptr) return kError;
  sc->pattern.init(p.value());
  sc->string.init(string);
  sc->pos = s.pos();
  sc->endpos = s.endpos();
  sc->must_advance = -1;
  sc->done = s.pos() > s.endpos();
  return Result<>::from_owned(own_new(sc).word());
}
Result<> pattern_scanner(Thread& t, Value self, Value string, i64 pos, i64 endpos) {
  return make_scanner(t, *g_scanner_type, self, string, pos, endpos);
}
Result<> pattern_finditer(Thread& t, Value self, Value string, i64 pos, i64 endpos) {
  return make_scanner(t, *g_iterator_type, self, string, pos, endpos);
}

const NativeDef kScannerMethods[] = {
    def<scanner_step<false>>("prefixmatch($self, /)", "The next match, directly behind the last one."),
    def<scanner_step<false>>("match($self, /)", "The same."),
    def<scanner_step<true>>("search($self, /)", "The next match anywhere behind the last one."),
};
const MemberDef kScannerMembers[] = {
    {"pattern", MemberKind::Object, offsetof(Scanner, pattern), true, "The pattern."}};
const TypeDef kScannerDef = {.name = "_sre.SRE_Scanner",
                             .flags = kTypeNoInstantiation | kTypeImmutable | kTypeGcTracked,
                             .size = sizeof(Scanner),
                             .slots = {.visit = scanner_visit},
                             .methods = kScannerMethods,
                             .members = kScannerMembers};
const TypeDef kIteratorDef = {.name = "callable_iterator",
                              .flags = kTypeNoInstantiation | kTypeImmutable | kTypeGcTracked,
                              .size = sizeof(Scanner),
                              .slots = {.visit = scanner_visit, .iter = iterator_self, .next = iterator_next}};

// --- pattern: identity, text -----------------------------------------------------------------------------------

Result<> pattern_self(Thread&, Value self) { return own(self); }
Result<> pattern_deepcopy(Thread&, Value self, Value) { return own(self); }
Result<> pattern_class_getitem(Thread& t, Value cls, Value item) { return call(t, &generic_alias_type, cls, item); }
Result<> get_flags(Thread&, Value self) { return Result<>::small_int(pattern_of(self)->program->flags); }
Result<> get_groups(Thread&, Value self) { return Result<>::small_int(pattern_of(self)->program->groups); }
Result<> get_groupindex(Thread& t, Value self) {
  return call(t, &mappingproxy_type, pattern_of(self)->group_index.borrow());
}

Result<> pattern_compare(Thread& t, Value a, Value b, CompareOp op) {
  if ((op != CompareOp::Eq && op != CompareOp::Ne) || &type_of(b) != g_pattern_type) return not_implemented();
  Pattern *x = pattern_of(a), *y = pattern_of(b);
  bool same_program = x->is_bytes == y->is_bytes && x->program->flags == y->program->flags &&
                      x->program->code == y->program->code;
  bool equal_patterns = x == y || (same_program && TRY(equal(t, x->pattern.borrow(), y->pattern.borrow())));
  return boolean(equal_patterns == (op == CompareOp::Eq));
}
Result<u64> pattern_hash(Thread& t, Value self) {
  Pattern* p = pattern_of(self);
  u64 h = TRY(hash(t, p->pattern.borrow()));
  for (u32 word : p->program->code) h = h * 1000003 ^ word;
  h ^= p->program->flags ^ static_cast<u64>(p->is_bytes) ^ p->program->groups;
  return h == ~u64{0} ? h - 1 : h;
}

Result<Str> pattern_repr(Thread& t, Value self) {
  Pattern* p = pattern_of(self);
  u32 flags = p->program->flags;
  if (p->is_bytes == 0 && (flags & (kFlagLocale | kFlagUnicode | kFlagAscii)) == kFlagUnicode) flags &= ~kFlagUnicode;
  StrBuilder out(t);
  TRY(out.append_ascii("re.compile("));
  Local<Str> text(t, TRY(repr(t, p->pattern.borrow())));
  usize n = text->length();
  TRY(out.append_range(text, 0, n < 200 ? n : 200));
  struct Name {
    u32 flag;
    const char* name;
  };
  constexpr Name kNames[] = {{kFlagIgnoreCase, "re.IGNORECASE"}, {kFlagMultiline, "re.MULTILINE"},
                             {kFlagDotAll, "re.DOTALL"}, {kFlagVerbose, "re.VERBOSE"},
                             {kFlagDebug, "re.DEBUG"}, {kFlagAscii, "re.ASCII"}, {kFlagLocale, "re.LOCALE"},
                             {kFlagUnicode, "re.UNICODE"}};
  bool first = true;
  for (const Name& f : kNames) {
    if (!(flags & f.flag)) continue;
    TRY(out.append_ascii(first ? ", " : "|"));
    TRY(out.append_ascii(f.name));
    flags &= ~f.flag;
    first = false;
  }
  if (flags != 0) {
    char rest[32];
    snprintf(rest, sizeof rest, "%s0x%x", first ? ", " : "|", flags);
    TRY(out.append_ascii(rest));
  }
  TRY(out.append_ascii(")"));
  return out.finish();
}

const NativeDef kPatternMethods[] = {
    def<pattern_match<How::Match>>("prefixmatch($self, /, string, pos=0, endpos=sys.maxsize)", "Matches at the start."),
    def<pattern_match<How::Match>>("match($self, /, string, pos=0, endpos=sys.maxsize)", "Matches at the start."),
    def<pattern_match<How::FullMatch>>("fullmatch($self, /, string, pos=0, endpos=sys.maxsize)", "Matches the whole text."),
    def<pattern_match<How::Search>>("search($self, /, string, pos=0, endpos=sys.maxsize)", "The first match anywhere."),
    def<pattern_findall>("findall($self, /, string, pos=0, endpos=sys.maxsize)", "All matches, as texts."),
    def<pattern_finditer>("finditer($self, /, string, pos=0, endpos=sys.maxsize)", "All matches, one by one."),
    def<pattern_scanner>("scanner($self, /, string, pos=0, endpos=sys.maxsize)", "A scanner over the text."),
    def<pattern_self>("__copy__($self, /)", ""),
    def<pattern_deepcopy>("__deepcopy__($self, memo, /)", ""),
    class_def<pattern_class_getitem>("__class_getitem__($type, object, /)", ""),
};
const GetSetDef kPatternGetSets[] = {
    {"flags", get_flags, nullptr, "The regex matching flags."},
    {"groups", get_groups, nullptr, "The number of capturing groups in the pattern."},
    {"groupindex", get_groupindex, nullptr, "A dictionary mapping group names to group numbers."},
};
const MemberDef kPatternMembers[] = {
    {"pattern", MemberKind::Object, offsetof(Pattern, pattern), true, "The pattern string."}};

// --- templates ---------------------------------------------------------------------------------------------------

void template_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Template*>(o)->literals); }
usize template_size(const Object* o) {
  return sizeof(Template) + static_cast<const Template*>(o)->count * sizeof(i64);
}
const TypeDef kTemplateDef = {.name = "_sre.SRE_Template",
                              .flags = kTypeNoInstantiation | kTypeImmutable,
                              .size = sizeof(Template),
                              .slots = {.visit = template_visit, .size = template_size}};

// [literal, group, literal, ... group, literal]
Result<> sre_template(Thread& t, Value, Value parts) {
  if (!is_a<List>(parts)) return raise(t, TypeError, "template() argument 2 must be list, not {!T}", parts);
  Local<List> list(t, parts);
  usize n = list_size(list);
  if (n % 2 == 0) return raise(t, TypeError, "invalid template");
  u64 count = n / 2;
  Local<Tuple> literals(t, TRY(tuple_new(t, count + 1)));
  std::vector<i64> groups;
  for (usize i = 0; i < n; ++i) {
    Local<> item(t, TRY(list_get(t, list, i)));
    if (i % 2 == 0) {
      literals->items()[i / 2].init(item.value());
    } else {
      i64 g = TRY(to_ssize(t, item));
      if (g < 0) return raise(t, TypeError, "invalid template");
      groups.push_back(g);
    }
  }
  if (count == 0) return own((*literals.get())[0]);  // nothing to replace
  Template* o = new_object<Template>(t, *g_template_type, count * sizeof(i64));
  if (o == nullptr) return kError;
  o->count = count;
  o->literals.init(literals.value());
  for (usize i = 0; i < groups.size(); ++i) o->groups[i] = groups[i];
  return Result<>::from_owned(own_new(o).word());
}

bool ascii_iscased(Thread&, i32 c) { return c < 128 && (static_cast<u32>(c) | 32) - 'a' < 26; }
bool unicode_iscased(Thread&, i32 c) {
  u32 u = static_cast<u32>(c);
  return lower_unicode(u) != u || upper_unicode(u) != u;
}
i64 ascii_tolower(Thread&, i32 c) { return lower_ascii(static_cast<u32>(c)); }
i64 unicode_tolower(Thread&, i32 c) { return lower_unicode(static_cast<u32>(c)); }
i64 getcodesize(Thread&) { return 4; }

const NativeDef kFunctions[] = {
    def<sre_compile>("compile($module, /, pattern, flags, code, groups, groupindex, indexgroup)",
                     "A pattern from the code that re._compiler made."),
    def<sre_template>("template($module, pattern, template, /)", "A replacement from its parsed parts."),
    def<ascii_iscased>("ascii_iscased($module, character, /)", "Has the ASCII character another case?"),
    def<unicode_iscased>("unicode_iscased($module, character, /)", "Has the character another case?"),
    def<ascii_tolower>("ascii_tolower($module, character, /)", "The ASCII character in lower case."),
    def<unicode_tolower>("unicode_tolower($module, character, /)", "The character in lower case."),
    def<getcodesize>("getcodesize($module, /)", "Bytes of a code word: 4."),
};
const ConstantDef kConstants[] = {
    int_constant("MAGIC", kMagic), int_constant("CODESIZE", 4), int_constant("MAXREPEAT", kMaxRepeat),
    int_constant("MAXGROUPS", 1073741823), text_constant("copyright", " Taipan's own engine for SRE code "),
};

Status sre_exec(Thread& t, Module* m) {
  // The methods of Pattern stand in two files: one table for its class.
  static NativeDef all[std::size(kPatternMethods) + 3];
  static TypeDef pattern_def;
  usize n = 0;
  for (const NativeDef& d : kPatternMethods) all[n++] = d;
  for (const NativeDef& d : pattern_sub_functions()) all[n++] = d;
  pattern_def = TypeDef{.name = "re.Pattern",
                        .doc = "Compiled regular expression object.",
                        .flags = kTypeNoInstantiation | kTypeImmutable | kTypeGcTracked | kTypeWeakrefable,
                        .size = sizeof(Pattern),
                        .slots = {.visit = pattern_visit, .destroy = pattern_destroy, .repr = pattern_repr,
                                  .hash = pattern_hash, .compare = pattern_compare},
                        .methods = {all, n},
                        .getsets = kPatternGetSets,
                        .members = kPatternMembers};
  struct {
    const TypeDef& def;
    Type** type;
  } types[] = {{pattern_def, &g_pattern_type}, {kScannerDef, &g_scanner_type},
               {kIteratorDef, &g_iterator_type}, {kTemplateDef, &g_template_type}};
  for (auto& x : types) {
    Local<Type> type(t, TRY(type_from_def(t, x.def)));
    *x.type = type.get();
  }
  return sre_match_exec(t, m);
}

}  // namespace
}  // namespace taipan::sre

namespace taipan {
extern const ModuleDef sre_module_def;
const ModuleDef sre_module_def = {"_sre", "Matching of regular expressions.", sre::kFunctions, sre::kConstants,
                                  sre::sre_exec};
}  // namespace taipan
