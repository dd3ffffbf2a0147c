#include "runtime/types/cell.h"

#include <cstdio>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/error.h"
#include "runtime/object/startup.h"
#include "runtime/thread/local.h"
#include "runtime/types/singletons.h"
#include "runtime/types/str.h"

namespace taipan {

Result<Cell> cell_new(Thread& t, Value value_or_empty) {
  auto* c = new_object<Cell>(t, cell_type);
  if (c == nullptr) return kError;
  c->value.init(value_or_empty);
  return own_new(c);
}

namespace {

void cell_visit(Object* o, EdgeVisitor& visit) { visit(static_cast<Cell*>(o)->value); }
Result<> cell_construct(Thread& t, Type&, const Value* args, u32 nargs, Tuple* kwnames) {
  if (nargs > 1) return raise(t, TypeError, "cell expected at most 1 argument, got {}", nargs);
  return cell_new(t, nargs ? args[0] : Value::empty());
}
Result<Str> cell_repr(Thread& t, Value self) {
  auto* c = self.as<Cell>();
  char at[32], content[32];
  std::snprintf(at, sizeof(at), "%#lx", static_cast<unsigned long>(identity(self)));
  Local<> v(t, c->value.load(c));
  if (v.is_empty()) return str_format(t, "<cell at {}: empty>", static_cast<const char*>(at));
  std::snprintf(content, sizeof(content), "%#lx", static_cast<unsigned long>(identity(v)));
  return str_format(t, "<cell at {}: {!T} object at {}>", static_cast<const char*>(at), v.value(),
                    static_cast<const char*>(content));
}
Result<> cell_compare(Thread& t, Value self, Value other, CompareOp op) {
  if (!is_exact<Cell>(other)) return not_implemented();
  Local<> a(t, self.as<Cell>()->value.load(self.object()));
  Local<> b(t, other.as<Cell>()->value.load(other.object()));
  if (!a.is_empty() && !b.is_empty()) return compare(t, op, a, b);
  int x = a.is_empty() ? 0 : 1, y = b.is_empty() ? 0 : 1;  // empty cells come first
  return compare(t, op, Value::small_int(x), Value::small_int(y));
}
const GetSetDef kGetSets[] = {
    {"cell_contents",
     [](Thread& t, Value self) -> Result<> {
       Result<> v = self.as<Cell>()->value.load(self.object());
       if (v.is_absent()) return raise(t, ValueError, "Cell is empty");
       return v;
     },
     [](Thread&, Value self, Value v) -> Status {
       self.as<Cell>()->value.store(self.object(), v);
       return kDone;
     },
     nullptr}};

}  // namespace

extern const TypeDef cell_type_def = {
    .name = "cell", .doc = "One variable of a closure.", .flags = kTypeGcTracked, .size = sizeof(Cell),
    .slots = {.visit = cell_visit, .new_ = cell_construct, .repr = cell_repr, .compare = cell_compare},
    .getsets = kGetSets, .text_signature = "([contents])"};

}  // namespace taipan
