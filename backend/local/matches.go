package local

import (
	"errors"
	"fmt"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"projectlogs/backend/audit"
)

// matches are the rows of a slice that match a question. What the index leaves
// open is decided log by log, when it is needed, and once.
type matches struct {
	question *question
	slice    *slice
	yes      bitset // match
	open     bitset // not decided yet
	decided  bitset // by reading the log, here or for an earlier question
	reader   *reader
	log      audit.Log
}

// matches narrows the question in every slice of a view, on all processors.
func (a *question) matches(v *view) ([]*matches, error) {
	all := make([]*matches, len(v.parts))
	err := parallel(len(v.parts), func(i int) error {
		got, err := a.narrow(v.parts[i])
		if err != nil {
			return err
		}
		got.may.andNot(got.must)
		all[i] = &matches{question: a, slice: v.parts[i], yes: got.must, open: got.may}
		all[i].recall()
		return nil
	})
	return all, err
}

// decisions are rows of a partition that were decided by reading their logs.
// Logs never change, so a decision holds for ever: the histogram and the facets
// beside a list, and its next page, read nothing again.
type decisions struct{ known, yes bitset }

func (m *matches) decisionsKey() cacheKey {
	p := m.slice.part
	return cacheKey{fmt.Sprintf("decided/%d/%d", p.project.number, p.number), m.question.text}
}

// recall takes over what earlier questions with the same filter decided.
func (m *matches) recall() {
	if m.open.empty() {
		return
	}
	m.decided = newBitset(m.slice.rows)
	if m.question.relative {
		return
	}
	d, ok := find[*decisions](m.slice.part.project.store.cache, m.decisionsKey())
	if !ok {
		return
	}
	for i := range m.open {
		known := m.open[i] & d.known[i]
		m.yes[i] |= known & d.yes[i]
		m.open[i] &^= known
	}
}

// remember keeps what was decided for later questions.
func remember(all []*matches) {
	for _, m := range all {
		if m.decided == nil || m.decided.empty() || m.question.relative {
			continue
		}
		c, key := m.slice.part.project.store.cache, m.decisionsKey()
		rows := m.slice.part.project.store.rows
		d := &decisions{newBitset(rows), newBitset(rows)}
		if before, ok := find[*decisions](c, key); ok {
			d.known.or(before.known)
			d.yes.or(before.yes)
		}
		for i := range m.decided {
			d.known[i] |= m.decided[i]
			d.yes[i] |= m.decided[i] & m.yes[i]
		}
		c.put(key, d, int64(2*rows/8+len(m.question.text)))
	}
}

// parallel calls each for 0 … n-1 on all processors and gives one of the errors.
func parallel(n int, each func(i int) error) error {
	workers := min(n, runtime.GOMAXPROCS(0))
	if workers == 1 {
		for i := range n {
			if err := each(i); err != nil {
				return err
			}
		}
		return nil
	}
	var next atomic.Int64
	var wg sync.WaitGroup
	errs := make([]error, workers)
	for w := range workers {
		wg.Go(func() {
			for errs[w] == nil {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				errs[w] = each(i)
			}
		})
	}
	wg.Wait()
	return errors.Join(errs...)
}

// has decides one row.
func (m *matches) has(row int) (bool, error) {
	if m.yes.has(row) {
		return true, nil
	}
	if !m.open.has(row) {
		return false, nil
	}
	ok, err := m.decide(row)
	if err != nil {
		return false, err
	}
	m.open.remove(row)
	m.decided.add(row)
	if ok {
		m.yes.add(row)
	}
	return ok, nil
}

// decide reads the log and asks the filter.
func (m *matches) decide(row int) (bool, error) {
	if m.reader == nil {
		m.reader = m.slice.part.reader()
	}
	needs := m.question.needs
	err := m.reader.peek(row, head, &m.log, false)
	if err == nil && needs.body {
		err = m.reader.peek(row, body, &m.log, needs.headers)
	}
	if errors.Is(err, errPurged) { // since the view was made
		return false, nil
	}
	if err != nil {
		return false, err
	}
	return m.question.matcher.Match(&m.log), nil
}

// decideAll decides every row that is open, until the deadline; zero is none.
func (m *matches) decideAll(deadline time.Time) (all bool, err error) {
	n := 0
	for row := range m.open.clone().all() {
		if n%blockRows == 0 {
			if err := m.question.ctx.Err(); err != nil {
				return false, canceled(err)
			}
			if !deadline.IsZero() && time.Now().After(deadline) {
				return false, nil
			}
		}
		n++
		if _, err := m.has(row); err != nil {
			return false, err
		}
	}
	return true, nil
}

// decideAll decides every row of all slices on all processors.
func decideAll(all []*matches, deadline time.Time) (exact bool, err error) {
	var early atomic.Bool
	err = parallel(len(all), func(i int) error {
		done, err := all[i].decideAll(deadline)
		if !done {
			early.Store(true)
		}
		return err
	})
	return !early.Load(), err
}

// count gives the number of rows that are known to match.
func count(all []*matches) (n int64) {
	for _, m := range all {
		n += int64(m.yes.count())
	}
	return n
}
