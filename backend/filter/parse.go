package filter

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	maxText    = 64 << 10 // bytes of a filter
	maxNesting = 200      // parentheses within parentheses
)

// Parse reads a filter as a person writes it. An empty text is All. The result
// is canonical; the error is a *SyntaxError.
func (s *Schema) Parse(text string) (Expr, error) {
	if len(text) > maxText {
		return nil, &SyntaxError{Message: fmt.Sprintf("the filter has %d bytes; at most %d are allowed", len(text), maxText), Pos: maxText, End: len(text)}
	}
	p := &parser{schema: s, text: text}
	if at := invalidByte(text); at >= 0 {
		return nil, p.fail(at, at+1, "", "the filter is not valid UTF-8")
	}
	p.skipBlanks()
	if p.atEnd() {
		return All(), nil
	}
	e, err := p.or(nil)
	if err == nil && !p.atEnd() {
		err = p.fail(p.pos, p.pos+1, "", "this parenthesis closes nothing")
	}
	if err != nil {
		return nil, err
	}
	return s.finish(e)
}

// invalidByte gives the place of the first byte that is not valid UTF-8, -1 when
// there is none.
func invalidByte(text string) int {
	if utf8.ValidString(text) {
		return -1
	}
	at := 0
	for {
		r, size := utf8.DecodeRuneInString(text[at:])
		if r == utf8.RuneError && size <= 1 {
			return at
		}
		at += size
	}
}

// finish makes the canonical form and sees that it can be written down again.
func (s *Schema) finish(e Expr) (Expr, error) {
	e = Canonical(e)
	if n := len(TextOf(e)); n > maxText {
		return nil, &SyntaxError{Message: fmt.Sprintf("the filter has %d bytes when written out; at most %d are allowed", n, maxText), Pos: -1, End: -1}
	}
	return e, nil
}

type parser struct {
	schema *Schema
	text   string
	pos    int
	depth  int
}

// group is the field that a parenthesis behind a colon belongs to: f:(a OR b).
type group struct {
	field *Field
	arg   string
}

func (p *parser) fail(pos, end int, suggestion, format string, args ...any) error {
	return &SyntaxError{Message: fmt.Sprintf(format, args...), Pos: pos, End: min(end, len(p.text)), Suggestion: suggestion}
}

// place gives a problem its place in the text.
func (p *parser) place(err error, pos, end int) error {
	var pr *problem
	if errors.As(err, &pr) {
		return &SyntaxError{Message: pr.message, Pos: pos, End: end, Suggestion: pr.suggestion}
	}
	return &SyntaxError{Message: err.Error(), Pos: pos, End: end}
}

func (p *parser) atEnd() bool { return p.pos >= len(p.text) }

func (p *parser) skipBlanks() {
	for !p.atEnd() {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if !unicode.IsSpace(r) {
			return
		}
		p.pos += size
	}
}

// keyword takes AND, OR or NOT when it stands here as a word of its own.
func (p *parser) keyword(word string) bool {
	if !p.sees(word) {
		return false
	}
	p.pos += len(word)
	p.skipBlanks()
	return true
}

func (p *parser) sees(word string) bool {
	if !strings.HasPrefix(p.text[p.pos:], word) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(p.text[p.pos+len(word):])
	return p.pos+len(word) == len(p.text) || r == '(' || r == ')' || unicode.IsSpace(r)
}

func (p *parser) or(g *group) (Expr, error) {
	var members Or
	for {
		e, err := p.and(g)
		if err != nil {
			return nil, err
		}
		members = append(members, e)
		if !p.keyword("OR") {
			return listed(g, members), nil
		}
	}
}

// listed joins the members of f:(a OR b) into one condition with several
// operands where each says that the field is something.
func listed(g *group, members Or) Expr {
	if g == nil {
		return members
	}
	var values []Operand
	for _, m := range members {
		a, ok := m.(And)
		if !ok || len(a) != 1 {
			return members
		}
		c, ok := a[0].(Cond)
		if !ok || c.Op != Is {
			return members
		}
		values = append(values, c.Values...)
	}
	return Cond{Field: g.field, Arg: g.arg, Op: Is, Values: values}
}

func (p *parser) and(g *group) (Expr, error) {
	var members And
	for {
		p.skipBlanks()
		if p.atEnd() || p.text[p.pos] == ')' || p.sees("OR") {
			if len(members) == 0 {
				return nil, p.missing()
			}
			return members, nil
		}
		if p.sees("AND") {
			if len(members) == 0 {
				return nil, p.missing()
			}
			p.keyword("AND")
			if p.atEnd() || p.text[p.pos] == ')' || p.sees("OR") || p.sees("AND") {
				return nil, p.missing()
			}
		}
		e, err := p.term(g)
		if err != nil {
			return nil, err
		}
		members = append(members, e)
	}
}

// missing says that a condition should stand here.
func (p *parser) missing() error {
	for _, word := range []string{"AND", "OR"} {
		if p.sees(word) {
			return p.fail(p.pos, p.pos+len(word), quote(word), "a condition is missing before %s; quote it to search for the word", word)
		}
	}
	if !p.atEnd() && p.text[p.pos] == ')' {
		return p.fail(p.pos, p.pos+1, "", "a condition is missing before this parenthesis")
	}
	return p.fail(p.pos, p.pos, "", "the filter ends where a condition should follow")
}

// term reads one condition or parenthesis with what negates it.
func (p *parser) term(g *group) (Expr, error) {
	negated := false
	for {
		if p.sees("NOT") {
			p.keyword("NOT")
			if p.atEnd() || p.text[p.pos] == ')' || p.sees("OR") || p.sees("AND") {
				return nil, p.missing()
			}
		} else if p.minus(g) {
			p.pos++
		} else {
			break
		}
		negated = !negated
	}
	e, err := p.operand(g)
	if err == nil && negated {
		e = Not{e}
	}
	return e, err
}

// minus says whether a minus here negates what follows, rather than being the
// sign of a number in a field's list or a dash.
func (p *parser) minus(g *group) bool {
	rest := p.text[p.pos:]
	if len(rest) < 2 || rest[0] != '-' {
		return false
	}
	if g != nil && g.field.Kind != Text && g.field.Kind != String && isDigit(rest[1]) {
		return false
	}
	r, _ := utf8.DecodeRuneInString(rest[1:])
	return !unicode.IsSpace(r) && r != ')'
}

func (p *parser) operand(g *group) (Expr, error) {
	switch {
	case p.text[p.pos] == '(':
		return p.parenthesis(g)
	case g != nil:
		op, start := p.comparison(), p.pos
		v, err := p.value(false)
		if err != nil {
			return nil, err
		}
		return p.condition(g, op, v, start)
	}
	return p.fieldOrText()
}

func (p *parser) parenthesis(g *group) (Expr, error) {
	open := p.pos
	if p.depth++; p.depth > maxNesting {
		return nil, p.fail(open, open+1, "", "the filter is nested more than %d levels deep", maxNesting)
	}
	p.pos++
	p.skipBlanks()
	if p.atEnd() {
		return nil, p.fail(open, open+1, "", "this parenthesis is not closed")
	}
	e, err := p.or(g)
	if err != nil {
		return nil, err
	}
	if p.atEnd() {
		return nil, p.fail(open, open+1, "", "this parenthesis is not closed")
	}
	p.pos++
	p.depth--
	return e, nil
}

// fieldOrText reads a condition with a field's name, or bare words.
func (p *parser) fieldOrText() (Expr, error) {
	start := p.pos
	end := nameEnd(p.text, start)
	name, rest := p.text[start:end], p.text[end:]
	sign := signOf(rest)
	if name == "" || sign == "" {
		return p.bare()
	}
	f, arg, err := p.schema.Lookup(name)
	if err != nil {
		if !isIdentifier(strings.TrimSuffix(name, ".")) || strings.HasPrefix(rest, "://") || sign == "=" || sign == "!=" {
			return p.bare()
		}
		return nil, p.unknown(err, start, end)
	}
	if sign == "=" || sign == "!=" {
		return nil, p.equals(f.Name+arg, sign, start, end)
	}
	g := &group{f, arg}
	p.pos = end
	if sign == ":" {
		p.pos++
	}
	op, valueStart := p.comparison(), p.pos
	if p.atEnd() || unicode.IsSpace(rune(p.text[p.pos])) || p.text[p.pos] == ')' {
		return nil, p.needsValue(start)
	}
	if p.text[p.pos] == '(' && op == Is {
		return p.parenthesis(g)
	}
	v, err := p.value(false)
	if err != nil {
		return nil, err
	}
	return p.condition(g, op, v, valueStart)
}

// unknown gives an unknown field's error its place: the name, where there is one
// to put in its stead, else all that could be quoted instead.
func (p *parser) unknown(err error, start, end int) error {
	var pr *problem
	if errors.As(err, &pr) && pr.suggestion != "" {
		return p.fail(start, end, pr.suggestion, "%s Quote the whole to search for the text", err)
	}
	p.pos = start
	p.plainValue()
	return p.fail(start, p.pos, quote(p.text[start:p.pos]), "%s; quote the whole to search for the text", err)
}

// equals explains how a comparison with = is written.
func (p *parser) equals(name, sign string, start, end int) error {
	from := end + len(sign)
	if strings.HasPrefix(p.text[from:], "=") {
		from++
	}
	stop := from
	for stop < len(p.text) && !isBlank(p.text[stop]) && p.text[stop] != ')' {
		stop++
	}
	instead := name + ":" + p.text[from:stop]
	if sign == "!=" {
		instead = "-" + instead
	}
	return p.fail(start, stop, instead, "write %s instead of %s, or quote it to search for the text", instead, shown(p.text[start:stop]))
}

// needsValue says that nothing follows a field's sign, and joins what stands
// behind a blank.
func (p *parser) needsValue(start int) error {
	written := p.text[start:p.pos]
	at := p.pos
	p.skipBlanks()
	stop := p.pos
	for stop < len(p.text) && !isBlank(p.text[stop]) && p.text[stop] != ')' {
		stop++
	}
	if stop == p.pos {
		return p.fail(start, at, written+"*", "%s needs a value; %s* finds records that have any", written, written)
	}
	return p.fail(start, stop, written+p.text[p.pos:stop], "no space may stand between %s and its value", written)
}

// nameEnd gives the end of what could be a field's name at start. Parts of it
// may be quoted after a dot: response.body."a.b".c
func nameEnd(text string, start int) int {
	i := start
	for i < len(text) {
		if text[i] == '"' && i > start && text[i-1] == '.' {
			end := quoteEnd(text[i:])
			if end < 0 {
				return i
			}
			i += end
			continue
		}
		r, size := utf8.DecodeRuneInString(text[i:])
		if endsName(r) || r == '*' {
			return i
		}
		i += size
	}
	return i
}

// signOf gives the sign between a field's name and its value, "" when there is none.
func signOf(rest string) string {
	for _, sign := range []string{":", ">", "<", "=", "!="} {
		if strings.HasPrefix(rest, sign) {
			return sign
		}
	}
	return ""
}

// comparison takes > >= < <= when it stands here; else the operator is Is.
func (p *parser) comparison() Op {
	for _, c := range []struct {
		sign string
		op   Op
	}{{">=", MoreThanEqual}, {"<=", LessThanEqual}, {">", MoreThan}, {"<", LessThan}} {
		if strings.HasPrefix(p.text[p.pos:], c.sign) {
			p.pos += len(c.sign)
			return c.op
		}
	}
	return Is
}

// value is one written operand.
type value struct {
	text        string // without quotes, stars and slashes
	quoted      bool
	pattern     bool // stood between slashes
	lead, trail bool // a star before it, behind it
	star        bool // a star alone
}

// value reads an operand. bare ones have no patterns: a bare path is a phrase.
func (p *parser) value(bare bool) (value, error) {
	rest := p.text[p.pos:]
	lead := strings.HasPrefix(rest, `*"`)
	if lead || strings.HasPrefix(rest, `"`) {
		return p.quotedValue(lead)
	}
	if n := patternEnd(rest); n > 0 && !bare {
		v := value{text: rest[1 : n-1], pattern: true}
		p.pos += n
		return v, nil
	}
	if !bare {
		if err := p.brokenPattern(); err != nil {
			return value{}, err
		}
	}
	return p.plainValue(), nil
}

func (p *parser) quotedValue(lead bool) (value, error) {
	start := p.pos
	v := value{quoted: true, lead: lead}
	if lead {
		p.pos++
	}
	n := quoteEnd(p.text[p.pos:])
	if n < 0 {
		return v, p.fail(start, len(p.text), p.text[start:]+`"`, "the quotes that open here are not closed")
	}
	v.text = unquote(p.text[p.pos : p.pos+n])
	p.pos += n
	if v.trail = strings.HasPrefix(p.text[p.pos:], "*"); v.trail {
		p.pos++
	}
	if r, size := utf8.DecodeRuneInString(p.text[p.pos:]); !p.atEnd() && r != ')' && !unicode.IsSpace(r) {
		return v, p.fail(p.pos, p.pos+size, "", `a space must follow the closing quotes; a quote within quotes is written \"`)
	}
	return v, nil
}

// patternEnd gives the length of a pattern between slashes that s begins with,
// 0 when s begins with something else, such as a path.
func patternEnd(s string) int {
	if !strings.HasPrefix(s, "/") {
		return 0
	}
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == '\\':
			i++
		case isBlank(s[i]):
			return 0
		case s[i] == '/':
			r, _ := utf8.DecodeRuneInString(s[i+1:])
			if i > 1 && (i+1 == len(s) || r == ')' || unicode.IsSpace(r)) {
				return i + 1
			}
			return 0
		}
	}
	return 0
}

// seemsPattern says whether a word that begins with a slash is rather the
// beginning of a pattern than a path.
func seemsPattern(word string) bool {
	return strings.HasPrefix(word, "/") && (strings.ContainsAny(word, "^|[") || strings.Contains(word, ".*") || strings.Contains(word, ".+"))
}

// brokenPattern refuses a pattern with blanks in it, which would be taken for a
// path and some words.
func (p *parser) brokenPattern() error {
	rest := p.text[p.pos:]
	if word := strings.FieldsFunc(rest, unicode.IsSpace); len(word) == 0 || !seemsPattern(word[0]) {
		return nil
	}
	for i := 1; i < len(rest); i++ {
		if rest[i] == '\\' {
			i++
			continue
		}
		if rest[i] != '/' {
			continue
		}
		if r, _ := utf8.DecodeRuneInString(rest[i+1:]); i+1 == len(rest) || r == ')' || unicode.IsSpace(r) {
			written := "/" + writePattern(rest[1:i]) + "/"
			return p.fail(p.pos, p.pos+i+1, written, `a space in a regular expression is written "\ "`)
		}
		return nil
	}
	return nil
}

// plainValue reads up to a blank or a parenthesis that closes one before it.
func (p *parser) plainValue() value {
	start, open := p.pos, 0
	for !p.atEnd() {
		r, size := utf8.DecodeRuneInString(p.text[p.pos:])
		if unicode.IsSpace(r) || r == ')' && open == 0 {
			break
		}
		if r == '(' {
			open++
		} else if r == ')' {
			open--
		}
		p.pos += size
	}
	v := value{text: p.text[start:p.pos]}
	if v.text == "*" {
		v.star = true
		return v
	}
	v.text, v.lead = strings.CutPrefix(v.text, "*")
	v.text, v.trail = strings.CutSuffix(v.text, "*")
	return v
}

// bare reads words that search the bare field.
func (p *parser) bare() (Expr, error) {
	start := p.pos
	v, err := p.value(true)
	if err != nil {
		return nil, err
	}
	if v.star {
		return All(), nil
	}
	if p.schema.bare == nil {
		return nil, p.fail(start, p.pos, "", "%s is no condition; write a field's name, a colon and a value", shown(p.text[start:p.pos]))
	}
	return p.condition(&group{field: p.schema.bare}, Is, v, start)
}

// condition makes a condition of a field, an operator and an operand as written.
func (p *parser) condition(g *group, op Op, v value, start int) (Expr, error) {
	e, err := makeCond(g, op, v)
	if err != nil {
		return nil, p.place(err, start, p.pos)
	}
	return e, nil
}

func makeCond(g *group, op Op, v value) (Expr, error) {
	if op != Is {
		return comparisonCond(g, op, v)
	}
	name := g.field.Name + g.arg
	switch {
	case v.star:
		return Cond{Field: g.field, Arg: g.arg, Op: HasValue}, nil
	case v.pattern:
		return g.cond(Matches, v.text)
	}
	if !v.quoted {
		if low, high, ok := rangeOf(g.field.Kind, v); ok {
			return rangeCond(g, low, high)
		}
		if strings.Contains(v.text, "*") {
			return nil, starInside(name, v)
		}
		if g.field.Kind == Time && strings.HasPrefix(v.text, "-") {
			return g.cond(DaysAgo, v.text[1:])
		}
		if g.field.Kind == Time && strings.HasPrefix(v.text, "+") {
			return g.cond(DaysInFuture, v.text[1:])
		}
	}
	switch {
	case v.lead && v.trail:
		op = Contains
	case v.lead:
		op = EndsWith
	case v.trail:
		op = StartsWith
	}
	return g.cond(op, v.text)
}

// starInside explains what to write for a star in the middle of a value.
func starInside(name string, v value) error {
	whole := v.text
	if v.lead {
		whole = "*" + whole
	}
	if v.trail {
		whole += "*"
	}
	return orWrite(quote(whole), "a star stands at the beginning or the end of a value; quote %s to search for the star itself, or use a regular expression: %s:/a.*b/", shown(whole), name)
}

// cond makes a condition with one operand.
func (g *group) cond(op Op, text string) (Expr, error) {
	if !g.field.Kind.has(op) {
		return nil, g.unfit(op, text)
	}
	o, err := operandOf(g.field, op, text)
	if err != nil {
		return nil, err
	}
	return Cond{Field: g.field, Arg: g.arg, Op: op, Values: []Operand{o}}, nil
}

// unfit says that a field has not got an operator, and which it has instead.
func (g *group) unfit(op Op, text string) error {
	name := g.field.Name + g.arg
	switch op {
	case Contains, StartsWith, EndsWith, Matches:
		instead := name + ":400..499"
		switch g.field.Kind {
		case Time:
			instead = name + ":2026-01-01..2026-01-31"
		case Duration:
			instead = name + ":100ms..5s"
		case Size:
			instead = name + ":1kB..1MB"
		}
		if op == StartsWith && g.field.Kind == Number {
			return orWrite(hundreds(text), "%s is a number and is not searched as a text; use a range such as %s", name, instead)
		}
		return wrong("%s is %s and is not searched as a text; use a range such as %s", name, g.field.Kind.noun(), instead)
	}
	return wrong("%s is %s and has no %q; that works on numbers, durations, sizes, times and JSON paths", name, g.field.Kind.noun(), opTable[op].label)
}

// hundreds gives the range that 4* and 4xx stand for, "" for anything else.
func hundreds(text string) string {
	if len(text) != 1 || !isDigit(text[0]) {
		return ""
	}
	return text + "00.." + text + "99"
}

// comparisonCond makes a condition of > >= < <=.
func comparisonCond(g *group, op Op, v value) (Expr, error) {
	if v.star || v.pattern || v.lead || v.trail {
		return nil, wrong("a comparison needs a plain value, without stars and slashes")
	}
	if g.field.Kind == Time {
		if text := strings.TrimLeft(v.text, "+-"); len(text) < len(v.text) && isDigits(text) {
			return nil, orWrite(v.text+"d", "%s needs a unit: %sh counts hours, %sd days", shown(v.text), v.text, v.text)
		}
		if rest, ok := strings.CutPrefix(v.text, "-"); ok {
			if op == MoreThan || op == MoreThanEqual {
				return g.cond(LessThanAgo, rest)
			}
			return g.cond(MoreThanAgo, rest)
		}
		if rest, ok := strings.CutPrefix(v.text, "+"); ok {
			if op == MoreThan || op == MoreThanEqual {
				return g.cond(MoreThanFuture, rest)
			}
			return g.cond(LessThanFuture, rest)
		}
		op = timeOp(op)
	}
	return g.cond(op, v.text)
}

// timeOp gives the name that a comparison has on times.
func timeOp(op Op) Op {
	switch op {
	case MoreThan:
		return After
	case LessThan:
		return Before
	}
	return op
}

// rangeOf cuts low..high where the field's kind has ranges.
func rangeOf(kind Kind, v value) (low, high string, ok bool) {
	if kind == Text || kind == String {
		return "", "", false
	}
	text := v.text
	low, high, ok = strings.Cut(text, "..")
	if !ok || kind == Any && !(low == "" || isDecimal(low)) || kind == Any && !(high == "" || isDecimal(high)) {
		return "", "", false
	}
	if v.lead && low != "" || v.trail && high != "" {
		return "", "", false
	}
	return low, high, low != "" || high != ""
}

// rangeCond makes low..high, low.. or ..high.
func rangeCond(g *group, low, high string) (Expr, error) {
	switch {
	case high == "":
		return g.cond(MoreThanEqual, low)
	case low == "":
		return g.cond(LessThanEqual, high)
	}
	return betweenCond(g, low, high)
}

func betweenCond(g *group, low, high string) (Expr, error) {
	if !g.field.Kind.has(Between) {
		return nil, g.unfit(Between, low)
	}
	from, err := operandOf(g.field, Between, low)
	if err != nil {
		return nil, err
	}
	to, err := operandOf(g.field, Between, high)
	if err != nil {
		return nil, err
	}
	if from.Number > to.Number || from.Time.After(to.Time) {
		return nil, orWrite(high+".."+low, "the range %s..%s ends before it begins", low, high)
	}
	return Cond{Field: g.field, Arg: g.arg, Op: Between, Values: []Operand{from, to}}, nil
}
