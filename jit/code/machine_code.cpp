// Code memory on asmjit's allocator.
#include "jit/code/machine_code.h"

namespace taipan::jit {

namespace {
asmjit::JitAllocator::CreateParams dual_mapping() {
  asmjit::JitAllocator::CreateParams params;
  params.options = asmjit::JitAllocatorOptions::kUseDualMapping;
  return params;
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

const u8* CodeMemory::install(asmjit::CodeHolder& holder, u32* size) {
  if (holder.flatten() != asmjit::kErrorOk || holder.resolveUnresolvedLinks() != asmjit::kErrorOk) return nullptr;
  usize n = holder.codeSize();
  if (used_ + n > limit_) return nullptr;
  void *executable, *writable;
  if (allocator_.alloc(&executable, &writable, n) != asmjit::kErrorOk) return nullptr;
  if (holder.relocateToBase(reinterpret_cast<u64>(executable)) != asmjit::kErrorOk) {
    allocator_.release(executable);
    return nullptr;
  }
  n = holder.codeSize();
  holder.copyFlattenedData(writable, n);
  asmjit::VirtMem::flushInstructionCache(executable, n);
  used_ += n;
  *size = static_cast<u32>(n);
  return static_cast<const u8*>(executable);
}

}  // namespace taipan::jit
