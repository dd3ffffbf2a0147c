// CodeSpec to bytes and back, for the compiled-code cache: magic, version, checksum, then the data.
// The magic is a hash of the opcode table and of the compiler's sources, so old caches are refused, not misread.
// parse_code never crashes on any bytes; what it accepts is checked for bounds, not yet by the verifier.
#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "interp/bytecode/code_spec.h"

namespace taipan {

u64 code_cache_magic();
std::vector<u8> serialize_code(const CodeSpec& code);
// Null if the bytes are not a cache of this version, damaged, or out of bounds.
std::shared_ptr<CodeSpec> parse_code(std::string_view bytes);

}  // namespace taipan
