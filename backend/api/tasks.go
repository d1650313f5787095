package api

import (
	"fmt"
	"io"
	"net/http"

	"projectlogs/backend/audit"
)

// respondTask answers with a task, and notes it as what the call was about.
func respondTask(w http.ResponseWriter, r *http.Request, status int, t audit.Task, err error) error {
	if err != nil {
		return err
	}
	callOf(r).subject = t.ID
	return respond(w, status, t)
}

// listQuery reads the parameters of a list of tasks or exports.
func listQuery(r *http.Request, of string) (audit.ListQuery, error) {
	p := parametersOf(r)
	text := p.text("q")
	q := audit.ListQuery{
		Project: callOf(r).project.ID, Cursor: p.word("cursor"),
		Limit: p.number("limit", 1, audit.MaxLimit, audit.DefaultLimit),
	}
	if err := p.done(); err != nil {
		return q, err
	}
	var err error
	q.Filter, err = parseFilter(schemas[of], text, nil)
	return q, err
}

func (s *Server) listTasks(w http.ResponseWriter, r *http.Request) error {
	q, err := listQuery(r, "tasks")
	if err != nil {
		return err
	}
	page, err := s.Catalog.Tasks(r.Context(), q)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, pageOfList(page))
}

func (s *Server) getTask(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	t, err := s.Catalog.Task(r.Context(), callOf(r).project.ID, r.PathValue("id"))
	return respondTask(w, r, http.StatusOK, t, err)
}

func (s *Server) cancelTask(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	t, err := s.Runner.Cancel(r.Context(), callOf(r).project.ID, r.PathValue("id"))
	return respondTask(w, r, http.StatusOK, t, err)
}

func (s *Server) retryTask(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	t, err := s.Runner.Retry(r.Context(), callOf(r).project.ID, r.PathValue("id"))
	return respondTask(w, r, http.StatusAccepted, t, err)
}

// rejects answers GET …/tasks/{id}/rejects: every line that was not imported.
func (s *Server) rejects(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	id := r.PathValue("id")
	f, err := s.Runner.OpenRejects(r.Context(), callOf(r).project.ID, id)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	attach(w, "application/x-ndjson", id+"-rejected.ndjson")
	if _, err := io.Copy(w, f); err != nil {
		return fmt.Errorf("send the rejected lines: %w", err)
	}
	return nil
}
