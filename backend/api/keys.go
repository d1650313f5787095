package api

import (
	"net/http"

	"projectlogs/backend/audit"
)

func (s *Server) listKeys(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	keys, err := s.Catalog.Keys(r.Context(), callOf(r).project.ID)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, listOf(keys))
}

func (s *Server) createKey(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		named
		Scopes *[]audit.Scope `json:"scopes"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	name, err := cleanName(asked.Name)
	if err != nil {
		return err
	}
	scopes := []audit.Scope{audit.ScopeIngest, audit.ScopeRead, audit.ScopeExport}
	if asked.Scopes != nil {
		if scopes, err = cleanScopes(*asked.Scopes); err != nil {
			return err
		}
	}
	id, secret := newSecret()
	project := callOf(r).project.ID
	k := audit.Key{ID: id, Project: project, Name: name, Scopes: scopes, Hash: hashOf(secret), CreatedAt: s.Now().UTC()}
	if err := s.Catalog.PutKey(r.Context(), k); err != nil {
		return err
	}
	s.Feed.Publish(audit.Change{Kind: audit.KeyChanged, Project: project, ID: id})
	return respond(w, http.StatusCreated, newKey{id, name, scopes, secret})
}

// cleanScopes are the scopes in their order, each once.
func cleanScopes(asked []audit.Scope) ([]audit.Scope, error) {
	known := []audit.Scope{audit.ScopeIngest, audit.ScopeRead, audit.ScopeExport, audit.ScopeAdmin}
	has := map[audit.Scope]bool{}
	for _, s := range asked {
		has[s] = true
	}
	var out []audit.Scope
	for _, s := range known {
		if has[s] {
			out = append(out, s)
			delete(has, s)
		}
	}
	for s := range has {
		return nil, invalidf("There is no scope %.100q; there are ingest, read, export, admin.", s)
	}
	if len(out) == 0 {
		return nil, invalidf("A key needs at least one scope: ingest, read, export, admin.")
	}
	return out, nil
}

func (s *Server) revokeKey(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	s.keys.Lock()
	defer s.keys.Unlock()
	id, project := r.PathValue("id"), callOf(r).project.ID
	k, err := s.Catalog.Key(r.Context(), id)
	if audit.CodeOf(err) == audit.NotFound || err == nil && k.Project != project {
		return audit.Missing("key", id)
	}
	if err != nil {
		return err
	}
	if k.RevokedAt.IsZero() {
		k.RevokedAt = s.Now().UTC()
		if err := s.Catalog.PutKey(r.Context(), k); err != nil {
			return err
		}
		s.Feed.Publish(audit.Change{Kind: audit.KeyChanged, Project: project, ID: id})
	}
	return respond(w, http.StatusOK, k)
}
