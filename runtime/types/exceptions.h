// Layouts of the built-in exceptions, and reading their common fields.
// Raising, taking and matching is in object/error.h; the list is exceptions.def.
// Fields are Slots that Python code may set at any time: read with borrow() or load().
#pragma once
#include "runtime/object/error.h"
#include "runtime/object/type.h"

namespace taipan {

struct BaseException : Object {
  static constexpr BuiltinShape kShape = BuiltinShape::kNone_;
  static constexpr u32 kSubclassFlag = kTypeExceptionSubclass;
  Slot<Tuple> args;
  Slot<> traceback;   // empty: None
  Slot<> context;     // empty: None
  Slot<> cause;       // empty: None
  u8 suppress_context;
};

struct StopIterationObject : BaseException {
  Slot<> value;
};
struct SystemExitObject : BaseException {
  Slot<> code;
};
struct AttributeErrorObject : BaseException {
  Slot<> name, obj;
};
struct NameErrorObject : BaseException {
  Slot<> name;
};
struct ImportErrorObject : BaseException {
  Slot<> msg, name, path, name_from;
};
struct OSErrorObject : BaseException {
  Slot<> errno_, strerror, filename, filename2;
  ssize characters_written;  // BlockingIOError; -1: unset
};
struct SyntaxErrorObject : BaseException {
  Slot<> msg, filename, lineno, offset, text, end_lineno, end_offset, print_file_and_line, metadata;
};
struct UnicodeErrorObject : BaseException {
  Slot<> encoding, object, reason;
  ssize start, end;
};
struct ExceptionGroupObject : BaseException {
  Slot<Str> message;
  Slot<Tuple> exceptions;
  Slot<Str> exceptions_text;  // of the argument's repr; empty for lists and tuples
};

extern Type ExceptionGroup;  // (BaseExceptionGroup, Exception)

inline bool is_exception(Value v) {
  return v.is_ref() && type_of(v.object()).has(kTypeExceptionSubclass);
}
inline bool is_exception_class(Value v) {
  return is_a<Type>(v) && v.as<Type>()->has(kTypeExceptionSubclass);
}

// type(args...) without running Python code: natives' way to make one. args: borrowed.
Result<BaseException> exception_new(Thread& t, Type& type, Tuple* args);
Status exception_set_cause(Thread& t, BaseException* e, Value cause_or_none);  // sets __suppress_context__
void exception_set_context(BaseException* e, Value context_or_empty);
void exception_set_traceback(BaseException* e, Value traceback_or_empty);
Result<bool> exception_group_is_leaf(Thread& t, Value e);
// except*: *match and *rest are owned exceptions or absent. class_or_tuple is checked by the caller.
Status exception_group_match(Thread& t, Value exception, Value class_or_tuple, Result<>* match,
                             Result<>* rest);
// The exception to raise after an except* statement (PEP 654): None or an exception.
Result<> exception_group_reraise(Thread& t, Value original, List* raised_and_unhandled);

}  // namespace taipan
