// BaseExceptionGroup and ExceptionGroup (PEP 654): split, subgroup, derive, and what except* needs.
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call_parts.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

using Group = ExceptionGroupObject;

bool is_group(Value v) { return is_instance(v, BaseExceptionGroup); }
Group* group(Value v) { return v.as<Group>(); }

void group_visit(Object* o, EdgeVisitor& visit) {
  auto* g = static_cast<Group*>(o);
  visit(g->message, g->exceptions, g->exceptions_text);
  base_exception_visit(o, visit);
}

Result<> group_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 2) {
    return raise(t, TypeError, "BaseExceptionGroup.__new__() takes exactly 2 arguments ({} given)", nargs);
  }
  if (!is_a<Str>(args[0])) {
    return raise(t, TypeError, "BaseExceptionGroup.__new__() argument 1 must be str, not {!T}", args[0]);
  }
  bool sequence = type_of(args[1]).slots.get_item && !type_of(args[1]).has(kTypeSetSubclass);
  if (!sequence) return raise(t, TypeError, "second argument (exceptions) must be a sequence");
  Local<Tuple> list(t, TRY(to_tuple(t, args[1])));
  if (list->size() == 0) {
    return raise(t, ValueError, "second argument (exceptions) must be a non-empty sequence");
  }
  bool nested_base = false;
  for (usize i = 0; i < list->size(); ++i) {
    Value e = (*list.get())[i];
    if (!is_exception(e)) {
      return raise(t, ValueError, "Item {} of second argument (exceptions) is not an exception", i);
    }
    nested_base |= !is_instance(e, Exception);
  }
  Type* type = &cls;
  if (type == &BaseExceptionGroup) {
    if (!nested_base) type = &ExceptionGroup;  // all are Exceptions
  } else if (nested_base && type == &ExceptionGroup) {
    return raise(t, TypeError, "Cannot nest BaseExceptions in an ExceptionGroup");
  } else if (nested_base && is_subtype(*type, Exception)) {
    return raise(t, TypeError, "Cannot nest BaseExceptions in '{}'", type->name.borrow());
  }
  Local<Str> text(t);
  if (!is_exact<List>(args[1]) && !is_exact<Tuple>(args[1])) text.set(TRY(repr(t, args[1])));
  Local<> held(t, TRY(base_exception_new(t, *type, args, nargs, nullptr)));
  Group* g = group(held);
  g->message.store(g, args[0]);
  g->exceptions.store(g, list.value());
  if (!text.is_empty()) g->exceptions_text.store(g, text.value());
  return held.give();
}
Status group_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  return base_exception_init(t, self, args, nargs, kwnames);
}

Result<Str> group_str(Thread& t, Value self) {
  usize n = group(self)->exceptions.borrow()->size();
  return str_format(t, "{} ({} sub-exception{})", Value(group(self)->message.borrow()), n, n == 1 ? "" : "s");
}
Result<Str> group_repr(Thread& t, Value self) {
  Group* g = group(self);
  // As written by the caller: a list stays a list, other sequences had their say when the group was made.
  if (!g->exceptions_text.is_empty()) {
    Local<Str> text(t, g->exceptions_text.load(g));
    return str_format(t, "{}({!r}, {})", type_of(self).name.borrow(), Value(g->message.borrow()), text);
  }
  Local<Tuple> args(t, g->args.load(g));
  bool as_list = args->size() == 2 && is_exact<List>((*args.get())[1]);
  Local<> exceptions(t, as_list ? Result<>(TRY(to_list(t, Value(g->exceptions.borrow()))))
                                : Result<>(g->exceptions.load(g)));
  return str_format(t, "{}({!r}, {!r})", type_of(self).name.borrow(), Value(g->message.borrow()), exceptions.value());
}

// derive() makes the group of the parts; what Python says about the original goes along.
Result<> derive_from(Thread& t, Value original, List* parts) {
  Local<Str> derive(t, TRY(str_intern(t, "derive")));
  Local<> made(t, TRY(call_method(t, original, derive, Value(parts))));
  if (!is_group(made)) {
    return raise(t, TypeError, "derive must return an instance of BaseExceptionGroup");
  }
  auto *from = original.as<BaseException>(), *to = made.value().as<BaseException>();
  exception_set_traceback(to, from->traceback.borrow());
  to->context.store(to, from->context.borrow());
  to->cause.store(to, from->cause.borrow());
  to->suppress_context = from->suppress_context;
  Local<> notes(t, TRY(get_attribute_or_absent(t, original, names().__notes__)));
  if (!notes.is_empty() && type_of(notes).slots.get_item) {
    Local<List> copy(t, TRY(to_list(t, notes)));
    TRY(set_attribute(t, made, names().__notes__, copy));
  }
  return made.give();
}

// Which exceptions match: a class or tuple of classes, a predicate, or the very ones of a set.
struct Matcher {
  enum class Kind : u8 { Type, Predicate, Identity } kind;
  Value condition;  // Identity: a list of exceptions
};


Result<bool> matches(Thread& t, const Matcher& m, Value e) {
  switch (m.kind) {
    case Matcher::Kind::Type: {
      if (is_a<Type>(m.condition)) return is_instance(e, *m.condition.as<Type>());
      Tuple* list = m.condition.as<Tuple>();
      for (usize i = 0; i < list->size(); ++i) {
        if (is_instance(e, *(*list)[i].as<Type>())) return true;
      }
      return false;
    }
    case Matcher::Kind::Predicate: {
      Local<> r(t, TRY(call(t, m.condition, e)));
      return truth(t, r);
    }
    case Matcher::Kind::Identity: break;
  }
  List* list = m.condition.as<List>();
  for (usize i = 0; i < list_size(list); ++i) {
    if (same(list_borrow(list, i), e)) return true;
  }
  return false;
}

// Splits e into what matches and what does not; either may be left empty in the Locals. rest null: not wanted.
Status split(Thread& t, const Matcher& m, Value e, Local<>& match, Local<>* rest) {
  TRY(check_machine_stack(t, " in exceptiongroup_split"));
  if (m.kind != Matcher::Kind::Identity || !is_group(e)) {
    if (TRY(matches(t, m, e))) {
      match.set(e);
      return kDone;
    }
  }
  if (!is_group(e)) {
    if (rest) rest->set(e);
    return kDone;
  }
  Local<Tuple> parts(t, group(e)->exceptions.load(e.object()));
  Local<List> yes(t, TRY(list_new(t)));
  Local<List> no(t, TRY(list_new(t)));
  for (usize i = 0; i < parts->size(); ++i) {
    Local<> inner_match(t);
    Local<> inner_rest(t);
    TRY(split(t, m, (*parts.get())[i], inner_match, rest ? &inner_rest : nullptr));
    if (!inner_match.is_empty()) TRY(list_append(t, yes, inner_match.value()));
    if (!inner_rest.is_empty()) TRY(list_append(t, no, inner_rest.value()));
  }
  if (list_size(yes) > 0) match.set(TRY(derive_from(t, e, yes)));
  if (rest && list_size(no) > 0) rest->set(TRY(derive_from(t, e, no)));
  return kDone;
}

Status check_condition(Thread& t, Value condition, Matcher* m) {
  m->condition = condition;
  if (is_a<Type>(condition) && condition.as<Type>()->has(kTypeExceptionSubclass)) {
    m->kind = Matcher::Kind::Type;
    return kDone;
  }
  if (is_exact<Tuple>(condition)) {
    Tuple* list = condition.as<Tuple>();
    bool good = true;
    for (usize i = 0; i < list->size(); ++i) good &= is_exception_class((*list)[i]);
    if (good) {
      m->kind = Matcher::Kind::Type;
      return kDone;
    }
  } else if (is_callable(condition) && !is_a<Type>(condition)) {
    m->kind = Matcher::Kind::Predicate;
    return kDone;
  }
  return raise(t, TypeError, "expected an exception type, a tuple of exception types, or a callable (other than a class)");
}

Result<> or_none(Local<>& v) { return v.is_empty() ? none() : v.give(); }

Result<> group_split(Thread& t, BaseException* self, Value condition) {
  Matcher m;
  TRY(check_condition(t, condition, &m));
  Local<> match(t), rest(t);
  TRY(split(t, m, Value(self), match, &rest));
  return tuple_of(t, match.is_empty() ? none_value() : match.value(),
                  rest.is_empty() ? none_value() : rest.value());
}
Result<> group_subgroup(Thread& t, BaseException* self, Value condition) {
  Matcher m;
  TRY(check_condition(t, condition, &m));
  Local<> match(t);
  TRY(split(t, m, Value(self), match, nullptr));
  return or_none(match);
}
Result<> group_derive(Thread& t, BaseException* self, Value exceptions) {
  Value args[] = {Value(static_cast<Group*>(self)->message.borrow()), exceptions};
  return call(t, Value(&BaseExceptionGroup), args, 2);
}
Result<> group_class_getitem(Thread& t, Value cls, Value item) { return generic_alias_new(t, cls, item); }

const NativeDef kMethods[] = {
    def<group_split>("split($self, matcher_value, /)", nullptr),
    def<group_subgroup>("subgroup($self, matcher_value, /)", nullptr),
    def<group_derive>("derive($self, excs, /)", nullptr),
    class_def<group_class_getitem>("__class_getitem__($type, object, /)", "See PEP 585"),
};
const MemberDef kMembers[] = {
    {"message", MemberKind::Object, offsetof(Group, message), true, "exception message"},
    {"exceptions", MemberKind::Object, offsetof(Group, exceptions), true, "nested exceptions"}};

// --- except* -----------------------------------------------------------------------------------------------------

Status collect_leaves(Thread& t, Value e, List* into) {
  if (!is_group(e)) return list_append(t, into, e);
  TRY(check_machine_stack(t, " in collect_exception_group_leaf_ids"));
  Local<Tuple> parts(t, group(e)->exceptions.load(e.object()));
  for (usize i = 0; i < parts->size(); ++i) TRY(collect_leaves(t, (*parts.get())[i], into));
  return kDone;
}

// Does e carry the very metadata of the original? Then it was not raised anew, but re-raised.
bool same_metadata(Value e, Value original) {
  if (!is_exception(e) || !is_exception(original)) return false;
  auto *a = e.as<BaseException>(), *b = original.as<BaseException>();
  return same(a->traceback.borrow(), b->traceback.borrow()) && same(a->context.borrow(), b->context.borrow()) &&
         same(a->cause.borrow(), b->cause.borrow());
}

Result<bool> same_notes(Thread& t, Value e, Value original) {
  Local<> a(t, TRY(get_attribute_or_absent(t, e, names().__notes__)));
  Local<> b(t, TRY(get_attribute_or_absent(t, original, names().__notes__)));
  return same(a, b) || (!a.is_empty() && !b.is_empty() && TRY(equal(t, a, b)));
}

}  // namespace

void refine_exception_group_def(const char* name, TypeDef& def) {
  if (std::strcmp(name, "BaseExceptionGroup") != 0) return;
  def.slots.visit = group_visit;
  def.slots.new_ = group_new;
  def.slots.init = group_init;
  def.slots.str = group_str;
  def.slots.repr = group_repr;
  def.methods = kMethods;
  def.members = kMembers;
}

Result<bool> exception_group_is_leaf(Thread&, Value e) { return !is_group(e); }

// A subclass may have its own split().
static Status call_split(Thread& t, Value exception, Value condition, Local<>& match, Local<>& rest) {
  Local<Str> method(t, TRY(str_intern(t, "split")));
  Local<> parts(t, TRY(call_method(t, exception, method, condition)));
  if (!is_a<Tuple>(parts)) return raise(t, TypeError, "{!T}.split must return a tuple, not {!T}", exception, parts);
  Tuple* pair = parts.value().as<Tuple>();
  if (pair->size() < 2) {
    return raise(t, TypeError, "{!T}.split must return a 2-tuple, got tuple of size {}", exception, pair->size());
  }
  if (!is_none((*pair)[0])) match.set((*pair)[0]);
  if (!is_none((*pair)[1])) rest.set((*pair)[1]);
  return kDone;
}

Status exception_group_match(Thread& t, Value exception, Value class_or_tuple, Result<>* match, Result<>* rest) {
  Local<> matched(t), remaining(t);
  Matcher m{Matcher::Kind::Type, class_or_tuple};
  if (!is_group(exception)) {
    if (TRY(matches(t, m, exception))) {
      // A lone exception is wrapped, so that `except*` always binds a group.
      Local<Tuple> one(t, TRY(tuple_of(t, exception)));
      Value args[] = {Value(names().empty), one};
      matched.set(TRY(call(t, Value(&BaseExceptionGroup), args, 2)));
    } else {
      remaining.set(exception);
    }
  } else if (&type_of(exception) == &ExceptionGroup || &type_of(exception) == &BaseExceptionGroup) {
    TRY(split(t, m, exception, matched, &remaining));
  } else {
    TRY(call_split(t, exception, class_or_tuple, matched, remaining));
  }
  *rest = remaining.give();
  *match = matched.give();
  return kDone;
}

Result<> exception_group_reraise(Thread& t, Value original, List* excs) {
  usize n = list_size(excs);
  if (!is_group(original)) {
    // At most one: the lone exception that nobody wanted, or what the one clause that got it (in a group) raised.
    for (usize i = 0; i < n; ++i) {
      Local<> e(t, TRY(list_get(t, excs, i)));
      if (!e.is_empty() && !is_none(e)) return e.give();
    }
    return none();
  }
  Local<List> raised(t, TRY(list_new(t)));
  Local<List> reraised(t, TRY(list_new(t)));
  for (usize i = 0; i < n; ++i) {
    Local<> e(t, TRY(list_get(t, excs, i)));
    if (e.is_empty() || is_none(e)) continue;
    bool again = same_metadata(e, original) && TRY(same_notes(t, e, original));
    TRY(list_append(t, again ? reraised.get() : raised.get(), e.value()));
  }
  Local<> projection(t);
  if (list_size(reraised) > 0) {
    Local<List> leaves(t, TRY(list_new(t)));
    for (usize i = 0; i < list_size(reraised); ++i) {
      Local<> e(t, TRY(list_get(t, reraised, i)));
      TRY(collect_leaves(t, e, leaves));
    }
    Matcher m{Matcher::Kind::Identity, leaves.value()};
    TRY(split(t, m, original, projection, nullptr));
  }
  if (list_size(raised) == 0) return or_none(projection);
  if (!projection.is_empty()) TRY(list_append(t, raised, projection.value()));
  if (list_size(raised) == 1) return list_get(t, raised, 0);
  Value args[] = {Value(names().empty), raised};
  return call(t, Value(&BaseExceptionGroup), args, 2);
}

}  // namespace taipan
