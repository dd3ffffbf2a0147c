// Starting and joining threads: _ThreadHandle, start_joinable_thread, start_new_thread, _shutdown.
//
// Note [thread-handle]: a handle points to a ThreadRecord that the thread itself holds too. state moves
// NotStarted -> Starting -> Running -> Done, once; Done is stored (release) as the very last act of the thread,
// after its Thread is gone, and wakes all joiners (they park on `state`).
// Records of threads that run are in one list, for exit and fork: in the child of a fork all threads are Done
// but the one that forked. The list holds no counts: a thread leaves it before it gives up its own.
#include <pthread.h>
#include <unistd.h>

#include <algorithm>

#include "runtime/modules/sys/audit.h"
#include "runtime/modules/thread/thread_module.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/local.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/thread/signals.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/singletons.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr usize kVmStackWords = (usize{256} << 20) / sizeof(Value);

enum class State : u32 { NotStarted, Starting, Running, Done };

struct ThreadRecord {
  Atomic<u32> holders{1};
  Atomic<u32> state{static_cast<u32>(State::NotStarted)};
  Atomic<u64> ident;
  bool daemon = true;
  ThreadRecord* next = nullptr;         // in the list of running threads, under its lock
  ThreadRecord** link = nullptr;        // what points to this one there; null: not in the list
  Ref<> function, args, kwargs;

  State load() const { return static_cast<State>(state.load_acquire()); }
};

RawMutex g_list_lock;
ThreadRecord* g_records;     // of running threads
Atomic<u64> g_stack_size;    // machine stack of new threads; 0: the system's default
// What recursion may not use (machine_limit() in thread.cpp) must do for a regular expression, a compilation, a report.
#ifdef __SANITIZE_ADDRESS__
constexpr u64 kLeastStack = 8 * 1024 * 1024;  // frames are several times as large
#else
constexpr u64 kLeastStack = 1024 * 1024;
#endif
Atomic<u64> g_main_ident;
Atomic<i64> g_running;       // threads started by Python code and not finished

void set_done(ThreadRecord* r) {
  r->state.store_seq_cst(static_cast<u32>(State::Done));
  unpark_all(&r->state);
}

void enter_list(ThreadRecord* r) {
  RawGuard guard(g_list_lock);
  r->next = g_records;
  r->link = &g_records;
  if (r->next != nullptr) r->next->link = &r->next;
  g_records = r;
}
void leave_list_locked(ThreadRecord* r) {
  if (r->link == nullptr) return;
  *r->link = r->next;
  if (r->next != nullptr) r->next->link = r->link;
  r->link = nullptr;
}
void leave_list(ThreadRecord* r) {
  RawGuard guard(g_list_lock);
  leave_list_locked(r);
}
void release(ThreadRecord* r) {
  if (r->holders.fetch_sub_acq_rel(1) != 1) return;
  leave_list(r);
  delete r;
}

// The child of a fork: this thread is the main one, the others do not exist.
void after_fork_child() {
  g_list_lock.reset();
  u64 own = Thread::current().ident;
  g_main_ident.store_relaxed(own);
  i64 running = 0;
  for (ThreadRecord *r = g_records, *next; r != nullptr; r = next) {
    next = r->next;
    if (r->ident.load_relaxed() == own) {
      ++running;
    } else {
      leave_list_locked(r);
      r->state.store_release(static_cast<u32>(State::Done));
    }
  }
  g_running.store_relaxed(running);
}

// Runs function(*args, **kwargs); exceptions end here.
void run(Thread& t, ThreadRecord* r) {
  Local<> f(t, r->function.value()), args(t, r->args.value()), kwargs(t, r->kwargs.value());
  r->function = Ref<>();
  r->args = Ref<>();
  r->kwargs = Ref<>();
  Result<> done = call_tuple(t, f, args.value().as<Tuple>(), kwargs);
  if (!done.is_error()) return drop(done);
  if (error_matches(t, SystemExit)) return clear_error(t);
  write_unraisable(t, "Exception ignored in thread started by", f);
}

void* thread_main(void* data) {
  ThreadRecord* r = static_cast<ThreadRecord*>(data);
  Thread* t = thread_enter(false, kVmStackWords);
  if (t != nullptr) {
    t->is_daemon = r->daemon;
    r->ident.store_release(t->ident);
    r->state.store_seq_cst(static_cast<u32>(State::Running));
    unpark_all(&r->state);
    run(*t, r);
    run_pending(*t);
    if (t->is_main) {
      // The child of a fork that this thread made: the process ends with its threads, and without ceremony.
      if (join_all_threads(*t).is_error()) clear_error(*t);
      ::_exit(0);
    }
    thread_exit(*t);
  }
  g_running.fetch_sub_acq_rel(1);
  leave_list(r);
  set_done(r);
  release(r);
  return nullptr;
}

// The record's function and arguments are set. Consumes nothing on failure.
Status start(Thread& t, ThreadRecord* r, bool daemon) {
  u32 fresh = static_cast<u32>(State::NotStarted);
  if (!r->state.cas_acq_rel(fresh, static_cast<u32>(State::Starting))) {
    return raise(t, RuntimeError, "thread already started");
  }
  if (is_exiting()) {
    r->state.store_release(fresh);
    return raise(t, PythonFinalizationError, "can't create new thread at interpreter shutdown");
  }
  prepare_for_threads(t);
  for (Ref<>* ref : {&r->function, &r->args, &r->kwargs}) {
    Value v = ref->value();
    if (v.is_ref() && !v.object()->is_shared()) publish_for_store(v.object());
  }
  r->daemon = daemon;
  r->holders.fetch_add_relaxed(1);  // the thread's; pthread_create orders it
  g_running.fetch_add_relaxed(1);   // a statistic
  enter_list(r);
  pthread_attr_t attributes;
  pthread_attr_init(&attributes);
  pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
  if (u64 size = g_stack_size.load_relaxed()) pthread_attr_setstacksize(&attributes, std::max(size, kLeastStack));
  pthread_t native;
  int failed = pthread_create(&native, &attributes, thread_main, r);
  pthread_attr_destroy(&attributes);
  if (failed == 0) return kDone;
  g_running.fetch_sub_acq_rel(1);
  leave_list(r);
  r->state.store_release(static_cast<u32>(State::NotStarted));
  release(r);
  return raise(t, RuntimeError, "can't start new thread");
}

// Waits until the state is at least `wanted`. False: timed out.
Result<bool> wait_for(Thread& t, ThreadRecord* r, State wanted, i64 deadline) {
  struct Wait {
    ThreadRecord* record;
    u32 wanted;
  } wait{r, static_cast<u32>(wanted)};
  auto still = [](void* data) {
    auto* w = static_cast<Wait*>(data);
    return w->record->state.load_acquire() < w->wanted;
  };
  while (r->state.load_acquire() < static_cast<u32>(wanted)) {
    Park p{.address = &r->state, .still_wanted = still, .data = &wait, .deadline_ns = deadline};
    switch (park(t, p)) {
      case ParkResult::TimedOut: return r->state.load_acquire() >= static_cast<u32>(wanted);
      case ParkResult::Interrupted: TRY(safepoint(t)); break;
      default: break;
    }
  }
  return true;
}

// --- _ThreadHandle ------------------------------------------------------------------------------------------

struct ThreadHandle : Object {
  ThreadRecord* record;
};
Type* g_handle_type;
ThreadRecord* record_of(Value v) { return v.as<ThreadHandle>()->record; }

void handle_destroy(Object* o) {
  release(static_cast<ThreadHandle*>(o)->record);
  free_object(o, sizeof(ThreadHandle));
}

Result<ThreadHandle> make_handle(Thread& t) {
  ThreadHandle* h = new_object<ThreadHandle>(t, *g_handle_type);
  if (h == nullptr) return kError;
  h->record = new ThreadRecord;
  return own_new(h);
}
Result<> handle_new(Thread& t, Type&, const Value*, u32, Tuple*) { return Result<>(TRY(make_handle(t))); }

Result<> handle_ident(Thread& t, Value self) { return int_from_u64(t, record_of(self)->ident.load_acquire()); }
bool handle_is_done(Thread&, Value self) { return record_of(self)->load() == State::Done; }
Status handle_set_done(Thread& t, Value self) {
  if (record_of(self)->load() == State::NotStarted) return raise(t, RuntimeError, "thread not started");
  set_done(record_of(self));
  return kDone;
}
Status handle_join(Thread& t, Value self, Value timeout) {
  ThreadRecord* r = record_of(self);
  i64 deadline = -1;
  if (!timeout.is_empty() && !is_none(timeout)) {
    f64 seconds = TRY(to_double(t, timeout));
    if (seconds >= 0) {
      if (seconds > 9223372036.0) return raise(t, OverflowError, "timeout value is too large");
      deadline = monotonic_ns() + static_cast<i64>(seconds * 1e9);
    }
  }
  if (r->load() == State::NotStarted) return raise(t, RuntimeError, "thread not started");
  if (r->ident.load_acquire() == t.ident && r->load() != State::Done) {
    return raise(t, RuntimeError, "Cannot join current thread");
  }
  // The others have been stopped for good: it would be in vain.
  if (is_exiting() && r->load() != State::Done) {
    return raise(t, PythonFinalizationError, "cannot join thread at interpreter shutdown");
  }
  TRY(wait_for(t, r, State::Done, deadline));
  return kDone;
}
Result<Str> handle_repr(Thread& t, Value self) {
  return str_format(t, "<_ThreadHandle object: ident={}>", record_of(self)->ident.load_acquire());
}

const NativeDef kHandleMethods[] = {
    def<handle_join>("join($self, timeout=None, /)", "Waits for the end of the thread."),
    def<handle_is_done>("is_done($self, /)", "Has the thread ended?"),
    def<handle_set_done>("_set_done($self, /)", "Counts the thread as ended; for the main thread."),
};
const GetSetDef kHandleGetSets[] = {{"ident", handle_ident, nullptr, "The identifier of the thread, or 0."}};
const TypeDef kHandleDef = {.name = "_thread._ThreadHandle",
                            .doc = "What threading.Thread knows of its native thread.",
                            .flags = kTypeNoEdges | kTypeImmutable,
                            .size = sizeof(ThreadHandle),
                            .slots = {.destroy = handle_destroy, .new_ = handle_new, .repr = handle_repr},
                            .methods = kHandleMethods,
                            .getsets = kHandleGetSets};

// --- functions ------------------------------------------------------------------------------------------

Result<> start_joinable_thread(Thread& t, Value function, Value handle, bool daemon) {
  if (!is_callable(function)) return raise(t, TypeError, "thread function must be callable");
  Local<> h(t, handle);
  if (is_none(handle)) h.set(Result<>(TRY(make_handle(t))));
  if (!is_instance(h, *g_handle_type)) return raise(t, TypeError, "'handle' must be a _ThreadHandle");
  ThreadRecord* r = record_of(h);
  if (r->load() != State::NotStarted) return raise(t, RuntimeError, "thread already started");
  TRY(audit(t, "_thread.start_joinable_thread", function, Value::small_int(daemon), handle));
  r->function = Ref<>(function);
  r->args = Ref<>(Value(empty_tuple()));
  TRY(start(t, r, daemon));
  TRY(wait_for(t, r, State::Running, -1));  // the identifier is known when this returns
  return h.give();
}

Result<> start_new_thread(Thread& t, Value function, Value args, Value kwargs) {
  if (!is_callable(function)) return raise(t, TypeError, "first arg must be callable");
  if (!is_a<Tuple>(args)) return raise(t, TypeError, "2nd arg must be a tuple");
  if (!kwargs.is_empty() && !is_a<Dict>(kwargs)) {
    return raise(t, TypeError, "optional 3rd arg must be a dictionary");
  }
  TRY(audit(t, "_thread.start_new_thread", function, args, kwargs.is_empty() ? none_value() : kwargs));
  ThreadRecord* r = new ThreadRecord;
  r->function = Ref<>(function);
  r->args = Ref<>(args);
  if (!kwargs.is_empty()) r->kwargs = Ref<>(kwargs);
  Status started = start(t, r, true);
  if (!started.is_error()) started = wait_for(t, r, State::Running, -1).is_error() ? Status(kError) : Status(kDone);
  u64 ident = r->ident.load_acquire();
  release(r);
  if (started.is_error()) return kError;
  return int_from_u64(t, ident);
}

Result<> make_thread_handle(Thread& t, Value ident) {
  u64 id;
  if (!is_any_int(ident) || !int_to_u64(ident, &id)) return raise(t, TypeError, "ident must be an integer");
  Local<ThreadHandle> h(t, TRY(make_handle(t)));
  h->record->ident.store_release(id);
  h->record->state.store_release(static_cast<u32>(State::Running));
  enter_list(h->record);
  return Result<>(h.give());
}

Status thread_exit_function(Thread& t) { return raise_none(t, SystemExit); }
Result<> get_ident(Thread& t) { return int_from_u64(t, t.ident); }
Result<> get_native_id(Thread& t) { return int_from_u64(t, t.native_id); }
i64 thread_count(Thread&) { return g_running.load_relaxed(); }
// As if the signal had arrived.
Status interrupt_main(Thread& t, i32 number) {
  if (number < 1 || number >= kMaxSignal) return raise(t, ValueError, "signal number out of range");
  signal_arrived(number);
  return safepoint(t);
}
Result<> main_thread_ident(Thread& t) { return int_from_u64(t, g_main_ident.load_relaxed()); }
bool always_true(Thread&) { return true; }
Status shutdown(Thread& t) { return join_all_threads(t); }

Result<> stack_size(Thread& t, i64 size) {
  if (size < 0) return raise(t, ValueError, "size must be 0 or a positive value");
  if (size != 0 && size < 32768) return raise(t, ValueError, "size not valid: {} bytes", static_cast<long>(size));
  return int_from_u64(t, g_stack_size.exchange_acq_rel(static_cast<u64>(size)));
}

Status set_name(Thread& t, Str* name) {
  Utf8 text;
  TRY(text.encode(t, name, true));
  std::string cut(text.view().substr(0, 15));  // what the system keeps, even if that ends inside a character
  pthread_setname_np(pthread_self(), cut.c_str());
  return kDone;
}
Result<Str> get_name(Thread& t) {
  char name[64] = "";
  pthread_getname_np(pthread_self(), name, sizeof name);
  return str_from_utf8_surrogateescape(t, name);
}

const NativeDef kFunctions[] = {
    def<start_joinable_thread>("start_joinable_thread($module, /, function, handle=None, daemon=True)",
                               "Starts a thread that runs function() and can be joined through its handle."),
    def<start_new_thread>("start_new_thread($module, function, args, kwargs=<unrepresentable>, /)",
                          "Starts a thread that runs function(*args, **kwargs)."),
    def<start_new_thread>("start_new($module, function, args, kwargs=<unrepresentable>, /)",
                          "An old name of start_new_thread()."),
    def<make_thread_handle>("_make_thread_handle($module, ident, /)", "A handle of a running thread."),
    def<thread_exit_function>("exit($module, /)", "Raises SystemExit, which ends a thread silently."),
    def<thread_exit_function>("exit_thread($module, /)", "An old name of exit()."),
    def<get_ident>("get_ident($module, /)", "The identifier of the current thread."),
    def<get_native_id>("get_native_id($module, /)", "The kernel's identifier of the current thread."),
    def<thread_count>("_count($module, /)", "How many started threads are running."),
    def<interrupt_main>("interrupt_main($module, signum=2, /)", "As if a signal had arrived at the main thread."),
    def<main_thread_ident>("_get_main_thread_ident($module, /)", "The identifier of the main thread."),
    def<always_true>("_is_main_interpreter($module, /)", "True: there is one interpreter."),
    def<always_true>("daemon_threads_allowed($module, /)", "True."),
    def<shutdown>("_shutdown($module, /)", "Waits for all threads that are not daemons."),
    def<stack_size>("stack_size($module, size=0, /)", "Sets the machine stack of new threads; the old value."),
    def<set_name>("set_name($module, /, name)", "Names the current thread for the system's tools."),
    def<get_name>("_get_name($module, /)", "The system's name of the current thread."),
};

}  // namespace

Status join_all_threads(Thread& t) {
  while (true) {
    ThreadRecord* r;
    {
      RawGuard guard(g_list_lock);
      r = g_records;
      while (r != nullptr && (r->daemon || r->ident.load_acquire() == t.ident)) r = r->next;
      if (r != nullptr) r->holders.fetch_add_relaxed(1);
    }
    if (r == nullptr) return kDone;
    auto done = wait_for(t, r, State::Done, -1);
    release(r);
    if (done.is_error()) return kError;
  }
}

std::span<const NativeDef> thread_start_functions() { return kFunctions; }

Status thread_start_exec(Thread& t, Module* m) {
  g_main_ident.store_relaxed(t.ident);  // imported first by the main thread
  pthread_atfork([] { g_list_lock.lock(); }, [] { g_list_lock.unlock(); }, after_fork_child);
  return module_add_type(t, m, kHandleDef, &g_handle_type);
}

}  // namespace taipan
