// Package app is the program: it reads flags and the environment, wires the
// layers of backend together and opens the window.
package app

import (
	"fmt"
	"io"
)

// version is set by build/scripts/build.sh.
var version = "unknown"

// Main runs one command line, without the program's name, and returns the exit
// code.
func Main(args []string, _ io.Reader, stdout, stderr io.Writer) int {
	if len(args) == 1 && args[0] == "version" {
		fmt.Fprintln(stdout, version)
		return 0
	}
	fmt.Fprintln(stderr, "usage: projectlogs version")
	return 2
}
