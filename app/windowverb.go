package app

import (
	"cmp"
	"context"
	"errors"
	"fmt"

	"projectlogs/backend/audit"
)

var windowVerb = verb{
	name: "projectlogs", usage: "[FILE…]",
	short: "Open the window; files are imported.",
	run:   runMainWindow,
}

// runMainWindow opens the window on the store. A second start hands its files
// to the first, brings its window to the front and ends.
func runMainWindow(ctx context.Context, c *call) error {
	paths, err := importPaths(c.args)
	if err != nil {
		return err
	}
	e, other, err := openOrFind(ctx, engineConfig{dataDir: c.dataDir, addr: defaultAddr, moveOn: true})
	if err != nil {
		return err
	}
	if e == nil {
		return c.handOver(ctx, other, paths)
	}
	start := func(paths []string) {
		cl := e.client(cmp.Or(e.api.ShownProject(), c.project))
		for _, path := range paths {
			if _, err := c.startImport(ctx, cl, path); err != nil {
				fmt.Fprintf(c.stderr, "projectlogs: %s: %v\n", path, err)
			}
		}
	}
	err = runWindow(ctx, windowConfig{
		URL: e.file.URL, Token: e.file.Token, DataDir: c.dataDir,
		Desktop: func(d desktop) { e.setDesktop(d) },
		OnReady: func() {
			if err := e.resume(ctx); err != nil {
				fmt.Fprintf(c.stderr, "projectlogs: continue interrupted tasks: %v\n", err)
			}
			start(paths)
		},
		OnFilesDropped: start,
	})
	return errors.Join(err, e.Close())
}

// client speaks to this very process.
func (e *engine) client(project string) *client {
	return &client{dataDir: e.dataDir, project: project, http: newHTTPClient(), server: e.file, own: e}
}

// handOver gives the files to the process that serves the store already, and
// brings its window to the front.
func (c *call) handOver(ctx context.Context, other serverFile, paths []string) error {
	cl := &client{dataDir: c.dataDir, project: c.project, http: newHTTPClient(), server: other}
	for _, path := range paths {
		if _, err := c.startImport(ctx, cl, path); err != nil {
			return err
		}
	}
	err := cl.post(ctx, "/api/desktop/focus", nil, nil)
	if code := audit.CodeOf(err); code == audit.NotFound || code == audit.Unsupported {
		fmt.Fprintf(c.stderr, "projectlogs: %s is served without a window by process %d. Its page:\n", c.dataDir, other.PID)
		_, err = fmt.Fprintln(c.stdout, other.page(""))
	}
	return err
}
