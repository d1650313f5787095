package local

import (
	"context"
	"errors"
	"strings"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// answer is what the index knows about a filter in one partition: the rows that
// certainly match, and those that may. Nothing else matches. must is part of may.
type answer struct{ must, may bitset }

func exactly(rows bitset) answer { return answer{rows, rows.clone()} }

// question is a query made ready to be asked of partitions.
type question struct {
	ctx     context.Context
	expr    filter.Expr
	now     time.Time
	from    int64 // Unix nanoseconds
	to      int64
	conds   map[string]*condition // by the condition's text
	matcher *filter.Matcher
	needs   needs

	text     string // of the filter
	relative bool   // it asks of times what changes with the time of asking
}

// condition is a Cond made ready: its test runs over the values of columns.
type condition struct {
	filter.Cond
	test func(filter.Value) bool
}

// needs says what of a log has to be read to decide a filter.
type needs struct{ body, headers bool }

// headOnly are the fields that have no column and stand in the head. Every
// other one is looked for in the whole log.
var headOnly = map[string]bool{"message": true, "query.": true, "attributes.": true}

func newQuestion(ctx context.Context, q audit.Query) *question {
	a := &question{ctx: ctx, expr: q.Filter, now: q.Now, from: minTime, to: maxTime, conds: map[string]*condition{}}
	if a.expr == nil {
		a.expr = filter.All()
	}
	if a.now.IsZero() {
		a.now = time.Now()
	}
	if !q.From.IsZero() {
		a.from = clampTime(q.From)
	}
	if !q.To.IsZero() {
		a.to = clampTime(q.To)
	}
	filter.Walk(a.expr, func(c filter.Cond, _ bool) {
		key := filter.TextOf(c)
		if a.conds[key] == nil {
			a.conds[key] = &condition{c, filter.CompileCond(c, a.now)}
		}
		a.needs.add(c.Field)
		a.relative = a.relative || c.Op >= filter.MoreThanAgo
	})
	a.matcher = filter.Compile(a.expr, a.now)
	a.text = filter.TextOf(a.expr)
	return a
}

func (n *needs) add(f *filter.Field) {
	for _, source := range sourcesOf(f) {
		if _, column := columnOf[source]; column || headOnly[source] {
			continue
		}
		n.body = true
		if strings.Contains(source, "header") {
			n.headers = true
		}
		if textFields[source] == 0 && !strings.Contains(source, ".body.") {
			n.headers = true // something new
		}
	}
}

// sourcesOf are the names of the fields that a field has the values of.
func sourcesOf(f *filter.Field) []string {
	if len(f.Of) > 0 {
		return f.Of
	}
	return []string{f.Name}
}

// narrow gives what the index knows about the question in a slice.
func (a *question) narrow(s *slice) (answer, error) {
	if err := a.ctx.Err(); err != nil {
		return answer{}, canceled(err)
	}
	visible, err := a.inRange(s)
	if err != nil || visible.empty() {
		return exactly(newBitset(s.rows)), err
	}
	got, err := a.walk(s, a.expr)
	if err != nil {
		return answer{}, err
	}
	got.must.and(visible)
	got.may.and(visible)
	return got, nil
}

// inRange gives the visible rows between From and To.
func (a *question) inRange(s *slice) (bitset, error) {
	if s.min >= a.from && s.max < a.to {
		return s.visible, nil
	}
	rows := newBitset(s.rows)
	if s.max < a.from || s.min >= a.to {
		return rows, nil
	}
	times, err := s.times()
	if err != nil {
		return nil, err
	}
	for row, t := range times[:s.rows] {
		if t >= a.from && t < a.to {
			rows.add(row)
		}
	}
	rows.and(s.visible)
	return rows, nil
}

func (a *question) walk(s *slice, e filter.Expr) (answer, error) {
	switch e := e.(type) {
	case filter.And:
		return a.members(s, e, rangeBitset(s.rows, 0, s.rows), bitset.and)
	case filter.Or:
		return a.members(s, e, newBitset(s.rows), bitset.or)
	case filter.Not:
		got, err := a.walk(s, e.X)
		if err != nil {
			return answer{}, err
		}
		not := answer{must: rangeBitset(s.rows, 0, s.rows), may: rangeBitset(s.rows, 0, s.rows)}
		not.must.andNot(got.may)
		not.may.andNot(got.must)
		return not, nil
	case filter.Cond:
		return a.cond(s, e)
	}
	return answer{}, errors.New("an expression that no schema makes")
}

// members combines the answers of members, beginning with start.
func (a *question) members(s *slice, members []filter.Expr, start bitset, combine func(b, o bitset)) (answer, error) {
	all := exactly(start)
	for _, e := range members {
		got, err := a.walk(s, e)
		if err != nil {
			return answer{}, err
		}
		combine(all.must, got.must)
		combine(all.may, got.may)
	}
	return all, nil
}

// cond answers one condition: true where it is true for one of the fields that
// its field has the values of.
func (a *question) cond(s *slice, c filter.Cond) (answer, error) {
	ready := a.conds[filter.TextOf(c)]
	all := exactly(newBitset(s.rows))
	for _, source := range sourcesOf(c.Field) {
		got, err := ready.source(s, source)
		if err != nil {
			return answer{}, err
		}
		all.must.or(got.must)
		all.may.or(got.may)
	}
	return all, nil
}

// source answers the condition for one field: from its column, from the text
// index, or not at all.
func (c *condition) source(s *slice, field string) (answer, error) {
	if i, ok := columnOf[field]; ok {
		if columnFields[i].kind == timeColumn {
			return c.times(s)
		}
		column, err := s.column(i)
		if err != nil {
			return answer{}, err
		}
		return exactly(column.test(s.rows, c.test)), nil
	}
	if fields := textFields[field]; fields != 0 {
		return c.words(s, fields)
	}
	return unknown(s), nil
}

func unknown(s *slice) answer {
	return answer{newBitset(s.rows), rangeBitset(s.rows, 0, s.rows)}
}

func (c *condition) times(s *slice) (answer, error) {
	times, err := s.times()
	if err != nil {
		return answer{}, err
	}
	rows := newBitset(s.rows)
	for row, t := range times[:s.rows] {
		if c.test(filter.TimeValue(t)) {
			rows.add(row)
		}
	}
	return exactly(rows), nil
}
