package ingest

import (
	"context"
	"fmt"
	"time"

	"projectlogs/backend/audit"
)

// Source is the door for logs that come from one source in several pieces, in
// order: it remembers how many equal ones came before. One goroutine at a time
// may use it.
type Source struct {
	door    *Door
	project string
	name    string
	seen    counter
	untimed time.Time // what logs without a time get
	wire    bool      // untimed logs are told apart by the time that they get
	sum     summer
}

// Source begins a source of the given name, which becomes Log.Source: "import
// imp_…". Its logs without a time get the given one, usually the time of the
// import; their IDs do not depend on it.
func (d *Door) Source(project, name string, untimed time.Time) *Source {
	return &Source{door: d, project: project, name: name, untimed: untimed.UTC()}
}

func (d *Door) wire(project, name string) *Source {
	s := d.Source(project, name, d.now())
	s.wire = true
	return s
}

// Mark is a note that is stored in the same transaction as the logs. Value is
// called once it is known how many of them are new.
type Mark struct {
	Name  string
	Value func(added int) []byte
}

// Append lets in the next logs of the source, as Door.Append does. With a mark,
// the mark is set in the same transaction as the logs are stored, also when
// there is none to store; a store that keeps no marks ignores it.
func (s *Source) Append(ctx context.Context, logs []audit.Log, mark *Mark) (Result, error) {
	batch := s.Prepare(logs)
	return batch.Append(ctx, mark)
}

// Skip counts logs that were let in earlier, before an interruption, so that
// the next ones get the IDs that they would have got without it.
func (s *Source) Skip(logs []audit.Log) {
	for i := range logs {
		l := &logs[i]
		normalize(l)
		if Invalid(l) == "" && l.ID == "" {
			s.identify(l)
		}
	}
}

// Prepare does all that has to be done in order, and everything else but the
// storing: the next batch may be prepared while this one is appended.
func (s *Source) Prepare(logs []audit.Log) *Batch {
	b := &Batch{source: s, logs: logs[:0]}
	for i := range logs {
		l := logs[i]
		normalize(&l)
		if reason := Invalid(&l); reason != "" {
			b.result.Rejected = append(b.result.Rejected, Rejection{Index: i, Reason: reason})
			continue
		}
		untimed := l.Time.IsZero()
		if untimed {
			b.result.Untimed++
			if s.wire {
				l.Time = s.untimed
			}
		}
		if l.ID == "" {
			l.ID = s.identify(&l)
		}
		if untimed {
			l.Time = s.untimed
		}
		derive(&l)
		if l.Source == "" {
			l.Source = s.name
		}
		b.result.Redactions += s.door.redactor.Log(&l)
		b.result.cover(l.Time)
		b.logs = append(b.logs, l)
	}
	return b
}

func (r *Result) cover(t time.Time) {
	if r.Oldest.IsZero() || t.Before(r.Oldest) {
		r.Oldest = t
	}
	if t.After(r.Newest) {
		r.Newest = t
	}
}

// Batch is logs that are ready to be stored.
type Batch struct {
	source *Source
	logs   []audit.Log
	result Result
}

// Result is what is known before the batch is appended: all but Added and Skipped.
func (b *Batch) Result() Result { return b.result }

// Append stores the batch, with the mark if there is one. It is called once.
func (b *Batch) Append(ctx context.Context, mark *Mark) (Result, error) {
	s := b.source
	var added int
	var err error
	switch {
	case mark != nil && s.door.marker != nil:
		added, err = s.door.marker.AppendMarked(ctx, s.project, b.logs, mark.Name, mark.Value)
	case len(b.logs) > 0:
		added, err = s.door.store.Append(ctx, s.project, b.logs)
	}
	if err != nil {
		return Result{}, fmt.Errorf("append %d logs: %w", len(b.logs), err)
	}
	b.result.Added, b.result.Skipped = added, len(b.logs)-added
	if added > 0 {
		s.door.feed.Publish(audit.Change{Kind: audit.LogsAdded, Project: s.project})
	}
	return b.result, nil
}
