package storetest

import (
	"context"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// Open opens the store in a folder, which is empty or held the same store
// before it was closed. It fails the test when it cannot.
type Open func(t *testing.T, dir string) audit.LogStore

// Run holds a store to everything that audit.LogStore promises: rule by rule,
// by random histories that it and a Model go through side by side, and with
// many goroutines at once. A history that fails names its seed;
// STORETEST_SEED=n runs that one alone.
func Run(t *testing.T, open Open) {
	t.Run("Contract", func(t *testing.T) { runContract(t, open) })
	t.Run("History", func(t *testing.T) { runHistories(t, open) })
	t.Run("AtOnce", func(t *testing.T) { runAtOnce(t, open) })
}

func runHistories(t *testing.T, open Open) {
	seeds, steps := []uint64{1, uint64(time.Now().UnixNano())}, 120
	if testing.Short() {
		steps = 50
	}
	if text := os.Getenv("STORETEST_SEED"); text != "" {
		seed, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			t.Fatalf("STORETEST_SEED is %q, not a number", text)
		}
		seeds = []uint64{seed}
	}
	for _, seed := range seeds {
		t.Run(fmt.Sprintf("seed=%d", seed), func(t *testing.T) {
			h := newHistory(t, open, seed)
			for h.step = range steps {
				h.next()
			}
			h.end()
		})
	}
}

// history is a store and a Model that the same things happen to.
type history struct {
	t     *testing.T
	open  Open
	dir   string
	store audit.LogStore
	model *Model
	can   audit.Abilities
	ctx   context.Context

	*maker
	step      int
	did       string // what this step does, for messages
	snapshots []snapshot
	marks     map[string]string
}

// snapshot is one moment, as the Model and as the store name it.
type snapshot struct{ project, model, store string }

var projects = []string{"default", "other"}

func newHistory(t *testing.T, open Open, seed uint64) *history {
	h := &history{
		t: t, open: open, dir: t.TempDir(), model: NewModel(), ctx: t.Context(),
		maker: newMaker(seed), marks: map[string]string{},
	}
	h.store = open(t, h.dir)
	h.can = h.store.Abilities()
	return h
}

// next does one random thing.
func (h *history) next() {
	h.t.Helper()
	actions := []struct {
		weight int
		name   string
		asks   bool
		do     func(project string)
	}{
		{8, "append", false, h.append},
		{8, "pages", true, h.pages},
		{4, "around", true, h.around},
		{4, "scan", true, h.scan},
		{5, "tally by time", true, h.tallySteps},
		{5, "tally by values", true, h.tallyValues},
		{3, "get", true, h.get},
		{2, "purge", false, h.purge},
		{2, "mark", false, h.mark},
		{1, "reopen", false, h.reopen},
		{1, "extent", false, h.extent},
		{1, "reindex", false, h.reindex},
	}
	n := h.IntN(44)
	for _, a := range actions {
		if n -= a.weight; n < 0 {
			h.did = a.name
			project := projects[0]
			if h.IntN(6) == 0 {
				project = projects[1]
			}
			a.do(project)
			if a.asks { // costs little and finds most
				for range 4 {
					a.do(project)
				}
			}
			return
		}
	}
	h.t.Fatal("the weights do not add up")
}

func (h *history) fatalf(format string, args ...any) {
	h.t.Helper()
	h.t.Fatalf("step %d, %s: %s", h.step, h.did, fmt.Sprintf(format, args...))
}

// logs are all logs of a project in the Model.
func (h *history) logs(project string) (logs []audit.Log) {
	for l, err := range h.model.Scan(h.ctx, audit.Query{Project: project}) {
		if err != nil {
			h.fatalf("the model: %v", err)
		}
		logs = append(logs, l)
	}
	return logs
}

// batch is some new logs; where the store knows doubles, with some of these.
func (h *history) batch(project string) []audit.Log {
	var batch []audit.Log
	for range h.IntN(60) {
		batch = append(batch, h.log())
	}
	if h.can.Dedupe && len(batch) > 0 {
		for range h.IntN(4) {
			batch = append(batch, batch[h.IntN(len(batch))])
		}
		if have := h.logs(project); len(have) > 0 {
			for range h.IntN(6) {
				batch = append(batch, have[h.IntN(len(have))])
			}
		}
		h.Shuffle(len(batch), func(i, j int) { batch[i], batch[j] = batch[j], batch[i] })
	}
	return batch
}

func (h *history) append(project string) {
	h.t.Helper()
	batch := h.batch(project)
	want, _ := h.model.Append(h.ctx, project, batch)
	got, err := h.store.Append(h.ctx, project, batch)
	if err != nil || got != want {
		h.fatalf("%d logs: added %d, %v; want %d", len(batch), got, err, want)
	}
}

// mark appends with a mark; both must be there, and after a reopen, too.
func (h *history) mark(project string) {
	h.t.Helper()
	marker, ok := h.store.(audit.Marker)
	if !ok {
		return
	}
	name := h.pick("imp_1", "imp_2")
	if h.IntN(4) == 0 {
		if err := marker.Unmark(h.ctx, name); err != nil {
			h.fatalf("unmark %s: %v", name, err)
		}
		delete(h.marks, name)
	} else {
		batch := h.batch(project)
		if h.IntN(3) == 0 {
			batch = nil
		}
		want, _ := h.model.Append(h.ctx, project, batch)
		calls := 0
		got, err := marker.AppendMarked(h.ctx, project, batch, name, func(added int) []byte {
			calls++
			h.marks[name] = fmt.Sprintf("step %d: %d", h.step, added)
			return []byte(h.marks[name])
		})
		if err != nil || got != want || calls != 1 || h.marks[name] != fmt.Sprintf("step %d: %d", h.step, want) {
			h.fatalf("added %d, %v, mark called %d times, says %q; want %d", got, err, calls, h.marks[name], want)
		}
	}
	h.checkMarks()
}

func (h *history) checkMarks() {
	h.t.Helper()
	marker, ok := h.store.(audit.Marker)
	if !ok {
		return
	}
	for _, name := range []string{"imp_1", "imp_2"} {
		mark, err := marker.Mark(h.ctx, name)
		want, there := h.marks[name]
		if err != nil || string(mark) != want || (mark != nil) != there {
			h.fatalf("the mark %s is %q, %v; want %q", name, mark, err, want)
		}
	}
}

// question is a random query as the Model and as the store are asked it: they
// name snapshots differently.
func (h *history) question(project string) (model, store audit.Query) {
	model = h.query(project, h.logs(project))
	store = model
	for _, s := range h.snapshots {
		if s.project == project && h.IntN(12) == 0 {
			model.AsOf, store.AsOf = s.model, s.store
		}
		if s.project == project && h.IntN(12) == 0 {
			model.Since, store.Since = s.model, s.store
		}
	}
	return model, store
}

// pages walks through a list to its end and back again. Sometimes logs arrive
// or leave on the way.
func (h *history) pages(project string) {
	h.t.Helper()
	mq, sq := h.question(project)
	order := h.can.OrderBy[h.IntN(len(h.can.OrderBy))]
	mq.Order.Field, sq.Order.Field = order, order
	limit := []int{0, 1, 3, 20, 1000}[h.IntN(5)]
	mq.Limit, sq.Limit = limit, limit
	busy := h.IntN(3) == 0
	back := false
	for n := 0; n < 40; n++ {
		mp, sp := h.page(mq, sq)
		if n == 0 && h.IntN(2) == 0 && mq.AsOf == "" {
			h.snapshots = append(h.snapshots, snapshot{project, mp.AsOf, sp.AsOf})
		}
		next, storeNext := mp.Next, sp.Next
		if back || next == "" || n == 20 {
			back, next, storeNext = true, mp.Prev, sp.Prev
		}
		if next == "" {
			return
		}
		mq.Cursor, sq.Cursor = next, storeNext
		if busy && h.IntN(3) == 0 {
			h.append(project)
		}
		if busy && h.IntN(12) == 0 {
			h.purge(project)
		}
	}
}

// page asks both for a page and compares.
func (h *history) page(mq, sq audit.Query) (mp, sp audit.Page) {
	h.t.Helper()
	mp, err := h.model.Search(h.ctx, mq)
	if err != nil {
		h.fatalf("the model: %v", err)
	}
	sp, err = h.store.Search(h.ctx, sq)
	if err != nil {
		h.fatalf("%s: %v", show(sq), err)
	}
	if diff := differ(mp.Logs, sp.Logs); diff != "" {
		h.fatalf("%s: %s", show(sq), diff)
	}
	if sp.Total > mp.Total || sp.TotalExact && sp.Total != mp.Total || sp.Total < int64(len(sp.Logs)) {
		h.fatalf("%s: total %d, exact %v; want %d", show(sq), sp.Total, sp.TotalExact, mp.Total)
	}
	if sp.AsOf == "" {
		h.fatalf("%s: the page names no snapshot", show(sq))
	}
	if len(mp.Logs) > 0 && ((sp.Next == "") != (mp.Next == "") || (sp.Prev == "") != (mp.Prev == "")) {
		h.fatalf("%s: %d of %d logs, next %q, prev %q; want %q, %q", show(sq), len(sp.Logs), sp.Total, sp.Next, sp.Prev, mp.Next, mp.Prev)
	}
	return mp, sp
}

// around goes to a place in time, and from there to the pages on both sides.
func (h *history) around(project string) {
	h.t.Helper()
	mq, sq := h.question(project)
	at := h.time()
	if logs := h.logs(project); len(logs) > 0 && h.IntN(2) == 0 {
		at = logs[h.IntN(len(logs))].Time.Add(time.Duration(h.IntN(3) - 1))
	}
	mq.Around, sq.Around, mq.Limit, sq.Limit = at, at, 5, 5
	mp, sp := h.page(mq, sq)
	mq.Around, sq.Around = time.Time{}, time.Time{}
	for _, cursors := range [][2]string{{mp.Next, sp.Next}, {mp.Prev, sp.Prev}} {
		if cursors[0] != "" {
			mq.Cursor, sq.Cursor = cursors[0], cursors[1]
			h.page(mq, sq)
		}
	}
}

// scan reads all matches, or the first ones.
func (h *history) scan(project string) {
	h.t.Helper()
	mq, sq := h.question(project)
	order := h.can.OrderBy[h.IntN(len(h.can.OrderBy))]
	mq.Order.Field, sq.Order.Field = order, order
	most := 1 << 30
	if h.IntN(3) == 0 {
		most = 1 + h.IntN(5)
	}
	read := func(s audit.LogStore, q audit.Query) (logs []audit.Log) {
		for l, err := range s.Scan(h.ctx, q) {
			if err != nil {
				h.fatalf("%s: %v", show(q), err)
			}
			if logs = append(logs, l); len(logs) == most {
				break
			}
		}
		return logs
	}
	if diff := differ(read(h.model, mq), read(h.store, sq)); diff != "" {
		h.fatalf("%s: %s", show(sq), diff)
	}
}

func (h *history) tallySteps(project string) {
	h.t.Helper()
	h.tally(project, audit.Group{Steps: []int{1, 2, 7, 60}[h.IntN(4)]})
}

func (h *history) tallyValues(project string) {
	h.t.Helper()
	for {
		f, name := h.field(audit.LogSchema.Describe().Fields)
		if f.Kind == filter.Text || f.Kind == filter.Time {
			continue
		}
		by := audit.Group{Field: name, Limit: []int{0, 1, 3, 1000}[h.IntN(4)]}
		if v := h.valueOf(h.logs(project), name); v != "" && h.IntN(3) == 0 {
			by.Prefix = h.pick(strings.ToUpper(v[:1]), v)
			if by.Prefix[0] >= 0x80 {
				by.Prefix = v
			}
		}
		h.tally(project, by)
		return
	}
}

func (h *history) tally(project string, by audit.Group) {
	h.t.Helper()
	mq, sq := h.question(project)
	want, err := h.model.Tally(h.ctx, mq, by)
	if err != nil {
		h.fatalf("the model: %v", err)
	}
	got, err := h.store.Tally(h.ctx, sq, by)
	if err != nil {
		h.fatalf("%s by %+v: %v", show(sq), by, err)
	}
	if got.AsOf == "" {
		h.fatalf("%s by %+v: the tally names no snapshot", show(sq), by)
	}
	want.AsOf = got.AsOf
	if len(want.Buckets) == 0 && len(got.Buckets) == 0 {
		want.Buckets = got.Buckets
	}
	for i, b := range got.Buckets { // the same instants, whatever the zone
		got.Buckets[i].From, got.Buckets[i].To = b.From.UTC(), b.To.UTC()
	}
	if !reflect.DeepEqual(got, want) {
		h.fatalf("%s by %+v:\n got %+v\nwant %+v", show(sq), by, got, want)
	}
}

// get reads some logs whole.
func (h *history) get(project string) {
	h.t.Helper()
	logs := h.logs(project)
	for range 5 {
		if len(logs) == 0 {
			break
		}
		want := logs[h.IntN(len(logs))]
		got, err := h.store.Get(h.ctx, project, want.ID)
		if err != nil {
			h.fatalf("%q: %v", want.ID, err)
		}
		if diff := differ([]audit.Log{want}, []audit.Log{got}); diff != "" {
			h.fatalf("%s", diff)
		}
	}
	if _, err := h.store.Get(h.ctx, project, "no such log"); audit.CodeOf(err) != audit.NotFound {
		h.fatalf("a log that is not there: %v", err)
	}
}

func (h *history) purge(project string) {
	h.t.Helper()
	if !h.can.Purge {
		return
	}
	q := h.query(project, h.logs(project))
	if filter.IsAll(q.Filter) && h.IntN(5) > 0 {
		q.From, q.To = now.Add(-30*time.Hour), now.Add(-20*time.Hour) // rarely all
	}
	if t, err := h.model.Tally(h.ctx, q, audit.Group{Steps: 1}); err != nil || t.Total > 200 && h.IntN(4) > 0 {
		return // keep something to look at
	}
	want, err := h.model.Purge(h.ctx, q)
	if err != nil {
		h.fatalf("the model: %v", err)
	}
	got, err := h.store.Purge(h.ctx, q)
	if err != nil || got != want {
		h.fatalf("%s: removed %d, %v; want %d", show(q), got, err, want)
	}
}

func (h *history) reopen(string) {
	h.t.Helper()
	if err := h.store.Close(); err != nil {
		h.fatalf("close: %v", err)
	}
	h.store = h.open(h.t, h.dir)
	h.checkMarks()
	h.everything()
}

// everything compares all logs of all projects, whole.
func (h *history) everything() {
	h.t.Helper()
	for _, project := range projects {
		var got []audit.Log
		for l, err := range h.store.Scan(h.ctx, audit.Query{Project: project}) {
			if err != nil {
				h.fatalf("scan %s: %v", project, err)
			}
			got = append(got, l)
		}
		if diff := differ(h.logs(project), got); diff != "" {
			h.fatalf("all of %s: %s", project, diff)
		}
		h.extent(project)
	}
}

func (h *history) extent(project string) {
	h.t.Helper()
	sizer, ok := h.store.(audit.Sizer)
	if !ok {
		return
	}
	got, err := sizer.Extent(h.ctx, project)
	if err != nil {
		h.fatalf("extent of %s: %v", project, err)
	}
	logs := h.logs(project)
	want := audit.Extent{Logs: int64(len(logs))}
	if len(logs) > 0 {
		want.Newest, want.Oldest = logs[0].Time, logs[len(logs)-1].Time
	}
	if got.Logs != want.Logs || !got.Oldest.Equal(want.Oldest) || !got.Newest.Equal(want.Newest) {
		h.fatalf("the extent of %s is %+v, want %+v", project, got, want)
	}
	if n, err := sizer.DiskBytes(); err != nil || n < 0 {
		h.fatalf("%d bytes on disk, %v", n, err)
	}
}

func (h *history) reindex(string) {
	h.t.Helper()
	if r, ok := h.store.(audit.Reindexer); ok {
		if err := r.Reindex(h.ctx, func(int64, int64) {}); err != nil {
			h.fatalf("%v", err)
		}
		h.everything()
	}
}

// end compares all that is left, asks the store for its own proof, and drops a
// project.
func (h *history) end() {
	h.t.Helper()
	h.did = "end"
	h.reopen("")
	if c, ok := h.store.(audit.Checker); ok {
		got, err := c.Check(h.ctx, func(int64, int64) {})
		want := 0
		for _, project := range projects {
			want += len(h.logs(project))
		}
		if err != nil || len(got.Faults) > 0 || got.Logs != int64(want) {
			h.fatalf("check: %+v, %v; want %d logs and no faults", got, err, want)
		}
	}
	if d, ok := h.store.(audit.Dropper); ok {
		if err := d.Drop(h.ctx, projects[0]); err != nil {
			h.fatalf("drop: %v", err)
		}
		if _, err := h.model.Purge(h.ctx, audit.Query{Project: projects[0]}); err != nil {
			h.fatalf("the model: %v", err)
		}
		h.snapshots = nil
		h.everything()
		h.append(projects[0])
		h.everything()
	}
	if err := h.store.Close(); err != nil {
		h.fatalf("close: %v", err)
	}
}

// differ says in which log two lists differ first; "" when they are equal.
func differ(want, got []audit.Log) string {
	for i := range max(len(want), len(got)) {
		switch {
		case i >= len(got):
			return fmt.Sprintf("%d logs, want %d: %s is missing", len(got), len(want), line(&want[i]))
		case i >= len(want):
			return fmt.Sprintf("%d logs, want %d: %s is too much", len(got), len(want), line(&got[i]))
		case want[i].ID != got[i].ID:
			return fmt.Sprintf("log %d is %s, want %s", i, line(&got[i]), line(&want[i]))
		}
		a, b := want[i], got[i]
		if !a.Time.Equal(b.Time) {
			return fmt.Sprintf("log %d, %q, has the time %s, want %s", i, a.ID, b.Time, a.Time)
		}
		a.Time, b.Time = time.Time{}, time.Time{}
		if !reflect.DeepEqual(a, b) {
			return fmt.Sprintf("log %d differs:\n got %.2000s\nwant %.2000s", i, fmt.Sprintf("%+v", b), fmt.Sprintf("%+v", a))
		}
	}
	return ""
}

// line is a log in a message.
func line(l *audit.Log) string {
	return fmt.Sprintf("%q (%s, %d, %q)", l.ID, l.Time.Format(time.RFC3339Nano), l.Status, l.Origin)
}

// show is a query in a message.
func show(q audit.Query) string {
	q.Filter, q.Now = filter.Canonical(q.Filter), time.Time{}
	text := filter.TextOf(q.Filter)
	q.Filter = nil
	return fmt.Sprintf("[%s] %+v", text, q)
}
