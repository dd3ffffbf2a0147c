// errno: the system's error numbers and their names.
#include <cerrno>

#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

struct Name {
  const char* name;
  int number;
};
constexpr Name kNames[] = {
#define E(x) {#x, x}
    E(ENODEV), E(ENOCSI), E(EHOSTUNREACH), E(ENOMSG), E(EUCLEAN), E(EL2NSYNC), E(EL2HLT), E(ENODATA),
    E(ENOTBLK), E(ENOSYS), E(EPIPE), E(EINVAL), E(EOVERFLOW), E(EADV), E(EINTR), E(EUSERS), E(ENOTEMPTY),
    E(ENOBUFS), E(EPROTO), E(EREMOTE), E(ENAVAIL), E(ECHILD), E(ELOOP), E(EXDEV), E(E2BIG), E(ESRCH),
    E(EMSGSIZE), E(EAFNOSUPPORT), E(EBADR), E(EHOSTDOWN), E(EPFNOSUPPORT), E(ENOPROTOOPT), E(EBUSY),
    E(EWOULDBLOCK), E(EBADFD), E(EDOTDOT), E(EISCONN), E(ENOTCONN), E(ESHUTDOWN), E(ECONNREFUSED),
    E(ENETUNREACH), E(EADDRINUSE), E(EADDRNOTAVAIL), E(ECONNABORTED), E(ECONNRESET), E(EHWPOISON),
    E(ENETDOWN), E(ENETRESET), E(ETIMEDOUT), E(EINPROGRESS), E(EALREADY), E(ENOTSOCK), E(EDESTADDRREQ),
    E(EPROTOTYPE), E(EPROTONOSUPPORT), E(ESOCKTNOSUPPORT), E(EOPNOTSUPP), E(ENOTSUP), E(ESTALE), E(ENOTNAM),
    E(EISNAM), E(EREMOTEIO), E(EDQUOT), E(ENOMEDIUM), E(EMEDIUMTYPE), E(ECANCELED), E(ENOKEY),
    E(EKEYEXPIRED), E(EKEYREVOKED), E(EKEYREJECTED), E(EOWNERDEAD), E(ENOTRECOVERABLE), E(ERFKILL),
    E(EPERM), E(ENOENT), E(EIO), E(ENXIO), E(ENOEXEC), E(EBADF), E(EAGAIN), E(ENOMEM), E(EACCES), E(EFAULT),
    E(EEXIST), E(ENOTDIR), E(EISDIR), E(ENFILE), E(EMFILE), E(ENOTTY), E(ETXTBSY), E(EFBIG), E(ENOSPC),
    E(ESPIPE), E(EROFS), E(EMLINK), E(EDOM), E(ERANGE), E(EDEADLK), E(EDEADLOCK), E(ENAMETOOLONG),
    E(ENOLCK), E(EIDRM), E(ECHRNG), E(EL3HLT), E(EL3RST), E(ELNRNG), E(EUNATCH), E(EBADE), E(EXFULL),
    E(ENOANO), E(EBADRQC), E(EBADSLT), E(EBFONT), E(ENOSTR), E(ETIME), E(ENOSR), E(ENONET), E(ENOPKG),
    E(ENOLINK), E(ESRMNT), E(ECOMM), E(EMULTIHOP), E(EBADMSG), E(ENOTUNIQ), E(EREMCHG), E(ELIBACC),
    E(ELIBBAD), E(ELIBSCN), E(ELIBMAX), E(ELIBEXEC), E(EILSEQ), E(ERESTART), E(ESTRPIPE), E(ETOOMANYREFS),
#undef E
};

Status errno_exec(Thread& t, Module* m) {
  Local<Dict> codes(t, TRY(dict_new(t)));
  for (const Name& n : kNames) {
    Local<Str> name(t, TRY(str_intern(t, n.name)));
    TRY(module_set(t, m, name, Value::small_int(n.number)));
    // EAGAIN, not EWOULDBLOCK; the later of two names wins, as listed
    TRY(dict_set(t, codes, Value::small_int(n.number), name));
  }
  return module_add(t, m, "errorcode", codes);
}

}  // namespace

extern const ModuleDef errno_module_def;
const ModuleDef errno_module_def = {"errno", "Error numbers of the system.", {}, {}, errno_exec};

}  // namespace taipan
