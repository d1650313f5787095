#!/usr/bin/env bash
# fuzz.sh SECONDS: runs every fuzz target of the repository for so long.
# An input that breaks something stays under testdata/fuzz of its package:
# commit it together with the fix.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"
seconds=${1:?fuzz.sh SECONDS}

targets=0
while IFS=: read -r file line; do
  name=${line#func }
  name=${name%%(*}
  package=./$(dirname "$file")
  say "fuzz $package $name, $seconds s"
  go test -run '^$' -fuzz "^$name\$" -fuzztime "${seconds}s" "$package" </dev/null
  targets=$((targets + 1))
done < <(grep -rHo --include='*_test.go' '^func Fuzz[A-Za-z0-9_]*(' app backend)
[ "$targets" -gt 0 ] || not_run "there is no fuzz target"
