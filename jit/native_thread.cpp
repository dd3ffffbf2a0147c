#include "jit/native_thread.h"

#include <pthread.h>
#include <signal.h>

namespace taipan::jit {

bool start_native_thread(const char* name, void* (*main)(void*)) {
  sigset_t all, before;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  pthread_t thread;
  bool started = pthread_create(&thread, nullptr, main, nullptr) == 0;
  if (started) {
    pthread_setname_np(thread, name);
    pthread_detach(thread);
  }
  pthread_sigmask(SIG_SETMASK, &before, nullptr);
  return started;
}

}  // namespace taipan::jit
