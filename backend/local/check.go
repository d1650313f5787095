package local

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"slices"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

// maxFaults bounds the list of Check; one more says how many there were.
const maxFaults = 100

// Check reads everything; see audit.Checker.
func (s *Store) Check(ctx context.Context, report func(done, of int64)) (audit.Condition, error) {
	if err := s.users.enter(); err != nil {
		return audit.Condition{}, err
	}
	defer s.users.leave()
	c := checker{ctx: ctx, report: report}
	c.Faults = []string{}
	if err := s.db.VerifyChecksum(); err != nil {
		c.fault("A file of the database is damaged: %v.", err)
	}
	for _, p := range s.allProjects() {
		c.of += int64(p.count.Load())
	}
	for _, p := range s.allProjects() {
		c.Projects++
		for _, part := range p.partitions() {
			if err := c.partition(part); err != nil {
				return audit.Condition{}, err
			}
		}
	}
	if c.more > 0 {
		c.Faults = append(c.Faults, fmt.Sprintf("%d further faults are not listed.", c.more))
	}
	return c.Condition, nil
}

type checker struct {
	audit.Condition
	ctx      context.Context
	report   func(done, of int64)
	done, of int64
	more     int
}

func (c *checker) fault(format string, args ...any) {
	if len(c.Faults) == maxFaults {
		c.more++
		return
	}
	c.Faults = append(c.Faults, fmt.Sprintf(format, args...))
}

// partition compares the stored logs of a partition with its columns and its
// text index.
func (c *checker) partition(part *partition) error {
	rows := part.rows()
	if rows == 0 {
		return nil
	}
	before, _ := part.state()
	faults := len(c.Faults)
	sl, err := part.slice(0, rows)
	if err != nil {
		c.fault("Partition %d of project %s cannot be read: %v", part.number, part.project.name, err)
		return nil
	}
	index, b := part.textIndex(), text.NewBuilder()
	r := part.reader()
	for row := range rows {
		if row%1024 == 0 {
			if err := c.ctx.Err(); err != nil {
				return canceled(err)
			}
			if c.report != nil {
				c.report(c.done, c.of)
			}
		}
		c.done++
		var l audit.Log
		switch err := r.whole(row, &l); {
		case errors.Is(err, errPurged):
			if sl.visible.has(row) && !part.isPurged(row) {
				c.fault("Log number %d of project %s is missing.", part.first()+uint64(row), part.project.name)
			}
			continue
		case err != nil:
			c.fault("%v", err)
			continue
		}
		if !sl.visible.has(row) {
			c.fault("Log %s of project %s is purged but still stored.", l.ID, part.project.name)
			continue
		}
		c.Logs++
		if err := c.columns(sl, row, &l); err != nil {
			return err
		}
		if index != nil && row < index.rows {
			if err := addWords(b, row, &l); err != nil {
				return err
			}
		}
	}
	if index != nil {
		if err := c.words(part, index, b); err != nil {
			return err
		}
	}
	if now, _ := part.state(); now != before { // a purge came between: look again
		c.Faults = c.Faults[:min(faults, len(c.Faults))]
		return c.partition(part)
	}
	return nil
}

// columns compares one row of the columns with its log, as the filter sees it.
func (c *checker) columns(sl *slice, row int, l *audit.Log) error {
	times, err := sl.times()
	if err != nil {
		return err
	}
	if times[row] != nanos(l.Time) {
		c.fault("The column time is wrong for log %s of project %s; reindex builds it again.", l.ID, sl.part.project.name)
	}
	for i, f := range columnFields {
		if f.kind == timeColumn {
			continue
		}
		column, err := sl.column(i)
		if err != nil {
			return err
		}
		want := filter.Value{}
		f.Get(l, "", func(v filter.Value) bool {
			want = v
			return false
		})
		if got := column.valueOr(column.codes.at(row)); got.Text != want.Text || math.Float64bits(got.Number) != math.Float64bits(want.Number) {
			c.fault("The column %s is wrong for log %s of project %s; reindex builds it again.", f.Name, l.ID, sl.part.project.name)
		}
	}
	found, err := sl.part.candidates(hashID(l.ID))
	if err != nil {
		return err
	}
	if !slices.Contains(found, uint16(row)) {
		c.fault("Log %s of project %s is not found by its id; reindex builds that again.", l.ID, sl.part.project.name)
	}
	return nil
}

// words builds the text index again beside the one that is there. Equal words
// give equal files.
func (c *checker) words(part *partition, index *textIndex, b *text.Builder) error {
	folder, err := os.MkdirTemp(filepath.Join(part.project.store.dir, indexFolder), "check-*")
	if err != nil {
		return fmt.Errorf("check the text index: %w", err)
	}
	defer os.RemoveAll(folder)
	fresh := filepath.Join(folder, "fresh.zap")
	if err := b.Write(fresh); err != nil {
		return err
	}
	same, err := sameFiles(fresh, index.path)
	if err != nil && part.textIndex() == index {
		return fmt.Errorf("check the text index: %w", err)
	}
	if err == nil && !same {
		c.fault("The text index of partition %d of project %s has other words than its logs; reindex builds it again.", part.number, part.project.name)
	}
	return nil
}

func sameFiles(a, b string) (bool, error) {
	x, err := os.ReadFile(a)
	if err != nil {
		return false, err
	}
	y, err := os.ReadFile(b)
	return bytes.Equal(x, y), err
}

// Reindex builds the derived files anew, one after another, while searches go
// on; see audit.Reindexer.
func (s *Store) Reindex(ctx context.Context, report func(done, of int64)) error {
	if err := s.users.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	var done, of int64
	for _, p := range s.allProjects() {
		for _, part := range p.partitions() {
			of += int64(part.stored())
		}
	}
	for _, p := range s.allProjects() {
		for _, part := range p.partitions() {
			if err := ctx.Err(); err != nil {
				return canceled(err)
			}
			if report != nil {
				report(done, of)
			}
			if err := part.rebuild(); err != nil {
				return fmt.Errorf("build the index of project %s anew: %w", p.name, err)
			}
			if err := s.indexer.wait(ctx); err != nil {
				return err
			}
			done += int64(part.stored())
		}
	}
	if report != nil {
		report(of, of)
	}
	return nil
}

// rebuild throws the columns and the text index away and builds the columns
// anew; the text index is left to the indexer.
func (p *partition) rebuild() error {
	if p.rows() == 0 {
		return nil
	}
	if index := p.textIndex(); index != nil {
		p.mu.Lock()
		p.text = nil
		p.mu.Unlock()
		index.close()
		if err := os.Remove(index.path); err != nil && !os.IsNotExist(err) {
			return err
		}
	}
	if _, f, err := p.open(); err != nil || f == nil {
		// Columns in memory are made from the logs at each start and change
		// with every append: there is nothing stale in them.
		return err
	}
	return p.rewriteFile()
}
