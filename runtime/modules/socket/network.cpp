// _socket: byte order, internet addresses as text, interfaces.
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>

#include "runtime/modules/posix/posix.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/thread/local.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Result<Str> internet_address_text(Thread& t, int family, const void* bits) {
  char text[INET6_ADDRSTRLEN];
  if (::inet_ntop(family, bits, text, sizeof text) == nullptr) return socket_error(t);
  return str_from_ascii(t, text);
}

namespace {

// Both directions are the same exchange of bytes.
Result<i64> swap_short(Thread& t, Value v) {
  return i64{htons(static_cast<u16>(TRY(unsigned_argument(t, v, UINT16_MAX, "uint16_t"))))};
}
Result<i64> swap_long(Thread& t, Value v) {
  return i64{htonl(static_cast<u32>(TRY(unsigned_argument(t, v, UINT32_MAX, "uint32_t"))))};
}

Result<Bytes> socket_inet_aton(Thread& t, Str* text) {
  Utf8 utf8;
  TRY(utf8.encode(t, text));
  in_addr address;
  if (::inet_aton(utf8.c_str(), &address) == 0) {
    return raise(t, OSError, "illegal IP address string passed to inet_aton");
  }
  return bytes_from(t, {reinterpret_cast<const char*>(&address), sizeof address});
}
Result<Str> socket_inet_ntoa(Thread& t, const ByteSource& packed) {
  if (packed.size() != sizeof(in_addr)) return raise(t, OSError, "packed IP wrong length for inet_ntoa");
  return internet_address_text(t, AF_INET, packed.data());
}
Result<Bytes> socket_inet_pton(Thread& t, i32 family, Str* text) {
  Utf8 utf8;
  TRY(utf8.encode(t, text));
  char bits[sizeof(in6_addr)];
  int r = ::inet_pton(family, utf8.c_str(), bits);
  if (r < 0) return socket_error(t);
  if (r == 0) return raise(t, OSError, "illegal IP address string passed to inet_pton");
  return bytes_from(t, {bits, family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr)});
}
Result<Str> socket_inet_ntop(Thread& t, i32 family, const ByteSource& packed) {
  if (family != AF_INET && family != AF_INET6) return raise(t, ValueError, "unknown address family {}", family);
  if (packed.size() != (family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr))) {
    return raise(t, ValueError, "invalid length of packed IP address string");
  }
  return internet_address_text(t, family, packed.data());
}

Result<List> socket_if_nameindex(Thread& t, Value) {
  struct Names {
    struct if_nameindex* all;
    ~Names() {
      if (all != nullptr) ::if_freenameindex(all);
    }
  } names{::if_nameindex()};
  if (names.all == nullptr) return socket_error(t);
  Local<List> out(t, TRY(list_new(t)));
  for (auto* one = names.all; one->if_index != 0 && one->if_name != nullptr; ++one) {
    Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, one->if_name)));
    Local<Tuple> pair(t, TRY(tuple_of(t, Value::small_int(one->if_index), name)));
    TRY(list_append(t, out, pair.value()));
  }
  return out.give();
}
Result<i64> socket_if_nametoindex(Thread& t, Value name) {
  PathArgument text;
  TRY(text.convert(t, name, "if_nametoindex", "oname"));
  unsigned index = ::if_nametoindex(text.c_str());
  if (index == 0) return socket_error(t);
  return i64{index};
}
Result<Str> socket_if_indextoname(Thread& t, Value v) {
  u64 index = TRY(unsigned_argument(t, v, UINT32_MAX, "unsigned int"));
  char name[IF_NAMESIZE];
  if (::if_indextoname(static_cast<unsigned>(index), name) == nullptr) return socket_error(t);
  return str_from_utf8_surrogateescape(t, name);
}

const NativeDef kFunctions[] = {
    def<swap_short>("htons($module, integer, /)", "A 16-bit integer in the network's order of bytes."),
    def<swap_short>("ntohs($module, integer, /)", "A 16-bit integer in this machine's order of bytes."),
    def<swap_long>("htonl($module, integer, /)", "A 32-bit integer in the network's order of bytes."),
    def<swap_long>("ntohl($module, integer, /)", "A 32-bit integer in this machine's order of bytes."),
    def<socket_inet_aton>("inet_aton($module, ip_addr, /)", "The bytes of an IPv4 address."),
    def<socket_inet_ntoa>("inet_ntoa($module, packed_ip, /)", "The text of an IPv4 address of 4 bytes."),
    def<socket_inet_pton>("inet_pton($module, address_family, ip_string, /)", "The bytes of an address."),
    def<socket_inet_ntop>("inet_ntop($module, address_family, packed_ip, /)", "The text of an address of bytes."),
    def<socket_if_nameindex>("if_nameindex($self, /)", "A list of (index, name) of all interfaces."),
    def<socket_if_nametoindex>("if_nametoindex($module, oname, /)", "The index of an interface."),
    def<socket_if_indextoname>("if_indextoname($module, if_index, /)", "The name of an interface."),
};

}  // namespace

std::span<const NativeDef> network_functions() { return kFunctions; }

}  // namespace taipan
