// The macro-assembler of this machine, executed: each test assembles a small routine and runs it over edge values.
#include <gtest/gtest.h>

#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

#include "jit/code/machine_code.h"
#include "jit/host_masm.h"

namespace taipan::jit {
namespace {

using Masm = HostMasm;
using Body = std::function<void(Masm&)>;

// A routine with arguments in T0 to T5 and its result in T0. Frame and Thread are addresses of the test's choice.
class Routine {
 public:
  explicit Routine(const Body& body) {
    static CodeMemory memory(1 << 24);
    asmjit::CodeHolder holder;
    holder.init(asmjit::Environment::host());
    Masm m(&holder);
    m.prologue();
    u64 start = m.offset();
    for (u32 k = 0; k < 6; ++k) m.load(static_cast<Reg>(k), {Reg::Exit, static_cast<i32>(8 * k)});
    body(m);
    m.store({Reg::Exit, 48}, Reg::T0);
    m.epilogue();
    u32 size;
    base_ = memory.install(holder, &size);
    start_ = base_ + start;
  }

  u64 operator()(std::initializer_list<u64> arguments, void* frame = nullptr, void* thread = nullptr) const {
    u64 words[7] = {};
    std::copy(arguments.begin(), arguments.end(), words);
    using Enter = u32 (*)(void* thread, void* frame, const void* code, u64* exit);
    u32 low = reinterpret_cast<Enter>(const_cast<u8*>(base_))(thread, frame, start_, words);
    EXPECT_EQ(low, static_cast<u32>(words[6]));  // the epilogue gives T0 back as well
    return words[6];
  }
  const u8* base() const { return base_; }

 private:
  const u8 *base_ = nullptr, *start_;
};

// T0 = whether `emit` jumps to its label.
Routine asks(const std::function<void(Masm&, Label)>& emit) {
  return Routine([&](Masm& m) {
    Label yes = m.new_label(), end = m.new_label();
    emit(m, yes);
    m.mov_imm(Reg::T0, 0);
    m.jump(end);
    m.trap();
    m.bind(yes);
    m.mov_imm(Reg::T0, 1);
    m.bind(end);
  });
}

constexpr u64 kMin = u64{1} << 63, kMax = kMin - 1;
constexpr u64 kValues[] = {0, 1, 2, 5, 7, 4095, 4096, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 0x100000000, 0x100000005,
                           kMax, kMin, kMin + 1, ~u64{0} - 4095, ~u64{0} - 4, ~u64{0}};
constexpr Cond kConds[] = {Cond::Equal, Cond::NotEqual, Cond::Less, Cond::LessEqual, Cond::Greater, Cond::GreaterEqual,
                           Cond::Below, Cond::BelowEqual, Cond::Above, Cond::AboveEqual};
constexpr Cond kSigned[] = {Cond::Equal, Cond::NotEqual, Cond::Less, Cond::LessEqual, Cond::Greater, Cond::GreaterEqual};

template <class Signed>
bool holds(Cond c, Signed x, Signed y) {
  using Unsigned = std::make_unsigned_t<Signed>;
  auto a = static_cast<Unsigned>(x), b = static_cast<Unsigned>(y);
  switch (c) {
    case Cond::Equal: return x == y;
    case Cond::NotEqual: return x != y;
    case Cond::Less: return x < y;
    case Cond::LessEqual: return x <= y;
    case Cond::Greater: return x > y;
    case Cond::GreaterEqual: return x >= y;
    case Cond::Below: return a < b;
    case Cond::BelowEqual: return a <= b;
    case Cond::Above: return a > b;
    case Cond::AboveEqual: return a >= b;
  }
  return false;
}
bool holds64(Cond c, u64 x, u64 y) { return holds(c, static_cast<i64>(x), static_cast<i64>(y)); }
bool holds32(Cond c, u64 x, u64 y) { return holds(c, static_cast<i32>(x), static_cast<i32>(y)); }

TEST(MasmRun, Constants) {
  for (u64 v : kValues) {
    EXPECT_EQ(Routine([v](Masm& m) { m.mov_imm(Reg::T0, v); })({}), v);
    u64 place[3] = {1, 2, 3};
    Routine([v](Masm& m) { m.store_imm({Reg::Frame, 8}, v); })({}, place);
    EXPECT_EQ(place[0], 1u);
    EXPECT_EQ(place[1], v);
    EXPECT_EQ(place[2], 3u);
  }
}

TEST(MasmRun, Integers) {
  Routine add([](Masm& m) { m.add(Reg::T0, Reg::T1); }), sub([](Masm& m) { m.sub(Reg::T0, Reg::T1); }),
      and_([](Masm& m) { m.and_(Reg::T0, Reg::T1); }), or_([](Masm& m) { m.or_(Reg::T0, Reg::T1); }),
      xor_([](Masm& m) { m.xor_(Reg::T0, Reg::T1); }), left([](Masm& m) { m.shift_left(Reg::T0, 2); }),
      right([](Masm& m) { m.shift_right(Reg::T0, 32); }), arithmetic([](Masm& m) { m.shift_right_signed(Reg::T0, 2); }),
      move([](Masm& m) { m.mov(Reg::T5, Reg::T0); m.mov_imm(Reg::T0, 9); m.mov(Reg::T0, Reg::T5); });
  Routine quotient([](Masm& m) { m.divide(); }), remainder([](Masm& m) { m.divide(); m.mov(Reg::T0, Reg::T2); });
  for (u64 x : kValues) {
    EXPECT_EQ(Routine([x](Masm& m) { m.mul_imm64(Reg::T0, x); })({12345}), x * 12345);
    EXPECT_EQ(left({x}), x << 2);
    EXPECT_EQ(right({x}), x >> 32);
    EXPECT_EQ(arithmetic({x}), static_cast<u64>(static_cast<i64>(x) >> 2));
    EXPECT_EQ(move({x}), x);
    for (u64 y : kValues) {
      EXPECT_EQ(add({x, y}), x + y);
      EXPECT_EQ(sub({x, y}), x - y);
      EXPECT_EQ(and_({x, y}), (x & y));
      EXPECT_EQ(or_({x, y}), (x | y));
      EXPECT_EQ(xor_({x, y}), (x ^ y));
      if (y == 0 || (x == kMin && y == ~u64{0})) continue;
      EXPECT_EQ(quotient({x, y}), static_cast<u64>(static_cast<i64>(x) / static_cast<i64>(y)));
      EXPECT_EQ(remainder({x, y}), static_cast<u64>(static_cast<i64>(x) % static_cast<i64>(y)));
    }
  }
}

constexpr i32 kImmediates[] = {0, 1, -1, 4, -4, -5, -8, 5, 4095, 4096, -4095, -4096, -4097, 0x12345, -0x12345, INT32_MAX, INT32_MIN};

TEST(MasmRun, Immediates) {
  for (i32 v : kImmediates) {
    u64 wide = static_cast<u64>(static_cast<i64>(v));
    Routine add([v](Masm& m) { m.add_imm(Reg::T0, v); }), lea([v](Masm& m) { m.lea(Reg::T0, {Reg::T1, v}); }),
        and_([v](Masm& m) { m.and_imm(Reg::T0, v); }), or_([v](Masm& m) { m.or_imm(Reg::T0, v); }),
        lea_index([v](Masm& m) { m.lea_index(Reg::T0, Reg::T0, Reg::T1, v); }),
        checked([v](Masm& m) {
          Label over = m.new_label(), end = m.new_label();
          m.add_imm_overflow(Reg::T0, v, over);
          m.jump(end);
          m.bind(over);
          m.mov_imm(Reg::T0, 0xDEAD);
          m.bind(end);
        });
    for (u64 x : kValues) {
      EXPECT_EQ(add({x}), x + wide);
      EXPECT_EQ(lea({0, x}), x + wide);
      EXPECT_EQ(and_({x}), (x & wide));
      EXPECT_EQ(or_({x}), (x | wide));
      EXPECT_EQ(lea_index({x, 3}), x + 24 + wide);
      i64 sum;
      bool over = __builtin_add_overflow(static_cast<i64>(x), static_cast<i64>(v), &sum);
      EXPECT_EQ(checked({x}), over ? 0xDEAD : static_cast<u64>(sum)) << x << " + " << v;
    }
  }
}

TEST(MasmRun, Overflow) {
  auto add = asks([](Masm& m, Label l) { m.add_overflow(Reg::T0, Reg::T1, l); });
  auto sub = asks([](Masm& m, Label l) { m.sub_overflow(Reg::T0, Reg::T1, l); });
  auto mul = asks([](Masm& m, Label l) { m.mul_overflow(Reg::T0, Reg::T1, l); });
  auto square = asks([](Masm& m, Label l) { m.mul_overflow(Reg::T0, Reg::T0, l); });
  Routine product([](Masm& m) {
    Label l = m.new_label();
    m.mul_overflow(Reg::T0, Reg::T1, l);
    m.bind(l);
  });
  auto check = [&](u64 x, u64 y) {
    auto a = static_cast<i64>(x), b = static_cast<i64>(y);
    i64 r;
    EXPECT_EQ(add({x, y}), u64{__builtin_add_overflow(a, b, &r)}) << a << " + " << b;
    EXPECT_EQ(sub({x, y}), u64{__builtin_sub_overflow(a, b, &r)}) << a << " - " << b;
    EXPECT_EQ(square({x}), u64{__builtin_mul_overflow(a, a, &r)}) << a;
    bool over = __builtin_mul_overflow(a, b, &r);
    EXPECT_EQ(mul({x, y}), u64{over}) << a << " * " << b;
    if (!over) {
      EXPECT_EQ(product({x, y}), static_cast<u64>(r));
    }
  };
  for (u64 x : kValues) {
    for (u64 y : kValues) check(x, y);
  }
  check(u64{1} << 31, u64{1} << 32);       // 2^63: just too large
  check(u64{1} << 31, ~u64{0} << 32);      // -2^63: just fits
  check(3037000499, 3037000499);           // the largest square
  check(3037000500, 3037000500);
}

TEST(MasmRun, Conditions) {
  for (Cond c : kConds) {
    auto wide = asks([c](Masm& m, Label l) { m.branch(c, Reg::T0, Reg::T1, l); });
    auto narrow = asks([c](Masm& m, Label l) { m.branch32(c, Reg::T0, Reg::T1, l); });
    auto narrow_memory = asks([c](Masm& m, Label l) { m.branch32_mem(c, {Reg::Frame, 0}, Reg::T1, l); });
    auto wide_memory = asks([c](Masm& m, Label l) { m.branch_mem(c, Reg::T0, {Reg::Frame, 8}, l); });
    auto negated = asks([c](Masm& m, Label l) { m.branch(negate(c), Reg::T0, Reg::T1, l); });
    for (u64 x : kValues) {
      for (u64 y : kValues) {
        u64 words[2] = {x, y};
        EXPECT_EQ(wide({x, y}), u64{holds64(c, x, y)});
        EXPECT_EQ(negated({x, y}), u64{!holds64(c, x, y)});
        EXPECT_EQ(narrow({x, y}), u64{holds32(c, x, y)});
        EXPECT_EQ(narrow_memory({x, y}, words), u64{holds32(c, x, y)});
        EXPECT_EQ(wide_memory({x, y}, words), u64{holds64(c, x, y)});
      }
    }
    for (i32 v : kImmediates) {
      auto wide_i = asks([c, v](Masm& m, Label l) { m.branch_imm(c, Reg::T0, v, l); });
      auto narrow_i = asks([c, v](Masm& m, Label l) { m.branch32_imm(c, Reg::T0, v, l); });
      auto narrow_memory_i = asks([c, v](Masm& m, Label l) { m.branch32_mem_imm(c, {Reg::Frame, 0}, v, l); });
      auto wide_memory_i = asks([c, v](Masm& m, Label l) { m.branch_mem_imm(c, {Reg::Frame, 0}, v, l); });
      u64 y = static_cast<u64>(static_cast<i64>(v));
      for (u64 x : kValues) {
        EXPECT_EQ(wide_i({x}), u64{holds64(c, x, y)}) << static_cast<int>(c) << " " << x << " " << v;
        EXPECT_EQ(narrow_i({x}), u64{holds32(c, x, y)}) << static_cast<int>(c) << " " << x << " " << v;
        EXPECT_EQ(wide_memory_i({x}, &x), u64{holds64(c, x, y)});
        EXPECT_EQ(narrow_memory_i({x}, &x), u64{holds32(c, x, y)});
      }
    }
  }
  auto at_least = asks([](Masm& m, Label l) { m.branch32_greater_equal_mem(Reg::T0, {Reg::Frame, 0}, l); });
  for (u64 y : kValues) {
    auto equal = asks([y](Masm& m, Label l) { m.branch_imm64(Cond::Equal, Reg::T0, y, l); });
    auto differs = asks([y](Masm& m, Label l) { m.branch_imm64(Cond::NotEqual, Reg::T0, y, l); });
    for (u64 x : kValues) {
      EXPECT_EQ(equal({x}), u64{x == y});
      EXPECT_EQ(differs({x}), u64{x != y});
      EXPECT_EQ(at_least({x}, &y), u64{static_cast<i32>(x) >= static_cast<i32>(y)});
    }
  }
}

TEST(MasmRun, Bits) {
  for (u8 mask : {1, 2, 3, 4, 5, 7, 0x80, 0xFF}) {
    auto any = asks([mask](Masm& m, Label l) { m.branch_bits(Reg::T4, mask, l); });
    auto none = asks([mask](Masm& m, Label l) { m.branch_no_bits(Reg::T4, mask, l); });
    auto any_memory = asks([mask](Masm& m, Label l) { m.branch_bits8_mem({Reg::Frame, 1}, mask, l); });
    auto none_memory = asks([mask](Masm& m, Label l) { m.branch_no_bits8_mem({Reg::Frame, 1}, mask, l); });
    for (u32 x = 0; x < 256; ++x) {
      u64 word = 0xFFFFFFFFFFFFFF00 | x;   // the other bits do not count
      u8 bytes[3] = {0xFF, static_cast<u8>(x), 0xFF};
      EXPECT_EQ(any({0, 0, 0, 0, word}), u64{(x & mask) != 0});
      EXPECT_EQ(none({0, 0, 0, 0, word}), u64{(x & mask) == 0});
      EXPECT_EQ(any_memory({}, bytes), u64{(x & mask) != 0});
      EXPECT_EQ(none_memory({}, bytes), u64{(x & mask) == 0});
    }
  }
}

TEST(MasmRun, Memory) {
  constexpr i32 kHalf = 70'000;
  alignas(16) static u8 bytes[2 * kHalf];
  for (i32 k = 0; k < 2 * kHalf; ++k) bytes[k] = static_cast<u8>(k * 37 + k / 251);
  u8* middle = bytes + kHalf;
  auto at = [&](i32 offset, usize size) {
    u64 v = 0;
    std::memcpy(&v, middle + offset, size);
    return v;
  };
  for (i32 o : {0, 1, 2, 3, 8, -1, -7, -8, 255, 256, -256, -257, 4095, 4096, 8190, 8191, 8192, 16380, 16384, 32760, 32768,
                65'001, -65'001}) {
    Mem place{Reg::Frame, o};
    EXPECT_EQ(Routine([=](Masm& m) { m.load(Reg::T0, place); })({}, middle), at(o, 8)) << o;
    EXPECT_EQ(Routine([=](Masm& m) { m.load32(Reg::T0, place); })({~u64{0}}, middle), at(o, 4)) << o;
    EXPECT_EQ(Routine([=](Masm& m) { m.load16(Reg::T0, place); })({~u64{0}}, middle), at(o, 2)) << o;
    EXPECT_EQ(Routine([=](Masm& m) { m.load8(Reg::T0, place); })({~u64{0}}, middle), at(o, 1)) << o;
    EXPECT_EQ(Routine([=](Masm& m) { m.load_index(Reg::T0, Reg::Frame, Reg::T1, o); })({0, 2}, middle), at(o + 16, 8)) << o;
    EXPECT_EQ(Routine([=](Masm& m) { m.load32_index(Reg::T0, Reg::Frame, Reg::T1, o); })({0, 3}, middle), at(o + 12, 4)) << o;
    auto stores = [&](const Body& body, i32 where, usize size) {
      u8 before[32];
      std::memcpy(before, middle + where - 8, 32);
      Routine store(body);
      store({0x1122334455667788, 1}, middle);
      EXPECT_EQ(at(where, size), 0x1122334455667788 & (size == 8 ? ~u64{0} : 0xFFFFFFFF)) << o;
      std::memcpy(middle + where, before + 8, size);
      EXPECT_EQ(std::memcmp(before, middle + where - 8, 32), 0) << o;   // nothing beside it was written
    };
    stores([=](Masm& m) { m.store(place, Reg::T0); }, o, 8);
    stores([=](Masm& m) { m.store32(place, Reg::T0); }, o, 4);
    stores([=](Masm& m) { m.store_index(Reg::Frame, Reg::T1, o, Reg::T0); }, o + 8, 8);
    if (o % 8 == 0) {
      EXPECT_EQ(Routine([=](Masm& m) { m.load32_acquire(Reg::T0, place); })({~u64{0}}, middle), at(o, 4)) << o;
      EXPECT_EQ(Routine([=](Masm& m) { m.load_acquire(Reg::T0, place); })({}, middle), at(o, 8)) << o;
      stores([=](Masm& m) { m.store_release(place, Reg::T0); }, o, 8);
    }
  }
}

// --- floats

u64 word_of(f64 d) { return std::rotl(std::bit_cast<u64>(d), 4) + 3; }
constexpr f64 kInf = std::numeric_limits<f64>::infinity(), kNan = std::numeric_limits<f64>::quiet_NaN();
constexpr f64 kFloats[] = {0.0, -0.0, 1.0, -1.0, 1.5, 3.25e10, -7e-300, 5e-324, 1.7e308, kInf, -kInf, kNan, -kNan};

TEST(MasmRun, FloatWords) {
  Routine same([](Masm& m) {
    m.float_from_word(FReg::F1, Reg::T0);
    m.word_from_float(Reg::T0, FReg::F1);
  });
  Routine integer([](Masm& m) {
    m.float_from_int(FReg::F0, Reg::T0);
    m.word_from_float(Reg::T0, FReg::F0);
  });
  for (f64 d : kFloats) EXPECT_EQ(same({word_of(d)}), word_of(d));
  for (u64 v : kValues) EXPECT_EQ(integer({v}), word_of(static_cast<f64>(static_cast<i64>(v))));
  EXPECT_EQ(Value::float_word(1.5).bits, word_of(1.5));
}

TEST(MasmRun, FloatArithmetic) {
  auto routine = [](void (Masm::*operation)(FReg, FReg)) {
    return Routine([operation](Masm& m) {
      m.float_from_word(FReg::F0, Reg::T0);
      m.float_from_word(FReg::F1, Reg::T1);
      (m.*operation)(FReg::F0, FReg::F1);
      m.word_from_float(Reg::T0, FReg::F0);
    });
  };
  Routine add = routine(&Masm::add), sub = routine(&Masm::sub), mul = routine(&Masm::mul), div = routine(&Masm::div);
  auto expect = [](u64 word, f64 wanted) {
    f64 got = std::bit_cast<f64>(std::rotr(word - 3, 4));
    if (std::isnan(wanted)) {
      EXPECT_TRUE(std::isnan(got));   // a NaN's payload is the machine's affair
    } else {
      EXPECT_EQ(std::bit_cast<u64>(got), std::bit_cast<u64>(wanted));
    }
  };
  for (f64 x : kFloats) {
    for (f64 y : kFloats) {
      expect(add({word_of(x), word_of(y)}), x + y);
      expect(sub({word_of(x), word_of(y)}), x - y);
      expect(mul({word_of(x), word_of(y)}), x * y);
      expect(div({word_of(x), word_of(y)}), x / y);
    }
  }
}

TEST(MasmRun, FloatConditions) {
  auto compares = [](Cond c, bool negated) {
    return asks([c, negated](Masm& m, Label l) {
      m.float_from_word(FReg::F0, Reg::T0);
      m.float_from_word(FReg::F1, Reg::T1);
      if (negated) m.branch_not(c, FReg::F0, FReg::F1, l); else m.branch(c, FReg::F0, FReg::F1, l);
    });
  };
  auto wanted = [](Cond c, f64 x, f64 y) {
    switch (c) {
      case Cond::Equal: return x == y;
      case Cond::NotEqual: return x != y;
      case Cond::Less: return x < y;
      case Cond::LessEqual: return x <= y;
      case Cond::Greater: return x > y;
      default: return x >= y;
    }
  };
  auto zero = asks([](Masm& m, Label l) {
    m.float_from_word(FReg::F1, Reg::T0);
    m.branch_zero(FReg::F1, l);
  });
  for (f64 x : kFloats) EXPECT_EQ(zero({word_of(x)}), u64{x == 0.0}) << x;
  for (Cond c : kSigned) {
    Routine yes = compares(c, false), no = compares(c, true);
    for (f64 x : kFloats) {
      for (f64 y : kFloats) {
        EXPECT_EQ(yes({word_of(x), word_of(y)}), u64{wanted(c, x, y)}) << x << " " << static_cast<int>(c) << " " << y;
        EXPECT_EQ(no({word_of(x), word_of(y)}), u64{!wanted(c, x, y)}) << x << " " << static_cast<int>(c) << " " << y;
      }
    }
  }
}

// --- calls and jumps

u64 g_arguments[6];
bool g_is_aligned;
u64 note_arguments(u64 a, u64 b, u64 c, u64 d, u64 e, u64 f) {
  u64 all[] = {a, b, c, d, e, f};
  std::copy(all, all + 6, g_arguments);
  g_is_aligned = reinterpret_cast<u64>(__builtin_frame_address(0)) % 16 == 0;
  return 0xABCDEF0123456789;
}

TEST(MasmRun, Calls) {
  struct Row {
    std::initializer_list<Arg> arguments;
    std::initializer_list<u64> wanted;
  };
  const u64 t[] = {100, 101, 102, 103, 104, 105}, frame = 0x4000, thread = 0x8000;
  const Row kRows[] = {
      {{Reg::T0, Reg::T1, Reg::T2, Reg::Frame, Reg::Thread, Reg::T5}, {t[0], t[1], t[2], frame, thread, t[5]}},
      {{Reg::T3, Reg::T2, Reg::T1, Reg::T5, Reg::T0, Reg::T4}, {t[3], t[2], t[1], t[5], t[0], t[4]}},
      {{Reg::Thread, Reg::Frame, Reg::T3, Reg::T4, Reg::T1, Reg::T2}, {thread, frame, t[3], t[4], t[1], t[2]}},
      {{Reg::Thread, Reg::Thread, Reg::T4, Reg::T4, Reg::T4, Reg::T3}, {thread, thread, t[4], t[4], t[4], t[3]}},
      {{Reg::Thread, Reg::T4, Reg::T3, Arg::immediate(0), Arg::immediate(~u64{0}), Arg::immediate(77)},
       {thread, t[4], t[3], 0, ~u64{0}, 77}},
      {{Arg::address(Reg::Frame, 24), Arg::address(Reg::T4, -8), Arg::address(Reg::T3, 100'000), Arg::immediate(1ull << 40),
        Reg::T2, Arg::immediate(0x80000000)},
       {frame + 24, t[4] - 8, t[3] + 100'000, 1ull << 40, t[2], 0x80000000}},
  };
  for (const Row& row : kRows) {
    // Directly, and from a routine; the roles that last are where they were.
    for (bool in_routine : {false, true}) {
      Routine call([&](Masm& m) {
        auto emit = [&] { m.call(reinterpret_cast<const void*>(&note_arguments), row.arguments); };
        if (!in_routine) {
          emit();
        } else {
          Label routine = m.new_label(), over = m.new_label();
          m.call_local(routine);
          m.jump(over);
          m.bind(routine);
          m.begin_routine();
          emit();
          m.end_routine();
          m.bind(over);
        }
        m.store({Reg::Exit, 0}, Reg::Thread);
        m.store({Reg::Exit, 8}, Reg::Frame);
        m.load(Reg::T1, {Reg::Exit, 0});
        m.load(Reg::T2, {Reg::Exit, 8});
        m.xor_(Reg::T0, Reg::T1);
        m.xor_(Reg::T0, Reg::T2);
      });
      u64 result = call({t[0], t[1], t[2], t[3], t[4], t[5]}, reinterpret_cast<void*>(frame), reinterpret_cast<void*>(thread));
      EXPECT_EQ(result, 0xABCDEF0123456789 ^ frame ^ thread);
      EXPECT_TRUE(std::equal(row.wanted.begin(), row.wanted.end(), g_arguments)) << &row - kRows;
      EXPECT_TRUE(g_is_aligned);
    }
  }
}

TEST(MasmRun, Jumps) {
  u64 there = 0;
  auto lands = [&there](const Body& jump) {
    return Routine([&](Masm& m) {
      jump(m);
      m.trap();
      m.align(16);
      there = m.offset();
      m.mov_imm(Reg::T0, 7);
    });
  };
  Routine by_register = lands([](Masm& m) { m.jump(Reg::T1); });
  EXPECT_EQ(by_register({0, reinterpret_cast<u64>(by_register.base()) + there}), 7u);
  const u8* landing = by_register.base() + there;
  Routine by_memory = lands([](Masm& m) { m.jump(Mem{Reg::Frame, 8}); });
  const u8* table[] = {nullptr, by_memory.base() + there};
  EXPECT_EQ(by_memory({}, table), 7u);
  Routine far([landing](Masm& m) { m.jump_absolute(landing); });
  EXPECT_EQ(far({}), 7u);
  Routine labelled([](Masm& m) {
    Label l = m.new_label();
    m.address_of(Reg::T1, l);
    m.jump(Reg::T1);
    m.trap();
    m.align(4);
    m.bind(l);
    m.mov(Reg::T0, Reg::T1);
    m.and_imm(Reg::T0, 3);
  });
  EXPECT_EQ(labelled({9}), 0u);
  Routine routine([](Masm& m) {   // a routine that calls nobody
    Label add = m.new_label(), end = m.new_label();
    m.call_local(add);
    m.call_local(add);
    m.jump(end);
    m.bind(add);
    m.add_imm(Reg::T0, 3);
    m.ret();
    m.bind(end);
  });
  EXPECT_EQ(routine({1}), 7u);
}

}  // namespace
}  // namespace taipan::jit
