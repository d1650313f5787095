// Package logfile is logs as files: it reads what people have and writes what
// they want to hand on.
//
// Open recognises packing and format by content and gives the records one by
// one, in constant memory: a record that cannot be read is an Entry with an Err
// and never stops the file. NewWriter writes logs, one by one as well.
//
// A format has one file: har.go, ndjson.go, json.go, csv.go, access.go for
// reading, csvwriter.go and ndjsonwriter.go for writing. What is unpacked stands
// in unpack.go, how a file is recognised in recognise.go, the text of a file
// (buffers, lines, character sets) in text.go. Which names of other tools mean
// which of our fields is said in audit/names.go alone.
//
// Where a format does not say where a call came from, its Origin is who wrote
// the file, as far as the file says: of a HAR its browser or creator ("Chrome",
// "Firefox", "mitmproxy"), and "Access log". A HAR of a client that names itself
// in X-Voucherify-Channel has none: that header decides, in package ingest.
package logfile

import (
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"projectlogs/backend/audit"
)

// The formats that can be read.
const (
	Auto   = "auto"
	HAR    = "har"
	NDJSON = "ndjson"
	JSON   = "json"
	CSV    = "csv"
	Access = "access"
)

// ParseFormat checks the name of a format to read; "" is Auto. The error is an
// *audit.Error, Invalid, that lists what there is.
func ParseFormat(name string) (string, error) {
	formats := []string{Auto, HAR, NDJSON, JSON, CSV, Access}
	switch {
	case name == "":
		return Auto, nil
	case !slices.Contains(formats, name):
		return "", audit.Errorf(audit.Invalid, "There is no format %s to read; there are %s.", shown(name), strings.Join(formats, ", "))
	}
	return name, nil
}

// Options of reading.
type Options struct {
	// Format is one of the above; "" and Auto recognise it by content.
	Format string
	// MaxRecord is the most bytes that one record may have: 0 is 16 MiB, more
	// than 64 MiB is 64 MiB. A longer one is an Entry with an Err.
	MaxRecord int
}

const (
	defaultRecord = 16 << 20
	hardRecord    = 64 << 20
)

// Entry is one record of a file: a log, or why it is none.
type Entry struct {
	// Log has no ID, Source or Time where the record has none.
	Log audit.Log
	// Line is where the record begins, from 1: its line in NDJSON, CSV and
	// access logs, the number of the entry in HAR and JSON.
	Line int64
	// Err, an *audit.Error, says why the record could not be read; Log is empty
	// then.
	Err error
	// Raw is the text of a record with an Err, as far as MaxRaw, and then
	// "… of N bytes". It may hold anything, secrets too.
	Raw []byte
}

// MaxRaw is how many bytes of a record that could not be read are kept.
const MaxRaw = 16 << 10

// Reader gives the records of a file. It is for one goroutine.
type Reader struct {
	name    string
	source  *counter
	in      *input
	packing string
	format  string
	records records
	read    int64 // logs that were read
	err     error // what Next says from now on
}

// records gives the entries of one format. The error is io.EOF at the end,
// io.ErrUnexpectedEOF where the text stops in the middle, a *damage, or what
// reading said.
type records interface {
	next() (Entry, error)
}

// Open reads from r until it knows what it is. name, of the file, is a hint and
// stands in no sentence. The error is an *audit.Error with a sentence, or what r
// said. r is not closed.
func Open(r io.Reader, name string, o Options) (*Reader, error) {
	format, err := ParseFormat(o.Format)
	if err != nil {
		return nil, err
	}
	if o.MaxRecord <= 0 {
		o.MaxRecord = defaultRecord
	}
	o.MaxRecord = min(o.MaxRecord, hardRecord)

	f := &Reader{name: name, source: &counter{r: r}}
	plain, packing, err := unpack(f.source)
	if err != nil {
		return nil, f.explain(err)
	}
	f.packing = packing
	if f.in, err = newInput(plain); err != nil {
		return nil, f.explain(err)
	}
	found, err := recognise(f.in, name, format)
	if err != nil {
		return nil, f.explain(err)
	}
	f.format = found.format
	switch found.format {
	case HAR:
		f.records = &harFile{in: f.in, max: o.MaxRecord}
	case JSON:
		f.records = &jsonFile{in: f.in, max: o.MaxRecord, wrapper: found.wrapper}
	case NDJSON:
		f.records = &ndjsonFile{lines: newLines(f.in, o.MaxRecord)}
	case Access:
		f.records = &accessFile{lines: newLines(f.in, o.MaxRecord)}
	case CSV:
		if f.records, err = newCSVFile(f.in, o.MaxRecord); err != nil {
			return nil, f.explain(err)
		}
	}
	return f, nil
}

// Format is the one that was recognised or forced.
func (f *Reader) Format() string { return f.format }

// BytesRead is how much of r was read so far: of a packed file, packed bytes.
func (f *Reader) BytesRead() int64 { return f.source.n }

// Next gives the next record, and io.EOF behind the last. Any other error is
// about the file (it ends early, it is damaged) and comes after all records
// before that place; it is an *audit.Error with a sentence, or what r said.
func (f *Reader) Next() (Entry, error) {
	if f.err != nil {
		return Entry{}, f.err
	}
	e, err := f.records.next()
	if err != nil {
		f.err = f.explain(err)
		return Entry{}, f.err
	}
	if e.Err == nil {
		f.read++
	}
	return e, nil
}

// damage is a place where a file cannot be read on.
type damage struct{ reason string }

func (d *damage) Error() string { return d.reason }

// explain makes a sentence of an error.
func (f *Reader) explain(err error) error {
	if _, ok := errors.AsType[*audit.Error](err); ok || err == io.EOF {
		return err
	}
	if f.source.err != nil {
		return f.source.err
	}
	before := fmt.Sprintf("%d entries before it were read", f.read)
	if f.read == 1 {
		before = "1 entry before it was read"
	}
	switch d, own := errors.AsType[*damage](err); {
	case own:
		return audit.Errorf(audit.Invalid, "The file is damaged at %s: %s; %s.", f.place(1), d.reason, before)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &audit.Error{Code: audit.Invalid, Message: fmt.Sprintf("The file ends early at %s; %s.", f.place(0), before), Cause: err}
	}
	return &audit.Error{Code: audit.Invalid, Message: fmt.Sprintf("The file is damaged at %s: %s; %s.", f.place(0), err, before), Cause: err}
}

// place says where reading is, in bytes: how many were read, or with ahead = 1
// the number of the next.
func (f *Reader) place(ahead int64) string {
	switch {
	case f.in == nil:
		return fmt.Sprintf("byte %d", f.source.n)
	case f.packing == "":
		return fmt.Sprintf("byte %d", f.in.offset()+ahead)
	}
	return fmt.Sprintf("byte %d (byte %d of what it unpacks to)", f.source.n, f.in.offset()+ahead)
}

// rejected is an Entry that is no log.
func rejected(line int64, raw []byte, err error) Entry {
	return Entry{Line: line, Err: err, Raw: bounded(raw, int64(len(raw)))}
}

// bounded copies the beginning of a record of size bytes.
func bounded(raw []byte, size int64) []byte {
	out := append([]byte(nil), raw[:min(len(raw), MaxRaw)]...)
	if size > int64(len(out)) {
		out = fmt.Appendf(out, "… of %d bytes", size)
	}
	return out
}

// tooLong is an Entry for a record beyond the limit.
func tooLong(line int64, raw []byte, from, to int64, limit int) Entry {
	return Entry{
		Line: line, Raw: bounded(raw, to-from),
		Err: audit.Errorf(audit.TooLarge, "The record has %d bytes (bytes %d to %d of the text); the limit is %d.", to-from, from+1, to, limit),
	}
}
