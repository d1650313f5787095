package logfile_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"runtime"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

func TestTruncatedGzipGivesWhatStandsBefore(t *testing.T) {
	var text strings.Builder
	for i := range 20000 {
		fmt.Fprintf(&text, `{"method":"GET","url":"/%d/%d","status":200}`+"\n", i, i*7919%10007)
	}
	want := logs(t, text.String(), "")
	packed := gzipped(t, text.String())
	cut := len(packed) / 2
	entries, _, err := all(t, bytes.NewReader(packed[:cut]), "x.gz", logfile.Options{})
	if len(entries) < 5000 || len(entries) >= len(want) {
		t.Errorf("%d of %d entries", len(entries), len(want))
	}
	for i, e := range entries {
		if e.Err != nil || e.Log.URL != want[i].URL || e.Line != int64(i+1) {
			t.Fatalf("entry %d: %+v", i, e)
		}
	}
	prefix := fmt.Sprintf("The file ends early at byte %d (byte ", cut)
	suffix := fmt.Sprintf(" of what it unpacks to); %d entries before it were read.", len(entries))
	if e, ok := errors.AsType[*audit.Error](err); !ok || !strings.HasPrefix(e.Message, prefix) || !strings.HasSuffix(e.Message, suffix) {
		t.Errorf("cut in half: %v", err)
	}

	packed[len(packed)-6] ^= 1 // in the checksum
	entries, _, err = all(t, bytes.NewReader(packed), "x.gz", logfile.Options{})
	if len(entries) != len(want) || err == nil || !strings.Contains(err.Error(), "invalid checksum; 20000 entries before it were read.") {
		t.Errorf("a wrong checksum: %d entries, %v", len(entries), err)
	}
	packed[len(packed)-6] ^= 1
	entries, _, err = all(t, bytes.NewReader(append(packed, "garbage behind"...)), "x.gz", logfile.Options{})
	if len(entries) != len(want) || err == nil || !strings.HasPrefix(err.Error(), "The file is damaged at byte ") {
		t.Errorf("garbage behind: %d entries, %v", len(entries), err)
	}
}

// repeated is n times the same text, without having it in memory.
type repeated struct {
	text string
	left int64 // bytes
	at   int
}

func (r *repeated) Read(p []byte) (int, error) {
	if r.left == 0 {
		return 0, io.EOF
	}
	for len(r.text) < 32<<10 { // what is copied at once
		r.text += r.text
	}
	n := 0
	for n < len(p) && r.left > 0 {
		c := copy(p[n:], r.text[r.at:])
		c = int(min(int64(c), r.left))
		n, r.at, r.left = n+c, (r.at+c)%len(r.text), r.left-int64(c)
	}
	return n, nil
}

// A record of up to 100 MB is skipped with its place and costs no memory, in every
// format; those around it are read.
func TestHugeRecordsAreSkippedInConstantMemory(t *testing.T) {
	f := func(format string, size int64, before, text, after string, line int64, entries int) {
		t.Helper()
		size -= size % int64(len(text))
		var start, peak runtime.MemStats
		runtime.GC()
		runtime.ReadMemStats(&start)
		r, err := logfile.Open(io.MultiReader(strings.NewReader(before), &repeated{text: text, left: size}, strings.NewReader(after)), "", logfile.Options{})
		if err != nil {
			t.Fatalf("%s: %v", format, err)
		}
		n, long := 0, 0
		for {
			e, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatalf("%s: %v", format, err)
			}
			n++
			if e.Err != nil {
				long++
				runtime.ReadMemStats(&peak)
				if got := e.Err.Error(); !strings.Contains(got, fmt.Sprintf("; the limit is %d.", 16<<20)) || audit.CodeOf(e.Err) != audit.TooLarge {
					t.Errorf("%s: %v", format, got)
				}
				var bytes, from, to int64
				if _, err := fmt.Sscanf(e.Err.Error(), "The record has %d bytes (bytes %d to %d of the text)", &bytes, &from, &to); err != nil || bytes < size || to-from+1 != bytes || from > int64(len(before))+1 || to < int64(len(before))+size-1 {
					t.Errorf("%s: %v (%v)", format, e.Err, err)
				}
				if e.Line != line || len(e.Raw) > logfile.MaxRaw+40 || !strings.HasSuffix(string(e.Raw), fmt.Sprintf("… of %d bytes", bytes)) {
					t.Errorf("%s: line %d, raw of %d bytes: …%s", format, e.Line, len(e.Raw), e.Raw[max(0, len(e.Raw)-40):])
				}
			}
		}
		if n != entries || long != 1 {
			t.Errorf("%s: %d entries, %d too long", format, n, long)
		}
		// Growing to the limit costs twice the limit and garbage; the record
		// itself would be far more.
		if grown := int64(peak.Sys) - int64(start.Sys); grown > 80<<20 {
			t.Errorf("%s: memory grew by %d MB", format, grown>>20)
		}
	}
	f("ndjson", 100<<20, record+"\n", "x", "\n"+record+"\n", 2, 3)
	f("ndjson in quotes", 20<<20, record+"\n"+`{"message":"`, `a\"b`, `"}`+"\n"+record, 2, 3)
	f("json", 20<<20, "["+record+`,{"message":"`, "abc ", `"},`+record+"]", 2, 3)
	f("har", 20<<20, `{"log":{"entries":[{"request":{"method":"GET","url":"/"}},{"x":"`, "y", `"},{"request":{"method":"GET","url":"/"}}]}}`, 2, 3)
	f("csv", 20<<20, "time,method,message\n2026-11-22,GET,x\n2026-11-22,GET,\"", "one\n", "\"\n2026-11-22,GET,y\n", 3, 3)
	f("csv of commas", 20<<20, "time,method,message\n2026-11-22,GET,x\n", ",", "\n2026-11-22,GET,y\n", 3, 3)
	f("access", 20<<20, accessLine+"\n", "z", "\n"+accessLine, 2, 3)
}

// Skipped parts of a document (pages, other members) cost no memory either.
func TestHugePartsBesideTheEntries(t *testing.T) {
	text := io.MultiReader(strings.NewReader(`{"log":{"pages":[`), &repeated{text: `{"id":"p"},`, left: 11 << 21}, strings.NewReader(`{}],"creator":{"name":"x","n":"`),
		&repeated{text: "abc", left: 3 << 20}, strings.NewReader(`"},"entries":[{"request":{"method":"GET","url":"/"}}]}}`))
	entries, format, err := all(t, text, "", logfile.Options{})
	if err != nil || format != logfile.HAR || len(entries) != 1 || entries[0].Err != nil {
		t.Errorf("%d entries as %s, %v", len(entries), format, err)
	}
}

func TestRecordLimit(t *testing.T) {
	line := `{"message":"` + strings.Repeat("x", 1000) + `"}`
	f := func(limit, rejected int) {
		t.Helper()
		for _, text := range []string{line + "\n" + record + "\n", "[" + line + "," + record + "]"} {
			entries, _, err := all(t, strings.NewReader(text), "", logfile.Options{MaxRecord: limit})
			bad := 0
			for _, e := range entries {
				if e.Err != nil {
					bad++
				}
			}
			if err != nil || len(entries) != 2 || bad != rejected {
				t.Errorf("limit %d: %d entries, %d rejected, %v", limit, len(entries), bad, err)
			}
		}
	}
	f(0, 0)
	f(len(line), 0)
	f(len(line)-1, 1)
	f(1<<40, 0)
}

func TestDeepJSONIsRejectedAlone(t *testing.T) {
	deep := `{"message":"x","a":` + strings.Repeat(`{"a":`, 100_000) + "1" + strings.Repeat("}", 100_001)
	for _, text := range []string{
		record + "\n" + deep + "\n" + record + "\n", "[" + record + "," + deep + "," + record + "]",
		deep + "\n" + record + "\n" + record, "[" + deep + "," + record + "," + record + "]",
		"[" + strings.Repeat("[", 100_000) + strings.Repeat("]", 100_000) + "," + record + "," + record + "]",
	} {
		entries, _, err := all(t, strings.NewReader(text), "", logfile.Options{})
		bad := 0
		for _, e := range entries {
			if e.Err != nil {
				bad++
				if !strings.Contains(e.Err.Error(), "nested deeper than 200 levels") {
					t.Errorf("%.40q: %v", text, e.Err)
				}
			}
		}
		if err != nil || len(entries) != 3 || bad != 1 {
			t.Errorf("%.40q: %d entries, %d rejected, %v", text, len(entries), bad, err)
		}
	}
}

func TestBytesThatAreNoText(t *testing.T) {
	l := logs(t, "{\"message\":\"a\x00b\",\"request\":{\"body\":\"\xff\x00\xfe\"}}\n", "")
	if l[0].Message != "a\x00b" || l[0].Request.Body != "\xff\x00\xfe" {
		t.Errorf("message %q, body %q", l[0].Message, l[0].Request.Body)
	}
	l = logs(t, "time,message,request_body\n2026-11-22,a\x00b,\"\xff\x00\r\n\"\n", "")
	if l[0].Message != "a\x00b" || l[0].Request.Body != "\xff\x00\r\n" {
		t.Errorf("CSV: message %q, body %q", l[0].Message, l[0].Request.Body)
	}
}

// A packed file that unpacks to far more than logs do is stopped, with what
// stood before.
func TestBombsAreStopped(t *testing.T) {
	line := `{"message":"` + strings.Repeat("x", 1<<20) + `"}` + "\n"
	packed := string(gzipped(t, record+"\n")) + strings.Repeat(string(gzipped(t, line)), 100)
	entries, _, err := all(t, strings.NewReader(packed), "", logfile.Options{})
	if len(entries) == 0 || len(entries) > 70 || audit.CodeOf(err) != audit.TooLarge || !strings.HasPrefix(err.Error(), "The file unpacks to more than 200 times its size, which logs do not: reading stopped after 64 MB.") {
		t.Errorf("%d entries, %v", len(entries), err)
	}
}

// What the source says goes through, so that reading can be cancelled.
func TestErrorsOfTheSourceGoThrough(t *testing.T) {
	for _, err := range []error{context.Canceled, errors.New("read logs: input/output error")} {
		for _, text := range []string{"", strings.Repeat(record+"\n", 5000), "[" + record + ",", har(record)[:30]} {
			entries, _, got := all(t, io.MultiReader(strings.NewReader(text), failing{err}), "", logfile.Options{})
			if got != err {
				t.Errorf("%.20q: %d entries, then %v; want %v", text, len(entries), got, err)
			}
		}
	}
}

type failing struct{ err error }

func (f failing) Read([]byte) (int, error) { return 0, f.err }

// BytesRead is about the source, so that progress is true for packed files too.
func TestBytesRead(t *testing.T) {
	text := strings.Repeat(record+"\n", 50_000)
	packed := gzipped(t, text)
	for name, content := range map[string]string{"plain": text, "gzip": string(packed)} {
		r, err := logfile.Open(strings.NewReader(content), "", logfile.Options{})
		if err != nil {
			t.Fatal(err)
		}
		last := int64(0)
		for {
			_, err := r.Next()
			if n := r.BytesRead(); n < last || n > int64(len(content)) {
				t.Fatalf("%s: %d bytes read, %d before", name, n, last)
			}
			last = r.BytesRead()
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
		if last != int64(len(content)) {
			t.Errorf("%s: %d bytes read of %d", name, last, len(content))
		}
	}
}
