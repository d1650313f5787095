//go:build desktop || bindings || dev

package app

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
)

// showInFolder opens the folder of path in the machine's file browser, with
// path selected where the platform can.
func showInFolder(path string) error {
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fmt.Errorf("the folder %s is not there any more", filepath.Dir(path))
	}
	var command *exec.Cmd
	switch runtime.GOOS {
	case "darwin":
		command = exec.Command("open", "-R", path)
	case "windows":
		command = exec.Command("explorer", "/select,"+path)
	default:
		command = exec.Command("xdg-open", filepath.Dir(path))
	}
	if err := command.Start(); err != nil {
		return fmt.Errorf("no file browser could be started; the file is %s", path)
	}
	// The file browser stays open after us or closes at once: nobody waits for
	// its answer, but its process must be collected.
	go func() { _ = command.Wait() }()
	return nil
}
