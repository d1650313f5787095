package redact

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// unescape decodes the escapes of JSON strings, leniently: what is none stays.
func unescape(s string) string {
	at := strings.IndexByte(s, '\\')
	if at < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		i++
		switch c := s[i]; c {
		case 'n':
			out = append(out, '\n')
		case 'r':
			out = append(out, '\r')
		case 't':
			out = append(out, '\t')
		case '"', '\\', '/':
			out = append(out, c)
		case 'u':
			if i+4 < len(s) {
				if n, err := strconv.ParseUint(s[i+1:i+5], 16, 16); err == nil {
					out = utf8.AppendRune(out, rune(n))
					i += 4
					continue
				}
			}
			out = append(out, '\\', c)
		default:
			out = append(out, '\\', c)
		}
	}
	return string(out)
}

// depth says in which JSON within JSON a quote stands that has this many
// backslashes before it: 0 for the outermost. A quote within a string has one
// backslash, one within a string within a string has three, and a backslash
// itself is doubled each time.
func depth(backslashes int) (d int) {
	for ; backslashes&1 == 1; backslashes >>= 1 {
		d++
	}
	return d
}

// backslashesBefore counts those right before s[i].
func backslashesBefore(s string, i int) (n int) {
	for i-n > 0 && s[i-n-1] == '\\' {
		n++
	}
	return n
}
