// StructLayout: a compiled format string of module struct: which field lies where.
// Immutable once made; fields are packed and unpacked one by one.
#pragma once
#include "runtime/object/error.h"
#include "runtime/types/fwd.h"

namespace taipan {

struct FormatField {
  u64 offset;
  u64 repeat;  // 's', 'p': the field's bytes; else how many values of `size` bytes follow each other
  u8 size;
  char code;
};

struct StructLayout {
  u64 size;    // bytes of the whole
  u64 values;  // how many Python values
  u64 count;   // fields
  bool big_endian;
  FormatField fields[];
  static usize storage(u64 count) { return sizeof(StructLayout) + count * sizeof(FormatField); }
};

extern Type* g_struct_error;

// Null: an exception is pending. Free with buffer_free(layout, StructLayout::storage(layout->count)).
StructLayout* struct_compile(Thread& t, const char* format, usize length);
// values: layout.values of them. out: layout.size bytes. May run Python code.
Status struct_pack_values(Thread& t, const StructLayout& layout, const Value* values, u8* out);
Result<Tuple> struct_unpack_values(Thread& t, const StructLayout& layout, const u8* in);

// Half precision (also array's and memoryview's 'e').
bool half_from_double(f64 v, u16* out);  // false: too large
f64 half_to_double(u16 bits);

}  // namespace taipan
