package local

import (
	"encoding/base64"
	"encoding/binary"
	"math"

	"projectlogs/backend/audit"
)

// view is a project as one question sees it: the rows below a high-water mark,
// without those that are purged. Logs that arrive later are not in it.
type view struct {
	project *project // nil where there is none
	asOf    snapshot
	parts   []*slice
}

// slice is a partition in a view. A partition that grows is seen through a
// snapshot of its columns.
type slice struct {
	part     *partition
	rows     int
	visible  bitset
	grown    *grown
	ids      *column // once somebody asked
	min, max int64   // of the times of the partition, at least of the visible rows
}

// snapshot is what Page.AsOf names: a high-water mark of a project's arrival
// numbers. A project that was dropped and begun again has another number.
type snapshot struct {
	project uint32
	count   uint64
}

const snapshotVersion = 1

func (s snapshot) String() string {
	b := binary.AppendUvarint([]byte{snapshotVersion}, uint64(s.project))
	return base64.RawURLEncoding.EncodeToString(binary.AppendUvarint(b, s.count))
}

func parseSnapshot(text, parameter string) (s snapshot, err error) {
	b, err := base64.RawURLEncoding.DecodeString(text)
	if err != nil || len(b) < 3 || b[0] != snapshotVersion {
		return s, badSnapshot(text, parameter)
	}
	number, n := binary.Uvarint(b[1:])
	if n <= 0 || number > math.MaxUint32 {
		return s, badSnapshot(text, parameter)
	}
	count, m := binary.Uvarint(b[1+n:])
	if m <= 0 || 1+n+m != len(b) {
		return s, badSnapshot(text, parameter)
	}
	return snapshot{uint32(number), count}, nil
}

func badSnapshot(text, parameter string) error {
	return audit.Errorf(audit.Invalid, "%s %q is no snapshot of this project; take it from an answer of the same project.", parameter, text)
}

// view gives the project as a query asks to see it.
func (s *Store) view(q audit.Query) (*view, error) {
	v := &view{project: s.find(q.Project)}
	if v.project != nil {
		v.asOf = snapshot{v.project.number, v.project.count.Load()}
	}
	count, err := v.bound(q.AsOf, "as_of", v.asOf.count)
	if err != nil {
		return nil, err
	}
	since, err := v.bound(q.Since, "since", 0)
	if err != nil {
		return nil, err
	}
	if q.AsOf != "" {
		v.asOf.count = count
	}
	if v.project == nil {
		return v, nil
	}
	for _, part := range v.project.partitions() {
		if part.first() >= count {
			break
		}
		from := uint64(0)
		if since > part.first() {
			from = since - part.first()
		}
		rows := min(count-part.first(), uint64(s.rows))
		if from >= rows {
			continue
		}
		sl, err := part.slice(int(from), int(rows))
		if err != nil {
			return nil, err
		}
		if !sl.visible.empty() {
			v.parts = append(v.parts, sl)
		}
	}
	return v, nil
}

// bound reads a snapshot; without a text it is otherwise.
func (v *view) bound(text, parameter string, otherwise uint64) (uint64, error) {
	if text == "" {
		return otherwise, nil
	}
	s, err := parseSnapshot(text, parameter)
	if err != nil {
		return 0, err
	}
	// A project that had no logs yet has number 0 and count 0.
	if s.count > v.asOf.count || s.project != v.asOf.project && s.count > 0 {
		return 0, badSnapshot(text, parameter)
	}
	return s.count, nil
}

func (p *partition) slice(from, rows int) (*slice, error) {
	g, _, err := p.open()
	if err != nil {
		return nil, err
	}
	s := &slice{part: p, rows: rows, visible: rangeBitset(rows, from, rows)}
	p.mu.RLock()
	s.visible.andNot(p.purged)
	s.visible.andNot(p.damaged)
	s.min, s.max = p.min, p.max
	p.mu.RUnlock()
	if g != nil {
		s.grown = g.snapshot()
	}
	return s, nil
}

// column gives a column, from the snapshot or from the file.
func (s *slice) column(i int) (*column, error) {
	if s.grown != nil {
		return s.grown.column(i)
	}
	return sectionOf(s, columnFields[i].Name, func(f *columnFile) (*column, int64, error) {
		c, err := f.column(i)
		if err != nil {
			return nil, 0, err
		}
		return c, c.bytes(), nil
	})
}

// times gives the time of each row in Unix nanoseconds.
func (s *slice) times() ([]int64, error) {
	if s.grown != nil {
		return s.grown.timesOf()
	}
	return sectionOf(s, timesSection, func(f *columnFile) ([]int64, int64, error) {
		t, err := f.times()
		return t, int64(8 * len(t)), err
	})
}

// order gives the rows of the partition by time, then id; there may be more
// than the slice has.
func (s *slice) order() ([]uint16, error) {
	if s.grown != nil {
		return s.grown.orderOf()
	}
	return sectionOf(s, orderSection, func(f *columnFile) ([]uint16, int64, error) {
		o, err := f.order()
		return o, int64(2 * len(o)), err
	})
}

// sectionOf reads a section of the column file through the cache. A file that
// turns out to be damaged is built again.
func sectionOf[T any](s *slice, name string, read func(f *columnFile) (T, int64, error)) (T, error) {
	for attempt := 0; ; attempt++ {
		_, f, err := s.part.open()
		if err == nil && f == nil { // it was damaged and is being built again
			if err = s.part.writeFile(); err == nil {
				continue
			}
		}
		if err != nil {
			var none T
			return none, err
		}
		value, err := load(s.part.project.store.cache, cacheKey{f.path, name}, func() (T, int64, error) { return read(f) })
		if err == nil || attempt == maxRebuilds {
			return value, err
		}
		s.part.discard(f, err)
	}
}

// idAt gives the id of a row.
func (s *slice) idAt(row int) (string, error) {
	if s.ids == nil {
		c, err := s.column(columnOf["id"])
		if err != nil {
			return "", err
		}
		s.ids = c
	}
	return s.ids.text(row), nil
}
