// Answers for module `taipan` (interp/loop/jit_services.h), and what they need to remember: why code was declined.
#pragma once
#include "interp/loop/jit_services.h"
#include "jit/jit.h"

namespace taipan::jit {

// Exit status of a process whose forced tier cannot be had.
inline constexpr int kDeclinedStatus = 70;

// Listings, in every mode.
void offer_listings();
// Everything; `compile` compiles a code object if it can be done now.
void offer_services(Mode mode, void (*compile)(Code* code));

// A compilation has ended. why: null, or why there is no machine code. In the forced tier a reason that is not on
// jit/README.md's list ends the process: tests must not pass by interpreting.
void note_compilation(const Code* code, const char* why);

}  // namespace taipan::jit
