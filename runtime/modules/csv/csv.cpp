// _csv: the module: its functions and the registry of dialects.
#include "runtime/modules/csv/csv.h"
#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/local.h"
#include "runtime/types/container_util.h"
#include "runtime/types/dict.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"

namespace taipan {

CsvState g_csv;
GlobalRoot g_csv_dialects("csv's dialects");

namespace {

constexpr i64 kDefaultFieldLimit = 128 * 1024;

Dict* dialects() { return g_csv_dialects.borrow().as<Dict>(); }

Result<> register_dialect(Thread& t, Value, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(check_positional(t, "register_dialect", nargs, 1, 2));
  if (!is_a<Str>(args[0])) return raise(t, TypeError, "dialect name must be a string");
  Local<> dialect(t, TRY(csv_dialect_argument(t, "register_dialect", args, nargs, kwnames)));
  TRY(dict_set(t, dialects(), args[0], dialect));
  return none();
}

Status unregister_dialect(Thread& t, Value name) {
  if (TRY(dict_delete(t, dialects(), name))) return kDone;
  return raise(t, *g_csv.error, "unknown dialect");
}

Result<> get_dialect(Thread& t, Value name) { return csv_dialect_find(t, name); }
Result<List> list_dialects(Thread& t) { return dict_keys_list(t, dialects()); }

Result<> field_size_limit(Thread& t, Opt<Value> fresh) {
  i64 limit = g_csv.field_limit.load_relaxed();
  if (fresh.present) {
    Value v = fresh.value;
    if (!is_exact_int(v)) return raise(t, TypeError, "limit must be an integer");
    limit = g_csv.field_limit.exchange_acq_rel(TRY(to_ssize(t, v)));
  }
  return int_from_i64(t, limit);
}

const NativeDef kFunctions[] = {
    raw_def("reader($module, iterable, /, dialect='excel', **fmtparams)",
            "Return a reader object that will process lines from the given iterable.", csv_reader_make),
    raw_def("writer($module, fileobj, /, dialect='excel', **fmtparams)",
            "Return a writer object that will write user data on the given file object.", csv_writer_make),
    raw_def("register_dialect($module, name, /, dialect='excel', **fmtparams)",
            "Create a mapping from a string name to a CSV dialect.", register_dialect),
    def<unregister_dialect>("unregister_dialect($module, /, name)", "Delete the name/dialect mapping associated with a string name."),
    def<get_dialect>("get_dialect($module, /, name)", "Return the dialect instance associated with name."),
    def<list_dialects>("list_dialects($module, /)", "Return a list of all known dialect names."),
    def<field_size_limit>("field_size_limit($module, /, new_limit=<unrepresentable>)",
                          "Sets an upper limit on parsed fields; returns the old one."),
};
const ConstantDef kConstants[] = {
    int_constant("QUOTE_MINIMAL", static_cast<i64>(CsvQuoting::Minimal)),
    int_constant("QUOTE_ALL", static_cast<i64>(CsvQuoting::All)),
    int_constant("QUOTE_NONNUMERIC", static_cast<i64>(CsvQuoting::NonNumeric)),
    int_constant("QUOTE_NONE", static_cast<i64>(CsvQuoting::None)),
    int_constant("QUOTE_STRINGS", static_cast<i64>(CsvQuoting::Strings)),
    int_constant("QUOTE_NOTNULL", static_cast<i64>(CsvQuoting::NotNull)),
};

Status csv_exec(Thread& t, Module* m) {
  g_csv.field_limit.store_relaxed(kDefaultFieldLimit);
  Local<Dict> registry(t, TRY(dict_new(t)));
  g_csv_dialects.set(t, registry);
  TRY(module_add(t, m, "_dialects", registry));
  TRY(module_add_exception(t, m, "Error", Exception, &g_csv.error));
  TRY(csv_add_dialect_type(t, m));
  TRY(csv_add_reader_type(t, m));
  return csv_add_writer_type(t, m);
}

}  // namespace

extern const ModuleDef csv_module_def;
const ModuleDef csv_module_def = {"_csv", "CSV parsing and writing.", kFunctions, kConstants, csv_exec};

}  // namespace taipan
