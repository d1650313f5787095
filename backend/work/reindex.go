package work

import (
	"context"
	"encoding/json"
	"fmt"

	"projectlogs/backend/audit"
)

// Reindex builds the store's index anew, as a task of the app's own project.
// Unsupported where the store has none.
func (r *Runner) Reindex(ctx context.Context, user string) (audit.Task, error) {
	if _, ok := r.Store.(audit.Reindexer); !ok {
		return audit.Task{}, audit.Errorf(audit.Unsupported, "This store has no index to rebuild.")
	}
	return r.begin(ctx, audit.TaskReindex, audit.OwnProject, user, "Builds the index anew.", struct{}{})
}

func (r *Runner) runReindex(ctx context.Context, j *job) (ending, error) {
	store, ok := r.Store.(audit.Reindexer)
	if !ok {
		return ending{}, audit.Errorf(audit.Unsupported, "This store has no index to rebuild.")
	}
	err := store.Reindex(ctx, func(done, of int64) {
		r.update(j, func(t *audit.Task) { t.Unit, t.Done, t.Of, t.DoneCount = "logs", done, of, done })
	})
	if err != nil {
		return ending{}, fmt.Errorf("rebuild the index: %w", err)
	}
	n := j.snapshot().DoneCount
	return ending{
		Outcome: audit.OutcomeSuccess, Message: fmt.Sprintf("Built the index of %s anew.", counted(n, "log")),
		Result: map[string]int64{"logs": n},
	}, nil
}

func readParams(t audit.Task, into any) error {
	if err := json.Unmarshal(t.Params, into); err != nil {
		return fmt.Errorf("read the parameters of task %s: %w", t.ID, err)
	}
	return nil
}

// filterError is for a stored filter that is not understood any more.
func filterError(err error) error {
	return &audit.Error{Code: audit.Invalid, Message: fmt.Sprintf("The task's filter is not understood: %v.", err), Cause: err}
}
