package local

import (
	"cmp"
	"context"
	"errors"
	"math/bits"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// Tally counts every match; see audit.LogStore.
func (s *Store) Tally(ctx context.Context, q audit.Query, by audit.Group) (audit.Tally, error) {
	if err := s.users.enter(); err != nil {
		return audit.Tally{}, err
	}
	defer s.users.leave()
	count, err := newCounting(by)
	if err != nil {
		return audit.Tally{}, err
	}
	v, a, all, err := s.ask(ctx, q)
	if err != nil {
		return audit.Tally{}, err
	}
	_, err = decideAll(all, time.Time{})
	remember(all)
	if err != nil {
		return audit.Tally{}, err
	}
	if err := count.prepare(q, v); err != nil {
		return audit.Tally{}, err
	}
	t := audit.Tally{AsOf: v.asOf.String()}
	var mu sync.Mutex
	err = parallel(len(all), func(i int) error {
		if err := a.ctx.Err(); err != nil {
			return canceled(err)
		}
		failed, err := all[i].failures()
		if err != nil {
			return err
		}
		c, err := count.slice(a, all[i], failed)
		if err != nil {
			return err
		}
		mu.Lock()
		defer mu.Unlock()
		t.Total += int64(all[i].yes.count())
		t.Failures += int64(failed.count())
		count.add(c)
		return nil
	})
	if err != nil {
		return audit.Tally{}, err
	}
	err = count.finish(a, all, &t)
	return t, err
}

// failures are the matches that failed, by the column of results.
func (m *matches) failures() (bitset, error) {
	c, err := m.slice.column(columnOf["result"])
	if err != nil {
		return nil, err
	}
	failed := c.test(m.slice.rows, func(v filter.Value) bool { return v.Text == audit.Failure })
	failed.and(m.yes)
	return failed, nil
}

// counting is one way to count; what slice gives for each slice of a view is added up.
type counting interface {
	prepare(q audit.Query, v *view) error
	slice(a *question, m *matches, failed bitset) (counted, error)
	add(c counted)
	finish(a *question, all []*matches, t *audit.Tally) error
}

// counted is what was found in one slice.
type counted struct {
	steps  []tallied
	values []valueTallied // a value may occur twice
}

type tallied struct{ count, failures int64 }

type valueTallied struct {
	key string
	tallied
}

func newCounting(by audit.Group) (counting, error) {
	if by.Steps != 0 {
		if by.Steps < 0 || by.Steps > audit.MaxSteps || by.Field != "" {
			return nil, audit.Errorf(audit.Invalid, "A histogram has 1 to %d steps and no field.", audit.MaxSteps)
		}
		return &stepCounting{steps: by.Steps}, nil
	}
	f, arg, err := audit.LogSchema.Lookup(by.Field)
	if err != nil {
		return nil, &audit.Error{Code: audit.Invalid, Message: "Cannot count by this: " + err.Error() + ".", Cause: err}
	}
	switch {
	case by.Limit < 0 || by.Limit > maxValues:
		return nil, audit.Errorf(audit.Invalid, "A count has at most %d values; %d were asked for.", maxValues, by.Limit)
	case f.Kind == filter.Text || f.Kind == filter.Time:
		return nil, audit.Errorf(audit.Invalid, "Logs cannot be counted by the values of %s; count by steps of time, or by another field.", f.Name)
	case by.Limit == 0:
		by.Limit = defaultValues
	}
	c := &valueCounting{field: f, arg: arg, group: by, values: map[string]*tallied{}}
	c.needs.add(f)
	return c, nil
}

const (
	defaultValues = 10
	maxValues     = 1000
)

// stepCounting counts by equal steps of time.
type stepCounting struct {
	steps    int
	from, to int64
	buckets  []tallied
}

// prepare finds the range: that of the query, where it is open that of the data.
func (c *stepCounting) prepare(q audit.Query, v *view) error {
	c.buckets = make([]tallied, c.steps)
	c.from, c.to = maxTime, minTime
	for _, s := range v.parts {
		lowest, highest, err := s.bounds()
		if err != nil {
			return err
		}
		c.from, c.to = min(c.from, lowest), max(c.to, highest+1)
	}
	empty := c.from >= c.to
	if !q.From.IsZero() {
		c.from = clampTime(q.From)
	}
	if !q.To.IsZero() {
		c.to = clampTime(q.To)
	}
	if empty && (q.From.IsZero() || q.To.IsZero()) || c.to <= c.from {
		c.buckets = nil // there is no range to divide
	}
	return nil
}

// bounds are the smallest and largest time of the visible rows.
func (s *slice) bounds() (lowest, highest int64, err error) {
	times, err := s.times()
	if err != nil {
		return 0, 0, err
	}
	lowest, highest = maxTime, minTime
	for row := range s.visible.all() {
		lowest, highest = min(lowest, times[row]), max(highest, times[row])
	}
	return lowest, highest, nil
}

// edge is where step i begins: the range divided exactly, rounded down. The
// range may be longer than an int64 can say, but not than a uint64 can.
func (c *stepCounting) edge(i int) int64 {
	high, low := bits.Mul64(uint64(c.to-c.from), uint64(i))
	quotient, _ := bits.Div64(high, low, uint64(c.steps))
	return c.from + int64(quotient)
}

func (c *stepCounting) slice(_ *question, m *matches, failed bitset) (counted, error) {
	steps := make([]tallied, len(c.buckets))
	times, err := m.slice.times()
	if err != nil || steps == nil {
		return counted{}, err
	}
	width := float64(uint64(c.to-c.from)) / float64(c.steps)
	edges := make([]int64, c.steps+1)
	for i := range edges {
		edges[i] = c.edge(i)
	}
	for row := range m.yes.all() {
		t := times[row]
		if t < c.from || t >= c.to {
			continue
		}
		// The division may be off by one; the edges decide.
		i := min(int(float64(uint64(t-c.from))/width), c.steps-1)
		for t < edges[i] {
			i--
		}
		for t >= edges[i+1] {
			i++
		}
		steps[i].count++
		if failed.has(row) {
			steps[i].failures++
		}
	}
	return counted{steps: steps}, nil
}

func (c *stepCounting) add(got counted) {
	for i, s := range got.steps {
		c.buckets[i].count += s.count
		c.buckets[i].failures += s.failures
	}
}

func (c *stepCounting) finish(_ *question, _ []*matches, t *audit.Tally) error {
	for i, b := range c.buckets {
		t.Buckets = append(t.Buckets, audit.Bucket{
			From: time.Unix(0, c.edge(i)).UTC(), To: time.Unix(0, c.edge(i+1)).UTC(),
			Count: b.count, Failures: b.failures,
		})
	}
	return nil
}

// valueCounting counts by the values of a field.
type valueCounting struct {
	field  *filter.Field
	arg    string
	group  audit.Group
	needs  needs
	values map[string]*tallied
}

func (c *valueCounting) prepare(audit.Query, *view) error { return nil }

func (c *valueCounting) slice(a *question, m *matches, failed bitset) (counted, error) {
	if i, ok := columnOf[c.field.Name]; ok {
		return c.column(m, failed, i)
	}
	return c.logs(a, m, failed)
}

// column counts codes, then asks the dictionary what they mean.
func (c *valueCounting) column(m *matches, failed bitset, i int) (counted, error) {
	column, err := m.slice.column(i)
	if err != nil {
		return counted{}, err
	}
	byCode := make([]tallied, column.values())
	for row := range m.yes.all() {
		b := &byCode[column.codes.at(row)]
		b.count++
		if failed.has(row) {
			b.failures++
		}
	}
	got := counted{values: make([]valueTallied, 0, len(byCode))}
	for code, b := range byCode {
		if code == 0 || b.count == 0 {
			continue
		}
		got.values = append(got.values, valueTallied{key(column.value(uint32(code))), b})
	}
	return got, nil
}

// logs counts what is not one column: fields of several values, headers, JSON
// paths.
func (c *valueCounting) logs(a *question, m *matches, failed bitset) (counted, error) {
	sums := map[string]tallied{}
	err := c.each(a, m, func(row int, keys map[string]bool) {
		for k := range keys {
			b := sums[k]
			b.count++
			if failed.has(row) {
				b.failures++
			}
			sums[k] = b
		}
	})
	var got counted
	for k, b := range sums {
		got.values = append(got.values, valueTallied{k, b})
	}
	return got, err
}

// each gives the different values that every match has.
func (c *valueCounting) each(a *question, m *matches, see func(row int, keys map[string]bool)) error {
	columns, err := c.columns(m.slice)
	if err != nil {
		return err
	}
	if columns == nil {
		return c.eachRead(a, m, see)
	}
	keys := map[string]bool{}
	for row := range m.yes.all() {
		clear(keys)
		for _, column := range columns {
			if code := column.codes.at(row); code != 0 {
				keys[key(column.value(code))] = true
			}
		}
		see(row, keys)
	}
	return nil
}

// columns are those of a field that has the values of several others: user has
// those of user.id and user.email. nil where one of them has no column.
func (c *valueCounting) columns(s *slice) ([]*column, error) {
	var columns []*column
	for _, source := range c.field.Of {
		i, ok := columnOf[source]
		if !ok {
			return nil, nil
		}
		column, err := s.column(i)
		if err != nil {
			return nil, err
		}
		columns = append(columns, column)
	}
	return columns, nil
}

// eachRead reads every match for its values.
func (c *valueCounting) eachRead(a *question, m *matches, see func(row int, keys map[string]bool)) error {
	r := m.slice.part.reader()
	var l audit.Log
	keys := map[string]bool{}
	n := 0
	for row := range m.yes.all() {
		if n++; n%blockRows == 0 {
			if err := a.ctx.Err(); err != nil {
				return canceled(err)
			}
		}
		err := r.peek(row, head, &l, false)
		if err == nil && c.needs.body {
			err = r.peek(row, body, &l, c.needs.headers)
		}
		if errors.Is(err, errPurged) {
			continue
		}
		if err != nil {
			return err
		}
		clear(keys)
		c.field.Values(&l, c.arg, func(v filter.Value) bool {
			if k := key(v); k != "" {
				keys[strings.Clone(k)] = true
			}
			return true
		})
		see(row, keys)
	}
	return nil
}

// key is a value as it is shown.
func key(v filter.Value) string {
	if v.Text == "" && v.IsNumber {
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	}
	return v.Text
}

func (c *valueCounting) add(got counted) {
	for _, b := range got.values {
		sum := c.values[b.key]
		if sum == nil {
			sum = &tallied{}
			c.values[strings.Clone(b.key)] = sum
		}
		sum.count += b.count
		sum.failures += b.failures
	}
}

// finish takes the most frequent values. A log with one value is in one bucket,
// so Other is what is left; of logs with several, those in none are counted.
func (c *valueCounting) finish(a *question, all []*matches, t *audit.Tally) error {
	begins := filter.CompileCond(filter.Cond{
		Field: &filter.Field{Kind: filter.String}, Op: filter.StartsWith,
		Values: []filter.Operand{{Text: c.group.Prefix}},
	}, time.Time{})
	for key, b := range c.values {
		if begins(filter.StringValue(key)) {
			t.Buckets = append(t.Buckets, audit.Bucket{Key: key, Count: b.count, Failures: b.failures})
		}
	}
	slices.SortFunc(t.Buckets, func(a, b audit.Bucket) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key))
	})
	t.Buckets = t.Buckets[:min(len(t.Buckets), c.group.Limit)]
	t.Other = t.Total
	if _, single := columnOf[c.field.Name]; single {
		for _, b := range t.Buckets {
			t.Other -= b.Count
		}
		return nil
	}
	var inBuckets atomic.Int64
	err := parallel(len(all), func(i int) error {
		n := int64(0)
		err := c.each(a, all[i], func(_ int, keys map[string]bool) {
			for _, b := range t.Buckets {
				if keys[b.Key] {
					n++
					return
				}
			}
		})
		inBuckets.Add(n)
		return err
	})
	t.Other -= inBuckets.Load()
	return err
}
