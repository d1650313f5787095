// Package windowtest drives the real window in tests: a display without a
// screen, the program as a person starts it, and a client of WebKit's inspector
// that looks into the page, clicks and takes pictures.
//
// A test starts a Display, starts a Program on it, and asks the Program for its
// Page:
//
//	display := windowtest.StartDisplay(t, 1440, 900)
//	program := windowtest.Start(t, display, "projectlogs-devtools", "--data-dir", t.TempDir())
//	page := program.Page(t)
//	page.Await(t, `document.querySelector('[role=grid]')`)
//	page.Click(t, `[aria-label="Import"]`)
//
// Only a build with the tag devtools can be looked into; the production build
// is judged by the display's pixels and by what it serves. Everything here
// needs Linux, Xvfb and WebKitGTK, so all but this file has the build tag
// windowtest: `make test-window` installs, builds and runs it.
package windowtest
