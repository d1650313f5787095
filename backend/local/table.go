package local

import (
	"bytes"
	"cmp"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// table is one noun of the catalog, all of it in memory: there are few projects,
// keys and views, and some thousand tasks. A change is on disk before it is seen.
type table[T any] struct {
	store  *Store
	noun   string // in keys and messages
	id     func(*T) rowID
	change sync.Mutex // held over a change, so that memory follows the disk

	mu   sync.RWMutex
	rows map[rowID]T
}

// rowID says which project a row belongs to and what it is called there.
type rowID struct{ project, id string }

// stored is a row as it is stored: JSON that says its version.
type stored[T any] struct {
	Version int `json:"v"`
	Row     T   `json:"row"`
}

const rowVersion = 1

func (t *table[T]) key(id rowID) []byte {
	return []byte(string(rune(keyCatalog)) + t.noun + "\x00" + id.project + "\x00" + id.id)
}

func (t *table[T]) load(txn *badger.Txn) error {
	t.rows = map[rowID]T{}
	prefix := []byte(string(rune(keyCatalog)) + t.noun + "\x00")
	it := txn.NewIterator(badger.IteratorOptions{Prefix: prefix, PrefetchValues: true, PrefetchSize: 100})
	defer it.Close()
	for it.Rewind(); it.Valid(); it.Next() {
		var row stored[T]
		err := it.Item().Value(func(v []byte) error { return json.Unmarshal(v, &row) })
		if err != nil {
			return &audit.Error{Code: audit.Damaged, Message: fmt.Sprintf("A stored %s cannot be read.", t.noun), Cause: err}
		}
		project, id, _ := strings.Cut(string(bytes.TrimPrefix(it.Item().Key(), prefix)), "\x00")
		t.rows[rowID{project, id}] = row.Row
	}
	return nil
}

func (t *table[T]) get(id rowID) (T, bool) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	row, ok := t.rows[id]
	return row, ok
}

func (t *table[T]) put(ctx context.Context, row T) error {
	t.change.Lock()
	defer t.change.Unlock()
	id := t.id(&row)
	v, err := json.Marshal(stored[T]{rowVersion, row})
	if err != nil {
		return fmt.Errorf("store a %s: %w", t.noun, err)
	}
	// What is kept is what was stored, not memory that the caller goes on with.
	var kept stored[T]
	if err := json.Unmarshal(v, &kept); err != nil {
		return fmt.Errorf("store a %s: %w", t.noun, err)
	}
	if err := t.store.writer.put(ctx, keyValue{t.key(id), v}); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.rows[id] = kept.Row
	return nil
}

// remove removes rows at once; those that are not there are no error.
func (t *table[T]) remove(ctx context.Context, ids ...rowID) error {
	t.change.Lock()
	defer t.change.Unlock()
	kvs := make([]keyValue, 0, len(ids))
	for _, id := range ids {
		kvs = append(kvs, keyValue{key: t.key(id)})
	}
	if err := t.store.writer.put(ctx, kvs...); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, id := range ids {
		delete(t.rows, id)
	}
	return nil
}

// all gives the rows that keep wants, in an order.
func (t *table[T]) all(keep func(*T) bool, order func(a, b *T) int) []T {
	t.mu.RLock()
	rows := make([]T, 0, len(t.rows))
	for _, row := range t.rows {
		if keep(&row) {
			rows = append(rows, row)
		}
	}
	t.mu.RUnlock()
	slices.SortFunc(rows, func(a, b T) int { return order(&a, &b) })
	return rows
}

// ofProject are the ids of a project's rows.
func (t *table[T]) ofProject(project string) (ids []rowID) {
	t.mu.RLock()
	defer t.mu.RUnlock()
	for id := range t.rows {
		if id.project == project {
			ids = append(ids, id)
		}
	}
	return ids
}

// listPlace is where a row stands in a list, newest first.
type listPlace struct {
	Version int    `json:"v"`
	Noun    string `json:"n"`
	Query   string `json:"q"`
	Time    int64  `json:"t"`
	ID      string `json:"i"`
}

// listPage gives a page of a table, newest first, then by descending id.
func listPage[T any](t *table[T], q audit.ListQuery, created func(*T) time.Time) (audit.List[T], error) {
	limit, err := listLimit(q.Limit)
	if err != nil {
		return audit.List[T]{}, err
	}
	e := q.Filter
	if e == nil {
		e = filter.All()
	}
	place := func(row *T) listPlace {
		return listPlace{1, t.noun, q.Project + "\x00" + filter.TextOf(e), created(row).UnixNano(), t.id(row).id}
	}
	compare := func(a, b listPlace) int { return cmp.Or(cmp.Compare(b.Time, a.Time), cmp.Compare(b.ID, a.ID)) }
	matcher := filter.Compile(e, time.Now())
	rows := t.all(func(row *T) bool {
		return (q.Project == "" || t.id(row).project == q.Project) && matcher.Match(row)
	}, func(a, b *T) int { return compare(place(a), place(b)) })
	page := audit.List[T]{Total: int64(len(rows))}
	if q.Cursor != "" {
		after, err := parseListPlace(q.Cursor)
		if err != nil {
			return page, err
		}
		if after.Noun != t.noun || after.Query != q.Project+"\x00"+filter.TextOf(e) {
			return page, audit.Errorf(audit.Invalid, "The cursor belongs to another list; begin again without a cursor.")
		}
		for len(rows) > 0 && compare(place(&rows[0]), after) <= 0 {
			rows = rows[1:]
		}
	}
	page.Items = rows[:min(limit, len(rows))]
	if len(rows) > limit {
		b, err := json.Marshal(place(&page.Items[limit-1]))
		if err != nil {
			return page, err
		}
		page.Next = base64.RawURLEncoding.EncodeToString(b)
	}
	return page, nil
}

func listLimit(limit int) (int, error) {
	switch {
	case limit < 0:
		return 0, audit.Errorf(audit.Invalid, "A page cannot have %d entries.", limit)
	case limit > audit.MaxLimit:
		return 0, audit.Errorf(audit.Invalid, "A page has at most %d entries; %d were asked for. Follow next for more.", audit.MaxLimit, limit)
	case limit == 0:
		return audit.DefaultLimit, nil
	}
	return limit, nil
}

func parseListPlace(text string) (p listPlace, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err == nil {
		err = json.Unmarshal(b, &p)
	}
	if err != nil || p.Version != 1 {
		return p, audit.Errorf(audit.Invalid, "The cursor is not one that this program gave; begin again without a cursor.")
	}
	return p, nil
}
