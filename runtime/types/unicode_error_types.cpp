// UnicodeEncodeError, UnicodeDecodeError, UnicodeTranslateError: object[start:end] cannot be handled.
#include <cstdio>
#include <cstring>

#include "runtime/native/def.h"
#include "runtime/object/call.h"
#include "runtime/object/names.h"
#include "runtime/thread/local.h"
#include "runtime/types/bytes.h"
#include "runtime/types/exception_defs.h"
#include "runtime/types/int.h"
#include "runtime/types/str.h"
#include "runtime/types/tuple.h"

namespace taipan {
namespace {

void unicode_error_visit(Object* o, EdgeVisitor& visit) {
  auto* e = static_cast<UnicodeErrorObject*>(o);
  visit(e->encoding, e->object, e->reason);
  base_exception_visit(o, visit);
}

enum class Kind : u8 { Encode, Decode, Translate };

Status expect(Thread& t, int number, Value v, bool ok, const char* wanted) {
  if (ok) return kDone;
  return raise(t, TypeError, "argument {} must be {}, not {!T}", number, wanted, v);
}

template <Kind kind>
Status unicode_error_init(Thread& t, Value self, const Value* args, u32 nargs, Tuple* kwnames) {
  TRY(base_exception_init(t, self, args, nargs, kwnames));
  constexpr u32 wanted = kind == Kind::Translate ? 4 : 5;
  if (nargs != wanted) {
    return raise(t, TypeError, "function takes exactly {} arguments ({} given)", wanted, nargs);
  }
  auto* e = self.as<UnicodeErrorObject>();
  u32 i = 0;
  if (kind != Kind::Translate) {
    TRY(expect(t, 1, args[0], is_a<Str>(args[0]), "str"));
    e->encoding.store(e, args[i++]);
  }
  Value object = args[i++];
  if (kind == Kind::Decode) {
    Local<> bytes(t, is_a<Bytes>(object) ? own(object) : Result<>(TRY(bytes_from_object(t, object))));
    e->object.store(e, bytes.value());
  } else {
    TRY(expect(t, static_cast<int>(i), object, is_a<Str>(object), "str"));
    e->object.store(e, object);
  }
  e->start = TRY(to_ssize(t, args[i++]));
  e->end = TRY(to_ssize(t, args[i++]));
  TRY(expect(t, static_cast<int>(i + 1), args[i], is_a<Str>(args[i]), "str"));
  e->reason.store(e, args[i]);
  return kDone;
}

template <Kind kind>
Result<Str> unicode_error_str(Thread& t, Value self) {
  auto* e = self.as<UnicodeErrorObject>();
  if (e->object.is_empty()) return str_from_ascii(t, "");
  Local<> held(t, e->reason.load(e));
  Local<Str> reason(t, held.is_empty() ? own(names().empty) : TRY(to_str(t, held)));
  held.set(e->encoding.load(e));
  Local<Str> encoding(t, held.is_empty() ? own(names().empty) : TRY(to_str(t, held)));
  Local<> object_held(t, e->object.load(e));  // only now: a __str__ may have changed it
  if (object_held.is_empty()) return raise(t, TypeError, "UnicodeError 'object' attribute is not set");
  Value object = object_held;
  if (kind == Kind::Decode ? !is_a<Bytes>(object) : !is_a<Str>(object)) {
    return raise(t, TypeError, "UnicodeError 'object' attribute must be a {}", kind == Kind::Decode ? "bytes" : "string");
  }
  ssize size = kind == Kind::Decode ? static_cast<ssize>(object.as<Bytes>()->size())
                                    : static_cast<ssize>(object.as<Str>()->length());
  ssize start = e->start, end = e->end;
  bool single = start >= 0 && start < size && end == start + 1;
  if constexpr (kind == Kind::Decode) {
    if (single) {
      char hex[8];
      std::snprintf(hex, sizeof(hex), "%02x", object.as<Bytes>()->data()[start]);
      return str_format(t, "'{}' codec can't decode byte 0x{} in position {}: {}", encoding,
                        static_cast<const char*>(hex), start, reason);
    }
    return str_format(t, "'{}' codec can't decode bytes in position {}-{}: {}", encoding, start, end - 1, reason);
  } else {
    if (single) {
      char32_t c = object.as<Str>()->at(static_cast<usize>(start));
      char hex[16];
      std::snprintf(hex, sizeof(hex), c < 0x100 ? "\\x%02x" : c < 0x10000 ? "\\u%04x" : "\\U%08x",
                    static_cast<unsigned>(c));
      if constexpr (kind == Kind::Encode) {
        return str_format(t, "'{}' codec can't encode character '{}' in position {}: {}", encoding,
                          static_cast<const char*>(hex), start, reason);
      } else {
        return str_format(t, "can't translate character '{}' in position {}: {}",
                          static_cast<const char*>(hex), start, reason);
      }
    }
    if constexpr (kind == Kind::Encode) {
      return str_format(t, "'{}' codec can't encode characters in position {}-{}: {}", encoding, start,
                        end - 1, reason);
    } else {
      return str_format(t, "can't translate characters in position {}-{}: {}", start, end - 1, reason);
    }
  }
}

const MemberDef kMembers[] = {
    {"encoding", MemberKind::Object, offsetof(UnicodeErrorObject, encoding), false, "exception encoding"},
    {"object", MemberKind::Object, offsetof(UnicodeErrorObject, object), false, "exception object"},
    {"start", MemberKind::Ssize, offsetof(UnicodeErrorObject, start), false, "exception start"},
    {"end", MemberKind::Ssize, offsetof(UnicodeErrorObject, end), false, "exception end"},
    {"reason", MemberKind::Object, offsetof(UnicodeErrorObject, reason), false, "exception reason"},
};

template <Kind kind>
void refine(TypeDef& def) {
  def.slots.visit = unicode_error_visit;
  def.slots.init = unicode_error_init<kind>;
  def.slots.str = unicode_error_str<kind>;
  def.members = kMembers;  // translating has no encoding: it is None
}

}  // namespace

void refine_unicode_error_def(const char* name, TypeDef& def) {
  if (std::strcmp(name, "UnicodeEncodeError") == 0) refine<Kind::Encode>(def);
  if (std::strcmp(name, "UnicodeDecodeError") == 0) refine<Kind::Decode>(def);
  if (std::strcmp(name, "UnicodeTranslateError") == 0) refine<Kind::Translate>(def);
}

}  // namespace taipan
