// reversed: over anything with __len__ and __getitem__.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/iterators.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// sequence[i]; absent() where IndexError or StopIteration says that it ends.
Result<> element_or_end(Thread& t, Value sequence, i64 i) {
  Local<> index(t, TRY(int_from_i64(t, i)));
  Result<> r = get_item(t, sequence, index);
  if (r.is_error() && (swallow(t, IndexError) || swallow(t, StopIteration))) return Result<>::absent();
  return r;
}

// --- reversed ------------------------------------------------------------------------------------------------

void reversed_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Reversed*>(o)->sequence); }

Result<> reversed_construct(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(no_keywords_unless_subclass(t, cls, reversed_type, "reversed", kwnames));
  TRY(check_positional(t, "reversed", nargs, 1, 1));
  Value sequence = args[0];
  Local<> method(t, TRY(lookup_special(t, sequence, names().__reversed__)));
  if (!method.is_empty() && !is_none(method)) return call(t, method);
  // Language Reference 3.3.7: else the sequence protocol. Mappings do not have it.
  const Type& type = type_of(sequence);
  if (!method.is_empty() || !type.slots.get_item || type.has(kTypeDictSubclass) || !type.slots.length) {
    return raise(t, TypeError, "'{!T}' object is not reversible", sequence);
  }
  ssize n = TRY(length(t, sequence));
  Reversed* r = new_object<Reversed>(t, cls);
  if (!r) return kError;
  r->sequence.init(sequence);
  r->index = n - 1;
  return own_new(r);
}

Result<> reversed_next(Thread& t, Value self) {
  Reversed* r = self.as<Reversed>();
  Local<> sequence(t);
  ssize i;
  {
    Mutating guard(r);
    i = r->index;
    if (i >= 0) {
      sequence.set(r->sequence.load(r));
      r->index = i - 1;
    }
  }
  if (i < 0) {
    r->sequence.clear(r);
    return Result<>::absent();
  }
  Result<> item = element_or_end(t, sequence, i);
  if (item.is_error() || (i > 0 && !item.is_absent())) return item;
  {
    Mutating guard(r);
    r->index = -1;
  }
  if (item.is_absent()) {
    r->sequence.clear(r);
    return item;
  }
  Local<> held(t, item);
  r->sequence.clear(r);
  return held.give();
}

Result<ssize> reversed_length_hint(Thread& t, Reversed* r) {
  Local<> sequence(t);
  ssize i;
  {
    Mutating guard(r);
    sequence.set(r->sequence.load(r));
    i = r->index;
  }
  if (sequence.is_empty()) return ssize{0};
  ssize n = TRY(length(t, sequence));
  return n < i + 1 ? ssize{0} : i + 1;
}

Result<> reversed_reduce(Thread& t, Value self) {
  Reversed* r = self.as<Reversed>();
  Local<> sequence(t);
  ssize i;
  {
    Mutating guard(r);
    sequence.set(r->sequence.load(r));
    i = r->index;
  }
  Result<> type = own<>(Value(&type_of(self)));
  if (sequence.is_empty()) return reduce_pair(t, type, Value(empty_tuple()));
  return reduce_pair(t, type, sequence, Value::small_int(i));
}

Status reversed_setstate(Thread& t, Reversed* r, Value state) {
  ssize i = TRY(iterator_state(t, state));
  Local<> sequence(t, r->sequence.load(r));
  if (sequence.is_empty()) return kDone;
  ssize n = TRY(length(t, sequence));
  if (i < -1) i = -1;
  if (i > n - 1) i = n - 1;
  Mutating guard(r);
  r->index = i;
  return kDone;
}

constexpr const char* kHintDoc = "How many elements are left.";
constexpr const char* kReduceDoc = "Return state information for pickling.";
constexpr const char* kSetStateDoc = "Set state information for unpickling.";
constexpr NativeDef kReversedMethods[] = {
    def<reversed_length_hint>("__length_hint__($self, /)", kHintDoc),
    def<reversed_reduce>("__reduce__($self, /)", kReduceDoc),
    def<reversed_setstate>("__setstate__($self, object, /)", kSetStateDoc),
};

constexpr TypeSlots slots() {
  TypeSlots s{};
  s.visit = reversed_visit;
  s.new_ = reversed_construct;
  s.iter = iterate_self;
  s.next = reversed_next;
  return s;
}

}  // namespace

extern const TypeDef reversed_type_def;
const TypeDef reversed_type_def = {
    .name = "reversed",
    .doc = "Iterator over a sequence from its last element to its first.",
    .flags = kTypeBase | kTypeGcTracked,
    .size = sizeof(Reversed),
    .slots = slots(),
    .methods = kReversedMethods,
    .text_signature = "(object, /)",
};

}  // namespace taipan
