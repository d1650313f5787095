package filter

import "time"

// Expr is a checked filter: one of And, Or, Not and Cond, and nothing else.
// Exprs are values: never change one that somebody else holds.
//
// An Expr made by a Schema is canonical: And and Or have no member of their own
// kind and never exactly one member, Not never holds a Not, and a Cond has only
// positive operators (what the text form writes as -f:v and the JSON form as
// $is_not is Not{Cond}). Two canonical Exprs mean the same filter, written the
// same way, exactly when their Text forms are equal.
type Expr interface{ expr() }

// And is true when all members are. The empty And matches every record: it is
// the filter that filters nothing.
type And []Expr

// Or is true when at least one member is. The empty Or matches nothing.
type Or []Expr

// Not is true when X is not. Because a Cond on a missing field is false, its
// negation is true where the field is missing.
type Not struct{ X Expr }

// Cond is one condition on one field. It is true when at least one of the
// field's values satisfies it.
type Cond struct {
	Field *Field
	Arg   string // for a family of fields, what follows the family's name: a header's name, a JSON path
	Op    Op
	// Values are the operands in the order written: one or more for Is (any of
	// them), two for Between, none for HasValue, exactly one otherwise.
	Values []Operand
}

// Name is the field's full name as it is written: "status",
// "request.header.x-app-id".
func (c Cond) Name() string { return c.Field.Name + c.Arg }

func (And) expr()  {}
func (Or) expr()   {}
func (Not) expr()  {}
func (Cond) expr() {}

// All is the filter that filters nothing.
func All() Expr { return And(nil) }

// IsAll says whether e filters nothing.
func IsAll(e Expr) bool {
	if e == nil {
		return true
	}
	a, ok := e.(And)
	return ok && len(a) == 0
}

// Op is what a condition asks of a value. Only positive operators exist: the
// negative ones of the text and JSON forms are Not around these.
type Op uint8

// The operators. Text and JSON names stand in op.go.
const (
	Is         Op = iota + 1 // whole value, case-insensitive; on text fields: the words of the operand, consecutive
	Contains                 // substring, case-insensitive
	StartsWith               // on text fields: the words of the operand, the last one a prefix
	EndsWith
	Matches  // RE2, unanchored, case-sensitive unless it says (?i)
	HasValue // there is a value that is not empty
	MoreThan
	MoreThanEqual
	LessThan
	LessThanEqual
	Between        // two operands, both included
	After          // time, excluded
	Before         // time, excluded
	MoreThanAgo    // time: earlier than now minus the operand
	LessThanAgo    // time: later than now minus the operand, not in the future
	DaysAgo        // time: on the UTC day that many days before today
	MoreThanFuture // time: later than now plus the operand
	LessThanFuture // time: between now and now plus the operand
	DaysInFuture   // time: on the UTC day that many days after today
	opEnd
)

// Operand is one value that the user wrote, checked against the field's kind.
type Operand struct {
	// Text is the operand as the user would write it again, without quotes.
	// It decides equality of Exprs.
	Text string
	// Number is set on number fields (as written), duration fields
	// (milliseconds), size fields (bytes), and on Any fields when Text is a number.
	Number   float64
	IsNumber bool
	// Time and Until are set on time fields: the first instant meant and the
	// first instant after it (2026-01-01 means the whole day).
	Time, Until time.Time
	// Span is set for the ago and future operators.
	Span time.Duration
}

// Walk calls visit for every Cond of e, left to right, with whether an odd
// number of Nots stands above it.
func Walk(e Expr, visit func(c Cond, negated bool)) { walk(e, false, visit) }

func walk(e Expr, negated bool, visit func(Cond, bool)) {
	switch e := e.(type) {
	case nil:
	case And:
		for _, x := range e {
			walk(x, negated, visit)
		}
	case Or:
		for _, x := range e {
			walk(x, negated, visit)
		}
	case Not:
		walk(e.X, !negated, visit)
	case Cond:
		visit(e, negated)
	}
}
