// The steps of start-up and of readying types, for startup.cpp and ready.cpp only.
// prepare: what allocation needs (shape, size, flags); no Python object is made.
// finish: names, bases, MRO, namespace, slots.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

void names_init(Thread& t);
void type_prepare(Type& type, const TypeDef& def, u32 shape);
Status type_finish(Thread& t, Type& type, const TypeDef& def, Tuple* bases_or_null = nullptr);
void init_static_object(Object& o, BuiltinShape shape);  // immortal storage outside the heap
void register_type(Type& type);                           // list of all types
void install_memory_hooks();
Status prepare_memory_error(Thread& t);                  // after the exceptions are ready
void specials_init();
Status exceptions_init(Thread& t);
Status exceptions_prepare();

// type_finish: takes what the type leaves open from its base.
void inherit_slots(Type& type, const Type& base);
// Adds __add__ and so on to the dict for the slots of `def`.
Status add_slot_wrappers(Thread& t, Type& type, const TypeSlots& own);

void move_storage(Thread& t, Object* o);  // types/move_storage.cpp: MemoryHooks::move_storage

Status template_types_ready(Thread& t);  // types/template.cpp: class attributes that are values

}  // namespace taipan
