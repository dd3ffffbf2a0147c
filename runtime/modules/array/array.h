// array.array: items of one machine type in one block.
// Fields are read and written under the object's lock if it is shared; while exports > 0 the block stays where
// it is and keeps its size.
#pragma once
#include "runtime/object/error.h"
#include "runtime/types/fwd.h"

namespace taipan {

inline constexpr usize kMaxArrayItem = 16;

struct ArrayKind {
  const char* code;    // "i", "Zd"
  const char* format;  // of the buffer protocol
  u8 size;
  u8 machine_format;   // array._array_reconstructor's number for it
  Result<> (*get)(Thread& t, const u8* item);
  Status (*set)(Thread& t, Value v, u8* item);  // may run Python code
  bool is_text() const { return code[0] == 'u' || code[0] == 'w'; }
  bool is_float() const;
};
extern const ArrayKind kArrayKinds[];
extern const usize kArrayKindCount;
const ArrayKind* array_kind(const Str* code);  // null: there is none

struct Array : Object {
  const ArrayKind* kind;  // set by the constructor
  u8* data;               // null: capacity 0
  usize capacity;         // bytes
  usize size;             // items
  u64 exports;            // views that have not been released
};

// Items of machine format `format` (numbers as in kArrayKinds, and the other byte order's) as `kind` stores them.
// False: no such format.
bool array_format_known(i64 format);
Result<> array_item_from_format(Thread& t, i64 format, const u8* item, usize* size);

}  // namespace taipan
