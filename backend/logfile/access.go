package logfile

import (
	"net/netip"
	"strconv"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/rawjson"
)

// accessFile is an access log of Apache, nginx, or of who writes like them:
//
//	[vhost[:port]] host ident user [time] "request" status bytes ["referer" ["agent"]] [more]
//
// where more may be the request time (a decimal number is seconds, a whole one
// microseconds, as %D), X-Forwarded-For in quotes, and key=value (rt= is nginx's
// request time).
type accessFile struct{ lines *lines }

func (f *accessFile) next() (Entry, error) {
	for {
		line, size, err := f.lines.next()
		if err != nil {
			return Entry{}, err
		}
		number := f.lines.number
		if size > int64(f.lines.max) {
			to := f.lines.in.offset() - 1
			return tooLong(number, line, to-size, to, f.lines.max), nil
		}
		if len(strings.TrimSpace(string(line))) == 0 {
			continue
		}
		l, ok := accessLog(string(line))
		if !ok {
			return rejected(number, line, audit.Errorf(audit.Invalid,
				`The line is no access log entry: host ident user [time] "request" status bytes is expected.`)), nil
		}
		return Entry{Log: l, Line: number}, nil
	}
}

// accessLog reads one line. The line is the log's message too, as these logs
// have no bodies: so its words are found.
func accessLog(line string) (audit.Log, bool) {
	l := audit.Log{Origin: "Access log", Message: rawjson.LatinText(line)}
	var rest leftovers
	who, after, ok := accessTime(line, &l)
	if !ok {
		return l, false
	}
	request, after, ok := quoted(after)
	if !ok {
		return l, false
	}
	status, after, _ := strings.Cut(after, " ")
	n, err := strconv.Atoi(status)
	if (err != nil && status != "-") || n < 0 || n > 999 {
		return l, false
	}
	l.Status = n
	size, after, _ := strings.Cut(strings.TrimLeft(after, " "), " ")
	if size != "" && size != "-" {
		if l.Response.Size, err = strconv.ParseInt(size, 10, 64); err != nil || l.Response.Size < 0 {
			return l, false
		}
	}
	vhost := whoAsked(who, &l, &rest)
	requested(request, vhost, &l, &rest)
	more(after, &l, &rest)
	l.Attributes = rest.object()
	return l, true
}

// accessTime finds the time in brackets, what stands before and behind it.
func accessTime(line string, l *audit.Log) (before, after string, ok bool) {
	for from := 0; ; {
		open := strings.IndexByte(line[from:], '[')
		if open < 0 {
			return "", "", false
		}
		open += from
		end := strings.IndexByte(line[open:], ']')
		if end < 0 {
			return "", "", false
		}
		if l.Time, ok = audit.ParseTime(line[open+1 : open+end]); ok {
			return line[:open], strings.TrimLeft(line[open+end+1:], " "), true
		}
		from = open + 1
	}
}

// quoted takes a text in quotes off the front, as it stands between them, and
// the space behind it.
func quoted(s string) (text, after string, ok bool) {
	if s == "" || s[0] != '"' {
		return "", s, false
	}
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return s[1:i], strings.TrimLeft(s[i+1:], " "), true
		}
	}
	return "", s, false
}

// whoAsked reads what stands before the time, and gives the virtual host.
func whoAsked(s string, l *audit.Log, rest *leftovers) (vhost string) {
	words := strings.Fields(s)
	if len(words) > 3 && !isAddress(words[0]) && (isAddress(words[1]) || strings.Contains(words[0], ":")) {
		vhost, words = words[0], words[1:]
	}
	var chain []string // a list of proxies: a, b, c
	for len(words) > 1 && strings.HasSuffix(words[0], ",") {
		chain, words = append(chain, strings.TrimSuffix(words[0], ",")), words[1:]
	}
	if len(words) > 0 {
		chain, words = append(chain, words[0]), words[1:]
	}
	if len(chain) > 0 && chain[0] != "-" {
		l.IP = rawjson.LatinText(chain[0])
	}
	if len(chain) > 1 {
		addHeader(&l.Request, "x-forwarded-for", strings.Join(chain, ", "))
	}
	if len(words) > 1 {
		if words[0] != "-" {
			rest.text("ident", words[0])
		}
		words = words[1:]
	}
	if user := rawjson.LatinText(unescape(strings.Join(words, " "))); user != "-" && user != `""` {
		if strings.Contains(user, "@") {
			l.User.Email = user
		} else {
			l.User.ID = user
		}
	}
	return vhost
}

func isAddress(s string) bool {
	_, err := netip.ParseAddr(strings.Trim(s, "[],"))
	return err == nil
}

// requested reads the request line. What is none (a "-", bytes of TLS) stands in
// the message alone.
func requested(raw, vhost string, l *audit.Log, rest *leftovers) {
	method, target, ok := audit.RequestLine(rawjson.LatinText(unescape(raw)))
	if vhost != "" {
		rest.text("vhost", vhost)
	}
	if !ok {
		return
	}
	l.Method, l.URL = method, target
	var query string
	l.Path, query = audit.SplitURL(target)
	l.Query = audit.ParseQuery(query)
	if i := strings.LastIndex(raw, " HTTP/"); i >= 0 {
		rest.text("http_version", raw[i+1:])
	}
	// Only these ports say how the host was called.
	if host, found := strings.CutSuffix(vhost, ":443"); found && strings.HasPrefix(target, "/") {
		l.URL = "https://" + host + target
	} else if host, found := strings.CutSuffix(vhost, ":80"); found && strings.HasPrefix(target, "/") {
		l.URL = "http://" + host + target
	}
}

// more reads what stands behind the number of bytes.
func more(s string, l *audit.Log, rest *leftovers) {
	var extra []string
	texts := 0
	for s = strings.TrimSpace(s); s != ""; {
		text, after, ok := quoted(s)
		if ok {
			texts++
			if !quotedMore(texts, rawjson.LatinText(unescape(text)), l) {
				extra = append(extra, text)
			}
			s = after
			continue
		}
		var word string
		word, s = cutWord(s)
		if name, value, found := strings.Cut(word, "="); found && name != "" {
			value = strings.Trim(value, `"`)
			if name != "rt" || !requestTime(value, l) {
				rest.text(rawjson.LatinText(name), value)
			}
			continue
		}
		if word != "-" && !requestTime(word, l) {
			extra = append(extra, word)
		}
	}
	if extra != nil {
		rest.text("extra", strings.Join(extra, " "))
	}
}

// cutWord takes a word off the front; spaces within quotes belong to it.
func cutWord(s string) (word, after string) {
	in := false
	for i := range len(s) {
		switch {
		case s[i] == '"':
			in = !in
		case s[i] == ' ' && !in:
			return s[:i], strings.TrimLeft(s[i:], " ")
		}
	}
	return s, ""
}

// quotedMore puts the n-th text in quotes where it belongs.
func quotedMore(n int, text string, l *audit.Log) bool {
	switch {
	case text == "-" || text == "":
	case n == 1:
		addHeader(&l.Request, "referer", text)
	case n == 2:
		l.UserAgent = text
	case isAddress(strings.TrimSpace(strings.Split(text, ",")[0])):
		addHeader(&l.Request, "x-forwarded-for", text)
	default:
		return requestTime(text, l)
	}
	return true
}

// requestTime takes a number as the duration, unless there is one already.
func requestTime(s string, l *audit.Log) bool {
	if s == "" || l.Duration != nil || strings.Trim(s, "0123456789.") != "" {
		return false
	}
	unit := "e-3" // microseconds
	if strings.Contains(s, ".") {
		unit = "e3" // seconds
	}
	ms, err := strconv.ParseFloat(s+unit, 64)
	if err != nil {
		return false
	}
	l.Duration = &ms
	return true
}

// unescape resolves the escapes of Apache and nginx: \" \\ \n \x22.
func unescape(s string) string {
	at := strings.IndexByte(s, '\\')
	if at < 0 {
		return s
	}
	out := append(make([]byte, 0, len(s)), s[:at]...)
	for i := at; i < len(s); i++ {
		if s[i] != '\\' || i+1 == len(s) {
			out = append(out, s[i])
			continue
		}
		if s[i+1] == 'x' && i+3 < len(s) {
			if b, err := strconv.ParseUint(s[i+2:i+4], 16, 8); err == nil {
				out = append(out, byte(b))
				i += 3
				continue
			}
		}
		if plain := strings.IndexByte(`"\nrtbvf`, s[i+1]); plain >= 0 {
			out = append(out, "\"\\\n\r\t\b\v\f"[plain])
			i++
			continue
		}
		out = append(out, s[i])
	}
	return string(out)
}
