package audit

import (
	"encoding/base64"
	"math"
	"strconv"
	"strings"

	"projectlogs/backend/rawjson"
)

// setter puts a value into its slot; false when it does not fit there, which
// leaves everything as it was.
type setter func(b *builder, v value) bool

func setText(field func(*Log) *string) setter {
	return func(b *builder, v value) bool {
		text, ok := v.plain()
		if !ok {
			return false
		}
		*field(b.log) = text
		return true
	}
}

// setID takes strings only: a number counts lines, and would collide with
// another file's.
func setID(b *builder, v value) bool {
	if v.kind != rawjson.String {
		return false
	}
	b.log.ID = rawjson.LatinText(v.Text())
	return true
}

// setTime takes any form of ParseTime. A small number is how long something
// took, whatever its name, and a time of day waits for its date.
func setTime(b *builder, v value) bool {
	if v.kind == rawjson.Object { // MongoDB's {"$date": …}
		date := v.raw.Get("$date")
		v = value{kind: date.Kind(), raw: date}
	}
	text, ok := v.plain()
	if !ok {
		return false
	}
	if b.clock != "" && !strings.Contains(text, ":") {
		if t, ok := ParseTime(text + " " + b.clock); ok {
			b.log.Time, b.clocked = t, true
			return true
		}
	}
	t, ok := ParseTime(text)
	if !ok {
		if strings.Contains(text, ":") && b.clock == "" {
			b.clock = text
		}
		return false
	}
	const small = 1e8 // seconds: March 1973
	if _, err := strconv.ParseFloat(text, 64); err == nil && t.Unix() < small && t.Unix() > -small {
		return false
	}
	b.log.Time = t
	return true
}

func setMethod(b *builder, v value) bool {
	text, ok := v.plain()
	if !ok || !isMethod(text) {
		return false
	}
	b.log.Method = strings.ToUpper(text)
	return true
}

// isMethod says whether s can be a method: letters, and "-" and "_" between them.
func isMethod(s string) bool {
	if s == "" || len(s) > 32 {
		return false
	}
	for i := 0; i < len(s); i++ {
		if c := s[i] | 0x20; (c < 'a' || c > 'z') && ((s[i] != '-' && s[i] != '_') || i == 0) {
			return false
		}
	}
	return true
}

func setQuery(b *builder, v value) bool {
	if object := v.structured(); object != "" {
		query, ok := pairs(object, func(name string) string { return name })
		if ok {
			b.log.Query = query
		}
		return ok
	}
	text, ok := v.plain()
	if !ok {
		return false
	}
	b.log.Query = ParseQuery(strings.TrimPrefix(text, "?"))
	return true
}

// setEndpoint takes a path template, with the method or without. The slugs of
// the audited platform name no path and are left to be learnt again.
func setEndpoint(b *builder, v value) bool {
	text, ok := v.plain()
	if !ok {
		return false
	}
	if strings.HasPrefix(text, "/") {
		b.route = text
		return true
	}
	method, path, _ := strings.Cut(text, " ")
	if !isMethod(method) || !strings.HasPrefix(path, "/") && path != "*" {
		return false
	}
	b.log.Endpoint = text
	return true
}

// setStatus takes 404, "404", "404 Not Found"; 0 and -1 are no answer.
func setStatus(b *builder, v value) bool {
	text, ok := v.plain()
	if !ok {
		return false
	}
	number, _, _ := strings.Cut(strings.TrimSpace(text), " ")
	n, err := strconv.ParseFloat(number, 64)
	if err != nil || n != math.Trunc(n) || n < -1 || n > 999 {
		return false
	}
	b.log.Status = max(0, int(n))
	return true
}

// setResult reads the word of an outcome. It says nothing new beside a status;
// without one it decides whether the call failed, and stays in the attributes
// to say that the number is not known.
func setResult(b *builder, v value) bool {
	text, _ := v.plain()
	success := strings.EqualFold(text, Success)
	if !success && !strings.EqualFold(text, Failure) {
		return false
	}
	if b.has[slotStatus] {
		return success == !b.log.Failed()
	}
	b.has[slotResult] = true
	if success {
		b.log.Status = 200
	}
	return false
}

// units in milliseconds, as a power of ten where they are one.
var units = map[string]struct {
	shift  int
	factor float64
}{
	"ns": {-6, 1}, "us": {-3, 1}, "µs": {-3, 1}, "μs": {-3, 1}, "ms": {0, 1}, "msec": {0, 1},
	"s": {3, 1}, "sec": {3, 1}, "secs": {3, 1}, "seconds": {3, 1}, "m": {3, 60}, "min": {3, 60}, "h": {3, 3600},
}

// setDuration takes a number in a unit, or one that says its own: "12.5ms".
func setDuration(unit string) setter {
	return func(b *builder, v value) bool {
		text, ok := v.plain()
		if !ok {
			return false
		}
		text = strings.TrimSpace(text)
		end := strings.LastIndexAny(text, "0123456789.") + 1
		number, own := text[:end], strings.ToLower(strings.TrimSpace(text[end:]))
		if own == "" {
			own = unit
		}
		u, ok := units[own]
		if !ok {
			return false
		}
		if !strings.ContainsAny(number, "eE") { // shifts the point exactly
			number += "e" + strconv.Itoa(u.shift)
			u.shift = 0
		}
		ms, err := strconv.ParseFloat(number, 64)
		ms *= math.Pow10(u.shift) * u.factor
		if err != nil || math.IsNaN(ms) || math.IsInf(ms, 0) || ms < 0 {
			return false
		}
		b.log.Duration = &ms
		return true
	}
}

// setUser takes an e-mail address or an id.
func setUser(b *builder, v value) bool {
	text, ok := v.plain()
	u := &b.log.User
	switch {
	case !ok:
		return false
	case text == u.ID || text == u.Email:
	case strings.Contains(text, "@") && u.Email == "":
		u.Email = text
	case u.ID == "":
		u.ID = text
	default:
		return false
	}
	return true
}

// setCustomer takes an id. An e-mail address is the id that the audited
// platform's clients know their customer by.
func setCustomer(b *builder, v value) bool {
	text, ok := v.plain()
	c := &b.log.Customer
	switch {
	case !ok:
		return false
	case text == c.ID || text == c.SourceID:
	case strings.Contains(text, "@") && c.SourceID == "":
		c.SourceID = text
	case c.ID == "":
		c.ID = text
	default:
		return false
	}
	return true
}

// setAttributes takes the record's own object of what else there is.
func setAttributes(b *builder, v value) bool {
	object := v.structured()
	if object.Kind() != rawjson.Object {
		return false
	}
	b.own = object
	return true
}

// setRequestLine takes "GET /x HTTP/1.1", for what the record does not say apart.
func setRequestLine(b *builder, v value) bool {
	text, ok := v.plain()
	if !ok {
		return false
	}
	method, target, ok := RequestLine(text)
	if !ok || (b.has[slotMethod] && b.log.Method != method) || (b.has[slotURL] && b.log.URL != target) {
		return false
	}
	b.log.Method, b.log.URL = method, target
	b.has[slotMethod], b.has[slotURL] = true, true
	return true
}

// RequestLine takes a request line apart. A target with spaces in it is kept.
func RequestLine(line string) (method, target string, ok bool) {
	method, target, ok = strings.Cut(line, " ")
	if i := strings.LastIndex(target, " HTTP/"); i >= 0 {
		target = target[:i]
	}
	return strings.ToUpper(method), target, ok && target != "" && isMethod(method)
}

func requestOf(l *Log) *Payload  { return &l.Request }
func responseOf(l *Log) *Payload { return &l.Response }

// setHeaders takes an object, a list of {name, value} or [name, value], or lines.
func setHeaders(of func(*Log) *Payload) setter {
	return func(b *builder, v value) bool {
		object := v.structured()
		if object == "" {
			object = headerLines(v)
		}
		headers, ok := pairs(object, strings.ToLower)
		if ok && headers != nil {
			of(b.log).Headers = headers
		}
		return ok
	}
}

// headerLines reads headers as they stand on the wire, as a list of pairs.
func headerLines(v value) rawjson.Value {
	text, _ := v.plain()
	out := []byte{'['}
	for line := range strings.Lines(text) {
		name, content, ok := strings.Cut(strings.TrimRight(line, "\r\n"), ":")
		if !ok || name == "" || strings.ContainsAny(name, " \t") {
			return ""
		}
		if len(out) > 1 {
			out = append(out, ',')
		}
		out = rawjson.AppendString(append(out, '['), name)
		out = rawjson.AppendString(append(out, ','), strings.TrimSpace(content))
		out = append(out, ']')
	}
	return rawjson.Value(append(out, ']'))
}

// pairs reads names with values: an object whose values are strings or lists, a
// list of {name, value} or of [name, value]; ok is false for anything else. The
// order of a name's values is kept; no names are nil.
func pairs(v rawjson.Value, spelled func(string) string) (out map[string][]string, ok bool) {
	add := func(name string, member rawjson.Value) {
		if out == nil {
			out = make(map[string][]string, 8)
		}
		name = spelled(rawjson.LatinText(name))
		switch member.Kind() {
		case rawjson.Array:
			for e := range member.Elements() {
				out[name] = append(out[name], rawjson.LatinText(e.Text()))
			}
		case rawjson.Null, rawjson.None:
			out[name] = append(out[name], "")
		default:
			out[name] = append(out[name], rawjson.LatinText(member.Text()))
		}
	}
	for name, member := range v.Members() {
		add(name, member)
	}
	for e := range v.Elements() {
		name, member := pair(e)
		if name.Kind() != rawjson.String {
			return nil, false
		}
		add(name.Text(), member)
	}
	return out, v != ""
}

// pair reads {name, value}, {key, value} and [name, value].
func pair(e rawjson.Value) (name, value rawjson.Value) {
	if e.Kind() == rawjson.Object {
		if name = e.Get("name"); name == "" {
			name = e.Get("key")
		}
		return name, e.Get("value")
	}
	n := 0
	for part := range e.Elements() {
		switch n++; n {
		case 1:
			name = part
		case 2:
			value = part
		}
	}
	if n != 2 {
		return "", ""
	}
	return name, value
}

// setBody takes any value: a string's bytes, of others the text as it stands.
func setBody(of func(*Log) *Payload) setter {
	return func(b *builder, v value) bool {
		of(b.log).Body = v.Text()
		return true
	}
}

// setEncoding decodes the body that is there already.
func setEncoding(of func(*Log) *Payload) setter {
	return func(b *builder, v value) bool {
		text, _ := v.plain()
		if text != "base64" {
			return false
		}
		bytes, err := base64.StdEncoding.DecodeString(of(b.log).Body)
		if err != nil {
			return false
		}
		of(b.log).Body = string(bytes)
		return true
	}
}

// setSize takes a number of bytes; "-" and -1 mean that it is not known.
func setSize(field func(*Log) *int64) setter {
	return func(b *builder, v value) bool {
		text, ok := v.plain()
		if text == "-" || text == "-1" {
			return true
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if !ok || err != nil || n < 0 {
			return false
		}
		*field(b.log) = n
		return true
	}
}
