package app

import (
	"context"
	"errors"
	"fmt"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var serveVerb = verb{
	name: "serve", usage: "[--addr 127.0.0.1:4780]",
	short: "Serve the page and the API without a window, until Ctrl-C.",
	long: `
  projectlogs serve
  projectlogs serve --addr 127.0.0.1:0 --data-dir /tmp/try

Prints the address of the page with this start's token.`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.StringVar(&o.addr, "addr", defaultAddr, "where to listen; port 0 takes any")
	},
	run: runServe,
}

func runServe(ctx context.Context, c *call) error {
	if err := c.wantArgs(0); err != nil {
		return err
	}
	e, f, err := openOrFind(ctx, engineConfig{dataDir: c.dataDir, addr: c.addr, moveOn: !c.given("addr")})
	if err != nil {
		return err
	}
	if e == nil {
		return &audit.Error{Code: audit.Locked, Message: fmt.Sprintf("%s is served already, by process %d at %s. projectlogs open prints the page's address.", c.dataDir, f.PID, f.URL)}
	}
	if err := e.resume(ctx); err != nil {
		fmt.Fprintf(c.stderr, "projectlogs: continue interrupted tasks: %v\n", err)
	}
	fmt.Fprintf(c.stdout, "%s\n", e.file.page(""))
	fmt.Fprintf(c.stderr, "Project Logs serves %s. Ctrl-C ends it.\n", c.dataDir)
	select {
	case <-ctx.Done():
		return e.Close()
	case err := <-e.served:
		e.served <- err // Close wants to know it too
		return fmt.Errorf("serve: %w", errors.Join(err, e.Close()))
	}
}

// page is the address of the page with the token in its fragment, where no
// server and no log sees it. link is the page's own state: "/?tab=logs&q=…".
func (f serverFile) page(link string) string {
	if link == "" {
		link = "/"
	}
	return f.URL + link + "#t=" + f.Token
}
