// posix: processes: fork, exec, spawn, wait, kill, exit status.
#include <signal.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vector>

#include "runtime/import/import.h"
#include "runtime/memory/publish.h"
#include "runtime/modules/posix/posix.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/names.h"
#include "runtime/thread/signals.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

extern char** environ;

namespace taipan {

namespace {

ErrorTag os_error(Thread& t) { return raise_os_error(t, errno); }

Slot<List> g_before, g_after_parent, g_after_child;  // os.register_at_fork
void visit_roots(EdgeVisitor& visit) { visit(g_before, g_after_parent, g_after_child); }

void run_hooks(Thread& t, Slot<List>& slot, bool backwards) {
  Local<List> list(t, Value(slot.borrow()));
  usize n = list_size(list);
  for (usize i = 0; i < n; ++i) {
    Local<> f(t, MUST(list_get(t, list, backwards ? n - 1 - i : i)));
    if (f.is_empty()) continue;
    auto r = call(t, f);
    if (r.is_error()) {
      write_unraisable(t, "Exception ignored in at-fork callback", f);
    } else {
      drop(r);
    }
  }
}

Status register_at_fork(Thread& t, Value before, Value after_in_child, Value after_in_parent) {
  if (before.is_empty() && after_in_child.is_empty() && after_in_parent.is_empty()) {
    return raise(t, TypeError, "At least one argument is required.");
  }
  struct {
    Value f;
    Slot<List>& list;
    const char* name;
  } all[] = {{before, g_before, "before"}, {after_in_child, g_after_child, "after_in_child"},
             {after_in_parent, g_after_parent, "after_in_parent"}};
  for (auto& x : all) {
    if (x.f.is_empty()) continue;
    if (!is_callable(x.f)) return raise(t, TypeError, "'{}' must be callable, not {!T}", x.name, x.f);
    TRY(list_append(t, x.list.borrow(), x.f));
  }
  return kDone;
}

Result<i64> posix_fork(Thread& t) {
  if (is_exiting()) return raise(t, PythonFinalizationError, "can't fork at interpreter shutdown");
  TRY(audit(t, "os.fork", Value::empty()));
  run_hooks(t, g_before, true);
  bool threads = g_multi_threaded.load_acquire();
  before_fork(t);
  pid_t pid = ::fork();
  int error = errno;
  if (pid == 0) {
    after_fork_child(t);
    run_hooks(t, g_after_child, false);
    return i64{0};
  }
  after_fork_parent(t);
  run_hooks(t, g_after_parent, false);
  if (pid < 0) return errno = error, os_error(t);
  if (threads && count_threads() > 1) {
    char text[200];
    snprintf(text, sizeof text,
             "This process (pid=%d) is multi-threaded, use of fork() may lead to deadlocks in the child.", ::getpid());
    TRY(warn(t, DeprecationWarning, text, 2));
  }
  return i64{pid};
}

Status posix_exit(Thread&, i32 status) { ::_exit(status); }
Status posix_abort(Thread&) { ::abort(); }

// argv and environment as C arrays.
class CStrings {
 public:
  void add(std::string s) { strings_.push_back(std::move(s)); }
  char* const* pointers() {
    pointers_.clear();
    for (std::string& s : strings_) pointers_.push_back(s.data());
    pointers_.push_back(nullptr);
    return pointers_.data();
  }
  usize size() const { return strings_.size(); }
  const std::string& operator[](usize i) const { return strings_[i]; }

 private:
  std::vector<std::string> strings_;
  std::vector<char*> pointers_;
};

Status argv_argument(Thread& t, Value argv, const char* function, CStrings* out) {
  if (!is_a<List>(argv) && !is_a<Tuple>(argv)) {
    return raise(t, TypeError, "{}: argv must be a tuple or list", function);
  }
  Local<List> list(t, TRY(to_list(t, argv)));
  usize n = list_size(list);
  if (n == 0) return raise(t, ValueError, "{}: argv must not be empty", function);
  for (usize i = 0; i < n; ++i) {
    Local<> item(t, TRY(list_get(t, list, i)));
    PathArgument p;
    TRY(p.convert(t, item, function, "argv item"));
    out->add(p.text());
  }
  if ((*out)[0].empty()) return raise(t, ValueError, "{}: argv first element cannot be empty", function);
  return kDone;
}
Status env_argument(Thread& t, Value env, const char* function, CStrings* out) {
  Local<> items(t, TRY(call_method(t, env, names().items)));
  Local<List> list(t, TRY(to_list(t, items)));
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> pair(t, TRY(list_get(t, list, i)));
    if (!is_a<Tuple>(pair)) return raise(t, TypeError, "{}: env must be a mapping object", function);
    PathArgument key, value;
    TRY(key.convert(t, (*pair.value().as<Tuple>())[0], function, "env key"));
    TRY(value.convert(t, (*pair.value().as<Tuple>())[1], function, "env value"));
    if (key.text().find('=', 1) != std::string::npos || key.text().empty()) {
      return raise(t, ValueError, "illegal environment variable name");
    }
    out->add(key.text() + "=" + value.text());
  }
  return kDone;
}

Status posix_execv(Thread& t, Value path, Value argv) {
  PathArgument p;
  CStrings args;
  TRY(p.convert(t, path, "execv", "path"));
  TRY(argv_argument(t, argv, "execv() arg 2", &args));
  ::execv(p.c_str(), args.pointers());
  return p.raise_error(t, errno);
}
Status posix_execve(Thread& t, Value path, Value argv, Value env) {
  PathArgument p;
  CStrings args, environment;
  TRY(p.convert(t, path, "execve", "path", true));
  TRY(argv_argument(t, argv, "execve", &args));
  TRY(env_argument(t, env, "execve", &environment));
  if (p.is_fd()) {
    ::fexecve(p.fd(), args.pointers(), environment.pointers());
  } else {
    ::execve(p.c_str(), args.pointers(), environment.pointers());
  }
  return p.raise_error(t, errno);
}

Result<Tuple> pid_and_status(Thread& t, pid_t pid, int status) {
  return tuple_of(t, Value::small_int(pid), Value::small_int(status));
}
Result<Tuple> posix_waitpid(Thread& t, i32 pid, i32 options) {
  int status = 0;
  pid_t r = TRY(retry(t, [&] { return ::waitpid(pid, &status, options); }));
  if (r < 0) return os_error(t);
  return pid_and_status(t, r, r == 0 ? 0 : status);
}
Result<Tuple> posix_wait(Thread& t) { return posix_waitpid(t, -1, 0); }

i64 posix_getpid(Thread&) { return ::getpid(); }
i64 posix_getppid(Thread&) { return ::getppid(); }
i64 posix_getpgrp(Thread&) { return ::getpgrp(); }
Result<i64> posix_getpgid(Thread& t, i32 pid) {
  pid_t r = ::getpgid(pid);
  if (r < 0) return os_error(t);
  return i64{r};
}
Status posix_setpgid(Thread& t, i32 pid, i32 group) {
  if (::setpgid(pid, group) < 0) return os_error(t);
  return kDone;
}
Result<i64> posix_getsid(Thread& t, i32 pid) {
  pid_t r = ::getsid(pid);
  if (r < 0) return os_error(t);
  return i64{r};
}
Status posix_setsid(Thread& t) {
  if (::setsid() < 0) return os_error(t);
  return kDone;
}
Status posix_kill(Thread& t, i32 pid, i32 signal) {
  TRY(audit(t, "os.kill", Value::small_int(pid), Value::small_int(signal)));
  if (::kill(pid, signal) < 0) return os_error(t);
  return safepoint(t);  // a signal to ourselves is handled now
}
Status posix_killpg(Thread& t, i32 group, i32 signal) {
  if (::killpg(group, signal) < 0) return os_error(t);
  return safepoint(t);
}
Result<i64> posix_nice(Thread& t, i32 increment) {
  errno = 0;
  int r = ::nice(increment);
  if (r == -1 && errno != 0) return os_error(t);
  return i64{r};
}
Result<i64> posix_getpriority(Thread& t, i32 which, i32 who) {
  errno = 0;
  int r = ::getpriority(static_cast<__priority_which_t>(which), static_cast<id_t>(who));
  if (errno != 0) return os_error(t);
  return i64{r};
}
Result<i64> posix_system(Thread& t, Value command) {
  PathArgument p;
  TRY(p.convert(t, command, "system", "command"));
  TRY(audit(t, "os.system", command));
  Detached away(t);
  return i64{::system(p.c_str())};
}

template <int (*kF)(int)>
i64 status_part(Thread&, i32 status) {
  return kF(status);
}
template <int (*kF)(int)>
bool status_test(Thread&, i32 status) {
  return kF(status) != 0;
}
int f_wexitstatus(int s) { return WEXITSTATUS(s); }
int f_wtermsig(int s) { return WTERMSIG(s); }
int f_wstopsig(int s) { return WSTOPSIG(s); }
int f_wifexited(int s) { return WIFEXITED(s); }
int f_wifsignaled(int s) { return WIFSIGNALED(s); }
int f_wifstopped(int s) { return WIFSTOPPED(s); }
int f_wifcontinued(int s) { return WIFCONTINUED(s); }
int f_wcoredump(int s) { return WCOREDUMP(s); }

Result<i64> waitstatus_to_exitcode(Thread& t, i32 status) {
  if (WIFEXITED(status)) return i64{WEXITSTATUS(status)};
  if (WIFSIGNALED(status)) return i64{-WTERMSIG(status)};
  if (WIFSTOPPED(status)) return raise(t, ValueError, "process stopped by delivery of signal {}", WSTOPSIG(status));
  return raise(t, ValueError, "invalid wait status: {}", status);
}

const NativeDef kFunctions[] = {
    def<register_at_fork>("register_at_fork($module, /, *, before=<unrepresentable>, after_in_child=<unrepresentable>, "
                          "after_in_parent=<unrepresentable>)",
                          "Functions to call around fork()."),
    def<posix_fork>("fork($module, /)", "Makes a child process: 0 in the child, its number in the parent."),
    def<posix_exit>("_exit($module, /, status)", "Ends the process at once."),
    def<posix_abort>("abort($module, /)", "Ends the process with SIGABRT."),
    def<posix_execv>("execv($module, path, argv, /)", "Becomes another program."),
    def<posix_execve>("execve($module, /, path, argv, env)", "Becomes another program with an environment."),
    def<posix_waitpid>("waitpid($module, pid, options, /)", "Waits for a child: (pid, status)."),
    def<posix_wait>("wait($module, /)", "Waits for any child: (pid, status)."),
    def<posix_getpid>("getpid($module, /)", "The number of the process."),
    def<posix_getppid>("getppid($module, /)", "The number of the parent process."),
    def<posix_getpgrp>("getpgrp($module, /)", "The process group."),
    def<posix_getpgid>("getpgid($module, /, pid)", "The process group of a process."),
    def<posix_setpgid>("setpgid($module, pid, pgrp, /)", "Sets the process group of a process."),
    def<posix_getsid>("getsid($module, pid, /)", "The session of a process."),
    def<posix_setsid>("setsid($module, /)", "Starts a session."),
    def<posix_kill>("kill($module, pid, signal, /)", "Sends a signal to a process."),
    def<posix_killpg>("killpg($module, pgid, signal, /)", "Sends a signal to a process group."),
    def<posix_nice>("nice($module, increment, /)", "Lowers the priority of the process; the new one."),
    def<posix_getpriority>("getpriority($module, /, which, who)", "A scheduling priority."),
    def<posix_system>("system($module, /, command)", "Runs a command in a shell; its wait status."),
    def<status_part<f_wexitstatus>>("WEXITSTATUS($module, /, status)", "The exit code in a wait status."),
    def<status_part<f_wtermsig>>("WTERMSIG($module, /, status)", "The signal that ended the process."),
    def<status_part<f_wstopsig>>("WSTOPSIG($module, /, status)", "The signal that stopped the process."),
    def<status_test<f_wifexited>>("WIFEXITED($module, /, status)", "Did the process exit?"),
    def<status_test<f_wifsignaled>>("WIFSIGNALED($module, /, status)", "Did a signal end the process?"),
    def<status_test<f_wifstopped>>("WIFSTOPPED($module, /, status)", "Is the process stopped?"),
    def<status_test<f_wifcontinued>>("WIFCONTINUED($module, /, status)", "Was the process continued?"),
    def<status_test<f_wcoredump>>("WCOREDUMP($module, status, /)", "Was a core dumped?"),
    def<waitstatus_to_exitcode>("waitstatus_to_exitcode($module, /, status)", "A wait status as an exit code."),
};

}  // namespace

std::span<const NativeDef> posix_process_functions() { return kFunctions; }

Status posix_process_exec(Thread& t, Module*) {
  register_root_table(visit_roots);
  for (Slot<List>* s : {&g_before, &g_after_parent, &g_after_child}) s->store(&none_object, TRY(list_new(t)));
  return kDone;
}

}  // namespace taipan
