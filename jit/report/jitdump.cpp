// perf notices the file by the executable mapping of its first page, and finds the process by its name. A child made by
// fork() has a file of its own, with what it compiles itself.
#include "jit/report/jitdump.h"

#include <elf.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace taipan::jit {

namespace {

constexpr u32 kMagic = 0x4A695444, kVersion = 1;   // "JiTD" in the machine's byte order
enum class Record : u32 { Load = 0, DebugInfo = 2 };

std::string g_folder;
int g_file = -1;
void* g_marker = nullptr;   // the mapping
pid_t g_process = 0;        // whose file it is
u64 g_next_index = 0;

// What is written, in the machine's byte order.
class Bytes {
 public:
  template <class T>
  void put(T number) { text_.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void put_text(const std::string& text) { text_.append(text.c_str(), text.size() + 1); }
  void put_bytes(const u8* from, usize n) { text_.append(reinterpret_cast<const char*>(from), n); }
  usize size() const { return text_.size(); }
  bool write_to(int file) const {
    for (usize done = 0; done < text_.size();) {
      ssize n = ::write(file, text_.data() + done, text_.size() - done);
      if (n < 0 && errno == EINTR) continue;
      if (n <= 0) return false;
      done += static_cast<usize>(n);
    }
    return true;
  }

 private:
  std::string text_;
};

u64 now() {   // perf record -k 1: CLOCK_MONOTONIC
  timespec t;
  ::clock_gettime(CLOCK_MONOTONIC, &t);
  return static_cast<u64>(t.tv_sec) * 1'000'000'000 + static_cast<u64>(t.tv_nsec);
}

usize page_size() { return static_cast<usize>(::sysconf(_SC_PAGESIZE)); }

void close_file() {
  if (g_file < 0) return;
  if (g_marker != nullptr) ::munmap(g_marker, page_size());
  ::close(g_file);
  g_file = -1;
  g_marker = nullptr;
}

bool write_header() {
#if defined(__aarch64__)
  constexpr u32 kMachine = EM_AARCH64;
#else
  constexpr u32 kMachine = EM_X86_64;
#endif
  Bytes header;
  header.put(kMagic);
  header.put(kVersion);
  header.put<u32>(40);   // bytes of this header
  header.put(kMachine);
  header.put<u32>(0);
  header.put(static_cast<u32>(g_process));
  header.put(now());
  header.put<u64>(0);    // flags
  return header.write_to(g_file);
}

bool open_file() {
  g_process = ::getpid();
  g_next_index = 0;
  std::string path = g_folder + "/jit-" + std::to_string(g_process) + ".dump";
  ::unlink(path.c_str());   // of an earlier process with this number; then nobody else's file is written to
  g_file = ::open(path.c_str(), O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (g_file < 0 || !write_header()) {
    std::fprintf(stderr, "taipan: -X perf_jit: %s: %s\n", path.c_str(), std::strerror(errno));
    close_file();
    return false;
  }
  void* marker = ::mmap(nullptr, page_size(), PROT_READ | PROT_EXEC, MAP_PRIVATE, g_file, 0);
  g_marker = marker == MAP_FAILED ? nullptr : marker;
  if (g_marker == nullptr) std::fprintf(stderr, "taipan: -X perf_jit: perf will not notice %s: %s\n", path.c_str(), std::strerror(errno));
  return true;
}

// u32 kind, u32 bytes, u64 time; the body follows.
void put_record_head(Bytes* to, Record kind, usize body, u64 time) {
  to->put(static_cast<u32>(kind));
  to->put(static_cast<u32>(16 + body));
  to->put(time);
}

}  // namespace

bool start_jitdump(const std::string& folder) {
  const char* given = ::getenv("JITDUMPDIR");
  g_folder = !folder.empty() ? folder : given != nullptr && *given != '\0' ? given : "/tmp";
  return open_file();
}

void dump_for_perf(const CompiledCode& code) {
  if (g_process != ::getpid()) {   // Note [fork]
    close_file();
    if (!open_file()) return;
  }
  if (g_file < 0) return;
  u64 time = now(), base = reinterpret_cast<u64>(code.base);
  Bytes all, lines;
  if (!code.lines.empty()) {   // goes before the code it belongs to
    lines.put(base);
    lines.put<u64>(code.lines.size());
    for (usize i = 0; i < code.lines.size(); ++i) {
      lines.put(base + code.lines[i].offset);
      lines.put(code.lines[i].line);
      lines.put<u32>(0);       // discriminator
      lines.put_text(code.file);
    }
    put_record_head(&all, Record::DebugInfo, lines.size(), time);
  }
  std::string name = code.file.empty() ? code.name : code.name + ":" + code.file;
  Bytes load;
  put_record_head(&load, Record::Load, 40 + name.size() + 1 + code.size, time);
  load.put(static_cast<u32>(g_process));
  load.put(static_cast<u32>(::syscall(SYS_gettid)));
  load.put(base);          // where it runs ...
  load.put(base);          // ... and lies
  load.put<u64>(code.size);
  load.put(g_next_index++);
  load.put_text(name);
  load.put_bytes(code.base, code.size);
  bool written = all.write_to(g_file) && lines.write_to(g_file) && load.write_to(g_file);
  if (!written) {          // half a record ends the file: perf reads what is before it
    std::fprintf(stderr, "taipan: -X perf_jit: %s\n", std::strerror(errno));
    close_file();
  }
}

}  // namespace taipan::jit
