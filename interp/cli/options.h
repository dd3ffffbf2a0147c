// The command line and the environment: parse_options() fills Config and says what to run.
// The same letters as CPython's.
#pragma once
#include <string>

namespace taipan {

enum class RunMode { Interactive, Script, Command, Module, Stdin, Version, Help };

struct Options {
  RunMode mode = RunMode::Interactive;
  std::string what;       // script, command text or module name
  int stack_limit = 0;
  bool inspect = false;
  int error_code = 2;     // of the process if parse_options() fails
};

// False: an unknown option or a bad setting; the message has been printed.
bool parse_options(int argc, char** argv, Options* out);
// Where the library is; empty if nowhere.
std::string find_stdlib(const std::string& prefix);

}  // namespace taipan
