// Names of the built-in object types, for headers that only mention them.
// Each struct is defined in its own header of this folder (or of object/, interp/); each has a static
// Type object NAME_type. The one list of them is builtin_types.def.
#pragma once
#include "runtime/memory/object.h"

namespace taipan {

struct Type;
struct Str;
struct Bytes;
struct ByteArray;
struct BigInt;
struct FloatBox;
struct Tuple;
struct List;
struct Dict;
struct Set;
struct Slice;
struct Function;
struct Module;
struct Cell;
struct BaseException;

// The id of a built-in type's only shape: exact type tests are one compare with a constant.
enum class BuiltinShape : u32 {
  kNone_ = 0,
#define TP_TYPE(name) name##_,
#include "runtime/types/builtin_types.def"
#undef TP_TYPE
  kCount_
};
constexpr u32 shape_id(BuiltinShape s) { return static_cast<u32>(s) * 2 + 1; }

#define TP_TYPE(name) extern Type name##_type;
#include "runtime/types/builtin_types.def"
#undef TP_TYPE

}  // namespace taipan
