// Source lines under a traceback entry, with ~ and ^ below the part that failed.
// Lines come from the file itself, or from sources that were registered (the -c string, stdin).
#pragma once
#include <string>
#include <vector>

#include "interp/bytecode/code_spec.h"
#include "runtime/thread/thread.h"

namespace taipan {

// The lines to print below "File ...", without indentation of their own. Empty: no source.
std::vector<std::string> source_excerpt(Thread& t, const std::string& file, const Position& position);
// The same for a SyntaxError, whose text it carries itself. Offsets in characters from 1; 0: none.
std::vector<std::string> syntax_error_excerpt(const std::string& text, int line, int offset, int end_line, int end_offset);
// Line `number` (from 1) of a text, with its line end; empty if there is none.
std::string_view text_line(std::string_view source, int number);
// Line `number` of a file with its line end, decoded as PEP 263 says. False: there is none.
bool file_line(const std::string& file, int number, std::string* out);
// Makes `text` the source of `file` ("<string>", "<stdin>").
void register_source(const std::string& file, const std::string& text);

}  // namespace taipan
