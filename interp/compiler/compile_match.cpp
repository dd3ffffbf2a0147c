#include <algorithm>

#include "interp/compiler/generator.h"

// match statements: tests and jumps. The subject stays in a temporary; parts of it go to temporaries above, which stay
// until the whole pattern has succeeded (then captured ones move to their names) or failed (then all are dropped).

namespace taipan::compiler {

using namespace ast;

namespace {

bool is_wildcard(const Pattern* p) {
  if (auto* a = try_as<MatchAs>(p)) return !a->pattern && !a->name.data();
  if (auto* s = try_as<MatchStar>(p)) return !s->name.data();
  return false;
}

std::string const_repr(const Const& c) {
  switch (c.kind) {
    case ConstKind::None: return "None";
    case ConstKind::True: return "True";
    case ConstKind::False: return "False";
    case ConstKind::Int: return std::to_string(c.integer);
    case ConstKind::Str: return "'" + c.text + "'";
    case ConstKind::Bytes: return "b'" + c.text + "'";
    default: return "...";
  }
}

}  // namespace

// The label for failing now: it drops the temporaries up to top.
Label Generator::fail_label(PatternContext* pc) {
  for (auto& [level, label] : pc->fails)
    if (level == u->top) return label;
  Label label = as().new_label();
  pc->fails.push_back({u->top, label});
  return label;
}

void Generator::finish_fails(PatternContext* pc) {
  std::sort(pc->fails.begin(), pc->fails.end(), [](auto& x, auto& y) { return x.first > y.first; });
  no_position();
  for (usize i = 0; i < pc->fails.size(); ++i) {
    auto [level, label] = pc->fails[i];
    as().bind(label);
    Reg next = i + 1 < pc->fails.size() ? pc->fails[i + 1].first : pc->base;
    while (level > next) drop(--level);
  }
  u->top = pc->base;
}

void Generator::drop_uncaptured(const PatternContext& pc) {
  for (Reg r = pc.base; r < u->top; ++r) {
    bool gone = std::find(pc.taken.begin(), pc.taken.end(), r) != pc.taken.end();
    for (const Capture& c : pc.captures) gone |= c.reg == r;
    if (!gone) drop(r);
  }
}

bool Generator::capture(const Location& loc, Identifier name, Reg reg, PatternContext* pc) {
  if (!name.data()) return true;
  for (const PatternContext* at = pc; at; at = at->outer)
    for (const Capture& c : at->captures)
      if (c.name == name) return fail_at(loc, "multiple assignments to name '" + std::string(name) + "' in pattern");
  pc->captures.push_back({name, reg});
  return true;
}

void Generator::match_stmt(const Match* s) {
  Reg old = u->top, subject = to_temp(s->subject), base = u->top;
  Label end = as().new_label();
  for (u32 i = 0; i < s->cases.size(); ++i) {
    const MatchCase* c = s->cases[i];
    At at(*this, *c->pattern);
    PatternContext pc;
    pc.base = base;
    pc.allow_irrefutable = c->guard || i + 1 == s->cases.size();
    pattern(c->pattern, subject, &pc);
    if (failed()) return;
    drop_uncaptured(pc);
    for (usize j = 0; j < pc.captures.size(); ++j) {
      bool last = pc.captures[j].reg >= base;
      for (usize k = j + 1; k < pc.captures.size(); ++k) last &= pc.captures[k].reg != pc.captures[j].reg;
      store_name(pc.captures[j].name, {pc.captures[j].reg, last});
    }
    u->top = base;
    if (c->guard) jump_if(c->guard, false, fail_label(&pc));
    drop(subject);
    u->top = old;
    if (!c->body.empty()) set_position(*c->body[0]);
    body(c->body);
    no_position();
    as().emit_jump(Op::JUMP, end);
    finish_fails(&pc);
  }
  drop(subject);
  u->top = old;
  as().bind(end);
}

void Generator::pattern(const Pattern* p, Reg subject, PatternContext* pc) {
  Depth depth(*this);
  if (!depth.ok) return;
  At at(*this, *p);
  switch (p->kind) {
    case Kind::MatchValue: return pattern_value(ast::as<MatchValue>(p)->value, subject, pc);
    case Kind::MatchSingleton: {
      auto& value = ast::as<MatchSingleton>(p)->value;
      if (value.kind == ConstantKind::None) return as().emit_jump(Op::JUMP_IF_NOT_NONE, fail_label(pc), subject);
      Label no = fail_label(pc);
      Reg t = u->top;
      load_const(t, literal(value));
      return as().emit_jump(Op::JIS_NOT, no, subject, t, kKillRight);
    }
    case Kind::MatchSequence: return pattern_sequence(ast::as<MatchSequence>(p), subject, pc);
    case Kind::MatchMapping: return pattern_mapping(ast::as<MatchMapping>(p), subject, pc);
    case Kind::MatchClass: return pattern_class(ast::as<MatchClass>(p), subject, pc);
    case Kind::MatchOr: return pattern_or(ast::as<MatchOr>(p), subject, pc);
    case Kind::MatchStar: capture(*p, ast::as<MatchStar>(p)->name, subject, pc); return;
    case Kind::MatchAs: {
      auto* as_pattern = ast::as<MatchAs>(p);
      if (!as_pattern->pattern) {
        if (!pc->allow_irrefutable) {
          if (as_pattern->name.data())
            fail_at(*p, "name capture '" + std::string(as_pattern->name) + "' makes remaining patterns unreachable");
          else
            fail(*p, "wildcard makes remaining patterns unreachable");
          return;
        }
        capture(*p, as_pattern->name, subject, pc);
        return;
      }
      pattern(as_pattern->pattern, subject, pc);
      capture(*p, as_pattern->name, subject, pc);
      return;
    }
    default: fail(*p, "unsupported pattern"); return;
  }
}

void Generator::subpattern(const Pattern* p, Reg subject, PatternContext* pc) {
  bool old = pc->allow_irrefutable;
  pc->allow_irrefutable = true;
  pattern(p, subject, pc);
  pc->allow_irrefutable = old;
}

void Generator::pattern_value(const Expr* value, Reg subject, PatternContext* pc) {
  Const folded;
  if (value->kind != Kind::Attribute && value->kind != Kind::JoinedStr && value->kind != Kind::TemplateStr &&
      !constant_of(value, &folded)) {
    fail(*value, "patterns may only match literals and attribute lookups");
    return;
  }
  i32 small;
  Label no = fail_label(pc);
  if (small_int(value, 0x7FFF, &small)) return as().emit_jump(Op::JNEQ_INT, no, subject, static_cast<u32>(small));
  Reg old = u->top, t = to_temp(value);
  u->top = old;
  as().emit_jump(Op::JNEQ, no, subject, t, kKillRight);
}

void Generator::pattern_sequence(const MatchSequence* p, Reg subject, PatternContext* pc) {
  u32 n = p->patterns.size(), star = n;
  bool only_wildcards = true;
  for (u32 i = 0; i < n; ++i) {
    const Pattern* item = p->patterns[i];
    if (item->kind == Kind::MatchStar) {
      if (star != n) { fail(*p, "multiple starred names in sequence pattern"); return; }
      star = i;
    }
    only_wildcards &= is_wildcard(item);
  }
  bool has_star = star < n;
  Reg t = u->top;
  as().touch(t);
  Label no = fail_label(pc);
  as().emit(Op::MATCH_SEQUENCE, t, subject);
  as().emit_jump(Op::JUMP_IF_FALSE, no, t, 0, kKillA);
  if (!has_star || n > 1) {
    as().emit(Op::GET_LEN, t, subject);
    as().emit_jump(has_star ? Op::JNGE_INT : Op::JNEQ_INT, no, t, has_star ? n - 1 : n, kKillLeft);
  }
  if (only_wildcards) return;
  if (has_star && is_wildcard(p->patterns[star])) return pattern_items_by_index(p, subject, star, pc);
  Reg first = u->top;
  u->top += n;
  as().touch(u->top - 1);
  if (has_star) {
    as().emit(Op::UNPACK_EX, first, subject, star);
    as().emit_ext(n - star - 1, 0);
  } else {
    as().emit(Op::UNPACK, first, subject, n);
  }
  for (u32 i = 0; i < n; ++i) {
    subpattern(p->patterns[i], first + i, pc);
    if (failed()) return;
  }
}

// [a, *_, b]: items by index; the middle is never made.
void Generator::pattern_items_by_index(const MatchSequence* p, Reg subject, u32 star, PatternContext* pc) {
  u32 n = p->patterns.size();
  for (u32 i = 0; i < n; ++i) {
    if (i == star || is_wildcard(p->patterns[i])) continue;
    Reg t = push();
    if (i < star) {
      as().emit_bc(Op::LOAD_INT, t, i);
    } else {
      as().emit(Op::GET_LEN, t, subject);
      as().emit(Op::ADD_INT, t, t, static_cast<u32>(-static_cast<i32>(n - i)), kKillB | kSubtract);
    }
    as().emit(Op::GET_ITEM, t, subject, t, kKillC);
    subpattern(p->patterns[i], t, pc);
    if (failed()) return;
  }
}

// Do two literals mean the same key of a mapping? Numbers do when they are equal, whatever their types.
static bool equal_keys(const Const& x, const Const& y) {
  auto number = [](const Const& c, double* real, double* imag) {
    *imag = 0;
    switch (c.kind) {
      case ConstKind::False: *real = 0; return true;
      case ConstKind::True: *real = 1; return true;
      case ConstKind::Int: *real = static_cast<double>(c.integer); return c.integer == static_cast<i64>(*real);
      case ConstKind::Float: *real = c.real; return true;
      case ConstKind::Complex: *real = c.real, *imag = c.imag; return true;
      default: return false;
    }
  };
  double a, b, c, d;
  if (number(x, &a, &b) && number(y, &c, &d)) return a == c && b == d;
  return same_const(x, y);
}

void Generator::pattern_mapping(const MatchMapping* p, Reg subject, PatternContext* pc) {
  u32 n = p->keys.size();
  Reg t = u->top;
  as().touch(t);
  Label no = fail_label(pc);
  as().emit(Op::MATCH_MAPPING, t, subject);
  as().emit_jump(Op::JUMP_IF_FALSE, no, t, 0, kKillA);
  if (n == 0 && !p->rest.data()) return;
  if (n) {
    as().emit(Op::GET_LEN, t, subject);
    as().emit_jump(Op::JNGE_INT, no, t, n, kKillLeft);
  }
  // Keys in a tuple, then their values in one.
  Reg keys = u->top;
  std::vector<Const> seen;
  for (const Expr* key : p->keys) {
    Const c;
    if (constant_of(key, &c)) {
      for (const Const& other : seen) {
        if (!equal_keys(c, other)) continue;
        fail_at(*p, "mapping pattern checks duplicate key (" + const_repr(c) + ")");
        return;
      }
      seen.push_back(std::move(c));
    } else if (key->kind != Kind::Attribute) {
      fail(*key, "mapping pattern keys may only match literals and attribute lookups");
      return;
    }
    to_temp(key);
  }
  as().touch(keys);
  as().emit(Op::BUILD_TUPLE, keys, keys, n);
  u->top = keys + 1;
  Reg values = push();
  bool rest = p->rest.data();
  as().emit(Op::MATCH_KEYS, values, subject, keys, rest ? 0 : kKillC);
  as().emit_jump(Op::JUMP_IF_NONE, fail_label(pc), values);
  pc->taken.push_back(keys);
  pc->taken.push_back(values);
  Reg first = u->top;
  u->top += n;
  as().touch(u->top);
  as().emit(Op::UNPACK, first, values, n, kKillB);
  for (u32 i = 0; i < n; ++i) {
    subpattern(p->patterns[i], first + i, pc);
    if (failed()) return;
  }
  if (!rest) return;
  Reg pair = push(), second = push();
  move(pair, {subject, false});
  move(second, {keys, true});
  as().emit(Op::CALL_INTRINSIC, pair, pair, static_cast<u32>(Intrinsic::MappingRest), kKillB);
  --u->top;
  capture(*p, p->rest, pair, pc);
}

void Generator::pattern_class(const MatchClass* p, Reg subject, PatternContext* pc) {
  u32 positional = p->patterns.size(), named = p->kwd_attrs.size(), n = positional + named;
  for (u32 i = 0; i < named; ++i) {
    for (u32 j = 0; j < i; ++j) {
      if (p->kwd_attrs[i] != p->kwd_attrs[j]) continue;
      fail_at(*p->kwd_patterns[i], "attribute name repeated in class pattern: " + std::string(p->kwd_attrs[i]));
      return;
    }
  }
  Reg attrs = u->top;
  Operand cls = operand(p->cls, true);
  u->top = attrs + 1;
  as().touch(attrs);
  Const names;
  names.kind = ConstKind::Tuple;
  for (Identifier name : p->kwd_attrs) {
    Const& c = names.items.emplace_back();
    c.kind = ConstKind::Str;
    c.text = name;
  }
  as().emit(Op::MATCH_CLASS, attrs, subject, cls.reg, cls.c());
  if (as().reachable()) as().emit_ext(positional, as().constant(std::move(names)));
  as().emit_jump(Op::JUMP_IF_NONE, fail_label(pc), attrs);
  pc->taken.push_back(attrs);
  Reg first = u->top;
  u->top += n;
  as().touch(u->top);
  as().emit(Op::UNPACK, first, attrs, n, kKillB);
  for (u32 i = 0; i < n; ++i) {
    subpattern(i < positional ? p->patterns[i] : p->kwd_patterns[i - positional], first + i, pc);
    if (failed()) return;
  }
}

// Captures of all alternatives end in the same registers, reserved before the first.
void Generator::pattern_or(const MatchOr* p, Reg subject, PatternContext* pc) {
  Reg base = u->top;
  Label matched = as().new_label();
  std::vector<Identifier> names;
  Label outer_fail = fail_label(pc);
  u32 count = 0;
  for (u32 i = 0; i < p->patterns.size(); ++i) {
    const Pattern* alternative = p->patterns[i];
    At at(*this, *alternative);
    PatternContext sub;
    sub.outer = pc;
    sub.allow_irrefutable = i + 1 == p->patterns.size() && pc->allow_irrefutable;
    if (i == 0) {
      // How many names will there be? Found by walking the first alternative.
      std::vector<const Pattern*> todo{alternative};
      while (!todo.empty()) {
        const Pattern* q = todo.back();
        todo.pop_back();
        if (auto* x = try_as<MatchAs>(q)) {
          count += x->name.data() != nullptr;
          if (x->pattern) todo.push_back(x->pattern);
        } else if (auto* star = try_as<MatchStar>(q)) {
          count += star->name.data() != nullptr;
        } else if (auto* seq = try_as<MatchSequence>(q)) {
          todo.insert(todo.end(), seq->patterns.begin(), seq->patterns.end());
        } else if (auto* map = try_as<MatchMapping>(q)) {
          count += map->rest.data() != nullptr;
          todo.insert(todo.end(), map->patterns.begin(), map->patterns.end());
        } else if (auto* cls = try_as<MatchClass>(q)) {
          todo.insert(todo.end(), cls->patterns.begin(), cls->patterns.end());
          todo.insert(todo.end(), cls->kwd_patterns.begin(), cls->kwd_patterns.end());
        } else if (auto* choice = try_as<MatchOr>(q)) {
          todo.push_back(choice->patterns[0]);
        }
      }
    }
    u->top = sub.base = base + count;
    as().touch(u->top);
    pattern(alternative, subject, &sub);
    if (failed()) return;
    if (i == 0)
      for (const Capture& c : sub.captures) names.push_back(c.name);
    bool same = sub.captures.size() == names.size();
    for (const Capture& c : sub.captures) same &= std::find(names.begin(), names.end(), c.name) != names.end();
    if (!same) {
      fail(*p, "alternative patterns bind different names");
      return;
    }
    drop_uncaptured(sub);
    for (usize j = 0; j < sub.captures.size(); ++j) {
      Reg reg = sub.captures[j].reg;
      bool last = reg >= sub.base;
      for (usize k = j + 1; k < sub.captures.size(); ++k) last &= sub.captures[k].reg != reg;
      Reg to = base + static_cast<Reg>(std::find(names.begin(), names.end(), sub.captures[j].name) - names.begin());
      move(to, {reg, last});
    }
    as().emit_jump(Op::JUMP, matched);
    finish_fails(&sub);
  }
  as().emit_jump(Op::JUMP, outer_fail);
  as().bind(matched);
  u->top = base + count;
  for (u32 i = 0; i < names.size(); ++i)
    if (!capture(*p, names[i], base + i, pc)) return;
}

}  // namespace taipan::compiler
