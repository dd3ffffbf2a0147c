// time: clocks, sleeping, calendar conversions.
#include <time.h>

#include <cmath>
#include <cstring>

#include "runtime/import/import.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/local.h"
#include "runtime/thread/parking_lot.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/module.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr StructField kTmFields[] = {
    {"tm_year", "year, for example, 1993"}, {"tm_mon", "month of year, range [1, 12]"},
    {"tm_mday", "day of month, range [1, 31]"}, {"tm_hour", "hours, range [0, 23]"},
    {"tm_min", "minutes, range [0, 59]"}, {"tm_sec", "seconds, range [0, 61])"},
    {"tm_wday", "day of week, range [0, 6], Monday is 0"}, {"tm_yday", "day of year, range [1, 366]"},
    {"tm_isdst", "1 if summer time is in effect, 0 if not, and -1 if unknown"},
    {"tm_zone", "abbreviation of timezone name"}, {"tm_gmtoff", "offset from UTC in seconds"}};
constexpr StructSequenceDef kStructTime = {
    "time.struct_time", "The time value as returned by gmtime(), localtime(), and strptime().", kTmFields, 9};
Type* g_struct_time;

Result<i64> clock_ns(Thread& t, clockid_t id) {
  timespec ts;
  if (clock_gettime(id, &ts) != 0) return (void)raise_os_error(t, errno), kError;
  return static_cast<i64>(ts.tv_sec) * 1000000000 + ts.tv_nsec;
}
template <clockid_t kClock>
Result<f64> clock_seconds(Thread& t) {
  timespec ts;
  if (clock_gettime(kClock, &ts) != 0) return (void)raise_os_error(t, errno), kError;
  return static_cast<f64>(ts.tv_sec) + static_cast<f64>(ts.tv_nsec) * 1e-9;
}
template <clockid_t kClock>
Result<i64> clock_nanoseconds(Thread& t) {
  return clock_ns(t, kClock);
}

Result<f64> time_clock_gettime(Thread& t, i32 id) {
  return static_cast<f64>(TRY(clock_ns(t, id))) * 1e-9;
}
Result<i64> time_clock_gettime_ns(Thread& t, i32 id) { return clock_ns(t, id); }
Result<f64> time_clock_getres(Thread& t, i32 id) {
  timespec ts;
  if (clock_getres(id, &ts) != 0) return (void)raise_os_error(t, errno), kError;
  return static_cast<f64>(ts.tv_sec) + static_cast<f64>(ts.tv_nsec) * 1e-9;
}

// Seconds as int or float; rounded up, so that a sleep is never too short.
Status time_sleep(Thread& t, Value duration) {
  TRY(audit(t, "time.sleep", duration));
  f64 seconds;
  if (is_any_int(duration)) {
    seconds = TRY(int_to_double(t, duration));
  } else {
    seconds = TRY(to_double(t, duration));
    if (std::isnan(seconds)) return raise(t, ValueError, "Invalid value NaN (not a number)");
  }
  if (seconds < 0) return raise(t, ValueError, "sleep length must be non-negative");
  if (seconds > 9223372036.0) return raise(t, OverflowError, "timestamp too large to convert to C PyTime_t");
  i64 deadline = monotonic_ns() + static_cast<i64>(std::ceil(seconds * 1e9));
  u8 nobody = 0;  // an address that nobody wakes
  while (true) {
    Park p{.address = &nobody, .deadline_ns = deadline};
    if (park(t, p) == ParkResult::TimedOut) return kDone;
    TRY(safepoint(t));  // a signal: its handler may raise, else sleep on (PEP 475)
  }
}

// --- struct_time ----------------------------------------------------------------------------------------

Result<Tuple> struct_time(Thread& t, const tm& x, const char* zone, long offset) {
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_struct_time)));
  const int fields[] = {x.tm_year + 1900, x.tm_mon + 1, x.tm_mday, x.tm_hour, x.tm_min, x.tm_sec,
                        (x.tm_wday + 6) % 7, x.tm_yday + 1, x.tm_isdst};
  for (usize i = 0; i < 9; ++i) struct_sequence_set(s, i, Value::small_int(fields[i]));
  Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, zone)));
  struct_sequence_set(s, 9, name.value());
  struct_sequence_set(s, 10, Value::small_int(offset));
  return s.give();
}

// The seconds argument of gmtime and its kin; absent or None: now. Floors.
Result<i64> seconds_argument(Thread& t, Value v) {
  if (v.is_empty() || is_none(v)) return static_cast<i64>(::time(nullptr));
  if (is_any_int(v)) {
    i64 s;
    if (!int_to_i64(v, &s)) return raise(t, OverflowError, "timestamp out of range for platform time_t");
    return s;
  }
  f64 d = TRY(to_double(t, v));
  if (std::isnan(d)) return raise(t, ValueError, "Invalid value NaN (not a number)");
  d = std::floor(d);
  if (!(d >= -9.2e18 && d <= 9.2e18)) return raise(t, OverflowError, "timestamp out of range for platform time_t");
  return static_cast<i64>(d);
}

Result<Tuple> time_gmtime(Thread& t, Value seconds) {
  time_t s = TRY(seconds_argument(t, seconds));
  tm x;
  if (gmtime_r(&s, &x) == nullptr) return (void)raise_os_error(t, errno), kError;
  return struct_time(t, x, "UTC", 0);
}
Result<Tuple> time_localtime(Thread& t, Value seconds) {
  time_t s = TRY(seconds_argument(t, seconds));
  tm x;
  if (localtime_r(&s, &x) == nullptr) return (void)raise_os_error(t, errno), kError;
  return struct_time(t, x, x.tm_zone, x.tm_gmtoff);
}

// A 9-tuple as tm, checked as strftime and asctime want it.
Status tm_from(Thread& t, Value v, tm* out, bool check) {
  if (!is_a<Tuple>(v)) return raise(t, TypeError, "Tuple or struct_time argument required");
  Tuple* s = v.as<Tuple>();
  if (s->size() != 9) return raise(t, TypeError, "asctime(): illegal time tuple argument");
  i64 f[9];
  for (usize i = 0; i < 9; ++i) f[i] = TRY(to_ssize(t, (*s)[i]));
  if (f[0] < -2147481748 || f[0] > 2147483647) return raise(t, OverflowError, "year out of range");
  *out = {};
  out->tm_year = static_cast<int>(f[0] - 1900);
  out->tm_mon = static_cast<int>(f[1]) - 1;
  out->tm_mday = static_cast<int>(f[2]);
  out->tm_hour = static_cast<int>(f[3]);
  out->tm_min = static_cast<int>(f[4]);
  out->tm_sec = static_cast<int>(f[5]);
  out->tm_wday = static_cast<int>((f[6] + 1) % 7);
  out->tm_yday = static_cast<int>(f[7]) - 1;
  out->tm_isdst = static_cast<int>(f[8]);
  if (&type_of(v) == g_struct_time) {
    Value zone = s->items()[9].borrow(), offset = s->items()[10].borrow();
    if (offset.is_int()) out->tm_gmtoff = offset.as_int();
    if (!zone.is_empty() && is_a<Str>(zone)) {
      static thread_local char zone_name[64];
      Utf8 text;
      TRY(text.encode(t, zone.as<Str>(), true));
      snprintf(zone_name, sizeof zone_name, "%s", text.c_str());
      out->tm_zone = zone_name;
    }
  }
  if (!check) return kDone;
  if (out->tm_mon == -1) out->tm_mon = 0;
  if (out->tm_mon < 0 || out->tm_mon > 11) return raise(t, ValueError, "month out of range");
  if (out->tm_mday == 0) out->tm_mday = 1;
  if (out->tm_mday < 0 || out->tm_mday > 31) return raise(t, ValueError, "day of month out of range");
  if (out->tm_hour < 0 || out->tm_hour > 23) return raise(t, ValueError, "hour out of range");
  if (out->tm_min < 0 || out->tm_min > 59) return raise(t, ValueError, "minute out of range");
  if (out->tm_sec < 0 || out->tm_sec > 61) return raise(t, ValueError, "seconds out of range");
  if (f[6] < -1 || out->tm_wday < 0) return raise(t, ValueError, "day of week out of range");
  if (out->tm_yday == -1) out->tm_yday = 0;
  if (out->tm_yday < 0 || out->tm_yday > 365) return raise(t, ValueError, "day of year out of range");
  return kDone;
}

Status tm_argument(Thread& t, Value v, tm* out) {
  if (!v.is_empty()) return tm_from(t, v, out, true);
  time_t now = ::time(nullptr);
  localtime_r(&now, out);
  return kDone;
}

Result<Str> asctime_text(Thread& t, const tm& x) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  char text[64];
  int n = snprintf(text, sizeof text, "%s %s%3d %.2d:%.2d:%.2d %d", kDays[x.tm_wday], kMonths[x.tm_mon], x.tm_mday,
                   x.tm_hour, x.tm_min, x.tm_sec, 1900 + x.tm_year);
  return str_from_ascii(t, {text, static_cast<usize>(n)});
}
Result<Str> time_asctime(Thread& t, Value v) {
  tm x;
  TRY(tm_argument(t, v, &x));
  return asctime_text(t, x);
}
Result<Str> time_ctime(Thread& t, Value seconds) {
  time_t s = TRY(seconds_argument(t, seconds));
  tm x;
  if (localtime_r(&s, &x) == nullptr) return (void)raise_os_error(t, errno), kError;
  return asctime_text(t, x);
}

Result<f64> time_mktime(Thread& t, Value v) {
  tm x;
  TRY(tm_from(t, v, &x, false));
  x.tm_wday = -1;
  time_t s = ::mktime(&x);
  if (s == -1 && x.tm_wday == -1) return raise(t, OverflowError, "mktime argument out of range");
  return static_cast<f64>(s);
}

Result<Str> time_strftime(Thread& t, Str* format, Value v) {
  tm x;
  TRY(tm_argument(t, v, &x));
  if (x.tm_isdst < -1) x.tm_isdst = -1;
  if (x.tm_isdst > 1) x.tm_isdst = 1;
  Utf8 f;
  TRY(f.encode(t, format, true));
  std::string spec(f.view());
  if (spec.empty()) return own(names().empty);
  // strftime answers 0 for "too small" and for an empty result alike: a mark tells them apart
  spec.push_back('.');
  for (usize room = 256 + spec.size() * 4;; room *= 2) {
    if (room > (usize{1} << 24)) return raise(t, ValueError, "format string too long");
    std::string out(room, '\0');
    usize n = ::strftime(out.data(), room, spec.c_str(), &x);
    if (n == 0) continue;
    return str_from_utf8_surrogateescape(t, {out.data(), n - 1});
  }
}

Result<> time_strptime(Thread& t, Args args) {
  Local<> f(t, TRY(import_attribute(t, "_strptime", "_strptime_time")));
  return call(t, f, args.items, args.count);
}

Result<> time_get_clock_info(Thread& t, Str* name) {
  struct Clock {
    const char* name;
    clockid_t id;
    const char* implementation;
    bool monotonic, adjustable;
  };
  static constexpr Clock kClocks[] = {
      {"time", CLOCK_REALTIME, "clock_gettime(CLOCK_REALTIME)", false, true},
      {"monotonic", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
      {"perf_counter", CLOCK_MONOTONIC, "clock_gettime(CLOCK_MONOTONIC)", true, false},
      {"process_time", CLOCK_PROCESS_CPUTIME_ID, "clock_gettime(CLOCK_PROCESS_CPUTIME_ID)", true, false},
      {"thread_time", CLOCK_THREAD_CPUTIME_ID, "clock_gettime(CLOCK_THREAD_CPUTIME_ID)", true, false}};
  for (const Clock& c : kClocks) {
    if (!str_equals(name, c.name)) continue;
    Local<Dict> d(t, TRY(dict_new(t)));
    auto put = [&](const char* key, Value v) -> Status {
      Local<Str> k(t, TRY(str_intern(t, key)));
      return dict_set_str(t, d, k, v);
    };
    Local<Str> implementation(t, TRY(str_intern(t, c.implementation)));
    Local<> resolution(t, TRY(float_from(t, TRY(time_clock_getres(t, c.id)))));
    TRY(put("implementation", implementation));
    TRY(put("monotonic", bool_value(c.monotonic)));
    TRY(put("adjustable", bool_value(c.adjustable)));
    TRY(put("resolution", resolution));
    Local<Tuple> none_args(t, Value(empty_tuple()));
    return call_tuple(t, &simple_namespace_type, none_args, d);
  }
  return raise(t, ValueError, "unknown clock");
}

Status set_zone_names(Thread& t, Module* m) {
  ::tzset();
  auto zone_of = [](int month) {
    time_t now = ::time(nullptr);
    tm x;
    localtime_r(&now, &x);
    x.tm_mon = month;
    x.tm_mday = 1;
    x.tm_hour = 12;
    x.tm_isdst = -1;
    ::mktime(&x);
    return x;
  };
  tm january = zone_of(0), july = zone_of(6);
  bool south = january.tm_gmtoff > july.tm_gmtoff;  // summer in January
  const tm& winter = south ? july : january;
  const tm& summer = south ? january : july;
  TRY(module_add(t, m, "timezone", Value::small_int(-winter.tm_gmtoff)));
  TRY(module_add(t, m, "altzone", Value::small_int(-summer.tm_gmtoff)));
  TRY(module_add(t, m, "daylight", Value::small_int(winter.tm_gmtoff != summer.tm_gmtoff)));
  Local<Str> a(t, TRY(str_from_utf8_surrogateescape(t, winter.tm_zone)));
  Local<Str> b(t, TRY(str_from_utf8_surrogateescape(t, summer.tm_zone)));
  Local<Tuple> names_pair(t, TRY(tuple_of(t, a, b)));
  return module_add(t, m, "tzname", names_pair);
}
Module* g_time_module;
Status time_tzset(Thread& t) { return set_zone_names(t, g_time_module); }

const NativeDef kFunctions[] = {
    def<clock_seconds<CLOCK_REALTIME>>("time($module, /)", "Seconds since the epoch, as a float."),
    def<clock_nanoseconds<CLOCK_REALTIME>>("time_ns($module, /)", "Nanoseconds since the epoch."),
    def<clock_seconds<CLOCK_MONOTONIC>>("monotonic($module, /)", "A clock that never goes back, in seconds."),
    def<clock_nanoseconds<CLOCK_MONOTONIC>>("monotonic_ns($module, /)", "The same in nanoseconds."),
    def<clock_seconds<CLOCK_MONOTONIC>>("perf_counter($module, /)", "A clock for measuring, in seconds."),
    def<clock_nanoseconds<CLOCK_MONOTONIC>>("perf_counter_ns($module, /)", "The same in nanoseconds."),
    def<clock_seconds<CLOCK_PROCESS_CPUTIME_ID>>("process_time($module, /)", "Processor time of the process."),
    def<clock_nanoseconds<CLOCK_PROCESS_CPUTIME_ID>>("process_time_ns($module, /)", "The same in nanoseconds."),
    def<clock_seconds<CLOCK_THREAD_CPUTIME_ID>>("thread_time($module, /)", "Processor time of the thread."),
    def<clock_nanoseconds<CLOCK_THREAD_CPUTIME_ID>>("thread_time_ns($module, /)", "The same in nanoseconds."),
    def<time_clock_gettime>("clock_gettime($module, clk_id, /)", "The time of a clock, in seconds."),
    def<time_clock_gettime_ns>("clock_gettime_ns($module, clk_id, /)", "The time of a clock, in nanoseconds."),
    def<time_clock_getres>("clock_getres($module, clk_id, /)", "The resolution of a clock, in seconds."),
    def<time_sleep>("sleep($module, seconds, /)", "Does nothing for some seconds."),
    def<time_gmtime>("gmtime($module, seconds=<unrepresentable>, /)", "Seconds since the epoch as UTC calendar time."),
    def<time_localtime>("localtime($module, seconds=<unrepresentable>, /)", "The same as local calendar time."),
    def<time_asctime>("asctime($module, tuple=<unrepresentable>, /)", "Calendar time as text."),
    def<time_ctime>("ctime($module, seconds=<unrepresentable>, /)", "Seconds since the epoch as text."),
    def<time_mktime>("mktime($module, tuple, /)", "Local calendar time as seconds since the epoch."),
    def<time_strftime>("strftime($module, format, tuple=<unrepresentable>, /)", "Calendar time as formatted text."),
    def<time_strptime>("strptime($module, /, *args)", "Parses formatted text."),
    def<time_get_clock_info>("get_clock_info($module, name, /)", "Properties of a clock."),
    def<time_tzset>("tzset($module, /)", "Reads the time zone from the environment again."),
};
const ConstantDef kConstants[] = {
    int_constant("CLOCK_REALTIME", CLOCK_REALTIME), int_constant("CLOCK_MONOTONIC", CLOCK_MONOTONIC),
    int_constant("CLOCK_MONOTONIC_RAW", CLOCK_MONOTONIC_RAW), int_constant("CLOCK_BOOTTIME", CLOCK_BOOTTIME),
    int_constant("CLOCK_TAI", CLOCK_TAI), int_constant("CLOCK_PROCESS_CPUTIME_ID", CLOCK_PROCESS_CPUTIME_ID),
    int_constant("CLOCK_THREAD_CPUTIME_ID", CLOCK_THREAD_CPUTIME_ID), int_constant("_STRUCT_TM_ITEMS", 11),
};

Status time_exec(Thread& t, Module* m) {
  g_time_module = m;
  Local<Type> type(t, TRY(struct_sequence_type(t, kStructTime)));
  g_struct_time = type.get();
  TRY(module_add(t, m, "struct_time", type));
  return set_zone_names(t, m);
}

}  // namespace

extern const ModuleDef time_module_def;
const ModuleDef time_module_def = {"time", "Clocks and calendar time.", kFunctions, kConstants, time_exec};

}  // namespace taipan
