#!/usr/bin/env bash
# build.sh server    build/bin/projectlogs-server: pure Go, static, no window
# build.sh window    build/bin/projectlogs: the same program with its window
# build.sh devtools  build/bin/projectlogs-devtools: the window, open to the
#                    WebKit inspector; only the window tests use it
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

command -v go >/dev/null || { say "Go 1.26 or newer is needed (go is not here)"; exit 1; }

version=$(git describe --tags --always --dirty 2>/dev/null || echo unknown)
flags=(-ldflags "-s -w -X projectlogs/app.version=$version")

# window_tags: what Wails needs. WebKitGTK 4.1 is the one that newer systems ship.
window_tags=desktop,production
if [ "$(uname -s)" = Linux ]; then
  window_tags+=,webkit2_41
fi

case ${1:-} in
  server)
    CGO_ENABLED=0 go build "${flags[@]}" -o build/bin/projectlogs-server .
    ;;
  window | devtools)
    name=projectlogs
    if [ "$1" = devtools ]; then
      name=projectlogs-devtools
      window_tags+=,devtools
    fi
    if [ "$(uname -s)" = Linux ]; then
      build/scripts/needs.sh window || not_run "the window cannot be built here without GTK 3 and WebKitGTK 4.1"
    fi
    CGO_ENABLED=1 go build -tags "$window_tags" "${flags[@]}" -o "build/bin/$name" .
    ;;
  *)
    say "build.sh server|window|devtools"
    exit 2
    ;;
esac
