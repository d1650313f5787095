package audit

import (
	"encoding/json"
	"time"
)

// Log is one call of an HTTP API: who asked what, and what was answered. Its
// JSON (json.go) is the record of NDJSON files, of search --json and of
// GET …/logs/{id}. An empty string, a nil map and a nil pointer mean "not
// known".
type Log struct {
	ID   string    // sorts by time; the source's own if it has one
	Time time.Time // UTC, nanoseconds
	// Origin is where the call came from: Dashboard, API, Client API, an SDK,
	// an integration, a proxy, a file.
	Origin   string
	Method   string // upper case
	URL      string // as called, absolute where known
	Path     string // of URL, without query
	Query    map[string][]string
	Endpoint string // method and path template: "POST /v1/vouchers/{code}/redemption"
	Status   int    // 0 = no answer
	// Duration is in milliseconds; nil where it was not measured.
	Duration      *float64
	User          User
	Customer      Customer
	APIKey        string // name or id of the server-side key, never the secret
	ClientKey     string // name or id of the client-side key, never the secret
	Campaign      string
	Incentive     string // voucher, promotion or reward
	RequestID     string
	CorrelationID string
	TaskID        string
	IP            string
	UserAgent     string
	Message       string // the line's own text, where there is one
	Request       Payload
	Response      Payload
	Error         LogError
	Source        string          // where it came in: "import imp_…", "api", "proxy main"
	Attributes    json.RawMessage // a JSON object of whatever else the source said, or nil
}

// User is who called, on the platform's side.
type User struct {
	ID    string `json:"id,omitempty"`
	Email string `json:"email,omitempty"`
}

// Customer is for whom the call was made.
type Customer struct {
	ID       string `json:"id,omitempty"`
	SourceID string `json:"source_id,omitempty"`
}

// LogError is the reason that a failed call gave.
type LogError struct {
	Key     string `json:"key,omitempty"`
	Message string `json:"message,omitempty"`
}

// Payload is one direction of a call: headers and body.
type Payload struct {
	Headers map[string][]string // names in lower case, values in order
	Body    string              // its bytes; text mostly, any bytes possible
	// Size is the body's full size in bytes as it was on the wire; it may be
	// known where the body is not, and is larger than len(Body) where it was cut.
	Size int64
	// TruncatedAt is the number of bytes that were kept, 0 when all were.
	TruncatedAt int64
}

// Result of a call.
const (
	Success = "success"
	Failure = "failure"
)

// Failed says whether the call failed: a status of 400 or more, or none at all.
func (l *Log) Failed() bool { return l.Status >= 400 || l.Status == 0 }

// Result is Success or Failure.
func (l *Log) Result() string {
	if l.Failed() {
		return Failure
	}
	return Success
}
