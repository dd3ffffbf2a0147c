// posix: directories: listdir, scandir with DirEntry, mkdir, getcwd, fspath.
#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vector>

#include "runtime/modules/posix/stat_result.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/names.h"
#include "runtime/thread/object_lock.h"
#include "runtime/types/bytes.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"

namespace taipan {

namespace {

Result<> posix_getcwd(Thread& t) {
  char path[4097];
  if (::getcwd(path, sizeof path) == nullptr) return raise_os_error(t, errno);
  return path_result(t, path, false);
}
Result<> posix_getcwdb(Thread& t) {
  char path[4097];
  if (::getcwd(path, sizeof path) == nullptr) return raise_os_error(t, errno);
  return path_result(t, path, true);
}
Status posix_chdir(Thread& t, Value path) {
  PathArgument p;
  TRY(p.convert(t, path, "chdir", "path", true));
  TRY(audit(t, "os.chdir", path));
  if (TRY(retry(t, [&] { return p.is_fd() ? ::fchdir(p.fd()) : ::chdir(p.c_str()); })) < 0) {
    return p.raise_error(t, errno);
  }
  return kDone;
}
Status posix_fchdir(Thread& t, Value fd) {
  i32 n = TRY(descriptor_argument(t, fd));
  if (TRY(retry(t, [&] { return ::fchdir(n); })) < 0) return raise_os_error(t, errno);
  return kDone;
}
Status posix_mkdir(Thread& t, Value path, i32 mode, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "mkdir", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  if (TRY(retry(t, [&] { return ::mkdirat(at, p.c_str(), static_cast<mode_t>(mode)); })) < 0) {
    return p.raise_error(t, errno);
  }
  return kDone;
}
Status posix_rmdir(Thread& t, Value path, Value dir_fd) {
  PathArgument p;
  TRY(p.convert(t, path, "rmdir", "path"));
  i32 at = TRY(dir_fd_argument(t, dir_fd));
  if (TRY(retry(t, [&] { return ::unlinkat(at, p.c_str(), AT_REMOVEDIR); })) < 0) return p.raise_error(t, errno);
  return kDone;
}

bool is_dot(const char* name) {
  return name[0] == '.' && (name[1] == 0 || (name[1] == '.' && name[2] == 0));
}

DIR* open_directory(const PathArgument& p) {
  if (!p.is_fd()) return ::opendir(p.c_str());
  int fd = ::fcntl(p.fd(), F_DUPFD_CLOEXEC, 0);  // closedir closes its descriptor
  if (fd < 0) return nullptr;
  DIR* d = ::fdopendir(fd);
  if (d == nullptr) {
    ::close(fd);
  } else {
    ::rewinddir(d);
  }
  return d;
}

Result<List> posix_listdir(Thread& t, Value path) {
  PathArgument p;
  TRY(p.convert(t, path, "listdir", "path", true, "."));
  TRY(audit(t, "os.listdir", path.is_empty() ? none_value() : path));
  std::vector<std::string> entries;
  int error = 0;
  {
    Detached away(t);
    DIR* d = open_directory(p);
    if (d == nullptr) {
      error = errno;
    } else {
      errno = 0;
      while (dirent* e = ::readdir(d)) {
        if (!is_dot(e->d_name)) entries.emplace_back(e->d_name);
      }
      error = errno;
      ::closedir(d);
    }
  }
  if (error != 0) return p.raise_error(t, error);
  Local<List> list(t, TRY(list_new(t, entries.size())));
  for (const std::string& e : entries) {
    Local<> name(t, TRY(path_result(t, e, p.is_bytes())));
    TRY(list_append(t, list, name.value()));
  }
  return list.give();
}

// --- DirEntry -------------------------------------------------------------------------------------------

struct DirEntry : Object {
  Slot<> name, path;
  Slot<> stat, lstat;   // cached results
  std::string* native;  // the path as bytes; immutable
  int dir_fd;           // scandir(fd): of the directory, else AT_FDCWD
  u8 kind;              // d_type
  u64 inode;
};
Type* g_entry_type;
Type* g_iterator_type;
DirEntry* entry_of(Value v) { return v.as<DirEntry>(); }

void entry_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<DirEntry*>(o);
  visit(e->name, e->path, e->stat, e->lstat);
}
void entry_destroy(Object* o) {
  auto* e = static_cast<DirEntry*>(o);
  delete e->native;
  for (Slot<>* s : {&e->name, &e->path, &e->stat, &e->lstat}) {
    release_removed(Value(s->raw().exchange_acq_rel(0)));
  }
  free_object(o, sizeof(DirEntry));
}

Result<Tuple> entry_stat_now(Thread& t, DirEntry* e, bool follow) {
  Local<> keep(t, Value(e));
  struct stat st;
  int r = TRY(retry(t, [&] {
    return ::fstatat(e->dir_fd, e->native->c_str(), &st, follow ? 0 : AT_SYMLINK_NOFOLLOW);
  }));
  if (r < 0) return raise_os_error(t, errno, e->path.borrow());
  return stat_result(t, st);
}
Result<> entry_stat(Thread& t, Value self, bool follow) {
  DirEntry* e = entry_of(self);
  bool is_link = e->kind == DT_LNK;
  Slot<>& cache = follow && is_link ? e->stat : e->lstat;
  if (!cache.is_empty()) return cache.load(e);
  Local<Tuple> st(t, TRY(entry_stat_now(t, e, follow && (is_link || e->kind == DT_UNKNOWN))));
  cache.store(e, st.value());
  return Result<>(st.give());
}
// Is the entry of this kind? Missing files are of no kind.
Result<bool> entry_is(Thread& t, Value self, bool follow, u8 kind, mode_t format) {
  DirEntry* e = entry_of(self);
  bool unknown = e->kind == DT_UNKNOWN || (follow && e->kind == DT_LNK);
  if (!unknown) return e->kind == kind;
  auto r = entry_stat(t, self, follow);
  if (r.is_error()) {
    if (swallow(t, FileNotFoundError)) return false;
    return kError;
  }
  Local<> st(t, r);
  i64 mode = (*st.value().as<Tuple>())[0].as_int();
  return (static_cast<mode_t>(mode) & S_IFMT) == format;
}
Result<bool> entry_is_dir(Thread& t, Value self, bool follow) { return entry_is(t, self, follow, DT_DIR, S_IFDIR); }
Result<bool> entry_is_file(Thread& t, Value self, bool follow) { return entry_is(t, self, follow, DT_REG, S_IFREG); }
Result<bool> entry_is_symlink(Thread& t, Value self) { return entry_is(t, self, false, DT_LNK, S_IFLNK); }
bool entry_is_junction(Thread&, Value) { return false; }
Result<> entry_inode(Thread& t, Value self) { return int_from_u64(t, entry_of(self)->inode); }
Result<> entry_fspath(Thread&, Value self) { return entry_of(self)->path.load(entry_of(self)); }
Result<Str> entry_repr(Thread& t, Value self) {
  return str_format(t, "<DirEntry {!r}>", entry_of(self)->name.borrow());
}

Result<> entry_class_getitem(Thread& t, Value cls, Value item) {
  Value args[] = {cls, item};
  return call(t, Value(&generic_alias_type), args, 2);
}
const NativeDef kEntryMethods[] = {
    def<entry_is_dir>("is_dir($self, /, *, follow_symlinks=True)", "Is the entry a directory?"),
    def<entry_is_file>("is_file($self, /, *, follow_symlinks=True)", "Is the entry a file?"),
    def<entry_is_symlink>("is_symlink($self, /)", "Is the entry a symbolic link?"),
    def<entry_is_junction>("is_junction($self, /)", "False."),
    def<entry_stat>("stat($self, /, *, follow_symlinks=True)", "The entry's status, kept after the first call."),
    def<entry_inode>("inode($self, /)", "The entry's inode number."),
    def<entry_fspath>("__fspath__($self, /)", "The entry's path."),
    class_def<entry_class_getitem>("__class_getitem__($type, item, /)", "DirEntry[str]"),
};
const MemberDef kEntryMembers[] = {
    {"name", MemberKind::Object, offsetof(DirEntry, name), true, "the entry's base filename"},
    {"path", MemberKind::Object, offsetof(DirEntry, path), true, "the entry's full path name"},
};
const TypeDef kEntryDef = {.name = "posix.DirEntry",
                           .flags = kTypeNoInstantiation | kTypeImmutable | kTypeGcTracked,
                           .size = sizeof(DirEntry),
                           .slots = {.visit = entry_visit, .destroy = entry_destroy, .repr = entry_repr},
                           .methods = kEntryMethods,
                           .members = kEntryMembers};

// scandir's iterator. One step at a time: under its lock byte if shared.
struct ScandirIterator : Object {
  Slot<> path;  // the argument
  DIR* directory;
  std::string* prefix;
  int dir_fd;
  bool bytes;
};
ScandirIterator* iterator_of(Value v) { return v.as<ScandirIterator>(); }
void iterator_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<ScandirIterator*>(o)->path); }
void close_directory(ScandirIterator* it) {
  DIR* d;
  {
    Mutating m(it);
    d = it->directory;
    it->directory = nullptr;
  }
  if (d != nullptr) ::closedir(d);
}
void iterator_destroy(Object* o) {
  auto* it = static_cast<ScandirIterator*>(o);
  if (it->directory != nullptr) ::closedir(it->directory);
  delete it->prefix;
  release_removed(Value(it->path.raw().exchange_acq_rel(0)));
  free_object(o, sizeof(ScandirIterator));
}
Result<> iterator_self(Thread&, Value self) { return own(self); }
Result<> iterator_next(Thread& t, Value self) {
  ScandirIterator* it = iterator_of(self);
  std::string name;
  u8 kind = DT_UNKNOWN;
  u64 inode = 0;
  int error = 0;
  {
    Mutating m(it);  // readdir of an open directory is short
    while (it->directory != nullptr) {
      errno = 0;
      dirent* e = ::readdir(it->directory);
      if (e == nullptr) {
        error = errno;
        break;
      }
      if (is_dot(e->d_name)) continue;
      name = e->d_name;
      kind = e->d_type;
      inode = e->d_ino;
      break;
    }
  }
  if (error != 0) return raise_os_error(t, error, it->path.borrow());
  if (name.empty()) {
    close_directory(it);
    return Result<>::absent();
  }
  Local<> name_text(t, TRY(path_result(t, name, it->bytes)));
  std::string full = *it->prefix + name;
  Local<> path_text(t, TRY(path_result(t, full, it->bytes)));
  DirEntry* e = new_object<DirEntry>(t, *g_entry_type);
  if (e == nullptr) return kError;
  e->name.init(name_text.value());
  e->path.init(path_text.value());
  e->native = new std::string(std::move(full));
  e->dir_fd = it->dir_fd;
  e->kind = kind;
  e->inode = inode;
  return Result<>::from_owned(own_new(e).word());
}
Status iterator_close(Thread&, Value self) {
  close_directory(iterator_of(self));
  return kDone;
}
Status iterator_exit(Thread& t, Value self, Args) { return iterator_close(t, self); }
const NativeDef kIteratorMethods[] = {
    def<iterator_self>("__enter__($self, /)", ""),
    def<iterator_exit>("__exit__($self, /, *args)", ""),
    def<iterator_close>("close($self, /)", "Closes the directory."),
};
const TypeDef kIteratorDef = {.name = "posix.ScandirIterator",
                              .flags = kTypeNoInstantiation | kTypeImmutable,
                              .size = sizeof(ScandirIterator),
                              .slots = {.visit = iterator_visit,
                                        .destroy = iterator_destroy,
                                        .iter = iterator_self,
                                        .next = iterator_next},
                              .methods = kIteratorMethods};

Result<> posix_scandir(Thread& t, Value path) {
  PathArgument p;
  TRY(p.convert(t, path, "scandir", "path", true, "."));
  TRY(audit(t, "os.scandir", path.is_empty() ? none_value() : path));
  DIR* d;
  {
    Detached away(t);
    d = open_directory(p);
  }
  if (d == nullptr) return p.raise_error(t, errno);
  ScandirIterator* it = new_object<ScandirIterator>(t, *g_iterator_type);
  if (it == nullptr) {
    ::closedir(d);
    return kError;
  }
  it->directory = d;
  it->bytes = p.is_bytes();
  it->dir_fd = p.is_fd() ? p.fd() : AT_FDCWD;
  it->prefix = new std::string(p.is_fd() ? "" : p.text());
  if (!it->prefix->empty() && it->prefix->back() != '/') it->prefix->push_back('/');
  it->path.init(path.is_empty() ? none_value() : path);
  return Result<>::from_owned(own_new(it).word());
}

Result<> posix_fspath(Thread& t, Value path) {
  if (is_a<Str>(path) || is_a<Bytes>(path)) return own(path);
  Local<Str> name(t, TRY(str_intern(t, "__fspath__")));
  auto r = call_special(t, path, name, nullptr, 0);
  if (r.is_error()) return kError;
  if (r.is_absent()) return raise(t, TypeError, "expected str, bytes or os.PathLike object, not {!T}", path);
  Local<> result(t, r);
  if (is_a<Str>(result) || is_a<Bytes>(result)) return result.give();
  return raise(t, TypeError, "expected {!T}.__fspath__() to return str or bytes, not {!T}", path, result.value());
}

// posixpath.normpath and splitroot in C++.
std::string normalise(std::string_view s) {
  if (s.empty()) return ".";
  usize slashes = s.starts_with("//") && !s.starts_with("///") ? 2 : s[0] == '/';
  std::vector<std::string_view> parts;
  for (usize i = slashes; i <= s.size();) {
    usize end = s.find('/', i);
    if (end == std::string_view::npos) end = s.size();
    std::string_view part = s.substr(i, end - i);
    i = end + 1;
    if (part.empty() || part == ".") continue;
    if (part != ".." || (slashes == 0 && (parts.empty() || parts.back() == ".."))) {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string out(slashes, '/');
  for (usize i = 0; i < parts.size(); ++i) {
    if (i != 0) out += '/';
    out += parts[i];
  }
  return out.empty() ? "." : out;
}
Result<> posix_path_normpath(Thread& t, Value path) {
  if (is_a<Bytes>(path)) return path_result(t, normalise(path.as<Bytes>()->view()), true);
  if (!is_a<Str>(path)) return raise(t, TypeError, "normpath: path should be string or bytes, not {!T}", path);
  Utf8 text;
  TRY(text.encode(t, path.as<Str>(), true));
  return Result<>(TRY(str_from_wtf8(t, normalise(text.view()))));
}
Result<Tuple> posix_path_splitroot_ex(Thread& t, Value path) {
  bool bytes = is_a<Bytes>(path);
  if (!bytes && !is_a<Str>(path)) {
    return raise(t, TypeError, "splitroot: path should be string, bytes or os.PathLike, not {!T}", path);
  }
  Utf8 text;
  if (!bytes) TRY(text.encode(t, path.as<Str>(), true));
  std::string_view s = bytes ? path.as<Bytes>()->view() : text.view();
  usize root = s.starts_with("//") && !s.starts_with("///") ? 2 : !s.empty() && s[0] == '/';
  auto piece = [&](std::string_view part) -> Result<> {
    if (bytes) return Result<>(TRY(bytes_from(t, part)));
    return Result<>(TRY(str_from_wtf8(t, part)));
  };
  Local<> a(t, TRY(piece(""))), b(t, TRY(piece(s.substr(0, root)))), c(t, TRY(piece(s.substr(root))));
  return tuple_of(t, a, b, c);
}

const NativeDef kFunctions[] = {
    def<posix_getcwd>("getcwd($module, /)", "The current directory."),
    def<posix_getcwdb>("getcwdb($module, /)", "The current directory as bytes."),
    def<posix_chdir>("chdir($module, /, path)", "Changes the current directory."),
    def<posix_fchdir>("fchdir($module, /, fd)", "Changes the current directory to an open one."),
    def<posix_mkdir>("mkdir($module, /, path, mode=511, *, dir_fd=None)", "Makes a directory."),
    def<posix_rmdir>("rmdir($module, /, path, *, dir_fd=None)", "Removes an empty directory."),
    def<posix_listdir>("listdir($module, /, path=None)", "The names in a directory."),
    def<posix_scandir>("scandir($module, /, path=None)", "An iterator of the entries of a directory."),
    def<posix_fspath>("fspath($module, /, path)", "The text or bytes of a path."),
    def<posix_path_normpath>("_path_normpath($module, /, path)", "Removes '.', '..' and double slashes."),
    def<posix_path_splitroot_ex>("_path_splitroot_ex($module, path, /)", "(drive, root, rest) of a path."),
};

}  // namespace

std::span<const NativeDef> posix_directory_functions() { return kFunctions; }

Status posix_directory_exec(Thread& t, Module* m) {
  Local<Type> hidden(t, TRY(type_from_def(t, kIteratorDef)));
  g_iterator_type = hidden.get();
  return module_add_type(t, m, kEntryDef, &g_entry_type);
}

}  // namespace taipan
