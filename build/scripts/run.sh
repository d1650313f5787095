#!/usr/bin/env bash
# run.sh [ARGUMENT…]: the window where there is a display; else the same page,
# served, with its address printed. Ctrl-C ends either cleanly.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

if [ -z "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ] && [ "$(uname -s)" = Linux ]; then
  say "no display here: serving the page instead of opening the window"
elif [ "$(uname -s)" = Linux ] && ! build/scripts/needs.sh window; then
  say "no libraries for the window here: serving the page instead"
else
  build/scripts/build.sh window
  exec build/bin/projectlogs "$@"
fi
build/scripts/build.sh server
exec build/bin/projectlogs-server serve "$@"
