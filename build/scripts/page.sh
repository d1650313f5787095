#!/usr/bin/env bash
# page.sh: builds the page into frontend/dist when a source is newer than it.
# page.sh deps: only its packages, for the page's own checks and tests.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

command -v npm >/dev/null || { say "Node 20 or newer is needed to build the page (npm is not here)"; exit 1; }

# Two makes at once must not install or build in the same folder.
exec 9<frontend/package.json
if command -v flock >/dev/null; then flock 9; fi

installed=frontend/node_modules/.package-lock.json
if [ ! -f "$installed" ] || [ frontend/package-lock.json -nt "$installed" ]; then
  # End-to-end tests use the system's Chromium: no browser is downloaded.
  PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm --prefix frontend ci --no-audit --no-fund </dev/null >&2
  touch "$installed"
fi
[ "${1:-}" != deps ] || exit 0

built=frontend/dist/index.html
newer() {
  find frontend \( -name node_modules -o -name dist -o -name e2e -o -name test-results \) -prune \
    -o -type f -newer "$built" -print -quit
}
if [ -f "$built" ] && [ -z "$(newer)" ]; then exit 0; fi
npm --prefix frontend run --silent build </dev/null >&2
touch "$built"
