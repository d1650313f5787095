package api

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"mime"
	"net/http"
	"os"
	"path/filepath"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
	"projectlogs/backend/work"
)

// upload is a file that came by the wire and lies on disk.
type upload struct{ name, path string }

// importFile answers POST …/imports: a file as the body, or several in a form.
// What is imported is on disk before the answer.
func (s *Server) importFile(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	name, format := p.word("name"), p.word("format")
	if err := p.done(); err != nil {
		return err
	}
	// The name of a format is checked before gigabytes are sent for nothing.
	if _, err := logfile.ParseFormat(format); err != nil {
		return err
	}
	if err := takesIn(callOf(r).project); err != nil {
		return err
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type")) // none is a plain file
	if kind == "multipart/form-data" {
		uploads, err := s.spoolForm(r)
		if err != nil {
			return err
		}
		return s.importAll(w, r, uploads, format, len(uploads) > 1)
	}
	if name == "" {
		name = "upload"
	}
	one, err := s.spool(r, name, r.Body)
	if err != nil {
		return err
	}
	return s.importAll(w, r, []upload{one}, format, false)
}

// spoolForm takes every file of a form.
func (s *Server) spoolForm(r *http.Request) (uploads []upload, err error) {
	defer func() {
		if err != nil {
			discard(uploads)
		}
	}()
	form, err := r.MultipartReader()
	if err != nil {
		return nil, invalidf("The form cannot be read: %w.", err)
	}
	for {
		part, err := form.NextPart()
		if err == io.EOF {
			break
		}
		if err != nil {
			return uploads, brokenUpload(err)
		}
		if part.FileName() == "" {
			return uploads, invalidf("The form's member %.100q is no file.", part.FormName())
		}
		one, err := s.spool(r, part.FileName(), part)
		if err != nil {
			return uploads, err
		}
		uploads = append(uploads, one)
	}
	if len(uploads) == 0 {
		return nil, invalidf("The form has no file in it.")
	}
	return uploads, nil
}

func (s *Server) spool(r *http.Request, name string, from io.Reader) (upload, error) {
	path, err := s.Runner.Spool(r.Context(), name, from)
	return upload{name, path}, brokenUpload(err)
}

// brokenUpload says that a client stopped in the middle of its file.
func brokenUpload(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return invalidf("The upload broke off; nothing of it was imported. Send it again.")
	}
	return err
}

// discard removes uploads that nobody will import. One that stays is found and
// removed by nobody but costs only its place.
func discard(uploads []upload) {
	for _, u := range uploads {
		_ = os.Remove(u.path)
	}
}

// importAll begins a task for each upload.
func (s *Server) importAll(w http.ResponseWriter, r *http.Request, uploads []upload, format string, several bool) error {
	var tasks []audit.Task
	for i, u := range uploads {
		t, err := s.Runner.Import(r.Context(), callOf(r).project.ID, work.ImportRequest{
			Path: u.path, Name: u.name, Format: format, User: callOf(r).caller.name(),
		})
		if err != nil {
			discard(uploads[i:])
			return err
		}
		tasks = append(tasks, t)
	}
	return respondTasks(w, r, tasks, several)
}

// respondTasks answers with the tasks of an import, one alone as itself.
func respondTasks(w http.ResponseWriter, r *http.Request, tasks []audit.Task, several bool) error {
	callOf(r).subject = tasks[0].ID
	if !several {
		return respond(w, http.StatusAccepted, tasks[0])
	}
	return respond(w, http.StatusAccepted, listOf(tasks))
}

// importPaths answers POST …/imports/paths: files and folders of this machine.
func (s *Server) importPaths(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		Paths  []string `json:"paths"`
		Format string   `json:"format"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	if _, err := logfile.ParseFormat(asked.Format); err != nil {
		return err
	}
	if err := takesIn(callOf(r).project); err != nil {
		return err
	}
	files, err := filesIn(asked.Paths)
	if err != nil {
		return err
	}
	var tasks []audit.Task
	for _, path := range files {
		t, err := s.Runner.Import(r.Context(), callOf(r).project.ID, work.ImportRequest{
			Path: path, Name: filepath.Base(path), Format: asked.Format, User: callOf(r).caller.name(),
		})
		if err != nil {
			return err
		}
		tasks = append(tasks, t)
	}
	return respondTasks(w, r, tasks, true)
}

// filesIn walks folders. Hidden files in them, and what is no file, are left
// out: nobody means them by naming the folder.
func filesIn(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		if !filepath.IsAbs(path) {
			return nil, invalidf("The path %.200q is not absolute.", path)
		}
		info, err := os.Stat(path)
		if err != nil {
			return nil, unreadable(path, err)
		}
		if !info.IsDir() {
			files = append(files, path)
			continue
		}
		before := len(files)
		err = filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return unreadable(name, err)
			case name != path && strings.HasPrefix(entry.Name(), "."):
				if entry.IsDir() {
					return fs.SkipDir
				}
			case entry.Type().IsRegular():
				files = append(files, name)
			}
			return nil
		})
		if err != nil {
			return nil, err
		}
		if len(files) == before {
			return nil, invalidf("There is no file in the folder %s.", path)
		}
	}
	if len(files) == 0 {
		return nil, invalidf(`No path is given: {"paths":["/absolute/path"]}.`)
	}
	return files, nil
}

func unreadable(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &audit.Error{Code: audit.Invalid, Message: fmt.Sprintf("There is no file %s.", path), Cause: err}
	case errors.Is(err, fs.ErrPermission):
		return &audit.Error{Code: audit.Forbidden, Message: fmt.Sprintf("%s may not be read.", path), Cause: err}
	}
	return fmt.Errorf("look at %s: %w", path, err)
}

// importSample answers POST …/imports/sample.
func (s *Server) importSample(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		Logs json.Number `json:"logs"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	n, err := asked.Logs.Int64()
	if err != nil || n < 1 || n > maxSample {
		return invalidf("logs is %q; it is how many to make, a whole number from 1 to %d.", asked.Logs, maxSample)
	}
	t, err := s.Runner.Sample(r.Context(), callOf(r).project.ID, int(n), callOf(r).caller.name())
	return respondTask(w, r, http.StatusAccepted, t, err)
}

// maxSample is a hundred times what the product is measured with.
const maxSample = 100_000_000
