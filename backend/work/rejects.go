package work

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"projectlogs/backend/audit"
)

// reject is a row that could not be imported, a line of the file of rejects.
type reject struct {
	Line   int64  `json:"line,omitempty"`
	Reason string `json:"reason"`
	Raw    string `json:"raw"` // after redaction
	// RawEncoding is "base64" where the row is no UTF-8.
	RawEncoding string `json:"raw_encoding,omitempty"`
}

// failedRows is how many rejects stand in the task itself.
const failedRows = 100

// rejects is a task's file of rejects. It is made with the first one.
type rejects struct {
	path  string
	file  *os.File
	bytes int64
	first []audit.FailedRow
}

func (r *Runner) rejectsPath(task string) string {
	return filepath.Join(r.Dir, rejectsDir, task+".ndjson")
}

// OpenRejects opens the rejected rows of a task, one JSON object {line, reason,
// raw} a line. NotFound where there are none.
func (r *Runner) OpenRejects(ctx context.Context, project, id string) (*os.File, error) {
	t, err := r.Catalog.Task(ctx, project, id)
	if err != nil {
		return nil, err
	}
	f, err := os.Open(r.rejectsPath(t.ID))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, audit.Errorf(audit.NotFound, "Task %s rejected nothing.", id)
	}
	return f, fileError(err, "read", r.rejectsPath(t.ID))
}

// openRejects goes on behind the given length, or begins anew with 0: what lies
// behind belongs to rows that were not stored.
func openRejects(path string, length int64) (*rejects, error) {
	r := &rejects{path: path}
	if length == 0 {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fileError(err, "remove", path)
		}
		return r, nil
	}
	f, err := os.OpenFile(path, os.O_RDWR, 0o600)
	if err != nil {
		return nil, fileError(err, "open", path)
	}
	r.file, r.bytes = f, length
	if err := r.resume(); err != nil {
		f.Close()
		return nil, err
	}
	return r, nil
}

func (r *rejects) resume() error {
	if err := r.file.Truncate(r.bytes); err != nil {
		return fileError(err, "shorten", r.path)
	}
	lines := bufio.NewReader(r.file)
	for len(r.first) < failedRows {
		line, err := lines.ReadBytes('\n')
		if err == io.EOF {
			break
		}
		if err != nil {
			return fileError(err, "read", r.path)
		}
		var old reject
		if err := json.Unmarshal(line, &old); err != nil {
			return fmt.Errorf("read %s: %w", r.path, err)
		}
		r.first = append(r.first, audit.FailedRow{Row: old.Line, Reason: old.Reason})
	}
	_, err := r.file.Seek(r.bytes, io.SeekStart)
	return fileError(err, "read", r.path)
}

// add writes rejects and returns when they are on disk.
func (r *rejects) add(more []reject) error {
	if len(more) == 0 {
		return nil
	}
	if r.file == nil {
		f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if err != nil {
			return fileError(err, "write", r.path)
		}
		r.file = f
		if err := syncDir(filepath.Dir(r.path)); err != nil {
			return err
		}
	}
	var text bytes.Buffer
	lines := json.NewEncoder(&text)
	lines.SetEscapeHTML(false)
	for _, one := range more {
		if err := lines.Encode(one); err != nil {
			return fmt.Errorf("write a rejected row: %w", err)
		}
		if len(r.first) < failedRows {
			r.first = append(r.first, audit.FailedRow{Row: one.Line, Reason: one.Reason})
		}
	}
	if _, err := r.file.Write(text.Bytes()); err != nil {
		return fileError(err, "write", r.path)
	}
	if err := r.file.Sync(); err != nil {
		return fileError(err, "write", r.path)
	}
	r.bytes += int64(text.Len())
	return nil
}

func (r *rejects) Close() {
	if r.file != nil {
		r.file.Close()
	}
}
