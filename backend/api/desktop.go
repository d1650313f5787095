package api

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"syscall"

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

// saveFile answers POST /api/desktop/save-file: it asks where a copy goes and,
// where the request names an export or a task with rejected lines, puts it there.
func (s *Server) saveFile(w http.ResponseWriter, r *http.Request) error {
	d, err := s.window(r)
	if err != nil {
		return err
	}
	var asked struct {
		Name    string `json:"name"`
		Project string `json:"project"`
		Export  string `json:"export"`
		Task    string `json:"task"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	from, err := s.copyOf(r, asked.Project, asked.Export, asked.Task)
	if err != nil {
		return err
	}
	if from != nil {
		defer from.Close() // it is only read
	}
	path, err := d.SaveFile(filepath.Base(asked.Name))
	if err != nil {
		return err
	}
	if path != "" && from != nil {
		if err := writeCopy(path, from); err != nil {
			return err
		}
	}
	return respond(w, http.StatusOK, map[string]string{"path": path})
}

// copyOf opens what is to be copied, nil for nothing.
func (s *Server) copyOf(r *http.Request, project, export, task string) (*os.File, error) {
	if export == "" && task == "" {
		return nil, nil
	}
	if export != "" && task != "" {
		return nil, invalidf("export and task contradict each other; give one of them.")
	}
	p, err := s.Catalog.Project(r.Context(), project)
	if err != nil {
		return nil, err
	}
	if task != "" {
		return s.Runner.OpenRejects(r.Context(), p.ID, task)
	}
	f, e, err := s.Runner.OpenExport(r.Context(), p.ID, export)
	if err != nil {
		return nil, err
	}
	if err := unchanged(f, e); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return f, nil
}

// writeCopy makes a file appear whole under its name, over one that is there:
// the dialog has asked.
func writeCopy(path string, from io.Reader) (err error) {
	defer func() {
		switch {
		case errors.Is(err, fs.ErrPermission):
			err = &audit.Error{Code: audit.Forbidden, Message: fmt.Sprintf("Nothing may be written to %s. Choose another place.", path), Cause: err}
		case errors.Is(err, fs.ErrNotExist):
			err = &audit.Error{Code: audit.Invalid, Message: fmt.Sprintf("The folder %s is not there. Choose another place.", filepath.Dir(path)), Cause: err}
		case errors.Is(err, syscall.ENOSPC):
			err = &audit.Error{Code: audit.DiskFull, Message: fmt.Sprintf("There is no space for %s. Choose another place.", path), Cause: err}
		}
	}()
	part, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.part")
	if err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	defer os.Remove(part.Name()) // after the rename there is nothing to remove
	_, err = io.Copy(part, from)
	if err == nil {
		err = part.Sync()
	}
	if err = errors.Join(err, part.Close()); err != nil {
		return fmt.Errorf("write the copy: %w", err)
	}
	return os.Rename(part.Name(), path)
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

// ShownProject is the id of the project that the window's page shows, "" until
// it has said so. Files dropped on the window go there.
func (s *Server) ShownProject() string {
	if id := s.shown.Load(); id != nil {
		return *id
	}
	return ""
}

func (s *Server) showProject(w http.ResponseWriter, r *http.Request) error {
	if _, err := s.window(r); err != nil {
		return err
	}
	var asked struct {
		Project string `json:"project"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	p, err := s.Catalog.Project(r.Context(), asked.Project)
	if err != nil {
		return err
	}
	s.shown.Store(&p.ID)
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
