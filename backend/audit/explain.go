package audit

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/filter"
)

// Explanation says why a question finds what it finds, and where else there is
// something. All counts are exact and of one snapshot.
type Explanation struct {
	// Total is what the question finds, AllTime what its filter finds without
	// the range, Oldest and Newest the first and last of those; null where
	// there are none.
	Total   int64      `json:"total"`
	AllTime int64      `json:"all_time"`
	Oldest  *time.Time `json:"oldest"`
	Newest  *time.Time `json:"newest"`
	Nearest Nearest    `json:"nearest"`
	// Conditions are the members of the filter's outermost And; a filter that is
	// none is one condition, and so is one of more than MaxConditions.
	Conditions []Part `json:"conditions"`
	// Ways out of an empty answer, best first; none where Total is not 0.
	Ways []Way `json:"ways"`
}

// MaxConditions is how many members of an And are looked at one by one.
const MaxConditions = 50

// Nearest are the times of the logs next to the range that the filter finds.
type Nearest struct {
	Before *time.Time `json:"before"`
	After  *time.Time `json:"after"`
}

// Part is one condition of the filter, and what it does to the answer.
type Part struct {
	Text  string `json:"text"`
	Label string `json:"label"`
	// Count is what the condition alone leaves in the range, Without what the
	// filter leaves without it.
	Count   int64 `json:"count"`
	Without int64 `json:"without"`
}

// Way is a question that finds something: the one that was asked, with another
// range (From and To are set), another filter (Q is set), or both.
type Way struct {
	Kind  WayKind    `json:"kind"`
	Label string     `json:"label"`
	From  *time.Time `json:"from,omitempty"`
	To    *time.Time `json:"to,omitempty"` // excluded
	Q     *string    `json:"q,omitempty"`
	Count int64      `json:"count"`
}

// WayKind says what a Way changes.
type WayKind string

// The kinds of ways.
const (
	WayRange  WayKind = "range"
	WayFilter WayKind = "filter"
	WayBoth   WayKind = "both"
)

// Explain says why q finds nothing, and what would. Limit, Cursor, Around and
// Order of q are not looked at.
func Explain(ctx context.Context, store LogStore, q Query) (Explanation, error) {
	x := explainer{ctx: ctx, store: store, q: q}
	x.q.Order, x.q.Limit, x.q.Cursor, x.q.Around = Order{}, 0, "", time.Time{}
	if x.q.Now.IsZero() {
		x.q.Now = time.Now()
	}
	out := Explanation{Conditions: []Part{}, Ways: []Way{}}
	x.counts(&out)
	x.parts(&out)
	if x.err == nil && out.Total == 0 {
		x.ways(&out)
	}
	return out, x.err
}

// explainer asks a store; after an error it asks no more.
type explainer struct {
	ctx   context.Context
	store LogStore
	q     Query
	err   error
}

func (x *explainer) bounded() bool { return !x.q.From.IsZero() || !x.q.To.IsZero() }

// everywhere is the question without its range.
func (x *explainer) everywhere() Query {
	q := x.q
	q.From, q.To = time.Time{}, time.Time{}
	return q
}

func (x *explainer) count(q Query) int64 {
	if x.err != nil {
		return 0
	}
	var t Tally
	t, x.err = x.store.Tally(x.ctx, q, Group{Steps: 1})
	if x.q.AsOf == "" {
		x.q.AsOf = t.AsOf // from now on of one snapshot
	}
	return t.Total
}

// end gives the time of the first or last log of a question, nil without any.
func (x *explainer) end(q Query, first bool) *time.Time {
	if x.err != nil {
		return nil
	}
	q.Order, q.Limit = Order{Field: ByTime, Ascending: first}, 1
	var p Page
	if p, x.err = x.store.Search(x.ctx, q); x.err != nil || len(p.Logs) == 0 {
		return nil
	}
	return &p.Logs[0].Time
}

func (x *explainer) counts(out *Explanation) {
	out.Total = x.count(x.q)
	all := x.everywhere()
	out.AllTime = out.Total
	if x.bounded() {
		out.AllTime = x.count(all)
	}
	out.Oldest, out.Newest = x.end(all, true), x.end(all, false)
	if !x.q.From.IsZero() {
		before := all
		before.To = x.q.From
		out.Nearest.Before = x.end(before, false)
	}
	if !x.q.To.IsZero() {
		after := all
		after.From = x.q.To
		out.Nearest.After = x.end(after, true)
	}
}

// conjuncts are the conditions that all have to hold.
func conjuncts(e filter.Expr) []filter.Expr {
	if filter.IsAll(e) {
		return nil
	}
	if and, ok := filter.Canonical(e).(filter.And); ok && len(and) <= MaxConditions {
		return and
	}
	return []filter.Expr{e}
}

// without is the filter that the other conditions make.
func without(parts []filter.Expr, i int) filter.Expr {
	rest := make(filter.And, 0, len(parts))
	rest = append(append(rest, parts[:i]...), parts[i+1:]...)
	return filter.Canonical(rest)
}

func (x *explainer) parts(out *Explanation) {
	parts := conjuncts(x.q.Filter)
	for i, part := range parts {
		alone, rest := x.q, x.q
		alone.Filter, rest.Filter = part, without(parts, i)
		p := Part{Text: filter.TextOf(part), Label: filter.LabelOf(part), Count: out.Total}
		if len(parts) > 1 {
			p.Count = x.count(alone)
		}
		p.Without = x.count(rest)
		out.Conditions = append(out.Conditions, p)
	}
}

func (x *explainer) ways(out *Explanation) {
	if x.bounded() && out.AllTime > 0 {
		x.rangeWays(out)
	}
	x.filterWays(out)
	if len(out.Ways) == 0 {
		x.wayToAnything(out)
	}
}

// rangeWays leads to all that the filter finds, and, where that is more, to
// what is nearest to the range that was asked for.
func (x *explainer) rangeWays(out *Explanation) {
	from, to, unit := around(*out.Oldest, *out.Newest)
	out.Ways = append(out.Ways, Way{
		Kind: WayRange, From: &from, To: &to, Count: out.AllTime,
		Label: fmt.Sprintf("Show %s %s", counted(out.AllTime), spanText(from, to, unit)),
	})
	near := x.everywhere()
	near.From, near.To, unit = x.nearestSpan(out)
	if near.From.IsZero() {
		return
	}
	if n := x.count(near); n > 0 && n < out.AllTime {
		out.Ways = append(out.Ways, Way{
			Kind: WayRange, From: &near.From, To: &near.To, Count: n,
			Label: fmt.Sprintf("Show the nearest %s, %s", strings.TrimPrefix(counted(n), "1 "), spanText(near.From, near.To, unit)),
		})
	}
}

// nearestSpan is as long as the range that was asked for, or a day where that
// is open, and ends with the nearest log before it or begins with the nearest
// after it.
func (x *explainer) nearestSpan(out *Explanation) (from, to time.Time, unit time.Duration) {
	length := 24 * time.Hour
	if !x.q.From.IsZero() && !x.q.To.IsZero() {
		length = x.q.To.Sub(x.q.From)
	} else if !x.q.From.IsZero() && x.q.Now.After(x.q.From) {
		length = x.q.Now.Sub(x.q.From)
	}
	before, after := out.Nearest.Before, out.Nearest.After
	switch {
	case before != nil && (after == nil || x.q.From.Sub(*before) <= after.Sub(x.q.To)):
		return around(later(before.Add(-length), *out.Oldest), *before)
	case after != nil:
		return around(*after, earlier(after.Add(length), *out.Newest))
	}
	return from, to, unit
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func earlier(a, b time.Time) time.Time {
	if a.Before(b) {
		return a
	}
	return b
}

func (x *explainer) filterWays(out *Explanation) {
	parts := conjuncts(x.q.Filter)
	for i, p := range out.Conditions {
		if p.Without > 0 {
			rest := filter.TextOf(without(parts, i))
			out.Ways = append(out.Ways, Way{
				Kind: WayFilter, Q: &rest, Count: p.Without,
				Label: fmt.Sprintf("Without %s: %s", p.Label, counted(p.Without)),
			})
		}
	}
	if len(parts) < 2 {
		return // without the one condition is without all
	}
	bare := x.q
	bare.Filter = filter.All()
	if n := x.count(bare); n > 0 {
		nothing := ""
		out.Ways = append(out.Ways, Way{
			Kind: WayFilter, Q: &nothing, Count: n, Label: fmt.Sprintf("Without any filter: %s", counted(n)),
		})
	}
}

// wayToAnything leads to all logs, where neither the range nor the filter alone
// stands in the way.
func (x *explainer) wayToAnything(out *Explanation) {
	all := x.everywhere()
	all.Filter = filter.All()
	n := x.count(all)
	oldest, newest := x.end(all, true), x.end(all, false)
	if n == 0 || x.err != nil {
		return
	}
	nothing := ""
	from, to, unit := around(*oldest, *newest)
	out.Ways = append(out.Ways, Way{
		Kind: WayBoth, From: &from, To: &to, Q: &nothing, Count: n,
		Label: fmt.Sprintf("Without any filter: %s %s", counted(n), spanText(from, to, unit)),
	})
}

// around is a range that holds both times and ends where people would end it:
// with a day, an hour or a minute.
func around(oldest, newest time.Time) (from, to time.Time, unit time.Duration) {
	unit = time.Minute
	for _, longer := range []time.Duration{time.Hour, 24 * time.Hour} {
		if newest.Sub(oldest) >= 2*longer {
			unit = longer
		}
	}
	return oldest.UTC().Truncate(unit), newest.UTC().Truncate(unit).Add(unit), unit
}

// spanText says a range: from 17 to 20 May 2015, of 17 May 2015, 10:05 to 10:07 UTC.
func spanText(from, to time.Time, unit time.Duration) string {
	const day, month, year, clock = "2", "January", "2006", "15:04"
	if unit < 24*time.Hour {
		date := day + " " + month + " " + year
		if from.Format(date) == to.Format(date) {
			return "of " + from.Format(date) + ", " + from.Format(clock) + " to " + to.Format(clock) + " UTC"
		}
		return "from " + from.Format(date+", "+clock) + " to " + to.Format(date+", "+clock) + " UTC"
	}
	last := to.Add(-unit)
	first := day
	switch {
	case from.Year() != last.Year():
		first = day + " " + month + " " + year
	case from.Month() != last.Month():
		first = day + " " + month
	case from.Day() == last.Day():
		return "of " + last.Format(day+" "+month+" "+year)
	}
	return "from " + from.Format(first) + " to " + last.Format(day+" "+month+" "+year)
}

// counted says how many logs: 1 log, 10,000 logs.
func counted(n int64) string {
	if n == 1 {
		return "1 log"
	}
	s := strconv.FormatInt(n, 10)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s + " logs"
}
