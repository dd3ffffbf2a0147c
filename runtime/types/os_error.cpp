// OSError: errno selects the subclass; two to five arguments become fields.
#include <cerrno>
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Type& os_error_type_for(i64 e) {
  switch (e) {
    case EAGAIN:
    case EALREADY:
    case EINPROGRESS: return BlockingIOError;
    case ECHILD: return ChildProcessError;
    case EPIPE:
    case ESHUTDOWN: return BrokenPipeError;
    case ECONNABORTED: return ConnectionAbortedError;
    case ECONNREFUSED: return ConnectionRefusedError;
    case ECONNRESET: return ConnectionResetError;
    case EEXIST: return FileExistsError;
    case ENOENT: return FileNotFoundError;
    case EISDIR: return IsADirectoryError;
    case ENOTDIR: return NotADirectoryError;
    case EINTR: return InterruptedError;
    case EACCES:
    case EPERM: return PermissionError;
    case ESRCH: return ProcessLookupError;
    case ETIMEDOUT: return TimeoutError;
    default: return OSError;
  }
}

namespace {

void os_error_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<OSErrorObject*>(o);
  visit(e->errno_, e->strerror, e->filename, e->filename2);
  base_exception_visit(o, visit);
}

// Takes (errno, strerror[, filename[, winerror[, filename2]]]) apart.
Status os_error_fill(Thread& t, OSErrorObject* e, const Value* args, u32 nargs) {
  e->characters_written = -1;
  u32 kept = nargs;
  if (nargs >= 2 && nargs <= 5) {
    e->errno_.store(e, args[0]);
    e->strerror.store(e, args[1]);
    if (nargs >= 3 && !is_none(args[2])) {
      bool number = is_subtype(type_of(e), BlockingIOError) && is_any_int(args[2]);
      if (number) {
        e->characters_written = TRY(to_ssize(t, args[2]));
      } else {
        e->filename.store(e, args[2]);
        if (nargs == 5 && !is_none(args[4])) e->filename2.store(e, args[4]);
        kept = 2;  // args of an error with a file name are (errno, strerror): pickles of old
      }
    }
  }
  Local<Tuple> list(t, TRY(tuple_from(t, args, kept)));
  e->args.store(e, list.value());
  return kDone;
}

Status os_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);
Result<> os_error_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames);

// Who fills the fields: __new__, unless a subclass overrides __init__ but not __new__.
bool fill_in_init(const Type& cls) {
  return cls.slots.init != os_error_init && cls.slots.new_ == os_error_new;
}

Result<> os_error_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Type* type = &cls;
  bool later = fill_in_init(cls);
  i64 number;
  if (!later && type == &OSError && nargs >= 2 && nargs <= 5 && is_any_int(args[0]) &&
      int_to_i64(args[0], &number)) {
    type = &os_error_type_for(number);
  }
  auto* e = new_object<OSErrorObject>(t, *type);
  if (e == nullptr) return kError;
  Local<OSErrorObject> held(t, own_new(e));
  if (later) {
    e->characters_written = -1;
    e->args.store(e, Value(empty_tuple()));
    return held.give();
  }
  TRY(exception_no_keywords(t, Value(e), kwnames));
  TRY(os_error_fill(t, e, args, nargs));
  return held.give();
}

Status os_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (!fill_in_init(type_of(self))) return kDone;
  TRY(exception_no_keywords(t, self, kwnames));
  return os_error_fill(t, self.as<OSErrorObject>(), args, nargs);
}

Value or_none(const Slot<>& s) {
  Value v = s.borrow();
  return v.is_empty() ? none_value() : v;
}

Result<Str> os_error_str(Thread& t, Value self) {
  auto* e = self.as<OSErrorObject>();
  if (!e->filename.is_empty()) {
    if (!e->filename2.is_empty()) {
      return str_format(t, "[Errno {}] {}: {!r} -> {!r}", or_none(e->errno_), or_none(e->strerror),
                        e->filename.borrow(), e->filename2.borrow());
    }
    return str_format(t, "[Errno {}] {}: {!r}", or_none(e->errno_), or_none(e->strerror),
                      e->filename.borrow());
  }
  if (!e->errno_.is_empty() && !e->strerror.is_empty()) {
    return str_format(t, "[Errno {}] {}", e->errno_.borrow(), e->strerror.borrow());
  }
  return base_exception_str(t, self);
}

Result<> os_error_reduce(Thread& t, BaseException* self) {
  auto* e = static_cast<OSErrorObject*>(self);
  Local<Tuple> args(t, e->args.load(e));
  if (args->size() == 2 && !e->filename.is_empty()) {
    Value words[] = {(*args.get())[0], (*args.get())[1], e->filename.borrow(), none_value(),
                     or_none(e->filename2)};
    args.set(TRY(tuple_from(t, words, e->filename2.is_empty() ? 3 : 5)));
  }
  if (instance_attribute_count(e) == 0) return tuple_of(t, Value(&type_of(e)), args);
  Local<Dict> state(t, TRY(instance_dict_of(t, e)));
  return tuple_of(t, Value(&type_of(e)), args, state);
}

const NativeDef kMethods[] = {def<os_error_reduce>("__reduce__($self, /)", nullptr)};
const MemberDef kMembers[] = {
    {"errno", MemberKind::Object, offsetof(OSErrorObject, errno_), false, "POSIX exception code"},
    {"strerror", MemberKind::Object, offsetof(OSErrorObject, strerror), false, "exception strerror"},
    {"filename", MemberKind::Object, offsetof(OSErrorObject, filename), false, "exception filename"},
    {"filename2", MemberKind::Object, offsetof(OSErrorObject, filename2), false,
     "second exception filename"},
};
const GetSetDef kGetSets[] = {
    {"characters_written",
     [](Thread& t, Value self) -> Result<> {
       auto* e = self.as<OSErrorObject>();
       if (e->characters_written == -1) return raise(t, AttributeError, "characters_written");
       return int_from_i64(t, e->characters_written);
     },
     [](Thread& t, Value self, Value v) -> Status {
       auto* e = self.as<OSErrorObject>();
       if (v.is_empty()) {
         if (e->characters_written == -1) return raise(t, AttributeError, "characters_written");
         e->characters_written = -1;
         return kDone;
       }
       e->characters_written = TRY(to_ssize(t, v));
       return kDone;
     },
     nullptr},
};

}  // namespace

void refine_os_error_def(const char* name, TypeDef& def) {
  if (std::strcmp(name, "OSError") != 0) return;
  def.slots.visit = os_error_visit;
  def.slots.new_ = os_error_new;
  def.slots.init = os_error_init;
  def.slots.str = os_error_str;
  def.methods = kMethods;
  def.members = kMembers;
  def.getsets = kGetSets;
}

ErrorTag raise_os_error(Thread& t, int errno_value, Value filename, Value filename2) {
  Local<> number(t, Value::small_int(errno_value));
  Local<Str> text(t, TRY(str_from_utf8_surrogateescape(t, std::strerror(errno_value))));
  Value words[5] = {number.value(), text.value(), filename, none_value(), filename2};
  u32 n = filename.is_empty() ? 2 : filename2.is_empty() ? 3 : 5;
  Local<Tuple> args(t, TRY(tuple_from(t, words, n)));
  Local<BaseException> e(t, TRY(exception_new(t, OSError, args)));
  return raise_object(t, e);
}

}  // namespace taipan
