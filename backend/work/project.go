package work

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"projectlogs/backend/audit"
)

type deleteProjectParams struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

// DeleteProject removes a project with everything in it: tasks, exports, their
// files in the data directory (not copies that were written elsewhere), keys,
// views and logs. It is a task of the app's own project, since the project's
// tasks go with it. Conflict for the two projects that are always there.
func (r *Runner) DeleteProject(ctx context.Context, project, user string) (audit.Task, error) {
	p, err := r.Catalog.Project(ctx, project)
	if err != nil {
		return audit.Task{}, err
	}
	if p.ID == audit.DefaultProject || p.ID == audit.OwnProject {
		return audit.Task{}, audit.Errorf(audit.Conflict, "The project %s is always there and cannot be deleted; its logs can, with purge.", p.Name)
	}
	return r.begin(ctx, audit.TaskDeleteProject, audit.OwnProject, user,
		fmt.Sprintf("Deletes the project %s.", p.Name), deleteProjectParams{ID: p.ID, Name: p.Name})
}

func (r *Runner) runDeleteProject(ctx context.Context, j *job) (ending, error) {
	var p deleteProjectParams
	if err := readParams(j.snapshot(), &p); err != nil {
		return ending{}, err
	}
	removed := int64(0)
	if s, ok := r.Store.(audit.Sizer); ok {
		extent, err := s.Extent(ctx, p.ID)
		if err != nil {
			return ending{}, fmt.Errorf("count the logs to delete: %w", err)
		}
		removed = extent.Logs
	}
	// Nothing may be added any more: first what runs in the project ends, then
	// the project is not found any more, then its logs go.
	if err := r.cancelProject(ctx, p.ID); err != nil {
		return ending{}, err
	}
	if err := r.removeProjectFiles(ctx, p.ID); err != nil {
		return ending{}, err
	}
	if err := r.Catalog.DeleteProject(ctx, p.ID); err != nil && audit.CodeOf(err) != audit.NotFound {
		return ending{}, fmt.Errorf("delete the project: %w", err)
	}
	r.Feed.Publish(audit.Change{Kind: audit.ProjectChanged, Project: p.ID})
	if err := r.drop(ctx, j, p.ID); err != nil {
		return ending{}, err
	}
	r.Feed.Publish(audit.Change{Kind: audit.LogsRemoved, Project: p.ID})
	return ending{
		Outcome: audit.OutcomeSuccess,
		Message: fmt.Sprintf("Deleted the project %s with %s.", p.Name, counted(removed, "log")),
		Result:  map[string]any{"project": p.ID, "removed": removed},
	}, nil
}

// cancelProject ends what waits or runs in a project.
func (r *Runner) cancelProject(ctx context.Context, project string) error {
	r.mu.Lock()
	var jobs []*job
	for _, j := range r.jobs {
		if j.project == project {
			jobs = append(jobs, j)
		}
	}
	r.mu.Unlock()
	for _, j := range jobs {
		r.dequeue(j)
		j.cancel(errCanceled)
		select {
		case <-j.ended:
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	return nil
}

func (r *Runner) removeProjectFiles(ctx context.Context, project string) error {
	tasks, err := r.tasks(ctx, project, "recorded:false")
	if err != nil {
		return fmt.Errorf("list the project's tasks: %w", err)
	}
	exports, err := r.exports(ctx, project)
	if err != nil {
		return fmt.Errorf("list the project's exports: %w", err)
	}
	var files []string
	for _, t := range tasks {
		files = append(files, r.rejectsPath(t.ID))
		var p importParams
		if t.Type == audit.TaskImport && readParams(t, &p) == nil && r.isSpooled(p.Path) {
			files = append(files, p.Path)
		}
	}
	for _, e := range exports {
		if r.isExported(e.File) {
			files = append(files, e.File)
		}
	}
	for _, f := range files {
		if err := os.Remove(f); err != nil && !os.IsNotExist(err) {
			return fileError(err, "remove", f)
		}
	}
	return nil
}

func (r *Runner) isSpooled(path string) bool {
	return filepath.Dir(path) == filepath.Join(r.Dir, spoolDir)
}

func (r *Runner) isExported(path string) bool {
	return filepath.Dir(path) == filepath.Join(r.Dir, exportsDir)
}

func (r *Runner) drop(ctx context.Context, j *job, project string) error {
	if d, ok := r.Store.(audit.Dropper); ok {
		if err := d.Drop(ctx, project); err != nil {
			return fmt.Errorf("delete the logs: %w", err)
		}
		return nil
	}
	query := audit.Query{Project: project}
	tally, err := r.Store.Tally(ctx, query, audit.Group{Steps: 1})
	if err != nil {
		return fmt.Errorf("count the logs to delete: %w", err)
	}
	return r.purgeSlices(ctx, query, tally, func(removed int) {
		r.update(j, func(t *audit.Task) { t.Unit, t.Of, t.Done = "logs", tally.Total, t.Done+int64(removed) })
	})
}
