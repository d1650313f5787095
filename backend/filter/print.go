package filter

import (
	"strings"
	"unicode"
)

// TextOf writes e as a person would, in the one canonical way: Parse reads it
// back, and gives the same text again.
func TextOf(e Expr) string {
	var b strings.Builder
	printExpr(&b, Canonical(e), 0)
	return b.String()
}

// How tightly the place holds that an expression is printed in: an Or needs
// parentheses within an And, anything but a condition within a Not.
const (
	inOr = iota
	inAnd
	inNot
)

func printExpr(b *strings.Builder, e Expr, place int) {
	switch e := e.(type) {
	case And:
		if len(e) == 0 {
			return
		}
		printMembers(b, e, " ", inAnd, place >= inNot)
	case Or:
		if len(e) == 0 {
			b.WriteString("-*")
			return
		}
		printMembers(b, e, " OR ", inOr, place >= inAnd)
	case Not:
		b.WriteByte('-')
		printExpr(b, e.X, inNot)
	case Cond:
		printCond(b, e)
	}
}

func printMembers(b *strings.Builder, members []Expr, between string, place int, parentheses bool) {
	if parentheses {
		b.WriteByte('(')
	}
	for i, m := range members {
		if i > 0 {
			b.WriteString(between)
		}
		printExpr(b, m, place)
	}
	if parentheses {
		b.WriteByte(')')
	}
}

func printCond(b *strings.Builder, c Cond) {
	bare := c.Field.Bare && (c.Op == Is && len(c.Values) == 1 || c.Op == StartsWith || c.Op == Contains || c.Op == EndsWith)
	if !bare {
		b.WriteString(c.Name())
	}
	switch c.Op {
	case HasValue:
		b.WriteString(":*")
		return
	case Matches:
		b.WriteString(":/" + c.Values[0].Text + "/")
		return
	case Between:
		b.WriteString(":" + c.Values[0].Text + ".." + c.Values[1].Text)
		return
	}
	first := printOperand(c.Field.Kind, c.Values[0].Text, bare)
	switch c.Op {
	case Contains:
		first = "*" + first + "*"
	case StartsWith:
		first += "*"
	case EndsWith:
		first = "*" + first
	case Is:
		if len(c.Values) > 1 {
			first = printList(c)
		}
	default:
		b.WriteString(comparisonSigns[c.Op] + first)
		return
	}
	if !bare {
		b.WriteByte(':')
	}
	b.WriteString(first)
}

// comparisonSigns stand between the name and the operand.
var comparisonSigns = map[Op]string{
	MoreThan: ">", MoreThanEqual: ">=", LessThan: "<", LessThanEqual: "<=",
	After: ">", Before: "<",
	MoreThanAgo: "<-", LessThanAgo: ">-", DaysAgo: ":-",
	MoreThanFuture: ">+", LessThanFuture: "<+", DaysInFuture: ":+",
}

func printList(c Cond) string {
	var words []string
	for _, o := range c.Values {
		words = append(words, printOperand(c.Field.Kind, o.Text, false))
	}
	return "(" + strings.Join(words, " OR ") + ")"
}

// printOperand quotes an operand where it would mean something else without.
func printOperand(kind Kind, text string, bare bool) string {
	switch kind {
	case Number, Duration, Size, Time:
		return text
	case Any:
		if isDecimal(text) {
			return text
		}
	}
	plain := isPlain(text) && (bare && !strings.ContainsAny(text, ":<>=!") || !bare && patternEnd(text) == 0 && !seemsPattern(text))
	if !plain || kind == Any && strings.Contains(text, "..") {
		return quote(text)
	}
	return text
}

// isPlain says whether a text has nothing in it that would end it or be taken
// for a sign.
func isPlain(text string) bool {
	switch text {
	case "", "AND", "OR", "NOT":
		return false
	}
	for i, r := range text {
		if strings.ContainsRune(`"()*`, r) || i == 0 && strings.ContainsRune("-<>=", r) || unicode.IsSpace(r) || unicode.IsControl(r) {
			return false
		}
	}
	return true
}
