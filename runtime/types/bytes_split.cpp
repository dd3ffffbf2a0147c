// bytes and bytearray: split, splitlines, partition, strip, join.
#include "runtime/base/search.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"

namespace taipan {

namespace {

bool is_space(u8 c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
usize limit_of(ssize limit) { return limit < 0 ? ~usize{0} : static_cast<usize>(limit); }

// Adds parts of one source to a list.
class Pieces {
 public:
  Pieces(Thread& t, bool array, std::string_view s, List* out) : t_(t), array_(array), s_(s), out_(out), poll_(t) {}
  Status add(usize start, usize end) {
    TRY(list_append(t_, out_, TRY(bytes_like(t_, array_, s_.substr(start, end - start)))));
    return poll_();
  }

 private:
  Thread& t_;
  bool array_;
  std::string_view s_;
  List* out_;
  LoopPoll poll_;
};

Status split_space(std::string_view s, usize limit, Pieces& out) {
  usize n = s.size(), i = 0;
  for (usize splits = 0;; ++splits) {
    while (i < n && is_space(static_cast<u8>(s[i]))) ++i;
    if (i == n) return kDone;
    if (splits == limit) return out.add(i, n);
    usize start = i;
    while (i < n && !is_space(static_cast<u8>(s[i]))) ++i;
    TRY(out.add(start, i));
  }
}

Status rsplit_space(std::string_view s, usize limit, Pieces& out) {
  usize i = s.size();
  for (usize splits = 0;; ++splits) {
    while (i > 0 && is_space(static_cast<u8>(s[i - 1]))) --i;
    if (i == 0) return kDone;
    if (splits == limit) return out.add(0, i);
    usize end = i;
    while (i > 0 && !is_space(static_cast<u8>(s[i - 1]))) --i;
    TRY(out.add(i, end));
  }
}

Result<List> reversed_list(Thread& t, List* list) {
  usize n = list_size(list);
  Local<List> out(t, TRY(list_new(t, n)));
  for (usize i = n; i-- > 0;) {
    auto item = list_get(t, list, i);
    TRY(list_append(t, out, item));
  }
  return out.give();
}

Result<List> split(Thread& t, bool array, Value self, Value separator, ssize limit, bool from_right) {
  ByteSource s, sep;
  bool space = is_none(separator);
  if (!space) {
    TRY(sep.get(t, separator));
    if (sep.size() == 0) return raise(t, ValueError, "empty separator");
  }
  TRY(s.get(t, self));
  Local<List> list(t, TRY(list_new(t)));
  if (is_exact<Bytes>(self) && !space && sep.size() > s.size()) {
    TRY(list_append(t, list, own(self)));
    return list.give();
  }
  Pieces out(t, array, s.view(), list);
  usize most = limit_of(limit), m = sep.size();
  if (!from_right) {
    if (space) {
      TRY(split_space(s.view(), most, out));
      return list.give();
    }
    usize done = 0;
    MatchWalker<u8> walker(s.data(), s.size(), sep.data(), m);
    for (usize splits = 0; splits < most; ++splits) {
      ssize at = walker.next();
      if (at < 0) break;
      TRY(out.add(done, static_cast<usize>(at)));
      done = static_cast<usize>(at) + m;
    }
    TRY(out.add(done, s.size()));
    return list.give();
  }
  if (space) {
    TRY(rsplit_space(s.view(), most, out));
  } else {
    usize end = s.size();
    for (usize splits = 0; splits < most && end >= m; ++splits) {
      ssize at = rfind<u8>(s.data(), end, sep.data(), m);
      if (at < 0) break;
      TRY(out.add(static_cast<usize>(at) + m, end));
      end = static_cast<usize>(at);
    }
    TRY(out.add(0, end));
  }
  return reversed_list(t, list);
}

Result<Tuple> partition(Thread& t, bool array, Value self, Value separator, bool from_right) {
  ByteSource s, sep;
  TRY(sep.get(t, separator));
  if (sep.size() == 0) return raise(t, ValueError, "empty separator");
  TRY(s.get(t, self));
  ssize at = sep.size() > s.size() ? -1
             : from_right ? rfind<u8>(s.data(), s.size(), sep.data(), sep.size())
                          : find<u8>(s.data(), s.size(), sep.data(), sep.size());
  if (at < 0) {
    Local<> whole(t, TRY(unchanged_bytes(t, array, self, s)));
    Local<> a(t, TRY(bytes_like(t, array, {}))), b(t, TRY(bytes_like(t, array, {})));
    return from_right ? tuple_of(t, a, b, whole) : tuple_of(t, whole, a, b);
  }
  usize head_size = static_cast<usize>(at);
  Local<> head(t, TRY(bytes_like(t, array, s.view().substr(0, head_size))));
  Local<> middle(t, array || !is_a<Bytes>(separator) ? TRY(bytes_like(t, array, sep.view())) : own(separator));
  Local<> tail(t, TRY(bytes_like(t, array, s.view().substr(head_size + sep.size()))));
  return tuple_of(t, head, middle, tail);
}

Result<> strip(Thread& t, bool array, Value self, Value chars, bool left, bool right) {
  ByteSource s, set;
  bool strips[256] = {};
  if (is_none(chars)) {
    for (u32 c = 0; c < 33; ++c) strips[c] = is_space(static_cast<u8>(c));
  } else {
    TRY(set.get(t, chars));
    for (usize i = 0; i < set.size(); ++i) strips[set.data()[i]] = true;
  }
  TRY(s.get(t, self));
  usize start = 0, end = s.size();
  while (left && start < end && strips[s.data()[start]]) ++start;
  while (right && end > start && strips[s.data()[end - 1]]) --end;
  if (start == 0 && end == s.size()) return unchanged_bytes(t, array, self, s);
  return bytes_like(t, array, s.view().substr(start, end - start));
}

// Joins what can be read in place: bytes and bytearrays, and views held meanwhile.
Result<> join_items(Thread& t, bool array, std::string_view separator, Tuple* items) {
  usize n = items->size();
  if (n == 0) return bytes_like(t, array, {});
  if (n == 1 && !array && is_exact<Bytes>((*items)[0])) return own((*items)[0]);
  // Views of all items are taken first: sizes must not change between measuring and copying.
  usize table_bytes = n * sizeof(ByteSource);
  void* table = buffer_allocate(t, table_bytes);
  if (table == nullptr) return (void)raise_memory_error(t), kError;
  ByteSource* sources = static_cast<ByteSource*>(table);
  usize taken = 0, total = 0;
  Result<> r = kError;
  bool ok = true;
  for (; taken < n && ok; ++taken) {
    Value v = (*items)[taken];
    new (&sources[taken]) ByteSource;
    if (!has_buffer(v) || sources[taken].get(t, v).is_error()) {
      if (error_pending(t)) clear_error(t);
      (void)raise(t, TypeError, "sequence item {}: expected a bytes-like object, {!T} found", taken, v);
      ok = false;
    } else if ((total += sources[taken].size() + (taken == 0 ? 0 : separator.size())) > (usize{1} << 60)) {
      (void)raise(t, OverflowError, "join() result is too long");
      ok = false;
    }
  }
  if (ok) {
    u8* out;
    r = new_bytes_like(t, array, total, &out);
    for (usize i = 0; !r.is_error() && i < n; ++i) {
      if (i != 0 && !separator.empty()) {
        std::memcpy(out, separator.data(), separator.size());
        out += separator.size();
      }
      if (sources[i].size() != 0) std::memcpy(out, sources[i].data(), sources[i].size());
      out += sources[i].size();
    }
  }
  for (usize i = 0; i < taken; ++i) sources[i].~ByteSource();
  buffer_free(table, table_bytes);
  return r;
}

}  // namespace

template <bool kArray>
Result<List> bytes_split(Thread& t, Value self, Value separator, ssize limit) {
  return split(t, kArray, self, separator, limit, false);
}
template <bool kArray>
Result<List> bytes_rsplit(Thread& t, Value self, Value separator, ssize limit) {
  return split(t, kArray, self, separator, limit, true);
}
template <bool kArray>
Result<List> bytes_splitlines(Thread& t, Value self, bool keep_ends) {
  ByteSource s;
  TRY(s.get(t, self));
  Local<List> list(t, TRY(list_new(t)));
  Pieces out(t, kArray, s.view(), list);
  const u8* text = s.data();
  usize n = s.size(), i = 0;
  while (i < n) {
    usize start = i;
    while (i < n && text[i] != '\n' && text[i] != '\r') ++i;
    usize end = i;
    if (i < n) {
      i += text[i] == '\r' && i + 1 < n && text[i + 1] == '\n' ? 2 : 1;
      if (keep_ends) end = i;
    }
    TRY(out.add(start, end));
  }
  return list.give();
}
template <bool kArray>
Result<Tuple> bytes_partition(Thread& t, Value self, Value separator) {
  return partition(t, kArray, self, separator, false);
}
template <bool kArray>
Result<Tuple> bytes_rpartition(Thread& t, Value self, Value separator) {
  return partition(t, kArray, self, separator, true);
}
template <bool kArray>
Result<> bytes_strip(Thread& t, Value self, Value chars) {
  return strip(t, kArray, self, chars, true, true);
}
template <bool kArray>
Result<> bytes_lstrip(Thread& t, Value self, Value chars) {
  return strip(t, kArray, self, chars, true, false);
}
template <bool kArray>
Result<> bytes_rstrip(Thread& t, Value self, Value chars) {
  return strip(t, kArray, self, chars, false, true);
}
template <bool kArray>
Result<> bytes_join(Thread& t, Value self, Value iterable) {
  Local<Tuple> items(t);
  if (is_exact<Tuple>(iterable)) {
    items.set(iterable);
  } else {
    Result<> iterator = iterate(t, iterable);
    if (iterator.is_error()) {
      if (!swallow(t, TypeError)) return kError;
      return raise(t, TypeError, "can only join an iterable");
    }
    Local<> keep(t, iterator);
    items.set(TRY(to_tuple(t, keep)));
  }
  ByteSource separator;
  TRY(separator.get(t, self));
  return join_items(t, kArray, separator.view(), items);
}

TP_INSTANTIATE_BOTH(Result<List>, bytes_split, Thread&, Value, Value, ssize);
TP_INSTANTIATE_BOTH(Result<List>, bytes_rsplit, Thread&, Value, Value, ssize);
TP_INSTANTIATE_BOTH(Result<List>, bytes_splitlines, Thread&, Value, bool);
TP_INSTANTIATE_BOTH(Result<Tuple>, bytes_partition, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<Tuple>, bytes_rpartition, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_strip, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_lstrip, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_rstrip, Thread&, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_join, Thread&, Value, Value);

}  // namespace taipan
