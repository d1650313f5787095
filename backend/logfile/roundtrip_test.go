package logfile_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/logfile"
)

// texts are what cells and strings must survive.
var texts = []string{
	"", "a", "=1+1", "+1", "+a", "-", "-5", "-5a", "@x", "'", "''", "'=x", "'a", "\tx", "\rx", "\nx", "a,b", "a;b", `a"b`, `"`, `""`,
	"a\r\nb", "a\nb", " a ", "ż ółć", "日本", "😀", "\x00", "a\x00b", "null", "true", "0", "{}", "[1]", `{"a":1}`, "<b>&amp;</b>",
	"\u2028", "a|b", `\`, `\n`, "1e5", "=cmd|' /C calc'!A0", "ann@example.com", "\u00a0", "é", "%41%zz",
}

var bodies = append([]string{
	`{"amount":10,"items":[1,2]}`, "\xff\xfe", "\x89PNG\r\n\x1a\n\x00", "a\xed\xa0\x80", "a=1&b=2", strings.Repeat("x", 3000),
}, texts...)

func pick[T any](r *rand.Rand, from []T) T { return from[r.IntN(len(from))] }

// randomLog is a log as ParseLog leaves one: URL, path and query agree, names of
// headers are in lower case, attributes are compact.
func randomLog(r *rand.Rand) audit.Log {
	text := func() string { return pick(r, texts) }
	sometimes := func(s string) string {
		if r.IntN(3) == 0 {
			return ""
		}
		return s
	}
	lists := func(lower bool) map[string][]string {
		var m map[string][]string
		for range r.IntN(4) {
			if m == nil {
				m = map[string][]string{}
			}
			name := text()
			if lower {
				name = strings.ToLower(name)
			}
			m[name] = append(m[name], text(), text())
		}
		return m
	}
	payload := func() audit.Payload {
		p := audit.Payload{Headers: lists(true), Body: pick(r, bodies), Size: int64(r.IntN(100000))}
		if r.IntN(4) == 0 {
			p.TruncatedAt = int64(1 + r.IntN(1000))
		}
		return p
	}
	l := audit.Log{
		ID: sometimes(text()), Time: time.Unix(r.Int64N(4e9), r.Int64N(1e9)).UTC(), Origin: text(),
		Method: pick(r, []string{"", "GET", "POST", "PURGE", "M-SEARCH"}), Status: pick(r, []int{0, 100, 200, 301, 404, 500, 999}),
		URL:    "https://h/" + text(),
		User:   audit.User{ID: nodash(text()), Email: nodash(text())},
		APIKey: text(), ClientKey: text(), Campaign: text(), Incentive: text(), RequestID: text(), CorrelationID: text(),
		Customer: audit.Customer{ID: text(), SourceID: text()}, TaskID: text(), IP: nodash(text()), UserAgent: nodash(text()),
		Message: text(), Request: payload(), Response: payload(), Error: audit.LogError{Key: text(), Message: text()}, Source: text(),
	}
	switch r.IntN(4) {
	case 0:
		l.Time = l.Time.Truncate(time.Second)
	case 1:
		l.Time = pick(r, []time.Time{{}, time.Date(1, 2, 3, 4, 5, 6, 7, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 999999999, time.UTC)})
	}
	if l.Query = lists(false); l.Query == nil {
		_, query := audit.SplitURL(l.URL)
		l.Query = audit.ParseQuery(query)
	}
	if l.Path, _ = audit.SplitURL(l.URL); r.IntN(3) == 0 {
		l.Path = "/other" + text()
	}
	if r.IntN(2) == 0 {
		l.Endpoint = "POST /v1/{" + text() + "}"
	}
	if r.IntN(2) == 0 {
		ms := pick(r, []float64{0, 1, 12.34, 0.001, 1e-9, 123456789.125, r.Float64() * 1000})
		l.Duration = &ms
	}
	if r.IntN(2) == 0 {
		b, err := json.Marshal(map[string]any{text() + "k": text(), "n": json.Number("12345678901234567890.10"), "o": map[string]any{"": []int{1}}})
		if err != nil {
			panic(err)
		}
		l.Attributes = b
	}
	return l
}

// nodash: where servers write "-", it means nothing.
func nodash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}

// What is written is read back as exactly the same logs: by our NDJSON, by the
// preset "all" in all its shapes, and by the record of the API.
func TestWrittenLogsComeBack(t *testing.T) {
	type writing struct {
		format  string
		options logfile.WriterOptions
	}
	var writings []writing
	for _, separator := range []string{"", ",", ";", "\t", "|"} {
		for _, raw := range []bool{false, true} {
			for _, tz := range []string{"", "Europe/Warsaw"} {
				writings = append(writings, writing{logfile.CSV, logfile.WriterOptions{Fields: "all", Separator: separator, Raw: raw, BOM: raw, TZ: tz}})
			}
		}
	}
	writings = append(writings, writing{logfile.NDJSON, logfile.WriterOptions{}})
	for seed := range uint64(200) {
		r := rand.New(rand.NewPCG(seed, 1))
		want := make([]audit.Log, 1+r.IntN(20))
		for i := range want {
			want[i] = randomLog(r)
		}
		how := writings[seed%uint64(len(writings))]
		var b bytes.Buffer
		w, err := logfile.NewWriter(&b, how.format, how.options)
		if err != nil {
			t.Fatal(err)
		}
		for i := range want {
			if err := w.Write(&want[i]); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		written := b.String()
		entries, format, err := all(t, &b, "x", logfile.Options{})
		if err != nil || format != how.format || len(entries) != len(want) {
			t.Fatalf("seed %d, %+v: %d of %d entries as %s, %v\n%.2000q", seed, how, len(entries), len(want), format, err, written)
		}
		for i, e := range entries {
			same(t, fmt.Sprintf("seed %d, %+v, log %d", seed, how, i), e.Log, want[i], e.Err)
		}
	}
}

func TestTheRecordOfTheAPIComesBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 300 {
		want := randomLog(r)
		b, err := json.Marshal(want)
		if err != nil {
			t.Fatal(err)
		}
		if len(want.Attributes) > 0 { // encoding/json escapes < > & in them
			var escaped bytes.Buffer
			json.HTMLEscape(&escaped, want.Attributes)
			want.Attributes = escaped.Bytes()
		}
		got, err := audit.ParseLog(b)
		same(t, string(b), got, want, err)
	}
}

func same(t *testing.T, what string, got, want audit.Log, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("%s: %v", what, err)
	}
	if reflect.DeepEqual(got, want) {
		return
	}
	g, w := reflect.ValueOf(got), reflect.ValueOf(want)
	for i := range g.NumField() {
		if a, b := g.Field(i).Interface(), w.Field(i).Interface(); !reflect.DeepEqual(a, b) {
			t.Errorf("%s: %s is\n%+q; want\n%+q", what, g.Type().Field(i).Name, a, b)
		}
	}
	t.FailNow()
}

// The records do not depend on how the bytes come: at once, one by one, or
// packed in several pieces.
func TestPiecesDoNotMatter(t *testing.T) {
	r := rand.New(rand.NewPCG(3, 4))
	for _, format := range []string{logfile.NDJSON, logfile.CSV} {
		var b bytes.Buffer
		w, err := logfile.NewWriter(&b, format, logfile.WriterOptions{Fields: "all"})
		if err != nil {
			t.Fatal(err)
		}
		for range 300 { // more than one window
			l := randomLog(r)
			if err := w.Write(&l); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(); err != nil {
			t.Fatal(err)
		}
		text := b.String()
		want, _, err := all(t, strings.NewReader(text), "x", logfile.Options{})
		if err != nil || len(want) != 300 {
			t.Fatal(len(want), err)
		}
		third := len(text) / 3
		for i, source := range []any{
			iotest.OneByteReader(strings.NewReader(text)),
			iotest.HalfReader(strings.NewReader(text)),
			iotest.DataErrReader(strings.NewReader(text)),
			bytes.NewReader(gzipped(t, text[:third], text[third:2*third], "", text[2*third:])),
			strings.NewReader("\ufeff" + text),
		} {
			got, _, err := all(t, source.(interface{ Read([]byte) (int, error) }), "x", logfile.Options{})
			if err != nil || !reflect.DeepEqual(got, want) {
				t.Errorf("%s, reader %d: %d entries, %v", format, i, len(got), err)
			}
		}
	}
}
