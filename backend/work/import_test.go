package work_test

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/sample"
	"projectlogs/backend/work"
)

func TestImport(t *testing.T) {
	r := open(t, t.TempDir(), options{chunk: 7})
	path := write(t, "calls.ndjson", lines(100))
	task := r.importFile(audit.DefaultProject, path)
	if task.Status != audit.TaskDone || task.Outcome != audit.OutcomeSuccess || task.Progress != 100 ||
		task.DoneCount != 90 || task.FailedCount != 10 || task.SkippedCount != 0 {
		t.Errorf("the task is %+v", task)
	}
	const message = "Imported 90 logs. 10 lines were rejected. 10 logs had no time and got that of the import, 2026-11-22T12:00:00Z."
	if task.Message != message {
		t.Errorf("it says %q\nwanted  %q", task.Message, message)
	}
	if info, _ := os.Stat(path); task.Of != info.Size() || task.Done != task.Of || task.Unit != "bytes" {
		t.Errorf("%d of %d %s were read, the file has %d", task.Done, task.Of, task.Unit, info.Size())
	}
	result := resultOf(t, task)
	if result.Added != 90 || result.Rejected != 10 || result.Untimed != 10 || result.Format != "ndjson" || result.Redactions != 50 ||
		!result.From.Equal(noon.Add(-2*time.Hour)) || !result.To.Equal(noon) || !strings.HasPrefix(result.Source, "import imp_") {
		t.Errorf("the result is %s", task.Result)
	}
	if ids := r.ids(audit.DefaultProject); len(ids) != 90 || !slices.Contains(ids, "mine-7") {
		t.Errorf("%d logs are stored", len(ids))
	}
	f, err := r.OpenRejects(t.Context(), audit.DefaultProject, task.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rejects, err := io.ReadAll(f)
	if err != nil || bytes.Count(rejects, []byte("\n")) != 10 || bytes.Contains(rejects, []byte("hunter2")) {
		t.Errorf("rejects: %s, %v", rejects, err)
	}
	if !bytes.HasPrefix(rejects, []byte(`{"line":4,"reason":"`)) || !bytes.Contains(rejects, []byte(`"raw":"no JSON in line 4, password=redacted #`)) {
		t.Errorf("rejects: %s", rejects)
	}
	if len(task.Failed) != 10 || task.Failed[0].Row != 4 || task.Failed[9].Row != 94 {
		t.Errorf("failed rows: %+v", task.Failed)
	}

	again := r.importFile(audit.DefaultProject, path)
	if again.DoneCount != 0 || again.SkippedCount != 90 || again.Outcome != audit.OutcomeSuccess ||
		!strings.HasPrefix(again.Message, "All 90 logs were there already; nothing was added. 10 lines were rejected.") {
		t.Errorf("the same file again: %+v", again)
	}
	more := write(t, "more.ndjson", lines(110))
	if task := r.importFile(audit.DefaultProject, more); task.DoneCount != 9 || !strings.HasPrefix(task.Message, "Imported 9 logs; 90 were there already.") {
		t.Errorf("a longer file: %+v", task)
	}
	if mark, err := r.store.Mark(t.Context(), "import/"+task.ID); mark != nil || err != nil {
		t.Errorf("the mark is left: %s, %v", mark, err)
	}
}

// TestImportKilledAnywhere ends an import after each of its transactions, and
// before each, as kill -9 does, and goes on with another runner: the logs, the
// numbers and the rejects are those of an import that was left alone.
func TestImportKilledAnywhere(t *testing.T) {
	r := open(t, t.TempDir(), options{chunk: 11})
	path := write(t, "calls.ndjson", lines(250))
	whole := r.project("whole")
	want := r.importFile(whole, path)
	wantIDs := len(r.ids(whole))
	wantRejects := readRejects(t, r, want)
	kills := 0
	for _, first := range []bool{false, true} {
		for at := int64(1); ; at++ {
			f := &fault{dieAt: at, dieFirst: first}
			r.Close()
			r.start(options{chunk: 11, fault: f})
			project := r.project(fmt.Sprintf("killed %v %d", first, at))
			task, err := r.Import(t.Context(), project, work.ImportRequest{Path: path})
			if err != nil {
				t.Fatal(err)
			}
			r.wait(task, nil)
			if !f.dead.Load() {
				break // it was through before
			}
			kills++
			r.Close()
			r.start(options{chunk: 11})
			left, err := r.Interrupted(t.Context())
			if err != nil || len(left) != 1 || left[0].ID != task.ID || left[0].Status != audit.TaskInterrupted {
				t.Fatalf("killed at %d: interrupted are %+v, %v", at, left, err)
			}
			if p := left[0].Progress; p != float64(int(p)) {
				t.Fatalf("the progress %v is no whole number", p)
			}
			if n := int64(len(r.ids(project))); left[0].DoneCount != n || (n > 0) != (left[0].Done > 0) || (n > 0) != (left[0].Of > 0) ||
				n > 0 && !strings.Contains(left[0].Message, fmt.Sprintf("; %d logs were imported and stay.", n)) {
				t.Fatalf("killed at %d with %d logs stored: %+v", at, n, left[0])
			}
			if err := r.Resume(t.Context()); err != nil {
				t.Fatal(err)
			}
			got := r.wait(task, nil)
			if got.Status != audit.TaskDone || got.Message != want.Message || got.DoneCount != want.DoneCount ||
				got.FailedCount != want.FailedCount || got.SkippedCount != want.SkippedCount || !reflect.DeepEqual(got.Failed, want.Failed) {
				t.Fatalf("killed at %d: %+v\nwanted %+v", at, got, want)
			}
			a, b := resultOf(t, got), resultOf(t, want)
			if a.Source, b.Source = "", ""; a != b {
				t.Fatalf("killed at %d: result %+v\nwanted %+v", at, a, b)
			}
			if n := len(r.ids(project)); n != wantIDs {
				t.Fatalf("killed at %d: %d logs, wanted %d", at, n, wantIDs)
			}
			if got := readRejects(t, r, got); got != wantRejects {
				t.Fatalf("killed at %d: rejects\n%s\nwanted\n%s", at, got, wantRejects)
			}
		}
	}
	if kills < 40 {
		t.Errorf("only %d kills", kills)
	}
}

func readRejects(t *testing.T, r *rig, task audit.Task) string {
	t.Helper()
	f, err := r.OpenRejects(t.Context(), task.Project, task.ID)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	text, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// TestCloseAndGoOn: Close interrupts an import quickly, the store is opened
// again, and Resume brings it to its end.
func TestCloseAndGoOn(t *testing.T) {
	before := runtime.NumGoroutine()
	f := &fault{hold: make(chan struct{}, 1000)}
	r := open(t, t.TempDir(), options{chunk: 10, parallel: 1, fault: f})
	path := write(t, "calls.ndjson", lines(300))
	task, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path, User: "ann"})
	if err != nil {
		t.Fatal(err)
	}
	waiting, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path})
	if err != nil || waiting.Status != audit.TaskEnqueued {
		t.Fatalf("the second import is %+v, %v", waiting, err)
	}
	for range 5 {
		f.hold <- struct{}{}
	}
	for f.appends.Load() < 5 {
		runtime.Gosched()
	}
	close(f.hold)
	begun := time.Now()
	r.reopen(options{chunk: 10, parallel: 1})
	if took := time.Since(begun); took > 5*time.Second {
		t.Errorf("closing and opening took %s", took)
	}
	left, err := r.Interrupted(t.Context())
	if err != nil || len(left) != 2 || left[0].ID != task.ID || left[1].ID != waiting.ID {
		t.Fatalf("interrupted are %+v, %v", left, err)
	}
	if !strings.HasPrefix(left[0].Message, "Interrupted after ") || left[0].User != "ann" {
		t.Errorf("the interrupted task is %+v", left[0])
	}
	if err := r.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.wait(task, nil); got.Status != audit.TaskDone || got.DoneCount != 270 || got.FailedCount != 30 {
		t.Errorf("the first import ended as %+v", got)
	}
	if got := r.wait(waiting, nil); got.Status != audit.TaskDone || got.DoneCount != 0 || got.SkippedCount != 270 {
		t.Errorf("the second import ended as %+v", got)
	}
	if err := r.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path}); audit.CodeOf(err) != audit.Busy {
		t.Errorf("an import after Close: %v", err)
	}
	if err := r.store.Close(); err != nil {
		t.Fatal(err)
	}
	for range 200 { // goroutines of others need a moment to end
		if runtime.NumGoroutine() <= before {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	stacks := make([]byte, 1<<20)
	if text := string(stacks[:runtime.Stack(stacks, true)]); strings.Contains(text, "backend/work.") {
		t.Errorf("goroutines of this package are left:\n%s", text)
	}
}

// TestCancel: a canceled import says how far it got, and Retry goes on.
func TestCancel(t *testing.T) {
	f := &fault{hold: make(chan struct{}, 1000)}
	r := open(t, t.TempDir(), options{chunk: 10, fault: f})
	path := write(t, "calls.ndjson", lines(300))
	task, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path})
	if err != nil {
		t.Fatal(err)
	}
	for range 5 {
		f.hold <- struct{}{}
	}
	for f.appends.Load() < 5 {
		runtime.Gosched()
	}
	time.AfterFunc(50*time.Millisecond, func() { close(f.hold) })
	got, err := r.Cancel(t.Context(), audit.DefaultProject, task.ID)
	if err != nil || got.Status != audit.TaskCanceled {
		t.Fatalf("%+v, %v", got, err)
	}
	stored := len(r.ids(audit.DefaultProject))
	if want := fmt.Sprintf("%d logs were imported and stay.", stored); stored < 40 || stored > 60 || int(got.DoneCount) != stored || !strings.Contains(got.Message, want) {
		t.Errorf("%d logs are stored, the task says %q", stored, got.Message)
	}
	if _, err := r.Cancel(t.Context(), audit.DefaultProject, task.ID); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("canceled twice: %v", err)
	}
	got = r.wait(r.Retry(t.Context(), audit.DefaultProject, task.ID))
	if got.Status != audit.TaskDone || got.DoneCount != 270 || got.SkippedCount != 0 || got.FailedCount != 30 {
		t.Errorf("retried: %+v", got)
	}
	if _, err := r.Retry(t.Context(), audit.DefaultProject, task.ID); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("a task that is done was retried: %v", err)
	}
	if _, err := r.Cancel(t.Context(), audit.DefaultProject, "aa_none"); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("a task that is not there was canceled: %v", err)
	}
}

// TestFullDisk: an import that the disk has no room for says so and can go on.
func TestFullDisk(t *testing.T) {
	f := &fault{}
	r := open(t, t.TempDir(), options{chunk: 10, fault: f})
	f.full.Store(true)
	task := r.wait(r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: write(t, "calls.ndjson", lines(100))}))
	if task.Status != audit.TaskInterrupted || task.Message != "The disk of the data folder is full; make room." {
		t.Errorf("%+v", task)
	}
	f.full.Store(false)
	again, err := r.Retry(t.Context(), task.Project, task.ID)
	if err != nil || again.Message == task.Message {
		t.Errorf("running again it still says %q, %v", again.Message, err)
	}
	if got := r.wait(again, nil); got.Status != audit.TaskDone || got.DoneCount != 90 {
		t.Errorf("with room: %+v", got)
	}
}

func TestBadFiles(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	ctx := t.Context()
	refused := func(what string, code audit.Code, sentence string, req work.ImportRequest) {
		t.Helper()
		_, err := r.Import(ctx, audit.DefaultProject, req)
		if audit.CodeOf(err) != code || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: %v", what, err)
		}
	}
	folder := t.TempDir()
	refused("no file", audit.NotFound, "there is no such file", work.ImportRequest{Path: filepath.Join(folder, "none")})
	refused("a folder", audit.Invalid, "is a folder", work.ImportRequest{Path: folder})
	refused("a device", audit.Invalid, "no regular file", work.ImportRequest{Path: os.DevNull})
	refused("a format", audit.Invalid, `no format "xml"`, work.ImportRequest{Path: write(t, "a", "x"), Format: "xml"})
	if _, err := r.Import(ctx, "nowhere", work.ImportRequest{Path: write(t, "a", "x")}); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("into a project that is not there: %v", err)
	}
	if _, err := r.Import(ctx, audit.OwnProject, work.ImportRequest{Path: write(t, "a", "x")}); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("into the app's own project: %v", err)
	}

	failed := func(what, name, text string, done int64, sentences ...string) {
		t.Helper()
		task := r.importFile(r.project(what), write(t, name, text))
		if task.Status != audit.TaskFailed || task.Outcome != audit.OutcomeFailed || task.DoneCount != done {
			t.Errorf("%s: %+v", what, task)
		}
		for _, s := range sentences {
			if !strings.Contains(task.Message, s) {
				t.Errorf("%s: %q does not say %q", what, task.Message, s)
			}
		}
		if task.Result != nil && resultOf(t, task).Added != done {
			t.Errorf("%s: result %s", what, task.Result)
		}
	}
	// What only the door refuses is kept too, without its secrets.
	odd := r.importFile(audit.DefaultProject, write(t, "odd.ndjson", `{"time":"9999-12-31T00:00:00Z","method":"GET","path":"/x?token=hunter2hunter2","status":200}`+"\n"+lines(1)))
	if text := readRejects(t, r, odd); odd.FailedCount != 1 || !strings.Contains(text, "year 9999") || !strings.Contains(text, `\"path\":\"/x`) || strings.Contains(text, "hunter2") {
		t.Errorf("a log from the year 9999: %+v, %s", odd, text)
	}
	if _, err := r.store.Purge(ctx, audit.Query{Project: audit.DefaultProject}); err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	z := gzip.NewWriter(&packed)
	io.WriteString(z, lines(3000))
	z.Close()
	failed("empty", "empty.log", "", 0, "empty")
	failed("a picture", "a.png", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01", 0, ".")
	bad := r.wait(r.Import(ctx, audit.DefaultProject, work.ImportRequest{Path: write(t, "bad.txt", "one\ntwo\n"), Format: "ndjson"}))
	if bad.Status != audit.TaskFailed || bad.FailedCount != 2 || !strings.HasPrefix(bad.Message, "Nothing in bad.txt could be read as a log: line 1: ") {
		t.Errorf("nothing but bad lines: %+v", bad)
	}
	task := r.importFile(audit.DefaultProject, write(t, "cut.ndjson.gz", packed.String()[:packed.Len()/2]))
	if task.Status != audit.TaskFailed || task.DoneCount < 500 || !strings.Contains(task.Message, "ends early") || !strings.Contains(task.Message, "The file ends early") || !strings.Contains(task.Message, "are stored.") {
		t.Errorf("a gzip cut in half: %+v", task)
	}
	if n := len(r.ids(audit.DefaultProject)); int64(n) != task.DoneCount {
		t.Errorf("%d logs are stored, the task says %d", n, task.DoneCount)
	}
}

// TestChangedFile: a file that changed is noticed.
func TestChangedFile(t *testing.T) {
	f := &fault{dieAt: 3}
	r := open(t, t.TempDir(), options{chunk: 10, fault: f})
	path := write(t, "calls.ndjson", lines(100))
	task, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path})
	r.wait(task, err)
	r.Close()
	if err := os.WriteFile(path, []byte(lines(12)), 0o600); err != nil {
		t.Fatal(err)
	}
	r.start(options{chunk: 10})
	got := r.wait(r.Retry(t.Context(), audit.DefaultProject, task.ID))
	if got.Status != audit.TaskFailed || !strings.Contains(got.Message, "calls.ndjson has changed since its import began") {
		t.Errorf("resumed on a shorter file: %+v", got)
	}
	// Retry after a failure begins anew.
	got = r.wait(r.Retry(t.Context(), audit.DefaultProject, task.ID))
	if got.Status != audit.TaskDone || got.SkippedCount != 11 || got.FailedCount != 1 {
		t.Errorf("retried: %+v", got)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	f = &fault{dieAt: 1}
	r.Close()
	r.start(options{chunk: 10, fault: f})
	other := write(t, "calls.ndjson", lines(100))
	task, err = r.Import(t.Context(), r.project("gone"), work.ImportRequest{Path: other})
	r.wait(task, err)
	os.Remove(other)
	r.Close()
	r.start(options{})
	if got := r.wait(r.Retry(t.Context(), task.Project, task.ID)); got.Status != audit.TaskFailed || !strings.Contains(got.Message, "there is no such file") {
		t.Errorf("resumed without its file: %+v", got)
	}
}

func TestSpool(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	path, err := r.Spool(t.Context(), "../../calls.NDJSON", strings.NewReader(lines(20)))
	if err != nil || filepath.Dir(path) != filepath.Join(r.dir, "spool") || filepath.Ext(path) != ".ndjson" {
		t.Fatalf("spooled to %s, %v", path, err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	task := r.wait(r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path, Name: "calls.ndjson"}))
	if task.DoneCount != 18 {
		t.Errorf("%+v", task)
	}
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the spooled file is left: %v", err)
	}
	// An upload that breaks off leaves nothing.
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Spool(ctx, "x", strings.NewReader("x")); err == nil {
		t.Error("an upload that was broken off was spooled")
	}
	if left, err := os.ReadDir(filepath.Join(r.dir, "spool")); err != nil || len(left) != 0 {
		t.Errorf("in the spool are %v, %v", left, err)
	}
}

func TestSample(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	task := r.wait(r.Sample(t.Context(), audit.DefaultProject, 2000, "ann"))
	if task.Status != audit.TaskDone || task.DoneCount != 2000 || task.Message != "Imported 2,000 logs." || task.Unit != "logs" || task.Of != 2000 {
		t.Errorf("%+v", task)
	}
	recorded := 0
	for range sample.Tasks(2000, noon) {
		recorded++
	}
	list, err := r.catalog.Tasks(t.Context(), audit.ListQuery{Project: audit.DefaultProject})
	if err != nil || list.Total != int64(recorded)+1 {
		t.Errorf("%d tasks, wanted %d; %v", list.Total, recorded+1, err)
	}
	again := r.wait(r.Sample(t.Context(), audit.DefaultProject, 2000, "ann"))
	if again.SkippedCount != 2000 || again.DoneCount != 0 {
		t.Errorf("%+v", again)
	}
	if _, err := r.Sample(t.Context(), audit.DefaultProject, 0, ""); audit.CodeOf(err) != audit.Invalid {
		t.Errorf("0 sample logs: %v", err)
	}
}

// TestQueue: no more than Parallel run, the others wait in order, and one that
// waits can be canceled.
func TestQueue(t *testing.T) {
	f := &fault{hold: make(chan struct{}, 1000)}
	r := open(t, t.TempDir(), options{parallel: 2, fault: f})
	path := write(t, "calls.ndjson", lines(20))
	var tasks []audit.Task
	for range 5 {
		task, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: path})
		if err != nil {
			t.Fatal(err)
		}
		tasks = append(tasks, task)
	}
	statuses := func() (s []audit.TaskStatus) {
		for _, task := range tasks {
			now, err := r.catalog.Task(t.Context(), task.Project, task.ID)
			if err != nil {
				t.Fatal(err)
			}
			s = append(s, now.Status)
		}
		return s
	}
	const run, wait, gone, done = audit.TaskInProgress, audit.TaskEnqueued, audit.TaskCanceled, audit.TaskDone
	for !reflect.DeepEqual(statuses(), []audit.TaskStatus{run, run, wait, wait, wait}) {
		runtime.Gosched()
	}
	if got, err := r.Cancel(t.Context(), audit.DefaultProject, tasks[3].ID); err != nil || got.Status != gone {
		t.Errorf("%+v, %v", got, err)
	}
	if _, err := r.Retry(t.Context(), audit.DefaultProject, tasks[0].ID); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("a running task was retried: %v", err)
	}
	close(f.hold)
	for _, task := range tasks {
		r.wait(task, nil)
	}
	if got := statuses(); !reflect.DeepEqual(got, []audit.TaskStatus{done, done, done, gone, done}) {
		t.Errorf("at the end they are %v", got)
	}
}
