package logfile_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// all reads everything of a file that must be recognised; err is what Next said
// last, nil at the end.
func all(t testing.TB, r io.Reader, name string, o logfile.Options) (entries []logfile.Entry, format string, err error) {
	t.Helper()
	f, err := logfile.Open(r, name, o)
	if err != nil {
		return nil, "", err
	}
	for {
		e, err := f.Next()
		if err == io.EOF {
			if _, err = f.Next(); err != io.EOF {
				t.Fatalf("Next behind the end says %v", err)
			}
			return entries, f.Format(), nil
		}
		if err != nil {
			return entries, f.Format(), err
		}
		entries = append(entries, e)
	}
}

// logs reads a text that has nothing wrong with it.
func logs(t testing.TB, text, name string) []audit.Log {
	t.Helper()
	entries, _, err := all(t, strings.NewReader(text), name, logfile.Options{})
	if err != nil {
		t.Fatalf("%.200q: %v", text, err)
	}
	out := make([]audit.Log, len(entries))
	for i, e := range entries {
		if e.Err != nil {
			t.Fatalf("entry %d of %.200q: %v", e.Line, text, e.Err)
		}
		out[i] = e.Log
	}
	return out
}

// realInputs is the folder of files that other people's programs wrote.
func realInputs(t testing.TB) string {
	t.Helper()
	dir := os.Getenv("PROJECTLOGS_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(dir); err != nil {
		t.Skipf("not run: no real inputs at %s", dir)
	}
	return dir
}

func gzipped(t testing.TB, parts ...string) []byte {
	t.Helper()
	var b bytes.Buffer
	for _, part := range parts {
		w := gzip.NewWriter(&b)
		if _, err := io.WriteString(w, part); err != nil {
			t.Fatal(err)
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
	}
	return b.Bytes()
}
