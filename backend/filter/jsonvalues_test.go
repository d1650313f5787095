package filter_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"projectlogs/backend/filter"
)

func valuesOf(doc, path string) (values []string) {
	filter.JSONValues(doc, path, func(v filter.Value) bool {
		values = append(values, v.Text)
		return true
	})
	return values
}

func TestJSONValues(t *testing.T) {
	f := func(doc, path string, want ...string) {
		t.Helper()
		if got := valuesOf(doc, path); !slices.Equal(got, want) {
			t.Errorf("%s in %.200s: %q, want %q", path, doc, got, want)
		}
	}
	f(`{"a":1}`, "a", "1")
	f(` {"a" : {"b":"x"} } `, "a.b", "x")
	f(`{"a":{"b":"x"}}`, "b")
	f(`{"a":{"b":"x"}}`, "a", `{"b":"x"}`)
	f(`{"a":null,"b":true,"c":false}`, "a")
	f(`{"a":null,"b":true,"c":false}`, "b", "true")
	f(`{"a":9007199254740993,"b":1.50,"c":-1e+5}`, "a", "9007199254740993")
	f(`{"a":9007199254740993,"b":1.50,"c":-1e+5}`, "b", "1.50")
	f(`{"a":9007199254740993,"b":1.50,"c":-1e+5}`, "c", "-1e+5")
	f(`{"A":1}`, "a")

	// Arrays.
	f(`{"a":[1,"x",null,[2,[3]],{"b":4}]}`, "a", "1", "x", "2", "3", `{"b":4}`)
	f(`{"items":[{"sku":"a"},{"sku":"b"},{},7]}`, "items.sku", "a", "b")
	f(`{"items":[{"sku":"a"},{"sku":"b"}]}`, "items.1.sku", "b")
	f(`{"items":[{"sku":"a"},{"sku":"b"}]}`, "items.2.sku")
	f(`{"items":[[1,2],[3,4]]}`, "items.1", "3", "4")
	f(`{"items":[[1,2],[3,4]]}`, "items.1.0", "3")
	f(`[{"a":1},{"a":2}]`, "a", "1", "2")
	f(`[{"a":1},{"a":2}]`, "0.a", "1")
	f(`{"0":"key"}`, "0", "key")
	f(`{"a":[]}`, "a")

	// Keys.
	f(`{"a.b":{"c":1},"a":{"b":{"c":2},"b.c":3},"a.b.c":4}`, "a.b.c", "2", "3", "1", "4")
	f(`{"a.b":{"c":1},"a":{"b":{"c":2}}}`, `"a.b".c`, "1")
	f(`{"x y":{"\"":1}}`, `"x y"."\""`, "1")
	f(`{"\u0061\u00e9":1}`, "aé", "1")
	f(`{"a":1,"a":2}`, "a", "2")
	f(`{"a":{"b":1},"a":{"c":2}}`, "a.b")
	f(`{"":1}`, `""`, "1")

	// Strings.
	f(`{"a":"\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00\ud83dx"}`, "a", "\"\\/\b\f\n\r\té😀\ufffdx")
	f(`{"a":"x\\","b":"y"}`, "b", "y")
	f(`{"a":"{\"b\":1}"}`, "a.b")

	// No JSON, cut JSON, several documents.
	f("", "a")
	f("hello", "a")
	f("<a>1</a>", "a")
	f("{a:1}", "a")
	f(`"a"`, "a")
	f(`{"a":1,"b":{"c":2,"d":"cut he`, "a", "1")
	f(`{"a":1,"b":{"c":2,"d":"cut he`, "b.c", "2")
	f(`{"a":1,"b":{"c":2,"d":"cut he`, "b.d")
	f(`{"a":[1,2,`, "a", "1", "2")
	f(`{"a":1}`+"\n"+`{"a":2}`+"\n", "a", "1", "2")
	f(`{"a":1} x`, "a", "1")
	f("\ufeff{\"a\":1}", "a", "1")
	f(`{"a":tru}`, "a")
	f(`{"a":1.}`, "a")

	// Forms.
	f("a=1&b=x+y%21&a=2", "a", "1", "2")
	f("a=1&b=x+y%21&a=2", "b", "x y!")
	f("a.b=1&%61=3", "a.b", "1")
	f("a.b=1&%61=3", "a", "3")
	f("a[x]=1", "a[x]", "1")
	f("a=1&b", "b", "")
	f("a=%zz&b=1", "a")
	f("a = 1", "a")

	f(`{"a":1}`, `"a`)
	f(`{"a":1}`, `"a"b`)
}

func TestJSONValuesStops(t *testing.T) {
	n := 0
	filter.JSONValues(`{"a":[1,2,{"b":3},4]}{"a":5}`, "a", func(filter.Value) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("JSONValues went on for %d values, want 2", n)
	}
}

// TestJSONValuesAgreesWithEncodingJSON compares with decoding the whole.
func TestJSONValuesAgreesWithEncodingJSON(t *testing.T) {
	found := 0
	for seed := range uint64(10_000) {
		m := newMaker(seed)
		doc := `{"a":` + m.json(3) + `,"items":` + m.json(3) + `,"b":` + m.json(2) + "}"
		if m.IntN(5) == 0 {
			doc = m.json(4) + "\n" + doc
		}
		for range 5 {
			path := m.path()
			got, want := valuesOf(doc, path), naiveJSON(doc, path)
			if !sameValues(t, got, want) {
				t.Fatalf("seed %d: %s in %s: %q, want %q", seed, path, doc, got, want)
			}
			found += len(got)
		}
	}
	if found < 5000 {
		t.Errorf("only %d values were found: these documents test too little", found)
	}
}

// sameValues compares what a path gives in any order, objects and texts that look
// like them by what they hold.
func sameValues(t *testing.T, a, b []string) bool {
	t.Helper()
	for _, values := range [][]string{a, b} {
		for i, v := range values {
			if strings.HasPrefix(v, "{") && json.Valid([]byte(v)) {
				values[i] = sameJSON(t, v)
			}
		}
		slices.Sort(values)
	}
	return slices.Equal(a, b)
}

// sameJSON gives a document as naiveJSON writes it.
func sameJSON(t *testing.T, doc string) string {
	t.Helper()
	var v any
	d := json.NewDecoder(strings.NewReader(doc))
	d.UseNumber()
	if err := d.Decode(&v); err != nil {
		t.Fatal(err)
	}
	return asJSON(v)
}

// TestJSONValuesInHostileDocuments: deep, long and cut documents take neither
// stack nor long.
func TestJSONValuesInHostileDocuments(t *testing.T) {
	const deep = 100_000
	for _, doc := range []string{
		strings.Repeat("[", deep), strings.Repeat("[", deep) + strings.Repeat("]", deep),
		strings.Repeat(`{"a":`, deep), strings.Repeat(`{"a":`, deep) + "1" + strings.Repeat("}", deep),
		strings.Repeat(`[{"a":`, deep), strings.Repeat(`{"b":[`, deep) + `{"a":1}` + strings.Repeat("]}", deep),
		`{"a":"` + strings.Repeat(`\\`, deep) + `"}`, `{"a":"` + strings.Repeat(`\"`, deep), `{"` + strings.Repeat("a", deep) + `":1}`,
		`{"a":` + strings.Repeat("9", deep) + "}", "[" + strings.Repeat(`{"a":1,"a":2},`, deep/10) + `{"a":3}]`,
		strings.Repeat("]", deep), strings.Repeat("{", deep), strings.Repeat(",", deep), "[" + strings.Repeat(",", deep),
	} {
		for _, path := range []string{"a", "a.a", "0", "b.a", strings.Repeat("a.", 63) + "a"} {
			valuesOf(doc, path)
		}
	}
	nested := strings.Repeat("[", deep) + `{"a":7}` + strings.Repeat("]", deep)
	if got := valuesOf(nested, "a"); !slices.Equal(got, []string{"7"}) {
		t.Errorf("in %d arrays: %q", deep, got)
	}
}

func BenchmarkJSONValues(b *testing.B) {
	var doc strings.Builder
	doc.WriteString(`{"items":[`)
	r := rand.New(rand.NewPCG(1, 1))
	for i := range 200 {
		fmt.Fprintf(&doc, `{"id":"v-%x","code":"CODE-%d","amount":%d,"metadata":{"note":"the quick brown fox \"jumps\"","active":true},"tags":["a","b"]},`, r.Uint64(), i, r.IntN(10000))
	}
	doc.WriteString(`{}],"order":{"amount":10}}`)
	for _, path := range []string{"order.amount", "items.metadata.active", "missing"} {
		b.Run(path, func(b *testing.B) {
			text := doc.String()
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			for b.Loop() {
				filter.JSONValues(text, path, func(filter.Value) bool { return true })
			}
		})
	}
}
