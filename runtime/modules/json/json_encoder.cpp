// make_encoder: objects to JSON text, all of it in one str.
#include "runtime/base/float_text.h"
#include "runtime/modules/json/json.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/thread/safepoint.h"
#include "runtime/types/container_util.h"
#include "runtime/types/descriptors.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/float.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/tuple.h"

namespace taipan {

namespace {

enum class Quoting : u8 { Python, Plain, Ascii };  // who makes strings: `encoder`, or one of ours

struct Encoder : Object {
  Slot<> markers, default_, encoder, indent;
  Slot<> key_separator, item_separator;  // str
  bool sort_keys, skipkeys, allow_nan;
  Quoting quoting;  // all set by the constructor, never changed
};

void encoder_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<Encoder*>(o);
  visit(e->markers, e->default_, e->encoder, e->indent, e->key_separator, e->item_separator);
}

bool is_frozendict(Value v) { return is_instance(v, frozendict_type); }

class Write {
 public:
  Write(Thread& t, Encoder* e, i64 level) : t_(t), e_(e), out_(t), level_(level) {
    indented_ = !is_none(e->indent.borrow());
  }
  Result<Str> finish() { return out_.finish(); }

  Status value(Value v) {
    if (v.is_int()) return out_.append_int(v.as_int());
    if (v.is_float()) return number(v);
    if (is_a<Str>(v)) return text(v);
    if (is_none(v)) return out_.append_ascii("null");
    if (is_true(v)) return out_.append_ascii("true");
    if (is_false(v)) return out_.append_ascii("false");
    if (is_any_int(v)) {
      Local<Str> digits(t_, TRY(int_to_text(t_, v)));
      return out_.append(digits);
    }
    if (is_any_float(v)) return number(v);
    RecursionGuard guard(t_);
    TRY(guard.check(" while encoding a JSON object"));
    TRY(safepoint(t_));
    if (is_a<List>(v) || is_a<Tuple>(v)) return marked(v, &Write::sequence);
    if (is_a<Dict>(v) || is_frozendict(v)) return marked(v, &Write::mapping);
    return marked(v, &Write::other);
  }

 private:
  Status text(Value v) {
    if (e_->quoting != Quoting::Python) return json_append_quoted(out_, v.as<Str>(), e_->quoting == Quoting::Ascii);
    Local<> quoted(t_, TRY(call(t_, e_->encoder.borrow(), v)));
    if (!is_a<Str>(quoted)) return raise(t_, TypeError, "encoder() must return a string, not {!T}", quoted.value());
    return out_.append(quoted.value().as<Str>());
  }

  Result<Str> number_text(Value v) {
    f64 d = float_value(v);
    if (d - d == 0) return float_repr(t_, d);
    if (!e_->allow_nan) {
      return raise(t_, ValueError, "Out of range float values are not JSON compliant: {!r}", v);
    }
    return str_from_ascii(t_, d != d ? "NaN" : d > 0 ? "Infinity" : "-Infinity");
  }
  Status number(Value v) {
    if (f64 d = float_value(v); d - d == 0) {
      char text[kMaxDoubleRepr];
      return out_.append_ascii({text, double_repr(d, text)});
    }
    Local<Str> s(t_, TRY(number_text(v)));
    return out_.append(s);
  }

  // With a note on what was being written when it fails.
  Status noted(Status s, const char* format, Value a, Value b) {
    if (!s.is_error()) return s;
    Result<BaseException> taken = take_error(t_);
    if (taken.is_error()) return kError;
    Local<BaseException> error(t_, taken);
    Result<Str> made = b.is_empty() ? str_format(t_, format, a) : str_format(t_, format, a, b);
    if (!made.is_error()) {
      Local<Str> note(t_, made);
      Result<> r = call_method(t_, error, names().add_note, note);
      if (r.is_error()) {
        clear_error(t_);
      } else {
        drop(r);
      }
    } else {
      clear_error(t_);
    }
    restore_error(t_, error.give());
    return kError;
  }

  // Containers under way: the outermost ones here, those further in in `markers`, by their identity.
  Status marked(Value v, Status (Write::*write)(Value)) {
    Value markers = e_->markers.borrow();
    if (is_none(markers)) return (this->*write)(v);
    for (usize i = 0; i < open_count_; ++i) {
      if (same(open_[i], v)) return raise(t_, ValueError, "Circular reference detected");
    }
    if (open_count_ < kOpen && dict_size(markers.as<Dict>()) == 0) {
      open_[open_count_++] = v;
      TRY((this->*write)(v));
      --open_count_;
      return kDone;
    }
    Dict* d = markers.as<Dict>();
    Local<> id(t_, TRY(int_from_u64(t_, identity(v))));
    if (TRY(dict_contains(t_, d, id))) return raise(t_, ValueError, "Circular reference detected");
    TRY(dict_set(t_, d, id, v));
    TRY((this->*write)(v));
    TRY(dict_delete(t_, d, id));
    return kDone;
  }

  Status newline() {
    TRY(out_.append_char('\n'));
    Value indent = e_->indent.borrow();
    for (i64 i = 0; i < level_; ++i) {
      if (is_a<Str>(indent)) TRY(out_.append(indent.as<Str>()));
    }
    return kDone;
  }
  Status separator(bool first) {
    if (!first) TRY(out_.append(e_->item_separator.borrow().as<Str>()));
    return indented_ ? newline() : Status(kDone);
  }
  Status open(char c) {
    ++level_;
    return out_.append_char(static_cast<u8>(c));
  }
  Status close(char c, bool empty) {
    --level_;
    if (indented_ && !empty) TRY(newline());
    return out_.append_char(static_cast<u8>(c));
  }

  Status sequence(Value v) {
    bool is_list = is_a<List>(v);
    TRY(open('['));
    usize i = 0;
    for (;; ++i) {
      Local<> item(t_);
      if (is_list) {
        item.set(TRY(list_get(t_, v.as<List>(), i)));
        if (item.is_empty()) break;
      } else {
        if (i >= v.as<Tuple>()->size()) break;
        item.set((*v.as<Tuple>())[i]);
      }
      TRY(separator(i == 0));
      TRY(noted(value(item), "when serializing {!T} item {}", v, Value::small_int(static_cast<i64>(i))));
    }
    return close(']', i == 0);
  }

  // The key as JSON wants it; absent: to be skipped.
  Result<Str> key_text(Value k) {
    if (is_a<Str>(k)) return own(k.as<Str>());
    if (is_none(k)) return str_from_ascii(t_, "null");
    if (is_true(k)) return str_from_ascii(t_, "true");
    if (is_false(k)) return str_from_ascii(t_, "false");
    if (is_any_int(k)) return int_to_text(t_, k);
    if (is_any_float(k)) return number_text(k);
    if (e_->skipkeys) return Result<Str>::absent();
    return raise(t_, TypeError, "keys must be str, int, float, bool or None, not {!T}", k);
  }

  Status entry(Value v, Value key, Value item, bool* first) {
    Local<Str> name(t_);
    bool is_text = is_a<Str>(key);  // held by the caller
    if (!is_text) {
      name.set(TRY(key_text(key)));
      if (name.is_empty()) return kDone;
    }
    TRY(separator(*first));
    *first = false;
    TRY(text(is_text ? key : name.value()));
    TRY(out_.append(e_->key_separator.borrow().as<Str>()));
    return noted(value(item), "when serializing {!T} item {!r}", v, key);
  }

  // A dict whose keys are all str, in the order of the keys; they are unique, so values are not compared.
  // False: there are other keys.
  Result<bool> sorted_by_name(Dict* d, Value v, bool* first) {
    Local<List> keys(t_, TRY(dict_keys_list(t_, d)));
    usize n = list_size(keys);
    for (usize i = 0; i < n; ++i) {
      if (!is_exact<Str>(list_borrow(keys, i))) return false;
    }
    TRY(list_sort(t_, keys, none_value(), false));
    for (usize i = 0; i < n; ++i) {
      Value key = list_borrow(keys, i);
      Local<> item(t_, TRY(dict_get_str(t_, d, key.as<Str>())));
      if (item.is_empty()) continue;  // `default` has taken it away
      TRY(entry(v, key, item, first));
    }
    return true;
  }

  Status mapping(Value v) {
    TRY(open('{'));
    bool first = true;
    if (is_exact<Dict>(v) && !e_->sort_keys) {
      u64 position = 0;
      Result<> key = none(), item = none();
      while (dict_next(t_, v.as<Dict>(), &position, &key, &item)) {
        Local<> k(t_, key), x(t_, item);
        TRY(entry(v, k, x, &first));
      }
    } else {
      if (is_exact<Dict>(v)) {
        bool done = TRY(sorted_by_name(v.as<Dict>(), v, &first));
        if (done) return close('}', first);
      }
      Local<> items(t_, TRY(call_method(t_, v, names().items)));
      Local<List> list(t_, TRY(to_list(t_, items)));
      if (e_->sort_keys) TRY(list_sort(t_, list, none_value(), false));
      for (usize i = 0;; ++i) {
        Local<> pair(t_, TRY(list_get(t_, list, i)));
        if (pair.is_empty()) break;
        if (!is_a<Tuple>(pair) || pair.value().as<Tuple>()->size() != 2) {
          return raise(t_, ValueError, "items must return 2-tuples");
        }
        Tuple* both = pair.value().as<Tuple>();
        TRY(entry(v, (*both)[0], (*both)[1], &first));
      }
    }
    return close('}', first);
  }

  Status other(Value v) {
    Local<> replaced(t_, TRY(call(t_, e_->default_.borrow(), v)));
    return noted(value(replaced), "when serializing {!T} object", v, Value::empty());
  }

  Thread& t_;
  Encoder* e_;
  StrBuilder out_;
  i64 level_;
  bool indented_;
  static constexpr usize kOpen = 32;
  Value open_[kOpen];  // borrowed: their writers hold them
  usize open_count_ = 0;
};

Result<> encoder_call(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  Value object, level;
  u32 total = nargs + (kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0);
  for (u32 i = 0; i < total; ++i) {
    if (i < nargs ? i == 0 : str_equals((*kwnames)[i - nargs].as<Str>(), "obj")) object = args[i].canonical();
    else level = args[i].canonical();
  }
  if (total != 2 || object.is_empty()) {
    return raise(t, TypeError, "_iterencode() takes exactly 2 arguments ({} given)", total);
  }
  Write write(t, self.as<Encoder>(), TRY(to_ssize(t, level)));
  TRY(write.value(object));
  Local<Str> text(t, TRY(write.finish()));
  return tuple_of(t, text);
}

constexpr const char* kParameters[] = {"markers", "default", "encoder", "indent", "key_separator",
                                       "item_separator", "sort_keys", "skipkeys", "allow_nan"};
constexpr usize kParameterCount = std::size(kParameters);

Result<> encoder_new(Thread& t, Type& cls, const Value* args, u32 nargs, Tuple* kwnames) {
  Value bound[kParameterCount];
  u32 named = kwnames != nullptr ? static_cast<u32>(kwnames->size()) : 0;
  if (nargs + named > kParameterCount) {
    return raise(t, TypeError, "make_encoder() takes at most 9 arguments ({} given)", nargs + named);
  }
  for (u32 i = 0; i < nargs; ++i) bound[i] = args[i].canonical();
  for (u32 k = 0; k < named; ++k) {
    usize i = 0;
    while (i < kParameterCount && !str_equals((*kwnames)[k].as<Str>(), kParameters[i])) ++i;
    if (i == kParameterCount || !bound[i].is_empty()) {
      return raise(t, TypeError, "make_encoder() got an unexpected keyword argument '{}'", (*kwnames)[k]);
    }
    bound[i] = args[nargs + k].canonical();
  }
  for (usize i = 0; i < kParameterCount; ++i) {
    if (bound[i].is_empty()) {
      return raise(t, TypeError, "make_encoder() missing required argument '{}' (pos {})", kParameters[i], i + 1);
    }
  }
  if (!is_none(bound[0]) && !is_a<Dict>(bound[0])) {
    return raise(t, TypeError, "make_encoder() argument 1 must be dict or None, not {!T}", bound[0]);
  }
  for (usize i : {4, 5}) {
    if (!is_a<Str>(bound[i])) {
      return raise(t, TypeError, "make_encoder() argument {} must be str, not {!T}", i + 1, bound[i]);
    }
  }
  bool flags[3];
  for (usize i = 0; i < 3; ++i) flags[i] = TRY(truth(t, bound[6 + i]));
  auto* e = new_object<Encoder>(t, cls);
  if (e == nullptr) return kError;
  e->markers.init(bound[0]);
  e->default_.init(bound[1]);
  e->encoder.init(bound[2]);
  e->indent.init(bound[3]);
  e->key_separator.init(bound[4]);
  e->item_separator.init(bound[5]);
  e->sort_keys = flags[0];
  e->skipkeys = flags[1];
  e->allow_nan = flags[2];
  if (is_exact<NativeFunction>(bound[2])) {
    NativeEntry entry = bound[2].as<NativeFunction>()->entry;
    if (entry == &Entry<json_encode_basestring_ascii>::call) e->quoting = Quoting::Ascii;
    if (entry == &Entry<json_encode_basestring>::call) e->quoting = Quoting::Plain;
  }
  return Result<>::from_owned(own_new(e).word());
}

const MemberDef kMembers[] = {
    {"markers", MemberKind::Object, offsetof(Encoder, markers), true, "Containers under way, by id."},
    {"default", MemberKind::Object, offsetof(Encoder, default_), true, "Called with what JSON does not have."},
    {"encoder", MemberKind::Object, offsetof(Encoder, encoder), true, "Makes JSON strings."},
    {"indent", MemberKind::Object, offsetof(Encoder, indent), true, "The text of one level, or None."},
    {"key_separator", MemberKind::Object, offsetof(Encoder, key_separator), true, "Between key and value."},
    {"item_separator", MemberKind::Object, offsetof(Encoder, item_separator), true, "Between items."},
    {"sort_keys", MemberKind::Bool, offsetof(Encoder, sort_keys), true, "Are keys sorted?"},
    {"skipkeys", MemberKind::Bool, offsetof(Encoder, skipkeys), true, "Are bad keys left out?"},
};

}  // namespace

const TypeDef kJsonEncoderDef = {
    .name = "_json.Encoder",
    .doc = "Encoder(markers, default, encoder, indent, key_separator, item_separator, sort_keys, skipkeys, allow_nan)",
    .flags = kTypeBase | kTypeGcTracked | kTypeImmutable,
    .size = sizeof(Encoder),
    .slots = {.visit = encoder_visit, .new_ = encoder_new, .call = encoder_call},
    .members = kMembers};

}  // namespace taipan
