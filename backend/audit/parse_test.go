package audit_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"projectlogs/backend/audit"
)

// parsed reads a record that must be a log.
func parsed(t *testing.T, record string) audit.Log {
	t.Helper()
	l, err := audit.ParseLog([]byte(record))
	if err != nil {
		t.Fatalf("ParseLog(%.200s): %v", record, err)
	}
	return l
}

const ours = `{"id":"log_01K","time":"2026-11-22T10:00:00.123456789Z","origin":"API","method":"POST","url":"https://api.example.com/v1/vouchers/V-1/redemption?x=1","path":"/v1/vouchers/V-1/redemption","query":{"x":["1"]},
 "endpoint":"POST /v1/vouchers/{code}/redemption","status":400,"result":"failure","duration":12.34,"user":{"id":"user_1","email":"ann@example.com"},"customer":{"id":"cust_1","source_id":"c-77"},
 "api_key":"Checkout","client_key":"","campaign":"camp_1","incentive":"V-1","request_id":"v-0c5543eff2cb0f547f","correlation_id":"","task_id":"","ip":"203.0.113.7","user_agent":"axios/1.7.5","message":"",
 "request":{"headers":{"content-type":["application/json"]},"body":"{\"amount\":10}","size":13},"response":{"headers":{},"body":"AP8B","body_encoding":"base64","size":70000,"truncated_at":3},
 "error":{"key":"voucher_expired","message":"…"},"source":"import imp_1","attributes":{"zone":"eu","n":9007199254740993}}`

func TestParseLogReadsOurRecord(t *testing.T) {
	l := parsed(t, ours)
	var want audit.Log
	if err := json.Unmarshal([]byte(ours), &want); err != nil {
		t.Fatal(err)
	}
	want.Response.Headers = nil
	if !reflect.DeepEqual(l, want) {
		t.Errorf("got  %+v\nwant %+v", l, want)
	}
	if l.Response.Body != "\x00\xff\x01" {
		t.Errorf("the base64 body is %q", l.Response.Body)
	}
}

// Each record must say the same as the members of our own record beside it.
func TestParseLogReadsOtherNames(t *testing.T) {
	f := func(record, want string) {
		t.Helper()
		var wanted, got map[string]any
		b, err := json.Marshal(parsed(t, record))
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(b, &got); err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal([]byte(want), &wanted); err != nil {
			t.Fatal(want, err)
		}
		// What every record has.
		for _, name := range []string{"id", "time", "status", "result", "request", "response"} {
			if _, asked := wanted[name]; !asked {
				delete(got, name)
			}
		}
		if !reflect.DeepEqual(got, wanted) {
			b, _ := json.Marshal(got)
			t.Errorf("%s\n got %s\nwant %s", record, b, want)
		}
	}
	// The variants of our own record.
	f(`{"method":"GET","user":"u1"}`, `{"method":"GET","user":{"id":"u1"}}`)
	f(`{"method":"GET","user":"ann@example.com"}`, `{"method":"GET","user":{"email":"ann@example.com"}}`)
	f(`{"method":"GET","user_id":7,"user_email":"a@b"}`, `{"method":"GET","user":{"id":"7","email":"a@b"}}`)
	f(`{"method":"GET","customer":"c1"}`, `{"method":"GET","customer":{"id":"c1"}}`)
	f(`{"method":"GET","customer":"ann@example.com"}`, `{"method":"GET","customer":{"source_id":"ann@example.com"}}`)
	f(`{"method":"GET","customer_id":"c1","customer":{"source_id":"s"}}`, `{"method":"GET","customer":{"id":"c1","source_id":"s"}}`)
	f(`{"method":"GET","campaign":{"id":"camp_1","name":"Spring"}}`, `{"method":"GET","campaign":"camp_1","attributes":{"campaign":{"name":"Spring"}}}`)
	f(`{"method":"GET","campaign_id":"camp_1","api_key_id":"k1"}`, `{"method":"GET","campaign":"camp_1","api_key":"k1"}`)
	f(`{"method":"GET","duration_ms":12.5}`, `{"method":"GET","duration":12.5}`)
	f(`{"status_code":"404","method":"GET"}`, `{"method":"GET","status":404,"result":"failure"}`)
	f(`{"timestamp":1542153660300,"method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00.3Z"}`)
	f(`{"@timestamp":"2018-11-14 00:01:00,3","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00.3Z"}`)
	f(`{"path":"/a","query":"x=1&x=2&y="}`, `{"path":"/a","url":"/a?x=1&x=2&y=","query":{"x":["1","2"],"y":[""]}}`)
	f(`{"path":"/a","query":{"x":1,"y":["a","b"],"z":null}}`, `{"path":"/a","url":"/a?x=1&y=a&y=b&z=","query":{"x":["1"],"y":["a","b"],"z":[""]}}`)
	f(`{"request":{"headers":{"Accept":"a","accept":["b"],"X-N":1}}, "method":"GET"}`, `{"method":"GET","request":{"headers":{"accept":["a","b"],"x-n":["1"]},"size":0}}`)
	f(`{"method":"GET","request":{"headers":[{"name":"A","value":"1"},{"name":"a","value":"2"}]}}`, `{"method":"GET","request":{"headers":{"a":["1","2"]},"size":0}}`)
	f(`{"method":"GET","response_headers":"A: 1\r\nB: x: y\r\n"}`, `{"method":"GET","response":{"headers":{"a":["1"],"b":["x: y"]},"size":0}}`)
	f(`{"method":"GET","request":{"body":{"a" : 1.0}}}`, `{"method":"GET","request":{"body":"{\"a\" : 1.0}","size":11}}`)
	f(`{"method":"GET","request_body":[1, 2],"response_body":null}`, `{"method":"GET","request":{"body":"[1, 2]","size":6}}`)
	f(`{"method":"GET","request":{"body":"no base64","body_encoding":"base64"}}`, `{"method":"GET","request":{"body":"no base64","size":9},"attributes":{"request":{"body_encoding":"base64"}}}`)
	f(`{"created_at":"2018-11-14","channel":"Dashboard","app_id":"K","client_app_id":"C","request_duration":5,"method":"GET"}`,
		`{"time":"2018-11-14T00:00:00Z","origin":"Dashboard","api_key":"K","client_key":"C","duration":5,"method":"GET"}`)
	// Addresses.
	f(`{"url":"https://x.io"}`, `{"url":"https://x.io","path":"/"}`)
	f(`{"url":"https://x.io?a=%20b+c#top"}`, `{"url":"https://x.io?a=%20b+c#top","path":"/","query":{"a":[" b c"]}}`)
	f(`{"url":"/a%zz?q=%zz&ok=%41"}`, `{"url":"/a%zz?q=%zz&ok=%41","path":"/a%zz","query":{"q":["%zz"],"ok":["A"]}}`)
	f(`{"path":"/a?b=1"}`, `{"url":"/a?b=1","path":"/a","query":{"b":["1"]}}`)
	f(`{"url":"http://h/a?next=http://other/b"}`, `{"url":"http://h/a?next=http://other/b","path":"/a","query":{"next":["http://other/b"]}}`)
	f(`{"url":"/a?next=http://other/b"}`, `{"url":"/a?next=http://other/b","path":"/a","query":{"next":["http://other/b"]}}`)
	f(`{"method":"CONNECT","url":"example.com:443"}`, `{"method":"CONNECT","url":"example.com:443"}`)
	// Common names of others.
	f(`{"ts":1.5e9,"verb":"get","uri":"/x","code":200}`, `{"time":"2017-07-14T02:40:00Z","method":"GET","url":"/x","path":"/x","status":200,"result":"success"}`)
	f(`{"httpMethod":"PUT","requestUri":"/x","statusCode":"201 Created"}`, `{"method":"PUT","url":"/x","path":"/x","status":201,"result":"success"}`)
	f(`{"http_method":"GET","request_uri":"/x","response_code":500}`, `{"method":"GET","url":"/x","path":"/x","status":500,"result":"failure"}`)
	f(`{"request":"GET /x y HTTP/1.1","status":"200","request_time":"0.005","body_bytes_sent":"12","remote_user":"-","remote_addr":"1.2.3.4","http_user_agent":"curl"}`,
		`{"method":"GET","url":"/x y","path":"/x y","status":200,"result":"success","duration":5,"response":{"size":12},"ip":"1.2.3.4","user_agent":"curl"}`)
	f(`{"req":{"id":3,"method":"GET","url":"/x","headers":{"host":"h"},"remoteAddress":"::1","remotePort":80},"res":{"statusCode":404},"responseTime":16,"msg":"done","level":30}`,
		`{"request_id":"3","method":"GET","url":"/x","path":"/x","status":404,"result":"failure","duration":16,"message":"done","ip":"::1","request":{"headers":{"host":["h"]},"size":0},"attributes":{"req":{"remotePort":80},"level":30}}`)
	f(`{"http":{"request":{"method":"get","body":{"content":"hi","bytes":2}},"response":{"status_code":200},"version":"2"},"url":{"original":"/x?a=1","domain":"h"},"event":{"duration":1500000}}`,
		`{"method":"GET","url":"/x?a=1","path":"/x","query":{"a":["1"]},"status":200,"result":"success","duration":1.5,"request":{"body":"hi","size":2},"attributes":{"http":{"version":"2"},"url":{"domain":"h"}}}`)
	f(`{"http.request.method":"GET","url.path":"/x","http.response.status_code":200,"http.route":"/{id}"}`,
		`{"method":"GET","url":"/x","path":"/x","status":200,"result":"success","endpoint":"GET /{id}"}`)
	f(`{"http.method":"GET","http.target":"/x","http.status_code":200,"client":{"ip":"1.2.3.4"}}`,
		`{"method":"GET","url":"/x","path":"/x","status":200,"result":"success","ip":"1.2.3.4"}`)
	f(`{"HTTP Method":"GET","Response Time (ms)":12.5,"Latency (s)":1}`, `{"method":"GET","duration":12.5,"attributes":{"Latency (s)":1}}`)
	f(`{"endpoint":"OPTIONS *","method":"OPTIONS","url":"*"}`, `{"endpoint":"OPTIONS *","method":"OPTIONS","url":"*","path":"*"}`)
	f(`{"latency":"1.25s","method":"GET"}`, `{"method":"GET","duration":1250}`)
	f(`{"elapsed":"350us","method":"GET"}`, `{"method":"GET","duration":0.35}`)
	f(`{"took":"2m","method":"GET"}`, `{"method":"GET","duration":120000}`)
	f(`{"endpoint":"/a/1","method":"GET"}`, `{"method":"GET","url":"/a/1","path":"/a/1"}`)
	f(`{"error":"boom","method":"GET"}`, `{"method":"GET","error":{"message":"boom"}}`)
	f(`{"err":{"type":"E","message":"boom","stack":"at x"},"method":"GET"}`, `{"method":"GET","error":{"key":"E","message":"boom"},"attributes":{"err":{"stack":"at x"}}}`)
	f(`{"message":"just text"}`, `{"message":"just text"}`)
	// A result without a status.
	f(`{"status":"SUCCESS","method":"GET"}`, `{"method":"GET","status":200,"result":"success","attributes":{"status":"SUCCESS"}}`)
	f(`{"status":"FAILURE","method":"GET"}`, `{"method":"GET","status":0,"result":"failure","attributes":{"status":"FAILURE"}}`)
	f(`{"status":-1,"method":"GET"}`, `{"method":"GET","status":0,"result":"failure"}`)
	// What does not fit or is there twice is kept.
	f(`{"status":"info","code":503,"method":"GET"}`, `{"method":"GET","status":503,"result":"failure","attributes":{"status":"info"}}`)
	f(`{"time":"24 o'clock","ts":1542153660,"method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00Z","attributes":{"time":"24 o'clock"}}`)
	f(`{"path":"/a","uri":"/a?x=1","pathname":"/b","request_path":"/a"}`, `{"url":"/a?x=1","path":"/a","query":{"x":["1"]},"attributes":{"pathname":"/b"}}`)
	f(`{"time":1542153660,"timestamp":"2018-11-14T00:01:00Z","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00Z"}`)
	f(`{"time":12.5,"startedDateTime":"2018-11-14T00:01:00Z","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00Z","attributes":{"time":12.5}}`)
	f(`{"date":"2018-11-14","time":"00:01:00.5","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00.5Z"}`)
	f(`{"time":"00:01","date":"14/Nov/2018","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00Z"}`)
	f(`{"time":"00:61","date":"2018-11-14","method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:00:00Z","attributes":{"time":"00:61"}}`)
	f(`{"ts":{"$date":"2018-11-14T00:01:00Z"},"method":"GET"}`, `{"method":"GET","time":"2018-11-14T00:01:00Z"}`)
	f(`{"id":17,"method":"GET"}`, `{"method":"GET","attributes":{"id":17}}`)
	f(`{"endpoint":"POST_v1_x","method":"POST"}`, `{"method":"POST","attributes":{"endpoint":"POST_v1_x"}}`)
	f(`{"result":"success","status":404}`, `{"status":404,"result":"failure","attributes":{"result":"success"}}`)
	f(`{"method":"GET","method":"PUT","x":1,"x":2}`, `{"method":"PUT","attributes":{"x":2}}`)
	f(`{"method":"GET","attributes":{"a":1},"a":2,"b":3}`, `{"method":"GET","attributes":{"a":1,"a (2)":2,"b":3}}`)
	f(`{"method":"GET","attributes":"x"}`, `{"method":"GET","attributes":{"attributes":"x"}}`)
	f(`{"method":"GET","a.b":1,"":2,"__proto__":{"x":null}}`, `{"method":"GET","attributes":{"a.b":1,"":2,"__proto__":{"x":null}}}`)
}

func TestParseLogKeepsDigitsAndBytes(t *testing.T) {
	l := parsed(t, `{"method":"GET","big":12345678901234567890.10,"huge":1e400,"list":[ 1.0, 2 ]}`)
	if got, want := string(l.Attributes), `{"big":12345678901234567890.10,"huge":1e400,"list":[1.0,2]}`; got != want {
		t.Errorf("attributes %s; want %s", got, want)
	}
	l = parsed(t, "{\"message\":\"caf\xe9\",\"x\":\"\xe9\x00\",\"request\":{\"body\":\"\xff\x00caf\xe9\",\"headers\":{\"A\":\"\xe9\"}}}")
	if l.Message != "café" || l.Request.Body != "\xff\x00caf\xe9" || l.Request.Headers["a"][0] != "é" || string(l.Attributes) != `{"x":"é\u0000"}` {
		t.Errorf("message %q, body %q, header %q, attributes %q", l.Message, l.Request.Body, l.Request.Headers["a"], l.Attributes)
	}
	if l = parsed(t, `{"response":{"body":"\ud800\u0000"},"status":200}`); l.Response.Body != "\xed\xa0\x80\x00" {
		t.Errorf("half a surrogate pair became %q", l.Response.Body)
	}
}

func TestParseLogRefusesWithASentence(t *testing.T) {
	f := func(record, want string) {
		t.Helper()
		l, err := audit.ParseLog([]byte(record))
		if err == nil || err.Error() != want || audit.CodeOf(err) != audit.Invalid {
			t.Errorf("ParseLog(%.80q): %v; want %s", record, err, want)
		}
		if !reflect.DeepEqual(l, audit.Log{}) {
			t.Errorf("ParseLog(%.80q) gives an error and %+v", record, l)
		}
	}
	f(``, "The record is not valid JSON: the text ends where a value is expected at byte 1.")
	f(`{"method":"GET"`, "The record is not valid JSON: the text ends in the middle of an object or array at byte 16.")
	f(`[1]`, "The record is a JSON array, not a JSON object.")
	f(`"GET /"`, "The record is a string, not a JSON object.")
	f(`{}`, "The record has no method, URL, path, status or message that we know; it has nothing.")
	f(`{"foo":1,"req":{"id":3}}`, `The record has no method, URL, path, status or message that we know; it has "foo", "req".`)
	f(`{"message":`+strings.Repeat("[", 100_000)+strings.Repeat("]", 100_000)+`}`, "The record is not valid JSON: the JSON is nested deeper than 200 levels at byte 211.")
	f(`{"method":"GET"} {"method":"PUT"}`, "The record is not valid JSON: there is more text after the end of the value at byte 18.")
}

// Very many members cost time in proportion, whether known, doubled or neither.
func TestParseLogOfManyMembers(t *testing.T) {
	const n = 50_000
	var doubles, unknown strings.Builder
	for i := range n {
		fmt.Fprintf(&doubles, `"status":%d,"status_code":%d,`, i%500, i%400)
		fmt.Fprintf(&unknown, `"key %d":%d,`, i, i)
	}
	l := parsed(t, "{"+doubles.String()+unknown.String()+`"method":"GET"}`)
	if l.Status != (n-1)%500 || !strings.HasPrefix(string(l.Attributes), `{"status_code":399,"key 0":0,"key 1":1,`) || !strings.HasSuffix(string(l.Attributes), `"key 49999":49999}`) {
		t.Errorf("status %d, attributes %.80s…", l.Status, l.Attributes)
	}
}

func TestMergeLeavesTheRest(t *testing.T) {
	l := parsed(t, `{"method":"GET","url":"/a","status":200,"x":1}`)
	l.Merge(`{"id":"log_1","channel":"SDK","y":2}`)
	if l.ID != "log_1" || l.Origin != "SDK" || l.Method != "GET" || l.Path != "/a" || l.Status != 200 || string(l.Attributes) != `{"x":1,"y":2}` {
		t.Errorf("merged: %+v, attributes %s", l, l.Attributes)
	}
}

func TestColumns(t *testing.T) {
	c, err := audit.NewColumns([]string{"Date", "HTTP Method", "Status Code", "Query", "Team"})
	if err != nil {
		t.Fatal(err)
	}
	l, err := c.Parse([]string{"2018-11-14", "get", "404", `{"a":["1"]}`, "1.0"})
	if err != nil || l.Method != "GET" || l.Status != 404 || l.Time.IsZero() || l.Query["a"][0] != "1" || string(l.Attributes) != `{"Team":"1.0"}` {
		t.Errorf("row: %+v, %v", l, err)
	}
	if _, err = c.Parse([]string{"2018-11-14", "", "", "", "x"}); err == nil {
		t.Error("a row that says nothing is a log")
	}
	_, err = audit.NewColumns([]string{"first name", "last name"})
	if err == nil || !strings.HasPrefix(err.Error(), `No column says what a log is: the header has "first name", "last name"; known are id, time, method`) {
		t.Errorf("a table of people: %v", err)
	}
}

func TestEndpointSlug(t *testing.T) {
	f := func(endpoint, want string) {
		t.Helper()
		if got := audit.EndpointSlug(endpoint); got != want {
			t.Errorf("EndpointSlug(%q) = %q; want %q", endpoint, got, want)
		}
	}
	f("POST /v1/vouchers/importCSV", "POST_v1_vouchers_import_csv")
	f("POST /v1/vouchers/{code}/redemption", "POST_v1_vouchers_code_redemption")
	f("GET /v1/async-actions/{async_action_id}", "GET_v1_async_actions_async_action_id")
	f("GET /", "GET")
	f("", "")
}

// What is read once says the same when it is written and read again.
func FuzzParseLog(f *testing.F) {
	for _, s := range []string{
		ours,
		`{"req":{"id":3,"method":"GET","url":"/x?a=%zz","headers":{"host":"h"}},"res":{"statusCode":404},"responseTime":16,"msg":"x","a":[1,{"b":2}]}`,
		`{"http":{"request":{"method":"get"}},"url":{"original":"/x"},"event":{"duration":15}}`,
		`{"status":"SUCCESS","endpoint":"/x","query":"a=b","user":"a@b","attributes":{"x":1},"x":"\u0000"}`,
		`{"request":"GET / HTTP/1.1","request_headers":"A: b","latency":"1.5s","time":1.5e12}`,
		"{\"message\":\"\xff\",\"request_body\":\"\xff\",\"\xff\":1}",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, record []byte) {
		l, err := audit.ParseLog(record)
		if err != nil {
			return
		}
		written, err := json.Marshal(l)
		if err != nil {
			t.Fatalf("%q is a log that cannot be written: %v", record, err)
		}
		again, err := audit.ParseLog(written)
		if err != nil {
			t.Fatalf("%q is written as %s, which is no log: %v", record, written, err)
		}
		rewritten, err := json.Marshal(again)
		if err != nil || string(rewritten) != string(written) {
			t.Fatalf("%q\nis written as %s\nand then    %s\n%v", record, written, rewritten, err)
		}
	})
}

func BenchmarkParseLog(b *testing.B) {
	record := []byte(strings.Replace(ours, `\"amount\":10`, `\"amount\":10,\"items\":[`+strings.Repeat(`{\"sku\":\"prod_12345\",\"quantity\":2},`, 20)+`{}]`, 1))
	b.SetBytes(int64(len(record)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := audit.ParseLog(record); err != nil {
			b.Fatal(err)
		}
	}
}
