package logfile

import (
	"io"
	"strings"

	"projectlogs/backend/audit"
)

// Writer writes logs to a file. It is for one goroutine. After an error the
// file is of no use.
type Writer interface {
	Write(l *audit.Log) error
	// Close writes what is still held back. It does not close the io.Writer.
	Close() error
}

// WriterOptions are the choices of a format.
type WriterOptions struct {
	// Fields of CSV: a preset, or names of fields separated by commas (those of
	// a filter, also request.header.NAME, query.NAME and paths into JSON like
	// response.body.error.key); "" is the preset "default".
	Fields string
	// Bodies adds request_body and response_body to the preset "default".
	Bodies bool
	// Separator of CSV: "," (also when empty), ";", "|" or a tab.
	Separator string
	// BOM begins the file with a byte order mark, as Excel wants it.
	BOM bool
	// Raw switches the guard against formulas off (guard.go).
	Raw bool
	// TZ is an IANA name; other than "" and "UTC" it adds the column time_local
	// behind the time, which stays in UTC.
	TZ string
}

// Formats that can be written.
var writers = []struct {
	name string
	open func(io.Writer, WriterOptions) (Writer, error)
}{
	{CSV, newCSVWriter},
	{NDJSON, newNDJSONWriter},
}

// NewWriter writes logs to w. The error is an *audit.Error, Invalid, for a
// format, field, separator or time zone that there is not.
func NewWriter(w io.Writer, format string, o WriterOptions) (Writer, error) {
	names := make([]string, len(writers))
	for i, known := range writers {
		if known.name == format {
			return known.open(w, o)
		}
		names[i] = known.name
	}
	return nil, audit.Errorf(audit.Invalid, "There is no format %q to write; there are %s.", format, strings.Join(names, " and "))
}

// sink gathers what is written into large pieces.
type sink struct {
	w   io.Writer
	buf []byte
	err error
}

const sinkSize = 64 << 10

// drain hands the pieces on; at the end of each log, so that a cell costs
// nothing but its bytes.
func (s *sink) drain(all bool) error {
	if s.err == nil && (all || len(s.buf) >= sinkSize) && len(s.buf) > 0 {
		_, s.err = s.w.Write(s.buf)
		s.buf = s.buf[:0]
		if cap(s.buf) > 16*sinkSize { // one huge body must not stay
			s.buf = nil
		}
	}
	return s.err
}
