package api

import (
	"bytes"
	"encoding/json"
	"net/http"
	"time"
)

// writeTimeout is how long a client may take to read what is written at once;
// one that does not read is dropped, not waited for. Tests have less patience.
var writeTimeout = 30 * time.Second

// answer is the response that handlers write to. It remembers what was
// answered, and gives a slow client a limited time for each piece.
type answer struct {
	http.ResponseWriter
	control *http.ResponseController
	status  int // 0 until the answer has begun
	bytes   int64
}

func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
		a.hurry()
	}
	a.ResponseWriter.WriteHeader(status)
}

func (a *answer) Write(b []byte) (int, error) {
	if a.status == 0 {
		a.WriteHeader(http.StatusOK)
	}
	a.hurry()
	n, err := a.ResponseWriter.Write(b)
	a.bytes += int64(n)
	return n, err
}

// hurry begins the time for the next piece. Only a test's recorder has no
// deadlines.
func (a *answer) hurry() { _ = a.control.SetWriteDeadline(time.Now().Add(writeTimeout)) }

// Unwrap lets http.ResponseController reach the connection.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

// begun says whether the answer's status is sent.
func begun(w http.ResponseWriter) bool {
	a, ok := w.(*answer)
	return ok && a.status != 0
}

// respond answers with v as JSON.
func respond(w http.ResponseWriter, status int, v any) error {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false) // nobody takes JSON for a page: nosniff
	if err := encoder.Encode(v); err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	// An error here is a client that went away: there is nobody to tell.
	_, _ = w.Write(b.Bytes())
	return nil
}
