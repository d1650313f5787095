package api

import (
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// question is what a client may ask of logs, the same from the query of an
// address and from a JSON body.
type question struct {
	Q      string          `json:"q"`
	Filter json.RawMessage `json:"filter"`
	Last   string          `json:"last"`
	From   string          `json:"from"`
	To     string          `json:"to"`
	Sort   string          `json:"sort"`
	Limit  *int            `json:"limit"`
	Cursor string          `json:"cursor"`
	Around string          `json:"around"`
	AsOf   string          `json:"as_of"`
	Since  string          `json:"since"`
}

// rangeOf asks for the parameters that every question about logs has.
func rangeOf(p *parameters) question {
	q := question{
		Q: p.text("q"), Last: p.word("last"), From: p.word("from"), To: p.word("to"),
		AsOf: p.word("as_of"), Since: p.word("since"),
	}
	if text := p.word("filter"); text != "" {
		q.Filter = json.RawMessage(text)
	}
	return q
}

// listed asks for the parameters of a page besides.
func listed(p *parameters) question {
	q := rangeOf(p)
	q.Sort, q.Cursor, q.Around = p.word("sort"), p.word("cursor"), p.word("around")
	limit := p.number("limit", 1, audit.MaxLimit, audit.DefaultLimit)
	q.Limit = &limit
	return q
}

// The moment and the snapshot of an answer belong together: with the snapshot
// alone, "the last 24 hours" would move on while a page, its histogram and its
// export are asked for. So what is called as_of outside holds both, and so does
// a cursor.

func marked(moment time.Time, rest string) string {
	if rest == "" {
		return ""
	}
	return strconv.FormatInt(moment.UnixNano(), 36) + "." + rest
}

func unmarked(name, text string) (moment time.Time, rest string, err error) {
	before, rest, ok := strings.Cut(text, ".")
	nanos, err := strconv.ParseInt(before, 36, 64)
	if !ok || err != nil || rest == "" {
		return time.Time{}, "", invalidf("%s is %.100q, which this server never named; take it from an earlier answer.", name, text)
	}
	return time.Unix(0, nanos).UTC(), rest, nil
}

// query makes the question one that a store answers.
func (q question) query(r *http.Request, now time.Time) (audit.Query, error) {
	out := audit.Query{Project: callOf(r).project.ID, Now: now.UTC()}
	var err error
	if out.Filter, err = parseFilter(audit.LogSchema, q.Q, q.Filter); err != nil {
		return out, err
	}
	if err := q.place(&out); err != nil {
		return out, err
	}
	if out.From, out.To, err = timeRange(q.Last, q.From, q.To, out.Now); err != nil {
		return out, err
	}
	if out.Order, err = orderOf("sort", q.Sort); err != nil {
		return out, err
	}
	if q.Limit != nil {
		if out.Limit = *q.Limit; out.Limit < 1 || out.Limit > audit.MaxLimit {
			return out, invalidf("limit is %d; it is a whole number from 1 to %d.", out.Limit, audit.MaxLimit)
		}
	}
	if out.Around, err = instant("around", q.Around); err != nil {
		return out, err
	}
	if q.Around != "" && q.Cursor != "" {
		return out, invalidf("cursor and around contradict each other; give one of them.")
	}
	if q.Around != "" && out.Order.Field != audit.ByTime {
		return out, invalidf("around is a place in time; it needs the sort time or -time.")
	}
	return out, nil
}

// place reads where in the store's history and in the list an answer is asked for.
func (q question) place(out *audit.Query) error {
	var err error
	if q.Cursor != "" {
		if out.Now, out.Cursor, err = unmarked("cursor", q.Cursor); err != nil {
			return err
		}
	}
	if q.AsOf != "" {
		if out.Now, out.AsOf, err = unmarked("as_of", q.AsOf); err != nil {
			return err
		}
	}
	if q.Since != "" {
		if _, out.Since, err = unmarked("since", q.Since); err != nil {
			return err
		}
	}
	return nil
}

// timeRange reads a range. One that is given by its length has no end: a log
// from a clock that is ahead has to be seen too.
func timeRange(last, from, to string, now time.Time) (start, end time.Time, err error) {
	if last != "" {
		if from != "" || to != "" {
			return start, end, invalidf("last and from or to contradict each other; give one of them.")
		}
		length, err := span("last", last)
		if err == nil && length > 0 {
			start = now.Add(-length)
		}
		return start, end, err
	}
	if start, err = instant("from", from); err != nil {
		return start, end, err
	}
	if end, err = instant("to", to); err != nil {
		return start, end, err
	}
	if from != "" && to != "" && !start.Before(end) {
		return start, end, invalidf("from is %s and to is %s; from must be earlier.", from, to)
	}
	return start, end, nil
}

func orderOf(name, text string) (audit.Order, error) {
	field, descending := strings.CutPrefix(text, "-")
	switch {
	case text == "":
		return audit.Order{Field: audit.ByTime}, nil
	case field == "time" || field == "status" || field == "origin":
		return audit.Order{Field: audit.OrderField(field), Ascending: !descending}, nil
	}
	return audit.Order{}, invalidf("%s is %.100q; it is one of -time, time, status, -status, origin, -origin.", name, text)
}

func orderText(o audit.Order) string {
	if o.Ascending {
		return string(o.Field)
	}
	return "-" + string(o.Field)
}

// parseFilter reads a filter in its text or in its JSON form.
func parseFilter(schema *filter.Schema, text string, form json.RawMessage) (filter.Expr, error) {
	if len(form) == 0 || string(form) == "null" {
		return schema.Parse(text)
	}
	if text != "" {
		return nil, invalidf("q and filter contradict each other; give one of them.")
	}
	return schema.ParseJSON(form)
}
