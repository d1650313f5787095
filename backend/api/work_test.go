package api_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
)

// finished waits for a task and returns it.
func (f *fixture) finished(project, id string) audit.Task {
	f.t.Helper()
	task, err := f.runner.Wait(f.t.Context(), project, id)
	if err != nil {
		f.t.Fatal(err)
	}
	return task
}

func TestImportsByTheWire(t *testing.T) {
	f := serve(t)
	var task audit.Task
	body := logAt(1, newest) + "\nbroken\n" + logAt(2, newest) + "\n"
	plain := header("Content-Type", "application/octet-stream")
	f.expect("POST", "/api/projects/default/imports?name=some.ndjson", body, http.StatusAccepted, &task, plain)
	if task.Type != audit.TaskImport || task.ID == "" {
		t.Fatalf("the answer is %+v", task)
	}
	if ended := f.finished("default", task.ID); ended.Status != audit.TaskDone || ended.DoneCount != 2 || ended.FailedCount != 1 {
		t.Errorf("the import ended as %+v", ended)
	}
	var shown audit.Task
	f.get("/api/projects/default/tasks/"+task.ID, &shown)
	if shown.Status != audit.TaskDone || shown.DoneCount != 2 {
		t.Errorf("the task is shown as %+v", shown)
	}
	rejects := f.get("/api/projects/default/tasks/"+task.ID+"/rejects", nil)
	var rejected struct {
		Line   int
		Reason string
		Raw    string
	}
	if err := json.Unmarshal(rejects.body, &rejected); err != nil || rejected.Line != 2 || rejected.Reason == "" || rejected.Raw != "broken" {
		t.Errorf("the rejected line: %s", rejects.body)
	}
	if got := rejects.Header.Get("Content-Disposition"); !strings.HasPrefix(got, "attachment") {
		t.Errorf("rejected lines are shown: %q", got)
	}

	// Several files in a form.
	var form bytes.Buffer
	w := multipart.NewWriter(&form)
	for i := range 2 {
		part, err := w.CreateFormFile("file", fmt.Sprintf("part%d.ndjson", i))
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintln(part, logAt(10+i, newest))
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	var tasks struct{ Data []audit.Task }
	f.expect("POST", "/api/projects/default/imports", form.String(), http.StatusAccepted, &tasks, header("Content-Type", w.FormDataContentType()))
	if len(tasks.Data) != 2 {
		t.Fatalf("two files make %d tasks", len(tasks.Data))
	}
	for _, task := range tasks.Data {
		if ended := f.finished("default", task.ID); ended.DoneCount != 1 {
			t.Errorf("a file of the form: %+v", ended)
		}
	}
	f.fails("POST", "/api/projects/default/imports?format=nosuch", body, http.StatusBadRequest, "invalid", plain)
	f.fails("POST", "/api/projects/default/imports", body, http.StatusUnsupportedMediaType, "unsupported", header("Content-Type", "application/x-www-form-urlencoded"))
	f.fails("POST", "/api/projects/default/imports", "", http.StatusBadRequest, "invalid")
	f.fails("POST", "/api/projects/projectlogs/imports", body, http.StatusConflict, "conflict", plain)
	f.fails("POST", "/api/projects/projectlogs/imports/sample", `{"logs":10}`, http.StatusConflict, "conflict")
	if left, err := os.ReadDir(filepath.Join(f.dir, "spool")); err != nil || len(left) != 0 {
		t.Errorf("left in the spool: %v, %v", left, err)
	}
}

func TestImportsOfPaths(t *testing.T) {
	f := serve(t)
	dir := t.TempDir()
	for name, n := range map[string]int{"a.ndjson": 1, "below/b.ndjson": 2, ".hidden.ndjson": 3, "below/.git/c.ndjson": 4} {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(logAt(n, newest)), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	ask := func(paths ...string) string {
		b, err := json.Marshal(map[string]any{"paths": paths})
		if err != nil {
			t.Fatal(err)
		}
		return string(b)
	}
	var tasks struct{ Data []audit.Task }
	f.post("/api/projects/default/imports/paths", ask(dir), http.StatusAccepted, &tasks)
	if len(tasks.Data) != 2 {
		t.Fatalf("the folder has %d files to import, want 2", len(tasks.Data))
	}
	for _, task := range tasks.Data {
		f.finished("default", task.ID)
	}
	var p page
	f.get(logsPath, &p)
	if p.Total != 2 {
		t.Errorf("%d logs imported, want 2", p.Total)
	}
	for _, wrong := range [][]string{{}, {"relative.ndjson"}, {filepath.Join(dir, "nosuch")}, {t.TempDir()}} {
		f.fails("POST", "/api/projects/default/imports/paths", ask(wrong...), http.StatusBadRequest, "invalid")
	}
	_, key := f.newKey("default", "ingest", "admin")
	f.fails("POST", "/api/projects/default/imports/paths", ask(dir), http.StatusForbidden, "forbidden", bearer(key))
}

func TestSampleLogs(t *testing.T) {
	f := serve(t)
	var task audit.Task
	f.post("/api/projects/default/imports/sample", `{"logs":50}`, http.StatusAccepted, &task)
	f.finished("default", task.ID)
	var p page
	if f.get(logsPath, &p); p.Total != 50 {
		t.Errorf("%d sample logs, want 50", p.Total)
	}
	for _, wrong := range []string{`{}`, `{"logs":0}`, `{"logs":1.5}`, `{"logs":-1}`, `{"logs":1e12}`} {
		f.fails("POST", "/api/projects/default/imports/sample", wrong, http.StatusBadRequest, "invalid")
	}
}

func TestTasks(t *testing.T) {
	f := serve(t)
	for range 3 {
		var task audit.Task
		f.post("/api/projects/default/imports/sample", `{"logs":5}`, http.StatusAccepted, &task)
		f.finished("default", task.ID)
	}
	type tasks struct {
		Object string
		Data   []audit.Task
		Total  int64
		Next   string
	}
	var all, first, second tasks
	f.get("/api/projects/default/tasks?q=recorded:false", &all)
	f.get("/api/projects/default/tasks?limit=2&q=recorded:false", &first)
	if all.Object != "list" || all.Total != 3 || len(all.Data) != 3 || first.Total != 3 || len(first.Data) != 2 || first.Next == "" {
		t.Fatalf("all %+v, first %+v", all, first)
	}
	f.get("/api/projects/default/tasks?limit=2&q=recorded:false&cursor="+url.QueryEscape(first.Next), &second)
	if len(second.Data) != 1 || second.Data[0].ID != all.Data[2].ID || second.Next != "" {
		t.Errorf("the second page: %+v", second)
	}
	f.fails("GET", "/api/projects/default/tasks?limit=1001", "", http.StatusBadRequest, "invalid")
	f.fails("GET", "/api/projects/default/tasks?q=stauts:DONE", "", http.StatusBadRequest, "invalid_filter")
	f.fails("GET", "/api/projects/default/tasks?last=24h", "", http.StatusBadRequest, "invalid")
	f.fails("GET", "/api/projects/default/tasks/aa_none", "", http.StatusNotFound, "not_found")
	f.fails("POST", "/api/projects/default/tasks/"+all.Data[0].ID+"/cancel", "", http.StatusConflict, "conflict")
	f.fails("POST", "/api/projects/default/tasks/"+all.Data[0].ID+"/retry", "", http.StatusConflict, "conflict")
	f.fails("POST", "/api/projects/default/tasks/"+all.Data[0].ID+"/retry", "{}", http.StatusConflict, "conflict")
	f.fails("POST", "/api/projects/default/tasks/"+all.Data[0].ID+"/retry", `{"from":"start"}`, http.StatusBadRequest, "invalid")
	f.fails("GET", "/api/projects/default/tasks/"+all.Data[0].ID+"/rejects", "", http.StatusNotFound, "not_found")
}

func TestExports(t *testing.T) {
	f := serve(t)
	f.fill("default", 40, newest)
	var list page
	f.get(logsPath+"?q=status:200", &list)
	f.post(logsPath, logAt(100, newest), http.StatusOK, nil)
	var e audit.Export
	f.post("/api/projects/default/exports", `{"q":"status:200","format":"ndjson","fields":"all","as_of":"`+list.AsOf+`"}`, http.StatusAccepted, &e)
	if e.Origin != "Dashboard" || e.Q != "status:200" || e.Order != "-time" || e.TaskID == "" || e.ExportedObject != "api_log" {
		t.Errorf("the record: %+v", e)
	}
	f.finished("default", e.TaskID)
	address := "/api/projects/default/exports/" + e.ID
	f.get(address, &e)
	if e.Status != audit.ExportDone || e.Rows != list.Total || e.SHA256 == "" {
		t.Errorf("the export ended as %+v; the list had %d", e, list.Total)
	}
	copied := f.get(address+"/file", nil)
	if got := strings.Count(string(copied.body), "\n"); int64(got) != e.Rows || int64(len(copied.body)) != e.Bytes {
		t.Errorf("the copy has %d rows, %d bytes; the record says %d, %d", got, len(copied.body), e.Rows, e.Bytes)
	}
	if kind := copied.Header.Get("Content-Type"); kind != "application/x-ndjson" || !strings.HasPrefix(copied.Header.Get("Content-Disposition"), "attachment") ||
		!strings.HasPrefix(copied.Header.Get("Content-Security-Policy"), "sandbox") {
		t.Errorf("the copy's headers: %v", copied.Header)
	}
	// What the record calls its snapshot can be asked with.
	f.get(logsPath+"?as_of="+url.QueryEscape(e.AsOf), nil)

	// A ticket is valid once and without a token.
	var ticket struct{ URL string }
	f.post(address+"/ticket", "", http.StatusOK, &ticket)
	open := header("Authorization", "")
	f.expect("HEAD", ticket.URL, "", http.StatusOK, nil, open)
	if a := f.expect("GET", ticket.URL, "", http.StatusOK, nil, open); !bytes.Equal(a.body, copied.body) {
		t.Error("the ticket leads to something else")
	}
	f.fails("GET", ticket.URL, "", http.StatusUnauthorized, "unauthorized", open)
	f.fails("GET", "/api/tickets/ABC", "", http.StatusUnauthorized, "unauthorized", open)

	var again audit.Export
	f.post(address+"/rerun", "", http.StatusAccepted, &again)
	f.finished("default", again.TaskID)
	f.get("/api/projects/default/exports/"+again.ID, &again)
	if again.ID == e.ID || again.Rows != list.Total+1 {
		t.Errorf("run again: %+v, want one row more than %d", again, list.Total)
	}
	var exports struct {
		Data  []audit.Export
		Total int64
	}
	f.get("/api/projects/default/exports", &exports)
	if exports.Total != 2 || exports.Data[0].ID != again.ID {
		t.Errorf("the list: %+v", exports)
	}
	f.expect("DELETE", address, "", http.StatusNoContent, nil)
	f.fails("GET", address, "", http.StatusNotFound, "not_found")
	if _, err := os.Stat(e.File); !os.IsNotExist(err) {
		t.Errorf("the deleted export's copy: %v", err)
	}
}

func TestTicketsEndAfterHalfAMinute(t *testing.T) {
	now := newest
	f := serve(t, func(c *api.Config) { c.Now = func() time.Time { return now } })
	var e audit.Export
	f.post("/api/projects/default/exports", `{"format":"csv"}`, http.StatusAccepted, &e)
	f.finished("default", e.TaskID)
	var early, late struct{ URL string }
	f.post("/api/projects/default/exports/"+e.ID+"/ticket", "", http.StatusOK, &early)
	f.post("/api/projects/default/exports/"+e.ID+"/ticket", "", http.StatusOK, &late)
	now = now.Add(29 * time.Second)
	f.expect("GET", early.URL, "", http.StatusOK, nil, header("Authorization", ""))
	now = now.Add(time.Second)
	f.fails("GET", late.URL, "", http.StatusUnauthorized, "unauthorized", header("Authorization", ""))
}

func TestExportsToAFileOfThisMachine(t *testing.T) {
	f := serve(t)
	f.fill("default", 5, newest)
	path := filepath.Join(t.TempDir(), "out.csv")
	body := func(more string) string { return fmt.Sprintf(`{"file":%q%s}`, path, more) }
	_, key := f.newKey("default", "export", "read")
	f.fails("POST", "/api/projects/default/exports", body(""), http.StatusForbidden, "forbidden", bearer(key))
	f.fails("POST", "/api/projects/default/exports", `{"options":{"overwrite":true}}`, http.StatusForbidden, "forbidden", bearer(key))
	f.fails("POST", "/api/projects/default/exports", `{"file":"out.csv"}`, http.StatusBadRequest, "invalid")
	var e audit.Export
	f.post("/api/projects/default/exports", body(""), http.StatusAccepted, &e)
	if task := f.finished("default", e.TaskID); task.Status != audit.TaskDone {
		t.Fatalf("the export ended as %+v", task)
	}
	f.fails("POST", "/api/projects/default/exports", body(""), http.StatusConflict, "conflict")
	f.post("/api/projects/default/exports", body(`,"options":{"overwrite":true}`), http.StatusAccepted, &e)
	f.finished("default", e.TaskID)
	// A file that somebody changed is not handed out as the export.
	if err := os.WriteFile(path, []byte("something else entirely, and of another length"), 0o600); err != nil {
		t.Fatal(err)
	}
	f.fails("GET", "/api/projects/default/exports/"+e.ID+"/file", "", http.StatusConflict, "conflict", bearer(key))
	for _, wrong := range []string{`{"format":"xls"}`, `{"order":"up"}`, `{"fields":"nosuch"}`, `{"tz":"Mars/Olympus"}`, `{"last":"1h","from":"2026-01-01"}`, `{"options":{"separator":"ab"}}`, `{"limit":5}`} {
		f.fails("POST", "/api/projects/default/exports", wrong, http.StatusBadRequest, "invalid")
	}
}

func TestPurge(t *testing.T) {
	f := serve(t)
	f.fill("default", 20, newest)
	var task audit.Task
	f.post(logsPath+"/purge", `{"q":"status:200"}`, http.StatusAccepted, &task)
	f.finished("default", task.ID)
	var p page
	if f.get(logsPath, &p); p.Total != 16 {
		t.Errorf("%d logs are left, want 16", p.Total)
	}
	f.post(logsPath+"/purge", `{"all":true}`, http.StatusAccepted, &task)
	f.finished("default", task.ID)
	if f.get(logsPath, &p); p.Total != 0 {
		t.Errorf("%d logs are left", p.Total)
	}
}

func TestProjects(t *testing.T) {
	f := serve(t)
	type project struct {
		ID, Name       string
		Logs           int64
		Oldest, Newest *time.Time
	}
	var made project
	f.post("/api/projects", `{"name":" Checkout EU "}`, http.StatusCreated, &made)
	if made.Name != "Checkout EU" || made.ID == "" || made.Oldest != nil {
		t.Errorf("the new project: %+v", made)
	}
	f.fails("POST", "/api/projects", `{"name":"checkout eu"}`, http.StatusConflict, "conflict")
	for _, wrong := range []string{`{}`, `{"name":""}`, `{"name":"  "}`, `{"name":"a\nb"}`, `{"name":7}`, `{"name":"` + strings.Repeat("x", 300) + `"}`, `{"title":"x"}`} {
		f.fails("POST", "/api/projects", wrong, http.StatusBadRequest, "invalid")
	}
	f.fill(url.PathEscape("Checkout EU"), 3, newest)
	f.get("/api/projects/"+made.ID, &made)
	if made.Logs != 3 || !made.Newest.Equal(newest) {
		t.Errorf("with logs: %+v", made)
	}
	f.expect("PATCH", "/api/projects/"+made.ID, `{"name":"Checkout"}`, http.StatusOK, &made)
	if made.Name != "Checkout" {
		t.Errorf("renamed: %+v", made)
	}
	f.fails("PATCH", "/api/projects/projectlogs", `{"name":"mine"}`, http.StatusConflict, "conflict")
	f.fails("DELETE", "/api/projects/projectlogs", "", http.StatusConflict, "conflict")
	f.fails("DELETE", "/api/projects/default", "", http.StatusConflict, "conflict")
	var task audit.Task
	f.expect("DELETE", "/api/projects/checkout", "", http.StatusAccepted, &task)
	f.finished("projectlogs", task.ID)
	f.fails("GET", "/api/projects/"+made.ID, "", http.StatusNotFound, "not_found")
	var state struct {
		Version, Address, Redaction string
		DataDir                     string `json:"data_dir"`
		Projects                    []project
		DiskBytes                   int64 `json:"disk_bytes"`
		ReadOnly                    bool  `json:"read_only"`
		Desktop                     bool
	}
	f.get("/api/state", &state)
	if state.DataDir != f.dir {
		t.Errorf("the data folder is said to be %q", state.DataDir)
	}
	_, key := f.newKey("default", "read")
	if a := f.expect("GET", "/api/state", "", http.StatusOK, nil, bearer(key)); strings.Contains(string(a.body), "data_dir") {
		t.Errorf("a key learns where the data lies: %s", a.body)
	}
	if state.Version != "1.2.3" || state.Address != "http://"+f.addr || state.Redaction != "default" || state.Desktop || len(state.Projects) != 2 || state.DiskBytes == 0 {
		t.Errorf("the state: %+v", state)
	}
}

func TestKeyNamesAndScopes(t *testing.T) {
	f := serve(t)
	var k struct {
		ID, Name, Secret string
		Scopes           []string
	}
	f.post("/api/projects/default/keys", `{"name":"Checkout"}`, http.StatusCreated, &k)
	if k.Name != "Checkout" || fmt.Sprint(k.Scopes) != "[ingest read export]" {
		t.Errorf("a key without scopes: %+v", k)
	}
	f.post("/api/projects/default/keys", `{"name":"x","scopes":["export","read","read"]}`, http.StatusCreated, &k)
	if fmt.Sprint(k.Scopes) != "[read export]" {
		t.Errorf("scopes: %v", k.Scopes)
	}
	for _, wrong := range []string{`{"scopes":["read"]}`, `{"name":"x","scopes":[]}`, `{"name":"x","scopes":["write"]}`, `{"name":"x","scopes":"read"}`} {
		f.fails("POST", "/api/projects/default/keys", wrong, http.StatusBadRequest, "invalid")
	}
	f.fails("DELETE", "/api/projects/projectlogs/keys/"+k.ID, "", http.StatusNotFound, "not_found")
	f.fails("DELETE", "/api/projects/default/keys/none", "", http.StatusNotFound, "not_found")
}

func TestViews(t *testing.T) {
	f := serve(t)
	const path = "/api/projects/default/views"
	var v, shown struct {
		ID, Name, Q, Last string
		From              *time.Time
		Columns           []string
	}
	f.post(path, `{"name":"Failed","q":"status>=400","last":"7d","columns":["time","status"]}`, http.StatusCreated, &v)
	f.expect("PUT", path+"/"+v.ID, `{"name":"Failed calls","q":"status>=500","from":"2026-01-01"}`, http.StatusOK, &shown)
	if shown.ID != v.ID || shown.Name != "Failed calls" || shown.Q != "status>=500" || shown.Last != "" || shown.From == nil || shown.Columns != nil {
		t.Errorf("replaced: %+v", shown)
	}
	for _, wrong := range []string{`{"q":""}`, `{"name":"x","last":"soon"}`, `{"name":"x","columns":["nosuch"]}`, `{"name":"x","colums":[]}`} {
		f.fails("POST", path, wrong, http.StatusBadRequest, "invalid")
	}
	f.fails("POST", path, `{"name":"x","q":"stauts:1"}`, http.StatusBadRequest, "invalid_filter")
	f.fails("PUT", path+"/none", `{"name":"x"}`, http.StatusNotFound, "not_found")
	f.expect("DELETE", path+"/"+v.ID, "", http.StatusNoContent, nil)
	var list struct{ Data []any }
	if f.get(path, &list); list.Data == nil || len(list.Data) != 0 {
		t.Errorf("after deleting: %v", list.Data)
	}
}

// TestTheAppsOwnCalls: what changes something is a log of the project
// projectlogs, on disk with the answer; what only reads or takes in is none.
func TestTheAppsOwnCalls(t *testing.T) {
	f := serve(t)
	_, key := f.newKey("default", "ingest", "read", "export", "admin")
	f.post("/api/projects", `{"name":"New"}`, http.StatusCreated, nil)
	f.expect("POST", "/api/projects/default/views", `{"name":"secret-view-name"}`, http.StatusCreated, nil, header("X-Project-Logs-Client", "cli"))
	f.fails("DELETE", "/api/projects/default/views/none", "", http.StatusNotFound, "not_found", bearer(key))
	// None of these is one.
	f.fails("POST", "/api/projects", `{"name":"x"}`, http.StatusUnauthorized, "unauthorized", header("Authorization", ""))
	f.fill("default", 2, newest)
	f.get("/api/state", nil)
	f.get("/api/health", nil)
	f.get(logsPath+"?q=status:200", nil)
	f.post(logsPath+"/search", `{}`, http.StatusOK, nil)
	f.post("/api/filter", `{"q":"a"}`, http.StatusOK, nil)
	var own page
	f.get("/api/projects/projectlogs/logs?sort=time", &own)
	var got []string
	for _, l := range own.Data {
		got = append(got, fmt.Sprintf("%s %d %s %s %s", l.Endpoint, l.Status, l.Origin, l.APIKey, l.Attributes))
		if l.Duration == nil || l.RequestID == "" {
			t.Errorf("an own log: %+v", l)
		}
		var whole audit.Log
		f.get("/api/projects/projectlogs/logs/"+l.ID, &whole)
		if whole.Request.Body+whole.Response.Body != "" || len(whole.Request.Headers) > 0 {
			t.Errorf("an own log has a body or headers: %+v", whole)
		}
	}
	want := []string{
		`POST /api/projects/{p}/keys 201 Dashboard  {"project":"default"}`,
		`POST /api/projects 201 Dashboard  {"project":"new"}`,
		`POST /api/projects/{p}/views 201 CLI  {"project":"default"}`,
		`DELETE /api/projects/{p}/views/{id} 404 API test {"project":"default"}`,
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("own calls:\n%s\nwant:\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
	if last := own.Data[len(own.Data)-1]; last.Error.Key != "not_found" {
		t.Errorf("the failed call does not say why: %+v", last.Error)
	}
}

func TestCheckAndReindex(t *testing.T) {
	f := serve(t)
	f.fill("default", 20, newest)
	var found struct {
		Projects int
		Logs     int64
		Faults   []string
	}
	f.post("/api/check", "", http.StatusOK, &found)
	if found.Logs < 20 || found.Faults == nil || len(found.Faults) != 0 {
		t.Errorf("the check found %+v", found)
	}
	var task audit.Task
	f.post("/api/reindex", "", http.StatusAccepted, &task)
	if ended := f.finished("projectlogs", task.ID); ended.Status != audit.TaskDone {
		t.Errorf("reindex ended as %+v", ended)
	}
}

// window stands for the native window.
type window struct{ shown, saved, place string }

func (*window) OpenFiles(string) ([]string, error)     { return []string{"/a/b.har"}, nil }
func (w *window) SaveFile(name string) (string, error) { w.saved = name; return w.place, nil }
func (w *window) ShowInFolder(path string) error       { w.shown = path; return nil }
func (*window) Focus()                                 {}

func TestTheWindow(t *testing.T) {
	f := serve(t)
	f.fails("POST", "/api/desktop/focus", "", http.StatusNotFound, "not_found")
	w := &window{}
	f.server.SetDesktop(w)
	f.post("/api/desktop/focus", "", http.StatusNoContent, nil)
	var paths struct{ Paths []string }
	if f.post("/api/desktop/open-files", "", http.StatusOK, &paths); len(paths.Paths) != 1 {
		t.Errorf("chosen files: %+v", paths)
	}
	var path struct{ Path *string }
	if f.post("/api/desktop/save-file", `{"name":"../logs.csv"}`, http.StatusOK, &path); path.Path == nil || *path.Path != "" || w.saved != "logs.csv" {
		t.Errorf("a closed dialog: %+v, asked for %q", path, w.saved)
	}
	// A finished export goes where the person wants it.
	f.fill("default", 3, newest)
	var e audit.Export
	f.post("/api/projects/default/exports", `{"format":"ndjson"}`, http.StatusAccepted, &e)
	f.finished("default", e.TaskID)
	w.place = filepath.Join(t.TempDir(), "mine.ndjson")
	f.post("/api/desktop/save-file", `{"name":"x.ndjson","project":"default","export":"`+e.ID+`"}`, http.StatusOK, &path)
	copied, err := os.ReadFile(w.place)
	if err != nil || strings.Count(string(copied), "\n") != 3 || *path.Path != w.place {
		t.Errorf("the copy: %q, %v, answered %q", copied, err, *path.Path)
	}
	w.place = filepath.Join(t.TempDir(), "nosuch", "mine.ndjson")
	f.fails("POST", "/api/desktop/save-file", `{"name":"x","project":"default","export":"`+e.ID+`"}`, http.StatusBadRequest, "invalid")
	f.fails("POST", "/api/desktop/save-file", `{"name":"x","project":"default","export":"exp_none"}`, http.StatusNotFound, "not_found")
	f.fails("POST", "/api/desktop/save-file", `{"name":"x","project":"default","task":"`+e.TaskID+`"}`, http.StatusNotFound, "not_found")
	if shown := f.server.ShownProject(); shown != "" {
		t.Errorf("before the page says so, the window shows %q", shown)
	}
	f.post("/api/desktop/project", `{"project":"Default"}`, http.StatusNoContent, nil)
	if shown := f.server.ShownProject(); shown != "default" {
		t.Errorf("the window shows %q", shown)
	}
	f.fails("POST", "/api/desktop/project", `{"project":"none"}`, http.StatusNotFound, "not_found")
	f.post("/api/desktop/show-in-folder", `{"path":"/a/b"}`, http.StatusNoContent, nil)
	if w.shown != "/a/b" {
		t.Errorf("shown: %q", w.shown)
	}
	f.fails("POST", "/api/desktop/show-in-folder", `{"path":"b"}`, http.StatusBadRequest, "invalid")
	f.server.SetDesktop(nil)
	f.fails("POST", "/api/desktop/focus", "", http.StatusNotFound, "not_found")
}
