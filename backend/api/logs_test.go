package api_test

import (
	"bufio"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
)

const logsPath = "/api/projects/default/logs"

// page is a page of logs.
type page struct {
	Object     string
	Data       []audit.Log
	Total      int64
	TotalExact bool `json:"total_exact"`
	Next, Prev string
	AsOf       string  `json:"as_of"`
	TookMS     float64 `json:"took_ms"`
}

func ids(logs []audit.Log) []string {
	out := make([]string, len(logs))
	for i := range logs {
		out[i] = logs[i].ID
	}
	return out
}

var newest = time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC)

func TestPagingThroughAList(t *testing.T) {
	const n = 1205
	f := serve(t)
	f.fill("default", n, newest)
	for _, sort := range []string{"-time", "time", "status", "-status", "origin", "-origin"} {
		var whole []string
		for line := range strings.Lines(string(f.get(logsPath+"/stream?sort="+sort, nil).body)) {
			var l audit.Log
			if err := json.Unmarshal([]byte(line), &l); err != nil {
				t.Fatal(err)
			}
			whole = append(whole, l.ID)
		}
		if len(whole) != n {
			t.Fatalf("sort %s: the stream has %d logs of %d", sort, len(whole), n)
		}
		var paged []string
		var pages []page
		for cursor := ""; ; {
			address := logsPath + "?limit=100&sort=" + sort
			if cursor != "" {
				address += "&cursor=" + url.QueryEscape(cursor)
			}
			var p page
			f.get(address, &p)
			if p.Object != "list" || p.Total != n || !p.TotalExact {
				t.Fatalf("sort %s: object %q, total %d, exact %v", sort, p.Object, p.Total, p.TotalExact)
			}
			paged, pages = append(paged, ids(p.Data)...), append(pages, p)
			if cursor = p.Next; cursor == "" {
				break
			}
		}
		if !slices.Equal(paged, whole) {
			t.Errorf("sort %s: the pages together are not the stream", sort)
		}
		// And back.
		last := pages[len(pages)-1]
		var back page
		f.get(logsPath+"?limit=100&sort="+sort+"&cursor="+url.QueryEscape(last.Prev), &back)
		if !slices.Equal(ids(back.Data), ids(pages[len(pages)-2].Data)) {
			t.Errorf("sort %s: the page before the last one is another one", sort)
		}
	}
	// The same through the JSON form.
	var text, object page
	f.get(logsPath+"?limit=7&q="+url.QueryEscape("status>=400 method:POST"), &text)
	f.post(logsPath+"/search", `{"limit":7,"filter":{"junction":"and","status":{"conditions":{"$more_than_equal":[400]}},"method":{"conditions":{"$is":["POST"]}}}}`, http.StatusOK, &object)
	if len(text.Data) != 7 || !slices.Equal(ids(text.Data), ids(object.Data)) || text.Total != object.Total {
		t.Errorf("text finds %v of %d, JSON %v of %d", ids(text.Data), text.Total, ids(object.Data), object.Total)
	}
	for _, l := range text.Data {
		if l.Status < 400 || l.Method != "POST" || l.Request.Body != "" || l.Request.Headers != nil || l.Request.Size == 0 {
			t.Errorf("a row of the list: %+v", l)
		}
	}
}

func TestAroundATime(t *testing.T) {
	f := serve(t)
	f.fill("default", 100, newest)
	at := newest.Add(-30*time.Second - time.Millisecond)
	var p page
	f.get(logsPath+"?limit=5&around="+url.QueryEscape(at.Format(time.RFC3339Nano)), &p)
	if len(p.Data) != 5 || p.Data[0].ID != "log_000068" {
		t.Errorf("around %v begins with %v", at, ids(p.Data))
	}
	if p.Prev == "" {
		t.Error("there is nothing before the place in the middle")
	}
}

// TestAnAnswerAndItsSnapshotAgree appends between a list, its histogram and its
// continuation: with as_of nothing of it is seen; with since nothing else.
func TestAnAnswerAndItsSnapshotAgree(t *testing.T) {
	now := newest.Add(time.Second)
	f := serve(t, func(c *api.Config) { c.Now = func() time.Time { return now } })
	f.fill("default", 20, newest)
	var first page
	f.get(logsPath+"?last=1h&limit=10", &first)
	f.post(logsPath, logAt(100, newest.Add(100*time.Millisecond)), http.StatusOK, nil)
	now = now.Add(time.Hour - 10*time.Second) // ten of the logs leave "the last hour"
	with := "&as_of=" + url.QueryEscape(first.AsOf)
	var again page
	f.get(logsPath+"?last=1h&limit=10"+with, &again)
	if again.Total != 20 || again.AsOf != first.AsOf || !slices.Equal(ids(again.Data), ids(first.Data)) {
		t.Errorf("the same snapshot has %d logs, before 20", again.Total)
	}
	var counted tally
	f.get(logsPath+"/tally?last=1h&by=time:10"+with, &counted)
	if counted.Total != 20 {
		t.Errorf("the histogram counts %d, the list 20", counted.Total)
	}
	var since page
	f.get(logsPath+"?since="+url.QueryEscape(first.AsOf), &since)
	if len(since.Data) != 1 || since.Data[0].ID != "log_000100" {
		t.Errorf("since the snapshot: %v", ids(since.Data))
	}
	var fresh page
	f.get(logsPath+"?last=1h", &fresh)
	if fresh.Total != 11 {
		t.Errorf("the last hour has %d logs now, want 11", fresh.Total)
	}
}

// tally is an answer of counts.
type tally struct {
	By      string
	Buckets []struct {
		Key             *string
		From, To        time.Time
		Count, Failures int64
	}
	Other, Total, Failures int64
	AsOf                   string `json:"as_of"`
}

func TestCounts(t *testing.T) {
	f := serve(t)
	f.fill("default", 100, newest)
	var byTime tally
	f.get(logsPath+"/tally?by=time:60", &byTime)
	if byTime.By != "time" || len(byTime.Buckets) != 60 || byTime.Total != 100 || byTime.Failures != 60 || byTime.AsOf == "" {
		t.Errorf("by time: %+v", byTime)
	}
	var sum, failures int64
	for i, b := range byTime.Buckets {
		sum, failures = sum+b.Count, failures+b.Failures
		if b.Key != nil || !b.From.Before(b.To) || i > 0 && !b.From.Equal(byTime.Buckets[i-1].To) {
			t.Errorf("step %d: %+v", i, b)
		}
	}
	if sum != 100 || failures != 60 {
		t.Errorf("the steps have %d logs, %d failures", sum, failures)
	}
	var byStatus tally
	f.get(logsPath+"/tally?by=status_code&limit=2&q=method:GET", &byStatus)
	if byStatus.By != "status_code" || len(byStatus.Buckets) != 2 || *byStatus.Buckets[0].Key != "200" || byStatus.Buckets[0].Count != 10 || byStatus.Other != 30 || byStatus.Total != 50 {
		t.Errorf("by status: %+v", byStatus)
	}
	var values struct {
		Values []struct {
			Value string
			Count int64
		}
	}
	f.get(logsPath+"/values?field=origin&prefix=c&q=status:200", &values)
	if len(values.Values) != 1 || values.Values[0].Value != "Client API" || values.Values[0].Count == 0 {
		t.Errorf("values: %+v", values)
	}
}

// TestTheLastHoursEndNow: a histogram of the last hours spans them all, and a
// log from a clock that is ahead is counted all the same.
func TestTheLastHoursEndNow(t *testing.T) {
	now := newest.Add(30 * time.Minute)
	f := serve(t, func(c *api.Config) { c.Now = func() time.Time { return now } })
	f.fill("default", 10, newest)
	var h tally
	f.get(logsPath+"/tally?last=1h&by=time:6", &h)
	if first, last := h.Buckets[0].From, h.Buckets[len(h.Buckets)-1].To; !first.Equal(now.Add(-time.Hour)) || !last.Equal(now) || h.Total != 10 {
		t.Errorf("the last hour is from %v to %v with %d logs; now is %v", first, last, h.Total, now)
	}
	f.post(logsPath, logAt(50, now.Add(time.Minute)), http.StatusOK, nil)
	var list page
	f.get(logsPath+"?last=1h", &list)
	f.get(logsPath+"/tally?last=1h&by=time:6", &h)
	if h.Total != 11 || list.Total != 11 {
		t.Errorf("with a log that is ahead the histogram has %d logs, the list %d; want 11", h.Total, list.Total)
	}
}

func TestWrongParameters(t *testing.T) {
	f := serve(t)
	f.fill("default", 3, newest)
	for _, query := range []string{
		"limit=1001", "limit=0", "limit=-1", "limit=x", "limit=", "limit=1.5", "limit=5&limit=5", "limits=5", "offset=10",
		"sort=time;", "sort=duration", "sort=--time", "sort=", "cursor=x", "cursor=", "cursor=abc.def", "as_of=now", "as_of=1", "since=x",
		"around=yesterday", "around=2026-11-22T10:00:00Z&sort=status", "from=x", "to=2026-13-01", "from=2026-11-22T10:00:00",
		"from=2026-11-22&to=2026-11-21", "from=2026-11-22&to=2026-11-22", "last=1h&from=2026-11-22", "last=5", "last=-1h", "last=0s", "last=1y", "last=",
		"q=a&filter={}", "q=%zz", "filter=x",
	} {
		a := f.request("GET", logsPath+"?"+query, "")
		var p problem
		if err := json.Unmarshal(a.body, &p); err != nil || a.StatusCode != http.StatusBadRequest || !strings.HasPrefix(p.Key, "invalid") {
			t.Errorf("%s: status %d: %s", query, a.StatusCode, a.body)
		}
	}
	for path, body := range map[string]string{
		"/search": `{"limit":1001}`, "/search?limit=5": `{}`, "/search ": `{"limit":"5"}`, "/search  ": `{"lim":5}`, "/search   ": `[]`,
		"/search    ": `{} {}`, "/search     ": `{"q":`, "/search      ": `{"sort":"up"}`, "/purge": `{}`, "/purge ": `{"all":true,"q":"status:200"}`, "/purge  ": `{"last":"1h"}`,
	} {
		f.fails("POST", logsPath+strings.TrimSpace(path), body, http.StatusBadRequest, "invalid")
	}
	for _, query := range []string{"", "?by=", "?by=time", "?by=time:0", "?by=time:1001", "?by=time:60&limit=5", "?by=nosuch", "?by=status&limit=1001", "?by=time:60&cursor=x"} {
		f.fails("GET", logsPath+"/tally"+query, "", http.StatusBadRequest, "invalid")
	}
	for _, query := range []string{"", "?field=", "?field=stauts", "?field=status&limit=0"} {
		f.fails("GET", logsPath+"/values"+query, "", http.StatusBadRequest, "invalid")
	}
	p := f.fails("GET", logsPath+"?limt=5", "", http.StatusBadRequest, "invalid")
	if !strings.Contains(p.Message, "Did you mean limit?") {
		t.Errorf("a mistyped parameter: %q", p.Message)
	}
	p = f.fails("POST", logsPath+"/search", `{"fliter":{}}`, http.StatusBadRequest, "invalid")
	if !strings.Contains(p.Message, "Did you mean filter?") {
		t.Errorf("a mistyped member: %q", p.Message)
	}
	f.get(logsPath+"?limit=1000", nil)
}

func TestAFilterThatDoesNotParseSaysWhere(t *testing.T) {
	f := serve(t)
	for text, want := range map[string][2]int{"method:GET stauts:400": {11, 17}, "status>=": {0, 0}} {
		p := f.fails("GET", logsPath+"?q="+url.QueryEscape(text), "", http.StatusBadRequest, "invalid_filter")
		if p.Position == nil {
			t.Fatalf("%s: no position: %+v", text, p)
		}
		if want[1] > 0 && (p.Position.Start != want[0] || p.Position.End != want[1] || p.Suggestion != "status") {
			t.Errorf("%s: place %v, suggestion %q", text, *p.Position, p.Suggestion)
		}
	}
	p := f.fails("POST", logsPath+"/search", `{"filter":{"status":{"conditions":{"$nearly":[400]}}}}`, http.StatusBadRequest, "invalid_filter")
	if p.Position != nil || !strings.Contains(p.Message, "$nearly") {
		t.Errorf("a JSON filter: %+v", p)
	}
	f.fails("GET", "/api/filter?q="+url.QueryEscape("stauts:400"), "", http.StatusBadRequest, "invalid_filter")
}

func TestAppend(t *testing.T) {
	f := serve(t)
	type appended struct {
		Added, Skipped int
		Rejected       []struct {
			Line   int
			Reason string
		}
	}
	var got appended
	lines := logAt(1, newest) + "\n\nnot json\n" + logAt(2, newest) + "\n" + `{"id":"` + strings.Repeat("x", 600) + `","method":"GET","status":400}` + "\n"
	f.expect("POST", logsPath, lines, http.StatusOK, &got, header("Content-Type", "application/x-ndjson"))
	if got.Added != 2 || len(got.Rejected) != 2 || got.Rejected[0].Line != 3 || got.Rejected[0].Reason == "" || got.Rejected[1].Line != 5 {
		t.Errorf("NDJSON: %+v", got)
	}
	got = appended{}
	f.post(logsPath, "["+logAt(2, newest)+","+logAt(3, newest)+", 7]", http.StatusOK, &got)
	if got.Added != 1 || got.Skipped != 1 || len(got.Rejected) != 1 || got.Rejected[0].Line != 3 {
		t.Errorf("array: %+v", got)
	}
	got = appended{}
	f.post(logsPath, strings.ReplaceAll(logAt(4, newest), ",", ",\n "), http.StatusOK, &got)
	if got.Added != 1 || got.Rejected == nil || len(got.Rejected) != 0 {
		t.Errorf("object: %+v", got)
	}
	for _, body := range []string{"{", "[1", "nonsense", "  "} {
		f.fails("POST", logsPath, body, http.StatusBadRequest, "invalid")
	}
	f.fails("POST", "/api/projects/projectlogs/logs", logAt(5, newest), http.StatusConflict, "conflict")
	f.fails("POST", "/api/projects/nowhere/logs", logAt(5, newest), http.StatusNotFound, "not_found")
	var p page
	f.get(logsPath, &p)
	if p.Total != 4 {
		t.Errorf("%d logs are there, want 4", p.Total)
	}
}

func TestOneLogAndItsBodies(t *testing.T) {
	f := serve(t)
	long := "bb" + strings.Repeat("aé", 1<<20) // 3 MiB; a cut at 1 MiB is inside an é
	record, err := json.Marshal(map[string]any{
		"id": "log_long/1", "time": newest, "method": "POST", "url": "https://x.example/y", "status": 200,
		"request":  map[string]any{"body": "plain"},
		"response": map[string]any{"body": long},
	})
	if err != nil {
		t.Fatal(err)
	}
	f.post(logsPath, string(record), http.StatusOK, nil)
	address := logsPath + "/" + url.PathEscape("log_long/1")
	var l struct {
		ID       string
		Request  struct{ Body, BodyURL string }
		Response struct {
			Body        string
			Size        int64
			TruncatedAt int64  `json:"truncated_at"`
			BodyURL     string `json:"body_url"`
		}
	}
	f.get(address, &l)
	if l.ID != "log_long/1" || l.Request.Body != "plain" || l.Request.BodyURL != "" {
		t.Errorf("the log: %+v", l.Request)
	}
	r := l.Response
	if len(r.Body) != maxCut || int(r.TruncatedAt) != maxCut || r.Size != int64(len(long)) || !strings.HasPrefix(long, r.Body) {
		t.Errorf("the cut body has %d bytes, truncated at %d of %d", len(r.Body), r.TruncatedAt, r.Size)
	}
	whole := f.get(r.BodyURL, nil)
	if string(whole.body) != long {
		t.Errorf("%s has %d bytes of %d", r.BodyURL, len(whole.body), len(long))
	}
	for name, want := range map[string]string{
		"Content-Type": "text/plain; charset=utf-8", "Content-Security-Policy": "sandbox; default-src 'none'; frame-ancestors 'none'",
		"Content-Disposition": `attachment; filename="log_long_1-response-body.txt"; filename*=UTF-8''log_long_1-response-body.txt`,
	} {
		if got := whole.Header.Get(name); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
	if part := f.get(r.BodyURL+"?offset=3&length=4", nil); string(part.body) != long[3:7] || part.Header.Get("X-Body-Size") != strconv.Itoa(len(long)) {
		t.Errorf("a window: %q of %s bytes", part.body, part.Header.Get("X-Body-Size"))
	}
	f.fails("GET", address+"/response-body?offset="+strconv.Itoa(len(long)+1), "", http.StatusBadRequest, "invalid")
	p := f.fails("GET", logsPath+"/log_none", "", http.StatusNotFound, "not_found")
	if p.ResourceType != "log" || p.ResourceID != "log_none" {
		t.Errorf("a missing log: %+v", p)
	}
}

// maxCut is 1 MiB without the half of a character.
const maxCut = 1<<20 - 1

func TestStream(t *testing.T) {
	f := serve(t)
	f.fill("default", 30, newest)
	a := f.get(logsPath+"/stream?q=status%3A200&limit=4&sort=time", nil)
	var got []string
	for line := range strings.Lines(string(a.body)) {
		var l audit.Log
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		if l.Request.Body == "" || l.Request.Headers["x-n"] == nil {
			t.Errorf("a log of the stream is not whole: %s", line)
		}
		got = append(got, l.ID)
	}
	if fmt.Sprint(got) != "[log_000000 log_000005 log_000010 log_000015]" {
		t.Errorf("the stream has %v", got)
	}
	snapshot := a.Trailer.Get("X-Snapshot")
	if snapshot == "" {
		t.Fatal("the stream names no snapshot")
	}
	f.post(logsPath, logAt(500, newest), http.StatusOK, nil)
	since := f.get(logsPath+"/stream?since="+url.QueryEscape(snapshot), nil)
	if n := strings.Count(string(since.body), "\n"); n != 1 || !strings.Contains(string(since.body), "log_000500") {
		t.Errorf("since the stream's snapshot: %s", since.body)
	}
	if empty := f.get(logsPath+"/stream?q=status%3A999", nil); len(empty.body) != 0 || empty.Trailer.Get("X-Snapshot") == "" {
		t.Errorf("an empty stream: %q, trailer %v", empty.body, empty.Trailer)
	}
	f.fails("GET", logsPath+"/stream?cursor=x", "", http.StatusBadRequest, "invalid")
}

func TestExplain(t *testing.T) {
	f := serve(t)
	f.fill("default", 10, time.Date(2015, 5, 20, 12, 0, 0, 0, time.UTC))
	var x audit.Explanation
	f.get(logsPath+"/explain?last=24h&q="+url.QueryEscape("status>=400 method:POST"), &x)
	if x.Total != 0 || x.AllTime == 0 || x.Oldest == nil || x.Nearest.Before == nil || x.Nearest.After != nil || len(x.Conditions) != 2 {
		t.Errorf("explained: %+v", x)
	}
	if len(x.Ways) == 0 || x.Ways[0].Kind != audit.WayRange {
		t.Fatalf("no way leads to 2015: %+v", x.Ways)
	}
	way := x.Ways[0]
	var p page
	f.get(logsPath+"?q="+url.QueryEscape("status>=400 method:POST")+"&from="+way.From.Format(time.RFC3339)+"&to="+way.To.Format(time.RFC3339), &p)
	if p.Total != way.Count || p.Total == 0 {
		t.Errorf("the way says %d logs and leads to %d", way.Count, p.Total)
	}
}

func TestEvents(t *testing.T) {
	f := serve(t)
	_, key := f.newKey("default", "read")
	f.post("/api/projects", `{"name":"other"}`, http.StatusCreated, nil)
	next := f.listen("/api/events", f.token)
	narrow := f.listen("/api/events", key)
	if e := next(); e.Kind != "hello" {
		t.Fatalf("the first event is %+v", e)
	}
	if e := narrow(); e.Kind != "hello" {
		t.Fatalf("the first event is %+v", e)
	}
	f.fill("other", 1, newest)
	f.fill("default", 1, newest)
	want := audit.Change{Kind: audit.LogsAdded, Project: "other"}
	if e := next(); e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
	want.Project = "default"
	if e := next(); e != want {
		t.Errorf("got %+v, want %+v", e, want)
	}
	if e := narrow(); e != want {
		t.Errorf("the key of default got %+v", e)
	}
	// A listener that does not read holds up nobody, and is told that it missed something.
	for range 2000 {
		f.feed.Publish(audit.Change{Kind: audit.TaskChanged, Project: "default", ID: strings.Repeat("x", 1000)})
	}
	f.get("/api/health", nil)
	// The end of the server ends the streams.
	begin := time.Now()
	f.stop()
	if d := time.Since(begin); d > 3*time.Second {
		t.Errorf("the server ended after %v", d)
	}
	for e := next(); e.Kind != ""; e = next() {
		if e.Kind != audit.TaskChanged && e.Kind != audit.Missed {
			t.Errorf("unexpected event %+v", e)
		}
	}
}

// listen reads events one by one; the zero Change is the end.
func (f *fixture) listen(path, token string) func() audit.Change {
	f.t.Helper()
	r, err := http.NewRequest("GET", "http://"+f.addr+path, nil)
	if err != nil {
		f.t.Fatal(err)
	}
	bearer(token)(r)
	resp, err := f.client.Do(r)
	if err != nil {
		f.t.Fatal(err)
	}
	if resp.StatusCode != http.StatusOK {
		f.t.Fatalf("%s: %s", path, resp.Status)
	}
	f.t.Cleanup(func() { resp.Body.Close() })
	lines := bufio.NewScanner(resp.Body)
	return func() audit.Change {
		for lines.Scan() {
			var c audit.Change
			if err := json.Unmarshal(lines.Bytes(), &c); err != nil {
				f.t.Errorf("event %q: %v", lines.Text(), err)
			}
			if c.Kind != "alive" {
				return c
			}
		}
		return audit.Change{}
	}
}
