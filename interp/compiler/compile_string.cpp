#include "interp/compiler/generator.h"

// f-strings and t-strings.

namespace taipan::compiler {

using namespace ast;

namespace {

constexpr u32 kPartsInRegisters = 64;

u32 conversion_number(int conversion) { return conversion == 's' ? 1 : conversion == 'r' ? 2 : conversion == 'a' ? 3 : 0; }

}  // namespace

void Generator::formatted_value(const FormattedValue* e, Reg dst) {
  Reg old = u->top;
  u32 conversion = conversion_number(e->conversion);
  Operand value = operand(e->value, !e->format_spec);
  if (conversion) {
    Reg t = value.kill ? value.reg : push();
    as().emit(Op::CONVERT, t, value.reg, 0, value.b() | conversion << kMinorShift);
    value = {t, true};
  }
  if (e->format_spec) {
    Operand spec = operand(e->format_spec, true);
    as().emit(Op::FORMAT_VALUE, dst, value.reg, spec.reg, value.b() | spec.c() | kHasSpec);
  } else {
    as().emit(Op::FORMAT_VALUE, dst, value.reg, 0, value.b());
  }
  u->top = old;
}

void Generator::joined_str(const JoinedStr* e, Reg dst) {
  u32 n = e->values.size();
  if (n == 0) return load_str(dst, "");
  if (n == 1) return expr(e->values[0], dst);
  Reg old = u->top, first = old;
  for (u32 i = 0; i < n; ++i) {
    to_temp(e->values[i]);
    if (u->top - first == kPartsInRegisters && i + 1 < n) {  // join what is there, go on with one part
      as().emit(Op::BUILD_STRING, first, first, kPartsInRegisters);
      u->top = first + 1;
    }
  }
  as().emit(Op::BUILD_STRING, dst, first, u->top - first);
  u->top = old;
}

void Generator::template_str(const TemplateStr* e, Reg dst) {
  Reg old = u->top;
  Const strings;
  strings.kind = ConstKind::Tuple;
  auto add_string = [&](std::string_view text) {
    Const& c = strings.items.emplace_back();
    c.kind = ConstKind::Str;
    c.text = text;
  };
  bool after_string = false;
  for (const Expr* part : e->values) {
    if (auto* c = try_as<Constant>(part)) {
      if (after_string) strings.items.back().text += c->value.text;
      else add_string(c->value.text);
      after_string = true;
    } else {
      if (!after_string) add_string("");
      after_string = false;
    }
  }
  if (!after_string) add_string("");
  load_const(push(), std::move(strings));
  Reg first = u->top;
  u32 count = 0;
  bool many = false;
  for (const Expr* part : e->values) {
    auto* in = try_as<Interpolation>(part);
    if (!in) continue;
    At at(*this, *in);
    Reg t = u->top;
    to_temp(in->value);
    load_const(push(), literal(in->str));
    if (in->format_spec) to_temp(in->format_spec);
    else load_str(push(), "");
    as().emit(Op::BUILD_INTERPOLATION, t, t, conversion_number(in->conversion), kKillB);
    u->top = t + 1;
    if (++count == kPartsInRegisters && !many) {
      many = true;
      as().emit(Op::BUILD_LIST, first, first, count);
      u->top = first + 1;
    } else if (many) {
      as().emit(Op::LIST_APPEND, first, t, 0, kKillB);
      u->top = first + 1;
    }
  }
  as().touch(first);
  if (many) as().emit(Op::LIST_TO_TUPLE, first, first, 0, kKillB);
  else as().emit(Op::BUILD_TUPLE, first, first, count);
  u->top = old;
  as().emit(Op::BUILD_TEMPLATE, dst, old, 0, kKillB);
}

}  // namespace taipan::compiler
