// _opcode: what opcode.py and dis ask of an interpreter. Their table of numbers (_opcode_metadata.py) is that of
// CPython's stack machine, none of which runs here: no number is valid, and stack_effect() has no answer.
#include "runtime/native/def.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

Result<bool> no_opcode(Thread&, i32) { return false; }
// The entries of functions with a signature of their own are distinct, so that each has its name in errors.
template <int kNumber>
Result<bool> no_opcode_named(Thread& t, i32 opcode) { return no_opcode(t, opcode); }

Result<> stack_effect(Thread& t, i32, Value, Value jump) {
  if (!is_none(jump) && !is_true(jump) && !is_false(jump)) {
    return raise(t, ValueError, "stack_effect: jump must be False, True or None");
  }
  return raise(t, ValueError, "invalid opcode or oparg");
}

constexpr const char* kOperators[][2] = {
    {"ADD", "+"}, {"AND", "&"}, {"FLOOR_DIVIDE", "//"}, {"LSHIFT", "<<"}, {"MATRIX_MULTIPLY", "@"},
    {"MULTIPLY", "*"}, {"REMAINDER", "%"}, {"OR", "|"}, {"POWER", "**"}, {"RSHIFT", ">>"},
    {"SUBTRACT", "-"}, {"TRUE_DIVIDE", "/"}, {"XOR", "^"},
};

Status append_operator(Thread& t, List* all, Result<Str> name_in, Result<Str> symbol_in) {
  Local<Str> name(t, name_in);
  Local<Str> symbol(t, symbol_in);
  Local<Tuple> pair(t, TRY(tuple_of(t, name, symbol)));
  return list_append(t, all, pair.value());
}

Result<> get_nb_ops(Thread& t) {
  Local<List> all(t, TRY(list_new(t)));
  for (const char* inplace : {"", "INPLACE_"}) {
    for (auto& op : kOperators) {
      Local<Str> name(t, TRY(str_format(t, "NB_{}{}", inplace, op[0])));
      TRY(append_operator(t, all, name.copy(), TRY(str_format(t, *inplace ? "{}=" : "{}", op[1]))));
    }
  }
  Local<Str> name(t, TRY(str_from_ascii(t, "NB_SUBSCR")));
  TRY(append_operator(t, all, name.copy(), TRY(str_from_ascii(t, "[]"))));
  return all.give();
}

// Intrinsics are opcodes of their own here.
Result<> get_intrinsic1_descs(Thread& t) { return list_new(t); }
Result<> get_intrinsic2_descs(Thread& t) { return list_new(t); }

Result<> get_special_method_names(Thread& t) {
  Local<List> all(t, TRY(list_new(t)));
  for (const char* name : {"__enter__", "__exit__", "__aenter__", "__aexit__"}) {
    TRY(list_append(t, all, Result<>(TRY(str_intern(t, name)))));
  }
  return all.give();
}

Result<> get_specialization_stats(Thread&) { return none(); }
Result<> get_executor(Thread& t, Value, i32) {
  return raise(t, RuntimeError, "Executors are not available in this build");
}

const NativeDef kFunctions[] = {
    def<stack_effect>("stack_effect($module, opcode, oparg=None, /, *, jump=None)",
                      "Compute the stack effect of the opcode."),
    def<no_opcode_named<0>>("is_valid($module, /, opcode)", "Is it an opcode?"),
    def<no_opcode_named<1>>("has_arg($module, /, opcode)", "Does the opcode use its argument?"),
    def<no_opcode_named<2>>("has_const($module, /, opcode)", "Does the opcode access a constant?"),
    def<no_opcode_named<3>>("has_name($module, /, opcode)", "Does the opcode access an attribute by name?"),
    def<no_opcode_named<4>>("has_jump($module, /, opcode)", "Has the opcode a jump target?"),
    def<no_opcode_named<5>>("has_free($module, /, opcode)", "Does the opcode access a free variable?"),
    def<no_opcode_named<6>>("has_local($module, /, opcode)", "Does the opcode access a local variable?"),
    def<no_opcode_named<7>>("has_exc($module, /, opcode)", "Does the opcode set an exception handler?"),
    def<get_specialization_stats>("get_specialization_stats($module, /)", "Statistics of specialisation, or None."),
    def<get_nb_ops>("get_nb_ops($module, /)", "Names and symbols of the binary operators."),
    def<get_intrinsic1_descs>("get_intrinsic1_descs($module, /)", "Names of the unary intrinsics."),
    def<get_intrinsic2_descs>("get_intrinsic2_descs($module, /)", "Names of the binary intrinsics."),
    def<get_special_method_names>("get_special_method_names($module, /)", "Names of special methods loaded by number."),
    def<get_executor>("get_executor($module, /, code, offset)", "The executor of the code at this offset."),
};

// Sites specialise themselves always.
const ConstantDef kConstants[] = {int_constant("ENABLE_SPECIALIZATION", 1)};

}  // namespace

extern const ModuleDef opcode_module_def;
const ModuleDef opcode_module_def = {"_opcode", "Opcode support module.", kFunctions, kConstants};

}  // namespace taipan
