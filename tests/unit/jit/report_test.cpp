// What tools outside are told: the ELF file for gdb, lines of machine code, the end of a process whose forced tier declines.
#include <elf.h>
#include <gtest/gtest.h>

#include <cstring>
#include <map>

#include "interp/bytecode/code.h"
#include "jit/report/gdb.h"
#include "jit/services.h"

namespace taipan::jit {
namespace {

struct Sections {
  explicit Sections(const std::string& file) : bytes(file) {
    std::memcpy(&header, bytes.data(), sizeof header);
    for (u32 i = 0; i < header.e_shnum; ++i) all.push_back(section(i));
    for (u32 i = 1; i < header.e_shnum; ++i) by_name[bytes.c_str() + all[header.e_shstrndx].sh_offset + all[i].sh_name] = all[i];
  }
  Elf64_Shdr section(u32 i) const {
    Elf64_Shdr s;
    std::memcpy(&s, bytes.data() + header.e_shoff + i * sizeof s, sizeof s);
    return s;
  }
  std::string contents(const char* name) const {
    const Elf64_Shdr& s = by_name.at(name);
    return bytes.substr(s.sh_offset, s.sh_size);
  }
  const std::string& bytes;
  Elf64_Ehdr header;
  std::vector<Elf64_Shdr> all;
  std::map<std::string, Elf64_Shdr> by_name;
};

const CompiledCode kCode = {"py::f", "/tmp/f.py", 3, reinterpret_cast<const u8*>(0x7f0012345600), 0x1234,
                            {{0, 3}, {0x20, 4}, {0x400, 300}, {0x500, 5}}};

TEST(DebugFile, IsAnElfFileWithOneFunction) {
  std::string file = debug_file(kCode);
  Sections s(file);
  EXPECT_EQ(std::memcmp(s.header.e_ident, ELFMAG, SELFMAG), 0);
  EXPECT_EQ(s.header.e_type, ET_EXEC);
  EXPECT_EQ(s.by_name.at(".text").sh_addr, reinterpret_cast<u64>(kCode.base));
  EXPECT_EQ(s.by_name.at(".text").sh_size, kCode.size);
  for (const auto& [name, section] : s.by_name) {
    if (section.sh_type != SHT_NOBITS) EXPECT_LE(section.sh_offset + section.sh_size, file.size()) << name;
  }
  Elf64_Sym symbol;
  std::string symbols = s.contents(".symtab");
  ASSERT_EQ(symbols.size(), 2 * sizeof symbol);
  std::memcpy(&symbol, symbols.data() + sizeof symbol, sizeof symbol);
  EXPECT_STREQ(s.contents(".strtab").c_str() + symbol.st_name, "py::f");
  EXPECT_EQ(symbol.st_value, reinterpret_cast<u64>(kCode.base));
}

// Of each unit the length is that of its section: a reader that believed more would find a second, empty one.
TEST(DebugFile, DwarfUnitsFillTheirSections) {
  std::string file = debug_file(kCode);
  Sections s(file);
  for (const char* name : {".debug_info", ".debug_line"}) {
    std::string contents = s.contents(name);
    u32 length;
    std::memcpy(&length, contents.data(), 4);
    EXPECT_EQ(length + 4, contents.size()) << name;
  }
  EXPECT_EQ(s.contents(".debug_frame").size() % 8, 0u);
}

// The line program, run as a debugger does: the rows are the lines that went in.
TEST(DebugFile, LineProgramGivesTheLines) {
  std::string file = debug_file(kCode);
  std::string all = Sections(file).contents(".debug_line");
  u32 header;
  std::memcpy(&header, all.data() + 6, 4);
  usize at = 10 + header;
  auto byte = [&] { return static_cast<u8>(all[at++]); };
  auto number = [&](bool with_sign) {
    i64 n = 0;
    u32 shift = 0;
    u8 b;
    do {
      b = byte();
      n |= static_cast<i64>(b & 0x7F) << shift;
      shift += 7;
    } while (b & 0x80);
    if (with_sign && (b & 0x40)) n -= i64{1} << shift;
    return n;
  };
  u64 address = 0;
  i64 line = 1;
  std::vector<CodeLine> rows;
  bool ended = false;
  while (!ended) {
    switch (byte()) {
      case 0: {
        i64 length = number(false);
        u8 what = byte();
        if (what == 2) std::memcpy(&address, all.data() + at, 8);
        ended = what == 1;
        at += length - 1;
        break;
      }
      case 1: rows.push_back({static_cast<u32>(address - reinterpret_cast<u64>(kCode.base)), static_cast<u32>(line)}); break;
      case 2: address += number(false); break;
      case 3: line += number(true); break;
      default: FAIL();
    }
  }
  EXPECT_EQ(at, all.size());
  EXPECT_EQ(address, reinterpret_cast<u64>(kCode.base) + kCode.size);
  ASSERT_EQ(rows.size(), kCode.lines.size());
  for (usize i = 0; i < rows.size(); ++i) {
    EXPECT_EQ(rows[i].offset, kCode.lines[i].offset);
    EXPECT_EQ(rows[i].line, kCode.lines[i].line);
  }
}

// A code object as far as names and lines go.
struct NamedCode {
  NamedCode() {
    spec.qualname = "f";
    spec.filename = "f.py";
    spec.positions.append({7, 7, 0, 1});
    spec.positions.append({});             // of no line
    spec.positions.append({8, 8, 0, 1});
    spec.positions.finish();
    code()->spec = &spec;
    code()->firstlineno = 6;
  }
  Code* code() { return reinterpret_cast<Code*>(words); }
  CodeSpec spec;
  alignas(Code) u8 words[sizeof(Code)] = {};
};

TEST(LineTable, MergesPartsOfOneLine) {
  NamedCode f;
  LineTable table(f.code());
  table.begin(Part::Entry, 0, 0);
  table.begin(Part::Instruction, 0, 16);
  table.begin(Part::Instruction, 1, 32);   // no line: still 7
  table.begin(Part::Instruction, 2, 48);
  table.begin(Part::Rare, 0, 64);
  table.begin(Part::Rare, 2, 80);
  table.begin(Part::Rare, 0, 80);          // the part before was empty
  table.begin(Part::Routines, 3, 96);
  std::vector<std::pair<u32, u32>> rows;
  for (CodeLine l : table.lines()) rows.push_back({l.offset, l.line});
  EXPECT_EQ(rows, (std::vector<std::pair<u32, u32>>{{0, 6}, {16, 7}, {48, 8}, {64, 7}, {96, 6}}));
}

TEST(ForcedTier, EndsTheProcessOnUndocumentedReasons) {
#ifdef TAIPAN_EMULATED
  GTEST_SKIP() << "the test starts itself again, which an emulator's program cannot";
#endif
  testing::GTEST_FLAG(death_test_style) = "threadsafe";
  NamedCode f;
  auto decline = [&](Mode mode, const char* why) {
    offer_services(mode, nullptr);
    note_compilation(f.code(), why);
    std::_Exit(0);
  };
  EXPECT_EXIT(decline(Mode::T1, "invalid instruction"), testing::ExitedWithCode(70),
              "taipan: -X jit=t1: f \\(f.py:6\\) is not compiled: invalid instruction");
  EXPECT_EXIT(decline(Mode::T1, "wide operands"), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(decline(Mode::T1, nullptr), testing::ExitedWithCode(0), "");
  EXPECT_EXIT(decline(Mode::Auto, "invalid instruction"), testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace taipan::jit
