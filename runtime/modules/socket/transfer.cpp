// _socket: sending and receiving bytes.
#include "runtime/modules/io/io.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

// bytes of which the first n are used.
Result<Bytes> cut(Thread& t, Local<Bytes>& room, ssize n) {
  if (static_cast<usize>(n) == room->size()) return room.give();
  return bytes_from(t, room->view().substr(0, static_cast<usize>(n)));
}

// The room for a call that receives into a buffer: `wanted` of its bytes, all if that is 0.
Result<usize> room_for(Thread& t, usize size, i64 wanted, const char* function, const char* too_small) {
  if (wanted < 0) return raise(t, ValueError, "negative buffersize in {}", function);
  if (static_cast<usize>(wanted) > size) return raise(t, ValueError, "{}", too_small);
  return wanted == 0 ? size : static_cast<usize>(wanted);
}

Result<Bytes> socket_recv(Thread& t, Value self, i64 size, i32 flags) {
  if (size < 0) return raise(t, ValueError, "negative buffersize in recv");
  Local<Bytes> room(t, TRY(bytes_allocate(t, static_cast<usize>(size))));
  u8* to = room->data();  // local, held by `room`: stays where it is
  ssize n = TRY(socket_call(t, socket_of(self), Ready::Read,
                            [&](i32 fd) { return ::recv(fd, to, static_cast<usize>(size), flags); }));
  return cut(t, room, n);
}

Result<i64> socket_recv_into(Thread& t, Value self, Value buffer, i64 size, i32 flags) {
  io::BytesArgument room(t);
  TRY(room.get_writable(t, buffer, "recv_into() argument 1"));
  usize n = TRY(room_for(t, room.size(), size, "recv_into", "buffer too small for requested bytes"));
  if (n == 0) return i64{0};
  return TRY(socket_call(t, socket_of(self), Ready::Read,
                         [&](i32 fd) { return ::recv(fd, room.writable(), n, flags); }));
}

Result<ssize> receive_from(Thread& t, Value self, u8* to, usize n, i32 flags, Address& from) {
  return socket_call(t, socket_of(self), Ready::Read, [&](i32 fd) {
    from.length = sizeof from.storage;
    return ::recvfrom(fd, to, n, flags, from.raw(), &from.length);
  });
}
Result<Tuple> socket_recvfrom(Thread& t, Value self, i64 size, i32 flags) {
  if (size < 0) return raise(t, ValueError, "negative buffersize in recvfrom");
  Local<Bytes> room(t, TRY(bytes_allocate(t, static_cast<usize>(size))));
  Address from;
  ssize n = TRY(receive_from(t, self, room->data(), room->size(), flags, from));
  Local<Bytes> data(t, TRY(cut(t, room, n)));
  Local<> address(t, TRY(address_object(t, from)));
  return tuple_of(t, data, address);
}
Result<Tuple> socket_recvfrom_into(Thread& t, Value self, Value buffer, i64 size, i32 flags) {
  io::BytesArgument room(t);
  TRY(room.get_writable(t, buffer, "recvfrom_into() argument 1"));
  usize wanted = TRY(room_for(t, room.size(), size, "recvfrom_into", "nbytes is greater than the length of the buffer"));
  Address from;
  ssize n = TRY(receive_from(t, self, room.writable(), wanted, flags, from));
  Local<> address(t, TRY(address_object(t, from)));
  return tuple_of(t, Value::small_int(n), address);
}

Result<i64> socket_send(Thread& t, Value self, Value data, i32 flags) {
  io::BytesArgument bytes(t);
  TRY(bytes.get(data));
  return TRY(socket_call(t, socket_of(self), Ready::Write,
                         [&](i32 fd) { return ::send(fd, bytes.data(), bytes.size(), flags); }));
}

// One deadline for all parts.
Status socket_sendall(Thread& t, Value self, Value data, i32 flags) {
  io::BytesArgument bytes(t);
  TRY(bytes.get(data));
  i64 deadline = socket_deadline(socket_of(self));
  usize sent = 0;
  do {
    ssize n = TRY(socket_call(t, socket_of(self), Ready::Write, deadline, [&](i32 fd) {
      return ::send(fd, bytes.data() + sent, bytes.size() - sent, flags);
    }));
    sent += static_cast<usize>(n);
    TRY(safepoint(t));  // signal handlers: the call may have been cut short by a signal
  } while (sent < bytes.size());
  return kDone;
}

// sendto(data, address), sendto(data, flags, address)
Result<i64> socket_sendto(Thread& t, Value self, Args args) {
  if (args.count != 2 && args.count != 3) {
    return raise(t, TypeError, "sendto() takes 2 or 3 arguments ({} given)", args.count);
  }
  io::BytesArgument bytes(t);
  TRY(bytes.get(args.items[0]));
  i64 flags = args.count == 3 ? TRY(to_ssize(t, args.items[1])) : 0;
  Value address = args.items[args.count - 1];
  Address to;
  TRY(address_from(t, socket_of(self), address, "sendto", to));
  TRY(audit(t, "socket.sendto", self, address));
  return TRY(socket_call(t, socket_of(self), Ready::Write, [&](i32 fd) {
    return ::sendto(fd, bytes.data(), bytes.size(), static_cast<int>(flags), to.raw(), to.length);
  }));
}

const NativeDef kMethods[] = {
    def<socket_recv>("recv($self, bufsize, flags=0, /)", "Waits for bytes: at most bufsize; none at the end."),
    def<socket_recv_into>("recv_into($self, buffer, nbytes=0, flags=0)", "Waits for bytes; how many were stored."),
    def<socket_recvfrom>("recvfrom($self, bufsize, flags=0, /)", "Waits for bytes: (bytes, address of the sender)."),
    def<socket_recvfrom_into>("recvfrom_into($self, buffer, nbytes=0, flags=0)",
                              "Waits for bytes: (how many were stored, address of the sender)."),
    def<socket_send>("send($self, data, flags=0, /)", "Sends bytes; how many were taken."),
    def<socket_sendall>("sendall($self, data, flags=0, /)", "Sends all bytes."),
    def<socket_sendto>("sendto($self, *args)", "sendto(data[, flags], address): sends bytes to an address."),
};

}  // namespace

std::span<const NativeDef> socket_transfer_methods() { return kMethods; }

}  // namespace taipan
