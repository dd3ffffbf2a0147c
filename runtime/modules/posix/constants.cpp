// posix: the constants that the system's headers define, of those CPython knows.
#include <dlfcn.h>
#include <fcntl.h>
#include <linux/random.h>
#include <sched.h>
#include <spawn.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <sysexits.h>
#include <unistd.h>

#include <cstdio>
#include <climits>

#include "runtime/modules/posix/posix.h"
#include "runtime/types/list.h"

namespace taipan {

namespace {

struct Constant {
  const char* name;
  i64 value;
};

constexpr Constant kConstants[] = {
#ifdef AT_NO_AUTOMOUNT
    {"AT_NO_AUTOMOUNT", static_cast<i64>(AT_NO_AUTOMOUNT)},
#endif
#ifdef AT_STATX_DONT_SYNC
    {"AT_STATX_DONT_SYNC", static_cast<i64>(AT_STATX_DONT_SYNC)},
#endif
#ifdef AT_STATX_FORCE_SYNC
    {"AT_STATX_FORCE_SYNC", static_cast<i64>(AT_STATX_FORCE_SYNC)},
#endif
#ifdef AT_STATX_SYNC_AS_STAT
    {"AT_STATX_SYNC_AS_STAT", static_cast<i64>(AT_STATX_SYNC_AS_STAT)},
#endif
#ifdef CLD_CONTINUED
    {"CLD_CONTINUED", static_cast<i64>(CLD_CONTINUED)},
#endif
#ifdef CLD_DUMPED
    {"CLD_DUMPED", static_cast<i64>(CLD_DUMPED)},
#endif
#ifdef CLD_EXITED
    {"CLD_EXITED", static_cast<i64>(CLD_EXITED)},
#endif
#ifdef CLD_KILLED
    {"CLD_KILLED", static_cast<i64>(CLD_KILLED)},
#endif
#ifdef CLD_STOPPED
    {"CLD_STOPPED", static_cast<i64>(CLD_STOPPED)},
#endif
#ifdef CLD_TRAPPED
    {"CLD_TRAPPED", static_cast<i64>(CLD_TRAPPED)},
#endif
#ifdef CLONE_FILES
    {"CLONE_FILES", static_cast<i64>(CLONE_FILES)},
#endif
#ifdef CLONE_FS
    {"CLONE_FS", static_cast<i64>(CLONE_FS)},
#endif
#ifdef CLONE_NEWCGROUP
    {"CLONE_NEWCGROUP", static_cast<i64>(CLONE_NEWCGROUP)},
#endif
#ifdef CLONE_NEWIPC
    {"CLONE_NEWIPC", static_cast<i64>(CLONE_NEWIPC)},
#endif
#ifdef CLONE_NEWNET
    {"CLONE_NEWNET", static_cast<i64>(CLONE_NEWNET)},
#endif
#ifdef CLONE_NEWNS
    {"CLONE_NEWNS", static_cast<i64>(CLONE_NEWNS)},
#endif
#ifdef CLONE_NEWPID
    {"CLONE_NEWPID", static_cast<i64>(CLONE_NEWPID)},
#endif
#ifdef CLONE_NEWTIME
    {"CLONE_NEWTIME", static_cast<i64>(CLONE_NEWTIME)},
#endif
#ifdef CLONE_NEWUSER
    {"CLONE_NEWUSER", static_cast<i64>(CLONE_NEWUSER)},
#endif
#ifdef CLONE_NEWUTS
    {"CLONE_NEWUTS", static_cast<i64>(CLONE_NEWUTS)},
#endif
#ifdef CLONE_SIGHAND
    {"CLONE_SIGHAND", static_cast<i64>(CLONE_SIGHAND)},
#endif
#ifdef CLONE_SYSVSEM
    {"CLONE_SYSVSEM", static_cast<i64>(CLONE_SYSVSEM)},
#endif
#ifdef CLONE_THREAD
    {"CLONE_THREAD", static_cast<i64>(CLONE_THREAD)},
#endif
#ifdef CLONE_VM
    {"CLONE_VM", static_cast<i64>(CLONE_VM)},
#endif
#ifdef EFD_CLOEXEC
    {"EFD_CLOEXEC", static_cast<i64>(EFD_CLOEXEC)},
#endif
#ifdef EFD_NONBLOCK
    {"EFD_NONBLOCK", static_cast<i64>(EFD_NONBLOCK)},
#endif
#ifdef EFD_SEMAPHORE
    {"EFD_SEMAPHORE", static_cast<i64>(EFD_SEMAPHORE)},
#endif
#ifdef EX_CANTCREAT
    {"EX_CANTCREAT", static_cast<i64>(EX_CANTCREAT)},
#endif
#ifdef EX_CONFIG
    {"EX_CONFIG", static_cast<i64>(EX_CONFIG)},
#endif
#ifdef EX_DATAERR
    {"EX_DATAERR", static_cast<i64>(EX_DATAERR)},
#endif
#ifdef EX_IOERR
    {"EX_IOERR", static_cast<i64>(EX_IOERR)},
#endif
#ifdef EX_NOHOST
    {"EX_NOHOST", static_cast<i64>(EX_NOHOST)},
#endif
#ifdef EX_NOINPUT
    {"EX_NOINPUT", static_cast<i64>(EX_NOINPUT)},
#endif
#ifdef EX_NOPERM
    {"EX_NOPERM", static_cast<i64>(EX_NOPERM)},
#endif
#ifdef EX_NOUSER
    {"EX_NOUSER", static_cast<i64>(EX_NOUSER)},
#endif
#ifdef EX_OK
    {"EX_OK", static_cast<i64>(EX_OK)},
#endif
#ifdef EX_OSERR
    {"EX_OSERR", static_cast<i64>(EX_OSERR)},
#endif
#ifdef EX_OSFILE
    {"EX_OSFILE", static_cast<i64>(EX_OSFILE)},
#endif
#ifdef EX_PROTOCOL
    {"EX_PROTOCOL", static_cast<i64>(EX_PROTOCOL)},
#endif
#ifdef EX_SOFTWARE
    {"EX_SOFTWARE", static_cast<i64>(EX_SOFTWARE)},
#endif
#ifdef EX_TEMPFAIL
    {"EX_TEMPFAIL", static_cast<i64>(EX_TEMPFAIL)},
#endif
#ifdef EX_UNAVAILABLE
    {"EX_UNAVAILABLE", static_cast<i64>(EX_UNAVAILABLE)},
#endif
#ifdef EX_USAGE
    {"EX_USAGE", static_cast<i64>(EX_USAGE)},
#endif
#ifdef F_LOCK
    {"F_LOCK", static_cast<i64>(F_LOCK)},
#endif
#ifdef F_OK
    {"F_OK", static_cast<i64>(F_OK)},
#endif
#ifdef F_TEST
    {"F_TEST", static_cast<i64>(F_TEST)},
#endif
#ifdef F_TLOCK
    {"F_TLOCK", static_cast<i64>(F_TLOCK)},
#endif
#ifdef F_ULOCK
    {"F_ULOCK", static_cast<i64>(F_ULOCK)},
#endif
#ifdef GRND_NONBLOCK
    {"GRND_NONBLOCK", static_cast<i64>(GRND_NONBLOCK)},
#endif
#ifdef GRND_RANDOM
    {"GRND_RANDOM", static_cast<i64>(GRND_RANDOM)},
#endif
#ifdef MFD_ALLOW_SEALING
    {"MFD_ALLOW_SEALING", static_cast<i64>(MFD_ALLOW_SEALING)},
#endif
#ifdef MFD_CLOEXEC
    {"MFD_CLOEXEC", static_cast<i64>(MFD_CLOEXEC)},
#endif
#ifdef MFD_HUGETLB
    {"MFD_HUGETLB", static_cast<i64>(MFD_HUGETLB)},
#endif
#ifdef MFD_HUGE_16GB
    {"MFD_HUGE_16GB", static_cast<i64>(MFD_HUGE_16GB)},
#endif
#ifdef MFD_HUGE_16MB
    {"MFD_HUGE_16MB", static_cast<i64>(MFD_HUGE_16MB)},
#endif
#ifdef MFD_HUGE_1GB
    {"MFD_HUGE_1GB", static_cast<i64>(MFD_HUGE_1GB)},
#endif
#ifdef MFD_HUGE_1MB
    {"MFD_HUGE_1MB", static_cast<i64>(MFD_HUGE_1MB)},
#endif
#ifdef MFD_HUGE_256MB
    {"MFD_HUGE_256MB", static_cast<i64>(MFD_HUGE_256MB)},
#endif
#ifdef MFD_HUGE_2GB
    {"MFD_HUGE_2GB", static_cast<i64>(MFD_HUGE_2GB)},
#endif
#ifdef MFD_HUGE_2MB
    {"MFD_HUGE_2MB", static_cast<i64>(MFD_HUGE_2MB)},
#endif
#ifdef MFD_HUGE_32MB
    {"MFD_HUGE_32MB", static_cast<i64>(MFD_HUGE_32MB)},
#endif
#ifdef MFD_HUGE_512KB
    {"MFD_HUGE_512KB", static_cast<i64>(MFD_HUGE_512KB)},
#endif
#ifdef MFD_HUGE_512MB
    {"MFD_HUGE_512MB", static_cast<i64>(MFD_HUGE_512MB)},
#endif
#ifdef MFD_HUGE_64KB
    {"MFD_HUGE_64KB", static_cast<i64>(MFD_HUGE_64KB)},
#endif
#ifdef MFD_HUGE_8MB
    {"MFD_HUGE_8MB", static_cast<i64>(MFD_HUGE_8MB)},
#endif
#ifdef MFD_HUGE_MASK
    {"MFD_HUGE_MASK", static_cast<i64>(MFD_HUGE_MASK)},
#endif
#ifdef MFD_HUGE_SHIFT
    {"MFD_HUGE_SHIFT", static_cast<i64>(MFD_HUGE_SHIFT)},
#endif
#ifdef NGROUPS_MAX
    {"NGROUPS_MAX", static_cast<i64>(NGROUPS_MAX)},
#endif
#ifdef NODEV
    {"NODEV", static_cast<i64>(NODEV)},
#endif
#ifdef O_ACCMODE
    {"O_ACCMODE", static_cast<i64>(O_ACCMODE)},
#endif
#ifdef O_APPEND
    {"O_APPEND", static_cast<i64>(O_APPEND)},
#endif
#ifdef O_ASYNC
    {"O_ASYNC", static_cast<i64>(O_ASYNC)},
#endif
#ifdef O_CLOEXEC
    {"O_CLOEXEC", static_cast<i64>(O_CLOEXEC)},
#endif
#ifdef O_CREAT
    {"O_CREAT", static_cast<i64>(O_CREAT)},
#endif
#ifdef O_DIRECT
    {"O_DIRECT", static_cast<i64>(O_DIRECT)},
#endif
#ifdef O_DIRECTORY
    {"O_DIRECTORY", static_cast<i64>(O_DIRECTORY)},
#endif
#ifdef O_DSYNC
    {"O_DSYNC", static_cast<i64>(O_DSYNC)},
#endif
#ifdef O_EXCL
    {"O_EXCL", static_cast<i64>(O_EXCL)},
#endif
#ifdef O_FSYNC
    {"O_FSYNC", static_cast<i64>(O_FSYNC)},
#endif
#ifdef O_LARGEFILE
    {"O_LARGEFILE", static_cast<i64>(O_LARGEFILE)},
#endif
#ifdef O_NDELAY
    {"O_NDELAY", static_cast<i64>(O_NDELAY)},
#endif
#ifdef O_NOATIME
    {"O_NOATIME", static_cast<i64>(O_NOATIME)},
#endif
#ifdef O_NOCTTY
    {"O_NOCTTY", static_cast<i64>(O_NOCTTY)},
#endif
#ifdef O_NOFOLLOW
    {"O_NOFOLLOW", static_cast<i64>(O_NOFOLLOW)},
#endif
#ifdef O_NONBLOCK
    {"O_NONBLOCK", static_cast<i64>(O_NONBLOCK)},
#endif
#ifdef O_PATH
    {"O_PATH", static_cast<i64>(O_PATH)},
#endif
#ifdef O_RDONLY
    {"O_RDONLY", static_cast<i64>(O_RDONLY)},
#endif
#ifdef O_RDWR
    {"O_RDWR", static_cast<i64>(O_RDWR)},
#endif
#ifdef O_RSYNC
    {"O_RSYNC", static_cast<i64>(O_RSYNC)},
#endif
#ifdef O_SYNC
    {"O_SYNC", static_cast<i64>(O_SYNC)},
#endif
#ifdef O_TMPFILE
    {"O_TMPFILE", static_cast<i64>(O_TMPFILE)},
#endif
#ifdef O_TRUNC
    {"O_TRUNC", static_cast<i64>(O_TRUNC)},
#endif
#ifdef O_WRONLY
    {"O_WRONLY", static_cast<i64>(O_WRONLY)},
#endif
#ifdef PIDFD_NONBLOCK
    {"PIDFD_NONBLOCK", static_cast<i64>(PIDFD_NONBLOCK)},
#endif
#ifdef POSIX_FADV_DONTNEED
    {"POSIX_FADV_DONTNEED", static_cast<i64>(POSIX_FADV_DONTNEED)},
#endif
#ifdef POSIX_FADV_NOREUSE
    {"POSIX_FADV_NOREUSE", static_cast<i64>(POSIX_FADV_NOREUSE)},
#endif
#ifdef POSIX_FADV_NORMAL
    {"POSIX_FADV_NORMAL", static_cast<i64>(POSIX_FADV_NORMAL)},
#endif
#ifdef POSIX_FADV_RANDOM
    {"POSIX_FADV_RANDOM", static_cast<i64>(POSIX_FADV_RANDOM)},
#endif
#ifdef POSIX_FADV_SEQUENTIAL
    {"POSIX_FADV_SEQUENTIAL", static_cast<i64>(POSIX_FADV_SEQUENTIAL)},
#endif
#ifdef POSIX_FADV_WILLNEED
    {"POSIX_FADV_WILLNEED", static_cast<i64>(POSIX_FADV_WILLNEED)},
#endif
    {"POSIX_SPAWN_CLOSE", 1},
    {"POSIX_SPAWN_DUP2", 2},
    {"POSIX_SPAWN_OPEN", 0},
#ifdef PRIO_PGRP
    {"PRIO_PGRP", static_cast<i64>(PRIO_PGRP)},
#endif
#ifdef PRIO_PROCESS
    {"PRIO_PROCESS", static_cast<i64>(PRIO_PROCESS)},
#endif
#ifdef PRIO_USER
    {"PRIO_USER", static_cast<i64>(PRIO_USER)},
#endif
    {"P_ALL", P_ALL},
    {"P_PGID", P_PGID},
    {"P_PID", P_PID},
#ifdef P_PIDFD
    {"P_PIDFD", static_cast<i64>(P_PIDFD)},
#endif
#ifdef RTLD_DEEPBIND
    {"RTLD_DEEPBIND", static_cast<i64>(RTLD_DEEPBIND)},
#endif
#ifdef RTLD_GLOBAL
    {"RTLD_GLOBAL", static_cast<i64>(RTLD_GLOBAL)},
#endif
#ifdef RTLD_LAZY
    {"RTLD_LAZY", static_cast<i64>(RTLD_LAZY)},
#endif
#ifdef RTLD_LOCAL
    {"RTLD_LOCAL", static_cast<i64>(RTLD_LOCAL)},
#endif
#ifdef RTLD_NODELETE
    {"RTLD_NODELETE", static_cast<i64>(RTLD_NODELETE)},
#endif
#ifdef RTLD_NOLOAD
    {"RTLD_NOLOAD", static_cast<i64>(RTLD_NOLOAD)},
#endif
#ifdef RTLD_NOW
    {"RTLD_NOW", static_cast<i64>(RTLD_NOW)},
#endif
#ifdef RWF_APPEND
    {"RWF_APPEND", static_cast<i64>(RWF_APPEND)},
#endif
#ifdef RWF_ATOMIC
    {"RWF_ATOMIC", static_cast<i64>(RWF_ATOMIC)},
#endif
#ifdef RWF_DONTCACHE
    {"RWF_DONTCACHE", static_cast<i64>(RWF_DONTCACHE)},
#endif
#ifdef RWF_DSYNC
    {"RWF_DSYNC", static_cast<i64>(RWF_DSYNC)},
#endif
#ifdef RWF_HIPRI
    {"RWF_HIPRI", static_cast<i64>(RWF_HIPRI)},
#endif
#ifdef RWF_NOWAIT
    {"RWF_NOWAIT", static_cast<i64>(RWF_NOWAIT)},
#endif
#ifdef RWF_SYNC
    {"RWF_SYNC", static_cast<i64>(RWF_SYNC)},
#endif
#ifdef R_OK
    {"R_OK", static_cast<i64>(R_OK)},
#endif
#ifdef SCHED_BATCH
    {"SCHED_BATCH", static_cast<i64>(SCHED_BATCH)},
#endif
#ifdef SCHED_DEADLINE
    {"SCHED_DEADLINE", static_cast<i64>(SCHED_DEADLINE)},
#endif
#ifdef SCHED_FIFO
    {"SCHED_FIFO", static_cast<i64>(SCHED_FIFO)},
#endif
#ifdef SCHED_IDLE
    {"SCHED_IDLE", static_cast<i64>(SCHED_IDLE)},
#endif
#ifdef SCHED_NORMAL
    {"SCHED_NORMAL", static_cast<i64>(SCHED_NORMAL)},
#endif
#ifdef SCHED_OTHER
    {"SCHED_OTHER", static_cast<i64>(SCHED_OTHER)},
#endif
#ifdef SCHED_RESET_ON_FORK
    {"SCHED_RESET_ON_FORK", static_cast<i64>(SCHED_RESET_ON_FORK)},
#endif
#ifdef SCHED_RR
    {"SCHED_RR", static_cast<i64>(SCHED_RR)},
#endif
#ifdef SEEK_DATA
    {"SEEK_DATA", static_cast<i64>(SEEK_DATA)},
#endif
#ifdef SEEK_HOLE
    {"SEEK_HOLE", static_cast<i64>(SEEK_HOLE)},
#endif
#ifdef SPLICE_F_MORE
    {"SPLICE_F_MORE", static_cast<i64>(SPLICE_F_MORE)},
#endif
#ifdef SPLICE_F_MOVE
    {"SPLICE_F_MOVE", static_cast<i64>(SPLICE_F_MOVE)},
#endif
#ifdef SPLICE_F_NONBLOCK
    {"SPLICE_F_NONBLOCK", static_cast<i64>(SPLICE_F_NONBLOCK)},
#endif
#ifdef STATX_ATIME
    {"STATX_ATIME", static_cast<i64>(STATX_ATIME)},
#endif
#ifdef STATX_BASIC_STATS
    {"STATX_BASIC_STATS", static_cast<i64>(STATX_BASIC_STATS)},
#endif
#ifdef STATX_BLOCKS
    {"STATX_BLOCKS", static_cast<i64>(STATX_BLOCKS)},
#endif
#ifdef STATX_BTIME
    {"STATX_BTIME", static_cast<i64>(STATX_BTIME)},
#endif
#ifdef STATX_CTIME
    {"STATX_CTIME", static_cast<i64>(STATX_CTIME)},
#endif
#ifdef STATX_DIOALIGN
    {"STATX_DIOALIGN", static_cast<i64>(STATX_DIOALIGN)},
#endif
#ifdef STATX_DIO_READ_ALIGN
    {"STATX_DIO_READ_ALIGN", static_cast<i64>(STATX_DIO_READ_ALIGN)},
#endif
#ifdef STATX_GID
    {"STATX_GID", static_cast<i64>(STATX_GID)},
#endif
#ifdef STATX_INO
    {"STATX_INO", static_cast<i64>(STATX_INO)},
#endif
#ifdef STATX_MNT_ID
    {"STATX_MNT_ID", static_cast<i64>(STATX_MNT_ID)},
#endif
#ifdef STATX_MNT_ID_UNIQUE
    {"STATX_MNT_ID_UNIQUE", static_cast<i64>(STATX_MNT_ID_UNIQUE)},
#endif
#ifdef STATX_MODE
    {"STATX_MODE", static_cast<i64>(STATX_MODE)},
#endif
#ifdef STATX_MTIME
    {"STATX_MTIME", static_cast<i64>(STATX_MTIME)},
#endif
#ifdef STATX_NLINK
    {"STATX_NLINK", static_cast<i64>(STATX_NLINK)},
#endif
#ifdef STATX_SIZE
    {"STATX_SIZE", static_cast<i64>(STATX_SIZE)},
#endif
#ifdef STATX_SUBVOL
    {"STATX_SUBVOL", static_cast<i64>(STATX_SUBVOL)},
#endif
#ifdef STATX_TYPE
    {"STATX_TYPE", static_cast<i64>(STATX_TYPE)},
#endif
#ifdef STATX_UID
    {"STATX_UID", static_cast<i64>(STATX_UID)},
#endif
#ifdef STATX_WRITE_ATOMIC
    {"STATX_WRITE_ATOMIC", static_cast<i64>(STATX_WRITE_ATOMIC)},
#endif
#ifdef ST_APPEND
    {"ST_APPEND", static_cast<i64>(ST_APPEND)},
#endif
#ifdef ST_MANDLOCK
    {"ST_MANDLOCK", static_cast<i64>(ST_MANDLOCK)},
#endif
#ifdef ST_NOATIME
    {"ST_NOATIME", static_cast<i64>(ST_NOATIME)},
#endif
#ifdef ST_NODEV
    {"ST_NODEV", static_cast<i64>(ST_NODEV)},
#endif
#ifdef ST_NODIRATIME
    {"ST_NODIRATIME", static_cast<i64>(ST_NODIRATIME)},
#endif
#ifdef ST_NOEXEC
    {"ST_NOEXEC", static_cast<i64>(ST_NOEXEC)},
#endif
#ifdef ST_NOSUID
    {"ST_NOSUID", static_cast<i64>(ST_NOSUID)},
#endif
#ifdef ST_RDONLY
    {"ST_RDONLY", static_cast<i64>(ST_RDONLY)},
#endif
#ifdef ST_RELATIME
    {"ST_RELATIME", static_cast<i64>(ST_RELATIME)},
#endif
#ifdef ST_SYNCHRONOUS
    {"ST_SYNCHRONOUS", static_cast<i64>(ST_SYNCHRONOUS)},
#endif
#ifdef ST_WRITE
    {"ST_WRITE", static_cast<i64>(ST_WRITE)},
#endif
#ifdef TFD_CLOEXEC
    {"TFD_CLOEXEC", static_cast<i64>(TFD_CLOEXEC)},
#endif
#ifdef TFD_NONBLOCK
    {"TFD_NONBLOCK", static_cast<i64>(TFD_NONBLOCK)},
#endif
#ifdef TFD_TIMER_ABSTIME
    {"TFD_TIMER_ABSTIME", static_cast<i64>(TFD_TIMER_ABSTIME)},
#endif
#ifdef TFD_TIMER_CANCEL_ON_SET
    {"TFD_TIMER_CANCEL_ON_SET", static_cast<i64>(TFD_TIMER_CANCEL_ON_SET)},
#endif
    {"TMP_MAX", TMP_MAX},
#ifdef WCONTINUED
    {"WCONTINUED", static_cast<i64>(WCONTINUED)},
#endif
#ifdef WEXITED
    {"WEXITED", static_cast<i64>(WEXITED)},
#endif
#ifdef WNOHANG
    {"WNOHANG", static_cast<i64>(WNOHANG)},
#endif
#ifdef WNOWAIT
    {"WNOWAIT", static_cast<i64>(WNOWAIT)},
#endif
#ifdef WSTOPPED
    {"WSTOPPED", static_cast<i64>(WSTOPPED)},
#endif
#ifdef WUNTRACED
    {"WUNTRACED", static_cast<i64>(WUNTRACED)},
#endif
#ifdef W_OK
    {"W_OK", static_cast<i64>(W_OK)},
#endif
#ifdef XATTR_CREATE
    {"XATTR_CREATE", static_cast<i64>(XATTR_CREATE)},
#endif
#ifdef XATTR_REPLACE
    {"XATTR_REPLACE", static_cast<i64>(XATTR_REPLACE)},
#endif
#ifdef XATTR_SIZE_MAX
    {"XATTR_SIZE_MAX", static_cast<i64>(XATTR_SIZE_MAX)},
#endif
#ifdef X_OK
    {"X_OK", static_cast<i64>(X_OK)},
#endif
};

// os.py looks here for what may be offered as follow_symlinks=, dir_fd= and the like.
constexpr const char* kHave[] = {
    "HAVE_FACCESSAT", "HAVE_FCHDIR", "HAVE_FCHMOD", "HAVE_FCHMODAT", "HAVE_FCHOWN", "HAVE_FCHOWNAT",
    "HAVE_FDOPENDIR", "HAVE_FEXECVE", "HAVE_FPATHCONF", "HAVE_FSTATAT", "HAVE_FSTATVFS", "HAVE_FTRUNCATE",
    "HAVE_FUTIMENS", "HAVE_LINKAT", "HAVE_LSTAT", "HAVE_MEMFD_CREATE", "HAVE_MKDIRAT", "HAVE_MKFIFOAT",
    "HAVE_OPENAT", "HAVE_READLINKAT", "HAVE_RENAMEAT", "HAVE_SYMLINKAT", "HAVE_UNLINKAT", "HAVE_UTIMENSAT",
};

}  // namespace

Status posix_constants_exec(Thread& t, Module* m) {
  for (const Constant& c : kConstants) TRY(module_add(t, m, c.name, Value::small_int(c.value)));
  Local<List> have(t, TRY(list_new(t)));
  for (const char* name : kHave) {
    Local<Str> text(t, TRY(str_intern(t, name)));
    TRY(list_append(t, have, Value(text)));
  }
  return module_add(t, m, "_have_functions", have);
}

}  // namespace taipan
