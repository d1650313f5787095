package local_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

// TestTimesOutOfReach stores times that nanoseconds cannot say: they come back
// as they were and stand at the ends.
func TestTimesOutOfReach(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir, local.Small())
	years := []int{9999, 2026, 1, 1500, 2262, 1970, 1677}
	var logs []audit.Log
	for _, y := range years {
		logs = append(logs, audit.Log{ID: fmt.Sprintf("log_%05d", y), Time: time.Date(y, 3, 4, 5, 6, 7, 8, time.UTC)})
	}
	if _, err := s.Append(t.Context(), "default", logs); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		var got []string
		for l, err := range s.Scan(t.Context(), audit.Query{Project: "default", Order: audit.Order{Ascending: true}}) {
			if err != nil {
				t.Fatal(err)
			}
			if want := fmt.Sprintf("log_%05d", l.Time.Year()); l.ID != want || l.Time.Nanosecond() != 8 {
				t.Errorf("%s came back as %v", l.ID, l.Time)
			}
			got = append(got, l.ID)
		}
		want := []string{"log_00001", "log_01500", "log_01677", "log_01970", "log_02026", "log_02262", "log_09999"}
		if !slices.Equal(got, want) {
			t.Errorf("in order: %v", got)
		}
		for _, q := range []struct {
			from, to int
			want     int64
		}{{0, 0, 7}, {1, 9999, 7}, {1700, 0, 4}, {0, 1700, 3}, {1900, 2200, 2}, {2200, 9999, 2}} {
			query := audit.Query{Project: "default"}
			if q.from != 0 {
				query.From = time.Date(q.from, 1, 2, 0, 0, 0, 0, time.UTC)
			}
			if q.to != 0 {
				query.To = time.Date(q.to, 1, 1, 0, 0, 0, 0, time.UTC)
			}
			tally, err := s.Tally(t.Context(), query, audit.Group{Steps: 7})
			sum := int64(0)
			for i, b := range tally.Buckets {
				sum += b.Count
				if i > 0 && !b.From.Equal(tally.Buckets[i-1].To) {
					t.Errorf("%+v: step %d begins at %v", q, i, b.From)
				}
			}
			if err != nil || tally.Total != q.want || sum != q.want || len(tally.Buckets) != 7 {
				t.Errorf("%+v: %d, in steps %d, %v", q, tally.Total, sum, err)
			}
		}
		must(t, s.Close())
		s = open(t, dir, local.Small())
	}
	must(t, s.Close())
}
