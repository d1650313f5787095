package api_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/local"
	"projectlogs/backend/work"
)

// fixture is a whole server on a real store: what a client sees.
type fixture struct {
	t       *testing.T
	dir     string
	addr    string
	token   string
	server  *api.Server
	store   audit.LogStore
	catalog audit.Catalog
	runner  *work.Runner
	feed    *audit.Feed
	client  *http.Client
	logged  *lockedBuffer // what the server's own log says
	stop    func()        // ends Serve and waits for it
}

const testToken = "the-launch-token-of-this-test"

// builtPage stands for what the front end's build makes.
var builtPage = fstest.MapFS{
	"index.html":           {Data: []byte("<!doctype html><title>Project Logs</title>")},
	"assets/app-12ab34.js": {Data: []byte("export {}")},
	"icon.svg":             {Data: []byte("<svg/>")},
	".gitkeep":             {},
}

func serve(t *testing.T, change ...func(*api.Config)) *fixture {
	t.Helper()
	f := &fixture{t: t, dir: t.TempDir(), token: testToken, feed: &audit.Feed{}, client: &http.Client{}, logged: &lockedBuffer{}}
	store, err := local.Open(f.dir, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.store, f.catalog = store, store.Catalog()
	ctx := t.Context()
	door, err := ingest.New(ctx, f.store, f.catalog, f.feed, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	f.runner, err = work.New(ctx, work.Config{Store: f.store, Catalog: f.catalog, Door: door, Feed: f.feed, Dir: f.dir})
	if err != nil {
		t.Fatal(err)
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	f.addr = ln.Addr().String()
	config := api.Config{
		Store: f.store, Catalog: f.catalog, Door: door, Runner: f.runner, Feed: f.feed, Token: f.token,
		Addr: f.addr, Page: builtPage, Version: "1.2.3", Log: slog.New(slog.NewTextHandler(f.logged, nil)),
	}
	for _, c := range change {
		c(&config)
	}
	if f.server, err = api.New(config); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- f.server.Serve(ctx, ln) }()
	stopped := false
	f.stop = func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("serve: %v", err)
		}
	}
	t.Cleanup(func() {
		f.client.CloseIdleConnections()
		f.stop()
		if err := f.runner.Close(); err != nil {
			t.Error(err)
		}
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	return f
}

// answer is what came back.
type answer struct {
	*http.Response
	body []byte
}

// request sends what it is told; with options it becomes any request at all.
func (f *fixture) request(method, path string, body string, options ...func(*http.Request)) answer {
	f.t.Helper()
	r, err := http.NewRequest(method, "http://"+f.addr+path, strings.NewReader(body))
	if err != nil {
		f.t.Fatal(err)
	}
	if body == "" {
		r.Body, r.ContentLength = http.NoBody, 0
	} else {
		r.Header.Set("Content-Type", "application/json")
	}
	r.Header.Set("Authorization", "Bearer "+f.token)
	for _, o := range options {
		o(r)
	}
	resp, err := f.client.Do(r)
	if err != nil {
		f.t.Fatalf("%s %s: %v", method, path, err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Fatalf("%s %s: read the answer: %v", method, path, err)
	}
	return answer{resp, b}
}

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if value == "" {
			r.Header.Del(name)
			return
		}
		r.Header.Set(name, value)
	}
}

// get expects a success and reads it.
func (f *fixture) get(path string, out any) answer {
	f.t.Helper()
	return f.expect(http.MethodGet, path, "", http.StatusOK, out)
}

func (f *fixture) post(path, body string, status int, out any) answer {
	f.t.Helper()
	return f.expect(http.MethodPost, path, body, status, out)
}

func (f *fixture) expect(method, path, body string, status int, out any, options ...func(*http.Request)) answer {
	f.t.Helper()
	a := f.request(method, path, body, options...)
	if a.StatusCode != status {
		f.t.Fatalf("%s %s: status %d, want %d: %s", method, path, a.StatusCode, status, a.body)
	}
	if out != nil {
		if err := json.Unmarshal(a.body, out); err != nil {
			f.t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
	}
	return a
}

// problem is the shape of every error.
type problem struct {
	Title, Detail, Key, Message, Details string
	Status, Code                         int
	RequestID                            string `json:"request_id"`
	ResourceID                           string `json:"resource_id"`
	ResourceType                         string `json:"resource_type"`
	Suggestion                           string
	Position                             *struct{ Start, End int }
}

// fails expects an error with the given status and key, and checks its shape.
func (f *fixture) fails(method, path, body string, status int, key string, options ...func(*http.Request)) problem {
	f.t.Helper()
	a := f.request(method, path, body, options...)
	var p problem
	if err := json.Unmarshal(a.body, &p); err != nil {
		f.t.Fatalf("%s %s: status %d, no problem: %s", method, path, a.StatusCode, a.body)
	}
	if a.StatusCode != status || p.Key != key {
		f.t.Fatalf("%s %s: status %d, key %q, want %d, %q: %s", method, path, a.StatusCode, p.Key, status, key, a.body)
	}
	if p.Status != status || p.Code != status || p.Message == "" || p.Detail != p.Message || p.Title == "" || p.RequestID != a.Header.Get("X-Request-Id") {
		f.t.Errorf("%s %s: the problem is not whole: %s", method, path, a.body)
	}
	if kind := a.Header.Get("Content-Type"); kind != "application/problem+json" {
		f.t.Errorf("%s %s: Content-Type %q", method, path, kind)
	}
	return p
}

// logAt is a log in the wire's form, n of which are all different.
func logAt(n int, at time.Time) string {
	status := []int{200, 201, 400, 404, 500}[n%5]
	method := []string{"GET", "POST"}[n%2]
	return fmt.Sprintf(`{"id":"log_%06d","time":%q,"method":%q,"url":"https://api.example.com/v1/vouchers/V-%d","status":%d,"origin":%q,"duration":%d,"request":{"headers":{"x-n":["%d"]},"body":"{\"n\":%d}"},"response":{"body":"{\"ok\":true}"}}`,
		n, at.Format(time.RFC3339Nano), method, n%7, status, []string{"API", "Dashboard", "Client API"}[n%3], n, n, n)
}

// fill appends n logs, a second apart, the last one at newest.
func (f *fixture) fill(project string, n int, newest time.Time) {
	f.t.Helper()
	var b strings.Builder
	for i := range n {
		b.WriteString(logAt(i, newest.Add(-time.Duration(n-1-i)*time.Second)) + "\n")
	}
	var added struct {
		Added    int
		Rejected []any
	}
	f.expect(http.MethodPost, "/api/projects/"+project+"/logs", b.String(), http.StatusOK, &added, header("Content-Type", "application/x-ndjson"))
	if added.Added != n || len(added.Rejected) > 0 {
		f.t.Fatalf("added %d of %d logs: %v", added.Added, n, added.Rejected)
	}
}

// newKey makes a key and gives its ID and secret.
func (f *fixture) newKey(project string, scopes ...string) (id, secret string) {
	f.t.Helper()
	list, err := json.Marshal(scopes)
	if err != nil {
		f.t.Fatal(err)
	}
	var k struct{ ID, Secret string }
	f.post("/api/projects/"+project+"/keys", `{"name":"test","scopes":`+string(list)+`}`, http.StatusCreated, &k)
	return k.ID, k.Secret
}

func bearer(secret string) func(*http.Request) { return header("Authorization", "Bearer "+secret) }

// lockedBuffer takes what several goroutines write.
type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *lockedBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(p)
}

func (l *lockedBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}
