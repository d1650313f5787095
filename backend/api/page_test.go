package api_test

import (
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"projectlogs/backend/api"
)

// designPolicy is the policy that was checked in Chromium and in WebKitGTK.
const designPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types svelte-trusted-html"

func TestThePage(t *testing.T) {
	f := serve(t)
	open := header("Authorization", "")
	for path, want := range map[string][3]string{
		"/":                     {"text/html; charset=utf-8", "no-store", "Project Logs"},
		"/?tab=logs&q=x":        {"text/html; charset=utf-8", "no-store", "Project Logs"},
		"/assets/app-12ab34.js": {"text/javascript; charset=utf-8", "public, max-age=31536000, immutable", "export"},
		"/icon.svg":             {"image/svg+xml", "no-cache", "<svg/>"},
	} {
		a := f.expect("GET", path, "", http.StatusOK, nil, open)
		if got := [2]string{a.Header.Get("Content-Type"), a.Header.Get("Cache-Control")}; got != [2]string{want[0], want[1]} || !strings.Contains(string(a.body), want[2]) {
			t.Errorf("%s: %v, %s", path, got, a.body)
		}
		if got := a.Header.Get("Content-Security-Policy"); got != designPolicy {
			t.Errorf("%s: policy %q", path, got)
		}
	}
	icon := f.get("/icon.svg", nil)
	f.expect("GET", "/icon.svg", "", http.StatusNotModified, nil, open, header("If-None-Match", icon.Header.Get("ETag")))
	if a := f.request("HEAD", "/", "", open); a.StatusCode != http.StatusOK || len(a.body) != 0 {
		t.Errorf("HEAD /: %d, %q", a.StatusCode, a.body)
	}
	// The page's state is in its query: there are no other addresses, and nothing hidden.
	for _, path := range []string{"/logs", "/index.html", "/.gitkeep", "/assets/", "/assets", "/assets/../index.html", "//", "/favicon.ico"} {
		f.fails("GET", path, "", http.StatusNotFound, "not_found", header("Accept", "text/html"))
		f.fails("GET", path, "", http.StatusUnauthorized, "unauthorized", header("Accept", "text/html"), open)
	}
}

func TestWithoutABuiltPage(t *testing.T) {
	f := serve(t, func(c *api.Config) { c.Page = fstest.MapFS{".gitkeep": {}} })
	a := f.expect("GET", "/", "", http.StatusOK, nil, header("Authorization", ""))
	if !strings.Contains(string(a.body), "make build") || a.Header.Get("Content-Type") != "text/html; charset=utf-8" {
		t.Errorf("the answer does not say how to build the page: %s", a.body)
	}
}

func TestWhatIsNotThere(t *testing.T) {
	f := serve(t)
	for path, near := range map[string]string{
		"/api/project":               "/api/projects",
		"/api/projects/default/lgs":  "/api/projects/default/logs",
		"/api/heath":                 "/api/health",
		"/api/projects/default/task": "/api/projects/default/tasks",
	} {
		p := f.fails("GET", path, "", http.StatusNotFound, "not_found")
		if !strings.HasSuffix(p.Message, "Did you mean "+near+"?") {
			t.Errorf("%s: %q", path, p.Message)
		}
	}
	f.fails("GET", "/api/projects/default//logs", "", http.StatusNotFound, "not_found")
	for _, wrong := range []struct{ method, path, allow string }{
		{"POST", "/api/health", "GET"},
		{"PUT", "/api/projects", "GET, POST"},
		{"DELETE", "/api/projects/default/logs", "GET, POST"},
		{"POST", "/api/projects/default", "GET, PATCH, DELETE"},
		{"OPTIONS", "/api/projects", "GET, POST"},
		{"POST", "/", "GET"},
	} {
		f.fails(wrong.method, wrong.path, "", http.StatusMethodNotAllowed, "method_not_allowed")
		if got := f.request(wrong.method, wrong.path, "").Header.Get("Allow"); got != wrong.allow {
			t.Errorf("%s %s: Allow %q, want %q", wrong.method, wrong.path, got, wrong.allow)
		}
	}
}

// TestTheDocumentListsTheRoutes compares docs/API.md with the list of routes.
func TestTheDocumentListsTheRoutes(t *testing.T) {
	text, err := os.ReadFile(filepath.Join("..", "..", "docs", "API.md"))
	if err != nil {
		t.Fatal(err)
	}
	documented := map[string]bool{}
	methods := regexp.MustCompile(`^[A-Z]+$`)
	for line := range strings.Lines(string(text)) {
		cells := strings.Split(strings.ReplaceAll(line, `\|`, "/"), "|")
		if len(cells) < 3 || !strings.HasPrefix(line, "| `") {
			continue
		}
		// One cell may name several routes: `GET POST /a` · `DELETE …/a/{id}`.
		var base string
		for _, code := range regexp.MustCompile("`([^`]+)`").FindAllStringSubmatch(cells[1], -1) {
			var named []string
			for _, word := range strings.Fields(code[1]) {
				switch {
				case methods.MatchString(word):
					named = append(named, word)
				case strings.HasPrefix(word, "/") || strings.HasPrefix(word, "…/"):
					path, _, _ := strings.Cut(word, "?")
					path = strings.TrimSuffix(path, "[")
					if rest, ok := strings.CutPrefix(path, "…"); ok {
						path = "/api/projects/{p}" + rest
					} else if !strings.HasPrefix(path, "/api/") {
						path = base + path
					}
					base = path
					for _, method := range named {
						documented[method+" "+path] = true
					}
				}
			}
		}
	}
	var missing []string
	for _, r := range newServer(t).Routes() {
		name := r.Method + " " + r.Path
		if !documented[name] {
			missing = append(missing, name)
		}
		delete(documented, name)
	}
	if len(missing) > 0 {
		t.Errorf("docs/API.md does not list: %s", strings.Join(missing, ", "))
	}
	var extra []string
	for name := range documented {
		extra = append(extra, name)
	}
	slices.Sort(extra)
	if len(extra) > 0 {
		t.Errorf("docs/API.md lists what is not there: %s", strings.Join(extra, ", "))
	}
	if !strings.Contains(string(text), designPolicy) {
		t.Error("docs/API.md does not say the page's policy")
	}
}

// newServer is a server that is only looked at.
func newServer(t *testing.T) *api.Server {
	t.Helper()
	s, err := api.New(api.Config{Token: "x", Addr: "127.0.0.1:1", Page: fstest.MapFS{}})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestAServerWithoutATokenIsRefused(t *testing.T) {
	if _, err := api.New(api.Config{Addr: "127.0.0.1:1", Page: fstest.MapFS{}}); err == nil {
		t.Error("a server without a token was made: everybody could get in")
	}
}
