// sub(), subn(), split() of patterns, and templates.
#include "runtime/import/import.h"
#include "runtime/modules/sre/sre_types.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"

namespace taipan::sre {

namespace {

// Joins text of a subject and replacements, str or bytes.
class Output {
 public:
  Output(Thread& t, Subject& s) : t_(t), s_(s), text_(t) {}
  Status add_range(i64 from, i64 to) {
    if (from >= to) return kDone;
    if (!s_.is_bytes()) {
      return text_.append_range(s_.string().as<Str>(), static_cast<usize>(from), static_cast<usize>(to));
    }
    s_.with_text([&](auto* p) { bytes_.append(reinterpret_cast<const char*>(p) + from * sizeof(*p), static_cast<usize>(to - from)); });
    return kDone;
  }
  Status add(Value v) {
    if (!s_.is_bytes()) {
      if (!is_a<Str>(v)) return raise(t_, TypeError, "sequence item {}: expected str instance, {!T} found", 0, v);
      return text_.append(v.as<Str>());
    }
    if (is_a<Str>(v)) return raise(t_, TypeError, "sequence item {}: expected a bytes-like object, str found", 0);
    ByteSource source;
    TRY(source.get(t_, v));
    bytes_.append(source.view());
    return kDone;
  }
  StrBuilder* text() { return &text_; }
  std::string* bytes() { return &bytes_; }
  Result<> finish() {
    if (s_.is_bytes()) return Result<>(TRY(bytes_from(t_, bytes_)));
    return Result<>(TRY(text_.finish()));
  }

 private:
  Thread& t_;
  Subject& s_;
  StrBuilder text_;
  std::string bytes_;
};

// A replacement without backslash stands for itself.
Result<bool> is_plain(Thread& t, Value v) {
  if (is_a<Str>(v)) {
    Local<Str> backslash(t, Value(str_single('\\')));
    return str_find(v.as<Str>(), backslash, 0, v.as<Str>()->length()) < 0;
  }
  if (!has_buffer(v)) return false;
  ByteSource source;
  TRY(source.get(t, v));
  return source.view().find('\\') == std::string_view::npos;
}

Result<> substitute(Thread& t, Value self, Value replacement, Value string, i64 most, i64* count) {
  Local<Pattern> p(t, self);
  Local<> filter(t, replacement);
  bool callable = is_callable(replacement), plain = false;
  if (!callable) {
    plain = TRY(is_plain(t, replacement));
    if (!plain) {
      filter.set(TRY(compile_template(t, p, replacement)));
      if (!is_instance(filter, *g_template_type)) plain = true;
    }
  }
  Subject s(t, string);
  TRY(s.open(p, 0, INT64_MAX));
  AnyMatcher m(t, p, s);
  Output out(t, s);
  i64 at = 0, copied = 0;
  *count = 0;
  while (most == 0 || *count < most) {
    if (!TRY(m.search(at))) break;
    TRY(out.add_range(copied, m.start()));
    if (callable) {
      Local<> match(t, TRY(make_match(t, p, s, m)));
      Local<> item(t, TRY(call(t, filter, match)));
      if (!is_none(item)) TRY(out.add(item));
    } else if (plain) {
      TRY(out.add(filter));
    } else {
      TRY(expand_template(t, filter.value().as<Template>(), s, m.start(), m.end(), m.marks(), out.text(), out.bytes()));
    }
    ++*count;
    copied = at = m.end();
    m.continue_after();
  }
  if (*count == 0) {
    if (is_exact<Str>(string) || is_exact<Bytes>(string)) return own(s.string());
    return s.slice(0, s.length());
  }
  TRY(out.add_range(copied, s.length()));
  return out.finish();
}

Result<> pattern_sub(Thread& t, Value self, Value replacement, Value string, i64 count) {
  i64 n;
  if (count < 0) return own(string);
  return substitute(t, self, replacement, string, count, &n);
}
Result<Tuple> pattern_subn(Thread& t, Value self, Value replacement, Value string, i64 count) {
  i64 n = 0;
  Local<> r(t, count < 0 ? own(string) : TRY(substitute(t, self, replacement, string, count, &n)));
  return tuple_of(t, r, Value::small_int(n));
}

Result<List> pattern_split(Thread& t, Value self, Value string, i64 most) {
  Local<Pattern> p(t, self);
  Subject s(t, string);
  TRY(s.open(p, 0, INT64_MAX));
  AnyMatcher m(t, p, s);
  Local<List> out(t, TRY(list_new(t)));
  i64 at = 0, copied = 0;
  for (i64 n = 0; most == 0 || n < most; ++n) {
    if (most < 0 || !TRY(m.search(at))) break;
    TRY(list_append(t, out, TRY(s.slice(copied, m.start()))));
    std::span<const i64> marks = m.marks();
    for (usize g = 0; g + 1 < marks.size(); g += 2) {
      bool set = marks[g] >= 0 && marks[g + 1] >= marks[g];
      TRY(list_append(t, out, set ? TRY(s.slice(marks[g], marks[g + 1])) : none()));
    }
    copied = at = m.end();
    m.continue_after();
  }
  TRY(list_append(t, out, TRY(s.slice(copied, s.length()))));
  return out.give();
}

const NativeDef kFunctions[] = {
    def<pattern_sub>("sub($self, /, repl, string, count=0)", "Replaces matches in a text."),
    def<pattern_subn>("subn($self, /, repl, string, count=0)", "The same, with the number of replacements."),
    def<pattern_split>("split($self, /, string, maxsplit=0)", "Splits a text at matches."),
};

}  // namespace

std::span<const NativeDef> pattern_sub_functions() { return kFunctions; }

Result<> compile_template(Thread& t, Value pattern, Value replacement) {
  Local<> f(t, TRY(import_attribute(t, "re", "_compile_template")));
  return call(t, f, pattern, replacement);
}

Status expand_template(Thread& t, Template* tpl, Subject& s, i64 start, i64 end, std::span<const i64> marks,
                       StrBuilder* text, std::string* bytes) {
  Tuple* literals = tpl->literals.borrow();
  for (u64 i = 0; i <= tpl->count; ++i) {
    Value literal = (*literals)[i];
    if (is_a<Str>(literal)) {
      TRY(text->append(literal.as<Str>()));
    } else if (is_a<Bytes>(literal)) {
      bytes->append(literal.as<Bytes>()->view());
    }
    if (i == tpl->count) break;
    i64 g = tpl->groups[i], from = start, to = end;
    if (g > 0) {
      usize k = static_cast<usize>(g - 1) * 2;
      if (k + 1 >= marks.size()) return raise(t, IndexError, "no such group");
      from = marks[k];
      to = marks[k + 1];
    }
    if (from < 0 || to <= from) continue;
    if (s.is_bytes()) {
      s.with_text([&](auto* p) { bytes->append(reinterpret_cast<const char*>(p) + from * sizeof(*p), static_cast<usize>(to - from)); });
    } else {
      TRY(text->append_range(s.string().as<Str>(), static_cast<usize>(from), static_cast<usize>(to)));
    }
  }
  return kDone;
}

}  // namespace taipan::sre
