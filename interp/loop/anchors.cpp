#include "interp/loop/anchors.h"

#include <new>
#include <string>
#include <vector>

#include "interp/parser/parser.h"

namespace taipan {
namespace {

// The segment parsed inside "(\n" ... "\n)": its lines count from 2 there.
class Segment {
 public:
  explicit Segment(std::string_view text) {
    for (usize at = 0; at <= text.size();) {
      usize end = text.find('\n', at);
      if (end == std::string_view::npos) end = text.size();
      lines_.push_back(text.substr(at, end - at));
      at = end + 1;
    }
  }
  struct Place {
    usize line, column;
  };
  Place place(u32 line, u32 column) const { return {line - 2, column}; }
  char at(Place p) const { return p.line < lines_.size() && p.column < lines_[p.line].size() ? lines_[p.line][p.column] : '\0'; }
  bool at_line_end(Place p) const { return p.line >= lines_.size() || p.column >= lines_[p.line].size(); }
  bool inside(Place p) const { return p.line < lines_.size(); }
  // Behind blanks, comments, closing brackets and line ends.
  Place skip(Place p, const char* extra) const {
    while (inside(p)) {
      if (at_line_end(p) || at(p) == '#' || (at(p) == '\\' && p.column + 1 >= lines_[p.line].size())) {
        p = {p.line + 1, 0};
      } else if (at(p) == ' ' || at(p) == '\t' || at(p) == '\f' || std::string_view(extra).find(at(p)) != std::string_view::npos) {
        ++p.column;
      } else {
        break;
      }
    }
    return p;
  }

 private:
  std::vector<std::string_view> lines_;
};

}  // namespace

bool find_anchors(std::string_view segment, Anchors* out) {
  if (segment.empty()) return false;
  std::string source = "(\n" + std::string(segment) + "\n)";
  ast::Arena arena;
  ast::ParseResult parsed;
  ast::Flags flags;
  flags.source_is_utf8 = true;
  flags.warn_syntax = false;
  try {
    parsed = ast::parse(source, "<segment>", ast::Mode::Exec, flags, arena);
  } catch (const std::bad_alloc&) {
    return false;
  }
  auto* module = ast::try_as<ast::Module>(parsed.tree);
  if (module == nullptr || module->body.size() != 1) return false;
  auto* statement = ast::try_as<ast::ExprStmt>(module->body[0]);
  if (statement == nullptr) return false;
  Segment text(segment);
  ast::Expr* e = statement->value;
  if (auto* b = ast::try_as<ast::BinOp>(e)) {
    Segment::Place p = text.skip(text.place(b->left->end_lineno, b->left->end_col_offset), ")");
    if (!text.inside(p)) return false;
    usize right = p.column + 1;
    char second = text.at({p.line, right});
    u32 right_line = b->right->lineno - 2;
    if (second != '\0' && second != ' ' && second != '\t' && second != '#' && second != '\\' && second != '(' &&
        !(p.line == right_line && right >= b->right->col_offset) && second == text.at(p)) {
      ++right;
    }
    *out = {p.line, p.column, p.line, right};
    return true;
  }
  ast::Expr* head = nullptr;
  char bracket = '[';
  if (auto* s = ast::try_as<ast::Subscript>(e)) head = s->value;
  if (auto* c = ast::try_as<ast::Call>(e)) head = c->func, bracket = '(';
  if (head == nullptr) return false;
  Segment::Place left = text.place(head->end_lineno, head->end_col_offset);
  while (text.inside(left)) {
    left = text.skip(left, ")");
    if (text.at(left) == bracket) break;
    return false;
  }
  Segment::Place right = text.place(e->end_lineno, e->end_col_offset);
  *out = {left.line, left.column, right.line, right.column};
  return true;
}

}  // namespace taipan
