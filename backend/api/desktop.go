package api

import (
	"net/http"
	"path/filepath"

	"projectlogs/backend/audit"
)

// Desktop is what a page cannot do by itself and the window does for it. All
// methods may be called from any goroutine. An empty answer without an error
// means that the person closed the dialog.
type Desktop interface {
	// OpenFiles lets the person choose files to import.
	OpenFiles(title string) (paths []string, err error)
	// SaveFile lets the person choose where a copy goes.
	SaveFile(defaultName string) (path string, err error)
	// ShowInFolder opens the folder of path in the machine's file browser.
	ShowInFolder(path string) error
	// Focus brings the window to the front.
	Focus()
}

// SetDesktop tells of the window once it stands, and with nil once it is gone.
func (s *Server) SetDesktop(d Desktop) {
	if d == nil {
		s.desktop.Store(nil)
		return
	}
	s.desktop.Store(&d)
}

func (s *Server) window(r *http.Request) (Desktop, error) {
	if err := none(r); err != nil {
		return nil, err
	}
	if d := s.desktop.Load(); d != nil {
		return *d, nil
	}
	return nil, audit.Errorf(audit.NotFound, "There is no window; this is a browser's page.")
}

func (s *Server) openFiles(w http.ResponseWriter, r *http.Request) error {
	d, err := s.window(r)
	if err != nil {
		return err
	}
	paths, err := d.OpenFiles("Import")
	if err != nil {
		return err
	}
	if paths == nil {
		paths = []string{}
	}
	return respond(w, http.StatusOK, map[string][]string{"paths": paths})
}

func (s *Server) saveFile(w http.ResponseWriter, r *http.Request) error {
	d, err := s.window(r)
	if err != nil {
		return err
	}
	var asked named
	if err := decode(r, &asked); err != nil {
		return err
	}
	path, err := d.SaveFile(filepath.Base(asked.Name))
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, map[string]string{"path": path})
}

func (s *Server) showInFolder(w http.ResponseWriter, r *http.Request) error {
	d, err := s.window(r)
	if err != nil {
		return err
	}
	var asked struct {
		Path string `json:"path"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	if !filepath.IsAbs(asked.Path) {
		return invalidf("path is %.200q; it must be an absolute path.", asked.Path)
	}
	if err := d.ShowInFolder(asked.Path); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) focus(w http.ResponseWriter, r *http.Request) error {
	d, err := s.window(r)
	if err != nil {
		return err
	}
	d.Focus()
	w.WriteHeader(http.StatusNoContent)
	return nil
}
