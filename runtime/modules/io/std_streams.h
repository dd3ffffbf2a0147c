// sys.stdin, sys.stdout, sys.stderr: made at the start of the program, flushed at its end.
// Called by interp/cli: io_init_std_streams() after import_init(), io_flush_std_streams() at exit.
#pragma once
#include "runtime/thread/thread.h"

namespace taipan {

// Sets sys.stdin, stdout, stderr and their __std...__ twins; None where the descriptor is closed. PYTHONIOENCODING
// is looked at unless the environment is ignored. Also makes builtins.open.
Status io_init_std_streams(Thread& t);
// Flushes sys.stdout and sys.stderr. False: stdout could not be flushed (reported; the exit status is 120).
bool io_flush_std_streams(Thread& t);

}  // namespace taipan
