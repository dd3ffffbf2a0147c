// sys: what this runtime is: version, implementation, flags, properties of numbers and hashes.
#include <cfloat>
#include <unistd.h>

#include "runtime/config.h"
#include "runtime/modules/sys/sys.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr int kMajor = 3, kMinor = 15, kMicro = 0;
constexpr i64 kHexVersion = 0x030f00f0;

constexpr StructField kVersionFields[] = {{"major", "Major release number"}, {"minor", "Minor release number"},
                                          {"micro", "Patch release number"},
                                          {"releaselevel", "'alpha', 'beta', 'candidate' or 'final'"},
                                          {"serial", "Serial release number"}};
constexpr StructSequenceDef kVersionInfo = {"sys.version_info", "Version information as a named tuple.",
                                            kVersionFields, 5, false};

constexpr StructField kFlagFields[] = {
    {"debug", "-d"}, {"inspect", "-i"}, {"interactive", "-i"}, {"optimize", "-O or -OO"},
    {"dont_write_bytecode", "-B"}, {"no_user_site", "-s"}, {"no_site", "-S"}, {"ignore_environment", "-E"},
    {"verbose", "-v"}, {"bytes_warning", "-b"}, {"quiet", "-q"}, {"hash_randomization", "-R"},
    {"isolated", "-I"}, {"dev_mode", "-X dev"}, {"utf8_mode", "-X utf8"},
    {"warn_default_encoding", "-X warn_default_encoding"}, {"safe_path", "-P"},
    {"int_max_str_digits", "-X int_max_str_digits"}, {"gil", "-X gil"},
    {"thread_inherit_context", "-X thread_inherit_context"},
    {"context_aware_warnings", "-X context_aware_warnings"}, {"lazy_imports", "-X lazy_imports"}};
constexpr StructSequenceDef kFlags = {"sys.flags", "Flags given on the command line or in the environment.",
                                      kFlagFields, 18, false};

constexpr StructField kFloatFields[] = {
    {"max", "DBL_MAX"}, {"max_exp", "DBL_MAX_EXP"}, {"max_10_exp", "DBL_MAX_10_EXP"}, {"min", "DBL_MIN"},
    {"min_exp", "DBL_MIN_EXP"}, {"min_10_exp", "DBL_MIN_10_EXP"}, {"dig", "DBL_DIG"},
    {"mant_dig", "DBL_MANT_DIG"}, {"epsilon", "DBL_EPSILON"}, {"radix", "FLT_RADIX"}, {"rounds", "FLT_ROUNDS"}};
constexpr StructSequenceDef kFloatInfo = {"sys.float_info", "Properties of the float type.", kFloatFields, 11, false};

constexpr StructField kHashFields[] = {
    {"width", "bits of a hash"}, {"modulus", "prime modulus of numeric hashes"}, {"inf", "hash of infinity"},
    {"nan", "unused"}, {"imag", "multiplier of imaginary parts"}, {"algorithm", "hash of str and bytes"},
    {"hash_bits", "its internal bits"}, {"seed_bits", "bits of its key"}, {"cutoff", "small string optimization"}};
constexpr StructSequenceDef kHashInfo = {"sys.hash_info", "Parameters of hashing.", kHashFields, 9, false};

constexpr StructField kIntFields[] = {
    {"bits_per_digit", "bits of a digit"}, {"sizeof_digit", "bytes of a digit"},
    {"default_max_str_digits", "default limit of digits in text"},
    {"str_digits_check_threshold", "least settable limit"}};
constexpr StructSequenceDef kIntInfo = {"sys.int_info", "Properties of the int type.", kIntFields, 4, false};

constexpr StructField kThreadFields[] = {{"name", "implementation"}, {"lock", "how locks are made"},
                                         {"version", "version of the library"}};
constexpr StructSequenceDef kThreadInfo = {"sys.thread_info", "How threads are implemented.", kThreadFields, 3, false};

// Makes a struct sequence of ints and texts.
class Filler {
 public:
  Filler(Thread& t, Tuple* s) : t_(t), s_(s) {}
  void add(i64 v) { struct_sequence_set(s_, at_++, Value::small_int(v)); }
  void add_value(Value v) { struct_sequence_set(s_, at_++, v); }
  void add_bool(bool v) { struct_sequence_set(s_, at_++, bool_value(v)); }
  Status add_text(const char* text) {
    Local<Str> v(t_, TRY(str_intern(t_, text)));
    struct_sequence_set(s_, at_++, v.value());
    return kDone;
  }
  Status add_float(f64 v) {
    Local<> d(t_, TRY(float_from(t_, v)));
    struct_sequence_set(s_, at_++, d.value());
    return kDone;
  }
  Status add_int(u64 v) {
    Local<> d(t_, TRY(int_from_u64(t_, v)));
    struct_sequence_set(s_, at_++, d.value());
    return kDone;
  }

 private:
  Thread& t_;
  Tuple* s_;
  usize at_ = 0;
};

Result<Tuple> version_info(Thread& t) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kVersionInfo)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  f.add(kMajor);
  f.add(kMinor);
  f.add(kMicro);
  TRY(f.add_text("final"));
  f.add(0);
  return s.give();
}

Result<Tuple> flags(Thread& t) {
  const Config& c = g_config;
  Local<Type> type(t, TRY(struct_sequence_type(t, kFlags)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  for (int v : {c.debug, c.inspect, c.interactive, c.optimize, c.dont_write_bytecode, c.no_user_site, c.no_site,
                c.ignore_environment, c.verbose, c.bytes_warning, c.quiet, c.hash_randomization, c.isolated}) {
    f.add(v);
  }
  f.add_bool(c.dev_mode);
  f.add(c.utf8_mode);
  f.add(c.warn_default_encoding);
  f.add_bool(c.safe_path);
  f.add(c.int_max_str_digits);
  f.add_value(c.gil_given ? Value::small_int(c.gil) : none_value());
  f.add(0);
  f.add(0);
  f.add(c.lazy_imports);
  return s.give();
}

Result<Tuple> float_info(Thread& t) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kFloatInfo)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  TRY(f.add_float(DBL_MAX));
  f.add(DBL_MAX_EXP);
  f.add(DBL_MAX_10_EXP);
  TRY(f.add_float(DBL_MIN));
  for (int v : {DBL_MIN_EXP, DBL_MIN_10_EXP, DBL_DIG, DBL_MANT_DIG}) f.add(v);
  TRY(f.add_float(DBL_EPSILON));
  f.add(FLT_RADIX);
  f.add(1);
  return s.give();
}

Result<Tuple> hash_info(Thread& t) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kHashInfo)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  f.add(64);
  TRY(f.add_int((u64{1} << 61) - 1));
  f.add(314159);
  f.add(0);
  f.add(1000003);
  TRY(f.add_text("siphash13"));
  f.add(64);
  f.add(128);
  f.add(0);
  return s.give();
}

Result<Tuple> int_info(Thread& t) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kIntInfo)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  for (i64 v : {64, 8, 4300, 640}) f.add(v);
  return s.give();
}

Result<Tuple> thread_info(Thread& t) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kThreadInfo)));
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *type.get())));
  Filler f(t, s);
  char version[64] = "NPTL";
  confstr(_CS_GNU_LIBPTHREAD_VERSION, version, sizeof version);
  TRY(f.add_text("pthread"));
  TRY(f.add_text("futex"));
  TRY(f.add_text(version));
  return s.give();
}

// types.SimpleNamespace(**entries)
Result<> simple_namespace(Thread& t, Dict* entries) {
  Local<Tuple> none_args(t, Value(empty_tuple()));
  return call_tuple(t, Value(&simple_namespace_type), none_args, Value(entries));
}

#if defined(__aarch64__)
constexpr const char* kMultiarch = "aarch64-linux-gnu";
#else
constexpr const char* kMultiarch = "x86_64-linux-gnu";
#endif

Status put(Thread& t, Dict* d, const char* key, Value v) {
  Local<Str> k(t, TRY(str_intern(t, key)));
  return dict_set_str(t, d, k, v);
}
Status put_text(Thread& t, Dict* d, const char* key, const char* text) {
  Local<Str> v(t, TRY(str_intern(t, text)));
  return put(t, d, key, v);
}

}  // namespace

namespace {
constexpr const char* kStdlibNames[] = {
#define TP_STDLIB(name) name,
#include "runtime/modules/sys/stdlib_names.def"
#undef TP_STDLIB
};

Result<Set> stdlib_names(Thread& t) {
  Local<List> list(t, TRY(list_new(t, std::size(kStdlibNames))));
  for (const char* name : kStdlibNames) {
    Local<Str> text(t, TRY(str_intern(t, name)));
    TRY(list_append(t, list, Value(text)));
  }
  return frozenset_from(t, list);
}
}  // namespace

Status sys_info_exec(Thread& t, Module* sys) {
  Local<Set> names_set(t, TRY(stdlib_names(t)));
  TRY(module_add(t, sys, "stdlib_module_names", names_set));
  Local<Tuple> version(t, TRY(version_info(t)));
  TRY(module_add(t, sys, "version_info", version));
  Local<Tuple> s(t, TRY(flags(t)));
  TRY(module_add(t, sys, "flags", s));
  s.set(TRY(float_info(t)));
  TRY(module_add(t, sys, "float_info", s));
  s.set(TRY(hash_info(t)));
  TRY(module_add(t, sys, "hash_info", s));
  s.set(TRY(int_info(t)));
  TRY(module_add(t, sys, "int_info", s));
  s.set(TRY(thread_info(t)));
  TRY(module_add(t, sys, "thread_info", s));

  Local<Dict> d(t, TRY(dict_new(t)));
  TRY(put_text(t, d, "name", "taipan"));
  TRY(put_text(t, d, "cache_tag", TP_CACHE_TAG));
  TRY(put(t, d, "version", version));
  TRY(put(t, d, "hexversion", Value::small_int(kHexVersion)));
  TRY(put_text(t, d, "_multiarch", kMultiarch));
  TRY(put(t, d, "supports_isolated_interpreters", bool_value(false)));
  Local<> ns(t, TRY(simple_namespace(t, d)));
  TRY(module_add(t, sys, "implementation", ns));

  d.set(TRY(dict_new(t)));
  TRY(put(t, d, "pointer_bits", Value::small_int(64)));
  TRY(put(t, d, "free_threaded", bool_value(true)));
  TRY(put(t, d, "debug", bool_value(false)));
  TRY(put_text(t, d, "byteorder", "little"));
  ns.set(TRY(simple_namespace(t, d)));
  TRY(module_add(t, sys, "abi_info", ns));
  Local<Set> empty(t, TRY(set_new(t)));
  return module_add(t, sys, "lazy_modules", empty);
}

}  // namespace taipan
