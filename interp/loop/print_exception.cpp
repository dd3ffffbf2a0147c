#include "interp/loop/print_exception.h"

#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "interp/loop/caret.h"
#include "interp/loop/frame_object.h"
#include "runtime/config.h"
#include "runtime/import/import.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/int.h"
#include "runtime/types/list.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

constexpr int kRecursiveCutoff = 3;  // equal entries in a row that are shown
constexpr int kMaxGroupWidth = 15, kMaxGroupDepth = 10;

class Printer {
 public:
  explicit Printer(Thread& t) : t_(t) {}
  std::string text;

  void print(Value exception) { print_chain(exception, 0); }

 private:
  // Text of v, or what stands for it if str() raises.
  std::string text_of(Value v, const char* fallback) {
    Result<Str> s = is_a<Str>(v) ? own<Str>(v) : to_str(t_, v);
    if (s.is_error()) {
      clear_error(t_);
      return fallback;
    }
    Local<Str> held(t_, s);
    Utf8 utf8;
    if (utf8.encode(t_, held, true).is_error()) {
      clear_error(t_);
      return fallback;
    }
    return std::string(utf8.view());
  }

  // An attribute, or the empty word.
  Result<> attribute(Value v, const char* name) {
    Result<Str> key = str_intern(t_, name);
    if (key.is_error()) return clear_error(t_), Result<>::absent();
    Local<Str> held(t_, key);
    Result<> r = get_attribute_or_absent(t_, v, held);
    if (r.is_error()) return clear_error(t_), Result<>::absent();
    return r;
  }

  void line(const std::string& s) {
    text += indent_;
    text += s;
    text += '\n';
  }
  void lines(const std::string& s) {
    for (usize at = 0; at <= s.size();) {
      usize end = s.find('\n', at);
      if (end == std::string::npos) end = s.size();
      line(s.substr(at, end - at));
      at = end + 1;
    }
  }

  bool seen(Value v) {
    for (Value s : seen_)
      if (same(s, v)) return true;
    seen_.push_back(v);
    return false;
  }

  void print_chain(Value exception, int depth) {
    if (!is_exception(exception)) return line("TypeError: print_exception(): Exception expected for value, " + text_of(Value(type_of(exception).name.borrow()), "?") + " found");
    auto* e = exception.as<BaseException>();
    seen(exception);
    Local<> cause(t_, e->cause.load(e)), context(t_, e->context.load(e));
    if (!cause.is_empty() && !is_none(cause) && !seen(cause)) {
      print_chain(cause, depth);
      line("");
      line("The above exception was the direct cause of the following exception:");
      line("");
    } else if (cause.is_empty() && !context.is_empty() && !is_none(context) && !e->suppress_context && !seen(context)) {
      print_chain(context, depth);
      line("");
      line("During handling of the above exception, another exception occurred:");
      line("");
    }
    print_one(exception, depth);
  }

  void print_one(Value exception, int depth) {
    auto* e = exception.as<BaseException>();
    bool group = is_instance(exception, BaseExceptionGroup);
    bool outermost_group = group && depth == 0;
    std::string outer = indent_;
    if (outermost_group) indent_ += "  ";
    Local<> traceback(t_, e->traceback.load(e));
    if (is_exact<Traceback>(traceback)) {
      std::string head = "Exception Group Traceback (most recent call last):";
      if (group) {
        text += outer + (outermost_group ? "  + " : "") + head + "\n";
        if (outermost_group) indent_ = outer + "  | ";
      } else {
        line("Traceback (most recent call last):");
      }
      print_entries(traceback);
    } else if (outermost_group) {
      indent_ = outer + "  | ";
    }
    print_final_lines(exception);
    if (group) print_group(exception, depth, outer);
    indent_ = outer;
  }

  void print_group(Value exception, int depth, const std::string& outer) {
    auto* g = reinterpret_cast<ExceptionGroupObject*>(exception.object());
    Local<Tuple> parts(t_, g->exceptions.load(g));
    std::string base = depth == 0 ? outer + "  " : outer.substr(0, outer.size() - 2);
    int n = static_cast<int>(parts->size());
    int shown = n <= kMaxGroupWidth ? n : kMaxGroupWidth + 1;
    bool need_close = false;
    for (int i = 0; i < shown; ++i) {
      bool last = i == shown - 1;
      std::string title = n > kMaxGroupWidth && i == kMaxGroupWidth ? "..." : std::to_string(i + 1);
      text += base + (i == 0 ? "+-" : "  ") + "+---------------- " + title + " ----------------\n";
      indent_ = base + "  | ";
      if (title == "...") {
        int more = n - kMaxGroupWidth;
        line("and " + std::to_string(more) + " more exception" + (more > 1 ? "s" : ""));
        need_close = true;
      } else if (depth + 1 >= kMaxGroupDepth) {
        line("... (max_group_depth is " + std::to_string(kMaxGroupDepth) + ")");
        need_close = true;
      } else {
        usize before = closed_;
        print_chain((*parts.get())[static_cast<usize>(i)], depth + 1);
        need_close = closed_ == before;
      }
      if (last && need_close) {
        text += base + "  +------------------------------------\n";
        ++closed_;
      }
    }
  }

  void print_entries(Value traceback) {
    const Code* previous_code = nullptr;
    i32 previous_line = -1;
    int repeated = 0;
    Local<> at(t_, traceback);
    while (is_exact<Traceback>(at)) {
      auto* entry = at.value().as<Traceback>();
      FrameObject* frame = entry->frame.borrow();
      i32 number = entry->line_number();
      if (frame->code == previous_code && number == previous_line) {
        ++repeated;
      } else {
        print_repeated(repeated);
        repeated = 0;
        previous_code = frame->code;
        previous_line = number;
      }
      if (repeated < kRecursiveCutoff) print_entry(entry, frame);
      Result<> next = entry->next.load(entry);
      at.set(next.is_absent() ? none() : next);
    }
    print_repeated(repeated);
  }

  void print_repeated(int repeated) {
    int hidden = repeated - kRecursiveCutoff + 1;
    if (repeated < kRecursiveCutoff) return;
    line("  [Previous line repeated " + std::to_string(hidden) + " more time" + (hidden > 1 ? "s]" : "]"));
  }

  void print_entry(Traceback* entry, FrameObject* frame) {
    Code* code = frame->code;
    std::string file = text_of(Value(code->filename), "?");
    i32 number = entry->line_number();
    line("  File \"" + file + "\", line " + (number > 0 ? std::to_string(number) : "?") + ", in " + text_of(Value(code->name), "?"));
    if (number <= 0) return;
    Position p = code->position(entry->index);
    for (const std::string& s : source_excerpt(t_, file, p)) line("    " + s);
  }

  void print_final_lines(Value exception) {
    if (is_instance(exception, SyntaxError)) {
      print_syntax_error(exception);
    } else {
      lines(summary(exception));
    }
    Local<> notes(t_, attribute(exception, "__notes__"));
    if (is_a<List>(notes)) {
      for (usize i = 0; i < list_size(notes.value().as<List>()); ++i) {
        Local<> note(t_, list_get(t_, notes.value().as<List>(), i));
        lines(text_of(note, "<note str() failed>"));
      }
    } else if (!notes.is_empty() && !is_none(notes)) {
      Result<Str> shown = repr(t_, notes);
      if (shown.is_error()) return clear_error(t_);
      Local<Str> held(t_, shown);
      line(text_of(held, ""));
    }
  }

  std::string type_text(Value exception) {
    Type& type = type_of(exception);
    Local<> module(t_, attribute(Value(&type), "__module__")), name(t_, attribute(Value(&type), "__qualname__"));
    std::string qualname = name.is_empty() ? "?" : text_of(name, "?");
    if (!is_a<Str>(module)) return "<unknown>." + qualname;
    std::string m = text_of(module, "?");
    return m == "builtins" || m == "__main__" ? qualname : m + "." + qualname;
  }

  std::string summary(Value exception) {
    std::string value = text_of(exception, "<exception str() failed>");
    std::string type = type_text(exception);
    return value.empty() ? type : type + ": " + value;
  }

  void print_syntax_error(Value exception) {
    auto* e = reinterpret_cast<SyntaxErrorObject*>(exception.object());
    Value line_number = e->lineno.borrow();
    if (line_number.is_int()) {
      Value name = e->filename.borrow();
      line("  File \"" + (name.is_empty() || is_none(name) ? std::string("<string>") : text_of(name, "?")) + "\", line " +
           std::to_string(line_number.as_int()));
      Value source = e->text.borrow();
      if (is_a<Str>(source)) {
        auto number = [](Value v) { return v.is_int() ? static_cast<int>(v.as_int()) : 0; };
        int end_line = e->end_lineno.borrow().is_int() ? number(e->end_lineno.borrow()) : static_cast<int>(line_number.as_int());
        for (const std::string& s : syntax_error_excerpt(text_of(source, ""), static_cast<int>(line_number.as_int()), number(e->offset.borrow()),
                                                         end_line, number(e->end_offset.borrow()))) {
          line("    " + s);
        }
      }
    }
    Value message = e->msg.borrow();
    std::string shown = message.is_empty() || is_none(message) ? "<no detail available>" : text_of(message, "<no detail available>");
    lines(type_text(exception) + ": " + shown);
  }

  Thread& t_;
  std::string indent_;
  std::vector<Value> seen_;  // the chain holds them all
  usize closed_ = 0;
};

}  // namespace

Status print_text(Thread& t, Value file, const std::string& s) {
  if (file.is_empty() || is_none(file)) {
    for (usize at = 0; at < s.size();) {
      ssize n = ::write(2, s.data() + at, s.size() - at);
      if (n <= 0) break;
      at += static_cast<usize>(n);
    }
    return kDone;
  }
  Local<Str> text(t, TRY(str_from_wtf8(t, s)));
  drop(TRY(call_method(t, file, names().write, text)));
  Result<> flushed = call_method(t, file, names().flush);
  if (flushed.is_error()) {
    clear_error(t);
  } else {
    drop(flushed);
  }
  return kDone;
}

namespace {

// The program given with -c, which no file holds. Code is never freed.
Atomic<Code*> g_command;
std::string g_command_text;

// As CPython does it: the library knows more than the printer above (suggestions, which carets say something).
Status print_by_library(Thread& t, Value exception, Value file) {
  if (Code* code = g_command.exchange_acq_rel(nullptr); code != nullptr) {
    TRY(register_code_source(t, code, g_command_text));
  }
  Local<> print(t, TRY(import_attribute(t, "traceback", "_print_exception_bltin")));
  drop(TRY(call(t, print, exception, file)));
  return kDone;
}

}  // namespace

void set_command_source(Code* code, std::string text) {
  g_command_text = std::move(text);
  g_command.store_release(code);
}

Status register_code_source(Thread& t, Code* code, const std::string& text) {
  Local<> enter(t, TRY(import_attribute(t, "linecache", "_register_code")));
  Local<Str> source(t, TRY(str_from_wtf8(t, text)));
  drop(TRY(call(t, enter, Value(code), source, Value(code->filename))));
  return kDone;
}

Status print_exception(Thread& t, Value exception, Value file) {
  Local<> held(t, exception);
  bool has_file = !file.is_empty() && !is_none(file);
  if (has_file && is_exception(exception) && !g_config.stdlib.empty()) {
    if (!print_by_library(t, exception, file).is_error()) return kDone;
    clear_error(t);
  }
  Printer printer(t);
  printer.print(exception);
  return print_text(t, file, printer.text);
}

}  // namespace taipan
