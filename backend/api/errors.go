package api

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// statuses is the one table from what went wrong to the answer's status. The
// code itself is the answer's key.
var statuses = map[audit.Code]int{
	audit.Invalid:      http.StatusBadRequest,
	audit.NotFound:     http.StatusNotFound,
	audit.Conflict:     http.StatusConflict,
	audit.Unauthorized: http.StatusUnauthorized,
	audit.Forbidden:    http.StatusForbidden,
	audit.TooLarge:     http.StatusRequestEntityTooLarge,
	audit.Unsupported:  http.StatusUnsupportedMediaType,
	audit.Busy:         http.StatusServiceUnavailable,
	audit.ReadOnly:     http.StatusForbidden,
	audit.DiskFull:     http.StatusInsufficientStorage,
	audit.Damaged:      http.StatusInternalServerError,
	audit.Newer:        http.StatusConflict,
	audit.Locked:       http.StatusLocked,
	audit.Canceled:     http.StatusServiceUnavailable,
	audit.Internal:     http.StatusInternalServerError,
}

// refusal is an error that HTTP has a status for and package audit no code.
type refusal struct {
	status       int
	key, message string
}

func (e *refusal) Error() string { return e.message }

// problem is the body of every error: RFC 9457, and the members of the audited
// platform's own errors.
type problem struct {
	Title        string    `json:"title"`
	Status       int       `json:"status"`
	Detail       string    `json:"detail"`
	Code         int       `json:"code"`
	Key          string    `json:"key"`
	Message      string    `json:"message"`
	Details      string    `json:"details"`
	RequestID    string    `json:"request_id"`
	ResourceID   string    `json:"resource_id"`
	ResourceType string    `json:"resource_type"`
	Position     *position `json:"position,omitempty"`
	Suggestion   string    `json:"suggestion,omitempty"`
}

// position is a place in a filter's text, in bytes.
type position struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// problemOf says what may be said of an error. Causes are never told.
func problemOf(err error) *problem {
	var (
		p       problem
		syntax  *filter.SyntaxError
		refused *refusal
		known   *audit.Error
		large   *http.MaxBytesError
	)
	switch {
	case errors.As(err, &refused):
		p = problem{Status: refused.status, Key: refused.key, Message: refused.message}
	case errors.As(err, &syntax):
		p = problem{Status: http.StatusBadRequest, Key: "invalid_filter", Message: syntax.Error(), Suggestion: syntax.Suggestion}
		if syntax.Pos >= 0 && syntax.Path == "" {
			p.Position = &position{syntax.Pos, syntax.End}
		}
	case errors.As(err, &known) && known.Code != audit.Internal:
		p = problem{
			Status: statuses[known.Code], Key: string(known.Code), Message: known.Message, Details: known.Details,
			ResourceID: known.ResourceID, ResourceType: known.ResourceType, Suggestion: known.Suggestion,
		}
		if known.End > 0 {
			p.Key, p.Position = "invalid_filter", &position{known.Pos, known.End}
		}
	case errors.As(err, &large):
		return problemOf(tooLarge(large.Limit))
	case errors.Is(err, os.ErrDeadlineExceeded):
		p = problem{Status: http.StatusRequestTimeout, Key: "timeout", Message: "The request came too slowly."}
	case errors.Is(err, context.DeadlineExceeded):
		p = problem{Status: http.StatusServiceUnavailable, Key: string(audit.Busy), Message: "It took too long. Ask for a shorter range, or a filter over columns."}
	case errors.Is(err, context.Canceled):
		p = problem{Status: statuses[audit.Canceled], Key: string(audit.Canceled), Message: "The request was given up."}
	default:
		p = problem{Key: string(audit.Internal), Message: "Something went wrong inside Project Logs. Its own log says more, under this request's id."}
	}
	if p.Status == 0 {
		p.Status = http.StatusInternalServerError
	}
	p.Title, p.Detail, p.Code = http.StatusText(p.Status), p.Message, p.Status
	return &p
}

// fail answers with an error. Where the answer has begun already, it breaks the
// connection, so that nobody takes a part for the whole.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	c := callOf(r)
	p := problemOf(err)
	p.RequestID = c.id
	c.problem = p
	if p.Status >= http.StatusInternalServerError && r.Context().Err() == nil {
		s.Log.Error("a request failed", "request", c.id, "method", r.Method, "path", r.URL.Path, "status", p.Status, "error", err.Error())
	}
	if begun(w) {
		panic(http.ErrAbortHandler)
	}
	h := w.Header()
	h.Del("Content-Disposition")
	h.Del("Trailer")
	h.Set("Content-Type", "application/problem+json")
	h.Set("Cache-Control", "no-store")
	switch p.Status {
	case http.StatusUnauthorized:
		h.Set("WWW-Authenticate", `Bearer realm="projectlogs"`)
	case http.StatusServiceUnavailable, http.StatusTooManyRequests, http.StatusLocked:
		h.Set("Retry-After", "1")
	}
	w.WriteHeader(p.Status)
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	// An error here is a client that went away.
	_ = encoder.Encode(p)
}

func invalidf(format string, args ...any) error { return audit.Errorf(audit.Invalid, format, args...) }

func tooLarge(limit int64) error {
	return audit.Errorf(audit.TooLarge, "The request's body is larger than %s. Send it in several requests, or import it as a file.", sizeText(limit))
}
