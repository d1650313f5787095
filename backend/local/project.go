package local

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// project is the logs of one project. Only the writer changes it.
type project struct {
	store  *Store
	name   string
	number uint32
	count  atomic.Uint64 // arrival numbers given out: what is below is on disk

	dropped atomic.Bool

	mu    sync.RWMutex
	parts []*partition
}

// projectState is the stored form: version, number, count.
func (p *project) encode(count uint64) []byte {
	b := binary.BigEndian.AppendUint32([]byte{1}, p.number)
	return binary.BigEndian.AppendUint64(b, count)
}

func decodeProject(v []byte) (number uint32, count uint64, err error) {
	if len(v) != 13 || v[0] != 1 {
		return 0, 0, damagedBytes("the state of a project")
	}
	return binary.BigEndian.Uint32(v[1:]), binary.BigEndian.Uint64(v[5:]), nil
}

// find gives a project, nil where nothing was ever appended to it.
func (s *Store) find(name string) *project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.projects[name]
}

func (p *project) partitions() []*partition {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.parts
}

// partition gives the partition of an arrival number. Only the writer makes new ones.
func (p *project) partition(number int) *partition {
	p.mu.Lock()
	defer p.mu.Unlock()
	for len(p.parts) <= number {
		// A copy: views hold the slice as it was.
		p.parts = append(p.parts[:len(p.parts):len(p.parts)], &partition{project: p, number: len(p.parts), min: math.MaxInt64, max: math.MinInt64})
	}
	return p.parts[number]
}

func (p *project) folder() string {
	return filepath.Join(p.store.dir, indexFolder, fmt.Sprint(p.number))
}

// partition is a run of rows. Its columns are those of growing while it grows
// and until its file is written, then those of the file; neither is there until
// somebody asks.
type partition struct {
	project *project
	number  int

	build sync.Mutex // held while columns are read or built

	mu         sync.RWMutex
	generation uint32
	purged     bitset // replaced, never changed; nil is none
	damaged    bitset // the same of rows that cannot be read
	rewrite    bool   // purged rows are still on disk
	growing    *growing
	file       *columnFile
	min, max   int64 // times of the rows, meaningful once growing or file is there
	text       *textIndex
	looked     bool // for a text index that an earlier run left

	finding sync.Mutex // held while looking for one
}

// The stored form of a partition's state: version, flags, generation, purged
// rows as a roaring bitmap. A partition without one has generation 0 and no
// purged rows.
const rewriteFlag = 1

func encodePartition(generation uint32, purged bitset, rewrite bool) ([]byte, error) {
	b := []byte{1, 0}
	if rewrite {
		b[1] = rewriteFlag
	}
	b = binary.BigEndian.AppendUint32(b, generation)
	bitmap, err := purged.roaring().ToBytes()
	return append(b, bitmap...), err
}

func (p *partition) decode(v []byte) error {
	if len(v) < 6 || v[0] != 1 {
		return damagedBytes("the state of a partition")
	}
	r := roaring.New()
	if err := r.UnmarshalBinary(v[6:]); err != nil {
		return damagedBytes("the state of a partition: %v", err)
	}
	p.rewrite = v[1]&rewriteFlag != 0
	p.generation = binary.BigEndian.Uint32(v[2:])
	p.purged = newBitset(p.project.store.rows)
	p.purged.addRoaring(r)
	return nil
}

// first is the arrival number of row 0.
func (p *partition) first() uint64 { return uint64(p.number) * uint64(p.project.store.rows) }

// rows is how many rows are on disk.
func (p *partition) rows() int {
	count := p.project.count.Load()
	if count <= p.first() {
		return 0
	}
	return int(min(count-p.first(), uint64(p.project.store.rows)))
}

// stored is how many rows are not purged.
func (p *partition) stored() int {
	_, purged := p.state()
	return p.rows() - purged.count()
}

func (p *partition) full() bool { return p.rows() == p.project.store.rows }

func (p *partition) state() (generation uint32, purged bitset) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.generation, p.purged
}

func (p *partition) isPurged(row int) bool {
	_, purged := p.state()
	return purged != nil && purged.has(row)
}

func (p *partition) columnPath(generation uint32) string {
	return filepath.Join(p.project.folder(), fmt.Sprintf("%d-%d.col", p.number, generation))
}

// open gives the columns, from memory, from the file, or built from the logs.
// Exactly one of the two is not nil.
func (p *partition) open() (*growing, *columnFile, error) {
	if g, f := p.opened(); g != nil || f != nil {
		return g, f, nil
	}
	p.build.Lock()
	defer p.build.Unlock()
	if g, f := p.opened(); g != nil || f != nil {
		return g, f, nil
	}
	generation, _ := p.state()
	if p.full() {
		f, err := openColumns(p.columnPath(generation), p.project.store.rows)
		if err == nil {
			p.setFile(f)
			return nil, f, nil
		}
		if !errors.Is(err, fs.ErrNotExist) {
			p.project.store.log.Warn("a column file is built again", "file", p.columnPath(generation), "cause", err)
		}
	}
	g, err := p.grow()
	if err != nil {
		return nil, nil, err
	}
	lowest, highest := g.bounds()
	p.mu.Lock()
	p.growing, p.min, p.max = g, lowest, highest
	p.leaveOut(g.damaged)
	p.mu.Unlock()
	return g, nil, nil
}

func (p *partition) opened() (*growing, *columnFile) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.growing, p.file
}

func (p *partition) setFile(f *columnFile) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.file, p.growing = f, nil
	p.min, p.max = f.directory.Min, f.directory.Max
	p.leaveOut(f.directory.Damaged)
}

// grow builds the columns from the stored logs.
func (p *partition) grow() (*growing, error) {
	g := newGrowing()
	r := p.reader()
	var l audit.Log
	for row := range p.rows() {
		err := r.read(row, head, &l)
		switch {
		case errors.Is(err, errPurged):
			g.add(nil)
		case audit.CodeOf(err) == audit.Damaged:
			// One damaged block must not hide the others. Check names its logs.
			p.project.store.log.Error("a damaged log is left out", "cause", err)
			g.add(nil)
			g.damaged = append(g.damaged, row)
		case err != nil:
			return nil, err
		default:
			g.add(&l)
		}
	}
	return g, nil
}

// leaveOut keeps damaged rows out of every answer.
func (p *partition) leaveOut(rows []int) {
	p.damaged = nil
	for _, row := range rows {
		if p.damaged == nil {
			p.damaged = newBitset(p.project.store.rows)
		}
		p.damaged.add(row)
	}
}

// writeFile writes the columns of a full partition and uses them from then on.
func (p *partition) writeFile() error {
	p.build.Lock()
	defer p.build.Unlock()
	g, f := p.opened()
	if f != nil || !p.full() {
		return nil
	}
	if g == nil {
		var err error
		if g, err = p.grow(); err != nil {
			return err
		}
	}
	return p.write(g)
}

// rewriteFile builds the columns of a full partition anew from its logs.
func (p *partition) rewriteFile() error {
	p.build.Lock()
	defer p.build.Unlock()
	g, err := p.grow()
	if err != nil {
		return err
	}
	return p.write(g)
}

// write writes the columns to the file of the generation. The caller holds build.
func (p *partition) write(g *growing) error {
	if p.project.dropped.Load() {
		return audit.Missing("project", p.project.name)
	}
	generation, purged := p.state()
	holes := newBitset(p.project.store.rows)
	holes.orAll(purged)
	for _, row := range g.damaged {
		holes.add(row)
	}
	if err := os.MkdirAll(p.project.folder(), 0o700); err != nil {
		return err
	}
	path := p.columnPath(generation)
	if err := writeColumns(path, g.snapshot(), holes, g.damaged); err != nil {
		return err
	}
	p.project.store.cache.forget(path)
	f, err := openColumns(path, p.project.store.rows)
	if err != nil {
		return err
	}
	p.setFile(f)
	return nil
}

// discard throws a damaged column file away, so that open builds it again.
func (p *partition) discard(f *columnFile, cause error) {
	p.build.Lock()
	defer p.build.Unlock()
	p.mu.Lock()
	if p.file == f {
		p.file = nil
		p.project.store.log.Warn("a damaged column file is built again", "file", f.path, "cause", cause)
		os.Remove(f.path)
		p.project.store.cache.forget(f.path)
	}
	p.mu.Unlock()
	p.project.store.indexer.wake()
}

// allProjects are the projects with logs.
func (s *Store) allProjects() []*project {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return slices.SortedFunc(maps.Values(s.projects), func(a, b *project) int { return cmp.Compare(a.number, b.number) })
}

// has says whether a log with this id is stored.
func (p *project) has(id string) (bool, error) {
	_, row, err := p.locate(id)
	return row >= 0, err
}

// locate finds the row of an id, -1 where there is none.
func (p *project) locate(id string) (*partition, int, error) {
	h := hashID(id)
	parts := p.partitions()
	for i := len(parts) - 1; i >= 0; i-- {
		part := parts[i]
		rows, err := part.candidates(h)
		if err != nil {
			return nil, -1, err
		}
		if len(rows) == 0 {
			continue
		}
		r := part.reader()
		var l audit.Log
		for _, row := range rows {
			if part.isPurged(int(row)) {
				continue
			}
			switch err := r.read(int(row), head, &l); {
			case errors.Is(err, errPurged):
			case err != nil:
				return nil, -1, err
			case l.ID == id:
				return part, int(row), nil
			}
		}
	}
	return nil, -1, nil
}

// maxRebuilds is how often a question builds a damaged column file again. A
// purge may remove a file twice under a question; more is a fault of ours or of
// the machine.
const maxRebuilds = 5

// candidates are the rows whose id has the hash h.
func (p *partition) candidates(h uint64) ([]uint16, error) {
	for attempt := 0; ; attempt++ {
		g, f, err := p.open()
		switch {
		case err != nil:
			return nil, err
		case g != nil:
			return g.candidates(h), nil
		case !f.bloom.mayHave(h):
			return nil, nil
		}
		t, err := load(p.project.store.cache, cacheKey{f.path, idsSection}, func() (*idTable, int64, error) {
			t, err := f.ids()
			if err != nil {
				return nil, 0, err
			}
			return t, int64(6 * len(t.rows)), nil
		})
		if err == nil {
			return t.candidates(h), nil
		}
		if attempt == maxRebuilds {
			return nil, err
		}
		p.discard(f, err)
	}
}

func isMissing(err error) bool { return errors.Is(err, badger.ErrKeyNotFound) }
