// Entry<fn>: the native calling convention around a C++ function: binds and converts the arguments,
// calls, converts the result. Binding by names and defaults is out of line (signature.cpp).
// Positional calls of the right length touch neither names nor defaults.
#pragma once
#include "runtime/native/convert.h"
#include "runtime/native/signature.h"

namespace taipan {

template <class R, class... A>
constexpr u8 count_parameters(R (*)(Thread&, A...)) {
  return sizeof...(A);
}

template <auto kFunction>
struct Entry {
  inline static Signature signature;
  static constexpr u8 kParameters = count_parameters(kFunction);

  static Result<> call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
    return call_with(t, self, args, nargs, kwnames, kFunction);
  }

 private:
  template <class R, class... A>
  static Result<> call_with(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames,
                            R (*)(Thread&, A...)) {
    constexpr usize n = sizeof...(A);
    Value bound[n + 1];
    CallArguments arguments{self, args, nargs, kwnames};
    if (bind_arguments(t, signature, arguments, bound).is_error()) return kError;
    return invoke<R, A...>(t, arguments, bound, std::index_sequence_for<A...>{});
  }

  template <class R, class... A, usize... I>
  static Result<> invoke(Thread& t, const CallArguments& arguments, const Value* bound,
                         std::index_sequence<I...>) {
    std::tuple<typename Convert<A>::Storage...> storage;
    [[maybe_unused]] ConvertContext context{t, signature, arguments};
    bool ok = (Convert<A>::convert(context, I, bound[I], std::get<I>(storage)) && ...);
    if (!ok) [[unlikely]] return kError;
    return to_result(t, kFunction(t, Convert<A>::pass(std::get<I>(storage))...));
  }
};

}  // namespace taipan
