package app

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// searchColumns are what a list shows unless told otherwise.
const searchColumns = "time,status,method,path,origin,user,customer,duration,id"

// terminalRows is what search prints for a person who did not ask for more.
const terminalRows = 50

var searchVerb = verb{
	name: "search", usage: "[FILTER]",
	short: "Print the logs that a filter finds, newest first.",
	long: `
  projectlogs search 'status>=400 "out of stock"' --last 7d
  projectlogs search --count result:failure
  projectlogs search --columns time,status,response.body.key customer:cust_8fc7
  projectlogs search --json endpoint:*redemption* | jq .response.body
  projectlogs search -- -origin:Dashboard

The filter's language: docs/FILTERS.md. A terminal gets 50 rows, a pipe all.`,
	flags: func(fs *pflag.FlagSet, o *options) {
		rangeFlags(fs, o)
		fs.IntVar(&o.limit, "limit", 0, "at most `N` logs")
		fs.StringVar(&o.columns, "columns", searchColumns, "fields to print, `a,b,…`")
		fs.StringVar(&o.sort, "sort", "-time", "time, -time, status, -status, origin or -origin")
		fs.BoolVar(&o.count, "count", false, "print the exact number of matches alone")
		fs.BoolVar(&o.json, "json", false, "print whole logs, one JSON object a line")
	},
	run: runSearch,
}

func runSearch(ctx context.Context, c *call) error {
	if c.given("limit") && c.limit < 1 {
		return usagef("--limit %d: give a number of logs, 1 or more.", c.limit)
	}
	columns, err := parseColumns(c.columns)
	if err != nil {
		return err
	}
	q, err := c.question()
	if err != nil {
		return err
	}
	return c.with(ctx, func(cl *client) error {
		if c.count {
			return c.printCount(ctx, cl, q)
		}
		limit := c.limit
		if limit == 0 {
			limit = math.MaxInt
			if isTerminal(c.stdout) && !c.json {
				limit = terminalRows
			}
		}
		if c.json {
			return c.printWhole(ctx, cl, q, limit)
		}
		return c.printRows(ctx, cl, q, columns, limit)
	})
}

func (c *call) printCount(ctx context.Context, cl *client, q url.Values) error {
	q.Del("sort")
	q.Set("by", "result")
	var tally struct {
		Total int64 `json:"total"`
	}
	if err := cl.get(ctx, cl.projectPath("logs", "tally"), q, &tally); err != nil {
		return err
	}
	_, err := fmt.Fprintln(c.stdout, tally.Total)
	return err
}

// printWhole copies whole logs as the server streams them.
func (c *call) printWhole(ctx context.Context, cl *client, q url.Values, limit int) error {
	w := bufio.NewWriterSize(c.stdout, 64<<10)
	_, err := stream(ctx, cl, q, limit, func(line []byte) error {
		_, err := w.Write(append(line, '\n'))
		return err
	})
	return errors.Join(err, w.Flush())
}

// stream calls each with every line of NDJSON that the question finds, and
// returns the snapshot that was read.
func stream(ctx context.Context, cl *client, q url.Values, limit int, each func(line []byte) error) (snapshot string, err error) {
	if limit != math.MaxInt {
		q.Set("limit", itoa(limit))
	}
	resp, err := cl.send(ctx, request{method: http.MethodGet, path: cl.projectPath("logs", "stream"), query: q})
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	r := bufio.NewReaderSize(resp.Body, 256<<10)
	for {
		line, err := r.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return resp.Trailer.Get("X-Snapshot"), nil
		}
		if err != nil {
			if ctx.Err() != nil {
				return "", &audit.Error{Code: audit.Canceled, Message: "Canceled."}
			}
			return "", fmt.Errorf("read the logs: the connection ended early: %w", err)
		}
		line = line[:len(line)-1]
		if broken := streamError(line); broken != nil {
			return "", broken
		}
		if err := each(line); err != nil {
			return "", err
		}
	}
}

// streamError reads the line that ends a stream which could not be finished.
func streamError(line []byte) error {
	if !strings.HasPrefix(string(line[:min(len(line), 10)]), `{"error":{`) {
		return nil
	}
	var last struct {
		ID    string   `json:"id"`
		Error *problem `json:"error"`
	}
	if json.Unmarshal(line, &last) != nil || last.ID != "" || last.Error == nil || last.Error.Message == "" {
		return nil
	}
	return last.Error.asError("")
}

// printRows prints columns of the logs. Columns that stand in a row come page
// by page; those that need headers or bodies are read from whole logs.
func (c *call) printRows(ctx context.Context, cl *client, q url.Values, columns []column, limit int) error {
	heading := make([]string, len(columns))
	for i, col := range columns {
		heading[i] = col.name
	}
	w := bufio.NewWriterSize(c.stdout, 64<<10)
	t := c.table(heading...)
	if t.w == c.stdout {
		t.w = w
	}
	print := func(l *audit.Log) error {
		cells := make([]string, len(columns))
		for i, col := range columns {
			cells[i] = col.text(l)
		}
		return t.row(cells...)
	}
	var err error
	if slices.ContainsFunc(columns, column.needsWhole) {
		_, err = stream(ctx, cl, q, limit, func(line []byte) error {
			var l audit.Log
			if err := json.Unmarshal(line, &l); err != nil {
				return fmt.Errorf("read a log: %w", err)
			}
			return print(&l)
		})
	} else {
		err = c.printPages(ctx, cl, q, limit, print)
	}
	return errors.Join(err, t.flush(), w.Flush())
}

func (c *call) printPages(ctx context.Context, cl *client, q url.Values, limit int, print func(*audit.Log) error) error {
	printed := 0
	for printed < limit {
		q.Set("limit", itoa(min(limit-printed, audit.MaxLimit)))
		var page struct {
			Data       []audit.Log `json:"data"`
			Total      int64       `json:"total"`
			TotalExact bool        `json:"total_exact"`
			Next       string      `json:"next"`
			AsOf       string      `json:"as_of"`
		}
		if err := cl.get(ctx, cl.projectPath("logs"), q, &page); err != nil {
			return err
		}
		for i := range page.Data {
			if err := print(&page.Data[i]); err != nil {
				return err
			}
		}
		printed += len(page.Data)
		if page.Next == "" {
			return nil
		}
		if printed >= limit && !c.given("limit") {
			more := grouped(page.Total)
			if !page.TotalExact {
				more = "at least " + more
			}
			fmt.Fprintf(c.stderr, "projectlogs: %d of %s logs; --limit shows more.\n", printed, more)
		}
		q.Set("cursor", page.Next)
		q.Set("as_of", page.AsOf)
	}
	return nil
}

// column is one field to print.
type column struct {
	name  string
	field *filter.Field
	arg   string
}

func parseColumns(list string) ([]column, error) {
	var columns []column
	for name := range strings.SplitSeq(list, ",") {
		name = strings.TrimSpace(name)
		f, arg, err := audit.LogSchema.Lookup(name)
		if err != nil {
			return nil, usagef("--columns: %v", err)
		}
		columns = append(columns, column{name: name, field: f, arg: arg})
	}
	return columns, nil
}

// needsWhole says whether the column is not in a row of a list.
func (col column) needsWhole() bool {
	switch col.field.Kind {
	case filter.Text:
		return col.field.Name != "message"
	case filter.Any:
		return strings.Contains(col.field.Name, "body.")
	}
	return strings.HasSuffix(col.field.Name, ".header.")
}

// text is the cell of one log: several values are joined by a comma.
func (col column) text(l *audit.Log) string {
	var cells []string
	col.field.Values(l, col.arg, func(v filter.Value) bool {
		switch {
		case v.IsTime:
			cells = append(cells, time.Unix(0, v.Nanos).UTC().Format("2006-01-02T15:04:05.000Z"))
		case v.Text == "" && v.IsNumber:
			cells = append(cells, strconv.FormatFloat(v.Number, 'f', -1, 64))
		default:
			cells = append(cells, v.Text)
		}
		return true
	})
	return strings.Join(cells, ",")
}
