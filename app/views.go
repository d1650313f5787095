package app

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var viewsVerb = verb{
	name: "views", usage: "list|save|delete", short: "List, save and delete named filters.",
	subs: []verb{
		{name: "list", short: "List the views of the project.", flags: jsonFlag, run: listViews},
		{name: "save", usage: "NAME [FILTER]", short: "Save a filter with its range and columns.", flags: func(fs *pflag.FlagSet, o *options) {
			rangeFlags(fs, o)
			fs.StringVar(&o.columns, "columns", "", "fields to show, `a,b,…`")
			jsonFlag(fs, o)
		}, run: saveView},
		{name: "delete", usage: "NAME", short: "Delete a view, by name or id.", run: deleteView},
	},
}

func (cl *client) views(ctx context.Context) ([]audit.View, error) {
	var list struct {
		Data []audit.View `json:"data"`
	}
	err := cl.get(ctx, cl.projectPath("views"), nil, &list)
	return list.Data, err
}

func listViews(ctx context.Context, c *call) error {
	if err := c.wantArgs(0); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		views, err := cl.views(ctx)
		if err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, views)
		}
		t := c.table("id", "name", "filter")
		for _, v := range views {
			if err := t.row(v.ID, v.Name, v.Q); err != nil {
				return err
			}
		}
		return t.flush()
	})
}

func saveView(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return usagef("NAME is missing. See --help.")
	}
	ask := map[string]any{"name": c.args[0], "q": strings.Join(c.args[1:], " ")}
	for name, value := range map[string]string{"last": c.last, "from": c.from, "to": c.to} {
		if value != "" {
			ask[name] = value
		}
	}
	if c.columns != "" {
		ask["columns"] = strings.Split(c.columns, ",")
	}
	return c.with(ctx, func(cl *client) error {
		var v audit.View
		if err := cl.post(ctx, cl.projectPath("views"), ask, &v); err != nil {
			return withFilterText(err, strings.Join(c.args[1:], " "))
		}
		if c.json {
			return printJSON(c.stdout, v)
		}
		_, err := fmt.Fprintln(c.stdout, v.ID)
		return err
	})
}

func deleteView(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "NAME"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		views, err := cl.views(ctx)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(views, func(v audit.View) bool { return v.ID == c.args[0] || v.Name == c.args[0] })
		if i < 0 {
			return audit.Missing("view", c.args[0])
		}
		return cl.exchange(ctx, request{method: http.MethodDelete, path: cl.projectPath("views", views[i].ID)}, nil)
	})
}
