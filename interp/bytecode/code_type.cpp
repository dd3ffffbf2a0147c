// The type `code`: what Python code can see of a code object.
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "interp/bytecode/code.h"
#include "interp/bytecode/code_cache_format.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/object_parts.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Code* code_of(Value v) { return v.as<Code>(); }

template <Str* Code::*kField>
Result<> get_text(Thread& t, Value self) { return own(code_of(self)->*kField); }
template <Tuple* Code::*kField>
Result<> get_tuple(Thread& t, Value self) { return own(code_of(self)->*kField); }
template <u32 Code::*kField>
Result<> get_number(Thread& t, Value self) { return Result<>::small_int(code_of(self)->*kField); }

Result<> get_nlocals(Thread& t, Value self) { return Result<>::small_int(static_cast<i64>(code_of(self)->varnames->size())); }
Result<> get_stacksize(Thread& t, Value self) { return Result<>::small_int(code_of(self)->spec->max_stack); }
Result<> get_consts(Thread& t, Value self) { return tuple_from(t, code_of(self)->constants, code_of(self)->constant_count); }
Result<> get_bytes(Thread& t, Value self) {
  Code* c = code_of(self);
  return bytes_from(t, {reinterpret_cast<const char*>(c->instrs), c->size * sizeof(Instr)});
}
Result<> get_line_table(Thread& t, Value self) {
  const std::vector<u8>& b = code_of(self)->spec->positions.bytes();
  return bytes_from(t, {reinterpret_cast<const char*>(b.data()), b.size()});
}
Result<> get_exception_table(Thread& t, Value self) {
  const auto& e = code_of(self)->spec->exceptions;
  return bytes_from(t, {reinterpret_cast<const char*>(e.data()), e.size() * sizeof(ExceptionEntry)});
}

Result<> number_or_none(i32 n) { return n < 0 ? none() : Result<>::small_int(n); }

// One (start line, end line, start column, end column) for each two bytes of co_code (PEP 657): the library's
// tracebacks look for entry tb_lasti // 2.
Result<> co_positions(Thread& t, Code* self) {
  Local<List> list(t, TRY(list_new(t)));
  for (const Position& p : self->spec->positions.decode()) {
    Value parts[] = {number_or_none(p.line).word(), number_or_none(p.end_line).word(), number_or_none(p.col).word(),
                     number_or_none(p.end_col).word()};
    Local<Tuple> one(t, TRY(tuple_from(t, parts, 4)));
    for (usize i = 0; i < sizeof(Instr) / 2; ++i) TRY(list_append(t, list, Value(one)));
  }
  return iterate(t, list);
}

// (start, end, line) for each run of instructions of one line; offsets in bytes.
Result<> co_lines(Thread& t, Code* self) {
  Local<List> list(t, TRY(list_new(t)));
  std::vector<Position> all = self->spec->positions.decode();
  for (usize i = 0; i < all.size();) {
    usize end = i + 1;
    while (end < all.size() && all[end].line == all[i].line) ++end;
    Value parts[] = {Value::small_int(static_cast<i64>(i * sizeof(Instr))), Value::small_int(static_cast<i64>(end * sizeof(Instr))),
                     number_or_none(all[i].line).word()};
    Local<Tuple> one(t, TRY(tuple_from(t, parts, 3)));
    TRY(list_append(t, list, Value(one)));
    i = end;
  }
  return iterate(t, list);
}

// (from, left, right) for each conditional jump, as sys.monitoring's branch events name them; offsets in bytes.
Result<> co_branches(Thread& t, Code* self) {
  Local<List> list(t, TRY(list_new(t)));
  Decoded in;
  for (u32 i = 0; i < self->size && decode_instr(self->instrs, self->size, i, &in); i = in.next) {
    if (!in.info->is_jump() || !in.info->falls_through() || in.op == Op::SEND) continue;
    auto offset = [](u32 index) { return Value::small_int(static_cast<i64>(index * sizeof(Instr))); };
    u32 target = in.at + static_cast<u32>(in.jump);
    bool backward = in.jump <= 0;
    Value parts[] = {offset(in.at), offset(backward ? target : in.next), offset(backward ? in.next : target)};
    Local<Tuple> one(t, TRY(tuple_from(t, parts, 3)));
    TRY(list_append(t, list, Value(one)));
  }
  return iterate(t, list);
}

Result<> varname_from_register(Thread& t, Code* self, i64 i) {
  if (i < 0 || static_cast<usize>(i) >= self->local_names->size()) return raise(t, IndexError, "tuple index out of range");
  return own((*self->local_names)[static_cast<usize>(i)]);
}

// Copies share all side arrays: they are immutable but for caches, which any copy may fill.
Result<Code> clone(Thread& t, Code* self) {
  auto* c = new_object<Code>(t, code_type);
  if (c == nullptr) return kError;
  make_immortal(t, c);
  std::memcpy(reinterpret_cast<char*>(c) + sizeof(Object), reinterpret_cast<const char*>(self) + sizeof(Object),
              sizeof(Code) - sizeof(Object));
  auto* caches = static_cast<Atomic<u64>*>(std::calloc(self->site_count + 1, sizeof(u64)));
  auto* feedback = static_cast<Atomic<u8>*>(std::calloc(self->size + 1, 1));
  if (caches == nullptr || feedback == nullptr) return (void)raise_memory_error(t), kError;
  c->caches = caches;
  c->watch.store_relaxed(nullptr);
  c->feedback = feedback;
  return own_new(c);
}

// code.replace(co_name=..., co_filename=..., ...): what does not change the instructions.
Result<> code_replace(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 0) return raise(t, TypeError, "replace() takes 0 positional arguments but {} was given", nargs);
  Local<Code> c(t, TRY(clone(t, code_of(self))));
  usize n = kwnames == nullptr ? 0 : kwnames->size();
  for (usize i = 0; i < n; ++i) {
    Str* key = (*kwnames)[i].as<Str>();
    Value v = args[i].canonical();
    auto immortal_str = [&](Str** field) -> Status {
      if (!is_a<Str>(v)) return raise(t, TypeError, "replace() argument '{}' must be str, not {!T}", Value(key), v);
      Utf8 text;
      TRY(text.encode(t, v.as<Str>(), true));
      *field = str_immortal(t, text.view());
      return kDone;
    };
    if (str_equals(key, "co_name")) {
      TRY(immortal_str(&c->name));
    } else if (str_equals(key, "co_qualname")) {
      TRY(immortal_str(&c->qualname));
    } else if (str_equals(key, "co_filename")) {
      TRY(immortal_str(&c->filename));
    } else if (str_equals(key, "co_firstlineno")) {
      c->firstlineno = static_cast<u32>(TRY(to_ssize(t, v)));
    } else if (str_equals(key, "co_flags")) {
      c->flags = static_cast<u32>(TRY(to_ssize(t, v)));
    } else if (!str_equals(key, "co_code") && !str_equals(key, "co_consts") && !str_equals(key, "co_names") &&
               !str_equals(key, "co_varnames") && !str_equals(key, "co_freevars") && !str_equals(key, "co_cellvars") &&
               !str_equals(key, "co_argcount") && !str_equals(key, "co_posonlyargcount") && !str_equals(key, "co_kwonlyargcount") &&
               !str_equals(key, "co_nlocals") && !str_equals(key, "co_stacksize") && !str_equals(key, "co_linetable") &&
               !str_equals(key, "co_exceptiontable")) {
      return raise(t, TypeError, "replace() got an unexpected keyword argument '{}'", Value(key));
    } else {
      return raise(t, NotImplementedError, "code.replace() of {}", Value(key));
    }
  }
  return c.give();
}

Result<Str> code_repr(Thread& t, Value self) {
  Code* c = code_of(self);
  char address[24];
  std::snprintf(address, sizeof address, "0x%lx", static_cast<unsigned long>(self.canonical().bits));
  return str_format(t, "<code object {} at {}, file \"{}\", line {}>", Value(c->name), address, Value(c->filename), c->firstlineno);
}

// Code compiled twice from the same text is equal; what the cache would keep of it is compared.
bool same_code(Code* x, Code* y) {
  if (x == y) return true;
  const CodeSpec &a = *x->spec, &b = *y->spec;
  if (x->name != y->name || x->firstlineno != y->firstlineno || x->filename != y->filename || x->flags != y->flags) return false;
  if (&a == &b) return true;
  return a.code.size() == b.code.size() && a.consts.size() == b.consts.size() && serialize_code(a) == serialize_code(b);
}
Result<> code_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_exact<Code>(other) || (op != CompareOp::Eq && op != CompareOp::Ne)) return not_implemented();
  return boolean(same_code(code_of(self), code_of(other)) == (op == CompareOp::Eq));
}
Result<u64> code_hash(Thread& t, Value self) {
  Code* c = code_of(self);
  return str_hash(c->name) ^ (u64{c->firstlineno} << 32 | c->spec->code.size());
}

void code_visit(Object* o, EdgeVisitor& visit) {
  auto* c = static_cast<Code*>(o);
  if (c->constants != nullptr) visit.words(const_cast<Value*>(c->constants), c->constant_count);
  visit_cache_entries(c, visit);
}
// Code objects are immortal: only the stopped-world mark frees them, when nothing runs or names them.
void code_destroy(Object* o) { free_object(o, object_size(o)); }

const GetSetDef kGetSets[] = {
    {"co_name", get_text<&Code::name>, nullptr, nullptr},
    {"co_qualname", get_text<&Code::qualname>, nullptr, nullptr},
    {"co_filename", get_text<&Code::filename>, nullptr, nullptr},
    {"co_varnames", get_tuple<&Code::varnames>, nullptr, nullptr},
    {"co_cellvars", get_tuple<&Code::cellvars>, nullptr, nullptr},
    {"co_freevars", get_tuple<&Code::freevars>, nullptr, nullptr},
    {"co_names", get_tuple<&Code::names>, nullptr, nullptr},
    {"co_consts", get_consts, nullptr, nullptr},
    {"co_argcount", get_number<&Code::argcount>, nullptr, nullptr},
    {"co_posonlyargcount", get_number<&Code::posonlyargcount>, nullptr, nullptr},
    {"co_kwonlyargcount", get_number<&Code::kwonlyargcount>, nullptr, nullptr},
    {"co_flags", get_number<&Code::flags>, nullptr, nullptr},
    {"co_firstlineno", get_number<&Code::firstlineno>, nullptr, nullptr},
    {"co_nlocals", get_nlocals, nullptr, nullptr},
    {"co_stacksize", get_stacksize, nullptr, nullptr},
    {"co_code", get_bytes, nullptr, nullptr},
    {"_co_code_adaptive", get_bytes, nullptr, nullptr},
    {"co_linetable", get_line_table, nullptr, nullptr},
    {"co_lnotab", get_line_table, nullptr, nullptr},
    {"co_exceptiontable", get_exception_table, nullptr, nullptr},
};

const NativeDef kMethods[] = {
    def<object_sizeof>("__sizeof__($self, /)", "Size of the object's own storage, in bytes."),
    def<co_positions>("co_positions($self, /)", "Source range of each instruction."),
    def<co_lines>("co_lines($self, /)", "Runs of instructions that belong to one line."),
    def<co_branches>("co_branches($self, /)", "Conditional jumps: where they are, where they go."),
    def<varname_from_register>("_varname_from_oparg($self, /, oparg)", "Name of the local in a register."),
    raw_def("replace($self, /, **changes)", "Return a copy of the code object with new values for the specified fields.", code_replace),
    raw_def("__replace__($self, /, **changes)", "The same as replace().", code_replace),
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = code_visit;
  s.destroy = code_destroy;
  s.repr = code_repr;
  s.compare = code_compare;
  s.hash = code_hash;
  return s;
}

}  // namespace

extern const TypeDef code_type_def;
const TypeDef code_type_def = {
    .name = "code",
    .doc = "The compiled form of a block of Python code.",
    .flags = kTypeNoInstantiation | kTypeWeakrefable,
    .size = sizeof(Code),
    .slots = slots(),
    .methods = kMethods,
    .getsets = kGetSets,
};

}  // namespace taipan
