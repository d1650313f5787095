package local

import (
	"cmp"
	"container/heap"
	"slices"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// place is where a log stands in an order: its value in the order's field, then
// its time and id.
type place struct {
	Value filter.Value // of the order's field; unused for the order by time
	Time  int64
	ID    string
}

// hit is a log that a walk came to.
type hit struct {
	in    *matches
	row   int
	place place
}

// walk yields the matches in an order, beginning behind a place, until yield
// returns false. backwards turns the whole order around.
//
// By time, partitions are entered by their largest (or smallest) time, so that
// a page of the newest logs looks into few of them. By another field the walk
// is one by time for each value.
type walk struct {
	all       []*matches
	order     audit.Order
	backwards bool
	after     *place // not included itself
	from      *int64 // the first time, for a walk by time without a place
}

func (w *walk) run(yield func(hit) (bool, error)) error {
	if w.order.Field == "" || w.order.Field == audit.ByTime {
		_, err := w.byTime(w.order.Ascending != w.backwards, nil, yield)
		return err
	}
	column := columnOf[string(w.order.Field)]
	values, err := w.values(column)
	if err != nil {
		return err
	}
	for _, v := range values {
		var after *place
		if w.after != nil {
			c := compareValues(v, w.after.Value)
			if w.order.Ascending == w.backwards {
				c = -c
			}
			if c < 0 {
				continue
			}
			if c == 0 {
				after = w.after
			}
		}
		one := *w
		one.after = after
		goOn, err := one.byTime(w.backwards, &group{column, v}, yield)
		if err != nil || !goOn {
			return err
		}
	}
	return nil
}

// values are the values of a column in the order of the walk; the zero Value
// stands for a missing one.
func (w *walk) values(column int) ([]filter.Value, error) {
	seen := map[filter.Value]bool{}
	for _, m := range w.all {
		c, err := m.slice.column(column)
		if err != nil {
			return nil, err
		}
		occurs := make([]bool, c.values())
		for row := range m.slice.rows {
			occurs[c.codes.at(row)] = true
		}
		for code, yes := range occurs {
			if yes {
				seen[c.valueOr(uint32(code))] = true
			}
		}
	}
	values := make([]filter.Value, 0, len(seen))
	for v := range seen {
		v.Text = strings.Clone(v.Text)
		values = append(values, v)
	}
	slices.SortFunc(values, func(a, b filter.Value) int {
		if w.order.Ascending == w.backwards {
			a, b = b, a
		}
		return compareValues(a, b)
	})
	return values, nil
}

// valueOr gives the value of a code, the zero Value for a missing one.
func (c *column) valueOr(code uint32) filter.Value {
	if code == 0 {
		return filter.Value{}
	}
	return c.value(code)
}

// compareValues orders values of one field: a missing one comes first.
func compareValues(a, b filter.Value) int {
	if c := cmp.Compare(a.Number, b.Number); c != 0 {
		return c
	}
	return cmp.Compare(a.Text, b.Text)
}

// group restricts a walk to the rows with one value.
type group struct {
	column int
	value  filter.Value
}

// rows gives the rows of a slice that are in the group.
func (g *group) rows(s *slice) (bitset, error) {
	c, err := s.column(g.column)
	if err != nil {
		return nil, err
	}
	wanted := make([]uint8, c.values())
	for code := range wanted {
		if c.valueOr(uint32(code)) == g.value {
			wanted[code] = 1
		}
	}
	rows := newBitset(s.rows)
	c.codes.lookUp(wanted, rows, s.rows)
	return rows, nil
}

// byTime walks by time, then id.
func (w *walk) byTime(ascending bool, g *group, yield func(hit) (bool, error)) (goOn bool, err error) {
	waiting := slices.Clone(w.all)
	slices.SortStableFunc(waiting, func(a, b *matches) int {
		if ascending {
			return cmp.Compare(a.slice.min, b.slice.min)
		}
		return cmp.Compare(b.slice.max, a.slice.max)
	})
	open := &lanes{ascending: ascending}
	for {
		// A partition is entered when it could have the next log.
		for len(waiting) > 0 && (len(open.all) == 0 || open.reaches(waiting[0].slice)) {
			l := &lane{in: waiting[0], ascending: ascending, group: g}
			waiting = waiting[1:]
			ok, err := l.begin(w)
			if err != nil {
				return false, err
			}
			if ok {
				heap.Push(open, l)
			}
		}
		if open.err != nil {
			return false, open.err
		}
		if len(open.all) == 0 {
			return true, nil
		}
		l := open.all[0]
		h, err := l.hit()
		if err != nil {
			return false, err
		}
		if goOn, err := yield(h); err != nil || !goOn {
			return false, err
		}
		ok, err := l.next()
		if err != nil {
			return false, err
		}
		if ok {
			heap.Fix(open, 0)
		} else {
			heap.Pop(open)
		}
	}
}

// lane is a partition in a walk by time, standing at a row that matches.
type lane struct {
	in        *matches
	ascending bool
	group     *group
	allowed   bitset // nil is every row
	order     []uint16
	times     []int64
	at        int // place in order
}

// begin goes to the first match of the walk; false when there is none.
func (l *lane) begin(w *walk) (ok bool, err error) {
	s := l.in.slice
	if l.in.yes.empty() && l.in.open.empty() {
		return false, nil
	}
	if l.group != nil {
		if l.allowed, err = l.group.rows(s); err != nil {
			return false, err
		}
	}
	if l.order, err = s.order(); err != nil {
		return false, err
	}
	if l.times, err = s.times(); err != nil {
		return false, err
	}
	switch {
	case w.after != nil:
		l.at, err = l.behind(w.after)
	case w.from != nil && l.ascending:
		l.at, err = l.behind(&place{Time: *w.from - 1, ID: lastID})
	case w.from != nil:
		l.at, err = l.behind(&place{Time: *w.from + 1})
	case l.ascending:
		l.at = 0
	default:
		l.at = len(l.order) - 1
	}
	if err != nil {
		return false, err
	}
	return l.settle()
}

// lastID is behind every id.
const lastID = "\xff\xff\xff\xff\xff\xff\xff\xff\xff"

// behind gives the first position of the lane behind a place.
func (l *lane) behind(p *place) (int, error) {
	var failed error
	// The number of rows before p, with p itself when ascending.
	n, _ := slices.BinarySearchFunc(l.order, 0, func(row uint16, _ int) int {
		c := cmp.Compare(l.times[row], p.Time)
		if c == 0 {
			id, err := l.in.slice.idAt(int(row))
			if err != nil {
				failed = err
			}
			c = cmp.Compare(id, p.ID)
		}
		if c < 0 || c == 0 && l.ascending {
			return -1
		}
		return 1
	})
	if l.ascending {
		return n, failed
	}
	return n - 1, failed
}

// settle goes on to the next match, beginning with the position itself.
func (l *lane) settle() (bool, error) {
	for l.at >= 0 && l.at < len(l.order) {
		row := int(l.order[l.at])
		if row < l.in.slice.rows && (l.allowed == nil || l.allowed.has(row)) {
			ok, err := l.in.has(row)
			if err != nil || ok {
				return ok, err
			}
		}
		l.step()
	}
	return false, nil
}

func (l *lane) step() {
	if l.ascending {
		l.at++
	} else {
		l.at--
	}
}

func (l *lane) next() (bool, error) {
	l.step()
	return l.settle()
}

func (l *lane) row() int    { return int(l.order[l.at]) }
func (l *lane) time() int64 { return l.times[l.row()] }

func (l *lane) hit() (hit, error) {
	id, err := l.in.slice.idAt(l.row())
	h := hit{in: l.in, row: l.row(), place: place{Time: l.time(), ID: id}}
	if l.group != nil {
		h.place.Value = l.group.value
	}
	return h, err
}

// lanes is a heap of lanes, the one that comes next at the top.
type lanes struct {
	all       []*lane
	ascending bool
	err       error
}

// reaches says whether a slice could have a log before the one at the top.
func (l *lanes) reaches(s *slice) bool {
	t := l.all[0].time()
	if l.ascending {
		return s.min <= t
	}
	return s.max >= t
}

func (l *lanes) Len() int      { return len(l.all) }
func (l *lanes) Swap(i, j int) { l.all[i], l.all[j] = l.all[j], l.all[i] }
func (l *lanes) Push(x any)    { l.all = append(l.all, x.(*lane)) }

func (l *lanes) Pop() any {
	last := l.all[len(l.all)-1]
	l.all = l.all[:len(l.all)-1]
	return last
}

func (l *lanes) Less(i, j int) bool {
	a, b := l.all[i], l.all[j]
	c := cmp.Compare(a.time(), b.time())
	if c == 0 {
		x, err := a.in.slice.idAt(a.row())
		if err != nil {
			l.err = err
		}
		y, err := b.in.slice.idAt(b.row())
		if err != nil {
			l.err = err
		}
		c = cmp.Compare(x, y)
	}
	if l.ascending {
		return c < 0
	}
	return c > 0
}
