// _socket: sockets of the system, names and addresses. One file a subject; socket.cpp puts them together.
// A socket with a timeout is non-blocking for the system: calls wait with poll() until its deadline.
// Every call that may wait is made detached; EINTR runs signal handlers and repeats it (PEP 475).
#pragma once
#include <sys/socket.h>

#include <span>
#include <string>
#include <vector>

#include "runtime/modules/waiting.h"
#include "runtime/native/def.h"
#include "runtime/object/type.h"
#include "runtime/types/bytes.h"
#include "runtime/types/module.h"

namespace taipan {

// The descriptor may be taken away by close() while other threads wait for it: each call reads it once, and a
// call on -1 fails with EBADF. Like the system, nobody is woken by a close.
struct Socket : Object {
  Atomic<i32> fd;        // -1: closed
  i32 family, type, proto;  // set by __init__
  Atomic<i64> timeout;   // nanoseconds; -1: none, 0: non-blocking
};
extern Type* g_socket_type;
extern Type *g_gaierror, *g_herror;
inline Socket* socket_of(Value v) { return v.as<Socket>(); }
inline ErrorTag socket_error(Thread& t) { return raise_os_error(t, errno); }

// --- waiting (socket_type.cpp) -------------------------------------------------------------------------------------

enum class Ready : u8 { Read, Write };
// When a call on this socket that begins now must be done; -1: no limit.
i64 socket_deadline(const Socket* s);
// Waits until a call would not block. False: the deadline has passed. A closed socket is ready: to fail.
Result<bool> wait_ready(Thread& t, i32 fd, Ready what, i64 deadline);
ErrorTag raise_timed_out(Thread& t);

// Makes call(fd) detached, as often as it takes: when the socket is ready, if it has a timeout; again after
// signals. What it returned; never negative.
template <class F>
Result<ssize> socket_call(Thread& t, Socket* s, Ready what, i64 deadline, F call) {
  bool has_timeout = s->timeout.load_relaxed() > 0;  // another thread may change it: any of its values will do
  if (s->timeout.load_relaxed() != 0) TRY(prepare_to_block(t));
  while (true) {
    if (has_timeout && !TRY(wait_ready(t, s->fd.load_acquire(), what, deadline))) return raise_timed_out(t);
    ssize n;
    {
      Detached away(t);
      n = call(s->fd.load_acquire());
    }
    if (n >= 0) return n;
    if (errno == EINTR) {
      TRY(safepoint(t));
    } else if (!(has_timeout && (errno == EWOULDBLOCK || errno == EAGAIN))) {  // else somebody was faster
      return socket_error(t);
    }
  }
}
template <class F>
Result<ssize> socket_call(Thread& t, Socket* s, Ready what, F call) {
  return socket_call(t, s, what, socket_deadline(s), call);
}

// --- addresses (address.cpp) ---------------------------------------------------------------------------------------

struct Address {
  sockaddr_storage storage = {};
  socklen_t length = sizeof(sockaddr_storage);
  sockaddr* raw() { return reinterpret_cast<sockaddr*>(&storage); }
};
// The address in the form of the socket's family. function: its name, for messages.
Status address_from(Thread& t, const Socket* s, Value v, const char* function, Address& out);
// None for an empty one.
Result<> address_object(Thread& t, const sockaddr* a, usize length);
inline Result<> address_object(Thread& t, Address& a) { return address_object(t, a.raw(), a.length); }

// A host name: str (through the codec idna unless it is ASCII), bytes or bytearray.
// inet_ntop(): bits of an AF_INET or AF_INET6 address as text.
Result<Str> internet_address_text(Thread& t, int family, const void* bits);
Status host_name(Thread& t, Value v, const char* function, std::string* out);
// The numeric form of an address of the internet.
Result<Str> numeric_host(Thread& t, const sockaddr* a);
// Resolves a name to its first address. family: AF_UNSPEC, or the only one that will do.
Status resolve(Thread& t, const std::string& name, int family, Address* out);
ErrorTag raise_gaierror(Thread& t, int code);
ErrorTag raise_herror(Thread& t, int code);

// An unsigned C integer: ValueError for negative ones, OverflowError "Python int too large for C `type`".
Result<u64> unsigned_argument(Thread& t, Value v, u64 limit, const char* type);
// None or seconds, as nanoseconds rounded up; -1: None.
Result<i64> timeout_argument(Thread& t, Value v);
extern Atomic<i64> g_default_timeout;

// --- tables ----------------------------------------------------------------------------------------------------------

std::span<const NativeDef> socket_transfer_methods();  // recv, send and their kin
std::span<const NativeDef> socket_message_methods();   // recvmsg, sendmsg
std::span<const NativeDef> socket_message_functions();
std::span<const NativeDef> socket_functions();          // socketpair, dup, close, timeouts
std::span<const NativeDef> resolver_functions();
std::span<const NativeDef> network_functions();         // byte order, inet_*, if_*
Status socket_type_exec(Thread& t, Module* m);

}  // namespace taipan
