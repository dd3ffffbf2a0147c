#include "runtime/base/unicode/graphemes.h"

#include "runtime/base/unicode/properties.h"

namespace taipan::unicode {

namespace {

// In the generator's order.
enum Break : u8 { Other, Control, CR, LF, Extend, Prepend, SpacingMark, L, V, T, LV, LVT, RegionalIndicator, ZWJ };
enum Conjunct : u8 { NoConjunct, Consonant, ConjunctExtend, Linker };

// What the rules need to remember of the cluster so far.
struct Cluster {
  Break last;
  bool odd_flags;        // an odd number of regional indicators at the end
  bool picture;          // GB11: Extended_Pictographic Extend*, perhaps with a ZWJ behind
  bool consonant;        // GB9c: a consonant with only Extend and Linker behind
  bool linked;           // and a Linker among them

  explicit Cluster(const PropertyRecord& p)
      : last(static_cast<Break>(p.grapheme_break)), odd_flags(last == RegionalIndicator),
        picture((p.flags & kPictographic) != 0), consonant(p.conjunct_break == Consonant), linked(false) {}

  bool takes(const PropertyRecord& p) const {
    auto next = static_cast<Break>(p.grapheme_break);
    if (last == CR && next == LF) return true;                                             // GB3
    if (last == Control || last == CR || last == LF) return false;                         // GB4
    if (next == Control || next == CR || next == LF) return false;                         // GB5
    if (last == L && (next == L || next == V || next == LV || next == LVT)) return true;   // GB6
    if ((last == LV || last == V) && (next == V || next == T)) return true;                // GB7
    if ((last == LVT || last == T) && next == T) return true;                              // GB8
    if (next == Extend || next == ZWJ || next == SpacingMark || last == Prepend) return true;  // GB9, a, b
    if (linked && p.conjunct_break == Consonant) return true;                              // GB9c
    if (picture && last == ZWJ && (p.flags & kPictographic)) return true;                  // GB11
    return odd_flags && next == RegionalIndicator;                                         // GB12, 13
  }

  void add(const PropertyRecord& p) {
    auto next = static_cast<Break>(p.grapheme_break);
    odd_flags = next == RegionalIndicator && !odd_flags;
    if (p.flags & kPictographic) picture = true;
    else picture = picture && last != ZWJ && (next == Extend || next == ZWJ);
    if (p.conjunct_break == Consonant) {
      consonant = true;
      linked = false;
    } else {
      bool goes_on = consonant && (p.conjunct_break == ConjunctExtend || p.conjunct_break == Linker);
      linked = goes_on && (linked || p.conjunct_break == Linker);
      consonant = goes_on;
    }
    last = next;
  }
};

}  // namespace

template <class Lane>
usize next_grapheme(const Lane* text, usize size, usize from) {
  Cluster cluster(properties(text[from]));
  while (++from < size) {
    const PropertyRecord& p = properties(text[from]);
    if (!cluster.takes(p)) break;
    cluster.add(p);
  }
  return from;
}

template usize next_grapheme(const u8*, usize, usize);
template usize next_grapheme(const char16_t*, usize, usize);
template usize next_grapheme(const char32_t*, usize, usize);

}  // namespace taipan::unicode
