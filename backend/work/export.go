package work

import (
	"bufio"
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/logfile"
)

type exportParams struct {
	Export string `json:"export"`
	File   string `json:"file"`
}

// Export writes what a filter shows into a file, as a task. Of e it needs
// Project and Format; Q or Filter (one of them; both forms are stored), From,
// To, Fields, Order, TZ, Options, AsOf, Origin, User and File are what the user
// chose or empty; the rest is filled in. An empty File is one in the data
// directory. The answer is the stored record.
//
// The file is under its name only when it is whole. One that is there already
// is a Conflict without Options.Overwrite.
func (r *Runner) Export(ctx context.Context, e audit.Export) (audit.Export, error) {
	p, err := r.Catalog.Project(ctx, e.Project)
	if err != nil {
		return e, err
	}
	now := r.Now().UTC()
	e.ID, e.Project, e.Status, e.CreatedAt, e.UpdatedAt = newExportID(), p.ID, audit.ExportScheduled, now, now
	e.ExportedObject = cmp.Or(e.ExportedObject, "api_log")
	e.Fields, e.Order, e.TZ = cmp.Or(e.Fields, "default"), cmp.Or(e.Order, "-time"), cmp.Or(e.TZ, "UTC")
	e.TaskID, e.Rows, e.Bytes, e.SHA256, e.Message = "", 0, 0, "", ""
	expr, err := exportFilter(&e)
	if err != nil {
		return e, err
	}
	e.Q = filter.TextOf(expr)
	e.Filter = filter.JSONOf(expr)
	if _, err := exportQuery(&e); err != nil {
		return e, err
	}
	if _, err := newWriter(io.Discard, &e); err != nil {
		return e, err
	}
	if err := r.chooseFile(&e); err != nil {
		return e, err
	}
	message := fmt.Sprintf("Exports logs%s to %s.", describe(e.Q, e.From, e.To), filepath.Base(e.File))
	t, err := r.newTask(audit.TaskExport, e.Project, e.User, message, exportParams{Export: e.ID, File: e.File})
	if err != nil {
		return e, err
	}
	e.TaskID = t.ID
	if err := r.Catalog.PutExport(ctx, e); err != nil {
		return e, fmt.Errorf("store the export: %w", err)
	}
	if _, err := r.enqueue(ctx, t); err != nil {
		return e, errors.Join(err, r.Catalog.DeleteExport(ctx, e.Project, e.ID))
	}
	r.Feed.Publish(audit.Change{Kind: audit.ExportChanged, Project: e.Project, ID: e.ID})
	return e, nil
}

// OpenExport opens the copy of an export that is Done: Conflict for another
// state, NotFound when the file is gone.
func (r *Runner) OpenExport(ctx context.Context, project, id string) (*os.File, audit.Export, error) {
	e, err := r.Catalog.Export(ctx, project, id)
	if err != nil {
		return nil, e, err
	}
	if e.Status != audit.ExportDone {
		return nil, e, &audit.Error{
			Code: audit.Conflict, Message: fmt.Sprintf("Export %s has no copy to download: it is %s.", id, exportState(e)),
			ResourceType: "export", ResourceID: id,
		}
	}
	f, err := os.Open(e.File)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, e, &audit.Error{
			Code: audit.NotFound, Message: fmt.Sprintf("The copy %s of export %s is gone; run the export again.", e.File, id),
			ResourceType: "export", ResourceID: id,
		}
	}
	return f, e, fileError(err, "read", e.File)
}

// DeleteExport stops an export and removes its record, and its copy where that
// lies in the data directory.
func (r *Runner) DeleteExport(ctx context.Context, project, id string) error {
	e, err := r.Catalog.Export(ctx, project, id)
	if err != nil {
		return err
	}
	if j := r.job(e.Project, e.TaskID); j != nil {
		if _, err := r.Cancel(ctx, e.Project, e.TaskID); err != nil {
			return err
		}
	}
	if r.isExported(e.File) {
		if err := os.Remove(e.File); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fileError(err, "remove", e.File)
		}
	}
	if err := r.Catalog.DeleteExport(ctx, e.Project, e.ID); err != nil {
		return err
	}
	r.Feed.Publish(audit.Change{Kind: audit.ExportChanged, Project: e.Project, ID: e.ID})
	return nil
}

func exportState(e audit.Export) string {
	switch e.Status {
	case audit.ExportScheduled:
		return "waiting"
	case audit.ExportInProgress:
		return "being made"
	}
	return "failed: " + e.Message
}

// exportFilter is the filter in whichever form it was given.
func exportFilter(e *audit.Export) (filter.Expr, error) {
	if e.Q == "" && len(e.Filter) > 0 {
		return audit.LogSchema.ParseJSON(e.Filter)
	}
	return audit.LogSchema.Parse(e.Q)
}

func exportQuery(e *audit.Export) (audit.Query, error) {
	expr, err := exportFilter(e)
	if err != nil {
		return audit.Query{}, err
	}
	order, err := parseOrder(e.Order)
	return audit.Query{
		Project: e.Project, Filter: expr, From: e.From, To: e.To, Now: e.CreatedAt, Order: order, AsOf: e.AsOf,
	}, err
}

func parseOrder(s string) (audit.Order, error) {
	field, descending := strings.CutPrefix(s, "-")
	switch f := audit.OrderField(field); f {
	case audit.ByTime, audit.ByStatus, audit.ByOrigin:
		return audit.Order{Field: f, Ascending: !descending}, nil
	}
	return audit.Order{}, audit.Errorf(audit.Invalid, "Logs cannot be ordered by %q; there are time, status and origin, with - before it for descending.", s)
}

func newWriter(w io.Writer, e *audit.Export) (logfile.Writer, error) {
	return logfile.NewWriter(w, e.Format, logfile.WriterOptions{
		Fields: e.Fields, Bodies: e.Options.Bodies, Separator: e.Options.Separator,
		BOM: e.Options.BOM, Raw: e.Options.Raw, TZ: e.TZ,
	})
}

// chooseFile decides where the copy goes and refuses what cannot work, so that
// the user hears of it at once.
func (r *Runner) chooseFile(e *audit.Export) error {
	if e.File == "" {
		e.File = filepath.Join(r.Dir, exportsDir, e.ID+"."+e.Format)
		return nil
	}
	path, err := filepath.Abs(e.File)
	if err != nil {
		return fileError(err, "write", e.File)
	}
	e.File = path
	switch info, err := os.Stat(path); {
	case err == nil && info.IsDir():
		return audit.Errorf(audit.Invalid, "Cannot write %s: it is a folder; name a file in it.", path)
	case err == nil && !e.Options.Overwrite:
		return existing(path)
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return fileError(err, "write", path)
	}
	if _, err := os.Stat(filepath.Dir(path)); err != nil {
		return fileError(err, "write into", filepath.Dir(path))
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, j := range r.jobs {
		var p exportParams
		if j.kind == audit.TaskExport && json.Unmarshal(j.params, &p) == nil && p.File == path {
			return audit.Errorf(audit.Conflict, "Another export is writing %s at this moment; wait for it or choose another name.", path)
		}
	}
	return nil
}

func (r *Runner) runExport(ctx context.Context, j *job) (ending, error) {
	t := j.snapshot()
	var p exportParams
	if err := readParams(t, &p); err != nil {
		return ending{}, err
	}
	e, err := r.Catalog.Export(ctx, t.Project, p.Export)
	if err != nil {
		return ending{}, err
	}
	if e.SHA256 != "" && fileIs(e.File, e.SHA256) {
		// The file was there when the app died, but nobody had noted it.
		return exported(e), nil
	}
	query, err := exportQuery(&e)
	if err != nil {
		return ending{}, filterError(err)
	}
	tally, err := r.Store.Tally(ctx, query, audit.Group{Steps: 1})
	if err != nil {
		return ending{}, fmt.Errorf("count the logs to export: %w", err)
	}
	e.Status, e.AsOf, e.Rows, e.Bytes, e.SHA256 = audit.ExportInProgress, tally.AsOf, 0, 0, ""
	query.AsOf = tally.AsOf
	if err := r.putExport(ctx, &e); err != nil {
		return ending{}, err
	}
	r.update(j, func(t *audit.Task) { t.Unit, t.Done, t.Of = "logs", 0, tally.Total })
	err = writeFile(e.File, e.Options.Overwrite || r.isExported(e.File), func(w io.Writer) error {
		if err := r.writeLogs(ctx, j, query, &e, w); err != nil {
			return err
		}
		// Noted before the rename, so that a file that is there can be known as ours.
		return r.putExport(ctx, &e)
	})
	if err != nil {
		return ending{}, err
	}
	return exported(e), nil
}

func exported(e audit.Export) ending {
	return ending{
		Outcome: audit.OutcomeSuccess,
		Message: fmt.Sprintf("Exported %s to %s.", counted(e.Rows, "log"), filepath.Base(e.File)),
		Result:  map[string]any{"export": e.ID, "rows": e.Rows, "bytes": e.Bytes, "sha256": e.SHA256, "file": e.File},
	}
}

// writeLogs writes every match and notes in e what was written.
func (r *Runner) writeLogs(ctx context.Context, j *job, q audit.Query, e *audit.Export, w io.Writer) error {
	sum := sha256.New()
	out := &countingWriter{w: io.MultiWriter(w, sum)}
	buffer := bufio.NewWriterSize(out, 1<<18)
	logs, err := newWriter(buffer, e)
	if err != nil {
		return err
	}
	const often = 256
	for l, err := range r.Store.Scan(ctx, q) {
		if err != nil {
			return fmt.Errorf("read the logs to export: %w", err)
		}
		if err := logs.Write(&l); err != nil {
			return err
		}
		e.Rows++
		if e.Rows%often == 0 {
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			r.update(j, func(t *audit.Task) { t.Done, t.DoneCount = e.Rows, e.Rows })
		}
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if err := logs.Close(); err != nil {
		return err
	}
	if err := buffer.Flush(); err != nil {
		return err
	}
	e.Bytes, e.SHA256 = out.n, hex.EncodeToString(sum.Sum(nil))
	r.update(j, func(t *audit.Task) { t.Done, t.DoneCount = e.Rows, e.Rows })
	return nil
}

type countingWriter struct {
	w io.Writer
	n int64
}

func (c *countingWriter) Write(p []byte) (int, error) {
	n, err := c.w.Write(p)
	c.n += int64(n)
	return n, err
}

func fileIs(path, sha string) bool {
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	sum := sha256.New()
	_, err = io.Copy(sum, f)
	return err == nil && hex.EncodeToString(sum.Sum(nil)) == sha
}

func (r *Runner) putExport(ctx context.Context, e *audit.Export) error {
	e.UpdatedAt = r.Now().UTC()
	if err := r.Catalog.PutExport(ctx, *e); err != nil {
		return fmt.Errorf("store the export: %w", err)
	}
	r.Feed.Publish(audit.Change{Kind: audit.ExportChanged, Project: e.Project, ID: e.ID})
	return nil
}

// settleExport gives an export's record the state of its task.
func (r *Runner) settleExport(t audit.Task) {
	ctx := context.WithoutCancel(r.base)
	var p exportParams
	if err := readParams(t, &p); err != nil {
		r.Log.Error("settle an export", "task", t.ID, "err", err)
		return
	}
	e, err := r.Catalog.Export(ctx, t.Project, p.Export)
	if err != nil {
		r.Log.Error("settle an export", "task", t.ID, "err", err)
		return
	}
	e.Message = ""
	switch t.Status {
	case audit.TaskDone:
		e.Status = audit.ExportDone
	case audit.TaskFailed, audit.TaskCanceled:
		e.Status, e.Message = audit.ExportError, t.Message
	default:
		e.Status = audit.ExportScheduled
	}
	if err := r.putExport(ctx, &e); err != nil {
		r.Log.Error("settle an export", "task", t.ID, "err", err)
	}
}
