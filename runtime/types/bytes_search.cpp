// bytes and bytearray: find, index, count, replace, startswith and their kin; comparing, `in`.
#include "runtime/base/search.h"
#include "runtime/config.h"
#include "runtime/object/error.h"
#include "runtime/types/bytes_methods.h"
#include "runtime/types/container_util.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

// What is looked for: a bytes-like object, or an int standing for one byte.
class Needle {
 public:
  Status get(Thread& t, Value v, const char* expected) {
    if (!has_buffer(v)) {
      if (type_of(v).slots.index == nullptr) return raise(t, TypeError, "{}, not '{!T}'", expected, v);
      byte_ = static_cast<u8>(TRY(byte_value(t, v)));
      data = &byte_;
      size = 1;
      return kDone;
    }
    TRY(source_.get(t, v));
    data = source_.data();
    size = source_.size();
    return kDone;
  }
  const u8* data = nullptr;
  usize size = 0;

 private:
  ByteSource source_;
  u8 byte_ = 0;
};

constexpr const char* kSubExpected = "argument should be integer or bytes-like object";

ssize search_in(const u8* hay, usize from, usize to, const Needle& needle, bool from_right) {
  if (from > to || to - from < needle.size) return -1;
  if (needle.size == 0) return static_cast<ssize>(from_right ? to : from);
  usize n = to - from;
  ssize at = needle.size == 1 ? (from_right ? rfind_char<u8>(hay + from, n, needle.data[0])
                                            : find_char<u8>(hay + from, n, needle.data[0]))
             : from_right     ? rfind<u8>(hay + from, n, needle.data, needle.size)
                              : find<u8>(hay + from, n, needle.data, needle.size);
  return at < 0 ? at : at + static_cast<ssize>(from);
}

Result<ssize> search(Thread& t, Value self, Value sub, Value start, Value end, bool from_right) {
  Needle needle;
  TRY(needle.get(t, sub, kSubExpected));
  ByteSource source;
  TRY(source.get(t, self));
  usize from, to;
  TRY(text_bounds(t, start, end, source.size(), &from, &to));
  return search_in(source.data(), from, to, needle, from_right);
}

Result<ssize> must_find(Thread& t, Value self, Value sub, Value start, Value end, bool from_right) {
  ssize at = TRY(search(t, self, sub, start, end, from_right));
  if (at < 0) return raise(t, ValueError, "subsection not found");
  return at;
}

bool affix_matches(const ByteSource& s, const ByteSource& part, usize from, usize to, bool at_end) {
  usize m = part.size();
  if (from > to || to - from < m) return false;
  return m == 0 || std::memcmp(s.data() + (at_end ? to - m : from), part.data(), m) == 0;
}

Result<bool> has_affix(Thread& t, Value self, Value affix, Value start, Value end, bool at_end) {
  ByteSource s;
  TRY(s.get(t, self));
  usize from, to;
  TRY(text_bounds(t, start, end, s.size(), &from, &to));
  if (is_a<Tuple>(affix)) {
    Tuple* choices = affix.as<Tuple>();
    for (usize i = 0; i < choices->size(); ++i) {
      ByteSource part;
      TRY(part.get(t, (*choices)[i]));
      if (affix_matches(s, part, from, to, at_end)) return true;
    }
    return false;
  }
  if (!has_buffer(affix)) {
    return raise(t, TypeError, "{} first arg must be bytes or a tuple of bytes, not {!T}",
                 at_end ? "endswith" : "startswith", affix);
  }
  ByteSource part;
  TRY(part.get(t, affix));
  return affix_matches(s, part, from, to, at_end);
}

Result<> replace(Thread& t, bool array, Value self, const ByteSource& old, const ByteSource& fresh, ssize limit) {
  ByteSource s;
  TRY(s.get(t, self));
  usize n = s.size(), m = old.size(), k = fresh.size();
  usize most = limit < 0 ? ~usize{0} : static_cast<usize>(limit);
  if (most == 0 || m > n || (m == 0 && k == 0)) return unchanged_bytes(t, array, self, s);
  usize matches = m == 0 ? (most < n + 1 ? most : n + 1) : count<u8>(s.data(), n, old.data(), m, most);
  if (matches == 0) return unchanged_bytes(t, array, self, s);
  usize kept = n - matches * m;
  if (k != 0 && matches > ((usize{1} << 62) - kept) / k) {
    return raise(t, OverflowError, "replace bytes is too long");
  }
  u8* out;
  Result<> r = new_bytes_like(t, array, kept + matches * k, &out);
  if (r.is_error() || kept + matches * k == 0) return r;
  auto put = [&](const u8* from, usize size) {
    if (size != 0) std::memcpy(out, from, size);
    out += size;
  };
  usize done = 0;
  if (m == 0) {
    for (usize i = 0; i < matches; ++i) {
      put(fresh.data(), k);
      if (i < n) put(s.data() + i, 1);
    }
    done = matches < n ? matches : n;
  } else {
    MatchWalker<u8> walker(s.data(), n, old.data(), m);
    for (usize i = 0; i < matches; ++i) {
      usize at = static_cast<usize>(walker.next());
      put(s.data() + done, at - done);
      put(fresh.data(), k);
      done = at + m;
    }
  }
  put(s.data() + done, n - done);
  return r;
}

}  // namespace

Result<i32> byte_value(Thread& t, Value v) {
  i64 i;
  if (v.is_int()) {
    i = v.as_int();
  } else {
    Local<> index(t, TRY(to_index(t, v)));
    if (!int_to_i64(index, &i)) i = -1;
  }
  if (i < 0 || i > 255) return raise(t, ValueError, "byte must be in range(0, 256)");
  return static_cast<i32>(i);
}

template <bool kArray>
Result<ssize> bytes_find(Thread& t, Value self, Value sub, Value start, Value end) {
  return search(t, self, sub, start, end, false);
}
template <bool kArray>
Result<ssize> bytes_rfind(Thread& t, Value self, Value sub, Value start, Value end) {
  return search(t, self, sub, start, end, true);
}
template <bool kArray>
Result<ssize> bytes_index(Thread& t, Value self, Value sub, Value start, Value end) {
  return must_find(t, self, sub, start, end, false);
}
template <bool kArray>
Result<ssize> bytes_rindex(Thread& t, Value self, Value sub, Value start, Value end) {
  return must_find(t, self, sub, start, end, true);
}
template <bool kArray>
Result<ssize> bytes_count(Thread& t, Value self, Value sub, Value start, Value end) {
  Needle needle;
  TRY(needle.get(t, sub, kSubExpected));
  ByteSource s;
  TRY(s.get(t, self));
  usize from, to;
  TRY(text_bounds(t, start, end, s.size(), &from, &to));
  if (from > to || to - from < needle.size) return ssize{0};
  if (needle.size == 0) return static_cast<ssize>(to - from + 1);
  return static_cast<ssize>(count<u8>(s.data() + from, to - from, needle.data, needle.size));
}
template <bool kArray>
Result<bool> bytes_startswith(Thread& t, Value self, Value prefix, Value start, Value end) {
  return has_affix(t, self, prefix, start, end, false);
}
template <bool kArray>
Result<bool> bytes_endswith(Thread& t, Value self, Value suffix, Value start, Value end) {
  return has_affix(t, self, suffix, start, end, true);
}
template <bool kArray>
Result<> bytes_replace(Thread& t, Value self, const ByteSource& old, const ByteSource& fresh, ssize n) {
  return replace(t, kArray, self, old, fresh, n);
}
template <bool kArray>
Result<> bytes_removeprefix(Thread& t, Value self, const ByteSource& prefix) {
  ByteSource s;
  TRY(s.get(t, self));
  if (!affix_matches(s, prefix, 0, s.size(), false)) return unchanged_bytes(t, kArray, self, s);
  return bytes_like(t, kArray, s.view().substr(prefix.size()));
}
template <bool kArray>
Result<> bytes_removesuffix(Thread& t, Value self, const ByteSource& suffix) {
  ByteSource s;
  TRY(s.get(t, self));
  if (!affix_matches(s, suffix, 0, s.size(), true)) return unchanged_bytes(t, kArray, self, s);
  return bytes_like(t, kArray, s.view().substr(0, s.size() - suffix.size()));
}

TP_INSTANTIATE_BOTH(Result<ssize>, bytes_find, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<ssize>, bytes_rfind, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<ssize>, bytes_index, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<ssize>, bytes_rindex, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<ssize>, bytes_count, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_startswith, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<bool>, bytes_endswith, Thread&, Value, Value, Value, Value);
TP_INSTANTIATE_BOTH(Result<>, bytes_replace, Thread&, Value, const ByteSource&, const ByteSource&, ssize);
TP_INSTANTIATE_BOTH(Result<>, bytes_removeprefix, Thread&, Value, const ByteSource&);
TP_INSTANTIATE_BOTH(Result<>, bytes_removesuffix, Thread&, Value, const ByteSource&);

Result<bool> bytes_contains_slot(Thread& t, Value self, Value v) {
  Needle needle;
  TRY(needle.get(t, v, "a bytes-like object is required"));
  ByteSource s;
  TRY(s.get(t, self));
  return search_in(s.data(), 0, s.size(), needle, false) >= 0;
}

Result<> bytes_compare_slot(Thread& t, Value self, Value other, CompareOp op) {
  bool is_bytes = is_a<Bytes>(self);
  if (g_config.bytes_warning && (op == CompareOp::Eq || op == CompareOp::Ne)) {
    if (is_a<Str>(other)) {
      TRY(warn(t, BytesWarning, is_bytes ? "Comparison between bytes and string" : "Comparison between bytearray and string"));
    } else if (is_bytes && is_any_int(other)) {
      TRY(warn(t, BytesWarning, "Comparison between bytes and int"));
    }
  }
  // Other types with buffers decide themselves how they compare with bytes.
  if (is_bytes ? !is_a<Bytes>(other) : !has_buffer(other)) return not_implemented();
  ByteSource a, b;
  TRY(a.get(t, self));
  if (b.get(t, other).is_error()) {
    if (!swallow(t, BufferError)) return kError;
    return not_implemented();
  }
  bool longer = a.size() != b.size();
  if (longer && (op == CompareOp::Eq || op == CompareOp::Ne)) return boolean(op == CompareOp::Ne);
  usize n = a.size() < b.size() ? a.size() : b.size();
  int c = n == 0 ? 0 : std::memcmp(a.data(), b.data(), n);
  if (c == 0) c = a.size() < b.size() ? -1 : a.size() > b.size();
  return boolean(ordered(op, c, 0));
}

}  // namespace taipan
