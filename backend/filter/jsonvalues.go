package filter

import (
	"net/url"
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// JSONValues calls yield with each value that doc, a body, has at path, until
// yield returns false.
//
// A path is the keys from the top, joined by dots. A key with dots or other
// special characters may stand in quotes, a."b.c".d, but dots in a key are also
// found without: a.b.c finds {"a.b":{"c":1}}. Arrays fan out: items.sku finds
// the sku of every item; a number picks one element, items.0.sku, or names a key
// of an object. Of a key that stands twice in an object the last one counts.
//
// Strings are given without escapes, numbers with their digits, booleans as true
// and false, objects as their JSON text; null has no value. Several documents
// after one another (NDJSON) are all looked at. Of a document that is cut off,
// the values that stand whole before the cut are found. A body that is a form
// (a=1&b=2) has the values of its names; any other has none.
//
// It reads the text once per part of the path, skips what the path does not need
// and holds nothing in memory, however large or deeply nested doc is.
func JSONValues(doc, path string, yield func(Value) bool) {
	var buf [maxPath]string
	parts := buf[:0]
	for rest, more := path, true; more; {
		part, after, goesOn, ok := nextPart(rest)
		if !ok || len(parts) == maxPath {
			return
		}
		parts = append(parts, part)
		rest, more = after, goesOn
	}
	doc = strings.TrimPrefix(doc, "\ufeff")
	w := jsonWalk{s: doc, yield: yield}
	i := w.blank(0)
	if i == len(doc) {
		return
	}
	if doc[i] != '{' && doc[i] != '[' {
		formValues(doc[i:], parts, yield)
		return
	}
	for i >= 0 && i < len(doc) && (doc[i] == '{' || doc[i] == '[') && !w.done {
		if i = w.at(i, parts); i >= 0 {
			i = w.blank(i)
		}
	}
}

// jsonWalk goes through a JSON text. Its methods take the place where something
// begins and give the place behind it, or -1 where the text is cut off or no
// JSON, or when yield has had enough. They recurse along the path, never along
// the text.
type jsonWalk struct {
	s     string
	yield func(Value) bool
	done  bool
}

// blank skips white space.
func (w *jsonWalk) blank(i int) int {
	for i < len(w.s) && (w.s[i] == ' ' || w.s[i] == '\n' || w.s[i] == '\r' || w.s[i] == '\t') {
		i++
	}
	return i
}

// at yields what the value at i has at the path parts; no parts mean the value
// itself.
func (w *jsonWalk) at(i int, parts []string) int {
	arrays := 0 // that are open around i
	for {
		if i = w.blank(i); i == len(w.s) {
			return -1
		}
		c := w.s[i]
		if arrays == 0 && (c == ']' || c == ',') {
			return -1
		}
		switch {
		case c == ',':
			i++
			continue
		case c == ']':
			arrays--
			i++
		case c == '[' && !(len(parts) > 0 && isDigits(parts[0])):
			arrays++
			i++
			continue
		case c == '[':
			i = w.element(i, parts)
		case len(parts) == 0:
			i = w.leaf(i)
		case c == '{':
			i = w.object(i, parts)
		default:
			i = w.skip(i)
		}
		if i < 0 || arrays == 0 {
			return i
		}
	}
}

// element goes on in the one element of the array at i that parts[0] numbers.
func (w *jsonWalk) element(i int, parts []string) int {
	want, at := parts[0], 0
	if len(want) > 9 {
		return w.skip(i)
	}
	number := 0
	for _, c := range []byte(want) {
		number = number*10 + int(c-'0')
	}
	for i++; ; at++ {
		if i = w.blank(i); i == len(w.s) {
			return -1
		}
		if w.s[i] == ']' {
			return i + 1
		}
		if at == number {
			i = w.at(i, parts[1:])
		} else {
			i = w.skip(i)
		}
		if i < 0 {
			return -1
		}
		if i = w.blank(i); i < len(w.s) && w.s[i] == ',' {
			i++
		} else if i == len(w.s) || w.s[i] != ']' {
			return -1
		}
	}
}

// object goes on in the members of the object at i whose key is the first part
// of the path, or its first parts joined by dots.
func (w *jsonWalk) object(i int, parts []string) int {
	var found [maxPath]int // by number of parts less one: where the last such member's value begins
	any := false
	for i++; i >= 0; {
		if i = w.blank(i); i == len(w.s) {
			i = -1
			break
		}
		if w.s[i] == '}' {
			i++
			break
		}
		if w.s[i] == ',' {
			i++
			continue
		}
		key := i
		if i = w.skipString(i); i < 0 {
			break
		}
		n := partsOfKey(w.s[key+1:i-1], parts)
		if i = w.blank(i); i == len(w.s) || w.s[i] != ':' {
			i = -1
			break
		}
		i = w.blank(i + 1)
		if n > 0 {
			found[n-1] = i
			any = true
		}
		i = w.skip(i)
	}
	if any {
		for n := range parts {
			if found[n] > 0 && !w.done {
				w.at(found[n], parts[n+1:])
			}
		}
	}
	if w.done {
		return -1
	}
	return i
}

// partsOfKey gives how many parts of a path a key, as written between its
// quotes, stands for; 0 when it is another key.
func partsOfKey(key string, parts []string) int {
	if strings.IndexByte(key, '\\') >= 0 {
		key = unescape(key)
	}
	return partsOfName(key, parts)
}

func partsOfName(key string, parts []string) int {
	for n, part := range parts {
		if !strings.HasPrefix(key, part) {
			return 0
		}
		if len(key) == len(part) {
			return n + 1
		}
		if key[len(part)] != '.' {
			return 0
		}
		key = key[len(part)+1:]
	}
	return 0
}

// leaf yields the value at i, which is no array.
func (w *jsonWalk) leaf(i int) int {
	end := w.skip(i)
	if end < 0 {
		return -1
	}
	raw := w.s[i:end]
	switch c := raw[0]; {
	case c == '{' || c == 't' || c == 'f':
		w.done = !w.yield(Value{Text: raw})
	case c == '"':
		w.done = !w.yield(Value{Text: unescape(raw[1 : len(raw)-1])})
	case c == 'n':
	default:
		n, _ := parseDecimal(raw)
		w.done = !w.yield(DigitsValue(raw, n))
	}
	if w.done {
		return -1
	}
	return end
}

// skip goes behind the value at i.
func (w *jsonWalk) skip(i int) int {
	if i >= len(w.s) {
		return -1
	}
	switch c := w.s[i]; {
	case c == '"':
		return w.skipString(i)
	case c == '{' || c == '[':
		return w.skipContainer(i)
	case c == '-' || isDigit(c):
		end := i + 1
		for end < len(w.s) && (isDigit(w.s[end]) || strings.IndexByte("+-.eE", w.s[end]) >= 0) {
			end++
		}
		if !isDecimal(w.s[i:end]) {
			return -1
		}
		return end
	}
	for _, word := range []string{"true", "false", "null"} {
		if strings.HasPrefix(w.s[i:], word) {
			return i + len(word)
		}
	}
	return -1
}

// skipString goes behind the string at i.
func (w *jsonWalk) skipString(i int) int {
	if w.s[i] != '"' {
		return -1
	}
	for i++; ; {
		n := strings.IndexByte(w.s[i:], '"')
		if n < 0 {
			return -1
		}
		backslashes := 0
		for backslashes < n && w.s[i+n-1-backslashes] == '\\' {
			backslashes++
		}
		i += n + 1
		if backslashes%2 == 0 {
			return i
		}
	}
}

// skipContainer goes behind the object or array at i.
func (w *jsonWalk) skipContainer(i int) int {
	depth := 0
	for i < len(w.s) {
		switch w.s[i] {
		case '"':
			if i = w.skipString(i); i < 0 {
				return -1
			}
			continue
		case '{', '[':
			depth++
		case '}', ']':
			if depth--; depth == 0 {
				return i + 1
			}
		}
		i++
	}
	return -1
}

// unescape resolves the escapes of a JSON string that stands between quotes.
func unescape(s string) string {
	next := strings.IndexByte(s, '\\')
	if next < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for next >= 0 && next+1 < len(s) {
		b = append(b, s[:next]...)
		c := s[next+1]
		s = s[next+2:]
		switch c {
		case 'n':
			b = append(b, '\n')
		case 't':
			b = append(b, '\t')
		case 'r':
			b = append(b, '\r')
		case 'b':
			b = append(b, '\b')
		case 'f':
			b = append(b, '\f')
		case 'u':
			var r rune
			r, s = unescapeRune(s)
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, c)
		}
		next = strings.IndexByte(s, '\\')
	}
	return string(append(b, s...))
}

// unescapeRune reads what follows \u, a second \u included where the first is
// half of a character.
func unescapeRune(s string) (rune, string) {
	r, ok := hexRune(s)
	if !ok {
		return utf8.RuneError, s
	}
	s = s[4:]
	if utf16.IsSurrogate(r) {
		if second, ok := hexRune(strings.TrimPrefix(s, `\u`)); ok && strings.HasPrefix(s, `\u`) {
			if pair := utf16.DecodeRune(r, second); pair != utf8.RuneError {
				return pair, s[6:]
			}
		}
		return utf8.RuneError, s
	}
	return r, s
}

func hexRune(s string) (r rune, ok bool) {
	if len(s) < 4 {
		return 0, false
	}
	for i := 0; i < 4; i++ {
		digit := strings.IndexByte("0123456789abcdef", s[i]|0x20)
		if isDigit(s[i]) {
			digit = int(s[i] - '0')
		}
		if digit < 0 {
			return 0, false
		}
		r = r<<4 | rune(digit)
	}
	return r, true
}

// formValues yields the values of a name in a form: a=1&b=2.
func formValues(doc string, parts []string, yield func(Value) bool) {
	doc = strings.TrimRight(doc, "\r\n")
	if strings.IndexByte(doc, '=') < 1 || strings.ContainsAny(doc, " \t\r\n<>\"{}") {
		return
	}
	for more := true; more; {
		var pair string
		pair, doc, more = strings.Cut(doc, "&")
		key, written, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(key)
		if err != nil || partsOfName(name, parts) != len(parts) {
			continue
		}
		if text, err := url.QueryUnescape(written); err == nil && !yield(Value{Text: text}) {
			return
		}
	}
}
