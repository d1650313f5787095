package filter_test

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/filter"
)

// A maker makes random filters and things that have a chance to fit each other.
type maker struct{ *rand.Rand }

func newMaker(seed uint64) *maker { return &maker{rand.New(rand.NewPCG(seed, 2026))} }

func (m *maker) pick(from ...string) string { return from[m.IntN(len(from))] }

// word is a piece of text, mostly plain, sometimes nasty.
func (m *maker) word() string {
	if m.IntN(3) > 0 {
		return m.pick("voucher", "Voucher", "VOUCHERS", "expired", "out", "of", "stock", "AB-1", "ann@example.com", "cust_8fc7", "10", "10.0", "1e1", "7")
	}
	return m.pick("", " ", "  x ", `"`, `\`, `a"b`, `a\"b`, `\\`, "*", "a*b", "*a*", "..", "1..2", "-1", "--", "-x", "+5", "OR", "AND", "NOT", "or",
		"(", ")", "a(b)c", "(a", "/", "/v1/", "/a/b", "/v1/vouchers/AB-1", "a/b/", ":", "a:b", "status:1", "x=y", "x!=y", ">5", "<5", "=5", "\n", "a\tb", "\x00",
		"über", "ÜBER", "Straße", "STRASSE", "ſtock", "Kelvin", "\u212aelvin", "日本語", "日本", "ひらがな", "カタカナー", "ภาษาไทย", "Ἀθῆναι", "ΣΊΣΥΦΟΣ", "σίσυφος", "e\u0301a", "😀", "a😀b",
		"9007199254740993", "9007199254740992", "0.1", "1e400", "true", "null", "&b=2", "{}", `{"a":1}`, "a,b", "a.b", "\u3000", "~", "%41", "#")
}

func (m *maker) words() string {
	words := []string{m.word()}
	for m.IntN(3) == 0 {
		words = append(words, m.word())
	}
	return strings.Join(words, m.pick(" ", " ", "-", ", ", ""))
}

func (m *maker) part() string {
	if m.IntN(4) > 0 {
		return m.pick("a", "b", "c", "items", "sku", "0", "1", "amount")
	}
	return m.pick("a.b", "b.c", "x y", `q"`, `\`, "ü", "A", "a:b", "*", "f[x]", "(", "-", "")
}

func (m *maker) path() string {
	var parts []string
	for range 1 + m.IntN(3) {
		part := m.part()
		if m.IntN(4) == 0 || strings.ContainsAny(part, `. :*()"\`) || part == "" {
			part = `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(part) + `"`
		}
		parts = append(parts, part)
	}
	return strings.Join(parts, ".")
}

// jsonItem makes a filter in the nested JSON form, which can say everything that
// a filter can.
func (m *maker) jsonItem(depth int) map[string]any {
	item := map[string]any{}
	if m.IntN(4) == 0 {
		item["not"] = true
	}
	if depth > 0 && m.IntN(2) == 0 {
		item["junction"] = m.pick("and", "or", "AND", "OR")
		items := []any{}
		for range m.IntN(4) {
			items = append(items, m.jsonItem(depth-1))
		}
		item["items"] = items
		return item
	}
	fields := things.Describe().Fields
	f := fields[m.IntN(len(fields))]
	name := f.Name
	if f.Family {
		name += m.path()
	}
	op := f.Operators[m.IntN(len(f.Operators))]
	item["field"] = name
	if op.Not {
		item["not"] = true
	}
	values := []any{}
	for range map[string]int{"none": 0, "one": 1, "two": 2, "many": 1 + m.IntN(3)}[op.Values] {
		values = append(values, m.operand(f.Kind, op))
	}
	item[op.Op] = values
	return item
}

func (m *maker) operand(kind filter.Kind, op filter.OperatorDescription) any {
	switch op.Input {
	case "number":
		return json.Number(m.pick("10", "9", "11", "10.0", "1e1", "400", "404", "-1", "9007199254740993", "9007199254740992", "0.1"))
	case "days":
		return m.IntN(4)
	case "duration":
		return m.pick("10", "10ms", "1s", "1.5s", "2h", "1d", "36h") + ""
	case "size":
		return m.pick("10", "10B", "1kB", "1KiB", "1.5MB")
	case "time":
		return m.pick("2026", "2026-11", "2026-11-21", "2026-11-22T10", "2026-11-22T10:30", "2026-11-22T10:30:00Z", "2026-11-22T12:30:00.5+02:00", "2026-11-22 09:00:00.123456789")
	}
	if op.Op == "$matches" {
		return m.pick("a", "^v", "(?i)VOUCHER", `\d+`, "a b", "a/b", `a\/b`, `\Qa/b (\E`, `\Qa b`, "[/ ]", "stock$", `\x20`, "x|y", "日")
	}
	return m.words()
}

func (m *maker) filter(t *testing.T) filter.Expr {
	for {
		b, err := json.Marshal(m.jsonItem(3))
		if err != nil {
			t.Fatal(err)
		}
		if e, err := things.ParseJSON(b); err == nil {
			return e
		}
	}
}

func (m *maker) json(depth int) string {
	var b strings.Builder
	m.writeJSON(&b, depth)
	return b.String()
}

func (m *maker) writeJSON(b *strings.Builder, depth int) {
	blank := m.pick("", "", "", " ", "\n")
	switch n := m.IntN(7); {
	case depth > 0 && n < 3:
		b.WriteString("{" + blank)
		for i := range m.IntN(4) {
			if i > 0 {
				b.WriteString("," + blank)
			}
			key, _ := json.Marshal(m.part())
			b.Write(key)
			b.WriteString(blank + ":")
			m.writeJSON(b, depth-1)
		}
		b.WriteString("}")
	case depth > 0 && n < 5:
		b.WriteString("[" + blank)
		for i := range m.IntN(4) {
			if i > 0 {
				b.WriteString(blank + ",")
			}
			m.writeJSON(b, depth-1)
		}
		b.WriteString("]")
	case n < 6:
		s, _ := json.Marshal(m.words())
		b.Write(s)
	default:
		b.WriteString(m.pick("10", "10.0", "1e1", "9007199254740993", "9007199254740992", "-1", "0.1", "true", "false", "null", "9"))
	}
}

func (m *maker) body() string {
	switch m.IntN(6) {
	case 0:
		return ""
	case 1:
		return m.pick("a=10&b=x+y&a=7", "items=1", "a.b=1&a=%41", "amount=10")
	case 2, 3:
		return m.words()
	case 4:
		return "{" + `"a":` + m.json(2) + `,"items":` + m.json(3) + "}"
	}
	return m.json(3)
}

func (m *maker) thing() *thing {
	t := &thing{
		status: float64(m.IntN(3)+9) + float64(m.IntN(2))*390,
		took:   float64(m.IntN(5)) * 500, size: float64(m.IntN(3)) * 512,
		at:   now.Add(time.Duration(m.IntN(200)-120) * 30 * time.Minute).Add(time.Duration(m.IntN(3)-1) * time.Nanosecond),
		path: m.words(), body: m.body(), reply: m.body(), note: m.words(), headers: map[string]string{},
	}
	for range m.IntN(3) {
		t.names = append(t.names, m.words())
	}
	for range m.IntN(3) {
		t.headers[m.part()] = m.words()
	}
	return t
}

// TestRoundTrip: each form of a filter reads back as the same filter.
func TestRoundTrip(t *testing.T) {
	flat := 0
	for seed := range uint64(12_000) {
		e := newMaker(seed).filter(t)
		text := filter.TextOf(e)
		fromText, err := things.Parse(text)
		if err != nil {
			t.Fatalf("seed %d: %q does not parse: %v", seed, text, err)
		}
		if again := filter.TextOf(fromText); again != text {
			t.Fatalf("seed %d: %q reads back as %q", seed, text, again)
		}
		b := filter.JSONOf(e)
		fromJSON, err := things.ParseJSON(b)
		if err != nil {
			t.Fatalf("seed %d: %s does not parse: %v", seed, b, err)
		}
		if again := filter.TextOf(fromJSON); again != text {
			t.Fatalf("seed %d: %q as JSON is %s, which reads back as %q", seed, text, b, again)
		}
		if again := filter.JSONOf(fromText); string(again) != string(b) {
			t.Fatalf("seed %d: %q gives %s, its JSON gives %s", seed, text, again, b)
		}
		if !strings.Contains(string(b), `"items"`) {
			flat++
		}
		if filter.LabelOf(e) == "" {
			t.Fatalf("seed %d: %q has no label", seed, text)
		}
	}
	if flat < 2000 {
		t.Errorf("only %d filters took the flat form", flat)
	}
}

// TestMatchAgreesWithNaive compares Matcher with the oracle.
func TestMatchAgreesWithNaive(t *testing.T) {
	matched, total := 0, 0
	for seed := range uint64(6_000) {
		m := newMaker(seed)
		e := m.filter(t)
		matcher := filter.Compile(e, now)
		for range 12 {
			th := m.thing()
			got, want := matcher.Match(th), naive(e, th)
			if got != want {
				t.Fatalf("seed %d: %s\nis %v on %s, want %v", seed, filter.TextOf(e), got, fmt.Sprintf("%+v", th), want)
			}
			total++
			if got {
				matched++
			}
		}
	}
	if matched < total/10 || matched > total*9/10 {
		t.Errorf("%d of %d matched: these filters test too little", matched, total)
	}
}
