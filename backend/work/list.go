package work

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"projectlogs/backend/audit"
)

// ownTasks returns our tasks of all projects that are in one of the given
// states, oldest first.
func (r *Runner) ownTasks(ctx context.Context, states ...audit.TaskStatus) ([]audit.Task, error) {
	var wanted []string
	for _, s := range states {
		wanted = append(wanted, string(s))
	}
	return r.tasks(ctx, "", fmt.Sprintf("recorded:false status:(%s)", strings.Join(wanted, " OR ")))
}

// tasks returns all tasks that match a filter, oldest first.
func (r *Runner) tasks(ctx context.Context, project, q string) ([]audit.Task, error) {
	expr, err := audit.TaskSchema.Parse(q)
	if err != nil {
		return nil, fmt.Errorf("filter of tasks: %w", err)
	}
	query := audit.ListQuery{Project: project, Filter: expr, Limit: audit.MaxLimit}
	var all []audit.Task
	for {
		page, err := r.Catalog.Tasks(ctx, query)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if query.Cursor = page.Next; page.Next == "" {
			slices.Reverse(all)
			return all, nil
		}
	}
}

// exports returns all exports of a project.
func (r *Runner) exports(ctx context.Context, project string) ([]audit.Export, error) {
	query := audit.ListQuery{Project: project, Limit: audit.MaxLimit}
	var all []audit.Export
	for {
		page, err := r.Catalog.Exports(ctx, query)
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if query.Cursor = page.Next; page.Next == "" {
			return all, nil
		}
	}
}
