#!/usr/bin/env bash
# check.sh: everything that can be said about the sources without running the
# tests. check.sh fast: what takes seconds, for the commit hook.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

tool() { go tool -modfile=tools/go.mod "$@"; }
step() { say "check: $*"; }

step "gofumpt"
mapfile -t sources < <(git ls-files --cached --others --exclude-standard '*.go' | while read -r file; do
  [ ! -f "$file" ] || printf '%s\n' "$file"
done)
unformatted=$(tool gofumpt -l "${sources[@]}")
if [ -n "$unformatted" ]; then
  say "not formatted; run: make format"
  say "$unformatted"
  exit 1
fi

step "go vet"
go vet ./...

step "layers"
layers=$(go test -count=1 -run '^TestImportsPointDown$' ./app)
case $layers in
  *"no tests to run"*) say "the test of the layers is gone from app"; exit 1 ;;
esac

[ "${1:-}" != fast ] || exit 0

# The files that only a build with a window has are checked where they compile.
window=()
if [ "$(uname -s)" = Linux ] && build/scripts/needs.sh window; then
  window=(-tags "desktop,production,webkit2_41,devtools,windowtest")
  step "go vet, with the window"
  go vet "${window[@]}" ./app/... .
elif strict; then
  not_run "the window's files: GTK 3 and WebKitGTK 4.1 are not here"
else
  say "not run: the window's files, without GTK 3 and WebKitGTK 4.1"
fi

step "staticcheck"
tool staticcheck ./...
if [ ${#window[@]} -gt 0 ]; then
  tool staticcheck "${window[@]}" ./app/... .
fi

step "dead code"
dead=$(tool deadcode -test "${window[@]}" ./...)
if [ -n "$dead" ]; then
  say "never called:"
  say "$dead"
  exit 1
fi

step "go.mod and go.sum are tidy"
go mod tidy -diff

step "generated files are fresh"
tree() { git status --porcelain; git diff; }
before=$(tree)
go generate ./...
if [ "$before" != "$(tree)" ]; then
  say "go generate changed files: commit them"
  git status --short >&2
  exit 1
fi

step "the page"
build/scripts/page.sh deps
npm --prefix frontend run --silent check </dev/null
