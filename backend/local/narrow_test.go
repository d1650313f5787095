package local_test

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
	"projectlogs/backend/storetest"
)

// TestWordsAgreeWithTheModel asks a store whose text index is built, but for a
// tail, for words, phrases, prefixes and parts, alone and combined. Every log
// has some of few words, so that most have the words of a phrase, apart.
func TestWordsAgreeWithTheModel(t *testing.T) {
	r := rand.New(rand.NewPCG(11, uint64(time.Now().UnixNano())))
	words := []string{"out", "of", "stock", "Straße", "STRASSE", "voucher", "vouchers", "v", "日本語", "10", "x1", strings.Repeat("long", 20), strings.Repeat("long", 20) + "er"}
	text := func(n int) string {
		var b strings.Builder
		for range n {
			b.WriteString(words[r.IntN(len(words))] + []string{" ", "-", ", ", `":"`, "  "}[r.IntN(5)])
		}
		return b.String()
	}
	made := 0
	logs := func(n int) []audit.Log {
		logs := make([]audit.Log, n)
		for i := range logs {
			made++
			logs[i] = audit.Log{ID: fmt.Sprintf("log_%d", made), Time: time.Unix(int64(r.IntN(1000)), 0).UTC(), Status: 200 + 100*r.IntN(4)}
			logs[i].Request.Body, logs[i].Response.Body, logs[i].Message = text(r.IntN(5)), text(r.IntN(5)), text(r.IntN(3))
		}
		return logs
	}
	dir := t.TempDir()
	s, m := open(t, dir, local.Small()), storetest.NewModel()
	add := func(n int) {
		batch := logs(n)
		if _, err := s.Append(t.Context(), "default", batch); err != nil {
			t.Fatal(err)
		}
		if _, err := m.Append(t.Context(), "default", batch); err != nil {
			t.Fatal(err)
		}
	}
	cond := func() string {
		field := []string{"", "body:", "request.body:", "message:", "text:"}[r.IntN(5)]
		value := strings.TrimRight(text(1+r.IntN(3)), ` -,":`)
		switch r.IntN(5) {
		case 0:
			return fmt.Sprintf("%s%q*", field, value)
		case 1:
			return fmt.Sprintf("text:*%q*", value)
		case 2:
			return fmt.Sprintf("%s%q", field, words[r.IntN(len(words))])
		}
		return fmt.Sprintf("%s%q", field, value)
	}
	ask := func() {
		t.Helper()
		for range 150 {
			q := cond()
			switch r.IntN(5) {
			case 0:
				q = "-(" + q + ")"
			case 1:
				q += " " + cond()
			case 2:
				q = "(" + q + " OR " + cond() + ") status>=400"
			case 3:
				q = "-(" + q + " OR status:500)"
			}
			query := audit.Query{Project: "default", Filter: parse(t, q)}
			want, err := m.Search(t.Context(), query)
			must(t, err)
			got, err := s.Search(t.Context(), query)
			if err != nil || got.Total != want.Total || !got.TotalExact || len(got.Logs) != len(want.Logs) {
				t.Fatalf("%s: %d (exact %v), %d on the page; want %d; %v", q, got.Total, got.TotalExact, len(got.Logs), want.Total, err)
			}
			for i := range got.Logs {
				if got.Logs[i].ID != want.Logs[i].ID {
					t.Fatalf("%s: log %d is %s, want %s", q, i, got.Logs[i].ID, want.Logs[i].ID)
				}
			}
		}
	}
	add(300)
	must(t, s.Reindexed(t.Context()))
	ask()
	add(7)
	ask()
	gone := audit.Query{Project: "default", Filter: parse(t, "status:300 voucher")}
	want, err := m.Purge(t.Context(), gone)
	must(t, err)
	if got, err := s.Purge(t.Context(), gone); err != nil || got != want {
		t.Fatalf("purged %d, want %d; %v", got, want, err)
	}
	must(t, s.Reindexed(t.Context()))
	ask()
	must(t, s.Close())
	s = open(t, dir, local.Small())
	ask()
	must(t, s.Close())
}

// TestDecisionsKnowTheirTime asks the same of two moments: what was decided by
// reading a log is remembered, but not where it depended on the time of asking.
func TestDecisionsKnowTheirTime(t *testing.T) {
	s := open(t, t.TempDir(), local.Small())
	at := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	l := audit.Log{ID: "log_1", Time: at, Response: audit.Payload{Body: `{"a":1,"b":1}`}}
	if _, err := s.Append(t.Context(), "default", []audit.Log{l}); err != nil {
		t.Fatal(err)
	}
	for _, ago := range []struct {
		now  time.Duration
		want int64
	}{{time.Minute, 1}, {2 * time.Hour, 0}, {time.Minute, 1}} {
		q := audit.Query{Project: "default", Now: at.Add(ago.now), Filter: parse(t, "response.body.a:2 OR (time>-1h response.body.b:1)")}
		if page, err := s.Search(t.Context(), q); err != nil || page.Total != ago.want {
			t.Errorf("%v later: %d, %v", ago.now, page.Total, err)
		}
	}
	must(t, s.Close())
}
