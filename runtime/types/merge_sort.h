// A stable, adaptive merge sort over words: natural runs, extended by binary insertion, merged in the
// order of powersort (Munro and Wild 2018), with galloping where one side wins for long.
// Less(a, b) gives 1, 0, or -1 for an error, at which the words are left as some permutation.
#pragma once
#include <bit>
#include <cstring>

#include "runtime/memory/heap.h"

namespace taipan {

// What is sorted: an array of keys and, beside it, an array of values that moves along (may be null).
struct SortSpan {
  u64* keys;
  u64* values;

  void copy(usize to, const SortSpan& from, usize at, usize n) const {
    std::memmove(keys + to, from.keys + at, n * sizeof(u64));
    if (values) std::memmove(values + to, from.values + at, n * sizeof(u64));
  }
  void set(usize to, const SortSpan& from, usize at) const {
    keys[to] = from.keys[at];
    if (values) values[to] = from.values[at];
  }
  void reverse(usize low, usize high) const {
    for (; low + 1 < high; ++low) {
      --high;
      std::swap(keys[low], keys[high]);
      if (values) std::swap(values[low], values[high]);
    }
  }
};

template <class Less>
class MergeSort {
 public:
  MergeSort(Thread& t, SortSpan span, usize n, Less less) : t_(t), a_(span), n_(n), less_(less) {}
  ~MergeSort() { buffer_free(scratch_.keys, scratch_bytes()); }
  MergeSort(const MergeSort&) = delete;

  // False: an error is pending (from Less, or MemoryError).
  bool run() {
    if (n_ < 2) return true;
    usize least = shortest_run(n_);
    for (usize low = 0; low < n_;) {
      usize length;
      if (!natural_run(low, &length)) return false;
      if (length < least) {
        usize wanted = n_ - low < least ? n_ - low : least;
        if (!insert_into_run(low, low + length, low + wanted)) return false;
        length = wanted;
      }
      if (!push_run(low, length)) return false;
      low += length;
    }
    while (depth_ > 1) {
      if (!merge_top()) return false;
    }
    return true;
  }

 private:
  struct Run {
    usize start, length;
    int power;  // of the boundary below this run
  };
  static constexpr usize kGallop = 7;

  static usize shortest_run(usize n) {
    usize low_bits = 0;
    while (n >= 64) {
      low_bits |= n & 1;
      n >>= 1;
    }
    return n + low_bits;
  }

  // A run is as long as it is ascending, or strictly descending (then it is turned round: stable).
  bool natural_run(usize low, usize* length) {
    usize i = low + 1;
    if (i == n_) return *length = 1, true;
    int r = less_(a_.keys[i], a_.keys[i - 1]);
    if (r < 0) return false;
    bool descending = r;
    for (++i; i < n_; ++i) {
      r = less_(a_.keys[i], a_.keys[i - 1]);
      if (r < 0) return false;
      if ((r != 0) != descending) break;
    }
    if (descending) a_.reverse(low, i);
    *length = i - low;
    return true;
  }

  bool insert_into_run(usize low, usize sorted_end, usize end) {
    for (usize i = sorted_end; i < end; ++i) {
      u64 key = a_.keys[i];
      usize left = low, right = i;
      while (left < right) {
        usize middle = left + (right - left) / 2;
        int r = less_(key, a_.keys[middle]);
        if (r < 0) return false;
        if (r) {
          right = middle;
        } else {
          left = middle + 1;
        }
      }
      u64 value = a_.values ? a_.values[i] : 0;
      a_.copy(left + 1, a_, left, i - left);
      a_.keys[left] = key;
      if (a_.values) a_.values[left] = value;
    }
    return true;
  }

  // The node of a nearly optimal merge tree in which the boundary between two runs lies: the first bit
  // in which the runs' middles, as fractions of n, differ.
  int boundary_power(const Run& a, const Run& b) const {
    u64 x = 2 * a.start + a.length, y = 2 * b.start + b.length;  // middles, times two
    u64 whole = 2 * n_;
    for (int power = 1;; ++power) {
      x *= 2;
      y *= 2;
      bool in_x = x >= whole, in_y = y >= whole;
      if (in_x != in_y) return power;
      if (in_x) {
        x -= whole;
        y -= whole;
      }
    }
  }

  bool push_run(usize start, usize length) {
    Run run{start, length, 0};
    if (depth_ > 0) {
      run.power = boundary_power(stack_[depth_ - 1], run);
      while (depth_ > 1 && stack_[depth_ - 1].power > run.power) {
        if (!merge_top()) return false;
      }
    }
    TP_ASSERT(depth_ < sizeof(stack_) / sizeof(stack_[0]));
    stack_[depth_++] = run;
    return true;
  }

  bool merge_top() {
    Run b = stack_[--depth_];
    Run& a = stack_[depth_ - 1];
    usize low = a.start, middle = b.start, high = b.start + b.length;
    a.length += b.length;
    // What of the left is below all of the right, and what of the right above all of the left, stays.
    usize skip;
    if (!gallop_right(a_.keys[middle], low, middle, false, &skip)) return false;
    low = skip;
    if (low == middle) return true;
    if (!gallop_left(a_.keys[middle - 1], middle, high, true, &skip)) return false;
    high = skip;
    if (high == middle) return true;
    return middle - low <= high - middle ? merge_up(low, middle, high) : merge_down(low, middle, high);
  }

  // First position in [low, high) whose key is greater than `key`; found by doubling from one end.
  bool gallop_right(u64 key, usize low, usize high, bool from_end, usize* at) {
    return gallop(low, high, from_end, at, [&](u64 other) { return less_(key, other); });
  }
  // First position whose key is not less than `key`.
  bool gallop_left(u64 key, usize low, usize high, bool from_end, usize* at) {
    return gallop(low, high, from_end, at, [&](u64 other) {
      int r = less_(other, key);
      return r < 0 ? r : !r;
    });
  }
  // `after` is 0 on a first part of the range and 1 on the rest; gives the border.
  template <class After>
  bool gallop(usize low, usize high, bool from_end, usize* at, After after) {
    usize left = low, right = high;
    if (from_end) {
      for (usize step = 1; right - left > 0; step *= 2) {
        usize probe = step <= high - left ? high - step : left;
        if (probe < left) probe = left;
        int r = after(a_or_scratch(probe));
        if (r < 0) return false;
        if (!r) {
          left = probe + 1;
          break;
        }
        right = probe;
        if (probe == left) break;
      }
    } else {
      for (usize step = 1; left < right; step *= 2) {
        usize probe = step <= high - low ? low + step - 1 : high - 1;
        if (probe >= right) probe = right - 1;
        int r = after(a_or_scratch(probe));
        if (r < 0) return false;
        if (r) {
          right = probe;
          break;
        }
        left = probe + 1;
      }
    }
    while (left < right) {
      usize middle = left + (right - left) / 2;
      int r = after(a_or_scratch(middle));
      if (r < 0) return false;
      if (r) {
        right = middle;
      } else {
        left = middle + 1;
      }
    }
    *at = left;
    return true;
  }
  u64 a_or_scratch(usize i) const { return (gallop_in_scratch_ ? scratch_.keys : a_.keys)[i]; }

  usize scratch_bytes() const { return scratch_size_ * sizeof(u64) * (a_.values ? 2 : 1); }
  bool need_scratch(usize n) {
    if (n <= scratch_size_) return true;
    buffer_free(scratch_.keys, scratch_bytes());
    scratch_size_ = n;
    scratch_.keys = static_cast<u64*>(buffer_allocate(t_, scratch_bytes()));
    if (!scratch_.keys) {
      scratch_size_ = 0;
      (void)raise_memory_error(t_);
      return false;
    }
    scratch_.values = a_.values ? scratch_.keys + n : nullptr;
    return true;
  }

  // The left run is the shorter: it moves to scratch, the result grows upwards.
  bool merge_up(usize low, usize middle, usize high) {
    usize n = middle - low;
    if (!need_scratch(n)) return false;
    scratch_.copy(0, a_, low, n);
    usize i = 0, j = middle, out = low;  // scratch[i..n), a[j..high) -> a[out..)
    bool ok = true;
    usize left_wins = 0, right_wins = 0;
    while (i < n && j < high) {
      int r = less_(a_.keys[j], scratch_.keys[i]);
      if (r < 0) {
        ok = false;
        break;
      }
      if (r) {
        a_.set(out++, a_, j++);
        ++right_wins;
        left_wins = 0;
      } else {
        a_.set(out++, scratch_, i++);
        ++left_wins;
        right_wins = 0;
      }
      if ((left_wins | right_wins) < min_gallop_) continue;
      usize border;
      if (left_wins) {
        if (j == high || i == n) break;
        gallop_in_scratch_ = true;
        ok = gallop_right(a_.keys[j], i, n, false, &border);
        gallop_in_scratch_ = false;
        if (!ok) break;
        a_.copy(out, scratch_, i, border - i);
        out += border - i;
        note_gallop(border - i);
        i = border;
      } else {
        if (j == high || i == n) break;
        ok = gallop_left(scratch_.keys[i], j, high, false, &border);
        if (!ok) break;
        a_.copy(out, a_, j, border - j);
        out += border - j;
        note_gallop(border - j);
        j = border;
      }
      left_wins = right_wins = 0;
    }
    a_.copy(out, scratch_, i, n - i);  // the rest; after an error too: nothing is lost
    return ok;
  }

  // The right run is the shorter: it moves to scratch, the result grows downwards.
  bool merge_down(usize low, usize middle, usize high) {
    usize n = high - middle;
    if (!need_scratch(n)) return false;
    scratch_.copy(0, a_, middle, n);
    usize i = middle, j = n, out = high;  // a[low..i), scratch[0..j) -> a[..out)
    bool ok = true;
    usize left_wins = 0, right_wins = 0;
    while (i > low && j > 0) {
      int r = less_(scratch_.keys[j - 1], a_.keys[i - 1]);
      if (r < 0) {
        ok = false;
        break;
      }
      if (r) {
        a_.set(--out, a_, --i);
        ++left_wins;
        right_wins = 0;
      } else {
        a_.set(--out, scratch_, --j);
        ++right_wins;
        left_wins = 0;
      }
      if ((left_wins | right_wins) < min_gallop_) continue;
      if (j == 0 || i == low) break;
      usize border;
      if (left_wins) {
        ok = gallop_right(scratch_.keys[j - 1], low, i, true, &border);
        if (!ok) break;
        usize count = i - border;
        a_.copy(out - count, a_, border, count);
        out -= count;
        i = border;
        note_gallop(count);
      } else {
        gallop_in_scratch_ = true;
        ok = gallop_left(a_.keys[i - 1], 0, j, true, &border);
        gallop_in_scratch_ = false;
        if (!ok) break;
        usize count = j - border;
        a_.copy(out - count, scratch_, border, count);
        out -= count;
        j = border;
        note_gallop(count);
      }
      left_wins = right_wins = 0;
    }
    a_.copy(out - j, scratch_, 0, j);
    return ok;
  }

  // Galloping that found little makes the next one start later, and the reverse.
  void note_gallop(usize found) {
    if (found < kGallop) {
      min_gallop_ += 2;
    } else if (min_gallop_ > 2) {
      --min_gallop_;
    }
  }

  Thread& t_;
  SortSpan a_;
  usize n_;
  Less less_;
  SortSpan scratch_{nullptr, nullptr};
  usize scratch_size_ = 0;
  usize min_gallop_ = kGallop;
  bool gallop_in_scratch_ = false;
  Run stack_[72];
  usize depth_ = 0;
};

}  // namespace taipan
