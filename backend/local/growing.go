package local

import (
	"cmp"
	"math"
	"slices"
	"sync"

	"github.com/cespare/xxhash/v2"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// growing is the columns of the partition that logs are appended to. The writer
// adds rows; any goroutine takes snapshots. Everything in it only ever grows at
// its end, so a snapshot shares its memory.
type growing struct {
	mu      sync.RWMutex
	rows    int
	columns []growingColumn // as columnFields; the one of times is empty
	times   []int64
	damaged []int               // rows that could not be read, set before anybody else sees it
	ids     map[uint64]uint16   // row by hash of the id
	same    map[uint64][]uint16 // further rows with the same hash

	orderMu sync.Mutex
	order   []uint16 // the rows so far by time, then id
}

type growingColumn struct {
	texts   map[string]uint32
	numbers map[uint64]uint32 // by bits, so that -0 and 0 stay apart
	column  column
}

func newGrowing() *growing {
	g := &growing{columns: make([]growingColumn, len(columnFields)), ids: map[uint64]uint16{}}
	for i, f := range columnFields {
		switch f.kind {
		case textColumn:
			g.columns[i].texts = map[string]uint32{}
		case numberColumn:
			g.columns[i].numbers = map[uint64]uint32{}
			g.columns[i].column.numbers = []float64{}
		}
	}
	return g
}

func hashID(id string) uint64 { return xxhash.Sum64String(id) }

// add adds the next row; nil is a hole.
func (g *growing) add(l *audit.Log) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if l == nil {
		g.times = append(g.times, 0)
		for i := range g.columns {
			c := &g.columns[i].column.codes
			c.wide = append(c.wide, 0)
		}
		g.rows++
		return
	}
	g.times = append(g.times, nanos(l.Time))
	for i, f := range columnFields {
		if f.kind != timeColumn {
			g.columns[i].add(f.Field, l)
		}
	}
	h := hashID(l.ID)
	if _, taken := g.ids[h]; taken {
		if g.same == nil {
			g.same = map[uint64][]uint16{}
		}
		g.same[h] = append(g.same[h], uint16(g.rows))
	} else {
		g.ids[h] = uint16(g.rows)
	}
	g.rows++
}

func (c *growingColumn) add(f *filter.Field, l *audit.Log) {
	code := uint32(0)
	f.Get(l, "", func(v filter.Value) bool {
		code = c.code(v)
		return false
	})
	c.column.codes.wide = append(c.column.codes.wide, code)
}

func (c *growingColumn) code(v filter.Value) uint32 {
	if c.numbers != nil {
		b := math.Float64bits(v.Number)
		code, ok := c.numbers[b]
		if !ok {
			c.column.numbers = append(c.column.numbers, v.Number)
			code = uint32(len(c.column.numbers))
			c.numbers[b] = code
		}
		return code
	}
	code, ok := c.texts[v.Text]
	if !ok {
		// The log's strings may be parts of something large.
		text := string(append([]byte(nil), v.Text...))
		c.column.texts.single = append(c.column.texts.single, text)
		code = uint32(len(c.column.texts.single))
		c.texts[text] = code
	}
	return code
}

// candidates are the rows whose id has this hash.
func (g *growing) candidates(h uint64) []uint16 {
	g.mu.RLock()
	defer g.mu.RUnlock()
	row, ok := g.ids[h]
	if !ok {
		return nil
	}
	return append([]uint16{row}, g.same[h]...)
}

// snapshot gives the rows so far.
func (g *growing) snapshot() *grown {
	g.mu.RLock()
	defer g.mu.RUnlock()
	s := &grown{from: g, rows: g.rows, times: g.times[:g.rows:g.rows], columns: make([]column, len(g.columns))}
	for i := range g.columns {
		s.columns[i] = g.columns[i].column
	}
	return s
}

// grown is a growing partition as it was at one moment.
type grown struct {
	from    *growing
	rows    int
	times   []int64
	columns []column
}

func (s *grown) column(i int) (*column, error) { return &s.columns[i], nil }
func (s *grown) timesOf() ([]int64, error)     { return s.times, nil }

// orderOf sorts only the rows that came since it was last asked and merges them
// with the others.
func (s *grown) orderOf() ([]uint16, error) {
	g := s.from
	g.orderMu.Lock()
	defer g.orderMu.Unlock()
	if len(g.order) > s.rows { // a later snapshot was faster
		order := make([]uint16, 0, s.rows)
		for _, row := range g.order {
			if int(row) < s.rows {
				order = append(order, row)
			}
		}
		return order, nil
	}
	compare := s.compare()
	fresh := make([]uint16, 0, s.rows-len(g.order))
	for row := len(g.order); row < s.rows; row++ {
		fresh = append(fresh, uint16(row))
	}
	slices.SortFunc(fresh, compare)
	g.order = mergeSorted(g.order, fresh, compare)
	return g.order, nil
}

func (s *grown) compare() func(a, b uint16) int {
	ids := &s.columns[columnOf["id"]]
	return func(a, b uint16) int {
		if c := cmp.Compare(s.times[a], s.times[b]); c != 0 {
			return c
		}
		return cmp.Compare(ids.text(int(a)), ids.text(int(b)))
	}
}

func mergeSorted(a, b []uint16, compare func(a, b uint16) int) []uint16 {
	if len(b) == 0 {
		return a
	}
	out := make([]uint16, 0, len(a)+len(b))
	for len(a) > 0 && len(b) > 0 {
		if compare(a[0], b[0]) <= 0 {
			out, a = append(out, a[0]), a[1:]
		} else {
			out, b = append(out, b[0]), b[1:]
		}
	}
	return append(append(out, a...), b...)
}

// bounds are the smallest and largest time of the rows that are no holes.
func (g *growing) bounds() (lowest, highest int64) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	lowest, highest = math.MaxInt64, math.MinInt64
	result := &g.columns[columnOf["result"]].column // every log has one
	for row, t := range g.times {
		if result.codes.wide[row] != 0 {
			lowest, highest = min(lowest, t), max(highest, t)
		}
	}
	return lowest, highest
}
