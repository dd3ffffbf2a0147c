#include "interp/parser/dump.h"

#include <charconv>
#include <cmath>
#include <cstdio>

#include "interp/parser/tokenizer.h"

namespace taipan::ast {

namespace {

// Digits in base 2, 8 or 16 -> decimal; quadratic, for tests and messages.
std::string to_decimal(std::string_view digits, int base) {
  std::string out = "0";  // least significant first
  for (char c : digits) {
    int d = c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10;
    for (char& o : out) {
      int v = (o - '0') * base + d;
      o = static_cast<char>('0' + v % 10);
      d = v / 10;
    }
    for (; d; d /= 10) out += static_cast<char>('0' + d % 10);
  }
  return {out.rbegin(), out.rend()};
}

void append_float(std::string& out, double d, bool keep_point) {
  if (std::isinf(d)) {
    out += d < 0 ? "-inf" : "inf";
    return;
  }
  char buffer[40];
  double magnitude = std::fabs(d);
  bool scientific = magnitude != 0 && (magnitude < 1e-4 || magnitude >= 1e16);
  auto end = std::to_chars(buffer, buffer + sizeof buffer, d,
                           scientific ? std::chars_format::scientific : std::chars_format::fixed);
  std::string_view s(buffer, static_cast<size_t>(end.ptr - buffer));
  out += s;
  if (keep_point && !scientific && s.find('.') == s.npos) out += ".0";
}

bool is_shown_as_is(uint32_t c) {
  if (c < 0xA1) return false;
  if (c == 0xAD) return false;
  if (c >= 0xD800 && c < 0xE000) return false;
  if (c >= 0x2000 && c <= 0x200F) return false;
  if (c >= 0x2028 && c <= 0x202F) return false;
  if (c >= 0x205F && c <= 0x206F) return false;
  return c != 0x3000 && c != 0xFEFF && (c < 0xE000 || c > 0xF8FF) && (c & 0xFFFE) != 0xFFFE &&
         c < 0xE0000;
}

void append_quoted(std::string& out, std::string_view s, bool bytes) {
  char quote = s.find('\'') != s.npos && s.find('"') == s.npos ? '"' : '\'';
  if (bytes) out += 'b';
  out += quote;
  char buffer[16];
  for (size_t i = 0; i < s.size();) {
    unsigned char c = static_cast<unsigned char>(s[i]);
    if (c < 0x80 || bytes) {
      i++;
      if (c == static_cast<unsigned char>(quote) || c == '\\') {
        out += '\\';
        out += static_cast<char>(c);
      } else if (c == '\n') {
        out += "\\n";
      } else if (c == '\r') {
        out += "\\r";
      } else if (c == '\t') {
        out += "\\t";
      } else if (c < 0x20 || c >= 0x7F) {
        snprintf(buffer, sizeof buffer, "\\x%02x", c);
        out += buffer;
      } else {
        out += static_cast<char>(c);
      }
      continue;
    }
    int length;
    uint32_t code = decode_utf8(s.data() + i, &length);
    if (is_shown_as_is(code)) {
      out.append(s.data() + i, static_cast<size_t>(length));
    } else {
      const char* format = code < 0x100 ? "\\x%02x" : code < 0x10000 ? "\\u%04x" : "\\U%08x";
      snprintf(buffer, sizeof buffer, format, code);
      out += buffer;
    }
    i += static_cast<size_t>(length);
  }
  out += quote;
}

class Dumper {
 public:
  explicit Dumper(bool attributes) : attributes_(attributes) {}
  std::string out;

  void node(const Node* n);

 private:
  void field(const char* name) {
    if (!first_) out += ", ";
    first_ = false;
    out += name;
    out += '=';
  }
  template <class T>
  void sequence(const char* name, const Seq<T>& items) {
    if (items.empty()) return;
    field(name);
    out += '[';
    for (uint32_t i = 0; i < items.size(); i++) {
      if (i) out += ", ";
      element(items[i]);
    }
    out += ']';
    first_ = false;
  }
  void element(const Node* n) {
    if (n) {
      node(n);
    } else {
      out += "None";
    }
  }
  void element(const Identifier& id) { append_quoted(out, id, false); }
  void element(CmpOperator op) {
    out += python_name(op);
    out += "()";
  }
  void number(const char* name, long value) {
    field(name);
    out += std::to_string(value);
  }

  bool attributes_;
  bool first_ = true;
};

void Dumper::node(const Node* n) {
  bool outer = first_;
  first_ = true;
  out += python_name(n->kind);
  out += '(';
  bool located = false;
  switch (n->kind) {
#define F_ONE(T, f) \
  field(#f);        \
  node(x->f);       \
  first_ = false;
#define F_OPT(T, f)  \
  if (x->f) {        \
    field(#f);       \
    node(x->f);      \
    first_ = false;  \
  }
#define F_SEQ(T, f) sequence(#f, x->f);
#define F_SEQ_OPT(T, f) sequence(#f, x->f);
#define F_ID(f) \
  field(#f);    \
  append_quoted(out, x->f, false);
#define F_ID_OPT(f)                \
  if (x->f.data()) {               \
    field(#f);                     \
    append_quoted(out, x->f, false); \
  }
#define F_IDS(f) sequence(#f, x->f);
#define F_INT(f) number(#f, x->f);
#define F_CONST(f) \
  field(#f);       \
  append_repr(out, x->f);
#define F_STR_OPT(f)                                           \
  if (x->f.data()) {                                           \
    field(std::string_view(#f) == "string_kind" ? "kind" : #f); \
    append_quoted(out, x->f, false);                           \
  }
#define F_ENUM(E, f)                                                  \
  if (std::string_view(python_name(x->f)) != "Load") {                \
    field(#f);                                                        \
    out += python_name(x->f);                                         \
    out += "()";                                                      \
  }
#define F_ENUMS(E, f) sequence(#f, x->f);
#define NODE(category, name, python, has_location, fields) \
  case Kind::name: {                                       \
    [[maybe_unused]] auto* x = as<name>(n);                \
    located = has_location;                                \
    fields                                                 \
    break;                                                 \
  }
#include "interp/parser/ast.def"
#include "interp/parser/ast_fields_undef.h"
  }
  if (attributes_ && located) {
    number("lineno", n->lineno);
    number("col_offset", n->col_offset);
    number("end_lineno", n->end_lineno);
    number("end_col_offset", n->end_col_offset);
  }
  out += ')';
  first_ = outer;
}

}  // namespace

void append_repr(std::string& out, const ConstantValue& v) {
  switch (v.kind) {
    case ConstantKind::None: out += "None"; break;
    case ConstantKind::True: out += "True"; break;
    case ConstantKind::False: out += "False"; break;
    case ConstantKind::Ellipsis: out += "Ellipsis"; break;
    case ConstantKind::Int: {
      std::string s = v.base == 10 ? std::string(v.text) : to_decimal(v.text, v.base);
      size_t digit = s.find_first_not_of('0');
      out += digit == s.npos ? "0" : s.substr(digit);
      break;
    }
    case ConstantKind::Float: append_float(out, v.number, true); break;
    case ConstantKind::Imaginary:
      append_float(out, v.number, false);
      out += 'j';
      break;
    case ConstantKind::Str: append_quoted(out, v.text, false); break;
    case ConstantKind::Bytes: append_quoted(out, v.text, true); break;
  }
}

std::string dump(const Node* tree, bool include_attributes) {
  Dumper d(include_attributes);
  d.node(tree);
  return std::move(d.out);
}

}  // namespace taipan::ast
