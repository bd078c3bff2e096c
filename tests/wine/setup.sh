# Sourced by the launchers beside it. Sets up, in a cache folder outside the project, what it takes to run Windows
# programs on Linux, and says what it is doing. Every step is skipped when its result is already there.
#
#   WS2_CACHE     the cache folder             (default: ~/.cache/winsock-ws2)
#   WINEPREFIX    the Wine prefix              (default: one in the cache folder)
#   JSR_URL       a registry to use as it is   (default: jsr.io, or the substitutes in jsr/ where that cannot be reached)
set -euo pipefail

DENO_VERSION=2.9.6
WINE_MINIMUM=10

wine_folder=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")" && pwd)
cache=${WS2_CACHE:-${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/winsock-ws2}
chroot=$cache/trixie
export WINEPREFIX=${WINEPREFIX:-$cache/prefix}

say() { printf 'tests/wine: %s\n' "$*" >&2; }
fail() {
  say "$*"
  exit 1
}

# once NAME WHAT COMMAND…: runs COMMAND unless it has succeeded before; its output is shown only when it fails.
once() {
  local mark=$cache/done/$1 what=$2
  shift 2
  [ -e "$mark" ] && return
  mkdir -p "$cache/done"
  (
    flock 9
    [ -e "$mark" ] && exit 0
    say "$what"
    log=$(mktemp "$cache/log.XXXXXX")
    if (set -euo pipefail && "$@") </dev/null >"$log" 2>&1 9>&-; then
      rm -f "$log"
      : >"$mark"
    else
      cat "$log" >&2
      rm -f "$log"
      exit 1
    fi
  ) 9>"$cache/lock" || fail "failed: $what"
}

# An npm package unpacked to $cache/npm/FOLDER. Needs npm only.
npm_package() { # PACKAGE VERSION
  local folder=$cache/npm/$(npm_folder "$1" "$2") work
  work=$(mktemp -d "$cache/npm.XXXXXX")
  (cd "$work" && npm pack --silent "$1@$2" && tar -xzf ./*.tgz)
  mkdir -p "$cache/npm"
  rm -rf "$folder"
  mv "$work/package" "$folder"
  rm -rf "$work"
}
npm_folder() { printf '%s-%s' "$(tr -d @ <<<"$1" | tr / -)" "$2"; }
need_npm() { # PACKAGE VERSION
  [ -e "$cache/done/$(npm_folder "$1" "$2")" ] && return
  command -v npm >/dev/null || fail "npm is needed to fetch $1: install Node.js"
  once "$(npm_folder "$1" "$2")" "fetching $1 $2 from npm" npm_package "$1" "$2"
}

machine_has_wine() {
  local version
  command -v wine >/dev/null && version=$(wine --version 2>/dev/null) || return 1
  version=${version#wine-}
  [ "${version%%[!0-9]*}" -ge "$WINE_MINIMUM" ] 2>/dev/null
}

localhost_lines() { printf '127.0.0.1 localhost\n::1 localhost\n'; }
hosts_have_localhost() {
  grep -Eq '^127\.0\.0\.1\s(.*\s)?localhost(\s|$)' /etc/hosts && grep -Eq '^::1\s(.*\s)?localhost(\s|$)' /etc/hosts
}

# The package mirror this machine already uses, where it is a Debian; otherwise debootstrap's default.
debian_mirror() { apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' 2>/dev/null | head -n 1 || true; }

install_chroot() {
  export DEBIAN_FRONTEND=noninteractive
  if ! command -v debootstrap >/dev/null; then
    apt-get update
    apt-get install -y --no-install-recommends debootstrap debian-archive-keyring
  fi
  rm -rf --one-file-system "$chroot"
  # shellcheck disable=SC2046
  debootstrap --variant=minbase trixie "$chroot" $(debian_mirror)
  cp -n /etc/apt/apt.conf.d/* "$chroot/etc/apt/apt.conf.d/" || true
  # A mount namespace of its own: /proc and /dev disappear with the command, whatever happens to it.
  unshare --mount sh -euc '
    mount --rbind /proc "$1/proc"
    mount --rbind /dev "$1/dev"
    chroot "$1" sh -euc "apt-get update && apt-get install -y --no-install-recommends wine64 wine netbase && apt-get clean"
  ' sh "$chroot"
  mkdir -p "$chroot/etc/ssl"
  localhost_lines >"$chroot/etc/hosts"
}

# Wine runs with the chroot's /usr and /etc laid over the machine's own, in a mount namespace that ends with the
# program: every other path stays what it is outside, and nothing has to be unmounted. /etc/ssl stays the machine's, with the certificates that it trusts.
enter_chroot='
  root=$1; shift
  [ ! -d /etc/ssl ] || mount --bind /etc/ssl "$root/etc/ssl"
  for folder in bin sbin lib lib32 lib64 libx32 usr etc; do
    [ -L "/$folder" ] || [ ! -d "$root/$folder" ] || [ ! -d "/$folder" ] || mount --rbind "$root/$folder" "/$folder"
  done
  exec "$@"'

need_wine() {
  if [ -z "${WS2_WINE_KIND:-}" ]; then
    [ -e "$cache/done/trixie" ] || ! machine_has_wine && WS2_WINE_KIND=chroot || WS2_WINE_KIND=machine
  fi
  if [ "$WS2_WINE_KIND" = chroot ]; then
    [ "$(id -u)" = 0 ] || fail "no Wine $WINE_MINIMUM or newer here; setting one up in a chroot needs root"
    once trixie "no Wine $WINE_MINIMUM or newer here: installing Debian trixie's into $chroot (1.4 GB, a minute or two)" install_chroot
    wine=(unshare --mount bash -euc "$enter_chroot" wine "$chroot" /usr/lib/wine/wine64)
  elif hosts_have_localhost; then
    wine=(wine)
  else
    [ "$(id -u)" = 0 ] || fail "/etc/hosts must name localhost for 127.0.0.1 and for ::1"
    mkdir -p "$cache"
    { cat /etc/hosts && localhost_lines; } >"$cache/hosts"
    wine=(unshare --mount bash -euc 'mount --bind "$1" /etc/hosts; shift; exec "$@"' wine "$cache/hosts" wine)
  fi
  # Wine takes paths, arguments and variables for text in the encoding of the locale, which few locales are there for.
  export LC_ALL=C.UTF-8
  export WINEDEBUG=${WINEDEBUG:--all} XDG_RUNTIME_DIR=${XDG_RUNTIME_DIR:-$cache/runtime}
  [ -d "$XDG_RUNTIME_DIR" ] || mkdir -p -m 700 "$XDG_RUNTIME_DIR"
  once "prefix$(tr / - <<<"$WINEPREFIX")" "making the Wine prefix $WINEPREFIX" make_prefix
}

make_prefix() {
  mkdir -p "$(dirname "$WINEPREFIX")"
  rm -rf "$WINEPREFIX"
  WINEDLLOVERRIDES="mscoree=;mshtml=;winemenubuilder.exe=" "${wine[@]}" wineboot -i
  # Services that a console program has no use for; without them a cold start takes a third less.
  for service in PlugPlay Eventlog; do
    "${wine[@]}" reg add "HKLM\\System\\CurrentControlSet\\Services\\$service" /v Start /t REG_DWORD /d 4 /f
  done
}

# Makes jsr: imports work where jsr.io cannot be reached: the substitutes are served on loopback once, to fill the module
# cache of that Deno, and JSR_URL names that address from then on. No server runs afterwards.
need_jsr() { # KIND DENO…: windows or linux, and the command that runs it
  local kind=$1
  shift
  [ -z "${JSR_URL:-}" ] || return 0
  [ ! -e "$cache/done/jsr-real" ] || return 0
  local print folder
  print=$(cat "$wine_folder"/jsr/*.mjs "$wine_folder"/jsr/*/*.ts | sha256sum | cut -c 1-16)
  folder=$cache/jsr-$print-$kind
  # Asked again once a day, so that a machine that was offline does not keep the substitutes for ever.
  if [ ! -e "$folder/url" ] || [ -n "$(find "$folder/url" -mtime +0)" ]; then
    if curl -sSf --max-time 5 -o /dev/null https://jsr.io/@std/assert/meta.json 2>/dev/null; then
      mkdir -p "$cache/done"
      : >"$cache/done/jsr-real"
      return 0
    fi
    [ ! -e "$folder/url" ] || touch "$folder/url"
  fi
  once "jsr-$print-$kind" "jsr.io cannot be reached: jsr:@std/* resolves to the substitutes in tests/wine/jsr" fill_jsr "$folder" "$@"
  JSR_URL=$(cat "$folder/url")
  export JSR_URL DENO_DIR="$folder/deno"
}

fill_jsr() { # FOLDER DENO…
  local folder=$1
  shift
  mkdir -p "$folder"
  DENO_DIR=$folder/deno node "$wine_folder/jsr/registry.mjs" "$folder/url" "$@"
}
