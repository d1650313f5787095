package work_test

import (
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/work"
)

func (r *rig) export(e audit.Export) audit.Export {
	r.t.Helper()
	if e.Project == "" {
		e.Project = audit.DefaultProject
	}
	e, err := r.Export(r.t.Context(), e)
	if err != nil {
		r.t.Fatal(err)
	}
	r.wait(audit.Task{Project: e.Project, ID: e.TaskID}, nil)
	e, err = r.catalog.Export(r.t.Context(), e.Project, e.ID)
	if err != nil {
		r.t.Fatal(err)
	}
	return e
}

func TestExport(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	r.importFile(audit.DefaultProject, write(t, "calls.ndjson", lines(200)))
	e := r.export(audit.Export{Format: "csv", Q: "status>=400", User: "ann"})
	list, err := r.store.Search(t.Context(), audit.Query{Project: audit.DefaultProject, Filter: parse(t, "status>=400")})
	if err != nil {
		t.Fatal(err)
	}
	if e.Status != audit.ExportDone || e.Rows != list.Total || e.Rows == 0 || e.AsOf == "" || e.Message != "" || e.User != "ann" ||
		e.File != filepath.Join(r.dir, "exports", e.ID+".csv") || e.Fields != "default" || e.Order != "-time" || e.TZ != "UTC" ||
		e.ExportedObject != "api_log" || string(e.Filter) == "" || e.Q != "status>=400" {
		t.Errorf("the export is %+v, the list has %d", e, list.Total)
	}
	text, err := os.ReadFile(e.File)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(text)
	if e.Bytes != int64(len(text)) || e.SHA256 != hex.EncodeToString(sum[:]) {
		t.Errorf("%d bytes with %s, the file has %d with %x", e.Bytes, e.SHA256, len(text), sum)
	}
	rows, err := csv.NewReader(strings.NewReader(string(text))).ReadAll()
	if err != nil || int64(len(rows)) != e.Rows+1 {
		t.Errorf("%d rows in the file, %v", len(rows), err)
	}
	task, err := r.catalog.Task(t.Context(), e.Project, e.TaskID)
	if err != nil || task.Status != audit.TaskDone || task.Done != e.Rows || task.Of != e.Rows || task.Message != fmt.Sprintf("Exported %d logs to %s.csv.", e.Rows, e.ID) {
		t.Errorf("%+v, %v", task, err)
	}
	f, same, err := r.OpenExport(t.Context(), e.Project, e.ID)
	if err != nil || same.ID != e.ID {
		t.Fatal(err)
	}
	f.Close()

	// All fields as NDJSON: importing them again adds nothing.
	all := r.export(audit.Export{Format: "ndjson", Fields: "all"})
	if got := r.importFile(audit.DefaultProject, all.File); got.DoneCount != 0 || got.SkippedCount != all.Rows || got.FailedCount != 0 {
		t.Errorf("importing the export: %+v", got)
	}
	if got := r.importFile(r.project("copy"), all.File); got.DoneCount != all.Rows {
		t.Errorf("importing the export elsewhere: %+v", got)
	}

	// The filter may come as JSON.
	byJSON := r.export(audit.Export{Format: "csv", Filter: e.Filter})
	if byJSON.Q != e.Q || byJSON.SHA256 != e.SHA256 {
		t.Errorf("by JSON: %+v", byJSON)
	}
	// A snapshot that the list named leaves out what came later.
	r.importFile(audit.DefaultProject, write(t, "more.ndjson", lines(300)))
	if old := r.export(audit.Export{Format: "csv", Q: "status>=400", AsOf: list.AsOf}); old.SHA256 != e.SHA256 {
		t.Errorf("as of the list: %d rows, wanted %d", old.Rows, e.Rows)
	}

	if err := r.DeleteExport(t.Context(), e.Project, e.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(e.File); !os.IsNotExist(err) {
		t.Errorf("the copy is left: %v", err)
	}
	if _, _, err := r.OpenExport(t.Context(), e.Project, e.ID); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("%v", err)
	}
	os.Remove(byJSON.File)
	if _, _, err := r.OpenExport(t.Context(), e.Project, byJSON.ID); audit.CodeOf(err) != audit.NotFound || !strings.Contains(err.Error(), "is gone") {
		t.Errorf("%v", err)
	}
}

func parse(t *testing.T, q string) filter.Expr {
	t.Helper()
	e, err := audit.LogSchema.Parse(q)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

func TestExportFile(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	r.importFile(audit.DefaultProject, write(t, "calls.ndjson", lines(20)))
	folder := t.TempDir()
	path := filepath.Join(folder, "calls.csv")
	e := r.export(audit.Export{Format: "csv", File: path})
	if e.Status != audit.ExportDone || e.File != path || e.Rows != 18 {
		t.Errorf("%+v", e)
	}
	if left, _ := os.ReadDir(filepath.Join(r.dir, "exports")); len(left) != 0 {
		t.Errorf("there is a second copy: %v", left)
	}
	was, _ := os.ReadFile(path)
	refused := func(what string, code audit.Code, sentence string, e audit.Export) {
		t.Helper()
		if e.Project == "" {
			e.Project = audit.DefaultProject
		}
		if e.Format == "" {
			e.Format = "csv"
		}
		_, err := r.Export(t.Context(), e)
		if err == nil || code != "" && audit.CodeOf(err) != code || !strings.Contains(err.Error(), sentence) {
			t.Errorf("%s: %v", what, err)
		}
	}
	refused("an existing file", audit.Conflict, "There is a file "+path+" already", audit.Export{File: path})
	refused("a folder", audit.Invalid, "it is a folder", audit.Export{File: folder})
	refused("no folder", audit.NotFound, "there is no such file or folder", audit.Export{File: filepath.Join(folder, "no", "x.csv")})
	refused("a format", audit.Invalid, "", audit.Export{Format: "doc"})
	refused("a field", audit.Invalid, "", audit.Export{Fields: "time,statuss"})
	refused("a zone", audit.Invalid, "", audit.Export{TZ: "Mars/Base"})
	refused("an order", audit.Invalid, "cannot be ordered", audit.Export{Order: "duration"})
	refused("a filter", "", "statuss", audit.Export{Q: "statuss:1"})
	refused("a project", audit.NotFound, "", audit.Export{Project: "nowhere"})
	list, err := r.catalog.Exports(t.Context(), audit.ListQuery{Project: audit.DefaultProject})
	if err != nil || list.Total != 1 {
		t.Errorf("%d exports are recorded, %v", list.Total, err)
	}

	e = r.export(audit.Export{Format: "csv", File: path, Q: "status:404", Options: audit.ExportOptions{Overwrite: true}})
	if now, _ := os.ReadFile(path); e.Status != audit.ExportDone || len(now) >= len(was) {
		t.Errorf("overwriting: %+v", e)
	}
	if err := r.DeleteExport(t.Context(), e.Project, e.ID); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path); err != nil {
		t.Errorf("a copy outside the data folder was removed: %v", err)
	}

	// The file appears while the export waits: it stays as it is.
	late := filepath.Join(folder, "late.csv")
	f := &fault{hold: make(chan struct{})}
	r.Close()
	r.start(options{parallel: 1, fault: f})
	blocker, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: write(t, "x.ndjson", lines(3))})
	if err != nil {
		t.Fatal(err)
	}
	e, err = r.Export(t.Context(), audit.Export{Project: audit.DefaultProject, Format: "csv", File: late})
	if err != nil || e.Status != audit.ExportScheduled {
		t.Fatal(e, err)
	}
	refused("a file that is being written", audit.Conflict, "Another export", audit.Export{File: late})
	if err := os.WriteFile(late, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	close(f.hold)
	r.wait(blocker, nil)
	r.wait(audit.Task{Project: e.Project, ID: e.TaskID}, nil)
	e, err = r.catalog.Export(t.Context(), e.Project, e.ID)
	if text, _ := os.ReadFile(late); err != nil || string(text) != "mine" || e.Status != audit.ExportError || !strings.Contains(e.Message, "already") {
		t.Errorf("%q, %+v, %v", text, e, err)
	}
	if left, _ := filepath.Glob(filepath.Join(folder, "*.part")); len(left) != 0 {
		t.Errorf("half files are left: %v", left)
	}
}

// TestExportStopped: a waiting export that is canceled has its state in both
// records; one that was interrupted begins again; a finished file that nobody
// had noted is taken as it is.
func TestExportStopped(t *testing.T) {
	f := &fault{hold: make(chan struct{})}
	r := open(t, t.TempDir(), options{})
	r.importFile(audit.DefaultProject, write(t, "calls.ndjson", lines(20)))
	r.Close()
	r.start(options{parallel: 1, fault: f})
	if _, err := r.Import(t.Context(), audit.DefaultProject, work.ImportRequest{Path: write(t, "x.ndjson", lines(3))}); err != nil {
		t.Fatal(err)
	}
	ask := func() audit.Export {
		e, err := r.Export(t.Context(), audit.Export{Project: audit.DefaultProject, Format: "csv"})
		if err != nil {
			t.Fatal(err)
		}
		return e
	}
	canceled, interrupted := ask(), ask()
	if _, err := r.Cancel(t.Context(), canceled.Project, canceled.TaskID); err != nil {
		t.Fatal(err)
	}
	if e, err := r.catalog.Export(t.Context(), canceled.Project, canceled.ID); err != nil || e.Status != audit.ExportError || !strings.HasPrefix(e.Message, "Canceled") {
		t.Errorf("canceled: %+v, %v", e, err)
	}
	if _, _, err := r.OpenExport(t.Context(), interrupted.Project, interrupted.ID); audit.CodeOf(err) != audit.Conflict {
		t.Errorf("a waiting export was opened: %v", err)
	}
	close(f.hold)
	r.Close()
	left := filepath.Join(r.dir, "exports", "left"+".csv.part")
	if err := os.WriteFile(left, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	r.start(options{})
	if _, err := os.Stat(left); !os.IsNotExist(err) {
		t.Errorf("a half file of a dead process is left: %v", err)
	}
	for _, e := range []audit.Export{canceled, interrupted} {
		got := r.wait(r.Retry(t.Context(), e.Project, e.TaskID))
		done, err := r.catalog.Export(t.Context(), e.Project, e.ID)
		if err != nil || got.Status != audit.TaskDone || done.Status != audit.ExportDone || done.Rows != 18 || done.Message != "" {
			t.Errorf("%+v\n%+v, %v", got, done, err)
		}
	}

	// As if the app had died between the rename and the last note.
	done, err := r.catalog.Export(t.Context(), interrupted.Project, interrupted.ID)
	if err != nil {
		t.Fatal(err)
	}
	task, err := r.catalog.Task(t.Context(), done.Project, done.TaskID)
	if err != nil {
		t.Fatal(err)
	}
	done.Status, task.Status = audit.ExportInProgress, audit.TaskInProgress
	outside := filepath.Join(t.TempDir(), "x.csv")
	if err := os.Rename(done.File, outside); err != nil {
		t.Fatal(err)
	}
	done.File = outside
	info, _ := os.Stat(outside)
	if err := r.catalog.PutExport(t.Context(), done); err != nil {
		t.Fatal(err)
	}
	if err := r.catalog.PutTask(t.Context(), task); err != nil {
		t.Fatal(err)
	}
	r.Close()
	r.start(options{})
	if err := r.Resume(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := r.wait(task, nil); got.Status != audit.TaskDone {
		t.Errorf("%+v", got)
	}
	if now, err := os.Stat(outside); err != nil || !os.SameFile(now, info) {
		t.Errorf("the finished file was written again: %v", err)
	}
}

// TestPanic: a fault of ours ends the task with a sentence, not the app, and
// leaves no half file.
func TestPanic(t *testing.T) {
	r := open(t, t.TempDir(), options{fault: &fault{panicky: true}})
	e := r.export(audit.Export{Format: "csv"})
	if e.Status != audit.ExportError || !strings.Contains(e.Message, "a fault in the app") || strings.Contains(e.Message, "panic") {
		t.Errorf("%+v", e)
	}
	if left, _ := os.ReadDir(filepath.Join(r.dir, "exports")); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

func TestPurge(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	r.SetPurgeSlice(30)
	r.wait(r.Sample(t.Context(), audit.DefaultProject, 1000, ""))
	changes, stop := r.feed.Listen()
	defer stop()
	count := func(q string) int64 {
		page, err := r.store.Search(t.Context(), audit.Query{Project: audit.DefaultProject, Filter: parse(t, q), Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return page.Total
	}
	posts, failures := count("method:POST"), count("method:POST status>=400")
	task := r.wait(r.Purge(t.Context(), work.PurgeRequest{Project: audit.DefaultProject, Filter: parse(t, "method:POST status>=400"), User: "ann"}))
	if task.Status != audit.TaskDone || task.DoneCount != failures || task.Done != failures || task.Of != failures ||
		task.Message != fmt.Sprintf("Deleted %d logs matching method:POST status>=400.", failures) {
		t.Errorf("%d were to go: %+v", failures, task)
	}
	if now := count("method:POST"); now != posts-failures || failures < 10 {
		t.Errorf("%d are left, wanted %d", now, posts-failures)
	}
	removed := false
	for len(changes) > 0 {
		change := <-changes
		removed = removed || change.Kind == audit.LogsRemoved
	}
	if !removed {
		t.Error("the feed does not say that logs were removed")
	}
	again := r.wait(r.Purge(t.Context(), work.PurgeRequest{Project: audit.DefaultProject, Filter: parse(t, "method:POST status>=400")}))
	if again.Message != "No log matched; nothing was deleted." || again.Outcome != audit.OutcomeSuccess {
		t.Errorf("%+v", again)
	}
	day := noon.Add(-24 * time.Hour)
	r.wait(r.Purge(t.Context(), work.PurgeRequest{Project: audit.DefaultProject, To: day}))
	for l, err := range r.store.Scan(t.Context(), audit.Query{Project: audit.DefaultProject}) {
		if err != nil || l.Time.Before(day) {
			t.Fatalf("%s is left, %v", l.Time, err)
		}
	}
	all := r.wait(r.Purge(t.Context(), work.PurgeRequest{Project: audit.DefaultProject}))
	if left := count(""); left != 0 || all.Status != audit.TaskDone {
		t.Errorf("%d are left: %+v", left, all)
	}
	if _, err := r.Purge(t.Context(), work.PurgeRequest{Project: "nowhere"}); audit.CodeOf(err) != audit.NotFound {
		t.Error(err)
	}
}

// TestCancelPurge: a canceled deletion says truly how far it got, and Retry
// deletes the rest.
func TestCancelPurge(t *testing.T) {
	f := &fault{hold: make(chan struct{}, 1000)}
	r := open(t, t.TempDir(), options{})
	r.wait(r.Sample(t.Context(), audit.DefaultProject, 600, ""))
	r.Close()
	r.start(options{fault: f})
	r.SetPurgeSlice(40)
	task, err := r.Purge(t.Context(), work.PurgeRequest{Project: audit.DefaultProject})
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		f.hold <- struct{}{}
	}
	for f.purges.Load() < 4 {
		runtime.Gosched()
	}
	time.AfterFunc(50*time.Millisecond, func() { close(f.hold) })
	got, err := r.Cancel(t.Context(), task.Project, task.ID)
	left := len(r.ids(audit.DefaultProject))
	if err != nil || got.Status != audit.TaskCanceled || left == 0 || int(got.DoneCount) != 600-left || got.Of != 600 ||
		got.Message != fmt.Sprintf("Canceled after %d of 600 logs were deleted.", 600-left) {
		t.Errorf("%d are left: %+v, %v", left, got, err)
	}
	got = r.wait(r.Retry(t.Context(), task.Project, task.ID))
	if left := len(r.ids(audit.DefaultProject)); left != 0 || got.DoneCount != 600 || got.Message != "Deleted 600 logs." {
		t.Errorf("%d are left: %+v", left, got)
	}
}

func TestDeleteProject(t *testing.T) {
	r := open(t, t.TempDir(), options{parallel: 3})
	id := r.project("Shop")
	r.importFile(id, write(t, "calls.ndjson", lines(50)))
	kept := r.importFile(audit.DefaultProject, write(t, "calls.ndjson", lines(50)))
	inside := r.export(audit.Export{Project: id, Format: "csv"})
	outside := r.export(audit.Export{Project: id, Format: "csv", File: filepath.Join(t.TempDir(), "x.csv")})
	for _, always := range []string{audit.DefaultProject, audit.OwnProject} {
		if _, err := r.DeleteProject(t.Context(), always, ""); audit.CodeOf(err) != audit.Conflict {
			t.Errorf("%s: %v", always, err)
		}
	}
	task := r.wait(r.DeleteProject(t.Context(), "shop", "ann"))
	if task.Status != audit.TaskDone || task.Project != audit.OwnProject || task.Message != "Deleted the project Shop with 45 logs." {
		t.Errorf("%+v", task)
	}
	if _, err := r.catalog.Project(t.Context(), id); audit.CodeOf(err) != audit.NotFound {
		t.Errorf("the project is there: %v", err)
	}
	if n := len(r.ids(id)); n != 0 {
		t.Errorf("%d of its logs are there", n)
	}
	if n := len(r.ids(audit.DefaultProject)); n != 45 {
		t.Errorf("%d logs of another project are left", n)
	}
	if _, err := os.Stat(inside.File); !os.IsNotExist(err) {
		t.Errorf("its copy is there: %v", err)
	}
	if _, err := os.Stat(outside.File); err != nil {
		t.Errorf("a copy outside the data folder is gone: %v", err)
	}
	rejects, err := os.ReadDir(filepath.Join(r.dir, "rejects"))
	if err != nil || len(rejects) != 1 || rejects[0].Name() != kept.ID+".ndjson" {
		t.Errorf("rejects: %v, %v", rejects, err)
	}
}

func TestReindex(t *testing.T) {
	r := open(t, t.TempDir(), options{})
	r.importFile(audit.DefaultProject, write(t, "calls.ndjson", lines(50)))
	task := r.wait(r.Reindex(t.Context(), "ann"))
	if task.Status != audit.TaskDone || task.DoneCount != 45 || task.Message != "Built the index of 45 logs anew." {
		t.Errorf("%+v", task)
	}
	page, err := r.store.Search(t.Context(), audit.Query{Project: audit.DefaultProject, Filter: parse(t, "redacted")})
	if err != nil || page.Total != 25 {
		t.Errorf("%d found, %v", page.Total, err)
	}
}
