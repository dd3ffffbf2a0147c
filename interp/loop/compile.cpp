// compile(): source text to a code object, and syntax errors to exceptions.
#include <new>

#include "interp/compiler/compile.h"
#include "interp/loop/caret.h"
#include "interp/loop/engine.h"
#include "interp/loop/frame.h"
#include "interp/modules/modules.h"
#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/modules/builtins/builtins.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

constexpr u32 kFutureMask = kFutureDivision | kFutureAbsoluteImport | kFutureWithStatement | kFuturePrintFunction |
                            kFutureUnicodeLiterals | kFutureBarryAsBdfl | kFutureGeneratorStop | kFutureAnnotations;
constexpr int kOnlyAst = 0x400, kDontImplyDedent = 0x200, kTypeComments = 0x1000, kAllowTopLevelAwait = 0x2000,
              kAllowIncompleteInput = 0x4000;

}  // namespace

// `metadata`: for the library's search for misspelt keywords; empty: the error is none of the parser's.
static ErrorTag raise_syntax_error(Thread& t, const ast::SyntaxErrorInfo& e, Str* filename, Value metadata) {
  Local<Str> message(t, TRY(str_from_wtf8(t, e.message)));
  switch (e.kind) {
    case ast::ErrorKind::MemoryError: return raise(t, MemoryError, "{}", message);
    case ast::ErrorKind::RecursionError: return raise(t, RecursionError, "{}", message);
    default: break;
  }
  Type& type = e.kind == ast::ErrorKind::IndentationError  ? IndentationError
               : e.kind == ast::ErrorKind::TabError        ? TabError
               : e.kind == ast::ErrorKind::IncompleteInput ? *g_incomplete_input_error
                                                           : SyntaxError;
  Local<> text(t, none());
  if (e.text.data() != nullptr) text.set(Result<>(TRY(str_from_wtf8(t, e.text))));
  if (!e.located) return raise_value(t, type, message);
  auto number = [](int n) { return n == -1 ? Value::small_int(-1) : Value::small_int(n); };
  Value parts[] = {Value(filename), number(e.lineno), number(e.offset), text.value(), number(e.end_lineno), number(e.end_offset)};
  Local<Tuple> details(t, TRY(tuple_from(t, parts, 6)));
  Local<> exception(t, TRY(call(t, Value(&type), message, details)));
  if (!metadata.is_empty()) {
    Local<Str> name(t, TRY(str_intern(t, "_metadata")));
    TRY(set_attribute(t, exception, name, metadata));
  }
  return raise_object(t, exception);
}

ErrorTag raise_syntax_error(Thread& t, const ast::SyntaxErrorInfo& e, Str* filename) {
  return raise_syntax_error(t, e, filename, Value::empty());
}

namespace {

// An error of the parser's; `source` is its text, unless that is in a file.
ErrorTag raise_parser_error(Thread& t, const ast::SyntaxErrorInfo& e, Str* filename, std::string_view source, bool is_script) {
  Local<> text(t, none());
  if (!is_script) {
    Result<Str> decoded = str_from_utf8(t, source);
    if (decoded.is_error()) clear_error(t);
    else text.set(Result<>(decoded));
  }
  Value parts[] = {Value::small_int(0), Value::small_int(0), text.value()};
  Local<Tuple> metadata(t, TRY(tuple_from(t, parts, 3)));
  return raise_syntax_error(t, e, filename, Value(metadata.get()));
}

// An error that the parser did not see: its line is read from the file, as CPython does; text given as such has none.
ErrorTag raise_compiler_error(Thread& t, ast::SyntaxErrorInfo e, Str* filename) {
  Utf8 name;
  std::string line;
  if (name.encode_filename(t, filename).is_error()) clear_error(t);
  else if (file_line(std::string(name.view()), e.lineno, &line)) e.text = line;
  return raise_syntax_error(t, e, filename);
}

// `source`: the text, if it was a str; what was bytes is looked for in the file.
Status issue_warnings(Thread& t, const std::vector<ast::SyntaxWarningInfo>& warnings, Str* filename, Value module,
                      std::string_view source) {
  for (const ast::SyntaxWarningInfo& w : warnings) {
    Local<Str> message(t, TRY(str_from_wtf8(t, w.message)));
    Local<> warn(t, TRY(import_attribute(t, "warnings", "warn_explicit")));
    Value args[] = {message, Value(w.deprecation ? &DeprecationWarning : &SyntaxWarning), Value(filename), Value::small_int(w.lineno),
                    module.is_empty() ? none_value() : module};
    Result<> done = call(t, warn, args, 5);
    if (done.is_error()) {
      // A filter made it an error: it is shown like one of the compiler's own.
      if (!swallow(t, w.deprecation ? DeprecationWarning : SyntaxWarning)) return kError;
      ast::SyntaxErrorInfo e;
      e.kind = ast::ErrorKind::SyntaxError;
      std::string text(w.message);
      constexpr std::string_view kFuture = " Such sequences will not work in the future.";  // they do not work now
      if (usize at = text.find(kFuture); at != std::string::npos) text.erase(at, kFuture.size());
      e.message = text;
      e.lineno = w.lineno;
      e.offset = w.col_offset + 1;
      e.end_lineno = w.end_lineno;
      e.end_offset = w.end_col_offset + 1;
      if (source.data() == nullptr) return raise_compiler_error(t, e, filename);
      std::string_view line = text_line(source, e.lineno);
      e.text = line.substr(0, line.find('\n'));
      return raise_syntax_error(t, e, filename);
    }
    drop(done);
  }
  return kDone;
}

ast::Flags parser_flags(bool is_utf8, int flags) {
  ast::Flags f;
  f.source_is_utf8 = is_utf8;
  f.dont_imply_dedent = flags & kDontImplyDedent;
  f.allow_incomplete_input = flags & kAllowIncompleteInput;
  f.barry_as_FLUFL = flags & kFutureBarryAsBdfl;
  f.type_comments = flags & kTypeComments;
  return f;
}

// PyCF_ONLY_AST: the tree as objects of _ast.
Result<> parse_text(Thread& t, std::string_view source, bool is_utf8, Str* filename, const CompileRequest& request) {
  Utf8 name;
  TRY(name.encode(t, filename, true));
  ast::Arena arena;
  ast::ParseResult parsed;
  try {
    ast::Flags flags = parser_flags(is_utf8, request.flags);
    flags.feature_version = request.feature_version;
    parsed = ast::parse(source, name.view(), static_cast<ast::Mode>(request.mode), flags, arena);
  } catch (const std::bad_alloc&) {
    return (void)raise_memory_error(t), kError;
  }
  TRY(issue_warnings(t, {parsed.warnings.begin(), parsed.warnings.end()}, filename, request.module,
                     is_utf8 ? source : std::string_view()));
  if (parsed.tree == nullptr) return raise_parser_error(t, parsed.error, filename, source, false);
  return ast_to_object(t, parsed.tree);
}

CompileFlags compile_flags(int flags, int optimize) {
  CompileFlags options;
  options.future = static_cast<u32>(flags) & kFutureMask;
  options.optimize = optimize < 0 ? g_config.optimize : optimize;
  options.top_level_await = flags & kAllowTopLevelAwait;
  return options;
}

// compile() of objects of _ast.
Result<> compile_object(Thread& t, Value object, Str* filename, const CompileRequest& request) {
  if (request.flags & kOnlyAst) {
    TRY(check_ast_mode(t, object, request.mode));
    return own(object);
  }
  Utf8 name;
  TRY(name.encode(t, filename, true));
  ast::Arena arena;
  CompileFlags options = compile_flags(request.flags, request.optimize);
  CompileResult result;
  try {
    ast::Mod* tree = TRY(ast_from_object(t, object, request.mode, arena));
    SymbolTableResult symbols = build_symbol_table(tree, options.future, arena);
    if (symbols.table == nullptr) {
      result.error = symbols.error;
    } else {
      result = compile(tree, *symbols.table, name.view(), options, arena);
    }
  } catch (const std::bad_alloc&) {
    return (void)raise_memory_error(t), kError;
  }
  if (result.code == nullptr) return raise_compiler_error(t, result.error, filename);
  TRY(issue_warnings(t, result.warnings, filename, request.module, {}));
  return make_code(t, result.code);
}

}  // namespace

Result<Code> compile_text(Thread& t, std::string_view source, bool is_utf8, Str* filename, const CompileRequest& request) {
  Utf8 name;
  TRY(name.encode(t, filename, true));
  ast::Arena arena;
  CompileFlags options = compile_flags(request.flags, request.optimize);
  options.parser = parser_flags(is_utf8, request.flags);
  if (request.flags & kSourceIsScript) options.parser.script = name.view();
  CompileResult result;
  try {
    result = compile_source(source, name.view(), static_cast<ast::Mode>(request.mode), options, arena);
  } catch (const std::bad_alloc&) {
    return (void)raise_memory_error(t), kError;
  }
  TRY(issue_warnings(t, result.warnings, filename, request.module, is_utf8 ? source : std::string_view()));
  if (result.code == nullptr) {
    return result.parsed ? raise_compiler_error(t, result.error, filename)
                         : raise_parser_error(t, result.error, filename, source, request.flags & kSourceIsScript);
  }
  return make_code(t, result.code);
}

int future_flags(const Code& code) { return static_cast<int>(code.flags & kFutureMask); }

Result<> engine_compile(Thread& t, Value source, Str* filename, const CompileRequest& asked) {
  CompileRequest request = asked;
  if (!request.dont_inherit && t.fp != nullptr) request.flags |= future_flags(*frame_code(t.fp));
  if (is_ast_object(source)) return compile_object(t, source, filename, request);
  if (is_a<Str>(source)) {
    Utf8 text;
    TRY(text.encode(t, source.as<Str>()));
    if (request.flags & kOnlyAst) return parse_text(t, text.view(), true, filename, request);
    return compile_text(t, text.view(), true, filename, request);
  }
  Local<Bytes> bytes(t, TRY(bytes_from_object(t, source)));
  if (request.flags & kOnlyAst) return parse_text(t, bytes->view(), false, filename, request);
  return compile_text(t, bytes->view(), false, filename, request);
}

}  // namespace taipan
