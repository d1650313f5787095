package redact_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"math/rand/v2"
	"net/url"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/redact"
	"projectlogs/backend/sample"
)

var key = []byte("a key for tests, 32 bytes long..")

func quoted(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

// unicoded writes every other letter of s as \u0041.
func unicoded(s string) string {
	var b strings.Builder
	for i, c := range []byte(s) {
		if i%2 == 0 {
			fmt.Fprintf(&b, `\u%04x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// encodings are the ways in which a secret gets into a log.
var encodings = map[string]func(l *audit.Log, s string){
	"authorization bearer": func(l *audit.Log, s string) { l.Request.Headers["authorization"] = []string{"Bearer " + s} },
	"authorization basic":  func(l *audit.Log, s string) { l.Request.Headers["authorization"] = []string{"Basic " + s} },
	"authorization alone":  func(l *audit.Log, s string) { l.Request.Headers["authorization"] = []string{s} },
	"proxy-authorization":  func(l *audit.Log, s string) { l.Request.Headers["proxy-authorization"] = []string{"Digest " + s} },
	"x-app-token":          func(l *audit.Log, s string) { l.Request.Headers["x-app-token"] = []string{s} },
	"x-client-token":       func(l *audit.Log, s string) { l.Request.Headers["x-client-token"] = []string{"other", s} },
	"x-api-key":            func(l *audit.Log, s string) { l.Request.Headers["x-api-key"] = []string{s} },
	"cookie":               func(l *audit.Log, s string) { l.Request.Headers["cookie"] = []string{"a=b; sid=" + s + "; c=d"} },
	"set-cookie": func(l *audit.Log, s string) {
		l.Response.Headers["set-cookie"] = []string{"sid=" + s + "; Path=/; Secure"}
	},
	"referer": func(l *audit.Log, s string) {
		l.Request.Headers["referer"] = []string{"https://x/?access_token=" + s + "&a=b"}
	},
	"location fragment": func(l *audit.Log, s string) {
		l.Response.Headers["location"] = []string{"https://x/#access_token=" + s}
	},
	"url query":    func(l *audit.Log, s string) { l.URL = "https://h/p?api_key=" + url.QueryEscape(s) + "&x=1" },
	"url brackets": func(l *audit.Log, s string) { l.URL = "https://h/p?user%5Bpassword%5D=" + url.QueryEscape(s) + "&x=1" },
	"url userinfo": func(l *audit.Log, s string) { l.URL = "https://ann:" + s + "@h/p?x=1" },
	"query": func(l *audit.Log, s string) {
		l.Query = map[string][]string{"x": {"1"}, "client_secret": {"a-first", s}}
	},
	"query url": func(l *audit.Log, s string) { l.Query = map[string][]string{"next": {"/p?token=" + s + "&x=1"}} },
	"form": func(l *audit.Log, s string) {
		l.Request.Body = "user=ann&password=" + url.QueryEscape(s) + "&x=1"
	},
	"form alone":   func(l *audit.Log, s string) { l.Request.Body = "client_secret=" + s },
	"json":         func(l *audit.Log, s string) { l.Request.Body = `{"a":1,"password":` + quoted(s) + `,"b":"c"}` },
	"json pretty":  func(l *audit.Log, s string) { l.Request.Body = "{\n  \"a\": 1,\n  \"apiKey\" : " + quoted(s) + "\n}" },
	"json unicode": func(l *audit.Log, s string) { l.Response.Body = `{"access_token":"` + unicoded(s) + `","b":"c"}` },
	"json key":     func(l *audit.Log, s string) { l.Response.Body = `{"pass\u0077ord":` + quoted(s) + `,"b":"c"}` },
	"json deep":    func(l *audit.Log, s string) { l.Response.Body = `{"x":[{"y":{"refresh_token":` + quoted(s) + `}}]}` },
	"json list":    func(l *audit.Log, s string) { l.Response.Body = `{"tokens":["one-of-them",` + quoted(s) + `],"b":"c"}` },
	"json object": func(l *audit.Log, s string) {
		l.Response.Body = `{"secret":{"type":"x","data":` + quoted(s) + `},"b":"c"}`
	},
	"json cut": func(l *audit.Log, s string) { l.Response.Body = `{"b":"c","secret":"` + s },
	"json in string": func(l *audit.Log, s string) {
		l.Response.Body = `{"e":` + quoted(`{"password":`+quoted(s)+`,"b":"c"}`) + `}`
	},
	"json in json in string": func(l *audit.Log, s string) {
		l.Response.Body = `{"e":` + quoted(`{"f":`+quoted(`{"client_secret":`+quoted(s)+`,"b":"c"}`)+`}`) + `}`
	},
	"form in json": func(l *audit.Log, s string) {
		l.Response.Body = `{"e":` + quoted("a=b&password="+url.QueryEscape(s)+"&c=d") + `}`
	},
	"header in json": func(l *audit.Log, s string) {
		l.Response.Body = `{"headers":{"Authorization":` + quoted("Bearer "+s) + `}}`
	},
	"cookie in json": func(l *audit.Log, s string) { l.Response.Body = `{"Cookie":` + quoted("a=b; sid="+s) + `}` },
	"har header":     func(l *audit.Log, s string) { l.Response.Body = `[{"name":"X-Api-Key","value":` + quoted(s) + `}]` },
	"ndjson":         func(l *audit.Log, s string) { l.Request.Body = "{\"a\":1}\n{\"token\":" + quoted(s) + "}\n{\"b\":2}" },
	"multipart":      func(l *audit.Log, s string) { l.Request.Body = multipart(s, "\r\n") },
	"multipart lf":   func(l *audit.Log, s string) { l.Request.Body = multipart(s, "\n") },
	"xml": func(l *audit.Log, s string) {
		l.Request.Body = "<a><b>1</b><ns:Password x='1'>" + s + "</ns:Password></a>"
	},
	"xml cdata":       func(l *audit.Log, s string) { l.Request.Body = "<a><apiKey><![CDATA[" + s + "]]></apiKey></a>" },
	"xml attribute":   func(l *audit.Log, s string) { l.Request.Body = `<user name="ann" password="` + s + `"/>` },
	"log line":        func(l *audit.Log, s string) { l.Message = "signed in user=ann api_key=" + s + " took=3ms" },
	"log line header": func(l *audit.Log, s string) { l.Message = "sent X-Api-Key: " + s + " to the server" },
	"log line bearer": func(l *audit.Log, s string) { l.Error.Message = "no such user for bearer " + s + "; try again" },
	"yaml":            func(l *audit.Log, s string) { l.Request.Body = "user: ann\npassword: " + s + "\nhost: h\n" },
	"http text": func(l *audit.Log, s string) {
		l.Message = "GET / HTTP/1.1\r\nAuthorization: Basic " + s + "\r\nHost: h\r\n"
	},
	"attributes": func(l *audit.Log, s string) { l.Attributes = json.RawMessage(`{"a":{"authToken":` + quoted(s) + `}}`) },
	"python":     func(l *audit.Log, s string) { l.Message = "{'user': 'ann', 'password': '" + s + "'}" },
	"connection": func(l *audit.Log, s string) { l.Message = "Server=h;Password=" + s + ";Database=d" },
	"pem": func(l *audit.Log, s string) {
		l.Request.Body = "x\n-----BEGIN RSA PRIVATE KEY-----\n" + s + "\n-----END RSA PRIVATE KEY-----\ny"
	},
	"pem in json": func(l *audit.Log, s string) {
		l.Request.Body = `{"k":` + quoted("-----BEGIN PRIVATE KEY-----\n"+s+"\n-----END PRIVATE KEY-----\n") + `}`
	},
	"jwt signature": func(l *audit.Log, s string) {
		l.Message = "got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ." + s + " from ann"
	},
}

func multipart(s, newline string) string {
	return strings.ReplaceAll("--b\nContent-Disposition: form-data; name=\"user\"\n\nann\n--b\n"+
		"Content-Disposition: form-data; name=\"client_secret\"\nContent-Type: text/plain\n\n"+s+"\n--b--\n", "\n", newline)
}

// secrets of many shapes; what a place cannot hold as it is (a quote in XML) is
// encoded by the place.
func secrets() []string {
	random := rand.New(rand.NewPCG(1, 2))
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	var all []string
	for i := range 500 {
		n := 12 + i%40
		b := make([]byte, n)
		for j := range b {
			b[j] = alphabet[random.IntN(len(alphabet))]
		}
		b[0], b[n-1] = 'c', '7' // begins and ends within one word
		all = append(all, string(b))
	}
	return all
}

func blank() audit.Log {
	return audit.Log{
		Time: time.Unix(1, 0), Method: "POST", URL: "https://h/p?x=1", Path: "/p",
		Request:  audit.Payload{Headers: map[string][]string{"x-app-id": {"app-1"}}},
		Response: audit.Payload{Headers: map[string][]string{"content-type": {"application/json"}}},
	}
}

// everything is all text of a log, as it is and decoded.
func everything(l *audit.Log) string {
	text := fmt.Sprintf("%+v %s", *l, l.Attributes)
	if plain, err := url.QueryUnescape(strings.ReplaceAll(text, "%!", "")); err == nil {
		text += plain
	}
	var decode func(v any)
	decode = func(v any) {
		switch v := v.(type) {
		case string:
			text += "\n" + v
			var inner any
			if json.Unmarshal([]byte(v), &inner) == nil {
				decode(inner)
			}
		case []any:
			for _, x := range v {
				decode(x)
			}
		case map[string]any:
			for k, x := range v {
				text += "\n" + k
				decode(x)
			}
		}
	}
	decode(l.Request.Body)
	decode(l.Response.Body)
	return text
}

// TestNoSecretStays puts many secrets in all places where secrets occur.
func TestNoSecretStays(t *testing.T) {
	r := redact.New(redact.Default, key)
	for name, plant := range encodings {
		t.Run(name, func(t *testing.T) {
			for _, s := range secrets() {
				l := blank()
				plant(&l, s)
				before := everything(&l)
				if !strings.Contains(before, s) {
					t.Fatalf("the test does not plant %q: %s", s, before)
				}
				n := r.Log(&l)
				if after := everything(&l); strings.Contains(after, s) || n == 0 {
					t.Fatalf("%d redactions leave %q in %s", n, s, after)
				}
				again := l
				if n := r.Log(&again); n != 0 || !reflect.DeepEqual(l, again) {
					t.Fatalf("redacting twice changes\n%+v\ninto\n%+v", l, again)
				}
				for _, body := range []string{l.Request.Body, l.Response.Body} {
					if strings.HasPrefix(body, "{") && name != "json cut" && name != "ndjson" && !json.Valid([]byte(body)) {
						t.Fatalf("the body is no JSON any more: %s", body)
					}
				}
			}
		})
	}
}

// TestEqualSecretsHaveEqualTags: the same token is recognised in whatever place
// and encoding.
func TestEqualSecretsHaveEqualTags(t *testing.T) {
	r := redact.New(redact.Default, key)
	tagOf := func(place, secret string) string {
		l := blank()
		encodings[place](&l, secret)
		r.Log(&l)
		text := strings.ReplaceAll(everything(&l), "%20%23", " #")
		_, tag, ok := strings.Cut(text[strings.LastIndex(text, "redacted #"):], "#")
		if !ok || len(tag) < 8 {
			t.Fatalf("no tag in %s", text)
		}
		return tag[:8]
	}
	places := []string{
		"authorization bearer", "authorization basic", "x-app-token", "set-cookie", "url query", "form", "json", "json unicode",
		"json in string", "json in json in string", "xml", "log line", "query", "multipart", "header in json", "connection",
	}
	seen := map[string]bool{}
	for _, secret := range secrets()[:100] {
		want := tagOf(places[0], secret)
		for _, place := range places[1:] {
			if got := tagOf(place, secret); got != want {
				t.Errorf("%s tags %q as %s, %s as %s", places[0], secret, want, place, got)
			}
		}
		seen[want] = true
	}
	if len(seen) != 100 {
		t.Errorf("100 secrets have %d tags", len(seen))
	}
	l, other := blank(), blank()
	encodings["json"](&l, "hunter22")
	encodings["json"](&other, "hunter22")
	r.Log(&l)
	redact.New(redact.Default, []byte("another key")).Log(&other)
	if l.Request.Body == other.Request.Body {
		t.Error("the tag does not depend on the key")
	}
}

// TestShape says exactly what a text becomes: T stands for a tag.
func TestShape(t *testing.T) {
	r := redact.New(redact.Default, key)
	f := func(in, want string) {
		t.Helper()
		got := r.Text(in)
		at := 0
		for _, piece := range strings.Split(want, "T!") {
			if !strings.HasPrefix(got[at:], piece) {
				t.Errorf("%s\nbecomes %s\nwanted  %s", in, got, want)
				return
			}
			at += len(piece)
			if rest := got[at:]; strings.HasPrefix(rest, "redacted #") {
				at += len("redacted #12345678")
			} else if strings.HasPrefix(rest, "redacted%20%23") {
				at += len("redacted%20%2312345678")
			}
		}
		if at != len(got) {
			t.Errorf("%s\nbecomes %s\nwanted  %s", in, got, want)
		}
	}
	same := func(in string) { t.Helper(); f(in, in) }

	f(`{"password":"a\"b\\","x":"\u00e9"}`, `{"password":"T!","x":"\u00e9"}`)
	f(`{"password": 12345 , "n":1.50}`, `{"password": "T!" , "n":1.50}`)
	f(`{"e":"{\"password\":12345}"}`, `{"e":"{\"password\":\"T!\"}"}`)
	f(`{"e":"{\"token\":\"a\\\\\\\"b\",\"x\":1}"}`, `{"e":"{\"token\":\"T!\",\"x\":1}"}`)
	f(`{"Authorization":"Bearer abc.def"}`, `{"Authorization":"Bearer T!"}`)
	f(`{"secrets":{"a":"x","type":"t","b":["y",{"c":"z"}],"n":1},"d":"e"}`, `{"secrets":{"a":"T!","type":"t","b":["T!",{"c":"T!"}],"n":1},"d":"e"}`)
	f(`{"google_api_key_android":"x","secretChat":"y","passwordAgain":"z","secret_id":"v"}`, `{"google_api_key_android":"T!","secretChat":"T!","passwordAgain":"T!","secret_id":"T!"}`)
	f(`a=1&token=x%2Fy&b=2`, `a=1&token=T!&b=2`)
	f(`https://h/?token=x#frag`, `https://h/?token=T!#frag`)
	f(`{"u":"https://h/?token=x\u0026a=b"}`, `{"u":"https://h/?token=T!\u0026a=b"}`)
	f(`https://u:p@h/x`, `https://T!@h/x`)
	f(`<Password>x</Password>`, `<Password>T!</Password>`)
	f("token: abc\nx: y", "token: T!\nx: y")
	f(`key sk_live_abcdefghijklmnop`, `key sk_live_abcdefghijklmnop`) // no name, no sign: see the next
	f(`key=sk_live_abcdefghijklmnop`, `key=T!`)
	f(`{"k":"ghp_abcdefghijklmnopqrstuvwxyz"}`, `{"k":"T!"}`)
	f(`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl x`, `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.T! x`)
	// Cards.
	f(`{"number":"4111111111111111"}`, `{"number":"411111******1111"}`)
	f(`{"number":4111111111111111}`, `{"number":"411111******1111"}`)
	f(`{"e":"{\"number\":4111111111111111}"}`, `{"e":"{\"number\":\"411111******1111\"}"}`)
	f(`{"numbers":[4111111111111111, 5500005555555559]}`, `{"numbers":[4111110000001111, 5500000000005559]}`)
	f(`pay with 4111 1111 1111 1111, or 3782-822463-10005.`, `pay with 4111 11** **** 1111, or 3782-82****-*0005.`)
	f(`card=4111+1111+1111+1111&x=1`, `card=4111+11**+****+1111&x=1`)

	// What is none.
	same(`{"number":"4111111111111112"}`)                                        // check digit
	same(`{"id":"cust_4111111111111111"}`)                                       // an id
	same(`{"at":1732230000123,"ns":1732230000123456789,"f":0.4111111111111111}`) // times, a fraction
	same(`{"usage":{"total_tokens":17,"max_tokens":4096,"token":null}}`)
	same(`{"token_type":"bearer","api_key_id":"key_1","apiKeyName":"Checkout","X-Token-ID":"t","password_changed_at":"2026","token_expires_in":"1h","password":"","secret":null,"has_token":true}`)
	same(`{"tokenization_method":"apple_pay","secretary":"ann","preauthorization":"yes"}`)
	same(`{"next_page_token":"CAUQAA","tokenized":1}`)
	same(`{"code":"V-1","state":"xyz","email":"ann@example.com","x-app-id":"app-1","client_id":"c"}`)
	same(`The token is invalid: it has expired. Password: must be longer`)
	same(`error="invalid_token", error_description="expired"`)
	same(`fetch(url, {credentials: "same-origin"})`)
	same(`Mon, 23 Nov 2026 10:00:00 GMT`)
	same(`https://example.com:8080/a:b/c@d?e=f@g`)
	same(`{"msg":"10:20:30 a=b == c","t":"<b>token</b>"}`)
	same(`eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ`)
	same("-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----")
}

func TestHeaders(t *testing.T) {
	r := redact.New(redact.Default, key)
	f := func(name, in, want string) {
		t.Helper()
		l := audit.Log{Request: audit.Payload{Headers: map[string][]string{name: {in}}}}
		r.Log(&l)
		got := l.Request.Headers[name][0]
		if plain := tagless(got); plain != want {
			t.Errorf("%s: %s becomes %s, wanted %s", name, in, got, want)
		}
	}
	f("authorization", "Bearer abc", "Bearer T!")
	f("authorization", "abc", "T!")
	f("authorization", `Digest username="ann", response="1"`, "Digest T!")
	f("cookie", "a=1; b=; c=2", "a=T!; b=; c=T!")
	f("set-cookie", "sid=abc; Path=/; Expires=Mon, 23 Nov 2026 10:00:00 GMT; HttpOnly", "sid=T!; Path=/; Expires=Mon, 23 Nov 2026 10:00:00 GMT; HttpOnly")
	f("x-app-token", "abc", "T!")
	f("x-app-id", "abc", "abc")
	f("x-amz-security-token", "abc", "T!")
	f("www-authenticate", `Bearer error="invalid_token"`, `Bearer error="invalid_token"`)
	f("etag", `"4f1c"`, `"4f1c"`)
}

func tagless(s string) string {
	for {
		i := strings.Index(s, "redacted #")
		if i < 0 {
			return s
		}
		s = s[:i] + "T!" + s[i+len("redacted #12345678"):]
	}
}

func TestProfiles(t *testing.T) {
	l := blank()
	l.URL = "https://h/cb?code=abc&state=xyz"
	l.User.Email = "ann@example.com"
	l.Request.Body = `{"email":"ann@example.com","note":"call +44 20 7946 0958 or DE89370400440532013000","password":"x"}`
	was := l
	off := l
	if n := redact.New(redact.Off, key).Log(&off); n != 0 || !reflect.DeepEqual(off, was) {
		t.Errorf("off makes %d redactions", n)
	}
	strict := l
	redact.New(redact.Strict, key).Log(&strict)
	text := everything(&strict)
	for _, gone := range []string{"abc", "xyz", "ann@", "7946", "DE89"} {
		if strings.Contains(text, gone) {
			t.Errorf("strict leaves %s in %s", gone, text)
		}
	}
	if !json.Valid([]byte(strict.Request.Body)) {
		t.Errorf("no JSON: %s", strict.Request.Body)
	}
	redact.New(redact.Default, key).Log(&l)
	for _, kept := range []string{"code=abc&state=xyz", "ann@example.com", "+44 20 7946 0958", "DE89370400440532013000"} {
		if !strings.Contains(everything(&l), kept) {
			t.Errorf("default takes %s out of %s", kept, everything(&l))
		}
	}
	if _, err := redact.ParseProfile("some"); audit.CodeOf(err) != audit.Invalid {
		t.Errorf("profile some: %v", err)
	}
}

// TestSharedMapsStay: what a log shares with the caller is copied first.
func TestSharedMapsStay(t *testing.T) {
	headers := map[string][]string{"authorization": {"Bearer abc"}, "accept": {"*/*"}}
	query := map[string][]string{"token": {"abc"}}
	wasHeaders, wasQuery := maps.Clone(headers), maps.Clone(query)
	l := audit.Log{Query: query, Request: audit.Payload{Headers: headers}, Response: audit.Payload{Headers: headers}}
	if n := redact.New(redact.Default, key).Log(&l); n != 3 {
		t.Errorf("%d redactions, wanted 3", n)
	}
	if !reflect.DeepEqual(headers, wasHeaders) || !reflect.DeepEqual(query, wasQuery) || headers["authorization"][0] != "Bearer abc" {
		t.Error("the caller's maps were changed")
	}
}

// TestCleanTextStays: of real pages and calls without secrets less than one in
// a thousand is touched.
func TestCleanTextStays(t *testing.T) {
	dir := os.Getenv("PROJECTLOGS_TESTDATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	text, err := os.ReadFile(filepath.Join(dir, "apache_logs"))
	if err != nil {
		t.Skip("not run: no real inputs at " + dir)
	}
	r := redact.New(redact.Default, key)
	lines := strings.Split(strings.TrimSpace(string(text)), "\n")
	var touched []string
	for _, line := range lines {
		if r.Text(line) != line {
			touched = append(touched, line)
		}
	}
	if len(touched)*1000 > len(lines) {
		t.Errorf("%d of %d lines were touched: %s", len(touched), len(lines), strings.Join(touched[:min(5, len(touched))], "\n"))
	}
}

// TestCleanLogsStay: of made-up logs whose credentials were left out less than
// one in a thousand is touched.
func TestCleanLogsStay(t *testing.T) {
	const n = 10_000
	r := redact.New(redact.Default, key)
	touched := 0
	for l := range sample.Logs(n, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)) {
		for _, name := range []string{"x-app-token", "x-client-token", "cookie"} {
			delete(l.Request.Headers, name)
		}
		was := l
		if r.Log(&l) > 0 {
			touched++
			if touched < 5 {
				t.Logf("%+v\nbecame\n%+v", was, l)
			}
		}
	}
	if touched*1000 > n {
		t.Errorf("%d of %d logs were touched", touched, n)
	}
}

// TestHostileTextIsQuick: no text, however it repeats itself, takes time with
// the square of its length. That would be minutes; the limit leaves a busy
// machine ten times what it needs.
func TestHostileTextIsQuick(t *testing.T) {
	r := redact.New(redact.Strict, key)
	for _, piece := range []string{
		`"token":[`, `"token":{"`, `"token":"`, `token: a `, `authorization: `, `<token`, `<token>`, `"name":"token",`, `token=`, `token="`, `token='`,
		`form-data; name="token"`, "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", `\`, `\"`, `"`, `'`, `:`, `=`, `eyJ`, `eyJa.`, `4`, `4 `, `a@`, `+1 `, `DE89`,
		`://`, `://a`, `Bearer `, `\u0026token=`, `'token':[`, `password:\n`, "password:\n",
	} {
		for _, start := range []string{"", `{"x":"`, `{"token":["`, `{"authorization":`} {
			text := start + strings.Repeat(piece, (1<<19)/len(piece))
			begun := time.Now()
			r.Text(text)
			if took := time.Since(begun); took > 30*time.Second {
				t.Errorf("512 KiB of %q after %q takes %s", piece, start, took)
			}
		}
	}
}

// FuzzCanary: whatever stands around it, a secret under a secret name is gone,
// valid JSON stays valid JSON, and redacting twice is redacting once.
func FuzzCanary(f *testing.F) {
	for _, s := range []string{"", `{"a":1}`, `"`, `\`, `{"a":"b\\"}`, "a=b&c=d", `{"token":[`, "eyJa.eyJb.c", "4111 1111 1111 1111", "<a>", "-----BEGIN "} {
		f.Add(s, s)
	}
	r := redact.New(redact.Default, key)
	strict := redact.New(redact.Strict, key)
	const canary = "cAnary4canary7"
	f.Fuzz(func(t *testing.T, before, after string) {
		texts := []string{before, after, before + after}
		// As JSON values around it.
		around := `{"x":` + quoted(before) + `,"password":"` + canary + `","y":` + quoted(after) + `}`
		inner := `{"v":` + quoted(around) + `}`
		form := url.QueryEscape(before) + "&password=" + canary + "&" + url.QueryEscape(after)
		for _, text := range append(texts, around, inner, form) {
			for _, r := range []*redact.Redactor{r, strict} {
				once := r.Text(text)
				if (text == around || text == inner || text == form) && strings.Contains(once, canary) {
					t.Fatalf("the canary stays in %q", once)
				}
				if json.Valid([]byte(text)) && !json.Valid([]byte(once)) {
					t.Fatalf("%q is JSON, %q is not", text, once)
				}
				if twice := r.Text(once); twice != once {
					t.Fatalf("twice: %q\nonce:  %q\nfrom:  %q", twice, once, text)
				}
			}
		}
	})
}

func BenchmarkLog(b *testing.B) {
	r := redact.New(redact.Default, key)
	item := `{"id":"ord_0c5543f00797b6113f","object":"order","source_id":null,"quantity":2,"product":{"name":"Blue shirt","price":1999},"applied_discount_amount":500,"metadata":{"channel":"web","colour":"blue"}},`
	l := blank()
	l.URL = "https://api.example.com/v1/vouchers/V-1/redemption?x=1&tracking_id=abc"
	l.Query = map[string][]string{"x": {"1"}, "tracking_id": {"abc"}}
	for _, h := range []string{"accept", "accept-encoding", "content-type", "user-agent", "x-voucherify-channel", "host"} {
		l.Request.Headers[h] = []string{"application/json, text/plain, */*"}
	}
	l.Request.Headers["x-app-token"] = []string{"4f1c09aa-4f1c-4f1c-4f1c-4f1c09aa4f1c"}
	l.Request.Body = `{"order":{"items":[` + item[:len(item)-1] + `]},"customer":{"source_id":"c-77"}}`
	l.Response.Body = `{"object":"list","data":[` + strings.Repeat(item, 7) + `{}]}`
	b.SetBytes(int64(len(l.Request.Body) + len(l.Response.Body)))
	b.ReportAllocs()
	for b.Loop() {
		one := l
		if n := r.Log(&one); n != 1 {
			b.Fatal(n)
		}
	}
}

func TestEncodingsAreNamedOnce(t *testing.T) {
	if names := slices.Sorted(maps.Keys(encodings)); len(names) < 45 {
		t.Errorf("only %d encodings", len(names))
	}
}
