package app_test

import (
	"os"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"projectlogs/app"
)

// TestMain lets the scripts, and the tests that kill the program, run this
// test's own binary as projectlogs.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"projectlogs": func() { os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr)) },
	})
}

// TestCommands runs testdata/script: the commands as a user types them.
func TestCommands(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("PROJECTLOGS_DATA_DIR", e.WorkDir+"/data")
			e.Setenv("HOME", e.WorkDir+"/home")
			e.Setenv("DISPLAY", "")
			e.Setenv("WAYLAND_DISPLAY", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"waitserved": waitServed,
			"count":      count,
		},
	})
}
