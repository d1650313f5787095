#!/usr/bin/env bash
# e2e.sh: the end-to-end tests of the page, in Chromium, against the real
# program without a window.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

build/scripts/needs.sh browser || not_run "the page end to end: Chromium is not here"
PROJECTLOGS_BIN=$PWD/build/bin/projectlogs-server npm --prefix frontend run e2e -- "$@" </dev/null
