// Ticker: a helper thread without Python state that gives things their age limit: candidates older than
// 10 ms get a checkpoint (R15), the holder of the global lock is asked for it (-X gil=1).
// Sleeps while nothing waits. Started on first use.
#pragma once

namespace taipan {

void ticker_wake();            // something waits from now on; cheap when the ticker is awake
void ticker_after_fork_child();  // the thread did not survive
void ticker_stop();            // at exit; later wakes are ignored

// checkpoint.cpp: what the ticker asks and does.
bool wants_ticks();
void tick_checkpoints();

}  // namespace taipan
