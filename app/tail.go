package app

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"time"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
)

var tailVerb = verb{
	name: "tail", usage: "[FILTER]",
	short: "Print logs as they arrive, until Ctrl-C.",
	long: `
  projectlogs tail result:failure
  projectlogs tail --json 'duration>1s' | jq .path`,
	flags: func(fs *pflag.FlagSet, o *options) {
		fs.StringVar(&o.columns, "columns", searchColumns, "fields to print, `a,b,…`")
		fs.BoolVar(&o.json, "json", false, "print whole logs, one JSON object a line")
	},
	run: runTail,
}

func runTail(ctx context.Context, c *call) error {
	columns, err := parseColumns(c.columns)
	if err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		// The place from which on logs are new; asking for it also checks the filter.
		var page struct {
			AsOf string `json:"as_of"`
		}
		q := url.Values{"limit": {"1"}}
		if text := c.filterText(); text != "" {
			q.Set("q", text)
		}
		if err := cl.get(ctx, cl.projectPath("logs"), q, &page); err != nil {
			return err
		}
		since := page.AsOf
		fmt.Fprintln(c.stderr, "Waiting for logs; Ctrl-C ends.")
		for ctx.Err() == nil {
			if err := c.listen(ctx, cl, func() error {
				var err error
				since, err = c.printSince(ctx, cl, columns, since)
				return err
			}); err != nil && ctx.Err() == nil {
				return err
			}
		}
		return nil // Ctrl-C is how tail ends
	})
}

// listen calls look at once and then each time that logs were added, until the
// connection ends: then another process serves, or will.
func (c *call) listen(ctx context.Context, cl *client, look func() error) error {
	resp, err := cl.send(ctx, request{
		method: http.MethodGet, path: "/api/events", query: url.Values{"project": {cl.project}},
	})
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	for lines.Scan() {
		var change audit.Change
		if err := json.Unmarshal(lines.Bytes(), &change); err != nil {
			return fmt.Errorf("read an event: %w", err)
		}
		switch change.Kind {
		case "hello", audit.LogsAdded, audit.Missed:
			if err := look(); err != nil {
				return err
			}
		}
	}
	// The server ended. The next request finds or becomes the next one; a pause
	// keeps this from spinning where that fails at once.
	select {
	case <-ctx.Done():
	case <-time.After(100 * time.Millisecond):
	}
	return nil
}

// printSince prints what was appended after a snapshot, oldest first, and
// returns the snapshot that was read.
func (c *call) printSince(ctx context.Context, cl *client, columns []column, since string) (string, error) {
	q := url.Values{"since": {since}, "sort": {"time"}}
	if text := c.filterText(); text != "" {
		q.Set("q", text)
	}
	t := &table{w: c.stdout}
	snapshot, err := stream(ctx, cl, q, math.MaxInt, func(line []byte) error {
		if c.json {
			_, err := c.stdout.Write(append(line, '\n'))
			return err
		}
		var l audit.Log
		if err := json.Unmarshal(line, &l); err != nil {
			return fmt.Errorf("read a log: %w", err)
		}
		cells := make([]string, len(columns))
		for i, col := range columns {
			cells[i] = col.text(&l)
		}
		return t.row(cells...)
	})
	if err != nil || snapshot == "" {
		return since, err
	}
	return snapshot, nil
}
