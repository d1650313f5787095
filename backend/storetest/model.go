// Package storetest says what an audit.LogStore must do, in two ways: Model, the
// plainest store that is right, and Run, the suite that every store must pass.
//
// A store's own test is a few lines:
//
//	func TestStore(t *testing.T) {
//		storetest.Run(t, func(t *testing.T, dir string) audit.LogStore {
//			s, err := local.Open(dir, local.Options{})
//			if err != nil {
//				t.Fatal(err)
//			}
//			return s
//		})
//	}
//
// Run asks the store's Abilities and its optional interfaces (audit.Marker,
// Checker, Reindexer, Sizer, Dropper) what it can do, and holds it to that.
package storetest

import (
	"cmp"
	"context"
	"encoding/json"
	"iter"
	"maps"
	"math/big"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// Model is a LogStore that is a list of logs and looks at every one of them for
// each question. It is the specification: where a store answers something else,
// one of the two is wrong, and this one can be read. It keeps nothing on disk.
type Model struct {
	mu       sync.Mutex
	projects map[string]*modelProject
}

var _ audit.LogStore = (*Model)(nil)

// modelProject holds the logs in order of arrival. A snapshot is the number of
// logs that had arrived.
type modelProject struct {
	logs    []*modelLog
	arrived int
}

type modelLog struct {
	audit.Log
	arrival int // 1 for the first
}

// NewModel makes an empty Model.
func NewModel() *Model { return &Model{projects: map[string]*modelProject{}} }

// Abilities says that it can do everything but survive.
func (m *Model) Abilities() audit.Abilities {
	return audit.Abilities{
		Purge: true, Dedupe: true,
		OrderBy: []audit.OrderField{audit.ByTime, audit.ByStatus, audit.ByOrigin},
	}
}

// Close does nothing.
func (m *Model) Close() error { return nil }

func (m *Model) project(name string) *modelProject {
	if m.projects[name] == nil {
		m.projects[name] = &modelProject{}
	}
	return m.projects[name]
}

// Append adds the logs that are not there.
func (m *Model) Append(_ context.Context, project string, logs []audit.Log) (added int, err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.project(project)
	for _, l := range logs {
		if slices.ContainsFunc(p.logs, func(have *modelLog) bool { return have.ID == l.ID }) {
			continue
		}
		p.arrived++
		p.logs = append(p.logs, &modelLog{l, p.arrived})
		added++
	}
	return added, nil
}

// Get looks for the log.
func (m *Model) Get(_ context.Context, project, id string) (audit.Log, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, l := range m.project(project).logs {
		if l.ID == id {
			return l.Log, nil
		}
	}
	return audit.Log{}, audit.Missing("log", id)
}

// matches gives every match of a query in its order.
func (m *Model) matches(ctx context.Context, q audit.Query) (logs []*audit.Log, asOf int, err error) {
	if ctx.Err() != nil {
		return nil, 0, ctx.Err()
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.project(q.Project)
	if asOf, err = p.snapshot(q.AsOf, p.arrived); err != nil {
		return nil, 0, err
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return nil, 0, audit.Errorf(audit.Invalid, "The range ends before it begins.")
	}
	since, err := p.snapshot(q.Since, 0)
	if err != nil {
		return nil, 0, err
	}
	switch q.Order.Field {
	case "", audit.ByTime, audit.ByStatus, audit.ByOrigin:
	default:
		return nil, 0, audit.Errorf(audit.Invalid, "Logs are not ordered by %q.", q.Order.Field)
	}
	now := q.Now
	if now.IsZero() {
		now = time.Now()
	}
	matcher := filter.Compile(q.Filter, now)
	for _, l := range p.logs {
		if l.arrival > since && l.arrival <= asOf &&
			(q.From.IsZero() || !l.Time.Before(q.From)) && (q.To.IsZero() || l.Time.Before(q.To)) &&
			matcher.Match(&l.Log) {
			logs = append(logs, &l.Log)
		}
	}
	slices.SortFunc(logs, func(a, b *audit.Log) int { return compare(q.Order, a, b) })
	return logs, asOf, nil
}

func (p *modelProject) snapshot(text string, otherwise int) (int, error) {
	if text == "" {
		return otherwise, nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 || n > p.arrived {
		return 0, audit.Errorf(audit.Invalid, "%q is no snapshot.", text)
	}
	return n, nil
}

// compare says which of two logs comes first in an order.
func compare(o audit.Order, a, b *audit.Log) int {
	newestFirst := cmp.Or(b.Time.Compare(a.Time), cmp.Compare(b.ID, a.ID))
	byField := 0
	switch o.Field {
	case audit.ByStatus:
		byField = cmp.Compare(a.Status, b.Status)
	case audit.ByOrigin:
		byField = cmp.Compare(a.Origin, b.Origin)
	default:
		if o.Ascending {
			return -newestFirst
		}
		return newestFirst
	}
	if !o.Ascending {
		byField = -byField
	}
	return cmp.Or(byField, newestFirst)
}

// cursor is a place between two logs, before or behind one, in the snapshot of
// the page that it is from.
type cursor struct {
	AsOf   string
	Before bool
	Time   time.Time
	ID     string
	Status int
	Origin string
}

func cursorAt(l *audit.Log, asOf string, before bool) string {
	b, err := json.Marshal(cursor{asOf, before, l.Time, l.ID, l.Status, l.Origin})
	if err != nil {
		panic(err) // such a struct always encodes
	}
	return string(b)
}

// Search cuts a page out of all matches.
func (m *Model) Search(ctx context.Context, q audit.Query) (audit.Page, error) {
	if q.Limit < 0 || q.Limit > audit.MaxLimit {
		return audit.Page{}, audit.Errorf(audit.Invalid, "The limit is %d; it is 1 to %d.", q.Limit, audit.MaxLimit)
	}
	var c cursor
	if q.Cursor != "" {
		if json.Unmarshal([]byte(q.Cursor), &c) != nil {
			return audit.Page{}, audit.Errorf(audit.Invalid, "%q is no cursor.", q.Cursor)
		}
		q.AsOf = c.AsOf
	}
	logs, asOf, err := m.matches(ctx, q)
	if err != nil {
		return audit.Page{}, err
	}
	limit := cmp.Or(q.Limit, audit.DefaultLimit)
	start := 0
	end := min(limit, len(logs))
	switch {
	case q.Cursor != "" && !q.Around.IsZero():
		return audit.Page{}, audit.Errorf(audit.Invalid, "A cursor and a time to go to exclude each other.")
	case q.Cursor != "":
		place := &audit.Log{Time: c.Time, ID: c.ID, Status: c.Status, Origin: c.Origin}
		if c.Before {
			end = indexOr(logs, func(l *audit.Log) bool { return compare(q.Order, l, place) >= 0 })
			start = max(0, end-limit)
		} else {
			start = indexOr(logs, func(l *audit.Log) bool { return compare(q.Order, l, place) > 0 })
			end = min(start+limit, len(logs))
		}
	case !q.Around.IsZero():
		if q.Order.Field != "" && q.Order.Field != audit.ByTime {
			return audit.Page{}, audit.Errorf(audit.Invalid, "Only a list ordered by time has a place for a time.")
		}
		start = indexOr(logs, func(l *audit.Log) bool {
			if q.Order.Ascending {
				return !l.Time.Before(q.Around)
			}
			return !l.Time.After(q.Around)
		})
		end = min(start+limit, len(logs))
	}
	page := audit.Page{Total: int64(len(logs)), TotalExact: true, AsOf: strconv.Itoa(asOf)}
	for _, l := range logs[start:end] {
		page.Logs = append(page.Logs, listed(*l))
	}
	if start > 0 && start < end {
		page.Prev = cursorAt(logs[start], page.AsOf, true)
	}
	if start < end && end < len(logs) {
		page.Next = cursorAt(logs[end-1], page.AsOf, false)
	}
	return page, nil
}

// indexOr gives the first index that f holds for, else the length.
func indexOr(logs []*audit.Log, f func(*audit.Log) bool) int {
	if i := slices.IndexFunc(logs, f); i >= 0 {
		return i
	}
	return len(logs)
}

// listed is a log as a list has it: without headers and bodies.
func listed(l audit.Log) audit.Log {
	for _, p := range []*audit.Payload{&l.Request, &l.Response} {
		p.Headers, p.Body = nil, ""
	}
	return l
}

// Scan yields all matches.
func (m *Model) Scan(ctx context.Context, q audit.Query) iter.Seq2[audit.Log, error] {
	return func(yield func(audit.Log, error) bool) {
		logs, _, err := m.matches(ctx, q)
		if err != nil {
			yield(audit.Log{}, err)
			return
		}
		for _, l := range logs {
			if !yield(*l, nil) {
				return
			}
		}
	}
}

// Tally counts all matches.
func (m *Model) Tally(ctx context.Context, q audit.Query, by audit.Group) (audit.Tally, error) {
	logs, asOf, err := m.matches(ctx, q)
	if err != nil {
		return audit.Tally{}, err
	}
	t := audit.Tally{Total: int64(len(logs)), AsOf: strconv.Itoa(asOf)}
	for i := range logs {
		if logs[i].Failed() {
			t.Failures++
		}
	}
	switch {
	case by.Steps < 0 || by.Steps > audit.MaxSteps || by.Steps > 0 && by.Field != "" || by.Limit < 0 || by.Limit > 1000:
		return audit.Tally{}, audit.Errorf(audit.Invalid, "There are 1 to %d steps and 1 to 1,000 values.", audit.MaxSteps)
	case by.Steps > 0:
		all := q // what the question could have found: its axis does not move with the filter
		all.Filter, all.From, all.To = nil, time.Time{}, time.Time{}
		seen, _, err := m.matches(ctx, all)
		if err != nil {
			return audit.Tally{}, err
		}
		t.Buckets = steps(q, seen, logs, by.Steps)
	default:
		field, arg, err := audit.LogSchema.Lookup(by.Field)
		if err != nil {
			return audit.Tally{}, audit.Errorf(audit.Invalid, "%w", err)
		}
		if field.Kind == filter.Text || field.Kind == filter.Time {
			return audit.Tally{}, audit.Errorf(audit.Invalid, "%s has too many values to count by.", field.Name)
		}
		t.Buckets, t.Other = values(logs, field, arg, by)
	}
	return t, nil
}

// steps counts in equal steps of time. Where the query leaves the range open, it
// goes up to the oldest and newest of all logs, whatever the filter.
func steps(q audit.Query, all, matches []*audit.Log, n int) (buckets []audit.Bucket) {
	from, to := q.From, q.To
	for i := range all {
		if t := all[i].Time; q.From.IsZero() && (from.IsZero() || t.Before(from)) {
			from = t
		}
		if t := all[i].Time; q.To.IsZero() && (to.IsZero() || !t.Before(to)) {
			to = t.Add(1)
		}
	}
	if from.IsZero() || !to.After(from) {
		return nil
	}
	edge := func(i int) time.Time {
		width := big.NewInt(int64(to.Sub(from)))
		width.Mul(width, big.NewInt(int64(i))).Div(width, big.NewInt(int64(n)))
		return from.Add(time.Duration(width.Int64()))
	}
	for i := range n {
		b := audit.Bucket{From: edge(i), To: edge(i + 1)}
		for j := range matches {
			if t := matches[j].Time; !t.Before(b.From) && t.Before(b.To) {
				add(&b, matches[j])
			}
		}
		buckets = append(buckets, b)
	}
	return buckets
}

// values counts by a field's values.
func values(logs []*audit.Log, field *filter.Field, arg string, by audit.Group) (buckets []audit.Bucket, other int64) {
	counts := map[string]*audit.Bucket{}
	has := make([]map[string]bool, len(logs)) // the values of each log that Prefix leaves
	for i := range logs {
		has[i] = map[string]bool{}
		field.Values(logs[i], arg, func(v filter.Value) bool {
			if key := keyOf(v); key != "" && hasPrefix(key, by.Prefix) {
				has[i][key] = true
			}
			return true
		})
		for key := range has[i] {
			if counts[key] == nil {
				counts[key] = &audit.Bucket{Key: key}
			}
			add(counts[key], logs[i])
		}
	}
	for _, b := range slices.SortedFunc(maps.Values(counts), func(a, b *audit.Bucket) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Key, b.Key))
	}) {
		buckets = append(buckets, *b)
	}
	buckets = buckets[:min(len(buckets), cmp.Or(by.Limit, 10))]
	for i := range logs {
		if !slices.ContainsFunc(buckets, func(b audit.Bucket) bool { return has[i][b.Key] }) {
			other++
		}
	}
	return buckets, other
}

// keyOf is a value as the key of a bucket.
func keyOf(v filter.Value) string {
	if v.Text == "" && v.IsNumber {
		return strconv.FormatFloat(v.Number, 'f', -1, 64)
	}
	return v.Text
}

func hasPrefix(s, prefix string) bool {
	for i := range s + " " {
		if strings.EqualFold(s[:i], prefix) {
			return true
		}
	}
	return false
}

// add counts a log in a bucket.
func add(b *audit.Bucket, l *audit.Log) {
	b.Count++
	if l.Failed() {
		b.Failures++
	}
}

// Purge removes the matches.
func (m *Model) Purge(ctx context.Context, q audit.Query) (removed int, err error) {
	logs, _, err := m.matches(ctx, q)
	if err != nil {
		return 0, err
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	p := m.project(q.Project)
	p.logs = slices.DeleteFunc(p.logs, func(have *modelLog) bool {
		return slices.Contains(logs, &have.Log)
	})
	return len(logs), nil
}
