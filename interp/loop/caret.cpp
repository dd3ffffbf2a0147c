#include "interp/loop/caret.h"

#include <cstdio>
#include <string_view>
#include <unordered_map>

#include "interp/loop/anchors.h"
#include "interp/parser/source.h"

namespace taipan {
namespace {

std::unordered_map<std::string, std::string>& registered() {
  static std::unordered_map<std::string, std::string> sources;
  return sources;
}

// As UTF-8 with \n line ends; what is not text in its encoding stays as it is.
bool read_file(const std::string& file, std::string* out) {
  FILE* f = std::fopen(file.c_str(), "rbe");
  if (f == nullptr) return false;
  char buffer[65536];
  for (usize n; (n = std::fread(buffer, 1, sizeof buffer, f)) > 0;) out->append(buffer, n);
  std::fclose(f);
  ast::Arena arena;
  ast::PreparedSource prepared;
  ast::SyntaxErrorInfo error;
  if (!ast::prepare_source(*out, {}, arena, prepared, error)) return true;
  std::string_view text = prepared.text;
  if (prepared.newline_added) text.remove_suffix(1);
  out->assign(text);
  return true;
}

bool read_source(const std::string& file, std::string* out) {
  auto found = registered().find(file);
  if (found == registered().end()) return read_file(file, out);
  *out = found->second;
  return true;
}

std::vector<std::string> split_lines(const std::string& source, int first, int last) {
  std::vector<std::string> lines;
  int number = 1;
  for (usize at = 0; at < source.size() && number <= last; ++number) {
    usize end = source.find('\n', at);
    if (end == std::string::npos) end = source.size();
    if (number >= first) {
      std::string s = source.substr(at, end - at);
      if (!s.empty() && s.back() == '\r') s.pop_back();
      lines.push_back(std::move(s));
    }
    at = end + 1;
  }
  return lines;
}

bool is_space(char c) { return c == ' ' || c == '\t' || c == '\f'; }
std::string strip(std::string s) {
  while (!s.empty() && (is_space(s.back()) || s.back() == '\r' || s.back() == '\n')) s.pop_back();
  usize at = 0;
  while (at < s.size() && is_space(s[at])) ++at;
  return s.substr(at);
}

// Terminal columns of a UTF-8 text: wide characters take two.
usize width(std::string_view s) {
  usize n = 0;
  for (usize i = 0; i < s.size();) {
    u8 lead = static_cast<u8>(s[i]);
    usize length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = lead < 0x80 ? lead : lead & (0xFF >> (length + 1));
    for (usize k = 1; k < length && i + k < s.size(); ++k) c = c << 6 | (static_cast<u8>(s[i + k]) & 0x3F);
    bool wide = (c >= 0x1100 && c <= 0x115F) || (c >= 0x2E80 && c <= 0xA4CF && c != 0x303F) || (c >= 0xAC00 && c <= 0xD7A3) ||
                (c >= 0xF900 && c <= 0xFAFF) || (c >= 0xFE30 && c <= 0xFE6F) || (c >= 0xFF00 && c <= 0xFF60) ||
                (c >= 0xFFE0 && c <= 0xFFE6) || (c >= 0x1F300 && c <= 0x1F64F) || (c >= 0x1F900 && c <= 0x1F9FF) ||
                (c >= 0x20000 && c <= 0x3FFFD);
    n += wide ? 2 : 1;
    i += length;
  }
  return n;
}

}  // namespace

std::string_view text_line(std::string_view source, int number) {
  if (number < 1) return {};
  for (; number > 1; --number) {
    usize end = source.find('\n');
    if (end == source.npos) return {};
    source.remove_prefix(end + 1);
  }
  usize end = source.find('\n');
  return source.substr(0, end == source.npos ? end : end + 1);
}

bool file_line(const std::string& file, int number, std::string* out) {
  std::string source;
  if (!read_file(file, &source)) return false;
  out->assign(text_line(source, number));
  return !out->empty();
}

void register_source(const std::string& file, const std::string& text) { registered()[file] = text; }

std::vector<std::string> source_excerpt(Thread& t, const std::string& file, const Position& p) {
  std::string source;
  if (p.line <= 0 || !read_source(file, &source)) return {};
  int last = p.end_line >= p.line ? p.end_line : p.line;
  std::vector<std::string> lines = split_lines(source, p.line, last);
  if (lines.empty()) return {};
  if (p.col < 0 || p.end_col < 0 || p.end_line < p.line) {
    std::string only = strip(lines[0]);
    return only.empty() ? std::vector<std::string>{} : std::vector<std::string>{only};
  }
  // Common indentation of the shown lines goes.
  usize indent = std::string::npos;
  for (const std::string& s : lines) {
    usize at = 0;
    while (at < s.size() && is_space(s[at])) ++at;
    if (at < s.size() && at < indent) indent = at;
  }
  if (indent == std::string::npos) indent = 0;
  usize start = static_cast<usize>(p.col), end = static_cast<usize>(p.end_col);
  if (start > lines.front().size()) start = lines.front().size();
  if (end > lines.back().size()) end = lines.back().size();
  std::string segment;
  for (usize i = 0; i < lines.size(); ++i) {
    usize from = i == 0 ? start : 0, to = i + 1 == lines.size() ? end : lines[i].size();
    segment += lines[i].substr(from, to > from ? to - from : 0);
    if (i + 1 < lines.size()) segment += '\n';
  }
  Anchors anchors;
  bool has_anchors = find_anchors(segment, &anchors);
  // Carets below everything that is on the lines anyway say nothing.
  bool whole = true;
  for (usize i = 0; i < lines.size() && whole; ++i) {
    usize from = i == 0 ? start : 0, to = i + 1 == lines.size() ? end : lines[i].size();
    whole = strip(lines[i].substr(0, from)).empty() && strip(lines[i].substr(to)).empty();
  }
  std::vector<std::string> out;
  bool show_carets = !(whole && !has_anchors);
  // Which lines of a long expression are shown: first, last, and those around the anchors.
  std::vector<bool> shown(lines.size(), lines.size() <= 3);
  auto show = [&](usize i) { if (i < shown.size()) shown[i] = true; };
  if (lines.size() > 3) {
    show(0), show(1), show(lines.size() - 1);
    show(lines.size() - 2);
    if (has_anchors) {
      for (usize around : {anchors.left_line, anchors.right_line}) {
        if (around > 0) show(around - 1);
        show(around), show(around + 1);
      }
      show(0), show(lines.size() - 1);
    }
  }
  for (usize i = 0; i < lines.size(); ++i) {
    if (!shown[i]) {
      usize hidden_end = i;
      while (hidden_end < lines.size() && !shown[hidden_end]) ++hidden_end;
      usize hidden = hidden_end - i;
      out.push_back("...<" + std::to_string(hidden) + " line" + (hidden == 1 ? "" : "s") + ">...");
      i = hidden_end - 1;
      continue;
    }
    std::string text = lines[i].size() > indent ? lines[i].substr(indent) : "";
    while (!text.empty() && is_space(text.back())) text.pop_back();
    out.push_back(text);
    if (!show_carets) continue;
    usize from = i == 0 ? start : 0, to = i + 1 == lines.size() ? end : lines[i].size();
    while (from < to && is_space(lines[i][from])) ++from;
    while (to > from && is_space(lines[i][to - 1])) --to;
    if (from >= to) continue;
    std::string carets(from > indent ? width(std::string_view(lines[i]).substr(indent, from - indent)) : 0, ' ');
    for (usize col = from; col < to;) {
      usize next = col + 1;
      while (next < to && (static_cast<u8>(lines[i][next]) & 0xC0) == 0x80) ++next;
      char mark = '^';
      if (has_anchors) {
        usize offset = i == 0 ? col - start : col;
        bool after_left = i > anchors.left_line || (i == anchors.left_line && offset >= anchors.left);
        bool before_right = i < anchors.right_line || (i == anchors.right_line && offset < anchors.right);
        mark = after_left && before_right ? '^' : '~';
      }
      carets.append(width(std::string_view(lines[i]).substr(col, next - col)), mark);
      col = next;
    }
    out.push_back(carets);
  }
  return out;
}

std::vector<std::string> syntax_error_excerpt(const std::string& text, int line, int offset, int end_line, int end_offset) {
  std::string shown = text;
  while (!shown.empty() && shown.back() == '\n') shown.pop_back();
  usize indent = 0;
  while (indent < shown.size() && (shown[indent] == ' ' || shown[indent] == '\n' || shown[indent] == '\f')) ++indent;
  std::string stripped = shown.substr(indent);
  std::vector<std::string> out{stripped};
  // Offsets count characters from 1, in the text with its indentation.
  auto characters = [](const std::string& s) {
    int n = 0;
    for (char c : s) n += (static_cast<u8>(c) & 0xC0) != 0x80;
    return n;
  };
  int whole = characters(text), length = characters(shown);
  int end = end_line != line ? length + 1 : end_offset != 0 ? end_offset : offset;
  if (offset > whole) offset = length + 1;
  if (end > whole) end = length + 1;
  if (offset >= end || end < 0) end = offset + 1;
  int first = offset - 1 - static_cast<int>(indent), last = end - 1 - static_cast<int>(indent);
  if (first < 0) return out;
  auto byte_at = [&](int n) {
    usize at = 0;
    for (; at < stripped.size() && n > 0; --n) {
      ++at;
      while (at < stripped.size() && (static_cast<u8>(stripped[at]) & 0xC0) == 0x80) ++at;
    }
    return at;
  };
  usize from = byte_at(first), to = byte_at(last);
  usize before = width(std::string_view(stripped).substr(0, from));
  if (int missing = first - characters(stripped); missing > 0) before += static_cast<usize>(missing);
  usize count = to > from ? width(std::string_view(stripped).substr(from, to - from)) : static_cast<usize>(last - first);
  out.push_back(std::string(before, ' ') + std::string(count, '^'));
  return out;
}

}  // namespace taipan
