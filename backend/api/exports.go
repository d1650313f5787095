package api

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// exportAnswer is an export as clients see it: its snapshot is one that they
// may ask with.
func exportAnswer(e audit.Export) audit.Export {
	e.AsOf = marked(e.CreatedAt, e.AsOf)
	return e
}

func (s *Server) listExports(w http.ResponseWriter, r *http.Request) error {
	q, err := listQuery(r, "exports")
	if err != nil {
		return err
	}
	page, err := s.Catalog.Exports(r.Context(), q)
	if err != nil {
		return err
	}
	for i := range page.Items {
		page.Items[i] = exportAnswer(page.Items[i])
	}
	return respond(w, http.StatusOK, pageOfList(page))
}

// createExport answers POST …/exports.
func (s *Server) createExport(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		Q       string              `json:"q"`
		Filter  json.RawMessage     `json:"filter"`
		Last    string              `json:"last"`
		From    string              `json:"from"`
		To      string              `json:"to"`
		Format  string              `json:"format"`
		Fields  fieldList           `json:"fields"`
		Order   string              `json:"order"`
		TZ      string              `json:"tz"`
		Options audit.ExportOptions `json:"options"`
		AsOf    string              `json:"as_of"`
		File    string              `json:"file"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	c := callOf(r)
	if c.caller.key != nil && (asked.File != "" || asked.Options.Overwrite) {
		return audit.Errorf(audit.Forbidden, "A key cannot name a file on this machine; leave file and overwrite out and download the copy.")
	}
	if asked.File != "" && !filepath.IsAbs(asked.File) {
		return invalidf("file is %.200q; it must be an absolute path.", asked.File)
	}
	q, err := question{
		Q: asked.Q, Filter: asked.Filter, Last: asked.Last, From: asked.From, To: asked.To, Sort: asked.Order, AsOf: asked.AsOf,
	}.query(r, s.Now())
	if err != nil {
		return err
	}
	if asked.Format == "" {
		asked.Format = "csv"
	}
	return s.startExport(w, r, audit.Export{
		Project: q.Project, Format: asked.Format, Q: asked.Q, Filter: asked.Filter, From: q.From, To: q.To,
		Fields: string(asked.Fields), Order: orderText(q.Order), TZ: asked.TZ, Options: asked.Options, AsOf: q.AsOf, File: asked.File,
	})
}

// fieldList is the name of a preset or names with commas; also read from a list
// of names.
type fieldList string

func (l *fieldList) UnmarshalJSON(b []byte) error {
	var names []string
	if err := json.Unmarshal(b, &names); err == nil {
		*l = fieldList(strings.Join(names, ","))
		return nil
	}
	var text string
	if err := json.Unmarshal(b, &text); err != nil {
		return invalidf("The member fields must be a preset's name, names with commas, or a list of names.")
	}
	*l = fieldList(text)
	return nil
}

// startExport begins an export in the name of the caller.
func (s *Server) startExport(w http.ResponseWriter, r *http.Request, e audit.Export) error {
	c := callOf(r)
	e.Origin, e.User = c.caller.origin(), c.caller.name()
	e, err := s.Runner.Export(r.Context(), e)
	if err != nil {
		return err
	}
	c.subject = e.TaskID
	return respond(w, http.StatusAccepted, exportAnswer(e))
}

func (s *Server) export(r *http.Request) (audit.Export, error) {
	if err := none(r); err != nil {
		return audit.Export{}, err
	}
	return s.Catalog.Export(r.Context(), callOf(r).project.ID, r.PathValue("id"))
}

func (s *Server) getExport(w http.ResponseWriter, r *http.Request) error {
	e, err := s.export(r)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, exportAnswer(e))
}

// rerunExport asks the same question now. The new copy lies in the data
// directory, whoever asks and wherever the old one lies.
func (s *Server) rerunExport(w http.ResponseWriter, r *http.Request) error {
	e, err := s.export(r)
	if err != nil {
		return err
	}
	e.Options.Overwrite = false
	return s.startExport(w, r, audit.Export{
		Project: e.Project, Format: e.Format, Q: e.Q, From: e.From, To: e.To, Fields: e.Fields, Order: e.Order, TZ: e.TZ, Options: e.Options,
	})
}

// deleteExport removes the record; the copy too, where it lies in the data
// directory.
func (s *Server) deleteExport(w http.ResponseWriter, r *http.Request) error {
	e, err := s.export(r)
	if err != nil {
		return err
	}
	if err := s.Runner.DeleteExport(r.Context(), e.Project, e.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

func (s *Server) exportFile(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	return s.sendExport(w, r, callOf(r).project.ID, r.PathValue("id"))
}

// sendExport answers with the copy as it was made: a file that is another one
// by now is not sent.
func (s *Server) sendExport(w http.ResponseWriter, r *http.Request, project, id string) error {
	f, e, err := s.Runner.OpenExport(r.Context(), project, id)
	if err != nil {
		return err
	}
	defer f.Close() // it was only read
	if err := unchanged(f, e); err != nil {
		return err
	}
	attach(w, exportKinds[e.Format], filepath.Base(e.File))
	http.ServeContent(w, r, "", time.Time{}, f)
	return nil
}

// unchanged says whether a file is still the copy that was made.
func unchanged(f *os.File, e audit.Export) error {
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("look at the copy: %w", err)
	}
	if info.Size() != e.Bytes || !info.Mode().IsRegular() {
		return audit.Errorf(audit.Conflict, "The file of the export %s was changed since. Run the export again.", e.ID)
	}
	return nil
}

// exportKinds are the media types of the formats.
var exportKinds = map[string]string{"csv": "text/csv; charset=utf-8", "ndjson": "application/x-ndjson"}

// exportTicket answers with a link that downloads the copy once.
func (s *Server) exportTicket(w http.ResponseWriter, r *http.Request) error {
	e, err := s.export(r)
	if err != nil {
		return err
	}
	if e.Status != audit.ExportDone {
		return audit.Errorf(audit.Conflict, "The export %s is not finished: its status is %s.", e.ID, e.Status)
	}
	return respond(w, http.StatusOK, map[string]string{"url": "/api/tickets/" + s.tickets.issue(e.Project, e.ID)})
}

// redeemTicket answers GET /api/tickets/{ticket}.
func (s *Server) redeemTicket(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	t, ok := s.tickets.redeem(r.PathValue("ticket"), r.Method == http.MethodHead)
	if !ok {
		if err := s.tries.slow(r.Context()); err != nil {
			return err
		}
		return unauthorized("This download link was used already, or is older than 30 seconds. Ask for a new one.")
	}
	return s.sendExport(w, r, t.project, t.export)
}
