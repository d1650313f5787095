package local

import (
	"math"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// column is one field of the rows of one partition: a dictionary of the values
// that occur, and per row a code. Code 0 says that the field is missing. It is
// immutable: a growing partition gives one that ends at its rows.
type column struct {
	texts   texts     // of text columns
	numbers []float64 // of number columns
	codes   codes
}

// values is the number of codes, the 0 for a missing value included.
func (c *column) values() int {
	if c.numbers != nil {
		return len(c.numbers) + 1
	}
	return c.texts.len() + 1
}

// value gives the value of a code other than 0.
func (c *column) value(code uint32) filter.Value {
	if c.numbers != nil {
		return filter.NumberValue(c.numbers[code-1])
	}
	return filter.StringValue(c.texts.at(int(code) - 1))
}

// text gives the text of a row of a text column, "" where it is missing.
func (c *column) text(row int) string {
	if code := c.codes.at(row); code != 0 {
		return c.texts.at(int(code) - 1)
	}
	return ""
}

// test gives the rows whose value satisfies a condition, asking each value once.
func (c *column) test(rows int, satisfies func(filter.Value) bool) bitset {
	wanted := make([]uint8, c.values())
	for code := 1; code < len(wanted); code++ {
		if satisfies(c.value(uint32(code))) {
			wanted[code] = 1
		}
	}
	found := newBitset(rows)
	c.codes.lookUp(wanted, found, rows)
	return found
}

// bytes is what it holds in memory, roughly.
func (c *column) bytes() int64 {
	return int64(c.texts.bytes() + 8*len(c.numbers) + c.codes.bytes())
}

// texts is a list of strings: one after another in blob, or each on its own
// while a partition grows.
type texts struct {
	single []string
	blob   string
	ends   []uint32
}

func (t *texts) len() int { return len(t.single) + len(t.ends) }

func (t *texts) at(i int) string {
	if t.ends == nil {
		return t.single[i]
	}
	start := uint32(0)
	if i > 0 {
		start = t.ends[i-1]
	}
	return t.blob[start:t.ends[i]]
}

func (t *texts) bytes() int { return len(t.blob) + 4*len(t.ends) }

// codes are as narrow as the largest of them allows: 1, 2 or 4 bytes a row. A
// partition of 65,536 different values has 65,537 codes, which do not fit in 2.
type codes struct {
	narrow []uint8
	middle []uint16
	wide   []uint32
}

func newCodes(values int, rows []uint32) codes {
	switch {
	case values <= math.MaxUint8+1:
		return codes{narrow: shrink[uint8](rows)}
	case values <= math.MaxUint16+1:
		return codes{middle: shrink[uint16](rows)}
	}
	return codes{wide: rows}
}

func shrink[T uint8 | uint16](rows []uint32) []T {
	out := make([]T, len(rows))
	for i, r := range rows {
		out[i] = T(r)
	}
	return out
}

func (c *codes) at(row int) uint32 {
	switch {
	case c.narrow != nil:
		return uint32(c.narrow[row])
	case c.middle != nil:
		return uint32(c.middle[row])
	}
	return c.wide[row]
}

func (c *codes) bytes() int { return len(c.narrow) + 2*len(c.middle) + 4*len(c.wide) }

// lookUp adds to found the rows whose code is wanted.
func (c *codes) lookUp(wanted []uint8, found bitset, rows int) {
	switch {
	case c.narrow != nil:
		lookUp(c.narrow[:rows], wanted, found)
	case c.middle != nil:
		lookUp(c.middle[:rows], wanted, found)
	default:
		lookUp(c.wide[:rows], wanted, found)
	}
}

func lookUp[T uint8 | uint16 | uint32](rows []T, wanted []uint8, found bitset) {
	for i := range found {
		part := rows[i<<6 : min(i<<6+64, len(rows))]
		var w uint64
		for j, code := range part {
			w |= uint64(wanted[code]) << j
		}
		found[i] |= w
	}
}

// columnKind says how the values of a field are kept.
type columnKind string

const (
	textColumn   columnKind = "text"
	numberColumn columnKind = "number"
	timeColumn   columnKind = "time"
)

// columnFields are the fields of a log that have a column, in the schema's
// order: every plain field of one value. Long texts have the text index instead,
// and families ("query.NAME") have no end.
//
// It relies on such a field having at most one value per log, and on numbers
// that are float64 and nothing more; TestColumnsHoldTheSchema holds that.
var columnFields, columnOf = columnsOfSchema()

type columnField struct {
	*filter.Field
	kind columnKind
}

func columnsOfSchema() (fields []columnField, byName map[string]int) {
	byName = map[string]int{}
	for _, f := range audit.LogSchema.Fields() {
		if f.Get == nil || strings.HasSuffix(f.Name, ".") {
			continue
		}
		c := columnField{Field: f}
		switch f.Kind {
		case filter.String:
			c.kind = textColumn
		case filter.Number, filter.Duration, filter.Size:
			c.kind = numberColumn
		case filter.Time:
			c.kind = timeColumn
		default:
			continue
		}
		byName[f.Name] = len(fields)
		fields = append(fields, c)
	}
	return fields, byName
}
