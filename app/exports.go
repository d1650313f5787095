package app

import (
	"context"
	"net/http"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var exportsVerb = verb{
	name: "exports", usage: "list|show|run|delete", short: "List, show, repeat and delete exports.",
	subs: []verb{
		{name: "list", usage: "[FILTER]", short: "List the exports of the project, newest first.", flags: listFlags, run: listExports},
		{name: "show", usage: "ID", flags: jsonFlag, short: "Show what an export asked for and what came of it.", run: showExport},
		{name: "run", usage: "ID [-o -]", short: "Ask the same question again, now.", flags: func(fs *pflag.FlagSet, o *options) {
			fs.StringVarP(&o.output, "output", "o", "", "- copies the result to standard output")
			jsonFlag(fs, o)
		}, run: rerunExport},
		{name: "delete", usage: "ID", short: "Delete an export and its copy.", run: deleteExport},
	},
}

func listExports(ctx context.Context, c *call) error {
	return c.with(ctx, func(cl *client) error {
		exports, err := listAll[audit.Export](ctx, c, cl, "exports")
		if err != nil {
			return err
		}
		if c.json {
			return printJSON(c.stdout, exports)
		}
		t := c.table("created", "status", "format", "rows", "bytes", "id", "filter", "file")
		for _, e := range exports {
			if err := t.row(stamp(e.CreatedAt), string(e.Status), e.Format, grouped(e.Rows), grouped(e.Bytes), e.ID, e.Q, e.File); err != nil {
				return err
			}
		}
		return t.flush()
	})
}

func showExport(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "ID"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var e audit.Export
		if err := cl.get(ctx, cl.projectPath("exports", c.args[0]), nil, &e); err != nil {
			return err
		}
		return printJSON(c.stdout, e)
	})
}

func rerunExport(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "ID"); err != nil {
		return err
	}
	if c.output != "" && c.output != "-" {
		return usagef("exports run writes beside the other exports; -o takes only - here. projectlogs export -o FILE writes to a place of your own.")
	}
	return c.with(ctx, func(cl *client) error {
		var e audit.Export
		if err := cl.post(ctx, cl.projectPath("exports", c.args[0], "rerun"), nil, &e); err != nil {
			return err
		}
		return c.finishExport(ctx, cl, e)
	})
}

func deleteExport(ctx context.Context, c *call) error {
	if err := c.wantArgs(1, "ID"); err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		return cl.exchange(ctx, request{method: http.MethodDelete, path: cl.projectPath("exports", c.args[0])}, nil)
	})
}
