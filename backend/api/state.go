package api

import (
	"net/http"

	"projectlogs/backend/audit"
)

// health answers GET /api/health: that there is a server, and nothing else.
func (s *Server) health(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	return respond(w, http.StatusOK, map[string]bool{"ok": true})
}

// state answers GET /api/state: what the window's frame shows.
func (s *Server) state(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	projects, err := s.visible(r)
	if err != nil {
		return err
	}
	answer := struct {
		Version   string          `json:"version"`
		Address   string          `json:"address"`
		Projects  []projectAnswer `json:"projects"`
		DiskBytes int64           `json:"disk_bytes"`
		ReadOnly  bool            `json:"read_only"`
		Desktop   bool            `json:"desktop"`
		Redaction string          `json:"redaction"`
		DataDir   string          `json:"data_dir,omitempty"` // for who sits at this machine
	}{
		Version: s.Version, Address: "http://" + s.Addr, Projects: projects, ReadOnly: s.ReadOnly,
		Desktop: s.desktop.Load() != nil, Redaction: string(s.Door.Profile()),
	}
	if callOf(r).caller.key == nil {
		answer.DataDir = s.Runner.Dir
	}
	if sizer, ok := s.Store.(audit.Sizer); ok {
		if answer.DiskBytes, err = sizer.DiskBytes(); err != nil {
			return err
		}
	}
	return respond(w, http.StatusOK, answer)
}
