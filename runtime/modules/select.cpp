// select: waiting for descriptors, by select, poll and epoll.
// Waits are repeated after a signal with what is left of the time (PEP 475).
#include <poll.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <unistd.h>

#include <cmath>
#include <vector>

#include "runtime/modules/module_tools.h"
#include "runtime/modules/posix/posix.h"
#include "runtime/modules/waiting.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

Type *g_poll_type, *g_epoll_type;

// A deadline on the monotonic clock; -1: none.
Result<i64> deadline_of(Thread& t, Value timeout, f64 unit, bool negative_is_forever) {
  if (timeout.is_empty() || is_none(timeout)) return i64{-1};
  f64 x = TRY(to_double(t, timeout));
  if (std::isnan(x)) return raise(t, ValueError, "Invalid value NaN (not a number)");
  if (x < 0) {
    if (negative_is_forever) return i64{-1};
    return raise(t, ValueError, "timeout must be non-negative");
  }
  f64 ns = x * unit;
  if (ns > 9e18) return raise(t, OverflowError, "timeout is too large");
  return monotonic_ns() + static_cast<i64>(std::ceil(ns));
}

// --- select ---------------------------------------------------------------------------------------------------------

Status fill_set(Thread& t, List* list, fd_set* set, int* highest) {
  for (usize i = 0;; ++i) {
    Local<> v(t, TRY(list_get(t, list, i)));
    if (v.is_empty()) return kDone;
    i32 fd = TRY(descriptor_argument(t, v));
    if (fd < 0) return raise(t, ValueError, "file descriptor cannot be a negative integer ({})", fd);
    if (fd >= FD_SETSIZE) return raise(t, ValueError, "filedescriptor out of range in select()");
    FD_SET(fd, set);
    *highest = std::max(*highest, fd);
  }
}
Result<List> ready_of(Thread& t, List* list, fd_set* set) {
  Local<List> out(t, TRY(list_new(t)));
  for (usize i = 0;; ++i) {
    Local<> v(t, TRY(list_get(t, list, i)));
    if (v.is_empty()) return out.give();
    i32 fd = TRY(descriptor_argument(t, v));
    if (fd >= 0 && fd < FD_SETSIZE && FD_ISSET(fd, set)) TRY(list_append(t, out, v.value()));
  }
}

Result<Tuple> select_select(Thread& t, Value r, Value w, Value x, Value timeout) {
  if (!timeout.is_empty() && !is_none(timeout) && !is_any_int(timeout) && !type_of(timeout).slots.to_float) {
    return raise(t, TypeError, "timeout must be a float or None");
  }
  i64 deadline = TRY(deadline_of(t, timeout, 1e9, false));
  Local<List> lists[3] = {Local<List>(t, TRY(to_list(t, r))), Local<List>(t, TRY(to_list(t, w))), Local<List>(t, TRY(to_list(t, x)))};
  fd_set sets[3], live[3];
  int highest = -1;
  for (int i = 0; i < 3; ++i) {
    FD_ZERO(&sets[i]);
    TRY(fill_set(t, lists[i], &sets[i], &highest));
  }
  int n = TRY(waiting(t, deadline, [&](int) {
    for (int i = 0; i < 3; ++i) live[i] = sets[i];
    i64 left = deadline < 0 ? 0 : std::max<i64>(deadline - monotonic_ns(), 0);
    timeval limit{left / 1000000000, left % 1000000000 / 1000};
    return ::select(highest + 1, &live[0], &live[1], &live[2], deadline < 0 ? nullptr : &limit);
  }));
  if (n == 0) {
    for (fd_set& s : live) FD_ZERO(&s);
  }
  Local<List> a(t, TRY(ready_of(t, lists[0], &live[0]))), b(t, TRY(ready_of(t, lists[1], &live[1])));
  Local<List> c(t, TRY(ready_of(t, lists[2], &live[2])));
  return tuple_of(t, a, b, c);
}

// --- poll --------------------------------------------------------------------------------------------------------------

struct Poll : Object {
  Slot<Dict> wanted;  // descriptor -> events
  Atomic<u32> busy;
};
Poll* poll_of(Value v) { return v.as<Poll>(); }
void poll_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Poll*>(o)->wanted); }

Result<> select_poll(Thread& t) {
  Local<Dict> d(t, TRY(dict_new(t)));
  auto* p = new_object<Poll>(t, *g_poll_type);
  if (p == nullptr) return kError;
  p->wanted.init(d.value());
  return Result<>::from_owned(own_new(p).word());
}
Result<u16> event_mask(Thread& t, Value v, u16 fallback) {
  if (v.is_empty()) return fallback;
  Local<> i(t, TRY(to_index(t, v)));
  u64 x;
  if (int_sign(i) < 0) return raise(t, ValueError, "can't convert negative value to C unsigned short");
  if (!int_to_u64(i, &x) || x > 0xffff) return raise(t, OverflowError, "Python int too large to convert to C unsigned short");
  return static_cast<u16>(x);
}
constexpr u16 kDefaultEvents = POLLIN | POLLPRI | POLLOUT;
Status poll_register(Thread& t, Value self, Value fd, Value mask) {
  i32 d = TRY(descriptor_argument(t, fd));
  u16 events = TRY(event_mask(t, mask, kDefaultEvents));
  return dict_set(t, poll_of(self)->wanted.borrow(), Value::small_int(d), Value::small_int(events));
}
Status poll_modify(Thread& t, Value self, Value fd, Value mask) {
  i32 d = TRY(descriptor_argument(t, fd));
  u16 events = TRY(event_mask(t, mask, 0));
  if (!TRY(dict_contains(t, poll_of(self)->wanted.borrow(), Value::small_int(d)))) {
    return (void)raise_os_error(t, ENOENT), kError;
  }
  return dict_set(t, poll_of(self)->wanted.borrow(), Value::small_int(d), Value::small_int(events));
}
Status poll_unregister(Thread& t, Value self, Value fd) {
  i32 d = TRY(descriptor_argument(t, fd));
  if (TRY(dict_delete(t, poll_of(self)->wanted.borrow(), Value::small_int(d)))) return kDone;
  return (void)raise_value(t, KeyError, Value::small_int(d)), kError;
}
// A list of (descriptor, events) pairs.
Status append_pair(Thread& t, List* out, i64 fd, i64 events) {
  Local<Tuple> pair(t, TRY(tuple_of(t, Value::small_int(fd), Value::small_int(events))));
  return list_append(t, out, pair.value());
}
Result<List> poll_poll(Thread& t, Value self, Value timeout) {
  i64 deadline = TRY(deadline_of(t, timeout, 1e6, true));
  Poll* p = poll_of(self);
  u32 free = 0;
  if (!p->busy.cas_acquire(free, 1)) return raise(t, RuntimeError, "concurrent poll() invocation");
  struct Leave {
    Poll* p;
    ~Leave() { p->busy.exchange_seq_cst(0); }
  } leave{p};
  std::vector<pollfd> fds;
  u64 position = 0;
  Result<> key = none(), value = none();
  while (dict_next(t, p->wanted.borrow(), &position, &key, &value)) {
    fds.push_back({static_cast<int>(key.word().as_int()), static_cast<short>(value.word().as_int()), 0});
  }
  TRY(waiting(t, deadline, [&](int ms) { return ::poll(fds.data(), fds.size(), ms); }));
  Local<List> out(t, TRY(list_new(t)));
  for (const pollfd& f : fds) {
    if (f.revents != 0) TRY(append_pair(t, out, f.fd, f.revents & 0xffff));
  }
  return out.give();
}
const NativeDef kPollMethods[] = {
    def<poll_register>("register($self, fd, eventmask=<unrepresentable>, /)", "Watches a descriptor."),
    def<poll_modify>("modify($self, fd, eventmask, /)", "Changes the events watched for."),
    def<poll_unregister>("unregister($self, fd, /)", "Watches a descriptor no more."),
    def<poll_poll>("poll($self, timeout=None, /)", "Waits; a list of (descriptor, events)."),
};
const TypeDef kPollDef = {.name = "select.poll", .flags = kTypeImmutable | kTypeNoInstantiation | kTypeGcTracked,
                          .size = sizeof(Poll), .slots = {.visit = poll_visit}, .methods = kPollMethods};

// --- epoll --------------------------------------------------------------------------------------------------------------

struct Epoll : Object {
  Atomic<i32> fd;  // -1: closed
};
Epoll* epoll_of(Value v) { return v.as<Epoll>(); }
void epoll_destroy(Object* o) {
  int fd = static_cast<Epoll*>(o)->fd.load_relaxed();  // nobody else has it
  if (fd >= 0) ::close(fd);
  free_object(o, object_size(o));
}
Result<i32> epoll_fd(Thread& t, Value self) {
  i32 fd = epoll_of(self)->fd.load_acquire();
  if (fd < 0) return raise(t, ValueError, "I/O operation on closed epoll object");
  return fd;
}
Result<> epoll_make(Thread& t, int fd) {
  if (fd < 0) return raise_os_error(t, errno);
  auto* e = new_object<Epoll>(t, *g_epoll_type);
  if (e == nullptr) {
    ::close(fd);
    return kError;
  }
  e->fd.store_relaxed(fd);  // not yet shared
  return Result<>::from_owned(own_new(e).word());
}
Result<> epoll_new(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  i64 size = -1, flags = 0;
  u32 total = nargs + (kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0);
  if (total > 2) return raise(t, TypeError, "epoll() takes at most 2 arguments ({} given)", total);
  for (u32 i = 0; i < total; ++i) {
    bool is_flags = i < nargs ? i == 1 : str_equals((*kwnames)[i - nargs].as<Str>(), "flags");
    (is_flags ? flags : size) = TRY(to_ssize(t, args[i]));
  }
  if (size != -1 && size <= 0) return raise(t, ValueError, "sizehint must be positive or -1");
  if (flags != 0 && flags != EPOLL_CLOEXEC) return raise_os_error(t, EINVAL);
  return epoll_make(t, ::epoll_create1(EPOLL_CLOEXEC));
}
Result<> epoll_fromfd(Thread& t, Value, i32 fd) { return epoll_make(t, fd); }
Status epoll_control(Thread& t, Value self, int operation, Value fd, Value mask) {
  i32 epoll = TRY(epoll_fd(t, self)), d = TRY(descriptor_argument(t, fd));
  epoll_event event = {};
  event.data.fd = d;
  if (mask.is_empty()) {
    event.events = EPOLLIN | EPOLLOUT | EPOLLPRI;
  } else {
    Local<> i(t, TRY(to_index(t, mask)));
    event.events = static_cast<u32>(int_low_bits(i));
  }
  if (::epoll_ctl(epoll, operation, d, &event) < 0) return (void)raise_os_error(t, errno), kError;
  return kDone;
}
Status epoll_register(Thread& t, Value self, Value fd, Value mask) { return epoll_control(t, self, EPOLL_CTL_ADD, fd, mask); }
Status epoll_modify(Thread& t, Value self, Value fd, Value mask) { return epoll_control(t, self, EPOLL_CTL_MOD, fd, mask); }
Status epoll_unregister(Thread& t, Value self, Value fd) {
  return epoll_control(t, self, EPOLL_CTL_DEL, fd, Value::small_int(0));
}
Result<List> epoll_poll(Thread& t, Value self, Value timeout, i64 max_events) {
  i32 epoll = TRY(epoll_fd(t, self));
  i64 deadline = TRY(deadline_of(t, timeout, 1e9, true));
  if (max_events == -1) max_events = FD_SETSIZE - 1;
  if (max_events < 1 || max_events > (1 << 20)) {
    return raise(t, ValueError, "maxevents must be greater than 0, got {}", max_events);
  }
  std::vector<epoll_event> events(static_cast<usize>(max_events));
  int n = TRY(waiting(t, deadline, [&](int ms) { return ::epoll_wait(epoll, events.data(), static_cast<int>(max_events), ms); }));
  Local<List> out(t, TRY(list_new(t)));
  for (int i = 0; i < n; ++i) TRY(append_pair(t, out, events[static_cast<usize>(i)].data.fd, events[static_cast<usize>(i)].events));
  return out.give();
}
Status epoll_close(Thread& t, Value self) {
  i32 fd = epoll_of(self)->fd.exchange_acq_rel(-1);
  if (fd >= 0 && ::close(fd) < 0) return (void)raise_os_error(t, errno), kError;
  return kDone;
}
Result<i32> epoll_fileno(Thread& t, Value self) { return epoll_fd(t, self); }
Result<> epoll_enter(Thread& t, Value self) {
  TRY(epoll_fd(t, self));
  return own(self);
}
Status epoll_exit(Thread& t, Value self, Value, Value, Value) { return epoll_close(t, self); }
Result<> epoll_closed(Thread&, Value self) { return boolean(epoll_of(self)->fd.load_acquire() < 0); }

const NativeDef kEpollMethods[] = {
    class_def<epoll_fromfd>("fromfd($type, fd, /)", "An epoll object of an open descriptor."),
    def<epoll_close>("close($self, /)", "Closes the descriptor."),
    def<epoll_fileno>("fileno($self, /)", "The descriptor."),
    def<epoll_register>("register($self, /, fd, eventmask=<unrepresentable>)", "Watches a descriptor."),
    def<epoll_modify>("modify($self, /, fd, eventmask)", "Changes the events watched for."),
    def<epoll_unregister>("unregister($self, /, fd)", "Watches a descriptor no more."),
    def<epoll_poll>("poll($self, /, timeout=None, maxevents=-1)", "Waits; a list of (descriptor, events)."),
    def<epoll_enter>("__enter__($self, /)", "The object."),
    def<epoll_exit>("__exit__($self, exc_type=None, exc_value=None, exc_tb=None, /)", "Closes the descriptor."),
};
const GetSetDef kEpollGetSets[] = {{"closed", epoll_closed, nullptr, "Is the descriptor closed?"}};
const TypeDef kEpollDef = {.name = "select.epoll", .doc = "An epoll object.", .flags = kTypeNoEdges | kTypeBase,
                           .size = sizeof(Epoll), .slots = {.destroy = epoll_destroy, .new_ = epoll_new},
                           .methods = kEpollMethods, .getsets = kEpollGetSets};

const NativeDef kFunctions[] = {
    def<select_poll>("poll($module, /)", "A new poll object."),
    def<select_select>("select($module, rlist, wlist, xlist, timeout=None, /)", "Waits until descriptors are ready."),
};
#define C(name) int_constant(#name, static_cast<i64>(static_cast<u32>(name)))
const ConstantDef kConstants[] = {
    C(POLLIN), C(POLLPRI), C(POLLOUT), C(POLLERR), C(POLLHUP), C(POLLNVAL), C(POLLRDNORM), C(POLLRDBAND), C(POLLWRNORM),
    C(POLLWRBAND), C(POLLMSG), C(POLLRDHUP), C(EPOLLIN), C(EPOLLOUT), C(EPOLLPRI), C(EPOLLERR), C(EPOLLHUP), C(EPOLLRDHUP),
    C(EPOLLET), C(EPOLLONESHOT), C(EPOLLEXCLUSIVE), C(EPOLLWAKEUP), C(EPOLLRDNORM), C(EPOLLRDBAND), C(EPOLLWRNORM),
    C(EPOLLWRBAND), C(EPOLLMSG), C(EPOLL_CLOEXEC), C(PIPE_BUF)};
#undef C

Status select_exec(Thread& t, Module* m) {
  TRY(module_add(t, m, "error", Value(&OSError)));
  Local<Type> poll(t, TRY(type_from_def(t, kPollDef)));
  g_poll_type = poll.get();
  return module_add_type(t, m, kEpollDef, &g_epoll_type);
}

}  // namespace

extern const ModuleDef select_module_def;
const ModuleDef select_module_def = {"select", "Waiting for descriptors.", kFunctions, kConstants, select_exec};

}  // namespace taipan
