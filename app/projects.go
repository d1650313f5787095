package app

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var projectsVerb = verb{
	name: "projects", usage: "list|create|rename|delete", short: "List, create, rename and delete projects.",
	subs: []verb{
		{name: "list", short: "List the projects.", flags: jsonFlag, run: listProjects},
		{name: "create", usage: "NAME", short: "Create a project.", flags: jsonFlag, run: createProject},
		{name: "rename", usage: "PROJECT NAME", short: "Give a project another name.", flags: jsonFlag, run: renameProject},
		{name: "delete", usage: "PROJECT", short: "Delete a project with all it holds.", flags: func(fs *pflag.FlagSet, o *options) {
			fs.BoolVar(&o.yes, "yes", false, "do not ask")
			jsonFlag(fs, o)
		}, run: deleteProject},
	},
}

func listProjects(ctx context.Context, c *call) error {
	if err := c.wantArgs(0); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var list struct {
			Data []audit.Project `json:"data"`
		}
		if err := cl.get(ctx, "/api/projects", nil, &list); err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, list.Data)
		}
		t := c.table("id", "name", "created")
		for _, p := range list.Data {
			if err := t.row(p.ID, p.Name, stamp(p.CreatedAt)); err != nil {
				return err
			}
		}
		return t.flush()
	})
}

func createProject(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "NAME"); err != nil {
		return err
	}
	return c.changeProject(ctx, http.MethodPost, "/api/projects", c.args[0])
}

func renameProject(ctx context.Context, c *call) error {
	if err := c.wantArgs(2, "PROJECT", "NAME"); err != nil {
		return err
	}
	return c.changeProject(ctx, http.MethodPatch, "/api/projects/"+url.PathEscape(c.args[0]), c.args[1])
}

func (c *call) changeProject(ctx context.Context, method, path, name string) error {
	return c.with(ctx, func(cl *client) error {
		var p audit.Project
		if err := cl.sendJSON(ctx, method, path, map[string]string{"name": name}, &p); err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, p)
		}
		_, err := fmt.Fprintln(c.stdout, p.ID)
		return err
	})
}

func deleteProject(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "PROJECT"); err != nil {
		return err
	}
	if err := c.confirm(fmt.Sprintf("Delete the project %s with all its logs, tasks, exports and keys?", c.args[0])); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var t audit.Task
		if err := cl.exchange(ctx, request{method: http.MethodDelete, path: "/api/projects/" + url.PathEscape(c.args[0])}, &t); err != nil {
			return err
		}
		return c.finishTask(ctx, cl, t)
	})
}

// finishTask waits for a task and prints it.
func (c *call) finishTask(ctx context.Context, cl *client, t audit.Task) error {
	t, err := c.follow(ctx, cl, t)
	if err != nil {
		return err
	}
	if c.json {
		if err := printJSON(c.stdout, t); err != nil {
			return err
		}
	}
	failed := taskError(t)
	if !c.json || failed != nil {
		fmt.Fprintln(c.stderr, printable(t.Message))
	}
	return failed
}

// wantArgs checks the number of arguments and names the missing ones.
func (c *call) wantArgs(n int, names ...string) error {
	switch {
	case len(c.args) < n:
		return usagef("%s is missing. See --help.", names[len(c.args)])
	case len(c.args) > n:
		return usagef("%q is one argument too many. See --help.", c.args[n])
	}
	return nil
}

// confirm asks a person before something that cannot be undone. A script is not
// asked: it said what it wants.
func (c *call) confirm(question string) error {
	if c.yes || !isTerminal(c.stdin) || !isTerminal(c.stderr) {
		return nil
	}
	fmt.Fprintf(c.stderr, "%s [y/N] ", question)
	var answer string
	if _, err := fmt.Fscanln(c.stdin, &answer); err != nil || (answer != "y" && answer != "Y" && answer != "yes") {
		return &audit.Error{Code: audit.Canceled, Message: "Nothing was changed."}
	}
	return nil
}

func stamp(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05.000Z")
}
