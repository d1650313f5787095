package local

import (
	"errors"
	"unsafe"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// errPurged says that a row is a hole.
var errPurged = errors.New("the log was purged")

// reader reads the logs of one partition. It keeps some unpacked blocks, since
// rows that are asked for one after another mostly lie together. It is for one
// goroutine.
type reader struct {
	part   *partition
	blocks [2][readerBlocks]unpacked
}

const readerBlocks = 32

// unpacked is a block, or a single row, ready to be read.
type unpacked struct {
	generation uint32
	first      int // its first row
	slots      []slot
	raw        []byte
}

func (p *partition) reader() *reader { return &reader{part: p} }

// read sets what the kind has of a log. Its strings are copies.
func (r *reader) read(row int, k kind, l *audit.Log) error {
	rec, err := r.record(row, k)
	if err != nil {
		return err
	}
	if k == head {
		return r.at(row, decodeHead(string(rec), l))
	}
	return r.at(row, decodeBody(string(rec), l, true))
}

// whole reads a whole log.
func (r *reader) whole(row int, l *audit.Log) error {
	if err := r.read(row, head, l); err != nil {
		return err
	}
	return r.read(row, body, l)
}

// peek is read for a log that is looked at and forgotten before the next call:
// its strings are parts of the reader's memory.
func (r *reader) peek(row int, k kind, l *audit.Log, headers bool) error {
	rec, err := r.record(row, k)
	if err != nil {
		return err
	}
	s := unsafe.String(unsafe.SliceData(rec), len(rec))
	if k == head {
		return r.at(row, decodeHead(s, l))
	}
	return r.at(row, decodeBody(s, l, headers))
}

func (r *reader) at(row int, err error) error {
	if err == nil {
		return nil
	}
	return damagedBytes("log number %d of project %s: %v", r.part.first()+uint64(row), r.part.project.name, err)
}

// record gives the bytes of a record; they are valid until the next call.
//
// A purge may rewrite the partition, and an append may pack single rows into a
// block, while somebody reads: what was not found is looked for where it is now.
func (r *reader) record(row int, k kind) ([]byte, error) {
	for {
		generation, _ := r.part.state()
		rec, err := r.find(generation, row, k)
		if !isMissing(err) {
			return rec, err
		}
		now, purged := r.part.state()
		switch {
		case now != generation:
			continue
		case purged != nil && purged.has(row):
			return nil, errPurged
		}
		return nil, r.at(row, errors.New("it is not there"))
	}
}

func (r *reader) find(generation uint32, row int, k kind) ([]byte, error) {
	first := row &^ (blockRows - 1)
	prefix := generationPrefix(r.part.project.number, uint32(r.part.number), generation)
	u := &r.blocks[k][first/blockRows%readerBlocks]
	if u.slots == nil || u.generation != generation || row < u.first || row >= u.first+len(u.slots) {
		if err := r.unpack(u, prefix, generation, row, k); err != nil {
			return nil, err
		}
	}
	s := u.slots[row-u.first]
	switch {
	case s.apart:
		var one unpacked
		if err := r.fetch(&one, recordKey(prefix, k.large(), row)); err != nil {
			return nil, err
		}
		return one.slots[0].record, nil
	case s.record == nil:
		return nil, errPurged
	}
	return s.record, nil
}

func (r *reader) unpack(u *unpacked, prefix []byte, generation uint32, row int, k kind) error {
	first := row &^ (blockRows - 1)
	block, single := recordKey(prefix, k.block(), first/blockRows), recordKey(prefix, k.single(), row)
	u.slots = nil
	var err error
	if first+blockRows <= r.part.rows() {
		err = r.fetch(u, block)
	} else if err = r.fetch(u, single); isMissing(err) {
		err = r.fetch(u, block) // packed meanwhile
	}
	if err != nil {
		u.slots = nil
		return err
	}
	u.generation, u.first = generation, first
	if len(u.slots) == 1 {
		u.first = row
	}
	return nil
}

// fetch reads and unpacks the value that begins at key.
func (r *reader) fetch(u *unpacked, key []byte) error {
	return r.part.project.store.db.View(func(txn *badger.Txn) error {
		item, err := txn.Get(key)
		if err != nil {
			return err
		}
		return item.Value(func(v []byte) error {
			if len(v) == maxValue {
				if v, err = joinChunks(txn, key, v); err != nil {
					return err
				}
			}
			if u.raw, err = unseal(v, u.raw[:0]); err != nil {
				return err
			}
			u.slots, err = unpackBlock(u.raw, u.slots)
			return err
		})
	})
}

// joinChunks gives the whole of a value that was cut.
func joinChunks(txn *badger.Txn, first, v []byte) ([]byte, error) {
	whole := append([]byte(nil), v...)
	for chunk := 1; ; chunk++ {
		item, err := txn.Get(chunkKey(first, chunk))
		if isMissing(err) {
			return whole, nil
		}
		if err != nil {
			return nil, err
		}
		before := len(whole)
		if whole, err = appendValue(item, whole); err != nil {
			return nil, err
		}
		if len(whole)-before < maxValue {
			return whole, nil
		}
	}
}

func appendValue(item *badger.Item, b []byte) ([]byte, error) {
	err := item.Value(func(v []byte) error {
		b = append(b, v...)
		return nil
	})
	return b, err
}
