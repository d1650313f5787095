package ingest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/local"
	"projectlogs/backend/redact"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// open opens a real store with a door.
func open(t testing.TB, dir string, profile redact.Profile, now time.Time) (*local.Store, *ingest.Door) {
	t.Helper()
	store, err := local.Open(dir, local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { store.Close() })
	door, err := ingest.New(t.Context(), store, store.Catalog(), new(audit.Feed), ingest.Options{
		Profile: profile, Now: func() time.Time { return now },
	})
	if err != nil {
		t.Fatal(err)
	}
	return store, door
}

func all(t testing.TB, store audit.LogStore) []audit.Log {
	t.Helper()
	var logs []audit.Log
	for l, err := range store.Scan(t.Context(), audit.Query{Project: audit.DefaultProject, Order: audit.Order{Ascending: true}}) {
		if err != nil {
			t.Fatal(err)
		}
		logs = append(logs, l)
	}
	return logs
}

func get(path string) audit.Log {
	return audit.Log{Time: noon, Method: "get", URL: "https://h" + path, Status: 200}
}

// TestEqualLogs: equal logs of one source are all kept, the same source again
// adds nothing, in whatever pieces it comes.
func TestEqualLogs(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	batch := func() []audit.Log {
		return []audit.Log{get("/a"), get("/a"), get("/b"), get("/a"), get("/b")}
	}
	f := func(what string, r ingest.Result, err error, added, skipped int) {
		t.Helper()
		if err != nil || r.Added != added || r.Skipped != skipped || len(r.Rejected) != 0 {
			t.Errorf("%s: %+v, %v, wanted %d added, %d skipped", what, r, err, added, skipped)
		}
	}
	r, err := door.Append(t.Context(), audit.DefaultProject, "api", batch())
	f("a call", r, err, 5, 0)
	r, err = door.Append(t.Context(), audit.DefaultProject, "api", batch())
	f("the call again", r, err, 0, 5)
	source := door.Source(audit.DefaultProject, "import imp_1", noon)
	for i, l := range batch() {
		r, err = source.Append(t.Context(), []audit.Log{l}, nil)
		f(fmt.Sprintf("log %d alone", i), r, err, 0, 1)
	}
	r, err = source.Append(t.Context(), []audit.Log{get("/a"), get("/c")}, nil)
	f("a fourth one and a new one", r, err, 2, 0)
	r, err = door.Append(t.Context(), "other", "api", batch())
	f("another project", r, err, 5, 0)

	if logs := all(t, store); len(logs) != 7 {
		t.Errorf("%d logs are stored, wanted 7", len(logs))
	}
	// What was let in before an interruption is only counted.
	again := door.Source(audit.DefaultProject, "import imp_1", noon)
	again.Skip(batch()[:3])
	r, err = again.Append(t.Context(), append(batch()[3:], get("/a"), get("/a")), nil)
	f("the rest after an interruption", r, err, 1, 3)
}

// TestIDsAreFixed: another way to make ids would make every file that was
// imported before new again. If this test fails, idVersion has to change.
func TestIDsAreFixed(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	log := func() audit.Log {
		d := 1.5
		return audit.Log{
			Time: noon.Add(time.Millisecond), Method: "POST", URL: "https://h/v1/vouchers/V-1/redemption?x=1&y=2", Status: 400, Duration: &d,
			Query:   map[string][]string{"y": {"2"}, "x": {"1"}},
			Request: audit.Payload{Headers: map[string][]string{"b": {"2"}, "a": {"1", "2"}}, Body: `{"token":"abc"}`, Size: 15},
		}
	}
	mine := log()
	mine.ID = "my-own id/7"
	if _, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{log(), mine}); err != nil {
		t.Fatal(err)
	}
	logs := all(t, store)
	slices.SortFunc(logs, func(a, b audit.Log) int { return strings.Compare(a.ID, b.ID) })
	if logs[1].ID != "my-own id/7" {
		t.Errorf("the source's own id became %s", logs[1].ID)
	}
	id := logs[0].ID
	if len(id) != 30 || !strings.HasPrefix(id, "log_01M") || strings.ToUpper(id[4:]) != id[4:] {
		t.Errorf("the id %s is not log_ and a ULID", id)
	}
	// The same in another order, with names in capitals, with what is derived
	// already there or not: one log.
	same := log()
	same.Request.Headers = map[string][]string{"A": {"1", "2"}, "B": {"2"}}
	same.Method = "post"
	same.Time = same.Time.In(time.FixedZone("", 3600))
	r, err := door.Append(t.Context(), audit.DefaultProject, "file", []audit.Log{same})
	if err != nil || r.Added != 0 {
		t.Errorf("the same log again: %+v, %v", r, err)
	}
	// Each difference makes another log.
	for i, change := range []func(*audit.Log){
		func(l *audit.Log) { l.Time = l.Time.Add(1) }, func(l *audit.Log) { l.Status = 401 }, func(l *audit.Log) { *l.Duration = 2 },
		func(l *audit.Log) { l.Duration = nil }, func(l *audit.Log) { l.Request.Body = `{"token":"abd"}` },
		func(l *audit.Log) { l.Request.Body, l.Response.Body = "", l.Request.Body },
		func(l *audit.Log) { l.Request.Headers["a"] = []string{"2", "1"} }, func(l *audit.Log) { l.Query = map[string][]string{"x": {"1", "2"}} },
		func(l *audit.Log) { l.Message = "m" }, func(l *audit.Log) { l.Attributes = json.RawMessage(`{"a":1}`) },
		func(l *audit.Log) { l.User.ID = "u" }, func(l *audit.Log) { l.User.Email = "u" }, func(l *audit.Log) { l.Request.TruncatedAt = 5 },
	} {
		other := log()
		change(&other)
		if r, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{other}); err != nil || r.Added != 1 {
			t.Errorf("difference %d makes no other log: %+v, %v", i, r, err)
		}
	}
}

// TestNoTime: a log without a time gets one; from a file its id does not depend
// on it.
func TestNoTime(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	untimed := func() []audit.Log { return []audit.Log{{Method: "GET", URL: "/a"}, {Method: "GET", URL: "/a"}} }
	r, err := door.Source(audit.DefaultProject, "import imp_1", noon.Add(time.Hour)).Append(t.Context(), untimed(), nil)
	if err != nil || r.Added != 2 || r.Untimed != 2 {
		t.Errorf("import: %+v, %v", r, err)
	}
	r, err = door.Source(audit.DefaultProject, "import imp_2", noon.Add(2*time.Hour)).Append(t.Context(), untimed(), nil)
	if err != nil || r.Added != 0 || r.Skipped != 2 {
		t.Errorf("the same import later: %+v, %v", r, err)
	}
	for _, l := range all(t, store) {
		if !l.Time.Equal(noon.Add(time.Hour)) || !strings.HasPrefix(l.ID, "log_0000000000") {
			t.Errorf("log %s stands at %s", l.ID, l.Time)
		}
	}
	if r, err = door.Append(t.Context(), audit.DefaultProject, "api", untimed()); err != nil || r.Added != 2 {
		t.Errorf("by the wire: %+v, %v", r, err)
	}
	logs := all(t, store)
	if !logs[0].Time.Equal(noon) || len(logs) != 4 {
		t.Errorf("%d logs, the first at %s", len(logs), logs[0].Time)
	}
}

func TestRejected(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	inf := 1.0
	inf /= 0.0000000000000000000001
	inf *= 1e308
	inf *= 1e308
	bad := []struct {
		reason string
		change func(*audit.Log)
	}{
		{"year 1500", func(l *audit.Log) { l.Time = time.Date(1500, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"year 10000", func(l *audit.Log) { l.Time = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) }},
		{"status is -1", func(l *audit.Log) { l.Status = -1 }},
		{"status is 1000", func(l *audit.Log) { l.Status = 1000 }},
		{"no finite number", func(l *audit.Log) { l.Duration = &inf }},
		{"id is 513 bytes", func(l *audit.Log) { l.ID = strings.Repeat("x", 513) }},
		{"control character", func(l *audit.Log) { l.ID = "a\x00b" }},
		{"less than 0", func(l *audit.Log) { l.Response.Size = -1 }},
		{"bytes large", func(l *audit.Log) { l.Response.Body = strings.Repeat("x", ingest.MaxLogBytes+1) }},
		{"no JSON object", func(l *audit.Log) { l.Attributes = json.RawMessage(`[1]`) }},
		{"no JSON object", func(l *audit.Log) { l.Attributes = json.RawMessage(`{"a":`) }},
	}
	logs := []audit.Log{get("/first")}
	for _, b := range bad {
		l := get("/bad")
		b.change(&l)
		logs = append(logs, l)
	}
	logs = append(logs, get("/last"))
	r, err := door.Append(t.Context(), audit.DefaultProject, "api", logs)
	if err != nil || r.Added != 2 || len(r.Rejected) != len(bad) {
		t.Fatalf("%+v, %v", r, err)
	}
	for i, rejection := range r.Rejected {
		if rejection.Index != i+1 || !strings.Contains(rejection.Reason, bad[i].reason) || !strings.HasSuffix(rejection.Reason, ".") {
			t.Errorf("log %d was rejected because: %q, wanted one that says %q", rejection.Index, rejection.Reason, bad[i].reason)
		}
	}
	if n := len(all(t, store)); n != 2 {
		t.Errorf("%d logs are stored", n)
	}
}

func TestDerive(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	in := audit.Log{
		Time: noon, Method: "post", URL: "https://api.example.com/v1/vouchers/V%2D1/redemption?x=1&y=a+b", Status: 400,
		Request: audit.Payload{
			Headers: map[string][]string{
				"X-App-Id": {"app-1"}, "X-App-Token": {"s3cret"}, "X-Voucherify-Channel": {"Ruby-SDK"}, "User-Agent": {"axios/1.7.5"},
				"X-Forwarded-For": {"203.0.113.7, 10.0.0.1"}, "Traceparent": {"00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"},
			},
			Body: `{"customer":{"source_id":"c-77"},"campaign_id":"camp_1"}`,
		},
		Response: audit.Payload{Body: `{"code":400,"key":"voucher_expired","message":"Voucher expired","details":"on Monday","request_id":"v-1"}`},
	}
	if _, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{in}); err != nil {
		t.Fatal(err)
	}
	got := all(t, store)[0]
	want := map[string]string{
		"method": "POST", "path": "/v1/vouchers/V%2D1/redemption", "endpoint": "POST /v1/vouchers/{code}/redemption", "incentive": "V-1",
		"customer": "c-77", "campaign": "camp_1", "api key": "app-1", "origin": "Ruby-SDK", "agent": "axios/1.7.5", "ip": "203.0.113.7",
		"request id": "v-1", "correlation id": "4bf92f3577b34da6a3ce929d0e0e4736", "error": "voucher_expired", "message": "Voucher expired: on Monday",
		"source": "api", "x": "1", "y": "a b",
	}
	is := map[string]string{
		"method": got.Method, "path": got.Path, "endpoint": got.Endpoint, "incentive": got.Incentive,
		"customer": got.Customer.SourceID, "campaign": got.Campaign, "api key": got.APIKey, "origin": got.Origin, "agent": got.UserAgent, "ip": got.IP,
		"request id": got.RequestID, "correlation id": got.CorrelationID, "error": got.Error.Key, "message": got.Error.Message,
		"source": got.Source, "x": got.Query["x"][0], "y": got.Query["y"][0],
	}
	if !reflect.DeepEqual(is, want) {
		t.Errorf("derived %v\nwanted  %v", is, want)
	}
	// What the source says stays.
	said := in
	said.Time = said.Time.Add(1)
	said.Origin, said.Endpoint, said.Campaign, said.RequestID, said.APIKey, said.Source = "Dashboard", "X", "spring", "r", "Checkout", "file"
	said.Error.Key = "k"
	if _, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{said}); err != nil {
		t.Fatal(err)
	}
	got = all(t, store)[1]
	for name, pair := range map[string][2]string{
		"origin": {got.Origin, "Dashboard"}, "endpoint": {got.Endpoint, "X"}, "campaign": {got.Campaign, "spring"}, "request id": {got.RequestID, "r"},
		"api key": {got.APIKey, "Checkout"}, "source": {got.Source, "file"}, "error": {got.Error.Key, "k"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s became %q, the source said %q", name, pair[0], pair[1])
		}
	}
}

// TestDerivedFrom says which field comes from which piece of a call.
func TestDerivedFrom(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	n := 0
	f := func(field string, l audit.Log, want string) {
		t.Helper()
		n++
		l.ID, l.Time = fmt.Sprint("id", n), noon
		if l.Method == "" {
			l.Method = "GET"
		}
		if _, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{l}); err != nil {
			t.Fatal(err)
		}
		got, err := store.Get(t.Context(), audit.DefaultProject, l.ID)
		if err != nil {
			t.Fatal(err)
		}
		is := map[string]string{
			"endpoint": got.Endpoint, "campaign": got.Campaign, "incentive": got.Incentive, "customer.id": got.Customer.ID,
			"customer.source_id": got.Customer.SourceID, "task": got.TaskID, "origin": got.Origin, "request id": got.RequestID,
			"error.key": got.Error.Key, "error.message": got.Error.Message, "client key": got.ClientKey,
		}[field]
		if is != want {
			t.Errorf("%s of %s %s %s %s is %q, wanted %q", field, l.URL, l.Request.Headers, l.Request.Body, l.Response.Body, is, want)
		}
	}
	path := func(p, want string) { t.Helper(); f("endpoint", audit.Log{URL: "https://h" + p}, "GET "+want) }
	path("/v1/vouchers", "/v1/vouchers")
	path("/v1/vouchers/import", "/v1/vouchers/import")
	path("/v1/vouchers/bulk/async", "/v1/vouchers/bulk/async")
	path("/v1/vouchers/V-1", "/v1/vouchers/{code}")
	path("/v1/vouchers/import/redemption", "/v1/vouchers/import/redemption")
	path("/v1/campaigns/spring 2026/vouchers/A", "/v1/campaigns/{campaignId}/vouchers/{code}")
	path("/v1/campaigns/c/importCSV", "/v1/campaigns/{campaignId}/importCSV")
	path("/v1/customers/ann@example.com", "/v1/customers/{customerId}")
	path("/v1/loyalties/l/members/m/rewards", "/v1/loyalties/{campaignId}/members/{memberId}/rewards")
	path("/v1/loyalties/members/m", "/v1/loyalties/members/{memberId}")
	path("/v1/promotions/tiers/t/redemption", "/v1/promotions/tiers/{tierId}/redemption")
	path("/v1/promotions/p/tiers", "/v1/promotions/{campaignId}/tiers")
	path("/v1/async-actions/aa_0c5543f00797b6113f", "/v1/async-actions/{asyncActionId}")
	path("/client/v1/validations", "/client/v1/validations")
	path("/", "/")
	path("/users/42/posts/7", "/users/{id}/posts/{id}")
	path("/o/9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d/x", "/o/{id}/x")
	path("/o/cust_8fc7a1b2c3d4/x", "/o/{id}/x")
	path("/o/5f2b6c0e9d1a4b3c8e7f6a5d/x", "/o/{id}/x")
	path("/mail/ann@example.com", "/mail/{id}")
	path("/blog/2015-review/style2.css", "/blog/2015-review/style2.css")
	path("/presentations/logstash-monitorama-2013/images/kibana-search.png", "/presentations/logstash-monitorama-2013/images/kibana-search.png")
	path("/v1/metrics", "/v1/metrics")

	body := func(field, request, response, want string) {
		t.Helper()
		f(field, audit.Log{URL: "https://h/v1/x", Status: 200, Request: audit.Payload{Body: request}, Response: audit.Payload{Body: response}}, want)
	}
	body("customer.id", `{"customer":{"id":"cust_1"}}`, ``, "cust_1")
	body("customer.id", `{"customer":"cust_1"}`, ``, "cust_1")
	body("customer.source_id", `{"customer":"c-1"}`, ``, "c-1")
	body("customer.id", ``, `{"redemptions":[{"customer_id":"cust_2"},{"customer_id":"cust_3"}]}`, "cust_2")
	body("campaign", ``, `{"voucher":{"code":"A","campaign":"Spring","campaign_id":"camp_1"}}`, "camp_1")
	body("campaign", ``, `{"code":"A","campaign":"Spring"}`, "Spring")
	body("campaign", `{"campaign":{"id":"camp_3","name":"x"}}`, ``, "camp_3")
	body("incentive", `{"redeemables":[{"object":"voucher","id":"V-9"}]}`, ``, "V-9")
	body("incentive", `{"voucher":"V-8"}`, ``, "V-8")
	body("incentive", ``, `{"promotion_tier":{"id":"promo_1"}}`, "promo_1")
	body("task", ``, `{"async_action_id":"aa_1"}`, "aa_1")
	body("campaign", `not json {"campaign":"x"}`, `[{"campaign":"x"}]`, "")

	failed := func(field, response, want string) {
		t.Helper()
		f(field, audit.Log{URL: "https://h/x", Status: 400, Response: audit.Payload{Body: response}}, want)
	}
	failed("error.key", `{"error":"invalid_grant","error_description":"it has expired"}`, "invalid_grant")
	failed("error.message", `{"error":"invalid_grant","error_description":"it has expired"}`, "it has expired")
	failed("error.key", `{"error":{"type":"card_error","code":"card_declined","message":"no"}}`, "card_declined")
	failed("error.message", `{"errors":[{"message":"first"},{"message":"second"}]}`, "first")
	failed("error.key", `{"type":"https://h/probs/credit","title":"Out of credit","status":403,"detail":"You have 30"}`, "https://h/probs/credit")
	failed("error.message", `{"statusCode":413,"error":"Request Entity Too Large","message":"too long"}`, "too long")
	failed("error.key", `{"statusCode":413,"error":"Request Entity Too Large","message":"too long"}`, "")

	header := func(name, value, want string) {
		t.Helper()
		f("origin", audit.Log{URL: "https://h/x", Request: audit.Payload{Headers: map[string][]string{name: {value}}}}, want)
	}
	header("x-voucherify-channel", "Braze Outbound", "Braze Outbound")
	header("x-client-application-id", "c", "Client API")
	header("authorization", "Bearer x", "API")
	header("accept", "*/*", "")
}

// TestNoSecretOnDisk plants credentials in all places and looks for them in all
// files of the data folder, and in what is decoded from them.
func TestNoSecretOnDisk(t *testing.T) {
	const canary = "kQ7vT2xW9zB4nM6p"
	dir := t.TempDir()
	store, door := open(t, dir, redact.Default, noon)
	plants := []audit.Log{
		{URL: "https://ann:" + canary + "@h/x?access_token=" + canary + "&a=b"},
		{URL: "/y", Query: map[string][]string{"api_key": {canary}}},
		{URL: "/z", Request: audit.Payload{Headers: map[string][]string{
			"Authorization": {"Bearer " + canary}, "cookie": {"sid=" + canary}, "X-App-Token": {canary}, "referer": {"https://h/?token=" + canary},
		}}, Response: audit.Payload{Headers: map[string][]string{"set-cookie": {"sid=" + canary + "; Path=/"}}}},
		{URL: "/f", Request: audit.Payload{Body: "user=ann&password=" + canary}},
		{URL: "/j", Request: audit.Payload{Body: `{"password":"` + canary + `"}`}, Response: audit.Payload{Body: `{"x":{"access_token":"` + canary + `"}}`}},
		{URL: "/e", Status: 400, Response: audit.Payload{Body: `{"error":{"message":"bad api_key=` + canary + `"}}`}},
		{URL: "/m", Message: "password=" + canary, Attributes: json.RawMessage(`{"client_secret":"` + canary + `"}`)},
	}
	for i := range plants {
		plants[i].Time, plants[i].Method = noon, "POST"
	}
	r, err := door.Append(t.Context(), audit.DefaultProject, "api", plants)
	if err != nil || r.Added != len(plants) || r.Redactions < 14 {
		t.Fatalf("%+v, %v", r, err)
	}
	for _, l := range all(t, store) {
		if text, err := json.Marshal(l); err != nil || bytes.Contains(text, []byte(canary)) {
			t.Errorf("stored %s, %v", text, err)
		}
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	files := 0
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		files++
		text, err := os.ReadFile(path)
		// Compression may cut the canary; no half of it may be there either.
		for _, piece := range []string{canary, canary[:8], canary[8:]} {
			if bytes.Contains(text, []byte(piece)) {
				t.Errorf("%s has %q", path, piece)
			}
		}
		return err
	})
	if err != nil || files < 3 {
		t.Errorf("%d files, %v", files, err)
	}

	// Without redaction it is there: the test can see it.
	dir = t.TempDir()
	store, door = open(t, dir, redact.Off, noon)
	if _, err := door.Append(t.Context(), audit.DefaultProject, "api", []audit.Log{{URL: "/j", Method: "POST", Request: audit.Payload{Body: `{"password":"` + canary + `"}`}}}); err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Fatal(err)
	}
	found := false
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if text, err := os.ReadFile(path); err == nil && bytes.Contains(text, []byte(canary[:8])) {
			found = true
		}
		return nil
	})
	if !found {
		t.Error("the canary is not found even without redaction; this test sees nothing")
	}
}

// TestMark: the mark is stored with the logs and knows how many were new.
func TestMark(t *testing.T) {
	store, door := open(t, t.TempDir(), redact.Default, noon)
	source := door.Source(audit.DefaultProject, "import imp_1", noon)
	mark := &ingest.Mark{Name: "import/1", Value: func(added int) []byte { return []byte(fmt.Sprint("added ", added)) }}
	for i, c := range []struct {
		logs []audit.Log
		want string
	}{
		{[]audit.Log{get("/a"), get("/b")}, "added 2"},
		{[]audit.Log{{Status: -1}}, "added 0"},
		{nil, "added 0"},
		{[]audit.Log{get("/c")}, "added 1"},
	} {
		if _, err := source.Append(t.Context(), c.logs, mark); err != nil {
			t.Fatal(err)
		}
		got, err := store.Mark(t.Context(), "import/1")
		if err != nil || string(got) != c.want {
			t.Errorf("batch %d: the mark is %q, %v, wanted %q", i, got, err, c.want)
		}
	}
}

func TestFeed(t *testing.T) {
	store, err := local.Open(t.TempDir(), local.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	feed := new(audit.Feed)
	changes, stop := feed.Listen()
	defer stop()
	door, err := ingest.New(context.Background(), store, store.Catalog(), feed, ingest.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for range 2 { // the second time nothing is added, and nothing is said
		if _, err := door.Append(t.Context(), "p", "api", []audit.Log{get("/a")}); err != nil {
			t.Fatal(err)
		}
	}
	if got := <-changes; got != (audit.Change{Kind: audit.LogsAdded, Project: "p"}) || len(changes) != 0 {
		t.Errorf("the feed says %+v and %d more", got, len(changes))
	}
}
