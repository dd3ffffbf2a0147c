// The program's own ELF file, read once: dladdr() knows only exported symbols, and helpers are none.
#include "jit/report/symbols.h"

#include <cxxabi.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <map>
#include <string_view>


namespace taipan::jit {

namespace {

struct Symbol {
  u64 size;
  std::string name;
};
using Symbols = std::map<u64, Symbol>;   // by address

// What does not look like an ELF file with symbols gives none.
void read_symbols(const u8* file, usize size, u64 bias, Symbols* to) {
  auto inside = [&](u64 offset, u64 n) { return offset <= size && n <= size - offset; };
  if (!inside(0, sizeof(Elf64_Ehdr)) || std::memcmp(file, ELFMAG, SELFMAG) != 0) return;
  auto* header = reinterpret_cast<const Elf64_Ehdr*>(file);
  if (!inside(header->e_shoff, header->e_shnum * sizeof(Elf64_Shdr))) return;
  auto* sections = reinterpret_cast<const Elf64_Shdr*>(file + header->e_shoff);
  for (u32 i = 0; i < header->e_shnum; ++i) {
    const Elf64_Shdr& table = sections[i];
    if (table.sh_type != SHT_SYMTAB || table.sh_link >= header->e_shnum || !inside(table.sh_offset, table.sh_size)) continue;
    const Elf64_Shdr& text = sections[table.sh_link];
    if (!inside(text.sh_offset, text.sh_size)) continue;
    auto* symbols = reinterpret_cast<const Elf64_Sym*>(file + table.sh_offset);
    for (u64 k = 0; k < table.sh_size / sizeof(Elf64_Sym); ++k) {
      const Elf64_Sym& symbol = symbols[k];
      u32 type = ELF64_ST_TYPE(symbol.st_info);
      if ((type != STT_FUNC && type != STT_OBJECT) || symbol.st_value == 0 || symbol.st_name >= text.sh_size) continue;
      const char* name = reinterpret_cast<const char*>(file + text.sh_offset + symbol.st_name);
      to->emplace(symbol.st_value + bias, Symbol{symbol.st_size, name});
    }
  }
}

Symbols load_symbols() {
  Symbols symbols;
  u64 bias = 0;
  dl_iterate_phdr([](dl_phdr_info* info, size_t, void* to) {
    *static_cast<u64*>(to) = info->dlpi_addr;   // the program itself comes first
    return 1;
  }, &bias);
  int fd = ::open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
  struct stat s;
  if (fd < 0) return symbols;
  if (::fstat(fd, &s) == 0) {
    auto size = static_cast<usize>(s.st_size);
    void* file = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (file != MAP_FAILED) {
      read_symbols(static_cast<const u8*>(file), size, bias, &symbols);
      ::munmap(file, size);
    }
  }
  ::close(fd);
  return symbols;
}

void erase_all(std::string* text, std::string_view what) {
  for (usize at; (at = text->find(what)) != std::string::npos;) text->erase(at, what.size());
}

// Without arguments, return type and our own namespaces.
std::string readable_name(const std::string& symbol) {
  int status;
  char* demangled = abi::__cxa_demangle(symbol.c_str(), nullptr, nullptr, &status);
  if (demangled == nullptr) return symbol;
  std::string name = demangled;
  std::free(demangled);
  for (std::string_view scope : {"(anonymous namespace)::", "taipan::jit::", "taipan::"}) erase_all(&name, scope);
  int depth = 0;
  if (name.ends_with(')')) {
    for (usize i = name.size(); i-- > 0;) {
      depth += name[i] == ')' ? 1 : name[i] == '(' ? -1 : 0;
      if (depth == 0) {
        name.resize(i);
        break;
      }
    }
  }
  depth = 0;
  for (usize i = name.size(); i-- > 0;) {   // of a template the return type comes first
    depth += name[i] == '>' ? 1 : name[i] == '<' ? -1 : 0;
    if (depth == 0 && name[i] == ' ') return name.substr(i + 1);
  }
  return name;
}

}  // namespace

std::string symbol_name(u64 address) {
  static const Symbols* const symbols = new Symbols(load_symbols());
  auto next = symbols->upper_bound(address);
  if (next == symbols->begin()) return "";
  const auto& [start, symbol] = *--next;
  if (address != start && address - start >= symbol.size) return "";
  std::string name = readable_name(symbol.name);
  return address == start ? name : name + "+" + std::to_string(address - start);
}

}  // namespace taipan::jit
