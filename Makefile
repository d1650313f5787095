# Project Logs. `make help` says what there is. Each target installs what it
# needs, so it works on a fresh machine with Go 1.26, Node 20, make, git and a
# C compiler. What cannot run prints "not run: reason"; with CI=true or
# STRICT=1 that is a failure.

SHELL := bash
.DEFAULT_GOAL := help
SCRIPTS := build/scripts

# FUZZ_SECONDS is how long each fuzz target runs: some seconds in `make test`,
# longer in `make fuzz`.
FUZZ_SECONDS ?= 3
# ARGS are handed to the program by `make run`: make run ARGS="--data-dir /tmp/x"
ARGS ?=

## run: builds and opens the window; without a display serves the page and prints its address
.PHONY: run
run: page
	@exec $(SCRIPTS)/run.sh $(ARGS)

## build: build/bin/projectlogs (with the window) and build/bin/projectlogs-server (static, without)
.PHONY: build
build: server window

.PHONY: server
server: page
	$(SCRIPTS)/build.sh server

.PHONY: window
window: page
	$(SCRIPTS)/build.sh window

.PHONY: page
page:
	$(SCRIPTS)/page.sh

## test: every test: Go with -race, fuzzing, the page's, end to end in Chromium, the real window
.PHONY: test
test: test-go test-fuzz test-page test-e2e test-window

## test-go: the Go tests with the race detector
.PHONY: test-go
test-go:
	go test -race ./...

## test-fuzz: each fuzz target for $(FUZZ_SECONDS) s
.PHONY: test-fuzz
test-fuzz:
	$(SCRIPTS)/fuzz.sh $(FUZZ_SECONDS)

## test-page: the page's unit tests
.PHONY: test-page
test-page:
	$(SCRIPTS)/page.sh deps
	npm --prefix frontend test

## test-e2e: the page in Chromium against the real program
.PHONY: test-e2e
test-e2e: server
	$(SCRIPTS)/e2e.sh

## test-window: the real window on a display without a screen
.PHONY: test-window
test-window: server
	$(SCRIPTS)/windowtest.sh

## pictures: takes the pictures of the documents anew, from the real window
.PHONY: pictures
pictures: server
	PROJECTLOGS_PICTURES=$(CURDIR)/docs/images $(SCRIPTS)/windowtest.sh -run '^TestWindow(Pictures|FromTheFirstStart)'

## check: formatters, vet, staticcheck, layers, dead code, generated files, the page's checks
.PHONY: check
check:
	$(SCRIPTS)/check.sh

## check-fast: what of `check` takes seconds
.PHONY: check-fast
check-fast:
	$(SCRIPTS)/check.sh fast

## format: formats the Go sources
.PHONY: format
format:
	go tool -modfile=tools/go.mod gofumpt -w $$(git ls-files '*.go')

## fuzz: each fuzz target for a minute, or FUZZ_SECONDS
.PHONY: fuzz
fuzz:
	$(SCRIPTS)/fuzz.sh $(if $(filter file,$(origin FUZZ_SECONDS)),60,$(FUZZ_SECONDS))

## bench: the speed table, as Markdown and JSON
.PHONY: bench
bench: server
	$(SCRIPTS)/bench.sh

## torture: the long crash suite
.PHONY: torture
torture: server
	$(SCRIPTS)/torture.sh

## package: the Debian packages, and the Windows installer where its builder is
.PHONY: package
package: build
	$(SCRIPTS)/package.sh

.PHONY: help
help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST) | sed 's/: /\t/' | while IFS=$$'\t' read -r name what; do printf '  make %-12s %s\n' "$$name" "$$what"; done
