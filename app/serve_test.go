package app_test

import (
	"os/exec"
	"testing"
	"time"

	"projectlogs/backend/local"
)

// TestServeWaitsForAProcessOnItsWayDown: a process that ends still holds the
// store for a moment, and serve is started again at once.
func TestServeWaitsForAProcessOnItsWayDown(t *testing.T) {
	dir := t.TempDir()
	ending, err := local.Open(dir, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command(programPath(t), "serve", "--addr", "127.0.0.1:0", "--data-dir", dir)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() })
	ended := make(chan error, 1)
	go func() { ended <- server.Wait() }()
	select { // long enough for serve to find the store taken
	case err := <-ended:
		t.Fatalf("serve gave up: %v", err)
	case <-time.After(time.Second):
	}
	if err := ending.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := servedBy(dir, server.Process.Pid, programStart); err != nil {
		t.Fatal(err)
	}
}
