#!/usr/bin/env bash
# needs.sh GROUP…: makes sure that the system packages of the groups are here.
#   window   headers and libraries of the native window (GTK 3, WebKitGTK 4.1)
#   display  a display without a screen, and what the window tests type with
#   browser  Chromium and fonts, for the end-to-end tests of the page
#   package  the builder of the Windows installer
# Missing ones are installed with apt, as root or with passwordless sudo, after
# printing them. Exits 3, with the reason on stderr, when they cannot be had.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

fonts=(fonts-noto-core fonts-noto-mono fonts-droid-fallback)
packages=()
for group in "$@"; do
  case $group in
    window) packages+=(libgtk-3-dev libwebkit2gtk-4.1-dev pkg-config) ;;
    display) packages+=(xvfb xdotool "${fonts[@]}") ;;
    browser) packages+=(chromium "${fonts[@]}") ;;
    package) packages+=(nsis) ;;
    *) say "needs.sh: no group \"$group\"; there are window, display, browser, package"; exit 2 ;;
  esac
done

# have GROUP-independent: one package, or on other systems the thing itself.
have() {
  if command -v dpkg-query >/dev/null; then
    [ "$(dpkg-query -W -f '${db:Status-Abbrev}' "$1" 2>/dev/null)" = "ii " ]
    return
  fi
  case $1 in
    libgtk-3-dev) pkg-config --exists gtk+-3.0 ;;
    libwebkit2gtk-4.1-dev) pkg-config --exists webkit2gtk-4.1 ;;
    nsis) command -v makensis ;;
    xvfb) command -v Xvfb ;;
    fonts-*) true ;;
    *) command -v "$1" ;;
  esac >/dev/null 2>&1
}

missing_packages() {
  local package
  for package in "${packages[@]}"; do
    have "$package" || printf '%s\n' "$package"
  done | sort -u
}

mapfile -t missing < <(missing_packages)
[ ${#missing[@]} -gt 0 ] || exit 0

if ! command -v apt-get >/dev/null; then
  say "missing here, and there is no apt to install them: ${missing[*]}"
  exit 3
fi
as_root=()
if [ "$(id -u)" -ne 0 ]; then
  if ! sudo -n true 2>/dev/null; then
    say "missing here: ${missing[*]}"
    say "install them with: sudo apt-get install --no-install-recommends ${missing[*]}"
    exit 3
  fi
  as_root=(sudo -n)
fi

# Two makes at once wait for each other instead of failing on apt's lock.
apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=600)
say "installing with apt: ${missing[*]}"
started=$SECONDS
# A list from last month names versions that are gone: refresh it when it is
# older than a day, or when the first try fails.
fresh=$(find /var/lib/apt/lists -maxdepth 1 -name '*Packages*' -mtime -1 -print -quit 2>/dev/null || true)
[ -n "$fresh" ] || "${apt[@]}" update >&2 || true
install=("${apt[@]}" install -y --no-install-recommends "${missing[@]}")
if ! "${install[@]}" </dev/null >&2 && ! { "${apt[@]}" update >&2 && "${install[@]}" </dev/null >&2; }; then
  say "apt could not install: ${missing[*]}"
  exit 3
fi
say "installed in $((SECONDS - started)) s"
