package api

import (
	"encoding/json"
	"net/http"
	"time"

	"projectlogs/backend/audit"
)

// aliveEvery is how often a stream of events says that it lives. Tests have less
// patience.
var aliveEvery = 15 * time.Second

// The kinds of events that the server itself sends.
const (
	hello audit.ChangeKind = "hello"
	alive audit.ChangeKind = "alive"
)

// events answers GET /api/events: what changes, one JSON object a line, for as
// long as the client reads and the server runs. A listener that does not keep up
// gets Missed from the feed; one that does not read at all is dropped by the
// time limit of a write.
func (s *Server) events(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	project := p.word("project")
	if err := p.done(); err != nil {
		return err
	}
	only, err := s.listensTo(r, project)
	if err != nil {
		return err
	}
	changes, stop := s.Feed.Listen()
	defer stop()
	w.Header().Set("Content-Type", "application/x-ndjson")
	control, encoder := http.NewResponseController(w), json.NewEncoder(w)
	send := func(c audit.Change) error {
		if err := encoder.Encode(c); err != nil {
			return err
		}
		return control.Flush()
	}
	ticker := time.NewTicker(aliveEvery)
	defer ticker.Stop()
	for next := (audit.Change{Kind: hello}); ; {
		if only == "" || next.Project == "" || next.Project == only {
			if send(next) != nil {
				return nil // the client went away
			}
		}
		select {
		case next = <-changes:
		case <-ticker.C:
			next = audit.Change{Kind: alive}
		case <-r.Context().Done():
			return nil
		case <-s.closing:
			return nil
		}
	}
}

// listensTo is the project whose events the caller gets, "" for all.
func (s *Server) listensTo(r *http.Request, project string) (string, error) {
	c := callOf(r).caller
	if project == "" {
		if c.key != nil {
			return c.key.Project, nil
		}
		return "", nil
	}
	p, err := s.Catalog.Project(r.Context(), project)
	if c.key != nil && (err != nil || p.ID != c.key.Project) {
		return "", audit.Errorf(audit.Forbidden, "The key %s is for the project %s alone.", c.key.ID, c.key.Project)
	}
	return p.ID, err
}
