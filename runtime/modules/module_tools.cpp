#include "runtime/modules/module_tools.h"

#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/dict.h"
#include "runtime/types/module.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {

Status module_add_exception(Thread& t, Module* m, const char* name, Type& base, Type** out, const char* home,
                            const char* doc) {
  Local<Dict> ns(t, TRY(dict_new(t)));
  Local<Str> module_name(t, TRY(str_intern(t, home != nullptr ? home : m->def->name)));
  TRY(dict_set_str(t, ns, names().__module__, module_name));
  if (doc != nullptr) {
    Local<Str> text(t, TRY(str_from_utf8(t, doc)));
    TRY(dict_set_str(t, ns, names().__doc__, text));
  }
  Local<Str> own_name(t, TRY(str_intern(t, name)));
  Local<Tuple> bases(t, TRY(tuple_of(t, Value(&base))));
  Local<Type> cls(t, TRY(make_class(t, type_type, own_name, bases, ns)));
  *out = cls.get();
  return module_set(t, m, own_name, cls);
}

}  // namespace taipan
