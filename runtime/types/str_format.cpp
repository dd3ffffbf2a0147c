// str.format, str.format_map and str.__format__.
#include <cstdio>

#include "runtime/object/error.h"
#include "runtime/types/number_format.h"
#include "runtime/types/str_markup.h"
#include "runtime/types/str_methods.h"

namespace taipan {

namespace {

enum class Numbering : u8 { Unknown, Automatic, Manual };

// Where a format's arguments come from: a call's, or a mapping.
struct Arguments {
  Args positional;
  Kwargs named;
  Value mapping;  // format_map; empty: named
  bool has_positional;
};

class Formatter {
 public:
  Formatter(Thread& t, const Str* format, const Arguments& arguments)
      : t_(t), format_(format), arguments_(arguments) {}

  Status write(TextSpan span, int depth, StrBuilder* out) {
    if (depth == 0) return raise(t_, ValueError, "Max string recursion exceeded");
    MarkupReader reader(format_, span);
    MarkupPiece piece;
    while (TRY(reader.next(t_, &piece))) {
      TRY(out->append_range(format_, piece.literal.start, piece.literal.end));
      if (piece.has_field) TRY(write_field(piece, depth, out));
    }
    return kDone;
  }

 private:
  Result<Str> text(TextSpan span) {
    return str_substring(t_, const_cast<Str*>(format_), span.start, span.end);
  }

  Result<> named(TextSpan span) {
    Local<Str> key(t_, TRY(text(span)));
    if (!arguments_.mapping.is_empty()) return get_item(t_, arguments_.mapping, key);
    Tuple* names = arguments_.named.names;
    for (usize i = 0; names != nullptr && i < names->size(); ++i) {
      if (str_equal((*names)[i].as<Str>(), key)) return own(arguments_.named.values[i]);
    }
    return raise_value(t_, KeyError, key);
  }

  Result<> first_value(TextSpan span) {
    ssize index = TRY(span_number(t_, format_, span));
    bool automatic = span.is_empty();
    if (!automatic && index < 0) return named(span);
    Numbering wanted = automatic ? Numbering::Automatic : Numbering::Manual;
    if (numbering_ != Numbering::Unknown && numbering_ != wanted) {
      return raise(t_, ValueError,
                   automatic ? "cannot switch from manual field specification to automatic field numbering"
                             : "cannot switch from automatic field numbering to manual field specification");
    }
    numbering_ = wanted;
    if (automatic) index = next_++;
    if (!arguments_.has_positional) {
      return raise(t_, ValueError, "Format string contains positional fields");
    }
    if (static_cast<usize>(index) >= arguments_.positional.count) {
      return raise(t_, IndexError, "Replacement index {} out of range for positional args tuple", index);
    }
    return own(arguments_.positional.items[index]);
  }

  Result<> field_value(TextSpan name) {
    FieldNameReader reader(format_, name);
    Local<> v(t_, TRY(first_value(reader.first())));
    FieldAccessor accessor;
    while (TRY(reader.next(t_, &accessor))) {
      if (accessor.index >= 0) {
        v.set(TRY(get_item(t_, v, Value::small_int(accessor.index))));
        continue;
      }
      Local<Str> key(t_, TRY(text(accessor.name)));
      v.set(accessor.is_attribute ? TRY(get_attribute(t_, v, key)) : TRY(get_item(t_, v, key)));
    }
    return v.give();
  }

  Result<> convert(Value v, char32_t conversion) {
    switch (conversion) {
      case 'r': return repr(t_, v);
      case 's': return to_str(t_, v);
      case 'a': return to_ascii(t_, v);
    }
    char shown[16];
    std::snprintf(shown, sizeof shown, conversion > 32 && conversion < 127 ? "%c" : "\\x%x",
                  static_cast<unsigned>(conversion));
    return raise(t_, ValueError, "Unknown conversion specifier {}", static_cast<const char*>(shown));
  }

  Status write_field(const MarkupPiece& piece, int depth, StrBuilder* out) {
    Local<> v(t_, TRY(field_value(piece.name)));
    if (piece.conversion != 0) v.set(TRY(convert(v, piece.conversion)));
    if (piece.spec.is_empty()) {
      if (is_exact<Str>(v)) return out->append(v.value().as<Str>());
      Local<Str> s(t_, TRY(format_value(t_, v, Value::empty())));
      return out->append(s);
    }
    Local<Str> spec(t_);
    if (piece.spec_has_fields) {
      StrBuilder inner(t_);
      TRY(write(piece.spec, depth - 1, &inner));
      spec.set(TRY(inner.finish()));
    } else {
      spec.set(TRY(text(piece.spec)));
    }
    Local<Str> s(t_, TRY(format_value(t_, v, spec)));
    return out->append(s);
  }

  Thread& t_;
  const Str* format_;
  const Arguments& arguments_;
  Numbering numbering_ = Numbering::Unknown;
  ssize next_ = 0;
};

constexpr int kMaxNesting = 2;

Result<Str> format_with(Thread& t, Str* format, const Arguments& arguments) {
  StrBuilder out(t);
  Formatter formatter(t, format, arguments);
  TRY(formatter.write({0, format->length()}, kMaxNesting, &out));
  return out.finish();
}

}  // namespace

Result<Str> str_format_method(Thread& t, Str* s, Args args, Kwargs kwargs) {
  return format_with(t, s, {args, kwargs, Value::empty(), true});
}

Result<Str> str_format_map(Thread& t, Str* s, Value mapping) {
  return format_with(t, s, {{nullptr, 0}, {nullptr, nullptr}, mapping, false});
}

Result<Str> str_format_spec(Thread& t, Str* s, Str* spec_text) {
  if (spec_text->length() == 0) return is_exact<Str>(s) ? own(s) : to_str(t, s);
  FormatSpec spec;
  TRY(read_format_spec(t, spec_text, '<', 's', "str", &spec));
  FormatError error = check_str_spec(spec);
  if (error) return raise_format_error(t, error, spec_text, "str");
  TextPadding padding = lay_out_padding(s->length(), spec);
  if (padding.left == 0 && padding.right == 0) return str_substring(t, s, 0, padding.length);
  StrBuilder out(t);
  TRY(out.append_fill(spec.fill, padding.left));
  TRY(out.append_range(s, 0, padding.length));
  TRY(out.append_fill(spec.fill, padding.right));
  return out.finish();
}

}  // namespace taipan
