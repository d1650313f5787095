package storetest

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// runContract goes through the promises of audit.LogStore one by one.
func runContract(t *testing.T, open Open) {
	run := func(name string, f func(c *contract)) {
		t.Run(name, func(t *testing.T) {
			c := &contract{T: t, open: open, dir: t.TempDir()}
			c.store = open(t, c.dir)
			f(c)
			if err := c.store.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	run("an unknown project is empty", (*contract).unknownProject)
	run("a stored id is skipped", (*contract).doubles)
	run("projects are apart", (*contract).projectsApart)
	run("every log comes back as it was", (*contract).roundTrip)
	run("lists have no headers and bodies", (*contract).lists)
	run("a wrong query is an error", (*contract).wrongQueries)
	run("around begins at a time", (*contract).around)
	run("snapshots", (*contract).snapshots)
	run("equal logs keep their order", (*contract).ties)
	run("what is purged is gone", (*contract).purged)
	run("a cancelled call ends", (*contract).cancelled)
	run("logs survive", (*contract).survive)
}

// contract is one rule being tested on a new store.
type contract struct {
	*testing.T
	open  Open
	dir   string
	store audit.LogStore
}

// call is a log that differs from others in what is given.
func call(id string, at time.Time, status int) audit.Log {
	return audit.Log{ID: id, Time: at, Status: status, Method: "POST", Path: "/v1/orders", Origin: "API"}
}

func (c *contract) append(project string, want int, logs ...audit.Log) {
	c.Helper()
	if got, err := c.store.Append(c.Context(), project, logs); err != nil || got != want {
		c.Fatalf("append of %d logs: added %d, %v; want %d", len(logs), got, err, want)
	}
}

func (c *contract) search(q audit.Query) audit.Page {
	c.Helper()
	page, err := c.store.Search(c.Context(), q)
	if err != nil {
		c.Fatalf("%s: %v", show(q), err)
	}
	return page
}

// finds says which ids a query finds, in order.
func (c *contract) finds(q audit.Query, want ...string) audit.Page {
	c.Helper()
	page := c.search(q)
	var got []string
	for _, l := range page.Logs {
		got = append(got, l.ID)
	}
	if strings.Join(got, " ") != strings.Join(want, " ") {
		c.Errorf("%s finds %v, want %v", show(q), got, want)
	}
	return page
}

func (c *contract) unknownProject() {
	q := audit.Query{Project: "nobody"}
	if page := c.finds(q); page.Total != 0 || !page.TotalExact || page.Next != "" {
		c.Errorf("the page is %+v", page)
	}
	if tally, err := c.store.Tally(c.Context(), q, audit.Group{Field: "status"}); err != nil || tally.Total != 0 || len(tally.Buckets) != 0 {
		c.Errorf("the tally is %+v, %v", tally, err)
	}
	if tally, err := c.store.Tally(c.Context(), q, audit.Group{Steps: 60}); err != nil || tally.Total != 0 {
		c.Errorf("the histogram is %+v, %v", tally, err)
	}
	if _, err := c.store.Get(c.Context(), "nobody", "x"); audit.CodeOf(err) != audit.NotFound {
		c.Errorf("get: %v", err)
	}
	for l, err := range c.store.Scan(c.Context(), q) {
		c.Errorf("scan yields %v, %v", l, err)
	}
	if c.store.Abilities().Purge {
		if n, err := c.store.Purge(c.Context(), q); n != 0 || err != nil {
			c.Errorf("purge: %d, %v", n, err)
		}
	}
	c.append("nobody", 0)
}

func (c *contract) doubles() {
	if !c.store.Abilities().Dedupe {
		c.Skip("not run: this store does not know doubles")
	}
	first := call("a", now, 200)
	other := call("a", now.Add(time.Hour), 500) // the same id, whatever else it says
	c.append("p", 1, first, other)
	c.append("p", 0, first)
	c.append("p", 1, other, call("b", now, 200))
	if l, err := c.store.Get(c.Context(), "p", "a"); err != nil || l.Status != 200 {
		c.Errorf("the first one is not kept: %+v, %v", l, err)
	}
	c.finds(audit.Query{Project: "p"}, "b", "a")
}

func (c *contract) projectsApart() {
	c.append("p", 1, call("a", now, 200))
	c.append("q", 1, call("a", now, 500))
	c.append("Q", 1, call("a", now, 404))
	for project, status := range map[string]int{"p": 200, "q": 500, "Q": 404} {
		if l, err := c.store.Get(c.Context(), project, "a"); err != nil || l.Status != status {
			c.Errorf("%s has %+v, %v", project, l, err)
		}
		if page := c.search(audit.Query{Project: project}); page.Total != 1 {
			c.Errorf("%s has %d logs", project, page.Total)
		}
	}
}

func (c *contract) roundTrip() {
	m := newMaker(7)
	var logs []audit.Log
	for range 200 {
		logs = append(logs, m.log())
	}
	binary := make([]byte, 256)
	for i := range binary {
		binary[i] = byte(i)
	}
	big := call("big", now, 200)
	big.Response.Body = strings.Repeat("0123456789abcdef", 2<<20/16)
	big.Response.Size = int64(len(big.Response.Body))
	odd := call("odd \x00 \n ' \" \\ 日本", now, 200)
	odd.Request.Body = string(binary)
	odd.Request.Headers = map[string][]string{"x-many": {"b", "a", "", "b"}, "": {"no name"}}
	odd.Message = "NUL \x00 and \u2028 and 😀"
	odd.Path = strings.Repeat("/long", 5000)
	odd.Request.TruncatedAt, odd.Request.Size = 256, 1<<40
	bare := audit.Log{ID: "bare", Time: now}
	early := call("early", time.Date(1700, 1, 1, 0, 0, 0, 1, time.UTC), 200)
	late := call("late", time.Date(2250, 12, 31, 23, 59, 59, 999_999_999, time.UTC), 200)
	logs = append(logs, big, odd, bare, early, late)
	c.append("p", len(logs), logs...)
	for _, want := range logs {
		got, err := c.store.Get(c.Context(), "p", want.ID)
		if err != nil {
			c.Errorf("%.40q: %v", want.ID, err)
		} else if diff := differ([]audit.Log{want}, []audit.Log{got}); diff != "" {
			c.Errorf("%.40q: %.3000s", want.ID, diff)
		}
	}
	page := c.search(audit.Query{Project: "p", Limit: 1})
	if page.Logs[0].ID != "late" {
		c.Errorf("the newest is %q", page.Logs[0].ID)
	}
	page = c.search(audit.Query{Project: "p", Limit: 1, Order: audit.Order{Ascending: true}})
	if page.Logs[0].ID != "early" {
		c.Errorf("the oldest is %q", page.Logs[0].ID)
	}
}

func (c *contract) lists() {
	l := call("a", now, 200)
	l.Request = audit.Payload{Headers: map[string][]string{"a": {"b"}}, Body: "body", Size: 4}
	l.Response = audit.Payload{Headers: map[string][]string{"a": {"b"}}, Body: "cut", Size: 10, TruncatedAt: 3}
	l.Message = "the message stays"
	c.append("p", 1, l)
	if diff := differ([]audit.Log{listed(l)}, c.search(audit.Query{Project: "p"}).Logs); diff != "" {
		c.Error(diff)
	}
}

func (c *contract) wrongQueries() {
	c.append("p", 3, call("a", now, 200), call("b", now, 200), call("c", now, 200))
	next := c.search(audit.Query{Project: "p", Limit: 1}).Next
	for name, q := range map[string]audit.Query{
		"a negative limit":     {Limit: -1},
		"a limit of 1,001":     {Limit: audit.MaxLimit + 1},
		"a cursor of nonsense": {Cursor: "nonsense"},
		"an as_of of nonsense": {AsOf: "nonsense"},
		"a since of nonsense":  {Since: "nonsense"},
		"an unknown order":     {Order: audit.Order{Field: "colour"}},
		"a cursor and a place": {Cursor: next, Around: now, Limit: 1},
		"a place by status":    {Around: now, Order: audit.Order{Field: audit.ByStatus}},
		"a range backwards":    {From: now, To: now.Add(-1)},
	} {
		q.Project = "p"
		if page, err := c.store.Search(c.Context(), q); audit.CodeOf(err) != audit.Invalid {
			c.Errorf("%s: %d logs, %v; want an error of code %s", name, len(page.Logs), err, audit.Invalid)
		}
	}
	for name, by := range map[string]audit.Group{
		"negative steps":   {Steps: -1},
		"1,001 steps":      {Steps: audit.MaxSteps + 1},
		"steps of a field": {Steps: 1, Field: "status"},
		"a negative limit": {Field: "status", Limit: -1},
		"a limit of 1,001": {Field: "status", Limit: 1001},
		"an unknown field": {Field: "statsu"},
		"no field":         {},
		"a field of words": {Field: "body"},
		"a field of times": {Field: "time"},
	} {
		if tally, err := c.store.Tally(c.Context(), audit.Query{Project: "p"}, by); audit.CodeOf(err) != audit.Invalid {
			c.Errorf("%s: %+v, %v; want an error of code %s", name, tally, err, audit.Invalid)
		}
	}
	bad := audit.Query{Project: "p", AsOf: "nonsense"}
	n := 0
	for _, err := range c.store.Scan(c.Context(), bad) {
		if n++; audit.CodeOf(err) != audit.Invalid {
			c.Errorf("scan: %v", err)
		}
	}
	if n != 1 {
		c.Errorf("scan yields %d times, want its error once", n)
	}
}

func (c *contract) around() {
	at := func(minutes int) time.Time { return now.Add(time.Duration(minutes) * time.Minute) }
	c.append("p", 4, call("1", at(1), 200), call("2a", at(2), 200), call("2b", at(2), 200), call("3", at(3), 200))
	q := func(at time.Time, ascending bool) audit.Query {
		return audit.Query{Project: "p", Around: at, Limit: 2, Order: audit.Order{Ascending: ascending}}
	}
	page := c.finds(q(at(2), false), "2b", "2a")
	c.finds(audit.Query{Project: "p", Limit: 2, Cursor: page.Prev}, "3")
	c.finds(audit.Query{Project: "p", Limit: 2, Cursor: page.Next}, "1")
	if page.Total != 4 {
		c.Errorf("the total is %d; it counts all", page.Total)
	}
	c.finds(q(at(2), true), "2a", "2b")
	c.finds(q(at(2).Add(1), true), "3")
	c.finds(q(at(2).Add(-1), false), "1")
	c.finds(q(at(9), false), "3", "2b")
	c.finds(q(at(9), true))
	c.finds(q(at(0), false))
	c.finds(q(at(0), true), "1", "2a")
}

func (c *contract) snapshots() {
	empty := c.finds(audit.Query{Project: "p"})
	c.append("p", 2, call("b", now, 200), call("d", now.Add(time.Hour), 500))
	page := c.finds(audit.Query{Project: "p", Limit: 1}, "d")
	// What comes later is not seen, though it is older.
	c.append("p", 3, call("a", now.Add(-time.Hour), 200), call("c", now.Add(time.Minute), 500), call("e", now.Add(2*time.Hour), 500))
	c.finds(audit.Query{Project: "p", AsOf: page.AsOf}, "d", "b")
	c.finds(audit.Query{Project: "p", AsOf: empty.AsOf})
	c.finds(audit.Query{Project: "p", Since: page.AsOf}, "e", "c", "a")
	c.finds(audit.Query{Project: "p", Since: empty.AsOf, AsOf: page.AsOf}, "d", "b")
	// A page goes on in the snapshot that it began in.
	next := c.finds(audit.Query{Project: "p", Limit: 1, Cursor: page.Next}, "b")
	if next.Next != "" || next.Total != 2 || next.AsOf != page.AsOf {
		c.Errorf("the second page is %+v", next)
	}
	tally, err := c.store.Tally(c.Context(), audit.Query{Project: "p", AsOf: page.AsOf}, audit.Group{Field: "result"})
	if err != nil || tally.Total != 2 || tally.Failures != 1 || len(tally.Buckets) != 2 || tally.AsOf != page.AsOf {
		c.Errorf("the tally is %+v, %v", tally, err)
	}
	n := 0
	for _, err := range c.store.Scan(c.Context(), audit.Query{Project: "p", AsOf: page.AsOf}) {
		if n++; err != nil {
			c.Error(err)
		}
	}
	if n != 2 {
		c.Errorf("scan yields %d logs, want 2", n)
	}
}

func (c *contract) ties() {
	var logs []audit.Log
	for i := range 9 {
		l := call(fmt.Sprintf("%d", i), now.Add(time.Duration(i/3)), 200+i%2)
		l.Origin = []string{"B", "a", ""}[i%3]
		logs = append(logs, l)
	}
	for _, i := range []int{5, 0, 8, 3, 7, 1, 6, 2, 4} {
		c.append("p", 1, logs[i])
	}
	by := func(field audit.OrderField, ascending bool) audit.Query {
		return audit.Query{Project: "p", Order: audit.Order{Field: field, Ascending: ascending}}
	}
	orders := map[audit.OrderField][2]string{
		audit.ByTime:   {"8 7 6 5 4 3 2 1 0", "0 1 2 3 4 5 6 7 8"},
		audit.ByStatus: {"7 5 3 1 8 6 4 2 0", "8 6 4 2 0 7 5 3 1"},
		audit.ByOrigin: {"7 4 1 6 3 0 8 5 2", "8 5 2 6 3 0 7 4 1"},
	}
	for _, field := range c.store.Abilities().OrderBy {
		c.finds(by(field, false), strings.Fields(orders[field][0])...)
		c.finds(by(field, true), strings.Fields(orders[field][1])...)
	}
}

func (c *contract) purged() {
	if !c.store.Abilities().Purge {
		if _, err := c.store.Purge(c.Context(), audit.Query{Project: "p"}); audit.CodeOf(err) != audit.Unsupported {
			c.Errorf("purge: %v, want an error of code %s", err, audit.Unsupported)
		}
		return
	}
	c.append("p", 3, call("a", now, 200), call("b", now, 500), call("c", now.Add(-time.Hour), 500))
	c.append("q", 1, call("b", now, 500))
	before := c.search(audit.Query{Project: "p", Limit: 1})
	e, err := audit.LogSchema.Parse("status:500")
	if err != nil {
		c.Fatal(err)
	}
	q := audit.Query{Project: "p", Filter: e, From: now}
	if n, err := c.store.Purge(c.Context(), q); n != 1 || err != nil {
		c.Fatalf("removed %d, %v; want 1", n, err)
	}
	if n, err := c.store.Purge(c.Context(), q); n != 0 || err != nil {
		c.Errorf("again: removed %d, %v", n, err)
	}
	if _, err := c.store.Get(c.Context(), "p", "b"); audit.CodeOf(err) != audit.NotFound {
		c.Errorf("get: %v", err)
	}
	c.finds(audit.Query{Project: "p"}, "a", "c")
	c.finds(audit.Query{Project: "p", AsOf: before.AsOf}, "a", "c")
	c.finds(audit.Query{Project: "q"}, "b")
	if tally, err := c.store.Tally(c.Context(), audit.Query{Project: "p"}, audit.Group{Field: "status"}); err != nil || tally.Total != 2 || tally.Failures != 1 {
		c.Errorf("the tally is %+v, %v", tally, err)
	}
	// It is not stored any more, so it can come again.
	c.append("p", 1, call("b", now, 404))
	if l, err := c.store.Get(c.Context(), "p", "b"); err != nil || l.Status != 404 {
		c.Errorf("the new one is %+v, %v", l, err)
	}
	if n, err := c.store.Purge(c.Context(), audit.Query{Project: "p", Filter: filter.All()}); n != 3 || err != nil {
		c.Errorf("all: removed %d, %v; want 3", n, err)
	}
	c.finds(audit.Query{Project: "p"})
}

func (c *contract) cancelled() {
	c.append("p", 2, call("a", now, 200), call("b", now, 200))
	ctx, cancel := context.WithCancel(c.Context())
	cancel()
	q := audit.Query{Project: "p"}
	if _, err := c.store.Search(ctx, q); audit.CodeOf(err) != audit.Canceled {
		c.Errorf("search: %v", err)
	}
	if _, err := c.store.Tally(ctx, q, audit.Group{Field: "status"}); audit.CodeOf(err) != audit.Canceled {
		c.Errorf("tally: %v", err)
	}
	n := 0
	for _, err := range c.store.Scan(ctx, q) {
		if n++; audit.CodeOf(err) != audit.Canceled {
			c.Errorf("scan: %v", err)
		}
	}
	if n != 1 {
		c.Errorf("scan yields %d times, want its error once", n)
	}
	// An append is either done or not.
	added, err := c.store.Append(ctx, "p", []audit.Log{call("c", now, 200)})
	if _, missing := c.store.Get(c.Context(), "p", "c"); err == nil && (added != 1 || missing != nil) {
		c.Errorf("append: %d, then %v", added, missing)
	}
	// And a scan that is left early holds nothing up.
	for range c.store.Scan(c.Context(), q) {
		break
	}
	c.append("p", 1, call("z", now, 200))
}

func (c *contract) survive() {
	m := newMaker(11)
	var logs []audit.Log
	for range 300 {
		logs = append(logs, m.log())
	}
	model := NewModel()
	for i := 0; i < len(logs); i += 100 {
		batch := logs[i : i+100]
		c.append("p", 100, batch...)
		if _, err := model.Append(c.Context(), "p", batch); err != nil {
			c.Fatal(err)
		}
		before := c.search(audit.Query{Project: "p", Limit: 10})
		if err := c.store.Close(); err != nil {
			c.Fatalf("close: %v", err)
		}
		c.store = c.open(c.T, c.dir)
		want, err := model.Search(c.Context(), audit.Query{Project: "p", Limit: 1000})
		if err != nil {
			c.Fatal(err)
		}
		got := c.search(audit.Query{Project: "p", Limit: 1000})
		if diff := differ(want.Logs, got.Logs); diff != "" || got.Total != want.Total {
			c.Fatalf("after %d logs: total %d, %s", want.Total, got.Total, diff)
		}
		// Cursors and snapshots are still good.
		c.search(audit.Query{Project: "p", Limit: 10, Cursor: before.Next, AsOf: before.AsOf})
		if c.store.Abilities().Dedupe {
			c.append("p", 0, batch...)
		}
	}
}
