package audit_test

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/storetest"
)

// asked is a question counted by hand: over all logs, one by one.
type asked struct {
	logs     []audit.Log
	now      time.Time
	e        filter.Expr
	from, to time.Time
}

func (a asked) times() []time.Time {
	var out []time.Time
	m := filter.Compile(a.e, a.now)
	for i := range a.logs {
		l := &a.logs[i]
		if (a.from.IsZero() || !l.Time.Before(a.from)) && (a.to.IsZero() || l.Time.Before(a.to)) && m.Match(l) {
			out = append(out, l.Time)
		}
	}
	return out
}

func (a asked) count() int64 { return int64(len(a.times())) }

// ends are the first and the last time, nil without any.
func (a asked) ends() (first, last *time.Time) {
	for _, t := range a.times() {
		if first == nil || t.Before(*first) {
			first = &t
		}
		if last == nil || t.After(*last) {
			last = &t
		}
	}
	return first, last
}

func parse(t *testing.T, text string) filter.Expr {
	t.Helper()
	e, err := audit.LogSchema.Parse(text)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return e
}

// TestExplainAgainstCountingByHand explains random questions over random logs:
// every number is the one that counting gives, every way leads to as many logs
// as it says and to at least one, and where there are logs at all there is a way.
func TestExplainAgainstCountingByHand(t *testing.T) {
	filters := []string{
		"", "status>=400", "status:200", "method:GET", "status>=400 method:GET", "status:999", "status:999 method:GET",
		"status:200 status:404", "status:200 OR status:404", "(status:200 OR status:404) method:POST -origin:API",
		"-(status:200 method:GET)", "origin:* method:POST status<300", "time>-24h", "status:999 method:NONE", "-status:* OR method:NONE",
	}
	rng := rand.New(rand.NewPCG(1, 2))
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	kinds := map[audit.WayKind]int{}
	for round := range 400 {
		logs := randomLogs(rng, now)
		store := storetest.NewModel()
		if _, err := store.Append(t.Context(), "p", logs); err != nil {
			t.Fatal(err)
		}
		text := filters[rng.IntN(len(filters))]
		a := asked{logs: logs, now: now, e: parse(t, text)}
		a.from, a.to = randomRange(rng, now)
		x, err := audit.Explain(t.Context(), store, audit.Query{Project: "p", Filter: a.e, From: a.from, To: a.to, Now: now})
		if err != nil {
			t.Fatal(err)
		}
		name := fmt.Sprintf("round %d: %d logs, %q, from %v to %v", round, len(logs), text, a.from, a.to)
		checkNumbers(t, name, a, x)
		for _, way := range x.Ways {
			kinds[way.Kind]++
			checkWay(t, name, a, x, way)
		}
		if x.Total == 0 && len(logs) > 0 && len(x.Ways) == 0 {
			t.Errorf("%s: there are logs, but no way leads to any", name)
		}
		if x.Total > 0 && len(x.Ways) > 0 {
			t.Errorf("%s: ways out of an answer that is not empty", name)
		}
	}
	for _, kind := range []audit.WayKind{audit.WayRange, audit.WayFilter, audit.WayBoth} {
		if kinds[kind] < 5 {
			t.Errorf("only %d ways of the kind %s; the test has lost its grip", kinds[kind], kind)
		}
	}
}

func randomLogs(rng *rand.Rand, now time.Time) []audit.Log {
	n := []int{0, 1, 5, 60}[rng.IntN(4)]
	// All in a second, in an hour, in days, in years.
	width := []time.Duration{time.Second, time.Hour, 90 * time.Hour, 20_000 * time.Hour}[rng.IntN(4)]
	end := now.Add(-[]time.Duration{0, time.Hour, 30 * time.Hour, 90_000 * time.Hour}[rng.IntN(4)])
	logs := make([]audit.Log, n)
	for i := range logs {
		logs[i] = audit.Log{
			ID: fmt.Sprint("log_", i), Time: end.Add(-time.Duration(rng.Int64N(int64(width)))).UTC(), Status: []int{0, 200, 404, 500}[rng.IntN(4)],
			Method: []string{"GET", "POST"}[rng.IntN(2)], Origin: []string{"", "API", "Dashboard"}[rng.IntN(3)],
		}
	}
	return logs
}

func randomRange(rng *rand.Rand, now time.Time) (from, to time.Time) {
	at := now.Add(-[]time.Duration{time.Minute, 24 * time.Hour, 60 * time.Hour, 91_000 * time.Hour}[rng.IntN(4)])
	switch rng.IntN(4) {
	case 0:
		return at, time.Time{}
	case 1:
		return time.Time{}, at
	case 2:
		return at, at.Add(time.Hour)
	}
	return time.Time{}, time.Time{}
}

func checkNumbers(t *testing.T, name string, a asked, x audit.Explanation) {
	t.Helper()
	everywhere := a
	everywhere.from, everywhere.to = time.Time{}, time.Time{}
	oldest, newest := everywhere.ends()
	if x.Total != a.count() || x.AllTime != everywhere.count() || !sameTime(x.Oldest, oldest) || !sameTime(x.Newest, newest) {
		t.Errorf("%s: total %d, all time %d, from %v to %v; counted %d, %d, %v, %v", name, x.Total, x.AllTime, x.Oldest, x.Newest, a.count(), everywhere.count(), oldest, newest)
	}
	var before, after *time.Time
	if !a.from.IsZero() {
		early := everywhere
		early.to = a.from
		_, before = early.ends()
	}
	if !a.to.IsZero() {
		late := everywhere
		late.from = a.to
		after, _ = late.ends()
	}
	if !sameTime(x.Nearest.Before, before) || !sameTime(x.Nearest.After, after) {
		t.Errorf("%s: nearest %v and %v; counted %v and %v", name, x.Nearest.Before, x.Nearest.After, before, after)
	}
	members := []filter.Expr{a.e}
	if and, ok := a.e.(filter.And); ok {
		members = and
	}
	if len(x.Conditions) != len(members) {
		t.Fatalf("%s: %d conditions, want %d", name, len(x.Conditions), len(members))
	}
	for i, c := range x.Conditions {
		alone, rest := a, a
		alone.e = members[i]
		var others filter.And
		for j, m := range members {
			if j != i {
				others = append(others, m)
			}
		}
		rest.e = others
		if c.Text != filter.TextOf(members[i]) || c.Label != filter.LabelOf(members[i]) || c.Count != alone.count() || c.Without != rest.count() {
			t.Errorf("%s: condition %+v; counted %d alone, %d without", name, c, alone.count(), rest.count())
		}
	}
}

func checkWay(t *testing.T, name string, a asked, x audit.Explanation, way audit.Way) {
	t.Helper()
	to := a
	switch way.Kind {
	case audit.WayRange:
		if way.Q != nil {
			t.Errorf("%s: a way to another range changes the filter: %+v", name, way)
		}
	case audit.WayFilter:
		if way.From != nil || way.To != nil {
			t.Errorf("%s: a way to another filter changes the range: %+v", name, way)
		}
	}
	if way.From != nil {
		to.from, to.to = *way.From, *way.To
	}
	if way.Q != nil {
		to.e = parse(t, *way.Q)
	}
	if n := to.count(); n != way.Count || n == 0 || way.Label == "" {
		t.Errorf("%s: the way %+v leads to %d logs", name, way, n)
	}
}

func sameTime(a, b *time.Time) bool {
	if a == nil || b == nil {
		return a == b
	}
	return a.Equal(*b)
}

// TestExplainSaysItInWords fixes the sentences for the questions that people
// really have.
func TestExplainSaysItInWords(t *testing.T) {
	day := func(s string) time.Time {
		at, err := time.Parse("2006-01-02 15:04:05", s)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	now := day("2026-11-22 10:00:00")
	for _, c := range []struct {
		times []string
		q     string
		last  time.Duration
		want  []string
	}{
		{
			[]string{"2015-05-17 10:05:00", "2015-05-18 00:00:00", "2015-05-20 21:05:59"},
			"", 24 * time.Hour,
			[]string{"Show 3 logs from 17 to 20 May 2015", "Show the nearest log, from 19 May 2015, 21:00 to 20 May 2015, 22:00 UTC"},
		},
		{[]string{"2015-04-28 10:05:00", "2015-05-03 21:05:59"}, "", 0, nil},
		{
			[]string{"2014-12-28 10:05:00", "2015-01-03 21:05:59"},
			"status:200", 24 * time.Hour,
			[]string{"Show 2 logs from 28 December 2014 to 3 January 2015", "Show the nearest log, from 2 January 2015, 21:00 to 3 January 2015, 22:00 UTC"},
		},
		{
			[]string{"2026-11-22 09:00:00"},
			"status:404 method:GET", time.Hour,
			[]string{"Without Status is 404: 1 log", "Without any filter: 1 log"},
		},
		{
			[]string{"2026-11-20 09:00:00", "2026-11-20 12:30:00"},
			"status:404", time.Hour,
			[]string{"Without any filter: 2 logs of 20 November 2026, 09:00 to 13:00 UTC"},
		},
	} {
		store := storetest.NewModel()
		for i, s := range c.times {
			if _, err := store.Append(t.Context(), "p", []audit.Log{{ID: fmt.Sprint(i), Time: day(s), Status: 200, Method: "GET"}}); err != nil {
				t.Fatal(err)
			}
		}
		q := audit.Query{Project: "p", Filter: parse(t, c.q), Now: now}
		if c.last > 0 {
			q.From = now.Add(-c.last)
		}
		x, err := audit.Explain(t.Context(), store, q)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, way := range x.Ways {
			got = append(got, way.Label)
		}
		if fmt.Sprint(got) != fmt.Sprint(c.want) {
			t.Errorf("%v, %q, the last %v:\n got %q\nwant %q", c.times, c.q, c.last, got, c.want)
		}
	}
}
