// posix: environment variables, users, system information, random bytes.
#include <grp.h>
#include <sched.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/times.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <vector>

#include "runtime/config.h"
#include "runtime/modules/posix/posix.h"
#include "runtime/thread/futex.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/struct_sequence.h"

extern char** environ;

namespace taipan {

namespace {

RawMutex g_environment_lock;  // getenv and setenv of the C library are not safe against each other

constexpr StructField kUnameFields[] = {{"sysname", "operating system name"},
                                        {"nodename", "name of machine on network (implementation-defined)"},
                                        {"release", "operating system release"},
                                        {"version", "operating system version"},
                                        {"machine", "hardware identifier"}};
constexpr StructSequenceDef kUname = {"posix.uname_result", "Result from os.uname().", kUnameFields, 5};
constexpr StructField kTimesFields[] = {{"user", "user time"}, {"system", "system time"},
                                        {"children_user", "user time of children"},
                                        {"children_system", "system time of children"},
                                        {"elapsed", "elapsed time since an arbitrary point in the past"}};
constexpr StructSequenceDef kTimes = {"posix.times_result", "Result from os.times().", kTimesFields, 5};
Type* g_uname_type;
Type* g_times_type;

Result<Dict> create_environment(Thread& t) {
  std::vector<std::string> entries;
  {
    RawGuard guard(g_environment_lock);
    for (char** e = environ; e != nullptr && *e != nullptr; ++e) entries.emplace_back(*e);
  }
  Local<Dict> d(t, TRY(dict_new(t, entries.size())));
  for (const std::string& e : entries) {
    usize equals = e.find('=', 1);
    if (equals == std::string::npos) continue;
    Local<Bytes> key(t, TRY(bytes_from(t, std::string_view(e).substr(0, equals))));
    Local<Bytes> value(t, TRY(bytes_from(t, std::string_view(e).substr(equals + 1))));
    Local<> kept(t, TRY(dict_setdefault(t, d, key, value)));  // the first of two wins
  }
  return d.give();
}

Status posix_putenv(Thread& t, Value name, Value value) {
  PathArgument n, v;
  TRY(n.convert(t, name, "putenv", "name"));
  TRY(v.convert(t, value, "putenv", "value"));
  if (n.text().find('=') != std::string::npos) return raise(t, ValueError, "illegal environment variable name");
  RawGuard guard(g_environment_lock);
  if (::setenv(n.c_str(), v.c_str(), 1) != 0) return raise_os_error(t, errno);
  return kDone;
}
Status posix_unsetenv(Thread& t, Value name) {
  PathArgument n;
  TRY(n.convert(t, name, "unsetenv", "name"));
  RawGuard guard(g_environment_lock);
  if (::unsetenv(n.c_str()) != 0) return raise_os_error(t, errno);
  return kDone;
}
Status posix_clearenv(Thread&) {
  RawGuard guard(g_environment_lock);
  ::clearenv();
  return kDone;
}

Result<Tuple> posix_uname(Thread& t) {
  utsname u;
  if (::uname(&u) < 0) return raise_os_error(t, errno);
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_uname_type)));
  const char* fields[] = {u.sysname, u.nodename, u.release, u.version, u.machine};
  for (usize i = 0; i < 5; ++i) {
    Local<> text(t, TRY(path_result(t, fields[i], false)));
    struct_sequence_set(s, i, text.value());
  }
  return s.give();
}
Result<Tuple> posix_times(Thread& t) {
  tms x;
  clock_t elapsed = ::times(&x);
  f64 tick = static_cast<f64>(sysconf(_SC_CLK_TCK));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_times_type)));
  const clock_t fields[] = {x.tms_utime, x.tms_stime, x.tms_cutime, x.tms_cstime, elapsed};
  for (usize i = 0; i < 5; ++i) {
    Local<> v(t, TRY(float_from(t, static_cast<f64>(fields[i]) / tick)));
    struct_sequence_set(s, i, v.value());
  }
  return s.give();
}
Result<Bytes> posix_urandom(Thread& t, i64 n) {
  if (n < 0) return raise(t, ValueError, "negative argument not allowed");
  Local<Bytes> b(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  for (usize at = 0; at < b->size();) {
    ssize got = TRY(retry(t, [&] { return ::getrandom(b->data() + at, b->size() - at, 0); }));
    if (got < 0) return raise_os_error(t, errno);
    at += static_cast<usize>(got);
  }
  return b.give();
}
Result<Bytes> posix_getrandom(Thread& t, i64 n, i32 flags) {
  if (n < 0) return errno = EINVAL, raise_os_error(t, errno);
  Local<Bytes> b(t, TRY(bytes_allocate(t, static_cast<usize>(n))));
  ssize got = TRY(retry(t, [&] { return ::getrandom(b->data(), b->size(), static_cast<unsigned>(flags)); }));
  if (got < 0) return raise_os_error(t, errno);
  return bytes_from(t, b->view().substr(0, static_cast<usize>(got)));
}
Result<> posix_strerror(Thread& t, i32 code) { return path_result(t, ::strerror(code), false); }
Result<> posix_cpu_count(Thread&) {
  if (g_config.cpu_count > 0) return Result<>::small_int(g_config.cpu_count);
  long n = ::sysconf(_SC_NPROCESSORS_ONLN);
  return n >= 1 ? Result<>::small_int(n) : none();
}
Result<Set> posix_sched_getaffinity(Thread& t, i32 pid) {
  cpu_set_t cpus;
  if (::sched_getaffinity(pid, sizeof cpus, &cpus) < 0) return raise_os_error(t, errno);
  Local<Set> s(t, TRY(set_new(t)));
  for (int i = 0; i < CPU_SETSIZE; ++i) {
    if (CPU_ISSET(i, &cpus)) TRY(set_add(t, s, Value::small_int(i)));
  }
  return s.give();
}
Status posix_sched_setaffinity(Thread& t, i32 pid, Value mask) {
  cpu_set_t cpus;
  CPU_ZERO(&cpus);
  Local<List> list(t, TRY(to_list(t, mask)));
  for (usize i = 0; i < list_size(list); ++i) {
    Local<> v(t, TRY(list_get(t, list, i)));
    i64 cpu = TRY(to_ssize(t, v));
    if (cpu < 0 || cpu >= CPU_SETSIZE) return raise(t, ValueError, "CPU number out of range");
    CPU_SET(static_cast<usize>(cpu), &cpus);
  }
  if (::sched_setaffinity(pid, sizeof cpus, &cpus) < 0) return raise_os_error(t, errno);
  return kDone;
}
Status posix_sched_yield(Thread& t) {
  Detached away(t);
  ::sched_yield();
  return kDone;
}
Result<Tuple> posix_getloadavg(Thread& t) {
  f64 load[3];
  if (::getloadavg(load, 3) != 3) return raise(t, OSError, "Load averages are unobtainable");
  Local<> a(t, TRY(float_from(t, load[0]))), b(t, TRY(float_from(t, load[1]))), c(t, TRY(float_from(t, load[2])));
  return tuple_of(t, a, b, c);
}
Result<Str> posix_getlogin(Thread& t) {
  char name[256];
  if (int e = ::getlogin_r(name, sizeof name)) return raise_os_error(t, e);
  return str_from_utf8_surrogateescape(t, name);
}
Result<List> posix_getgroups(Thread& t) {
  gid_t groups[65536 / 8];
  int n = ::getgroups(std::size(groups), groups);
  if (n < 0) return raise_os_error(t, errno);
  Local<List> list(t, TRY(list_new(t)));
  for (int i = 0; i < n; ++i) TRY(list_append(t, list, Value::small_int(groups[i])));
  return list.give();
}

i64 posix_getuid(Thread&) { return ::getuid(); }
i64 posix_geteuid(Thread&) { return ::geteuid(); }
i64 posix_getgid(Thread&) { return ::getgid(); }
i64 posix_getegid(Thread&) { return ::getegid(); }
Status posix_setuid(Thread& t, i64 id) { return ::setuid(static_cast<uid_t>(id)) < 0 ? Status(raise_os_error(t, errno)) : kDone; }
Status posix_setgid(Thread& t, i64 id) { return ::setgid(static_cast<gid_t>(id)) < 0 ? Status(raise_os_error(t, errno)) : kDone; }

// Names of sysconf, confstr and pathconf.
struct ConfName {
  const char* name;
  int value;
};
constexpr ConfName kSysconf[] = {{"SC_ARG_MAX", _SC_ARG_MAX}, {"SC_CHILD_MAX", _SC_CHILD_MAX},
                                 {"SC_CLK_TCK", _SC_CLK_TCK}, {"SC_HOST_NAME_MAX", _SC_HOST_NAME_MAX},
                                 {"SC_IOV_MAX", _SC_IOV_MAX}, {"SC_LOGIN_NAME_MAX", _SC_LOGIN_NAME_MAX},
                                 {"SC_NGROUPS_MAX", _SC_NGROUPS_MAX}, {"SC_NPROCESSORS_CONF", _SC_NPROCESSORS_CONF},
                                 {"SC_NPROCESSORS_ONLN", _SC_NPROCESSORS_ONLN}, {"SC_OPEN_MAX", _SC_OPEN_MAX},
                                 {"SC_PAGESIZE", _SC_PAGESIZE}, {"SC_PAGE_SIZE", _SC_PAGESIZE},
                                 {"SC_PHYS_PAGES", _SC_PHYS_PAGES}, {"SC_AVPHYS_PAGES", _SC_AVPHYS_PAGES},
                                 {"SC_SEM_NSEMS_MAX", _SC_SEM_NSEMS_MAX}, {"SC_SYMLOOP_MAX", _SC_SYMLOOP_MAX},
                                 {"SC_THREADS", _SC_THREADS}, {"SC_TTY_NAME_MAX", _SC_TTY_NAME_MAX},
                                 {"SC_VERSION", _SC_VERSION}};
constexpr ConfName kConfstr[] = {{"CS_GNU_LIBC_VERSION", _CS_GNU_LIBC_VERSION},
                                 {"CS_GNU_LIBPTHREAD_VERSION", _CS_GNU_LIBPTHREAD_VERSION}, {"CS_PATH", _CS_PATH}};
constexpr ConfName kPathconf[] = {{"PC_LINK_MAX", _PC_LINK_MAX}, {"PC_NAME_MAX", _PC_NAME_MAX},
                                  {"PC_PATH_MAX", _PC_PATH_MAX}, {"PC_PIPE_BUF", _PC_PIPE_BUF},
                                  {"PC_MAX_CANON", _PC_MAX_CANON}, {"PC_MAX_INPUT", _PC_MAX_INPUT}};

Result<i32> conf_name(Thread& t, Value v, std::span<const ConfName> table) {
  if (is_a<Str>(v)) {
    for (const ConfName& c : table) {
      if (str_equals(v.as<Str>(), c.name)) return c.value;
    }
    return raise(t, ValueError, "unrecognized configuration name");
  }
  if (!is_any_int(v)) return raise(t, TypeError, "configuration names must be strings or integers");
  return static_cast<i32>(TRY(to_ssize(t, v)));
}
Result<i64> posix_sysconf(Thread& t, Value name) {
  i32 which = TRY(conf_name(t, name, kSysconf));
  errno = 0;
  long r = ::sysconf(which);
  if (r == -1 && errno != 0) return raise_os_error(t, errno);
  return i64{r};
}
Result<> posix_confstr(Thread& t, Value name) {
  i32 which = TRY(conf_name(t, name, kConfstr));
  char text[4096];
  errno = 0;
  usize n = ::confstr(which, text, sizeof text);
  if (n == 0) return errno != 0 ? Result<>(raise_os_error(t, errno)) : none();
  return path_result(t, text, false);
}
Result<i64> posix_pathconf(Thread& t, Value path, Value name) {
  PathArgument p;
  TRY(p.convert(t, path, "pathconf", "path", true));
  i32 which = TRY(conf_name(t, name, kPathconf));
  errno = 0;
  long r = p.is_fd() ? ::fpathconf(p.fd(), which) : ::pathconf(p.c_str(), which);
  if (r == -1 && errno != 0) return p.raise_error(t, errno);
  return i64{r};
}
Status add_names(Thread& t, Module* m, const char* name, std::span<const ConfName> table) {
  Local<Dict> d(t, TRY(dict_new(t)));
  for (const ConfName& c : table) {
    Local<Str> key(t, TRY(str_intern(t, c.name)));
    TRY(dict_set(t, d, key, Value::small_int(c.value)));
  }
  return module_add(t, m, name, d);
}

const NativeDef kFunctions[] = {
    def<create_environment>("_create_environ($module, /)", "A fresh copy of the environment."),
    def<posix_putenv>("putenv($module, name, value, /)", "Sets an environment variable."),
    def<posix_unsetenv>("unsetenv($module, name, /)", "Removes an environment variable."),
    def<posix_clearenv>("_clearenv($module, /)", "Removes all environment variables."),
    def<posix_uname>("uname($module, /)", "Name and version of the system."),
    def<posix_times>("times($module, /)", "Processor times of the process."),
    def<posix_urandom>("urandom($module, size, /)", "Random bytes from the system."),
    def<posix_getrandom>("getrandom($module, /, size, flags=0)", "Random bytes from the system."),
    def<posix_strerror>("strerror($module, code, /)", "The text of an error number."),
    def<posix_cpu_count>("cpu_count($module, /)", "How many processors the system has."),
    def<posix_sched_getaffinity>("sched_getaffinity($module, pid, /)", "The processors a process may use."),
    def<posix_sched_setaffinity>("sched_setaffinity($module, pid, mask, /)", "Sets the processors a process may use."),
    def<posix_sched_yield>("sched_yield($module, /)", "Gives the processor up."),
    def<posix_getloadavg>("getloadavg($module, /)", "The system's load."),
    def<posix_getlogin>("getlogin($module, /)", "The name of the logged-in user."),
    def<posix_getgroups>("getgroups($module, /)", "The groups of the process."),
    def<posix_getuid>("getuid($module, /)", "The user of the process."),
    def<posix_geteuid>("geteuid($module, /)", "The effective user of the process."),
    def<posix_getgid>("getgid($module, /)", "The group of the process."),
    def<posix_getegid>("getegid($module, /)", "The effective group of the process."),
    def<posix_setuid>("setuid($module, uid, /)", "Sets the user of the process."),
    def<posix_setgid>("setgid($module, gid, /)", "Sets the group of the process."),
    def<posix_sysconf>("sysconf($module, name, /)", "A system configuration value."),
    def<posix_confstr>("confstr($module, name, /)", "A system configuration text."),
    def<posix_pathconf>("pathconf($module, /, path, name)", "A configuration value of a path."),
    def<posix_pathconf>("fpathconf($module, fd, name, /)", "A configuration value of an open file."),
};

}  // namespace

std::span<const NativeDef> posix_environment_functions() { return kFunctions; }

Status posix_environment_exec(Thread& t, Module* m) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kUname)));
  g_uname_type = type.get();
  TRY(module_add(t, m, "uname_result", type));
  type.set(TRY(struct_sequence_type(t, kTimes)));
  g_times_type = type.get();
  TRY(module_add(t, m, "times_result", type));
  Local<Dict> environment(t, TRY(create_environment(t)));
  TRY(module_add(t, m, "environ", environment));
  TRY(add_names(t, m, "sysconf_names", kSysconf));
  TRY(add_names(t, m, "confstr_names", kConfstr));
  return add_names(t, m, "pathconf_names", kPathconf);
}

}  // namespace taipan
