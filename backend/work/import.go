package work

import (
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/logfile"
	"projectlogs/backend/sample"
)

// ImportRequest says what to import. The file is read by the task, not by the
// caller, so it must stay where it is, and is never removed; what came by the
// wire goes through Spool first, and is removed once it is imported.
type ImportRequest struct {
	Path   string // a file on this machine, or what Spool returned
	Name   string // what people call it; "" is the path's last part
	Format string // of package logfile; "" and "auto" recognise it by its content
	User   string // who asked
}

// importParams is an ImportRequest as it is stored with the task.
type importParams struct {
	Path     string    `json:"path,omitempty"`
	Name     string    `json:"name"`
	Format   string    `json:"format,omitempty"`
	Size     int64     `json:"size,omitempty"`
	Modified time.Time `json:"modified,omitzero"`
	Sample   int       `json:"sample,omitempty"` // so many sample logs instead of a file
	// Time of the import: what logs without one get.
	Time time.Time `json:"time"`
}

// Import reads a file into a project, as a task. Errors that are seen at once
// (no such file, a folder, no such project) are returned, the rest is the task's.
func (r *Runner) Import(ctx context.Context, project string, req ImportRequest) (audit.Task, error) {
	p, err := r.importable(ctx, project)
	if err != nil {
		return audit.Task{}, err
	}
	path, err := filepath.Abs(req.Path)
	if err != nil {
		return audit.Task{}, fileError(err, "read", req.Path)
	}
	if _, err := logfile.ParseFormat(req.Format); err != nil {
		return audit.Task{}, err
	}
	params := importParams{
		Path: path, Name: cmp.Or(req.Name, filepath.Base(path)), Format: req.Format,
		Time: r.Now().UTC(),
	}
	if err := params.look(); err != nil {
		return audit.Task{}, err
	}
	return r.begin(ctx, audit.TaskImport, p.ID, req.User, fmt.Sprintf("Imports %s.", params.Name), params)
}

// Sample imports n made-up logs and the background tasks that belong to them,
// as a task. The same number on the same day adds nothing the second time.
func (r *Runner) Sample(ctx context.Context, project string, n int, user string) (audit.Task, error) {
	p, err := r.importable(ctx, project)
	if err != nil {
		return audit.Task{}, err
	}
	if n < 1 {
		return audit.Task{}, audit.Errorf(audit.Invalid, "%d sample logs cannot be made; ask for 1 or more.", n)
	}
	params := importParams{Name: "sample data", Sample: n, Time: r.Now().UTC()}
	return r.begin(ctx, audit.TaskImport, p.ID, user, fmt.Sprintf("Makes %s.", counted(int64(n), "sample log")), params)
}

func (r *Runner) importable(ctx context.Context, project string) (audit.Project, error) {
	p, err := r.Catalog.Project(ctx, project)
	if err != nil {
		return p, err
	}
	if p.ID == audit.OwnProject {
		return p, audit.Errorf(audit.Conflict, "The project %s keeps the app's own calls; nothing can be imported into it. Name another project.", p.Name)
	}
	return p, nil
}

// look notes what the file is like, so that a change is noticed.
func (p *importParams) look() error {
	info, err := os.Stat(p.Path)
	if err != nil {
		return fileError(err, "read", p.Path)
	}
	if info.IsDir() {
		return audit.Errorf(audit.Invalid, "%s is a folder; name the files in it.", p.Path)
	}
	if !info.Mode().IsRegular() {
		return audit.Errorf(audit.Invalid, "%s is no regular file; copy its content into one, or send it to standard input.", p.Path)
	}
	p.Size, p.Modified = info.Size(), info.ModTime().UTC()
	return nil
}

// importRun is one import at work.
type importRun struct {
	*Runner
	j       *job
	task    audit.Task
	params  importParams
	from    records
	source  *ingest.Source
	rejects *rejects
	start   checkpoint // where an earlier run ended
	at      checkpoint // what is stored
}

// checkpoint is how far an import is. It is stored in the same transaction as
// the rows before it.
type checkpoint struct {
	Records    int64     `json:"records"` // read, good and bad
	Done       int64     `json:"done"`    // bytes read of the file
	Added      int64     `json:"added"`
	Skipped    int64     `json:"skipped"`
	Rejected   int64     `json:"rejected"`
	Redactions int64     `json:"redactions"`
	Untimed    int64     `json:"untimed"`
	Oldest     time.Time `json:"oldest,omitzero"`
	Newest     time.Time `json:"newest,omitzero"`
	// RejectsBytes is the length of the file of rejects.
	RejectsBytes int64 `json:"rejects_bytes"`
}

// importResult is the task's result.
type importResult struct {
	Added      int64     `json:"added"`
	Skipped    int64     `json:"skipped"`
	Rejected   int64     `json:"rejected"`
	Untimed    int64     `json:"untimed,omitempty"`
	Format     string    `json:"format"`
	Bytes      int64     `json:"bytes"`
	Redactions int64     `json:"redactions"`
	From       time.Time `json:"from,omitzero"` // oldest imported log
	To         time.Time `json:"to,omitzero"`   // newest
	Source     string    `json:"source"`
}

func markName(task string) string { return "import/" + task }

func sourceName(task string) string { return "import imp_" + task[len("aa_"):] }

func (r *Runner) runImport(ctx context.Context, j *job) (end ending, err error) {
	run := &importRun{Runner: r, j: j, task: j.snapshot()}
	if err := readParams(run.task, &run.params); err != nil {
		return ending{}, err
	}
	if err := run.restore(ctx); err != nil {
		return ending{}, err
	}
	if err := run.sampleTasks(ctx); err != nil {
		return ending{}, err
	}
	if run.from, err = openRecords(run.params); err != nil {
		return ending{}, err
	}
	defer run.from.Close()
	if run.rejects, err = openRejects(r.rejectsPath(run.task.ID), run.start.RejectsBytes); err != nil {
		return ending{}, err
	}
	defer run.rejects.Close()
	run.source = r.Door.Source(run.task.Project, sourceName(run.task.ID), run.params.Time)
	run.report()
	if err := run.pump(ctx); err != nil {
		return run.broken(ctx, err)
	}
	return run.conclusion()
}

// restore finds where an earlier run ended.
func (run *importRun) restore(ctx context.Context) error {
	var err error
	run.start, err = run.checkpointOf(ctx, run.task.ID)
	run.at = run.start
	return err
}

// checkpointOf is how far an import got; zero where it stored nothing.
func (r *Runner) checkpointOf(ctx context.Context, task string) (at checkpoint, err error) {
	marker, ok := r.Store.(audit.Marker)
	if !ok {
		return at, nil
	}
	mark, err := marker.Mark(ctx, markName(task))
	if err == nil && mark != nil {
		err = json.Unmarshal(mark, &at)
	}
	if err != nil {
		return at, fmt.Errorf("read the import's mark: %w", err)
	}
	return at, nil
}

// recount gives an import that was killed the numbers of its checkpoint: those
// of the task are written less often.
func (r *Runner) recount(ctx context.Context, t *audit.Task) error {
	at, err := r.checkpointOf(ctx, t.ID)
	if err != nil || at.Records == 0 {
		return err
	}
	if t.Of == 0 {
		var params importParams
		if err := readParams(*t, &params); err != nil {
			return err
		}
		t.Unit, t.Of = "bytes", params.Size
		if params.Sample > 0 {
			t.Unit, t.Of = "logs", int64(params.Sample)
		}
	}
	t.Done, t.DoneCount, t.SkippedCount, t.FailedCount = at.Done, at.Added, at.Skipped, at.Rejected
	if t.Of > 0 {
		t.Progress = percent(t.Done, t.Of)
	}
	return nil
}

// sampleTasks records the background tasks that belong to sample logs.
func (run *importRun) sampleTasks(ctx context.Context) error {
	if run.params.Sample == 0 {
		return nil
	}
	for t := range sample.Tasks(run.params.Sample, run.params.Time) {
		t.Project = run.task.Project
		if err := run.Catalog.PutTask(ctx, t); err != nil {
			return fmt.Errorf("store a sample task: %w", err)
		}
		run.Feed.Publish(audit.Change{Kind: audit.TaskChanged, Project: t.Project, ID: t.ID})
	}
	return nil
}

// chunk is what is stored in one transaction.
type chunk struct {
	logs    []audit.Log
	rejects []reject
	records int64 // read up to its end
	done    int64
	batch   *ingest.Batch
}

// What one transaction holds at most.
const (
	defaultChunkLogs = 8192
	chunkBytes       = 4 << 20
)

// pump moves everything from the file into the store. Reading, preparing and
// storing are at work at the same time, each a chunk or two ahead of the next.
func (run *importRun) pump(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	var stages sync.WaitGroup
	defer stages.Wait()
	read, ready := make(chan *chunk, 1), make(chan *chunk, 1)
	stage := func(out chan *chunk, work func() error) {
		stages.Go(func() {
			defer close(out)
			if err := guarded(work); err != nil {
				cancel(err)
			}
		})
	}
	var readErr error // of the file; what was read before it is kept
	stage(read, func() (err error) {
		readErr, err = run.read(ctx, read)
		return err
	})
	stage(ready, func() error { return run.prepare(ctx, read, ready) })
	for c := range ready {
		if err := run.append(ctx, c); err != nil {
			cancel(err)
			return err
		}
	}
	stages.Wait()
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	return readErr
}

// guarded turns a panic of another goroutine into the task's error.
func guarded(work func() error) (err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v", p)
		}
	}()
	return work()
}

// read cuts the file into chunks. One chunk ends exactly where an earlier run
// ended. fileErr is what ended the file early.
func (run *importRun) read(ctx context.Context, out chan<- *chunk) (fileErr, err error) {
	c := &chunk{}
	size, n := 0, int64(0)
	flush := func() error {
		c.records, c.done = n, run.from.Done()
		select {
		case out <- c:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
		c, size = &chunk{}, 0
		return nil
	}
	for {
		if ctx.Err() != nil {
			return nil, context.Cause(ctx)
		}
		rec, err := run.from.Next()
		if err != nil {
			if err == io.EOF {
				err = nil
			}
			if n < run.start.Records {
				return nil, run.changed()
			}
			return err, flush()
		}
		n++
		switch reason := whyNot(&rec); {
		case n <= run.start.Records:
			if reason == "" {
				c.logs = append(c.logs, rec.Log)
			}
		case reason != "":
			c.rejects = append(c.rejects, run.reject(&rec, reason))
			size += len(rec.Raw)
		default:
			c.logs = append(c.logs, rec.Log)
			size += ingest.BytesOf(&rec.Log)
		}
		if len(c.logs)+len(c.rejects) >= run.chunkLogs || size >= chunkBytes || n == run.start.Records {
			if err := flush(); err != nil {
				return nil, err
			}
		}
	}
}

// reject is a row for the file of rejects, without its secrets.
func (run *importRun) reject(rec *logfile.Entry, reason string) reject {
	raw := string(rec.Raw)
	if rec.Err == nil {
		// It was a log for its file, but not for the door.
		text, err := json.Marshal(rec.Log)
		if err != nil {
			text = fmt.Appendf(nil, "%+v", rec.Log)
		}
		raw = string(text)
	}
	raw = run.Door.Redact(raw)
	if utf8.ValidString(raw) {
		return reject{Line: rec.Line, Reason: reason, Raw: raw}
	}
	return reject{Line: rec.Line, Reason: reason, Raw: base64.StdEncoding.EncodeToString([]byte(raw)), RawEncoding: "base64"}
}

func (run *importRun) changed() error {
	return audit.Errorf(audit.Conflict, "%s has changed since its import began; import it again: what is there already is skipped.", run.params.Name)
}

func (run *importRun) prepare(ctx context.Context, in <-chan *chunk, out chan<- *chunk) error {
	for c := range in {
		if c.records <= run.start.Records {
			run.source.Skip(c.logs)
			continue
		}
		c.batch = run.source.Prepare(c.logs)
		select {
		case out <- c:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

// append stores one chunk, its rejects first: the mark says that they are there.
func (run *importRun) append(ctx context.Context, c *chunk) error {
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := run.rejects.add(c.rejects); err != nil {
		return err
	}
	next := run.at
	next.Records, next.Done, next.RejectsBytes = c.records, c.done, run.rejects.bytes
	next.Rejected += int64(len(c.rejects))
	known := c.batch.Result()
	next.Redactions += int64(known.Redactions)
	next.Untimed += int64(known.Untimed)
	next.cover(known.Oldest, known.Newest)
	logs := int64(len(c.logs)) - int64(len(known.Rejected))
	var unwritable error
	mark := func(added int) []byte {
		next.Added += int64(added)
		next.Skipped += logs - int64(added)
		text, err := json.Marshal(next)
		unwritable = err
		return text
	}
	// A chunk that has begun is finished, so that it is known what is stored.
	result, err := c.batch.Append(context.WithoutCancel(ctx), &ingest.Mark{Name: markName(run.task.ID), Value: mark})
	if err = errors.Join(err, unwritable); err != nil {
		return err
	}
	if _, ok := run.Store.(audit.Marker); !ok {
		mark(result.Added)
	}
	run.at = next
	run.report()
	return nil
}

func (c *checkpoint) cover(oldest, newest time.Time) {
	if !oldest.IsZero() && (c.Oldest.IsZero() || oldest.Before(c.Oldest)) {
		c.Oldest = oldest
	}
	if newest.After(c.Newest) {
		c.Newest = newest
	}
}

// report tells the task how far the import is.
func (run *importRun) report() {
	run.update(run.j, func(t *audit.Task) {
		t.Unit, t.Done, t.Of = run.from.Unit(), run.at.Done, run.from.Size()
		t.DoneCount, t.SkippedCount, t.FailedCount = run.at.Added, run.at.Skipped, run.at.Rejected
		t.Failed = run.rejects.first
	})
}

// conclusion says how an import ended that read its file to the end.
func (run *importRun) conclusion() (ending, error) {
	at, name := run.at, run.params.Name
	end := ending{Outcome: audit.OutcomeSuccess, Result: run.result()}
	switch {
	case at.Added+at.Skipped+at.Rejected == 0:
		return run.failed(fmt.Sprintf("%s has no logs in it; nothing was imported.", name))
	case at.Added+at.Skipped == 0:
		return run.failed(fmt.Sprintf("Nothing in %s could be read as a log: %s", name, run.firstReason()))
	case at.Added == 0 && at.Skipped == 1:
		end.Message = "The log was there already; nothing was added."
	case at.Added == 0:
		end.Message = fmt.Sprintf("All %s were there already; nothing was added.", counted(at.Skipped, "log"))
	case at.Skipped > 0:
		end.Message = fmt.Sprintf("Imported %s; %s were there already.", counted(at.Added, "log"), number(at.Skipped))
	default:
		end.Message = fmt.Sprintf("Imported %s.", counted(at.Added, "log"))
	}
	end.Message += run.remarks()
	if run.params.Path != "" {
		now := run.params
		if err := now.look(); err == nil && (now.Size != run.params.Size || !now.Modified.Equal(run.params.Modified)) {
			end.Outcome = audit.OutcomeFailed
			end.Message += fmt.Sprintf(" %s changed while it was read; import it again for what is missing, what is there already is skipped.", name)
		}
	}
	return end, nil
}

// remarks is what else there is to say about the logs of an import.
func (run *importRun) remarks() string {
	var s string
	if n := run.at.Rejected; n > 0 {
		s += fmt.Sprintf(" %s rejected.", counted(n, "line")+map[bool]string{true: " was", false: " were"}[n == 1])
	}
	if n := run.at.Untimed; n > 0 {
		s += fmt.Sprintf(" %s had no time and got that of the import, %s.", counted(n, "log"), run.params.Time.Format(time.RFC3339))
	}
	return s
}

// firstReason is why the first row was rejected.
func (run *importRun) firstReason() string {
	if len(run.rejects.first) == 0 {
		return "it has no row."
	}
	first := run.rejects.first[0]
	if first.Row == 0 {
		return first.Reason
	}
	return fmt.Sprintf("line %s: %s", number(first.Row), first.Reason)
}

// broken says how an import ended that could not read its file to the end.
func (run *importRun) broken(ctx context.Context, err error) (ending, error) {
	e, ok := errors.AsType[*audit.Error](err)
	if ctx.Err() != nil || !ok || e.Code == audit.DiskFull || e.Code == audit.ReadOnly {
		return ending{}, err
	}
	run.Log.Warn("import ended early", "task", run.task.ID, "err", err)
	message := sentence(err)
	if n := run.at.Added + run.at.Skipped; n > 0 {
		message += fmt.Sprintf(" Of these, %s are stored.", counted(n, "log"))
	}
	return run.failed(message + run.remarks())
}

func (run *importRun) failed(message string) (ending, error) {
	return ending{Failed: true, Outcome: audit.OutcomeFailed, Message: message, Result: run.result()}, nil
}

func (run *importRun) result() importResult {
	at := run.at
	return importResult{
		Added: at.Added, Skipped: at.Skipped, Rejected: at.Rejected, Untimed: at.Untimed,
		Format: run.from.Format(), Bytes: run.params.Size, Redactions: at.Redactions, From: at.Oldest, To: at.Newest,
		Source: sourceName(run.task.ID),
	}
}

// settleImport removes what only the import needed. One that failed or was
// canceled keeps it for Retry; New removes it after a week.
func (r *Runner) settleImport(t audit.Task) {
	var p importParams
	if t.Status != audit.TaskDone || readParams(t, &p) != nil {
		return
	}
	if marker, ok := r.Store.(audit.Marker); ok {
		if err := marker.Unmark(context.WithoutCancel(r.base), markName(t.ID)); err != nil {
			r.Log.Error("remove an import's mark", "task", t.ID, "err", err)
		}
	}
	if r.isSpooled(p.Path) {
		if err := os.Remove(p.Path); err != nil {
			r.Log.Error("remove a spooled file", "task", t.ID, "err", err)
		}
	}
}

// forgetImport makes the next run of an import begin at the file's beginning,
// as it is now.
func (r *Runner) forgetImport(ctx context.Context, t *audit.Task) error {
	var p importParams
	if err := readParams(*t, &p); err != nil {
		return err
	}
	if p.Path != "" {
		if err := p.look(); err != nil {
			return err
		}
	}
	if marker, ok := r.Store.(audit.Marker); ok {
		if err := marker.Unmark(ctx, markName(t.ID)); err != nil {
			return fmt.Errorf("remove the import's mark: %w", err)
		}
	}
	text, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("write the task's parameters: %w", err)
	}
	t.Params = text
	t.Done, t.DoneCount, t.SkippedCount, t.FailedCount, t.Failed, t.Progress = 0, 0, 0, 0, nil, 0
	return nil
}
