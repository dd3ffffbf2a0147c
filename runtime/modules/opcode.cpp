// _opcode: facts about CPython's bytecode, for the modules opcode and dis. Taipan has a bytecode of its own: no opcode
// of CPython's is valid here, none has an effect on a stack, and none was specialized.
#include "runtime/native/def.h"
#include "runtime/types/container_util.h"
#include "runtime/types/list.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

bool no(Thread&, i32) { return false; }

Result<i64> stack_effect(Thread& t, i32, Value, Value) {
  return raise(t, ValueError, "invalid opcode or oparg");
}
Result<> get_executor(Thread& t, Value, i32) {
  return raise(t, RuntimeError, "Executors are not available in this build");
}
Result<> specialization_stats(Thread&) { return none(); }

Result<List> text_list(Thread& t, std::span<const char* const> texts) {
  Local<List> list(t, TRY(list_new(t)));
  for (const char* s : texts) TRY(list_append(t, list, Result<>(TRY(str_intern(t, s)))));
  return list.give();
}

constexpr const char* kOperators[] = {"ADD +",       "AND &",      "FLOOR_DIVIDE //", "LSHIFT <<",     "MATRIX_MULTIPLY @",
                                      "MULTIPLY *",  "REMAINDER %", "OR |",           "POWER **",      "RSHIFT >>",
                                      "SUBTRACT -",  "TRUE_DIVIDE /", "XOR ^"};

// The binary operators by name and sign: the plain ones, the augmented ones, subscription.
Result<List> get_nb_ops(Thread& t) {
  Local<List> list(t, TRY(list_new(t)));
  auto add = [&](Result<Str> name, Result<Str> sign) -> Status {
    if (name.is_error()) return kError;
    Local<Str> a(t, name);
    Local<Str> b(t, TRY(sign));
    return list_append(t, list, Result<>(TRY(tuple_of(t, a, b))));
  };
  for (bool inplace : {false, true}) {
    for (std::string_view text : kOperators) {
      usize space = text.find(' ');
      char name[40], sign[8];
      snprintf(name, sizeof name, "NB_%s%.*s", inplace ? "INPLACE_" : "", static_cast<int>(space), text.data());
      snprintf(sign, sizeof sign, "%s%s", text.data() + space + 1, inplace ? "=" : "");
      Local<Str> a(t, TRY(str_intern(t, name)));
      TRY(add(a.give(), str_intern(t, sign)));
    }
  }
  Local<Str> last(t, TRY(str_intern(t, "NB_SUBSCR")));
  TRY(add(last.give(), str_intern(t, "[]")));
  return list.give();
}

constexpr const char* kSpecialMethods[] = {"__enter__", "__exit__", "__aenter__", "__aexit__"};
Result<List> special_method_names(Thread& t) { return text_list(t, kSpecialMethods); }
Result<List> no_intrinsics(Thread& t) { return list_new(t); }

constexpr NativeDef kFunctions[] = {
    def<stack_effect>("stack_effect($module, opcode, oparg=None, /, *, jump=None)", "Always ValueError: there is no such opcode."),
    def<no>("is_valid($module, /, opcode)", "Is there such an opcode?"),
    def<no>("has_arg($module, /, opcode)", "Does the opcode use its argument?"),
    def<no>("has_const($module, /, opcode)", "Does the opcode access a constant?"),
    def<no>("has_name($module, /, opcode)", "Does the opcode access an attribute by name?"),
    def<no>("has_jump($module, /, opcode)", "Does the opcode jump?"),
    def<no>("has_free($module, /, opcode)", "Does the opcode access a free variable?"),
    def<no>("has_local($module, /, opcode)", "Does the opcode access a local variable?"),
    def<no>("has_exc($module, /, opcode)", "Does the opcode set an exception handler?"),
    def<specialization_stats>("get_specialization_stats($module, /)", "None: nothing is specialized."),
    def<get_nb_ops>("get_nb_ops($module, /)", "A list of the binary operators: (name, sign)."),
    def<no_intrinsics>("get_intrinsic1_descs($module, /)", "A list of the unary intrinsics."),
    def<no_intrinsics>("get_intrinsic2_descs($module, /)", "A list of the binary intrinsics."),
    def<special_method_names>("get_special_method_names($module, /)", "A list of the special method names."),
    def<get_executor>("get_executor($module, /, code, offset)", "Always RuntimeError: there are no executors."),
};
constexpr ConstantDef kConstants[] = {int_constant("ENABLE_SPECIALIZATION", 0)};

}  // namespace

extern const ModuleDef opcode_module_def;
const ModuleDef opcode_module_def = {"_opcode", "Opcode support module.", kFunctions, kConstants};

}  // namespace taipan
