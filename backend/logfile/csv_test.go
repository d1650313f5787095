package logfile_test

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

func TestCSVRows(t *testing.T) {
	text := "time,method,status,message\r\n" +
		"2026-11-22,GET,200,\"a\r\nb\"\r\n" + // lines 2 and 3
		"2026-11-22,GET\r\n" + // 4: short
		"2026-11-22,GET,200,x,y\r\n" + // 5: long
		"\r\n" + // 6: blank
		"2026-11-22,GET,200,a \"quoted\" word\r\n" + // 7
		"2026-11-22,GET,200,\"a\"\"b\"\r\n" + // 8
		"2026-11-22,GET,200,\"a\"b\r\n" + // 9
		",,,\r\n" + // 10: says nothing
		"2026-11-22,GET,404,\"open\r\nto the end" // 11
	entries, format, err := all(t, strings.NewReader(text), "", logfile.Options{})
	if err != nil || format != logfile.CSV {
		t.Fatal(format, err)
	}
	want := []struct {
		line         int64
		message, err string
		raw          string
	}{
		{2, "a\r\nb", "", ""},
		{4, "", "The row has 2 cells, the header has 4.", "2026-11-22,GET\r"},
		{5, "", "The row has 5 cells, the header has 4.", "2026-11-22,GET,200,x,y\r"},
		{7, `a "quoted" word`, "", ""},
		{8, `a"b`, "", ""},
		{9, "ab", "", ""},
		{10, "", "The record has no method, URL, path, status or message that we know; it has nothing.", ",,,\r"},
		{11, "", "A cell of the row begins with a quote that never ends.", "2026-11-22,GET,404,\"open\r\nto the end"},
	}
	if len(entries) != len(want) {
		t.Fatalf("%d entries; want %d", len(entries), len(want))
	}
	for i, w := range want {
		e := entries[i]
		if e.Line != w.line || e.Log.Message != w.message || (w.err == "") != (e.Err == nil) || (w.err != "" && (e.Err.Error() != w.err || strings.TrimSuffix(string(e.Raw), "\r") != strings.TrimSuffix(w.raw, "\r"))) {
			t.Errorf("entry %d: line %d, message %q, %v, raw %q; want %+v", i, e.Line, e.Log.Message, e.Err, e.Raw, w)
		}
	}
}

// Our reading of cells is encoding/csv's, wherever that reads without complaint.
func TestCSVAgainstEncodingCSV(t *testing.T) {
	check := func(cells [3]string, separator uint8, lf bool) bool {
		sep := ",;\t|"[separator%4]
		for i := range cells {
			cells[i] = strings.ReplaceAll(strings.ToValidUTF8(cells[i], ""), "\r", "")
		}
		var b bytes.Buffer
		w := csv.NewWriter(&b)
		w.Comma, w.UseCRLF = rune(sep), !lf
		_ = w.Write([]string{"status", "message", "user_agent", "endpoint_"})
		_ = w.Write([]string{"200", "m" + cells[0], "u" + cells[1], "/" + cells[2]})
		w.Flush()
		entries, format, err := all(t, &b, "", logfile.Options{})
		if err != nil || format != logfile.CSV || len(entries) != 1 || entries[0].Err != nil {
			t.Logf("%q: %v, %+v", cells, err, entries)
			return false
		}
		l := entries[0].Log
		newline := "\n"
		if !lf {
			newline = "\r\n" // which encoding/csv makes of it in cells
		}
		return l.Message == "m"+strings.ReplaceAll(cells[0], "\n", newline) && l.UserAgent == "u"+strings.ReplaceAll(cells[1], "\n", newline)
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 500}); err != nil {
		t.Error(err)
	}
}

func TestThePlatformsExportIsRead(t *testing.T) {
	l := logs(t, "id,created_at,status,request_id,channel,method,endpoint,url,user_email,app_id,client_app_id,request_duration,request_body,response_body\n"+
		`l1,2026-11-22T10:00:00.000Z,SUCCESS,v-1,API,POST,POST_v1_vouchers,https://h/v1/vouchers?a=1,a@b.c,K,C,12.5,"{""a"":1}",[]`+"\n"+
		`l2,2026-11-22T10:00:00.000Z,FAILURE,v-2,API,GET,GET_v1_vouchers,https://h/v1/vouchers,,,,,,`+"\n", "")
	a, b := l[0], l[1]
	if a.ID != "l1" || a.Status != 200 || a.Failed() || a.RequestID != "v-1" || a.Origin != "API" || a.Path != "/v1/vouchers" || a.User.Email != "a@b.c" ||
		a.APIKey != "K" || a.ClientKey != "C" || *a.Duration != 12.5 || a.Request.Body != `{"a":1}` || a.Response.Body != "[]" || a.Endpoint != "" ||
		string(a.Attributes) != `{"status":"SUCCESS","endpoint":"POST_v1_vouchers"}` {
		t.Errorf("%+v, attributes %s", a, a.Attributes)
	}
	if !b.Failed() || b.Status != 0 || b.Duration != nil || b.User.Email != "" {
		t.Errorf("%+v", b)
	}
}

// sample is a log with something in every column.
func sample() audit.Log {
	ms := 12.34
	return audit.Log{
		ID: "log_1", Time: time.Date(2026, 11, 22, 10, 0, 0, 123456789, time.UTC), Origin: "API", Method: "POST", URL: "https://h/v1/vouchers/importCSV?x=1&x=2", Path: "/v1/vouchers/importCSV",
		Query: map[string][]string{"x": {"1", "2"}}, Endpoint: "POST /v1/vouchers/importCSV", Status: 400, Duration: &ms,
		User: audit.User{ID: "u1", Email: "ann@example.com"}, Customer: audit.Customer{ID: "c1", SourceID: "s1"}, APIKey: "Checkout", ClientKey: "Web",
		Campaign: "camp", Incentive: "V-1", RequestID: "v-1", CorrelationID: "co", TaskID: "aa_1", IP: "1.2.3.4", UserAgent: "UA", Message: "m",
		Request:  audit.Payload{Headers: map[string][]string{"accept": {"a", "b"}}, Body: `{"amount":10,"items":[1,2]}`, Size: 27},
		Response: audit.Payload{Body: "\xff", Size: 70000, TruncatedAt: 1},
		Error:    audit.LogError{Key: "voucher_expired", Message: "=1+1, expired"}, Source: "api", Attributes: []byte(`{"zone":"eu"}`),
	}
}

func written(t *testing.T, o logfile.WriterOptions, all ...audit.Log) string {
	t.Helper()
	var b bytes.Buffer
	w, err := logfile.NewWriter(&b, logfile.CSV, o)
	if err != nil {
		t.Fatal(err)
	}
	for i := range all {
		if err := w.Write(&all[i]); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestCSVPresets(t *testing.T) {
	f := func(o logfile.WriterOptions, want string) {
		t.Helper()
		if got := written(t, o, sample()); got != strings.ReplaceAll(want, "\n", "\r\n") {
			t.Errorf("%+v:\n%s\nwant\n%s", o, got, want)
		}
	}
	f(logfile.WriterOptions{}, `id,time,status,result,method,endpoint,url,origin,user_email,customer,api_key,client_key,campaign,duration_ms,request_id,error_key,error_message
log_1,2026-11-22T10:00:00.123456789Z,400,failure,POST,POST /v1/vouchers/importCSV,https://h/v1/vouchers/importCSV?x=1&x=2,API,ann@example.com,c1,Checkout,Web,camp,12.34,v-1,voucher_expired,"'=1+1, expired"
`)
	f(logfile.WriterOptions{Fields: "default", Bodies: true, Raw: true, BOM: true, Separator: ";"}, "\ufeff"+`id;time;status;result;method;endpoint;url;origin;user_email;customer;api_key;client_key;campaign;duration_ms;request_id;error_key;error_message;request_body;response_body
log_1;2026-11-22T10:00:00.123456789Z;400;failure;POST;POST /v1/vouchers/importCSV;https://h/v1/vouchers/importCSV?x=1&x=2;API;ann@example.com;c1;Checkout;Web;camp;12.34;v-1;voucher_expired;"=1+1, expired";"{""amount"":10,""items"":[1,2]}";/w==
`)
	f(logfile.WriterOptions{Fields: "api_log"}, `id,created_at,status,request_id,channel,method,endpoint,url,user_email,app_id,client_app_id,request_duration,request_body,response_body
log_1,2026-11-22T10:00:00.123456789Z,FAILURE,v-1,API,POST,POST_v1_vouchers_import_csv,https://h/v1/vouchers/importCSV?x=1&x=2,ann@example.com,Checkout,Web,12.34,"{""amount"":10,""items"":[1,2]}",/w==
`)
	f(logfile.WriterOptions{Fields: "all"}, `id,time,origin,method,url,path,query,endpoint,status,result,duration_ms,user.id,user.email,customer.id,customer.source_id,api_key,client_key,campaign,incentive,request_id,correlation_id,task_id,ip,user_agent,message,request.headers,request.body,request.body_encoding,request.size,request.truncated_at,response.headers,response.body,response.body_encoding,response.size,response.truncated_at,error.key,error.message,source,attributes,projectlogs_all_v1_guarded
log_1,2026-11-22T10:00:00.123456789Z,API,POST,https://h/v1/vouchers/importCSV?x=1&x=2,/v1/vouchers/importCSV,"{""x"":[""1"",""2""]}",POST /v1/vouchers/importCSV,400,failure,12.34,u1,ann@example.com,c1,s1,Checkout,Web,camp,V-1,v-1,co,aa_1,1.2.3.4,UA,m,"{""accept"":[""a"",""b""]}","{""amount"":10,""items"":[1,2]}",,27,,,/w==,base64,70000,1,voucher_expired,"'=1+1, expired",api,"{""zone"":""eu""}",
`)
	f(logfile.WriterOptions{Fields: "time, status,request.header.Accept,query.x,request.body.amount,body.items,attributes.zone,user,status_code", TZ: "Europe/Warsaw", Separator: "\t"},
		"time\ttime_local\tstatus\trequest.header.Accept\tquery.x\trequest.body.amount\tbody.items\tattributes.zone\tuser\tstatus_code\n"+
			"2026-11-22T10:00:00.123456789Z\t2026-11-22T11:00:00.123456789+01:00\t400\t\"a, b\"\t\"[\"\"1\"\",\"\"2\"\"]\"\t10\t\"[\"\"1\"\",\"\"2\"\"]\"\teu\tann@example.com\t400\n")
}

func TestCSVOfNothingIsAHeader(t *testing.T) {
	if got := written(t, logfile.WriterOptions{Fields: "id,status"}); got != "id,status\r\n" {
		t.Errorf("%q", got)
	}
}

func TestCSVTimes(t *testing.T) {
	f := func(nanos int, want string) {
		t.Helper()
		l := audit.Log{Time: time.Date(2026, 7, 1, 23, 30, 0, nanos, time.UTC)}
		if got := written(t, logfile.WriterOptions{Fields: "time", TZ: "Europe/Warsaw"}, l); got != "time,time_local\r\n"+want+"\r\n" {
			t.Errorf("%q; want %s", got, want)
		}
	}
	f(0, "2026-07-01T23:30:00.000Z,2026-07-02T01:30:00.000+02:00")
	f(120_000_000, "2026-07-01T23:30:00.120Z,2026-07-02T01:30:00.120+02:00")
	f(120_001_000, "2026-07-01T23:30:00.120001Z,2026-07-02T01:30:00.120001+02:00")
	f(1, "2026-07-01T23:30:00.000000001Z,2026-07-02T01:30:00.000000001+02:00")
}

// No cell of text begins like a formula, and none holds a separator that some
// spreadsheet would take for the end of the cell; numbers stay numbers.
func TestCSVGuard(t *testing.T) {
	for _, text := range texts {
		l := audit.Log{UserAgent: text, Status: 200}
		got := written(t, logfile.WriterOptions{Fields: "user_agent,status"}, l)
		rows, err := csv.NewReader(strings.NewReader(got)).ReadAll()
		if err != nil || len(rows) != 2 || rows[1][1] != "200" {
			t.Fatalf("%q is written as %q: %v", text, got, err)
		}
		cell := rows[1][0]
		plain := strings.ReplaceAll(text, "\r\n", "\n") // encoding/csv does that
		if cell != plain && cell != "'"+plain {
			t.Errorf("%q is written as %q", text, cell)
		}
		if cell != "" && strings.ContainsRune("=@\t\r\n\x00", rune(cell[0])) {
			t.Errorf("%q begins a cell", text)
		}
		if cell != "" && strings.ContainsRune("+-", rune(cell[0])) && cell != "+1" && cell != "-5" {
			t.Errorf("%q begins a cell", text)
		}
		if raw := strings.SplitN(got, "\r\n", 2)[1]; strings.ContainsAny(text, ",;\t|") && raw[0] != '"' {
			t.Errorf("%q is not quoted: %s", text, raw)
		}
	}
	// What is no text is not touched.
	ms := 5.0
	l := audit.Log{URL: "/?n=-5&t=-5a", Query: map[string][]string{"n": {"-5"}, "t": {"-5a"}}, Request: audit.Payload{Body: `{"n":-5,"t":"-5","f":"=1"}`}, Duration: &ms}
	if got := written(t, logfile.WriterOptions{Fields: "query.n,query.t,body.n,body.t,body.f,duration"}, l); !strings.HasSuffix(got, "\r\n-5,\"'-5a\",-5,-5,\"'=1\",5\r\n") {
		t.Errorf("%q", got)
	}
}

func TestWritersRefuseWithASentence(t *testing.T) {
	f := func(format string, o logfile.WriterOptions, want string) {
		t.Helper()
		_, err := logfile.NewWriter(&bytes.Buffer{}, format, o)
		e, ok := errors.AsType[*audit.Error](err)
		if !ok || e.Code != audit.Invalid || e.Message != want {
			t.Errorf("%s %+v: %v; want %s", format, o, err, want)
		}
	}
	f("xlsx", logfile.WriterOptions{}, `There is no format "xlsx" to write; there are csv and ndjson.`)
	f("", logfile.WriterOptions{}, `There is no format "" to write; there are csv and ndjson.`)
	f("csv", logfile.WriterOptions{Separator: "x"}, `"x" cannot separate the cells of a CSV; a comma, a semicolon, a tab or | can.`)
	f("csv", logfile.WriterOptions{TZ: "Warsaw"}, `There is no time zone "Warsaw"; a name like Europe/Warsaw is needed.`)
	f("csv", logfile.WriterOptions{TZ: "Local"}, `There is no time zone "Local"; a name like Europe/Warsaw is needed.`)
	f("ndjson", logfile.WriterOptions{Fields: "id,time"}, `NDJSON has whole logs; the choice of fields "id,time" is for CSV.`)
	f("ndjson", logfile.WriterOptions{TZ: "Warsaw"}, `There is no time zone "Warsaw"; a name like Europe/Warsaw is needed.`)
	f("ndjson", logfile.WriterOptions{Separator: ";"}, `Separator, byte order mark and raw cells are options of CSV, not of NDJSON.`)
	_, err := logfile.NewWriter(&bytes.Buffer{}, "csv", logfile.WriterOptions{Fields: "id,statsu"})
	e, ok := errors.AsType[*audit.Error](err)
	if !ok || e.Code != audit.Invalid || e.Message != `There is no column "statsu"; did you mean status?` || e.Suggestion != "status" {
		t.Errorf("statsu: %v, suggestion %q", err, e.Suggestion)
	}
	f("csv", logfile.WriterOptions{Fields: "id,nope"}, `There is no column "nope".`)
	f("csv", logfile.WriterOptions{Fields: `body."a,b",`}, `There is no column "".`)
}

func TestWritersGiveTheErrorOfTheFile(t *testing.T) {
	full := errors.New("no space left on device")
	for _, format := range []string{logfile.CSV, logfile.NDJSON} {
		w, err := logfile.NewWriter(failingWriter{full}, format, logfile.WriterOptions{})
		if err != nil {
			t.Fatal(err)
		}
		l := sample()
		for range 1000 {
			if err = w.Write(&l); err != nil {
				break
			}
		}
		if !errors.Is(err, full) || !errors.Is(w.Close(), full) {
			t.Errorf("%s: %v, then %v", format, err, w.Close())
		}
	}
}

type failingWriter struct{ err error }

func (w failingWriter) Write([]byte) (int, error) { return 0, w.err }

// Every name of a preset is a column, and the header is what Presets says.
func TestPresetsAreWhatIsWritten(t *testing.T) {
	for _, p := range logfile.Presets() {
		header, _, _ := strings.Cut(written(t, logfile.WriterOptions{Fields: p.Name}), "\r\n")
		if want := strings.Join(p.Fields, ","); header != want && header != want+",projectlogs_all_v1_guarded" {
			t.Errorf("%s: %s; want %s", p.Name, header, want)
		}
		if p.Label == "" || len(p.Fields) < 14 {
			t.Errorf("preset %+v", p)
		}
	}
	if n := len(logfile.Presets()[1].Fields); n != 14 {
		t.Errorf("the platform's export has 14 columns, ours %d", n)
	}
}

func BenchmarkWriteCSV(b *testing.B) {
	l := sample()
	for _, o := range []logfile.WriterOptions{{}, {Bodies: true}, {Fields: "all"}} {
		b.Run(fmt.Sprintf("%s bodies=%v", o.Fields, o.Bodies), func(b *testing.B) {
			w, err := logfile.NewWriter(discard{}, logfile.CSV, o)
			if err != nil {
				b.Fatal(err)
			}
			b.ReportAllocs()
			for b.Loop() {
				if err := w.Write(&l); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }
