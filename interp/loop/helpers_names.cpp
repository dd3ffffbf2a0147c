// Slow paths of names, cells and free variables.
#include <cstdlib>

#include "interp/loop/cache.h"
#include "interp/loop/ops_common.h"
#include "runtime/import/import.h"
#include "runtime/object/error.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/cell.h"
#include "runtime/types/exceptions.h"
#include "runtime/types/str.h"

namespace taipan {

namespace {

Str* local_name(const Value* fp, u32 r) { return (*frame_code(fp)->local_names)[r].as<Str>(); }

// NameError and its `name` attribute, which suggestions read; an UnboundLocalError has none.
bool raise_name_error(Thread& t, Type& type, const char* format, Str* name) {
  raise(t, type, format, name);
  if (&type == &NameError && error_pending(t) && is_instance(t.exc, type)) {
    auto* e = t.exc.as<NameErrorObject>();
    e->name.store(e, Value(name));
  }
  return false;
}

Cell* free_cell(Value* fp, u32 index) { return (*frame_function(fp)->closure.borrow())[index].as<Cell>(); }

// Caches where `name` is found: in the globals' cell, or in that of the builtins.
void cache_global(Thread& t, Value* fp, u32 site, bool in_builtins) {
  Function* f = frame_function(fp);
  Code* code = frame_code(fp);
  if (f->namespace_id == 0 || !may_fill_site(code, site)) return;
  Atomic<u64>* cell = dict_namespace_cell(t, f->globals.borrow(), site_name(fp, site));
  Atomic<u64>* builtin = nullptr;
  if (cell != nullptr && in_builtins) {
    if (dict_namespace_id(f->builtins.borrow()) == 0) return;
    builtin = dict_namespace_cell(t, f->builtins.borrow(), site_name(fp, site));
  }
  if (cell == nullptr || (in_builtins && builtin == nullptr)) {
    clear_error(t);
    return;
  }
  auto* entry = static_cast<GlobalEntry*>(std::aligned_alloc(16, (sizeof(GlobalEntry) + 15) & ~usize{15}));
  if (entry == nullptr) return;
  entry->namespace_id = f->namespace_id;
  entry->cell = cell;
  entry->builtin = builtin;
  fill_site(t, code, site, reinterpret_cast<u64>(entry));
}

Result<> find_global(Thread& t, Value* fp, u32 site) {
  Function* f = frame_function(fp);
  Str* name = site_name(fp, site);
  Dict* globals = f->globals.borrow();
  bool plain = is_exact<Dict>(globals);
  Result<> found = plain ? dict_get_str(t, globals, name) : get_item(t, Value(globals), Value(name));
  // A class that derives from dict may have __missing__ (annotationlib's stringifiers).
  if (found.is_error() && !plain && swallow(t, KeyError)) found = Result<>::absent();
  if (found.is_error()) return found;
  bool in_builtins = found.is_absent();
  if (in_builtins) {
    Value builtins = f->builtins.borrow();
    if (is_exact<Dict>(builtins)) {
      found = dict_get_str(t, builtins.as<Dict>(), name);
    } else {
      found = get_item(t, builtins, Value(name));
      if (found.is_error() && swallow(t, KeyError)) found = Result<>::absent();
    }
    if (found.is_error()) return found;
    if (found.is_absent()) {
      raise_name_error(t, NameError, "name '{}' is not defined", name);
      return kError;
    }
  }
  Local<> value(t, found);
  if (is_lazy_import(value)) {  // PEP 810: the first use imports, and replaces the placeholder
    value.set(TRY(lazy_import_resolve(t, value)));
    if (!in_builtins) TRY(dict_set(t, f->globals.borrow(), Value(name), value));
  }
  if (plain) cache_global(t, fp, site, in_builtins);
  return value.give();
}

}  // namespace

bool get_global_slow(TP_HELPER_ARGS) { return finish(t, fp, a, TP_TAKE(find_global(t, fp, c)).word()); }

bool set_global(TP_HELPER_ARGS) {
  Dict* globals = frame_function(fp)->globals.borrow();
  if (is_exact<Dict>(globals)) {
    TP_TAKE(dict_set_str(t, globals, site_name(fp, c), fp[a].canonical()));
  } else {
    TP_TAKE(dict_set(t, globals, Value(site_name(fp, c)), fp[a].canonical()));
  }
  drop(take_killed(fp, a, pc->k & kKillA));
  run_pending(t);
  return true;
}

bool delete_global(TP_HELPER_ARGS) {
  Str* name = site_name(fp, c);
  bool found = TP_TAKE(dict_delete(t, frame_function(fp)->globals.borrow(), Value(name)));
  if (!found) return raise_name_error(t, NameError, "name '{}' is not defined", name);
  run_pending(t);
  return true;
}

bool get_name(TP_HELPER_ARGS) {
  Value space = fp[b].canonical();
  Str* name = site_name(fp, c);
  if (space.bits != Value(frame_function(fp)->globals.borrow()).bits) {
    Result<> found = Result<>::absent();
    if (is_exact<Dict>(space)) {
      found = TP_TAKE(dict_get_str(t, space.as<Dict>(), name));
    } else {
      found = get_item(t, space, Value(name));
      if (found.is_error()) {
        if (!swallow(t, KeyError)) return false;
        found = Result<>::absent();
      }
    }
    if (!found.is_absent()) return finish(t, fp, a, found.word());
    return finish(t, fp, a, TP_TAKE(find_global(t, fp, c)).word());
  }
  return get_global_slow(t, fp, pc, a, b, c);
}

bool set_name(TP_HELPER_ARGS) {
  Value space = fp[b].canonical();
  if (is_exact<Dict>(space)) {
    TP_TAKE(dict_set_str(t, space.as<Dict>(), site_name(fp, c), fp[a].canonical()));
  } else {
    TP_TAKE(set_item(t, space, Value(site_name(fp, c)), fp[a].canonical()));
  }
  drop(take_killed(fp, a, pc->k & kKillA));
  run_pending(t);
  return true;
}

bool delete_name(TP_HELPER_ARGS) {
  Value space = fp[b].canonical();
  Str* name = site_name(fp, c);
  bool found = true;
  if (is_exact<Dict>(space)) {
    found = TP_TAKE(dict_delete(t, space.as<Dict>(), Value(name)));
  } else if (delete_item(t, space, Value(name)).is_error()) {
    if (!swallow(t, KeyError)) return false;
    found = false;
  }
  if (!found) return raise_name_error(t, NameError, "name '{}' is not defined", name);
  run_pending(t);
  return true;
}

bool get_class_free(TP_HELPER_ARGS) {
  Value space = fp[b].canonical();
  bool in_register = pc->k & kCellRegister;
  Str* name = in_register ? local_name(fp, c) : (*frame_code(fp)->freevars)[c].as<Str>();
  Result<> found = Result<>::absent();
  if (is_exact<Dict>(space)) {
    found = TP_TAKE(dict_get_str(t, space.as<Dict>(), name));
  } else {
    found = get_item(t, space, Value(name));
    if (found.is_error()) {
      if (!swallow(t, KeyError)) return false;
      found = Result<>::absent();
    }
  }
  if (found.is_absent()) {
    Cell* cell = in_register ? fp[c].as<Cell>() : free_cell(fp, c);
    found = cell->value.load(cell);
    if (found.is_absent()) {
      return in_register ? raise_name_error(t, NameError, "cannot access local variable '{}' where it is not associated with a value", name)
                         : raise_unbound_free(t, fp, c);
    }
  }
  return finish(t, fp, a, found.word());
}

constexpr const char* kUnboundLocal = "cannot access local variable '{}' where it is not associated with a value";

bool raise_unbound_local(TP_HELPER_ARGS) { return raise_name_error(t, UnboundLocalError, kUnboundLocal, local_name(fp, a)); }
bool raise_unbound_cell(TP_HELPER_ARGS) { return raise_name_error(t, UnboundLocalError, kUnboundLocal, local_name(fp, b)); }
bool raise_unbound_free(Thread& t, Value* fp, u32 index) {
  return raise_name_error(t, NameError,
                          "cannot access free variable '{}' where it is not associated with a value in enclosing scope",
                          (*frame_code(fp)->freevars)[index].as<Str>());
}

bool delete_cell(TP_HELPER_ARGS) {
  Cell* cell = fp[a].as<Cell>();
  if (cell->value.is_empty()) return raise_name_error(t, UnboundLocalError, kUnboundLocal, local_name(fp, a));
  cell->value.clear(cell);
  run_pending(t);
  return true;
}

bool make_cell(TP_HELPER_ARGS) {
  Value cell = TP_TAKE(cell_new(t, fp[a].canonical())).word();
  return finish(t, fp, a, cell);
}

bool delete_free(TP_HELPER_ARGS) {
  Cell* cell = free_cell(fp, a);
  if (cell->value.is_empty()) return raise_unbound_free(t, fp, a);
  cell->value.clear(cell);
  run_pending(t);
  return true;
}

}  // namespace taipan
