package local

import (
	"errors"
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
		return nil
	})
	return all, err
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
