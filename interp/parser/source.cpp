#include "interp/parser/source.h"

#include <algorithm>
#include <cstdio>
#include <string>

namespace taipan::ast {

ParserHooks parser_hooks;

int encode_utf8(uint32_t c, char* out) {
  auto put = [&](int i, uint32_t byte) { out[i] = static_cast<char>(byte); };
  if (c < 0x80) return put(0, c), 1;
  if (c < 0x800) return put(0, 0xC0 | c >> 6), put(1, 0x80 | (c & 0x3F)), 2;
  if (c < 0x10000) {
    return put(0, 0xE0 | c >> 12), put(1, 0x80 | (c >> 6 & 0x3F)), put(2, 0x80 | (c & 0x3F)), 3;
  }
  put(0, 0xF0 | c >> 18);
  put(1, 0x80 | (c >> 12 & 0x3F));
  put(2, 0x80 | (c >> 6 & 0x3F));
  put(3, 0x80 | (c & 0x3F));
  return 4;
}

namespace {

// Offset of the first byte that is not valid UTF-8, or text.size().
size_t find_invalid_utf8(std::string_view text) {
  auto at = [&](size_t i) { return i < text.size() ? static_cast<unsigned char>(text[i]) : 0u; };
  auto tail = [&](size_t i) { return (at(i) & 0xC0) == 0x80; };
  for (size_t i = 0; i < text.size();) {
    if (i + 8 <= text.size()) {  // ASCII, eight at a time
      uint64_t word;
      memcpy(&word, text.data() + i, 8);
      if (!(word & 0x8080808080808080u)) {
        i += 8;
        continue;
      }
    }
    unsigned c = at(i);
    if (c < 0x80) {
      i++;
    } else if (c >= 0xC2 && c < 0xE0 && tail(i + 1)) {
      i += 2;
    } else if (c >= 0xE0 && c < 0xF0 && tail(i + 1) && tail(i + 2) &&
               !(c == 0xE0 && at(i + 1) < 0xA0) && !(c == 0xED && at(i + 1) >= 0xA0)) {
      i += 3;
    } else if (c >= 0xF0 && c < 0xF5 && tail(i + 1) && tail(i + 2) && tail(i + 3) &&
               !(c == 0xF0 && at(i + 1) < 0x90) && !(c == 0xF4 && at(i + 1) >= 0x90)) {
      i += 4;
    } else {
      return i;
    }
  }
  return text.size();
}

std::string_view line_at(std::string_view text, size_t n) {
  size_t begin = 0;
  for (; n > 1; n--) {
    size_t end = text.find('\n', begin);
    if (end == text.npos) return {};
    begin = end + 1;
  }
  return text.substr(begin, text.find('\n', begin) - begin);
}

bool is_blank_or_comment(std::string_view line) {
  size_t i = line.find_first_not_of(" \t\f\r");
  return i == line.npos || line[i] == '#';
}

// The name in `# -*- coding: NAME`, or empty.
std::string_view cookie_in(std::string_view line) {
  size_t i = line.find_first_not_of(" \t\f");
  if (i == line.npos || line[i] != '#') return {};
  for (i = line.find("coding", i); i != line.npos; i = line.find("coding", i + 1)) {
    size_t p = i + 6;
    if (p >= line.size() || (line[p] != ':' && line[p] != '=')) continue;
    p = line.find_first_not_of(" \t", p + 1);
    size_t begin = p;
    auto is_word = [](char c) {
      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
             c == '-' || c == '_' || c == '.';
    };
    while (p < line.size() && is_word(line[p])) p++;
    if (begin != line.npos && p > begin) return line.substr(begin, p - begin);
  }
  return {};
}

// utf-8 and latin-1 under all their names; others unchanged.
std::string normal_name(std::string_view name) {
  std::string s;
  for (char c : name.substr(0, 12)) {
    s += c == '_' ? '-' : c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
  }
  auto is = [&](std::string_view n) {
    return s == n || (s.size() > n.size() && s.compare(0, n.size(), n) == 0 && s[n.size()] == '-');
  };
  if (is("utf-8") || s == "utf8") return "utf-8";
  if (s == "latin1" || s == "iso8859-1" || s == "l1") return "iso-8859-1";
  if (is("latin-1") || is("iso-8859-1") || is("iso-latin-1")) return "iso-8859-1";
  return std::string(name);
}

// Each byte that is not UTF-8 becomes U+FFFD.
std::string replace_invalid(std::string_view line) {
  std::string out;
  for (;;) {
    size_t bad = find_invalid_utf8(line);
    out += line.substr(0, bad);
    if (bad >= line.size()) return out;
    out += "\xEF\xBF\xBD";
    line.remove_prefix(bad + 1);
  }
}

std::string_view latin1_to_utf8(std::string_view source, Arena& arena) {
  size_t extra = 0;
  for (unsigned char c : source) extra += c >= 0x80;
  char* out = static_cast<char*>(arena.allocate(source.size() + extra + 1));
  size_t n = 0;
  for (unsigned char c : source) n += encode_utf8(c, out + n);
  return {out, n};
}

}  // namespace

bool prepare_source(std::string_view source, Flags flags, Arena& arena, PreparedSource& out,
                    SyntaxErrorInfo& error) {
  auto fail = [&](const std::string& message, int lineno, int offset) {
    error.kind = ErrorKind::SyntaxError;
    error.message = arena.copy(message);
    error.lineno = error.end_lineno = lineno;
    error.offset = error.end_offset = offset;
    return false;
  };
  if (size_t zero = source.find('\0'); zero != source.npos) {
    if (!flags.script.empty()) {  // a file is read line by line
      size_t begin = source.rfind('\n', zero) + 1;
      auto lines = std::count(source.begin(), source.begin() + static_cast<std::ptrdiff_t>(zero), '\n');
      fail("source code cannot contain null bytes", static_cast<int>(lines) + 1, 0);
      error.text = arena.copy(replace_invalid(source.substr(begin, zero - begin)));
      return false;
    }
    fail("source code string cannot contain null bytes", 0, 0);
    error.located = false;
    return false;
  }
  bool bom = !flags.source_is_utf8 && source.substr(0, 3) == "\xEF\xBB\xBF";  // in a str it is a character
  if (bom) source.remove_prefix(3);
  std::string encoding = bom ? "utf-8" : "";
  if (!flags.source_is_utf8) {
    std::string_view line = line_at(source, 1), cookie = cookie_in(line);
    int cookie_line = 1;
    if (cookie.empty() && is_blank_or_comment(line)) {
      cookie = cookie_in(line = line_at(source, 2));
      cookie_line = 2;
    }
    if (!cookie.empty()) {
      std::string name = normal_name(cookie);
      if (bom && (name != "utf-8" || cookie.size() == 4)) {  // `utf8` is no match for a BOM
        fail("encoding problem: " + (name == "utf-8" ? std::string(cookie) : name) + " with BOM", cookie_line, 0);
        error.end_offset = count_characters(line);
        error.text = arena.copy(line);
        return false;
      }
      encoding = name;
    }
  }
  if (encoding == "iso-8859-1") {
    source = latin1_to_utf8(source, arena);
  } else if (!encoding.empty() && encoding != "utf-8") {
    std::string_view decoded;
    bool is_ascii_name = encoding == "ascii" || encoding == "us-ascii";
    size_t bad = find_invalid_utf8(source);
    bool all_ascii = bad == source.size();
    for (size_t i = 0; all_ascii && i < source.size(); i++) {
      all_ascii = static_cast<unsigned char>(source[i]) < 0x80;
    }
    if (is_ascii_name && all_ascii) {
      decoded = source;
    } else if (is_ascii_name) {
      size_t i = 0;
      while (static_cast<unsigned char>(source[i]) < 0x80) i++;
      char message[120];
      snprintf(message, sizeof message,
               "(unicode error) 'ascii' codec can't decode byte 0x%02x in position %zu: ordinal not "
               "in range(128)", static_cast<unsigned char>(source[i]), i);
      return fail(message, 0, -1);
    } else if (parser_hooks.decode_source) {
      decoded = parser_hooks.decode_source(source, encoding, arena);
    }
    if (!decoded.data()) {
      return fail("unknown encoding: " + encoding, 0, -1);
    }
    source = decoded;
  }
  size_t bad = find_invalid_utf8(source);
  if (bad < source.size() && !flags.source_is_utf8) {
    int lineno = 1;
    size_t line_begin = 0;
    for (size_t i = 0; i < bad; i++) {
      if (source[i] == '\n') {
        lineno++;
        line_begin = i + 1;
      }
    }
    char message[200];
    std::string text;
    unsigned byte = static_cast<unsigned char>(source[bad]);
    if (encoding.empty()) {
      snprintf(message, sizeof message, "Non-UTF-8 code starting with '\\x%02x'", byte);
      text = message;
      if (!flags.script.empty()) text += " in file " + std::string(flags.script);
      snprintf(message, sizeof message,
               " on line %d, but no encoding declared; see https://peps.python.org/pep-0263/ for details", lineno);
      text += message;
      error.text = arena.copy(replace_invalid(source.substr(line_begin, source.find('\n', bad) - line_begin)));
    } else {
      const char* why = (byte & 0xC0) == 0x80 || byte < 0xC2 || byte > 0xF4
                            ? "invalid start byte" : "invalid continuation byte";
      snprintf(message, sizeof message,
               "(unicode error) 'utf-8' codec can't decode byte 0x%02x in position %zu: %s", byte,
               bad, why);
      text = message;
    }
    return fail(text, lineno, count_characters(source.substr(line_begin, bad - line_begin)) + 1);
  }

  char* text = static_cast<char*>(arena.allocate(source.size() + 2));
  size_t n = 0;
  if (source.find('\r') == source.npos) {
    if (!source.empty()) memcpy(text, source.data(), n = source.size());
  } else {
    for (size_t i = 0; i < source.size(); i++) {
      if (source[i] != '\r') {
        text[n++] = source[i];
      } else {
        text[n++] = '\n';
        if (i + 1 < source.size() && source[i + 1] == '\n') i++;
      }
    }
  }
  if (n == 0 || text[n - 1] != '\n') {
    out.newline_added = n > 0;
    if (n > 0) text[n++] = '\n';
  }
  text[n] = 0;
  out.text = {text, n};
  out.encoding = encoding.empty() ? std::string_view() : arena.copy(encoding);
  return true;
}

}  // namespace taipan::ast
