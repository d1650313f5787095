package work

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"projectlogs/backend/audit"
)

// The folders in Config.Dir.
const (
	spoolDir   = "spool"
	rejectsDir = "rejects"
	exportsDir = "exports"
)

// Spool copies an upload to disk, so that its import can begin after the
// request has ended, and again after a crash. It returns the path for
// ImportRequest; the file is synced. name is what the upload is called; the
// file on disk keeps only the endings of it.
func (r *Runner) Spool(ctx context.Context, name string, upload io.Reader) (path string, err error) {
	path = filepath.Join(r.Dir, spoolDir, taskIDs.next(r.Now())+safeEnding(name))
	err = writeFile(path, true, func(w io.Writer) error {
		_, err := io.Copy(w, &reader{ctx, upload})
		return err
	})
	if err != nil {
		return "", fmt.Errorf("spool %s: %w", name, err)
	}
	return path, nil
}

// safeEnding keeps ".har", ".log.gz": letters and digits, at most two endings.
func safeEnding(name string) string {
	var ending string
	for range 2 {
		ext := filepath.Ext(name)
		if len(ext) < 2 || len(ext) > 8 || strings.ContainsFunc(ext[1:], func(c rune) bool {
			return (c < '0' || c > '9') && (c < 'A' || c > 'Z') && (c < 'a' || c > 'z')
		}) {
			break
		}
		ending, name = ext+ending, strings.TrimSuffix(name, ext)
	}
	return strings.ToLower(ending)
}

// keepSpooled is how long the upload of an import that failed or was canceled
// can still be retried.
const keepSpooled = 7 * 24 * time.Hour

// tidy removes what a dead process left half written, and uploads that nobody
// needs any more.
func (r *Runner) tidy(ctx context.Context) error {
	waiting, err := r.Interrupted(ctx)
	if err != nil {
		return err
	}
	needed := map[string]bool{}
	for _, t := range waiting {
		var p importParams
		if t.Type == audit.TaskImport && readParams(t, &p) == nil {
			needed[p.Path] = true
		}
	}
	var errs []error
	for _, dir := range []string{spoolDir, exportsDir} {
		entries, err := os.ReadDir(filepath.Join(r.Dir, dir))
		if err != nil {
			return fileError(err, "read the folder", filepath.Join(r.Dir, dir))
		}
		for _, e := range entries {
			path := filepath.Join(r.Dir, dir, e.Name())
			info, err := e.Info()
			if err != nil {
				continue // it is gone
			}
			old := dir == spoolDir && !needed[path] && time.Since(info.ModTime()) > keepSpooled
			if old || strings.HasSuffix(path, partSuffix) {
				errs = append(errs, os.Remove(path))
			}
		}
	}
	return errors.Join(errs...)
}

// reader stops reading when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if r.ctx.Err() != nil {
		return 0, context.Cause(r.ctx)
	}
	return r.r.Read(p)
}

// partSuffix marks files that are not whole. Those of a dead process are
// removed by New where we own the folder, and written over elsewhere.
const partSuffix = ".part"

// writeFile makes a file that is whole under its name or is not there: written
// beside it, synced, renamed, and the folder synced. A file that is there
// already is replaced only with overwrite; else it is a Conflict.
func writeFile(path string, overwrite bool, write func(io.Writer) error) error {
	part := path + partSuffix
	f, err := os.OpenFile(part, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return fileError(err, "write", path)
	}
	whole := false
	defer func() {
		if !whole { // an error, or a panic
			f.Close()
			os.Remove(part)
		}
	}()
	if err := write(&fileWriter{f, path}); err != nil {
		return err
	}
	if err := f.Sync(); err != nil {
		return fileError(err, "write", path)
	}
	if err := f.Close(); err != nil {
		return fileError(err, "write", path)
	}
	if err := place(part, path, overwrite); err != nil {
		return err
	}
	whole = true
	return syncDir(filepath.Dir(path))
}

// place renames a finished file. Without overwrite a file that appeared in the
// meantime is left alone, where the file system can promise that.
func place(part, path string, overwrite bool) error {
	if overwrite {
		return fileError(os.Rename(part, path), "write", path)
	}
	err := os.Link(part, path)
	switch {
	case err == nil:
		return fileError(os.Remove(part), "remove", part)
	case errors.Is(err, fs.ErrExist):
		return existing(path)
	}
	// No hard links there (FAT, some network disks).
	if _, err := os.Lstat(path); err == nil {
		return existing(path)
	}
	return fileError(os.Rename(part, path), "write", path)
}

func existing(path string) error {
	return audit.Errorf(audit.Conflict, "There is a file %s already; choose another name, or say that it may be replaced.", path)
}

// fileWriter says in its errors which file it was.
type fileWriter struct {
	f    *os.File
	path string
}

func (w *fileWriter) Write(p []byte) (int, error) {
	n, err := w.f.Write(p)
	return n, fileError(err, "write", w.path)
}

// syncDir makes a rename in the folder last.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fileError(err, "open the folder", dir)
	}
	defer d.Close()
	// Some file systems cannot sync a folder; they order it by themselves.
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, errors.ErrUnsupported) && !isReadOnly(err) {
		return fileError(err, "write the folder", dir)
	}
	return nil
}

func isReadOnly(err error) bool {
	return errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission)
}

// fileError turns what the operating system says into a sentence. nil stays nil.
func fileError(err error, doing, path string) error {
	if err == nil {
		return nil
	}
	e := &audit.Error{Code: audit.Internal, Cause: err}
	switch {
	case errors.Is(err, syscall.ENOSPC), errors.Is(err, syscall.EDQUOT):
		e.Code, e.Message = audit.DiskFull, fmt.Sprintf("The disk of %s is full; make room and try again.", filepath.Dir(path))
	case errors.Is(err, syscall.EFBIG):
		e.Code, e.Message = audit.DiskFull, fmt.Sprintf("%s is as large as a file may be there.", path)
	case errors.Is(err, fs.ErrNotExist):
		e.Code, e.Message = audit.NotFound, fmt.Sprintf("Cannot %s %s: there is no such file or folder.", doing, path)
	case errors.Is(err, syscall.EROFS):
		e.Code, e.Message = audit.ReadOnly, fmt.Sprintf("Cannot %s %s: the disk is read-only.", doing, path)
	case errors.Is(err, fs.ErrPermission):
		e.Code, e.Message = audit.Forbidden, fmt.Sprintf("Cannot %s %s: you do not have the permission.", doing, path)
	case errors.Is(err, syscall.EISDIR):
		e.Code, e.Message = audit.Invalid, fmt.Sprintf("Cannot %s %s: it is a folder.", doing, path)
	case errors.Is(err, syscall.ENAMETOOLONG):
		e.Code, e.Message = audit.Invalid, fmt.Sprintf("Cannot %s %s: the name is too long.", doing, path)
	default:
		cause := err
		if pe, ok := errors.AsType[*fs.PathError](err); ok {
			cause = pe.Err
		}
		e.Message = fmt.Sprintf("Cannot %s %s: %s.", doing, path, cause)
	}
	return e
}

// number writes 1234567 as 1,234,567.
func number(n int64) string {
	digits := strconv.FormatInt(n, 10)
	sign := ""
	if n < 0 {
		sign, digits = "-", digits[1:]
	}
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "," + digits[i:]
	}
	return sign + digits
}

// counted is "1 log", "2 logs".
func counted(n int64, one string) string {
	if n == 1 {
		return "1 " + one
	}
	return number(n) + " " + one + "s"
}
