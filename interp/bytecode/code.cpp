#include "interp/bytecode/code.h"

#include <cstdlib>
#include <cstring>

#include "runtime/memory/sticky.h"
#include "runtime/memory/publish.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/bytes.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

void make_immortal(Thread& t, Object* o) {
  if (o->is_immortal()) return;
  // Born SHARED once there are threads (ownership_protocol.md section 2).
  if (g_multi_threaded.load_relaxed() && !o->is_shared()) publish_for_store(o);
  if (o->is_shared()) {
    o->count.store_relaxed(kStickyWord);  // relaxed: nobody else knows it yet, or only as a sticky string
    o->flags.fetch_or_relaxed(kImmortal);
  } else {
    o->count.store_relaxed(kStickyWord);
    o->flags.store_relaxed(o->flags.load_relaxed() | kImmortal);
  }
}

namespace {

bool is_name_like(const std::string& s) {
  if (s.size() > 64) return false;
  for (char c : s)
    if (!(c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'))) return false;
  return true;
}

Result<> immortal_word(Thread& t, Result<> owned) {
  Value w = TRY(owned).word();
  if (w.is_deferred() && !w.object()->is_immortal()) make_sticky(w.object());  // shared already: as good
  if (!w.is_counted()) return Result<>::from_owned(w);
  make_immortal(t, w.object());
  return Result<>::from_owned(Value::deferred(w.object()));
}

Result<Str> immortal_text(Thread& t, const std::string& s) {
  if (is_name_like(s)) return own(str_immortal(t, s));
  Local<Str> text(t, TRY(str_from_wtf8(t, s)));
  return str_intern_immortal(t, text);
}

Result<> make_constant(Thread& t, const Const& c);

Result<Tuple> make_tuple(Thread& t, const std::vector<Const>& items) {
  if (items.empty()) return own(empty_tuple());
  Local<Tuple> tuple(t, TRY(tuple_new(t, items.size())));
  for (usize i = 0; i < items.size(); ++i) tuple->items()[i].init(TRY(make_constant(t, items[i])));
  return tuple.give();
}

// An owned word, immortal or immediate.
Result<> make_constant(Thread& t, const Const& c) {
  switch (c.kind) {
    case ConstKind::None: return none();
    case ConstKind::False: return boolean(false);
    case ConstKind::True: return boolean(true);
    case ConstKind::Ellipsis: return Result<>::from_owned(Value::deferred(&ellipsis_object));
    case ConstKind::Int: return immortal_word(t, int_from_i64(t, c.integer));
    case ConstKind::BigInt: return immortal_word(t, int_from_text(t, c.text.data(), c.text.size(), 16));
    case ConstKind::Float: return immortal_word(t, float_from(t, c.real));
    case ConstKind::Complex: return immortal_word(t, complex_from(t, c.real, c.imag));
    case ConstKind::Str: return immortal_text(t, c.text);
    case ConstKind::Bytes: return immortal_word(t, bytes_from(t, c.text));
    case ConstKind::Tuple: return immortal_word(t, make_tuple(t, c.items));
    case ConstKind::FrozenSet: {
      Local<Tuple> items(t, TRY(make_tuple(t, c.items)));
      return immortal_word(t, frozenset_from(t, items));
    }
    case ConstKind::Slice: {
      Local<Tuple> parts(t, TRY(make_tuple(t, c.items)));
      return immortal_word(t, slice_new(t, (*parts.get())[0], (*parts.get())[1], (*parts.get())[2]));
    }
    case ConstKind::Code: return make_code(t, c.code);
    case ConstKind::Count_: break;
  }
  fatal("unknown kind of constant");
}

Result<Tuple> name_tuple(Thread& t, const std::vector<std::string>& names) {
  if (names.empty()) return own(empty_tuple());
  Local<Tuple> tuple(t, TRY(tuple_new(t, names.size())));
  for (usize i = 0; i < names.size(); ++i) tuple->items()[i].init(own(str_immortal(t, names[i])));
  make_immortal(t, tuple.get());
  return own(tuple.get());
}

Tuple* bare(Result<Tuple> immortal) { return reinterpret_cast<Tuple*>(immortal.word().canonical().bits); }
Str* bare(Result<Str> immortal) { return reinterpret_cast<Str*>(immortal.word().canonical().bits); }

template <class T>
T* make_array(usize n) {
  return static_cast<T*>(std::calloc(n ? n : 1, sizeof(T)));
}

Status fill_sites(Thread& t, Code* code, const CodeSpec& spec) {
  Site* sites = make_array<Site>(spec.sites.size());
  code->caches = make_array<Atomic<u64>>(spec.sites.size());
  if (!sites || !code->caches) return raise_memory_error(t);
  code->sites = sites;
  code->site_count = static_cast<u32>(spec.sites.size());
  for (usize i = 0; i < spec.sites.size(); ++i) {
    const SiteSpec& s = spec.sites[i];
    Str* name = s.name == kNoName ? nullptr : (*code->names)[s.name].as<Str>();
    sites[i] = {name, s.kind, s.instr};
  }
  return kDone;
}

Status fill_constants(Thread& t, Code* code, const CodeSpec& spec) {
  Value* constants = make_array<Value>(spec.consts.size());
  if (!constants) return raise_memory_error(t);
  code->constants = constants;
  code->constant_count = static_cast<u32>(spec.consts.size());
  for (usize i = 0; i < spec.consts.size(); ++i) constants[i] = TRY(make_constant(t, spec.consts[i])).word();
  return kDone;
}

}  // namespace

u32 Code::free_count() const { return static_cast<u32>(freevars->size()); }

i32 g_initial_heat = 0;

Result<Code> make_code(Thread& t, std::shared_ptr<CodeSpec> shared) {
  Local<Code> code(t, own_new(new_object<Code>(t, code_type)));
  if (code.is_empty()) return kError;
  make_immortal(t, code.get());
  CodeSpec* spec = (new std::shared_ptr<CodeSpec>(std::move(shared)))->get();  // kept whole: marshal writes it
  code->spec = spec;
  std::vector<std::string> locals;
  for (const LocalSpec& l : spec->locals) locals.push_back(l.name);
  code->local_names = bare(TRY(name_tuple(t, locals)));
  code->varnames = bare(TRY(name_tuple(t, spec->varnames)));
  code->cellvars = bare(TRY(name_tuple(t, spec->cellvars)));
  code->freevars = bare(TRY(name_tuple(t, spec->freevars)));
  code->names = bare(TRY(name_tuple(t, spec->names)));
  code->name = bare(TRY(immortal_text(t, spec->name)));
  code->qualname = bare(TRY(immortal_text(t, spec->qualname)));
  code->filename = bare(TRY(immortal_text(t, spec->filename)));
  TRY(fill_sites(t, code, *spec));
  TRY(fill_constants(t, code, *spec));
  code->feedback = make_array<Atomic<u8>>(spec->code.size());
  if (!code->feedback) return (void)raise_memory_error(t), kError;

  code->instrs = spec->code.data();
  code->size = static_cast<u32>(spec->code.size());
  code->nregs = spec->nregs;
  code->nlocals = spec->nlocals();
  code->flags = spec->flags;
  code->argcount = spec->argcount;
  code->posonlyargcount = spec->posonlyargcount;
  code->kwonlyargcount = spec->kwonlyargcount;
  code->firstlineno = spec->firstlineno;
  code->has_namespace = spec->has_namespace;
  code->is_generator = spec->is_generator();
  code->first_cleared = spec->arg_registers();
  bool plain = !(spec->flags & (kCoVarArgs | kCoVarKeywords)) && spec->kwonlyargcount == 0;
  u32 plain_args = plain ? spec->argcount + spec->has_namespace : Code::kNeverSimple;
  code->simple_args = code->is_generator ? Code::kNeverSimple : plain_args;
  code->generator_args = code->is_generator ? plain_args : Code::kNeverSimple;
  bool has_resume = spec->code[0].op == static_cast<u8>(Op::RESUME);
  code->heat.store_relaxed(g_initial_heat);
  code->entry = code->instrs + (has_resume && !code->is_generator ? 1 : 0);
  return code.give();
}

}  // namespace taipan
