package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxPath is how many parts a JSON path may have: each costs one more pass over
// what it goes into.
const maxPath = 64

// nextPart cuts the first part off a path: a."b.c".d gives a, then b.c, then d.
// A part in quotes has \" and \\ in it for a quote and a backslash.
// ok is false where the quotes do not fit.
func nextPart(path string) (part, rest string, more, ok bool) {
	if !strings.HasPrefix(path, `"`) {
		part, rest, more = strings.Cut(path, ".")
		return part, rest, more, true
	}
	end := quoteEnd(path)
	if end < 0 {
		return "", "", false, false
	}
	part = unquote(path[:end])
	rest = path[end:]
	if rest == "" {
		return part, "", false, true
	}
	return part, rest[1:], true, rest[0] == '.'
}

// quoteEnd gives the place after the closing quote of a string that begins with
// a quote, -1 when it is not closed.
func quoteEnd(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '"':
			return i + 1
		case '\\':
			i++
		}
	}
	return -1
}

// unquote takes the quotes off: \" is a quote, \\ a backslash, and any other
// backslash stands for itself.
func unquote(quoted string) string {
	inner := quoted[1 : len(quoted)-1]
	if strings.IndexByte(inner, '\\') < 0 {
		return inner
	}
	var b strings.Builder
	for i := 0; i < len(inner); i++ {
		if inner[i] == '\\' && i+1 < len(inner) && (inner[i+1] == '"' || inner[i+1] == '\\') {
			i++
		}
		b.WriteByte(inner[i])
	}
	return b.String()
}

// quote is the inverse of unquote.
func quote(s string) string {
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(s) + `"`
}

// canonicalArg writes what follows a family's name in the one way that the text
// form can carry: parts with other characters than isPart allows in quotes.
func canonicalArg(arg string) (string, error) {
	if arg == "" {
		return "", wrong("the name after the dot is missing")
	}
	var b strings.Builder
	for n, more := 1, true; more; n++ {
		part, rest, goesOn, ok := nextPart(arg)
		if !ok {
			return "", wrong("the quotes in the name do not fit")
		}
		if n > maxPath {
			return "", wrong("a path has at most %d parts", maxPath)
		}
		if isPart(part) {
			b.WriteString(part)
		} else {
			b.WriteString(quote(part))
		}
		if goesOn {
			b.WriteByte('.')
		}
		arg, more = rest, goesOn
	}
	return b.String(), nil
}

// isPart says whether a part of a name needs no quotes.
func isPart(part string) bool {
	for _, r := range part {
		if r == '.' || endsName(r) || r == '*' || r == utf8.RuneError {
			return false
		}
	}
	return part != ""
}

// endsName says whether a character cannot stand in a field's name.
func endsName(r rune) bool {
	return strings.ContainsRune(`:<>=!()"\`, r) || unicode.IsSpace(r)
}

// isIdentifier says whether a word looks like a field's name, known or not.
func isIdentifier(word string) bool {
	for i, r := range word {
		switch {
		case r == '_' || r == '@' || unicode.IsLetter(r):
		case i > 0 && (r == '.' || r == '-' || unicode.IsDigit(r) || unicode.IsMark(r)):
		default:
			return false
		}
	}
	return word != "" && !strings.HasSuffix(word, "-") && !strings.HasSuffix(word, ".")
}

// PlainName takes the quotes off what follows a family's name, where it is a
// name and no JSON path. Get of a field of kind Any is given it as written.
func PlainName(arg string) string {
	if strings.IndexByte(arg, '"') < 0 {
		return arg
	}
	var parts []string
	for more := true; more; {
		var part string
		var ok bool
		if part, arg, more, ok = nextPart(arg); !ok {
			break
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}
