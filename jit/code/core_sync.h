// Making every core fetch instructions anew after code has been written (membarrier(2), SYNC_CORE).
// Any thread.
//
// Note [core-sync]
//   AArch64: cleaning the data cache and invalidating the instruction caches reaches all cores, but a core may have
//     fetched from that address before, and goes on with what it fetched until a context synchronisation event. The
//     thread that writes can cause one on its own core only. The system call has one happen on each core that runs a
//     thread of this process; others pass through the kernel, which is one as well. So: write, cache maintenance,
//     sync_cores(), and only then Code::machine.store_release(). Needed for fresh memory too (speculative fetches).
//   x86-64: instruction fetch is coherent, and what no core has executed before needs nothing. Memory that is used again
//     is what the manuals call cross-modifying code: a core that executed the old code has to execute a serialising
//     instruction before the new one. The system call returns through one on each core. Without it (an old kernel) the
//     caches are coherent all the same, and between the last use of old code and the first of new lies a checkpoint,
//     thousands of instructions: the JIT goes on.
#pragma once

namespace taipan::jit {

// Registers the process. False: the machine needs it and the kernel does not offer it.
bool start_core_sync();
void sync_cores();

}  // namespace taipan::jit
