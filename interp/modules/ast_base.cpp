// ast.AST: the base of all node classes. Its constructor takes fields by position and by name.
#include "interp/modules/ast_classes.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/instance.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/generic_alias.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Str* text_fields(Thread& t) {
  static Str* const s = str_immortal(t, "_fields");
  return s;
}
Str* text_attributes(Thread& t) {
  static Str* const s = str_immortal(t, "_attributes");
  return s;
}
Str* text_field_types(Thread& t) {
  static Str* const s = str_immortal(t, "_field_types");
  return s;
}

Result<> ast_new(Thread& t, Type& cls, const Value*, u32, Tuple*) {
  auto* o = new_object<Object>(t, cls);
  if (o == nullptr) return kError;
  return own_new(o);
}

// A tuple of names that is an attribute of the class; () without one.
Result<Tuple> names_of(Thread& t, Type& cls, Str* attribute) {
  Local<> v(t, TRY(get_attribute_or_absent(t, Value(&cls), attribute)));
  if (v.is_empty()) return own(empty_tuple());
  return to_tuple(t, v);
}

// "ast.Name", as messages have it.
Result<Str> full_name(Thread& t, Type& cls) {
  Local<> module(t, TRY(get_attribute(t, Value(&cls), names().__module__)));
  return str_format(t, "{}.{}", module, cls.qualname.borrow());
}

Result<bool> among(Thread& t, Tuple* all, Value name, usize* at) {
  for (usize i = 0; i < all->size(); ++i) {
    if (!TRY(equal(t, (*all)[i], name))) continue;
    *at = i;
    return true;
  }
  return false;
}

Status warn_abstract(Thread& t, Type& cls) {
  if (!ast_is_abstract(cls)) return kDone;
  Local<Str> text(t, TRY(str_format(t, "Instantiating abstract AST node class ast.{} is deprecated. This will become an error in Python 3.20",
                                    cls.name.borrow())));
  Utf8 message;
  TRY(message.encode(t, text));
  return warn(t, DeprecationWarning, message.c_str());
}

// 'a', 'b', and 'c'
Status append_missing(Thread& t, StrBuilder& out, List* missing) {
  usize n = list_size(missing);
  for (usize i = 0; i < n; ++i) {
    if (i) TRY(out.append_ascii(n == 2 ? " and " : i + 1 < n ? ", " : ", and "));
    Local<> name(t, TRY(list_get(t, missing, i)));
    Local<Str> shown(t, TRY(repr(t, name)));
    TRY(out.append(shown));
  }
  return kDone;
}

// What a field is when nobody gave it: class attribute None, [], Load(); required fields are collected.
Status default_field(Thread& t, Value self, Dict* types, Value name, List* missing) {
  Local<> type(t, TRY(dict_get(t, types, name)));
  if (type.is_empty() || is_exact<Union>(type)) return kDone;
  if (is_exact<GenericAlias>(type)) {
    Local<List> empty(t, TRY(list_new(t)));
    return set_attribute(t, self, name.as<Str>(), empty);
  }
  if (type.value().canonical().bits == Value(g_ast.enum_base[kExprContext]).bits) {
    return set_attribute(t, self, name.as<Str>(), ast_enum_object(kExprContext, 0));
  }
  return list_append(t, missing, name);
}

Status fill_defaults(Thread& t, Value self, Type& cls, Tuple* fields, const bool* given) {
  Local<> types(t, TRY(get_attribute_or_absent(t, Value(&cls), text_field_types(t))));
  if (types.is_empty() || !is_a<Dict>(types)) return kDone;
  Local<List> missing(t, TRY(list_new(t)));
  for (usize i = 0; i < fields->size(); ++i) {
    if (!given[i] && is_a<Str>((*fields)[i])) TRY(default_field(t, self, types.value().as<Dict>(), (*fields)[i], missing));
  }
  usize n = list_size(missing);
  if (n == 0) return kDone;
  StrBuilder out(t);
  TRY(append_missing(t, out, missing));
  Local<Str> list(t, TRY(out.finish()));
  Local<Str> name(t, TRY(full_name(t, cls)));
  return raise(t, TypeError, "{}.__init__ missing {} required positional argument{}: {}", name, n, n == 1 ? "" : "s", list);
}

constexpr usize kMaxFields = 64;

Status ast_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Type& cls = type_of(self);
  TRY(warn_abstract(t, cls));
  Local<Tuple> fields(t, TRY(names_of(t, cls, text_fields(t))));
  Local<Tuple> attributes(t, TRY(names_of(t, cls, text_attributes(t))));
  usize n = fields->size();
  if (n > kMaxFields) return raise(t, TypeError, "{} has too many fields", cls.name.borrow());
  if (nargs > n) {
    return raise(t, TypeError, "{} constructor takes at most {} positional argument{}", cls.name.borrow(), n, n == 1 ? "" : "s");
  }
  bool given[kMaxFields] = {};
  for (u32 i = 0; i < nargs; ++i) {
    if (!is_a<Str>((*fields)[i])) return raise(t, TypeError, "attribute name must be string, not '{!T}'", (*fields)[i]);
    TRY(set_attribute(t, self, (*fields)[i].as<Str>(), args[i]));
    given[i] = true;
  }
  for (usize k = 0; kwnames && k < kwnames->size(); ++k) {
    Value name = (*kwnames)[k];
    usize at = 0;
    if (TRY(among(t, fields, name, &at))) {
      if (given[at]) {
        Local<Str> where(t, TRY(full_name(t, cls)));
        return raise(t, TypeError, "{} got multiple values for argument {!r}", where, name);
      }
      given[at] = true;
    } else if (!TRY(among(t, attributes, name, &at))) {
      Local<Str> where(t, TRY(full_name(t, cls)));
      return raise(t, TypeError, "{}.__init__ got an unexpected keyword argument {!r}", where, name);
    }
    TRY(set_attribute(t, self, name.as<Str>(), args[nargs + k]));
  }
  return fill_defaults(t, self, cls, fields, given);
}

// (class, None for each leading field that is set, all attributes): the state sets the fields, so that deep
// trees are not rebuilt by nested calls.
Result<> ast_reduce(Thread& t, Value self) {
  Type& cls = type_of(self);
  Local<Dict> state(t, TRY(instance_dict_copy(t, self.object())));
  Local<Tuple> fields(t, TRY(names_of(t, cls, text_fields(t))));
  usize n = 0;
  while (n < fields->size() && TRY(dict_contains(t, state, (*fields)[n]))) ++n;
  Local<Tuple> nothing(t, TRY(tuple_new(t, n)));
  for (usize i = 0; i < n; ++i) nothing->items()[i].init(none());
  return tuple_of(t, Value(&cls), nothing, state);
}

Result<> ast_replace(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs != 0) return raise(t, TypeError, "__replace__() takes no positional arguments");
  Type& cls = type_of(self);
  Local<Dict> all(t, TRY(instance_dict_copy(t, self.object())));
  for (usize k = 0; kwnames && k < kwnames->size(); ++k) TRY(dict_set(t, all, (*kwnames)[k], args[k]));
  return call_tuple(t, Value(&cls), empty_tuple(), all);
}

// repr() shows three levels, and the ends of lists.
Status show(Thread& t, StrBuilder& out, Value v, int depth);

Status show_items(Thread& t, StrBuilder& out, Value v, int depth) {
  bool is_list = is_a<List>(v);
  Local<Tuple> items(t, TRY(to_tuple(t, v)));
  usize n = items->size();
  TRY(out.append_char(is_list ? '[' : '('));
  for (usize i = 0; i < n; ++i) {
    if (i) TRY(out.append_ascii(", "));
    if (n > 2 && i == 1) {
      TRY(out.append_ascii("..., "));
      i = n - 1;
    }
    TRY(show(t, out, (*items)[i], depth));
  }
  if (!is_list && n == 1) TRY(out.append_char(','));
  return out.append_char(is_list ? ']' : ')');
}

Status show_node(Thread& t, StrBuilder& out, Value v, int depth) {
  Type& cls = type_of(v);
  if (&cls == g_ast.ast) TRY(out.append_ascii("ast."));
  TRY(out.append(cls.name.borrow()));
  if (depth <= 0) return out.append_ascii("(...)");
  TRY(out.append_char('('));
  Local<Tuple> fields(t, TRY(names_of(t, cls, text_fields(t))));
  for (usize i = 0; i < fields->size(); ++i) {
    if (!is_a<Str>((*fields)[i])) continue;
    if (i) TRY(out.append_ascii(", "));
    Str* name = (*fields)[i].as<Str>();
    Local<> field(t, TRY(get_attribute(t, v, name)));
    TRY(out.append(name));
    TRY(out.append_char('='));
    TRY(show(t, out, field, depth - 1));
  }
  return out.append_char(')');
}

Status show(Thread& t, StrBuilder& out, Value v, int depth) {
  if (is_ast_object(v)) return show_node(t, out, v, depth);
  if (is_a<List>(v) || is_a<Tuple>(v)) return show_items(t, out, v, depth);
  Local<Str> text(t, TRY(repr(t, v)));
  return out.append(text);
}

Result<Str> ast_repr(Thread& t, Value self) {
  StrBuilder out(t);
  TRY(show_node(t, out, self, 3));
  return out.finish();
}

const NativeDef kMethods[] = {
    def<ast_reduce>("__reduce__($self, /)", nullptr),
    raw_def("__replace__($self, /, **fields)", "A copy of the node, with these fields in place of its own.", ast_replace),
};

}  // namespace

extern const TypeDef ast_base_def;
const TypeDef ast_base_def = {.name = "ast.AST",
                              .flags = kTypeBase | kTypeGcTracked | kTypeHasDict,
                              .slots = {.new_ = ast_new, .init = ast_init, .repr = ast_repr},
                              .methods = kMethods};

bool is_ast_object(Value v) { return g_ast.ast != nullptr && v.is_ref() && is_instance(v, *g_ast.ast); }

}  // namespace taipan
