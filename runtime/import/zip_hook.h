// Importing from zip archives: the first hook of sys.path_hooks, which brings in the library's zipimport when
// a path needs it, so that a start without archives does not pay for it.
// Once it has, zipimport.zipimporter itself stands in its place.
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

// Puts the hook before all others.
Status install_zip_hook(Thread& t);

}  // namespace taipan
