//go:build windowtest

package app

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"projectlogs/app/windowtest"
)

// The window by itself, without the product behind it. The test starts its own
// binary again as the program, because a window must own a process's first
// thread.

const childVariable = "PROJECTLOGS_WINDOW_CHILD"

func init() {
	if folder := os.Getenv(childVariable); folder != "" {
		os.Exit(windowChild(folder))
	}
}

// windowChild opens a window on a server of its own, and prints what the window
// tells it.
func windowChild(folder string) int {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		fmt.Println(err)
		return 1
	}
	address := "http://" + listener.Addr().String()
	var native desktop
	mux := http.NewServeMux()
	mux.HandleFunc("GET /api/health", func(w http.ResponseWriter, _ *http.Request) { fmt.Fprint(w, `{"ok":true}`) })
	mux.HandleFunc("GET /{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		fmt.Fprint(w, `<!doctype html><title>child</title><h1>The page</h1><a id="away" href="https://example.com/">away</a><a id="file" href="/file">file</a>`)
	})
	mux.HandleFunc("POST /open", func(w http.ResponseWriter, _ *http.Request) {
		paths, err := native.OpenFiles("Choose logs")
		answer(w, paths, err)
	})
	mux.HandleFunc("POST /save", func(w http.ResponseWriter, _ *http.Request) {
		path, err := native.SaveFile("logs.csv")
		answer(w, path, err)
	})
	mux.HandleFunc("GET /file", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Disposition", `attachment; filename="logs.csv"`)
		w.Header().Set("Content-Type", "text/csv")
		fmt.Fprint(w, "a,b\n")
	})
	mux.HandleFunc("POST /focus", func(w http.ResponseWriter, _ *http.Request) {
		native.Focus()
		answer(w, "done", nil)
	})
	server := &http.Server{Handler: mux}
	go func() { _ = server.Serve(listener) }()
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	c := windowConfig{
		URL:     address,
		Token:   "t0k/en",
		DataDir: folder,
		Desktop: func(d desktop) {
			native = d
			fmt.Println("desktop", d != nil)
			if os.Getenv(childVariable+"_QUIT") != "" {
				stop() // the window stands, its loop does not run yet
			}
		},
		OnReady: func() { fmt.Println("ready") },
		OnFilesDropped: func(paths []string) {
			text, _ := json.Marshal(paths)
			fmt.Println("dropped", string(text))
		},
	}
	if os.Getenv(childVariable+"_DEAD") != "" {
		// Nobody listens on the port of a closed listener.
		c.URL = deadAddress()
	}
	fmt.Println("opening")
	if err := runWindow(ctx, c); err != nil {
		fmt.Println(err)
		return 1
	}
	fmt.Println("closed")
	return 0
}

func deadAddress() string {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "http://127.0.0.1:1"
	}
	defer listener.Close()
	return "http://" + listener.Addr().String()
}

func answer(w http.ResponseWriter, value any, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	_ = json.NewEncoder(w).Encode(value)
}

// startChild starts the window on the display; environment is added to its own.
func startChild(t *testing.T, display *windowtest.Display, folder string, environment ...string) *windowtest.Program {
	t.Helper()
	command := exec.Command(os.Args[0])
	command.Env = append(environment, childVariable+"="+folder)
	return windowtest.StartCommand(t, display, command)
}

const onOurPage = `location.protocol === 'http:' && document.querySelector('h1')?.textContent === 'The page'`

func TestWindowMovesToThePageWithTheToken(t *testing.T) {
	t.Parallel()
	// A proxy that nobody runs: the page must still be reached.
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir(), "http_proxy=http://127.0.0.1:9", "HTTP_PROXY=http://127.0.0.1:9")
	page := program.Page(t)
	page.Await(t, onOurPage)
	if hash := page.Text(t, "location.hash"); hash != "#t=t0k%2Fen" {
		t.Errorf("the page was opened with %q", hash)
	}
	if colours := windowtest.Colours(page.Picture(t)); colours < 20 {
		t.Errorf("the page has %d colours", colours)
	}
	program.AwaitWindowOfClass(t, "projectlogs-window")
	if code := program.Stop(t); code != 0 {
		t.Errorf("SIGTERM: exit code %d", code)
	}
	for _, folder := range []string{"projectlogs", filepath.Base(os.Args[0])} {
		if _, err := os.Stat(filepath.Join(program.Home, ".local/share", folder)); !os.IsNotExist(err) {
			t.Errorf("WebKit writes into what may be a data directory, %s: %v", folder, err)
		}
	}
	for _, line := range []string{"desktop true\n", "ready\n", "desktop false\n", "closed\n"} {
		if strings.Count(program.Output(), line) != 1 {
			t.Errorf("%q must be printed once:\n%s", line, program.Output())
		}
	}
}

func TestWindowStaysOnThePage(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	for _, away := range []string{"file:///etc/hostname", "https://example.com/", "http://127.0.0.1:9/", "data:text/html,gone"} {
		page.Go(away)
		// A navigation that was allowed would have begun by the time that the
		// server has answered this.
		page.Eval(t, "fetch('/api/health').then((r) => r.json())")
		page.Await(t, onOurPage)
	}
	page.Click(t, "#away")
	page.Await(t, onOurPage)
	// The one way out and back, for a page whose token is not valid any more.
	page.Go("wails://wails/?to=%2F%3Ftab%3Dlogs")
	page.Await(t, onOurPage+" && location.search === '?tab=logs' && location.hash === '#t=t0k%2Fen'")
}

func TestWindowComesBackWhenItsPageProcessDies(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	page.Eval(t, "void history.replaceState(null, '', '/?tab=logs&q=status%3A400')")
	// Once the server has answered, WebKit knows the new address.
	page.Eval(t, "fetch('/api/health').then((r) => r.json())")
	program.KillPage(t)
	page = program.Page(t)
	page.Await(t, onOurPage)
	if place := page.Text(t, "location.search"); place != "?tab=logs&q=status%3A400" {
		t.Errorf("the page came back at %q", place)
	}
}

func TestWindowSaysThatThePageDoesNotAnswer(t *testing.T) {
	t.Parallel()
	display := windowtest.StartDisplay(t, 1280, 860)
	program := startChild(t, display, t.TempDir(), childVariable+"_DEAD=1")
	page := program.Page(t)
	page.Await(t, `document.querySelector('[role=alert]:not([hidden])')?.innerText.includes('does not answer')`)
	page.Await(t, `document.getElementById('address').textContent.startsWith('http://127.0.0.1:')`)
}

func TestWindowKeepsItsSize(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := (windowState{Width: 1011, Height: 677}).write(filepath.Join(folder, "window.json")); err != nil {
		t.Fatal(err)
	}
	display := windowtest.StartDisplay(t, 1280, 860)
	program := startChild(t, display, folder)
	page := program.Page(t)
	page.Await(t, onOurPage)
	page.Await(t, "innerWidth === 1011")
	if code := program.Stop(t); code != 0 {
		t.Fatalf("exit code %d", code)
	}
	if state := readWindowState(filepath.Join(folder, "window.json")); state != (windowState{Width: 1011, Height: 677}) {
		t.Errorf("kept %+v", state)
	}
}

func TestWindowFitsASmallerScreen(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := (windowState{Width: 2500, Height: 1400}).write(filepath.Join(folder, "window.json")); err != nil {
		t.Fatal(err)
	}
	program := startChild(t, windowtest.StartDisplay(t, 1024, 700), folder)
	page := program.Page(t)
	page.Await(t, onOurPage)
	page.Await(t, "innerWidth === 1024 && innerHeight < 700")
}

func TestWindowEndsWhileADialogIsOpen(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	page.Eval(t, "void fetch('/open', {method: 'POST'})")
	program.AwaitWindow(t, "Choose logs")
	if code := program.Stop(t); code != 0 {
		t.Errorf("exit code %d", code)
	}
}

func TestWindowCanBeEndedWhileItOpens(t *testing.T) {
	t.Parallel()
	display := windowtest.StartDisplay(t, 1280, 860)
	for _, maximised := range []bool{false, true} {
		folder := t.TempDir()
		if err := (windowState{Width: 1000, Height: 700, Maximised: maximised}).write(filepath.Join(folder, "window.json")); err != nil {
			t.Fatal(err)
		}
		if code := startChild(t, display, folder, childVariable+"_QUIT=1").Wait(t); code != 0 {
			t.Errorf("ended as soon as it stood (maximised: %v): exit code %d", maximised, code)
		}
	}
	// From before GTK is there until the page has loaded.
	for after := time.Duration(0); after < time.Second; after += 125 * time.Millisecond {
		program := startChild(t, display, t.TempDir())
		program.AwaitOutput(t, "opening")
		select {
		case <-time.After(after):
		case <-t.Context().Done():
		}
		if code := program.Stop(t); code != 0 {
			t.Fatalf("SIGTERM after %v: exit code %d:\n%s", after, code, program.Output())
		}
	}
}

func TestWindowHandsDroppedFilesOverOnce(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	program.Drop(t, "/tmp/a log.har", "/tmp/übung,2.ndjson")
	program.AwaitOutput(t, `dropped ["/tmp/a log.har","/tmp/übung,2.ndjson"]`)
	// The page did not ask for the drop, and stays all the same.
	page.Await(t, onOurPage)
	program.Drop(t, "/tmp/second.har")
	program.AwaitOutput(t, `dropped ["/tmp/second.har"]`)
	if n := strings.Count(program.Output(), "dropped "); n != 2 {
		t.Errorf("two drops were told %d times:\n%s", n, program.Output())
	}
}

func TestWindowDialogsAnswerWithWhatWasChosen(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	folder := t.TempDir()
	log := filepath.Join(folder, "calls.har")
	if err := os.WriteFile(log, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	ask := func(path string, chosen func()) string {
		page.Eval(t, fmt.Sprintf("void (window.answer = undefined, fetch(%q, {method: 'POST'}).then((r) => r.text()).then((a) => { window.answer = a }))", path))
		chosen()
		page.Await(t, "window.answer !== undefined")
		return strings.TrimSpace(page.Text(t, "window.answer"))
	}
	if got := ask("/open", func() { program.AnswerDialog(t, "Choose logs", log) }); got != fmt.Sprintf("[%q]", log) {
		t.Errorf("open answered %s", got)
	}
	if got := ask("/open", func() { program.AwaitWindow(t, "Choose logs"); program.Press(t, "Escape") }); got != "null" {
		t.Errorf("a closed dialog answered %s", got)
	}
	copied := filepath.Join(folder, "copy.csv")
	if got := ask("/save", func() { program.AnswerDialog(t, "Save as", copied) }); got != fmt.Sprintf("%q", copied) {
		t.Errorf("save answered %s", got)
	}
}

func TestWindowSavesWhatIsDownloaded(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	for name, link := range map[string]string{
		"link.csv": "document.getElementById('file')",
		"made.csv": "Object.assign(document.createElement('a'), {download: 'made.csv', href: URL.createObjectURL(new Blob(['a,b\\n']))})",
	} {
		page.Eval(t, "void "+link+".click()")
		path := filepath.Join(t.TempDir(), name)
		program.AnswerDialog(t, "Save as", path)
		program.Eventually(t, func() error {
			if text, err := os.ReadFile(path); err != nil || string(text) != "a,b\n" {
				return fmt.Errorf("%s has %q (%v)", name, text, err)
			}
			return nil
		})
		page.Await(t, onOurPage)
	}
	// Cancel leaves nothing behind and the page in place.
	page.Click(t, "#file")
	program.AwaitWindow(t, "Save as")
	program.Press(t, "Escape")
	page.Await(t, onOurPage)
}

func TestWindowMenuImports(t *testing.T) {
	t.Parallel()
	program := startChild(t, windowtest.StartDisplay(t, 1280, 860), t.TempDir())
	page := program.Page(t)
	page.Await(t, onOurPage)
	log := filepath.Join(t.TempDir(), "calls.har")
	if err := os.WriteFile(log, []byte("{}"), 0o600); err != nil {
		t.Fatal(err)
	}
	program.AwaitWindow(t, "Project Logs")
	program.Press(t, "ctrl+o")
	program.AnswerDialog(t, "Import logs", log)
	program.AwaitOutput(t, fmt.Sprintf("dropped [%q]", log))
	program.AwaitWindow(t, "Project Logs")
	program.Press(t, "ctrl+q")
	if code := program.Wait(t); code != 0 {
		t.Errorf("Quit: exit code %d", code)
	}
}

func TestWindowNeedsADisplay(t *testing.T) {
	for _, name := range []string{"DISPLAY", "WAYLAND_DISPLAY"} {
		t.Setenv(name, "")
	}
	err := runWindow(t.Context(), windowConfig{})
	if err == nil || err.Error() != "no display: run `projectlogs serve`" {
		t.Errorf("%v", err)
	}
}

func TestWindowNeedsADisplayThatAnswers(t *testing.T) {
	command := exec.Command(os.Args[0])
	command.Env = []string{childVariable + "=" + t.TempDir(), "DISPLAY=:9999", "HOME=" + t.TempDir()}
	output, err := command.CombinedOutput()
	if command.ProcessState.ExitCode() != 1 || !strings.Contains(string(output), "no display: run `projectlogs serve`") {
		t.Errorf("%v, exit code %d:\n%s", err, command.ProcessState.ExitCode(), output)
	}
}

func TestWindowIgnoresADamagedState(t *testing.T) {
	first := windowState{Width: firstWindowWidth, Height: firstWindowHeight}
	file := filepath.Join(t.TempDir(), "window.json")
	for _, text := range []string{"", "{", "[]", `{"width":1,"height":1}`, `{"width":-5,"height":9e99}`} {
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if state := readWindowState(file); state != first {
			t.Errorf("%q gives %+v", text, state)
		}
	}
}

func TestWindowRefusesAnUnknownGPUPolicy(t *testing.T) {
	if _, err := gpuPolicy("sometimes"); err == nil || !strings.Contains(err.Error(), "never, on-demand or always") {
		t.Errorf("%v", err)
	}
}
