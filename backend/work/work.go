// Package work does what takes long: imports, exports, deletions, rebuilding
// the index. Each is a Task that everybody can watch, cancel and retry.
//
// A Runner has a queue. At most Parallel tasks run, the others wait in order. A
// task's state is in the Catalog whenever it matters and some four times a
// second while it runs, and each change is announced in the Feed. A panic ends
// the task, not the app.
//
// Nothing is lost by a crash. An import stores, in the same transaction as its
// rows, how far it is; Close and kill -9 are the same to it, and it goes on
// behind the last stored row: no row is lost, none is there twice, and the
// numbers are those of an import that was never stopped. A deletion goes on
// with what is left, an export begins again. What a dead process left behind is
// Interrupted; Resume goes on with it, and only who means it calls that: the
// window, serve, and tasks retry.
//
// Files lie in Config.Dir: spool/ what was uploaded, until it is imported;
// rejects/TASK.ndjson the rows that could not be imported; exports/ copies for
// which nobody named a place.
package work

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
)

// Config is what a Runner works with. All fields without a default are needed.
type Config struct {
	Store   audit.LogStore
	Catalog audit.Catalog
	Door    *ingest.Door
	Feed    *audit.Feed
	// Dir is the data directory.
	Dir string
	// Parallel is how many tasks run at once; 0 is 2.
	Parallel int
	Now      func() time.Time // nil is time.Now
	Log      *slog.Logger     // faults of ours, with causes; nil is silence
}

// Runner runs tasks. All methods may be called from any goroutine.
type Runner struct {
	Config
	base context.Context // of every task
	stop context.CancelCauseFunc

	mu      sync.Mutex
	jobs    map[string]*job // waiting and running, by the task's ID
	queue   []*job          // waiting
	running int
	closed  bool
	ended   sync.WaitGroup // running

	chunkLogs  int   // of an import, in one transaction
	purgeSlice int64 // of a deletion, at a time
}

// Why a task's context ended.
var (
	errCanceled = errors.New("canceled by the user")
	errClosing  = errors.New("the app is closing")
)

// New makes a Runner and its directories. Tasks that a dead process left
// waiting or running become Interrupted, so there must be no other Runner on
// the same Catalog. Close it.
func New(ctx context.Context, c Config) (*Runner, error) {
	if c.Parallel == 0 {
		c.Parallel = 2
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	r := &Runner{Config: c, jobs: make(map[string]*job), chunkLogs: defaultChunkLogs, purgeSlice: defaultPurgeSlice}
	r.base, r.stop = context.WithCancelCause(context.WithoutCancel(ctx))
	for _, name := range []string{spoolDir, rejectsDir, exportsDir} {
		if err := os.MkdirAll(filepath.Join(c.Dir, name), 0o700); err != nil && !isReadOnly(err) {
			return nil, fileError(err, "make the folder", filepath.Join(c.Dir, name))
		}
	}
	if err := r.interruptLeftovers(ctx); err != nil && audit.CodeOf(err) != audit.ReadOnly {
		return nil, fmt.Errorf("mark interrupted tasks: %w", err)
	}
	if err := r.tidy(ctx); err != nil {
		c.Log.Warn("remove old files", "err", err)
	}
	return r, nil
}

// Close stops what runs; waiting and running tasks become Interrupted. It
// returns when nothing runs any more.
func (r *Runner) Close() error {
	r.mu.Lock()
	r.closed = true
	waiting := r.queue
	r.queue = nil
	r.mu.Unlock()
	r.stop(errClosing)
	for _, j := range waiting {
		r.finish(j, errClosing)
	}
	r.ended.Wait()
	return nil
}

// Cancel stops a task and returns it as it ended: Canceled, with how far it
// got, or Done if it was quicker. A task that ended before is a Conflict.
func (r *Runner) Cancel(ctx context.Context, project, id string) (audit.Task, error) {
	if j := r.job(project, id); j != nil {
		r.dequeue(j)
		j.cancel(errCanceled)
		return r.Wait(ctx, project, id)
	}
	t, err := r.Catalog.Task(ctx, project, id)
	if err != nil {
		return t, err
	}
	if t.Status != audit.TaskInterrupted {
		return t, &audit.Error{
			Code: audit.Conflict, Message: fmt.Sprintf("Task %s cannot be canceled: it is %s.", id, stateOf(t)),
			ResourceType: "task", ResourceID: id,
		}
	}
	return r.abandon(ctx, t)
}

// Retry begins a task again that was Interrupted, Canceled or Failed, and
// returns it. It is the same task: an import goes on behind its last stored
// row, an export and a deletion begin again. Conflict for any other state, and
// for recorded tasks, which the audited API ran.
func (r *Runner) Retry(ctx context.Context, project, id string) (audit.Task, error) {
	if j := r.job(project, id); j != nil {
		return j.snapshot(), audit.Errorf(audit.Conflict, "Task %s cannot be retried: it is %s.", id, stateOf(j.snapshot()))
	}
	t, err := r.Catalog.Task(ctx, project, id)
	if err != nil {
		return t, err
	}
	if t.Recorded {
		return t, audit.Errorf(audit.Conflict, "Task %s was recorded from the audited API; only that API can run it again.", id)
	}
	if t.Status == audit.TaskDone {
		return t, audit.Errorf(audit.Conflict, "Task %s cannot be retried: it is %s.", id, stateOf(t))
	}
	return r.again(ctx, t)
}

// Wait returns the task when it has ended, or was Interrupted by Close.
func (r *Runner) Wait(ctx context.Context, project, id string) (audit.Task, error) {
	if j := r.job(project, id); j != nil {
		select {
		case <-j.ended:
			return j.snapshot(), nil
		case <-ctx.Done():
			return j.snapshot(), context.Cause(ctx)
		}
	}
	return r.Catalog.Task(ctx, project, id)
}

// Interrupted returns the tasks of all projects that Resume would go on with,
// oldest first.
func (r *Runner) Interrupted(ctx context.Context) ([]audit.Task, error) {
	return r.ownTasks(ctx, audit.TaskInterrupted)
}

// Resume goes on with every Interrupted task, in the order of their creation.
func (r *Runner) Resume(ctx context.Context) error {
	tasks, err := r.Interrupted(ctx)
	if err != nil {
		return err
	}
	var errs []error
	for _, t := range tasks {
		if _, err := r.again(ctx, t); err != nil {
			errs = append(errs, fmt.Errorf("resume task %s: %w", t.ID, err))
		}
	}
	return errors.Join(errs...)
}
