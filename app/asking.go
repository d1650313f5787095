package app

import (
	"context"
	"net/url"
	"strconv"

	"github.com/spf13/pflag"
)

// rangeFlags declares the flags that say which logs are meant.
func rangeFlags(fs *pflag.FlagSet, o *options) {
	fs.StringVar(&o.last, "last", "", "the last `SPAN`: 15m, 1h, 24h, 7d, 30d, all, or any duration")
	fs.StringVar(&o.from, "from", "", "from this `TIME` on, included")
	fs.StringVar(&o.to, "to", "", "up to this `TIME`, excluded")
}

func jsonFlag(fs *pflag.FlagSet, o *options) {
	fs.BoolVar(&o.json, "json", false, "print JSON")
}

// question is the filter and range of a command line as parameters of the API.
// What they mean, and whether they mean anything, the server says.
func (c *call) question() (url.Values, error) {
	if c.last != "" && (c.from != "" || c.to != "") {
		return nil, usagef("--last and --from or --to contradict each other; give one of them.")
	}
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("q", c.filterText())
	set("last", c.last)
	set("from", c.from)
	set("to", c.to)
	set("sort", c.sort)
	return q, nil
}

// with runs fn with a connection and ends it after.
func (c *call) with(ctx context.Context, fn func(cl *client) error) (err error) {
	cl, err := c.connect(ctx)
	if err != nil {
		return err
	}
	defer func() {
		if closing := cl.Close(ctx); err == nil {
			err = closing
		}
	}()
	return fn(cl)
}

func itoa(n int) string { return strconv.Itoa(n) }
