// Where a line ends, by the rules of the `newline` argument of open().
// For text as lanes of 1, 2 or 4 bytes; \r\n that is cut in two is the caller's to join.
// Used by TextIOWrapper and StringIO.
#pragma once
#include <cstring>

#include "runtime/base/search.h"

namespace taipan::io {

enum class Newline : u8 { Universal, Empty, LF, CR, CRLF };  // of the argument: None, '', '\n', '\r', '\r\n'

// Where the line ends that begins at `from`; -1: not in this text.
template <class Lane>
ssize line_end(const Lane* p, usize from, usize n, Newline kind) {
  auto find_in = [&](usize end, Lane c) {
    if constexpr (sizeof(Lane) == 1) {
      auto* at = static_cast<const Lane*>(std::memchr(p + from, c, end - from));
      return at ? at - p : ssize{-1};
    } else {
      ssize at = find_char<Lane>(p + from, end - from, c);
      return at == kNotFound ? ssize{-1} : at + static_cast<ssize>(from);
    }
  };
  switch (kind) {
    case Newline::Universal:
    case Newline::LF: {
      ssize lf = find_in(n, '\n');
      return lf < 0 ? -1 : lf + 1;
    }
    case Newline::CR: {
      ssize cr = find_in(n, '\r');
      return cr < 0 ? -1 : cr + 1;
    }
    case Newline::Empty: {
      ssize lf = find_in(n, '\n');
      ssize cr = find_in(lf < 0 ? n : static_cast<usize>(lf), '\r');
      if (cr < 0) return lf < 0 ? -1 : lf + 1;
      return cr + 1 == lf ? lf + 1 : cr + 1;
    }
    case Newline::CRLF:
      while (true) {
        ssize cr = find_in(n, '\r');
        if (cr < 0) return -1;
        if (static_cast<usize>(cr) + 1 < n && p[cr + 1] == '\n') return cr + 2;
        from = static_cast<usize>(cr) + 1;
      }
  }
  return -1;
}

}  // namespace taipan::io
