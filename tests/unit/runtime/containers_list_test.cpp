// Lists against std::vector, local and shared; sorting: order, stability, errors' permutations.
#include <algorithm>
#include <string>

#include "runtime/types/list_impl.h"
#include "runtime/types/merge_sort.h"
#include "runtime/types/slice.h"
#include "tests/unit/runtime/containers_test_env.h"

namespace taipan::test {
namespace {

std::vector<i64> numbers_of(Thread& t, List* l) {
  std::vector<i64> v;
  for (usize i = 0; i < list_size(l); ++i) v.push_back(list_borrow(l, i).as_int());
  return v;
}

Result<List> list_of_numbers(Thread& t, const std::vector<i64>& v) {
  Local<List> l(t, MUST(list_new(t)));
  for (i64 x : v) MUST(list_append(t, l, num(x)));
  return l.give();
}

TEST_F(ContainersTest, ListFollowsVector) {
  for (bool shared : {false, true}) {
    Local<List> l(t, MUST(list_new(t)));
    if (shared) share(t, l);
    std::vector<i64> model;
    Random r(shared ? 3 : 4);
    for (int step = 0; step < 20000; ++step) {
      i64 x = static_cast<i64>(r.below(1000));
      usize n = model.size();
      switch (r.below(n > 200 ? 14 : 11)) {
        case 0:
        case 1:
        case 2:
          MUST(list_append(t, l, num(x)));
          model.push_back(x);
          break;
        case 3: {
          usize at = r.below(n + 1);
          MUST(list_insert(t, l, static_cast<ssize>(at), num(x)));
          model.insert(model.begin() + at, x);
          break;
        }
        case 4:
          if (n > 0) {
            usize at = r.below(n);
            Local<> popped(t, list_pop(t, l, at));
            ASSERT_EQ(popped.value().as_int(), model[at]);
            model.erase(model.begin() + at);
          }
          break;
        case 5:
          if (n > 0) {
            usize at = r.below(n);
            MUST(list_set(t, l, at, num(x)));
            model[at] = x;
          }
          break;
        case 6: {  // l[a:b] = values
          usize a = r.below(n + 1), b = a + r.below(n - a + 1), count = r.below(5);
          std::vector<i64> values(count, x);
          Local<List> v(t, MUST(list_of_numbers(t, values)));
          Local<Slice> s(t, MUST(slice_new(t, num(a), num(b), Value::empty())));
          MUST(list_set_item(t, l, s, v));
          model.erase(model.begin() + a, model.begin() + b);
          model.insert(model.begin() + a, values.begin(), values.end());
          break;
        }
        case 7: {
          MUST(list_extend(t, l, l));
          model.insert(model.end(), model.begin(), model.begin() + n);
          if (n < 100) break;
          model.resize(n / 2);
          Local<Slice> s(t, MUST(slice_new(t, num(n / 2), Value::empty(), Value::empty())));
          MUST(list_set_item(t, l, s, Value::empty()));
          break;
        }
        case 8:
          MUST(list_reverse(t, l));
          std::reverse(model.begin(), model.end());
          break;
        case 9:
          MUST(list_sort(t, l, Value::empty(), r.below(2)));
          std::sort(model.begin(), model.end());
          if (numbers_of(t, l) != model) std::reverse(model.begin(), model.end());
          break;
        case 10:
        default: {  // del l[a::step]
          ssize stride = static_cast<ssize>(1 + r.below(4));
          Local<Slice> s(t, MUST(slice_new(t, num(1), Value::empty(), num(stride))));
          MUST(list_set_item(t, l, s, Value::empty()));
          std::vector<i64> rest;
          for (usize i = 0; i < n; ++i) {
            if (i < 1 || (i - 1) % static_cast<usize>(stride) != 0) rest.push_back(model[i]);
          }
          model = rest;
        }
      }
      ASSERT_EQ(list_size(l), model.size());
      if (step % 16 == 0) {
        ASSERT_EQ(numbers_of(t, l), model);
      }
      MUST(safepoint(t));
    }
  }
}

TEST_F(ContainersTest, SliceBoundsFit) {
  // As Python's own slice.indices(): compared against a walk.
  for (ssize n : {0, 1, 5}) {
    for (ssize start = -7; start <= 7; ++start) {
      for (ssize stop = -7; stop <= 7; ++stop) {
        for (ssize step : {-3, -1, 1, 2}) {
          SliceBounds b{start, stop, step};
          usize count = slice_fit(&b, static_cast<usize>(n));
          usize walked = 0;
          for (ssize i = b.start; step > 0 ? i < b.stop : i > b.stop; i += step) {
            ASSERT_TRUE(i >= 0 && i < n);
            ++walked;
          }
          ASSERT_EQ(count, walked);
        }
      }
    }
  }
}

// Keys with many repetitions; the low bits tell the original order.
std::vector<i64> pattern(int which, usize n, Random& r) {
  std::vector<i64> v(n);
  for (usize i = 0; i < n; ++i) {
    i64 x;
    switch (which) {
      case 0: x = static_cast<i64>(r.below(n)); break;
      case 1: x = static_cast<i64>(i); break;
      case 2: x = static_cast<i64>(n - i); break;
      case 3: x = static_cast<i64>(r.below(4)); break;
      case 4: x = static_cast<i64>(i % 100 < 95 ? i : r.below(n)); break;
      default: x = static_cast<i64>((i / 50 % 2) ? i : n - i); break;
    }
    v[i] = x << 20 | static_cast<i64>(i);
  }
  return v;
}

struct LessHigh {
  usize* compared;
  int operator()(u64 a, u64 b) const {
    ++*compared;
    return static_cast<i64>(a) >> 20 < static_cast<i64>(b) >> 20;
  }
};

TEST_F(ContainersTest, MergeSortIsStableAndAdaptive) {
  Random r(11);
  for (int which = 0; which < 6; ++which) {
    for (usize n : {0, 1, 2, 3, 31, 64, 65, 200, 1000, 5000}) {
      std::vector<i64> v = pattern(which, n, r), wanted = v;
      std::stable_sort(wanted.begin(), wanted.end(), [](i64 a, i64 b) { return a >> 20 < b >> 20; });
      std::vector<i64> values = v;
      usize compared = 0;
      SortSpan span{reinterpret_cast<u64*>(v.data()), reinterpret_cast<u64*>(values.data())};
      MergeSort<LessHigh> sort(t, span, n, LessHigh{&compared});
      ASSERT_TRUE(sort.run());
      ASSERT_EQ(v, wanted) << which << " " << n;
      ASSERT_EQ(values, wanted);
      if (which == 1 || which == 2) {
        ASSERT_LE(compared, n);  // one run
      }
    }
  }
}

struct LessFailing {
  usize* left;
  int operator()(u64 a, u64 b) const {
    if ((*left)-- == 0) return -1;
    return static_cast<i64>(a) < static_cast<i64>(b);
  }
};

TEST_F(ContainersTest, MergeSortKeepsAllWordsAfterAnError) {
  Random r(12);
  for (usize fail = 0; fail < 3000; fail += 17) {
    std::vector<i64> v = pattern(static_cast<int>(fail % 6), 300, r), all = v;
    usize left = fail;
    MergeSort<LessFailing> sort(t, {reinterpret_cast<u64*>(v.data()), nullptr}, v.size(), LessFailing{&left});
    (void)sort.run();
    std::sort(v.begin(), v.end());
    std::sort(all.begin(), all.end());
    ASSERT_EQ(v, all);
  }
}

TEST_F(ContainersTest, SortOfFloatsStrsAndTuples) {
  Random r(13);
  Local<List> floats(t, MUST(list_new(t))), strs(t, MUST(list_new(t))), tuples(t, MUST(list_new(t)));
  for (int i = 0; i < 500; ++i) {
    i64 x = static_cast<i64>(r.below(300)) - 150;
    MUST(list_append(t, floats, float_from(t, static_cast<f64>(x) / 7)));
    MUST(list_append(t, strs, Result<>(str_from_ascii(t, std::to_string(x)))));
    Local<Str> s(t, MUST(str_from_ascii(t, std::to_string(i))));
    MUST(list_append(t, tuples, Result<>(tuple_of(t, num(x), s))));
  }
  for (List* l : {floats.get(), strs.get(), tuples.get()}) {
    for (bool reverse : {false, true}) {
      MUST(list_sort(t, l, Value::empty(), reverse));
      for (usize i = 1; i < 500; ++i) {
        Local<> a(t, MUST(list_get(t, l, i - 1))), b(t, MUST(list_get(t, l, i)));
        bool wrong = reverse ? MUST(compare_truth(t, CompareOp::Lt, a, b))
                             : MUST(compare_truth(t, CompareOp::Lt, b, a));
        ASSERT_FALSE(wrong) << i;
      }
    }
  }
}

}  // namespace
}  // namespace taipan::test
