package api

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// tally answers GET …/logs/tally: exact counts by time or by a field's values.
func (s *Server) tally(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	asked := rangeOf(p)
	by, prefix := p.word("by"), p.text("prefix")
	limit := p.number("limit", 1, audit.MaxLimit, 0)
	if err := p.done(); err != nil {
		return err
	}
	group, err := groupOf(by)
	if err != nil {
		return err
	}
	if group.Steps > 0 && (limit != 0 || prefix != "") {
		return invalidf("limit and prefix are for counts by a field; by=time says itself how many steps.")
	}
	group.Limit, group.Prefix = limit, prefix
	q, err := asked.query(r, s.Now())
	if err != nil {
		return err
	}
	begin := time.Now()
	if group.Steps > 0 && asked.Last != "" {
		if err := s.endNow(r, &q); err != nil {
			return err
		}
	}
	t, err := s.Store.Tally(r.Context(), q, group)
	if err != nil {
		return err
	}
	answer := tallyAnswer{
		By: by, Buckets: make([]bucket, len(t.Buckets)), Other: t.Other, Total: t.Total, Failures: t.Failures,
		AsOf: marked(q.Now, t.AsOf), TookMS: took(time.Since(begin)),
	}
	if group.Steps > 0 {
		answer.By = "time"
	}
	for i, b := range t.Buckets {
		answer.Buckets[i] = bucket{From: b.From, To: b.To, Count: b.Count, Failures: b.Failures}
		if group.Steps == 0 {
			answer.Buckets[i].Key = &b.Key
		}
	}
	return respond(w, http.StatusOK, answer)
}

// endNow draws the last hours up to the present, also where the newest log is
// older, unless there are logs from a clock that is ahead: they must be counted.
func (s *Server) endNow(r *http.Request, q *audit.Query) error {
	ahead := *q
	ahead.From, ahead.Limit = q.Now, 1
	page, err := s.Store.Search(r.Context(), ahead)
	if err == nil && page.Total == 0 {
		q.To = q.Now
	}
	return err
}

// groupOf reads what to count by: time:60, or a field.
func groupOf(by string) (audit.Group, error) {
	if by == "" {
		return audit.Group{}, invalidf("by is missing: what to count by, time:60 or a field such as status.")
	}
	if rest, ok := strings.CutPrefix(by, "time"); ok && (rest == "" || rest[0] == ':') {
		n, err := strconv.Atoi(strings.TrimPrefix(rest, ":"))
		if err != nil || n < 1 || n > audit.MaxSteps {
			return audit.Group{}, invalidf("by is %.100q; time needs a number of steps from 1 to %d: time:60.", by, audit.MaxSteps)
		}
		return audit.Group{Steps: n}, nil
	}
	name, err := fieldName("by", by)
	return audit.Group{Field: name}, err
}

// fieldName gives a field's own name for any of its names.
func fieldName(parameter, name string) (string, error) {
	f, arg, err := audit.LogSchema.Lookup(name)
	if err != nil {
		return "", invalidf("%s: %w.", parameter, err)
	}
	return f.Name + arg, nil
}

// values answers GET …/logs/values: what occurs in a field, for completion.
func (s *Server) values(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	asked := rangeOf(p)
	field, prefix := p.word("field"), p.text("prefix")
	limit := p.number("limit", 1, audit.MaxLimit, 20)
	if err := p.done(); err != nil {
		return err
	}
	if field == "" {
		return invalidf("field is missing: the field whose values are asked for.")
	}
	name, err := fieldName("field", field)
	if err != nil {
		return err
	}
	q, err := asked.query(r, s.Now())
	if err != nil {
		return err
	}
	t, err := s.Store.Tally(r.Context(), q, audit.Group{Field: name, Prefix: prefix, Limit: limit})
	if err != nil {
		return err
	}
	found := make([]valueCount, len(t.Buckets))
	for i, b := range t.Buckets {
		found[i] = valueCount{b.Key, b.Count}
	}
	return respond(w, http.StatusOK, map[string][]valueCount{"values": found})
}
