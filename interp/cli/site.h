// What site does at start: the folders of installed packages, their .pth files, exit() and help().
// The module itself is imported only where it would find something: start-up is measured in milliseconds.
#pragma once
#include "runtime/value/result.h"

namespace taipan {

struct Thread;

// Unless -S. is_interactive: import site in any case, for what it does for the prompt.
Status start_site(Thread& t, bool is_interactive);

}  // namespace taipan
