package redact

import "strings"

// equals looks at every name that an equals sign follows: forms, queries,
// attributes of XML, log lines.
func (sc *scanner) equals() {
	s := sc.s
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], '=')
		if next < 0 {
			return
		}
		i += next
		from := i
		for from > 0 && i-from < maxName && isNameByte(s[from-1]) {
			from--
		}
		from = skipEscape(s, from)
		if from >= i || i+1 == len(s) {
			continue
		}
		name := s[from:i]
		class := sc.r.classOf(name)
		switch {
		case class == public && name == "name":
			sc.part(i + 1)
		case class == public:
			sc.shape(i + 1)
		default:
			i = max(i, sc.pairValue(class, from, i+1)-1)
		}
	}
}

// pairValue takes out the value at i of a name that began at from. It returns
// where to go on.
func (sc *scanner) pairValue(class class, from, i int) int {
	s := sc.s
	if begin, ok := openQuote(s, i); ok {
		if closes(s, begin) {
			return i
		}
		to, next := closeQuote(s, begin)
		sc.secretString(class, begin, to)
		return next
	}
	to := i
	if class == credentials && !inURL(s, from) {
		to = sc.lineEnd(i)
	} else {
		to = i + pairEnd(s[i:])
	}
	value := s[i:to]
	if !inURL(s, from) {
		sc.secretString(class, i, to)
		return to
	}
	plain := unescapeName(value)
	if class.hides(plain) && !isTag(value) {
		// Names of cookies and schemes are of no use in a query.
		sc.put(i, to, escapedMark+sc.r.hash(plain))
	}
	return to
}

// pairEnd is where the value of a pair ends that has no quotes.
func pairEnd(s string) int {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '&' || c == ';' || c == '"' || c == '\'' || c == '<' || c == '>' || c <= ' ' || c == '#' && i > 0:
			return i - backslashesBefore(s, i)
		case c == '\\':
			if i+1 < len(s) && (s[i+1] == 'n' || s[i+1] == 'r' || s[i+1] == 't') {
				return i
			}
			if strings.HasPrefix(s[i:], `\u0026`) || strings.HasPrefix(s[i:], `\u003c`) {
				return i
			}
		}
	}
	return len(s)
}

// inURL says whether the pair whose name begins at i is part of a query or a
// form, so that what is put there has to be escaped.
func inURL(s string, i int) bool {
	if i == 0 {
		return true
	}
	switch s[i-1] {
	case '?', '&', '#':
		return true
	case '6': // of \u0026
		return strings.HasSuffix(s[:i], `\u0026`)
	}
	return false
}

// part looks at a part of a multipart form whose name, in quotes, is at i.
func (sc *scanner) part(i int) {
	s := sc.s
	begin, ok := openQuote(s, i)
	if !ok {
		return
	}
	end, next := closeQuote(s, begin)
	class := sc.r.classOf(s[begin:end])
	if class == public || !strings.Contains(strings.ToLower(s[max(0, i-64):i]), "form-data") {
		return
	}
	limit := sc.limit(next)
	for _, newline := range [...]string{"\r\n", "\n", `\r\n`, `\n`} {
		head := strings.Index(s[next:limit], newline+newline)
		if head < 0 {
			continue
		}
		from := next + head + 2*len(newline)
		to := limit
		if n := strings.Index(s[from:limit], newline+"--"); n >= 0 {
			to = from + n
		}
		sc.secretString(class, from, to)
		return
	}
}

// maxTag is how long the tag of an element may be.
const maxTag = 1024

// elements looks at the elements of XML: <password>…</password>.
func (sc *scanner) elements() {
	s := sc.s
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], '<')
		if next < 0 {
			return
		}
		i += next
		from := i + 1
		to := from
		for to < len(s) && (isNameByte(s[to]) || s[to] == ':') {
			to++
		}
		if to == from || to == len(s) {
			continue
		}
		name := s[from:to]
		if colon := strings.LastIndexByte(name, ':'); colon >= 0 {
			name = name[colon+1:]
		}
		class := sc.r.classOf(name)
		if class == public {
			continue
		}
		limit := sc.limit(to)
		open := strings.IndexByte(s[to:min(limit, to+maxTag)], '>')
		if open < 0 || open > 0 && s[to+open-1] == '/' {
			continue
		}
		value := to + open + 1
		const cdata = "<![CDATA["
		end := "<"
		if strings.HasPrefix(s[value:limit], cdata) {
			value += len(cdata)
			end = "]]>"
		}
		length := strings.Index(s[value:limit], end)
		if length < 0 {
			length = limit - value
		}
		if strings.TrimSpace(s[value:value+length]) != "" {
			sc.secretString(class, value, value+length)
		}
		i = value + length - 1
	}
}
