package rawjson

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"
)

// hex4 reads four hexadecimal digits.
func hex4(s string) (rune, bool) {
	if len(s) < 4 {
		return 0, false
	}
	var r rune
	for i := range 4 {
		c := s[i]
		switch {
		case '0' <= c && c <= '9':
			c -= '0'
		case 'a' <= c && c <= 'f':
			c -= 'a' - 10
		case 'A' <= c && c <= 'F':
			c -= 'A' - 10
		default:
			return 0, false
		}
		r = r<<4 | rune(c)
	}
	return r, true
}

// unescape resolves the escapes of a checked string; the first is at at.
func unescape(s string, at int) string {
	var out strings.Builder
	out.Grow(len(s))
	for {
		out.WriteString(s[:at])
		s = s[at:]
		if s == "" {
			return out.String()
		}
		if s[1] == 'u' {
			r, n := unescapeRune(s)
			if utf16.IsSurrogate(r) { // half of a pair
				out.Write([]byte{0xE0 | byte(r>>12), 0x80 | byte(r>>6)&0xBF, 0x80 | byte(r)&0xBF})
			} else {
				out.WriteRune(r)
			}
			s = s[n:]
		} else {
			out.WriteByte(unescaped[s[1]])
			s = s[2:]
		}
		for at = 0; at < len(s) && s[at] != '\\'; at++ {
		}
	}
}

var unescaped = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescapeRune resolves \uXXXX, or two of them that make a surrogate pair.
func unescapeRune(s string) (r rune, length int) {
	r, _ = hex4(s[2:])
	if utf16.IsSurrogate(r) && len(s) >= 12 && s[6] == '\\' && s[7] == 'u' {
		if low, ok := hex4(s[8:]); ok {
			if pair := utf16.DecodeRune(r, low); pair != utf8.RuneError {
				return pair, 12
			}
		}
	}
	return r, 6
}

const hexDigits = "0123456789abcdef"

// AppendString writes s as a JSON string. A byte that is no UTF-8 is read as
// Latin-1, because JSON cannot hold it as it is (see LatinText).
func AppendString(out []byte, s string) []byte {
	out = append(out, '"')
	from := 0
	for i := 0; i < len(s); {
		c := s[i]
		if c < utf8.RuneSelf {
			if c >= ' ' && c != '"' && c != '\\' {
				i++
				continue
			}
			out = append(out, s[from:i]...)
			out = appendEscape(out, c)
			i++
			from = i
			continue
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		if size == 1 {
			out = append(out, s[from:i]...)
			out = utf8.AppendRune(out, rune(c))
			from = i + 1
		}
		i += size
	}
	out = append(out, s[from:]...)
	return append(out, '"')
}

func appendEscape(out []byte, c byte) []byte {
	switch c {
	case '"', '\\':
		return append(out, '\\', c)
	case '\n':
		return append(out, `\n`...)
	case '\r':
		return append(out, `\r`...)
	case '\t':
		return append(out, `\t`...)
	}
	return append(out, '\\', 'u', '0', '0', hexDigits[c>>4], hexDigits[c&15])
}

// AppendCompact writes a value without the space between its parts, and with
// what Parse lets pass beyond RFC 8259 set right: control characters in strings
// are escaped and bytes that are no UTF-8 are read as Latin-1. Digits, escapes
// and the order of members stay.
func AppendCompact(out []byte, v Value) []byte {
	quoted := false
	for i := 0; i < len(v); i++ {
		c := v[i]
		switch {
		case !quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r'):
		case c == '"':
			quoted = !quoted
			out = append(out, c)
		case c == '\\': // only in strings
			out = append(out, c, v[i+1])
			i++
		case c < ' ':
			out = appendEscape(out, c)
		case c >= utf8.RuneSelf:
			_, size := utf8.DecodeRuneInString(string(v[i:min(len(v), i+utf8.UTFMax)]))
			if size == 1 {
				out = utf8.AppendRune(out, rune(c))
			} else {
				out = append(out, v[i:i+size]...)
				i += size - 1
			}
		default:
			out = append(out, c)
		}
	}
	return out
}

// LatinText gives s as valid UTF-8: a byte that is none is read as Latin-1,
// which is what such bytes mostly are, and at least can be told apart.
func LatinText(s string) string {
	if utf8.ValidString(s) {
		return s
	}
	out := make([]byte, 0, len(s)+len(s)/8)
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		if size == 1 {
			r = rune(s[i])
		}
		out = utf8.AppendRune(out, r)
		i += size
	}
	return string(out)
}
