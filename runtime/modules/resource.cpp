// resource: limits and usage of the process.
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/module.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr StructField kUsageFields[] = {
    {"ru_utime", "user time used"}, {"ru_stime", "system time used"}, {"ru_maxrss", "max. resident set size"},
    {"ru_ixrss", "shared memory size"}, {"ru_idrss", "unshared data size"}, {"ru_isrss", "unshared stack size"},
    {"ru_minflt", "page faults not requiring I/O"}, {"ru_majflt", "page faults requiring I/O"},
    {"ru_nswap", "number of swap outs"}, {"ru_inblock", "block input operations"},
    {"ru_oublock", "block output operations"}, {"ru_msgsnd", "IPC messages sent"},
    {"ru_msgrcv", "IPC messages received"}, {"ru_nsignals", "signals received"},
    {"ru_nvcsw", "voluntary context switches"}, {"ru_nivcsw", "involuntary context switches"}};
constexpr StructSequenceDef kUsage = {"resource.struct_rusage", "struct_rusage: Result from getrusage.", kUsageFields, 16};
Type* g_usage_type;

ErrorTag raise_errno(Thread& t) {
  if (errno == EINVAL) return raise(t, ValueError, "invalid resource or limit");
  return raise_os_error(t, errno);
}

Result<Tuple> resource_getrusage(Thread& t, i32 who) {
  rusage u;
  if (::getrusage(who, &u) < 0) {
    if (errno == EINVAL) return raise(t, ValueError, "invalid who parameter");
    return raise_os_error(t, errno);
  }
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_usage_type)));
  auto seconds = [](const timeval& v) { return static_cast<f64>(v.tv_sec) + static_cast<f64>(v.tv_usec) * 1e-6; };
  Local<> user(t, TRY(float_from(t, seconds(u.ru_utime)))), system(t, TRY(float_from(t, seconds(u.ru_stime))));
  struct_sequence_set(s, 0, user.value());
  struct_sequence_set(s, 1, system.value());
  const long rest[] = {u.ru_maxrss, u.ru_ixrss, u.ru_idrss, u.ru_isrss, u.ru_minflt, u.ru_majflt, u.ru_nswap,
                       u.ru_inblock, u.ru_oublock, u.ru_msgsnd, u.ru_msgrcv, u.ru_nsignals, u.ru_nvcsw, u.ru_nivcsw};
  for (usize i = 0; i < std::size(rest); ++i) struct_sequence_set(s, i + 2, Value::small_int(rest[i]));
  return s.give();
}

// RLIM_INFINITY is -1 in Python.
Result<> limit_value(Thread& t, rlim_t v) {
  if (v == RLIM_INFINITY) return Result<>::small_int(-1);
  return int_from_u64(t, v);
}
Result<Tuple> limit_pair(Thread& t, const rlimit& l) {
  Local<> soft(t, TRY(limit_value(t, l.rlim_cur))), hard(t, TRY(limit_value(t, l.rlim_max)));
  return tuple_of(t, soft, hard);
}
Result<Tuple> resource_getrlimit(Thread& t, i32 which) {
  if (which < 0 || which >= static_cast<i32>(RLIM_NLIMITS)) return raise(t, ValueError, "invalid resource specified");
  rlimit l;
  if (::getrlimit(static_cast<__rlimit_resource_t>(which), &l) < 0) return raise_errno(t);
  return limit_pair(t, l);
}
Result<u64> limit_argument(Thread& t, Value v) {
  i64 n = TRY(to_ssize(t, v));
  return n == -1 ? u64{RLIM_INFINITY} : static_cast<u64>(n);
}
Status limits_argument(Thread& t, Value v, rlimit* out) {
  Local<Tuple> pair(t, TRY(to_tuple(t, v)));
  if (pair->size() != 2) return raise(t, ValueError, "expected a tuple of 2 integers");
  out->rlim_cur = TRY(limit_argument(t, (*pair.get())[0]));
  out->rlim_max = TRY(limit_argument(t, (*pair.get())[1]));
  return kDone;
}
Status resource_setrlimit(Thread& t, i32 which, Value limits) {
  if (which < 0 || which >= static_cast<i32>(RLIM_NLIMITS)) return raise(t, ValueError, "invalid resource specified");
  rlimit l;
  TRY(limits_argument(t, limits, &l));
  if (::setrlimit(static_cast<__rlimit_resource_t>(which), &l) < 0) {
    if (errno == EINVAL) return raise(t, ValueError, "current limit exceeds maximum limit");
    if (errno == EPERM) return raise(t, ValueError, "not allowed to raise maximum limit");
    return raise_os_error(t, errno);
  }
  return kDone;
}
Result<Tuple> resource_prlimit(Thread& t, i32 pid, i32 which, Opt<Value> limits) {
  rlimit fresh, old;
  if (limits) TRY(limits_argument(t, *limits, &fresh));
  if (::prlimit(pid, static_cast<__rlimit_resource>(which), limits ? &fresh : nullptr, &old) < 0) return raise_errno(t);
  return limit_pair(t, old);
}
i64 resource_getpagesize(Thread&) { return ::sysconf(_SC_PAGESIZE); }

const NativeDef kFunctions[] = {
    def<resource_getrusage>("getrusage($module, who, /)", "What a process has used."),
    def<resource_getrlimit>("getrlimit($module, resource, /)", "A limit: (soft, hard)."),
    def<resource_setrlimit>("setrlimit($module, resource, limits, /)", "Sets a limit."),
    def<resource_prlimit>("prlimit($module, pid, resource, limits=<unrepresentable>, /)", "Gets or sets another process's limit."),
    def<resource_getpagesize>("getpagesize($module, /)", "Bytes of a page."),
};
const ConstantDef kConstants[] = {
#define R(x) int_constant(#x, x)
    R(RLIMIT_CPU), R(RLIMIT_FSIZE), R(RLIMIT_DATA), R(RLIMIT_STACK), R(RLIMIT_CORE), R(RLIMIT_NOFILE),
    R(RLIMIT_AS), R(RLIMIT_RSS), R(RLIMIT_NPROC), R(RLIMIT_MEMLOCK), R(RLIMIT_MSGQUEUE), R(RLIMIT_NICE),
    R(RLIMIT_RTPRIO), R(RLIMIT_RTTIME), R(RLIMIT_SIGPENDING), R(RUSAGE_SELF), R(RUSAGE_CHILDREN), R(RUSAGE_THREAD),
#undef R
    int_constant("RLIMIT_OFILE", RLIMIT_NOFILE), int_constant("RLIM_INFINITY", -1),
};

Status resource_exec(Thread& t, Module* m) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kUsage)));
  g_usage_type = type.get();
  TRY(module_add(t, m, "struct_rusage", type));
  return module_add(t, m, "error", Value(&OSError));
}

}  // namespace

extern const ModuleDef resource_module_def;
const ModuleDef resource_module_def = {"resource", "Limits and usage of the process.", kFunctions, kConstants, resource_exec};

}  // namespace taipan
