# Sourced by the scripts beside it: where the repository is, and how a script
# says that something could not be run. Every script runs from the root.
# shellcheck shell=bash
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."

say() { printf '%s\n' "$*" >&2; }

# strict: must a part that cannot run here fail the whole command?
strict() { [ "${CI:-}" = true ] || [ "${STRICT:-}" = 1 ]; }

# not_run REASON ends the script. What did not run is never green where it counts.
not_run() {
  say "not run: $*"
  if strict; then exit 1; fi
  exit 0
}
