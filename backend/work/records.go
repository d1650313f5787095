package work

import (
	"errors"
	"io"
	"iter"
	"os"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/logfile"
	"projectlogs/backend/sample"
)

// records is where an import's logs come from, always the same ones in the
// same order.
type records interface {
	// Next returns io.EOF at the end, and another error where the rest cannot
	// be read.
	Next() (logfile.Entry, error)
	Format() string
	// Done of Size, in Unit: how far it is.
	Done() int64
	Size() int64
	Unit() string
	Close()
}

// whyNot says why an entry is rejected, "" if it is not.
func whyNot(e *logfile.Entry) string {
	if e.Err == nil {
		return ingest.Invalid(&e.Log)
	}
	if known, ok := errors.AsType[*audit.Error](e.Err); ok {
		return known.Message
	}
	return e.Err.Error()
}

func openRecords(p importParams) (records, error) {
	if p.Sample > 0 {
		next, stop := iter.Pull(sample.Logs(p.Sample, p.Time))
		return &sampleRecords{next: next, stop: stop, n: p.Sample}, nil
	}
	f, err := os.Open(p.Path)
	if err != nil {
		return nil, fileError(err, "read", p.Path)
	}
	r, err := logfile.Open(f, p.Name, logfile.Options{Format: p.Format})
	if err != nil {
		f.Close()
		return nil, err
	}
	return &fileRecords{Reader: r, file: f, size: p.Size}, nil
}

// fileRecords are the logs of a file.
type fileRecords struct {
	*logfile.Reader
	file *os.File
	size int64
}

func (r *fileRecords) Done() int64 { return r.BytesRead() }

func (r *fileRecords) Size() int64 { return r.size }

func (r *fileRecords) Unit() string { return "bytes" }

func (r *fileRecords) Close() { r.file.Close() }

// sampleRecords are made-up logs.
type sampleRecords struct {
	next func() (audit.Log, bool)
	stop func()
	line int
	n    int
}

func (r *sampleRecords) Next() (logfile.Entry, error) {
	l, ok := r.next()
	if !ok {
		return logfile.Entry{}, io.EOF
	}
	r.line++
	return logfile.Entry{Log: l, Line: int64(r.line)}, nil
}

func (r *sampleRecords) Format() string { return "sample" }

func (r *sampleRecords) Done() int64 { return int64(r.line) }

func (r *sampleRecords) Size() int64 { return int64(r.n) }

func (r *sampleRecords) Unit() string { return "logs" }

func (r *sampleRecords) Close() { r.stop() }
