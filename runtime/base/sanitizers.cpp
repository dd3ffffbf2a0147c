// What the sanitizers of the presets dev, poison and tsan are told: a finding ends the program. What lives until
// the process ends is no leak.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)

extern "C" {
[[gnu::visibility("default")]] const char* __asan_default_options() { return "detect_leaks=0"; }
[[gnu::visibility("default")]] const char* __ubsan_default_options() { return "halt_on_error=1:print_stacktrace=1"; }
[[gnu::visibility("default")]] const char* __tsan_default_options() { return "halt_on_error=1:second_deadlock_stack=1:die_after_fork=0"; }
}

#endif
