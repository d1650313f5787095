package logfile_test

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// Each line must give the members of our own record beside it.
func TestAccessLines(t *testing.T) {
	f := func(line, want string) {
		t.Helper()
		l := logs(t, line, "access.log")
		if len(l) != 1 {
			t.Fatalf("%s: %d logs", line, len(l))
		}
		wanted, err := audit.ParseLog([]byte(want))
		if err != nil {
			t.Fatal(want, err)
		}
		wanted.Origin, wanted.Message = "Access log", line
		if !reflect.DeepEqual(l[0], wanted) {
			got, _ := json.Marshal(l[0])
			t.Errorf("%s\n got %s\nwant %s", line, got, want)
		}
	}
	const at = `[22/Jan/2019:03:56:14 +0330]`
	const when = `"time":"2019-01-22T00:26:14Z"`
	f(`1.2.3.4 - - `+at+` "GET /a?x=1 HTTP/1.1" 200 12`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a?x=1","status":200,"response":{"size":12},"attributes":{"http_version":"HTTP/1.1"}}`)
	f(`::1 - ann `+at+` "POST / HTTP/2.0" 304 - "https://h/" "Mozilla/5.0 (X; Y)"`, `{`+when+`,"ip":"::1","user":"ann","method":"POST","url":"/","status":304,"user_agent":"Mozilla/5.0 (X; Y)","request":{"headers":{"referer":["https://h/"]}},"attributes":{"http_version":"HTTP/2.0"}}`)
	f(`host.example.com ident ann@example.com `+at+` "GET /a HTTP/1.0" 404 0 "-" "-"`, `{`+when+`,"ip":"host.example.com","user":"ann@example.com","method":"GET","url":"/a","status":404,"attributes":{"ident":"ident","http_version":"HTTP/1.0"}}`)
	f(`1.2.3.4 - John Smith `+at+` "GET /a HTTP/1.1" 200 1`, `{`+when+`,"ip":"1.2.3.4","user":"John Smith","method":"GET","url":"/a","status":200,"response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	// Virtual hosts.
	f(`example.com:443 1.2.3.4 - - `+at+` "GET /a HTTP/1.1" 200 1`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"https://example.com/a","status":200,"response":{"size":1},"attributes":{"vhost":"example.com:443","http_version":"HTTP/1.1"}}`)
	f(`example.com:8080 1.2.3.4 - - `+at+` "GET /a HTTP/1.1" 200 1`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a","status":200,"response":{"size":1},"attributes":{"vhost":"example.com:8080","http_version":"HTTP/1.1"}}`)
	f(`example.com 2001:db8::1 - - `+at+` "GET /a HTTP/1.1" 200 1`, `{`+when+`,"ip":"2001:db8::1","method":"GET","url":"/a","status":200,"response":{"size":1},"attributes":{"vhost":"example.com","http_version":"HTTP/1.1"}}`)
	// More behind it.
	f(`1.2.3.4 - - `+at+` "GET /a HTTP/1.1" 200 1 "-" "UA" 0.005`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a","status":200,"user_agent":"UA","duration":5,"response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	f(`1.2.3.4 - - `+at+` "GET /a HTTP/1.1" 200 1 "-" "UA" 12345`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a","status":200,"user_agent":"UA","duration":12.345,"response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	f(`1.2.3.4 - - `+at+` "GET /a HTTP/1.1" 200 1 "-" "UA" "5.6.7.8, 9.9.9.9" "x" rt=0.25 uct="0.000, 0.1" pipe`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a","status":200,"user_agent":"UA","duration":250,"request":{"headers":{"x-forwarded-for":["5.6.7.8, 9.9.9.9"]}},"response":{"size":1},"attributes":{"http_version":"HTTP/1.1","uct":"0.000, 0.1","extra":"x pipe"}}`)
	f(`5.6.7.8, 9.9.9.9 - - `+at+` "GET /a HTTP/1.1" 200 1`, `{`+when+`,"ip":"5.6.7.8","method":"GET","url":"/a","status":200,"request":{"headers":{"x-forwarded-for":["5.6.7.8, 9.9.9.9"]}},"response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	// Escapes, and bytes that are not UTF-8.
	f(`1.2.3.4 - - `+at+` "GET /a\"b HTTP/1.1" 200 1 "-" "a \"q\" \x22x\x5c \\ caf\xc3\xa9 \xe9 \q"`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a\"b","status":200,"user_agent":"a \"q\" \"x\\ \\ café é \\q","response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	f(`1.2.3.4 - - `+at+` "GET /a b c HTTP/1.1" 200 1`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/a b c","status":200,"response":{"size":1},"attributes":{"http_version":"HTTP/1.1"}}`)
	f(`1.2.3.4 - - `+at+` "GET /%zz?%zz=1" 200 1`, `{`+when+`,"ip":"1.2.3.4","method":"GET","url":"/%zz?%zz=1","status":200,"response":{"size":1}}`)
	// Requests that are none: the status is kept.
	f(`1.2.3.4 - - `+at+` "-" 408 -`, `{`+when+`,"ip":"1.2.3.4","status":408}`)
	f(`1.2.3.4 - - `+at+` "" 400 0`, `{`+when+`,"ip":"1.2.3.4","status":400}`)
	f(`1.2.3.4 - - `+at+` "\x16\x03\x01\x02 x" 400 226 "-" "-"`, `{`+when+`,"ip":"1.2.3.4","status":400,"response":{"size":226}}`)
	f(`- - - `+at+` "GET / HTTP/1.1" - -`, `{`+when+`,"method":"GET","url":"/","status":0,"attributes":{"http_version":"HTTP/1.1"}}`)
}

func TestLinesThatAreNoAccessLog(t *testing.T) {
	for _, line := range []string{
		"nonsense", `1.2.3.4 - - [yesterday] "GET / HTTP/1.1" 200 1`, `1.2.3.4 - - [22/Jan/2019:03:56:14 +0330] GET / 200 1`,
		`1.2.3.4 - - [22/Jan/2019:03:56:14 +0330] "GET / HTTP/1.1`, `1.2.3.4 - - [22/Jan/2019:03:56:14 +0330] "GET / HTTP/1.1" OK 1`,
		`1.2.3.4 - - [22/Jan/2019:03:56:14 +0330] "GET / HTTP/1.1" 200 many`, `1.2.3.4 - - [22/Jan/2019:03:56:14 +0330] "GET / HTTP/1.1" 2000 1`,
		`1.2.3.4 - - [22/Jan/2019:03:56:14 +0330`, `{"a":1}`,
	} {
		entries, _, err := all(t, strings.NewReader(accessLine+"\r\n"+line+"\r\n"+accessLine), "", logfile.Options{Format: logfile.Access})
		if err != nil || len(entries) != 3 || entries[0].Err != nil || entries[2].Err != nil || entries[2].Line != 3 {
			t.Fatalf("%s: %+v, %v", line, entries, err)
		}
		e := entries[1]
		if e.Err == nil || !strings.HasPrefix(e.Err.Error(), "The line is no access log entry") || string(e.Raw) != line || e.Line != 2 {
			t.Errorf("%s: %+v", line, e)
		}
	}
}
