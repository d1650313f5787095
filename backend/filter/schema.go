package filter

import (
	"math"
	"strconv"
)

// Kind says how a field's values are compared, which operators it has, and
// which input the builder shows.
type Kind string

// The kinds of fields.
const (
	Text     Kind = "text"     // long text, searched by words
	String   Kind = "string"   // compared whole, case-insensitively
	Number   Kind = "number"   //
	Duration Kind = "duration" // milliseconds; operands take ms, s, m, h, d
	Size     Kind = "size"     // bytes; operands take B, kB, MB, GB (1000) and KiB, MiB, GiB (1024)
	Time     Kind = "time"     //
	Any      Kind = "any"      // whatever a JSON document holds there: string, number, boolean
)

// Field is one thing to filter by, in one line. It is the only place where its
// name stands.
type Field struct {
	// Name as it is written in a filter. A name that ends in a dot is a family:
	// "request.header." gives request.header.NAME for every NAME.
	Name string
	// Label is what the builder and a chip call it: "Status".
	Label string
	Kind  Kind
	// Aliases are other names that are read and never written.
	Aliases []string
	// Of names the fields whose values this one has together ("user" has those
	// of user.id and user.email). Such a field has no Get of its own.
	Of []string
	// Choices are the values that make sense, where the set is closed.
	Choices []string
	// Bare marks the one text field that bare words search.
	Bare bool
	// Hidden fields work but are not offered by the builder.
	Hidden bool
	// Get calls yield with each value that the record has, until yield returns
	// false; no call when the field is missing. arg is what follows a family's
	// name, "" otherwise. record is what the Schema's owner says it is.
	Get func(record any, arg string, yield func(Value) bool)

	of []*Field // resolved Of
}

// Value is one value of a field in one record.
type Value struct {
	// Text is the value as text: what string operators see. For numbers it may
	// be empty when only Number is known.
	Text string
	// Number is the numeric value when IsNumber: a number's own, milliseconds,
	// bytes, or for a time its Unix time in nanoseconds (see Nanos).
	Number   float64
	IsNumber bool
	// Nanos is a time's Unix time in nanoseconds when IsTime.
	Nanos  int64
	IsTime bool
}

// StringValue is a string in a record.
func StringValue(s string) Value { return Value{Text: s} }

// NumberValue is a number in a record.
func NumberValue(n float64) Value { return Value{Number: n, IsNumber: true} }

// DigitsValue is a number in a record with the digits that it was written with,
// which decide where a float64 cannot tell two numbers apart.
func DigitsValue(digits string, n float64) Value {
	return Value{Text: digits, Number: n, IsNumber: true}
}

// TimeValue is a point in time in a record, in Unix nanoseconds.
func TimeValue(nanos int64) Value { return Value{Nanos: nanos, IsTime: true} }

// ParsedValue is a string in a record that is also a number when it reads as
// one, such as a query parameter.
func ParsedValue(s string) Value {
	v := Value{Text: s}
	if n, err := strconv.ParseFloat(s, 64); err == nil && !math.IsNaN(n) && !math.IsInf(n, 0) {
		v.Number, v.IsNumber = n, true
	}
	return v
}
