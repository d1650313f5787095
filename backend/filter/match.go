package filter

import (
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Matcher decides whether records satisfy a filter. It is safe for use by
// several goroutines and does not allocate for fields that have their values at
// hand.
type Matcher struct {
	root    node
	conds   []compiled
	scratch sync.Pool // of *scratch
}

type compiled struct {
	sources []*Field
	arg     string
	test    func(Value) bool
}

// scratch is what one Match at a time works with. The functions that Get is
// given are made once: made at each call they would have to be allocated.
type scratch struct {
	found  bool
	yields []func(Value) bool
}

// node is an expression whose conditions are numbers into Matcher.conds.
type node struct {
	kind    nodeKind
	cond    int
	members []node
}

type nodeKind uint8

const (
	nodeAnd nodeKind = iota
	nodeOr
	nodeNot
	nodeCond
)

// Compile prepares e, which a Schema made, for Match. Relative times count from now.
func Compile(e Expr, now time.Time) *Matcher {
	m := &Matcher{}
	m.root = m.compile(e, now)
	m.scratch.New = func() any {
		s := &scratch{}
		for _, c := range m.conds {
			s.yields = append(s.yields, func(v Value) bool {
				s.found = c.test(v)
				return !s.found
			})
		}
		return s
	}
	return m
}

func (m *Matcher) compile(e Expr, now time.Time) node {
	switch e := e.(type) {
	case And:
		return m.compileAll(nodeAnd, e, now)
	case Or:
		return m.compileAll(nodeOr, e, now)
	case Not:
		return m.compileAll(nodeNot, []Expr{e.X}, now)
	case Cond:
		m.conds = append(m.conds, compiled{e.Field.sources(), e.Field.getArg(e.Arg), CompileCond(e, now)})
		return node{kind: nodeCond, cond: len(m.conds) - 1}
	}
	return node{kind: nodeAnd}
}

func (m *Matcher) compileAll(kind nodeKind, members []Expr, now time.Time) node {
	n := node{kind: kind}
	for _, e := range members {
		n.members = append(n.members, m.compile(e, now))
	}
	return n
}

// Match says whether record satisfies the filter. record is what the Get of the
// fields expects.
func (m *Matcher) Match(record any) bool {
	s := m.scratch.Get().(*scratch)
	ok := m.match(&m.root, s, record)
	m.scratch.Put(s)
	return ok
}

func (m *Matcher) match(n *node, s *scratch, record any) bool {
	switch n.kind {
	case nodeAnd:
		for i := range n.members {
			if !m.match(&n.members[i], s, record) {
				return false
			}
		}
		return true
	case nodeOr:
		for i := range n.members {
			if m.match(&n.members[i], s, record) {
				return true
			}
		}
		return false
	case nodeNot:
		return !m.match(&n.members[0], s, record)
	}
	c := &m.conds[n.cond]
	s.found = false
	for _, f := range c.sources {
		if f.Get(record, c.arg, s.yields[n.cond]); s.found {
			return true
		}
	}
	return false
}

// CompileCond gives the test of one value: does it satisfy the condition, which
// a Schema made? It is safe for use by several goroutines.
func CompileCond(c Cond, now time.Time) func(Value) bool {
	switch {
	case c.Op == HasValue:
		return hasValue
	case c.Field.Kind == Time:
		return timeTest(c.Ranges(now))
	case c.Op == Is && c.Field.Kind == Text:
		return anyOf(c.Values, phraseTest)
	case c.Op == Is && c.Field.Kind == String:
		return anyOf(c.Values, textTest)
	case c.Op == Is:
		return anyOf(c.Values, func(o Operand) func(Value) bool { return equalTest(c.Field.Kind, o) })
	case c.Op == StartsWith && c.Field.Kind == Text:
		p := newPhrase(c.Values[0].Text, true)
		return func(v Value) bool { return p.in(textOf(v)) }
	case c.Op == StartsWith:
		prefix := foldString(c.Values[0].Text)
		return func(v Value) bool { _, ok := hasPrefixFold(textOf(v), prefix); return ok }
	case c.Op == EndsWith:
		suffix := foldString(c.Values[0].Text)
		return func(v Value) bool { return hasSuffixFold(textOf(v), suffix) }
	case c.Op == Contains:
		part := newNeedle(c.Values[0].Text)
		return func(v Value) bool { return part.in(textOf(v)) }
	case c.Op == Matches:
		re := regexp.MustCompile(c.Values[0].Text)
		return func(v Value) bool { return re.MatchString(textOf(v)) }
	}
	return orderTest(c)
}

func hasValue(v Value) bool { return v.Text != "" || v.IsNumber || v.IsTime }

func anyOf(operands []Operand, test func(Operand) func(Value) bool) func(Value) bool {
	if len(operands) == 1 {
		return test(operands[0])
	}
	var tests []func(Value) bool
	for _, o := range operands {
		tests = append(tests, test(o))
	}
	return func(v Value) bool {
		for _, t := range tests {
			if t(v) {
				return true
			}
		}
		return false
	}
}

func phraseTest(o Operand) func(Value) bool {
	p := newPhrase(o.Text, false)
	return func(v Value) bool { return p.in(textOf(v)) }
}

func textTest(o Operand) func(Value) bool {
	return func(v Value) bool { return strings.EqualFold(textOf(v), o.Text) }
}

func timeTest(ranges []Range) func(Value) bool {
	return func(v Value) bool {
		if !v.IsTime {
			return false
		}
		for _, r := range ranges {
			if r.From <= v.Nanos && v.Nanos < r.Until {
				return true
			}
		}
		return false
	}
}

// equalTest compares as numbers where both are numbers, else as texts.
func equalTest(kind Kind, o Operand) func(Value) bool {
	digits := digitsOf(kind, o)
	return func(v Value) bool {
		if o.IsNumber {
			if n, ok := numberOf(v); ok {
				return compareNumbers(n, v.Text, o.Number, digits) == 0
			}
		}
		return kind == Any && strings.EqualFold(textOf(v), o.Text)
	}
}

func orderTest(c Cond) func(Value) bool {
	low := c.Values[0]
	digits := digitsOf(c.Field.Kind, low)
	compare := func(v Value, accept func(int) bool) bool {
		n, ok := numberOf(v)
		return ok && accept(compareNumbers(n, v.Text, low.Number, digits))
	}
	switch c.Op {
	case MoreThan:
		return func(v Value) bool { return compare(v, func(c int) bool { return c > 0 }) }
	case MoreThanEqual:
		return func(v Value) bool { return compare(v, func(c int) bool { return c >= 0 }) }
	case LessThan:
		return func(v Value) bool { return compare(v, func(c int) bool { return c < 0 }) }
	case LessThanEqual:
		return func(v Value) bool { return compare(v, func(c int) bool { return c <= 0 }) }
	case Between:
		high := c.Values[1]
		highDigits := digitsOf(c.Field.Kind, high)
		return func(v Value) bool {
			n, ok := numberOf(v)
			return ok && compareNumbers(n, v.Text, low.Number, digits) >= 0 &&
				compareNumbers(n, v.Text, high.Number, highDigits) <= 0
		}
	}
	panic("filter: a condition that no Schema makes: " + c.Name())
}

// digitsOf gives the digits of an operand where they are its value: 10kB is not
// the digits of 10000.
func digitsOf(kind Kind, o Operand) string {
	if kind == Duration || kind == Size {
		return ""
	}
	return o.Text
}

// numberOf gives a value as a number, a text that is wholly a number included.
func numberOf(v Value) (float64, bool) {
	if v.IsNumber {
		return v.Number, true
	}
	return parseDecimal(v.Text)
}

// textOf gives a value as text. Fields that are searched as text give it.
func textOf(v Value) string {
	if v.Text == "" && v.IsNumber {
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	}
	return v.Text
}
