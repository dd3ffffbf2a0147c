// Fork, signals, asynchronous exceptions, the global lock, exit with threads running.
#include <signal.h>
#include <sys/wait.h>

#include <memory>

#include "runtime/thread/signals.h"
#include "tests/unit/runtime/memory_test_types.h"

namespace taipan::test {
namespace {

using Life = ThreadsTest;

#if defined(__SANITIZE_THREAD__)
constexpr bool kForkTests = false;  // ThreadSanitizer does not follow a threaded fork
#else
constexpr bool kForkTests = true;
#endif

int wait_for(pid_t child) {
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1000 + WTERMSIG(status);
}

// R26: the child of a threaded process works, alone: it allocates, collects, starts threads.
TEST_F(Life, R26_ForkStorm) {
#ifdef TAIPAN_EMULATED
  GTEST_SKIP();  // qemu's user mode does not survive fork() among threads
#endif
  if (!kForkTests) GTEST_SKIP();
  static GlobalRoot roots[4] = {GlobalRoot("f0"), GlobalRoot("f1"), GlobalRoot("f2"), GlobalRoot("f3")};
  std::atomic<bool> stop{false};
  std::atomic<int> entered{0};
  auto work = [&](Thread& x) {
    ++entered;
    Random r(x.ident);
    LocalArray reg(x, 4);
    while (!stop) {
      usize i = r.below(4);
      switch (r.below(6)) {
        case 0: reg.set(i, new_node(x)); break;
        case 1: if (!reg[i].is_empty()) { publish(x, reg[i]); roots[r.below(4)].set(x, reg[i]); } break;
        case 2: reg.set(i, Value(roots[r.below(4)].borrow())); break;
        case 3: roots[r.below(4)].set(x, Value::empty()); break;
        case 4: { Detached away(x); } break;
        case 5: buffer_free(buffer_allocate(x, 300), 300); break;
      }
      MUST(safepoint(x));
    }
  };
  std::vector<std::unique_ptr<TestThread>> all;
  for (int i = 0; i < 3; ++i) all.push_back(std::make_unique<TestThread>(work));
  // AddressSanitizer's allocator is not safe to fork: no thread may be on its way in, where the world's stop cannot see it.
  while (entered < 3) {
    MUST(safepoint(t));
    usleep(100);
  }
  i64 deadline = monotonic_ns() + static_cast<i64>(stress_seconds(0.7) * 1e9);
  int forks = 0, code = 0;
  while (code == 0 && monotonic_ns() < deadline) {
    before_fork(t);
    pid_t child = fork();
    if (child == 0) {
      alarm(10);
      after_fork_child(t);
      if (g_world.thread_count != 1) _exit(2);
      for (auto& r : roots) {
        if (!r.borrow().is_empty() && r.borrow().object()->shape.load_relaxed() != kNodeShape) _exit(3);
        r.set(t, Value::empty());
      }
      for (int i = 0; i < 1000; ++i) Local<Node> n(t, new_node(t));
      settle_candidates(t);
      collect(t);
      if (verify_heap(t).bad != 0) _exit(4);
      std::atomic<int> ran{0};
      {
        TestThread a([&](Thread& x) {
          Local<Node> n(x, new_node(x));
          ++ran;
        });
        a.join();
      }
      _exit(ran == 1 ? 0 : 5);
    }
    after_fork_parent(t);
    code = wait_for(child);
    ++forks;
    MUST(safepoint(t));
  }
  stop = true;
  for (auto& x : all) x->join();
  EXPECT_EQ(code, 0);
  for (auto& r : roots) r.set(t, Value::empty());
  drain();
  EXPECT_EQ(g_counts.live, 0);
  EXPECT_GT(forks, 0);
}

TEST_F(Life, SignalsRunOnTheMainThread) {
  static std::vector<int> seen;
  seen.clear();
  g_signal_dispatch = [](Thread& t, int n) -> Status {
    EXPECT_TRUE(t.is_main);
    seen.push_back(n);
    return kDone;
  };
  signal(SIGUSR1, [](int n) { signal_arrived(n); });
  TestThread other([&](Thread& x) {
    raise(SIGUSR1);
    MUST(safepoint(x));
  });
  other.join();
  EXPECT_TRUE(signals_pending());
  MUST(safepoint(t));
  EXPECT_EQ(seen, std::vector<int>{SIGUSR1});
  EXPECT_FALSE(signals_pending());
  // A thread that is parked comes back to handle one.
  int word = 0;
  pthread_t me = pthread_self();
  TestThread waker([&](Thread& x) {
    Detached away(x);
    usleep(20000);
    pthread_kill(me, SIGUSR1);
  });
  Park p;
  p.address = &word;
  p.deadline_ns = monotonic_ns() + 5000000000;
  EXPECT_EQ(park(t, p), ParkResult::Interrupted);
  MUST(safepoint(t));
  EXPECT_EQ(seen.size(), 2u);
  waker.join();
  g_signal_dispatch = nullptr;
}

TEST_F(Life, AsynchronousExceptions) {
  std::atomic<u64> ident{0};
  std::atomic<bool> raised{false};
  TestThread other([&](Thread& x) {
    ident = x.ident;
    while (!safepoint(x).is_error()) sched_yield();
    raised = !x.exc.is_empty();
  });
  while (ident == 0) usleep(100);
  {
    Local<Node> e(t, new_node(t));
    EXPECT_EQ(set_async_exception(t, ident, e.value()), 1);
    EXPECT_EQ(set_async_exception(t, 12345, e.value()), 0);
  }
  other.join();
  EXPECT_TRUE(raised);
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

TEST_F(Life, GlobalLockAdmitsOneThread) {
  // In a child process: the switch cannot be set while threads run.
  if (!kForkTests) GTEST_SKIP();
  before_fork(t);
  pid_t child = fork();
  if (child == 0) {
    alarm(20);
    after_fork_child(t);
    detach(t);
    g_gil_enabled = true;
    attach(t);
    set_switch_interval(1000000);
    static std::atomic<int> inside{0};
    static std::atomic<u64> turns[3];
    bool bad = false;
    auto body = [&](int k) {
      return [&bad, k](Thread& x) {
        for (int i = 0; i < 20; ++i) {
          i64 until = monotonic_ns() + 2000000;
          do {
            if (inside.fetch_add(1) != 0) bad = true;
            inside.fetch_sub(1);
            MUST(safepoint(x));
          } while (monotonic_ns() < until);
          ++turns[k];
        }
        StoppedWorld stopped(x);
      };
    };
    {
      TestThread a(body(0)), b(body(1)), c(body(2));
      a.join();
      b.join();
      c.join();
    }
    _exit(!bad && turns[0] == 20 && turns[1] == 20 && turns[2] == 20 ? 0 : 1);
  }
  after_fork_parent(t);
  EXPECT_EQ(wait_for(child), 0);
}

// Fault 16: exit with daemon threads running, sleeping and coming and going.
TEST_F(Life, ExitStopsDaemonThreads) {
  if (!kForkTests) GTEST_SKIP();
  before_fork(t);
  pid_t child = fork();
  if (child == 0) {
    alarm(10);
    after_fork_child(t);
    static std::atomic<u64> steps{0};
    static GlobalRoot root("seen by daemons");
    {
      Local<Node> n(t, new_node(t));
      root.set(t, n.value());
    }
    for (int k = 0; k < 4; ++k) {
      new TestThread([k](Thread& x) {
        Local<> held(x, own(root.borrow()));
        for (;;) {
          ++steps;
          if (k == 1) {
            Detached away(x);
          }
          if (k == 2) {
            Detached away(x);
            sleep(100);
          }
          MUST(safepoint(x));
        }
      });
    }
    usleep(20000);
    if (!begin_exit(t, 1000000000)) _exit(2);
    u64 n = steps;
    root.set(t, Value::empty());
    settle_candidates(t);
    collect(t);
    usleep(20000);
    if (steps != n) _exit(3);
    exit(0);  // static destructors included
  }
  after_fork_parent(t);
  EXPECT_EQ(wait_for(child), 0);
}

TEST_F(Life, StackAndRecursionLimits) {
  EXPECT_FALSE(ensure_stack(t, 1000).is_error());
  EXPECT_TRUE(ensure_stack(t, 1u << 30).is_error());
  EXPECT_GE(static_cast<usize>(t.stack_end - t.limit) * sizeof(Value), usize{4} << 20);
  EXPECT_LT(t.machine_stack_limit, static_cast<char*>(__builtin_frame_address(0)));
  TestThread other([&](Thread& x) {
    EXPECT_LT(x.machine_stack_limit, static_cast<char*>(__builtin_frame_address(0)));
    EXPECT_GT(x.machine_stack_limit, static_cast<char*>(__builtin_frame_address(0)) - (64 << 20));
  });
}

// R15: above the hard limit a thread waits for a slow poller, but not for long.
TEST_F(Life, R15_BackPressureIsBounded) {
  set_checkpoint_thresholds(2048, 256 * 1024, 1 << 20);
  std::atomic<bool> stop{false};
  TestThread slow([&](Thread& x) {
    while (!stop) {
      i64 until = monotonic_ns() + 30000000;
      while (monotonic_ns() < until) cpu_relax();
      MUST(safepoint(x));
    }
  });
  i64 began = monotonic_ns();
  u64 most = 0;
  for (int i = 0; i < 200000 && monotonic_ns() - began < 2000000000; ++i) {
    Local<Node> n(t, new_node(t));
    publish(t, n.value());
    n.clear();
    most = std::max(most, t.memory->candidates.size());
    MUST(safepoint(t));
  }
  stop = true;
  slow.join();
  set_checkpoint_thresholds(2048, 256 * 1024, 64 << 20);
  EXPECT_LT(most, 150000u);
  drain();
  EXPECT_EQ(g_counts.live, 0);
}

}  // namespace
}  // namespace taipan::test
