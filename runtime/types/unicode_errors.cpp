#include "runtime/types/unicode_errors.h"

#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"

namespace taipan {

namespace {

Status raise_with(Thread& t, Type& type, const char* encoding, Value object, usize start, usize end,
                  const char* reason) {
  Local<Str> name(t, TRY(str_from_ascii(t, encoding)));
  Local<Str> why(t, TRY(str_from_ascii(t, reason)));
  Value args[] = {name, object, Value::small_int(static_cast<i64>(start)),
                  Value::small_int(static_cast<i64>(end)), why};
  Local<> error(t, TRY(call(t, &type, args, 5)));
  return raise_object(t, error);
}

}  // namespace

ErrorTag raise_unicode_decode(Thread& t, const char* encoding, std::string_view bytes, usize start,
                              usize end, const char* reason) {
  auto copy = bytes_from(t, bytes);
  if (copy.is_error()) return kError;
  Local<Bytes> object(t, copy);
  (void)raise_with(t, UnicodeDecodeError, encoding, object, start, end, reason);
  return kError;
}

ErrorTag raise_unicode_encode(Thread& t, const char* encoding, const Str* text, usize start, usize end,
                              const char* reason) {
  (void)raise_with(t, UnicodeEncodeError, encoding, Value(text), start, end, reason);
  return kError;
}

}  // namespace taipan
