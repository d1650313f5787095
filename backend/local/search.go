package local

import (
	"context"
	"errors"
	"iter"
	"slices"
	"time"

	"projectlogs/backend/audit"
)

// countingTime is how long Search goes on counting behind a page that is
// complete, where the index cannot answer the filter and logs have to be read.
// A total that is not exact by then says so; Tally has the time it needs.
const countingTime = 250 * time.Millisecond

// Search gives one page; see audit.LogStore.
func (s *Store) Search(ctx context.Context, q audit.Query) (audit.Page, error) {
	if err := s.users.enter(); err != nil {
		return audit.Page{}, err
	}
	defer s.users.leave()
	begun := time.Now()
	if err := checkPage(q); err != nil {
		return audit.Page{}, err
	}
	var after *cursor
	if q.Cursor != "" {
		c, err := parseCursor(q)
		if err != nil {
			return audit.Page{}, err
		}
		after = c
		q.AsOf, q.Now = c.AsOf, time.Unix(0, c.Now)
	}
	if q.Now.IsZero() {
		q.Now = begun
	}
	v, a, all, err := s.ask(ctx, q)
	if err != nil {
		return audit.Page{}, err
	}
	p := pager{question: a, query: q, all: all, cursor: cursor{
		Version: cursorVersion, Query: hashQuery(q), AsOf: v.asOf.String(), Now: q.Now.UnixNano(),
	}}
	page, err := p.page(after)
	if err != nil {
		return audit.Page{}, err
	}
	page.AsOf = v.asOf.String()
	page.TotalExact, err = decideAll(all, time.Now().Add(countingTime))
	remember(all)
	page.Total = count(all)
	return page, err
}

// ask narrows a query in the view that it asks for.
func (s *Store) ask(ctx context.Context, q audit.Query) (*view, *question, []*matches, error) {
	if q.Project == "" {
		return nil, nil, nil, audit.Errorf(audit.Invalid, "A project is missing: logs belong to one.")
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		return nil, nil, nil, audit.Errorf(audit.Invalid, "The range ends at %s, before it begins at %s.", q.To.Format(time.RFC3339), q.From.Format(time.RFC3339))
	}
	switch q.Order.Field {
	case "", audit.ByTime, audit.ByStatus, audit.ByOrigin:
	default:
		return nil, nil, nil, audit.Errorf(audit.Invalid, "Logs cannot be ordered by %q; time, status and origin are possible.", q.Order.Field)
	}
	v, err := s.view(q)
	if err != nil {
		return nil, nil, nil, err
	}
	a := newQuestion(ctx, q)
	all, err := a.matches(v)
	return v, a, all, err
}

func checkPage(q audit.Query) error {
	switch {
	case q.Limit < 0:
		return audit.Errorf(audit.Invalid, "A page cannot have %d logs.", q.Limit)
	case q.Limit > audit.MaxLimit:
		return audit.Errorf(audit.Invalid, "A page has at most %d logs; %d were asked for. Follow next for more.", audit.MaxLimit, q.Limit)
	case !q.Around.IsZero() && q.Cursor != "":
		return audit.Errorf(audit.Invalid, "Give either a cursor or a time to go to, not both.")
	case !q.Around.IsZero() && q.Order.Field != "" && q.Order.Field != audit.ByTime:
		return audit.Errorf(audit.Invalid, "Going to a time needs the order by time; this list is ordered by %s.", q.Order.Field)
	}
	return nil
}

// pager makes the page of a query whose matches are narrowed.
type pager struct {
	question *question
	query    audit.Query
	all      []*matches
	cursor   cursor
}

func (p *pager) page(after *cursor) (page audit.Page, err error) {
	limit := p.query.Limit
	if limit == 0 {
		limit = audit.DefaultLimit
	}
	w := walk{all: p.all, order: p.query.Order}
	if after != nil {
		w.after, w.backwards = after.place(), after.Backwards
	}
	if !p.query.Around.IsZero() {
		from := min(max(clampTime(p.query.Around), minTime+1), maxTime-1)
		w.from = &from
	}
	hits, err := p.take(w, limit+1)
	if err != nil {
		return page, err
	}
	more := len(hits) > limit // in the direction of the walk
	hits = hits[:min(len(hits), limit)]
	if w.backwards {
		slices.Reverse(hits)
	}
	if page.Logs, err = p.logs(hits); err != nil {
		return page, err
	}
	return page, p.ends(&page, w, hits, more)
}

// ends sets Next and Prev of a page that is not empty. more says whether the
// walk goes on behind it; whether there is something on its other side is
// found by walking one step back.
func (p *pager) ends(page *audit.Page, w walk, hits []hit, more bool) error {
	if len(hits) == 0 {
		return nil
	}
	first, last := hits[0].place, hits[len(hits)-1].place
	other := false
	if w.after != nil || w.from != nil {
		back := walk{all: p.all, order: p.query.Order, backwards: !w.backwards, after: &first}
		if w.backwards {
			back.after = &last
		}
		behind, err := p.take(back, 1)
		if err != nil {
			return err
		}
		other = len(behind) > 0
	}
	next, prev := more, other
	if w.backwards {
		next, prev = other, more
	}
	c := p.cursor
	if next {
		c.at(last)
		page.Next = c.String()
	}
	if prev {
		c.Backwards = true
		c.at(first)
		page.Prev = c.String()
	}
	return nil
}

// take gives the first n hits of a walk.
func (p *pager) take(w walk, n int) (hits []hit, err error) {
	looked := 0
	err = w.run(func(h hit) (bool, error) {
		if looked++; looked%1000 == 0 {
			if err := p.question.ctx.Err(); err != nil {
				return false, canceled(err)
			}
		}
		hits = append(hits, h)
		return len(hits) < n, nil
	})
	return hits, err
}

// logs reads the heads of hits.
func (p *pager) logs(hits []hit) ([]audit.Log, error) {
	logs := make([]audit.Log, 0, len(hits))
	readers := map[*matches]*reader{}
	for _, h := range hits {
		r := readers[h.in]
		if r == nil {
			r = h.in.slice.part.reader()
			readers[h.in] = r
		}
		var l audit.Log
		switch err := r.read(h.row, head, &l); {
		case errors.Is(err, errPurged): // this moment
		case err != nil:
			return nil, err
		default:
			logs = append(logs, l)
		}
	}
	return logs, nil
}

// Scan yields every match, whole; see audit.LogStore. A log that is purged
// while the scan runs may be left out.
func (s *Store) Scan(ctx context.Context, q audit.Query) iter.Seq2[audit.Log, error] {
	return func(yield func(audit.Log, error) bool) {
		if err := s.scan(ctx, q, func(l audit.Log) bool { return yield(l, nil) }); err != nil {
			yield(audit.Log{}, err)
		}
	}
}

func (s *Store) scan(ctx context.Context, q audit.Query, yield func(audit.Log) bool) error {
	if err := s.users.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	_, _, all, err := s.ask(ctx, q)
	if err != nil {
		return err
	}
	readers := map[*matches]*reader{}
	w := walk{all: all, order: q.Order}
	return w.run(func(h hit) (bool, error) {
		if err := ctx.Err(); err != nil {
			return false, canceled(err)
		}
		r := readers[h.in]
		if r == nil {
			r = h.in.slice.part.reader()
			readers[h.in] = r
		}
		var l audit.Log
		switch err := r.whole(h.row, &l); {
		case errors.Is(err, errPurged):
			return true, nil
		case err != nil:
			return false, err
		}
		return yield(l), nil
	})
}
