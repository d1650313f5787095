#!/usr/bin/env bash
# The long crash suite: PROJECTLOGS_CRASH_ROUNDS kills (300) of the real program.
set -euo pipefail
cd "$(dirname "$0")/../.."
export PROJECTLOGS_CRASH_ROUNDS="${PROJECTLOGS_CRASH_ROUNDS:-300}"
exec go test -count=1 -timeout 6h -v -run 'TestKilledProgramLosesNothing' ./app
