// Start-up, running the main program, shutdown.
// run_main() gives the exit code of the process.
#pragma once
#include "interp/cli/options.h"

namespace taipan {

int run_main(const Options& options);

}  // namespace taipan
