// The macro-assembler of the machine this runs on.
// The other one assembles too (tests/unit/jit), but nobody can run what it makes.
#pragma once
#if defined(__aarch64__)
#include "jit/a64/masm.h"
#elif defined(__x86_64__)
#include "jit/x64/masm.h"
#else
#error "no macro-assembler for this machine"
#endif

namespace taipan::jit {

#if defined(__aarch64__)
using HostMasm = a64::Masm;
#else
using HostMasm = x64::Masm;
#endif

}  // namespace taipan::jit
