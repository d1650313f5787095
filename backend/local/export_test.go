package local

import "context"

// Small gives options for a store with small partitions, so that a test has
// many of them.
func Small() Options { return Options{rows: 64, floor: 1} }

// Reindexed returns when nothing is left to be derived.
func (s *Store) Reindexed(ctx context.Context) error { return s.indexer.wait(ctx) }

// SetFloor says how much of the disk has to stay free.
func SetFloor(s *Store, bytes int64) { s.floor.Store(bytes) }
