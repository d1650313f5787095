package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var exportVerb = verb{
	name: "export", usage: "-o FILE|- [FILTER]",
	short: "Write the logs that a filter finds to a file.",
	long: `
  projectlogs export --last 24h -o failed.csv result:failure
  projectlogs export --fields all -o everything.ndjson
  projectlogs export --fields time,status,response.body.key -o - | mlr --icsv --ojson cat`,
	flags: func(fs *pflag.FlagSet, o *options) {
		rangeFlags(fs, o)
		fs.StringVarP(&o.output, "output", "o", "", "the `FILE`, or - for standard output")
		fs.StringVar(&o.format, "format", "", "csv or ndjson; without it the file's name decides, else csv")
		fs.StringVar(&o.fields, "fields", "default", "default, api_log, all, or names `a,b,…`")
		fs.BoolVar(&o.bodies, "bodies", false, "add request and response bodies to the default fields")
		fs.BoolVar(&o.force, "force", false, "replace an existing file")
		fs.StringVar(&o.sort, "sort", "-time", "time, -time, status, -status, origin or -origin")
		fs.StringVar(&o.tz, "tz", "UTC", "add times in this `ZONE`")
		fs.StringVar(&o.separator, "separator", "", "what separates the cells of CSV; a comma without it")
		fs.BoolVar(&o.bom, "bom", false, "begin with a byte order mark, for Excel")
		fs.BoolVar(&o.raw, "raw", false, "write cells that a spreadsheet would run as formulas as they are")
		jsonFlag(fs, o)
	},
	run: runExport,
}

func runExport(ctx context.Context, c *call) error {
	if c.output == "" {
		return usagef("Export where to? Give -o FILE, or -o - for standard output.")
	}
	if c.last != "" && (c.from != "" || c.to != "") {
		return usagef("--last and --from or --to contradict each other; give one of them.")
	}
	ask := map[string]any{
		"q": c.filterText(), "format": c.exportFormat(), "fields": c.fields, "order": c.sort, "tz": c.tz,
		"options": audit.ExportOptions{Bodies: c.bodies, Separator: c.separator, BOM: c.bom, Raw: c.raw, Overwrite: c.force},
	}
	for name, value := range map[string]string{"last": c.last, "from": c.from, "to": c.to} {
		if value != "" {
			ask[name] = value
		}
	}
	if c.output != "-" {
		path, err := filepath.Abs(c.output)
		if err != nil {
			return err
		}
		if fileExists(path) && !c.force {
			return audit.Errorf(audit.Conflict, "%s exists already; --force replaces it.", c.output)
		}
		ask["file"] = path
	}
	return c.with(ctx, func(cl *client) error {
		var e audit.Export
		if err := cl.post(ctx, cl.projectPath("exports"), ask, &e); err != nil {
			return withFilterText(err, c.filterText())
		}
		return c.finishExport(ctx, cl, e)
	})
}

// finishExport waits for an export and says, or copies, what came of it.
func (c *call) finishExport(ctx context.Context, cl *client, e audit.Export) error {
	t, err := c.follow(ctx, cl, audit.Task{ID: e.TaskID, Project: e.Project})
	if err != nil {
		return err
	}
	if err := cl.get(ctx, cl.projectPath("exports", e.ID), nil, &e); err != nil {
		return err
	}
	if e.Status != audit.ExportDone {
		message := e.Message
		if message == "" {
			message = t.Message
		}
		return audit.Errorf(audit.Internal, "%s", message)
	}
	if c.output == "-" {
		return c.copyExport(ctx, cl, e)
	}
	if c.json {
		return printJSON(c.stdout, e)
	}
	fmt.Fprintf(c.stderr, "%s written to %s (%s bytes).\n", plural(int(e.Rows), "log", "logs"), printable(e.File), grouped(e.Bytes))
	return nil
}

func (c *call) copyExport(ctx context.Context, cl *client, e audit.Export) error {
	resp, err := cl.send(ctx, request{method: http.MethodGet, path: cl.projectPath("exports", e.ID, "file")})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if _, err := io.Copy(c.stdout, resp.Body); err != nil {
		return fmt.Errorf("copy the export to standard output: %w", err)
	}
	return nil
}

// exportFormat is what --format says, else what the file's name says, else CSV.
func (c *call) exportFormat() string {
	if c.format != "" {
		return c.format
	}
	switch ext := strings.ToLower(strings.TrimPrefix(filepath.Ext(c.output), ".")); ext {
	case "ndjson", "jsonl":
		return "ndjson"
	case "json", "har", "xlsx", "parquet":
		return ext // the server says whether it can
	}
	return "csv"
}

// withFilterText gives a filter's error the text that was sent in a body.
func withFilterText(err error, text string) error {
	var broken filterError
	if errors.As(err, &broken) {
		broken.text = text
		return broken
	}
	return err
}
