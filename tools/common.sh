# Shared by the scripts of this folder (sourced): where things are, and one line a step.
# After sourcing: $root (the tree), $cache (downloads that outlive a clone), ccache's settings, step, need_packages.
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/taipan
export CCACHE_BASEDIR=$root CCACHE_NOHASHDIR=1   # base_dir and hash_dir=false: a fresh clone elsewhere hits
export LC_ALL=C.UTF-8
prefix=$(basename "$0")

say() { printf '%s: %s\n' "$prefix" "$*" >&2; }

# step LOG TEXT COMMAND...: runs COMMAND with its output in LOG; one line when it is done, the log's end when it fails.
step() {
  local log=$1 text=$2 start=$SECONDS; shift 2
  mkdir -p "$(dirname "$log")"
  if "$@" >"$log" 2>&1; then
    say "$text ($((SECONDS - start)) s)"
  else
    local code=$?
    tail -n 40 "$log" >&2
    say "FAILED: $text (exit $code; all of it in $log)"
    return "$code"
  fi
}

# need_packages NAME...: installs those of the machine's own packages that are missing.
need_packages() {
  local missing=() name
  local installed
  installed=$(dpkg-query -W -f '${db:Status-Abbrev}${Package}\n' "$@" 2>/dev/null | sed -n 's/^ii //p' || true)
  for name in "$@"; do grep -qx -- "$name" <<<"$installed" || missing+=("$name"); done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  [[ $(id -u) -eq 0 ]] || { say "missing packages, and only root can install them: ${missing[*]}"; return 1; }
  step "$cache/log/apt-update" "brought apt's lists up to date" apt-get update -qq
  DEBIAN_FRONTEND=noninteractive step "$cache/log/apt-install" "installed ${missing[*]}" \
    apt-get install -y -qq --no-install-recommends "${missing[@]}"
}
