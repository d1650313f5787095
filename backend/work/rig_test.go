package work_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/local"
	"projectlogs/backend/work"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// rig is a real store with a door and a runner.
type rig struct {
	*work.Runner
	t       testing.TB
	dir     string
	store   *local.Store
	catalog audit.Catalog
	feed    *audit.Feed
}

// options of a rig; the zero value is a plain one.
type options struct {
	parallel int
	chunk    int
	fault    *fault
}

func open(t testing.TB, dir string, o options) *rig {
	t.Helper()
	store, err := local.Open(dir, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	r := &rig{t: t, dir: dir, store: store, catalog: store.Catalog(), feed: new(audit.Feed)}
	t.Cleanup(func() {
		r.Close()
		store.Close()
	})
	r.start(o)
	return r
}

// start puts a runner on the store: another one after a crash.
func (r *rig) start(o options) {
	r.t.Helper()
	var store audit.LogStore = r.store
	catalog := r.catalog
	if o.fault != nil {
		store, catalog = &faultyStore{r.store, o.fault}, &faultyCatalog{r.catalog, o.fault}
	}
	door, err := ingest.New(r.t.Context(), store, catalog, r.feed, ingest.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	r.Runner, err = work.New(r.t.Context(), work.Config{
		Store: store, Catalog: catalog, Door: door, Feed: r.feed, Dir: r.dir, Parallel: o.parallel, Now: func() time.Time { return noon },
	})
	if err != nil {
		r.t.Fatal(err)
	}
	if o.chunk > 0 {
		r.SetChunk(o.chunk)
	}
}

// reopen closes everything and opens it again.
func (r *rig) reopen(o options) {
	r.t.Helper()
	if err := errors.Join(r.Close(), r.store.Close()); err != nil {
		r.t.Fatal(err)
	}
	store, err := local.Open(r.dir, local.Options{})
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { store.Close() })
	r.store, r.catalog = store, store.Catalog()
	r.start(o)
}

func (r *rig) wait(task audit.Task, err error) audit.Task {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(r.t.Context(), time.Minute)
	defer cancel()
	task, err = r.Wait(ctx, task.Project, task.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return task
}

func (r *rig) importFile(project, path string) audit.Task {
	r.t.Helper()
	return r.wait(r.Import(r.t.Context(), project, work.ImportRequest{Path: path}))
}

func (r *rig) project(name string) string {
	r.t.Helper()
	p, err := r.catalog.CreateProject(r.t.Context(), name)
	if err != nil {
		r.t.Fatal(err)
	}
	return p.ID
}

// ids are those of all logs of a project, newest first.
func (r *rig) ids(project string) []string {
	r.t.Helper()
	var ids []string
	for l, err := range r.store.Scan(r.t.Context(), audit.Query{Project: project}) {
		if err != nil {
			r.t.Fatal(err)
		}
		ids = append(ids, l.ID)
	}
	return ids
}

func write(t testing.TB, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// lines is a file with n logs: of every ten one is no JSON, two are equal to
// others, one has no time, one has an own id.
func lines(n int) string {
	var b strings.Builder
	for i := range n {
		switch i % 10 {
		case 3:
			fmt.Fprintf(&b, "no JSON in line %d, password=hunter2hunter2\n", i+1)
		case 4, 5:
			fmt.Fprintf(&b, `{"time":"2026-11-22T10:00:00Z","method":"GET","path":"/equal","status":200}`+"\n")
		case 6:
			fmt.Fprintf(&b, `{"method":"GET","path":"/untimed/%d","status":200}`+"\n", i%20)
		case 7:
			fmt.Fprintf(&b, `{"id":"mine-%d","time":"2026-11-22T10:00:00Z","method":"GET","path":"/own","status":404}`+"\n", i)
		default:
			fmt.Fprintf(&b, `{"time":"2026-11-22T10:%02d:%02dZ","method":"POST","path":"/v1/vouchers/V-%d/redemption","status":%d,"request":{"body":"{\"token\":\"secret-%d\"}"}}`+"\n",
				i/60%60, i%60, i, 200+i%3*100, i)
		}
	}
	return b.String()
}

// fault ends a process without notice, as far as its disk is concerned: from
// the given call on nothing is stored any more.
type fault struct {
	appends  atomic.Int64
	dieAt    int64 // this Append is stored, and nothing after it
	dieFirst bool  // not even that one
	dead     atomic.Bool
	panicky  bool // Scan panics
	full     atomic.Bool
	purges   atomic.Int64
	hold     chan struct{}
}

var errDead = errors.New("the process is dead")

type faultyStore struct {
	*local.Store
	*fault
}

func (s *faultyStore) AppendMarked(ctx context.Context, project string, logs []audit.Log, name string, mark func(int) []byte) (int, error) {
	if s.hold != nil {
		<-s.hold
	}
	n := s.appends.Add(1)
	if s.full.Load() {
		return 0, audit.Errorf(audit.DiskFull, "The disk of the data folder is full; make room.")
	}
	if s.dieAt > 0 && n == s.dieAt && s.dieFirst {
		s.dead.Store(true)
	}
	if s.dead.Load() {
		return 0, errDead
	}
	added, err := s.Store.AppendMarked(ctx, project, logs, name, mark)
	if s.dieAt > 0 && n == s.dieAt {
		s.dead.Store(true)
		return 0, errDead
	}
	return added, err
}

func (s *faultyStore) Purge(ctx context.Context, q audit.Query) (int, error) {
	if s.hold != nil {
		<-s.hold
	}
	s.purges.Add(1)
	return s.Store.Purge(ctx, q)
}

func (s *faultyStore) Unmark(ctx context.Context, name string) error {
	if s.dead.Load() {
		return errDead
	}
	return s.Store.Unmark(ctx, name)
}

func (s *faultyStore) Scan(ctx context.Context, q audit.Query) iter.Seq2[audit.Log, error] {
	if s.panicky {
		panic("a fault in the store")
	}
	return s.Store.Scan(ctx, q)
}

type faultyCatalog struct {
	audit.Catalog
	*fault
}

func (c *faultyCatalog) PutTask(ctx context.Context, t audit.Task) error {
	if c.dead.Load() {
		return errDead
	}
	return c.Catalog.PutTask(ctx, t)
}

func resultOf(t testing.TB, task audit.Task) (r struct {
	Added, Skipped, Rejected, Untimed, Redactions, Bytes int64
	Format, Source                                       string
	From, To                                             time.Time
},
) {
	t.Helper()
	if err := json.Unmarshal(task.Result, &r); err != nil {
		t.Fatalf("result %s: %v", task.Result, err)
	}
	return r
}
