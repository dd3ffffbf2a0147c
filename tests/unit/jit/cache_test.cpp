// The life of machine code: order of eviction, second chance, the proof by checkpoint, room, fork.
#include <gtest/gtest.h>

#include <cstring>
#include <memory>
#include <vector>

#include "interp/loop/frame.h"
#include "jit/code/cache.h"
#include "jit/code/counters.h"
#include "jit/host_masm.h"
#include "runtime/memory/checkpoint.h"
#include "runtime/memory/hooks.h"
#include "runtime/thread/safepoint.h"

namespace taipan::jit {
namespace {

constexpr i32 kEvictedHeat = 7, kPostponedHeat = 9;

CodeCache* g_scanned;

// Code objects that are nothing but keys, each with 1 KiB of machine code.
class CodeCacheTest : public ::testing::Test {
 protected:
  static constexpr u64 kBytes = 1024;

  CodeCacheTest() : memory_(16 * kBytes), cache_(&memory_, {kEvictedHeat, kPostponedHeat}) {
    if (Thread::current_or_null() == nullptr) thread_enter(true, 1 << 20);
    g_scanned = &cache_;
    before_ = g_memory_hooks.visit_registers;
    g_memory_hooks.visit_registers = [](Thread& x, RegisterVisitor&) { g_scanned->note_frames(x); };
  }
  ~CodeCacheTest() override { g_memory_hooks.visit_registers = before_; }

  static Thread& thread() { return Thread::current(); }

  Code* new_code() {
    storage_.push_back(std::make_unique<Storage>());
    return reinterpret_cast<Code*>(storage_.back().get());
  }
  CodeCache::Installed install(Code* code, u64 bytes = kBytes) {
    asmjit::CodeHolder holder;
    holder.init(asmjit::Environment::host());
    HostMasm m(&holder);
    while (m.offset() < bytes - 8) m.trap();
    return cache_.install(code, holder, 0, static_cast<u32*>(std::calloc(1, 4)));
  }
  std::vector<Code*> fill(usize n) {
    std::vector<Code*> codes;
    for (usize i = 0; i < n; ++i) {
      codes.push_back(new_code());
      EXPECT_EQ(install(codes.back()), CodeCache::Installed::Yes);
    }
    return codes;
  }
  static bool in_use(const Code* code) { return code->machine.load_acquire() != nullptr; }
  // One that starts and ends here: this is the only thread.
  static void checkpoint() {
    u64 before = completed_checkpoint();
    ASSERT_TRUE(start_checkpoint(thread()));
    ASSERT_EQ(completed_checkpoint(), before + 1);
  }

  // Frames on the thread's VM stack, innermost last.
  class Frames {
   public:
    explicit Frames(std::initializer_list<Code*> codes) {
      Value* previous = nullptr;
      Value* fp = thread().stack_base;
      for (Code* code : codes) {
        fp += kWindowHeader;
        fp[kFrameCode] = Value(reinterpret_cast<u64>(code) | Value::kDeferredTag);
        fp[kFramePrevious] = Value(reinterpret_cast<u64>(previous) | 1);
        previous = fp++;
      }
      thread().fp = previous;
    }
    ~Frames() { thread().fp = nullptr; }
  };

  struct Storage {
    alignas(Code) char bytes[sizeof(Code)] = {};
  };
  std::vector<std::unique_ptr<Storage>> storage_;
  CodeMemory memory_;
  CodeCache cache_;
  decltype(g_memory_hooks.visit_registers) before_;
};

TEST_F(CodeCacheTest, InstalledCodeIsInUse) {
  Code* code = new_code();
  ASSERT_EQ(install(code), CodeCache::Installed::Yes);
  EXPECT_TRUE(in_use(code));
  EXPECT_EQ(code->heat.load_relaxed(), -1);
  EXPECT_EQ(memory_.used(), kBytes);
}

TEST_F(CodeCacheTest, TheOldestIsEvictedFirst) {
  auto codes = fill(4);
  cache_.evict(2 * kBytes - 100);
  EXPECT_FALSE(in_use(codes[0]));
  EXPECT_FALSE(in_use(codes[1]));
  EXPECT_TRUE(in_use(codes[2]));
  EXPECT_TRUE(in_use(codes[3]));
  EXPECT_EQ(codes[0]->heat.load_relaxed(), kEvictedHeat);
  EXPECT_TRUE(cache_.wants_checkpoint());
  EXPECT_FALSE(cache_.wants_checkpoint());
}

TEST_F(CodeCacheTest, WhatComesBackIsTheSameCodeAndTheNewest) {
  auto codes = fill(3);
  MachineCode* machine = codes[0]->machine.load_acquire();
  cache_.evict(kBytes - 100);
  ASSERT_FALSE(in_use(codes[0]));
  EXPECT_TRUE(cache_.republish(codes[0]));
  EXPECT_EQ(codes[0]->machine.load_acquire(), machine);
  EXPECT_EQ(codes[0]->heat.load_relaxed(), -1);
  cache_.evict(2 * kBytes - 200);
  EXPECT_TRUE(in_use(codes[0]));
  EXPECT_FALSE(in_use(codes[1]));
  EXPECT_FALSE(in_use(codes[2]));
}

TEST_F(CodeCacheTest, ColdCodeComesBackToo) {
  auto codes = fill(2);
  cache_.evict(kBytes - 100);
  checkpoint();
  EXPECT_TRUE(cache_.expects_room(codes[1], 15 * kBytes));   // settles nothing: there is room
  EXPECT_TRUE(cache_.republish(codes[0]));
  cache_.free_cold();
  EXPECT_TRUE(in_use(codes[0]));
  EXPECT_EQ(memory_.used(), 2 * kBytes);
}

TEST_F(CodeCacheTest, NothingIsFreedWithoutACheckpoint) {
  auto codes = fill(2);
  cache_.evict(~u64{0});
  cache_.free_cold();
  EXPECT_EQ(memory_.used(), 2 * kBytes);
  checkpoint();
  cache_.free_cold();
  EXPECT_EQ(memory_.used(), 0u);
  EXPECT_FALSE(cache_.republish(codes[0]));
}

TEST_F(CodeCacheTest, ACheckpointBeforeTheEvictionProvesNothing) {
  auto codes = fill(1);
  checkpoint();
  cache_.evict(~u64{0});
  cache_.free_cold();
  EXPECT_EQ(memory_.used(), kBytes);
}

TEST_F(CodeCacheTest, CodeInAFrameWaits) {
  auto codes = fill(3);
  {
    Frames frames{codes[1], codes[2], codes[1]};
    cache_.evict(~u64{0});
    checkpoint();
    cache_.free_cold();
    EXPECT_EQ(memory_.used(), 2 * kBytes);   // codes[0] is gone
    EXPECT_TRUE(cache_.wants_checkpoint());
    checkpoint();
    cache_.free_cold();
    EXPECT_EQ(memory_.used(), 2 * kBytes);
    EXPECT_TRUE(cache_.republish(codes[2]));
  }
  cache_.free_cold();   // the last scan saw codes[1]
  EXPECT_EQ(memory_.used(), 2 * kBytes);
  checkpoint();
  cache_.free_cold();
  EXPECT_EQ(memory_.used(), kBytes);
  EXPECT_TRUE(in_use(codes[2]));
}

TEST_F(CodeCacheTest, FreedMemoryIsTraps) {
  auto codes = fill(1);
  MachineCode* machine = codes[0]->machine.load_acquire();
  const u8* base = machine->base;
  fill(1);   // keeps the block mapped
  cache_.evict(kBytes - 100);
  checkpoint();
  cache_.free_cold();
#if defined(__x86_64__)
  for (u64 i = 0; i < kBytes; ++i) ASSERT_EQ(base[i], 0xCC);
#else
  for (u64 i = 0; i < kBytes; ++i) ASSERT_EQ(base[i], 0);
#endif
}

TEST_F(CodeCacheTest, RoomIsMadeAheadAndFreedWhenNeeded) {
  u64 freed = g_counters.freed.load_relaxed();
  auto codes = fill(15);   // above seven eighths: a quarter is to be evicted or empty
  EXPECT_FALSE(in_use(codes[0]));
  EXPECT_TRUE(in_use(codes[14]));
  EXPECT_EQ(g_counters.freed.load_relaxed(), freed);
  checkpoint();
  for (Code* code : fill(3)) EXPECT_TRUE(in_use(code));
  EXPECT_GE(g_counters.freed.load_relaxed(), freed + 2);
  EXPECT_LE(memory_.used(), memory_.limit());
  EXPECT_FALSE(cache_.republish(codes[0]));
}

TEST_F(CodeCacheTest, WithoutRoomCodeIsPostponed) {
  auto codes = fill(16);
  Code* late = new_code();
  EXPECT_EQ(install(late), CodeCache::Installed::Later);
  EXPECT_EQ(late->heat.load_relaxed(), kPostponedHeat);
  EXPECT_FALSE(cache_.expects_room(late, kBytes));
  checkpoint();
  EXPECT_TRUE(cache_.expects_room(late, kBytes));
  EXPECT_EQ(install(late), CodeCache::Installed::Yes);
}

TEST_F(CodeCacheTest, WhatIsLargerThanTheMemoryIsDeclined) {
  EXPECT_EQ(install(new_code(), 17 * kBytes), CodeCache::Installed::Never);
}

TEST_F(CodeCacheTest, TheOnlyCodeMakesRoomForAnother) {
  Code *first = new_code(), *second = new_code();
  ASSERT_EQ(install(first, 12 * kBytes), CodeCache::Installed::Yes);
  ASSERT_EQ(install(second, 12 * kBytes), CodeCache::Installed::Later);
  checkpoint();
  EXPECT_EQ(install(second, 12 * kBytes), CodeCache::Installed::Yes);
  EXPECT_FALSE(in_use(first));
}

TEST_F(CodeCacheTest, WhatAForkedFrameNeedsIsPinned) {
  auto codes = fill(3);
  cache_.evict(kBytes - 100);
  {
    Frames frames{codes[0], codes[2]};
    cache_.before_fork(&thread());
    cache_.after_fork();
  }
  EXPECT_TRUE(in_use(codes[0]));
  cache_.evict(~u64{0});
  checkpoint();
  cache_.free_cold();
  EXPECT_TRUE(in_use(codes[0]));
  EXPECT_FALSE(in_use(codes[1]));
  EXPECT_TRUE(in_use(codes[2]));
  EXPECT_EQ(memory_.used(), 2 * kBytes);
}

TEST_F(CodeCacheTest, AChildLeavesItsParentsCodeAlone) {
  auto codes = fill(4);
  cache_.evict(kBytes - 100);
  {
    Frames frames{codes[3]};
    cache_.before_fork(&thread());
    cache_.after_fork();
  }
  CodeMemory fresh(16 * kBytes);
  cache_.continue_in_child(&fresh);
  for (Code* code : codes) EXPECT_EQ(in_use(code), code == codes[3]);
  EXPECT_EQ(codes[1]->heat.load_relaxed(), kEvictedHeat);
  EXPECT_FALSE(cache_.republish(codes[1]));
  EXPECT_TRUE(cache_.republish(codes[3]));
  EXPECT_EQ(install(codes[1]), CodeCache::Installed::Yes);
  cache_.evict(~u64{0});
  checkpoint();
  cache_.free_cold();
  EXPECT_TRUE(in_use(codes[3]));
  EXPECT_FALSE(in_use(codes[1]));
  EXPECT_EQ(memory_.used(), 4 * kBytes);
  EXPECT_EQ(fresh.used(), 0u);
}

TEST(CodeMemory, RoomIsGivenBackAndUsedAgain) {
  CodeMemory memory(4096);
  for (int round = 0; round < 100; ++round) {
    asmjit::CodeHolder holder;
    holder.init(asmjit::Environment::host());
    HostMasm m(&holder);
    while (m.offset() < 3000) m.trap();
    u32 size;
    const u8* base = memory.install(holder, &size);
    ASSERT_NE(base, nullptr);
    EXPECT_GE(size, 3000u);
    EXPECT_FALSE(memory.has_room(2000));
    memory.release(base);
    EXPECT_EQ(memory.used(), 0u);
  }
}

TEST(CodeMemory, AQuarantineKeepsTrapsWhereTheyAre) {
  CodeMemory memory(1 << 16);
  std::vector<const u8*> seen;
  for (int round = 0; round < 4; ++round) {
    asmjit::CodeHolder holder;
    holder.init(asmjit::Environment::host());
    HostMasm m(&holder);
    m.trap();
    u32 size;
    const u8* base = memory.install(holder, &size);
    for (const u8* other : seen) EXPECT_NE(base, other);
    seen.push_back(base);
    memory.release(base, 4);
  }
}

}  // namespace
}  // namespace taipan::jit
