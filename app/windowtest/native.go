//go:build windowtest

package windowtest

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// xdotool types and clicks as a person does, where the inspector cannot: in
// native dialogs and menus.
func (p *Program) xdotool(args ...string) (string, error) {
	command := exec.Command("xdotool", args...)
	command.Env = p.command.Env
	output, err := command.CombinedOutput()
	return strings.TrimSpace(string(output)), err
}

// AwaitWindow waits for a native window, a dialog for example, by its title,
// and gives it the keyboard.
func (p *Program) AwaitWindow(t testing.TB, title string) {
	t.Helper()
	p.Eventually(t, func() error {
		id, err := p.xdotool("search", "--onlyvisible", "--name", "^"+title+"$")
		if err != nil || id == "" {
			return fmt.Errorf("there is no window %q", title)
		}
		if output, err := p.xdotool("windowfocus", "--sync", strings.Fields(id)[0]); err != nil {
			return errors.New(output)
		}
		return nil
	})
}

// AwaitWindowOfClass waits for a window by the name under which desktops know
// its program: StartupWMClass of the .desktop file.
func (p *Program) AwaitWindowOfClass(t testing.TB, class string) {
	t.Helper()
	p.Eventually(t, func() error {
		if id, err := p.xdotool("search", "--onlyvisible", "--class", "^"+class+"$"); err != nil || id == "" {
			return fmt.Errorf("there is no window of class %q", class)
		}
		return nil
	})
}

// AnswerDialog types a path into the file dialog with a title and confirms it.
func (p *Program) AnswerDialog(t testing.TB, title, path string) {
	t.Helper()
	p.AwaitWindow(t, title)
	p.Press(t, "ctrl+a")
	p.Type(t, path)
	// The dialog takes no Return while it still looks for completions.
	p.Eventually(t, func() error {
		if id, err := p.xdotool("search", "--onlyvisible", "--name", "^"+title+"$"); err != nil || id == "" {
			return nil
		}
		p.Press(t, "Return")
		return fmt.Errorf("the dialog %q is still there", title)
	})
}

// Type types text into what has the keyboard.
func (p *Program) Type(t testing.TB, text string) {
	t.Helper()
	if output, err := p.xdotool("type", "--delay", "5", "--", text); err != nil {
		t.Fatal(output)
	}
}

// Press presses keys by their X names: "Return", "ctrl+o".
func (p *Program) Press(t testing.TB, keys ...string) {
	t.Helper()
	if output, err := p.xdotool(append([]string{"key", "--"}, keys...)...); err != nil {
		t.Fatal(output)
	}
}

// KillPage kills the process that draws the page, as a crash does, and waits
// for the next one. Call Page again after it.
func (p *Program) KillPage(t testing.TB) {
	t.Helper()
	killed := p.pageProcesses(t)
	if len(killed) == 0 {
		t.Fatal("the window has no page process")
	}
	for pid := range killed {
		if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
			t.Fatal(err)
		}
	}
	p.Eventually(t, func() error {
		for pid := range p.pageProcesses(t) {
			if !killed[pid] {
				return nil
			}
		}
		return errors.New("no new page process was started")
	})
}

// pageProcesses is the set of the processes that draw the program's pages.
func (p *Program) pageProcesses(t testing.TB) map[int]bool {
	t.Helper()
	files, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	found := map[int]bool{}
	for _, file := range files {
		pid, name, parent := readStat(file)
		if strings.HasPrefix(name, "WebKitWebProces") && p.isChild(parent) {
			found[pid] = true
		}
	}
	return found
}

// isChild says whether a process is the program or was started by it.
func (p *Program) isChild(pid int) bool {
	for pid > 1 {
		if pid == p.PID() {
			return true
		}
		_, _, pid = readStat(fmt.Sprintf("/proc/%d/stat", pid))
	}
	return false
}

// readStat reads "PID (NAME) STATE PARENT …"; zeros for a process that is gone.
func readStat(file string) (pid int, name string, parent int) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, "", 0
	}
	before, after, _ := strings.Cut(string(text), " (")
	end := strings.LastIndex(after, ") ")
	if end < 0 {
		return 0, "", 0
	}
	pid, _ = strconv.Atoi(before)
	fields := strings.Fields(after[end+2:])
	if len(fields) > 1 {
		parent, _ = strconv.Atoi(fields[1])
	}
	return pid, after[:end], parent
}
