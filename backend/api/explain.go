package api

import (
	"net/http"

	"projectlogs/backend/audit"
)

// explain answers GET …/logs/explain: why nothing is found, and what would be.
func (s *Server) explain(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	asked := rangeOf(p)
	if err := p.done(); err != nil {
		return err
	}
	q, err := asked.query(r, s.Now())
	if err != nil {
		return err
	}
	answer, err := audit.Explain(r.Context(), s.Store, q)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, answer)
}
