package app

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var importVerb = verb{
	name: "import", usage: "[--format auto] FILE…|-",
	short: "Import log files: HAR, NDJSON, JSON, CSV, access logs, also gzipped.",
	long: `
  projectlogs import session.har access.log.gz
  zcat *.gz | projectlogs import -
  projectlogs import --project shop logs/          every file of a folder

Importing a file again adds nothing. Lines that cannot be read are counted and
kept with their reason: projectlogs tasks show ID.`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.StringVar(&o.format, "format", "auto", "auto, har, ndjson, json, csv or access")
		jsonFlag(fs, o)
	},
	run: runImport,
}

// imported is what import --json prints.
type imported struct {
	Added    int64        `json:"added"`
	Skipped  int64        `json:"skipped"`
	Rejected int64        `json:"rejected"`
	Tasks    []audit.Task `json:"tasks"`
}

func runImport(ctx context.Context, c *call) error {
	if len(c.args) == 0 {
		return usagef("Import what? Name files or folders, or - for standard input.")
	}
	paths, err := importPaths(c.args)
	if err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		var all imported
		var failed error
		for _, path := range paths {
			tasks, err := c.startImport(ctx, cl, path)
			if err != nil {
				return err
			}
			for _, t := range tasks {
				t, err := c.follow(ctx, cl, t)
				if err != nil {
					return err
				}
				all.add(t)
				if taskError(t) != nil {
					failed = errTold
				}
				if !c.json || failed != nil {
					fmt.Fprintln(c.stderr, printable(taskSubject(t)+": "+t.Message))
				}
			}
		}
		if c.json {
			if err := printJSON(c.stdout, all); err != nil {
				return err
			}
		}
		return failed
	})
}

func (all *imported) add(t audit.Task) {
	all.Added += t.DoneCount
	all.Skipped += t.SkippedCount
	all.Rejected += t.FailedCount
	all.Tasks = append(all.Tasks, t)
}

// importPaths makes the arguments absolute, because another process may read
// them, and finds missing files before anything is started.
func importPaths(args []string) ([]string, error) {
	paths := make([]string, len(args))
	for i, a := range args {
		if a == "-" {
			paths[i] = a
			continue
		}
		abs, err := filepath.Abs(a)
		if err != nil {
			return nil, err
		}
		if _, err := os.Stat(abs); err != nil {
			if os.IsNotExist(err) {
				return nil, audit.Errorf(audit.NotFound, "There is no file %s.", a)
			}
			return nil, audit.Errorf(audit.NotFound, "%s cannot be read: %v.", a, err)
		}
		paths[i] = abs
	}
	return paths, nil
}

// startImport starts the tasks of one argument: one for a file and for standard
// input, one for each file of a folder.
func (c *call) startImport(ctx context.Context, cl *client, path string) ([]audit.Task, error) {
	if path == "-" {
		var t audit.Task
		err := cl.exchange(ctx, request{
			method: http.MethodPost, path: cl.projectPath("imports"),
			query:       url.Values{"name": {"standard input"}, "format": {c.format}},
			contentType: "application/octet-stream",
			body:        func() (io.Reader, error) { return c.stdin, nil },
		}, &t)
		return []audit.Task{t}, err
	}
	var list struct {
		Data []audit.Task `json:"data"`
	}
	err := cl.post(ctx, cl.projectPath("imports", "paths"), map[string]any{"paths": []string{path}, "format": c.format}, &list)
	return list.Data, err
}

// follow waits until a task has ended, and shows its progress to a person.
func (c *call) follow(ctx context.Context, cl *client, t audit.Task) (audit.Task, error) {
	show := isTerminal(c.stderr)
	pause := 20 * time.Millisecond
	for !t.Status.Ended() {
		select {
		case <-ctx.Done():
			return t, &audit.Error{Code: audit.Canceled, Message: "Stopped; projectlogs tasks retry " + t.ID + " continues."}
		case <-time.After(pause):
		}
		pause = min(pause*2, 250*time.Millisecond)
		path := "/api/projects/" + url.PathEscape(t.Project) + "/tasks/" + url.PathEscape(t.ID)
		if err := cl.get(ctx, path, nil, &t); err != nil {
			return t, err
		}
		// The process that ran it ended; whoever serves now goes on with it.
		if t.Status == audit.TaskInterrupted {
			if err := cl.post(ctx, path+"/retry", nil, &t); err != nil && audit.CodeOf(err) != audit.Conflict {
				return t, err
			}
		}
		if show {
			fmt.Fprintf(c.stderr, "\r\x1b[K%s: %.0f %%, %s %s/s", taskSubject(t), t.Progress, grouped(int64(t.Rate)), t.Unit)
		}
	}
	if show {
		fmt.Fprint(c.stderr, "\r\x1b[K")
	}
	return t, nil
}

// taskSubject names what a task is about: the file it imports, else its id.
func taskSubject(t audit.Task) string {
	var p struct {
		Name string `json:"name"`
	}
	if json.Unmarshal(t.Params, &p) == nil && p.Name != "" {
		return p.Name
	}
	return t.ID
}

// taskError is errTold for a task that did not do its work: its message is
// printed with every end of a task.
func taskError(t audit.Task) error {
	if t.Status == audit.TaskDone && t.Outcome != audit.OutcomeFailed {
		return nil
	}
	return errTold
}
