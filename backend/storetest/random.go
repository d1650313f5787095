package storetest

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// now is what relative times of the suite's filters count from.
var now = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)

// maker makes random logs and questions about them. Its words are few, so that
// questions have answers and logs collide.
type maker struct {
	*rand.Rand
	made int // logs so far, for ids
}

func newMaker(seed uint64) *maker { return &maker{Rand: rand.New(rand.NewPCG(seed, 2026))} }

func (m *maker) pick(from ...string) string { return from[m.IntN(len(from))] }

// maybe is a word or nothing.
func (m *maker) maybe(from ...string) string {
	if m.IntN(3) == 0 {
		return ""
	}
	return m.pick(from...)
}

// time is mostly of the last days, often equal to another, sometimes far away.
func (m *maker) time() time.Time {
	switch m.IntN(12) {
	case 0:
		return time.Date(2015, 5, 17, 10, 5, m.IntN(60), 0, time.UTC)
	case 1:
		return now.Add(time.Duration(m.IntN(100)) * time.Hour)
	case 2:
		return time.Date(1970+m.IntN(200), 1, 1, 0, 0, 0, m.IntN(3), time.UTC)
	}
	return now.Add(-time.Duration(m.IntN(300)) * 20 * time.Minute).Add(time.Duration(m.IntN(3)) * time.Nanosecond)
}

func (m *maker) id(t time.Time) string {
	m.made++
	switch m.IntN(10) {
	case 0:
		return fmt.Sprintf("v-%x-%d", m.Uint32(), m.made) // a source's own, in no order
	case 1:
		return fmt.Sprintf("Ünïcode id %d/%s", m.made, m.pick("a", "b", `"`, "\n", "%"))
	}
	return fmt.Sprintf("log_%016x%06d", t.UnixNano(), m.made)
}

func (m *maker) log() audit.Log {
	t := m.time()
	l := audit.Log{
		ID: m.id(t), Time: t, Origin: m.maybe("API", "Dashboard", "Client API", "api", "Node.js-SDK"), Method: m.maybe("GET", "POST", "DELETE"),
		Status: []int{0, 200, 200, 201, 400, 404, 500}[m.IntN(7)], APIKey: m.maybe("Checkout", "Import"), ClientKey: m.maybe("web"),
		Campaign: m.maybe("spring-2026", "welcome-10"), Incentive: m.maybe("V-1", "V-2"), RequestID: m.maybe(fmt.Sprintf("v-%04x", m.IntN(50))),
		CorrelationID: m.maybe("c1"), TaskID: m.maybe("aa_1"), IP: m.maybe("203.0.113.7", "::1"), UserAgent: m.maybe("axios/1.7.5", "curl/8.5"),
		Message: m.maybe("Stock service gave no answer", "日本語のメッセージ", "line one\nline two"), Source: m.maybe("import imp_1", "api"),
		User:     audit.User{ID: m.maybe("user_1", "user_2"), Email: m.maybe("ann@example.com", "BOB@example.com")},
		Customer: audit.Customer{ID: m.maybe("cust_8fc7", "cust_1"), SourceID: m.maybe("c-77")},
		Error:    audit.LogError{Key: m.maybe("voucher_expired", "not_found"), Message: m.maybe("Voucher has expired")},
		Request:  m.payload(), Response: m.payload(),
	}
	l.Path = m.maybe("/v1/vouchers/AB-1/redemption", "/v1/orders", "/v1/orders/ord_1", "/")
	l.URL = "https://api.example.com" + l.Path
	if l.Method != "" && l.Path != "" {
		l.Endpoint = l.Method + " " + l.Path
	}
	if m.IntN(2) == 0 {
		l.Query = map[string][]string{"page": {m.pick("1", "2")}, m.pick("q", "filters[x]", "a b"): {m.pick("x", "10"), m.pick("x", "y", "")}}
	}
	if m.IntN(4) > 0 {
		d := []float64{0, 0.5, 12.34, 85, 1800, 12.34}[m.IntN(6)]
		l.Duration = &d
	}
	if m.IntN(3) == 0 {
		l.Attributes = json.RawMessage(m.pick(`{"k":"v"}`, `{"k":1,"nested":{"x":[1,2]}}`, `{"pod":"web-1"}`))
	}
	return l
}

func (m *maker) payload() audit.Payload {
	p := audit.Payload{Body: m.body()}
	p.Size = int64(len(p.Body))
	if m.IntN(2) == 0 {
		p.Headers = map[string][]string{"content-type": {"application/json"}, m.pick("x-app-id", "accept"): {m.pick("app-1", "app-2"), m.pick("app-3", "*/*")}}
	}
	if m.IntN(20) == 0 {
		p.TruncatedAt, p.Size = p.Size, p.Size*2+1
	}
	return p
}

var words = []string{"voucher", "expired", "out", "of", "stock", "AB-1", "ann@example.com", "cust_8fc7", "Straße", "日本語", "x", "10", "order", "the", "quick", "brown"}

func (m *maker) text(n int) string {
	var b strings.Builder
	for range n {
		b.WriteString(words[m.IntN(len(words))] + m.pick(" ", " ", "-", ", "))
	}
	return b.String()
}

func (m *maker) body() string {
	switch m.IntN(9) {
	case 0, 1:
		return ""
	case 2:
		return m.text(m.IntN(12))
	case 3:
		return "amount=10&note=" + m.pick("x", "out+of+stock")
	case 4:
		return "\x89PNG\r\n\x1a\n\x00\xff" + m.text(1)
	case 5:
		if m.IntN(20) == 0 {
			return `{"note":"` + m.text(10_000) + `","amount":1}`
		}
	}
	return fmt.Sprintf(`{"amount":%s,"items":[{"sku":"shoe-%d"},{"sku":"hat-%d"}],"note":%q,"customer":{"id":%q}}`,
		m.pick("10", "10.0", "25", `"10"`, "null"), m.IntN(3), m.IntN(3), m.text(m.IntN(6)), m.pick("cust_8fc7", "cust_1"))
}

// args are what may follow the name of a family.
var args = map[string][]string{
	"request.header.": {"content-type", "X-App-Id", "accept"}, "response.header.": {"content-type", "x-app-id"},
	"query.": {"page", "q", "filters[x]", `"a b"`}, "attributes.": {"k", "nested.x", "pod"},
}

func (m *maker) field(fields []filter.FieldDescription) (filter.FieldDescription, string) {
	f := fields[m.IntN(len(fields))]
	if !f.Family {
		return f, f.Name
	}
	if from := args[f.Name]; from != nil {
		return f, f.Name + m.pick(from...)
	}
	return f, f.Name + m.pick("amount", "items.sku", "items.0.sku", "note", "customer", "customer.id", "missing")
}

// filter makes a filter about logs such as these.
func (m *maker) filter(logs []audit.Log) filter.Expr {
	if m.IntN(3) == 0 {
		return filter.All()
	}
	for {
		b, err := json.Marshal(m.item(logs, 2))
		if err != nil {
			panic(err) // strings and lists always encode
		}
		if e, err := audit.LogSchema.ParseJSON(b); err == nil {
			return e
		}
	}
}

// item makes a filter in the nested JSON form.
func (m *maker) item(logs []audit.Log, depth int) map[string]any {
	item := map[string]any{"not": m.IntN(5) == 0}
	if depth > 0 && m.IntN(3) == 0 {
		var items []any
		for range 1 + m.IntN(3) {
			items = append(items, m.item(logs, depth-1))
		}
		item["junction"], item["items"] = m.pick("and", "or", "or"), items
		return item
	}
	f, name := m.field(audit.LogSchema.Describe().Fields)
	op := f.Operators[m.IntN(len(f.Operators))]
	if op.Not {
		item["not"] = true
	}
	values := []string{}
	for range map[string]int{"one": 1, "two": 2, "many": 1 + m.IntN(3)}[op.Values] {
		values = append(values, m.operand(logs, name, op))
	}
	if op.Values == "two" {
		slices.Sort(values)
	}
	item["field"], item[op.Op] = name, values
	return item
}

func (m *maker) operand(logs []audit.Log, name string, op filter.OperatorDescription) string {
	switch op.Input {
	case "time":
		return m.pick("2015", "2026-11-20", "2026-11-21T08", "2026-11-22T10:30:00Z", "2026-11-22T10:10:00.000000001Z", "2020-01-01")
	case "duration":
		return m.pick("1h", "36h", "2d", "90m", "100ms")
	case "days":
		return m.pick("0", "1", "2", "30")
	case "number", "size":
		return m.pick("0", "10", "200", "400", "404", "3", "170")
	}
	if v := m.valueOf(logs, name); v != "" && m.IntN(5) > 0 {
		if op.Op == "$matches" {
			return m.pick("^", "(?i)", "") + regexp.QuoteMeta(cut(m, v))
		}
		if strings.Contains(op.Op, "is") || strings.Contains(op.Op, "in") {
			return m.pick(v, strings.ToUpper(v), strings.ToLower(v))
		}
		return cut(m, v)
	}
	return m.pick(words...)
}

// valueOf gives a value that one of the logs has in a field.
func (m *maker) valueOf(logs []audit.Log, name string) (value string) {
	if len(logs) == 0 {
		return ""
	}
	f, arg, err := audit.LogSchema.Lookup(name)
	if err != nil {
		panic(err) // the name is from the schema
	}
	f.Values(&logs[m.IntN(len(logs))], arg, func(v filter.Value) bool {
		value = keyOf(v)
		return m.IntN(2) == 0
	})
	if r := []rune(value); len(r) > 40 {
		value = string(r[:40])
	}
	return strings.ToValidUTF8(value, "")
}

// cut gives a part of a text: its beginning, its end, or from within.
func cut(m *maker, s string) string {
	r := []rune(s)
	from, to := m.IntN(len(r)), 1+m.IntN(len(r))
	switch {
	case m.IntN(3) == 0 || from >= to:
		return string(r[:to])
	case m.IntN(2) == 0:
		return string(r[from:])
	}
	return string(r[from:to])
}

// border is a time to end a range at, mostly exactly that of a log.
func (m *maker) border(logs []audit.Log) time.Time {
	if len(logs) == 0 || m.IntN(3) == 0 {
		return m.time()
	}
	return logs[m.IntN(len(logs))].Time
}

// query makes a question; it has no snapshot, page or limit yet.
func (m *maker) query(project string, logs []audit.Log) audit.Query {
	q := audit.Query{Project: project, Filter: m.filter(logs), Now: now}
	if m.IntN(4) == 0 {
		q.From = m.border(logs)
	}
	if m.IntN(4) == 0 {
		q.To = m.border(logs)
	}
	if !q.From.IsZero() && !q.To.IsZero() && q.To.Before(q.From) {
		q.From, q.To = q.To, q.From
	}
	q.Order.Ascending = m.IntN(2) == 0
	return q
}
