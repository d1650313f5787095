package work

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"projectlogs/backend/audit"
)

// TestWriteFileWholeOrNot: whenever writing fails, and with a panic too, there
// is neither the file nor half of it, and a file that was there is as it was.
func TestWriteFileWholeOrNot(t *testing.T) {
	const text = "some text to write"
	for _, overwrite := range []bool{false, true} {
		for n := range len(text) {
			dir := t.TempDir()
			path := filepath.Join(dir, "a.csv")
			if overwrite {
				if err := os.WriteFile(path, []byte("old"), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			full := &fs.PathError{Op: "write", Path: path, Err: syscall.ENOSPC}
			err := writeFile(path, overwrite, func(w io.Writer) error {
				if _, err := io.WriteString(w, text[:n]); err != nil {
					return err
				}
				return fileError(full, "write", path)
			})
			if audit.CodeOf(err) != audit.DiskFull || !strings.Contains(err.Error(), "The disk of "+dir+" is full") {
				t.Fatalf("byte %d: %v", n, err)
			}
			func() {
				defer func() { recover() }()
				writeFile(path, overwrite, func(w io.Writer) error { panic("a fault") })
			}()
			left, err := os.ReadDir(dir)
			if err != nil || overwrite != (len(left) == 1) || len(left) > 1 {
				t.Fatalf("byte %d: left are %v, %v", n, left, err)
			}
			if old, _ := os.ReadFile(path); overwrite && string(old) != "old" {
				t.Fatalf("byte %d: the old file has %q", n, old)
			}
		}
	}
}

func TestFileErrorsAreSentences(t *testing.T) {
	for err, want := range map[error]struct {
		code audit.Code
		text string
	}{
		syscall.ENOSPC:       {audit.DiskFull, "is full; make room"},
		syscall.EDQUOT:       {audit.DiskFull, "is full; make room"},
		syscall.EROFS:        {audit.ReadOnly, "the disk is read-only"},
		syscall.EACCES:       {audit.Forbidden, "do not have the permission"},
		syscall.ENOENT:       {audit.NotFound, "there is no such file or folder"},
		syscall.EISDIR:       {audit.Invalid, "it is a folder"},
		syscall.ENAMETOOLONG: {audit.Invalid, "the name is too long"},
		syscall.EIO:          {audit.Internal, "input/output error"},
	} {
		got := fileError(&fs.PathError{Op: "open", Path: "/x/y.csv", Err: err}, "write", "/x/y.csv")
		e, ok := errors.AsType[*audit.Error](got)
		if !ok || e.Code != want.code || !strings.Contains(e.Message, want.text) || !strings.Contains(e.Message, "/x") {
			t.Errorf("%v becomes %v", err, got)
		}
	}
}

func TestNumbers(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 7: "7", 999: "999", 1000: "1,000", 1234567: "1,234,567", -1234: "-1,234"} {
		if got := number(n); got != want {
			t.Errorf("%d is written %s, wanted %s", n, got, want)
		}
	}
	if got := fmt.Sprint(counted(1, "log"), counted(2000, "log")); got != "1 log2,000 logs" {
		t.Error(got)
	}
}
