package app

import (
	"os"
	"path/filepath"
	"runtime"
)

// defaultAddr is where serve and the window listen unless told otherwise; the
// next free port is taken when it is not free.
const defaultAddr = "127.0.0.1:4780"

// defaultDataDir is PROJECTLOGS_DATA_DIR, else the platform's folder for data
// of one user on one machine.
func defaultDataDir() string {
	if dir := os.Getenv("PROJECTLOGS_DATA_DIR"); dir != "" {
		return dir
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "projectlogs-data"
	}
	switch runtime.GOOS {
	case "darwin":
		return filepath.Join(home, "Library", "Application Support", "projectlogs")
	case "windows":
		if dir := os.Getenv("LocalAppData"); dir != "" {
			return filepath.Join(dir, "projectlogs")
		}
		return filepath.Join(home, "AppData", "Local", "projectlogs")
	}
	if dir := os.Getenv("XDG_DATA_HOME"); dir != "" {
		return filepath.Join(dir, "projectlogs")
	}
	return filepath.Join(home, ".local", "share", "projectlogs")
}
