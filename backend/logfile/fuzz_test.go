package logfile_test

import (
	"bytes"
	"encoding/csv"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// read checks what holds for whatever is read: it ends, every entry is a log or
// says why it is none, numbers rise, and it does not matter how the bytes come.
// It gives the entries.
func read(t *testing.T, data []byte, format string) []logfile.Entry {
	entries, as, err := all(t, bytes.NewReader(data), "", logfile.Options{Format: format, MaxRecord: 4096})
	if err != nil && audit.CodeOf(err) == audit.Internal {
		t.Fatalf("no sentence: %v", err)
	}
	if as == "" {
		return nil
	}
	line := int64(0)
	for i, e := range entries {
		if e.Line <= line {
			t.Fatalf("entry %d has number %d behind %d", i, e.Line, line)
		}
		line = e.Line
		if e.Err == nil {
			checkLog(t, &e.Log)
		} else if audit.CodeOf(e.Err) == audit.Internal || !reflect.DeepEqual(e.Log, audit.Log{}) {
			t.Fatalf("entry %d: %v, %+v", i, e.Err, e.Log)
		}
	}
	again, _, errAgain := all(t, iotest.OneByteReader(bytes.NewReader(data)), "", logfile.Options{Format: as, MaxRecord: 4096})
	if as != logfile.JSON && (!reflect.DeepEqual(entries, again) || (err == nil) != (errAgain == nil)) {
		t.Fatalf("%q as %s:\n%+v, %v\nbyte by byte\n%+v, %v", data, as, entries, err, again, errAgain)
	}
	return entries
}

// checkLog checks what every Log promises.
func checkLog(t *testing.T, l *audit.Log) {
	t.Helper()
	for _, s := range []string{l.ID, l.Origin, l.Method, l.URL, l.Path, l.Endpoint, l.User.ID, l.User.Email, l.Message, l.IP, l.UserAgent, l.Error.Message, string(l.Attributes)} {
		if !utf8.ValidString(s) {
			t.Fatalf("%q is no UTF-8", s)
		}
	}
	for name := range l.Request.Headers {
		if name != strings.ToLower(name) || !utf8.ValidString(name) {
			t.Fatalf("header %q", name)
		}
	}
	if l.Status < 0 || l.Status > 999 || l.Request.Size < 0 || l.Response.Size < 0 || (l.Duration != nil && *l.Duration < 0) {
		t.Fatalf("%+v", l)
	}
}

// FuzzOpen: anything at all.
func FuzzOpen(f *testing.F) {
	for _, s := range []string{
		record, record + "\n" + record, "[" + record + "]", har(record), accessLine, "time,method\n1,GET\n", "\x1f\x8b\x08\x00", "\xff\xfe{\x00}\x00", "PK\x03\x04",
		"sep=;\nstatus;message\n200;x", `{"data":[` + record + `]}`, "{\n\"method\":\"GET\"\n}",
	} {
		f.Add([]byte(s))
	}
	f.Add(gzipped(f, record, "\n"+record))
	f.Fuzz(func(t *testing.T, data []byte) { read(t, data, logfile.Auto) })
}

// FuzzLines: NDJSON and access logs, one entry for each line that is not blank.
func FuzzLines(f *testing.F) {
	f.Add([]byte(record+"\n\n"+record), true)
	f.Add([]byte(accessLine+"\r\n"+accessLine+` "-" "a \"b\"" 0.1 x=1`), false)
	f.Add([]byte(`example.com:443 a, b - - [22/Jan/2019:03:56:14 +0330] "\x16" 400 -`), false)
	f.Fuzz(func(t *testing.T, data []byte, ndjson bool) {
		format := logfile.Access
		if ndjson {
			format = logfile.NDJSON
		}
		entries := read(t, data, format)
		for _, c := range data {
			if (c < ' ' && c != '\n') || c > '~' {
				return // to count lines, one would need to know what ends them
			}
		}
		lines := 0
		for line := range bytes.Lines(data) {
			if len(bytes.TrimSpace(line)) > 0 {
				lines++
			}
		}
		if entries != nil && len(entries) != lines {
			t.Fatalf("%q: %d entries of %d lines", data, len(entries), lines)
		}
	})
}

// FuzzHAR: the beginning of a HAR gives the beginning of its entries.
func FuzzHAR(f *testing.F) {
	f.Add(`{"request":{"method":"GET","url":"/"},"response":{"content":{"text":"AA","encoding":"base64"}}}`, uint16(40))
	f.Add(`{"startedDateTime":"2026","time":1e3,"request":{"cookies":[{"name":"a"}],"postData":{"params":[{"name":"x"}]}}},[]`, uint16(60))
	f.Add(`{"_error":{"message":1},"_projectLogs":{"id":"x","attributes":{"a":1}},"response":{"status":"2e2"}}`, uint16(9))
	f.Fuzz(func(t *testing.T, entry string, cut uint16) {
		text := har(entry, record)
		entries := read(t, []byte(text), logfile.HAR)
		some := read(t, []byte(text[:min(int(cut), len(text))]), logfile.HAR)
		for i, e := range some {
			if i >= len(entries) || !reflect.DeepEqual(e, entries[i]) {
				t.Fatalf("cut at %d of %q: entry %d is %+v", cut, text, i, e)
			}
		}
	})
}

// FuzzCSV: what encoding/csv reads strictly, we read as the same cells; and any
// text in a log comes back from the preset "all".
func FuzzCSV(f *testing.F) {
	f.Add("status,message\n200,x\n", "=1+1")
	f.Add("status;message\r\n200;\"a\r\n\"\"b\"\r\n", "'\"a,\r\n")
	f.Fuzz(func(t *testing.T, table, text string) {
		read(t, []byte(table), logfile.CSV)
		if rows, err := csv.NewReader(strings.NewReader(table)).ReadAll(); err == nil && len(rows) > 0 && strings.HasPrefix(table, "status,message\n") && !strings.Contains(table, "\r") {
			want := 0
			for _, row := range rows[1:] {
				if row[1] != "" {
					want++
				}
			}
			got := 0
			for _, e := range read(t, []byte(table), logfile.CSV) {
				if e.Log.Message != "" {
					got++
				}
			}
			if got != want && utf8.ValidString(table) {
				t.Fatalf("%q: %d messages; want %d", table, got, want)
			}
		}
		if !utf8.ValidString(text) {
			return
		}
		want := audit.Log{Message: text, UserAgent: "x" + text, Status: 200, Request: audit.Payload{Body: text, Size: 1}}
		back := logs(t, written(t, logfile.WriterOptions{Fields: "all"}, want), "")
		if !reflect.DeepEqual(back, []audit.Log{want}) {
			t.Fatalf("%q comes back as %+v", text, back)
		}
	})
}
