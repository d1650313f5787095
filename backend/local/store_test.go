package local_test

import (
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
	"projectlogs/backend/storetest"
)

// TestStore holds the store to what every store must do, once with partitions
// as they are and once with small ones, so that every question crosses borders.
func TestStore(t *testing.T) {
	t.Run("one partition", func(t *testing.T) { storetest.Run(t, opener(local.Options{})) })
	t.Run("many partitions", func(t *testing.T) { storetest.Run(t, opener(local.Small())) })
}

func opener(opts local.Options) func(t *testing.T, dir string) audit.LogStore {
	return func(t *testing.T, dir string) audit.LogStore { return open(t, dir, opts) }
}

func open(t testing.TB, dir string, opts local.Options) *local.Store {
	t.Helper()
	s, err := local.Open(dir, opts)
	if err != nil {
		t.Fatal(err)
	}
	return s
}
