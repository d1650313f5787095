package logfile

import (
	"encoding/base64"
	"io"
	"math"
	"strconv"
	"time"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// csvWriter writes RFC 4180: a header, CR LF, the same number of cells in each
// row. A cell is quoted where it holds any separator, a quote, a line end, or
// space at an end: any separator, because a spreadsheet may use another one than
// the file, and the rest of the cell would begin a new one there.
type csvWriter struct {
	sink
	columns   []column
	separator byte
	guard     bool
	all       bool
	zone      *time.Location // of time_local, nil without it
	scratch   []byte

	// What the field of a column has in a log; take gathers it.
	take   func(filter.Value) bool
	values []filter.Value
}

func newCSVWriter(out io.Writer, o WriterOptions) (Writer, error) {
	w := &csvWriter{sink: sink{w: out}, separator: ',', guard: !o.Raw}
	if o.Separator == `\t` || o.Separator == "tab" {
		o.Separator = "\t"
	}
	if o.Separator != "" {
		if len(o.Separator) != 1 || !isSeparator[o.Separator[0]] {
			return nil, audit.Errorf(audit.Invalid, "%q cannot separate the cells of a CSV; a comma, a semicolon, a tab or | can.", o.Separator)
		}
		w.separator = o.Separator[0]
	}
	var err error
	if w.zone, err = zoneOf(o.TZ); err != nil {
		return nil, err
	}
	if w.columns, w.all, err = columnsOf(o); err != nil {
		return nil, err
	}
	w.take = func(v filter.Value) bool {
		w.values = append(w.values, v)
		return true
	}
	if o.BOM {
		w.buf = append(w.buf, "\ufeff"...)
	}
	w.header()
	return w, nil
}

// zoneOf is the zone of a name; nil for UTC, which every time has.
func zoneOf(name string) (*time.Location, error) {
	if name == "" || name == "UTC" {
		return nil, nil
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, &audit.Error{Code: audit.Invalid, Message: "There is no time zone " + shown(name) + "; a name like Europe/Warsaw is needed.", Cause: err}
	}
	return zone, nil
}

// timeLocal is the column of the time in another zone.
const timeLocal = "time_local"

func (w *csvWriter) header() {
	for i := range w.columns {
		if i > 0 {
			w.buf = append(w.buf, w.separator)
		}
		w.text(w.columns[i].header)
		if w.zone != nil && w.columns[i].isTime {
			w.buf = append(w.buf, w.separator)
			w.buf = append(w.buf, timeLocal...)
		}
	}
	if w.all {
		w.buf = append(w.buf, w.separator)
		w.buf = append(w.buf, [...]string{allRaw, allGuarded}[b2i(w.guard)]...)
	}
	w.buf = append(w.buf, "\r\n"...)
}

func b2i(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (w *csvWriter) Write(l *audit.Log) error {
	for i := range w.columns {
		c := &w.columns[i]
		if i > 0 {
			w.buf = append(w.buf, w.separator)
		}
		if c.write == nil {
			w.fieldOf(c, l)
			continue
		}
		c.write(w, l)
		if w.zone != nil && c.isTime {
			w.buf = append(w.buf, w.separator)
			w.buf = appendTime(w.buf, l.Time.In(w.zone), "Z07:00")
		}
	}
	if w.all {
		w.buf = append(w.buf, w.separator)
	}
	w.buf = append(w.buf, "\r\n"...)
	return w.drain(false)
}

// Close writes the header even where there was no log.
func (w *csvWriter) Close() error { return w.drain(true) }

// fieldOf writes a field as a filter sees it.
func (w *csvWriter) fieldOf(c *column, l *audit.Log) {
	w.values = w.values[:0]
	if c.field.Get != nil {
		c.field.Get(l, c.arg, w.take)
	} else {
		c.field.Values(l, c.arg, w.take)
	}
	switch {
	case len(w.values) == 0:
	case len(w.values) > 1:
		w.several(c, w.values)
	case w.values[0].IsNumber && w.values[0].Text == "":
		w.buf = appendNumber(w.buf, w.values[0].Number)
	case c.field.Kind == filter.Text && !utf8.ValidString(w.values[0].Text):
		w.buf = base64.StdEncoding.AppendEncode(w.buf, []byte(w.values[0].Text))
	default:
		w.text(w.values[0].Text)
	}
}

func appendNumber(b []byte, n float64) []byte {
	if n == math.Trunc(n) && math.Abs(n) < 1<<53 {
		return strconv.AppendInt(b, int64(n), 10)
	}
	return strconv.AppendFloat(b, n, 'f', -1, 64)
}

func (w *csvWriter) count(n int64) {
	if n != 0 {
		w.buf = strconv.AppendInt(w.buf, n, 10)
	}
}

func (w *csvWriter) time(t time.Time) { w.buf = appendTime(w.buf, t.UTC(), "Z") }

// appendTime writes milliseconds, and what is finer where there is something.
func appendTime(b []byte, t time.Time, zone string) []byte {
	layout := "2006-01-02T15:04:05.000"
	switch ns := t.Nanosecond(); {
	case ns%1_000_000 == 0:
	case ns%1000 == 0:
		layout = "2006-01-02T15:04:05.000000"
	default:
		layout = "2006-01-02T15:04:05.000000000"
	}
	b = t.AppendFormat(b, layout)
	if zone == "Z" {
		return append(b, 'Z')
	}
	return t.AppendFormat(b, zone)
}

// lists writes headers or parameters as a JSON object.
func (w *csvWriter) lists(m map[string][]string) {
	if len(m) > 0 {
		w.scratch = appendLists(w.scratch[:0], m)
		w.text(string(w.scratch))
	}
}

// encoding says what fieldOf makes of a body.
func (w *csvWriter) encoding(body string) {
	if !utf8.ValidString(body) {
		w.buf = append(w.buf, "base64"...)
	}
}

var (
	isSeparator = [256]bool{',': true, ';': true, '\t': true, '|': true}
	needsQuotes = [256]bool{',': true, ';': true, '\t': true, '|': true, '"': true, '\r': true, '\n': true}
)

// text writes a cell of text, guarded.
func (w *csvWriter) text(s string) {
	if s == "" {
		return
	}
	guard := w.guard && needsGuard(s)
	quote := guard || s[0] == ' ' || s[len(s)-1] == ' '
	for i := 0; i < len(s) && !quote; i++ {
		quote = needsQuotes[s[i]]
	}
	if !quote {
		w.buf = append(w.buf, s...)
		return
	}
	w.buf = append(w.buf, '"')
	if guard {
		w.buf = append(w.buf, '\'')
	}
	from := 0
	for i := 0; i < len(s); i++ {
		if s[i] == '"' {
			w.buf = append(w.buf, s[from:i+1]...)
			from = i
		}
	}
	w.buf = append(w.buf, s[from:]...)
	w.buf = append(w.buf, '"')
}
