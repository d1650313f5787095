package audit

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"sync"

	"projectlogs/backend/rawjson"
)

// MaxDepth is how deep the JSON of a record may be nested.
const MaxDepth = 200

// ParseLog reads one JSON object as a Log: our own record with everything that
// DESIGN §2 accepts, and any object with a recognisable method, URL, path,
// status or message (names.go says which names are recognised). What is not
// recognised goes to Attributes, digits and order kept; of members with the
// same name the last is taken.
//
// Bodies keep their bytes, also those that are no UTF-8; in every other string
// such a byte is read as Latin-1, so that those are always UTF-8. Path and Query
// come from the URL where the record does not have them, and an URL from path
// and query. Time is zero where the record has none; one that cannot be read
// stays in Attributes.
//
// The error is an *Error, Invalid, with a sentence.
func ParseLog(raw []byte) (Log, error) {
	w := rawjson.NewWalker(string(raw), MaxDepth)
	if kind := w.Kind(); kind != rawjson.Object {
		w.Value()
		if err := w.End(); err != nil {
			return Log{}, badJSON(err)
		}
		return Log{}, Errorf(Invalid, "The record is %s, not a JSON object.", kindWords[kind])
	}
	var l Log
	b := newBuilder(&l)
	defer b.release()
	w.Open()
	b.walk(w, known, -1)
	if err := w.End(); err != nil {
		return Log{}, badJSON(err)
	}
	if err := b.finish(); err != nil {
		return Log{}, err
	}
	return l, nil
}

func badJSON(err error) error { return Errorf(Invalid, "The record is not valid JSON: %w.", err) }

var kindWords = map[rawjson.Kind]string{
	rawjson.Null: "null", rawjson.Bool: "true or false", rawjson.Number: "a number",
	rawjson.String: "a string", rawjson.Array: "a JSON array",
}

// Merge sets what a record, an Object, has over what l has, and leaves the rest
// of l as it is.
func (l *Log) Merge(record rawjson.Value) {
	if record.Kind() != rawjson.Object {
		return
	}
	b := newBuilder(l)
	defer b.release()
	w := rawjson.NewWalker(string(record), MaxDepth)
	w.Open()
	b.walk(w, known, -1)
	b.resolve()
	b.attributes()
}

// Columns reads rows of a table whose header has names that we know.
type Columns struct {
	header []string
	names  []*name // nil for an unknown one
}

// NewColumns looks the names of a header up. The error is an *Error, Invalid,
// that says what was found and what is known, where no column can say what a
// log is.
func NewColumns(header []string) (*Columns, error) {
	c := &Columns{header: header, names: make([]*name, len(header))}
	telling := false
	for i, h := range header {
		c.names[i] = known.find(strings.TrimSpace(h))
		if c.names[i] == nil {
			continue
		}
		for _, t := range c.names[i].targets {
			telling = telling || tells(t.slot)
		}
	}
	if !telling {
		return nil, Errorf(Invalid, "No column says what a log is: the header has %s; known are %s, and their other names.",
			someOf(header), "id, time, method, url, path, status, message, origin, duration_ms, user_email, request_id, request_body, response_body")
	}
	return c, nil
}

// KnownNames counts the names that we know.
func KnownNames(header []string) int {
	n := 0
	for _, h := range header {
		if known.find(strings.TrimSpace(h)) != nil {
			n++
		}
	}
	return n
}

// Len is the number of columns.
func (c *Columns) Len() int { return len(c.header) }

// Parse reads one row; it has as many cells as the header. An empty cell is
// none. What is in columns that we do not know goes to Attributes.
func (c *Columns) Parse(cells []string) (Log, error) {
	var l Log
	b := newBuilder(&l)
	defer b.release()
	for i, cell := range cells {
		if cell != "" {
			b.member(c.header[i], value{kind: rawjson.String, text: cell}, c.names[i], -1)
		}
	}
	if err := b.finish(); err != nil {
		return Log{}, err
	}
	return l, nil
}

// value is a JSON value, or a cell of a table: a String that was never quoted.
type value struct {
	kind rawjson.Kind
	raw  rawjson.Value
	text string // of a cell
}

// Text is the bytes of a string or the digits of a number, as they came.
func (v value) Text() string {
	if v.raw == "" {
		return v.text
	}
	return v.raw.Text()
}

// plain is a string or number as text; false for anything else.
func (v value) plain() (string, bool) {
	if v.kind != rawjson.String && v.kind != rawjson.Number {
		return "", false
	}
	return rawjson.LatinText(v.Text()), true
}

// structured is an object or array, also one that was put into a string.
func (v value) structured() rawjson.Value {
	switch v.kind {
	case rawjson.Object, rawjson.Array:
		return v.raw
	case rawjson.String:
		text := v.Text()
		if text == "" || (text[0] != '{' && text[0] != '[') {
			return ""
		}
		if parsed, err := rawjson.Parse(text, MaxDepth); err == nil {
			return parsed
		}
	}
	return ""
}

func (v value) appendJSON(out []byte) []byte {
	if v.raw == "" {
		return rawjson.AppendString(out, v.text)
	}
	return rawjson.AppendCompact(out, v.raw)
}

// builder gathers a Log. First every member of the record becomes a node, and a
// candidate where its name is known. Then each slot takes its best candidate.
// What no slot took becomes attributes.
type builder struct {
	log        *Log
	nodes      []node
	candidates []candidate
	first      [slotCount]int32 // index into candidates + 1 of each slot's first
	has        [slotCount]bool  // slots that were set
	own        rawjson.Value    // the record's own attributes
	route      string           // an endpoint without its method
	order      []int32          // room for ordered
	clock      string           // a time of day that waits for its date
	clocked    bool             // and found it
}

type node struct {
	key    string
	value  value
	parent int32
	state  nodeState
}

type nodeState uint8

const (
	left   nodeState = iota // for the attributes
	taken                   // stands in the Log, or says nothing
	opened                  // an object whose members are nodes
)

type candidate struct {
	target
	node int32
	next int32 // index + 1 of the slot's next
}

var builders = sync.Pool{New: func() any { return new(builder) }}

func newBuilder(l *Log) *builder {
	b := builders.Get().(*builder)
	b.log = l
	return b
}

func (b *builder) release() {
	clear(b.nodes)
	*b = builder{nodes: b.nodes[:0], candidates: b.candidates[:0], order: b.order[:0]}
	if cap(b.nodes) <= 1024 {
		builders.Put(b)
	}
}

// walk makes nodes of the members of an object that was opened.
func (b *builder) walk(w *rawjson.Walker, names *name, parent int32) {
	for key, ok := w.Member(); ok; key, ok = w.Member() {
		n := names.find(key)
		if n != nil && n.children != nil && w.Kind() == rawjson.Object {
			b.nodes = append(b.nodes, node{key: key, value: value{kind: rawjson.Object}, parent: parent, state: opened})
			w.Open()
			b.walk(w, n, int32(len(b.nodes)-1))
			continue
		}
		v := w.Value()
		b.member(key, value{kind: v.Kind(), raw: v}, n, parent)
	}
}

func (b *builder) member(key string, v value, n *name, parent int32) {
	index := int32(len(b.nodes))
	b.nodes = append(b.nodes, node{key: key, value: v, parent: parent})
	if n == nil {
		return
	}
	switch {
	case v.kind == rawjson.Null, v.raw == `""`:
		b.nodes[index].state = taken
	default:
		for _, t := range n.targets {
			if v.kind == rawjson.String && dashed(t.slot) && v.Text() == "-" {
				b.nodes[index].state = taken
				return
			}
			b.candidates = append(b.candidates, candidate{target: t, node: index, next: b.first[t.slot]})
			b.first[t.slot] = int32(len(b.candidates))
		}
	}
}

// dashed says whether "-" means nothing in a slot, as servers write it.
func dashed(s slot) bool {
	switch s {
	case slotTime, slotMethod, slotQuery, slotStatus, slotDuration, slotUser, slotUserID, slotUserEmail, slotIP, slotUserAgent,
		slotRequestSize, slotResponseSize:
		return true
	}
	return false
}

// finish sets everything and checks that the record is a log.
func (b *builder) finish() error {
	b.resolve()
	l := b.log
	telling := false
	for s := range slotCount {
		telling = telling || (b.has[s] && tells(s))
	}
	if !telling {
		keys := make([]string, 0, len(b.nodes))
		for _, n := range b.nodes {
			if n.parent < 0 {
				keys = append(keys, n.key)
			}
		}
		return Errorf(Invalid, "The record has no method, URL, path, status or message that we know; it has %s.", someOf(keys))
	}
	b.endpoint()
	b.address()
	if !b.has[slotRequestSize] {
		l.Request.Size = int64(len(l.Request.Body))
	}
	if !b.has[slotResponseSize] {
		l.Response.Size = int64(len(l.Response.Body))
	}
	b.attributes()
	return nil
}

// tells says whether a slot alone makes a record a log.
func tells(s slot) bool {
	switch s {
	case slotMethod, slotURL, slotPath, slotStatus, slotResult, slotMessage, slotRequestLine:
		return true
	}
	return false
}

// resolve gives each slot its best candidate.
func (b *builder) resolve() {
	for s := range slotCount {
		var winner *candidate
		for _, i := range b.ordered(s) {
			c := &b.candidates[i]
			n := &b.nodes[c.node]
			switch {
			case n.state == taken: // by another slot
			case winner == nil:
				if c.set(b, n.value) {
					n.state, b.has[s], winner = taken, true, c
				}
			case b.repeats(n, &b.nodes[winner.node], s):
				n.state = taken
			}
		}
	}
	for i := range b.nodes {
		if n := &b.nodes[i]; b.clocked && n.state == left && n.value.kind == rawjson.String && n.value.Text() == b.clock {
			n.state = taken
		}
	}
}

// ordered gives a slot's candidates, the best first: the one whose name stands
// first in the table; of doubles, the one that stands last in the record.
func (b *builder) ordered(s slot) []int32 {
	b.order = b.order[:0]
	for i := b.first[s]; i != 0; i = b.candidates[i-1].next {
		b.order = append(b.order, i-1)
	}
	if len(b.order) > 1 {
		slices.SortFunc(b.order, func(x, y int32) int {
			return cmp.Or(cmp.Compare(b.candidates[x].rank, b.candidates[y].rank), cmp.Compare(y, x))
		})
	}
	return b.order
}

// repeats says whether a node adds nothing to the winner: a double of its name,
// or the same value.
func (b *builder) repeats(n, winner *node, s slot) bool {
	if n.key == winner.key && n.parent == winner.parent {
		return true
	}
	text := n.value.Text()
	if s == slotTime {
		t, ok := ParseTime(text)
		return ok && t.Equal(b.log.Time)
	}
	return text == winner.value.Text()
}

// endpoint completes a route with the method. A record that calls its path
// "endpoint" has no other.
func (b *builder) endpoint() {
	l := b.log
	switch {
	case b.route == "":
	case !b.has[slotURL] && !b.has[slotPath] && l.URL == "":
		l.Path = b.route
		b.has[slotPath] = true
	case l.Method != "":
		l.Endpoint = l.Method + " " + b.route
	}
}

// address makes URL, Path and Query say the same where some are missing.
func (b *builder) address() {
	l := b.log
	if l.URL == "" && l.Path != "" {
		l.URL = l.Path
		if path, query, found := strings.Cut(l.Path, "?"); found {
			l.Path = path
			if l.Query == nil {
				l.Query = ParseQuery(query)
			}
		} else if len(l.Query) > 0 {
			l.URL += "?" + queryText(l.Query)
		}
		return
	}
	path, query := SplitURL(l.URL)
	if l.Path == "" {
		l.Path = path
	}
	if l.Query == nil {
		l.Query = ParseQuery(query)
	}
}

// attributes writes what is left over, behind the attributes that the record,
// or the log to merge with, has itself.
func (b *builder) attributes() {
	others, _ := b.leftOf(-1, 0)
	if len(others.list) == 0 && b.own == "" {
		return
	}
	var all members
	all.addObject(rawjson.Value(b.log.Attributes))
	if n := all.addObject(b.own); n == len(all.list) && len(others.list) == 0 {
		if n > 0 { // the record's own alone, each name once: as they stand
			b.log.Attributes = rawjson.AppendCompact(nil, b.own)
		}
		return
	}
	for _, m := range others.list {
		key := m.key
		for i := 2; all.has(key); i++ {
			key = fmt.Sprintf("%s (%d)", m.key, i)
		}
		all.set(key, m.json)
	}
	if len(all.list) > 0 {
		b.log.Attributes = json.RawMessage(all.appendJSON(nil))
	}
}

// leftOf gathers what is left of an object's members; next is the node behind
// them.
func (b *builder) leftOf(parent int32, first int) (out members, next int) {
	i := first
	for i < len(b.nodes) && b.nodes[i].parent == parent {
		n := &b.nodes[i]
		i++
		switch n.state {
		case left:
			out.set(n.key, n.value.appendJSON(nil))
		case opened:
			var inner members
			if inner, i = b.leftOf(int32(i-1), i); len(inner.list) > 0 {
				out.set(n.key, inner.appendJSON(nil))
			}
		}
	}
	return out, i
}

// members are those of an object to be written, each name once.
type members struct {
	list  []member
	index map[string]int // once there are many
}

type member struct {
	key  string
	json []byte
}

func (m *members) find(key string) int {
	if m.index != nil {
		if i, ok := m.index[key]; ok {
			return i
		}
		return -1
	}
	for i := range m.list {
		if m.list[i].key == key {
			return i
		}
	}
	return -1
}

func (m *members) has(key string) bool { return m.find(key) >= 0 }

// set adds a member, or gives it another value.
func (m *members) set(key string, json []byte) {
	key = rawjson.LatinText(key)
	if i := m.find(key); i >= 0 {
		m.list[i].json = json
		return
	}
	m.list = append(m.list, member{key, json})
	switch {
	case m.index != nil:
		m.index[key] = len(m.list) - 1
	case len(m.list) == 32:
		m.index = make(map[string]int, 64)
		for i := range m.list {
			m.index[m.list[i].key] = i
		}
	}
}

// addObject adds the members of an object, and says how many there were.
func (m *members) addObject(v rawjson.Value) (n int) {
	for key, value := range v.Members() {
		m.set(key, rawjson.AppendCompact(nil, value))
		n++
	}
	return n
}

func (m *members) appendJSON(out []byte) []byte {
	out = append(out, '{')
	for i := range m.list {
		if i > 0 {
			out = append(out, ',')
		}
		out = rawjson.AppendString(out, m.list[i].key)
		out = append(out, ':')
		out = append(out, m.list[i].json...)
	}
	return append(out, '}')
}

// someOf lists names for a sentence.
func someOf(names []string) string {
	if len(names) == 0 {
		return "nothing"
	}
	const most = 10
	var s strings.Builder
	for i, n := range names {
		if i == most {
			fmt.Fprintf(&s, " and %d more", len(names)-most)
			break
		}
		if i > 0 {
			s.WriteString(", ")
		}
		if n = rawjson.LatinText(n); len(n) > 40 {
			n = n[:40] + "…"
		}
		fmt.Fprintf(&s, "%q", n)
	}
	return s.String()
}
