package local

import (
	"context"
	"slices"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// Append stores the logs that are not stored yet; see audit.LogStore.
func (s *Store) Append(ctx context.Context, project string, logs []audit.Log) (added int, err error) {
	return s.append(ctx, project, logs, nil)
}

// AppendMarked stores logs and a mark in one transaction; see audit.Marker.
func (s *Store) AppendMarked(ctx context.Context, project string, logs []audit.Log, name string, mark func(added int) []byte) (added int, err error) {
	return s.append(ctx, project, logs, &newMark{name, mark})
}

func (s *Store) append(ctx context.Context, project string, logs []audit.Log, mark *newMark) (int, error) {
	if err := s.users.enter(); err != nil {
		return 0, err
	}
	defer s.users.leave()
	if project == "" {
		return 0, audit.Errorf(audit.Invalid, "A project is missing: logs belong to one.")
	}
	for i := range logs {
		if err := storable(&logs[i], i); err != nil {
			return 0, err
		}
	}
	if len(logs) == 0 && mark == nil {
		return 0, ctx.Err()
	}
	r := &request{project: project, logs: logs, mark: mark}
	if err := s.writer.do(ctx, r); err != nil {
		return 0, err
	}
	return r.added, nil
}

// storable says why a log cannot be stored.
func storable(l *audit.Log, i int) error {
	if l.ID == "" {
		return audit.Errorf(audit.Invalid, "Log %d of those to append has no id.", i+1)
	}
	return nil
}

// Mark gives a mark; see audit.Marker.
func (s *Store) Mark(ctx context.Context, name string) (mark []byte, err error) {
	if err := s.users.enter(); err != nil {
		return nil, err
	}
	defer s.users.leave()
	err = s.db.View(func(txn *badger.Txn) error {
		item, err := txn.Get(markKey(name))
		if isMissing(err) {
			return nil
		}
		if err != nil {
			return err
		}
		mark, err = item.ValueCopy([]byte{})
		return err
	})
	return slices.Clip(mark), err
}

// Unmark removes a mark; see audit.Marker.
func (s *Store) Unmark(ctx context.Context, name string) error {
	if err := s.users.enter(); err != nil {
		return err
	}
	defer s.users.leave()
	return s.writer.put(ctx, keyValue{key: markKey(name)})
}

// Get gives a whole log; see audit.LogStore.
func (s *Store) Get(ctx context.Context, project, id string) (audit.Log, error) {
	if err := s.users.enter(); err != nil {
		return audit.Log{}, err
	}
	defer s.users.leave()
	if err := ctx.Err(); err != nil {
		return audit.Log{}, canceled(err)
	}
	p := s.find(project)
	if p == nil {
		return audit.Log{}, audit.Missing("log", id)
	}
	part, row, err := p.locate(id)
	if err != nil {
		return audit.Log{}, err
	}
	if row < 0 {
		return audit.Log{}, audit.Missing("log", id)
	}
	var l audit.Log
	switch err := part.reader().whole(row, &l); err {
	case nil:
		return l, nil
	case errPurged:
		return audit.Log{}, audit.Missing("log", id)
	default:
		return audit.Log{}, err
	}
}
