#include "runtime/modules/contextvars/hamt.h"

#include <bit>

#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type* g_node_type;
constexpr u32 kBits = 5, kWays = 32;

void node_visit(Object* o, EdgeVisitor& visit) {
  HamtNode* n = static_cast<HamtNode*>(o);
  visit.slots(n->slots(), n->aux);
}
usize node_storage(const Object* o) { return sizeof(HamtNode) + o->aux * sizeof(Slot<>); }

const TypeDef kNode = {.name = "hamt_node",
                       .flags = kTypeGcTracked | kTypeNoInstantiation,
                       .size = sizeof(HamtNode),
                       .slots = {.visit = node_visit, .size = node_storage}};

u64 mixed(const HamtKey* k) { return k->number * 0x9E3779B97F4A7C15u; }  // one to one
u32 place(u64 hash, u32 shift) { return static_cast<u32>(hash >> shift) & (kWays - 1); }
u32 below(u32 map, u32 bit) { return static_cast<u32>(std::popcount(map & (bit - 1))); }

Result<HamtNode> node_new(Thread& t, u32 entries, u32 children) {
  u32 n = static_cast<u32>(std::popcount(entries) * 2 + std::popcount(children));
  HamtNode* node = new_object<HamtNode>(t, *g_node_type, n * sizeof(Slot<>));
  if (!node) return kError;
  node->aux = n;
  node->entries = entries;
  node->children = children;
  return own_new(node);
}

Slot<>* entry_at(HamtNode* n, u32 bit) { return n->slots() + 2 * below(n->entries, bit); }
Slot<>& child_at(HamtNode* n, u32 bit) {
  return n->slots()[2 * static_cast<u32>(std::popcount(n->entries)) + below(n->children, bit)];
}

// Copies to `to`, place by place, what both have in the same form; `skip` is left to the caller.
void copy_places(HamtNode* from, HamtNode* to, u32 skip) {
  for (u32 rest = from->entries & to->entries & ~skip; rest; rest &= rest - 1) {
    u32 bit = rest & (0 - rest);
    Slot<>*a = entry_at(from, bit), *b = entry_at(to, bit);
    b[0].init(a[0].borrow());
    b[1].init(a[1].borrow());
  }
  for (u32 rest = from->children & to->children & ~skip; rest; rest &= rest - 1) {
    u32 bit = rest & (0 - rest);
    child_at(to, bit).init(child_at(from, bit).borrow());
  }
}

void put_entry(HamtNode* n, u32 bit, Value key, Value v) {
  Slot<>* e = entry_at(n, bit);
  e[0].init(key);
  e[1].init(v);
}

// A node with the two entries, which differ at `shift` or further on.
Result<HamtNode> node_of_two(Thread& t, HamtKey* a, Value va, HamtKey* b, Value vb, u32 shift) {
  u32 bit_a = 1u << place(mixed(a), shift), bit_b = 1u << place(mixed(b), shift);
  if (bit_a != bit_b) {
    Local<HamtNode> n(t, TRY(node_new(t, bit_a | bit_b, 0)));
    put_entry(n, bit_a, Value(a), va);
    put_entry(n, bit_b, Value(b), vb);
    return n.give();
  }
  Local<HamtNode> child(t, TRY(node_of_two(t, a, va, b, vb, shift + kBits)));
  Local<HamtNode> n(t, TRY(node_new(t, 0, bit_a)));
  child_at(n, bit_a).init(child);
  return n.give();
}

Result<HamtNode> set_in(Thread& t, HamtNode* node, HamtKey* key, Value v, u32 shift) {
  u32 bit = 1u << place(mixed(key), shift);
  if (node->children & bit) {
    Local<HamtNode> child(t, TRY(set_in(t, child_at(node, bit).borrow().as<HamtNode>(), key, v, shift + kBits)));
    Local<HamtNode> copy(t, TRY(node_new(t, node->entries, node->children)));
    copy_places(node, copy, bit);
    child_at(copy, bit).init(child);
    return copy.give();
  }
  if (!(node->entries & bit)) {
    Local<HamtNode> copy(t, TRY(node_new(t, node->entries | bit, node->children)));
    copy_places(node, copy, bit);
    put_entry(copy, bit, Value(key), v);
    return copy.give();
  }
  Slot<>* e = entry_at(node, bit);
  if (same(e[0].borrow(), Value(key))) {
    Local<HamtNode> copy(t, TRY(node_new(t, node->entries, node->children)));
    copy_places(node, copy, bit);
    put_entry(copy, bit, Value(key), v);
    return copy.give();
  }
  Local<HamtNode> child(t, TRY(node_of_two(t, e[0].borrow().as<HamtKey>(), e[1].borrow(), key, v, shift + kBits)));
  Local<HamtNode> copy(t, TRY(node_new(t, node->entries & ~bit, node->children | bit)));
  copy_places(node, copy, bit);
  child_at(copy, bit).init(child);
  return copy.give();
}

// Without the key, which is there; absent() for a node that would be empty.
Result<HamtNode> remove_in(Thread& t, HamtNode* node, const HamtKey* key, u32 shift) {
  u32 bit = 1u << place(mixed(key), shift);
  u32 entries = node->entries, children = node->children;
  Local<HamtNode> child(t);
  if (children & bit) {
    child.set(TRY(remove_in(t, child_at(node, bit).borrow().as<HamtNode>(), key, shift + kBits)));
    if (child.is_empty()) children &= ~bit;
  } else {
    entries &= ~bit;
  }
  if (entries == 0 && children == 0) return Result<HamtNode>::absent();
  Local<HamtNode> copy(t, TRY(node_new(t, entries, children)));
  copy_places(node, copy, bit);
  if (!child.is_empty()) child_at(copy, bit).init(child);
  return copy.give();
}

}  // namespace

Value hamt_find(HamtNode* node, const HamtKey* key) {
  u64 hash = mixed(key);
  for (u32 shift = 0; node; shift += kBits) {
    u32 bit = 1u << place(hash, shift);
    if (node->entries & bit) {
      Slot<>* e = entry_at(node, bit);
      return same(e[0].borrow(), Value(key)) ? e[1].borrow() : Value::empty();
    }
    if (!(node->children & bit)) break;
    node = child_at(node, bit).borrow().as<HamtNode>();
  }
  return Value::empty();
}

Result<HamtNode> hamt_set(Thread& t, HamtNode* root, HamtKey* key, Value v) {
  if (root) return set_in(t, root, key, v, 0);
  u32 bit = 1u << place(mixed(key), 0);
  Local<HamtNode> n(t, TRY(node_new(t, bit, 0)));
  put_entry(n, bit, Value(key), v);
  return n.give();
}

Result<HamtNode> hamt_remove(Thread& t, HamtNode* root, const HamtKey* key) {
  if (hamt_find(root, key).is_empty()) return root ? own(root) : Result<HamtNode>::absent();
  return remove_in(t, root, key, 0);
}

Status hamt_collect(Thread& t, HamtNode* node, HamtPart part, List* into) {
  if (!node) return kDone;
  u32 n = static_cast<u32>(std::popcount(node->entries)) * 2;
  for (u32 i = 0; i < n; i += 2) {
    Value key = node->slots()[i].borrow(), v = node->slots()[i + 1].borrow();
    if (part == HamtPart::Items) {
      TRY(list_append(t, into, Result<>(TRY(tuple_of(t, key, v)))));
    } else {
      TRY(list_append(t, into, part == HamtPart::Keys ? key : v));
    }
  }
  for (u32 i = n; i < node->aux; ++i) TRY(hamt_collect(t, node->slots()[i].borrow().as<HamtNode>(), part, into));
  return kDone;
}

usize hamt_size(HamtNode* node) {
  if (!node) return 0;
  u32 n = static_cast<u32>(std::popcount(node->entries));
  usize size = n;
  for (u32 i = 2 * n; i < node->aux; ++i) size += hamt_size(node->slots()[i].borrow().as<HamtNode>());
  return size;
}

Status hamt_exec(Thread& t) {
  Local<Type> type(t, TRY(type_from_def(t, kNode)));
  g_node_type = type.get();
  return kDone;
}

}  // namespace taipan
