// asmjit has no disassembler: its assemblers tell a logger what they assemble, which is what is listed.
#include "jit/report/listing.h"

#include <cinttypes>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "interp/bytecode/disassembler.h"
#include "jit/a64/masm.h"
#include "jit/report/symbols.h"
#include "jit/t1/baseline_emit.h"
#include "jit/x64/masm.h"

namespace taipan::jit {

namespace {

// Stubs need not be there, nor be of this target: places that stand for their addresses, with names.
struct NamedStub {
  const char* name;
  const void* Stubs::*address;
};
constexpr NamedStub kStubs[] = {{"outcome", &Stubs::outcome}, {"leave", &Stubs::leave}, {"returned", &Stubs::returned},
                                {"resume", &Stubs::resume}, {"yield", &Stubs::yield}};
constexpr usize kNamed = std::size(kStubs);
char g_places[kNamed + kLeavingOps.size()];
static_assert(sizeof(Stubs) == sizeof(void*) * (1 + std::size(g_places)), "a stub has no name here");

Stubs named_stubs() {
  Stubs stubs{};
  for (usize k = 0; k < kNamed; ++k) stubs.*kStubs[k].address = &g_places[k];
  for (usize k = 0; k < kLeavingOps.size(); ++k) stubs.leaving[k] = &g_places[kNamed + k];
  return stubs;
}

std::string stub_name(usize place) {
  return std::string("stub:") + (place < kNamed ? kStubs[place].name : op_info(kLeavingOps[place - kNamed]).name);
}

class Listing : public asmjit::Logger, public asmjit::ErrorHandler, public PartListener {
 public:
  Listing(const Code* code, std::string* out) : code_(code), out_(out), positions_(code->spec->positions.decode()) {
    addFlags(asmjit::FormatFlags::kHexImms);
    setIndentation(asmjit::FormatIndentationGroup::kCode, 12);
    setIndentation(asmjit::FormatIndentationGroup::kLabel, 10);
  }

  void begin(Part part, u32 index, u32 offset) override {
    if (part == Part::Rare && last_ != Part::Rare) *out_ += "rarely taken:\n";
    last_ = part;
    if (part == Part::Entry) *out_ += "entry of calls:\n";
    if (part == Part::Routines) *out_ += "routines:\n";
    if (part == Part::Entry || part == Part::Routines) return;
    char head[80];
    if (part == Part::Rare) {
      std::snprintf(head, sizeof head, "           of %u %s, +0x%x\n", index, op_name(code_->instrs[index].op), offset);
      *out_ += head;
      return;
    }
    i32 line = index < positions_.size() ? positions_[index].line : -1;
    if (line != line_ && line > 0) std::snprintf(head, sizeof head, "%5d %5u  ", line, index);
    else std::snprintf(head, sizeof head, "      %5u  ", index);
    line_ = line;
    *out_ += head + disassemble_instr(*code_->spec, index);
    std::snprintf(head, sizeof head, "  +0x%x\n", offset);
    *out_ += head;
  }

  asmjit::Error _log(const char* text, size_t size) noexcept override {
    name_addresses(std::string_view(text, size == SIZE_MAX ? std::strlen(text) : size));
    return asmjit::kErrorOk;
  }

  void handleError(asmjit::Error, const char* message, asmjit::BaseEmitter*) override { *out_ += std::string("error: ") + message + "\n"; }

 private:
  // Numbers that are addresses mean nothing tomorrow: what is there does.
  void name_addresses(std::string_view text) {
    for (;;) {
      usize at = text.find("0x");
      if (at == std::string_view::npos) break;
      usize end = text.find_first_not_of("0123456789abcdefABCDEF", at + 2);
      if (end == std::string_view::npos) end = text.size();
      std::string number(text.substr(at, end - at));
      out_->append(text.substr(0, at));
      std::string name = name_of(std::strtoull(number.c_str(), nullptr, 16));
      *out_ += name.empty() ? number : name;
      text.remove_prefix(end);
    }
    out_->append(text);
  }

  std::string name_of(u64 n) const {
    if (n < 0x10000) return "";
    if (n >= ~u64{0xFFFFFFFF}) return std::to_string(static_cast<i64>(n));
    auto within = [n](const auto* first, u64 count) {
      u64 begin = reinterpret_cast<u64>(first);
      return n >= begin && n < begin + count * sizeof(*first);
    };
    auto entry = [n](const char* what, const auto* first) {
      return what + std::to_string((n - reinterpret_cast<u64>(first)) / sizeof(*first));
    };
    if (within(code_->instrs, code_->size)) return entry("pc:", code_->instrs);
    if (within(code_->caches, code_->site_count)) return entry("cache:", code_->caches);
    if (within(g_places, std::size(g_places))) return stub_name(n - reinterpret_cast<u64>(g_places));
    for (u32 i = 0; i < code_->constant_count; ++i) {
      if (n == code_->constants[i].bits && code_->constants[i].is_ref()) return "K:" + std::to_string(i);
    }
    std::string name = symbol_name(n);
    constexpr std::string_view kOp = "(Op)";   // run_one<(Op)8>: run_one<ADD>
    if (usize at = name.find(kOp); at != std::string::npos) {
      usize end = name.find_first_not_of("0123456789", at + kOp.size());
      if (end != std::string::npos) name.replace(at, end - at, op_name(static_cast<u8>(std::atoi(&name[at + kOp.size()]))));
    }
    return name;
  }

  const Code* code_;
  std::string* out_;
  std::vector<Position> positions_;
  Part last_ = Part::Entry;
  i32 line_ = -1;
};

template <class Masm>
bool list(const Code* code, const char* target, std::string* out) {
  std::string text;
  Listing listing(code, &text);
  asmjit::CodeHolder holder;
  holder.init(asmjit::Environment(Masm::kArch));
  holder.setErrorHandler(&listing);
  holder.setLogger(&listing);
  Stubs stubs = named_stubs();
  Baseline<Masm> t1(&holder, code, stubs, &listing);
  if (!t1.compile()) return *out = t1.why(), false;
  *out = "t1 for " + std::string(target) + ": " + code->spec->qualname + " (" + code->spec->filename + ":" +
         std::to_string(code->firstlineno) + "), " + std::to_string(code->size) + " instructions, " +
         std::to_string(holder.codeSize()) + " bytes\n" + text;
  return true;
}

}  // namespace

bool list_machine_code(const Code* code, JitTarget target, std::string* out) {
#if defined(__aarch64__)
  constexpr JitTarget kHost = JitTarget::A64;
#else
  constexpr JitTarget kHost = JitTarget::X64;
#endif
  if (target == JitTarget::Host) target = kHost;
  return target == JitTarget::X64 ? list<x64::Masm>(code, "x64", out) : list<a64::Masm>(code, "a64", out);
}

}  // namespace taipan::jit
