// BaseException and the exceptions that add one or two fields to it. Others: os_error.cpp,
// syntax_error.cpp, unicode_error_types.cpp, exception_group.cpp.
#include "runtime/types/exceptions.h"

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/class_build.h"
#include "runtime/object/names.h"
#include "runtime/object/startup_parts.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/list.h"
#include "runtime/types/near_name.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

void base_exception_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<BaseException*>(o);
  visit(e->args, e->traceback, e->cause, e->context);   // destroyed in this order, as in CPython: what classes add goes first
}

Result<> base_exception_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* e = new_object<BaseException>(t, cls);
  if (e == nullptr) return kError;
  Local<BaseException> held(t, own_new(e));
  e->args.store(e, TRY(tuple_from(t, args, nargs)));
  return held.give();
}

Status exception_no_keywords(Thread& t, Value self, Tuple* kwnames) {
  if (kwnames == nullptr || kwnames->size() == 0) return kDone;
  return raise(t, TypeError, "{!T}() takes no keyword arguments", self);
}

Status base_exception_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(exception_no_keywords(t, self, kwnames));
  auto* e = self.as<BaseException>();
  // __new__ has stored the same arguments, mostly.
  Tuple* known = e->args.borrow();
  bool as_known = known != nullptr && known->size() == nargs;
  for (u32 i = 0; as_known && i < nargs; ++i) as_known = same((*known)[i], args[i]);
  if (!as_known) e->args.store(e, TRY(tuple_from(t, args, nargs)));
  return kDone;
}

static Status stop_iteration_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames);

Result<BaseException> exception_new(Thread& t, Type& type, Tuple* args) {
  ssize n = static_cast<ssize>(args->size());
  TP_ASSERT(n <= 8);
  Value words[8];
  for (ssize i = 0; i < n; ++i) words[i] = (*args)[i];
  bool is_stop = type.slots.init == stop_iteration_init;
  if (type.slots.new_ == base_exception_new && (is_stop || type.slots.init == base_exception_init)) {
    auto* e = new_object<BaseException>(t, type);
    if (e == nullptr) return kError;
    e->args.store(e, Value(args));
    if (is_stop) {
      auto* stop = static_cast<StopIterationObject*>(e);
      stop->value.store(stop, n > 0 ? words[0] : none_value());
    }
    return own_new(e);
  }
  Local<> e(t, TRY(type.slots.new_(t, type, words, static_cast<u32>(n), nullptr)));
  TRY(type.slots.init(t, e, words, static_cast<u32>(n), nullptr));
  return e.give().cast<BaseException>();
}

Status exception_set_cause(Thread& t, BaseException* e, Value cause) {
  if (cause.is_empty() || is_none(cause)) {
    e->cause.clear(e);
  } else {
    if (!is_exception(cause)) {
      return raise(t, TypeError, "exception cause must be None or derive from BaseException");
    }
    e->cause.store(e, cause);
  }
  e->suppress_context = 1;
  return kDone;
}
void exception_set_context(BaseException* e, Value context) {
  if (!context.is_empty() && is_none(context)) context = Value::empty();
  e->context.store(e, context);
}
void exception_set_traceback(BaseException* e, Value traceback) {
  if (!traceback.is_empty() && is_none(traceback)) traceback = Value::empty();
  e->traceback.store(e, traceback);
}

namespace {

Result<Str> exception_repr(Thread& t, Value self) {
  auto* e = self.as<BaseException>();
  Local<Tuple> args(t, e->args.load(e));
  Str* name = type_of(self).name.borrow();
  if (args->size() == 1) {
    Local<Str> one(t, TRY(repr(t, (*args.get())[0])));
    return str_format(t, "{}({})", name, one.value());
  }
  Local<Str> all(t, TRY(repr(t, args)));
  return str_format(t, "{}{}", type_of(self).name.borrow(), all.value());
}

Result<> dict_or_none(Thread& t, Value self) {
  Local<Dict> d(t, TRY(instance_dict_of(t, self.object())));
  if (dict_size(d) == 0) return none();
  return d.give();
}

Result<> exception_reduce(Thread& t, BaseException* self) {
  Local<> state(t, TRY(dict_or_none(t, Value(self))));
  Local<Tuple> args(t, self->args.load(self));
  if (is_none(state)) return tuple_of(t, Value(&type_of(self)), args);
  return tuple_of(t, Value(&type_of(self)), args, state);
}

Result<> exception_setstate(Thread& t, BaseException* self, Value state) {
  if (is_none(state)) return none();
  if (!is_a<Dict>(state)) return raise(t, TypeError, "state is not a dictionary");
  u64 at = 0;
  Result<> k = Result<>::absent(), v = Result<>::absent();
  while (dict_next(t, state.as<Dict>(), &at, &k, &v)) {
    Local<> key(t, k);
    Local<> value(t, v);
    if (!is_a<Str>(key)) return raise(t, TypeError, "attribute name must be string");
    TRY(set_attribute(t, Value(self), key.value().as<Str>(), value));
  }
  return none();
}

Status set_traceback_attribute(Thread& t, Value self, Value v) {
  if (v.is_empty()) return raise(t, TypeError, "__traceback__ may not be deleted");
  if (!is_none(v) && &type_of(v) != &traceback_type) {
    return raise(t, TypeError, "__traceback__ must be a traceback or None");
  }
  exception_set_traceback(self.as<BaseException>(), v);
  return kDone;
}

Result<> exception_with_traceback(Thread& t, BaseException* self, Value tb) {
  TRY(set_traceback_attribute(t, Value(self), tb));
  return own(self);
}

Result<> exception_add_note(Thread& t, BaseException* self, Value note) {
  if (!is_a<Str>(note)) return raise(t, TypeError, "add_note() argument must be str, not {!T}", note);
  Local<> notes(t, TRY(get_attribute_or_absent(t, Value(self), names().__notes__)));
  if (notes.is_empty()) {
    notes.set(TRY(list_new(t)));
    TRY(set_attribute(t, Value(self), names().__notes__, notes));
  } else if (!is_a<List>(notes)) {
    return raise(t, TypeError, "Cannot add note: __notes__ is not a list");
  }
  TRY(list_append(t, notes.value().as<List>(), note));
  return none();
}

const NativeDef kMethods[] = {
    def<exception_reduce>("__reduce__($self, /)", nullptr),
    def<exception_setstate>("__setstate__($self, state, /)", nullptr),
    def<exception_with_traceback>("with_traceback($self, tb, /)",
                                  "Set self.__traceback__ to tb and return self."),
    def<exception_add_note>("add_note($self, note, /)", "Add a note to the exception"),
};

Result<> none_if_empty(Object* owner, const Slot<>& slot) {
  return slot.is_empty() ? none() : slot.load(owner);
}

const GetSetDef kGetSets[] = {
    {"__dict__",
     [](Thread& t, Value self) -> Result<> { return instance_dict_of(t, self.object()); },
     [](Thread& t, Value self, Value v) -> Status { return set_instance_dict_of(t, self.object(), v); },
     nullptr},
    {"args",
     [](Thread& t, Value self) -> Result<> {
       auto* e = self.as<BaseException>();
       return e->args.load(e);
     },
     [](Thread& t, Value self, Value v) -> Status {
       if (v.is_empty()) return raise(t, TypeError, "args may not be deleted");
       Local<Tuple> list(t, TRY(to_tuple(t, v)));
       auto* e = self.as<BaseException>();
       e->args.store(e, list.value());
       return kDone;
     },
     nullptr},
    {"__traceback__",
     [](Thread& t, Value self) -> Result<> {
       return none_if_empty(self.object(), self.as<BaseException>()->traceback);
     },
     set_traceback_attribute, nullptr},
    {"__context__",
     [](Thread& t, Value self) -> Result<> {
       return none_if_empty(self.object(), self.as<BaseException>()->context);
     },
     [](Thread& t, Value self, Value v) -> Status {
       if (v.is_empty()) return raise(t, TypeError, "__context__ may not be deleted");
       if (!is_none(v) && !is_exception(v)) {
         return raise(t, TypeError, "exception context must be None or derive from BaseException");
       }
       exception_set_context(self.as<BaseException>(), v);
       return kDone;
     },
     "exception context"},
    {"__cause__",
     [](Thread& t, Value self) -> Result<> {
       return none_if_empty(self.object(), self.as<BaseException>()->cause);
     },
     [](Thread& t, Value self, Value v) -> Status {
       if (v.is_empty()) return raise(t, TypeError, "__cause__ may not be deleted");
       return exception_set_cause(t, self.as<BaseException>(), v);
     },
     "exception cause"},
};
const MemberDef kMembers[] = {
    {"__suppress_context__", MemberKind::Bool, offsetof(BaseException, suppress_context), false, nullptr},
};

// --- StopIteration, SystemExit ------------------------------------------------------------------------------

}  // namespace

static Status stop_iteration_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(base_exception_init(t, self, args, nargs, kwnames));
  auto* e = self.as<StopIterationObject>();
  e->value.store(e, nargs > 0 ? args[0] : none_value());
  return kDone;
}

namespace {

Status system_exit_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(base_exception_init(t, self, args, nargs, kwnames));
  auto* e = self.as<SystemExitObject>();
  if (nargs == 1) {
    e->code.store(e, args[0]);
  } else if (nargs > 1) {
    e->code.store(e, Value(e->args.borrow()));
  }
  return kDone;
}

Result<Str> key_error_str(Thread& t, Value self) {
  auto* e = self.as<BaseException>();
  Local<Tuple> args(t, e->args.load(e));
  // One argument is shown by repr(): KeyError('') would read as nothing.
  if (args->size() == 1) return repr(t, (*args.get())[0]);
  return base_exception_str(t, self);
}

// --- AttributeError, NameError, ImportError: keyword-only fields -----------------------------------------------

// Positional arguments become args; keywords must be among `fields`.
Status init_with_fields(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames,
                        const char* class_name, std::initializer_list<std::pair<const char*, Slot<>*>> fields) {
  TRY(base_exception_init(t, self, args, nargs, nullptr));
  Object* o = self.object();
  for (auto& [name, slot] : fields) slot->store(o, Value::empty());
  for (usize k = 0; kwnames && k < kwnames->size(); ++k) {
    Str* keyword = (*kwnames)[k].as<Str>();
    bool known = false;
    for (auto& [name, slot] : fields) {
      if (!str_equals(keyword, name)) continue;
      slot->store(o, args[nargs + k]);
      known = true;
    }
    if (!known) {
      NearestName nearest(keyword);
      const char* near = nullptr;
      for (auto& [name, slot] : fields)
        if (nearest.offer(name)) near = name;
      return near == nullptr ? raise_unexpected_keyword(t, class_name, keyword, {}) : raise_unexpected_keyword(t, class_name, keyword, {near});
    }
  }
  return kDone;
}

Status attribute_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* e = self.as<AttributeErrorObject>();
  return init_with_fields(t, self, args, nargs, kwnames, "AttributeError",
                          {{"name", &e->name}, {"obj", &e->obj}});
}
Status name_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* e = self.as<NameErrorObject>();
  return init_with_fields(t, self, args, nargs, kwnames, "NameError", {{"name", &e->name}});
}
Status import_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  auto* e = self.as<ImportErrorObject>();
  TRY(init_with_fields(t, self, args, nargs, kwnames, "ImportError",
                       {{"name", &e->name}, {"path", &e->path}, {"name_from", &e->name_from}}));
  e->msg.store(e, nargs == 1 ? args[0] : Value::empty());
  return kDone;
}
// The name and the path as the constructor takes them, where they are set.
Result<Str> import_error_repr(Thread& t, Value self) {
  auto* e = self.as<ImportErrorObject>();
  Local<Tuple> args(t, e->args.load(e));
  StrBuilder out(t);
  TRY(out.append(type_of(self).name.borrow()));
  TRY(out.append_char('('));
  bool first = true;
  auto item = [&](const char* keyword, Value v) -> Status {
    Local<> held(t, v);
    Local<Str> text(t, TRY(repr(t, held)));
    if (!first) TRY(out.append_ascii(", "));
    first = false;
    TRY(out.append_ascii(keyword));
    return out.append(text);
  };
  for (usize i = 0; i < args->size(); ++i) TRY(item("", (*args)[i]));
  if (!e->name.is_empty()) TRY(item("name=", e->name.borrow()));
  if (!e->path.is_empty()) TRY(item("path=", e->path.borrow()));
  TRY(out.append_char(')'));
  return out.finish();
}
Result<Str> import_error_str(Thread& t, Value self) {
  auto* e = self.as<ImportErrorObject>();
  Value msg = e->msg.borrow();
  if (!msg.is_empty() && is_exact<Str>(msg)) return own<Str>(msg);
  return base_exception_str(t, self);
}

Result<> state_with_fields(Thread& t, BaseException* self, std::initializer_list<std::pair<Str*, Slot<>*>> fields) {
  Local<Dict> state(t, TRY(instance_dict_copy_of(t, self)));
  for (auto& [name, slot] : fields) {
    Local<> v(t, slot->load(self));
    if (!v.is_empty()) TRY(dict_set_str(t, state, name, v));
  }
  if (dict_size(state) == 0) return none();
  return state.give();
}
Result<> reduce_with_state(Thread& t, BaseException* self, Value state) {
  Local<Tuple> args(t, self->args.load(self));
  if (is_none(state)) return tuple_of(t, Value(&type_of(self)), args);
  return tuple_of(t, Value(&type_of(self)), args, state);
}
Result<> import_error_reduce(Thread& t, BaseException* self) {
  auto* e = static_cast<ImportErrorObject*>(self);
  Local<> state(t, TRY(state_with_fields(t, e, {{names().name, &e->name}, {names().path, &e->path}})));
  return reduce_with_state(t, self, state);
}
Result<> attribute_error_getstate(Thread& t, BaseException* self) {
  auto* e = static_cast<AttributeErrorObject*>(self);
  Local<Dict> state(t, TRY(instance_dict_copy_of(t, self)));
  Local<> name(t, e->name.load(e));
  if (!name.is_empty()) TRY(dict_set_str(t, state, names().name, name));
  Local<Tuple> args(t, self->args.load(self));
  TRY(dict_set_str(t, state, names().args, args));
  return state.give();
}
Result<> attribute_error_reduce(Thread& t, BaseException* self) {
  Local<> state(t, TRY(attribute_error_getstate(t, self)));
  Local<Tuple> args(t, self->args.load(self));
  return tuple_of(t, Value(&type_of(self)), args, state);
}

const NativeDef kImportMethods[] = {def<import_error_reduce>("__reduce__($self, /)", nullptr)};
const NativeDef kAttributeMethods[] = {def<attribute_error_getstate>("__getstate__($self, /)", nullptr),
                                       def<attribute_error_reduce>("__reduce__($self, /)", nullptr)};
#define MEMBER(layout, field) {#field, MemberKind::Object, offsetof(layout, field), false, "exception " #field}
const MemberDef kStopIterationMembers[] = {
    {"value", MemberKind::Object, offsetof(StopIterationObject, value), false, "generator return value"}};
const MemberDef kSystemExitMembers[] = {
    {"code", MemberKind::Object, offsetof(SystemExitObject, code), false, "exception code"}};
const MemberDef kAttributeMembers[] = {
    {"name", MemberKind::Object, offsetof(AttributeErrorObject, name), false, "attribute name"},
    {"obj", MemberKind::Object, offsetof(AttributeErrorObject, obj), false, "object"}};
const MemberDef kNameMembers[] = {
    {"name", MemberKind::Object, offsetof(NameErrorObject, name), false, "name"}};
const MemberDef kImportMembers[] = {
    {"msg", MemberKind::Object, offsetof(ImportErrorObject, msg), false, "exception message"},
    {"name", MemberKind::Object, offsetof(ImportErrorObject, name), false, "module name"},
    {"path", MemberKind::Object, offsetof(ImportErrorObject, path), false, "module path"},
    {"name_from", MemberKind::Object, offsetof(ImportErrorObject, name_from), false, "name imported from module"}};

}  // namespace

Result<Str> base_exception_str(Thread& t, Value self) {
  auto* e = self.as<BaseException>();
  Local<Tuple> args(t, e->args.load(e));
  if (args->size() == 0) return own<Str>(Value(names().empty));
  if (args->size() == 1) return to_str(t, (*args.get())[0]);
  return to_str(t, args);
}

// --- the definitions ---------------------------------------------------------------------------------------

constinit const TypeDef kBaseExceptionDef = {
    .name = "BaseException", .doc = "Common base class for all exceptions.",
    .flags = kTypeBase | kTypeHasDict | kTypeGcTracked | kTypeExceptionSubclass | kTypeWeakrefable,
    .size = sizeof(BaseException),
    .slots = {.visit = base_exception_visit, .new_ = base_exception_new, .init = base_exception_init,
              .repr = exception_repr, .str = base_exception_str},
    .methods = kMethods, .getsets = kGetSets, .members = kMembers};

void refine_exception_def(const char* name, TypeDef& def) {
  std::string_view n = name;
  auto fields = [&](auto visit) { def.slots.visit = visit; };
  if (n == "StopIteration") {
    fields([](Object* o, EdgeVisitor& v) {
      v(static_cast<StopIterationObject*>(o)->value);
      base_exception_visit(o, v);
    });
    def.slots.init = stop_iteration_init;
    def.members = kStopIterationMembers;
  } else if (n == "SystemExit") {
    fields([](Object* o, EdgeVisitor& v) {
      v(static_cast<SystemExitObject*>(o)->code);
      base_exception_visit(o, v);
    });
    def.slots.init = system_exit_init;
    def.members = kSystemExitMembers;
  } else if (n == "KeyError") {
    def.slots.str = key_error_str;
  } else if (n == "AttributeError") {
    fields([](Object* o, EdgeVisitor& v) {
      auto* e = static_cast<AttributeErrorObject*>(o);
      v(e->obj, e->name);
      base_exception_visit(o, v);
    });
    def.slots.init = attribute_error_init;
    def.members = kAttributeMembers;
    def.methods = kAttributeMethods;
  } else if (n == "NameError") {
    fields([](Object* o, EdgeVisitor& v) {
      v(static_cast<NameErrorObject*>(o)->name);
      base_exception_visit(o, v);
    });
    def.slots.init = name_error_init;
    def.members = kNameMembers;
  } else if (n == "ImportError") {
    fields([](Object* o, EdgeVisitor& v) {
      auto* e = static_cast<ImportErrorObject*>(o);
      v(e->msg, e->name, e->path, e->name_from);
      base_exception_visit(o, v);
    });
    def.slots.init = import_error_init;
    def.slots.str = import_error_str;
    def.slots.repr = import_error_repr;
    def.members = kImportMembers;
    def.methods = kImportMethods;
  }
}

}  // namespace taipan
