// The wrap_* functions that specials.def names: slot functions called with Python arguments.
// Each checks the number of arguments and converts argument and result.
// Bodies: specials_wrap.cpp, those of buffers types/memoryview.cpp.
#pragma once
#include "runtime/object/specials.h"

namespace taipan {

#define TP_WRAP(name) Result<> name(Thread& t, const WrapperCall& call);
TP_WRAP(wrap_text) TP_WRAP(wrap_hash) TP_WRAP(wrap_call) TP_WRAP(wrap_get_attribute)
TP_WRAP(wrap_set_attribute) TP_WRAP(wrap_delete_attribute) TP_WRAP(wrap_compare) TP_WRAP(wrap_unary)
TP_WRAP(wrap_next) TP_WRAP(wrap_descr_get) TP_WRAP(wrap_descr_set) TP_WRAP(wrap_descr_delete)
TP_WRAP(wrap_init) TP_WRAP(wrap_finalise) TP_WRAP(wrap_binary) TP_WRAP(wrap_binary_reflected)
TP_WRAP(wrap_power) TP_WRAP(wrap_power_reflected) TP_WRAP(wrap_power3) TP_WRAP(wrap_power3_reflected)
TP_WRAP(wrap_truth) TP_WRAP(wrap_length) TP_WRAP(wrap_set_item) TP_WRAP(wrap_delete_item)
TP_WRAP(wrap_contains) TP_WRAP(wrap_repeat) TP_WRAP(wrap_get_buffer) TP_WRAP(wrap_release_buffer)
#undef TP_WRAP

}  // namespace taipan
