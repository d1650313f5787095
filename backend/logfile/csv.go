package logfile

import (
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"projectlogs/backend/audit"
)

// csvFile is a table with a header. It is read as RFC 4180 has it, with any of
// the usual separators and line ends; a quote within an unquoted cell is a quote.
type csvFile struct {
	in        *input
	max       int
	separator byte
	columns   *audit.Columns
	width     int
	guarded   bool // our own preset "all" says that it put ' before formulas
	local     int  // its column time_local, which repeats the time; -1 without it
	line      int64
	row       row
	cells     []string
}

// row is a record under construction.
type row struct {
	text  []byte // of all cells, without quotes
	ends  []int  // of the cells in text, but the last
	cells int    // their number, but the last
	raw   []byte // how it stands in the file, as far as a report shows it
	size  int64
	lines int64 // line ends in it
}

// maxColumns is the most that are told apart.
const maxColumns = 1 << 14

// separators that are tried, the most frequent first.
const separators = ",;\t|"

// newCSVFile reads the header.
func newCSVFile(in *input, limit int) (*csvFile, error) {
	f := &csvFile{in: in, max: limit, line: 1}
	for !bytes.ContainsAny(in.window(), "\r\n") && in.more() {
	}
	start := in.window()
	if rest, ok := bytes.CutPrefix(start, []byte("sep=")); ok && len(rest) > 1 { // Excel's own line
		f.separator = rest[0]
		if _, err := f.read(); err != nil {
			return nil, err
		}
	} else {
		f.separator = separatorOf(start)
	}
	if _, err := f.read(); err != nil {
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return nil, err
	}
	header := make([]string, len(f.cells))
	for i, name := range f.cells {
		if header[i] = strings.TrimSpace(name); name == "" {
			header[i] = fmt.Sprintf("column %d", i+1)
		}
	}
	f.width, f.local = len(header), -1
	if last := header[f.width-1]; last == allGuarded || last == allRaw {
		f.guarded = last == allGuarded
		header = header[:f.width-1]
		f.local = slices.Index(header, timeLocal)
	}
	var err error
	f.columns, err = audit.NewColumns(header)
	return f, err
}

// separatorOf finds the one that gives the header most names that we know, or
// else most columns.
func separatorOf(start []byte) byte {
	best, bestKnown, bestWidth := byte(','), 0, 1
	for i := range len(separators) {
		f := &csvFile{in: &input{buf: start, n: len(start), err: io.EOF}, max: len(start), separator: separators[i]}
		if _, err := f.read(); err != nil {
			continue
		}
		known := audit.KnownNames(f.cells)
		if known > bestKnown || (known == bestKnown && len(f.cells) > bestWidth) {
			best, bestKnown, bestWidth = separators[i], known, len(f.cells)
		}
	}
	return best
}

func (f *csvFile) next() (Entry, error) {
	for {
		from := f.in.offset()
		line, err := f.read()
		switch {
		case err == errOpenQuote:
			return rejectedRow(line, &f.row, audit.Errorf(audit.Invalid, "A cell of the row begins with a quote that never ends.")), nil
		case err != nil:
			return Entry{}, err
		case f.row.size > int64(f.max):
			return tooLong(line, f.row.raw, from, from+f.row.size, f.max), nil
		case len(f.cells) == 1 && f.cells[0] == "":
			continue // a blank line
		case f.row.cells+1 != f.width:
			return rejectedRow(line, &f.row, audit.Errorf(audit.Invalid, "The row has %d cells, the header has %d.", f.row.cells+1, f.width)), nil
		}
		if f.guarded {
			for i, cell := range f.cells {
				f.cells[i] = unguard(cell)
			}
		}
		if f.local >= 0 {
			f.cells[f.local] = ""
		}
		l, err := f.columns.Parse(f.cells[:f.columns.Len()])
		if err != nil {
			return rejectedRow(line, &f.row, err), nil
		}
		return Entry{Log: l, Line: line}, nil
	}
}

func rejectedRow(line int64, r *row, err error) Entry {
	return Entry{Line: line, Err: err, Raw: bounded(r.raw, r.size)}
}

// errOpenQuote is where the file ends within quotes.
var errOpenQuote = audit.Errorf(audit.Invalid, "open quote")

// read reads one row into cells and gives the line where it begins.
func (f *csvFile) read() (line int64, err error) {
	r := &f.row
	*r = row{text: r.text[:0], ends: r.ends[:0], raw: r.raw[:0]}
	f.cells = f.cells[:0]
	if cap(r.text) > 4*windowSize {
		r.text = nil
	}
	line = f.line
	s := csvState{separator: f.separator}
	for {
		w := f.in.window()
		if len(w) == 0 {
			switch {
			case f.in.err != io.EOF:
				return line, f.in.err
			case r.size == 0:
				return line, io.EOF
			case s.quoted && !s.quote:
				return line, errOpenQuote
			}
			break
		}
		n, done := s.scan(w, r, f.max)
		f.in.i += n
		if done {
			if s.carriage { // the LF of CR LF
				if w := f.in.window(); len(w) > 0 && w[0] == '\n' {
					f.in.i++
				}
			}
			break
		}
	}
	f.line += r.lines
	if r.size > int64(f.max) {
		return line, nil
	}
	r.ends = append(r.ends, len(r.text))
	all, from := string(r.text), 0
	for _, end := range r.ends {
		f.cells = append(f.cells, all[from:end])
		from = end
	}
	return line, nil
}

// csvState is where in a row the text is.
type csvState struct {
	separator byte
	started   bool // the cell has begun
	quoted    bool // within quotes, or behind them in the same cell
	quote     bool // the last byte was a quote within quotes
	carriage  bool // the row ended with CR
}

// scan steps over w, into r; done at the end of the row, behind n bytes.
func (s *csvState) scan(w []byte, r *row, limit int) (n int, done bool) {
	for n < len(w) {
		c := w[n]
		n++
		if s.quoted && !s.quote && c != '"' { // the inside of quotes, at once
			end := bytes.IndexByte(w[n:], '"')
			if end < 0 {
				end = len(w) - n
			}
			inside := w[n-1 : n+end]
			n += end
			r.lines += int64(bytes.Count(inside, []byte{'\n'}))
			r.add(inside, limit)
			r.keep(inside)
			continue
		}
		switch {
		case s.quoted && c == '"' && !s.quote:
			s.quote = true
		case s.quoted && c == '"':
			s.quote = false
			r.add(w[n-1:n], limit)
		case c == '"' && !s.started:
			s.started, s.quoted = true, true
		case c == s.separator:
			if r.cells++; r.cells < maxColumns {
				r.ends = append(r.ends, len(r.text))
			}
			s.started, s.quoted, s.quote = false, false, false
		case c == '\n' || c == '\r':
			s.carriage = c == '\r'
			r.lines++
			return n, true
		default: // a run of text, also behind a closing quote
			s.started, s.quoted, s.quote = true, false, false
			from := n - 1
			for n < len(w) && w[n] != s.separator && w[n] != '\n' && w[n] != '\r' {
				n++
			}
			r.add(w[from:n], limit)
			r.keep(w[from:n])
			continue
		}
		r.keep(w[n-1 : n])
	}
	return n, false
}

func (r *row) add(part []byte, limit int) {
	if len(r.text)+len(part) <= limit {
		r.text = append(r.text, part...)
	}
}

func (r *row) keep(part []byte) {
	r.size += int64(len(part))
	if len(r.raw) < MaxRaw {
		r.raw = append(r.raw, part[:min(len(part), MaxRaw-len(r.raw))]...)
	}
}
