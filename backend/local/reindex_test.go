package local_test

import (
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

// TestReindexCountsWhatIsStored: purged logs leave numbers behind, but no logs.
func TestReindexCountsWhatIsStored(t *testing.T) {
	s := open(t, t.TempDir(), local.Small())
	defer s.Close()
	if _, err := s.Append(t.Context(), "default", plainLogs(200)); err != nil {
		t.Fatal(err)
	}
	removed, err := s.Purge(t.Context(), audit.Query{Project: "default", Filter: parse(t, "status:500")})
	if err != nil || removed == 0 || removed == 200 {
		t.Fatal(removed, err)
	}
	var done, of int64
	if err := s.Reindex(t.Context(), func(d, o int64) { done, of = d, o }); err != nil {
		t.Fatal(err)
	}
	if want := int64(200 - removed); done != want || of != want {
		t.Errorf("%d of %d, want %d", done, of, want)
	}
}
