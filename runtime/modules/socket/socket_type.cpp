// _socket: the class socket: opening and closing, connections, options, timeouts.
#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>

#include "runtime/modules/io/io.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Type* g_socket_type;
Atomic<i64> g_default_timeout;  // set to -1 by the module's exec

namespace {

// --- opening and closing ---------------------------------------------------------------------------------------------

Status set_blocking(Thread& t, i32 fd, bool blocking) {
  int non_blocking = !blocking;
  if (::ioctl(fd, FIONBIO, &non_blocking) < 0) return (void)socket_error(t), kError;
  return kDone;
}

// Makes s the socket `fd`, which it owns if this succeeds.
Status adopt(Thread& t, Socket* s, i32 fd, i32 family, i32 type, i32 proto) {
  i64 timeout = type & SOCK_NONBLOCK ? 0 : g_default_timeout.load_relaxed();
  if (timeout >= 0) TRY(set_blocking(t, fd, false));
  s->family = family;
  s->type = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC);
  s->proto = proto;
  s->timeout.store_relaxed(timeout);
  s->fd.store_release(fd);
  return kDone;
}

Result<> socket_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* s = new_object<Socket>(t, cls);
  if (s == nullptr) return kError;
  s->fd.store_relaxed(-1);  // not yet shared
  s->timeout.store_relaxed(g_default_timeout.load_relaxed());
  return Result<>::from_owned(own_new(s).word());
}

Result<i32> option_of(Thread& t, i32 fd, int option) {
  int value = 0;
  socklen_t length = sizeof value;
  if (::getsockopt(fd, SOL_SOCKET, option, &value, &length) < 0) return (void)socket_error(t), kError;
  return value;
}

// An open descriptor: what is not given is asked of the system.
Status adopt_open(Thread& t, Socket* s, Value descriptor, i32 family, i32 type, i32 proto) {
  Local<> index(t, TRY(to_index(t, descriptor)));
  i64 fd;
  if (!int_to_i64(index, &fd) || fd > INT32_MAX) {
    return raise(t, OverflowError, "Python int too large to convert to C int");
  }
  if (fd < 0) return raise(t, ValueError, "negative file descriptor");
  i32 d = static_cast<i32>(fd);
  Address address;
  if (::getsockname(d, address.raw(), &address.length) < 0) {
    if (family == -1 || errno == EBADF || errno == ENOTSOCK) return (void)socket_error(t), kError;
  } else if (family == -1) {
    family = address.raw()->sa_family;
  }
  if (type == -1) type = TRY(option_of(t, d, SO_TYPE));
  if (proto == -1) proto = TRY(option_of(t, d, SO_PROTOCOL));
  return adopt(t, s, d, family, type, proto);
}

Status socket_init(Thread& t, Value self, i32 family, i32 type, i32 proto, Value fileno) {
  if (g_audit_hooks.load_acquire() != 0) {
    Value event[] = {self, Value::small_int(family), Value::small_int(type), Value::small_int(proto)};
    Local<Tuple> args(t, TRY(tuple_from(t, event, 4)));
    TRY(audit_tuple(t, str_immortal(t, "socket.__new__"), args));
  }
  Socket* s = socket_of(self);
  if (!is_none(fileno)) return adopt_open(t, s, fileno, family, type, proto);
  if (family == -1) family = AF_INET;
  if (type == -1) type = SOCK_STREAM;
  if (proto == -1) proto = 0;
  int fd;
  {
    Detached away(t);
    fd = ::socket(family, type | SOCK_CLOEXEC, proto);
  }
  if (fd < 0) return (void)socket_error(t), kError;
  Status done = adopt(t, s, fd, family, type, proto);
  if (done.is_error()) ::close(fd);
  return done;
}
const NativeDef kInit = def<socket_init>("socket($self, family=-1, type=-1, proto=-1, fileno=None)", nullptr);
Status socket_init_slot(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return io::init_with(t, kInit, self, args, nargs, kwnames);
}

Status close_descriptor(Thread& t, i32 fd) {
  int r;
  {
    Detached away(t);
    r = ::close(fd);
  }
  // The peer's reset is no failure of close(), nor is a signal: the descriptor is gone (Linux).
  if (r < 0 && errno != ECONNRESET && errno != EINTR) return (void)socket_error(t), kError;
  return kDone;
}
Status socket_close(Thread& t, Value self) {
  i32 fd = socket_of(self)->fd.exchange_acq_rel(-1);
  return fd < 0 ? Status(kDone) : close_descriptor(t, fd);
}
i32 socket_detach(Thread&, Value self) { return socket_of(self)->fd.exchange_acq_rel(-1); }
i32 socket_fileno(Thread&, Value self) { return socket_of(self)->fd.load_acquire(); }

// A socket that nobody closed: a warning, and it is closed.
void socket_finalise(Thread& t, Value self) {
  if (socket_of(self)->fd.load_acquire() < 0) return;
  Local<> held(t, self);
  Local<BaseException> pending(t);
  if (error_pending(t)) pending.set(take_error(t));
  Result<Str> text = str_format(t, "unclosed {!r}", self);
  if (!text.is_error()) {
    Local<Str> message(t, text);
    // A filter that makes it an error: a finaliser has nobody to raise to.
    if (warn(t, ResourceWarning, message).is_error() && error_matches(t, Warning)) {
      write_unraisable(t, "Exception ignored while finalizing socket", self);
    }
  }
  clear_error(t);
  if (socket_close(t, self).is_error()) clear_error(t);
  if (!pending.is_empty()) restore_error(t, pending.give());
}

Result<Str> socket_repr(Thread& t, Value self) {
  Socket* s = socket_of(self);
  return str_format(t, "<socket object, fd={}, family={}, type={}, proto={}>", s->fd.load_acquire(), s->family, s->type,
                    s->proto);
}

// --- connections -----------------------------------------------------------------------------------------------------

// A call that does not wait, made detached all the same: call(descriptor) gives a negative number on failure.
template <class F>
Status detached_call(Thread& t, Value self, F call) {
  int r;
  {
    Detached away(t);
    r = call(socket_of(self)->fd.load_acquire());
  }
  if (r < 0) return (void)socket_error(t), kError;
  return kDone;
}

Status socket_bind(Thread& t, Value self, Value address) {
  Address a;
  TRY(address_from(t, socket_of(self), address, "bind", a));
  TRY(audit(t, "socket.bind", self, address));
  return detached_call(t, self, [&](i32 fd) { return ::bind(fd, a.raw(), a.length); });
}

Status socket_listen(Thread& t, Value self, Opt<i32> backlog) {
  int length = std::max(backlog.value_or(std::min(SOMAXCONN, 128)), 0);
  return detached_call(t, self, [&](i32 fd) { return ::listen(fd, length); });
}

Result<Tuple> socket_accept(Thread& t, Value self) {
  Address a;
  ssize fd = TRY(socket_call(t, socket_of(self), Ready::Read, [&](i32 listener) {
    a.length = sizeof a.storage;
    return ::accept4(listener, a.raw(), &a.length, SOCK_CLOEXEC);
  }));
  Result<> r = address_object(t, a);
  if (r.is_error()) {
    ::close(static_cast<int>(fd));
    return kError;
  }
  Local<> address(t, r);
  return tuple_of(t, Value::small_int(fd), address);
}

constexpr int kTimedOut = EWOULDBLOCK;  // what connect_ex() gives

// 0 or an errno. An error: a signal handler raised.
Result<int> connect_to(Thread& t, Socket* s, Address& a) {
  i64 deadline = socket_deadline(s), timeout = s->timeout.load_relaxed();
  if (timeout != 0) TRY(prepare_to_block(t));
  int r, failed;
  {
    Detached away(t);
    r = ::connect(s->fd.load_acquire(), a.raw(), a.length);
    failed = errno;
  }
  if (r == 0) return 0;
  // An interrupted connect goes on by itself; it must not be made again.
  bool goes_on = failed == EINTR ? timeout != 0 : failed == EINPROGRESS && timeout > 0;
  if (failed == EINTR) TRY(safepoint(t));
  if (!goes_on) return failed;
  if (!TRY(wait_ready(t, s->fd.load_acquire(), Ready::Write, deadline))) return kTimedOut;
  int outcome = TRY(option_of(t, s->fd.load_acquire(), SO_ERROR));
  return outcome == EISCONN ? 0 : outcome;
}
Status socket_connect(Thread& t, Value self, Value address) {
  Socket* s = socket_of(self);
  Address a;
  TRY(address_from(t, s, address, "connect", a));
  TRY(audit(t, "socket.connect", self, address));
  int failed = TRY(connect_to(t, s, a));
  if (failed == 0) return kDone;
  if (failed == kTimedOut && s->timeout.load_relaxed() > 0) return raise_timed_out(t);
  return (void)raise_os_error(t, failed), kError;
}
Result<i64> socket_connect_ex(Thread& t, Value self, Value address) {
  Address a;
  TRY(address_from(t, socket_of(self), address, "connect_ex", a));
  TRY(audit(t, "socket.connect", self, address));
  return i64{TRY(connect_to(t, socket_of(self), a))};
}

Status socket_shutdown(Thread& t, Value self, i32 how) {
  return detached_call(t, self, [&](i32 fd) { return ::shutdown(fd, how); });
}

template <int (*kAsk)(int, sockaddr*, socklen_t*)>
Result<> socket_name(Thread& t, Value self) {
  Address a;
  TRY(detached_call(t, self, [&](i32 fd) { return kAsk(fd, a.raw(), &a.length); }));
  return address_object(t, a);
}
int ask_own(int fd, sockaddr* a, socklen_t* n) { return ::getsockname(fd, a, n); }
int ask_peer(int fd, sockaddr* a, socklen_t* n) { return ::getpeername(fd, a, n); }

// --- options -----------------------------------------------------------------------------------------------------------

Result<> socket_getsockopt(Thread& t, Value self, i32 level, i32 option, i32 size) {
  i32 fd = socket_of(self)->fd.load_acquire();
  if (size == 0 && socket_of(self)->family == AF_VSOCK) {  // its options have 64 bits
    u64 value = 0;
    socklen_t length = sizeof value;
    if (::getsockopt(fd, level, option, &value, &length) < 0) return socket_error(t);
    return int_from_u64(t, value);
  }
  if (size == 0) {
    int value = 0;
    socklen_t length = sizeof value;
    if (::getsockopt(fd, level, option, &value, &length) < 0) return socket_error(t);
    return Result<>::small_int(value);
  }
  char bytes[1024];
  if (size < 0 || static_cast<usize>(size) > sizeof bytes) return raise(t, OSError, "getsockopt buflen out of range");
  socklen_t length = static_cast<socklen_t>(size);
  if (::getsockopt(fd, level, option, bytes, &length) < 0) return socket_error(t);
  return bytes_from(t, {bytes, length});
}

// setsockopt(level, option, int or buffer), setsockopt(level, option, None, length)
Status socket_setsockopt(Thread& t, Value self, Args args) {
  if (args.count < 3 || args.count > 4) {
    return raise(t, TypeError, "setsockopt() takes at {} arguments ({} given)",
                 args.count < 3 ? "least 3" : "most 4", args.count);
  }
  auto number = [&](Value v) -> Result<i32> {
    i64 n = TRY(to_ssize(t, v));
    if (n > INT32_MAX) return raise(t, OverflowError, "signed integer is greater than maximum");
    if (n < INT32_MIN) return raise(t, OverflowError, "signed integer is less than minimum");
    return static_cast<i32>(n);
  };
  i32 level = TRY(number(args.items[0])), option = TRY(number(args.items[1]));
  Value value = args.items[2], length = args.count == 4 ? args.items[3] : Value::empty();
  if (is_none(value) && length.is_empty()) {
    return raise(t, TypeError, "setsockopt() requires 4 arguments when the third argument is None");
  }
  if (!is_none(value) && !length.is_empty()) {
    return raise(t, TypeError, "setsockopt() only takes 4 arguments when the third argument is None (got {!T})", value);
  }
  i32 fd = socket_of(self)->fd.load_acquire();
  int r;
  if (is_none(value)) {
    u64 n = TRY(unsigned_argument(t, length, UINT32_MAX, "unsigned int"));
    r = ::setsockopt(fd, level, option, nullptr, static_cast<socklen_t>(n));
  } else if (type_of(value).slots.index != nullptr && socket_of(self)->family == AF_VSOCK) {
    u64 wide = TRY(unsigned_argument(t, value, UINT64_MAX, "uint64_t"));
    r = ::setsockopt(fd, level, option, &wide, sizeof wide);
  } else if (type_of(value).slots.index != nullptr) {
    int flag = TRY(number(value));
    r = ::setsockopt(fd, level, option, &flag, sizeof flag);
  } else if (has_buffer(value)) {
    io::BytesArgument bytes(t);
    TRY(bytes.get(value));
    r = ::setsockopt(fd, level, option, bytes.data(), static_cast<socklen_t>(std::min<usize>(bytes.size(), INT32_MAX)));
  } else {
    return raise(t, TypeError, "socket option should be int, bytes-like object or None (got {!T})", value);
  }
  if (r < 0) return (void)socket_error(t), kError;
  return kDone;
}

// --- timeouts ----------------------------------------------------------------------------------------------------------

Result<> timeout_object(Thread& t, i64 timeout) {
  if (timeout < 0) return none();
  return float_from(t, static_cast<f64>(timeout) / 1e9);
}
Status set_timeout(Thread& t, Socket* s, i64 timeout) {
  TRY(set_blocking(t, s->fd.load_acquire(), timeout < 0));
  s->timeout.store_relaxed(timeout);  // calls under way may use the old one
  return kDone;
}
Status socket_settimeout(Thread& t, Value self, Value timeout) {
  return set_timeout(t, socket_of(self), TRY(timeout_argument(t, timeout)));
}
Result<> socket_gettimeout(Thread& t, Value self) { return timeout_object(t, socket_of(self)->timeout.load_relaxed()); }
Status socket_setblocking(Thread& t, Value self, bool blocking) {
  return set_timeout(t, socket_of(self), blocking ? -1 : 0);
}
bool socket_getblocking(Thread&, Value self) { return socket_of(self)->timeout.load_relaxed() != 0; }

Result<> default_timeout(Thread& t, Value) { return timeout_object(t, g_default_timeout.load_relaxed()); }
Status set_default_timeout(Thread& t, Value, Value timeout) {
  g_default_timeout.store_relaxed(TRY(timeout_argument(t, timeout)));
  return kDone;
}

// --- functions of the module -------------------------------------------------------------------------------------------

Result<> make_socket(Thread& t, i32 fd, i32 family, i32 type, i32 proto) {
  Local<> s(t, TRY(socket_new(t, *g_socket_type, nullptr, 0, nullptr)));
  TRY(adopt(t, socket_of(s), fd, family, type, proto));
  return s.give();
}
Result<Tuple> socket_socketpair(Thread& t, i32 family, i32 type, i32 proto) {
  int fds[2], r;
  {
    Detached away(t);
    r = ::socketpair(family, type | SOCK_CLOEXEC, proto, fds);
  }
  if (r < 0) return socket_error(t);
  Result<> first = make_socket(t, fds[0], family, type, proto);
  if (first.is_error()) {
    ::close(fds[0]);
    ::close(fds[1]);
    return kError;
  }
  Local<> a(t, first);
  Result<> second = make_socket(t, fds[1], family, type, proto);
  if (second.is_error()) {
    ::close(fds[1]);
    return kError;
  }
  Local<> b(t, second);
  return tuple_of(t, a, b);
}
Result<i64> function_dup(Thread& t, Value, i32 fd) {
  int r = ::fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (r < 0) return socket_error(t);
  return i64{r};
}
Status function_close(Thread& t, Value, i32 fd) { return close_descriptor(t, fd); }

const NativeDef kMethods[] = {
    def<socket_accept>("_accept($self, /)", "Waits for a connection: (descriptor, address of the peer)."),
    def<socket_bind>("bind($self, object, /)", "Gives the socket an address of this machine."),
    def<socket_close>("close($self, /)", "Closes the socket."),
    def<socket_connect>("connect($self, object, /)", "Connects to an address."),
    def<socket_connect_ex>("connect_ex($self, object, /)", "Connects to an address; gives an error number, or 0."),
    def<socket_detach>("detach($self, /)", "Closes the object; its descriptor stays open and is returned."),
    def<socket_fileno>("fileno($self, /)", "The descriptor; -1 if it is closed."),
    def<socket_name<ask_peer>>("getpeername($self, /)", "The address of the other end."),
    def<socket_name<ask_own>>("getsockname($self, /)", "The address of this end."),
    def<socket_getsockopt>("getsockopt($self, level, option, buffersize=0, /)", "An option: an int, or so many bytes."),
    def<socket_setsockopt>("setsockopt($self, *args)", "setsockopt(level, option, value[, optlen]): sets an option."),
    def<socket_listen>("listen($self, backlog=<unrepresentable>, /)", "Lets others connect to this socket."),
    def<socket_shutdown>("shutdown($self, object, /)", "Ends one direction of the connection, or both."),
    def<socket_settimeout>("settimeout($self, object, /)", "How long calls may take: None, or seconds."),
    def<socket_gettimeout>("gettimeout($self, /)", "How long calls may take: None, or seconds."),
    def<socket_setblocking>("setblocking($self, object, /)", "Calls wait as long as it takes (True) or never (False)."),
    def<socket_getblocking>("getblocking($self, /)", "May calls wait?"),
};
const GetSetDef kGetSets[] = {{"timeout", socket_gettimeout, nullptr, "How long calls may take: None, or seconds."}};
const MemberDef kMembers[] = {
    {"family", MemberKind::Int32, offsetof(Socket, family), true, "the socket family"},
    {"type", MemberKind::Int32, offsetof(Socket, type), true, "the socket type"},
    {"proto", MemberKind::Int32, offsetof(Socket, proto), true, "the socket protocol"},
};
const NativeDef kFunctions[] = {
    def<socket_socketpair>("socketpair($module, family=1, type=1, proto=0, /)", "Two sockets, connected."),
    def<function_dup>("dup($self, object, /)", "A second descriptor of a socket."),
    def<function_close>("close($self, object, /)", "Closes a descriptor."),
    def<default_timeout>("getdefaulttimeout($self, /)", "The timeout of new sockets: None, or seconds."),
    def<set_default_timeout>("setdefaulttimeout($self, object, /)", "Sets the timeout of new sockets."),
};

std::vector<NativeDef> g_methods;  // those of all files; the type keeps pointers into it
TypeDef g_socket_def = {
    .name = "_socket.socket",
    .doc = "One end of a connection.",
    .flags = kTypeNoEdges | kTypeBase | kTypeImmutable,
    .size = sizeof(Socket),
    .slots = {.finalise = socket_finalise, .new_ = socket_new, .init = socket_init_slot, .repr = socket_repr},
    .getsets = kGetSets,
    .members = kMembers,
};

}  // namespace

Result<i64> timeout_argument(Thread& t, Value v) {
  if (is_none(v)) return i64{-1};
  f64 seconds;
  if (is_any_int(v)) {
    i64 whole;
    if (!int_to_i64(v, &whole)) return raise(t, OverflowError, "timestamp out of range for C PyTime_t");
    seconds = static_cast<f64>(whole);
  } else {
    seconds = TRY(to_double(t, v));
    if (std::isnan(seconds)) return raise(t, ValueError, "Invalid value NaN (not a number)");
  }
  if (std::fabs(seconds) > 9.2e9) return raise(t, OverflowError, "timestamp out of range for C PyTime_t");
  if (seconds < 0) return raise(t, ValueError, "Timeout value out of range");
  if (seconds * 1e3 > INT_MAX) return raise(t, OverflowError, "timeout doesn't fit into C timeval");
  return static_cast<i64>(std::ceil(seconds * 1e9));
}

i64 socket_deadline(const Socket* s) {
  i64 timeout = s->timeout.load_relaxed();  // another thread may change it: any of its values will do
  return timeout <= 0 ? -1 : monotonic_ns() + timeout;
}

Result<bool> wait_ready(Thread& t, i32 fd, Ready what, i64 deadline) {
  if (fd < 0) return true;
  pollfd one = {fd, static_cast<short>(what == Ready::Read ? POLLIN : POLLOUT), 0};
  return TRY(waiting(t, deadline, [&](int ms) { return ::poll(&one, 1, ms); })) > 0;
}
ErrorTag raise_timed_out(Thread& t) { return raise(t, TimeoutError, "timed out"); }

std::span<const NativeDef> socket_functions() { return kFunctions; }

Status socket_type_exec(Thread& t, Module* m) {
  g_default_timeout.store_relaxed(-1);
  for (auto part : {std::span<const NativeDef>(kMethods), socket_transfer_methods(), socket_message_methods()}) {
    g_methods.insert(g_methods.end(), part.begin(), part.end());
  }
  g_socket_def.methods = g_methods;
  TRY(module_add_type(t, m, g_socket_def, &g_socket_type));
  register_native(t, kInit, g_socket_type);
  return kDone;
}

}  // namespace taipan
