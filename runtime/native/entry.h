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

  // The only array, of one word a parameter, is indexed by parameters: no canary.
  [[gnu::no_stack_protector]] static Result<> call(Thread& t, Value self, const Value* args, u32 nargs,
                                                   Tuple* kwnames) {
    return call_with(t, self, args, nargs, kwnames, kFunction);
  }

 private:
  template <class R, class... A>
  TP_INLINE static Result<> call_with(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames,
                            R (*)(Thread&, A...)) {
    constexpr usize n = sizeof...(A);
    Value bound[n + 1];
    CallArguments arguments{self, args, nargs, kwnames};
    const Signature& s = signature;
    if (kwnames == nullptr && nargs + s.first == n && nargs <= s.max_positional) [[likely]] {
      // An argument for each parameter: no loop that the compiler does not know the length of.
      if (s.first) {
        bound[0] = self;
        for (usize i = 1; i < n; ++i) bound[i] = args[i - 1].canonical();
      } else {
        for (usize i = 0; i < n; ++i) bound[i] = args[i].canonical();
      }
    } else if (bind_arguments(t, s, arguments, bound).is_error()) {
      return kError;
    }
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
