// _socket: the table of the module.
#include <net/ethernet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <netinet/udp.h>

// After the C library's headers, which they then agree with.
#include <linux/can.h>
#include <linux/can/bcm.h>
#include <linux/can/error.h>
#include <linux/can/isotp.h>
#include <linux/can/j1939.h>
#include <linux/can/raw.h>
#include <linux/if_alg.h>
#include <linux/if_packet.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netlink.h>
#include <linux/rds.h>
#include <linux/tipc.h>
#include <linux/vm_sockets.h>

#include "runtime/modules/module_tools.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/types/singletons.h"

namespace taipan {

Type *g_gaierror, *g_herror;

namespace {

#define C(name) int_constant(#name, static_cast<i64>(name)),
#define N(name, number) int_constant(#name, number),
const ConstantDef kConstants[] = {
#include "runtime/modules/socket/constants.inc"
    text_constant("BDADDR_ANY", "00:00:00:00:00:00"),
    text_constant("BDADDR_LOCAL", "00:00:00:FF:FF:FF"),
};
#undef C
#undef N

Status socket_exec(Thread& t, Module* m) {
  TRY(module_add_exception(t, m, "gaierror", OSError, &g_gaierror, "socket"));
  TRY(module_add_exception(t, m, "herror", OSError, &g_herror, "socket"));
  TRY(module_add(t, m, "error", Value(&OSError)));
  TRY(module_add(t, m, "timeout", Value(&TimeoutError)));
  TRY(module_add(t, m, "has_ipv6", bool_value(true)));
  TRY(socket_type_exec(t, m));
  TRY(module_add(t, m, "SocketType", Value(g_socket_type)));
  TRY(module_add_functions(t, m, socket_functions()));
  TRY(module_add_functions(t, m, socket_message_functions()));
  TRY(module_add_functions(t, m, resolver_functions()));
  return module_add_functions(t, m, network_functions());
}

}  // namespace

extern const ModuleDef socket_module_def;
const ModuleDef socket_module_def = {"_socket", "Sockets, and the system's tables of names and addresses.", {},
                                     kConstants, socket_exec};

}  // namespace taipan
