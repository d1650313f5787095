package app_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestTailPrintsWhatArrives also while the process that serves changes: tail
// serves first, and goes on as a client of the next one.
func TestTailPrintsWhatArrives(t *testing.T) {
	dir := t.TempDir()
	server := exec.Command(programPath(t), "serve", "--addr", "127.0.0.1:0", "--data-dir", dir)
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = server.Process.Kill() })
	if _, err := servedBy(dir, server.Process.Pid, programStart); err != nil {
		t.Fatal(err)
	}

	tail := exec.Command(programPath(t), "tail", "--data-dir", dir, "--columns", "path,status", "status>=400")
	stdout, err := tail.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	stderr, err := tail.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := tail.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = tail.Process.Kill() })
	if line, err := bufio.NewReader(stderr).ReadString('\n'); err != nil || !strings.HasPrefix(line, "Waiting") {
		t.Fatalf("tail said %q, %v", line, err)
	}
	printed := bufio.NewReader(stdout)
	arrive := func(name, path string) {
		t.Helper()
		file := filepath.Join(t.TempDir(), name)
		// An old log that arrives now is news, too; the one that succeeded is not asked for.
		logs := `{"time":"2015-01-01T00:00:00Z","method":"GET","path":"` + path + `","status":404}` + "\n" +
			`{"time":"2015-01-01T00:00:00Z","method":"GET","path":"` + path + `","status":200}` + "\n"
		if err := os.WriteFile(file, []byte(logs), 0o600); err != nil {
			t.Fatal(err)
		}
		if out, err := exec.Command(programPath(t), "import", "--data-dir", dir, file).CombinedOutput(); err != nil {
			t.Fatalf("import: %v\n%s", err, out)
		}
		if line, err := printed.ReadString('\n'); err != nil || line != path+"\t404\n" {
			t.Fatalf("tail printed %q, %v", line, err)
		}
	}
	arrive("first.ndjson", "/first")
	if err := server.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := server.Wait(); err != nil {
		t.Errorf("Ctrl-C of serve: %v", err)
	}
	arrive("second.ndjson", "/second")
	if err := tail.Process.Signal(os.Interrupt); err != nil {
		t.Fatal(err)
	}
	if err := tail.Wait(); err != nil {
		t.Errorf("Ctrl-C of tail: %v", err)
	}
}
