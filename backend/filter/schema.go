package filter

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
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
	// name, "" otherwise: on fields of kind Any as it is written, perhaps with
	// quotes (see JSONValues, PlainName), else without them. record is what the
	// Schema's owner says it is.
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
	n, ok := parseDecimal(s)
	return Value{Text: s, Number: n, IsNumber: ok}
}

// Schema is a list of fields: what the filters over one sort of record may ask.
// It is safe for use by several goroutines.
type Schema struct {
	fields   []*Field
	names    map[string]*Field // by lower-case name or alias, families with their dot
	families []string          // the keys of names that are families, longest first
	bare     *Field
}

// NewSchema makes a schema of fields. It panics where they contradict each
// other, which is a mistake in the program: a name twice, an unknown kind, an Of
// that names no field, two bare fields.
func NewSchema(fields ...Field) *Schema {
	s := &Schema{names: map[string]*Field{}}
	for i := range fields {
		f := fields[i]
		if opsOf[f.Kind] == nil {
			panic(fmt.Sprintf("filter: field %q has the unknown kind %q", f.Name, f.Kind))
		}
		s.fields = append(s.fields, &f)
		s.name(&f, f.Name)
		for _, alias := range f.Aliases {
			s.name(&f, alias)
		}
		if f.Bare {
			if s.bare != nil || f.Kind != Text || f.family() {
				panic(fmt.Sprintf("filter: field %q cannot be the one text field of bare words", f.Name))
			}
			s.bare = &f
		}
	}
	for _, f := range s.fields {
		s.resolve(f)
	}
	slices.SortFunc(s.families, func(a, b string) int { return cmp.Or(len(b)-len(a), strings.Compare(a, b)) })
	return s
}

func (s *Schema) name(f *Field, name string) {
	key := strings.ToLower(name)
	if _, twice := s.names[key]; twice || !isName(key) || strings.HasSuffix(key, ".") != f.family() || reservedNames[key] {
		panic(fmt.Sprintf("filter: field name %q is there twice, is reserved or cannot be written", name))
	}
	s.names[key] = f
	if f.family() {
		s.families = append(s.families, key)
	}
}

// reservedNames have a meaning of their own in the JSON form.
var reservedNames = map[string]bool{"junction": true, "items": true, "field": true, "not": true}

func isName(name string) bool {
	return isIdentifier(strings.TrimSuffix(name, "."))
}

func (s *Schema) resolve(f *Field) {
	if (len(f.Of) == 0) == (f.Get == nil) {
		panic(fmt.Sprintf("filter: field %q needs either Get or Of", f.Name))
	}
	for _, name := range f.Of {
		of := s.names[strings.ToLower(name)]
		if of == nil || of.Get == nil || of.family() != f.family() {
			panic(fmt.Sprintf("filter: field %q cannot have the values of %q", f.Name, name))
		}
		f.of = append(f.of, of)
	}
}

// Fields gives the fields in the order of NewSchema. They must not be changed.
func (s *Schema) Fields() []*Field { return s.fields }

// Lookup finds a field by its name or one of its aliases, whatever the case. For
// a family it also gives what follows the family's name, as it is written:
// parts that are not plain words stand in quotes. The error is a sentence and
// names the nearest field.
func (s *Schema) Lookup(name string) (f *Field, arg string, err error) {
	key := strings.ToLower(name)
	if f = s.names[key]; f != nil && !f.family() {
		return f, "", nil
	}
	for _, family := range s.families {
		if len(name) < len(family) || !strings.EqualFold(name[:len(family)], family) {
			continue
		}
		if arg, err = canonicalArg(name[len(family):]); err != nil {
			return nil, "", fmt.Errorf("%s: %w", name, err)
		}
		return s.names[family], arg, nil
	}
	if near := s.nearest(key); near != "" {
		return nil, "", orWrite(near, "unknown field %s, did you mean %s?", shown(name), near)
	}
	return nil, "", wrong("unknown field %s", shown(name))
}

func (f *Field) family() bool { return strings.HasSuffix(f.Name, ".") }

// sources are the fields whose Get gives the values of f.
func (f *Field) sources() []*Field {
	if len(f.of) > 0 {
		return f.of
	}
	return []*Field{f}
}

// nearest gives the name that a mistyped one most likely stands for, "" when
// none is near.
func (s *Schema) nearest(key string) string {
	best, bestDistance := "", len(key)/3+1
	try := func(wrote, name, whole string) {
		if d := Distance(wrote, name); d < bestDistance || d == bestDistance && best == "" {
			best, bestDistance = whole, d
		}
	}
	for _, f := range s.fields {
		for _, name := range append([]string{f.Name}, f.Aliases...) {
			lower := strings.ToLower(name)
			if !f.family() {
				try(key, lower, name)
				continue
			}
			parts := strings.SplitAfterN(key, ".", strings.Count(lower, ".")+1)
			if rest := parts[len(parts)-1]; len(parts) > strings.Count(lower, ".") && rest != "" {
				head := key[:len(key)-len(rest)]
				try(head, lower, name+key[len(head):])
			}
		}
	}
	return best
}
