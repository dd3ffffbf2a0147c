// The module builtins: its table, and the functions about single objects.
#include "runtime/modules/builtins/builtins.h"

#include "runtime/import/import.h"
#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/near_name.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Value keyword_argument(const Value* args, u32 nargs, Tuple* kwnames, const char* name) {
  usize n = kwnames == nullptr ? 0 : kwnames->size();
  for (usize i = 0; i < n; ++i)
    if (str_equals((*kwnames)[i].as<Str>(), name)) return args[nargs + i].canonical();
  return Value::empty();
}

Status check_keywords(Thread& t, const char* function, Tuple* kwnames, std::initializer_list<const char*> allowed) {
  usize n = kwnames == nullptr ? 0 : kwnames->size();
  for (usize i = 0; i < n; ++i) {
    bool known = false;
    for (const char* name : allowed) known |= str_equals((*kwnames)[i].as<Str>(), name);
    if (!known) return raise_unexpected_keyword(t, function, (*kwnames)[i].as<Str>(), allowed);
  }
  return kDone;
}

namespace {

Result<> builtin_abs(Thread& t, Value x) {
  auto f = type_of(x).slots.unary[static_cast<usize>(UnaryOp::Abs)];
  if (f == nullptr) return raise(t, TypeError, "bad operand type for abs(): '{!T}'", x);
  return f(t, x);
}
Result<> builtin_ascii(Thread& t, Value x) { return to_ascii(t, x); }
Result<> builtin_repr(Thread& t, Value x) { return repr(t, x); }

Result<> in_base(Thread& t, Value x, int base, const char* prefix) {
  Local<> n(t, TRY(to_index(t, x)));
  Local<Str> digits(t, TRY(int_to_text(t, n, base)));
  bool negative = digits->length() > 0 && digits->at(0) == '-';
  Local<Str> bare(t, negative ? TRY(str_substring(t, digits, 1, digits->length())) : digits.copy());
  return str_format(t, "{}{}{}", negative ? "-" : "", prefix, bare);
}
Result<> builtin_bin(Thread& t, Value x) { return in_base(t, x, 2, "0b"); }
Result<> builtin_oct(Thread& t, Value x) { return in_base(t, x, 8, "0o"); }
Result<> builtin_hex(Thread& t, Value x) { return in_base(t, x, 16, "0x"); }

bool builtin_callable(Thread& t, Value x) { return is_callable(x); }

Result<> builtin_chr(Thread& t, Value x) {
  Local<> n(t, TRY(to_index(t, x)));
  i64 code;
  if (!int_to_i64(n, &code) || code < 0 || code > 0x10FFFF) return raise(t, ValueError, "chr() arg not in range(0x110000)");
  return str_from_char(t, static_cast<char32_t>(code));
}

Result<> builtin_ord(Thread& t, Value c) {
  usize n;
  if (is_a<Str>(c)) {
    n = c.as<Str>()->length();
    if (n == 1) return Result<>::small_int(c.as<Str>()->at(0));
  } else if (is_a<Bytes>(c) || is_subtype(type_of(c), bytearray_type)) {
    Local<Bytes> bytes(t, TRY(bytes_from_object(t, c)));
    n = bytes->size();
    if (n == 1) return Result<>::small_int(bytes->data()[0]);
  } else {
    return raise(t, TypeError, "ord() expected string of length 1, but {!T} found", c);
  }
  return raise(t, TypeError, "ord() expected a character, but string of length {} found", static_cast<unsigned long>(n));
}

Result<> builtin_divmod(Thread& t, Value x, Value y) { return divmod_operation(t, x, y); }
Result<> builtin_pow(Thread& t, Value base, Value exp, Value mod) {
  return is_none(mod) ? binary_operation(t, BinaryOp::Pow, base, exp) : power(t, base, exp, mod);
}

Result<> builtin_round(Thread& t, Value number, Value digits) {
  Value digit_args[] = {digits};
  Result<> r = call_special(t, number, names().__round__, digit_args, is_none(digits) ? 0 : 1);
  if (!r.is_error() && r.is_absent()) return raise(t, TypeError, "type {!T} doesn't define __round__ method", number);
  return r;
}

Result<> builtin_format(Thread& t, Value value, Value spec) {
  if (!spec.is_empty() && !is_a<Str>(spec)) return raise(t, TypeError, "format() argument 2 must be str, not {!T}", spec);
  return format_value(t, value, spec);
}

Result<> builtin_hash(Thread& t, Value x) {
  u64 h = TRY(hash(t, x));
  return int_from_i64(t, static_cast<i64>(h));
}
Result<> builtin_id(Thread& t, Value x) { return int_from_u64(t, identity(x)); }
Result<> builtin_len(Thread& t, Value x) { return int_from_i64(t, TRY(length(t, x))); }

Result<bool> builtin_isinstance(Thread& t, Value x, Value cls) { return is_instance_of(t, x, cls); }
Result<bool> builtin_issubclass(Thread& t, Value x, Value cls) { return is_subclass_of(t, x, cls); }

// Attribute functions.
Status check_name(Thread& t, Value name) {
  if (is_a<Str>(name)) return kDone;
  return raise(t, TypeError, "attribute name must be string, not '{!T}'", name);
}
Result<> builtin_getattr(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_keywords(t, "getattr", kwnames, {}));
  if (nargs < 2) return raise(t, TypeError, "getattr expected at least 2 arguments, got {}", nargs);
  if (nargs > 3) return raise(t, TypeError, "getattr expected at most 3 arguments, got {}", nargs);
  Value o = args[0].canonical(), name = args[1].canonical();
  TRY(check_name(t, name));
  Local<Str> key(t, TRY(str_intern(t, name.as<Str>())));
  if (nargs == 2) return get_attribute(t, o, key);
  Result<> r = get_attribute_or_absent(t, o, key);
  if (r.is_error() || !r.is_absent()) return r;
  return own(args[2].canonical());
}
Result<bool> builtin_hasattr(Thread& t, Value o, Value name) {
  TRY(check_name(t, name));
  Local<Str> key(t, TRY(str_intern(t, name.as<Str>())));
  return has_attribute(t, o, key);
}
Status builtin_setattr(Thread& t, Value o, Value name, Value value) {
  TRY(check_name(t, name));
  Local<Str> key(t, TRY(str_intern(t, name.as<Str>())));
  return set_attribute(t, o, key, value);
}
Status builtin_delattr(Thread& t, Value o, Value name) {
  TRY(check_name(t, name));
  Local<Str> key(t, TRY(str_intern(t, name.as<Str>())));
  return delete_attribute(t, o, key);
}

const NativeDef kFunctions[] = {
    def<builtin_abs>("abs($module, number, /)", "Return the absolute value of the argument."),
    def<builtin_ascii>("ascii($module, obj, /)", "repr(obj), with all but ASCII characters escaped."),
    def<builtin_bin>("bin($module, integer, /)", "Binary digits of an integer.\n\n   >>> bin(2796202)\n   '0b1010101010101010101010'"),
    def<builtin_callable>("callable($module, obj, /)", "Can the object be called?"),
    def<builtin_chr>("chr($module, i, /)", "The character with the given code point: 0 <= i <= 0x10ffff."),
    def<builtin_delattr>("delattr($module, obj, name, /)", "Deletes the named attribute: delattr(x, 'y') is del x.y."),
    def<builtin_divmod>("divmod($module, x, y, /)", "The pair (x//y, x%y)."),
    def<builtin_format>("format($module, value, format_spec='', /)", "value.__format__(format_spec)."),
    raw_def("getattr($module, object, name, default=None, /)",
            "The named attribute: getattr(x, 'y') is x.y.\n\nWith a default, a missing attribute raises nothing.", builtin_getattr),
    def<builtin_hasattr>("hasattr($module, obj, name, /)", "Has the object an attribute of this name?"),
    def<builtin_hash>("hash($module, obj, /)", "The hash of the object: equal objects have equal hashes."),
    def<builtin_hex>("hex($module, integer, /)", "Hexadecimal digits of an integer.\n\n   >>> hex(12648430)\n   '0xc0ffee'"),
    def<builtin_id>("id($module, obj, /)", "The identity of the object: unique among those that exist at a time."),
    def<builtin_isinstance>("isinstance($module, obj, class_or_tuple, /)",
                            "Is the object an instance of the class, of a subclass, or of one class in a tuple?"),
    def<builtin_issubclass>("issubclass($module, cls, class_or_tuple, /)", "Does cls derive from the class, or from one in a tuple?"),
    def<builtin_len>("len($module, obj, /)", "The number of items of a container."),
    def<builtin_oct>("oct($module, integer, /)", "Octal digits of an integer.\n\n   >>> oct(342391)\n   '0o1234567'"),
    def<builtin_ord>("ord($module, character, /)", "The code point of a one-character string."),
    def<builtin_pow>("pow($module, /, base, exp, mod=None)", "base**exp, or base**exp % mod."),
    def<builtin_repr>("repr($module, obj, /)", "The canonical text of the object."),
    def<builtin_round>("round($module, /, number, ndigits=None)",
                       "The number, rounded to ndigits decimal digits; an integer if ndigits is left out."),
    def<builtin_setattr>("setattr($module, obj, name, value, /)", "Sets the named attribute: setattr(x, 'y', v) is x.y = v."),
};

Type* const kTypes[] = {
    &object_type, &type_type, &int_type, &bool_type, &float_type, &complex_type, &str_type, &bytes_type, &bytearray_type,
    &memoryview_type, &tuple_type, &list_type, &dict_type, &set_type, &frozenset_type, &frozendict_type, &slice_type, &range_type,
    &property_type, &classmethod_type, &staticmethod_type, &super_type, &enumerate_type, &reversed_type, &zip_type, &map_type,
    &filter_type, &sentinel_type, &BaseException_type, &ExceptionGroup,
#define TP_EXCEPTION(name, base, layout) &name,
#include "runtime/types/exceptions.def"
#undef TP_EXCEPTION
};

}  // namespace

Type* g_incomplete_input_error;

namespace {

Status builtins_exec(Thread& t, Module* m) {
  for (Type* type : kTypes) {
    if (!type->has(kTypeReady)) continue;  // not part of this build yet
    TRY(module_set(t, m, type->name.borrow(), Value(type)));
  }
  for (auto [name, type] : {std::pair{"EnvironmentError", &OSError}, std::pair{"IOError", &OSError}}) {
    TRY(module_add(t, m, name, Value(type)));
  }
  TRY(module_add_exception(t, m, "_IncompleteInputError", SyntaxError, &g_incomplete_input_error, nullptr, "incomplete input."));
  TRY(module_add(t, m, "None", none_value()));
  TRY(module_add(t, m, "True", bool_value(true)));
  TRY(module_add(t, m, "False", bool_value(false)));
  TRY(module_add(t, m, "Ellipsis", Value(&ellipsis_object)));
  TRY(module_add(t, m, "NotImplemented", Value(&not_implemented_object)));
  TRY(module_add(t, m, "__debug__", bool_value(true)));
  TRY(module_add_functions(t, m, builtin_class_functions()));
  TRY(module_add_functions(t, m, builtin_code_functions()));
  TRY(module_add_functions(t, m, builtin_io_functions()));
  TRY(module_add_functions(t, m, builtin_iter_functions()));
  TRY(dict_make_namespace(t, m->dict.borrow()));
  return kDone;
}

}  // namespace

const NativeEntry kLenEntry = &Entry<builtin_len>::call, kIsInstanceEntry = &Entry<builtin_isinstance>::call;

extern const ModuleDef builtins_module_def;
const ModuleDef builtins_module_def = {
    "builtins",
    "Built-in functions, types, exceptions, and other objects.\n\nThis module provides direct access to all 'built-in'\n"
    "identifiers of Python; for example, builtins.len is\nthe full name for the built-in function len().",
    kFunctions, {}, builtins_exec};

}  // namespace taipan
