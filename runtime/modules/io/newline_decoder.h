// Universal newlines: \r\n and \r become \n, and it is remembered which were seen. Works on decoded text.
// A \r at the end of a piece waits for the next one, so that \r\n always stays together.
// IncrementalNewlineDecoder is the class; TextIOWrapper and StringIO use translate_newlines() directly.
#pragma once
#include "runtime/modules/io/io.h"

namespace taipan::io {

inline constexpr u8 kSeenLF = 1, kSeenCR = 2, kSeenCRLF = 4;

struct NewlineState {
  bool pending_cr;
  u8 seen;
};

// text: an exact str. final: no more comes, a \r at the end is given out.
Result<Str> translate_newlines(Thread& t, NewlineState& state, Str* text, bool translate, bool final);
Result<> newlines_value(Thread& t, u8 seen);  // None, a str or a tuple

struct NewlineDecoder : Object {
  Slot<> decoder;  // None: input is text already
  Slot<> errors;
  NewlineState state;
  bool translate, ok;
};
inline bool is_newline_decoder(Value v) { return v.is_ref() && &type_of(v.object()) == g_io.newline_decoder; }
Result<> newline_decoder_new(Thread& t, Value decoder, bool translate);
Result<Str> newline_decoder_decode(Thread& t, Value self, Value input, bool final);

}  // namespace taipan::io
