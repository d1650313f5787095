//go:build windowtest

package windowtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait; a loaded machine of two cores starts the window
// in a few seconds.
const patience = 60 * time.Second

// Program is one running window.
type Program struct {
	Home string // the HOME that it was given

	display   *Display
	command   *exec.Cmd
	output    *lockedBuffer
	inspector string // HOST:PORT of WebKit's inspector
	page      *Page  // the one that is connected, nil before
	ended     chan struct{}
}

// Start starts a binary of build/bin on the display, with a HOME of its own. A
// program that the test leaves running is stopped at its end, and one that did
// not end with exit code 0 fails the test.
func Start(t testing.TB, display *Display, binary string, args ...string) *Program {
	t.Helper()
	folder := os.Getenv("PROJECTLOGS_BIN_DIR")
	if folder == "" {
		t.Fatal("PROJECTLOGS_BIN_DIR is not set: run make test-window")
	}
	return StartCommand(t, display, exec.Command(filepath.Join(folder, binary), args...))
}

// StartCommand is Start for any command; its Env is added to the window's.
func StartCommand(t testing.TB, display *Display, command *exec.Cmd) *Program {
	t.Helper()
	p := &Program{Home: t.TempDir(), display: display, command: command, output: &lockedBuffer{}, inspector: freeAddress(t), ended: make(chan struct{})}
	command.Env = append([]string{
		"PATH=" + os.Getenv("PATH"),
		"HOME=" + p.Home,
		"DISPLAY=" + display.Name,
		"GDK_BACKEND=x11",
		// Neither a session bus nor settings of the machine's desktop.
		"NO_AT_BRIDGE=1",
		"GSETTINGS_BACKEND=memory",
		// The barest locale: WebKit then calls the page's language "C".
		"LANG=C.UTF-8",
		"WEBKIT_INSPECTOR_HTTP_SERVER=" + p.inspector,
	}, command.Env...)
	command.Stdout = p.output
	command.Stderr = p.output
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		_ = command.Wait() // the exit code is read from ProcessState
		close(p.ended)
	}()
	t.Cleanup(func() {
		if t.Failed() {
			path := filepath.Join(t.ArtifactDir(), "screen.png")
			SavePicture(t, display.Screenshot(t), path)
			t.Logf("what the screen showed: %s", path)
		}
		if code := p.Stop(t); code != 0 {
			t.Errorf("the program ended with exit code %d", code)
		}
		if t.Failed() {
			t.Logf("output of %s:\n%s", filepath.Base(command.Path), p.Output())
		}
	})
	return p
}

// Output is what the program has printed so far, on stdout and stderr.
func (p *Program) Output() string { return p.output.String() }

// PID is the program's process.
func (p *Program) PID() int { return p.command.Process.Pid }

// Stop ends the program as a system does, with SIGTERM, and returns its exit
// code. Stopping it again returns the same code.
func (p *Program) Stop(t testing.TB) int {
	t.Helper()
	if err := p.command.Process.Signal(syscall.SIGTERM); err != nil && !errors.Is(err, os.ErrProcessDone) {
		t.Fatal(err)
	}
	return p.Wait(t)
}

// Wait waits for the program to end and returns its exit code.
func (p *Program) Wait(t testing.TB) int {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(patience):
		_ = p.command.Process.Kill()
		<-p.ended
		t.Errorf("the program had not ended after %v and was killed; it printed:\n%s", patience, p.Output())
	}
	return p.command.ProcessState.ExitCode()
}

// Eventually calls done until it returns nil; the test ends with done's last
// error when it never does, or when the program ended before.
func (p *Program) Eventually(t testing.TB, done func() error) {
	t.Helper()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	deadline := time.After(patience)
	for {
		err := done()
		if err == nil {
			return
		}
		select {
		case <-p.ended:
			t.Fatalf("the program ended before: %v; it printed:\n%s", err, p.Output())
		case <-deadline:
			t.Fatalf("after %v still: %v; the program printed:\n%s", patience, err, p.Output())
		case <-tick.C:
		}
	}
}

// AwaitOutput waits until the program has printed text.
func (p *Program) AwaitOutput(t testing.TB, text string) {
	t.Helper()
	p.Eventually(t, func() error {
		if !strings.Contains(p.Output(), text) {
			return fmt.Errorf("not printed yet: %s", text)
		}
		return nil
	})
}

// freeAddress is a port of this machine that was free a moment ago.
func freeAddress(t testing.TB) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	return fmt.Sprintf("127.0.0.1:%d", listener.Addr().(*net.TCPAddr).Port)
}

// lockedBuffer may be read while the program writes to it.
type lockedBuffer struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}
