// Package rawjson reads JSON text without changing it.
//
// encoding/json replaces invalid UTF-8, rounds numbers, loses the order of
// members and follows brackets as deep as its stack goes. Logs must keep what
// they were: here a Value is the text of one JSON value as it stands in the
// input, and is taken apart only where somebody asks. Parse checks the whole
// text once, without recursion and down to a given depth; everything else
// relies on that.
//
// It is JSON as RFC 8259 has it with one leniency: control characters may stand
// in strings as they are, as some writers leave them.
package rawjson

import (
	"fmt"
	"iter"
	"strings"
)

// Value is the text of one JSON value, without space around it. "" is none.
type Value string

// Kind says what a Value is.
type Kind byte

// The kinds of values.
const (
	None Kind = iota
	Null
	Bool
	Number
	String
	Object
	Array
)

// Error is why a text is not JSON.
type Error struct {
	Offset int    // of the byte in the text, from 0
	Reason string // "a value is missing"
}

func (e *Error) Error() string { return fmt.Sprintf("%s at byte %d", e.Reason, e.Offset+1) }

// Parse checks that text is one JSON value, with nothing but space around it
// and no deeper than depth levels of objects and arrays. The error is an *Error.
func Parse(text string, depth int) (Value, error) {
	p := parser{s: text, limit: depth}
	p.space()
	start := p.i
	if err := p.value(depth); err != nil {
		return "", err
	}
	end := p.i
	p.space()
	if p.i < len(text) {
		return "", p.fail(moreText)
	}
	return Value(text[start:end]), nil
}

// Kind looks at the first byte.
func (v Value) Kind() Kind {
	if v == "" {
		return None
	}
	switch v[0] {
	case '{':
		return Object
	case '[':
		return Array
	case '"':
		return String
	case 't', 'f':
		return Bool
	case 'n':
		return Null
	}
	return Number
}

// Members are the names and values of an Object, in order, doubles too; none
// for other kinds. Names are unquoted.
func (v Value) Members() iter.Seq2[string, Value] {
	return func(yield func(string, Value) bool) {
		if v.Kind() != Object {
			return
		}
		p := parser{s: string(v), i: 1}
		for {
			p.space()
			if p.s[p.i] == '}' {
				return
			}
			if p.s[p.i] == ',' {
				p.i++
				p.space()
			}
			name := p.skip()
			p.space()
			p.i++ // the colon
			p.space()
			if !yield(name.Text(), p.skip()) {
				return
			}
		}
	}
}

// Elements are the values of an Array, in order; none for other kinds.
func (v Value) Elements() iter.Seq[Value] {
	return func(yield func(Value) bool) {
		if v.Kind() != Array {
			return
		}
		p := parser{s: string(v), i: 1}
		for {
			p.space()
			if p.s[p.i] == ']' {
				return
			}
			if p.s[p.i] == ',' {
				p.i++
				p.space()
			}
			if !yield(p.skip()) {
				return
			}
		}
	}
}

// Get is the member of an Object; of several with the same name the last. None
// where there is none.
func (v Value) Get(name string) Value {
	var found Value
	for n, member := range v.Members() {
		if n == name {
			found = member
		}
	}
	return found
}

// Text is a String without its quotes and escapes, and the text of any other
// value as it stands. Bytes that are no UTF-8 stay; half a surrogate pair
// becomes the three bytes that UTF-8 would have for it (WTF-8), so nothing is lost.
func (v Value) Text() string {
	if v.Kind() != String {
		return string(v)
	}
	s := string(v[1 : len(v)-1])
	if at := strings.IndexByte(s, '\\'); at >= 0 {
		return unescape(s, at)
	}
	return s
}

// Reasons that are given in more than one place.
const (
	moreText = "there is more text after the end of the value"
	endsOpen = "the text ends in the middle of an object or array"
)

// parser walks over a text.
type parser struct {
	s     string
	i     int
	limit int // levels that may be open, for the sentence
}

func (p *parser) fail(reason string) error { return &Error{Offset: p.i, Reason: reason} }

func (p *parser) tooDeep() error {
	return p.fail(fmt.Sprintf("the JSON is nested deeper than %d levels", p.limit))
}

func (p *parser) missing(closing byte) error {
	return p.fail(fmt.Sprintf("a comma or %q is missing", closing))
}

func (p *parser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\n', '\t', '\r':
			p.i++
		default:
			return
		}
	}
}

// value checks one value. levels holds what is open, so depth costs no stack.
func (p *parser) value(depth int) error {
	var room [64]byte
	levels := room[:0]
	for {
		// One value, or the beginning of an object or array.
		if p.i >= len(p.s) {
			return p.fail("the text ends where a value is expected")
		}
		switch c := p.s[p.i]; c {
		case '{', '[':
			if len(levels) == depth {
				return p.tooDeep()
			}
			p.i++
			p.space()
			if p.i < len(p.s) && p.s[p.i] == c+2 {
				p.i++
				break
			}
			levels = append(levels, c+2)
			if c == '{' {
				if _, err := p.name(); err != nil {
					return err
				}
			}
			continue
		case '"':
			if err := p.string(); err != nil {
				return err
			}
		default:
			if err := p.scalar(); err != nil {
				return err
			}
		}
		// What follows a value: the next one, or the ends of what is open.
		for {
			if len(levels) == 0 {
				return nil
			}
			p.space()
			if p.i >= len(p.s) {
				return p.fail(endsOpen)
			}
			closing := levels[len(levels)-1]
			if p.s[p.i] == closing {
				p.i++
				levels = levels[:len(levels)-1]
				continue
			}
			if p.s[p.i] != ',' {
				return p.missing(closing)
			}
			p.i++
			p.space()
			if closing == '}' {
				if _, err := p.name(); err != nil {
					return err
				}
			}
			break
		}
	}
}

// name checks a member's name, its colon and the space around it; end is where
// its quotes end.
func (p *parser) name() (end int, err error) {
	if p.i >= len(p.s) {
		return 0, p.fail(endsOpen)
	}
	if p.s[p.i] != '"' {
		return 0, p.fail("a name in double quotes is missing")
	}
	if err := p.string(); err != nil {
		return 0, err
	}
	end = p.i
	p.space()
	if p.i >= len(p.s) || p.s[p.i] != ':' {
		return 0, p.fail("a colon is missing")
	}
	p.i++
	p.space()
	return end, nil
}

// shortRun is how far a string is looked through byte by byte: behind that, a
// search is quicker.
const shortRun = 32

// string checks a string; p stands on its opening quote.
func (p *parser) string() error {
	open := p.i
	i, s := p.i+1, p.s
	for {
		for run := min(len(s), i+shortRun); i < run; i++ {
			if s[i] == '"' {
				p.i = i + 1
				return nil
			}
			if s[i] == '\\' {
				n := escapeLength(s[i:])
				if n == 0 {
					p.i = i
					return p.fail("there is no such escape")
				}
				i += n - 1
			}
		}
		if i >= len(s) {
			return p.fail("a string does not end: the string that begins")
		}
		end := strings.IndexByte(s[i:], '"')
		if end < 0 {
			p.i = open
			return p.fail("a string does not end: the string that begins")
		}
		if back := strings.IndexByte(s[i:i+end], '\\'); back >= 0 {
			end = back
		}
		i += end
	}
}

// escapeLength is the length of the escape that s begins with, 0 for none.
func escapeLength(s string) int {
	if len(s) < 2 {
		return 0
	}
	switch s[1] {
	case '"', '\\', '/', 'b', 'f', 'n', 'r', 't':
		return 2
	case 'u':
		if _, ok := hex4(s[2:]); ok {
			return 6
		}
	}
	return 0
}

// scalar checks a number, true, false or null.
func (p *parser) scalar() error {
	for _, word := range [...]string{"true", "false", "null"} {
		if p.s[p.i] == word[0] && strings.HasPrefix(p.s[p.i:], word) {
			p.i += len(word)
			return nil
		}
	}
	n := numberLength(p.s[p.i:])
	if n == 0 {
		return p.fail(fmt.Sprintf("%q begins no value", p.s[p.i]))
	}
	p.i += n
	return nil
}

// numberLength is the length of the number that s begins with, 0 for none.
func numberLength(s string) int {
	i := 0
	digits := func() bool {
		from := i
		for i < len(s) && '0' <= s[i] && s[i] <= '9' {
			i++
		}
		return i > from
	}
	if i < len(s) && s[i] == '-' {
		i++
	}
	if i < len(s) && s[i] == '0' {
		i++
	} else if !digits() {
		return 0
	}
	if i < len(s) && s[i] == '.' {
		i++
		if !digits() {
			return 0
		}
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		if !digits() {
			return 0
		}
	}
	return i
}

// skip steps over one value that Parse has checked, and gives it.
func (p *parser) skip() Value {
	start := p.i
	switch p.s[p.i] {
	case '"':
		p.skipString()
	case '{', '[':
		depth := 0
		for {
			switch p.s[p.i] {
			case '"':
				p.skipString()
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			p.i++
			if depth == 0 {
				return Value(p.s[start:p.i])
			}
		}
	default:
		for p.i < len(p.s) && !strings.ContainsRune(" \t\r\n,]}", rune(p.s[p.i])) {
			p.i++
		}
	}
	return Value(p.s[start:p.i])
}

func (p *parser) skipString() {
	p.i++
	for {
		end := p.i + strings.IndexByte(p.s[p.i:], '"')
		slashes := 0
		for p.s[end-1-slashes] == '\\' {
			slashes++
		}
		p.i = end + 1
		if slashes%2 == 0 {
			return
		}
	}
}
