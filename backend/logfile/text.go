package logfile

import (
	"bufio"
	"bytes"
	"io"

	"golang.org/x/text/encoding/unicode"
)

// counter counts what is read of a file, and keeps the error that reading gave.
type counter struct {
	r   io.Reader
	n   int64
	err error
}

func (c *counter) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	if err != nil && err != io.EOF {
		c.err = err
	}
	return n, err
}

// input is a text with a window on it: buf[i:n] is read and not consumed.
type input struct {
	r    io.Reader
	buf  []byte
	i, n int
	base int64 // bytes of the text before buf
	err  error // what reading said, once
}

// windowSize is the buffer, and how far a file is looked at to recognise it.
const windowSize = 512 << 10

// newInput reads a text: UTF-16 becomes UTF-8, a byte order mark goes.
func newInput(r io.Reader) (*input, error) {
	b := bufio.NewReader(r) // large reads go past its buffer
	start, err := b.Peek(4)
	if err != nil && err != io.EOF && len(start) == 0 {
		return nil, err
	}
	var text io.Reader = b
	switch {
	case bytes.HasPrefix(start, []byte("\xef\xbb\xbf")):
		_, _ = b.Discard(3) // they are in the buffer
	case bytes.HasPrefix(start, []byte("\xff\xfe")), wide(start, 1):
		text = unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewDecoder().Reader(b)
	case bytes.HasPrefix(start, []byte("\xfe\xff")), wide(start, 0):
		text = unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewDecoder().Reader(b)
	}
	return &input{r: text, buf: make([]byte, windowSize)}, nil
}

// wide says whether a text begins like UTF-16 without a mark: every other byte
// is zero.
func wide(start []byte, zero int) bool {
	return len(start) == 4 && start[zero] == 0 && start[zero+2] == 0 && start[1-zero] >= '\t' && start[3-zero] >= '\t'
}

// offset is the place in the text, in bytes.
func (in *input) offset() int64 { return in.base + int64(in.i) }

// more reads on, behind what is in the window; false when the window is full,
// or with err set when there is no more.
func (in *input) more() bool {
	if in.i == in.n {
		in.base += int64(in.n)
		in.i, in.n = 0, 0
	} else if in.n == len(in.buf) && in.i > 0 {
		copy(in.buf, in.buf[in.i:in.n])
		in.base += int64(in.i)
		in.i, in.n = 0, in.n-in.i
	}
	for tries := 0; in.err == nil && in.n < len(in.buf); tries++ {
		n, err := in.r.Read(in.buf[in.n:])
		in.n += n
		in.err = err
		if n > 0 {
			return true
		}
		if tries == 100 {
			in.err = io.ErrNoProgress
		}
	}
	return false
}

// window is what is read and not consumed; it is empty only at the end, with
// err set.
func (in *input) window() []byte {
	if in.i == in.n {
		in.more()
	}
	return in.buf[in.i:in.n]
}

// lines gives the lines of a text.
type lines struct {
	in     *input
	max    int
	end    byte // '\n', or '\r' in texts of old Macs
	number int64
	long   []byte // a line that does not stand in one window
}

func newLines(in *input, limit int) *lines {
	l := &lines{in: in, max: limit, end: '\n'}
	for bytes.IndexByte(in.window(), '\n') < 0 && in.more() {
	}
	if w := in.window(); bytes.IndexByte(w, '\n') < 0 && bytes.IndexByte(w, '\r') >= 0 {
		l.end = '\r'
	}
	return l
}

// next gives the next line without its end. It is valid until the next call. A
// line over the limit is given as far as MaxRaw, with its true size. A line that
// the text stops in, other than by its end, is not given.
func (l *lines) next() (line []byte, size int64, err error) {
	l.long = l.long[:0]
	for {
		w := l.in.window()
		if len(w) == 0 {
			if l.in.err == io.EOF && size > 0 {
				l.number++
				return trimCR(l.long), size, nil
			}
			return nil, 0, l.in.err
		}
		end := bytes.IndexByte(w, l.end)
		if end >= 0 && size == 0 && end <= l.max {
			l.in.i += end + 1
			l.number++
			return trimCR(w[:end]), int64(end), nil
		}
		part := w
		if end >= 0 {
			part = w[:end]
		}
		l.keep(part, size)
		size += int64(len(part))
		l.in.i += len(part)
		if end >= 0 {
			l.in.i++
			l.number++
			return trimCR(l.long), size, nil
		}
	}
}

// keep adds a part to the long line, as far as the limit; beyond it only the
// beginning is needed, for the report.
func (l *lines) keep(part []byte, before int64) {
	if before+int64(len(part)) <= int64(l.max) {
		l.long = append(l.long, part...)
		return
	}
	if len(l.long) < MaxRaw {
		l.long = append(l.long, part[:min(len(part), MaxRaw-len(l.long))]...)
	}
	if cap(l.long) > 4*windowSize { // a line of this size is rare: give it back
		l.long = append([]byte(nil), l.long[:min(len(l.long), MaxRaw)]...)
	}
}

func trimCR(line []byte) []byte { return bytes.TrimSuffix(line, []byte("\r")) }
