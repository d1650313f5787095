package local_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

// findBytes looks for a pattern in every file of a folder, plain, and in
// everything in them that can be decompressed. It gives what it found, with one
// place each.
func findBytes(t testing.TB, dir, pattern string) map[string]string {
	t.Helper()
	re := regexp.MustCompile(pattern)
	found := map[string]string{}
	look := func(b []byte, place string) {
		for _, text := range re.FindAll(b, -1) {
			found[string(text)] = place
		}
	}
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(1))
	if err != nil {
		t.Fatal(err)
	}
	defer d.Close()
	err = filepath.WalkDir(dir, func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		b, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		look(b, path)
		magic := []byte{0x28, 0xb5, 0x2f, 0xfd}
		for at := bytes.Index(b, magic); at >= 0; {
			// What follows the frame is not part of it: an error after it is none.
			if err := d.Reset(bytes.NewReader(b[at:])); err != nil {
				return err
			}
			var raw bytes.Buffer
			_, _ = d.WriteTo(&raw)
			look(raw.Bytes(), fmt.Sprintf("%s at %d, compressed", path, at))
			next := bytes.Index(b[at+4:], magic)
			if next < 0 {
				break
			}
			at += 4 + next
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// TestPurgedBytesAreGone plants a text in every part of a log, in logs that lie
// in memtables, in tables, in single rows, in blocks and apart, and looks for it
// on the disk before and after.
func TestPurgedBytesAreGone(t *testing.T) {
	dir := t.TempDir()
	ctx := t.Context()
	s := open(t, dir, local.Small())
	const canary = "Canary0815"
	large := strings.Repeat("filler "+fmt.Sprint(math.Pi)+" ", 10_000)
	logs := make([]audit.Log, 1000)
	for i := range logs {
		logs[i] = audit.Log{
			ID: fmt.Sprintf("log_%04d", i), Time: time.Unix(int64(i), 0).UTC(), Status: 200, Method: "POST",
			User: audit.User{ID: "user_1"}, Request: audit.Payload{Body: fmt.Sprintf("body %d", i)},
		}
		if i%97 == 5 {
			l := &logs[i]
			l.User.ID, l.URL, l.Message = canary, "/"+canary, canary
			l.Request.Body, l.Response.Body = canary, large+canary
			l.Request.Headers = map[string][]string{"x-canary": {canary}}
			l.Attributes = []byte(`{"c":"` + canary + `"}`)
			l.Error.Message = strings.Repeat("long ", 10_000) + canary
		}
	}
	for i := 0; i < len(logs); i += 13 {
		if _, err := s.Append(ctx, "default", logs[i:min(len(logs), i+13)]); err != nil {
			t.Fatal(err)
		}
		if i == 13*40 { // a part of it is in tables
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			s = open(t, dir, local.Small())
		}
	}
	if err := s.Reindexed(ctx); err != nil {
		t.Fatal(err)
	}
	if len(findBytes(t, dir, canary)) == 0 || len(findBytes(t, filepath.Join(dir, "index"), canary)) == 0 {
		t.Fatal("the search does not find what is there")
	}
	e, err := audit.LogSchema.Parse("user.id:" + canary)
	if err != nil {
		t.Fatal(err)
	}
	removed, err := s.Purge(ctx, audit.Query{Project: "default", Filter: e})
	if err != nil || removed != 11 {
		t.Fatalf("removed %d, %v", removed, err)
	}
	if found := findBytes(t, dir, "(?i)"+canary); len(found) > 0 {
		t.Errorf("purged, but there: %v", found)
	}
	if err := s.Reindexed(ctx); err != nil {
		t.Fatal(err)
	}
	c, err := s.Check(ctx, nil)
	if err != nil || len(c.Faults) > 0 || c.Logs != 989 {
		t.Errorf("%+v, %v", c, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if found := findBytes(t, dir, "(?i)"+canary); len(found) > 0 {
		t.Errorf("purged and closed, but there: %v", found)
	}
}

// TestInterruptedPurge stops a purge behind each of its steps: the next open
// finishes it.
func TestInterruptedPurge(t *testing.T) {
	for steps := 1; steps <= 2; steps++ {
		dir := t.TempDir()
		s := open(t, dir, local.Small())
		logs := plainLogs(200)
		for i := range logs {
			if i%9 == 0 {
				logs[i].Request.Body, logs[i].Campaign = "Canary0815", "gone"
			}
		}
		if _, err := s.Append(t.Context(), "default", logs); err != nil {
			t.Fatal(err)
		}
		must(t, s.Reindexed(t.Context()))
		must(t, local.PurgeUpTo(s, audit.Query{Project: "default", Filter: parse(t, "campaign:gone")}, steps))
		must(t, s.Close())
		if len(findBytes(t, dir, "(?i)canary0815")) == 0 {
			t.Error("nothing was interrupted")
		}
		s = open(t, dir, local.Small())
		must(t, s.Reindexed(t.Context()))
		if c, err := s.Check(t.Context(), nil); err != nil || len(c.Faults) > 0 || c.Logs != 200-23 {
			t.Errorf("after step %d: %+v, %v", steps, c, err)
		}
		must(t, s.Close())
		if found := findBytes(t, dir, "(?i)canary0815"); len(found) > 0 {
			t.Errorf("after step %d: %v", steps, found)
		}
	}
}
