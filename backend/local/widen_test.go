package local_test

import (
	"fmt"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

// TestMoreValuesThanCodes fills a whole partition with users of its own: with
// the code for a missing value that is one more than two bytes can tell apart.
func TestMoreValuesThanCodes(t *testing.T) {
	const n = 65_536 + 300
	s := open(t, t.TempDir(), local.Options{})
	logs := make([]audit.Log, n)
	for i := range logs {
		logs[i] = audit.Log{
			ID: fmt.Sprintf("log_%06d", i), Time: time.Unix(int64(i), 0).UTC(), Status: 200,
			User: audit.User{ID: fmt.Sprintf("user_%06d", i)}, Request: audit.Payload{Size: int64(i)},
		}
	}
	if added, err := s.Append(t.Context(), "default", logs); err != nil || added != n {
		t.Fatal(added, err)
	}
	if err := s.Reindexed(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, i := range []int{0, 1, 254, 255, 256, 65_534, 65_535, 65_536, n - 1} {
		for _, q := range []string{fmt.Sprintf("user.id:user_%06d", i), fmt.Sprintf("request.size:%d", i), fmt.Sprintf("id:log_%06d", i)} {
			page, err := s.Search(t.Context(), audit.Query{Project: "default", Filter: parse(t, q)})
			if err != nil || page.Total != 1 || len(page.Logs) != 1 || page.Logs[0].ID != logs[i].ID {
				t.Errorf("%s: %d, %v", q, page.Total, err)
			}
		}
	}
	c, err := s.Check(t.Context(), nil)
	if err != nil || len(c.Faults) > 0 || c.Logs != n {
		t.Errorf("check: %+v, %v", c, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
