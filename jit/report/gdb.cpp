// The list of files that gdb reads, under the compiler's lock. gdb has a breakpoint in __jit_debug_register_code().
#include "jit/report/gdb.h"

#include <unordered_map>

// Names and layouts are gdb's ("JIT Compilation Interface" in its manual).
extern "C" {

struct jit_code_entry {
  jit_code_entry *next_entry, *prev_entry;
  const char* symfile_addr;
  uint64_t symfile_size;
};

struct jit_descriptor {
  uint32_t version;
  uint32_t action_flag;   // 1: relevant_entry has come; 2: it goes
  jit_code_entry *relevant_entry, *first_entry;
};

[[gnu::noinline, gnu::used, gnu::visibility("default")]] void __jit_debug_register_code() { asm volatile("" ::: "memory"); }
[[gnu::used, gnu::visibility("default")]] jit_descriptor __jit_debug_descriptor = {1, 0, nullptr, nullptr};

}

namespace taipan::jit {

namespace {

struct File {
  std::string bytes;
  jit_code_entry entry;
};
std::unordered_map<const u8*, File*>* g_files;   // by address of the code

void tell_gdb(u32 action, jit_code_entry* entry) {
  __jit_debug_descriptor.action_flag = action;
  __jit_debug_descriptor.relevant_entry = entry;
  __jit_debug_register_code();
  __jit_debug_descriptor.action_flag = 0;
}

}  // namespace

void register_with_gdb(const CompiledCode& code) {
  if (g_files == nullptr) g_files = new std::unordered_map<const u8*, File*>;
  unregister_with_gdb(code.base);
  auto* file = new File{debug_file(code), {}};
  (*g_files)[code.base] = file;
  jit_code_entry* first = __jit_debug_descriptor.first_entry;
  file->entry = {first, nullptr, file->bytes.data(), file->bytes.size()};
  if (first != nullptr) first->prev_entry = &file->entry;
  __jit_debug_descriptor.first_entry = &file->entry;
  tell_gdb(1, &file->entry);
}

void unregister_with_gdb(const u8* base) {
  if (g_files == nullptr) return;
  auto found = g_files->find(base);
  if (found == g_files->end()) return;
  File* file = found->second;
  g_files->erase(found);
  jit_code_entry& entry = file->entry;
  (entry.prev_entry != nullptr ? entry.prev_entry->next_entry : __jit_debug_descriptor.first_entry) = entry.next_entry;
  if (entry.next_entry != nullptr) entry.next_entry->prev_entry = entry.prev_entry;
  tell_gdb(2, &entry);
  delete file;
}

}  // namespace taipan::jit
