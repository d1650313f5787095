package app_test

import (
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

// waitServed waits until a process in the background serves the data folder.
func waitServed(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 0 {
		ts.Fatalf("usage: waitserved")
	}
	if _, err := served(ts.Getenv("PROJECTLOGS_DATA_DIR"), 30*time.Second); err != nil {
		ts.Fatalf("%v", err)
	}
}

// count checks the number of lines of a file, or of stdout.
func count(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: count FILE N")
	}
	text := ts.ReadFile(args[0])
	if n := strings.Count(text, "\n"); args[1] != itoa(n) {
		ts.Fatalf("%s has %d lines, not %s:\n%s", args[0], n, args[1], text)
	}
}

// servedAt is what server.json says.
type servedAt struct {
	URL, Token string
	PID        int
}

// served returns server.json once the process that wrote it answers.
func served(dataDir string, within time.Duration) (servedAt, error) {
	var f servedAt
	var err error
	for deadline := time.Now().Add(within); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		var b []byte
		if b, err = os.ReadFile(dataDir + "/server.json"); err != nil {
			continue
		}
		if err = json.Unmarshal(b, &f); err != nil {
			continue
		}
		var resp *http.Response
		if resp, err = http.Get(f.URL + "/api/health"); err == nil {
			resp.Body.Close()
			return f, nil
		}
	}
	return f, err
}

func itoa(n int) string {
	b, _ := json.Marshal(n)
	return string(b)
}
