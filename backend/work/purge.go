package work

import (
	"context"
	"fmt"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// PurgeRequest says which logs are to go: those in the range (From <= time <
// To, zero is open) that match the filter. Neither means all of the project.
type PurgeRequest struct {
	Project  string
	Filter   filter.Expr // nil is all
	From, To time.Time
	User     string // who asked
}

// purgeParams is a PurgeRequest as it is stored with the task.
type purgeParams struct {
	Q    string    `json:"q"`
	From time.Time `json:"from,omitzero"`
	To   time.Time `json:"to,omitzero"`
	// Now is what relative times in Q count from.
	Now time.Time `json:"now"`
}

// defaultPurgeSlice is about how many logs are deleted at a time, between two looks
// at whether to stop. A store writes anew what stood around the deleted logs,
// each time, so it is not small.
const defaultPurgeSlice = 100_000

// Purge deletes logs, as a task. Logs that come in after it began may stay.
func (r *Runner) Purge(ctx context.Context, p PurgeRequest) (audit.Task, error) {
	project, err := r.Catalog.Project(ctx, p.Project)
	if err != nil {
		return audit.Task{}, err
	}
	if !r.Store.Abilities().Purge {
		return audit.Task{}, audit.Errorf(audit.Unsupported, "This store cannot delete logs.")
	}
	params := purgeParams{Q: filter.TextOf(filter.Canonical(orAll(p.Filter))), From: p.From, To: p.To, Now: r.Now().UTC()}
	message := "Deletes all logs."
	if params.Q != "" || !p.From.IsZero() || !p.To.IsZero() {
		message = "Deletes logs" + describe(params.Q, p.From, p.To) + "."
	}
	return r.begin(ctx, audit.TaskPurge, project.ID, p.User, message, params)
}

func orAll(e filter.Expr) filter.Expr {
	if e == nil {
		return filter.All()
	}
	return e
}

// describe is " from T to T matching Q", as far as they are given.
func describe(q string, from, to time.Time) string {
	s := ""
	if !from.IsZero() {
		s += " from " + from.Format(time.RFC3339)
	}
	if !to.IsZero() {
		s += " before " + to.Format(time.RFC3339)
	}
	if q != "" {
		s += " matching " + q
	}
	return s
}

func (r *Runner) runPurge(ctx context.Context, j *job) (ending, error) {
	t := j.snapshot()
	var p purgeParams
	if err := readParams(t, &p); err != nil {
		return ending{}, err
	}
	expr, err := audit.LogSchema.Parse(p.Q)
	if err != nil {
		return ending{}, filterError(err)
	}
	query := audit.Query{Project: t.Project, Filter: expr, From: p.From, To: p.To, Now: p.Now}
	tally, err := r.Store.Tally(ctx, query, audit.Group{Steps: 1})
	if err != nil {
		return ending{}, fmt.Errorf("count the logs to delete: %w", err)
	}
	// After an interruption those that are gone already count too.
	gone := t.DoneCount
	r.update(j, func(t *audit.Task) {
		t.Unit, t.Done, t.Of = "logs", gone, gone+tally.Total
	})
	query.AsOf = tally.AsOf
	err = r.purgeSlices(ctx, query, tally, func(removed int) {
		r.update(j, func(t *audit.Task) {
			t.Done += int64(removed)
			t.DoneCount = t.Done
			t.Of = max(t.Of, t.Done)
		})
		if removed > 0 {
			r.Feed.Publish(audit.Change{Kind: audit.LogsRemoved, Project: t.Project})
		}
	})
	if err != nil {
		return ending{}, err
	}
	removed := j.snapshot().DoneCount
	message := fmt.Sprintf("Deleted %s%s.", counted(removed, "log"), describe(p.Q, p.From, p.To))
	if removed == 0 {
		message = "No log matched; nothing was deleted."
	}
	return ending{Outcome: audit.OutcomeSuccess, Message: message, Result: map[string]int64{"removed": removed}}, nil
}

// purgeSlices deletes what a query matches, a slice of time after the other,
// so that it can be stopped in between and says truly how far it is.
func (r *Runner) purgeSlices(ctx context.Context, q audit.Query, t audit.Tally, done func(removed int)) error {
	if t.Total == 0 {
		return nil
	}
	if t.Total > r.purgeSlice && t.Buckets[len(t.Buckets)-1].To.Sub(t.Buckets[0].From) > time.Microsecond {
		if len(t.Buckets) == 1 {
			q.From, q.To = t.Buckets[0].From, t.Buckets[0].To
			steps := int(min(t.Total/r.purgeSlice+2, 100))
			finer, err := r.Store.Tally(ctx, q, audit.Group{Steps: steps})
			if err != nil {
				return fmt.Errorf("count the logs to delete: %w", err)
			}
			return r.purgeSlices(ctx, q, finer, done)
		}
		for _, b := range t.Buckets {
			one := audit.Tally{Buckets: []audit.Bucket{b}, Total: b.Count}
			if err := r.purgeSlices(ctx, q, one, done); err != nil {
				return err
			}
		}
		return nil
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	q.From, q.To = t.Buckets[0].From, t.Buckets[len(t.Buckets)-1].To
	removed, err := r.Store.Purge(ctx, q)
	done(removed)
	if err != nil {
		return fmt.Errorf("delete logs: %w", err)
	}
	return nil
}
