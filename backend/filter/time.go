package filter

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// timeForms are the ways to write a time, with what each leaves open.
var timeForms = []struct {
	layout string
	end    func(time.Time) time.Time
}{
	{"2006", func(t time.Time) time.Time { return t.AddDate(1, 0, 0) }},
	{"2006-01", func(t time.Time) time.Time { return t.AddDate(0, 1, 0) }},
	{"2006-01-02", func(t time.Time) time.Time { return t.AddDate(0, 0, 1) }},
	{"2006-01-02T15", func(t time.Time) time.Time { return t.Add(time.Hour) }},
	{"2006-01-02T15:04", func(t time.Time) time.Time { return t.Add(time.Minute) }},
	{"2006-01-02T15:04:05", nil},
}

// timeOperand reads a date, a date with a time of any precision, with or without
// a zone (without: UTC), or Unix time in seconds or milliseconds.
func timeOperand(text string) (Operand, error) {
	trimmed := strings.TrimSpace(text)
	if isDigits(trimmed) && (len(trimmed) == 10 || len(trimmed) == 13) {
		n, _ := strconv.ParseInt(trimmed, 10, 64)
		if len(trimmed) == 10 {
			return Operand{Text: trimmed, Time: time.Unix(n, 0).UTC(), Until: time.Unix(n+1, 0).UTC()}, nil
		}
		return Operand{Text: trimmed, Time: time.UnixMilli(n).UTC(), Until: time.UnixMilli(n + 1).UTC()}, nil
	}
	written := trimmed
	if len(written) > 10 && (written[10] == ' ' || written[10] == 't') {
		written = written[:10] + "T" + strings.TrimSpace(written[11:])
	}
	if strings.HasSuffix(written, "z") {
		written = written[:len(written)-1] + "Z"
	}
	for _, form := range timeForms {
		for _, zone := range []string{"", "Z07:00", "Z0700", "Z07"} {
			if zone != "" && len(form.layout) <= len("2006-01-02") {
				continue
			}
			t, err := time.Parse(form.layout+zone, written)
			if err != nil {
				continue
			}
			until := t.Add(fraction(written))
			if form.end != nil {
				until = form.end(t)
			}
			if t.Year() < 1678 || until.Year() > 2261 {
				return Operand{}, wrong("%s is out of range; times from 1678 to 2261 can be compared", shown(text))
			}
			return Operand{Text: written, Time: t.UTC(), Until: until.UTC()}, nil
		}
	}
	return Operand{}, wrong("%s is no time; write 2026-01-31, 2026-01-31T10:00:00Z or -24h", shown(text))
}

// fraction gives how long the last digit of a time's seconds lasts.
func fraction(written string) time.Duration {
	_, rest, ok := strings.Cut(strings.ReplaceAll(written, ",", "."), ".")
	step := time.Second
	for i := 0; ok && i < len(rest) && isDigit(rest[i]) && step > 1; i++ {
		step /= 10
	}
	return step
}

// Range is a stretch of time in Unix nanoseconds: From included, Until not.
type Range struct{ From, Until int64 }

// Ranges gives the times that satisfy a condition on a time field, in the order
// of its operands; now is what the relative operators count from. Has value is
// every time. An operand with seconds is an instant when times are compared with
// it; a day, month or minute is compared as a whole: after 2026-01-01 begins
// with 2026-01-02.
func (c Cond) Ranges(now time.Time) []Range {
	switch c.Op {
	case HasValue:
		return []Range{{math.MinInt64, math.MaxInt64}}
	case Is:
		var ranges []Range
		for _, o := range c.Values {
			ranges = append(ranges, Range{o.Time.UnixNano(), o.Until.UnixNano()})
		}
		return ranges
	case Between:
		return []Range{{c.Values[0].Time.UnixNano(), c.Values[1].after()}}
	}
	o := c.Values[0]
	here, today := now.UnixNano(), now.UTC().Truncate(24*time.Hour)
	switch c.Op {
	case After, MoreThan:
		return []Range{{o.after(), math.MaxInt64}}
	case MoreThanEqual:
		return []Range{{o.Time.UnixNano(), math.MaxInt64}}
	case Before, LessThan:
		return []Range{{math.MinInt64, o.Time.UnixNano()}}
	case LessThanEqual:
		return []Range{{math.MinInt64, o.after()}}
	case MoreThanAgo:
		return []Range{{math.MinInt64, here - int64(o.Span)}}
	case LessThanAgo:
		return []Range{{here - int64(o.Span) + 1, here + 1}}
	case MoreThanFuture:
		return []Range{{here + int64(o.Span) + 1, math.MaxInt64}}
	case LessThanFuture:
		return []Range{{here, here + int64(o.Span)}}
	case DaysAgo:
		return []Range{day(today.Add(-o.Span))}
	case DaysInFuture:
		return []Range{day(today.Add(o.Span))}
	}
	return nil
}

func day(t time.Time) Range { return Range{t.UnixNano(), t.AddDate(0, 0, 1).UnixNano()} }

// after gives the first instant after an operand.
func (o Operand) after() int64 {
	if o.Until.Sub(o.Time) <= time.Second {
		return o.Time.UnixNano() + 1
	}
	return o.Until.UnixNano()
}
