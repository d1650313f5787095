//go:build unix

package local_test

import (
	"os"
	"testing"
)

// TestMain is also the program that TestKill kills.
func TestMain(m *testing.M) {
	if dir := os.Getenv(victimDir); dir != "" {
		runVictim(dir, os.Getenv(victimWork))
		return
	}
	os.Exit(m.Run())
}
