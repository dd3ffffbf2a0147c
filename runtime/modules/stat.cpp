// _stat: constants and tests of st_mode. What this system lacks (doors, ports, whiteouts) is never true.
#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

constexpr u32 kTypeMask = 0170000, kModeMask = 07777;

Result<u32> mode_of(Thread& t, Value v) {
  Local<> index(t, TRY(to_index(t, v)));
  u64 mode;
  if (!int_to_u64(index, &mode)) return raise(t, OverflowError, "can't convert negative value to unsigned int");
  if (mode > UINT32_MAX) return raise(t, OverflowError, "mode out of range");
  return static_cast<u32>(mode);
}

template <u32 kType>
Result<bool> is_type(Thread& t, Value mode) {
  return (TRY(mode_of(t, mode)) & kTypeMask) == kType;
}
Result<bool> is_never(Thread& t, Value mode) {
  (void)TRY(mode_of(t, mode));
  return false;
}
Result<u32> s_imode(Thread& t, Value mode) { return TRY(mode_of(t, mode)) & kModeMask; }
Result<u32> s_ifmt(Thread& t, Value mode) { return TRY(mode_of(t, mode)) & kTypeMask; }

// "-rwxr-xr-x"
Result<Str> filemode(Thread& t, Value v) {
  u32 mode = TRY(mode_of(t, v));
  constexpr struct {
    u32 type;
    char letter;
  } kTypes[] = {{0100000, '-'}, {0040000, 'd'}, {0120000, 'l'}, {0060000, 'b'},
                {0020000, 'c'}, {0010000, 'p'}, {0140000, 's'}};
  char text[10];
  text[0] = '?';
  for (auto& k : kTypes) {
    if ((mode & kTypeMask) == k.type) text[0] = k.letter;
  }
  constexpr u32 kSpecial[] = {04000, 02000, 01000};
  for (u32 who = 0; who < 3; ++who) {
    u32 bits = mode >> (6 - 3 * who);
    char* at = text + 1 + 3 * who;
    at[0] = bits & 4 ? 'r' : '-';
    at[1] = bits & 2 ? 'w' : '-';
    char special = who == 2 ? 't' : 's';
    bool set = mode & kSpecial[who];
    at[2] = set ? (bits & 1 ? special : static_cast<char>(special - 'a' + 'A')) : (bits & 1 ? 'x' : '-');
  }
  return str_from_ascii(t, {text, sizeof text});
}

constexpr NativeDef kFunctions[] = {
    def<is_type<040000>>("S_ISDIR($module, object, /)", "Is the mode that of a directory?"),
    def<is_type<020000>>("S_ISCHR($module, object, /)", "Is the mode that of a character special device file?"),
    def<is_type<060000>>("S_ISBLK($module, object, /)", "Is the mode that of a block special device file?"),
    def<is_type<0100000>>("S_ISREG($module, object, /)", "Is the mode that of a regular file?"),
    def<is_type<010000>>("S_ISFIFO($module, object, /)", "Is the mode that of a FIFO (named pipe)?"),
    def<is_type<0120000>>("S_ISLNK($module, object, /)", "Is the mode that of a symbolic link?"),
    def<is_type<0140000>>("S_ISSOCK($module, object, /)", "Is the mode that of a socket?"),
    def<is_never>("S_ISDOOR($module, object, /)", "Is the mode that of a door?"),
    def<is_never>("S_ISPORT($module, object, /)", "Is the mode that of an event port?"),
    def<is_never>("S_ISWHT($module, object, /)", "Is the mode that of a whiteout?"),
    def<s_imode>("S_IMODE($module, object, /)", "The part of the mode that os.chmod() can set."),
    def<s_ifmt>("S_IFMT($module, object, /)", "The part of the mode that says what kind of file it is."),
    def<filemode>("filemode($module, object, /)", "The mode in the form of ls -l: '-rwxrwxrwx'."),
};

constexpr struct {
  const char* name;
  i64 value;
} kConstants[] = {
    {"SF_APPEND", 0x40000}, {"SF_ARCHIVED", 0x10000}, {"SF_DATALESS", 0x40000000},
    {"SF_FIRMLINK", 0x800000}, {"SF_IMMUTABLE", 0x20000}, {"SF_NOUNLINK", 0x100000},
    {"SF_SETTABLE", 0xffff0000}, {"SF_SNAPSHOT", 0x200000}, {"ST_ATIME", 7}, {"ST_CTIME", 9},
    {"ST_DEV", 2}, {"ST_GID", 5}, {"ST_INO", 1}, {"ST_MODE", 0}, {"ST_MTIME", 8}, {"ST_NLINK", 3},
    {"ST_SIZE", 6}, {"ST_UID", 4}, {"S_ENFMT", 02000}, {"S_IEXEC", 0100}, {"S_IFBLK", 060000},
    {"S_IFCHR", 020000}, {"S_IFDIR", 040000}, {"S_IFDOOR", 0}, {"S_IFIFO", 010000},
    {"S_IFLNK", 0120000}, {"S_IFPORT", 0}, {"S_IFREG", 0100000}, {"S_IFSOCK", 0140000},
    {"S_IFWHT", 0}, {"S_IREAD", 0400}, {"S_IRGRP", 040}, {"S_IROTH", 4}, {"S_IRUSR", 0400},
    {"S_IRWXG", 070}, {"S_IRWXO", 7}, {"S_IRWXU", 0700}, {"S_ISGID", 02000}, {"S_ISUID", 04000},
    {"S_ISVTX", 01000}, {"S_IWGRP", 020}, {"S_IWOTH", 2}, {"S_IWRITE", 0200}, {"S_IWUSR", 0200},
    {"S_IXGRP", 8}, {"S_IXOTH", 1}, {"S_IXUSR", 0100}, {"UF_APPEND", 4}, {"UF_COMPRESSED", 0x20},
    {"UF_DATAVAULT", 0x80}, {"UF_HIDDEN", 0x8000}, {"UF_IMMUTABLE", 2}, {"UF_NODUMP", 1},
    {"UF_NOUNLINK", 0x10}, {"UF_OPAQUE", 8}, {"UF_SETTABLE", 0xffff}, {"UF_TRACKED", 0x40},
};

Status exec(Thread& t, Module* module) {
  for (auto& c : kConstants) TRY(module_add(t, module, c.name, Value::small_int(c.value)));
  return kDone;
}

}  // namespace

extern const ModuleDef stat_module_def;
const ModuleDef stat_module_def = {"_stat", "Constants and functions for interpreting the results of os.stat().", kFunctions, {}, exec};

}  // namespace taipan
