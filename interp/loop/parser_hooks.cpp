// What the parser needs of other layers: Unicode tables and codecs.
#include <string>

#include "interp/loop/engine.h"
#include "interp/parser/parser.h"
#include "runtime/base/unicode/names.h"
#include "runtime/base/unicode/normalize.h"
#include "runtime/base/unicode/properties.h"
#include "runtime/base/utf8.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/codec.h"
#include "runtime/types/str.h"

namespace taipan {
namespace {

std::string to_utf8(const char32_t* text, usize n) {
  std::string out;
  for (usize i = 0; i < n; ++i) {
    char32_t c = text[i];
    if (c < 0x80) {
      out += static_cast<char>(c);
    } else if (c < 0x800) {
      out += static_cast<char>(0xC0 | c >> 6);
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else if (c < 0x10000) {
      out += static_cast<char>(0xE0 | c >> 12);
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    } else {
      out += static_cast<char>(0xF0 | c >> 18);
      out += static_cast<char>(0x80 | (c >> 12 & 0x3F));
      out += static_cast<char>(0x80 | (c >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (c & 0x3F));
    }
  }
  return out;
}

std::u32string from_utf8(std::string_view s) {
  std::u32string out;
  for (usize i = 0; i < s.size();) {
    u8 lead = static_cast<u8>(s[i]);
    usize length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t c = length == 1 ? lead : lead & (0xFF >> (length + 1));
    for (usize k = 1; k < length && i + k < s.size(); ++k) c = c << 6 | (static_cast<u8>(s[i + k]) & 0x3F);
    out += c;
    i += length;
  }
  return out;
}

std::string_view normalize_identifier(std::string_view name, ast::Arena& arena) {
  std::u32string wide = from_utf8(name);
  if (unicode::quick_check(unicode::NormalForm::NFKC, wide.data(), wide.size()) == unicode::QuickCheck::Yes) return name;
  std::u32string normal = unicode::normalize(unicode::NormalForm::NFKC, wide.data(), wide.size());
  return arena.copy(to_utf8(normal.data(), normal.size()));
}

std::string_view lookup_character_name(std::string_view name, ast::Arena& arena) {
  char32_t characters[unicode::kMaxNamedSize];
  int n = unicode::find_named(name, true, characters);
  if (n <= 0) return {};
  return arena.copy(to_utf8(characters, static_cast<usize>(n)));
}

std::string_view decode_source(std::string_view source, std::string_view encoding, ast::Arena& arena) {
  Thread& t = Thread::current();
  Result<Str> decoded = str_decode(t, source, std::string(encoding).c_str(), nullptr);
  if (decoded.is_error()) return clear_error(t), std::string_view();
  Local<Str> text(t, decoded);
  Utf8 utf8;
  if (utf8.encode(t, text).is_error()) return clear_error(t), std::string_view();
  return arena.copy(utf8.view());
}

}  // namespace

void install_parser_hooks() {
  ast::parser_hooks.normalize_identifier = normalize_identifier;
  ast::parser_hooks.is_identifier_start = [](uint32_t c) { return unicode::is_xid_start(c); };
  ast::parser_hooks.is_identifier_continue = [](uint32_t c) { return unicode::is_xid_continue(c); };
  ast::parser_hooks.lookup_character_name = lookup_character_name;
  ast::parser_hooks.decode_source = decode_source;
}

}  // namespace taipan
