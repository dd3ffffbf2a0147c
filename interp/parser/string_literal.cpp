#include "interp/parser/string_literal.h"

#include <cstdio>

#include "interp/parser/parser.h"
#include "interp/parser/source.h"

namespace taipan::ast {

namespace {

int hex_value(int c) {
  if (c >= '0' && c <= '9') return c - '0';
  c |= 0x20;
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

class Decoder {
 public:
  Decoder(std::string_view body, bool is_bytes, Arena& arena)
      : p_(body.data()), begin_(p_), end_(p_ + body.size()), is_bytes_(is_bytes), arena_(arena) {}

  DecodedString run() {
    // No escape is shorter than its result, except named sequences.
    capacity_ = static_cast<size_t>(end_ - begin_) + 1;
    out_ = static_cast<char*>(arena_.allocate(capacity_));
    while (p_ < end_ && result_.ok) {
      const char* slash = static_cast<const char*>(memchr(p_, '\\', end_ - p_));
      const char* stop = slash ? slash : end_;
      std::string_view plain(p_, static_cast<size_t>(stop - p_));
      p_ = stop;
      append(plain);
      if (slash) escape();
    }
    result_.text = {out_, size_};
    return result_;
  }

 private:
  void append(std::string_view s) {
    if (size_ + s.size() + static_cast<size_t>(end_ - p_) > capacity_) {
      capacity_ = size_ + s.size() + static_cast<size_t>(end_ - p_) + 64;
      char* fresh = static_cast<char*>(arena_.allocate(capacity_));
      memcpy(fresh, out_, size_);
      out_ = fresh;
    }
    if (!s.empty()) memcpy(out_ + size_, s.data(), s.size());
    size_ += s.size();
  }
  void append_char(uint32_t c) {
    char buffer[4];
    int n = 1;
    if (is_bytes_) {
      buffer[0] = static_cast<char>(c);
    } else {
      n = encode_utf8(c, buffer);
    }
    append({buffer, static_cast<size_t>(n)});
  }

  // CPython decodes a copy in which each non-ASCII character is a ten-character escape.
  int shown_position(const char* at) const {
    int n = 0;
    for (const char* q = begin_; q < at; q++) {
      unsigned char c = static_cast<unsigned char>(*q);
      if (c < 0x80) {
        n++;
      } else if (c >= 0xC0) {
        n += 10;
      }
    }
    return n;
  }
  void unicode_error(const char* slash, const char* end, const char* what) {
    char message[160];
    int first = shown_position(slash), last = shown_position(end) - 1;
    if (last <= first) {
      snprintf(message, sizeof message,
               "(unicode error) 'unicodeescape' codec can't decode byte 0x5c in position %d: %s",
               first, what);
    } else {
      snprintf(message, sizeof message,
               "(unicode error) 'unicodeescape' codec can't decode bytes in position %d-%d: %s",
               first, last, what);
    }
    result_.error = arena_.copy(message);
    result_.ok = false;
  }
  void note(const char* slash, int length, bool octal) {
    if (!result_.note.at) result_.note = {slash, length, octal};
  }

  void hex(const char* slash, int digits, const char* truncated) {
    uint32_t value = 0;
    for (int i = 0; i < digits; i++) {
      int d = p_ < end_ ? hex_value(static_cast<unsigned char>(*p_)) : -1;
      if (d < 0) {
        if (!is_bytes_) return unicode_error(slash, p_, truncated);
        char message[80];
        snprintf(message, sizeof message, "(value error) invalid \\x escape at position %d",
                 static_cast<int>(slash - begin_));
        result_.error = arena_.copy(message);
        result_.ok = false;
        return;
      }
      value = value << 4 | static_cast<uint32_t>(d);
      p_++;
    }
    if (value > 0x10FFFF) return unicode_error(slash, p_, "illegal Unicode character");
    append_char(value);
  }

  void named(const char* slash) {
    if (p_ < end_ && *p_ == '{') {
      const char* name = ++p_;
      while (p_ < end_ && *p_ != '}') p_++;
      if (p_ > name && p_ < end_) {
        std::string_view text(name, static_cast<size_t>(p_ - name));
        p_++;
        std::string_view found;
        if (parser_hooks.lookup_character_name) {
          found = parser_hooks.lookup_character_name(text, arena_);
        }
        if (!found.data()) return unicode_error(slash, p_, "unknown Unicode character name");
        return append(found);
      }
    }
    unicode_error(slash, p_, "malformed \\N character escape");
  }

  void escape() {
    const char* slash = p_++;
    if (p_ >= end_) return append_char('\\');  // f-string text before a brace
    char c = *p_++;
    switch (c) {
      case '\n': return;
      case '\\': case '\'': case '"': return append_char(static_cast<unsigned char>(c));
      case 'a': return append_char(7);
      case 'b': return append_char(8);
      case 'f': return append_char(12);
      case 'n': return append_char(10);
      case 'r': return append_char(13);
      case 't': return append_char(9);
      case 'v': return append_char(11);
      case 'x': return hex(slash, 2, "truncated \\xXX escape");
      case 'u':
        if (!is_bytes_) return hex(slash, 4, "truncated \\uXXXX escape");
        break;
      case 'U':
        if (!is_bytes_) return hex(slash, 8, "truncated \\UXXXXXXXX escape");
        break;
      case 'N':
        if (!is_bytes_) return named(slash);
        break;
      case '0': case '1': case '2': case '3': case '4': case '5': case '6': case '7': {
        uint32_t value = static_cast<uint32_t>(c - '0');
        for (int i = 0; i < 2 && p_ < end_ && *p_ >= '0' && *p_ <= '7'; i++) {
          value = value * 8 + static_cast<uint32_t>(*p_++ - '0');
        }
        if (value > 0377) note(slash, 4, true);
        return append_char(is_bytes_ ? value & 0xFF : value);
      }
    }
    int length = 2;
    if (static_cast<unsigned char>(c) >= 0xC0) {
      while (slash + length < end_ && (slash[length] & 0xC0) == 0x80) length++;
    }
    note(slash, length, false);
    append({slash, 2});
  }

  const char* p_;
  const char* begin_;
  const char* end_;
  bool is_bytes_;
  Arena& arena_;
  char* out_ = nullptr;
  size_t size_ = 0, capacity_ = 0;
  DecodedString result_;
};

}  // namespace

DecodedString decode_text(std::string_view body, bool raw, bool is_bytes, Arena& arena) {
  DecodedString result;
  if (raw || body.find('\\') == body.npos) {
    result.text = body;  // the source lives in the arena already
  } else {
    result = Decoder(body, is_bytes, arena).run();
  }
  result.is_bytes = is_bytes;
  return result;
}

DecodedString decode_literal(std::string_view literal, Arena& arena) {
  bool raw = false, bytes = false, unicode = false;
  size_t i = 0;
  for (; literal[i] != '\'' && literal[i] != '"'; i++) {
    char c = static_cast<char>(literal[i] | 0x20);
    raw |= c == 'r';
    bytes |= c == 'b';
    unicode |= literal[i] == 'u';  // kind is set by the small letter only
  }
  literal.remove_prefix(i);
  size_t quotes = literal.size() >= 6 && literal[1] == literal[0] && literal[2] == literal[0] ? 3 : 1;
  std::string_view body = literal.substr(quotes, literal.size() - 2 * quotes);
  if (bytes) {
    for (unsigned char c : body) {
      if (c >= 0x80) {
        DecodedString result;
        result.ok = false;
        result.is_bytes = result.not_ascii = true;
        return result;
      }
    }
  }
  DecodedString result = decode_text(body, raw, bytes, arena);
  result.is_unicode_prefixed = unicode;
  return result;
}

}  // namespace taipan::ast
