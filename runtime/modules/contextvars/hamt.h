// A persistent map from context variables to values: a trie over 64-bit numbers, 5 bits a level, whose nodes never
// change once they are reachable. A change copies the path from the root; copies of a map share all else.
// Every variable has its own number, so two keys always part somewhere.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"

namespace taipan {

struct HamtNode : Object {  // aux: number of slots
  u32 entries;   // which of the 32 places hold an entry: key and value, in the first slots
  u32 children;  // which hold a node, in the slots behind
  Slot<>* slots() { return reinterpret_cast<Slot<>*>(this + 1); }
};

// Keys are objects with their number first: struct Key : Object { u64 number; ... }.
struct HamtKey : Object {
  u64 number;
};

Value hamt_find(HamtNode* root, const HamtKey* key);  // borrowed; empty: not there. root may be null
Result<HamtNode> hamt_set(Thread& t, HamtNode* root, HamtKey* key, Value v);
Result<HamtNode> hamt_remove(Thread& t, HamtNode* root, const HamtKey* key);  // absent(): nothing is left
enum class HamtPart : u8 { Keys, Values, Items };
Status hamt_collect(Thread& t, HamtNode* root, HamtPart part, List* into);
usize hamt_size(HamtNode* root);

Status hamt_exec(Thread& t);

}  // namespace taipan
