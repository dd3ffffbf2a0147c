#include "interp/cli/options.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstring>

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

void read_environment(Config& c) {
  auto flag = [](const char* name, int* field) {
    const char* v = ::getenv(name);
    if (v != nullptr && *v != '\0') *field = std::max(*field, level_of(v));
  };
  flag("PYTHONDEBUG", &c.debug);
  flag("PYTHONINSPECT", &c.inspect);
  flag("PYTHONOPTIMIZE", &c.optimize);
  flag("PYTHONDONTWRITEBYTECODE", &c.dont_write_bytecode);
  flag("PYTHONNOUSERSITE", &c.no_user_site);
  flag("PYTHONVERBOSE", &c.verbose);
  if (const char* v = ::getenv("PYTHONSAFEPATH"); v != nullptr && *v != '\0') c.safe_path = true;
  if (const char* v = ::getenv("PYTHONDEVMODE"); v != nullptr && *v != '\0') c.dev_mode = true;
  if (const char* v = ::getenv("PYTHON_GIL")) c.gil = std::strcmp(v, "1") == 0;
  if (const char* v = ::getenv("PYTHONPYCACHEPREFIX")) c.pycache_prefix = v;
  if (const char* v = ::getenv("PYTHONINTMAXSTRDIGITS"); v != nullptr && *v != '\0') c.int_max_str_digits = std::atoi(v);
  if (const char* v = ::getenv("PYTHONHASHSEED"); v != nullptr && std::strcmp(v, "0") == 0) c.hash_randomization = 0;
  if (const char* v = ::getenv("PYTHONWARNINGS"); v != nullptr) {
    std::string all = v;
    for (usize at = 0; at < all.size();) {
      usize end = all.find(',', at);
      if (end == std::string::npos) end = all.size();
      if (end > at) c.warn_options.push_back(all.substr(at, end - at));
      at = end + 1;
    }
  }
}

void x_option(Config& c, const std::string& text) {
  usize equal = text.find('=');
  std::string key = text.substr(0, equal), value = equal == std::string::npos ? "" : text.substr(equal + 1);
  c.x_options.emplace_back(key, value);
  if (key == "gil") c.gil = value == "1";
  if (key == "stats") c.stats = true;
  if (key == "dev") c.dev_mode = true;
  if (key == "utf8") c.utf8_mode = value == "0" ? 0 : 1;
  if (key == "pycache_prefix") c.pycache_prefix = value;
  if (key == "int_max_str_digits") c.int_max_str_digits = std::atoi(value.c_str());
  if (key == "warn_default_encoding") c.warn_default_encoding = 1;
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
  bool isolated = false;
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
            x_option(c, v);
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
        case 'u': case 'R': case 'x': break;
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
  if (!c.ignore_environment) read_environment(c);
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
