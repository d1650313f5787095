package logfile

import (
	"encoding/base64"
	"fmt"
	"io"
	"net/url"
	"strconv"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// harFile is a HAR 1.2, as browsers and proxies really write it: its entries are
// cut out one by one, wherever log.entries stands. Several documents may follow
// each other.
type harFile struct {
	in      *input
	max     int
	state   harState
	origin  string // who recorded it, as far as known
	entries bool   // log.entries was there
	number  int64
	piece   piece
}

type harState uint8

const (
	beforeDocument harState = iota
	inDocument
	inLog
	inEntries
)

func (f *harFile) next() (Entry, error) {
	for {
		var err error
		switch f.state {
		case beforeDocument:
			err = f.document()
		case inDocument:
			err = f.documentMember()
		case inLog:
			err = f.logMember()
		case inEntries:
			var c byte
			if c, err = f.in.token(false); err != nil {
				break
			}
			switch c {
			case ',':
				f.in.i++
			case ']':
				f.in.i++
				f.state = inLog
			case ':', '}':
				err = &damage{fmt.Sprintf("%q stands where an entry is expected", c)}
			default:
				f.number++
				return f.in.element(&f.piece, f.max, f.number, false, f.entry)
			}
		}
		if err != nil {
			return Entry{}, err
		}
	}
}

func (f *harFile) document() error {
	c, err := f.in.token(true)
	switch {
	case err == io.EOF && !f.entries:
		return audit.Errorf(audit.Invalid, "This is no complete HAR: it has no list log.entries.")
	case err != nil:
		return err
	case c != '{':
		return &damage{fmt.Sprintf("%q stands where the HAR is over or another begins", c)}
	}
	f.in.i++
	f.state, f.origin = inDocument, ""
	return nil
}

func (f *harFile) documentMember() error {
	name, ok, err := f.in.member(&f.piece)
	if err != nil || !ok {
		f.state = beforeDocument
		return err
	}
	if c, err := f.in.token(false); err == nil && name == "log" && c == '{' {
		f.in.i++
		f.state = inLog
		return nil
	}
	return f.in.value(&f.piece, 0)
}

// maxCreator is how long a creator may be to be looked at.
const maxCreator = 64 << 10

func (f *harFile) logMember() error {
	name, ok, err := f.in.member(&f.piece)
	if err != nil || !ok {
		f.state = inDocument
		return err
	}
	if c, err := f.in.token(false); err == nil && name == "entries" && c == '[' {
		f.in.i++
		f.entries, f.state = true, inEntries
		return nil
	}
	if err := f.in.value(&f.piece, maxCreator); err != nil {
		return err
	}
	if name == "browser" || (name == "creator" && f.origin == "") {
		f.origin = harOrigin(f.piece.text)
	}
	return nil
}

// harOrigin is who recorded a HAR. Chromium's DevTools call themselves
// WebInspector.
func harOrigin(creator []byte) string {
	v, err := rawjson.Parse(string(creator), audit.MaxDepth)
	if err != nil {
		return ""
	}
	name := rawjson.LatinText(textOf(v.Get("name")))
	if name == "WebInspector" {
		return "Chrome"
	}
	return name
}

func (f *harFile) entry(raw []byte, number int64) Entry {
	l, err := harLog(raw, f.origin)
	if err != nil {
		return rejected(number, raw, err)
	}
	return Entry{Log: l, Line: number}
}

// harLog reads one entry. Nearly everything may be missing or odd; what a Log
// has no place for goes to its attributes.
func harLog(raw []byte, origin string) (audit.Log, error) {
	v, err := rawjson.Parse(string(raw), audit.MaxDepth)
	if err != nil {
		return audit.Log{}, audit.Errorf(audit.Invalid, "The entry is not valid JSON: %w.", err)
	}
	if v.Kind() != rawjson.Object {
		return audit.Log{}, audit.Errorf(audit.Invalid, "The entry is not a JSON object.")
	}
	e := harEntry{}
	var extras rawjson.Value
	for name, member := range v.Members() {
		switch name {
		case "request":
			e.request(member)
		case "response":
			e.response(member)
		case "startedDateTime":
			if t, ok := audit.ParseTime(textOf(member)); ok {
				e.log.Time = t
			} else {
				e.rest.add(name, member)
			}
		case "time":
			if ms, ok := numberOf(member); ok && ms >= 0 {
				e.log.Duration = &ms
			}
		case "timings":
			e.timings = member
			e.rest.add(name, member)
		case "serverIPAddress":
			e.rest.text("server_ip", strings.Trim(textOf(member), "[]"))
		case "_error":
			e.failure(member)
		case "_projectLogs":
			extras = member
		default:
			e.rest.add(name, member)
		}
	}
	if e.log.Method == "" && e.log.URL == "" && e.log.Status == 0 {
		return audit.Log{}, audit.Errorf(audit.Invalid, "The entry has no request with a method or URL and no response with a status.")
	}
	e.finish(origin)
	e.log.Merge(extras)
	return e.log, nil
}

// harEntry gathers a Log.
type harEntry struct {
	log     audit.Log
	timings rawjson.Value
	rest    leftovers
	params  map[string][]string // queryString
	cookies [2][]string         // of request and response, for where no header has them
}

func (e *harEntry) finish(origin string) {
	l := &e.log
	if l.Duration == nil && e.timings != "" {
		l.Duration = sumOf(e.timings)
	}
	var query string
	l.Path, query = audit.SplitURL(l.URL)
	l.Query = audit.ParseQuery(query)
	for name, values := range e.params { // hand-made ones have it only there
		if _, there := l.Query[name]; !there {
			if l.Query == nil {
				l.Query = map[string][]string{}
			}
			l.Query[name] = values
		}
	}
	for i, p := range [...]*audit.Payload{&l.Request, &l.Response} {
		name := [...]string{"cookie", "set-cookie"}[i]
		if _, there := p.Headers[name]; !there {
			for _, value := range e.cookies[i] {
				addHeader(p, name, value)
			}
		}
	}
	if agent := l.Request.Headers["user-agent"]; len(agent) > 0 {
		l.UserAgent = agent[0]
	}
	// A client of the audited platform says itself what it is.
	if _, says := l.Request.Headers["x-voucherify-channel"]; !says {
		l.Origin = origin
	}
	l.Attributes = e.rest.object()
}

func (e *harEntry) request(v rawjson.Value) {
	l := &e.log
	var rest leftovers
	var post rawjson.Value
	bodySize := int64(-1)
	for name, member := range v.Members() {
		switch name {
		case "method":
			l.Method = strings.ToUpper(rawjson.LatinText(textOf(member)))
		case "url":
			l.URL = rawjson.LatinText(textOf(member))
		case "httpVersion":
			e.rest.text("http_version", textOf(member))
		case "headers":
			addHeaders(&l.Request, member)
		case "cookies":
			e.cookies[0] = cookieHeader(member)
		case "queryString":
			e.params = parameters(member)
		case "postData":
			post = member
		case "bodySize":
			bodySize = sizeOf(member)
		case "headersSize":
		default:
			rest.add(name, member)
		}
	}
	if post.Kind() == rawjson.Object {
		e.postData(post)
	}
	l.Request.Size = max(bodySize, 0)
	if bodySize < 0 || l.Request.Size < int64(len(l.Request.Body)) {
		l.Request.Size = int64(len(l.Request.Body))
	}
	e.rest.nested("request", rest)
}

// postData has a text, or params, or (in browsers) both, which say the same.
func (e *harEntry) postData(v rawjson.Value) {
	p := &e.log.Request
	var rest leftovers
	var params rawjson.Value
	encoding := ""
	for name, member := range v.Members() {
		switch name {
		case "text":
			p.Body = textOf(member)
		case "encoding":
			encoding = textOf(member)
		case "mimeType":
			addMissingType(p, textOf(member))
		case "params":
			params = member
		default:
			rest.add(name, member)
		}
	}
	switch {
	case p.Body == "" && params != "":
		p.Body = formOf(params)
		if strings.Contains(string(params), `"fileName"`) || strings.Contains(string(params), `"contentType"`) {
			rest.add("params", params)
		}
	case encoding == "base64":
		decode(p, &rest)
	default:
		rest.text("encoding", encoding)
	}
	e.rest.nested("postData", rest)
}

func (e *harEntry) response(v rawjson.Value) {
	l := &e.log
	var rest leftovers
	var content rawjson.Value
	bodySize := int64(-1)
	for name, member := range v.Members() {
		switch name {
		case "status":
			if n, ok := numberOf(member); ok && n > 0 && n < 1000 {
				l.Status = int(n)
			}
		case "statusText":
			e.rest.text("status_text", textOf(member))
		case "httpVersion":
			if version := textOf(member); !e.rest.has("http_version", version) {
				rest.text(name, version)
			}
		case "headers":
			addHeaders(&l.Response, member)
		case "cookies":
			e.cookies[1] = setCookies(member)
		case "content":
			content = member
		case "bodySize":
			bodySize = sizeOf(member)
		case "headersSize":
		case "redirectURL":
			if location := textOf(member); member.Kind() != rawjson.String || location != first(l.Response.Headers["location"]) {
				rest.add(name, member)
			}
		case "_error":
			e.failure(member)
		default:
			rest.add(name, member)
		}
	}
	size := int64(-1)
	if content.Kind() == rawjson.Object {
		size = e.content(content)
	}
	if size < 0 || (size == 0 && bodySize > 0) {
		size = bodySize
	}
	l.Response.Size = max(size, 0)
	if size < 0 {
		l.Response.Size = int64(len(l.Response.Body))
	}
	e.rest.nested("response", rest)
}

// content is the response's body; size is -1 where it is not said.
func (e *harEntry) content(v rawjson.Value) (size int64) {
	p := &e.log.Response
	size = -1
	var rest leftovers
	encoding := ""
	for name, member := range v.Members() {
		switch name {
		case "text":
			p.Body = textOf(member)
		case "encoding":
			encoding = textOf(member)
		case "size":
			size = sizeOf(member)
		case "mimeType":
			addMissingType(p, textOf(member))
		case "compression": // size less bodySize
		default:
			rest.add(name, member)
		}
	}
	if encoding == "base64" {
		decode(p, &rest)
	} else {
		rest.text("encoding", encoding)
	}
	e.rest.nested("content", rest)
	return size
}

// decode decodes a base64 body. One that is none stays as it is, and is said to be.
func decode(p *audit.Payload, rest *leftovers) {
	plain, err := base64.StdEncoding.DecodeString(p.Body)
	if err != nil {
		plain, err = base64.RawStdEncoding.DecodeString(p.Body)
	}
	if err != nil {
		rest.text("encoding", "base64")
		return
	}
	p.Body = string(plain)
}

// failure is why there is no answer, in the words of the recorder.
func (e *harEntry) failure(v rawjson.Value) {
	switch v.Kind() {
	case rawjson.String:
		e.log.Error.Message = rawjson.LatinText(v.Text())
	case rawjson.Object:
		if m := v.Get("message"); m.Kind() == rawjson.String {
			e.log.Error.Message = rawjson.LatinText(m.Text())
		}
		e.rest.add("_error", v)
	default:
		e.rest.add("_error", v)
	}
}

// addMissingType is for recordings that leave the header out.
func addMissingType(p *audit.Payload, mime string) {
	if _, there := p.Headers["content-type"]; !there && mime != "" && mime != "x-unknown" {
		addHeader(p, "content-type", rawjson.LatinText(mime))
	}
}

func addHeader(p *audit.Payload, name, value string) {
	if p.Headers == nil {
		p.Headers = make(map[string][]string, 12)
	}
	p.Headers[name] = append(p.Headers[name], value)
}

func addHeaders(p *audit.Payload, v rawjson.Value) {
	for e := range v.Elements() {
		if name := textOf(e.Get("name")); name != "" {
			addHeader(p, strings.ToLower(rawjson.LatinText(name)), rawjson.LatinText(textOf(e.Get("value"))))
		}
	}
}

// parameters reads a queryString.
func parameters(v rawjson.Value) map[string][]string {
	out := map[string][]string{}
	for e := range v.Elements() {
		if name := rawjson.LatinText(textOf(e.Get("name"))); name != "" {
			out[name] = append(out[name], rawjson.LatinText(textOf(e.Get("value"))))
		}
	}
	return out
}

// cookieHeader writes a list of cookies as the header that it was read from.
func cookieHeader(v rawjson.Value) []string {
	var parts []string
	for e := range v.Elements() {
		if name := textOf(e.Get("name")); name != "" {
			parts = append(parts, rawjson.LatinText(name+"="+textOf(e.Get("value"))))
		}
	}
	if parts == nil {
		return nil
	}
	return []string{strings.Join(parts, "; ")}
}

// setCookies does so for the answer's cookies, which have a header each.
func setCookies(v rawjson.Value) []string {
	var headers []string
	for e := range v.Elements() {
		name := textOf(e.Get("name"))
		if name == "" {
			continue
		}
		cookie := name + "=" + textOf(e.Get("value"))
		for _, attribute := range [...]string{"path", "domain", "expires"} {
			if value := textOf(e.Get(attribute)); value != "" {
				cookie += "; " + attribute + "=" + value
			}
		}
		for _, flag := range [...]string{"httpOnly", "secure"} {
			if e.Get(flag) == "true" {
				cookie += "; " + flag
			}
		}
		headers = append(headers, rawjson.LatinText(cookie))
	}
	return headers
}

// formOf writes params as the form that they were read from. Of a file there is
// the name, where its contents are missing.
func formOf(v rawjson.Value) string {
	var parts []string
	for e := range v.Elements() {
		value := textOf(e.Get("value"))
		if value == "" {
			value = textOf(e.Get("fileName"))
		}
		parts = append(parts, url.QueryEscape(textOf(e.Get("name")))+"="+url.QueryEscape(value))
	}
	return strings.Join(parts, "&")
}

// sumOf adds timings up; ssl is inside connect.
func sumOf(timings rawjson.Value) *float64 {
	sum, some := 0.0, false
	for name, member := range timings.Members() {
		switch name {
		case "blocked", "dns", "connect", "send", "wait", "receive":
			if ms, ok := numberOf(member); ok && ms >= 0 {
				sum, some = sum+ms, true
			}
		}
	}
	if !some {
		return nil
	}
	return &sum
}

// textOf is a string or number as text, "" for anything else.
func textOf(v rawjson.Value) string {
	if k := v.Kind(); k == rawjson.String || k == rawjson.Number {
		return v.Text()
	}
	return ""
}

func numberOf(v rawjson.Value) (float64, bool) {
	n, err := strconv.ParseFloat(textOf(v), 64)
	return n, err == nil
}

// sizeOf is a number of bytes, -1 where it is not known.
func sizeOf(v rawjson.Value) int64 {
	n, ok := numberOf(v)
	if !ok || n < 0 || n > 1<<50 {
		return -1
	}
	return int64(n)
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}

// leftovers gathers attributes: what a Log has no place for. What says nothing
// (null, "", -1, {}, []) is not kept.
type leftovers struct{ json []byte }

func (o *leftovers) add(name string, v rawjson.Value) {
	switch v {
	case "", "null", `""`, "{}", "[]", "-1":
		return
	}
	o.key(name)
	o.json = rawjson.AppendCompact(o.json, v)
}

func (o *leftovers) text(name, value string) {
	if value != "" {
		o.key(name)
		o.json = rawjson.AppendString(o.json, value)
	}
}

func (o *leftovers) nested(name string, inner leftovers) {
	if inner.json != nil {
		o.key(name)
		o.json = append(o.json, inner.object()...)
	}
}

func (o *leftovers) key(name string) {
	o.json = append(o.json, ',')
	o.json = rawjson.AppendString(o.json, name)
	o.json = append(o.json, ':')
}

// has says whether a text was added already.
func (o *leftovers) has(name, value string) bool {
	var same leftovers
	same.text(name, value)
	return same.json == nil || strings.Contains(string(o.json), string(same.json))
}

func (o *leftovers) object() []byte {
	if o.json == nil {
		return nil
	}
	o.json[0] = '{'
	return append(o.json, '}')
}
