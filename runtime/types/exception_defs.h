// Between the files that define exceptions: BaseException's parts, and what each file adds to the table.
// exception_startup.cpp builds a TypeDef for every line of exceptions.def from these.
// Not for users of exceptions: those include exceptions.h.
#pragma once
#include "runtime/object/instance.h"
#include "runtime/types/exceptions.h"

namespace taipan {

void base_exception_visit(Object* o, EdgeVisitor& visit);
Result<> base_exception_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames);
Status base_exception_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Result<Str> base_exception_str(Thread& t, Value self);
Status exception_no_keywords(Thread& t, Value self, Tuple* kwnames);

inline Result<Dict> instance_dict_of(Thread& t, Object* o) { return instance_dict(t, o); }
inline Result<Dict> instance_dict_copy_of(Thread& t, Object* o) { return instance_dict_copy(t, o); }
Status set_instance_dict_of(Thread& t, Object* o, Value v);  // checks that v is a dict

extern const TypeDef kBaseExceptionDef;
// Each fills in what the exception `name` has beyond its base, if it is one of theirs.
void refine_exception_def(const char* name, TypeDef& def);
void refine_os_error_def(const char* name, TypeDef& def);
void refine_syntax_error_def(const char* name, TypeDef& def);
void refine_unicode_error_def(const char* name, TypeDef& def);
void refine_exception_group_def(const char* name, TypeDef& def);

// errno -> the subclass of OSError that it selects, or OSError.
Type& os_error_type_for(i64 errno_value);

}  // namespace taipan
