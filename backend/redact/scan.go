package redact

import (
	"cmp"
	"slices"
	"strings"
	"sync"
)

// text takes the secrets out of a text of any kind and says how many there were.
func (r *Redactor) text(s string) (string, int) {
	if r.profile == Off || len(s) < 4 {
		return s, 0
	}
	sc := scanners.Get().(*scanner)
	sc.r, sc.s, sc.edits, sc.outerFrom, sc.outerEnd = r, s, sc.edits[:0], 0, 0
	sc.scan()
	out, n := sc.apply()
	sc.s = ""
	scanners.Put(sc)
	return out, n
}

var scanners = sync.Pool{New: func() any { return new(scanner) }}

// scanner looks through one text.
type scanner struct {
	r     *Redactor
	s     string
	json  bool // s begins as JSON does
	edits []edit
	// The last answer of limit: outerEnd for all places from outerFrom on.
	outerFrom, outerEnd int
}

// edit puts text in the place of s[from:to].
type edit struct {
	from, to int
	text     string
}

func (sc *scanner) scan() {
	s := sc.s
	first := strings.TrimLeft(s, " \t\r\n\ufeff")
	sc.json = first != "" && (first[0] == '{' || first[0] == '[' || first[0] == '"')
	sc.colons()
	sc.equals()
	sc.jwts()
	sc.bearers("Bearer ")
	sc.bearers("bearer ")
	sc.cards()
	if strings.Contains(s, "-----BEGIN ") {
		sc.pems()
	}
	if strings.Contains(s, "</") {
		sc.elements()
	}
	if sc.r.profile == Strict {
		sc.personal()
	}
}

func (sc *scanner) put(from, to int, text string) {
	sc.edits = append(sc.edits, edit{from, to, text})
}

// apply makes the edits. Of two that overlap the one that begins first is made,
// the longer one of two that begin together.
func (sc *scanner) apply() (string, int) {
	if len(sc.edits) == 0 {
		return sc.s, 0
	}
	slices.SortStableFunc(sc.edits, func(a, b edit) int { return cmp.Or(a.from-b.from, b.to-a.to) })
	var out strings.Builder
	out.Grow(len(sc.s) + 16*len(sc.edits))
	at, n := 0, 0
	for _, e := range sc.edits {
		if e.from < at {
			continue
		}
		out.WriteString(sc.s[at:e.from])
		out.WriteString(e.text)
		at = e.to
		n++
	}
	out.WriteString(sc.s[at:])
	return out.String(), n
}

// colons looks at every name that a colon follows.
func (sc *scanner) colons() {
	s := sc.s
	for i := 0; ; i++ {
		next := strings.IndexByte(s[i:], ':')
		if next < 0 {
			return
		}
		i += next
		end := i
		for end > 0 && (s[end-1] == ' ' || s[end-1] == '\n' || s[end-1] == '\t' || s[end-1] == '\r') {
			end--
		}
		if end == 0 {
			continue
		}
		if q := s[end-1]; q == '"' || q == '\'' {
			i = max(i, sc.quotedName(end-1, i)-1)
		} else if end == i {
			i = max(i, sc.plainName(i)-1)
		}
	}
}

// quotedName looks at "name": value, where the name's closing quote and the
// colon are known. It returns where to go on.
func (sc *scanner) quotedName(quote, colon int) int {
	s := sc.s
	slashes := backslashesBefore(s, quote)
	end := quote - slashes
	floor := max(0, end-maxName)
	open := strings.LastIndexByte(s[floor:end], s[quote])
	if open < 0 {
		return colon
	}
	name := s[floor+open+1 : end]
	at := skipSpace(s, colon+1)
	class := sc.r.classOf(name)
	if class == public {
		if name == "name" || name == "key" || name == "header" {
			return sc.namedValue(at, depth(slashes))
		}
		sc.shape(at)
		return colon
	}
	return sc.secretValue(class, at, s[end:quote+1])
}

// limit is how far a secret at i may reach at most: in JSON to the end of the
// outermost string.
func (sc *scanner) limit(i int) int {
	if !sc.json {
		return len(sc.s)
	}
	if sc.outerFrom <= i && i < sc.outerEnd {
		return sc.outerEnd
	}
	sc.outerFrom = i
	for ; ; i++ {
		n := strings.IndexByte(sc.s[i:], '"')
		if n < 0 {
			sc.outerEnd = len(sc.s)
			break
		}
		i += n
		if depth(backslashesBefore(sc.s, i)) == 0 {
			sc.outerEnd = i
			break
		}
	}
	return sc.outerEnd
}

// closes says whether the quote that ends before i rather closes a string than
// opens one: after it comes what stands between strings in JSON.
func closes(s string, i int) bool {
	i = skipSpace(s, i)
	return i == len(s) || strings.IndexByte(",}]:\"\\", s[i]) >= 0
}

// skipEscape moves the beginning of a word behind the letters of an escape such
// as \n or \u0026 that stands right before it.
func skipEscape(s string, from int) int {
	if backslashesBefore(s, from)&1 == 0 || from == len(s) {
		return from
	}
	if s[from] == 'u' {
		return min(from+5, len(s))
	}
	return from + 1
}

// skipSpace skips space, also as it is written in JSON within JSON.
func skipSpace(s string, i int) int {
	for i < len(s) {
		switch {
		case s[i] == ' ' || s[i] == '\n' || s[i] == '\t' || s[i] == '\r':
			i++
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == 'n' || s[i+1] == 't' || s[i+1] == 'r'):
			i += 2
		default:
			return i
		}
	}
	return i
}

// secretValue takes out the JSON value at i, whose name stood in the given
// quotes (with their backslashes). It returns where to go on.
func (sc *scanner) secretValue(class class, i int, quote string) int {
	s := sc.s
	if i >= len(s) {
		return i
	}
	level := depth(len(quote) - 1)
	if from, ok := openQuote(s, i); ok {
		if depth(from-1-i) < level || s[from-1] != quote[len(quote)-1] && closes(s, from) {
			return i
		}
		to, next := closeQuote(s, from)
		sc.secretString(class, from, to)
		return next
	}
	switch c := s[i]; {
	case c == '{' || c == '[':
		return sc.container(class, i, quote[len(quote)-1], level)
	case isDigit(c) || c == '-':
		to := i + 1
		for to < len(s) && (isDigit(s[to]) || strings.IndexByte(".eE+-", s[to]) >= 0) {
			to++
		}
		if class != token {
			sc.put(i, to, quote+sc.r.tag(s[i:to])+quote)
		}
		return to
	}
	return i
}

// openQuote returns where the string begins whose quote, with its backslashes,
// stands at i. A single quote has none.
func openQuote(s string, i int) (from int, ok bool) {
	for from = i; from < len(s) && s[from] == '\\'; from++ {
	}
	if from < len(s) && (s[from] == '"' || s[from] == '\'' && from == i) {
		return from + 1, true
	}
	return 0, false
}

// closeQuote returns where the string ends that begins at from, and what comes
// behind its quote: at the first quote that is no deeper than the opening one.
// A text that was cut has none. In single quotes no double one can stand, since
// those may be the string in which all this is.
func closeQuote(s string, from int) (to, next int) {
	quote := s[from-1]
	if quote == '\'' {
		n := strings.IndexAny(s[from:], `'"`)
		if n < 0 {
			return len(s), len(s)
		}
		if to = from + n; s[to] == quote {
			return to, to + 1
		}
		return to - backslashesBefore(s[from:to], n), to
	}
	level := depth(backslashesBefore(s, from-1))
	for i := from; ; i++ {
		n := strings.IndexByte(s[i:], quote)
		if n < 0 {
			return len(s), len(s)
		}
		i += n
		slashes := min(backslashesBefore(s, i), i-from)
		if d := depth(slashes); d <= level {
			return i - (1<<d - 1), i + 1
		}
	}
}

func (sc *scanner) secretString(class class, from, to int) {
	raw := sc.s[from:to]
	if isTag(sc.s[from:]) {
		return
	}
	plain := raw
	for range 4 { // as deep as JSON within JSON goes
		next := unescape(plain)
		if next == plain {
			break
		}
		plain = next
	}
	if !class.hides(plain) {
		return
	}
	if now := sc.r.replace(class, plain); now != plain {
		sc.put(from, to, escapeLike(now, raw, plain))
	}
}

// escapeLike makes a replacement fit for the place of raw: what is left of the
// decoded value in it, a scheme or the names of cookies, must not end the string.
func escapeLike(now, raw, plain string) string {
	if raw == plain {
		return now
	}
	return strings.Map(func(c rune) rune {
		if c == '"' || c == '\'' || c == '\\' || c < ' ' {
			return '_'
		}
		return c
	}, now)
}

// container takes every string out of the object or array at i, but for names
// and the values of names that are harmless. Its strings have this quote, and
// at least this depth; a shallower quote ends the text that it stands in. It
// returns what comes behind.
func (sc *scanner) container(class class, i int, quote byte, level int) int {
	s := sc.s
	open := 0
	for i < len(s) {
		switch c := s[i]; c {
		case '{', '[':
			open++
			i++
		case '}', ']':
			i++
			if open--; open == 0 {
				return i
			}
		case '"', '\'', '\\':
			from, ok := openQuote(s, i)
			if !ok || s[from-1] == '\'' && quote == '"' {
				for i++; i < len(s) && s[i] == '\\'; i++ {
				}
				continue
			}
			if s[from-1] != quote || depth(from-1-i) < level {
				return i
			}
			to, next := closeQuote(s, from)
			if at := skipSpace(s, next); at < len(s) && s[at] == ':' {
				i = at + 1
				value := skipSpace(s, i)
				if begin, ok := openQuote(s, value); ok && speaksOf(s[from:to], "") && depth(begin-1-value) >= level {
					_, i = closeQuote(s, begin)
				}
				continue
			}
			sc.secretString(class, from, to)
			i = next
		default:
			i++
		}
	}
	return i
}

// namedValue looks at {"name":"X-Api-Key","value":"…"}, as HAR and API clients
// write headers; the name's value is at i.
func (sc *scanner) namedValue(i, level int) int {
	s := sc.s
	from, ok := openQuote(s, i)
	if !ok || depth(from-1-i) < level {
		return i
	}
	to, next := closeQuote(s, from)
	class := sc.r.classOf(s[from:to])
	if class == public {
		return i
	}
	at := skipSpace(s, next)
	if at >= len(s) || s[at] != ',' {
		return next
	}
	at = skipSpace(s, at+1)
	key, ok := openQuote(s, at)
	if !ok || depth(key-1-at) < level {
		return next
	}
	keyEnd, behind := closeQuote(s, key)
	at = skipSpace(s, behind)
	if s[key:keyEnd] != "value" || at >= len(s) || s[at] != ':' {
		return next
	}
	return sc.secretValue(class, skipSpace(s, at+1), s[keyEnd:behind])
}

// plainName looks at name: value without quotes: a header in text, YAML, a log
// line; and at the user of a URL.
func (sc *scanner) plainName(colon int) int {
	s := sc.s
	if strings.HasPrefix(s[colon+1:], "//") {
		return sc.userinfo(colon + 3)
	}
	from := colon
	for from > 0 && colon-from < maxName && isNameByte(s[from-1]) {
		from--
	}
	from = min(skipEscape(s, from), colon)
	class := sc.r.classOf(s[from:colon])
	if class == public {
		return colon
	}
	at := colon + 1
	for at < len(s) && (s[at] == ' ' || s[at] == '\t') {
		at++
	}
	if at == len(s) {
		return at
	}
	if begin, ok := openQuote(s, at); ok {
		if closes(s, begin) {
			return at
		}
		return sc.secretValue(class, at, s[at:begin])
	}
	if class == credentials || class == cookies {
		line := sc.lineEnd(at)
		sc.secretString(class, at, line)
		return line
	}
	to := at
	for to < len(s) && s[to] > ' ' && strings.IndexByte(`,;"'<})`, s[to]) < 0 && !endsLine(s, to) {
		to++
	}
	to -= backslashesBefore(s[:min(to+1, len(s))], to)
	// In a sentence ("invalid token: it has expired") a word is no secret; alone
	// on its line, or behind a name that nobody writes in a sentence, it is.
	rest := to
	for rest < len(s) && (s[rest] == ' ' || s[rest] == '\t') {
		rest++
	}
	alone := endsLine(s, rest) && startsLine(s, from)
	technical := strings.ContainsAny(s[from:colon], "_-")
	if to > at && (alone || technical || looksRandom(s[at:to])) {
		sc.secretString(class, at, to)
	}
	return to
}

// endsLine says whether a line ends here, in text or in a string of JSON.
func endsLine(s string, i int) bool {
	if i >= len(s) {
		return true
	}
	switch s[i] {
	case '\n', '\r', '"', '<':
		return true
	case '\\':
		return i+1 < len(s) && (s[i+1] == 'n' || s[i+1] == 'r' || s[i+1] == '"')
	}
	return false
}

func isNameByte(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '.' || c == '[' || c == ']' || c == '%' || c == '$'
}

// lineEnd is where the line ends that goes on at i, in text or in a string of
// JSON.
func (sc *scanner) lineEnd(i int) int {
	s := sc.s
	for limit := sc.limit(i); i < limit; i++ {
		switch s[i] {
		case '\n', '\r':
			return i
		case '\\':
			if i+1 < limit && (s[i+1] == 'n' || s[i+1] == 'r') {
				return i
			}
			quote, ok := openQuote(s, i)
			if ok && quote <= limit && closes(s, quote) {
				return i
			}
			for i+1 < limit && s[i+1] == '\\' {
				i++
			}
		}
	}
	return i
}

func startsLine(s string, i int) bool {
	before := strings.TrimRight(s[:i], " \t-")
	return before == "" || before[len(before)-1] == '\n' || strings.HasSuffix(before, `\n`)
}

// looksRandom tells a secret from a word: it has a digit among letters, or
// capitals behind small letters.
func looksRandom(s string) bool {
	if len(s) < 6 {
		return false
	}
	digits, letters, mixed := 0, 0, 0
	for i := range len(s) {
		switch {
		case isDigit(s[i]):
			digits++
		case isLetter(s[i]):
			letters++
			if i > 0 && s[i] <= 'Z' && s[i-1] >= 'a' && s[i-1] <= 'z' {
				mixed++
			}
		}
	}
	return digits > 0 && letters > 0 || mixed > 0
}

// userinfo takes the user and password out of a URL whose authority begins at i.
func (sc *scanner) userinfo(i int) int {
	s := sc.s
	for to := i; to < len(s); to++ {
		switch c := s[to]; {
		case c == '@':
			if to > i && !isTag(s[i:to]) {
				sc.put(i, to, escapedMark+sc.r.hash(unescapeName(s[i:to])))
			}
			return to
		case c == '/' || c == '?' || c == '#' || c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' || c == '\\' || c == ',' || c == '&':
			return i
		}
	}
	return i
}
