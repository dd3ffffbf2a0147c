// marshal: values to bytes and back. Code objects are stored in the compiled-code cache's format, through the
// engine: they mean nothing to another interpreter, nor to another version of this one.
//
// Reading trusts nothing: sizes are checked against what is left to read, nesting is bounded, and so is the
// work of hashing (a few bytes of references can name a tuple with 2^100 leaves: Reader::weight_).
#include <cmath>
#include <cstring>

#include "runtime/base/float_text.h"
#include "runtime/engine.h"
#include "runtime/modules/module_tools.h"
#include "runtime/modules/sys/audit.h"
#include "runtime/object/call.h"
#include "runtime/object/call_parts.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/byte_source.h"
#include "runtime/types/bytes.h"
#include "runtime/types/bytearray.h"
#include "runtime/types/codec.h"
#include "runtime/types/dict.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/int_view.h"
#include "runtime/types/list.h"
#include "runtime/types/set.h"
#include "runtime/types/singletons.h"
#include "runtime/types/slice.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

constexpr i64 kVersion = 6;
constexpr u32 kMaxDepth = 2000;
constexpr u8 kRefFlag = 0x80;

bool is_frozendict(Value v) { return v.is_ref() && !is_a<Dict>(v) && is_instance(v, frozendict_type); }
bool is_frozenset(Value v) { return v.is_ref() && &type_of(v) == &frozenset_type; }

// --- writing ---------------------------------------------------------------------------------------------------

class Writer {
 public:
  Writer(Thread& t, i64 version, bool allow_code) : t_(t), version_(version), allow_code_(allow_code), ids_(t), held_(t) {}
  ~Writer() {
    if (data_ != nullptr) buffer_free(data_, capacity_);
  }
  Writer(const Writer&) = delete;

  Result<Bytes> run(Value v) {
    if (version_ >= 3) {
      ids_.set(TRY(dict_new(t_)));
      held_.set(TRY(list_new(t_)));
    }
    TRY(write(v, 0));
    return bytes_from(t_, {reinterpret_cast<const char*>(data_), size_});
  }

 private:
  Status put(const void* p, usize n) {
    if (n > capacity_ - size_) {
      usize wanted = std::max<usize>(capacity_ * 2, size_ + n + 64);
      void* fresh = data_ == nullptr ? buffer_allocate(t_, wanted) : buffer_reallocate(t_, data_, capacity_, wanted);
      if (fresh == nullptr) return raise_memory_error(t_);
      data_ = static_cast<u8*>(fresh);
      capacity_ = wanted;
    }
    std::memcpy(data_ + size_, p, n);
    size_ += n;
    return kDone;
  }
  Status byte(u8 b) { return put(&b, 1); }
  Status tag(char c) { return byte(static_cast<u8>(c) | flag_); }
  Status number32(u64 n) {
    if (n > INT32_MAX) return unmarshallable();
    u32 x = static_cast<u32>(n);
    return put(&x, 4);
  }
  Status unmarshallable() { return raise(t_, ValueError, "unmarshallable object"); }
  Status sized(char c, const void* p, usize n) {
    TRY(tag(c));
    TRY(number32(n));
    return put(p, n);
  }

  Status write(Value v, u32 depth) {
    flag_ = 0;
    v = v.canonical();
    if (depth > kMaxDepth) return raise(t_, ValueError, "object too deeply nested to marshal");
    TRY(check_machine_stack(t_, " while marshalling an object"));
    if (is_none(v)) return tag('N');
    if (is_true(v)) return tag('T');
    if (is_false(v)) return tag('F');
    if (same(v, Value(&ellipsis_object))) return tag('.');
    if (same(v, Value(&StopIteration))) return tag('S');
    if (v.is_ref() && version_ >= 3) {
      if (TRY(written_before(v))) return kDone;
    }
    return contents(v, depth);
  }

  // A reference to an earlier object, or a new number for this one.
  Result<bool> written_before(Value v) {
    Local<> id(t_, TRY(int_from_u64(t_, identity(v))));
    Local<> known(t_, TRY(dict_get(t_, ids_, id)));
    if (!known.is_empty()) {
      TRY(tag('r'));
      TRY(number32(static_cast<u64>(known.value().as_int())));
      return true;
    }
    TRY(dict_set(t_, ids_, id, Value::small_int(static_cast<i64>(list_size(held_.get())))));
    TRY(list_append(t_, held_, v));  // so that its identity stays its own
    flag_ = kRefFlag;
    return false;
  }

  Status contents(Value v, u32 depth) {
    if (is_exact_int(v)) return integer(v);
    if (v.is_float() || is_exact<FloatBox>(v)) return floating(v);
    if (is_exact<Complex>(v)) return complex(v.as<Complex>());
    if (is_exact<Str>(v)) return text(v.as<Str>());
    if (is_exact<Bytes>(v)) return sized('s', v.as<Bytes>()->data(), v.as<Bytes>()->size());
    if (is_exact<Tuple>(v)) return tuple(v.as<Tuple>(), depth);
    if (is_exact<List>(v)) return list(v.as<List>(), depth);
    if (is_exact<Dict>(v)) return dict('{', v, depth);
    if (is_frozendict(v) && version_ >= 6) return dict('}', v, depth);
    if (v.is_ref() && &type_of(v) == &set_type) return set('<', v.as<Set>(), depth);
    if (is_frozenset(v)) return set('>', v.as<Set>(), depth);
    if (is_exact<Slice>(v) && version_ >= 5) return slice(v.as<Slice>(), depth);
    if (v.is_ref() && v.object()->shape.load_relaxed() == shape_id(BuiltinShape::code_)) return code(v);
    if (v.is_ref() && has_buffer(v)) {
      ByteSource bytes;
      if (bytes.get(t_, v).is_error()) {
        clear_error(t_);
        return unmarshallable();
      }
      return sized('s', bytes.data(), bytes.size());
    }
    return unmarshallable();
  }

  Status integer(Value v) {
    i64 i;
    if (int_to_i64(v, &i) && i >= INT32_MIN && i <= INT32_MAX) {
      TRY(tag('i'));
      u32 x = static_cast<u32>(static_cast<i32>(i));
      return put(&x, 4);
    }
    IntView view(v);
    usize digits = (view.bit_length() + 14) / 15;
    TRY(tag('l'));
    if (digits > INT32_MAX) return unmarshallable();
    i32 n = static_cast<i32>(digits);
    if (view.is_negative()) n = -n;
    TRY(put(&n, 4));
    for (usize d = 0; d < digits; ++d) {
      usize bit = d * 15, word = bit / 64, shift = bit % 64;
      u64 x = view[word] >> shift;
      if (shift > 49) x |= view[word + 1] << (64 - shift);
      u16 digit = static_cast<u16>(x & 0x7fff);
      TRY(put(&digit, 2));
    }
    return kDone;
  }

  Status float_text(f64 d) {
    char text[kMaxDoubleRepr];
    u8 n = static_cast<u8>(double_repr(d, text));
    TRY(byte(n));
    return put(text, n);
  }
  Status floating(Value v) {
    f64 d = float_value(v);
    TRY(tag(version_ > 1 ? 'g' : 'f'));
    return version_ > 1 ? put(&d, 8) : float_text(d);
  }
  Status complex(Complex* c) {
    TRY(tag(version_ > 1 ? 'y' : 'x'));
    if (version_ <= 1) {
      TRY(float_text(c->real));
      return float_text(c->imag);
    }
    TRY(put(&c->real, 8));
    return put(&c->imag, 8);
  }

  Status text(Str* s) {
    bool interned = version_ >= 3 && s->is_interned();
    if (version_ >= 4 && s->is_ascii()) {
      usize n = s->length();
      if (n >= 256) return sized(interned ? 'A' : 'a', s->data(), n);
      TRY(tag(interned ? 'Z' : 'z'));
      TRY(byte(static_cast<u8>(n)));
      return put(s->data(), n);
    }
    Utf8 utf8;
    TRY(utf8.encode(t_, s, true));
    return sized(interned ? 't' : 'u', utf8.view().data(), utf8.view().size());
  }

  Status tuple(Tuple* s, u32 depth) {
    if (version_ >= 4 && s->size() < 256) {
      TRY(tag(')'));
      TRY(byte(static_cast<u8>(s->size())));
    } else {
      TRY(tag('('));
      TRY(number32(s->size()));
    }
    for (usize i = 0; i < s->size(); ++i) TRY(write((*s)[i], depth + 1));
    return kDone;
  }
  Status list(List* s, u32 depth) {
    Local<Tuple> items(t_, TRY(list_to_tuple(t_, s)));  // others may change the list meanwhile
    TRY(tag('['));
    TRY(number32(items->size()));
    for (usize i = 0; i < items->size(); ++i) TRY(write((*items.get())[i], depth + 1));
    return kDone;
  }
  Status dict(char c, Value v, u32 depth) {
    Local<> all(t_, TRY(call_method(t_, v, names().items)));
    Local<Tuple> items(t_, TRY(to_tuple(t_, all)));
    TRY(tag(c));
    for (usize i = 0; i < items->size(); ++i) {
      Tuple* pair = (*items.get())[i].as<Tuple>();
      TRY(write((*pair)[0], depth + 1));
      TRY(write((*pair)[1], depth + 1));
    }
    return byte('0');
  }
  Status set(char c, Set* s, u32 depth) {
    Local<Tuple> items(t_, TRY(to_tuple(t_, Value(s))));
    TRY(tag(c));
    TRY(number32(items->size()));
    for (usize i = 0; i < items->size(); ++i) TRY(write((*items.get())[i], depth + 1));
    return kDone;
  }
  Status slice(Slice* s, u32 depth) {
    TRY(tag(':'));
    TRY(write(s->start.borrow(), depth + 1));
    TRY(write(s->stop.borrow(), depth + 1));
    return write(s->step.borrow(), depth + 1);
  }
  Status code(Value v) {
    if (!allow_code_) return raise(t_, ValueError, "marshalling code objects is disallowed");
    if (g_engine.code_to_bytes == nullptr) return unmarshallable();
    Local<Bytes> data(t_, TRY(g_engine.code_to_bytes(t_, v)));
    return sized('c', data->data(), data->size());
  }

  Thread& t_;
  i64 version_;
  bool allow_code_;
  Local<Dict> ids_;   // identity -> number
  Local<List> held_;  // the numbered objects
  u8* data_ = nullptr;
  usize size_ = 0, capacity_ = 0;
  u8 flag_ = 0;
};

// --- reading ---------------------------------------------------------------------------------------------------

class Reader {
 public:
  Reader(Thread& t, bool allow_code, const u8* data, usize size, Value file)
      : t_(t), allow_code_(allow_code), at_(data), end_(data + size), file_(t, file), chunk_(t), refs_(t), weights_(t) {}

  Result<> run() {
    refs_.set(TRY(list_new(t_)));
    weights_.set(TRY(list_new(t_)));
    Local<> v(t_, TRY(read(0)));
    if (v.is_empty()) return raise(t_, TypeError, "NULL object in marshal data for object");
    return v.give();
  }

 private:
  static constexpr usize kNoRef = ~usize{0};
  // How many leaves a hash may visit.
  static constexpr u64 kMaxWeight = u64{1} << 24;

  ErrorTag bad(const char* what) { return raise(t_, ValueError, "bad marshal data ({})", what); }
  ErrorTag too_short() { return raise(t_, EOFError, "marshal data too short"); }

  // n bytes, good until the next take().
  Result<const u8*> take(usize n) {
    if (file_.is_empty()) {
      if (static_cast<usize>(end_ - at_) < n) return too_short();
      const u8* p = at_;
      at_ += n;
      return p;
    }
    if (n == 0) return at_;
    Local<> data(t_, TRY(call_method(t_, file_, names().read, Value::small_int(static_cast<i64>(n)))));
    if (!is_a<Bytes>(data)) return raise(t_, TypeError, "file.read() returned not bytes but {!T}", data.value());
    Bytes* bytes = data.value().as<Bytes>();
    if (bytes->size() > n) {
      return raise(t_, ValueError, "read() returned too much data: {} bytes requested, {} returned", n, bytes->size());
    }
    if (bytes->size() < n) return too_short();
    chunk_.set(data.value());
    return static_cast<const u8*>(bytes->data());
  }
  template <class T>
  Result<T> number() {
    const u8* p = TRY(take(sizeof(T)));
    T v;
    std::memcpy(&v, p, sizeof v);
    return v;
  }
  // A count of things that take at least one byte each.
  Result<usize> count(const char* what) {
    i32 n = TRY(number<i32>());
    if (n < 0) return bad(what);
    if (!file_.is_empty() && n > (1 << 24)) return bad(what);
    if (file_.is_empty() && static_cast<usize>(end_ - at_) < static_cast<usize>(n)) {
      return raise(t_, EOFError, "EOF read where object expected");
    }
    return static_cast<usize>(n);
  }

  // A place among the references, for an object that is not complete: until then the list itself stands there.
  Result<usize> reserve(bool flagged) {
    if (!flagged) return kNoRef;
    usize index = list_size(refs_.get());
    TRY(list_append(t_, refs_, Value(refs_.get())));
    TRY(list_append(t_, weights_, Value::small_int(1)));
    return index;
  }
  Status enter(usize index, Value v, u64 weight) {
    weight_ = std::min(weight, kMaxWeight * 2);
    if (index == kNoRef) return kDone;
    TRY(list_set(t_, weights_, index, Value::small_int(static_cast<i64>(weight_))));
    return list_set(t_, refs_, index, v);
  }
  Result<> leaf(bool flagged, Result<> r) {
    Local<> v(t_, TRY(r));
    usize index = TRY(reserve(flagged));
    TRY(enter(index, v, 1));
    return v.give();
  }
  // What is about to be hashed.
  Status check_weight() {
    if (weight_ > kMaxWeight) return bad("too many references to hash");
    return kDone;
  }

  Result<> read_value(u32 depth) {
    Local<> v(t_, TRY(read(depth)));
    if (v.is_empty()) return raise(t_, TypeError, "NULL object in marshal data for element");
    return v.give();
  }

  // absent(): the mark that ends a dict.
  Result<> read(u32 depth) {
    if (depth > kMaxDepth) return raise(t_, ValueError, "recursion limit exceeded");
    TRY(check_machine_stack(t_, " while unmarshalling an object"));
    if (++steps_ % 4096 == 0) TRY(safepoint(t_));
    if (file_.is_empty() && at_ == end_) return raise(t_, EOFError, "EOF read where object expected");
    Result<const u8*> first = take(1);
    if (first.is_error()) {
      if (error_matches(t_, EOFError)) {
        clear_error(t_);
        return raise(t_, EOFError, "EOF read where object expected");
      }
      return kError;
    }
    u8 code = *first.take();
    bool flagged = code & kRefFlag;
    weight_ = 1;
    switch (code & 0x7f) {
      case '0': return Result<>::absent();
      case 'N': return none();
      case 'T': return boolean(true);
      case 'F': return boolean(false);
      case '.': return own(Value(&ellipsis_object));
      case 'S': return own(Value(&StopIteration));
      case 'i': return leaf(flagged, Result<>::small_int(TRY(number<i32>())));
      case 'I': return leaf(flagged, int_from_i64(t_, TRY(number<i64>())));
      case 'l': return leaf(flagged, integer());
      case 'f': return leaf(flagged, float_from(t_, TRY(float_text())));
      case 'g': return leaf(flagged, float_from(t_, TRY(number<f64>())));
      case 'x': {
        f64 re = TRY(float_text());
        return leaf(flagged, complex_from(t_, re, TRY(float_text())));
      }
      case 'y': {
        f64 re = TRY(number<f64>());
        return leaf(flagged, complex_from(t_, re, TRY(number<f64>())));
      }
      case 's': {
        usize n = TRY(size("bytes object size out of range"));
        return leaf(flagged, bytes_from(t_, {reinterpret_cast<const char*>(TRY(take(n))), n}));
      }
      case 'u': case 't': return leaf(flagged, text(TRY(size("string size out of range")), (code & 0x7f) == 't', false));
      case 'a': case 'A': return leaf(flagged, text(TRY(size("string size out of range")), (code & 0x7f) == 'A', true));
      case 'z': case 'Z': return leaf(flagged, text(TRY(number<u8>()), (code & 0x7f) == 'Z', true));
      case ')': return tuple(TRY(number<u8>()), flagged, depth);
      case '(': return tuple(TRY(count("tuple size out of range")), flagged, depth);
      case '[': return list(flagged, depth);
      case '{': case '}': return dict((code & 0x7f) == '}', flagged, depth);
      case '<': case '>': return set((code & 0x7f) == '>', flagged, depth);
      case ':': return slice(flagged, depth);
      case 'c': return this->code(flagged);
      case 'r': {
        i32 n = TRY(number<i32>());
        Local<> v(t_, n < 0 ? Result<>::absent() : TRY(list_get(t_, refs_, static_cast<usize>(n))));
        if (v.is_empty() || same(v, Value(refs_.get()))) return bad("invalid reference");
        weight_ = static_cast<u64>(list_borrow(weights_, static_cast<usize>(n)).as_int());
        return v.give();
      }
      default: return bad("unknown type code");
    }
  }

  Result<usize> size(const char* what) {
    i32 n = TRY(number<i32>());
    if (n < 0) return bad(what);
    return static_cast<usize>(n);
  }

  Result<> integer() {
    i32 n = TRY(number<i32>());
    if (n == INT32_MIN) return bad("long size out of range");
    usize digits = static_cast<usize>(n < 0 ? -n : n);
    if (digits == 0) return Result<>::small_int(0);
    const u8* p = TRY(take(digits * 2));
    IntBuilder b(t_, (digits * 15 + 63) / 64);
    if (!b.ok()) return kError;
    mpn_zero(b.limbs(), static_cast<mp_size_t>(b.size()));
    for (usize d = 0; d < digits; ++d) {
      u64 digit = p[2 * d] | static_cast<u64>(p[2 * d + 1]) << 8;
      if (digit > 0x7fff) return bad("digit out of range in long");
      if (d + 1 == digits && digit == 0) return bad("unnormalized long data");
      usize bit = d * 15, word = bit / 64, shift = bit % 64;
      b.limbs()[word] |= digit << shift;
      if (shift > 49 && word + 1 < b.size()) b.limbs()[word + 1] |= digit >> (64 - shift);
    }
    return b.finish(n < 0);
  }

  Result<f64> float_text() {
    u8 n = TRY(number<u8>());
    const u8* p = TRY(take(n));
    std::string_view text(reinterpret_cast<const char*>(p), n);
    f64 d;
    if (parse_double(text, &d)) return d;
    Local<Str> shown(t_, TRY(str_from_latin1(t_, text)));
    return raise(t_, ValueError, "could not convert string to float: {!r}", shown.value());
  }

  Result<> text(usize n, bool interned, bool ascii) {
    const u8* p = TRY(take(n));
    std::string_view bytes(reinterpret_cast<const char*>(p), n);
    Local<Str> s(t_, TRY(ascii ? str_from_latin1(t_, bytes) : decode_form(t_, bytes, TextForm::Utf8, "surrogatepass", nullptr)));
    if (!interned) return s.give();
    return str_intern(t_, s);
  }

  Result<> tuple(usize n, bool flagged, u32 depth) {
    usize index = TRY(reserve(flagged));
    if (n == 0) {
      TRY(enter(index, Value(empty_tuple()), 1));
      return own(Value(empty_tuple()));
    }
    Local<Tuple> s(t_, TRY(tuple_new(t_, n)));
    for (usize i = 0; i < n; ++i) s->items()[i].init(none_value());  // a reference may see it unfinished
    TRY(enter(index, s, kMaxWeight + 1));
    u64 weight = 1;
    for (usize i = 0; i < n; ++i) {
      Local<> v(t_, TRY(read_value(depth + 1)));
      s->items()[i].store(s.get(), v.value());
      weight += weight_;
    }
    TRY(enter(index, s, weight));
    return s.give();
  }
  Result<> list(bool flagged, u32 depth) {
    usize n = TRY(count("list size out of range")), index = TRY(reserve(flagged));
    Local<List> s(t_, TRY(list_new(t_)));
    TRY(enter(index, s, 1));
    for (usize i = 0; i < n; ++i) {
      Local<> v(t_, TRY(read_value(depth + 1)));
      TRY(list_append(t_, s, v.value()));
    }
    weight_ = 1;
    return s.give();
  }
  Result<> dict(bool frozen, bool flagged, u32 depth) {
    usize index = TRY(reserve(flagged));
    Local<Dict> d(t_, TRY(dict_new(t_)));
    u64 weight = 1;
    if (!frozen) TRY(enter(index, d, 1));
    while (true) {
      Local<> key(t_, TRY(read(depth + 1)));
      if (key.is_empty()) break;
      TRY(check_weight());
      weight += weight_;
      Local<> v(t_, TRY(read_value(depth + 1)));
      weight += weight_;
      TRY(dict_set(t_, d, key, v));
    }
    if (!frozen) return weight_ = 1, d.give();
    Local<> result(t_, TRY(call(t_, &frozendict_type, d)));
    TRY(enter(index, result, weight));
    return result.give();
  }
  Result<> set(bool frozen, bool flagged, u32 depth) {
    usize n = TRY(count("set size out of range")), index = TRY(reserve(flagged));
    Local<Set> s(t_, TRY(set_new(t_)));
    u64 weight = 1;
    if (!frozen) TRY(enter(index, s, 1));
    for (usize i = 0; i < n; ++i) {
      Local<> v(t_, TRY(read_value(depth + 1)));
      TRY(check_weight());
      weight += weight_;
      TRY(set_add(t_, s, v));
    }
    if (!frozen) return weight_ = 1, s.give();
    Local<Set> result(t_, TRY(frozenset_from(t_, s)));
    TRY(enter(index, result, weight));
    return result.give();
  }
  Result<> slice(bool flagged, u32 depth) {
    usize index = TRY(reserve(flagged));
    Local<> start(t_, TRY(read_value(depth + 1)));
    u64 weight = weight_;
    Local<> stop(t_, TRY(read_value(depth + 1)));
    weight += weight_;
    Local<> step(t_, TRY(read_value(depth + 1)));
    weight += weight_;
    Local<Slice> s(t_, TRY(slice_new(t_, start, stop, step)));
    TRY(enter(index, s, weight));
    return s.give();
  }
  Result<> code(bool flagged) {
    if (!allow_code_) return raise(t_, ValueError, "unmarshalling code objects is disallowed");
    usize n = TRY(size("code size out of range"));
    const u8* p = TRY(take(n));
    if (g_engine.code_from_bytes == nullptr) return bad("unknown type code");
    return leaf(flagged, g_engine.code_from_bytes(t_, p, n));
  }

  Thread& t_;
  bool allow_code_;
  const u8* at_;
  const u8* end_;
  Local<> file_;         // empty: all is in memory
  Local<> chunk_;        // what file_ gave last
  Local<List> refs_, weights_;
  u64 weight_ = 1;       // leaves of the object read last, as hash() counts them
  u32 steps_ = 0;
};

// --- the module ----------------------------------------------------------------------------------------------------

Result<Bytes> dump_bytes(Thread& t, Value v, i64 version, bool allow_code) {
  Writer w(t, version, allow_code);
  return w.run(v);
}
Result<Bytes> marshal_dumps(Thread& t, Value v, Value version, bool allow_code) {
  i64 n = version.is_empty() ? kVersion : TRY(to_ssize(t, version));
  TRY(audit(t, "marshal.dumps", v, Value::small_int(n)));
  return dump_bytes(t, v, n, allow_code);
}
Result<> marshal_dump(Thread& t, Value v, Value file, Value version, bool allow_code) {
  Local<Bytes> data(t, TRY(marshal_dumps(t, v, version, allow_code)));
  return call_method(t, file, names().write, data);
}
Result<> marshal_loads(Thread& t, const ByteSource& data, bool allow_code) {
  if (g_audit_hooks.load_acquire() != 0) {
    Local<Bytes> copy(t, TRY(bytes_from(t, data.view())));
    TRY(audit(t, "marshal.loads", copy));
  }
  Reader r(t, allow_code, data.data(), data.size(), Value::empty());
  return r.run();
}
Result<> marshal_load(Thread& t, Value file, bool allow_code) {
  TRY(audit(t, "marshal.load", Value::empty()));
  Reader r(t, allow_code, nullptr, 0, file);
  return r.run();
}

const NativeDef kFunctions[] = {
    def<marshal_dump>("dump($module, value, file, version=version, /, *, allow_code=True)", "Writes the value to a binary file."),
    def<marshal_dumps>("dumps($module, value, version=version, /, *, allow_code=True)", "The value as bytes."),
    def<marshal_load>("load($module, file, /, *, allow_code=True)", "Reads one value from a binary file."),
    def<marshal_loads>("loads($module, bytes, /, *, allow_code=True)", "The value that dumps() wrote; bytes behind it do not matter."),
};
const ConstantDef kConstants[] = {int_constant("version", kVersion)};

}  // namespace

extern const ModuleDef marshal_module_def;
const ModuleDef marshal_module_def = {"marshal", "Values of built-in types as bytes.", kFunctions, kConstants};

}  // namespace taipan
