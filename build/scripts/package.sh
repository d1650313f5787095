#!/usr/bin/env bash
# package.sh: build/bin/*.deb from the two binaries of `make build`, and the
# Windows installer where NSIS is or can be installed. An installer for macOS can
# only be built on macOS.
# shellcheck source=build/scripts/lib.sh
. "$(dirname "$0")/lib.sh"

nfpm=github.com/goreleaser/nfpm/v2/cmd/nfpm@v2.43.4
wails=github.com/wailsapp/wails/v2/cmd/wails@v2.16.0

# A version is a tag (v1.2.3), or what comes before the number in wails.json, in
# the order of the commits.
number=$(sed -n 's/.*"productVersion": "\(.*\)".*/\1/p' wails.json)
if tag=$(git describe --tags --exact-match 2>/dev/null); then
  VERSION=${tag#v}
else
  VERSION=$number~$(git rev-list --count HEAD).$(git rev-parse --short HEAD)
fi
ARCH=$(go env GOARCH)
export VERSION ARCH

failed=0
# unavailable REASON: one package cannot be built here; the others are.
unavailable() {
  say "not run: $*"
  if strict; then failed=1; fi
}

say "package: projectlogs-server $VERSION"
go run "$nfpm" package --packager deb --config build/linux/nfpm-server.yaml --target build/bin/ >&2
if [ -x build/bin/projectlogs ] && [ "$(uname -s)" = Linux ]; then
  say "package: projectlogs $VERSION"
  go run "$nfpm" package --packager deb --config build/linux/nfpm.yaml --target build/bin/ >&2
else
  unavailable "the package with the window: build/bin/projectlogs could not be built here"
fi

if build/scripts/needs.sh package; then
  say "package: the Windows installer"
  # The page is built and bindings there are none: wails only compiles and packs.
  go run "$wails" build -platform windows/amd64 -nsis -s -skipbindings -m -ldflags "-X projectlogs/app.version=$VERSION" >&2
else
  unavailable "the Windows installer: NSIS is not here"
fi
say "not run: the macOS bundle can only be built on macOS, with: wails build"
ls -l build/bin >&2
exit "$failed"
