package filter_test

import (
	"strings"
	"sync"
	"testing"
	"time"

	"projectlogs/backend/filter"
)

func parse(t testing.TB, text string) filter.Expr {
	t.Helper()
	e, err := things.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return e
}

// TestTimes says exactly which instants a condition on a time takes in.
func TestTimes(t *testing.T) {
	f := func(text, at string, want bool) {
		t.Helper()
		instant, err := time.Parse(time.RFC3339Nano, at)
		if err != nil {
			t.Fatal(err)
		}
		if got := filter.Compile(parse(t, text), now).Match(&thing{at: instant}); got != want {
			t.Errorf("%s at %s is %v", text, at, got)
		}
	}
	// A day is compared as a whole.
	f("time:2026-01-01", "2025-12-31T23:59:59.999999999Z", false)
	f("time:2026-01-01", "2026-01-01T00:00:00Z", true)
	f("time:2026-01-01", "2026-01-01T23:59:59.999999999Z", true)
	f("time:2026-01-01", "2026-01-02T00:00:00Z", false)
	f("time>2026-01-01", "2026-01-01T23:59:59.999999999Z", false)
	f("time>2026-01-01", "2026-01-02T00:00:00Z", true)
	f("time>=2026-01-01", "2026-01-01T00:00:00Z", true)
	f("time<2026-01-01", "2026-01-01T00:00:00Z", false)
	f("time<=2026-01-01", "2026-01-01T23:59:59.999999999Z", true)
	f("time:2026-01-01..2026-01-31", "2026-01-31T23:59:59Z", true)
	f("time:2026-01-01..2026-01-31", "2026-02-01T00:00:00Z", false)
	f("time:2026-02", "2026-02-28T23:59:59Z", true)
	f("time:2026-02", "2026-03-01T00:00:00Z", false)
	f("time:2026", "2026-12-31T23:59:59Z", true)
	f("time:2026-01-01T10:30", "2026-01-01T10:30:59.9Z", true)
	f("time>2026-01-01T10:30", "2026-01-01T10:30:30Z", false)
	// With seconds it is an instant, but equal to all that it leaves open.
	f("time>2026-01-01T10:30:00Z", "2026-01-01T10:30:00Z", false)
	f("time>2026-01-01T10:30:00Z", "2026-01-01T10:30:00.000000001Z", true)
	f("time<=2026-01-01T10:30:00Z", "2026-01-01T10:30:00.000000001Z", false)
	f("time:2026-01-01T10:30:00Z", "2026-01-01T10:30:00.999Z", true)
	f("time:2026-01-01T10:30:00.5Z", "2026-01-01T10:30:00.599Z", true)
	f("time:2026-01-01T10:30:00.5Z", "2026-01-01T10:30:00.6Z", false)
	f("time:2026-01-01T10:30:00.000000001Z", "2026-01-01T10:30:00.000000001Z", true)
	f("time>2026-01-01T12:30:00+02:00", "2026-01-01T10:30:00.1Z", true)
	f("time:1767263400", "2026-01-01T10:30:00Z", true)
	// Relative to now, 2026-11-22T10:30:00Z.
	f("time>-24h", "2026-11-21T10:30:00Z", false)
	f("time>-24h", "2026-11-21T10:30:00.000000001Z", true)
	f("time>-24h", "2026-11-22T10:30:00Z", true)
	f("time>-24h", "2026-11-22T10:30:00.000000001Z", false)
	f("time<-24h", "2026-11-21T10:30:00Z", false)
	f("time<-24h", "2026-11-21T10:29:59.999999999Z", true)
	f("time<+1h", "2026-11-22T10:30:00Z", true)
	f("time<+1h", "2026-11-22T10:29:59Z", false)
	f("time<+1h", "2026-11-22T11:30:00Z", false)
	f("time>+1h", "2026-11-22T11:30:00Z", false)
	f("time>+1h", "2026-11-22T11:30:00.000000001Z", true)
	f("time:-1d", "2026-11-21T00:00:00Z", true)
	f("time:-1d", "2026-11-22T00:00:00Z", false)
	f("time:-0d", "2026-11-22T23:59:59Z", true)
	f("time:+1d", "2026-11-23T00:00:00Z", true)
}

// TestNumbers says when numbers are equal: by their value, with all digits.
func TestNumbers(t *testing.T) {
	f := func(doc, text string, want bool) {
		t.Helper()
		if got := filter.Compile(parse(t, text), now).Match(&thing{body: `{"x":` + doc + `}`}); got != want {
			t.Errorf("%s on %s is %v", text, doc, got)
		}
	}
	for _, same := range []string{"10", "10.0", "1e1", `"10"`, `"10.00"`, "[1,10]", "100e-1"} {
		f(same, "body.x:10", true)
		f(same, "body.x:1e1", true)
		f(same, "body.x:10..10", true)
		f(same, "body.x>10", false)
	}
	f(`"ten"`, "body.x:10", false)
	f(`"10 "`, "body.x:10", false)
	f("9007199254740993", "body.x:9007199254740992", false)
	f("9007199254740993", "body.x>9007199254740992", true)
	f("9007199254740992", "body.x<9007199254740993", true)
	f("9007199254740993", "body.x:9007199254740993", true)
	f("-9007199254740993", "body.x<-9007199254740992", true)
	f("1e400", "body.x:1e401", false)
	f("1e400", "body.x<1e401", true)
	f("-1e401", "body.x<-1e400", true)
	f("1e-400", "body.x>0", true)
	f("-1e-400", "body.x<0", true)
	f("0e5", "body.x:-0.0", true)
	f("2e-324", "body.x>1e-324", true)
	f("1e99999999999999999999", "body.x>1e400", true)
	f("1e-99999999999999999999", "body.x>0", true)
	f("0.1", "body.x:0.10", true)
	f("0.1", "body.x:0.1000000000000000055511151231257827", false)
	f("true", "body.x:TRUE", true)
	f("true", "body.x:1", false)
	f("null", "body.x:null", false)
	f("null", "body.x:*", false)
	f("{}", "body.x:*", true)
	f(`""`, "body.x:*", false)
	f(`{"deep":"needle"}`, "body.x:*needle*", true)

	for s, want := range map[string]bool{"10": true, "-1.5e3": true, "0x10": false, "1_0": false, "NaN": false, "Inf": false, "": false, "1.": false, "abc": false} {
		if v := filter.ParsedValue(s); v.IsNumber != want || v.Text != s {
			t.Errorf("ParsedValue(%q) is %+v", s, v)
		}
	}
}

// TestValues: who prints a field sees the values that Match sees.
func TestValues(t *testing.T) {
	th := &thing{body: `{"a":1}`, reply: `{"a":[2,3]}`, headers: map[string]string{"x y": "v"}}
	f := func(name string, most int, want ...string) {
		t.Helper()
		field, arg, err := things.Lookup(name)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		field.Values(th, arg, func(v filter.Value) bool {
			got = append(got, v.Text)
			return len(got) < most
		})
		if strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%s has the values %q, want %q", name, got, want)
		}
	}
	f("json.a", 9, "1", "2", "3")
	f("json.a", 2, "1", "2")
	f(`header."x y"`, 9, "v")
	f("name", 9)
}

// poolForgets is set where allocations cannot be counted.
var poolForgets bool

// TestMatchDoesNotAllocate, and is safe for several goroutines (with -race).
func TestMatchDoesNotAllocate(t *testing.T) {
	th := &thing{status: 404, took: 12, at: now, path: "/v1/vouchers/AB-1", names: []string{"x", "Ann"}, note: "Nothing is out of stock", body: `{"a":{"b":[1,2,{"c":"x"}]}}`}
	m := filter.Compile(parse(t, `status>=400 path:/v1/* name:ann time>-1h -took>5s "out of stock" stoc* note:*OF* body.a.b:2 (status:1 OR -name:bob)`), now)
	if !m.Match(th) {
		t.Fatal("the filter does not match")
	}
	if allocs := testing.AllocsPerRun(1000, func() { m.Match(th) }); allocs > 0.1 && !poolForgets {
		t.Errorf("%v allocations a record", allocs)
	}
	var wait sync.WaitGroup
	for range 4 {
		wait.Go(func() {
			for range 1000 {
				if !m.Match(th) {
					t.Error("another answer in another goroutine")
					return
				}
			}
		})
	}
	wait.Wait()
}

func BenchmarkMatch(b *testing.B) {
	body := strings.Repeat(`{"id":"v-12ab","note":"The quick brown fox jumps over the lazy dog","amount":1234,"items":["sku-1","sku-2"]},`, 20)
	th := &thing{status: 404, took: 12, at: now, path: "/v1/vouchers/AB-1", names: []string{"Ann"}, body: body}
	for _, text := range []string{"status>=400 path:/v1/*", "body:missing", `body:"out of stock"`, "body:*missing*", "body:über", "body.order.amount>10", "body:/out of stock[0-9]/"} {
		m := filter.Compile(parse(b, strings.ReplaceAll(text, "out of stock[", `out\ of\ stock[`)), now)
		b.Run(text, func(b *testing.B) {
			b.SetBytes(int64(len(body)))
			b.ReportAllocs()
			for b.Loop() {
				m.Match(th)
			}
		})
	}
}
