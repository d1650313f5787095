package local

import (
	"context"
	"time"

	"projectlogs/backend/audit"
)

// Small gives options for a store with small partitions and transactions, so
// that a test has many of them.
func Small() Options { return Options{rows: 64, floor: 1, txnBytes: 16 << 10} }

// Reindexed returns when nothing is left to be derived.
func (s *Store) Reindexed(ctx context.Context) error { return s.indexer.wait(ctx) }

// SetFloor says how much of the disk has to stay free.
func SetFloor(s *Store, bytes int64) { s.floor.Store(bytes) }

// PurgeUpTo does the first steps of a purge, as if the process were killed
// behind them: 1 marks the rows, 2 writes the partitions again.
func PurgeUpTo(s *Store, q audit.Query, steps int) error {
	ctx := context.Background()
	_, _, all, err := s.ask(ctx, q)
	if err != nil {
		return err
	}
	if _, err := decideAll(all, time.Time{}); err != nil {
		return err
	}
	return s.writer.do(ctx, &request{run: func() error {
		_, parts, err := s.writer.purge(all)
		if err != nil || steps == 1 {
			return err
		}
		for _, part := range parts {
			if err := s.writer.rewrite(part); err != nil {
				return err
			}
		}
		return nil
	}})
}
