package storetest

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// runAtOnce appends, purges and asks from many goroutines. Whatever is asked of
// one snapshot must agree.
func runAtOnce(t *testing.T, open Open) {
	const writers, batches, size = 3, 12, 25
	store := open(t, t.TempDir())
	var writing, reading sync.WaitGroup
	var done atomic.Bool
	for w := range writers {
		writing.Go(func() {
			m := newMaker(uint64(100 + w))
			for b := range batches {
				var logs []audit.Log
				for i := range size {
					l := m.log()
					l.ID = fmt.Sprintf("%d-%d-%d", w, b, i)
					logs = append(logs, l)
				}
				if n, err := store.Append(t.Context(), "p", logs); err != nil || n != size {
					t.Errorf("append: %d, %v", n, err)
					return
				}
				if _, err := store.Append(t.Context(), "purged", logs); err != nil {
					t.Errorf("append: %v", err)
					return
				}
			}
		})
	}
	for r := range 2 {
		reading.Go(func() {
			m := newMaker(uint64(200 + r))
			for !t.Failed() {
				last := done.Load()
				one(t, store, audit.Query{Project: "p", Filter: m.filter(nil), Now: now, Limit: 20})
				if last {
					return
				}
			}
		})
	}
	purger := func() {
		e, err := audit.LogSchema.Parse("status>=400")
		if err != nil {
			t.Error(err)
			return
		}
		for !t.Failed() {
			last := done.Load()
			if _, err := store.Purge(t.Context(), audit.Query{Project: "purged", Filter: e}); err != nil {
				t.Errorf("purge: %v", err)
			}
			one(t, store, audit.Query{Project: "purged", Filter: filter.Not{X: e}, Now: now, Limit: 20})
			if last {
				break
			}
		}
		if page, err := store.Search(t.Context(), audit.Query{Project: "purged", Filter: e}); err != nil || page.Total != 0 {
			t.Errorf("%d logs were not purged, %v", page.Total, err)
		}
	}
	if store.Abilities().Purge {
		reading.Go(purger)
	}
	writing.Wait()
	done.Store(true)
	reading.Wait()
	if tally, err := store.Tally(t.Context(), audit.Query{Project: "p"}, audit.Group{Steps: 10}); err != nil || tally.Total != writers*batches*size {
		t.Errorf("there are %d logs, %v; want %d", tally.Total, err, writers*batches*size)
	}
	if err := store.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
}

// one asks for a page, and then of its snapshot in other ways.
func one(t *testing.T, store audit.LogStore, q audit.Query) {
	page, err := store.Search(t.Context(), q)
	if err != nil {
		t.Errorf("%s: %v", show(q), err)
		return
	}
	for i := 1; i < len(page.Logs); i++ {
		if compare(q.Order, &page.Logs[i-1], &page.Logs[i]) >= 0 {
			t.Errorf("%s: %s stands before %s", show(q), line(&page.Logs[i-1]), line(&page.Logs[i]))
		}
	}
	q.AsOf = page.AsOf
	tally, err := store.Tally(t.Context(), q, audit.Group{Field: "result"})
	if err != nil {
		t.Errorf("%s: %v", show(q), err)
		return
	}
	scanned := int64(0)
	for _, err := range store.Scan(t.Context(), q) {
		if err != nil {
			t.Errorf("%s: %v", show(q), err)
			return
		}
		scanned++
	}
	if scanned != tally.Total || page.Total > tally.Total || page.TotalExact && page.Total != tally.Total {
		t.Errorf("%s: a page says %d (exact %v), a tally %d, a scan has %d", show(q), page.Total, page.TotalExact, tally.Total, scanned)
	}
}
