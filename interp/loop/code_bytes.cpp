// Code objects as bytes, for marshal: the specification the object was made of, in the cache's format.
#include <new>

#include "interp/bytecode/code.h"
#include "interp/bytecode/code_cache_format.h"
#include "interp/bytecode/verifier.h"
#include "interp/loop/engine.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes.h"
#include "runtime/types/str.h"

namespace taipan {

Result<Bytes> code_to_bytes(Thread& t, Value code) try {
  std::vector<u8> data = serialize_code(*code.as<Code>()->spec);
  return bytes_from(t, {reinterpret_cast<const char*>(data.data()), data.size()});
} catch (const std::bad_alloc&) {
  return (void)raise_memory_error(t), kError;
}

// Nothing is run that the verifier has not seen.
Result<> code_from_bytes(Thread& t, const u8* data, usize size) try {
  std::shared_ptr<CodeSpec> spec = parse_code({reinterpret_cast<const char*>(data), size});
  if (spec == nullptr || !verify_code(*spec).empty()) return raise(t, ValueError, "bad marshal data (invalid code)");
  return make_code(t, std::move(spec));
} catch (const std::bad_alloc&) {
  return (void)raise_memory_error(t), kError;
}

namespace {

void rename_all(Code* code, const Str* from, Str* to) {
  if (code->filename != from) return;
  code->filename = to;
  for (u32 i = 0; i < code->constant_count; ++i) {
    if (is_exact<Code>(code->constants[i])) rename_all(code->constants[i].as<Code>(), from, to);
  }
}

}  // namespace

// A cache may have been made where the library has another path.
Status rename_code(Thread& t, Value code, Str* filename) {
  if (!is_exact<Code>(code)) return raise(t, TypeError, "_fix_co_filename() argument 1 must be code, not {!T}", code);
  Code* c = code.as<Code>();
  if (str_equal(c->filename, filename)) return kDone;
  Utf8 text;
  TRY(text.encode(t, filename, true));
  rename_all(c, c->filename, str_immortal(t, text.view()));
  return kDone;
}

}  // namespace taipan
