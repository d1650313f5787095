package work

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"projectlogs/backend/audit"
)

// job is a task that waits or runs.
type job struct {
	ctx    context.Context
	cancel context.CancelCauseFunc
	ended  chan struct{} // closed when the task has its last state
	// What of the task never changes.
	project, kind string
	params        json.RawMessage

	mu       sync.Mutex
	task     audit.Task
	begun    time.Time // by the wall, when it began to run this time
	before   int64     // ProcessingTime of earlier times
	doneThen int64     // Done when it began to run this time
	stored   time.Time // when the catalog last got it
}

// ending is what a task that came to its end says of itself.
type ending struct {
	Failed  bool // the task is Failed, not Done, though it has a Result
	Outcome audit.Outcome
	Message string
	Result  any
}

// deed does one kind of task. It looks at ctx often enough to end within a
// second, finds what to do in the task's Params, and may be called again with
// the same task after an interruption.
type deed func(r *Runner, ctx context.Context, j *job) (ending, error)

// deeds is every kind of task there is.
var deeds map[string]deed

func init() {
	deeds = map[string]deed{
		audit.TaskImport:        (*Runner).runImport,
		audit.TaskExport:        (*Runner).runExport,
		audit.TaskPurge:         (*Runner).runPurge,
		audit.TaskDeleteProject: (*Runner).runDeleteProject,
		audit.TaskReindex:       (*Runner).runReindex,
	}
}

// snapshot is the task as it is now.
func (j *job) snapshot() audit.Task {
	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.task
	t.Failed = slices.Clone(t.Failed)
	return t
}

// newTask makes a task that is neither stored nor in the queue.
func (r *Runner) newTask(kind, project, user, message string, params any) (audit.Task, error) {
	text, err := json.Marshal(params)
	if err != nil {
		return audit.Task{}, fmt.Errorf("write the task's parameters: %w", err)
	}
	now := r.Now().UTC()
	return audit.Task{
		ID: newTaskID(now), Project: project, Type: kind, CreatedAt: now, User: user, Message: message, Params: text,
	}, nil
}

// begin makes a new task and puts it in the queue.
func (r *Runner) begin(ctx context.Context, kind, project, user, message string, params any) (audit.Task, error) {
	t, err := r.newTask(kind, project, user, message, params)
	if err != nil {
		return t, err
	}
	return r.enqueue(ctx, t)
}

// again puts a task in the queue that was there before.
func (r *Runner) again(ctx context.Context, t audit.Task) (audit.Task, error) {
	if deeds[t.Type] == nil {
		return t, audit.Errorf(audit.Unsupported, "This version cannot run tasks of the type %s.", t.Type)
	}
	if t.Type == audit.TaskImport && t.Status == audit.TaskFailed {
		// The file may be another one by now. What is stored already is skipped.
		if err := r.forgetImport(ctx, &t); err != nil {
			return t, err
		}
	}
	t.Result, t.Message = nil, "Runs again."
	t, err := r.enqueue(ctx, t)
	if err == nil && t.Type == audit.TaskExport {
		r.settleExport(t)
	}
	return t, err
}

func (r *Runner) enqueue(ctx context.Context, t audit.Task) (audit.Task, error) {
	t.Status, t.Outcome, t.Rate, t.UpdatedAt = audit.TaskEnqueued, audit.OutcomeUnknown, 0, r.Now().UTC()
	j := &job{
		task: t, project: t.Project, kind: t.Type, params: t.Params,
		before: t.ProcessingTime, ended: make(chan struct{}),
	}
	j.ctx, j.cancel = context.WithCancelCause(r.base)

	r.mu.Lock()
	defer r.mu.Unlock()
	if r.closed {
		return t, audit.Errorf(audit.Busy, "The app is closing; start it again and try then.")
	}
	if r.jobs[t.ID] != nil {
		return t, audit.Errorf(audit.Conflict, "Task %s is in the queue already.", t.ID)
	}
	if err := r.Catalog.PutTask(ctx, t); err != nil {
		return t, fmt.Errorf("store the task: %w", err)
	}
	r.Feed.Publish(audit.Change{Kind: audit.TaskChanged, Project: t.Project, ID: t.ID})
	r.jobs[t.ID] = j
	r.queue = append(r.queue, j)
	r.startWaiting()
	return t, nil
}

// startWaiting starts what may run. The lock is held.
func (r *Runner) startWaiting() {
	for r.running < r.Parallel && len(r.queue) > 0 && !r.closed {
		j := r.queue[0]
		r.queue = r.queue[1:]
		r.running++
		r.ended.Add(1)
		go r.run(j)
	}
}

// dequeue ends a job that waits; one that runs is left alone.
func (r *Runner) dequeue(j *job) {
	r.mu.Lock()
	i := slices.Index(r.queue, j)
	if i >= 0 {
		r.queue = slices.Delete(r.queue, i, i+1)
	}
	r.mu.Unlock()
	if i >= 0 {
		r.finish(j, errCanceled)
	}
}

func (r *Runner) job(project, id string) *job {
	r.mu.Lock()
	defer r.mu.Unlock()
	if j := r.jobs[id]; j != nil && j.project == project {
		return j
	}
	return nil
}

func (r *Runner) run(j *job) {
	defer func() {
		r.mu.Lock()
		r.running--
		r.startWaiting()
		r.mu.Unlock()
		r.ended.Done()
	}()
	j.mu.Lock()
	j.begun, j.doneThen = time.Now(), j.task.Done
	j.task.Status = audit.TaskInProgress
	j.mu.Unlock()
	r.store(j)

	end, err := r.attempt(j)
	if err == nil {
		err = r.conclude(j, end)
	}
	r.finish(j, err)
}

// attempt does the job; a panic becomes an error.
func (r *Runner) attempt(j *job) (end ending, err error) {
	defer func() {
		if p := recover(); p != nil {
			err = fmt.Errorf("panic: %v\n%s", p, debug.Stack())
		}
	}()
	return deeds[j.kind](r, j.ctx, j)
}

func (r *Runner) conclude(j *job, end ending) error {
	result, err := json.Marshal(end.Result)
	if err != nil {
		return fmt.Errorf("write the task's result: %w", err)
	}
	j.mu.Lock()
	defer j.mu.Unlock()
	j.task.Outcome, j.task.Message = end.Outcome, end.Message
	if end.Failed {
		j.task.Status = audit.TaskFailed
	}
	if end.Result != nil {
		j.task.Result = result
	}
	return nil
}

// finish gives a job its last state: Done without an error, else what the
// error, or the reason for which the job was stopped, says.
func (r *Runner) finish(j *job, err error) {
	if err != nil && j.ctx.Err() != nil && (errors.Is(err, context.Canceled) || audit.CodeOf(err) == audit.Canceled) {
		err = context.Cause(j.ctx)
	}
	j.mu.Lock()
	t := &j.task
	t.Rate = 0
	switch {
	case err == nil && t.Status == audit.TaskFailed:
	case err == nil:
		t.Status, t.Progress = audit.TaskDone, 100
	case errors.Is(err, errCanceled):
		t.Status, t.Outcome, t.Message = audit.TaskCanceled, audit.OutcomeUnknown, stoppedMessage(t, "Canceled")
	case errors.Is(err, errClosing):
		t.Status, t.Outcome, t.Message = audit.TaskInterrupted, audit.OutcomeUnknown, stoppedMessage(t, "Interrupted")
	case audit.CodeOf(err) == audit.DiskFull && t.Type == audit.TaskImport:
		// It goes on by itself at the next start, or by Retry, once there is room.
		t.Status, t.Outcome, t.Message = audit.TaskInterrupted, audit.OutcomeUnknown, sentence(err)
	default:
		t.Status, t.Outcome, t.Message = audit.TaskFailed, audit.OutcomeFailed, sentence(err)
		r.Log.Error("task failed", "task", t.ID, "type", t.Type, "err", err)
	}
	last := j.touch(r.Now().UTC())
	j.mu.Unlock()

	r.settle(last)
	r.put(last)
	r.mu.Lock()
	delete(r.jobs, last.ID)
	r.mu.Unlock()
	j.cancel(nil)
	close(j.ended)
}

// settle does what belongs to the end of a task besides the task itself.
func (r *Runner) settle(t audit.Task) {
	switch t.Type {
	case audit.TaskExport:
		r.settleExport(t)
	case audit.TaskImport:
		r.settleImport(t)
	}
}

// stoppedMessage says how far a task got.
func stoppedMessage(t *audit.Task, how string) string {
	switch {
	case t.Of == 0:
		return how + " before it began."
	case t.Type == audit.TaskImport:
		return fmt.Sprintf("%s after %s of %s bytes; %s logs were imported and stay.", how, number(t.Done), number(t.Of), number(t.DoneCount))
	case t.Type == audit.TaskPurge:
		return fmt.Sprintf("%s after %s of %s logs were deleted.", how, number(t.Done), number(t.Of))
	case t.Type == audit.TaskExport:
		return fmt.Sprintf("%s after %s of %s logs; no file was made.", how, number(t.Done), number(t.Of))
	}
	return how + "."
}

// sentence is what people are told of an error.
func sentence(err error) string {
	if e, ok := errors.AsType[*audit.Error](err); ok {
		if e.Details != "" {
			return e.Message + " " + e.Details
		}
		return e.Message
	}
	return "It failed because of a fault in the app; its own log says more."
}

// refresh is how often a running task is stored and announced.
const refresh = 250 * time.Millisecond

// percent is the share of a task that is done, a whole number for clients that
// know no other.
func percent(done, of int64) float64 {
	return math.Floor(min(100, 100*float64(done)/float64(of)))
}

// update changes the task and, now and then, stores it.
func (r *Runner) update(j *job, change func(t *audit.Task)) {
	j.mu.Lock()
	change(&j.task)
	if j.task.Of > 0 {
		j.task.Progress = percent(j.task.Done, j.task.Of)
	}
	due := time.Since(j.stored) >= refresh
	j.mu.Unlock()
	if due {
		r.store(j)
	}
}

// touch brings the times up to date and returns a copy. The lock is held.
func (j *job) touch(now time.Time) audit.Task {
	t := &j.task
	t.UpdatedAt = now
	if !j.begun.IsZero() {
		elapsed := time.Since(j.begun)
		t.ProcessingTime = j.before + elapsed.Milliseconds()
		if t.Status == audit.TaskInProgress && elapsed > 0 {
			t.Rate = float64(t.Done-j.doneThen) / elapsed.Seconds()
		}
	}
	last := *t
	last.Failed = slices.Clone(t.Failed)
	return last
}

func (r *Runner) store(j *job) {
	j.mu.Lock()
	j.stored = time.Now()
	t := j.touch(r.Now().UTC())
	j.mu.Unlock()
	r.put(t)
}

// put stores a state that nobody can be told could not be stored: the task
// itself goes on, and what it does is stored elsewhere.
func (r *Runner) put(t audit.Task) {
	if err := r.Catalog.PutTask(context.WithoutCancel(r.base), t); err != nil {
		r.Log.Error("store a task's state", "task", t.ID, "err", err)
	}
	r.Feed.Publish(audit.Change{Kind: audit.TaskChanged, Project: t.Project, ID: t.ID})
}

// abandon makes an Interrupted task Canceled.
func (r *Runner) abandon(ctx context.Context, t audit.Task) (audit.Task, error) {
	t.Status, t.UpdatedAt, t.Message = audit.TaskCanceled, r.Now().UTC(), stoppedMessage(&t, "Canceled")
	if err := r.Catalog.PutTask(ctx, t); err != nil {
		return t, err
	}
	r.settle(t)
	r.Feed.Publish(audit.Change{Kind: audit.TaskChanged, Project: t.Project, ID: t.ID})
	return t, nil
}

// interruptLeftovers turns what a dead process left in the queue or running
// into Interrupted.
func (r *Runner) interruptLeftovers(ctx context.Context) error {
	tasks, err := r.ownTasks(ctx, audit.TaskEnqueued, audit.TaskInProgress)
	if err != nil {
		return err
	}
	for _, t := range tasks {
		t.Status, t.Rate, t.UpdatedAt = audit.TaskInterrupted, 0, r.Now().UTC()
		if t.Type == audit.TaskImport {
			if err := r.recount(ctx, &t); err != nil {
				return err
			}
		}
		t.Message = stoppedMessage(&t, "Interrupted")
		if err := r.Catalog.PutTask(ctx, t); err != nil {
			return err
		}
		r.settle(t)
	}
	return nil
}

// stateOf is a task's status in a sentence.
func stateOf(t audit.Task) string {
	switch t.Status {
	case audit.TaskEnqueued:
		return "waiting already"
	case audit.TaskInProgress:
		return "running already"
	case audit.TaskDone:
		return "done"
	case audit.TaskFailed:
		return "over, it failed"
	case audit.TaskCanceled:
		return "canceled already"
	}
	return "interrupted"
}
