package local

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// writer is the one goroutine that changes the database. What waits for it is
// done in order; appends to one project that wait together are committed
// together. There is no waiting for more: while one transaction is synced, the
// next one gathers by itself.
type writer struct {
	store    *Store
	requests chan *request
	ended    chan struct{}

	txnBytes   int
	nextNumber uint32
	encoder    encoder
}

// request is something to write: logs, or run.
type request struct {
	ctx  context.Context
	done chan error

	project string
	logs    []audit.Log
	mark    *newMark
	added   int

	run func() error
}

// newMark is a mark to set, whose value depends on how many logs are new.
type newMark struct {
	name  string
	value func(added int) []byte
}

type keyValue struct {
	key, value []byte // a nil value deletes
}

// groupBytes is how much of logs is committed together, as they lie in memory.
const groupBytes = 4 << 20

func newWriter(s *Store) *writer {
	return &writer{store: s, requests: make(chan *request, 64), ended: make(chan struct{})}
}

// do hands a request over and waits for it. Once the writer has begun with it,
// it is finished whatever becomes of ctx.
func (w *writer) do(ctx context.Context, r *request) error {
	if err := ctx.Err(); err != nil {
		return canceled(err)
	}
	r.ctx, r.done = ctx, make(chan error, 1)
	select {
	case w.requests <- r:
		return <-r.done
	case <-ctx.Done():
		return canceled(ctx.Err())
	}
}

func canceled(cause error) error {
	return &audit.Error{Code: audit.Canceled, Message: "The work was canceled.", Cause: cause}
}

// put writes keys in one synced transaction.
func (w *writer) put(ctx context.Context, kvs ...keyValue) error {
	return w.do(ctx, &request{run: func() error { return w.commit(kvs) }})
}

// close ends the writer when everything that waits is done.
func (w *writer) close() {
	close(w.requests)
	<-w.ended
}

func (w *writer) loop() {
	defer close(w.ended)
	var waiting *request
	for {
		r := waiting
		waiting = nil
		if r == nil {
			var ok bool
			if r, ok = <-w.requests; !ok {
				return
			}
		}
		if r.run != nil {
			r.done <- w.guarded(r.ctx, r.run)
			continue
		}
		group := []*request{r}
		size := sizeOf(r.logs)
		for size < groupBytes && waiting == nil {
			select {
			case next, ok := <-w.requests:
				switch {
				case !ok: // the next receive finds that out again
					size = groupBytes
				case next.run != nil || next.project != r.project:
					waiting = next
				default:
					group = append(group, next)
					size += sizeOf(next.logs)
				}
			default:
				size = groupBytes
			}
		}
		w.append(group)
	}
}

// guarded runs something unless nothing can be written any more.
func (w *writer) guarded(ctx context.Context, run func() error) error {
	if err := ctx.Err(); err != nil {
		return canceled(err)
	}
	if err := w.store.writable(); err != nil {
		return err
	}
	return run()
}

// writable says why nothing can be written, nil when it can.
func (s *Store) writable() error {
	if err := s.readOnly.Load(); err != nil {
		return err
	}
	return s.checkSpace()
}

func sizeOf(logs []audit.Log) (n int) {
	for i := range logs {
		l := &logs[i]
		n += 500 + len(l.URL) + len(l.Message) + len(l.Request.Body) + len(l.Response.Body) + len(l.Attributes)
	}
	return n
}

// append commits a group of appends to one project and answers each.
func (w *writer) append(group []*request) {
	err := w.store.writable()
	if err == nil {
		live := group[:0:0]
		for _, r := range group {
			if err := r.ctx.Err(); err != nil {
				r.done <- canceled(err)
				continue
			}
			live = append(live, r)
		}
		group = live
		err = w.appendLogs(group)
	}
	for _, r := range group {
		r.done <- err
	}
}

func (w *writer) appendLogs(group []*request) error {
	if len(group) == 0 {
		return nil
	}
	p := w.store.find(group[0].project)
	fresh, err := w.fresh(p, group)
	if err != nil {
		return err
	}
	var final []keyValue
	for _, r := range group {
		if r.mark != nil {
			final = append(final, keyValue{markKey(r.mark.name), append([]byte{}, r.mark.value(r.added)...)})
		}
	}
	if len(fresh) == 0 {
		if len(final) == 0 {
			return nil
		}
		return w.commit(final)
	}
	if p == nil {
		p = &project{store: w.store, name: group[0].project, number: w.nextNumber}
		final = append(final, keyValue{[]byte{keyNumbers}, binary.BigEndian.AppendUint32(nil, p.number+1)})
	}
	begin := p.count.Load()
	end := begin + uint64(len(fresh))
	if err := w.writeLogs(p, begin, fresh, append(final, keyValue{projectKey(p.name), p.encode(end)})); err != nil {
		return err
	}
	w.nextNumber = max(w.nextNumber, p.number+1)
	p.publish(begin, fresh)
	return nil
}

// fresh gives the logs that are not stored yet, each ID once, and tells the
// requests how many of theirs these are.
func (w *writer) fresh(p *project, group []*request) ([]*audit.Log, error) {
	n := 0
	for _, r := range group {
		n += len(r.logs)
	}
	fresh := make([]*audit.Log, 0, n)
	seen := make(map[string]struct{}, n)
	for _, r := range group {
		r.added = 0
		for i := range r.logs {
			l := &r.logs[i]
			if _, twice := seen[l.ID]; twice {
				continue
			}
			seen[l.ID] = struct{}{}
			if p != nil {
				stored, err := p.has(l.ID)
				if err != nil {
					return nil, fmt.Errorf("look for stored ids: %w", err)
				}
				if stored {
					continue
				}
			}
			fresh = append(fresh, l)
			r.added++
		}
	}
	return fresh, nil
}

// publish makes logs that are on disk visible.
func (p *project) publish(begin uint64, logs []*audit.Log) {
	rows := uint64(p.store.rows)
	for i, l := range logs {
		number := begin + uint64(i)
		part := p.partition(int(number / rows))
		part.grew(l)
	}
	p.count.Store(begin + uint64(len(logs)))
	if begin == 0 {
		p.store.mu.Lock()
		p.store.projects[p.name] = p
		p.store.mu.Unlock()
	}
	p.store.indexer.wake()
}

// grew adds the next row to the columns.
func (p *partition) grew(l *audit.Log) {
	p.mu.Lock()
	if p.growing == nil {
		p.growing = newGrowing() // prepare has opened it if it has rows
	}
	g := p.growing
	t := nanos(l.Time)
	p.min, p.max = min(p.min, t), max(p.max, t)
	p.mu.Unlock()
	g.add(l)
}

// maxTxnBytes is how much goes into one transaction. Badger refuses more than
// 15 % of a memtable, 4.8 MB.
const maxTxnBytes = 3 << 20

// writeLogs stores logs under the arrival numbers from begin. Everything stays
// invisible, and is removed by the next open, unless the last transaction, which
// has the project's new count, is committed.
func (w *writer) writeLogs(p *project, begin uint64, logs []*audit.Log, final []keyValue) error {
	var early []keyValue
	size := 0
	put := func(kvs []keyValue, last bool) error {
		if last {
			final = append(final, kvs...)
			return nil
		}
		for _, kv := range kvs {
			if size += len(kv.key) + len(kv.value); size > w.txnBytes {
				if err := w.commit(early); err != nil {
					return err
				}
				early, size = early[:0], len(kv.value)
			}
			early = append(early, kv)
		}
		return nil
	}
	rows := uint64(w.store.rows)
	for len(logs) > 0 {
		part := p.partition(int(begin / rows))
		if _, _, err := part.open(); err != nil {
			return err
		}
		row := int(begin % rows)
		n := min(blockRows-row%blockRows, len(logs))
		if err := w.encoder.encode(part, row, logs[:n], put); err != nil {
			return err
		}
		begin += uint64(n)
		logs = logs[n:]
	}
	if size < w.txnBytes/2 {
		return w.commit(append(early, final...))
	}
	if err := w.commit(early); err != nil {
		return err
	}
	return w.commit(final)
}

// commit writes keys in one transaction that is on disk when it returns.
func (w *writer) commit(kvs []keyValue) error {
	if len(kvs) == 0 {
		return nil
	}
	err := w.store.db.Update(func(txn *badger.Txn) error {
		for _, kv := range kvs {
			var err error
			if kv.value == nil {
				err = txn.Delete(kv.key)
			} else {
				err = txn.Set(kv.key, kv.value)
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err == nil || errors.Is(err, badger.ErrTxnTooBig) {
		return err
	}
	// After a failed sync nobody knows what is on disk: the store must be
	// opened again, which finds out.
	broken := &audit.Error{
		Code:    audit.ReadOnly,
		Message: "The disk did not take what was written, so nothing more is written. Look at the disk, then start the program again; what was acknowledged is there.",
		Cause:   err,
	}
	w.store.readOnly.Store(broken)
	return broken
}

// encoder turns logs into keys and values.
type encoder struct{}

// encode makes the keys of up to 16 logs that begin at a row and end at most at
// the end of its block. put gets them; what has to be in the last transaction,
// because it removes acknowledged rows from where they were, with last.
func (e *encoder) encode(part *partition, row int, logs []*audit.Log, put func(kvs []keyValue, last bool) error) error {
	generation, _ := part.state()
	prefix := generationPrefix(part.project.number, uint32(part.number), generation)
	first := row &^ (blockRows - 1)
	complete := row+len(logs) == first+blockRows
	for _, k := range []kind{head, body} {
		var slots []slot
		if complete && row > first {
			old, err := part.singles(first, row, k)
			if err != nil {
				return err
			}
			slots = old
		}
		for i, l := range logs {
			s, apart := e.slot(l, k)
			if apart != nil {
				if err := put(chunks(recordKey(prefix, k.large(), row+i), apart), false); err != nil {
					return err
				}
			}
			slots = append(slots, s)
		}
		if complete {
			kvs := chunks(recordKey(prefix, k.block(), first/blockRows), packBlock(slots))
			for r := first; r < row; r++ {
				kvs = append(kvs, keyValue{key: recordKey(prefix, k.single(), r)})
			}
			if err := put(kvs, row > first); err != nil {
				return err
			}
			continue
		}
		for i, s := range slots {
			if err := put(chunks(recordKey(prefix, k.single(), row+i), packBlock([]slot{s})), false); err != nil {
				return err
			}
		}
	}
	return nil
}

// slot gives what a block has for a log, and the value to store apart if the
// record is too large for it.
func (e *encoder) slot(l *audit.Log, k kind) (s slot, apart []byte) {
	if k == head {
		s.record = appendHead(nil, l)
	} else {
		s.record = appendBody(nil, l)
	}
	if len(s.record) > maxInline {
		return slot{apart: true}, packBlock([]slot{s})
	}
	return s, nil
}

// singles reads the slots of rows that are not in a block yet.
func (p *partition) singles(from, to int, k kind) ([]slot, error) {
	generation, _ := p.state()
	prefix := generationPrefix(p.project.number, uint32(p.number), generation)
	r := p.reader()
	var slots []slot
	for row := from; row < to; row++ {
		var u unpacked
		err := r.fetch(&u, recordKey(prefix, k.single(), row))
		if err != nil {
			return nil, fmt.Errorf("pack rows: %w", err)
		}
		slots = append(slots, u.slots[0])
	}
	return slots, nil
}

// chunks cuts a value to what Badger keeps out of its value log.
func chunks(first, value []byte) []keyValue {
	kvs := []keyValue{{first, value[:min(len(value), maxValue)]}}
	for at, n := maxValue, 1; at < len(value); at, n = at+maxValue, n+1 {
		kvs = append(kvs, keyValue{chunkKey(first, n), value[at:min(len(value), at+maxValue)]})
	}
	return kvs
}
