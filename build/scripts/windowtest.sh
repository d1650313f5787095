#!/usr/bin/env bash
# windowtest.sh: the tests of the real window, on a display without a screen:
# the devtools build is looked into and clicked, the production build is
# started, photographed and stopped.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

[ "$(uname -s)" = Linux ] || not_run "the real window: its tests need Xvfb and WebKitGTK"
build/scripts/needs.sh window display || not_run "the real window: Xvfb or WebKitGTK is not here"
[ -f frontend/dist/index.html ] || { say "the page is not built: run make test-window"; exit 1; }
build/scripts/build.sh window
build/scripts/build.sh devtools
# Pictures of the screens of failed tests end up under build/bin/_artifacts.
PROJECTLOGS_BIN_DIR=$PWD/build/bin go test -count=1 -tags desktop,production,webkit2_41,devtools,windowtest \
  -run '^TestWindow' -artifacts -outputdir "$PWD/build/bin" "$@" ./app ./app/windowtest
