package app

import (
	"context"
	"fmt"
	"net/url"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

func listFlags(fs *pflag.FlagSet, o *options) {
	fs.IntVar(&o.limit, "limit", 0, "at most `N`; all without it")
	jsonFlag(fs, o)
}

var tasksVerb = verb{
	name: "tasks", usage: "list|show|cancel|retry", short: "List, show, cancel and continue background tasks.",
	subs: []verb{
		{name: "list", usage: "[FILTER]", short: "List the tasks of the project, newest first.", flags: listFlags, run: listTasks},
		{name: "show", usage: "ID", short: "Show a task with its rejected rows.", flags: jsonFlag, run: showTask},
		{name: "cancel", usage: "ID", short: "Stop a task; what it did stays.", flags: jsonFlag, run: cancelTask},
		{name: "retry", usage: "[ID]", short: "Continue an interrupted task, or all; start a failed one again.", flags: jsonFlag, run: retryTask},
	},
}

// listAll reads every page of a list of tasks or exports.
func listAll[T any](ctx context.Context, c *call, cl *client, kind string) ([]T, error) {
	if c.given("limit") && c.limit < 1 {
		return nil, usagef("--limit %d: give a number, 1 or more.", c.limit)
	}
	all := []T{}
	q := url.Values{}
	if text := c.filterText(); text != "" {
		q.Set("q", text)
	}
	for {
		size := audit.MaxLimit
		if c.limit > 0 {
			size = min(size, c.limit-len(all))
		}
		q.Set("limit", itoa(size))
		var page struct {
			Data []T    `json:"data"`
			Next string `json:"next"`
		}
		if err := cl.get(ctx, cl.projectPath(kind), q, &page); err != nil {
			return nil, err
		}
		all = append(all, page.Data...)
		if page.Next == "" || c.limit > 0 && len(all) >= c.limit {
			return all, nil
		}
		q.Set("cursor", page.Next)
	}
}

func listTasks(ctx context.Context, c *call) error {
	return c.with(ctx, func(cl *client) error {
		tasks, err := listAll[audit.Task](ctx, c, cl, "tasks")
		if err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, tasks)
		}
		t := c.table("created", "type", "status", "outcome", "progress", "done", "failed", "id", "message")
		for _, task := range tasks {
			if err := t.row(stamp(task.CreatedAt), task.Type, string(task.Status), string(task.Outcome), fmt.Sprintf("%.0f %%", task.Progress), grouped(task.DoneCount), grouped(task.FailedCount), task.ID, task.Message); err != nil {
				return err
			}
		}
		return t.flush()
	})
}

func showTask(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "ID"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var t audit.Task
		if err := cl.get(ctx, cl.projectPath("tasks", c.args[0]), nil, &t); err != nil {
			return err
		}
		return c.printTask(t)
	})
}

func (c *call) printTask(t audit.Task) error {
	if c.json {
		return printJSON(c.stdout, t)
	}
	w := c.table("", "")
	for _, line := range [][2]string{
		{"id", t.ID},
		{"type", t.Type},
		{"status", string(t.Status)},
		{"outcome", string(t.Outcome)},
		{"progress", fmt.Sprintf("%.0f %%", t.Progress)},
		{"created", stamp(t.CreatedAt)},
		{"updated", stamp(t.UpdatedAt)},
		{"processing time", fmt.Sprintf("%s ms", grouped(t.ProcessingTime))},
		{"done", grouped(t.DoneCount)},
		{"failed", grouped(t.FailedCount)},
		{"message", t.Message},
	} {
		if err := w.row(line[0], line[1]); err != nil {
			return err
		}
	}
	for _, f := range t.Failed {
		if err := w.row("row "+grouped(f.Row), f.Reason); err != nil {
			return err
		}
	}
	return w.flush()
}

func cancelTask(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "ID"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var t audit.Task
		if err := cl.post(ctx, cl.projectPath("tasks", c.args[0], "cancel"), nil, &t); err != nil {
			return err
		}
		return c.printTask(t)
	})
}

// retryTask continues one task, or every interrupted one of the project, and
// waits for them.
func retryTask(ctx context.Context, c *call) error {
	if len(c.args) > 1 {
		return c.wantArgs(1)
	}
	return c.with(ctx, func(cl *client) error {
		ids := c.args
		if len(ids) == 0 {
			c.args = []string{"status:" + string(audit.TaskInterrupted)}
			tasks, err := listAll[audit.Task](ctx, c, cl, "tasks")
			if err != nil {
				return err
			}
			for _, t := range tasks {
				ids = append(ids, t.ID)
			}
		}
		var failed error
		for _, id := range ids {
			var t audit.Task
			if err := cl.post(ctx, cl.projectPath("tasks", id, "retry"), nil, &t); err != nil {
				return err
			}
			if err := c.finishTask(ctx, cl, t); err != nil {
				failed = err
			}
		}
		return failed
	})
}
