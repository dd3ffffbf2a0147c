// A minimal text file over a file descriptor, for sys.stdout and its sisters until `io` opens the real ones,
// and in case it cannot. Writes are buffered to the end of a line; reading goes by lines.
#pragma once
#include "runtime/object/type.h"
#include "runtime/thread/thread.h"

namespace taipan {

Result<> fd_stream_new(Thread& t, int fd, const char* name);
void fd_streams_flush();  // at exit

}  // namespace taipan
