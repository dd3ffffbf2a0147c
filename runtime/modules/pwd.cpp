// pwd and grp: users and groups.
// The C library's iteration has one state for the process: getpwall and getgrall take turns.
#include <grp.h>
#include <pwd.h>

#include <vector>

#include "runtime/modules/module_tools.h"
#include "runtime/object/call.h"
#include "runtime/thread/futex.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/struct_sequence.h"

namespace taipan {

namespace {

constexpr StructField kPasswdFields[] = {{"pw_name", "user name"}, {"pw_passwd", "password"}, {"pw_uid", "user id"},
                                         {"pw_gid", "group id"}, {"pw_gecos", "real name"}, {"pw_dir", "home directory"},
                                         {"pw_shell", "shell program"}};
constexpr StructSequenceDef kPasswd = {"pwd.struct_passwd", "A user.", kPasswdFields, 7};
constexpr StructField kGroupFields[] = {{"gr_name", "group name"}, {"gr_passwd", "password"}, {"gr_gid", "group id"},
                                        {"gr_mem", "group members"}};
constexpr StructSequenceDef kGroup = {"grp.struct_group", "A group.", kGroupFields, 4};
Type *g_passwd, *g_group;

Status set_text(Thread& t, Tuple* s, usize field, const char* text) {
  Local<> v(t, text == nullptr ? none() : Result<>(TRY(str_from_utf8_surrogateescape(t, text))));
  struct_sequence_set(s, field, v.value());
  return kDone;
}
Result<Tuple> make_entry(Thread& t, const passwd& p) {
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_passwd)));
  TRY(set_text(t, s, 0, p.pw_name));
  TRY(set_text(t, s, 1, p.pw_passwd));
  struct_sequence_set(s, 2, Value::small_int(p.pw_uid));
  struct_sequence_set(s, 3, Value::small_int(p.pw_gid));
  TRY(set_text(t, s, 4, p.pw_gecos));
  TRY(set_text(t, s, 5, p.pw_dir));
  TRY(set_text(t, s, 6, p.pw_shell));
  return s.give();
}
Result<Tuple> make_entry(Thread& t, const ::group& g) {
  Local<List> members(t, TRY(list_new(t)));
  for (char** m = g.gr_mem; m != nullptr && *m != nullptr; ++m) {
    Local<Str> name(t, TRY(str_from_utf8_surrogateescape(t, *m)));
    TRY(list_append(t, members, name.value()));
  }
  Local<Tuple> s(t, TRY(struct_sequence_new(t, *g_group)));
  TRY(set_text(t, s, 0, g.gr_name));
  TRY(set_text(t, s, 1, g.gr_passwd));
  struct_sequence_set(s, 2, Value::small_int(g.gr_gid));
  struct_sequence_set(s, 3, members.value());
  return s.give();
}

// Calls find(entry, buffer, size, &found) with growing buffers; absent(): there is none.
template <class Entry, class Find>
Result<Tuple> look_up(Thread& t, Find find) {
  std::vector<char> buffer(1024);
  while (true) {
    Entry entry;
    Entry* found = nullptr;
    int error;
    {
      Detached away(t);
      error = find(&entry, buffer.data(), buffer.size(), &found);
    }
    if (error == ERANGE && buffer.size() < (1u << 24)) {
      buffer.resize(buffer.size() * 2);
      continue;
    }
    if (found == nullptr) return Result<Tuple>::absent();
    return make_entry(t, entry);
  }
}

// -1 for what no id can be.
Result<i64> id_argument(Thread& t, Value v) {
  Local<> i(t, TRY(to_index(t, v)));
  i64 id;
  if (!int_to_i64(i, &id) || id < 0 || id > UINT32_MAX) return i64{-1};
  return id;
}

template <class Entry, int (*kFind)(u32, Entry*, char*, usize, Entry**)>
Result<Tuple> by_id(Thread& t, Value v, const char* message) {
  i64 id = TRY(id_argument(t, v));
  Local<Tuple> s(t);
  if (id >= 0) {
    s.set(TRY((look_up<Entry>(t, [&](Entry* e, char* b, usize n, Entry** f) { return kFind(static_cast<u32>(id), e, b, n, f); }))));
  }
  if (s.is_empty()) return raise(t, KeyError, message, v);
  return s.give();
}
template <class Entry, int (*kFind)(const char*, Entry*, char*, usize, Entry**)>
Result<Tuple> by_name(Thread& t, Str* name, const char* message) {
  Utf8 text;
  TRY(text.encode_filename(t, name));
  if (text.view().find('\0') != std::string_view::npos) return raise(t, ValueError, "embedded null byte");
  Local<Tuple> s(t, TRY((look_up<Entry>(t, [&](Entry* e, char* b, usize n, Entry** f) { return kFind(text.c_str(), e, b, n, f); }))));
  if (s.is_empty()) return raise(t, KeyError, message, Value(name));
  return s.give();
}

Result<Tuple> pwd_getpwuid(Thread& t, Value id) { return by_id<passwd, ::getpwuid_r>(t, id, "getpwuid(): uid not found: {}"); }
Result<Tuple> pwd_getpwnam(Thread& t, Str* name) {
  return by_name<passwd, ::getpwnam_r>(t, name, "getpwnam(): name not found: {!r}");
}
Result<Tuple> grp_getgrgid(Thread& t, Value id) { return by_id<::group, ::getgrgid_r>(t, id, "getgrgid(): gid not found: {}"); }
Result<Tuple> grp_getgrnam(Thread& t, Str* name) {
  return by_name<::group, ::getgrnam_r>(t, name, "getgrnam(): name not found: {!r}");
}

// The iteration itself runs Python objects' allocations between its steps, but no Python code.
template <class Entry, void (*kStart)(), Entry* (*kNext)(), void (*kEnd)()>
Result<List> all_entries(Thread& t) {
  static Atomic<u32> turn;
  for (u32 free = 0; !turn.cas_acquire(free, 1); free = 0) TRY(safepoint(t));
  struct Leave {
    ~Leave() {
      kEnd();
      turn.exchange_seq_cst(0);
    }
  } leave;
  Local<List> list(t, TRY(list_new(t)));
  kStart();
  while (Entry* e = kNext()) TRY(list_append(t, list, Result<>(TRY(make_entry(t, *e)))));
  return list.give();
}

const NativeDef kPwdFunctions[] = {
    def<pwd_getpwuid>("getpwuid($module, uidobj, /)", "The user with an id."),
    def<pwd_getpwnam>("getpwnam($module, name, /)", "The user with a name."),
    def<all_entries<passwd, ::setpwent, ::getpwent, ::endpwent>>("getpwall($module, /)", "All users."),
};
const NativeDef kGrpFunctions[] = {
    def<grp_getgrgid>("getgrgid($module, /, id)", "The group with an id."),
    def<grp_getgrnam>("getgrnam($module, /, name)", "The group with a name."),
    def<all_entries<::group, ::setgrent, ::getgrent, ::endgrent>>("getgrall($module, /)", "All groups."),
};

Status pwd_exec(Thread& t, Module* m) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kPasswd)));
  g_passwd = type.get();
  return module_add(t, m, "struct_passwd", type);
}
Status grp_exec(Thread& t, Module* m) {
  Local<Type> type(t, TRY(struct_sequence_type(t, kGroup)));
  g_group = type.get();
  return module_add(t, m, "struct_group", type);
}

}  // namespace

extern const ModuleDef pwd_module_def, grp_module_def;
const ModuleDef pwd_module_def = {"pwd", "Users.", kPwdFunctions, {}, pwd_exec};
const ModuleDef grp_module_def = {"grp", "Groups.", kGrpFunctions, {}, grp_exec};

}  // namespace taipan
