package api_test

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"iter"
	"net"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
)

// hastily lets a minute pass at each look at the clock, so that wrong tries are
// forgotten at once.
func hastily(c *api.Config) {
	var passed atomic.Int64
	c.Now = func() time.Time { return newest.Add(time.Duration(passed.Add(1)) * time.Minute) }
}

// TestRequestMatrix sends requests of every kind of caller: who is foreign is
// refused whatever else is right, and nothing but the page and health answers
// without a token.
func TestRequestMatrix(t *testing.T) {
	f := serve(t, hastily)
	_, port, err := net.SplitHostPort(f.addr)
	if err != nil {
		t.Fatal(err)
	}
	own := "127.0.0.1:" + port
	type requested struct{ host, origin, site, method, path, token, kind, body string }
	n := 0
	check := func(want int, r requested) {
		t.Helper()
		n++
		a := f.request(r.method, r.path, r.body, func(q *http.Request) {
			q.Host = r.host
			header("Origin", r.origin)(q)
			header("Sec-Fetch-Site", r.site)(q)
			header("Authorization", r.token)(q)
			header("Content-Type", r.kind)(q)
		})
		if a.StatusCode != want {
			t.Errorf("%+v: status %d, want %d: %s", r, a.StatusCode, want, a.body)
		}
		if v := a.Header.Get("Access-Control-Allow-Origin"); v != "" {
			t.Errorf("%+v: Access-Control-Allow-Origin %q", r, v)
		}
	}
	right := "Bearer " + f.token
	reads := []requested{
		{method: "GET", path: "/api/projects", token: right},
		{method: "GET", path: "/api/schema", token: right},
		{method: "GET", path: "/api/projects/default/logs", token: right},
		{method: "POST", path: "/api/filter", token: right, kind: "application/json", body: `{"q":""}`},
	}
	// Hosts: our three names with our port, nothing else.
	for _, r := range reads {
		for host, want := range map[string]int{
			own: 200, "localhost:" + port: 200, "[::1]:" + port: 200,
			"evil.example:" + port: 421, "127.0.0.1": 421, "127.0.0.1:1": 421, "0.0.0.0:" + port: 421,
			"localhost.evil.example:" + port: 421, "127.0.0.1.:" + port: 421,
		} {
			r.host = host
			check(want, r)
		}
	}
	// Origins and Sec-Fetch-Site: only our own page.
	for _, r := range reads {
		r.host = own
		for origin, want := range map[string]int{
			"http://" + own: 200, "http://evil.example": 403, "null": 403, "https://" + own: 403,
			"http://127.0.0.1:1": 403, "http://localhost:" + port: 403, "wails://wails": 403, "file://": 403,
		} {
			r.origin = origin
			check(want, r)
		}
		r.origin = ""
		for site, want := range map[string]int{"same-origin": 200, "none": 200, "same-site": 403, "cross-site": 403, "anything": 403} {
			r.site = site
			check(want, r)
		}
	}
	// Tokens.
	for _, r := range reads {
		r.host = own
		for token, want := range map[string]int{
			"": 401, "Bearer": 401, "Bearer ": 401, "Bearer wrong": 401, "Basic " + base64.StdEncoding.EncodeToString([]byte(":"+f.token)): 401,
			f.token: 401, "bearer " + f.token: 200, "Bearer " + f.token + "x": 401, "Bearer " + f.token[1:]: 401,
		} {
			r.token = token
			check(want, r)
		}
		// A token in the address is never one: neither without nor beside a right one.
		r.token, r.path = "", r.path+"?token="+f.token
		check(401, r)
	}
	// Content types of writes: nothing that a form of a web page can send.
	write := requested{host: own, method: "POST", path: "/api/projects", token: right}
	for i, kind := range []string{"", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data", "application/xml", "text/json"} {
		write.kind, write.body = kind, fmt.Sprintf(`{"name":"p%d"}`, i)
		check(415, write)
	}
	write.kind, write.body = "application/json; charset=utf-8", `{"name":"right"}`
	check(201, write)
	// What is open is open to our own page alone, and opening the page is free.
	for _, path := range []string{"/", "/assets/app-12ab34.js", "/icon.svg", "/api/health"} {
		check(200, requested{host: own, method: "GET", path: path})
		check(421, requested{host: "evil.example", method: "GET", path: path})
		check(403, requested{host: own, method: "GET", path: path, origin: "http://evil.example"})
		check(403, requested{host: own, method: "GET", path: path, site: "cross-site"})
	}
	if n < 150 {
		t.Errorf("only %d requests", n)
	}
}

func TestALinkFromElsewhereOpensThePageAndNothingElse(t *testing.T) {
	f := serve(t)
	navigation := []func(*http.Request){
		header("Authorization", ""), header("Sec-Fetch-Site", "cross-site"), header("Sec-Fetch-Mode", "navigate"), header("Sec-Fetch-Dest", "document"),
	}
	f.expect("GET", "/?tab=logs&q=status%3E%3D400", "", http.StatusOK, nil, navigation...)
	f.fails("GET", "/api/health", "", http.StatusForbidden, "foreign_origin", navigation...)
	f.fails("GET", "/", "", http.StatusForbidden, "foreign_origin", append(navigation, header("Sec-Fetch-Dest", "iframe"))...)
	f.fails("GET", "/", "", http.StatusForbidden, "foreign_origin", append(navigation, header("Sec-Fetch-Mode", "no-cors"))...)
	// The window's first page has another origin and may learn that there is an answer.
	a := f.request("GET", "/api/health", "", header("Sec-Fetch-Site", "cross-site"))
	if got := a.Header.Get("Cross-Origin-Resource-Policy"); got != "cross-origin" {
		t.Errorf("health cannot be reached from the window's first page: Cross-Origin-Resource-Policy %q", got)
	}
}

// TestEveryRouteAsksForItsScope walks the list of routes: without a token and
// with every key that lacks the scope nobody gets in.
func TestEveryRouteAsksForItsScope(t *testing.T) {
	f := serve(t)
	secrets := map[string]string{}
	for _, scope := range []string{"ingest", "read", "export", "admin"} {
		_, secrets[scope] = f.newKey("default", scope)
	}
	_, foreign := f.newKey("projectlogs", "ingest", "read", "export", "admin")
	walked := 0
	for _, route := range f.server.Routes() {
		if route.Need == "open" {
			continue
		}
		walked++
		path := strings.NewReplacer("{p}", "default", "{id}", "none").Replace(route.Path)
		name := route.Method + " " + path
		if a := f.request(route.Method, path, "", header("Authorization", "")); a.StatusCode != http.StatusUnauthorized {
			t.Errorf("%s without a token: status %d", name, a.StatusCode)
		}
		for scope, secret := range secrets {
			// The body is missing where one is needed, so nothing is changed by those
			// that get through.
			if route.Path == "/api/events" && (scope == "read" || scope == "admin") {
				continue // it answers until it is left
			}
			a := f.request(route.Method, path, "", bearer(secret))
			in := scope == route.Need || scope == "admin" && route.Need != "launch"
			if refused := a.StatusCode == http.StatusForbidden; refused == in || a.StatusCode == http.StatusUnauthorized {
				t.Errorf("%s needs %s: with a key of the scope %s the status is %d: %s", name, route.Need, scope, a.StatusCode, a.body)
			}
		}
		if strings.Contains(route.Path, "{p}") {
			if a := f.request(route.Method, path, "", bearer(foreign)); a.StatusCode != http.StatusForbidden {
				t.Errorf("%s with another project's key: status %d", name, a.StatusCode)
			}
		}
	}
	if walked < 35 {
		t.Errorf("only %d routes walked", walked)
	}
}

// TestWhatRoutesNeed holds what each route needs, and whether it is a change,
// against a golden file: letting somebody in is never a slip.
func TestWhatRoutesNeed(t *testing.T) {
	var got strings.Builder
	for _, r := range newServer(t).Routes() {
		fmt.Fprintf(&got, "%-6s %-7s %-6s %s\n", r.Need, r.Effect, r.Method, r.Path)
	}
	golden(t, "routes.txt", []byte(got.String()))
}

func TestAKeyKnowsItsProjectAlone(t *testing.T) {
	f := serve(t)
	f.post("/api/projects", `{"name":"other"}`, http.StatusCreated, nil)
	_, secret := f.newKey("default", "read")
	var list struct{ Data []struct{ ID string } }
	f.expect("GET", "/api/projects", "", http.StatusOK, &list, bearer(secret))
	if len(list.Data) != 1 || list.Data[0].ID != "default" {
		t.Errorf("the key sees %v", list.Data)
	}
	there := f.fails("GET", "/api/projects/other/logs", "", http.StatusForbidden, "forbidden", bearer(secret))
	missing := f.fails("GET", "/api/projects/nowhere/logs", "", http.StatusForbidden, "forbidden", bearer(secret))
	if there.Message != missing.Message {
		t.Errorf("the key can tell projects that exist (%q) from others (%q)", there.Message, missing.Message)
	}
	f.fails("GET", "/api/events?project=other", "", http.StatusForbidden, "forbidden", bearer(secret))
}

func TestKeysInAllTheirWays(t *testing.T) {
	f := serve(t)
	id, secret := f.newKey("default", "read")
	other, _ := f.newKey("default", "read")
	b64 := func(s string) string { return base64.StdEncoding.EncodeToString([]byte(s)) }
	none := header("Authorization", "")
	const path = "/api/projects/default/logs"
	for name, with := range map[string][]func(*http.Request){
		"bearer":         {bearer(secret)},
		"app headers":    {none, header("X-App-Id", id), header("X-App-Token", secret)},
		"client headers": {none, header("X-Client-Application-Id", id), header("X-Client-Token", secret)},
		"ApiKey":         {header("Authorization", "ApiKey "+b64(id+":"+secret))},
		"basic":          {header("Authorization", "Basic "+b64(id+":"+secret))},
	} {
		if a := f.request("GET", path, "", with...); a.StatusCode != http.StatusOK {
			t.Errorf("%s: status %d: %s", name, a.StatusCode, a.body)
		}
	}
	messages := map[string]bool{}
	for name, with := range map[string][]func(*http.Request){
		"another's id":   {none, header("X-App-Id", other), header("X-App-Token", secret)},
		"unknown id":     {none, header("X-App-Id", "AAAAAAAA"), header("X-App-Token", strings.Replace(secret, id, "AAAAAAAA", 1))},
		"no secret":      {none, header("X-App-Id", id)},
		"cut secret":     {bearer(secret[:len(secret)-1])},
		"changed secret": {bearer(secret[:20] + "!" + secret[21:])},
		"forged secret":  {bearer(api.Forge(id))},
		"not base64":     {header("Authorization", "ApiKey !!!")},
		"other scheme":   {header("Authorization", "Digest "+secret)},
		"launch token":   {header("Authorization", "Basic "+b64("x:"+f.token))},
	} {
		t.Run(name, func(t *testing.T) {
			messages[f.fails("GET", path, "", http.StatusUnauthorized, "unauthorized", with...).Message] = true
		})
	}
	if len(messages) != 1 {
		t.Errorf("wrong keys are told apart: %v", messages)
	}
	f.expect("DELETE", "/api/projects/default/keys/"+id, "", http.StatusOK, nil)
	f.fails("GET", path, "", http.StatusUnauthorized, "unauthorized", bearer(secret))
}

// TestOriginOfKeys: what a key did says whether it came as one of server-side or
// of client-side code.
func TestOriginOfKeys(t *testing.T) {
	f := serve(t)
	id, secret := f.newKey("default", "export")
	none := header("Authorization", "")
	for want, with := range map[string][]func(*http.Request){
		"API":        {none, header("X-App-Id", id), header("X-App-Token", secret)},
		"Client API": {none, header("X-Client-Application-Id", id), header("X-Client-Token", secret)},
	} {
		var export struct{ Origin, Fields string }
		f.expect("POST", "/api/projects/default/exports", `{"format":"csv","fields":["id","status"]}`, http.StatusAccepted, &export, with...)
		if export.Origin != want || export.Fields != "id,status" {
			t.Errorf("%s: %+v", want, export)
		}
	}
	f.fails("POST", "/api/projects/default/exports", `{"format":"csv","fields":5}`, http.StatusBadRequest, "invalid")
}

func TestASecretIsStoredNowhere(t *testing.T) {
	f := serve(t)
	id, secret := f.newKey("default", "read")
	f.expect("GET", "/api/projects/default/logs", "", http.StatusOK, nil, bearer(secret))
	var keys struct {
		Data []struct {
			ID       string
			LastUsed time.Time `json:"last_used"`
		}
	}
	a := f.get("/api/projects/default/keys", &keys)
	if len(keys.Data) != 1 || keys.Data[0].ID != id || keys.Data[0].LastUsed.IsZero() {
		t.Errorf("the key and its last use: %s", a.body)
	}
	if !strings.HasPrefix(secret, "plk_"+id+"_") || len(secret) != 62 {
		t.Errorf("the secret %q has not the form plk_ID_…", secret)
	}
	random := secret[len("plk_"+id+"_"):]
	f.stop()
	for name, content := range filesBelow(t, f.dir) {
		if bytes.Contains(content, []byte(random)) || bytes.Contains(content, []byte(f.token)) {
			t.Errorf("the file %s holds a secret", name)
		}
	}
	if strings.Contains(f.logged.String(), random) {
		t.Error("the server's log holds a secret")
	}
}

func filesBelow(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	files := map[string][]byte{}
	root := os.DirFS(dir)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || !entry.Type().IsRegular() {
			return err
		}
		files[name], err = fs.ReadFile(root, name)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestGuessingIsSlowAndNobodyIsLockedOut(t *testing.T) {
	f := serve(t)
	begin := time.Now()
	for range 16 {
		f.fails("GET", "/api/state", "", http.StatusUnauthorized, "unauthorized", bearer("wrong"))
	}
	if d := time.Since(begin); d < time.Second {
		t.Errorf("16 wrong tokens took %v; they must be slowed", d)
	}
	begin = time.Now()
	f.get("/api/state", nil)
	if d := time.Since(begin); d > 500*time.Millisecond {
		t.Errorf("the right token waited %v", d)
	}
}

func TestBodiesAreLimited(t *testing.T) {
	f := serve(t)
	huge := `{"name":"` + strings.Repeat("x", 2<<20) + `"}`
	f.fails("POST", "/api/projects", huge, http.StatusRequestEntityTooLarge, "too_large")
	chunked := func(r *http.Request) { r.ContentLength = -1; r.Body = io.NopCloser(strings.NewReader(huge)) }
	f.fails("POST", "/api/projects", "{}", http.StatusRequestEntityTooLarge, "too_large", chunked)

	// A small body that unpacks to a large one.
	var packed bytes.Buffer
	w := gzip.NewWriter(&packed)
	if _, err := w.Write(bytes.Repeat([]byte(" "), 100<<20)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	bomb := func(r *http.Request) {
		r.Header.Set("Content-Encoding", "gzip")
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(packed.Bytes())), int64(packed.Len())
	}
	f.fails("POST", "/api/projects/default/logs", "{}", http.StatusRequestEntityTooLarge, "too_large", bomb)
	cut := func(r *http.Request) {
		r.Header.Set("Content-Encoding", "gzip")
		r.Body, r.ContentLength = io.NopCloser(bytes.NewReader(packed.Bytes()[:1000])), 1000
	}
	f.fails("POST", "/api/filter", "{}", http.StatusBadRequest, "invalid", cut)
	f.fails("POST", "/api/filter", "{}", http.StatusUnsupportedMediaType, "unsupported", header("Content-Encoding", "br"))
	f.fails("GET", "/api/projects", "{}", http.StatusBadRequest, "invalid")
}

func TestHeadersThatAreTooLarge(t *testing.T) {
	f := serve(t)
	r, err := http.NewRequest("GET", "http://"+f.addr+"/api/health", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("X-Large", strings.Repeat("x", 24<<10))
	resp, err := f.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d", resp.StatusCode)
	}
}

func TestEveryAnswerHasItsHeaders(t *testing.T) {
	f := serve(t)
	ids := map[string]bool{}
	for _, path := range []string{"/", "/icon.svg", "/assets/app-12ab34.js", "/api/health", "/api/state", "/nowhere", "/api/projects/none"} {
		a := f.request("GET", path, "")
		for name, want := range map[string]string{"X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "no-referrer"} {
			if got := a.Header.Get(name); got != want {
				t.Errorf("%s: %s %q, want %q", path, name, got, want)
			}
		}
		if path != "/api/health" && a.Header.Get("Cross-Origin-Resource-Policy") != "same-origin" {
			t.Errorf("%s: Cross-Origin-Resource-Policy %q", path, a.Header.Get("Cross-Origin-Resource-Policy"))
		}
		if !strings.Contains(a.Header.Get("Content-Security-Policy"), "default-src 'none'") {
			t.Errorf("%s: no policy", path)
		}
		id := a.Header.Get("X-Request-Id")
		if id == "" || ids[id] {
			t.Errorf("%s: X-Request-Id %q", path, id)
		}
		ids[id] = true
	}
}

// TestPanicsAreSurvived puts a fault into the store: the answer is a 500 with an
// id, the log says where, and the rest lives on.
func TestPanicsAreSurvived(t *testing.T) {
	f := serve(t, func(c *api.Config) { c.Store = faulty{c.Store} })
	p := f.fails("GET", "/api/projects/default/logs/x", "", http.StatusInternalServerError, "internal")
	if strings.Contains(p.Message+p.Details, "on purpose") {
		t.Errorf("the cause is told: %+v", p)
	}
	if said := f.logged.String(); !strings.Contains(said, "on purpose") || !strings.Contains(said, p.RequestID) {
		t.Errorf("the log does not say what happened: %s", said)
	}
	f.get("/api/health", nil)
	// An answer that has begun is broken off, not ended as if it were whole.
	f.fill("default", 3, time.Now())
	r, err := http.NewRequest("GET", "http://"+f.addr+"/api/projects/default/logs/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	bearer(f.token)(r)
	resp, err := f.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	var last string
	for lines.Scan() {
		last = lines.Text()
	}
	var end struct{ Error problem }
	if err := json.Unmarshal([]byte(last), &end); err != nil || end.Error.Key != "damaged" {
		t.Errorf("the stream's last line is %q", last)
	}
}

// faulty is a store with two faults.
type faulty struct{ audit.LogStore }

func (faulty) Get(context.Context, string, string) (audit.Log, error) { panic("on purpose") }

func (s faulty) Scan(ctx context.Context, q audit.Query) iter.Seq2[audit.Log, error] {
	return func(yield func(audit.Log, error) bool) {
		for l := range s.LogStore.Scan(ctx, q) {
			if !yield(l, nil) {
				return
			}
			yield(audit.Log{}, audit.Errorf(audit.Damaged, "A stored block cannot be read."))
			return
		}
	}
}
