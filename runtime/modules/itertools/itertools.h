// What the parts of itertools share, and the steps by which each adds its classes to the module.
// A shared iterator changes its fields under its lock byte; what it calls runs outside. An exact local one
// takes no lock (thread/object_lock.h).
#pragma once
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Status itertools_infinite_exec(Thread& t, Module* module);       // count, cycle, repeat
Status itertools_chain_exec(Thread& t, Module* module);          // chain, zip_longest, batched, pairwise
Status itertools_select_exec(Thread& t, Module* module);         // compress, ... islice, accumulate, starmap
Status itertools_combinatoric_exec(Thread& t, Module* module);   // product, permutations, combinations
Status itertools_group_exec(Thread& t, Module* module);          // groupby, tee
Result<Tuple> itertools_tee(Thread& t, Value iterable, ssize n);

using VisitFunction = void (*)(Object*, EdgeVisitor&);
using NewFunction = Result<> (*)(Thread&, Type&, const Value*, u32, Tuple*);
using NextFunction = Result<> (*)(Thread&, Value);

constexpr TypeSlots iterator_slots(VisitFunction visit, NewFunction make, NextFunction next) {
  TypeSlots s{};
  s.visit = visit;
  s.new_ = make;
  s.iter = iterate_self;
  s.next = next;
  return s;
}
inline constexpr u32 kIteratorFlags = kTypeBase | kTypeGcTracked;

// An iterator with the one slot `iterator`, and `first`: function, predicate.
struct FunctionIterator : Object {
  Slot<> function;
  Slot<> iterator;
};

}  // namespace taipan
