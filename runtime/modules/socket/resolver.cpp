// _socket: names of hosts, services and protocols.
// The C library's resolver may wait for servers: it is always asked detached.
#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <unistd.h>

#include <cstring>

#include "runtime/modules/socket/socket.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/codec.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// type(code, text)
ErrorTag raise_coded(Thread& t, Type& type, int code, const char* message) {
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, message)));
  Local<Tuple> args(t, TRY(tuple_of(t, Value::small_int(code), text)));
  Local<BaseException> e(t, TRY(exception_new(t, type, args)));
  return raise_object(t, e);
}

// What getaddrinfo() found; freed with its scope.
class Found {
 public:
  Found() = default;
  ~Found() {
    if (first_ != nullptr) ::freeaddrinfo(first_);
  }
  Found(const Found&) = delete;
  Status ask(Thread& t, const char* host, const char* service, const addrinfo& wanted) {
    int failed;
    {
      Detached away(t);
      failed = ::getaddrinfo(host, service, &wanted, &first_);
    }
    if (failed == 0) return kDone;
    first_ = nullptr;
    return raise_gaierror(t, failed);
  }
  addrinfo* first() const { return first_; }

 private:
  addrinfo* first_ = nullptr;
};

void take(const addrinfo* from, Address* out) {
  out->length = from->ai_addrlen;
  std::memcpy(&out->storage, from->ai_addr, from->ai_addrlen);
}

Status resolve_wildcard(Thread& t, int family, Address* out) {
  addrinfo wanted = {};
  wanted.ai_family = family;
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = AI_PASSIVE;
  Found found;
  TRY(found.ask(t, nullptr, "0", wanted));
  if (found.first()->ai_next != nullptr) return raise(t, OSError, "wildcard resolved to multiple address");
  take(found.first(), out);
  return kDone;
}

bool resolve_numeric(const std::string& name, int family, Address* out) {
  if (family != AF_INET6) {
    auto* four = reinterpret_cast<sockaddr_in*>(&out->storage);
    if (::inet_pton(AF_INET, name.c_str(), &four->sin_addr) > 0) {
      four->sin_family = AF_INET;
      out->length = sizeof *four;
      return true;
    }
  }
  if (family != AF_INET && name.find('%') == std::string::npos) {  // a zone is the C library's to look up
    auto* six = reinterpret_cast<sockaddr_in6*>(&out->storage);
    if (::inet_pton(AF_INET6, name.c_str(), &six->sin6_addr) > 0) {
      six->sin6_family = AF_INET6;
      out->length = sizeof *six;
      return true;
    }
  }
  return false;
}

// --- getaddrinfo, getnameinfo ----------------------------------------------------------------------------------------

// A str, bytes or None as a zero-terminated text; null: None. codec null: UTF-8.
Status text_or_none(Thread& t, Value v, const char* codec, const char* otherwise, Type& type, std::string* text,
                    const char** out) {
  *out = nullptr;
  if (is_none(v)) return kDone;
  if (is_a<Str>(v)) {
    Local<Bytes> encoded(t, TRY(str_encode(t, v.as<Str>(), codec, nullptr)));
    *text = encoded->view();
  } else if (is_a<Bytes>(v)) {
    *text = v.as<Bytes>()->view();
  } else {
    return raise(t, type, "{}", otherwise);
  }
  *out = text->c_str();
  return kDone;
}

Result<Tuple> found_object(Thread& t, addrinfo* a) {
  Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, a->ai_canonname != nullptr ? a->ai_canonname : "")));
  Local<> address(t, TRY(address_object(t, a->ai_addr, a->ai_addrlen)));
  Value fields[] = {Value::small_int(a->ai_family), Value::small_int(a->ai_socktype), Value::small_int(a->ai_protocol),
                    name.value(), address.value()};
  return tuple_from(t, fields, 5);
}

Result<List> socket_getaddrinfo(Thread& t, Value host, Value port, i32 family, i32 type, i32 proto, i32 flags) {
  std::string host_text, port_text;
  const char *host_name, *service;
  TRY(text_or_none(t, host, "idna", "getaddrinfo() argument 1 must be string or None", TypeError, &host_text,
                   &host_name));
  Local<> number(t, port);
  if (is_any_int(port)) number.set(Result<>(TRY(int_to_text(t, port))));
  TRY(text_or_none(t, number, "utf-8", "Int or String expected", OSError, &port_text, &service));
  if (port_text.find('\0') != std::string::npos || host_text.find('\0') != std::string::npos) {
    return raise_gaierror(t, EAI_NONAME);
  }
  Value event[] = {host, port, Value::small_int(family), Value::small_int(type), Value::small_int(proto)};
  if (g_audit_hooks.load_acquire() != 0) {
    Local<Tuple> args(t, TRY(tuple_from(t, event, 5)));
    TRY(audit_tuple(t, str_immortal(t, "socket.getaddrinfo"), args));
  }
  addrinfo wanted = {};
  wanted.ai_family = family;
  wanted.ai_socktype = type;
  wanted.ai_protocol = proto;
  wanted.ai_flags = flags;
  Found found;
  TRY(found.ask(t, host_name, service, wanted));
  Local<List> out(t, TRY(list_new(t)));
  for (addrinfo* a = found.first(); a != nullptr; a = a->ai_next) {
    Local<Tuple> one(t, TRY(found_object(t, a)));
    TRY(list_append(t, out, one.value()));
  }
  return out.give();
}

Result<Tuple> socket_getnameinfo(Thread& t, Value address, i32 flags) {
  if (!is_a<Tuple>(address)) return raise(t, TypeError, "getnameinfo() argument 1 must be a tuple");
  Tuple* parts = address.as<Tuple>();
  usize n = parts->size();
  if (n < 2 || n > 4 || !is_a<Str>((*parts)[0])) {
    return raise(t, TypeError, "getnameinfo() argument 1 must be a tuple (host, port[, flowinfo[, scopeid]])");
  }
  Utf8 host;
  TRY(host.encode(t, (*parts)[0].as<Str>()));
  i64 port = TRY(to_ssize(t, (*parts)[1]));
  i64 flow = n > 2 ? TRY(to_ssize(t, (*parts)[2])) : 0, scope = n > 3 ? TRY(to_ssize(t, (*parts)[3])) : 0;
  if (flow < 0 || flow > 0xfffff) return raise(t, OverflowError, "getnameinfo(): flowinfo must be 0-1048575.");
  TRY(audit(t, "socket.getnameinfo", address));
  addrinfo wanted = {};
  wanted.ai_socktype = SOCK_DGRAM;
  wanted.ai_flags = AI_NUMERICHOST;
  Found found;
  TRY(found.ask(t, host.c_str(), std::to_string(port).c_str(), wanted));
  if (found.first()->ai_next != nullptr) return raise(t, OSError, "sockaddr resolved to multiple addresses");
  if (found.first()->ai_family == AF_INET && n != 2) return raise(t, OSError, "IPv4 sockaddr must be 2 tuple");
  if (found.first()->ai_family == AF_INET6) {
    auto* six = reinterpret_cast<sockaddr_in6*>(found.first()->ai_addr);
    six->sin6_flowinfo = htonl(static_cast<u32>(flow));
    six->sin6_scope_id = static_cast<u32>(scope);
  }
  char name[NI_MAXHOST], service[NI_MAXSERV];
  int failed;
  {
    Detached away(t);
    failed = ::getnameinfo(found.first()->ai_addr, found.first()->ai_addrlen, name, sizeof name, service,
                           sizeof service, flags);
  }
  if (failed != 0) return raise_gaierror(t, failed);
  Local<Str> a(t, TRY(str_from_utf8_surrogateescape(t, name))), b(t, TRY(str_from_utf8_surrogateescape(t, service)));
  return tuple_of(t, a, b);
}

// --- the older calls -------------------------------------------------------------------------------------------------

// Calls ask(buffer, size, &error) with more room until that is enough; what it returned.
template <class F>
int with_room(Thread& t, std::vector<char>& room, F ask) {
  room.resize(1024);
  while (true) {
    int r;
    {
      Detached away(t);
      r = ask(room.data(), room.size());
    }
    if (r != ERANGE) return r;
    room.resize(room.size() * 2);
  }
}

Result<Tuple> host_object(Thread& t, const hostent& h) {
  Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, h.h_name)));
  Local<List> aliases(t, TRY(list_new(t))), addresses(t, TRY(list_new(t)));
  for (char** a = h.h_aliases; a != nullptr && *a != nullptr; ++a) {
    Local<Str> alias(t, TRY(str_from_utf8_surrogateescape(t, *a)));
    TRY(list_append(t, aliases, alias.value()));
  }
  for (char** a = h.h_addr_list; a != nullptr && *a != nullptr; ++a) {
    Local<Str> address(t, TRY(internet_address_text(t, h.h_addrtype, *a)));
    TRY(list_append(t, addresses, address.value()));
  }
  return tuple_of(t, name, aliases, addresses);
}

Result<Str> socket_gethostbyname(Thread& t, Value name) {
  std::string host;
  TRY(host_name(t, name, "gethostbyname", &host));
  TRY(audit(t, "socket.gethostbyname", name));
  Address address;
  TRY(resolve(t, host, AF_INET, &address));
  return numeric_host(t, address.raw());
}

Result<Tuple> socket_gethostbyname_ex(Thread& t, Value name) {
  std::string host;
  TRY(host_name(t, name, "gethostbyname_ex", &host));
  TRY(audit(t, "socket.gethostbyname", name));
  Address address;
  TRY(resolve(t, host, AF_INET, &address));
  std::vector<char> room;
  hostent entry, *found = nullptr;
  int error = 0;
  with_room(t, room, [&](char* at, usize n) { return ::gethostbyname_r(host.c_str(), &entry, at, n, &found, &error); });
  if (found == nullptr) return raise_herror(t, error);
  return host_object(t, *found);
}

Result<Tuple> socket_gethostbyaddr(Thread& t, Value name) {
  std::string host;
  TRY(host_name(t, name, "gethostbyaddr", &host));
  TRY(audit(t, "socket.gethostbyaddr", name));
  Address address;
  TRY(resolve(t, host, AF_UNSPEC, &address));
  int family = address.raw()->sa_family;
  const void* bits = family == AF_INET ? static_cast<void*>(&reinterpret_cast<sockaddr_in*>(address.raw())->sin_addr)
                                       : &reinterpret_cast<sockaddr_in6*>(address.raw())->sin6_addr;
  socklen_t length = family == AF_INET ? sizeof(in_addr) : sizeof(in6_addr);
  std::vector<char> room;
  hostent entry, *found = nullptr;
  int error = 0;
  with_room(t, room, [&](char* at, usize n) {
    return ::gethostbyaddr_r(bits, length, family, &entry, at, n, &found, &error);
  });
  if (found == nullptr) return raise_herror(t, error);
  return host_object(t, *found);
}

Result<i64> socket_getservbyname(Thread& t, Str* name, Opt<Str*> protocol) {
  Utf8 service, proto;
  TRY(service.encode(t, name));
  if (protocol) TRY(proto.encode(t, *protocol));
  TRY(audit(t, "socket.getservbyname", Value(name), protocol ? Value(*protocol) : none_value()));
  std::vector<char> room;
  servent entry, *found = nullptr;
  with_room(t, room, [&](char* at, usize n) {
    return ::getservbyname_r(service.c_str(), protocol ? proto.c_str() : nullptr, &entry, at, n, &found);
  });
  if (found == nullptr) return raise(t, OSError, "service/proto not found");
  return i64{ntohs(static_cast<u16>(found->s_port))};
}

Result<Str> socket_getservbyport(Thread& t, i32 port, Opt<Str*> protocol) {
  if (port < 0 || port > 0xffff) return raise(t, OverflowError, "getservbyport: port must be 0-65535.");
  Utf8 proto;
  if (protocol) TRY(proto.encode(t, *protocol));
  TRY(audit(t, "socket.getservbyport", Value::small_int(port), protocol ? Value(*protocol) : none_value()));
  std::vector<char> room;
  servent entry, *found = nullptr;
  with_room(t, room, [&](char* at, usize n) {
    return ::getservbyport_r(htons(static_cast<u16>(port)), protocol ? proto.c_str() : nullptr, &entry, at, n, &found);
  });
  if (found == nullptr) return raise(t, OSError, "port/proto not found");
  return str_from_utf8_surrogateescape(t, found->s_name);
}

Result<i64> socket_getprotobyname(Thread& t, Str* name) {
  Utf8 text;
  TRY(text.encode(t, name));
  std::vector<char> room;
  protoent entry, *found = nullptr;
  with_room(t, room, [&](char* at, usize n) { return ::getprotobyname_r(text.c_str(), &entry, at, n, &found); });
  if (found == nullptr) return raise(t, OSError, "protocol not found");
  return i64{found->p_proto};
}

Result<Str> socket_gethostname(Thread& t, Value) {
  TRY(audit(t, "socket.gethostname", Value::empty()));
  char name[1024];
  if (::gethostname(name, sizeof name - 1) < 0) return socket_error(t);
  name[sizeof name - 1] = 0;
  return str_from_utf8_surrogateescape(t, name);
}

Status socket_sethostname(Thread& t, Value name) {
  Utf8 text;
  std::string_view view;
  if (is_a<Bytes>(name)) {
    view = name.as<Bytes>()->view();
  } else if (is_a<Str>(name)) {
    TRY(text.encode_filename(t, name.as<Str>()));
    view = text.view();
  } else {
    return raise(t, TypeError, "expected str, bytes or os.PathLike object, not {!T}", name);
  }
  TRY(audit(t, "socket.sethostname", name));
  if (::sethostname(view.data(), view.size()) < 0) return socket_error(t);
  return kDone;
}

const NativeDef kFunctions[] = {
    def<socket_getaddrinfo>("getaddrinfo($module, host, port, family=0, type=0, proto=0, flags=0)",
                            "A list of (family, type, proto, canonical name, address)."),
    def<socket_getnameinfo>("getnameinfo($module, sockaddr, flags, /)", "(host, port) of an address."),
    def<socket_gethostbyname>("gethostbyname($module, host, /)", "The IPv4 address of a host."),
    def<socket_gethostbyname_ex>("gethostbyname_ex($module, host, /)", "(name, aliases, addresses) of a host."),
    def<socket_gethostbyaddr>("gethostbyaddr($module, host, /)", "(name, aliases, addresses) for an address."),
    def<socket_getservbyname>("getservbyname($module, servicename, protocolname=<unrepresentable>, /)",
                              "The port of a service."),
    def<socket_getservbyport>("getservbyport($module, port, protocolname=<unrepresentable>, /)",
                              "The service of a port."),
    def<socket_getprotobyname>("getprotobyname($module, name, /)", "The number of a protocol."),
    def<socket_gethostname>("gethostname($self, /)", "The name of this machine."),
    def<socket_sethostname>("sethostname($module, name, /)", "Names this machine."),
};

}  // namespace

Status resolve(Thread& t, const std::string& name, int family, Address* out) {
  if (name.empty()) return resolve_wildcard(t, family, out);
  if (name == "<broadcast>" || name == "255.255.255.255") {
    if (family != AF_INET && family != AF_UNSPEC) return raise(t, OSError, "address family mismatched");
    auto* four = reinterpret_cast<sockaddr_in*>(&out->storage);
    four->sin_family = AF_INET;
    four->sin_addr.s_addr = INADDR_BROADCAST;
    out->length = sizeof *four;
    return kDone;
  }
  if (resolve_numeric(name, family, out)) return kDone;
  addrinfo wanted = {};
  wanted.ai_family = family;
  Found found;
  TRY(found.ask(t, name.c_str(), nullptr, wanted));
  take(found.first(), out);
  return kDone;
}

ErrorTag raise_gaierror(Thread& t, int code) {
  if (code == EAI_SYSTEM) return socket_error(t);
  return raise_coded(t, *g_gaierror, code, ::gai_strerror(code));
}
ErrorTag raise_herror(Thread& t, int code) { return raise_coded(t, *g_herror, code, ::hstrerror(code)); }

std::span<const NativeDef> resolver_functions() { return kFunctions; }

}  // namespace taipan
