// Parts of class construction that native types and class statements share.
// make_class.cpp: type.__new__; mro.cpp: C3; slots_update.cpp: from names to TypeSlots.
// Everything here is called with the type not yet visible, or inside a ClassMutation.
#pragma once
#include "runtime/native/def.h"
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

// C3 over bases; TypeError if there is no consistent order.
Result<Tuple> compute_mro(Thread& t, Type& type, Tuple* bases);
// The same through a metaclass's mro() method, if it has its own.
Result<Tuple> compute_mro_for_class(Thread& t, Type& type, Tuple* bases);

// Weak references to direct subclasses (type.__subclasses__).
Status add_subclass(Thread& t, Type& base, Type& subclass);
void remove_subclass(Thread& t, Type& base, Type& subclass);
Result<List> subclasses_list(Thread& t, Type& type);
// The i-th direct subclass, or null. Classes added meanwhile may be missed.
Type* subclass_at(Type& type, u32 i);
Type* subclass_at_locked(Type& type, u32 i);  // under the TypeLock

// Sets all slots of a new heap class from its MRO; or the slots that depend on one name.
void update_all_slots(Thread& t, Type& type);
void update_slots_for_name(Thread& t, Type& type, Str* name);  // and of subclasses
bool is_special_name(Str* name);                               // does any slot depend on it?

// "Best base": decides the layout. TypeError: layout conflict, not an acceptable base type.
Result<Type> best_base(Thread& t, Tuple* bases);
// Which native layout: the type that added storage last.
Type* solid_base(Type* type);

Result<u64> hash_not_implemented(Thread& t, Value self);
Result<> make_new_function(Thread& t, Type& type);  // T.__new__
extern const GetSetDef kInstanceDictGetSet;          // the __dict__ of instances
extern const GetSetDef kInstanceWeakrefGetSet;
void make_immortal(Object* o);                       // right after allocation
void register_type_roots();

// new_ slot of heap classes with a Python __new__, and so on: specials.h.
}  // namespace taipan
