// Code memory on asmjit's allocator.
#include "jit/code/machine_code.h"

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "jit/code/core_sync.h"

namespace taipan::jit {

namespace {
asmjit::JitAllocator::CreateParams dual_mapping() {
  asmjit::JitAllocator::CreateParams params;
  params.options = asmjit::JitAllocatorOptions::kUseDualMapping;
  return params;
}
#if defined(__aarch64__)
constexpr u8 kTrap = 0;      // 0x00000000 is permanently undefined
#else
constexpr u8 kTrap = 0xCC;   // int3
#endif

// A build for tests under qemu: before 8.1 its user mode keeps the translation of what was there if memory is written through
// another mapping, cache maintenance or not. Pages that become writable it looks at again.
void forget_translation(void* code, usize size) {
#if TAIPAN_EMULATED
  u64 page = static_cast<u64>(::sysconf(_SC_PAGESIZE));
  u64 start = reinterpret_cast<u64>(code) & ~(page - 1), end = (reinterpret_cast<u64>(code) + size + page - 1) & ~(page - 1);
  ::mprotect(reinterpret_cast<void*>(start), end - start, PROT_READ | PROT_WRITE | PROT_EXEC);
  ::mprotect(reinterpret_cast<void*>(start), end - start, PROT_READ | PROT_EXEC);
#else
  (void)code, (void)size;
#endif
}
}  // namespace

static const asmjit::JitAllocator::CreateParams kDualMapping = dual_mapping();

CodeMemory::CodeMemory(u64 limit) : allocator_(&kDualMapping), limit_(limit) {}

bool CodeMemory::works() {
  void *executable, *writable;
  if (allocator_.alloc(&executable, &writable, 64) != asmjit::kErrorOk) return false;
  allocator_.release(executable);
  return true;
}

u64 CodeMemory::allocated(const u8* base, u8** writable) {
  void *start, *writable_start;
  usize size = 0;
  allocator_.query(const_cast<u8*>(base), &start, &writable_start, &size);
  *writable = static_cast<u8*>(writable_start);
  return size;
}

u64 CodeMemory::prepare(asmjit::CodeHolder& holder) {
  if (holder.flatten() != asmjit::kErrorOk || holder.resolveUnresolvedLinks() != asmjit::kErrorOk) return 0;
  return holder.codeSize();
}

const u8* CodeMemory::place(asmjit::CodeHolder& holder, u32* size) {
  usize n = holder.codeSize();
  if (!has_room(n)) return nullptr;
  void *executable, *writable;
  if (allocator_.alloc(&executable, &writable, n) != asmjit::kErrorOk) return nullptr;
  if (holder.relocateToBase(reinterpret_cast<u64>(executable)) != asmjit::kErrorOk) {
    allocator_.release(executable);
    return nullptr;
  }
  n = holder.codeSize();
  holder.copyFlattenedData(writable, n);
  asmjit::VirtMem::flushInstructionCache(executable, n);
  if (released_) forget_translation(executable, n);
  sync_cores();
  u8* unused;
  used_ += allocated(static_cast<u8*>(executable), &unused);
  *size = static_cast<u32>(n);
  return static_cast<const u8*>(executable);
}

void CodeMemory::release(const u8* base, usize quarantine) {
  u8* writable;
  u64 size = allocated(base, &writable);
  std::memset(writable, kTrap, size);
  asmjit::VirtMem::flushInstructionCache(const_cast<u8*>(base), size);
  forget_translation(const_cast<u8*>(base), size);
  used_ -= size;
  released_ = true;
  quarantine_.push_back(base);
  while (quarantine_.size() > quarantine) {
    allocator_.release(const_cast<u8*>(quarantine_.front()));
    quarantine_.pop_front();
  }
}

}  // namespace taipan::jit
