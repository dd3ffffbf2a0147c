// _posixsubprocess: fork and exec in one step, for subprocess. Between fork and exec the child makes system
// calls only (no allocation, no locks), unless a preexec_fn asks for Python code there.
#include <dirent.h>
#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "runtime/modules/posix/posix.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/tuple.h"

extern char** environ;

namespace taipan {

namespace {

// Everything the child needs, prepared before the fork.
struct Plan {
  std::vector<std::string> texts;
  std::vector<char*> argv, env;
  std::vector<std::string> executables;
  std::vector<int> keep;  // descriptors that stay open, sorted
  std::vector<gid_t> groups;
  std::string cwd;
  bool has_env = false, has_cwd = false, has_groups = false, close_fds = false, restore_signals = false, setsid = false;
  int p2cread, p2cwrite, c2pread, c2pwrite, errread, errwrite, errpipe_read, errpipe_write;
  long pgid = -1, gid = -1, uid = -1, umask = -1;
};

bool keeps(const Plan& p, int fd) {
  for (int k : p.keep) {
    if (k == fd) return true;
  }
  return false;
}

void close_others(const Plan& p) {
  int last = 2;
  for (int fd : p.keep) {  // sorted: the gaps between them are closed
    if (fd <= 2) continue;
    if (fd > last + 1) ::close_range(static_cast<unsigned>(last + 1), static_cast<unsigned>(fd - 1), 0);
    last = fd;
  }
  ::close_range(static_cast<unsigned>(last + 1), ~0u, 0);
}

void set_inheritable(int fd) {
  int flags = ::fcntl(fd, F_GETFD);
  if (flags >= 0) ::fcntl(fd, F_SETFD, flags & ~FD_CLOEXEC);
}

// In the child. Returns only on failure: errno says why, *stage what was being done.
void become(Plan& p, Thread& t, Value preexec, const char** stage) {
  *stage = "";
  for (int fd : p.keep) {
    if (fd != p.errpipe_write) set_inheritable(fd);
  }
  for (int fd : {p.p2cwrite, p.c2pread, p.errread, p.errpipe_read}) {
    if (fd != -1) ::close(fd);
  }
  // Low numbers must be out of the way before they are overwritten.
  if (p.c2pwrite == 0 && (p.c2pwrite = ::fcntl(p.c2pwrite, F_DUPFD, 3)) < 0) return;
  while (p.errwrite == 0 || p.errwrite == 1) {
    if ((p.errwrite = ::dup(p.errwrite)) < 0) return;
  }
  auto move = [](int from, int to) {
    if (from == to) {
      set_inheritable(from);
      return true;
    }
    return from == -1 || ::dup2(from, to) >= 0;
  };
  if (!move(p.p2cread, 0) || !move(p.c2pwrite, 1) || !move(p.errwrite, 2)) return;
  if (p.has_cwd) {
    *stage = "noexec:chdir";
    if (::chdir(p.cwd.c_str()) < 0) return;
    *stage = "";
  }
  if (p.umask >= 0) ::umask(static_cast<mode_t>(p.umask));
  if (p.restore_signals) {
    ::signal(SIGPIPE, SIG_DFL);
    ::signal(SIGXFSZ, SIG_DFL);
  }
  if (p.setsid) ::setsid();
  *stage = "noexec";
  if (p.pgid >= 0 && ::setpgid(0, static_cast<pid_t>(p.pgid)) < 0) return;
  if (p.has_groups && ::setgroups(p.groups.size(), p.groups.data()) < 0) return;
  if (p.gid >= 0 && ::setregid(static_cast<gid_t>(p.gid), static_cast<gid_t>(p.gid)) < 0) return;
  if (p.uid >= 0 && ::setreuid(static_cast<uid_t>(p.uid), static_cast<uid_t>(p.uid)) < 0) return;
  *stage = "";
  if (!is_none(preexec)) {
    auto r = call(t, preexec);
    if (r.is_error()) {
      errno = 0;  // "Exception occurred in preexec_fn."
      return;
    }
    drop(r);
  }
  if (p.close_fds) close_others(p);
  int saved = 0;
  for (const std::string& e : p.executables) {
    if (p.has_env) {
      ::execve(e.c_str(), p.argv.data(), p.env.data());
    } else {
      ::execve(e.c_str(), p.argv.data(), environ);
    }
    if (errno != ENOENT && errno != ENOTDIR) saved = errno;
  }
  if (saved != 0) errno = saved;
}

// "OSError:hex errno:stage" or "SubprocessError:0:Exception occurred in preexec_fn.", as subprocess reads it.
[[noreturn]] void report(int fd, int error, const char* stage) {
  char text[128];
  int n = error != 0 ? snprintf(text, sizeof text, "OSError:%X:%s", static_cast<unsigned>(error), stage)
                     : snprintf(text, sizeof text, "SubprocessError:0:Exception occurred in preexec_fn.");
  ssize written = ::write(fd, text, static_cast<usize>(n));
  (void)written;
  ::_exit(255);
}

Status add_paths(Thread& t, Value sequence, const char* what, std::vector<std::string>* out) {
  Local<List> list(t, TRY(to_list(t, sequence)));
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> item(t, TRY(list_get(t, list, i)));
    PathArgument p;
    TRY(p.convert(t, item, "fork_exec", what));
    out->push_back(p.text());
  }
  return kDone;
}

Result<i64> fork_exec(Thread& t, Args a) {
  if (a.count != 22 && a.count != 23) {
    return raise(t, TypeError, "fork_exec() takes 22 arguments ({} given)", a.count);
  }
  Plan p;
  std::vector<std::string> argv, env;
  auto at = [&](usize i) { return a.items[i].canonical(); };
  auto number = [&](usize i) -> Result<i64> { return to_ssize(t, at(i)); };
  TRY(add_paths(t, at(0), "args", &argv));
  TRY(add_paths(t, at(1), "executable_list", &p.executables));
  p.close_fds = TRY(truth(t, at(2)));
  Local<Tuple> keep(t, TRY(to_tuple(t, at(3))));
  i64 previous = -1;
  for (usize i = 0; i < keep->size(); ++i) {
    i64 fd = TRY(to_ssize(t, (*keep.get())[i]));
    if (fd < 0 || fd <= previous || fd > INT32_MAX) return raise(t, ValueError, "bad value(s) in fds_to_keep");
    p.keep.push_back(static_cast<int>(fd));
    previous = fd;
  }
  if (!is_none(at(4))) {
    PathArgument cwd;
    TRY(cwd.convert(t, at(4), "fork_exec", "cwd"));
    p.cwd = cwd.text();
    p.has_cwd = true;
  }
  if (!is_none(at(5))) {
    TRY(add_paths(t, at(5), "env", &env));
    p.has_env = true;
  }
  int* fds[] = {&p.p2cread, &p.p2cwrite, &p.c2pread, &p.c2pwrite, &p.errread, &p.errwrite, &p.errpipe_read, &p.errpipe_write};
  for (usize i = 0; i < 8; ++i) *fds[i] = static_cast<int>(TRY(number(6 + i)));
  p.restore_signals = TRY(truth(t, at(14)));
  p.setsid = TRY(truth(t, at(15)));
  p.pgid = TRY(number(16));
  if (!is_none(at(17))) p.gid = TRY(number(17));
  if (!is_none(at(18))) {
    p.has_groups = true;
    Local<List> groups(t, TRY(to_list(t, at(18))));
    for (usize i = 0; i < list_size(groups); ++i) {
      Local<> g(t, TRY(list_get(t, groups, i)));
      p.groups.push_back(static_cast<gid_t>(TRY(to_ssize(t, g))));
    }
  }
  if (!is_none(at(19))) p.uid = TRY(number(19));
  p.umask = TRY(number(20));
  Local<> preexec(t, at(21));
  if (p.close_fds && p.errpipe_write < 3) return raise(t, ValueError, "errpipe_write must be >= 3");
  for (std::string& s : argv) p.argv.push_back(s.data());
  p.argv.push_back(nullptr);
  for (std::string& s : env) p.env.push_back(s.data());
  p.env.push_back(nullptr);
  if (!keeps(p, p.errpipe_write)) return raise(t, ValueError, "errpipe_write must be among fds_to_keep");

  before_fork(t);
  pid_t pid = ::fork();
  int error = errno;
  if (pid == 0) {
    if (!is_none(preexec)) after_fork_child(t);  // Python code will run
    const char* stage;
    become(p, t, preexec, &stage);
    report(p.errpipe_write, errno, stage);
  }
  after_fork_parent(t);
  if (pid < 0) return raise_os_error(t, error);
  return i64{pid};
}

const NativeDef kFunctions[] = {
    def<fork_exec>("fork_exec($module, /, *args)", "Starts a program in a new process; its number."),
};

}  // namespace

extern const ModuleDef posixsubprocess_module_def;
const ModuleDef posixsubprocess_module_def = {"_posixsubprocess", "Starting programs, for subprocess.", kFunctions};

}  // namespace taipan
