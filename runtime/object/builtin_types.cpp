// Storage of the built-in types and of the shape table.
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/types/exceptions.h"

namespace taipan {

ShapeEntry g_shapes[kMaxShapes];

#define TP_TYPE(name) Type name##_type;
#include "runtime/types/builtin_types.def"
#undef TP_TYPE

Type BaseException_type;
Type ExceptionGroup;
#define TP_EXCEPTION(name, base, layout) Type name;
#include "runtime/types/exceptions.def"
#undef TP_EXCEPTION

}  // namespace taipan
