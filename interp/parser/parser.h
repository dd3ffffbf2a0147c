// parse(): Python 3.15 source text -> syntax tree in an arena, or one error with CPython's wording.
// Knows nothing of the object model. Never throws but std::bad_alloc; never overflows the stack.
// Warnings (invalid escapes, "1or 2") are collected in order; the caller issues them.
#pragma once

#include <string_view>

#include "interp/parser/arena.h"
#include "interp/parser/ast.h"

namespace taipan::ast {

enum class Mode : uint8_t { Exec, Eval, Single, FuncType };

struct Flags {
  bool source_is_utf8 = false;     // ignore coding cookies (source came from a str)
  std::string_view script;         // the source is this file: errors of its encoding name it
  bool dont_imply_dedent = false;  // "single": a trailing newline must end the statement
  bool allow_incomplete_input = false;  // codeop: report ErrorKind::IncompleteInput
  bool barry_as_FLUFL = false;          // from __future__ import barry_as_FLUFL is on
  bool warn_syntax = true;              // false: collect no warnings
  bool type_comments = false;           // keep `# type: ...` (PyCF_TYPE_COMMENTS)
  int feature_version = 15;             // minor version whose syntax is allowed
  bool extra_tokens = false;            // for the library's tokenize: comments, all newlines, and few errors
};

enum class ErrorKind : uint8_t {
  None, SyntaxError, IndentationError, TabError, IncompleteInput, MemoryError, RecursionError,
  UnicodeError,  // message is that of a SyntaxError; kept apart for tests
};

// Lines from 1; columns from 1 in *characters* as SyntaxError.offset shows them; 0 = none, -1 as CPython.
struct SyntaxErrorInfo {
  ErrorKind kind = ErrorKind::None;
  std::string_view message;
  int lineno = 0, offset = 0, end_lineno = 0, end_offset = 0;
  std::string_view text;  // the line(s), with the newline; data() == nullptr: None
  bool located = true;    // false: lineno and offset are None
};

struct SyntaxWarningInfo {
  std::string_view message;
  int lineno = 0, col_offset = 0;  // col_offset: bytes from 0
  int end_lineno = 0, end_col_offset = 0;
  bool deprecation = false;  // DeprecationWarning instead of SyntaxWarning
};

struct ParseResult {
  Mod* tree = nullptr;  // null: see error
  SyntaxErrorInfo error;
  Seq<SyntaxWarningInfo> warnings;
  std::string_view encoding;  // found by BOM or cookie, normalised; empty: none given
};

// Hooks for what needs tables of other layers. Null: identifiers stay as written / "unknown encoding".
struct ParserHooks {
  // NFKC form of a non-ASCII identifier, in the arena.
  std::string_view (*normalize_identifier)(std::string_view name, Arena& arena) = nullptr;
  // XID_Start / XID_Continue for a non-ASCII code point. Null: all letters above 0x7f are accepted.
  bool (*is_identifier_start)(uint32_t c) = nullptr;
  bool (*is_identifier_continue)(uint32_t c) = nullptr;
  // \N{name}: the code point(s) as UTF-8 in the arena, data() == nullptr when unknown.
  std::string_view (*lookup_character_name)(std::string_view name, Arena& arena) = nullptr;
  // Whole source in `encoding` to UTF-8 in the arena; data() == nullptr when unknown or malformed.
  std::string_view (*decode_source)(std::string_view source, std::string_view encoding,
                                    Arena& arena) = nullptr;
};
extern ParserHooks parser_hooks;

ParseResult parse(std::string_view source, std::string_view filename, Mode mode, Flags flags,
                  Arena& arena);

}  // namespace taipan::ast
