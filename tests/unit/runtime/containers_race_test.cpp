// Notes [dict-read] and [list-read] under fire: writers and lock-free readers on one container. Run in the
// tsan preset too. TAIPAN_STRESS_SECONDS lengthens each test.
#include <string>

#include "runtime/types/list_impl.h"
#include "tests/unit/runtime/containers_test_env.h"

namespace taipan::test {
namespace {

i64 deadline(double seconds) { return monotonic_ns() + static_cast<i64>(stress_seconds(seconds) * 1e9); }

class RaceTest : public ContainersTest {
 protected:
  void SetUp() override {
    prepare_for_threads(t);
    ContainersTest::SetUp();
  }
};

// Values carry their key: a reader that meets another one saw a mix.
Result<> value_for(Thread& t, i64 k, u64 salt) { return tuple_of(t, num(k), num(static_cast<i64>(salt))); }
void expect_belongs(Value v, i64 k) {
  ASSERT_TRUE(is_exact<Tuple>(v));
  ASSERT_EQ((*v.as<Tuple>())[0].as_int(), k);
}

void write_dict(Thread& t, Dict* d, i64 universe, u64 seed, i64 end) {
  Random r(seed);
  while (monotonic_ns() < end) {
    for (int i = 0; i < 64; ++i) {
      i64 k = static_cast<i64>(r.below(universe));
      switch (r.below(8)) {
        case 0:
        case 1:
        case 2: {
          Local<> v(t, MUST(value_for(t, k, r.next() >> 8)));
          MUST(dict_set(t, d, num(k), v));
          break;
        }
        case 3:
        case 4: (void)MUST(dict_delete(t, d, num(k))); break;
        case 5: {
          Local<> v(t, MUST(value_for(t, k, 1)));
          Local<> in(t, MUST(dict_setdefault(t, d, num(k), v)));
          expect_belongs(in, k);
          break;
        }
        case 6: {
          Local<> popped(t, MUST(dict_pop(t, d, num(k))));
          if (!popped.is_empty()) expect_belongs(popped, k);
          break;
        }
        default:
          if (r.below(5000) == 0) MUST(dict_clear(t, d));
      }
      MUST(safepoint(t));
    }
  }
}

void read_dict(Thread& t, Dict* d, i64 universe, u64 seed, i64 end) {
  Random r(seed);
  while (monotonic_ns() < end) {
    for (int i = 0; i < 64; ++i) {
      i64 k = static_cast<i64>(r.below(universe));
      if (r.below(64) == 0) {
        u64 position = 0;
        Result<> key = Result<>::absent(), value = Result<>::absent();
        while (dict_next(t, d, &position, &key, &value)) {
          Local<> held_key(t, key), held(t, value);
          expect_belongs(held, held_key.value().as_int());
        }
      } else {
        Local<> v(t, MUST(dict_get(t, d, num(k))));
        if (!v.is_empty()) expect_belongs(v, k);
        if (r.below(8) == 0) {
          ASSERT_LE(dict_size(d), static_cast<usize>(universe));
        }
      }
      MUST(safepoint(t));
    }
  }
}

TEST_F(RaceTest, DictReadersAndWriters) {
  for (i64 universe : {6, 150, 1000, 70000}) {
    Local<Dict> d(t, MUST(dict_new(t)));
    share(t, d);
    Dict* shared = d.get();
    i64 end = deadline(0.4);
    {
      TestThread a([=](Thread& t) { write_dict(t, shared, universe, 1, end); });
      TestThread b([=](Thread& t) { write_dict(t, shared, universe, 2, end); });
      TestThread c([=](Thread& t) { read_dict(t, shared, universe, 3, end); });
      TestThread e([=](Thread& t) { read_dict(t, shared, universe, 4, end); });
    }
    usize n = 0;
    u64 position = 0;
    Result<> k = Result<>::absent(), v = Result<>::absent();
    while (dict_next(t, d, &position, &k, &v)) {
      Local<> key(t, k), value(t, v);
      expect_belongs(value, key.value().as_int());
      ++n;
    }
    EXPECT_EQ(n, dict_size(d));
  }
}

// `k in d` and then len(d) == 0 is impossible (L1).
TEST_F(RaceTest, DictLengthAfterMembership) {
  Local<Dict> d(t, MUST(dict_new(t)));
  share(t, d);
  Dict* shared = d.get();
  i64 end = deadline(0.5);
  std::atomic<u64> round{0};
  TestThread writer([=, &round](Thread& t) {
    while (monotonic_ns() < end) {
      // Only grows: each key once, in order.
      i64 k = static_cast<i64>(round.fetch_add(1));
      MUST(dict_set(t, shared, num(k), num(k)));
      MUST(safepoint(t));
    }
  });
  TestThread reader([=, &round](Thread& t) {
    while (monotonic_ns() < end) {
      i64 k = static_cast<i64>(round.load());
      if (MUST(dict_contains(t, shared, num(k)))) {
        ASSERT_GT(dict_size(shared), static_cast<usize>(k));
      }
      MUST(safepoint(t));
    }
  });
  writer.join();
  reader.join();
}

// No update is lost: each thread owns its keys, and finds them as it left them.
TEST_F(RaceTest, DictLosesNoUpdate) {
  Local<Dict> d(t, MUST(dict_new(t)));
  share(t, d);
  Dict* shared = d.get();
  auto body = [=](Thread& t, i64 base) {
    for (i64 round = 1; round <= 40; ++round) {
      for (i64 k = 0; k < 100; ++k) {
        Local<> v(t, MUST(dict_get(t, shared, num(base + k))));
        ASSERT_EQ(v.is_empty() ? 0 : v.value().as_int(), round - 1);
        if (round % 7 == 3) (void)MUST(dict_delete(t, shared, num(base + k)));
        MUST(dict_set(t, shared, num(base + k), num(round)));
        MUST(safepoint(t));
      }
    }
  };
  {
    TestThread a([=](Thread& t) { body(t, 0); });
    TestThread b([=](Thread& t) { body(t, 1000); });
    TestThread c([=](Thread& t) { body(t, 2000); });
  }
  EXPECT_EQ(dict_size(d), 300u);
}

TEST_F(RaceTest, ListReadersAndWriters) {
  Local<List> l(t, MUST(list_new(t)));
  share(t, l);
  List* shared = l.get();
  i64 end = deadline(1.0);
  auto writer = [=](Thread& t, u64 seed) {
    Random r(seed);
    while (monotonic_ns() < end) {
      i64 k = static_cast<i64>(r.below(100000));
      switch (r.below(12)) {
        default: {
          Local<> v(t, MUST(value_for(t, k, static_cast<u64>(k))));
          if (r.below(2)) {
            MUST(list_append(t, shared, v));
          } else {
            MUST(list_insert(t, shared, 0, v));
          }
          break;
        }
        case 6:
        case 7:
        case 8: drop(list_pop(t, shared, r.below(2) ? 0 : r.below(50))); break;
        case 9: MUST(list_reverse(t, shared)); break;
        case 10:
          if (list_size(shared) > 300) MUST(list_clear(t, shared));
          break;
        case 11: {
          Status s = list_sort(t, shared, Value::empty(), false);
          if (s.is_error()) {
            ASSERT_TRUE(swallow(t, ValueError));  // modified during sort
          }
        }
      }
      MUST(safepoint(t));
    }
  };
  auto reader = [=](Thread& t, u64 seed) {
    Random r(seed);
    while (monotonic_ns() < end) {
      Local<> v(t, MUST(list_get(t, shared, r.below(200))));
      if (!v.is_empty()) {
        ASSERT_TRUE(is_exact<Tuple>(v));
        Tuple& x = *v.value().as<Tuple>();
        ASSERT_EQ(x[0].as_int(), x[1].as_int());
      }
      if (r.below(200) == 0) {
        Local<List> copy(t, MUST(list_slice(t, shared, 0, 100)));
        for (usize i = 0; i < list_size(copy); ++i) ASSERT_FALSE(list_borrow(copy, i).is_empty());
      }
      MUST(safepoint(t));
    }
  };
  TestThread a([=](Thread& t) { writer(t, 1); });
  TestThread b([=](Thread& t) { writer(t, 2); });
  TestThread c([=](Thread& t) { reader(t, 3); });
  TestThread d([=](Thread& t) { reader(t, 4); });
  a.join();
  b.join();
  c.join();
  d.join();
}

// Appended elements stay in order, none is lost.
TEST_F(RaceTest, ListAppendsAllArrive) {
  Local<List> l(t, MUST(list_new(t)));
  share(t, l);
  List* shared = l.get();
  auto body = [=](Thread& t, i64 base) {
    for (i64 i = 0; i < 5000; ++i) {
      MUST(list_append(t, shared, num(base + i)));
      MUST(safepoint(t));
    }
  };
  {
    TestThread a([=](Thread& t) { body(t, 0); });
    TestThread b([=](Thread& t) { body(t, 1000000); });
    TestThread c([=](Thread& t) {
      for (usize seen = 0; seen < 10000;) {
        usize n = list_size(shared);
        ASSERT_GE(n, seen);
        for (; seen < n; ++seen) ASSERT_FALSE(list_borrow(shared, seen).is_empty());
        MUST(safepoint(t));
      }
    });
  }
  ASSERT_EQ(list_size(l), 10000u);
  i64 next[2] = {0, 0};
  for (usize i = 0; i < 10000; ++i) {
    i64 x = list_borrow(l, i).as_int();
    ASSERT_EQ(x % 1000000, next[x >= 1000000]++);
  }
}

// Readers of a namespace meanwhile sealed, refilled and re-indexed.
TEST_F(RaceTest, NamespaceReadersAndWriters) {
  Local<Dict> d(t, MUST(dict_new(t)));
  std::vector<Ref<Str>> names;
  for (i64 i = 0; i < 40; ++i) names.emplace_back(MUST(str_intern(t, "global" + std::to_string(i))));
  (void)MUST(dict_make_namespace(t, d));
  share(t, d);
  for (auto& n : names) publish(t, n.value());
  Dict* shared = d.get();
  std::vector<Str*> keys;
  for (auto& n : names) keys.push_back(n.value().as<Str>());
  i64 end = deadline(0.5);
  TestThread a([=](Thread& t) {
    Random r(5);
    for (int n = 0; monotonic_ns() < end && n < 200000; ++n) {
      usize i = r.below(40);
      if (r.below(4) == 0) {
        (void)MUST(dict_delete(t, shared, Value(keys[i])));
      } else {
        Local<> v(t, MUST(value_for(t, static_cast<i64>(i), 0)));
        MUST(dict_set_str(t, shared, keys[i], v));
      }
      MUST(safepoint(t));
    }
  });
  TestThread b([=](Thread& t) {
    Random r(6);
    while (monotonic_ns() < end) {
      usize i = r.below(40);
      Value v = dict_borrow_str(shared, keys[i]);
      if (!v.is_empty()) expect_belongs(v, static_cast<i64>(i));
      MUST(safepoint(t));
    }
  });
  a.join();
  b.join();
}

}  // namespace
}  // namespace taipan::test
