package logfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// har wraps entries as a browser does.
func har(entries ...string) string {
	return `{"log":{"version":"1.2","creator":{"name":"Firefox","version":"1"},"pages":[],"entries":[` + strings.Join(entries, ",") + `]}}`
}

// Each entry must give the members of our own record beside it.
func TestHAREntries(t *testing.T) {
	f := func(entry, want string) {
		t.Helper()
		l := logs(t, har(entry), "x.har")
		if len(l) != 1 {
			t.Fatalf("%s: %d logs", entry, len(l))
		}
		wanted, err := audit.ParseLog([]byte(want))
		if err != nil {
			t.Fatal(want, err)
		}
		if wanted.Origin == "" {
			wanted.Origin = "Firefox"
		}
		if !reflect.DeepEqual(l[0], wanted) {
			got, _ := json.Marshal(l[0])
			t.Errorf("%s\n got %s\nwant %s", entry, got, want)
		}
	}
	f(`{"startedDateTime":"2026-11-22T10:00:00.5+01:00","time":12.5,"request":{"method":"get","url":"https://h/a?x=1","httpVersion":"h2","headers":[{"name":"Accept","value":"a"},{"name":"accept","value":"b"},{"name":"User-Agent","value":"UA"}],
	   "queryString":[{"name":"x","value":"1"}],"headersSize":10,"bodySize":0},"response":{"status":200,"statusText":"OK","httpVersion":"h2","headers":[{"name":"Content-Type","value":"text/plain"}],"content":{"size":2,"mimeType":"text/plain","text":"hi"},"redirectURL":"","headersSize":-1,"bodySize":2},"cache":{},"timings":{"send":0},"serverIPAddress":"[::1]","connection":"443","pageref":"p1"}`,
		`{"time":"2026-11-22T09:00:00.5Z","duration":12.5,"method":"GET","url":"https://h/a?x=1","query":{"x":["1"]},"user_agent":"UA","status":200,"request":{"headers":{"accept":["a","b"],"user-agent":["UA"]}},
	   "response":{"headers":{"content-type":["text/plain"]},"body":"hi","size":2},"attributes":{"http_version":"h2","status_text":"OK","timings":{"send":0},"server_ip":"::1","connection":"443","pageref":"p1"}}`)
	// Hardly anything.
	f(`{"request":{"method":"GET","url":"/"}}`, `{"method":"GET","url":"/"}`)
	f(`{"response":{"status":204}}`, `{"status":204}`)
	// Times.
	f(`{"time":null,"request":{"method":"GET","url":"/"}}`, `{"method":"GET","url":"/"}`)
	f(`{"time":-1,"request":{"method":"GET","url":"/"}}`, `{"method":"GET","url":"/"}`)
	f(`{"time":0,"request":{"method":"GET","url":"/"}}`, `{"method":"GET","url":"/","duration":0}`)
	f(`{"timings":{"blocked":-1,"dns":1,"connect":2,"ssl":2,"send":3,"wait":4.5,"receive":0},"request":{"method":"GET","url":"/"}}`,
		`{"method":"GET","url":"/","duration":10.5,"attributes":{"timings":{"blocked":-1,"dns":1,"connect":2,"ssl":2,"send":3,"wait":4.5,"receive":0}}}`)
	f(`{"startedDateTime":"soon","request":{"method":"GET","url":"/"}}`, `{"method":"GET","url":"/","attributes":{"startedDateTime":"soon"}}`)
	// No answer.
	for _, status := range []string{"0", "-1", "null", `""`, `"NaN"`} {
		f(`{"request":{"method":"GET","url":"/"},"response":{"status":`+status+`,"_error":"net::ERR_FAILED"}}`, `{"method":"GET","url":"/","status":0,"error":{"message":"net::ERR_FAILED"}}`)
	}
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":"404"},"_error":{"message":"gone","id":3}}`, `{"method":"GET","url":"/","status":404,"error":{"message":"gone"},"attributes":{"_error":{"message":"gone","id":3}}}`)
	// Bodies sent.
	f(`{"request":{"method":"POST","url":"/","postData":{"mimeType":"application/json","text":"{}"},"bodySize":2}}`,
		`{"method":"POST","url":"/","request":{"headers":{"content-type":["application/json"]},"body":"{}","size":2}}`)
	f(`{"request":{"method":"POST","url":"/","headers":[{"name":"content-type","value":"a"}],"postData":{"mimeType":"b","text":"","params":[{"name":"a b","value":"1&2"},{"name":"c","value":"é"}]}}}`,
		`{"method":"POST","url":"/","request":{"headers":{"content-type":["a"]},"body":"a+b=1%262&c=%C3%A9","size":18}}`)
	f(`{"request":{"method":"POST","url":"/","postData":{"text":"a=1","params":[{"name":"a","value":"1"}]}}}`, `{"method":"POST","url":"/","request":{"body":"a=1"}}`)
	f(`{"request":{"method":"POST","url":"/","postData":{"text":"AP8=","encoding":"base64"}}}`, `{"method":"POST","url":"/","request":{"body":"AP8=","body_encoding":"base64","size":2}}`)
	f(`{"request":{"method":"POST","url":"/","postData":{"params":[{"name":"f","fileName":"a.png","contentType":"image/png"}]}}}`,
		`{"method":"POST","url":"/","request":{"body":"f=a.png"},"attributes":{"postData":{"params":[{"name":"f","fileName":"a.png","contentType":"image/png"}]}}}`)
	f(`{"request":{"method":"GET","url":"/","postData":{}}}`, `{"method":"GET","url":"/"}`)
	// Bodies received.
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"size":3,"text":"AP8B","encoding":"base64"}}}`, `{"method":"GET","url":"/","status":200,"response":{"body":"AP8B","body_encoding":"base64","size":3}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"text":"AP8","encoding":"base64"}}}`, `{"method":"GET","url":"/","status":200,"response":{"body":"AP8=","body_encoding":"base64","size":2}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"size":9,"text":"n0 base64","encoding":"base64"}}}`, `{"method":"GET","url":"/","status":200,"response":{"body":"n0 base64","size":9},"attributes":{"content":{"encoding":"base64"}}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"size":70000,"mimeType":"x-unknown"},"bodySize":-1}}`, `{"method":"GET","url":"/","status":200,"response":{"size":70000}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"size":-1,"text":"abc"}}}`, `{"method":"GET","url":"/","status":200,"response":{"body":"abc","size":3}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":200,"content":{"size":0},"bodySize":55}}`, `{"method":"GET","url":"/","status":200,"response":{"size":55}}`)
	// Cookies stand once.
	f(`{"request":{"method":"GET","url":"/","headers":[{"name":"Cookie","value":"a=1"}],"cookies":[{"name":"a","value":"1"}]}}`, `{"method":"GET","url":"/","request":{"headers":{"cookie":["a=1"]}}}`)
	f(`{"request":{"method":"GET","url":"/","cookies":[{"name":"a","value":"1"},{"name":"b","value":"2"}]},"response":{"status":200,"cookies":[{"name":"s","value":"t","path":"/","httpOnly":true},{"name":"u","value":"v"}]}}`,
		`{"method":"GET","url":"/","status":200,"request":{"headers":{"cookie":["a=1; b=2"]}},"response":{"headers":{"set-cookie":["s=t; path=/; httpOnly","u=v"]}}}`)
	// Addresses.
	f(`{"request":{"method":"GET","url":"https://h/a","queryString":[{"name":"x","value":"1"},{"name":"x","value":"2"}]}}`, `{"method":"GET","url":"https://h/a","query":{"x":["1","2"]}}`)
	f(`{"request":{"method":"GET","url":"https://h/%zz?a=%zz"}}`, `{"method":"GET","url":"https://h/%zz?a=%zz","query":{"a":["%zz"]}}`)
	f(`{"request":{"method":"GET","url":"/"},"serverIPAddress":""}`, `{"method":"GET","url":"/"}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":302,"headers":[{"name":"Location","value":"/b"}],"redirectURL":"/b"}}`, `{"method":"GET","url":"/","status":302,"response":{"headers":{"location":["/b"]}}}`)
	f(`{"request":{"method":"GET","url":"/"},"response":{"status":302,"redirectURL":{"x":1}}}`, `{"method":"GET","url":"/","status":302,"attributes":{"response":{"redirectURL":{"x":1}}}}`)
	// What nobody asked for is kept, what says nothing is not.
	f(`{"request":{"method":"GET","url":"/","settingEncodeUrl":true,"comment":""},"_webSocketMessages":[{"type":"send","data":"x"}],"cache":{},"n":-1,"z":null}`,
		`{"method":"GET","url":"/","attributes":{"request":{"settingEncodeUrl":true},"_webSocketMessages":[{"type":"send","data":"x"}]}}`)
	// Our own extras come back.
	f(`{"request":{"method":"GET","url":"/"},"_projectLogs":{"id":"log_1","request_id":"v-1","channel":"SDK","endpoint":"GET /","x":1}}`,
		`{"method":"GET","url":"/","id":"log_1","request_id":"v-1","origin":"SDK","endpoint":"GET /","attributes":{"x":1}}`)
}

func TestHAROrigin(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if l := logs(t, text, ""); l[0].Origin != want {
			t.Errorf("%s: origin %q; want %q", text, l[0].Origin, want)
		}
	}
	const entry = `"entries":[{"request":{"method":"GET","url":"/"}}]`
	f(`{"log":{"creator":{"name":"WebInspector"},`+entry+`}}`, "Chrome")
	f(`{"log":{"creator":{"name":"BrowserMob"},"browser":{"name":"Firefox"},`+entry+`}}`, "Firefox")
	f(`{"log":{"browser":{"name":"Firefox"},"creator":{"name":"BrowserMob"},`+entry+`}}`, "Firefox")
	f(`{"log":{`+entry+`,"creator":{"name":"late"}}}`, "")
	f(`{"log":{"creator":"odd",`+entry+`}}`, "")
	f(`{"log":{"creator":{"name":"x"},"entries":[{"request":{"method":"GET","url":"/","headers":[{"name":"X-Voucherify-Channel","value":"PHP-SDK"}]}}]}}`, "")
}

// The shape of the document does not matter.
func TestHARDocuments(t *testing.T) {
	const entry = `{"request":{"method":"GET","url":"/"}}`
	f := func(text string, want int) {
		t.Helper()
		entries, format, err := all(t, strings.NewReader(text), "", logfile.Options{})
		if err != nil || format != logfile.HAR || len(entries) != want {
			t.Errorf("%.100s: %d entries as %q, %v; want %d", text, len(entries), format, err, want)
		}
	}
	f(`{"log":{"entries":[]}}`, 0)
	f("\ufeff \n"+`{ "log" : { "entries" : [ `+entry+` , `+entry+` ] , "version" : "1.2" } } `+"\n\n", 2)
	f(`{"_x":[{"log":1},"]}"],"log":{"pages":[{"entries":[1]}],"_y":"\"]}","entries":[`+entry+`]},"z":{}}`, 1)
	f(`{"log":{"entries":[`+entry+`]}}`+"\n"+`{"log":{"entries":[`+entry+`]}}`, 2)
	f(`{"log":{"entries":[`+entry+`],"entries":[`+entry+`]}}`, 2)
	f(`{"log":{"entries":[`+entry+`,]}}`, 1)
	f(strings.ReplaceAll(`{"log":{"entries":[`+entry+`]}}`, ",", ",\r\n\t"), 1)

	// An entry that is none does not stop the others.
	entries, _, err := all(t, strings.NewReader(har(entry, `{"x":1}`, `{"a":}`, `7`, `{"request":`+strings.Repeat("[", 300)+strings.Repeat("]", 300)+`}`, entry)), "", logfile.Options{})
	if err != nil || len(entries) != 6 {
		t.Fatalf("%d entries, %v", len(entries), err)
	}
	for i, want := range []string{
		"", "The entry has no request with a method or URL and no response with a status.", "The entry is not valid JSON: '}' begins no value at byte 6.",
		"The entry is not a JSON object.", "The entry is not valid JSON: the JSON is nested deeper than 200 levels at byte 211.", "",
	} {
		e := entries[i]
		if got := fmt.Sprint(e.Err); got != want && (want != "" || e.Err != nil) {
			t.Errorf("entry %d: %s; want %s", i+1, got, want)
		}
		if e.Line != int64(i+1) || (e.Err != nil) != (len(e.Raw) > 0) {
			t.Errorf("entry %d has number %d, raw %q", i+1, e.Line, e.Raw)
		}
	}
	if string(entries[1].Raw) != `{"x":1}` {
		t.Errorf("raw is %q", entries[1].Raw)
	}
	// Without entries it is no HAR.
	if _, _, err = all(t, strings.NewReader(`{"log":{"pages":[]}}`), "", logfile.Options{}); err == nil || err.Error() != "This is no complete HAR: it has no list log.entries." {
		t.Errorf("pages only: %v", err)
	}
	// Damage says where.
	if _, _, err = all(t, strings.NewReader(`{"log":{"entries":[`+entry+`]]}}`), "", logfile.Options{}); err == nil || err.Error() != "The file is damaged at byte 59: ']' stands where a name in quotes is expected; 1 entry before it was read." {
		t.Errorf("one bracket too many: %v", err)
	}
}

// Any beginning of a HAR gives the first of its entries and then an error that
// says where it ends.
func TestHARCutAnywhere(t *testing.T) {
	texts := []string{har(
		`{"startedDateTime":"2026-11-22T10:00:00Z","time":1,"request":{"method":"GET","url":"https://h/\"{[\\","headers":[{"name":"a","value":"é😀\u00e9"}]},"response":{"status":200}}`,
		` {"request" : {"method":"PUT","url":"/"},"_n":-1.5e3,"t":true} `,
		`{"request":{"method":"POST","url":"/x"}}`)}
	if data, err := os.ReadFile(filepath.Join("..", "..", "..", "shared", "data", "har", "with-bom.har")); err == nil {
		texts = append(texts, string(data))
	}
	for _, text := range texts {
		want := logs(t, text, "")
		for cut := 0; cut < len(text); cut += 1 + len(text)/1000*7 {
			entries, _, err := all(t, strings.NewReader(text[:cut]), "x.har", logfile.Options{})
			checkCut(t, text, cut, entries, err, want)
		}
	}
}

func TestLargeHARCutSomewhere(t *testing.T) {
	data, err := os.ReadFile(filepath.Join(realInputs(t), "har", "github-home.har"))
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	want := logs(t, text, "")
	r := rand.New(rand.NewPCG(1, 1))
	for range 12 {
		cut := r.IntN(len(text))
		entries, _, err := all(t, strings.NewReader(text[:cut]), "x.har", logfile.Options{})
		checkCut(t, text, cut, entries, err, want)
	}
	packed := gzipped(t, text)
	for range 12 {
		cut := r.IntN(len(packed))
		entries, _, err := all(t, bytes.NewReader(packed[:cut]), "x.har.gz", logfile.Options{})
		checkCut(t, text, cut, entries, err, want)
	}
}

func checkCut(t *testing.T, text string, cut int, entries []logfile.Entry, err error, want []audit.Log) {
	t.Helper()
	if len(entries) > len(want) {
		t.Fatalf("cut at %d: %d entries of %d", cut, len(entries), len(want))
	}
	for i, e := range entries {
		if e.Err != nil || !reflect.DeepEqual(e.Log, want[i]) {
			t.Fatalf("cut at %d: entry %d is %+v", cut, i+1, e)
		}
	}
	if err == nil {
		if strings.TrimSpace(text[cut:]) != "" || len(entries) != len(want) {
			t.Fatalf("cut at %d of %d: %d entries and no error", cut, len(text), len(entries))
		}
		return
	}
	if audit.CodeOf(err) == audit.Internal {
		t.Fatalf("cut at %d: no sentence: %v", cut, err)
	}
	if cut > 40 && !strings.HasPrefix(err.Error(), "The file ends early at byte ") {
		t.Fatalf("cut at %d: %v", cut, err)
	}
}
