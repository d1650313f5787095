package api

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

func (s *Server) listViews(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	views, err := s.Catalog.Views(r.Context(), callOf(r).project.ID)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, listOf(views))
}

func (s *Server) createView(w http.ResponseWriter, r *http.Request) error {
	return s.putView(w, r, http.StatusCreated, audit.View{ID: "view_" + strings.ToLower(rand.Text()), CreatedAt: s.Now().UTC()})
}

func (s *Server) replaceView(w http.ResponseWriter, r *http.Request) error {
	v, err := s.view(r)
	if err != nil {
		return err
	}
	return s.putView(w, r, http.StatusOK, v)
}

func (s *Server) view(r *http.Request) (audit.View, error) {
	views, err := s.Catalog.Views(r.Context(), callOf(r).project.ID)
	if err != nil {
		return audit.View{}, err
	}
	for _, v := range views {
		if v.ID == r.PathValue("id") {
			return v, nil
		}
	}
	return audit.View{}, audit.Missing("view", r.PathValue("id"))
}

// putView stores what the request says under the ID and time of v.
func (s *Server) putView(w http.ResponseWriter, r *http.Request, status int, v audit.View) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		named
		Q       string   `json:"q"`
		Last    string   `json:"last"`
		From    string   `json:"from"`
		To      string   `json:"to"`
		Columns []string `json:"columns"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	var err error
	if v.Name, err = cleanName(asked.Name); err != nil {
		return err
	}
	if _, err := audit.LogSchema.Parse(asked.Q); err != nil {
		return err
	}
	if v.From, v.To, err = timeRange(asked.Last, asked.From, asked.To, s.Now()); err != nil {
		return err
	}
	if asked.Last != "" {
		v.From = time.Time{} // it moves on
	}
	for _, c := range asked.Columns {
		if _, err := fieldName("columns", c); err != nil {
			return err
		}
	}
	v.Q, v.Last, v.Columns, v.Project = asked.Q, asked.Last, asked.Columns, callOf(r).project.ID
	if err := s.Catalog.PutView(r.Context(), v); err != nil {
		return err
	}
	s.Feed.Publish(audit.Change{Kind: audit.ViewChanged, Project: v.Project, ID: v.ID})
	return respond(w, status, v)
}

func (s *Server) deleteView(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	v, err := s.view(r)
	if err != nil {
		return err
	}
	if err := s.Catalog.DeleteView(r.Context(), v.Project, v.ID); err != nil {
		return err
	}
	s.Feed.Publish(audit.Change{Kind: audit.ViewChanged, Project: v.Project, ID: v.ID})
	w.WriteHeader(http.StatusNoContent)
	return nil
}
