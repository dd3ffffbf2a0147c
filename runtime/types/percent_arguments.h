// The arguments of printf-style formatting, for str and bytes: one after the other, by key, for "*",
// and the numbers among them as text. Errors say which argument it was.
#pragma once
#include "runtime/base/percent_format.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/tuple.h"

namespace taipan {

class PercentArguments {
 public:
  PercentArguments(Thread& t, Value args, bool in_bytes);

  // The value of a conversion, after its key and its stars; `key` empty: the next one in order.
  // Fills width and precision. Held by this object until the next call.
  Result<Value*> take(PercentSpec* spec, Value key);
  Value value() const { return value_; }
  Status check_mapping(Thread& t) const;  // before the key is made
  Status finish();                        // TypeError if some are left over

  // d i u o x X e E f F g G: lays the value out. False: no such type.
  Result<bool> format_number(const PercentSpec& spec, FormattedText* out);
  // %c with an int argument, below limit; absent (-1) if the value is no int.
  Result<i64> character(i64 limit, const char* limit_text);
  // "format argument 2: %d requires ..., not T"
  ErrorTag raise_wanted(char32_t type, const char* what);
  ErrorTag raise_wanted_size(char32_t type, const char* what, usize size);
  // "format argument 2: " for other messages
  Result<Str> prefix();

 private:
  Result<> next_positional(const PercentSpec& spec);
  Result<ssize> star(const PercentSpec& spec, const char* what);
  Result<bool> integer_text(const PercentSpec& spec, FormattedText* out);

  Thread& t_;
  Tuple* tuple_;       // null: a single argument
  Value single_;
  bool is_mapping_, in_bytes_;
  usize used_ = 0;     // positional arguments taken
  bool by_key_ = false;
  Local<> key_, value_;
};

}  // namespace taipan
