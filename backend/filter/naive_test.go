package filter_test

import (
	"math/big"
	"regexp"
	"strconv"
	"strings"
	"time"
	"unicode"

	"projectlogs/backend/filter"
)

// naive decides whether a thing satisfies a filter as plainly as it can be said:
// it is the oracle for Matcher. It shares no code with the package beyond the
// types, and reads operands from their text.
func naive(e filter.Expr, t *thing) bool {
	switch e := e.(type) {
	case filter.And:
		for _, x := range e {
			if !naive(x, t) {
				return false
			}
		}
		return true
	case filter.Or:
		for _, x := range e {
			if naive(x, t) {
				return true
			}
		}
		return false
	case filter.Not:
		return !naive(e.X, t)
	}
	c := e.(filter.Cond)
	for _, v := range naiveValues(c, t) {
		if c.Op == filter.HasValue && v != "" {
			return true
		}
		for _, o := range c.Values {
			if c.Op != filter.Between && naiveTest(c, v, o) {
				return true
			}
		}
		if c.Op == filter.Between && naiveOrder(c, v, c.Values[0]) >= 0 && naiveOrder(c, v, c.Values[1]) <= 0 {
			return true
		}
	}
	return false
}

// naiveValues gives a field's values as text; times in Unix nanoseconds.
func naiveValues(c filter.Cond, t *thing) []string {
	number := func(n float64) []string { return []string{strconv.FormatFloat(n, 'f', -1, 64)} }
	switch c.Field.Name {
	case "text":
		return []string{t.body, t.reply, t.note}
	case "status":
		return number(t.status)
	case "took":
		return number(t.took)
	case "size":
		return number(t.size)
	case "time":
		return []string{strconv.FormatInt(t.at.UnixNano(), 10)}
	case "name":
		return t.names
	case "path":
		return notEmpty(t.path)
	case "body":
		return notEmpty(t.body)
	case "reply":
		return notEmpty(t.reply)
	case "note":
		return notEmpty(t.note)
	case "header.":
		if v, ok := t.headers[strings.ToLower(c.Arg)]; ok {
			return []string{v}
		}
		return nil
	case "body.":
		return naiveJSON(t.body, c.Arg)
	case "reply.":
		return naiveJSON(t.reply, c.Arg)
	case "json.":
		return append(naiveJSON(t.body, c.Arg), naiveJSON(t.reply, c.Arg)...)
	}
	panic(c.Field.Name)
}

func notEmpty(s string) []string {
	if s == "" {
		return nil
	}
	return []string{s}
}

func naiveTest(c filter.Cond, v string, o filter.Operand) bool {
	switch c.Op {
	case filter.Is:
		switch c.Field.Kind {
		case filter.Text:
			return naivePhrase(v, o.Text, false)
		case filter.String:
			return strings.EqualFold(v, o.Text)
		case filter.Any:
			return strings.EqualFold(v, o.Text) || naiveOrder(c, v, o) == 0
		case filter.Time:
			return naiveTime(v).Compare(o.Time) >= 0 && naiveTime(v).Before(o.Until)
		}
		return naiveOrder(c, v, o) == 0
	case filter.Contains:
		return naiveContains(v, o.Text)
	case filter.StartsWith:
		if c.Field.Kind == filter.Text {
			return naivePhrase(v, o.Text, true)
		}
		return naiveHasPrefix(v, o.Text)
	case filter.EndsWith:
		for i := range v + " " {
			if strings.EqualFold(v[i:], o.Text) {
				return true
			}
		}
		return false
	case filter.Matches:
		return regexp.MustCompile(o.Text).MatchString(v)
	case filter.MoreThan:
		return naiveOrder(c, v, o) == 1
	case filter.MoreThanEqual:
		n := naiveOrder(c, v, o)
		return n == 0 || n == 1
	case filter.LessThan:
		return naiveOrder(c, v, o) == -1
	case filter.LessThanEqual:
		n := naiveOrder(c, v, o)
		return n == 0 || n == -1
	case filter.After:
		return naiveOrder(c, v, o) == 1
	case filter.Before:
		return naiveOrder(c, v, o) == -1
	}
	at := naiveTime(v)
	days := func(t time.Time) int64 { return t.Unix() / 86400 }
	switch c.Op {
	case filter.MoreThanAgo:
		return at.Before(now.Add(-o.Span))
	case filter.LessThanAgo:
		return at.After(now.Add(-o.Span)) && !at.After(now)
	case filter.MoreThanFuture:
		return at.After(now.Add(o.Span))
	case filter.LessThanFuture:
		return !at.Before(now) && at.Before(now.Add(o.Span))
	case filter.DaysAgo:
		return days(now)-days(at) == int64(o.Span/(24*time.Hour))
	case filter.DaysInFuture:
		return days(at)-days(now) == int64(o.Span/(24*time.Hour))
	}
	panic("unknown operator")
}

func naiveTime(v string) time.Time {
	n, _ := strconv.ParseInt(v, 10, 64)
	return time.Unix(0, n).UTC()
}

// naiveOrder is -1, 0 or 1, and 2 where the two cannot be compared.
func naiveOrder(c filter.Cond, v string, o filter.Operand) int {
	if c.Field.Kind == filter.Time {
		at := naiveTime(v)
		whole := o.Until.Sub(o.Time) > time.Second // a minute or more is compared as a whole
		if at.After(o.Time) && whole && at.Before(o.Until) {
			return 0
		}
		return at.Compare(o.Time)
	}
	a, b := naiveNumber(v), naiveNumber(o.Text)
	if c.Field.Kind == filter.Duration || c.Field.Kind == filter.Size {
		b = new(big.Rat).SetFloat64(o.Number)
	}
	if a == nil || b == nil {
		return 2
	}
	return a.Cmp(b)
}

var decimal = regexp.MustCompile(`^[-+]?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]{1,3})?$`)

func naiveNumber(s string) *big.Rat {
	if !decimal.MatchString(s) {
		return nil
	}
	r, _ := new(big.Rat).SetString(s)
	return r
}

func naiveContains(s, part string) bool {
	for i := range s + " " {
		if naiveHasPrefix(s[i:], part) {
			return true
		}
	}
	return false
}

func naiveHasPrefix(s, prefix string) bool {
	for i := range s + " " {
		if strings.EqualFold(s[:i], prefix) {
			return true
		}
	}
	return false
}

func naivePhrase(s, operand string, prefix bool) bool {
	words, want := naiveWords(s), naiveWords(operand)
	for i := 0; len(want) > 0 && i+len(want) <= len(words); i++ {
		all := true
		for j, w := range want {
			if prefix && j == len(want)-1 {
				all = all && naiveHasPrefix(words[i+j], w)
			} else {
				all = all && strings.EqualFold(words[i+j], w)
			}
		}
		if all {
			return true
		}
	}
	return false
}

func naiveWords(s string) (words []string) {
	open := false
	for i, r := range s {
		size := len(string(r))
		if r == unicode.ReplacementChar && !strings.HasPrefix(s[i:], "\ufffd") {
			size = 1
		}
		letter := unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsNumber(r)
		alone := unicode.In(r, unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai) || r == 'ー'
		switch {
		case letter && open && !alone:
			words[len(words)-1] += s[i : i+size]
		case letter:
			words = append(words, s[i:i+size])
		}
		open = letter && !alone
	}
	return words
}
