//go:build windowtest

package windowtest_test

import (
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectlogs/app/windowtest"
)

// The product in its window, as a person meets it.

// enoughColours tells a page with text from a blank or dead window: edges of
// letters are smoothed.
const enoughColours = 60

const (
	grid     = `document.querySelector('[role=grid][aria-label="Logs"]')`
	firstRow = `[role=grid][aria-label="Logs"] [role=row][aria-rowindex="2"]`
	details  = `[aria-label="Log details"]`
)

func TestWindowOfTheProgram(t *testing.T) {
	data := t.TempDir()
	display := windowtest.StartDisplay(t, 1440, 900)
	keepSize(t, data, 1440, 900)
	began := time.Now()
	program := windowtest.Start(t, display, "projectlogs", "--data-dir", data)
	server := readServer(t, program, data)
	program.Eventually(t, func() error {
		// Below the menu, which GTK draws before there is a page.
		screen := display.Screenshot(t).SubImage(image.Rect(0, 100, 1440, 900))
		if n := windowtest.Colours(screen); n < enoughColours {
			return fmt.Errorf("the page has %d colours", n)
		}
		return nil
	})
	t.Logf("start to first picture of the page: %v", time.Since(began).Round(10*time.Millisecond))
	if status, body := get(t, server.URL+"/api/health"); status != http.StatusOK || !strings.Contains(body, `"ok":true`) {
		t.Errorf("health: %d %s", status, body)
	}
	if code := program.Stop(t); code != 0 {
		t.Errorf("SIGTERM: exit code %d", code)
	}
	if _, err := os.Stat(filepath.Join(data, "server.json")); !os.IsNotExist(err) {
		t.Errorf("server.json is still there: %v", err)
	}
}

func TestWindowFromTheFirstStartToTheAnswer(t *testing.T) {
	data := t.TempDir()
	display := windowtest.StartDisplay(t, 1440, 900)
	keepSize(t, data, 1440, 900)
	program := windowtest.Start(t, display, "projectlogs-devtools", "--data-dir", data)
	page := program.Page(t)

	page.Await(t, grid+`?.getAttribute('aria-rowcount') === '1'`)
	if page.Text(t, "location.hash") != "" {
		t.Error("the token is still in the address")
	}
	keep(t, page.Picture(t), "empty-light.png")

	log := writeLogs(t, 120)
	program.Drop(t, log)
	page.Await(t, grid+`?.getAttribute('aria-rowcount') === '121'`)
	page.Await(t, fmt.Sprintf("document.querySelector(%q)", firstRow))

	page.Click(t, firstRow)
	page.Await(t, fmt.Sprintf("document.querySelector(%q)?.innerText.includes('voucher_expired')", details))
	if n := windowtest.Colours(page.Picture(t)); n < enoughColours {
		t.Errorf("the page has %d colours", n)
	}
	if code := program.Stop(t); code != 0 {
		t.Errorf("SIGTERM: exit code %d", code)
	}

	// The window of tomorrow shows what was imported today.
	program = windowtest.Start(t, display, "projectlogs-devtools", "--data-dir", data)
	page = program.Page(t)
	page.Await(t, grid+`?.getAttribute('aria-rowcount') === '121'`)
}

func TestWindowOpensTheFilesOfItsCommandLine(t *testing.T) {
	data := t.TempDir()
	display := windowtest.StartDisplay(t, 1440, 900)
	program := windowtest.Start(t, display, "projectlogs-devtools", "--data-dir", data, writeLogs(t, 40))
	page := program.Page(t)
	page.Await(t, grid+`?.getAttribute('aria-rowcount') === '41'`)

	// A second start hands its files over to the first, and ends.
	more := filepath.Join(t.TempDir(), "more.ndjson")
	line := fmt.Sprintf(`{"time":%q,"method":"GET","url":"https://api.example.com/v1/second","status":200}`, time.Now().UTC().Format(time.RFC3339))
	if err := os.WriteFile(more, []byte(line+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	second := windowtest.Start(t, display, "projectlogs", "--data-dir", data, more)
	if code := second.Wait(t); code != 0 {
		t.Errorf("the second start: exit code %d:\n%s", code, second.Output())
	}
	// The list stands still under the reader's eyes until it is asked to go on.
	arrived := `[...document.querySelectorAll('button')].find((b) => b.textContent.includes('1 new log'))`
	page.Await(t, arrived)
	page.Eval(t, arrived+".click()")
	page.Await(t, grid+`?.getAttribute('aria-rowcount') === '42'`)
}

func TestWindowWithoutADisplaySaysWhatToDo(t *testing.T) {
	command := exec.Command(filepath.Join(os.Getenv("PROJECTLOGS_BIN_DIR"), "projectlogs"), "--data-dir", t.TempDir())
	command.Env = []string{"HOME=" + t.TempDir(), "PATH=" + os.Getenv("PATH")}
	output, _ := command.CombinedOutput()
	if code := command.ProcessState.ExitCode(); code != 1 || !strings.Contains(string(output), "no display: run `projectlogs serve`") {
		t.Errorf("exit code %d:\n%s", code, output)
	}
}

// TestWindowPictures takes the pictures of the documents: sample logs, in the
// light and in the dark.
func TestWindowPictures(t *testing.T) {
	data := t.TempDir()
	sample := exec.Command(filepath.Join(os.Getenv("PROJECTLOGS_BIN_DIR"), "projectlogs-server"), "sample", "-n", "5000", "--data-dir", data)
	if output, err := sample.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, output)
	}
	keepSize(t, data, 1440, 900)
	for _, theme := range []string{"light", "dark"} {
		t.Run(theme, func(t *testing.T) {
			display := windowtest.StartDisplay(t, 1440, 900)
			command := exec.Command(filepath.Join(os.Getenv("PROJECTLOGS_BIN_DIR"), "projectlogs-devtools"), "--data-dir", data)
			command.Env = []string{"GTK_THEME=Adwaita" + map[string]string{"light": "", "dark": ":dark"}[theme]}
			program := windowtest.StartCommand(t, display, command)
			page := program.Page(t)
			page.Await(t, fmt.Sprintf("document.querySelector(%q)", firstRow))
			keep(t, page.Picture(t), "logs-"+theme+".png")
			failed := `[...document.querySelectorAll('[role=grid][aria-label="Logs"] [role=row]')].find((row) => row.textContent.includes('400'))`
			page.Await(t, failed)
			page.Eval(t, failed+".click()")
			page.Await(t, fmt.Sprintf("document.querySelector(%q)?.querySelector('[aria-label=Response]')?.innerText.includes('400')", details))
			picture := page.Picture(t)
			keep(t, picture, "drawer-"+theme+".png")
			if n := windowtest.Colours(picture); n < enoughColours {
				t.Errorf("the page has %d colours", n)
			}
			// The bottom left corner is background in both themes.
			r, _, _, _ := picture.At(2, picture.Bounds().Dy()-2).RGBA()
			if isDark := r>>8 < 0x40; isDark != (theme == "dark") {
				t.Errorf("the %s page has a corner of %02x", theme, r>>8)
			}
		})
	}
}

// keep saves a picture where PROJECTLOGS_PICTURES says (make pictures: in
// docs/images), else beside the test's other artifacts.
func keep(t *testing.T, picture image.Image, name string) {
	t.Helper()
	folder := os.Getenv("PROJECTLOGS_PICTURES")
	if folder == "" {
		folder = t.ArtifactDir()
	}
	windowtest.SavePicture(t, picture, filepath.Join(folder, name))
}

// keepSize makes the window begin with a size.
func keepSize(t *testing.T, data string, width, height int) {
	t.Helper()
	state := fmt.Sprintf(`{"width":%d,"height":%d}`, width, height)
	if err := os.WriteFile(filepath.Join(data, "window.json"), []byte(state), 0o600); err != nil {
		t.Fatal(err)
	}
}

// writeLogs writes an NDJSON file of calls of the last hour; the newest failed.
func writeLogs(t *testing.T, n int) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "calls.ndjson")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	newest := time.Now().UTC().Add(-time.Minute)
	encoder := json.NewEncoder(file)
	for i := range n {
		record := map[string]any{
			"time": newest.Add(-time.Duration(i) * 20 * time.Second).Format(time.RFC3339Nano), "method": "POST",
			"url": fmt.Sprintf("https://api.example.com/v1/vouchers/V-%d/redemption", i), "status": 200, "duration": 12.5,
			"request":  map[string]any{"headers": map[string]any{"content-type": "application/json"}, "body": fmt.Sprintf(`{"amount":%d}`, i)},
			"response": map[string]any{"body": `{"result":"SUCCESS"}`},
		}
		if i == 0 {
			record["status"] = 400
			record["response"] = map[string]any{"body": `{"key":"voucher_expired","message":"The voucher has expired"}`}
		}
		if err := encoder.Encode(record); err != nil {
			t.Fatal(err)
		}
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
	return path
}

type servedAt struct{ URL, Token string }

// readServer waits for server.json, which is there once the program answers.
func readServer(t *testing.T, program *windowtest.Program, data string) (server servedAt) {
	t.Helper()
	program.Eventually(t, func() error {
		text, err := os.ReadFile(filepath.Join(data, "server.json"))
		if err != nil {
			return err
		}
		return json.Unmarshal(text, &server)
	})
	return server
}

func get(t *testing.T, address string) (status int, body string) {
	t.Helper()
	answer, err := http.Get(address)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer.StatusCode, string(text)
}
