package local

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// A purge has three steps, and a crash between any two is finished by the next
// open:
//
//  1. One transaction marks the rows as purged in every partition concerned.
//     From then on nobody finds them.
//  2. Each of these partitions is written again without them, under its next
//     generation, and its columns and text index are thrown away.
//  3. The prefix of the old generation is dropped while its keys are live:
//     that, and not deleting keys, makes Badger rewrite every file that has
//     their bytes.

// Purge removes every match; see audit.LogStore. When it returns, no byte of
// them is in any file of the store.
func (s *Store) Purge(ctx context.Context, q audit.Query) (removed int, err error) {
	if err := s.users.enter(); err != nil {
		return 0, err
	}
	defer s.users.leave()
	_, _, all, err := s.ask(ctx, q)
	if err != nil {
		return 0, err
	}
	if _, err := decideAll(all, time.Time{}); err != nil {
		return 0, err
	}
	if count(all) == 0 {
		return 0, nil
	}
	var parts []*partition
	if err := s.writer.do(ctx, &request{run: func() (err error) {
		removed, parts, err = s.writer.purge(all)
		return err
	}}); err != nil {
		return 0, err
	}
	// What was begun is finished, and others may write in between.
	ctx = context.WithoutCancel(ctx)
	for _, part := range parts {
		if err := s.writer.do(ctx, &request{run: func() error { return s.writer.rewrite(part) }}); err != nil {
			return removed, fmt.Errorf("remove purged logs from the disk: %w", err)
		}
	}
	err = s.writer.do(ctx, &request{run: s.writer.collectGarbage})
	s.indexer.wake()
	return removed, err
}

// purge marks matches as purged, in one transaction, and gives the partitions
// that have to be written again.
func (w *writer) purge(all []*matches) (removed int, parts []*partition, err error) {
	var kvs []keyValue
	var purged []bitset
	for _, m := range all {
		part := m.slice.part
		if w.store.find(part.project.name) != part.project {
			return 0, nil, nil // dropped meanwhile, and with it the logs
		}
		generation, before := part.state()
		rows := newBitset(w.store.rows)
		if before != nil {
			rows.or(before)
		}
		already := rows.count()
		rows.orAll(m.yes)
		if rows.count() == already {
			continue
		}
		removed += rows.count() - already
		v, err := encodePartition(generation, rows, true)
		if err != nil {
			return 0, nil, err
		}
		kvs = append(kvs, keyValue{partitionKey(part.project.number, uint32(part.number)), v})
		parts = append(parts, part)
		purged = append(purged, rows)
	}
	if err := w.commit(kvs); err != nil {
		return 0, nil, err
	}
	for i, part := range parts {
		part.mu.Lock()
		part.purged, part.rewrite = purged[i], true
		part.mu.Unlock()
	}
	return removed, parts, nil
}

// rewrite writes a partition again under its next generation. The old one is
// garbage then.
func (w *writer) rewrite(part *partition) error {
	if part.project.dropped.Load() || !part.leftover() {
		return nil // another purge has done it
	}
	part.build.Lock() // nobody writes or reads a column file of the old generation
	defer part.build.Unlock()
	generation, purged := part.state()
	old := generationPrefix(part.project.number, uint32(part.number), generation)
	next := generationPrefix(part.project.number, uint32(part.number), generation+1)

	// Should this be cut short, what was written so far is garbage.
	if err := w.commit([]keyValue{{garbageKey(next), []byte{}}}); err != nil {
		return err
	}
	if err := w.copyRows(part, old, next, purged); err != nil {
		return err
	}
	state, err := encodePartition(generation+1, purged, false)
	if err != nil {
		return err
	}
	if err := w.commit([]keyValue{
		{partitionKey(part.project.number, uint32(part.number)), state},
		{key: garbageKey(next)},
		{garbageKey(old), []byte{}},
	}); err != nil {
		return err
	}
	part.mu.Lock()
	file, index := part.file, part.text
	part.generation, part.rewrite = generation+1, false
	part.growing, part.file, part.text = nil, nil, nil
	part.mu.Unlock()
	if file != nil {
		w.store.cache.forget(file.path)
	}
	index.close()
	return part.removeFiles(func(g uint32) bool { return g <= generation })
}

// copyRows copies the rows that are not purged. Blocks without a purged row are
// copied as they are.
func (w *writer) copyRows(part *partition, old, next []byte, purged bitset) error {
	var kvs []keyValue
	size := 0
	put := func(more []keyValue) error {
		for _, kv := range more {
			if size += len(kv.key) + len(kv.value); size > w.txnBytes {
				if err := w.commit(kvs); err != nil {
					return err
				}
				kvs, size = kvs[:0], len(kv.value)
			}
			kvs = append(kvs, kv)
		}
		return nil
	}
	r := part.reader()
	rows := part.rows()
	for first := 0; first < rows; first += blockRows {
		for _, k := range []kind{head, body} {
			units := []unit{{k.block(), first / blockRows, first, blockRows}}
			if first+blockRows > rows {
				units = units[:0]
				for row := first; row < rows; row++ {
					units = append(units, unit{k.single(), row, row, 1})
				}
			}
			for _, u := range units {
				more, err := r.copyUnit(u, k, old, next, purged)
				if err != nil {
					return err
				}
				if err := put(more); err != nil {
					return err
				}
			}
		}
	}
	return w.commit(kvs)
}

// unit is a value of one or more rows.
type unit struct {
	family            family
	number, row, rows int
}

func (r *reader) copyUnit(u unit, k kind, old, next []byte, purged bitset) (kvs []keyValue, err error) {
	var b unpacked
	if err := r.fetch(&b, recordKey(old, u.family, u.number)); err != nil {
		return nil, fmt.Errorf("read %c %d: %w", u.family, u.number, err)
	}
	for i := range b.slots {
		row := u.row + i
		if purged.has(row) {
			b.slots[i] = slot{}
			continue
		}
		if b.slots[i].apart {
			var large unpacked
			if err := r.fetch(&large, recordKey(old, k.large(), row)); err != nil {
				return nil, fmt.Errorf("read a large record: %w", err)
			}
			kvs = append(kvs, chunks(recordKey(next, k.large(), row), packBlock(large.slots))...)
		}
	}
	return append(kvs, chunks(recordKey(next, u.family, u.number), packBlock(b.slots))...), nil
}

// collectGarbage drops every prefix that is marked as garbage.
func (w *writer) collectGarbage() error {
	var prefixes [][]byte
	var marks []keyValue
	err := w.store.db.View(func(txn *badger.Txn) error {
		it := txn.NewIterator(badger.IteratorOptions{Prefix: []byte{keyGarbage}})
		defer it.Close()
		for it.Rewind(); it.Valid(); it.Next() {
			k := it.Item().KeyCopy(nil)
			prefixes = append(prefixes, k[1:])
			marks = append(marks, keyValue{key: k})
		}
		return nil
	})
	if err != nil || len(prefixes) == 0 {
		return err
	}
	if err := w.store.db.DropPrefix(prefixes...); err != nil {
		return fmt.Errorf("drop what was purged: %w", err)
	}
	return w.commit(marks)
}

// removeFiles removes the derived files of generations.
func (p *partition) removeFiles(which func(generation uint32) bool) error {
	entries, err := os.ReadDir(p.project.folder())
	if os.IsNotExist(err) {
		return nil
	}
	if err != nil {
		return err
	}
	for _, e := range entries {
		var number int
		var generation uint32
		if n, _ := fmt.Sscanf(e.Name(), "%d-%d", &number, &generation); n == 2 && number == p.number && which(generation) {
			if err := os.Remove(filepath.Join(p.project.folder(), e.Name())); err != nil && !os.IsNotExist(err) {
				return err
			}
		}
	}
	return syncFolder(p.project.folder())
}

// Drop removes a project's logs at once; see audit.Dropper.

func (s *Store) Drop(ctx context.Context, name string) error {
	if err := s.users.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	return s.writer.do(ctx, &request{run: func() error { return s.writer.drop(name) }})
}

func (w *writer) drop(name string) error {
	p := w.store.find(name)
	if p == nil {
		return nil
	}
	kvs := []keyValue{
		{key: projectKey(name)},
		{garbageKey(projectPrefix(keyRecord, p.number)), []byte{}},
		{garbageKey(projectPrefix(keyPartition, p.number)), []byte{}},
	}
	if err := w.commit(kvs); err != nil {
		return err
	}
	w.store.mu.Lock()
	delete(w.store.projects, name)
	w.store.mu.Unlock()
	p.dropped.Store(true)
	for _, part := range p.partitions() {
		part.forget()
	}
	if err := os.RemoveAll(p.folder()); err != nil {
		return fmt.Errorf("remove the index of project %s: %w", name, err)
	}
	return w.collectGarbage()
}

// forget lets go of the columns and the text index.
func (p *partition) forget() {
	p.build.Lock()
	defer p.build.Unlock()
	p.mu.Lock()
	index := p.text
	if p.file != nil {
		p.project.store.cache.forget(p.file.path)
	}
	p.text = nil
	p.mu.Unlock()
	index.close()
}
