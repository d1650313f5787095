package audit

import (
	"context"

	"projectlogs/backend/filter"
)

// Catalog keeps what changes: projects, keys, views, tasks, exports, and the
// secrets of this installation. It is small, always local, and a change is on
// disk when its method returns. All methods may be called from any goroutine.
// Get-like methods return NotFound errors.
type Catalog interface {
	// Projects are ordered by creation; DefaultProject and OwnProject are always there.
	Projects(ctx context.Context) ([]Project, error)
	// Project finds one by ID, else by name, case-insensitively.
	Project(ctx context.Context, idOrName string) (Project, error)
	// CreateProject gives it an ID and a time; Conflict when the name is taken.
	CreateProject(ctx context.Context, name string) (Project, error)
	RenameProject(ctx context.Context, id, name string) (Project, error)
	// DeleteProject removes it and its keys, views, tasks and exports; its logs
	// are the LogStore's.
	DeleteProject(ctx context.Context, id string) error

	Keys(ctx context.Context, project string) ([]Key, error)
	// Key finds one by its ID alone: requests name no project.
	Key(ctx context.Context, id string) (Key, error)
	PutKey(ctx context.Context, k Key) error

	Views(ctx context.Context, project string) ([]View, error)
	PutView(ctx context.Context, v View) error
	DeleteView(ctx context.Context, project, id string) error

	Tasks(ctx context.Context, q ListQuery) (List[Task], error)
	Task(ctx context.Context, project, id string) (Task, error)
	// PutTask creates or replaces; the newest UpdatedAt is not checked: a task
	// has one writer.
	PutTask(ctx context.Context, t Task) error

	Exports(ctx context.Context, q ListQuery) (List[Export], error)
	Export(ctx context.Context, project, id string) (Export, error)
	PutExport(ctx context.Context, e Export) error
	DeleteExport(ctx context.Context, project, id string) error

	// Secret returns the 32 random bytes of this installation that belong to a
	// purpose ("log ids", "redaction"), making them at the first call.
	Secret(ctx context.Context, purpose string) ([]byte, error)
}

// ListQuery asks for tasks or exports of one project, newest first.
type ListQuery struct {
	Project string      // "" is all projects
	Filter  filter.Expr // of TaskSchema or ExportSchema; nil is all
	Limit   int         // 0 is DefaultLimit, more than MaxLimit is an error
	Cursor  string
}

// List is one page of tasks or exports with the exact number of all matches.
type List[T any] struct {
	Items []T
	Total int64
	Next  string
}
