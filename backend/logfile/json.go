package logfile

import (
	"bytes"
	"fmt"
	"io"
	"strings"
)

// jsonFile is JSON that is not one object a line: an array of records, several
// values one after the other, or an object that wraps an array of records. It is
// cut into records as it comes, so its size does not matter.
type jsonFile struct {
	in      *input
	max     int
	wrapper string // the name of the array in an outer object, "" for none
	state   jsonState
	number  int64
	piece   piece
}

type jsonState uint8

const (
	outside   jsonState = iota // between values
	inWrapper                  // in the object around the array
	inArray
)

func (f *jsonFile) next() (Entry, error) {
	for {
		c, err := f.in.token(f.state == outside)
		if err != nil {
			return Entry{}, err
		}
		switch {
		case f.state == outside && c == '[':
			f.in.i++
			f.state = inArray
		case f.state == outside && c == '{' && f.wrapper != "":
			f.in.i++
			f.state = inWrapper
		case f.state == inWrapper:
			if err := f.member(); err != nil {
				return Entry{}, err
			}
		case c == ',' && f.state == inArray:
			f.in.i++
		case c == ']' && f.state == inArray:
			f.in.i++
			f.state = outside
			if f.wrapper != "" {
				f.state = inWrapper
			}
		case strings.IndexByte(",:]}", c) >= 0:
			return Entry{}, &damage{fmt.Sprintf("%q stands where a record is expected", c)}
		default:
			f.number++
			return f.in.element(&f.piece, f.max, f.number, f.state == outside, record)
		}
	}
}

// member reads one of the outer object: the array is opened, others are skipped.
func (f *jsonFile) member() error {
	name, ok, err := f.in.member(&f.piece)
	if err != nil || !ok {
		f.state = outside
		return err
	}
	c, err := f.in.token(false)
	if err == nil && name == f.wrapper && c == '[' {
		f.in.i++
		f.state = inArray
		return nil
	}
	return f.in.value(&f.piece, 0)
}

// token steps over space and looks at the next byte. Where the text may end
// there, its end is io.EOF, else io.ErrUnexpectedEOF.
func (in *input) token(mayEnd bool) (byte, error) {
	for {
		w := in.window()
		if len(w) == 0 {
			if in.err == io.EOF && !mayEnd {
				return 0, io.ErrUnexpectedEOF
			}
			return 0, in.err
		}
		for i, c := range w {
			if c != ' ' && c != '\n' && c != '\r' && c != '\t' && c != 0x1e {
				in.i += i
				return c, nil
			}
		}
		in.i = in.n
	}
}

// member reads a member's name and colon; ok is false at the end of the object.
func (in *input) member(p *piece) (name string, ok bool, err error) {
	for {
		c, err := in.token(false)
		switch {
		case err != nil:
			return "", false, err
		case c == ',':
			in.i++
			continue
		case c == '}':
			in.i++
			return "", false, nil
		case c != '"':
			return "", false, &damage{fmt.Sprintf("%q stands where a name in quotes is expected", c)}
		}
		if err := in.cut(p, maxName); err != nil {
			return "", false, err
		}
		if c, err = in.token(false); err != nil {
			return "", false, err
		} else if c != ':' {
			return "", false, &damage{fmt.Sprintf("%q stands where a colon is expected", c)}
		}
		in.i++
		return strings.Trim(string(p.text), `"`), true, nil
	}
}

// value cuts a member's value off.
func (in *input) value(p *piece, limit int) error {
	c, err := in.token(false)
	if err == nil && strings.IndexByte(",:]}", c) >= 0 {
		err = &damage{fmt.Sprintf("%q stands where a value is expected", c)}
	}
	if err != nil {
		return err
	}
	return in.cut(p, limit)
}

// element cuts one record off and reads it. A number may be all that is left of
// the text where nothing is open around it.
func (in *input) element(p *piece, limit int, number int64, outermost bool, read func([]byte, int64) Entry) (Entry, error) {
	if err := in.cut(p, limit); err != nil && (err != io.ErrUnexpectedEOF || !outermost || !p.scalar) {
		return Entry{}, err
	}
	if p.size > int64(limit) {
		to := in.offset()
		return tooLong(number, p.text, to-p.size, to, limit), nil
	}
	return read(p.text, number), nil
}

// maxName is the most that is kept of a member's name.
const maxName = 1 << 10

// piece is a value cut out of a text.
type piece struct {
	text []byte // as far as it was wanted
	size int64  // of all of it
	// scalar says, where the text ended, that the value was a number or word and
	// may have been whole.
	scalar bool
}

// cut takes one value off the text, however deep and long, by its quotes and
// brackets alone; whether it is JSON is found out when it is read. Of a value
// longer than limit the beginning is kept, at least as much as a report shows.
func (in *input) cut(p *piece, limit int) error {
	p.text, p.size = p.text[:0], 0
	if cap(p.text) > 4*windowSize {
		p.text = nil
	}
	var s shape
	for {
		w := in.window()
		if len(w) == 0 {
			p.scalar = s.scalar
			if in.err == io.EOF {
				return io.ErrUnexpectedEOF
			}
			return in.err
		}
		n, done := s.scan(w)
		keep := n
		if p.size+int64(n) > int64(limit) {
			keep = min(n, max(0, min(limit, MaxRaw)-len(p.text)))
		}
		p.text = append(p.text, w[:keep]...)
		p.size += int64(n)
		in.i += n
		if done {
			return nil
		}
	}
}

// shape follows the quotes and brackets of a value.
type shape struct {
	depth  int
	quoted bool
	escape bool // the next byte is escaped
	scalar bool // a number or word, at depth 0
}

// scan steps over w; done when the value ends behind n bytes.
func (s *shape) scan(w []byte) (n int, done bool) {
	for n < len(w) {
		if s.quoted {
			if n = s.scanQuoted(w, n); !s.quoted && s.depth == 0 {
				return n, true
			}
			continue
		}
		c := w[n]
		if s.scalar {
			if c <= ' ' || c == ',' || c == ']' || c == '}' || c == ':' {
				return n, true
			}
			n++
			continue
		}
		n++
		switch c {
		case '"':
			s.quoted = true
		case '{', '[':
			s.depth++
		case '}', ']':
			if s.depth--; s.depth <= 0 {
				return n, true
			}
		default:
			s.scalar = s.depth == 0
		}
	}
	return n, false
}

// scanQuoted steps over the inside of a string, behind its closing quote if it
// is in w.
func (s *shape) scanQuoted(w []byte, n int) int {
	for n < len(w) {
		if s.escape {
			s.escape = false
			n++
			continue
		}
		end := bytes.IndexByte(w[n:], '"')
		if end < 0 {
			end = len(w) - n
		}
		if back := bytes.IndexByte(w[n:n+end], '\\'); back >= 0 {
			n += back + 1
			s.escape = true
			continue
		}
		if n += end; n < len(w) {
			s.quoted = false
			return n + 1
		}
	}
	return n
}
