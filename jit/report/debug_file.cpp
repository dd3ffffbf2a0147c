// An ELF file for one piece of machine code: symbol, DWARF lines (version 3), unit and subprogram (version 4), frames.
#include <elf.h>

#include <cstring>

#include "jit/report/gdb.h"

namespace taipan::jit {

namespace {

// DWARF's numbers, as far as they are used here.
enum : u8 {
  kTagCompileUnit = 0x11, kTagSubprogram = 0x2e,
  kAtName = 0x03, kAtStmtList = 0x10, kAtLowPc = 0x11, kAtHighPc = 0x12, kAtLanguage = 0x13, kAtDeclFile = 0x3a,
  kAtDeclLine = 0x3b, kAtExternal = 0x3f,
  kFormAddr = 0x01, kFormData4 = 0x06, kFormData8 = 0x07, kFormString = 0x08, kFormData1 = 0x0b, kFormSecOffset = 0x17,
  kFormFlagPresent = 0x19,
  kLanguageC = 0x02,   // names are taken as they are
  kLineCopy = 1, kLineAdvancePc = 2, kLineAdvanceLine = 3, kLineEndSequence = 1, kLineSetAddress = 2,
  kFrameDefCfa = 0x0c, kFrameOffset = 0x80,
};

class Section {
 public:
  template <class T>
  void put(T number) { bytes.append(reinterpret_cast<const char*>(&number), sizeof number); }
  void put_text(const std::string& text) { bytes.append(text.c_str(), text.size() + 1); }
  void put_unsigned(u64 n) {
    do bytes += static_cast<char>((n & 0x7F) | (n > 0x7F ? 0x80 : 0)); while (n >>= 7);
  }
  void put_signed(i64 n) {
    for (bool more = true; more; n >>= 7) {
      more = n < -64 || n > 63;
      bytes += static_cast<char>((n & 0x7F) | (more ? 0x80 : 0));
    }
  }
  void pad_to(usize unit) { while (bytes.size() % unit != 0) bytes += '\0'; }
  // The bytes behind the word at `at`, as that word.
  void patch_length(usize at) {
    u32 n = static_cast<u32>(bytes.size() - at - 4);
    std::memcpy(bytes.data() + at, &n, 4);
  }
  std::string bytes;
};

Section abbreviations() {
  Section s;
  for (u8 b : {1, +kTagCompileUnit, 1, +kAtLanguage, +kFormData1, +kAtName, +kFormString, +kAtLowPc, +kFormAddr, +kAtHighPc,
               +kFormData8, +kAtStmtList, +kFormSecOffset, 0, 0,
               2, +kTagSubprogram, 0, +kAtName, +kFormString, +kAtExternal, +kFormFlagPresent, +kAtDeclFile, +kFormData1, +kAtDeclLine,
               +kFormData4, +kAtLowPc, +kFormAddr, +kAtHighPc, +kFormData8, 0, 0, 0}) {
    s.put<u8>(static_cast<u8>(b));
  }
  return s;
}

Section unit(const CompiledCode& code) {
  Section s;
  s.put<u32>(0);
  s.put<u16>(4);
  s.put<u32>(0);           // in .debug_abbrev
  s.put<u8>(8);            // bytes of an address
  s.put_unsigned(1);
  s.put<u8>(kLanguageC);
  s.put_text(code.file);
  s.put(reinterpret_cast<u64>(code.base));
  s.put<u64>(code.size);
  s.put<u32>(0);           // in .debug_line
  s.put_unsigned(2);
  s.put_text(code.name);
  s.put<u8>(1);
  s.put<u32>(code.line);
  s.put(reinterpret_cast<u64>(code.base));
  s.put<u64>(code.size);
  s.put_unsigned(0);       // no more children
  s.patch_length(0);
  return s;
}

Section lines(const CompiledCode& code) {
  Section s;
  s.put<u32>(0);
  s.put<u16>(3);
  s.put<u32>(0);
  usize header = s.bytes.size();
  s.put<u8>(1);            // bytes of the shortest instruction
  s.put<u8>(1);            // each line is a statement's beginning
  s.put<i8>(-5);
  s.put<u8>(14);
  s.put<u8>(10);           // opcodes from here on are of the short form, which is not used
  for (u8 operands : {0, 1, 1, 1, 1, 0, 0, 0, 1}) s.put(operands);
  s.put<u8>(0);            // no folders
  s.put_text(code.file);
  for (int i = 0; i < 3; ++i) s.put_unsigned(0);   // folder, time, size
  s.put<u8>(0);
  u32 length = static_cast<u32>(s.bytes.size() - header);
  std::memcpy(s.bytes.data() + header - 4, &length, 4);

  s.put<u8>(0);
  s.put_unsigned(9);
  s.put<u8>(kLineSetAddress);
  s.put(reinterpret_cast<u64>(code.base));
  u32 at = 0, line = 1;
  for (const CodeLine& l : code.lines) {
    s.put<u8>(kLineAdvancePc);
    s.put_unsigned(l.offset - at);
    s.put<u8>(kLineAdvanceLine);
    s.put_signed(static_cast<i64>(l.line) - line);
    s.put<u8>(kLineCopy);
    at = l.offset;
    line = l.line;
  }
  s.put<u8>(kLineAdvancePc);
  s.put_unsigned(code.size - at);
  s.put<u8>(0);
  s.put_unsigned(1);
  s.put<u8>(kLineEndSequence);
  s.patch_length(0);
  return s;
}

// Masm::prologue() has made the one frame of C++ that machine code runs in: the caller is found from the frame pointer
// wherever in the code we are. The registers that it saved lie below, in words.
struct SavedRegister {
  u8 number, words;   // DWARF's number; below the canonical frame address
};
#if defined(__aarch64__)
constexpr u8 kFramePointer = 29, kReturnAddress = 30;
constexpr u32 kCfaOffset = 48;
constexpr SavedRegister kSaved[] = {{29, 6}, {30, 5}, {19, 4}, {20, 3}, {28, 2}};
#else
constexpr u8 kFramePointer = 6, kReturnAddress = 16;
constexpr u32 kCfaOffset = 16;
constexpr SavedRegister kSaved[] = {{16, 1}, {6, 2}, {3, 3}, {12, 4}, {15, 5}, {14, 6}};
#endif

Section frames(const CompiledCode& code) {
  Section s;
  s.put<u32>(0);
  s.put<u32>(~0u);         // what is common to all functions
  s.put<u8>(3);
  s.put_text("");
  s.put_unsigned(1);
  s.put_signed(-8);
  s.put_unsigned(kReturnAddress);
  s.put<u8>(kFrameDefCfa);
  s.put_unsigned(kFramePointer);
  s.put_unsigned(kCfaOffset);
  for (SavedRegister r : kSaved) {
    s.put<u8>(kFrameOffset | r.number);
    s.put_unsigned(r.words);
  }
  s.pad_to(8);
  s.patch_length(0);
  usize function = s.bytes.size();
  s.put<u32>(0);
  s.put<u32>(0);           // the common part
  s.put(reinterpret_cast<u64>(code.base));
  s.put<u64>(code.size);
  s.pad_to(8);
  s.patch_length(function);
  return s;
}

}  // namespace

std::string debug_file(const CompiledCode& code) {
  enum : u16 { kText = 1, kSymbols, kStrings, kInfo, kAbbrev, kLine, kFrame, kNames, kCount };
  constexpr const char* kSectionNames[kCount] = {"", ".text", ".symtab", ".strtab", ".debug_info", ".debug_abbrev", ".debug_line",
                                                 ".debug_frame", ".shstrtab"};
  Section parts[kCount], names;
  bool has_lines = !code.lines.empty();
  Elf64_Sym symbol{};
  parts[kSymbols].put(symbol);
  symbol.st_name = 1;
  symbol.st_info = ELF64_ST_INFO(STB_GLOBAL, STT_FUNC);
  symbol.st_shndx = kText;
  symbol.st_value = reinterpret_cast<u64>(code.base);
  symbol.st_size = code.size;
  parts[kSymbols].put(symbol);
  parts[kStrings].put_text("");
  parts[kStrings].put_text(code.name);
  if (has_lines) {
    parts[kInfo] = unit(code);
    parts[kAbbrev] = abbreviations();
    parts[kLine] = lines(code);
  }
  parts[kFrame] = frames(code);

  Elf64_Shdr sections[kCount]{};
  for (u16 i = 0; i < kCount; ++i) {
    sections[i].sh_name = static_cast<u32>(names.bytes.size());
    names.put_text(kSectionNames[i]);
    sections[i].sh_type = SHT_PROGBITS;
    sections[i].sh_addralign = 1;
  }
  parts[kNames] = names;
  sections[0] = {};
  sections[kText].sh_type = SHT_NOBITS;   // it is in memory already
  sections[kText].sh_flags = SHF_ALLOC | SHF_EXECINSTR;
  sections[kText].sh_addr = reinterpret_cast<u64>(code.base);
  sections[kText].sh_addralign = 16;
  sections[kSymbols].sh_type = SHT_SYMTAB;
  sections[kSymbols].sh_link = kStrings;
  sections[kSymbols].sh_info = 1;         // the first symbol that is not local
  sections[kSymbols].sh_entsize = sizeof(Elf64_Sym);
  sections[kSymbols].sh_addralign = 8;
  sections[kStrings].sh_type = sections[kNames].sh_type = SHT_STRTAB;

  Section file;
  Elf64_Ehdr header{};
  std::memcpy(header.e_ident, ELFMAG, SELFMAG);
  header.e_ident[EI_CLASS] = ELFCLASS64;
  header.e_ident[EI_DATA] = ELFDATA2LSB;
  header.e_ident[EI_VERSION] = EV_CURRENT;
  header.e_type = ET_EXEC;                // addresses are what they are
#if defined(__aarch64__)
  header.e_machine = EM_AARCH64;
#else
  header.e_machine = EM_X86_64;
#endif
  header.e_version = EV_CURRENT;
  header.e_ehsize = sizeof header;
  header.e_shentsize = sizeof(Elf64_Shdr);
  header.e_shoff = sizeof header;
  header.e_shnum = kCount;
  header.e_shstrndx = kNames;
  u64 at = sizeof header + sizeof sections;
  for (u16 i = 1; i < kCount; ++i) {
    sections[i].sh_offset = at;
    sections[i].sh_size = i == kText ? code.size : parts[i].bytes.size();
    parts[i].pad_to(8);
    at += parts[i].bytes.size();
  }
  file.put(header);
  for (const Elf64_Shdr& s : sections) file.put(s);
  for (u16 i = 1; i < kCount; ++i) file.bytes += parts[i].bytes;
  return file.bytes;
}

}  // namespace taipan::jit
