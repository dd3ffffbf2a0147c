// Dict and set tables in all forms against a simple model, local and shared; namespace cells.
#include <map>
#include <string>

#include "runtime/types/dict_table.h"
#include "tests/unit/runtime/containers_test_env.h"

namespace taipan::test {
namespace {

// What a dict should be: pairs in insertion order.
class Model {
 public:
  void set(i64 k, i64 v) {
    auto [it, fresh] = at_.try_emplace(k, next_);
    if (fresh) order_[next_++] = {k, v};
    else order_[it->second].second = v;
  }
  bool erase(i64 k) {
    auto it = at_.find(k);
    if (it == at_.end()) return false;
    order_.erase(it->second);
    at_.erase(it);
    return true;
  }
  const i64* find(i64 k) const {
    auto it = at_.find(k);
    return it == at_.end() ? nullptr : &order_.at(it->second).second;
  }
  std::pair<i64, i64> last() const { return order_.rbegin()->second; }
  i64 first_key() const { return order_.begin()->second.first; }
  void clear() { order_.clear(), at_.clear(); }
  usize size() const { return at_.size(); }
  const std::map<u64, std::pair<i64, i64>>& order() const { return order_; }

 private:
  std::map<i64, u64> at_;
  std::map<u64, std::pair<i64, i64>> order_;
  u64 next_ = 0;
};

// How number k looks as a key. Each kind leads to another kind of table.
enum class Keys { Small, Strided, Interned, Plain, Tuples, Mixed };

Result<> make_key(Thread& t, Keys kind, i64 k) {
  switch (kind) {
    case Keys::Small: return Result<>::small_int(k);
    case Keys::Strided: return Result<>::small_int(k << 20);
    case Keys::Interned: return str_intern(t, "name" + std::to_string(k));
    case Keys::Plain: return str_from_ascii(t, "plain text " + std::to_string(k));
    case Keys::Tuples: return tuple_of(t, num(k), num(-k));
    default:
      switch (k % 5) {
        case 0: return Result<>::small_int(k);
        case 1: return float_from(t, static_cast<f64>(k) + 0.5);
        case 2: return float_from(t, static_cast<f64>(k));  // equal to an int
        case 3: return str_from_ascii(t, std::to_string(k));
        default: return tuple_of(t, num(k), num(k));
      }
  }
}

struct Case {
  Keys keys;
  i64 universe;
  int steps;
  bool shared;
};

class DictModel : public ContainersTest, public ::testing::WithParamInterface<Case> {};

void expect_same(Thread& t, Dict* d, const Model& model, Keys keys) {
  ASSERT_EQ(dict_size(d), model.size());
  u64 position = 0;
  Result<> k = Result<>::absent(), v = Result<>::absent();
  auto expected = model.order().begin();
  while (dict_next(t, d, &position, &k, &v)) {
    Local<> key(t, k), value(t, v);
    ASSERT_NE(expected, model.order().end());
    Local<> wanted(t, MUST(make_key(t, keys, expected->second.first)));
    ASSERT_TRUE(MUST(equal(t, key, wanted)));
    ASSERT_EQ(value.value().as_int(), expected->second.second);
    ++expected;
  }
  ASSERT_EQ(expected, model.order().end());
}

TEST_P(DictModel, RandomOperations) {
  Case c = GetParam();
  Random r(static_cast<u64>(c.universe) * 31 + static_cast<u64>(c.keys));
  Local<Dict> d(t, MUST(dict_new(t)));
  if (c.shared) share(t, d);
  Model model;
  for (int step = 0; step < c.steps; ++step) {
    i64 k = static_cast<i64>(r.below(c.universe)), value = static_cast<i64>(r.below(1000));
    Local<> key(t, MUST(make_key(t, c.keys, k)));
    // The first half grows, the second shrinks.
    u64 dice = r.below(100);
    bool grow = (step / (c.universe * 2)) % 2 == 0;
    if (dice < (grow ? 60 : 20)) {
      MUST(dict_set(t, d, key, num(value)));
      model.set(k, value);
    } else if (dice < 75) {
      ASSERT_EQ(MUST(dict_delete(t, d, key)), model.erase(k));
    } else if (dice < 88) {
      Local<> got(t, MUST(dict_get(t, d, key)));
      const i64* wanted = model.find(k);
      ASSERT_EQ(got.is_empty(), wanted == nullptr);
      if (wanted) {
        ASSERT_EQ(got.value().as_int(), *wanted);
      }
    } else if (dice < 92) {
      Local<> got(t, MUST(dict_setdefault(t, d, key, num(value))));
      if (!model.find(k)) model.set(k, value);
      ASSERT_EQ(got.value().as_int(), *model.find(k));
    } else if (dice < 96 && model.size() > 0) {  // as a queue and as a stack
      i64 victim = r.below(2) ? model.first_key() : model.last().first;
      Local<> victim_key(t, MUST(make_key(t, c.keys, victim)));
      Local<> popped(t, MUST(dict_pop(t, d, victim_key)));
      ASSERT_EQ(popped.value().as_int(), *model.find(victim));
      model.erase(victim);
    } else if (r.below(2000) == 0) {
      MUST(dict_clear(t, d));
      model.clear();
    }
    if (step % 4099 == 0) {
      expect_same(t, d, model, c.keys);
      Local<Dict> copy(t, MUST(dict_copy(t, d)));
      expect_same(t, copy, model, c.keys);
    }
    MUST(safepoint(t));
  }
  expect_same(t, d, model, c.keys);
}

INSTANTIATE_TEST_SUITE_P(
    Forms, DictModel,
    ::testing::Values(Case{Keys::Small, 7, 3000, false}, Case{Keys::Small, 7, 3000, true},
                      Case{Keys::Interned, 8, 3000, false}, Case{Keys::Tuples, 8, 3000, true},
                      Case{Keys::Small, 150, 20000, false}, Case{Keys::Strided, 150, 20000, true},
                      Case{Keys::Mixed, 180, 20000, false}, Case{Keys::Plain, 1000, 20000, true},
                      Case{Keys::Interned, 1000, 20000, false}, Case{Keys::Mixed, 5000, 40000, true},
                      Case{Keys::Tuples, 3000, 30000, false}, Case{Keys::Small, 60000, 300000, false},
                      Case{Keys::Strided, 60000, 300000, true}));

TEST_F(ContainersTest, FormsFollowCapacity) {
  Local<Dict> d(t, MUST(dict_new(t)));
  bool seen[4] = {};
  for (i64 i = 0; i < 60000; ++i) {
    MUST(dict_set(t, d, num(i), num(i)));
    seen[static_cast<int>(d->table.load_relaxed()->form)] = true;
  }
  for (bool s : seen) EXPECT_TRUE(s);
  for (i64 i = 0; i < 60000; ++i) ASSERT_TRUE(MUST(dict_contains(t, d, num(i))));
  EXPECT_FALSE(MUST(dict_contains(t, d, num(60000))));
}

// Pitfall 1 of the study: tag bits and group bits must not come from the same bits of the product.
TEST_F(ContainersTest, FewFalseCandidates) {
  for (u64 stride : {u64{1}, u64{8}, u64{1} << 12, u64{1000003}}) {
    DictTable* table = table_allocate(t, 1000, TableKind::Plain, 0);
    for (u32 i = 0; i < 1000; ++i) {
      table->entries()[i].key.raw().store_relaxed(num(static_cast<i64>(i * stride)).bits);
      table_index_entry(table, i * stride, i);
    }
    u64 candidates = 0;
    for (u64 i = 0; i < 1000; ++i) {
      u32 e = table_find(table, i * stride, [&](u32 e) { return ++candidates, e == i ? 1 : 0; });
      ASSERT_EQ(e, i);
    }
    EXPECT_LT(candidates, 1050u) << "stride " << stride;
    table_free(table);
  }
}

TEST_F(ContainersTest, PopitemIsLinearOverDeadRuns) {
  for (bool shared : {false, true}) {
    Local<Dict> d(t, MUST(dict_new(t)));
    if (shared) share(t, d);
    for (i64 i = 0; i < 3000; ++i) MUST(dict_set(t, d, num(i), num(i)));
    for (i64 i = 2999; i >= 0; --i) {  // push, pop, pop
      MUST(dict_set(t, d, num(1 << 20), num(0)));
      ASSERT_TRUE(MUST(dict_delete(t, d, num(1 << 20))));
      ASSERT_TRUE(MUST(dict_delete(t, d, num(i))));
    }
    EXPECT_EQ(dict_size(d), 0u);
  }
}

TEST_F(ContainersTest, NumbersOfOneValueAreOneKey) {
  Local<Dict> d(t, MUST(dict_new(t)));
  MUST(dict_set(t, d, num(1), num(10)));
  Local<> one(t, MUST(float_from(t, 1.0)));
  MUST(dict_set(t, d, one, num(11)));
  MUST(dict_set(t, d, bool_value(true), num(12)));
  EXPECT_EQ(dict_size(d), 1u);
  Local<> got(t, MUST(dict_get(t, d, num(1))));
  EXPECT_EQ(got.value().as_int(), 12);
  u64 position = 0;
  Result<> k = Result<>::absent(), v = Result<>::absent();
  ASSERT_TRUE(dict_next(t, d, &position, &k, &v));
  EXPECT_TRUE(k.word().is_int());  // the key that came first stays
}

TEST_F(ContainersTest, SetFollowsModel) {
  for (bool shared : {false, true}) {
    Local<Set> s(t, MUST(set_new(t)));
    if (shared) share(t, s);
    std::map<i64, bool> model;
    Random r(shared ? 7 : 8);
    for (int step = 0; step < 20000; ++step) {
      i64 k = static_cast<i64>(r.below(300));
      Local<> key(t, MUST(make_key(t, Keys::Mixed, k)));
      if (r.below(2)) {
        MUST(set_add(t, s, key));
        model[k] = true;
      } else {
        ASSERT_EQ(MUST(set_discard(t, s, key)), model.erase(k) == 1);
      }
      ASSERT_EQ(MUST(set_contains(t, s, key)), model.count(k) == 1);
      ASSERT_EQ(set_size(s), model.size());
    }
    u64 position = 0;
    usize n = 0;
    Result<> e = Result<>::absent();
    while (set_next(t, s, &position, &e)) {
      drop(e);
      ++n;
    }
    EXPECT_EQ(n, model.size());
  }
}

TEST_F(ContainersTest, NamespaceCellsStay) {
  Local<Dict> d(t, MUST(dict_new(t)));
  Local<Str> x(t, MUST(str_intern(t, "x"))), y(t, MUST(str_intern(t, "y")));
  MUST(dict_set_str(t, d, x, num(1)));
  u32 id = MUST(dict_make_namespace(t, d));
  EXPECT_EQ(id & 1, 1u);
  EXPECT_EQ(MUST(dict_make_namespace(t, d)), id);
  Atomic<u64>* cell = dict_namespace_cell(t, d, x);
  Atomic<u64>* absent = dict_namespace_cell(t, d, y);
  EXPECT_EQ(cell->load_relaxed(), num(1).bits);
  EXPECT_EQ(absent->load_relaxed(), 0u);
  EXPECT_EQ(dict_size(d), 1u);
  for (i64 i = 0; i < 1000; ++i) {  // the index is rebuilt, cells stay
    Local<Str> name(t, MUST(str_intern(t, "n" + std::to_string(i))));
    MUST(dict_set_str(t, d, name, num(i)));
    EXPECT_EQ(dict_borrow_str(d, name).as_int(), i);
  }
  MUST(dict_set_str(t, d, x, num(2)));
  EXPECT_EQ(cell->load_relaxed(), num(2).bits);
  EXPECT_EQ(dict_namespace_cell(t, d, x), cell);
  // Deleted and added again: the order changes, so the cell does, and the old one is sealed.
  EXPECT_TRUE(MUST(dict_delete(t, d, x)));
  EXPECT_EQ(cell->load_relaxed(), 0u);
  EXPECT_TRUE(dict_borrow_str(d, x).is_empty());
  MUST(dict_set_str(t, d, x, num(3)));
  EXPECT_EQ(cell->load_relaxed(), 4u);
  EXPECT_EQ(dict_borrow_str(d, x).as_int(), 3);
  MUST(dict_set_str(t, d, y, num(4)));
  EXPECT_EQ(absent->load_relaxed(), 4u);
  EXPECT_EQ(dict_borrow_str(d, y).as_int(), 4);
  EXPECT_EQ(dict_size(d), 1002u);
  // Once at each fill of the index: sealing must not go through the table that appending has replaced.
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(MUST(dict_delete(t, d, Value(i % 2 ? x.get() : y.get()))));
    MUST(dict_set_str(t, d, i % 2 ? x : y, num(i)));
  }
  Local<Dict> copy(t, MUST(dict_copy(t, d)));
  EXPECT_EQ(dict_size(copy), 1002u);
  EXPECT_EQ(dict_namespace_id(copy), 0u);
  MUST(dict_clear(t, d));
  EXPECT_EQ(dict_size(d), 0u);
  EXPECT_EQ(dict_namespace_id(d), id);
}

}  // namespace
}  // namespace taipan::test
