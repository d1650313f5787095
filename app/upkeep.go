package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
	"projectlogs/backend/sample"
)

var purgeVerb = verb{
	name: "purge", usage: "(--before T | FILTER)", short: "Remove logs for good.",
	long: `
  projectlogs purge --before 2026-01-01
  projectlogs purge customer:cust_8fc7`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.StringVar(&o.before, "before", "", "logs older than this `TIME`")
		fs.BoolVar(&o.yes, "yes", false, "do not ask")
		jsonFlag(fs, o)
	},
	run: func(ctx context.Context, c *call) error {
		if c.before == "" && len(c.args) == 0 {
			return usagef("Purge what? Give --before TIME or a filter. To remove everything, delete the project.")
		}
		if err := c.confirm("Remove these logs for good?"); err != nil {
			return err
		}
		return c.with(ctx, func(cl *client) error {
			ask := map[string]any{"q": c.filterText()}
			if c.before != "" {
				ask["to"] = c.before
			}
			var t audit.Task
			if err := cl.post(ctx, cl.projectPath("logs", "purge"), ask, &t); err != nil {
				return withFilterText(err, c.filterText())
			}
			return c.finishTask(ctx, cl, t)
		})
	},
}

var checkVerb = verb{
	name: "check", short: "Read everything that is stored and say whether it is whole.",
	flags: jsonFlag,
	run: func(ctx context.Context, c *call) error {
		if err := c.wantArgs(0); err != nil {
			return err
		}
		return c.with(ctx, func(cl *client) error {
			var found audit.Condition
			if err := cl.post(ctx, "/api/check", nil, &found); err != nil {
				return err
			}
			if c.json {
				if err := printJSON(c.stdout, found); err != nil {
					return err
				}
			} else {
				fmt.Fprintf(c.stdout, "%s in %s: ", plural(int(found.Logs), "log", "logs"), plural(found.Projects, "project", "projects"))
				if len(found.Faults) == 0 {
					fmt.Fprintln(c.stdout, "all is well.")
				} else {
					fmt.Fprintf(c.stdout, "%s.\n", plural(len(found.Faults), "fault", "faults"))
				}
				for _, f := range found.Faults {
					fmt.Fprintln(c.stdout, printable(f))
				}
			}
			if len(found.Faults) > 0 {
				return audit.Errorf(audit.Damaged, "The store has %s. projectlogs reindex mends the index; logs come back from a backup.", plural(len(found.Faults), "fault", "faults"))
			}
			return nil
		})
	},
}

var reindexVerb = verb{
	name: "reindex", short: "Build the index anew from the stored logs.",
	flags: jsonFlag,
	run: func(ctx context.Context, c *call) error {
		if err := c.wantArgs(0); err != nil {
			return err
		}
		return c.with(ctx, func(cl *client) error {
			var t audit.Task
			if err := cl.post(ctx, "/api/reindex", nil, &t); err != nil {
				return err
			}
			return c.finishTask(ctx, cl, t)
		})
	},
}

var sampleVerb = verb{
	name: "sample", usage: "[-n N] [-o FILE|-]", short: "Add realistic logs of a promotion platform, to try things out.",
	long: `
  projectlogs sample                     10,000 logs and some background tasks
  projectlogs sample -n 1000000 -o sample.ndjson    to a file instead

The same number on the same day gives the same logs.`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.IntVarP(&o.number, "number", "n", 10_000, "how many logs, `N`")
		fs.StringVarP(&o.output, "output", "o", "", "write NDJSON to this `FILE` instead, or - for standard output")
		fs.BoolVar(&o.force, "force", false, "replace an existing file")
		jsonFlag(fs, o)
	},
	run: func(ctx context.Context, c *call) error {
		if err := c.wantArgs(0); err != nil {
			return err
		}
		if c.number < 1 {
			return usagef("-n %d: give a number of logs, 1 or more.", c.number)
		}
		if c.output != "" {
			return c.writeSample(ctx)
		}
		return c.with(ctx, func(cl *client) error {
			var t audit.Task
			if err := cl.post(ctx, cl.projectPath("imports", "sample"), map[string]int{"logs": c.number}, &t); err != nil {
				return err
			}
			return c.finishTask(ctx, cl, t)
		})
	},
}

// writeSample writes the logs as NDJSON and opens no store.
func (c *call) writeSample(ctx context.Context) (err error) {
	out := c.stdout
	if c.output != "-" {
		flags := os.O_WRONLY | os.O_CREATE | os.O_EXCL
		if c.force {
			flags = os.O_WRONLY | os.O_CREATE | os.O_TRUNC
		}
		f, err := os.OpenFile(c.output, flags, 0o600)
		if errors.Is(err, os.ErrExist) {
			return audit.Errorf(audit.Conflict, "%s exists already; --force replaces it.", c.output)
		}
		if err != nil {
			return fmt.Errorf("write the sample: %w", err)
		}
		defer func() { err = errors.Join(err, f.Close()) }()
		out = f
	}
	w := bufio.NewWriterSize(out, 1<<20)
	for l := range sample.Logs(c.number, time.Now()) {
		if ctx.Err() != nil {
			return &audit.Error{Code: audit.Canceled, Message: "Canceled."}
		}
		b, err := json.Marshal(l)
		if err != nil {
			return err
		}
		if _, err := w.Write(append(b, '\n')); err != nil {
			return fmt.Errorf("write the sample: %w", err)
		}
	}
	return w.Flush()
}

var versionVerb = verb{
	name: "version", short: "Print the version.",
	run: func(_ context.Context, c *call) error {
		if err := c.wantArgs(0); err != nil {
			return err
		}
		_, err := fmt.Fprintln(c.stdout, version)
		return err
	},
}

var helpVerb = verb{
	name: "help", short: "Print this help.",
	run: func(context.Context, *call) error { return errWantsHelp },
}
