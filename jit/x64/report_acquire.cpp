// Of a build under ThreadSanitizer: compiled code says what it has loaded with acquire, as the sanitizer does not see it.
// Otherwise every object that reaches C++ through a slot compiled code has read would look like a race with its making.
#include "jit/x64/masm.h"

#if defined(__SANITIZE_THREAD__) && defined(__x86_64__)

extern "C" void __tsan_acquire(void* address);

// In: r11, the address. Only r10, r11 and the flags are lost; the stack may be aligned or not.
asm(R"(
  .text
  .globl taipan_jit_report_acquire
  .hidden taipan_jit_report_acquire
  .type taipan_jit_report_acquire, @function
taipan_jit_report_acquire:
  pushq %rbp
  movq %rsp, %rbp
  pushq %rax
  pushq %rcx
  pushq %rdx
  pushq %rsi
  pushq %rdi
  pushq %r8
  pushq %r9
  subq $168, %rsp
  andq $-16, %rsp
  movups %xmm0, 0(%rsp)
  movups %xmm1, 16(%rsp)
  movups %xmm2, 32(%rsp)
  movups %xmm3, 48(%rsp)
  movups %xmm4, 64(%rsp)
  movups %xmm5, 80(%rsp)
  movups %xmm6, 96(%rsp)
  movups %xmm7, 112(%rsp)
  movups %xmm8, 128(%rsp)
  movups %xmm9, 144(%rsp)
  movq %r11, %rdi
  call __tsan_acquire@PLT
  movups 0(%rsp), %xmm0
  movups 16(%rsp), %xmm1
  movups 32(%rsp), %xmm2
  movups 48(%rsp), %xmm3
  movups 64(%rsp), %xmm4
  movups 80(%rsp), %xmm5
  movups 96(%rsp), %xmm6
  movups 112(%rsp), %xmm7
  movups 128(%rsp), %xmm8
  movups 144(%rsp), %xmm9
  leaq -56(%rbp), %rsp
  popq %r9
  popq %r8
  popq %rdi
  popq %rsi
  popq %rdx
  popq %rcx
  popq %rax
  popq %rbp
  ret
  .size taipan_jit_report_acquire, .-taipan_jit_report_acquire
)");

#endif
