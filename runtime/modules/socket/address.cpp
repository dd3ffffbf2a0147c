// _socket: addresses, from Python objects and back, one form a family.
#include <arpa/inet.h>
#include <linux/if_packet.h>
#include <linux/netlink.h>
#include <linux/vm_sockets.h>
#include <net/if.h>
#include <netinet/in.h>
#include <sys/ioctl.h>
#include <sys/un.h>

#include <cstddef>
#include <cstring>

#include "runtime/modules/io/io.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/codec.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// An integer of at most `limit`, or OverflowError "NAME(): WHAT must be 0-LIMIT."
Result<u64> ranged(Thread& t, Value v, const char* function, const char* what, u64 limit) {
  Local<> i(t, TRY(to_index(t, v)));
  u64 n;
  if (int_sign(i) < 0 || !int_to_u64(i, &n) || n > limit) {
    return raise(t, OverflowError, "{}(): {} must be 0-{}.", function, what, limit);
  }
  return n;
}
Result<Tuple*> tuple_argument(Thread& t, Value v, const char* function, const char* family) {
  if (!is_a<Tuple>(v)) {
    return raise(t, TypeError, "{}(): {} address must be tuple, not {!T}", function, family, v);
  }
  return v.as<Tuple>();
}

Status inet_address(Thread& t, Value v, const char* function, Address& out) {
  Tuple* pair = TRY(tuple_argument(t, v, function, "AF_INET"));
  if (pair->size() != 2) return raise(t, TypeError, "AF_INET address must be a pair (host, port)");
  std::string host;
  TRY(host_name(t, (*pair)[0], nullptr, &host));
  u64 port = TRY(ranged(t, (*pair)[1], function, "port", 0xffff));
  TRY(resolve(t, host, AF_INET, &out));
  auto* a = reinterpret_cast<sockaddr_in*>(&out.storage);
  a->sin_port = htons(static_cast<u16>(port));
  out.length = sizeof *a;
  return kDone;
}

Status inet6_address(Thread& t, Value v, const char* function, Address& out) {
  Tuple* parts = TRY(tuple_argument(t, v, function, "AF_INET6"));
  usize n = parts->size();
  if (n < 2 || n > 4) {
    return raise(t, TypeError, "AF_INET6 address must be a tuple (host, port[, flowinfo[, scopeid]])");
  }
  std::string host;
  TRY(host_name(t, (*parts)[0], nullptr, &host));
  u64 port = TRY(ranged(t, (*parts)[1], function, "port", 0xffff));
  u64 flow = n > 2 ? TRY(ranged(t, (*parts)[2], function, "flowinfo", 0xfffff)) : 0;
  u64 scope = n > 3 ? TRY(unsigned_argument(t, (*parts)[3], UINT32_MAX, "unsigned int")) : 0;
  TRY(resolve(t, host, AF_INET6, &out));
  auto* a = reinterpret_cast<sockaddr_in6*>(&out.storage);
  a->sin6_port = htons(static_cast<u16>(port));
  a->sin6_flowinfo = htonl(static_cast<u32>(flow));
  if (n > 3) a->sin6_scope_id = static_cast<u32>(scope);
  out.length = sizeof *a;
  return kDone;
}

// A path, or a name that begins with a zero byte (Linux's abstract names, which end where the address ends).
Status unix_address(Thread& t, Value v, Address& out) {
  Utf8 text;
  io::BytesArgument bytes(t);
  std::string_view path;
  if (is_a<Str>(v)) {
    TRY(text.encode_filename(t, v.as<Str>()));
    path = text.view();
  } else {
    TRY(bytes.get(v));
    path = {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  auto* a = reinterpret_cast<sockaddr_un*>(&out.storage);
  bool is_abstract = path.empty() || path[0] == 0;
  if (path.size() + !is_abstract > sizeof a->sun_path) return raise(t, OSError, "AF_UNIX path too long");
  a->sun_family = AF_UNIX;
  std::memcpy(a->sun_path, path.data(), path.size());
  out.length = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + path.size() + !is_abstract);
  return kDone;
}

Status netlink_address(Thread& t, Value v, const char* function, Address& out) {
  Tuple* pair = TRY(tuple_argument(t, v, function, "AF_NETLINK"));
  if (pair->size() != 2) return raise(t, TypeError, "AF_NETLINK address must be a pair (pid, groups)");
  auto* a = reinterpret_cast<sockaddr_nl*>(&out.storage);
  a->nl_family = AF_NETLINK;
  a->nl_pid = static_cast<u32>(TRY(to_ssize(t, (*pair)[0])));
  a->nl_groups = static_cast<u32>(TRY(to_ssize(t, (*pair)[1])));
  out.length = sizeof *a;
  return kDone;
}

Status vsock_address(Thread& t, Value v, const char* function, Address& out) {
  Tuple* pair = TRY(tuple_argument(t, v, function, "AF_VSOCK"));
  if (pair->size() != 2) return raise(t, TypeError, "AF_VSOCK address must be a pair (CID, port)");
  auto* a = reinterpret_cast<sockaddr_vm*>(&out.storage);
  a->svm_family = AF_VSOCK;
  a->svm_cid = static_cast<u32>(TRY(unsigned_argument(t, (*pair)[0], UINT32_MAX, "unsigned int")));
  a->svm_port = static_cast<u32>(TRY(unsigned_argument(t, (*pair)[1], UINT32_MAX, "unsigned int")));
  out.length = sizeof *a;
  return kDone;
}

// (interface, protocol[, packet type[, hardware type[, address]]])
Status packet_address(Thread& t, const Socket* s, Value v, const char* function, Address& out) {
  Tuple* parts = TRY(tuple_argument(t, v, function, "AF_PACKET"));
  usize n = parts->size();
  if (n < 2 || n > 5 || !is_a<Str>((*parts)[0])) {
    return raise(t, TypeError,
                 "AF_PACKET address must be a tuple of two to five elements: (ifname, proto[, pkttype[, hatype[, addr]]])");
  }
  Utf8 name;
  TRY(name.encode(t, (*parts)[0].as<Str>()));
  u64 protocol = TRY(ranged(t, (*parts)[1], function, "proto", 0xffff));
  i64 packet_type = n > 2 ? TRY(to_ssize(t, (*parts)[2])) : 0, hardware = n > 3 ? TRY(to_ssize(t, (*parts)[3])) : 0;
  auto* a = reinterpret_cast<sockaddr_ll*>(&out.storage);
  if (n > 4) {
    io::BytesArgument address(t);
    TRY(address.get((*parts)[4]));
    if (address.size() > sizeof a->sll_addr) return raise(t, ValueError, "Hardware address must be 8 bytes or less");
    std::memcpy(a->sll_addr, address.data(), address.size());
    a->sll_halen = static_cast<u8>(address.size());
  }
  ifreq request = {};
  std::strncpy(request.ifr_name, name.c_str(), sizeof request.ifr_name - 1);
  if (::ioctl(s->fd.load_acquire(), SIOCGIFINDEX, &request) < 0) return socket_error(t);
  a->sll_family = AF_PACKET;
  a->sll_protocol = htons(static_cast<u16>(protocol));
  a->sll_ifindex = request.ifr_ifindex;
  a->sll_pkttype = static_cast<u8>(packet_type);
  a->sll_hatype = static_cast<u16>(hardware);
  out.length = sizeof *a;
  return kDone;
}

Result<> packet_object(Thread& t, const sockaddr_ll* a) {
  char name[IF_NAMESIZE] = "";
  if (a->sll_ifindex != 0) (void)::if_indextoname(static_cast<unsigned>(a->sll_ifindex), name);
  Local<Str> interface(t, TRY(str_from_utf8_surrogateescape(t, name)));
  Local<Bytes> address(t, TRY(bytes_from(t, {reinterpret_cast<const char*>(a->sll_addr),
                                             std::min<usize>(a->sll_halen, sizeof a->sll_addr)})));
  Value fields[] = {interface.value(), Value::small_int(ntohs(a->sll_protocol)), Value::small_int(a->sll_pkttype),
                    Value::small_int(a->sll_hatype), address.value()};
  return tuple_from(t, fields, 5);
}

Result<> unix_object(Thread& t, const sockaddr_un* a, usize length) {
  usize n = length - std::min(length, offsetof(sockaddr_un, sun_path));
  if (n > 0 && a->sun_path[0] == 0) return bytes_from(t, {a->sun_path, n});
  return str_from_utf8_surrogateescape(t, {a->sun_path, ::strnlen(a->sun_path, n)});
}

}  // namespace

Status address_from(Thread& t, const Socket* s, Value v, const char* function, Address& out) {
  switch (s->family) {
    case AF_INET: return inet_address(t, v, function, out);
    case AF_INET6: return inet6_address(t, v, function, out);
    case AF_UNIX: return unix_address(t, v, out);
    case AF_NETLINK: return netlink_address(t, v, function, out);
    case AF_VSOCK: return vsock_address(t, v, function, out);
    case AF_PACKET: return packet_address(t, s, v, function, out);
    default: return raise(t, OSError, "{}(): bad family", function);
  }
}

Result<> address_object(Thread& t, const sockaddr* a, usize length) {
  if (length == 0) return none();
  switch (a->sa_family) {
    case AF_INET: {
      Local<Str> host(t, TRY(numeric_host(t, a)));
      return tuple_of(t, host, Value::small_int(ntohs(reinterpret_cast<const sockaddr_in*>(a)->sin_port)));
    }
    case AF_INET6: {
      auto* six = reinterpret_cast<const sockaddr_in6*>(a);
      Local<Str> host(t, TRY(numeric_host(t, a)));
      Value fields[] = {host.value(), Value::small_int(ntohs(six->sin6_port)),
                        Value::small_int(ntohl(six->sin6_flowinfo)), Value::small_int(six->sin6_scope_id)};
      return tuple_from(t, fields, 4);
    }
    case AF_UNIX: return unix_object(t, reinterpret_cast<const sockaddr_un*>(a), length);
    case AF_NETLINK: {
      auto* link = reinterpret_cast<const sockaddr_nl*>(a);
      return tuple_of(t, Value::small_int(link->nl_pid), Value::small_int(link->nl_groups));
    }
    case AF_VSOCK: {
      auto* vm = reinterpret_cast<const sockaddr_vm*>(a);
      return tuple_of(t, Value::small_int(vm->svm_cid), Value::small_int(vm->svm_port));
    }
    case AF_PACKET: return packet_object(t, reinterpret_cast<const sockaddr_ll*>(a));
    default: {  // unknown: the family and the bytes
      Local<Bytes> data(t, TRY(bytes_from(t, {a->sa_data, std::max<usize>(length, 2) - 2})));
      return tuple_of(t, Value::small_int(a->sa_family), data);
    }
  }
}

Status host_name(Thread& t, Value v, const char* function, std::string* out) {
  if (is_a<Str>(v)) {
    Str* s = v.as<Str>();
    if (s->is_ascii()) {
      *out = s->ascii();
    } else {
      Result<Bytes> r = str_encode(t, s, "idna", nullptr);
      if (r.is_error()) {
        if (function != nullptr || !error_matches(t, UnicodeError)) return kError;
        clear_error(t);
        return raise(t, TypeError, "encoding of hostname failed");
      }
      Local<Bytes> encoded(t, r);
      *out = encoded->view();
    }
  } else if (is_a<Bytes>(v) || is_bytearray(v)) {
    ByteSource bytes;
    TRY(bytes.get(t, v));
    *out = bytes.view();
  } else if (function != nullptr) {
    return raise(t, TypeError, "{}() argument 1 must be str, bytes or bytearray, not {!T}", function, v);
  } else {
    return raise(t, TypeError, "str, bytes or bytearray expected, not {!T}", v);
  }
  if (out->find('\0') == std::string::npos) return kDone;
  if (function == nullptr) return raise(t, TypeError, "host name must not contain null character");
  return raise(t, TypeError, "{}() argument 1 must be encoded string without null bytes, not {!T}", function, v);
}

Result<Str> numeric_host(Thread& t, const sockaddr* a) {
  char text[INET6_ADDRSTRLEN];
  const void* bits = a->sa_family == AF_INET
                         ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in*>(a)->sin_addr)
                         : &reinterpret_cast<const sockaddr_in6*>(a)->sin6_addr;
  if (::inet_ntop(a->sa_family, bits, text, sizeof text) == nullptr) return socket_error(t);
  return str_from_ascii(t, text);
}

Result<u64> unsigned_argument(Thread& t, Value v, u64 limit, const char* type) {
  Local<> i(t, TRY(to_index(t, v)));
  u64 n;
  if (int_sign(i) < 0) return raise(t, ValueError, "Cannot convert negative int");
  if (!int_to_u64(i, &n) || n > limit) return raise(t, OverflowError, "Python int too large for C {}", type);
  return n;
}

}  // namespace taipan
