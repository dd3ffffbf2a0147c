// _socket: messages of several buffers with ancillary data (descriptors, credentials, packet options).
#include <linux/if_alg.h>
#include <unistd.h>

#include <cstring>
#include <deque>

#include "runtime/modules/io/io.h"
#include "runtime/modules/socket/socket.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr usize kMaxControl = INT32_MAX;  // of ancillary data: what the system's length field is sure to hold

bool control_length(i64 n, usize* out) {
  if (n < 0 || static_cast<usize>(n) > kMaxControl - CMSG_LEN(0)) return false;
  *out = CMSG_LEN(static_cast<usize>(n));
  return true;
}
bool control_space(i64 n, usize* out) {
  if (n < 0 || static_cast<usize>(n) > kMaxControl - CMSG_SPACE(1)) return false;
  *out = CMSG_SPACE(static_cast<usize>(n));
  return true;
}
Result<i64> socket_cmsg_len(Thread& t, i64 n) {
  usize length;
  if (!control_length(n, &length)) return raise(t, OverflowError, "CMSG_LEN() argument out of range");
  return static_cast<i64>(length);
}
Result<i64> socket_cmsg_space(Thread& t, i64 n) {
  usize length;
  if (!control_space(n, &length)) return raise(t, OverflowError, "CMSG_SPACE() argument out of range");
  return static_cast<i64>(length);
}

// The items of an iterable argument, as a list.
Result<List> items_of(Thread& t, Value v, const char* function, int argument) {
  Result<List> items = to_list(t, v);
  if (!items.is_error() || type_of(v).slots.iter != nullptr || !swallow(t, TypeError)) return items;
  return raise(t, TypeError, "{}() argument {} must be an iterable", function, argument);
}

// The buffers of an iterable, held while this lives.
class Buffers {
 public:
  explicit Buffers(Thread& t) : items_(t) {}
  Status get(Thread& t, Value iterable, const char* function, bool writable) {
    items_.set(TRY(items_of(t, iterable, function, 1)));
    for (usize i = 0;; ++i) {
      Local<> item(t, TRY(list_get(t, items_, i)));
      if (item.is_empty()) return kDone;
      io::BytesArgument& held = held_.emplace_back(t);
      if (!writable) {
        TRY(held.get(item));
      } else if (held.get_writable(t, item).is_error()) {
        if (!swallow(t, TypeError)) return kError;
        return raise(t, TypeError, "{}() argument 1 must be an iterable of single-segment read-write buffers", function);
      }
      vectors_.push_back({held.writable(), held.size()});
    }
  }
  void attach(msghdr& message) {
    message.msg_iov = vectors_.data();
    message.msg_iovlen = vectors_.size();
  }

 private:
  Local<List> items_;
  std::deque<io::BytesArgument> held_;  // its elements stay where they are
  std::vector<iovec> vectors_;
};

// --- receiving -------------------------------------------------------------------------------------------------------

// The bytes of an item that the buffer really holds.
usize data_length(const msghdr& message, const cmsghdr* c) {
  auto* data = CMSG_DATA(c);
  auto* end = static_cast<const u8*>(message.msg_control) + message.msg_controllen;
  if (c->cmsg_len < CMSG_LEN(0) || data > end) return 0;
  return std::min<usize>(c->cmsg_len - CMSG_LEN(0), static_cast<usize>(end - data));
}

Result<Tuple> control_object(Thread& t, const msghdr& message, const cmsghdr* c) {
  Local<Bytes> data(t, TRY(bytes_from(t, {reinterpret_cast<const char*>(CMSG_DATA(c)), data_length(message, c)})));
  return tuple_of(t, Value::small_int(c->cmsg_level), Value::small_int(c->cmsg_type), data);
}

// Nobody will see the descriptors in a message that could not be delivered.
void close_received(msghdr& message) {
  for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
    if (c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_RIGHTS) continue;
    for (usize i = 0; i + sizeof(int) <= data_length(message, c); i += sizeof(int)) {
      int fd;
      std::memcpy(&fd, CMSG_DATA(c) + i, sizeof fd);
      ::close(fd);
    }
  }
}

Result<Tuple> message_object(Thread& t, Value first, msghdr& message, Address& from) {
  Local<List> items(t, TRY(list_new(t)));
  if (message.msg_controllen > 0) {
    for (cmsghdr* c = CMSG_FIRSTHDR(&message); c != nullptr; c = CMSG_NXTHDR(&message, c)) {
      Local<Tuple> item(t, TRY(control_object(t, message, c)));
      TRY(list_append(t, items, item.value()));
    }
  }
  Local<> address(t, TRY(address_object(t, from)));
  Value fields[] = {first, items.value(), Value::small_int(message.msg_flags), address.value()};
  return tuple_from(t, fields, 4);
}

// Receives into message's vectors. make(n): the first part of the answer.
template <class F>
Result<Tuple> receive(Thread& t, Value self, msghdr& message, i64 control_size, i32 flags, F make) {
  if (control_size < 0 || static_cast<usize>(control_size) > kMaxControl) {
    return raise(t, ValueError, "invalid ancillary data buffer length");
  }
  std::vector<char> control(static_cast<usize>(control_size));
  Address from;
  ssize n = TRY(socket_call(t, socket_of(self), Ready::Read, [&](i32 fd) {
    message.msg_name = from.raw();
    message.msg_namelen = sizeof from.storage;
    message.msg_control = control.empty() ? nullptr : control.data();
    message.msg_controllen = control.size();
    return ::recvmsg(fd, &message, flags);
  }));
  from.length = message.msg_namelen;
  Result<> first = make(n);
  if (!first.is_error()) {
    Local<> held(t, first);
    Result<Tuple> r = message_object(t, held, message, from);
    if (!r.is_error()) return r;
  }
  close_received(message);
  return kError;
}

Result<Tuple> socket_recvmsg(Thread& t, Value self, i64 size, i64 control_size, i32 flags) {
  if (size < 0) return raise(t, ValueError, "negative buffer size in recvmsg()");
  Local<Bytes> room(t, TRY(bytes_allocate(t, static_cast<usize>(size))));
  iovec vector = {room->data(), room->size()};
  msghdr message = {};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  return receive(t, self, message, control_size, flags, [&](ssize n) -> Result<> {
    return bytes_from(t, room->view().substr(0, static_cast<usize>(n)));
  });
}
Result<Tuple> socket_recvmsg_into(Thread& t, Value self, Value iterable, i64 control_size, i32 flags) {
  Buffers buffers(t);
  TRY(buffers.get(t, iterable, "recvmsg_into", true));
  msghdr message = {};
  buffers.attach(message);
  return receive(t, self, message, control_size, flags, [](ssize n) { return Result<>::small_int(n); });
}

// --- sending -----------------------------------------------------------------------------------------------------------

struct ControlItem {
  int level, type;
  std::string data;
};

// (level, type, bytes)
Status read_item(Thread& t, Value v, ControlItem* out) {
  constexpr const char* kWhat = "[sendmsg() ancillary data items]() argument";
  if (!is_a<Tuple>(v)) return raise(t, TypeError, "{} must be 3-item tuple, not {!T}", kWhat, v);
  Tuple* parts = v.as<Tuple>();
  if (parts->size() != 3) {
    return raise(t, TypeError, "{} must be tuple of length 3, not {}", kWhat, parts->size());
  }
  out->level = static_cast<int>(TRY(to_ssize(t, (*parts)[0])));
  out->type = static_cast<int>(TRY(to_ssize(t, (*parts)[1])));
  io::BytesArgument data(t);
  TRY(data.get((*parts)[2]));
  out->data.assign(reinterpret_cast<const char*>(data.data()), data.size());
  return kDone;
}

// Lays the items out as the system wants them; `room` is what they occupy.
Status lay_out(Thread& t, const std::vector<ControlItem>& items, std::vector<char>& room, msghdr& message) {
  usize total = 0;
  for (const ControlItem& item : items) {
    usize space;
    if (!control_space(static_cast<i64>(item.data.size()), &space)) {
      return raise(t, OSError, "ancillary data item too large");
    }
    if (space > kMaxControl - total) return raise(t, OSError, "too much ancillary data");
    total += space;
  }
  if (total == 0) return kDone;
  room.assign(total, 0);  // CMSG_NXTHDR looks at the next item's length
  message.msg_control = room.data();
  message.msg_controllen = total;
  cmsghdr* c = CMSG_FIRSTHDR(&message);
  for (const ControlItem& item : items) {
    c->cmsg_level = item.level;
    c->cmsg_type = item.type;
    c->cmsg_len = CMSG_LEN(item.data.size());
    std::memcpy(CMSG_DATA(c), item.data.data(), item.data.size());
    c = CMSG_NXTHDR(&message, c);
  }
  return kDone;
}

Result<i64> send_message(Thread& t, Value self, msghdr& message, i32 flags) {
  return TRY(socket_call(t, socket_of(self), Ready::Write, [&](i32 fd) { return ::sendmsg(fd, &message, flags); }));
}

Result<i64> socket_sendmsg(Thread& t, Value self, Value buffers, Value ancillary, i32 flags, Value address) {
  Socket* s = socket_of(self);
  msghdr message = {};
  Address to;
  if (io::given(address)) {
    TRY(address_from(t, s, address, "sendmsg", to));
    message.msg_name = to.raw();
    message.msg_namelen = to.length;
  }
  TRY(audit(t, "socket.sendmsg", self, io::given(address) ? address : none_value()));
  Buffers data(t);
  TRY(data.get(t, buffers, "sendmsg", false));
  data.attach(message);
  std::vector<ControlItem> items;
  if (io::given(ancillary)) {
    Local<List> list(t, TRY(items_of(t, ancillary, "sendmsg", 2)));
    for (usize i = 0;; ++i) {
      Local<> item(t, TRY(list_get(t, list, i)));
      if (item.is_empty()) break;
      TRY(read_item(t, item, &items.emplace_back()));
    }
  }
  std::vector<char> room;
  TRY(lay_out(t, items, room, message));
  return send_message(t, self, message, flags);
}

// The kernel's cryptography: the operation, its initial vector, how many bytes are only authenticated.
Result<i64> socket_sendmsg_afalg(Thread& t, Value self, Value buffers, Value operation, Value vector, Value associated,
                                 i32 flags) {
  if (socket_of(self)->family != AF_ALG) return raise(t, OSError, "algset is only supported for AF_ALG");
  if (operation.is_empty()) return raise(t, TypeError, "sendmsg_afalg() missing required argument 'op'");
  i64 op = TRY(to_ssize(t, operation));
  if (op < 0) return raise(t, TypeError, "invalid or missing argument 'op'");
  auto bytes_of = [](u32 n) { return std::string(reinterpret_cast<const char*>(&n), sizeof n); };
  std::vector<ControlItem> items = {{SOL_ALG, ALG_SET_OP, bytes_of(static_cast<u32>(op))}};
  if (io::given(vector)) {
    io::BytesArgument iv(t);
    TRY(iv.get(vector));
    std::string data = bytes_of(static_cast<u32>(iv.size()));
    data.append(reinterpret_cast<const char*>(iv.data()), iv.size());
    items.push_back({SOL_ALG, ALG_SET_IV, std::move(data)});
  }
  if (io::given(associated)) {
    i64 n = TRY(to_ssize(t, associated));
    if (n < 0) return raise(t, TypeError, "assoclen must be positive");
    items.push_back({SOL_ALG, ALG_SET_AEAD_ASSOCLEN, bytes_of(static_cast<u32>(n))});
  }
  msghdr message = {};
  Buffers data(t);
  if (io::given(buffers)) {
    TRY(data.get(t, buffers, "sendmsg_afalg", false));
    data.attach(message);
  }
  std::vector<char> room;
  TRY(lay_out(t, items, room, message));
  return send_message(t, self, message, flags);
}

const NativeDef kMethods[] = {
    def<socket_recvmsg>("recvmsg($self, bufsize, ancbufsize=0, flags=0, /)",
                        "Waits for a message: (bytes, ancillary data, flags, address)."),
    def<socket_recvmsg_into>("recvmsg_into($self, buffers, ancbufsize=0, flags=0, /)",
                             "Waits for a message: (how many bytes were stored, ancillary data, flags, address)."),
    def<socket_sendmsg>(
        "sendmsg($self, buffers, ancdata=<unrepresentable>, flags=0,\n        address=<unrepresentable>, /)",
        "Sends the bytes of all buffers, and ancillary data; how many bytes were taken."),
    def<socket_sendmsg_afalg>("sendmsg_afalg($self, msg=None, *, op=<unrepresentable>, iv=None, assoclen=None, flags=0)",
                              "Sends a message to the kernel's cryptography."),
};
const NativeDef kFunctions[] = {
    def<socket_cmsg_len>("CMSG_LEN($module, length, /)", "Bytes of an item of ancillary data, without padding."),
    def<socket_cmsg_space>("CMSG_SPACE($module, length, /)", "Bytes that an item of ancillary data takes."),
};

}  // namespace

std::span<const NativeDef> socket_message_methods() { return kMethods; }
std::span<const NativeDef> socket_message_functions() { return kFunctions; }

}  // namespace taipan
