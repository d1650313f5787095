package api

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"projectlogs/backend/audit"
)

// record makes a log of a call that changed something, or was meant to, in the
// project projectlogs: who did what, with what outcome, without bodies. It is on
// disk before the request ends.
//
// Calls without a right token are none of a caller's, and are not recorded: a
// web page must not be able to fill the disk.
func (s *Server) record(w *answer, r *http.Request) {
	c := callOf(r)
	if c.route == nil || c.route.effect != changes || s.ReadOnly || w.status == http.StatusUnauthorized {
		return
	}
	attributes, err := json.Marshal(map[string]string{"project": c.project.ID})
	if c.project.ID == "" {
		attributes, err = nil, nil
	}
	duration := float64(s.Now().Sub(c.at)) / float64(time.Millisecond)
	l := audit.Log{
		Time: c.at.UTC(), Origin: c.caller.origin(), Method: r.Method, URL: "http://" + s.Addr + r.URL.RequestURI(),
		Path: r.URL.Path, Query: r.URL.Query(), Endpoint: c.route.pattern, Status: w.status, Duration: &duration,
		APIKey: c.caller.name(), RequestID: c.id, TaskID: c.subject, UserAgent: r.UserAgent(),
		Request: audit.Payload{Size: max(0, r.ContentLength)}, Response: audit.Payload{Size: w.bytes},
		Source: "api", Attributes: attributes,
	}
	if c.problem != nil {
		l.Error = audit.LogError{Key: c.problem.Key, Message: c.problem.Message}
	}
	if err == nil {
		// The client may be gone; what it did happened.
		_, err = s.Door.Append(context.WithoutCancel(r.Context()), audit.OwnProject, "api", []audit.Log{l})
	}
	if err != nil {
		s.Log.Error("a call was not recorded", "request", c.id, "error", err.Error())
	}
}
