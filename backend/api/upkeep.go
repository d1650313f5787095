package api

import (
	"net/http"

	"projectlogs/backend/audit"
)

// reindex answers POST /api/reindex.
func (s *Server) reindex(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	t, err := s.Runner.Reindex(r.Context(), callOf(r).caller.name())
	return respondTask(w, r, http.StatusAccepted, t, err)
}

// check answers POST /api/check, when the whole store is read.
func (s *Server) check(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	checker, ok := s.Store.(audit.Checker)
	if !ok {
		return unsupported("This store cannot check itself.")
	}
	found, err := checker.Check(r.Context(), func(done, of int64) {})
	if err != nil {
		return err
	}
	if found.Faults == nil {
		found.Faults = []string{}
	}
	return respond(w, http.StatusOK, found)
}
