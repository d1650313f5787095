package filter

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

const maxPattern = 1000 // bytes of a regular expression

// operandOf checks what the user wrote against the field and the operator.
func operandOf(f *Field, op Op, text string) (Operand, error) {
	switch op {
	case Matches:
		return patternOperand(text)
	case Contains, StartsWith, EndsWith:
		if text == "" {
			return Operand{}, wrong("the text to look for is empty; use %s:* to find records that have any", f.Name)
		}
	case MoreThanAgo, LessThanAgo, MoreThanFuture, LessThanFuture:
		return spanOperand(text)
	case DaysAgo, DaysInFuture:
		return daysOperand(text)
	}
	switch f.Kind {
	case Text:
		if (op == Is || op == StartsWith) && Phrase(text) == nil {
			return Operand{}, wrong("%s has no letters or digits to search for; use %s:*%s* for punctuation", shown(text), f.Name, quote(text))
		}
	case Number:
		return numberOperand(text)
	case Duration:
		return unitOperand(text, "duration", durationUnits)
	case Size:
		return unitOperand(text, "size", sizeUnits)
	case Time:
		return timeOperand(text)
	case Any:
		n, isNumber := parseDecimal(text)
		if ordered(op) && !isNumber {
			return Operand{}, wrong("%s is no number; %s needs one here", shown(text), opTable[op].sign)
		}
		return Operand{Text: text, Number: n, IsNumber: isNumber}, nil
	}
	return Operand{Text: text}, nil
}

// ordered says whether op compares by size.
func ordered(op Op) bool {
	switch op {
	case MoreThan, MoreThanEqual, LessThan, LessThanEqual, Between:
		return true
	}
	return false
}

// patternOperand checks a regular expression and writes it as it stands between
// the slashes of the text form.
func patternOperand(pattern string) (Operand, error) {
	written := writePattern(pattern)
	if written == "" {
		return Operand{}, wrong("the regular expression is empty")
	}
	if len(written) > maxPattern {
		return Operand{}, wrong("the regular expression has %d bytes; at most %d are allowed", len(written), maxPattern)
	}
	if _, err := regexp.Compile(written); err != nil {
		return Operand{}, wrong("%s is no regular expression: %s", shown(pattern), strings.TrimPrefix(err.Error(), "error parsing regexp: "))
	}
	return Operand{Text: written}, nil
}

// writePattern escapes slashes and white space, which would end a pattern in the
// text form. \Q…\E, where a backslash is itself, is spelled out for that.
func writePattern(pattern string) string {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch {
		case c == '\\' && i+1 < len(pattern) && pattern[i+1] == 'Q':
			literal, _, _ := strings.Cut(pattern[i+2:], `\E`)
			b.WriteString(writePattern(regexp.QuoteMeta(literal)))
			i = min(i+2+len(literal)+1, len(pattern)-1)
		case c == '\\' && i+1 < len(pattern):
			b.WriteString(pattern[i : i+2])
			i++
		case c == '/' || isBlank(c):
			b.WriteByte('\\')
			b.WriteByte(c)
		default:
			b.WriteByte(c)
		}
	}
	return b.String()
}

func isBlank(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func numberOperand(text string) (Operand, error) {
	text = strings.TrimPrefix(strings.TrimSpace(text), "+")
	n, ok := parseDecimal(text)
	if !ok {
		if parts := strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' || r == ' ' }); len(parts) > 1 {
			return Operand{}, orWrite("("+strings.Join(parts, " OR ")+")", "%s is no number; several are written (400 OR 404)", shown(text))
		}
		if first, ok := strings.CutSuffix(strings.ToLower(text), "xx"); ok && hundreds(first) != "" {
			return Operand{}, orWrite(hundreds(first), "%s is no number; a range is written %s", shown(text), hundreds(first))
		}
		return Operand{}, wrong("%s is no number", shown(text))
	}
	return Operand{Text: text, Number: n, IsNumber: true}, nil
}

type unit struct {
	name   string
	factor float64
}

// Longer names first: they are tried in this order.
var durationUnits = []unit{
	{"ns", 1e-6},
	{"us", 1e-3},
	{"µs", 1e-3},
	{"ms", 1},
	{"s", 1000},
	{"m", 60_000},
	{"h", 3_600_000},
	{"d", 86_400_000},
	{"", 1},
}

var sizeUnits = []unit{
	{"KiB", 1 << 10}, {"MiB", 1 << 20}, {"GiB", 1 << 30}, {"kB", 1e3}, {"MB", 1e6}, {"GB", 1e9}, {"B", 1}, {"", 1},
}

// unitOperand reads a number with a unit: 250ms, 1.5 s, 10kB. Without a unit it
// counts the first of its kind: milliseconds, bytes.
func unitOperand(text, what string, units []unit) (Operand, error) {
	trimmed := strings.TrimPrefix(strings.TrimSpace(text), "+")
	end := strings.LastIndexAny(trimmed, "0123456789") + 1
	digits, name := trimmed[:end], strings.TrimSpace(trimmed[end:])
	n, ok := parseDecimal(digits)
	for _, u := range units {
		if ok && strings.EqualFold(u.name, name) {
			return Operand{Text: digits + u.name, Number: n * u.factor, IsNumber: true}, nil
		}
	}
	if what == "size" {
		return Operand{}, wrong("%s is no size; write a number with B, kB, MB, GB, KiB, MiB or GiB: 10kB", shown(text))
	}
	return Operand{}, wrong("%s is no duration; write a number with ms, s, m, h or d: 250ms", shown(text))
}

// spanOperand reads the distance of the ago and future operators: 24h, 7d; a
// number alone counts days.
func spanOperand(text string) (Operand, error) {
	trimmed := strings.TrimSpace(text)
	if isDigits(trimmed) {
		trimmed += "d"
	}
	o, err := unitOperand(trimmed, "duration", durationUnits)
	if err != nil || isDecimal(o.Text) {
		return Operand{}, wrong("%s is no distance in time; write a number with s, m, h or d: 24h", shown(text))
	}
	if nanos := o.Number * 1e6; nanos < 0 || nanos > math.MaxInt64/2 {
		return Operand{}, wrong("%s is out of range; at most 50000d can be counted", shown(text))
	}
	return Operand{Text: o.Text, Span: time.Duration(o.Number * 1e6)}, nil
}

// daysOperand reads a whole number of days: 3 or 3d.
func daysOperand(text string) (Operand, error) {
	digits := strings.TrimSuffix(strings.TrimSpace(text), "d")
	n, err := strconv.Atoi(digits)
	if err != nil || !isDigits(digits) {
		return Operand{}, wrong("%s is no number of days; write a whole number: 3d", shown(text))
	}
	if n > 50_000 {
		return Operand{}, wrong("%s is out of range; at most 50000d can be counted", shown(text))
	}
	return Operand{Text: strconv.Itoa(n) + "d", Span: time.Duration(n) * 24 * time.Hour}, nil
}

func isDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}
