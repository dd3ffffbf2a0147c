#include "interp/cli/options.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

#include "runtime/base/siphash.h"
#include "runtime/config.h"

namespace taipan {
namespace {

bool exists(const std::string& path) {
  struct stat s;
  return ::stat(path.c_str(), &s) == 0;
}

std::string absolute_path(const std::string& path) {
  char resolved[PATH_MAX];
  return ::realpath(path.c_str(), resolved) != nullptr ? resolved : path;
}

std::string parent(const std::string& path) {
  usize slash = path.rfind('/');
  return slash == std::string::npos || slash == 0 ? "/" : path.substr(0, slash);
}

int level_of(const char* text) {
  int n = std::atoi(text);
  return n > 0 ? n : 1;
}

// A whole decimal number of at most nine digits.
bool read_number(const char* text, int* out) {
  usize length = std::strlen(text);
  if (length == 0 || length > 9 || std::strspn(text, "0123456789") != length) return false;
  *out = std::atoi(text);
  return true;
}
bool read_digits_limit(const char* text, int* out) { return read_number(text, out) && (*out == 0 || *out >= 640); }
bool read_cpu_count(const char* text, int* out) {
  if (std::strcmp(text, "default") == 0) return *out = -1, true;
  return read_number(text, out) && *out >= 1;
}

// False, with a message: a variable makes no sense.
bool read_environment(Config& c) {
  auto flag = [](const char* name, int* field) {
    const char* v = ::getenv(name);
    if (v != nullptr && *v != '\0') *field = std::max(*field, level_of(v));
  };
  auto is_set = [](const char* name) { return environment_variable(name) != nullptr; };
  flag("PYTHONOPTIMIZE", &c.optimize);
  flag("PYTHONVERBOSE", &c.verbose);
  if (is_set("PYTHONDEBUG")) c.debug = std::max(c.debug, 1);
  if (is_set("PYTHONINSPECT")) c.inspect = std::max(c.inspect, 1);
  if (is_set("PYTHONDONTWRITEBYTECODE")) c.dont_write_bytecode = 1;
  if (is_set("PYTHONNOUSERSITE")) c.no_user_site = 1;
  if (is_set("PYTHONUNBUFFERED")) c.unbuffered = true;
  for (const char* name : {"PYTHONPERFSUPPORT", "PYTHON_PERF_JIT_SUPPORT"}) {
    if (const char* v = environment_variable(name)) c.perf = std::strcmp(v, "1") == 0 || c.perf;
  }
  if (is_set("PYTHONSAFEPATH")) c.safe_path = true;
  if (is_set("PYTHONDEVMODE")) c.dev_mode = true;
  if (const char* v = ::getenv("PYTHON_GIL")) {
    c.gil = std::strcmp(v, "1") == 0;
    c.gil_given = *v != '\0';
  }
  if (const char* v = ::getenv("PYTHON_CPU_COUNT"); v != nullptr && !read_cpu_count(v, &c.cpu_count)) {
    std::fputs("PYTHON_CPU_COUNT: missing or invalid value; expected a positive number or 'default'\n", stderr);
    return false;
  }
  if (const char* v = ::getenv("PYTHONPYCACHEPREFIX")) c.pycache_prefix = v;
  if (const char* v = ::getenv("PYTHONINTMAXSTRDIGITS"); v != nullptr && *v != '\0' && !read_digits_limit(v, &c.int_max_str_digits)) {
    std::fputs("PYTHONINTMAXSTRDIGITS: invalid limit; must be >= 640 or 0 for unlimited.\n", stderr);
    return false;
  }
  if (const char* v = ::getenv("PYTHONWARNINGS"); v != nullptr) {  // options follow, and so win
    std::vector<std::string> given;
    given.swap(c.warn_options);
    std::string all = v;
    for (usize at = 0; at < all.size();) {
      usize end = all.find(',', at);
      if (end == std::string::npos) end = all.size();
      if (end > at) c.warn_options.push_back(all.substr(at, end - at));
      at = end + 1;
    }
    c.warn_options.insert(c.warn_options.end(), given.begin(), given.end());
  }
  return true;
}

// PYTHONHASHSEED, unless -R asks for a key nobody knows: the key of all hashes of text.
bool set_hash_key(Config& c, bool random) {
  const char* v = c.ignore_environment || random ? nullptr : ::getenv("PYTHONHASHSEED");
  u32 seed = 0;
  HashSecret secret;
  switch (parse_hash_seed(v != nullptr ? v : "", &seed)) {
    case HashSeedKind::Invalid:
      std::fputs("Fatal Python error: config_init_hash_seed: PYTHONHASHSEED must be \"random\" or an integer in range [0; 4294967295]\n"
                 "Python runtime state: preinitialized\n\n", stderr);
      return false;
    case HashSeedKind::Number:
      secret = hash_secret_from_number(seed);
      c.hash_randomization = seed != 0;
      break;
    case HashSeedKind::Random:
      if (!hash_secret_from_system(&secret)) {
        std::fputs("Fatal Python error: failed to get random numbers to initialize Python\n", stderr);
        return false;
      }
      break;
  }
  g_hash_key = secret.key;
  return true;
}

// "2", "0.25" (MiB), "64K".
bool read_mebibytes(const char* text, u64* out) {
  char* end;
  double n = std::strtod(text, &end);
  double unit = *end == 'K' ? 1 << 10 : 1 << 20;
  end += *end == 'K' || *end == 'M';
  if (end == text || *end != '\0' || !(n >= 0 && n < 1e6)) return false;
  *out = static_cast<u64>(n * unit);
  return true;
}

void keep_x_option(Config& c, const std::string& text) {
  usize equal = text.find('=');
  c.x_options.emplace_back(text.substr(0, equal), equal == std::string::npos ? "" : text.substr(equal + 1));
}

// False, with a message: it makes no sense.
bool use_x_option(Config& c, const std::string& key, const std::string& value) {
  if (key == "gil") {
    c.gil = value == "1";
    c.gil_given = true;
  }
  if (key == "stats") c.stats = true;
  if (key == "jit") {
    if (value != "off" && value != "t1" && value != "auto") {
      std::fputs("-X jit: off, t1 or auto\n", stderr);
      return false;
    }
#ifndef TAIPAN_JIT
    if (value != "off") {
      std::fputs("-X jit: this build has no JIT\n", stderr);
      return false;
    }
#endif
    c.jit = value == "off" ? 0 : value == "t1" ? 1 : 2;
  }
  if (key == "jit-log") c.jit_log = true;
  if (key == "perf" || key == "perf_jit") {
    c.perf = value != "0";
    c.perf_folder = value == "0" || value == "1" ? "" : value;
  }
  if (key == "jit-gdb") c.jit_gdb = true;
  if (key == "jit-memory" && !read_mebibytes(value.c_str(), &c.jit_memory)) {
    std::fputs("-X jit-memory: a number of MiB, or of KiB with a K behind it\n", stderr);
    return false;
  }
  if (key == "dev") c.dev_mode = true;
  if (key == "utf8") c.utf8_mode = value == "0" ? 0 : 1;
  if (key == "pycache_prefix") c.pycache_prefix = value;
  if (key == "int_max_str_digits" && !read_digits_limit(value.c_str(), &c.int_max_str_digits)) {
    std::fputs("-X int_max_str_digits: invalid limit; must be >= 640 or 0 for unlimited.\n", stderr);
    return false;
  }
  if (key == "cpu_count" && !read_cpu_count(value.c_str(), &c.cpu_count)) {
    std::fputs("-X cpu_count: missing or invalid value; expected a positive number or 'default'\n", stderr);
    return false;
  }
  if (key == "warn_default_encoding") c.warn_default_encoding = 1;
  return true;
}

// -X lazy_imports=all, or PYTHON_LAZY_IMPORTS. False, with a message: no such mode.
bool lazy_imports(Config& c) {
  std::string mode, where = "-X lazy_imports";
  for (const auto& [key, value] : c.x_options) {
    if (key == "lazy_imports") mode = value.empty() ? "?" : value;
  }
  if (const char* v = c.ignore_environment ? nullptr : ::getenv("PYTHON_LAZY_IMPORTS"); mode.empty() && v != nullptr) {
    mode = v;
    where = "PYTHON_LAZY_IMPORTS";
  }
  c.lazy_imports = mode == "all" ? 1 : mode == "normal" ? 0 : -1;
  if (mode.empty() || c.lazy_imports >= 0) return true;
  std::fprintf(stderr, "%s: invalid value; expected 'all' or 'normal'\n", where.c_str());
  return false;
}

// sys.path: what the program adds in front, PYTHONPATH, the library.
void fill_path(Config& c, const Options& o) {
  if (!c.ignore_environment) {
    if (const char* v = ::getenv("PYTHONPATH"); v != nullptr && *v != '\0') {
      std::string all = v;
      for (usize at = 0; at <= all.size();) {
        usize end = all.find(':', at);
        if (end == std::string::npos) end = all.size();
        std::string folder = all.substr(at, end - at);
        char cwd[PATH_MAX];
        if (folder.empty() && ::getcwd(cwd, sizeof cwd) != nullptr) folder = cwd;
        c.path.push_back(folder);
        at = end + 1;
      }
    }
  }
  if (!c.stdlib.empty()) c.path.push_back(c.stdlib);
  (void)o;
}

}  // namespace

std::string find_stdlib(const std::string& prefix) {
  if (const char* v = ::getenv("TAIPAN_STDLIB"); v != nullptr && *v != '\0') return v;
  for (const std::string& folder : {prefix + "/lib/taipan/python3.15", std::string("/usr/lib/python3.15")}) {
    if (exists(folder + "/os.py")) return folder;
  }
  return "";
}

bool parse_options(int argc, char** argv, Options* out) {
  Config& c = g_config;
  for (int i = 0; i < argc; ++i) c.orig_argv.push_back(argv[i]);
  int i = 1;
  bool done = false;
  bool isolated = false, random_hashes = false;
  for (; i < argc && !done && argv[i][0] == '-' && argv[i][1] != '\0'; ++i) {
    const char* a = argv[i] + 1;
    if (std::strcmp(a, "-help") == 0) return out->mode = RunMode::Help, true;
    if (std::strcmp(a, "-version") == 0) return out->mode = RunMode::Version, true;
    if (std::strcmp(a, "-") == 0) {
      ++i;
      break;
    }
    for (; *a != '\0' && !done; ++a) {
      auto value = [&]() -> const char* {
        if (a[1] != '\0') return a + 1;
        if (i + 1 < argc) return argv[++i];
        return nullptr;
      };
      switch (*a) {
        case 'c': case 'm': {
          const char* v = value();
          if (v == nullptr) return std::fprintf(stderr, "Argument expected for the -%c option\n", *a), false;
          out->mode = *a == 'c' ? RunMode::Command : RunMode::Module;
          out->what = v;
          done = true;
          break;
        }
        case 'X': case 'W': {
          char letter = *a;
          const char* v = value();
          if (v == nullptr) return std::fprintf(stderr, "Argument expected for the -%c option\n", letter), false;
          if (letter == 'X') {
            keep_x_option(c, v);
          } else {
            c.warn_options.push_back(v);
          }
          a = "-";  // ends the inner loop
          break;
        }
        case 'V': return out->mode = RunMode::Version, true;
        case 'h': case '?': return out->mode = RunMode::Help, true;
        case 'd': ++c.debug; break;
        case 'i': ++c.inspect, ++c.interactive, out->inspect = true; break;
        case 'O': ++c.optimize; break;
        case 'B': ++c.dont_write_bytecode; break;
        case 's': ++c.no_user_site; break;
        case 'S': ++c.no_site; break;
        case 'E': ++c.ignore_environment; break;
        case 'v': ++c.verbose; break;
        case 'b': ++c.bytes_warning; break;
        case 'q': ++c.quiet; break;
        case 'I': isolated = true; break;
        case 'P': c.safe_path = true; break;
        case 'u': c.unbuffered = true; break;
        case 'R': random_hashes = true; break;
        case 'x': break;
        default:
          std::fprintf(stderr, "Unknown option: -%c\nusage: %s [option] ... [-c cmd | -m mod | file | -] [arg] ...\n", *a, argv[0]);
          return false;
      }
      if (a[0] == '-') break;
    }
  }
  if (isolated) {
    c.isolated = 1;
    c.ignore_environment = c.no_user_site = 1;
    c.safe_path = true;
  }
  out->error_code = 1;  // of bad settings
  if (!c.ignore_environment && !read_environment(c)) return false;
  for (const auto& [key, v] : c.x_options) {
    if (!use_x_option(c, key, v)) return false;
  }
  if (!set_hash_key(c, random_hashes)) return false;
  if (c.bytes_warning) c.warn_options.push_back(c.bytes_warning > 1 ? "error::BytesWarning" : "default::BytesWarning");
  if (!lazy_imports(c)) return false;
  if (out->mode == RunMode::Interactive) {
    if (i < argc) {
      out->mode = std::strcmp(argv[i], "-") == 0 ? RunMode::Stdin : RunMode::Script;
      out->what = argv[i];
    } else if (!::isatty(0) && !c.interactive) {
      out->mode = RunMode::Stdin;
    }
  }
  if (out->mode == RunMode::Command) c.argv.push_back("-c");
  if (out->mode == RunMode::Module) c.argv.push_back("-m");
  for (; i < argc; ++i) c.argv.push_back(argv[i]);
  if (c.argv.empty()) c.argv.push_back("");
  c.executable = absolute_path("/proc/self/exe");
  c.prefix = parent(parent(c.executable));
  c.stdlib = find_stdlib(c.prefix);
  fill_path(c, *out);
  return true;
}

}  // namespace taipan
