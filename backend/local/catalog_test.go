package local_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

func TestProjects(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := open(t, dir, local.Small())
	c := s.Catalog()
	ids := func() (ids []string) {
		t.Helper()
		all, err := c.Projects(ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range all {
			ids = append(ids, p.ID)
		}
		return ids
	}
	if got := ids(); !slices.Equal(got, []string{audit.DefaultProject, audit.OwnProject}) {
		t.Fatalf("from the first open: %v", got)
	}
	for name, want := range map[string]string{"Payments EU": "payments-eu", "Ünï": "n", "支払い": "project"} {
		p, err := c.CreateProject(ctx, name)
		if err != nil || p.ID != want || p.Name != name || p.CreatedAt.IsZero() {
			t.Errorf("create %s: %+v, %v; want %s", name, p, err, want)
		}
	}
	second, err := c.CreateProject(ctx, "payments/EU")
	if err != nil || second.ID != "payments-eu-2" {
		t.Errorf("an id that is taken: %+v, %v", second, err)
	}
	for name, code := range map[string]audit.Code{
		"PAYMENTS eu": audit.Conflict, "default": audit.Conflict, " \t": audit.Invalid, "a\nb": audit.Invalid,
		strings.Repeat("x", 300): audit.Invalid, "payments-eu": audit.Conflict,
	} {
		if _, err := c.CreateProject(ctx, name); audit.CodeOf(err) != code {
			t.Errorf("create %q: %v, want %s", name, err, code)
		}
	}
	if p, err := c.RenameProject(ctx, "payments-eu", "Checkout"); err != nil || p.ID != "payments-eu" || p.Name != "Checkout" {
		t.Errorf("rename: %+v, %v", p, err)
	}
	if _, err := c.RenameProject(ctx, "payments-eu", "DEFAULT"); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("rename to a name that is taken: %v", err)
	}
	if p, err := c.RenameProject(ctx, "payments-eu", "CHECKOUT"); err != nil || p.Name != "CHECKOUT" {
		t.Errorf("rename to the own name: %+v, %v", p, err)
	}
	for _, name := range []string{"payments-eu", "checkout", "Checkout"} {
		if p, err := c.Project(ctx, name); err != nil || p.ID != "payments-eu" {
			t.Errorf("find %s: %+v, %v", name, p, err)
		}
	}
	must(t, c.PutKey(ctx, audit.Key{ID: "key_1", Project: "payments-eu", Name: "k", Hash: []byte("hash")}))
	must(t, c.PutView(ctx, audit.View{ID: "view_1", Project: "payments-eu", Name: "v"}))
	must(t, c.PutTask(ctx, audit.Task{ID: "aa_1", Project: "payments-eu"}))
	must(t, c.PutExport(ctx, audit.Export{ID: "exp_1", Project: "payments-eu"}))
	must(t, c.DeleteProject(ctx, "payments-eu"))
	must(t, s.Close())
	s = open(t, dir, local.Small())
	c = s.Catalog()
	if slices.Contains(ids(), "payments-eu") {
		t.Error("a deleted project is back")
	}
	if _, err := c.Key(ctx, "key_1"); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("a key of a deleted project: %v", err)
	}
	for _, q := range []audit.ListQuery{{}, {Project: "payments-eu"}} {
		tasks, err := c.Tasks(ctx, q)
		exports, err2 := c.Exports(ctx, q)
		if err != nil || err2 != nil || tasks.Total+exports.Total != 0 {
			t.Errorf("of a deleted project: %v, %v, %v, %v", tasks, exports, err, err2)
		}
	}
	for id, code := range map[string]audit.Code{"payments-eu": audit.NotFound, audit.OwnProject: audit.Conflict, audit.DefaultProject: audit.Conflict} {
		if err := c.DeleteProject(ctx, id); audit.CodeOf(err) != code {
			t.Errorf("delete %s: %v", id, err)
		}
	}
	if err := c.PutTask(ctx, audit.Task{ID: "aa_1", Project: "payments-eu"}); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("a task of a deleted project: %v", err)
	}
	must(t, s.Close())
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestCatalogKeepsWhatItIsGiven stores one of each with every field set, and
// reads them back after a reopen.
func TestCatalogKeepsWhatItIsGiven(t *testing.T) {
	ctx, dir := t.Context(), t.TempDir()
	s := open(t, dir, local.Small())
	at := time.Date(2026, 11, 22, 10, 0, 0, 123456000, time.UTC)
	key := audit.Key{ID: "key_1", Project: "default", Name: "CI", Scopes: []audit.Scope{audit.ScopeIngest}, Hash: []byte{1, 2, 255}, CreatedAt: at, LastUsed: at, RevokedAt: at}
	view := audit.View{ID: "view_1", Project: "default", Name: "Failures", Q: "status>=400", Last: "24h", Columns: []string{"time", "status"}, CreatedAt: at}
	task := audit.Task{
		ID: "aa_1", Project: "default", Type: "VOUCHERS.IMPORT", Status: audit.TaskDone, Outcome: audit.OutcomeFailed, Progress: 12.5, Done: 1, Of: 2, Unit: "bytes",
		CreatedAt: at, UpdatedAt: at, ProcessingTime: 7, Failed: []audit.FailedRow{{Row: 1, Code: "c", Reason: "r"}}, Result: json.RawMessage(`{"a":1}`), Recorded: true,
	}
	export := audit.Export{ID: "exp_1", Project: "default", Status: audit.ExportDone, Filter: json.RawMessage(`{"junction":"and"}`), Q: "x", CreatedAt: at, Options: audit.ExportOptions{Bodies: true}, Rows: 3}
	c := s.Catalog()
	must(t, c.PutKey(ctx, key))
	must(t, c.PutView(ctx, view))
	must(t, c.PutTask(ctx, task))
	must(t, c.PutExport(ctx, export))
	first, err := c.Secret(ctx, "log ids")
	must(t, err)
	other, err := c.Secret(ctx, "redaction")
	must(t, err)
	if len(first) != 32 || bytes.Equal(first, other) || bytes.Equal(first, make([]byte, 32)) {
		t.Errorf("secrets: %x, %x", first, other)
	}
	must(t, s.Close())
	s = open(t, dir, local.Small())
	c = s.Catalog()
	again, err := c.Secret(ctx, "log ids")
	if err != nil || !bytes.Equal(first, again) {
		t.Errorf("the secret is another: %v", err)
	}
	same := func(name string, got, want any, err error) {
		t.Helper()
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %v\ngot  %+v\nwant %+v", name, err, got, want)
		}
	}
	gotKey, err := c.Key(ctx, "key_1")
	same("key", gotKey, key, err)
	keys, err := c.Keys(ctx, "default")
	same("keys", keys, []audit.Key{key}, err)
	views, err := c.Views(ctx, "default")
	same("views", views, []audit.View{view}, err)
	gotTask, err := c.Task(ctx, "default", "aa_1")
	same("task", gotTask, task, err)
	gotExport, err := c.Export(ctx, "default", "exp_1")
	same("export", gotExport, export, err)
	must(t, c.DeleteExport(ctx, "default", "exp_1"))
	must(t, c.DeleteView(ctx, "default", "view_1"))
	for name, err := range map[string]error{
		"export": c.DeleteExport(ctx, "default", "exp_1"), "view": c.DeleteView(ctx, "default", "view_1"),
		"task": errOf(c.Task(ctx, "projectlogs", "aa_1")), "key": errOf(c.Key(ctx, "key_2")),
	} {
		if audit.CodeOf(err) != audit.NotFound {
			t.Errorf("%s that is not there: %v", name, err)
		}
	}
	must(t, s.Close())
	if err := c.PutTask(ctx, task); err == nil {
		t.Error("a closed store took a task")
	}
}

func errOf[T any](_ T, err error) error { return err }

// TestTasksAreListed pages through random tasks, with and without a filter,
// while older ones change, and compares with sorting them.
func TestTasksAreListed(t *testing.T) {
	ctx := t.Context()
	s := open(t, t.TempDir(), local.Small())
	c := s.Catalog()
	r := rand.New(rand.NewPCG(3, 3))
	var all []audit.Task
	for i := range 90 {
		task := audit.Task{
			ID: fmt.Sprintf("aa_%03d", i), Project: []string{"default", "projectlogs"}[r.IntN(2)], Type: "VOUCHERS.IMPORT",
			Status: []audit.TaskStatus{audit.TaskDone, audit.TaskFailed}[r.IntN(2)], CreatedAt: time.Unix(1_700_000_000+int64(r.IntN(20)), 0).UTC(),
		}
		all = append(all, task)
		must(t, c.PutTask(ctx, task))
	}
	slices.SortFunc(all, func(a, b audit.Task) int {
		if c := b.CreatedAt.Compare(a.CreatedAt); c != 0 {
			return c
		}
		return strings.Compare(b.ID, a.ID)
	})
	failed, err := audit.TaskSchema.Parse("status:FAILED")
	must(t, err)
	for _, q := range []audit.ListQuery{{Limit: 7}, {Project: "default", Limit: 1}, {Project: "default", Filter: failed, Limit: 4}, {Filter: failed}} {
		var want []string
		for _, task := range all {
			if (q.Project == "" || task.Project == q.Project) && (q.Filter == nil || task.Status == audit.TaskFailed) {
				want = append(want, task.ID)
			}
		}
		var got []string
		for {
			page, err := c.Tasks(ctx, q)
			must(t, err)
			if page.Total != int64(len(want)) {
				t.Fatalf("%+v: total %d, want %d", q, page.Total, len(want))
			}
			for _, task := range page.Items {
				got = append(got, task.ID)
			}
			if page.Next == "" {
				break
			}
			q.Cursor = page.Next
			changed := page.Items[0]
			changed.Progress = 50
			must(t, c.PutTask(ctx, changed))
		}
		if !slices.Equal(got, want) {
			t.Errorf("%+v:\ngot  %v\nwant %v", q, got, want)
		}
	}
	page, err := c.Tasks(ctx, audit.ListQuery{Limit: 3})
	must(t, err)
	for _, q := range []audit.ListQuery{{Cursor: "nonsense"}, {Cursor: page.Next, Project: "default"}, {Cursor: page.Next, Filter: failed}, {Limit: -1}, {Limit: 1001}} {
		if _, err := c.Tasks(ctx, q); audit.CodeOf(err) != audit.Invalid {
			t.Errorf("%+v: %v", q, err)
		}
	}
	if _, err := c.Exports(ctx, audit.ListQuery{Cursor: page.Next}); audit.CodeOf(err) != audit.Invalid {
		t.Errorf("a cursor of tasks for exports: %v", err)
	}
	must(t, s.Close())
}
