// Shapes: making and finding layouts.
#include <cstring>

#include "runtime/memory/heap.h"
#include "runtime/object/dependents.h"
#include "runtime/object/shape_build.h"
#include "runtime/thread/local.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

Shape* allocate_shape(Thread& t, Type& type) {
  auto* s = static_cast<Shape*>(buffer_allocate(t, sizeof(Shape)));
  if (s == nullptr) {
    (void)raise_memory_error(t);
    return nullptr;
  }
  std::memset(static_cast<void*>(s), 0, sizeof(Shape));
  s->type = &type;
  return s;
}

// Under the type lock: the list is what the class's visit walks.
void link_to_type(Shape* s) {
  s->next_of_type = s->type->shapes.load_relaxed();
  s->type->shapes.store_release(s);
  s->type->shape_count.store_relaxed(s->type->shape_count.load_relaxed() + 1);
}

void copy_layout(Shape* to, const Shape* from) {
  to->inline_capacity = from->inline_capacity;
  to->inline_offset = from->inline_offset;
  to->ext_offset = from->ext_offset;
  to->size = from->size;
  to->root = from->root;
}

}  // namespace

Status make_root_shape(Thread& t, Type& type, u32 inline_capacity, u32 inline_offset) {
  Shape* s = allocate_shape(t, type);
  if (s == nullptr) return kError;
  bool tail = type.ext_offset == kExtAtTail;
  if (tail) inline_capacity = 0;
  s->inline_capacity = inline_capacity;
  s->inline_offset = tail ? 0 : inline_offset ? inline_offset : type.ext_offset + 8;
  s->ext_offset = type.ext_offset;
  s->root = s;
  if (type.has(kTypeDictDirect)) {
    s->dictionary = true;
    s->direct = true;
    s->dictionary_twin.store_relaxed(s);  // not published yet
  }
  type.instance_size += inline_capacity * 8;
  s->size = type.slots.size ? 0 : type.instance_size;
  if (type.root_shape == 0) {
    s->id = new_shape_id(t, &type, s);
    if (s->id == 0) return kError;
    type.root_shape = s->id;
  } else {
    s->id = type.root_shape;  // built-in types: fixed
    g_shapes[s->id >> 1].layout = s;
  }
  type.root_layout = s;
  TypeLock lock;
  link_to_type(s);
  return kDone;
}

bool shape_lookup(u32 id, const Str* name, SlotLocation* out) {
  const Shape* s = g_shapes[id >> 1].layout;
  if (s == nullptr || s->dictionary) return false;
  const Shape* at = s;
  while (at->parent && at->name.borrow() != name) at = at->parent;
  if (at->parent == nullptr) return false;
  u32 slot = at->slot_count - 1;
  out->slot = slot;
  out->overflow = slot >= s->inline_capacity;
  out->index = out->overflow ? slot - s->inline_capacity : s->inline_offset + slot * 8;
  return true;
}

static Shape* find_child(Shape* s, const Str* name) {
  for (Shape* c = s->first_child.load_acquire(); c; c = c->next_sibling.load_acquire()) {
    if (c->name.borrow() == name) return c;
  }
  return nullptr;
}

u32 shape_after_add(Thread& t, u32 id, Str* name) {
  Shape* s = g_shapes[id >> 1].layout;
  if (s == nullptr || s->dictionary || !shape_has_ext(s)) return 0;
  if (Shape* c = find_child(s, name)) return c->id;
  Type& type = *s->type;
  // Statistics decide: names without end (or a class with very many layouts) are a dictionary's business.
  if (s->slot_count >= kMaxShapeSlots || s->child_count.load_relaxed() >= kMaxShapeChildren ||
      type.shape_count.load_relaxed() >= kMaxShapesOfType) {
    return 0;
  }
  Result<Str> kept = str_intern_immortal(t, name);  // shapes are not freed, so their names stay
  if (kept.is_error()) {
    clear_error(t);
    return 0;
  }
  Local<Str> held(t, kept);
  Shape* c = allocate_shape(t, type);
  if (c == nullptr) {
    clear_error(t);
    return 0;
  }
  copy_layout(c, s);
  c->parent = s;
  c->slot_count = s->slot_count + 1;
  u32 fresh = new_shape_id(t, &type, c);
  if (fresh == 0) {
    clear_error(t);
    buffer_free(c, sizeof(Shape));
    return 0;
  }
  c->id = fresh;
  c->name.init(held.value());
  TypeLock lock;
  if (Shape* other = find_child(s, held.get())) return other->id;  // lost the race: the id is wasted
  c->next_sibling.store_relaxed(s->first_child.load_relaxed());  // both under the lock
  s->first_child.store_release(c);
  s->child_count.store_relaxed(s->child_count.load_relaxed() + 1);
  link_to_type(c);
  return c->id;
}

Shape* dictionary_shape(Thread& t, Shape* s) {
  Shape* root = s->root;
  if (Shape* twin = root->dictionary_twin.load_acquire()) return twin;
  Shape* d = allocate_shape(t, *root->type);
  if (d == nullptr) return nullptr;
  copy_layout(d, root);
  d->dictionary = true;
  d->id = new_shape_id(t, root->type, d);
  if (d->id == 0) return nullptr;
  d->dictionary_twin.store_relaxed(d);
  TypeLock lock;
  if (Shape* twin = root->dictionary_twin.load_relaxed()) return twin;
  root->dictionary_twin.store_release(d);
  link_to_type(d);
  return d;
}

// The root of `cls` for objects whose storage was made for `like` (another class with the same layout).
Shape* foreign_root(Thread& t, Type& cls, const Shape* like) {
  {
    TypeLock lock;
    for (Shape* s = cls.shapes.load_relaxed(); s; s = s->next_of_type) {
      if (s->root == s && !s->dictionary && s->inline_capacity == like->inline_capacity &&
          s->ext_offset == like->ext_offset && s->size == like->size) {
        return s;
      }
    }
  }
  Shape* s = allocate_shape(t, cls);
  if (s == nullptr) return nullptr;
  copy_layout(s, like);
  s->root = s;
  s->id = new_shape_id(t, &cls, s);
  if (s->id == 0) return nullptr;
  TypeLock lock;
  link_to_type(s);
  return s;
}

}  // namespace taipan
