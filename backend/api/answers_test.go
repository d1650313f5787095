package api_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"testing"
	"time"

	"projectlogs/backend/api"
)

var update = flag.Bool("update", false, "write the golden files anew")

// TestTheShapesOfAnswers holds the answers that outsiders rely on against a
// golden file. What differs from run to run is replaced by its name.
func TestTheShapesOfAnswers(t *testing.T) {
	f := serve(t, func(c *api.Config) { c.Now = func() time.Time { return newest.Add(time.Hour) } })
	f.fill("default", 12, newest)
	var got bytes.Buffer
	show := func(method, path, body string) {
		t.Helper()
		a := f.request(method, path, body)
		fmt.Fprintf(&got, "%s %s %s\n%d %s\n", method, path, body, a.StatusCode, a.Header.Get("Content-Type"))
		var indented bytes.Buffer
		if err := json.Indent(&indented, bytes.TrimSpace(a.body), "", " "); err != nil {
			t.Fatalf("%s %s: %v in %s", method, path, err, a.body)
		}
		got.Write(indented.Bytes())
		got.WriteString("\n\n")
	}
	failed := "q=" + url.QueryEscape("status>=400 method:POST")
	show("GET", "/api/health", "")
	show("GET", logsPath+"?limit=2&"+failed, "")
	show("GET", logsPath+"/log_000003", "")
	show("GET", logsPath+"/tally?by=time:2&last=2h", "")
	show("GET", logsPath+"/tally?by=status&limit=2", "")
	show("GET", logsPath+"/values?field=method", "")
	show("GET", logsPath+"/explain?last=10m&"+failed, "")
	show("GET", "/api/filter?q="+url.QueryEscape("status>=400 -origin:Dashboard (a OR b)"), "")
	show("GET", "/api/projects/default", "")
	show("POST", "/api/projects/default/views", `{"name":"Failed","q":"status>=400","last":"24h","columns":["time"]}`)
	show("POST", "/api/projects/default/keys", `{"name":"Checkout"}`)
	show("POST", logsPath, `[{"id":"log_000001","method":"GET","status":200},7]`)
	show("GET", logsPath+"?q=stauts:400", "")
	show("GET", logsPath+"/log_none", "")
	show("GET", logsPath+"?limit=1001", "")
	show("DELETE", logsPath, "")
	text := got.Bytes()
	for _, replace := range [][2]string{
		{`"(as_of|next|prev)": "[^"]+"`, `"$1": "…"`},
		{`"took_ms": [0-9.]+`, `"took_ms": 0`},
		{`req_[A-Z0-9]+`, `req_…`},
		{`view_[a-z0-9]+`, `view_…`},
		{`plk_\w+`, `plk_…`},
		{`"id": "\w{8}",\n "name": "Checkout"`, `"id": "…",` + "\n" + ` "name": "Checkout"`},
		{`("id": "default",\n "name": "\w+",\n "created_at": )"[^"]+"`, `$1"…"`},
	} {
		text = regexp.MustCompile(replace[0]).ReplaceAll(text, []byte(replace[1]))
	}
	golden(t, "answers.txt", text)
}

// golden compares with a file of testdata, or writes it anew.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, got, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Errorf("this is not what %s says (write it anew with -update and look at the difference):\n%s", path, got)
	}
}

// FuzzQuestions asks with anything at all: the answer is a list or a problem
// that says what is wrong, and the server lives on.
func FuzzQuestions(f *testing.F) {
	for _, seed := range []string{
		"", "q=status>=400&last=24h&limit=5", "from=2026-11-22&to=2026-11-23&sort=-status", "cursor=dn25.eyJ", "as_of=0.x&since=1.y",
		"q=%00%ff", "around=2026-11-22T10:00:00%2B01:00", "limit=5;q=a", "filter={\"junction\":\"or\"}", "last=9999999999d", "last=1e300d", "as_of=zzzzzzzzzzzzz.AQ", "cursor=1.AQ%3D%3D&as_of=1.AQ",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		s := serve(t)
		s.fill("default", 3, newest)
		for _, route := range []string{"", "/tally", "/values", "/explain", "/stream"} {
			r, err := http.NewRequest("GET", "http://"+s.addr+logsPath+route, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.URL.RawQuery = url.PathEscape(query)
			for _, raw := range []string{r.URL.RawQuery, query} {
				r.URL.RawQuery = raw
				bearer(s.token)(r)
				resp, err := s.client.Do(r)
				if err != nil {
					continue // what cannot be sent
				}
				resp.Body.Close()
				if resp.StatusCode != http.StatusOK && resp.StatusCode != http.StatusBadRequest {
					t.Errorf("%s?%q: %s", route, raw, resp.Status)
				}
			}
		}
	})
}
