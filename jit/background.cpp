// A queue, and one thread that empties it. After fork() the child has the queue but not the thread: the next request
// starts another.
#include "jit/background.h"

#include <pthread.h>

#include <deque>

#include "jit/native_thread.h"

namespace taipan::jit {

namespace {

struct Request {
  Code* code;
  void (*compile)(Code* code);
};

pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
pthread_cond_t g_filled = PTHREAD_COND_INITIALIZER;
std::deque<Request>* g_requests;  // under g_lock; never freed: the thread may outlive main()
bool g_running = false;           // under g_lock

void* compile_requests(void*) {
  for (;;) {
    pthread_mutex_lock(&g_lock);
    while (g_requests->empty()) pthread_cond_wait(&g_filled, &g_lock);
    Request request = g_requests->front();
    g_requests->pop_front();
    pthread_mutex_unlock(&g_lock);
    request.compile(request.code);
  }
}

void before_fork() { pthread_mutex_lock(&g_lock); }
void after_fork_in_parent() { pthread_mutex_unlock(&g_lock); }
void after_fork_in_child() {
  g_running = false;
  pthread_cond_init(&g_filled, nullptr);  // nobody waits for it here
  pthread_mutex_unlock(&g_lock);
}

}  // namespace

void compile_in_background(Code* code, void (*compile)(Code* code)) {
  pthread_mutex_lock(&g_lock);
  if (g_requests == nullptr) {
    g_requests = new std::deque<Request>;
    pthread_atfork(&before_fork, &after_fork_in_parent, &after_fork_in_child);
  }
  if (!g_running) g_running = start_native_thread("taipan-jit", &compile_requests);
  if (!g_running) {
    pthread_mutex_unlock(&g_lock);
    compile(code);
    return;
  }
  g_requests->push_back({code, compile});
  pthread_cond_signal(&g_filled);
  pthread_mutex_unlock(&g_lock);
}

}  // namespace taipan::jit
