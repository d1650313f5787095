package logfile_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// Every real file gives exactly as many entries as an independent count.
func TestRealFilesGiveEveryEntry(t *testing.T) {
	dir := realInputs(t)
	files, err := filepath.Glob(filepath.Join(dir, "har", "*.har"))
	if err != nil || len(files) == 0 {
		t.Fatalf("no HAR files: %v", err)
	}
	files = append(files, filepath.Join(dir, "apache_logs"))
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		want, format := countLines(data), logfile.Access
		if strings.HasSuffix(path, ".har") {
			want, format = countEntries(t, data), logfile.HAR
		}
		for name, packed := range map[string][]byte{"as it is": data, "gzip": gzipped(t, string(data))} {
			entries, got, err := all(t, bytes.NewReader(packed), filepath.Base(path), logfile.Options{})
			if err != nil || got != format {
				t.Errorf("%s, %s: format %s, %v", path, name, got, err)
			}
			rejected := 0
			for _, e := range entries {
				if e.Err != nil {
					rejected++
					t.Errorf("%s: entry %d: %v", path, e.Line, e.Err)
				}
			}
			if len(entries) != want {
				t.Errorf("%s, %s: %d entries; want %d", path, name, len(entries), want)
			}
			t.Logf("%-24s %-9s %-7s %6d entries, %d rejected", filepath.Base(path), name, got, len(entries), rejected)
		}
	}
	f, err := os.Open(filepath.Join(dir, "otlp-logs.json"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, err = logfile.Open(f, "otlp-logs.json", logfile.Options{})
	if e, ok := errors.AsType[*audit.Error](err); !ok || e.Code != audit.Unsupported || !strings.HasPrefix(e.Message, "This is an OTLP request.") {
		t.Errorf("otlp-logs.json: %v", err)
	}
	t.Logf("%-24s %v", "otlp-logs.json", err)
}

func countEntries(t *testing.T, data []byte) int {
	t.Helper()
	var har struct {
		Log struct {
			Entries []json.RawMessage `json:"entries"`
		} `json:"log"`
	}
	if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &har); err != nil {
		t.Fatal(err)
	}
	return len(har.Log.Entries)
}

func countLines(data []byte) int { return bytes.Count(data, []byte{'\n'}) }

// What a browser wrote is in the logs: each method, URL, status and body.
func TestRealHARsAreReadWhole(t *testing.T) {
	dir := realInputs(t)
	files, _ := filepath.Glob(filepath.Join(dir, "har", "*.har"))
	bodies := 0
	for _, path := range files {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var har struct {
			Log struct {
				Entries []struct {
					StartedDateTime string
					Request         struct {
						Method, URL string
						Headers     []struct{ Name, Value string }
						PostData    struct{ Text string }
					}
					Response struct {
						Status  int
						Content struct{ Text, Encoding string }
					}
				}
			}
		}
		if err := json.Unmarshal(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf")), &har); err != nil {
			t.Fatal(err)
		}
		for i, l := range logs(t, string(data), path) {
			e := har.Log.Entries[i]
			if l.Method != e.Request.Method || l.URL != e.Request.URL || l.Status != max(0, e.Response.Status) {
				t.Errorf("%s, entry %d: %s %s %d; want %s %s %d", path, i+1, l.Method, l.URL, l.Status, e.Request.Method, e.Request.URL, e.Response.Status)
			}
			if at, ok := audit.ParseTime(e.StartedDateTime); !l.Time.Equal(at) || (ok && l.Time.IsZero()) {
				t.Errorf("%s, entry %d: time %v; want %s", path, i+1, l.Time, e.StartedDateTime)
			}
			for _, h := range e.Request.Headers {
				if values := l.Request.Headers[strings.ToLower(h.Name)]; !strings.Contains(strings.Join(values, "\n"), h.Value) {
					t.Errorf("%s, entry %d: header %s is %q; want %q", path, i+1, h.Name, values, h.Value)
				}
			}
			if e.Request.PostData.Text != "" && l.Request.Body != e.Request.PostData.Text {
				t.Errorf("%s, entry %d: request body %.80q", path, i+1, l.Request.Body)
			}
			if e.Response.Content.Encoding == "" && l.Response.Body != e.Response.Content.Text {
				t.Errorf("%s, entry %d: response body %.80q", path, i+1, l.Response.Body)
			}
			if l.Response.Body != "" {
				bodies++
			}
		}
	}
	if bodies < 20 {
		t.Errorf("only %d response bodies", bodies)
	}
}
