package local_test

import (
	"context"
	"fmt"
	"reflect"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

func TestSmoke(t *testing.T) {
	dir := t.TempDir()
	ctx := context.Background()
	s, err := local.Open(dir, local.Small())
	if err != nil {
		t.Fatal(err)
	}
	var logs []audit.Log
	for i := range 500 {
		logs = append(logs, audit.Log{ID: fmt.Sprintf("log_%04d", i), Time: time.Date(2026, 11, 22, 0, 0, i, 0, time.UTC), Status: 200 + i%3*100, Method: "POST", Request: audit.Payload{Body: fmt.Sprintf("voucher number %d", i), Size: 3}})
	}
	for i := 0; i < 500; i += 7 {
		if _, err := s.Append(ctx, "default", logs[i:min(500, i+7)]); err != nil {
			t.Fatal(err)
		}
	}
	for round := range 2 {
		e, _ := audit.LogSchema.Parse(`status:200 voucher`)
		p, err := s.Search(ctx, audit.Query{Project: "default", Filter: e})
		if err != nil || p.Total != 167 || len(p.Logs) != 50 {
			t.Fatal(round, err, p.Total, len(p.Logs))
		}
		for _, l := range logs {
			got, err := s.Get(ctx, "default", l.ID)
			if err != nil || !reflect.DeepEqual(got, l) {
				t.Fatal(l.ID, err, got)
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		if s, err = local.Open(dir, local.Small()); err != nil {
			t.Fatal(err)
		}
	}
	c, err := s.Check(ctx, nil)
	if err != nil || len(c.Faults) > 0 || c.Logs != 500 {
		t.Fatal(c, err)
	}
	e, _ := audit.LogSchema.Parse(`status:400`)
	n, err := s.Purge(ctx, audit.Query{Project: "default", Filter: e})
	if err != nil || n != 166 {
		t.Fatal(n, err)
	}
	c, err = s.Check(ctx, nil)
	if err != nil || len(c.Faults) > 0 || c.Logs != 334 {
		t.Fatal(c, err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
}
