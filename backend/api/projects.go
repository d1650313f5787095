package api

import (
	"context"
	"net/http"
	"strings"
	"unicode"

	"projectlogs/backend/audit"
)

// visible are the projects that the caller may see, with what they hold.
func (s *Server) visible(r *http.Request) ([]projectAnswer, error) {
	all, err := s.Catalog.Projects(r.Context())
	if err != nil {
		return nil, err
	}
	answers := []projectAnswer{}
	for _, p := range all {
		if !callOf(r).caller.sees(p.ID) {
			continue
		}
		answer, err := s.measured(r.Context(), p)
		if err != nil {
			return nil, err
		}
		answers = append(answers, answer)
	}
	return answers, nil
}

// measured is a project with what it holds.
func (s *Server) measured(ctx context.Context, p audit.Project) (projectAnswer, error) {
	answer := projectAnswer{ID: p.ID, Name: p.Name, CreatedAt: p.CreatedAt}
	extent, err := s.extent(ctx, p.ID)
	answer.Logs = extent.Logs
	if !extent.Oldest.IsZero() {
		answer.Oldest, answer.Newest = &extent.Oldest, &extent.Newest
	}
	return answer, err
}

func (s *Server) extent(ctx context.Context, project string) (audit.Extent, error) {
	if sizer, ok := s.Store.(audit.Sizer); ok {
		return sizer.Extent(ctx, project)
	}
	q := audit.Query{Project: project, Limit: 1}
	newest, err := s.Store.Search(ctx, q)
	if err != nil || len(newest.Logs) == 0 {
		return audit.Extent{}, err
	}
	q.Order.Ascending, q.AsOf = true, newest.AsOf
	oldest, err := s.Store.Search(ctx, q)
	if err != nil || len(oldest.Logs) == 0 {
		return audit.Extent{}, err
	}
	return audit.Extent{Logs: newest.Total, Oldest: oldest.Logs[0].Time, Newest: newest.Logs[0].Time}, nil
}

func (s *Server) listProjects(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	projects, err := s.visible(r)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, listOf(projects))
}

func (s *Server) getProject(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	return s.answerProject(w, r, http.StatusOK, callOf(r).project)
}

func (s *Server) answerProject(w http.ResponseWriter, r *http.Request, status int, p audit.Project) error {
	answer, err := s.measured(r.Context(), p)
	if err != nil {
		return err
	}
	return respond(w, status, answer)
}

// named is the body of what has nothing but a name.
type named struct {
	Name string `json:"name"`
}

func readName(r *http.Request) (string, error) {
	if err := none(r); err != nil {
		return "", err
	}
	var asked named
	if err := decode(r, &asked); err != nil {
		return "", err
	}
	return cleanName(asked.Name)
}

const maxName = 200

// cleanName is a name as it is stored: of a project, a key, a view.
func cleanName(name string) (string, error) {
	name = strings.TrimSpace(name)
	switch {
	case name == "":
		return "", invalidf("The name is missing.")
	case len(name) > maxName:
		return "", invalidf("The name has %d bytes; at most %d are possible.", len(name), maxName)
	case strings.ContainsFunc(name, unicode.IsControl):
		return "", invalidf("The name has a control character in it.")
	}
	return name, nil
}

func (s *Server) createProject(w http.ResponseWriter, r *http.Request) error {
	name, err := readName(r)
	if err != nil {
		return err
	}
	p, err := s.Catalog.CreateProject(r.Context(), name)
	if err != nil {
		return err
	}
	callOf(r).project = p
	s.Feed.Publish(audit.Change{Kind: audit.ProjectChanged, Project: p.ID})
	return s.answerProject(w, r, http.StatusCreated, p)
}

func (s *Server) renameProject(w http.ResponseWriter, r *http.Request) error {
	name, err := readName(r)
	if err != nil {
		return err
	}
	if callOf(r).project.ID == audit.OwnProject {
		return audit.Errorf(audit.Conflict, "The project %s keeps the app's own calls and its name.", audit.OwnProject)
	}
	p, err := s.Catalog.RenameProject(r.Context(), callOf(r).project.ID, name)
	if err != nil {
		return err
	}
	s.Feed.Publish(audit.Change{Kind: audit.ProjectChanged, Project: p.ID})
	return s.answerProject(w, r, http.StatusOK, p)
}

func (s *Server) deleteProject(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	task, err := s.Runner.DeleteProject(r.Context(), callOf(r).project.ID, callOf(r).caller.name())
	return respondTask(w, r, http.StatusAccepted, task, err)
}
