package local

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"sync"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

// textIndex is the text index of the first rows of a partition.
type textIndex struct {
	segment *text.Segment
	path    string
	rows    int
}

// close may be called on nil.
func (t *textIndex) close() {
	if t != nil {
		// Searches that still hold it get fs.ErrClosed and take its successor.
		_ = t.segment.Close()
	}
}

// textIndex gives the index of the partition, nil when there is none yet.
func (p *partition) textIndex() *textIndex {
	p.mu.RLock()
	index, looked := p.text, p.looked
	p.mu.RUnlock()
	if index != nil || looked {
		return index
	}
	p.finding.Lock()
	defer p.finding.Unlock()
	p.mu.RLock()
	looked = p.looked
	p.mu.RUnlock()
	if !looked {
		p.findText()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.looked = true
	return p.text
}

func (p *partition) textPath(generation uint32, rows int) string {
	return filepath.Join(p.project.folder(), fmt.Sprintf("%d-%d-%d.zap", p.number, generation, rows))
}

// discardText throws a damaged file away; the indexer builds it again.
func (p *partition) discardText(index *textIndex, cause error) {
	p.mu.Lock()
	mine := p.text == index
	if mine {
		p.text = nil
	}
	p.mu.Unlock()
	if mine {
		p.project.store.log.Warn("a damaged text index is built again", "file", index.path, "cause", cause)
		index.close()
		os.Remove(index.path)
		p.project.store.indexer.wake()
	}
}

// indexer writes what can be derived, in the background: columns of full
// partitions and text indexes.
type indexer struct {
	store *Store
	work  chan struct{}
	stop  chan struct{}
	ended chan struct{}

	idle     sync.Cond // on mu
	mu       sync.Mutex
	wanted   int // wakes so far
	finished int // wakes that are done with

	builder    *text.Builder
	building   *partition // whose rows the builder has
	generation uint32
	built      int // how many rows
}

func newIndexer(s *Store) *indexer {
	x := &indexer{store: s, work: make(chan struct{}, 1), stop: make(chan struct{}), ended: make(chan struct{})}
	x.idle.L = &x.mu
	return x
}

// wake lets the indexer look whether there is something to do.
func (x *indexer) wake() {
	x.mu.Lock()
	x.wanted++
	x.mu.Unlock()
	select {
	case x.work <- struct{}{}:
	default:
	}
}

// wait wakes the indexer and returns when it has done what there was to do.
func (x *indexer) wait(ctx context.Context) error {
	x.wake()
	x.mu.Lock()
	wanted := x.wanted
	x.mu.Unlock()
	stop := context.AfterFunc(ctx, func() {
		x.mu.Lock()
		defer x.mu.Unlock()
		x.idle.Broadcast()
	})
	defer stop()
	x.mu.Lock()
	defer x.mu.Unlock()
	for x.finished < wanted {
		if err := ctx.Err(); err != nil {
			return canceled(err)
		}
		x.idle.Wait()
	}
	return nil
}

func (x *indexer) close() {
	close(x.stop)
	<-x.ended
}

func (x *indexer) stopped() bool {
	select {
	case <-x.stop:
		return true
	default:
		return false
	}
}

// builderRest is how long the words of a growing partition are kept in memory
// when nothing arrives.
const builderRest = 20 * time.Second

func (x *indexer) loop() {
	defer close(x.ended)
	for {
		select {
		case <-x.stop:
			return
		case <-x.work:
		case <-time.After(builderRest):
			x.builder, x.building = nil, nil // it holds up to 300 MB
			continue
		}
		x.mu.Lock()
		wanted := x.wanted
		x.mu.Unlock()
		x.round()
		x.mu.Lock()
		x.finished = wanted
		x.idle.Broadcast()
		x.mu.Unlock()
	}
}

// round does what there is to do. What fails is tried again at the next wake;
// searches work without it, only slower.
func (x *indexer) round() {
	for _, p := range x.store.allProjects() {
		for _, part := range p.partitions() {
			if x.stopped() {
				return
			}
			err := part.keepColumns()
			if err == nil {
				err = x.keepText(part)
			}
			if err != nil && !errors.Is(err, errStopped) {
				x.store.log.Warn("the index could not be brought up to date", "project", p.name, "partition", part.number, "cause", err)
			}
		}
	}
}

var errStopped = errors.New("the store is closing")

// keepColumns writes the columns of a full partition.
func (p *partition) keepColumns() error {
	if !p.full() || p.leftover() {
		return nil
	}
	_, f, err := p.open()
	if err != nil || f != nil {
		return err
	}
	return p.writeFile()
}

// leftover says that purged rows have still to be taken off the disk; nothing
// is derived from them.
func (p *partition) leftover() bool {
	p.mu.RLock()
	defer p.mu.RUnlock()
	return p.rewrite
}

// textStep is how many rows may be without a text index: they are read to be
// searched.
const textStep = 8192

// keepText brings the text index of a partition up to date: of a full one all
// rows, of a growing one when many rows have come.
func (x *indexer) keepText(part *partition) error {
	rows := part.rows()
	if part.leftover() {
		return nil
	}
	generation, _ := part.state()
	have := 0
	if index := part.textIndex(); index != nil {
		have = index.rows
	}
	step := min(textStep, max(x.store.rows/8, 1))
	if have >= rows || !part.full() && rows-have < step {
		return nil
	}
	if x.building != part || x.generation != generation || x.built > rows {
		if x.builder == nil {
			x.builder = text.NewBuilder()
		}
		x.builder.Reset()
		x.building, x.generation, x.built = part, generation, 0
	}
	if err := x.add(part, rows); err != nil {
		x.building = nil
		return err
	}
	if err := x.write(part, generation); err != nil {
		return err
	}
	if part.full() {
		x.building = nil
	}
	return nil
}

// add inverts the rows that the builder has not yet.
func (x *indexer) add(part *partition, rows int) error {
	r := part.reader()
	var l audit.Log
	for ; x.built < rows; x.built++ {
		if x.stopped() {
			return errStopped
		}
		err := r.peek(x.built, head, &l, false)
		if err == nil {
			err = r.peek(x.built, body, &l, false)
		}
		if errors.Is(err, errPurged) || audit.CodeOf(err) == audit.Damaged {
			continue // nothing to find there; check names what is damaged
		}
		if err != nil {
			return err
		}
		if err := addWords(x.builder, x.built, &l); err != nil {
			return err
		}
	}
	return nil
}

// addWords adds the texts of a log.
func addWords(b *text.Builder, row int, l *audit.Log) error {
	for _, f := range []struct {
		field text.Field
		text  string
	}{{text.RequestBody, l.Request.Body}, {text.ResponseBody, l.Response.Body}, {text.Message, l.Message}} {
		if f.text == "" {
			continue
		}
		if err := b.Add(uint32(row), f.field, wordsOf(f.text)); err != nil {
			return err
		}
	}
	return nil
}

// wordsOf gives the words of a text as the one tokenizer cuts them.
func wordsOf(s string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		filter.Words(s, func(word []byte, _, _ int) bool { return yield(word) })
	}
}

// write writes what the builder has and uses it from then on.
func (x *indexer) write(part *partition, generation uint32) error {
	part.build.Lock()
	defer part.build.Unlock()
	if now, _ := part.state(); now != generation || part.project.dropped.Load() {
		return nil // a purge or a drop came between: the words are not to be written
	}
	if err := os.MkdirAll(part.project.folder(), 0o700); err != nil {
		return err
	}
	path := part.textPath(generation, x.built)
	if err := x.builder.Write(path); err != nil {
		return err
	}
	segment, err := text.OpenVerified(path)
	if err != nil {
		return err
	}
	part.useText(generation, &textIndex{segment, path, x.built})
	return nil
}

// useText puts an index in its place and removes the one that was there.
func (p *partition) useText(generation uint32, index *textIndex) {
	p.mu.Lock()
	old := p.text
	if p.generation == generation {
		p.text = index
	} else {
		old = index
	}
	p.mu.Unlock()
	if old != nil {
		old.close()
		os.Remove(old.path)
	}
}

// findText opens the file that an earlier run left.
func (p *partition) findText() {
	generation, _ := p.state()
	rows, best := p.rows(), (*textIndex)(nil)
	entries, err := os.ReadDir(p.project.folder())
	if err != nil {
		return // there is none
	}
	for _, e := range entries {
		var number, have int
		var g uint32
		if n, _ := fmt.Sscanf(e.Name(), "%d-%d-%d.zap", &number, &g, &have); n != 3 || number != p.number || g != generation {
			continue
		}
		path := p.textPath(generation, have)
		if filepath.Base(path) != e.Name() || have > rows {
			continue
		}
		if best != nil && best.rows >= have {
			continue
		}
		segment, err := text.Open(path)
		if err != nil {
			p.project.store.log.Warn("a text index is built again", "file", path, "cause", err)
			if errors.Is(err, text.ErrDamaged) && !errors.Is(err, fs.ErrNotExist) {
				os.Remove(path)
			}
			continue
		}
		best.close()
		best = &textIndex{segment, path, have}
	}
	if best != nil {
		p.useText(generation, best)
	}
}
