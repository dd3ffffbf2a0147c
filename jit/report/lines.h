// Machine code by name and by source line, as perf and gdb want to know it.
#pragma once
#include <string>
#include <vector>

#include "interp/bytecode/code.h"
#include "jit/t1/parts.h"

namespace taipan::jit {

struct CodeLine {
  u32 offset;   // from the beginning of the machine code; ascending
  u32 line;
};

// Hears a compilation and keeps what line each part of the code belongs to.
class LineTable final : public PartListener {
 public:
  explicit LineTable(const Code* code) : positions_(code->spec->positions.decode()), first_(code->firstlineno) {}
  void begin(Part part, u32 index, u32 offset) override {
    u32 line = first_;
    if (part != Part::Entry && index < positions_.size()) {
      if (positions_[index].line <= 0) return;   // an instruction of no line belongs to the one before
      line = static_cast<u32>(positions_[index].line);
    }
    if (!lines_.empty() && lines_.back().offset == offset) lines_.pop_back();   // it was empty
    if (!lines_.empty() && lines_.back().line == line) return;
    lines_.push_back({offset, line});
  }
  const std::vector<CodeLine>& lines() const { return lines_; }

 private:
  std::vector<Position> positions_;
  u32 first_;
  std::vector<CodeLine> lines_;
};

// A piece of machine code. The lines may be none.
struct CompiledCode {
  std::string name;        // py::QUALNAME
  std::string file;
  u32 line;                // of the definition
  const u8* base;          // where it runs
  u32 size;
  std::vector<CodeLine> lines;
};

}  // namespace taipan::jit
