package ingest

import (
	"encoding/json"
	"testing"
	"time"

	"projectlogs/backend/audit"
)

// TestIDsNeverChange: with another hash of the same content every file that was
// imported before would be new again. Whoever means that changes idVersion.
func TestIDsNeverChange(t *testing.T) {
	d := 12.34
	l := audit.Log{
		Time: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), Origin: "API", Method: "POST", URL: "https://h/p?x=1", Path: "/p",
		Query: map[string][]string{"x": {"1"}, "a": {"2", "3"}}, Endpoint: "POST /p", Status: 400, Duration: &d,
		User: audit.User{ID: "u", Email: "e"}, Customer: audit.Customer{ID: "c", SourceID: "s"}, APIKey: "k", ClientKey: "ck",
		Campaign: "camp", Incentive: "v", RequestID: "r", CorrelationID: "co", TaskID: "t", IP: "i", UserAgent: "ua", Message: "m",
		Request:  audit.Payload{Headers: map[string][]string{"b": {"1"}, "a": {"2"}}, Body: "body", Size: 4},
		Response: audit.Payload{Body: "x", Size: 70000, TruncatedAt: 1}, Error: audit.LogError{Key: "ek", Message: "em"},
		Attributes: json.RawMessage(`{"a":1}`), Source: "does not matter", ID: "neither",
	}
	s := Source{door: &Door{idKey: []byte("0123456789abcdef0123456789abcdef")}, project: "default"}
	for i, want := range []string{"log_01M81B5HBV7E72ZDEFFSCAFES9", "log_01M81B5HBV7VEE5NWT5RJA8KQM", "log_0000000000CG45A447RR3ARSFP"} {
		if i == 2 {
			l.Time = time.Time{}
		}
		if got := s.identify(&l); got != want {
			t.Errorf("log %d is %s, wanted %s", i, got, want)
		}
	}
}
