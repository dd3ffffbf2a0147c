// _signal: Python-level signal handlers. The C handler only notes the signal (thread/signals.h); the main
// thread runs the Python function at its next safepoint.
#include <signal.h>
#include <sys/time.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <cmath>
#include <cstring>

#include "runtime/engine.h"
#include "runtime/memory/publish.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/thread/signals.h"
#include "runtime/thread/world.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// What signal() was given for each number: SIG_DFL, SIG_IGN (ints), a function, or None. Main thread writes.
Slot<> g_handlers[NSIG];
void visit_roots(EdgeVisitor& visit) { visit.slots(g_handlers, NSIG); }

const Value kDefault = Value::small_int(reinterpret_cast<i64>(SIG_DFL));
const Value kIgnore = Value::small_int(reinterpret_cast<i64>(SIG_IGN));

ErrorTag os_error(Thread& t) { return raise_os_error(t, errno); }

void c_handler(int number) {
  int saved = errno;
  signal_arrived(number);
  errno = saved;
}

Status dispatch(Thread& t, int number) {
  Local<> handler(t, g_handlers[number].borrow());
  if (handler.is_empty() || is_none(handler) || same(handler, kDefault) || same(handler, kIgnore)) return kDone;
  Local<> frame(t, none_value());
  if (g_engine.get_frame != nullptr) {
    auto f = TRY(g_engine.get_frame(t, 0));
    if (!f.is_absent()) frame.set(f);
  }
  Local<> done(t, TRY(call(t, handler, Value::small_int(number), frame)));
  return kDone;
}

Status check_number(Thread& t, i32 number) {
  if (number < 1 || number >= NSIG) return raise(t, ValueError, "signal number out of range");
  return kDone;
}

Result<> signal_signal(Thread& t, i32 number, Value handler) {
  if (!t.is_main) return raise(t, ValueError, "signal only works in main thread of the main interpreter");
  TRY(check_number(t, number));
  struct sigaction action = {};
  sigemptyset(&action.sa_mask);
  if (same(handler, kDefault)) {
    action.sa_handler = SIG_DFL;
  } else if (same(handler, kIgnore)) {
    action.sa_handler = SIG_IGN;
  } else if (is_callable(handler)) {
    action.sa_handler = c_handler;
  } else {
    return raise(t, TypeError, "signal handler must be signal.SIG_IGN, signal.SIG_DFL, or a callable object");
  }
  TRY(safepoint(t));  // signals that have arrived go to the old handler
  if (::sigaction(number, &action, nullptr) < 0) return os_error(t);
  Local<> old(t, g_handlers[number].borrow());
  g_handlers[number].store(&none_object, handler);  // owner: any shared object, a global root is one
  return old.is_empty() ? none() : old.give();
}

Result<> signal_getsignal(Thread& t, i32 number) {
  TRY(check_number(t, number));
  Value v = g_handlers[number].borrow();
  return v.is_empty() ? none() : own(v);
}

Result<> default_int_handler(Thread& t, Value, Value) { return raise_none(t, KeyboardInterrupt); }

i64 signal_alarm(Thread&, i32 seconds) { return ::alarm(static_cast<unsigned>(seconds)); }
Status signal_pause(Thread& t) {
  {
    Detached away(t);
    ::pause();
  }
  return safepoint(t);
}
Status raise_signal(Thread& t, i32 number) {
  if (::raise(number) != 0) return os_error(t);
  return safepoint(t);
}

timeval timeval_from(f64 seconds) {
  f64 whole = std::floor(seconds);
  timeval v{static_cast<time_t>(whole), static_cast<suseconds_t>((seconds - whole) * 1e6)};
  if (seconds > 0 && v.tv_sec == 0 && v.tv_usec == 0) v.tv_usec = 1;
  return v;
}
Result<Tuple> itimer_pair(Thread& t, const itimerval& v) {
  auto seconds = [](const timeval& x) { return static_cast<f64>(x.tv_sec) + static_cast<f64>(x.tv_usec) * 1e-6; };
  Local<> value(t, TRY(float_from(t, seconds(v.it_value))));
  Local<> interval(t, TRY(float_from(t, seconds(v.it_interval))));
  return tuple_of(t, value, interval);
}
Result<Tuple> signal_setitimer(Thread& t, i32 which, f64 seconds, f64 interval) {
  itimerval fresh{timeval_from(interval), timeval_from(seconds)}, old;
  if (::setitimer(static_cast<__itimer_which>(which), &fresh, &old) < 0) return os_error(t);
  return itimer_pair(t, old);
}
Result<Tuple> signal_getitimer(Thread& t, i32 which) {
  itimerval v;
  if (::getitimer(static_cast<__itimer_which>(which), &v) < 0) return os_error(t);
  return itimer_pair(t, v);
}
Status signal_siginterrupt(Thread& t, i32 number, bool flag) {
  TRY(check_number(t, number));
  struct sigaction action;
  if (::sigaction(number, nullptr, &action) < 0) return os_error(t);
  if (flag) {
    action.sa_flags &= ~SA_RESTART;
  } else {
    action.sa_flags |= SA_RESTART;
  }
  if (::sigaction(number, &action, nullptr) < 0) return os_error(t);
  return kDone;
}
Result<> signal_strsignal(Thread& t, i32 number) {
  TRY(check_number(t, number));
  const char* text = ::strsignal(number);
  if (text == nullptr || std::strncmp(text, "Unknown signal", 14) == 0) return none();
  return Result<>(TRY(str_from_utf8_surrogateescape(t, text)));
}

Status signals_from(Thread& t, Value iterable, sigset_t* out) {
  sigemptyset(out);
  Local<List> list(t, TRY(to_list(t, iterable)));
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> v(t, TRY(list_get(t, list, i)));
    i64 n = TRY(to_ssize(t, v));
    if (n < 1 || n >= NSIG) return raise(t, ValueError, "signal number {} out of range [1; {}]", static_cast<long>(n), NSIG - 1);
    sigaddset(out, static_cast<int>(n));
  }
  return kDone;
}
Result<Set> set_of_signals(Thread& t, const sigset_t& s) {
  Local<Set> out(t, TRY(set_new(t)));
  for (int n = 1; n < NSIG; ++n) {
    if (sigismember(&s, n) == 1) TRY(set_add(t, out, Value::small_int(n)));
  }
  return out.give();
}
Result<Set> signal_valid_signals(Thread& t) {
  sigset_t all;
  sigfillset(&all);
  return set_of_signals(t, all);
}
Result<Set> signal_pthread_sigmask(Thread& t, i32 how, Value mask) {
  sigset_t fresh, old;
  TRY(signals_from(t, mask, &fresh));
  if (int e = ::pthread_sigmask(how, &fresh, &old)) return raise_os_error(t, e);
  TRY(safepoint(t));
  return set_of_signals(t, old);
}
Result<Set> signal_sigpending(Thread& t) {
  sigset_t s;
  if (::sigpending(&s) < 0) return os_error(t);
  return set_of_signals(t, s);
}
Result<i64> signal_sigwait(Thread& t, Value signals) {
  sigset_t s;
  TRY(signals_from(t, signals, &s));
  int number, e;
  {
    Detached away(t);
    e = ::sigwait(&s, &number);
  }
  if (e != 0) return raise_os_error(t, e);
  return i64{number};
}
Status signal_pthread_kill(Thread& t, Value ident, i32 number) {
  u64 id;
  if (!is_any_int(ident) || !int_to_u64(ident, &id)) return raise(t, TypeError, "thread_id must be an integer");
  pid_t target = 0;
  {
    RawGuard guard(g_world.list_lock);
    for_each_thread_locked([&](Thread& x) {
      if (x.ident == id) target = static_cast<pid_t>(x.native_id);
    });
  }
  if (target == 0) return errno = ESRCH, os_error(t);
  if (::syscall(SYS_tgkill, ::getpid(), target, number) < 0) return os_error(t);
  return safepoint(t);
}

Result<i64> signal_set_wakeup_fd(Thread& t, i32 fd, bool warn_on_full_buffer) {
  if (!t.is_main) return raise(t, ValueError, "set_wakeup_fd only works in main thread of the main interpreter");
  return i64{set_wakeup_fd(fd, warn_on_full_buffer)};
}

const NativeDef kFunctions[] = {
    def<signal_signal>("signal($module, signalnum, handler, /)", "Sets what a signal does; gives what it did."),
    def<signal_getsignal>("getsignal($module, signalnum, /)", "What a signal does."),
    def<default_int_handler>("default_int_handler($module, signalnum, frame, /)", "Raises KeyboardInterrupt."),
    def<signal_alarm>("alarm($module, seconds, /)", "Sends SIGALRM after some seconds."),
    def<signal_pause>("pause($module, /)", "Waits for a signal."),
    def<raise_signal>("raise_signal($module, signalnum, /)", "Sends a signal to this process."),
    def<signal_setitimer>("setitimer($module, which, seconds, interval=0.0, /)", "Sets a timer; the old one."),
    def<signal_getitimer>("getitimer($module, which, /)", "A timer: (remaining seconds, interval)."),
    def<signal_siginterrupt>("siginterrupt($module, signalnum, flag, /)", "Do system calls restart after the signal?"),
    def<signal_strsignal>("strsignal($module, signalnum, /)", "The system's words for a signal."),
    def<signal_valid_signals>("valid_signals($module, /)", "All signal numbers of this system."),
    def<signal_pthread_sigmask>("pthread_sigmask($module, how, mask, /)", "Changes the thread's signal mask; the old one."),
    def<signal_sigpending>("sigpending($module, /)", "Blocked signals that have arrived."),
    def<signal_sigwait>("sigwait($module, sigset, /)", "Waits for one of some signals."),
    def<signal_pthread_kill>("pthread_kill($module, thread_id, signalnum, /)", "Sends a signal to a thread."),
    def<signal_set_wakeup_fd>("set_wakeup_fd($module, fd, /, *, warn_on_full_buffer=True)",
                              "A descriptor that each signal's number is written to; the old one."),
};

const ConstantDef kConstants[] = {
#define S(x) int_constant(#x, x)
    S(SIGHUP), S(SIGINT), S(SIGQUIT), S(SIGILL), S(SIGTRAP), S(SIGABRT), S(SIGBUS), S(SIGFPE), S(SIGKILL),
    S(SIGUSR1), S(SIGSEGV), S(SIGUSR2), S(SIGPIPE), S(SIGALRM), S(SIGTERM), S(SIGSTKFLT), S(SIGCHLD), S(SIGCONT),
    S(SIGSTOP), S(SIGTSTP), S(SIGTTIN), S(SIGTTOU), S(SIGURG), S(SIGXCPU), S(SIGXFSZ), S(SIGVTALRM), S(SIGPROF),
    S(SIGWINCH), S(SIGIO), S(SIGPWR), S(SIGSYS), S(SIG_BLOCK), S(SIG_UNBLOCK), S(SIG_SETMASK), S(ITIMER_REAL),
    S(ITIMER_VIRTUAL), S(ITIMER_PROF),
#undef S
    int_constant("SIGIOT", SIGABRT), int_constant("SIGCLD", SIGCHLD), int_constant("SIGPOLL", SIGIO),
    int_constant("NSIG", NSIG), int_constant("SIG_DFL", 0), int_constant("SIG_IGN", 1),
};

Status signal_exec(Thread& t, Module* m) {
  register_root_table(visit_roots);
  TRY(module_add(t, m, "SIGRTMIN", Value::small_int(SIGRTMIN)));
  TRY(module_add(t, m, "SIGRTMAX", Value::small_int(SIGRTMAX)));
  TRY(module_add(t, m, "ItimerError", Value(&OSError)));
  for (int n = 1; n < NSIG; ++n) {
    struct sigaction action;
    if (::sigaction(n, nullptr, &action) != 0) continue;
    if (action.sa_handler == SIG_DFL) g_handlers[n].store(&none_object, kDefault);
    if (action.sa_handler == SIG_IGN) g_handlers[n].store(&none_object, kIgnore);
  }
  g_signal_dispatch = dispatch;
  if (same(g_handlers[SIGINT].borrow(), kDefault)) {
    Local<Str> name(t, TRY(str_intern(t, "default_int_handler")));
    Local<> handler(t, TRY(module_get(t, m, name)));
    Local<> old(t, TRY(signal_signal(t, SIGINT, handler)));
  }
  return kDone;
}

}  // namespace

extern const ModuleDef signal_module_def;
const ModuleDef signal_module_def = {"_signal", "Signals of the system.", kFunctions, kConstants, signal_exec};

}  // namespace taipan
