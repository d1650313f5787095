package filter

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

const maxJSON = 256 << 10 // bytes of a filter

// ParseJSON reads a filter in either JSON form: the flat one of the audited
// platform and its peers,
//
//	{"junction":"and","status":{"conditions":{"$more_than_equal":[400]}}}
//
// and the nested one, {"junction":"or","items":[{"field":"status","$is":[400]},
// {"not":true,"junction":"and","items":[…]}]}. The junction may be in upper case
// and is "and" when missing; values may stand without their list. An object
// without conditions is All. The result is canonical; the error is a *SyntaxError.
func (s *Schema) ParseJSON(b []byte) (Expr, error) {
	if len(b) > maxJSON {
		return nil, jsonError("", "the filter has %d bytes; at most %d are allowed", len(b), maxJSON)
	}
	if !utf8.Valid(b) {
		return nil, jsonError("", "the filter is not valid UTF-8")
	}
	if !json.Valid(b) {
		return nil, notJSON(b)
	}
	e, err := s.jsonGroup(b, "", 0)
	if err != nil {
		return nil, err
	}
	return s.finish(e)
}

func jsonError(path, format string, args ...any) error {
	return &SyntaxError{Message: fmt.Sprintf(format, args...), Pos: -1, End: -1, Path: path}
}

// notJSON says where a text stops being JSON.
func notJSON(b []byte) error {
	var v json.RawMessage
	err := json.Unmarshal(b, &v)
	var syntax *json.SyntaxError
	if errors.As(err, &syntax) {
		return jsonError("", "the filter is no JSON: %s at byte %d", syntax.Error(), syntax.Offset)
	}
	return jsonError("", "the filter is no JSON")
}

// placeJSON gives a problem its place.
func placeJSON(err error, path string) error {
	var pr *problem
	if errors.As(err, &pr) {
		return &SyntaxError{Message: pr.message, Pos: -1, End: -1, Path: path, Suggestion: pr.suggestion}
	}
	return &SyntaxError{Message: err.Error(), Pos: -1, End: -1, Path: path}
}

type member struct {
	key string
	raw json.RawMessage
}

// members gives an object's members in order. raw is valid JSON.
func members(raw json.RawMessage, path string) ([]member, error) {
	if trimmed := bytes.TrimSpace(raw); len(trimmed) == 0 || trimmed[0] != '{' {
		return nil, jsonError(path, "an object in braces should stand here, not %s", shown(string(trimmed)))
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		return nil, jsonError(path, "%s", err)
	}
	var list []member
	seen := map[string]bool{}
	for d.More() {
		var m member
		key, err := d.Token()
		if err == nil {
			m.key, _ = key.(string)
			err = d.Decode(&m.raw)
		}
		if err != nil {
			return nil, jsonError(path, "%s", err)
		}
		if seen[m.key] {
			return nil, jsonError(join(path, m.key), "%s stands here twice; use the form with items to say a thing twice", shown(m.key))
		}
		seen[m.key] = true
		list = append(list, m)
	}
	return list, nil
}

func join(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// jsonGroup reads an object of either form.
func (s *Schema) jsonGroup(raw json.RawMessage, path string, depth int) (Expr, error) {
	if depth > maxNesting {
		return nil, jsonError(path, "the filter is nested more than %d levels deep", maxNesting)
	}
	list, err := members(raw, path)
	if err != nil {
		return nil, err
	}
	var parts []Expr
	var g group
	or, not := false, false
	for _, m := range list {
		here := join(path, m.key)
		switch {
		case m.key == "junction":
			or, err = jsonJunction(m.raw, here)
		case m.key == "not":
			if json.Unmarshal(m.raw, &not) != nil || string(m.raw) == "null" {
				err = jsonError(here, "not is true or false, not %s", shown(string(m.raw)))
			}
		case m.key == "field":
			g, err = s.jsonField(m.raw, here)
		case m.key == "items":
			parts, err = s.jsonItems(parts, m.raw, here, depth)
		case strings.HasPrefix(m.key, "$"): // below, when the field is known
		default:
			var e Expr
			if e, err = s.jsonConditions(m.key, m.raw, here); err == nil {
				parts = append(parts, e)
			}
		}
		if err != nil {
			return nil, err
		}
	}
	own, err := jsonLeaf(g, list, path)
	if err != nil {
		return nil, err
	}
	if g.field != nil {
		parts = append(parts, own)
	}
	var e Expr = And(parts)
	if or && len(parts) > 0 {
		e = Or(parts)
	}
	if not {
		e = Not{e}
	}
	return e, nil
}

// jsonLeaf makes the condition of an item that names its field.
func jsonLeaf(g group, list []member, path string) (Expr, error) {
	var ops []member
	for _, m := range list {
		if strings.HasPrefix(m.key, "$") {
			ops = append(ops, m)
		}
	}
	switch {
	case g.field == nil && len(ops) > 0:
		return nil, jsonError(join(path, ops[0].key), `an operator needs a field beside it: {"field":"status","$is":[400]}`)
	case g.field != nil && len(ops) == 0:
		return nil, jsonError(path, `a field needs an operator beside it: {"field":"status","$is":[400]}`)
	}
	return allOf(g, ops, path)
}

func jsonJunction(raw json.RawMessage, path string) (or bool, err error) {
	var word string
	if json.Unmarshal(raw, &word) == nil {
		switch strings.ToLower(word) {
		case "and":
			return false, nil
		case "or":
			return true, nil
		}
	}
	return false, jsonError(path, `the junction is "and" or "or", not %.60s`, raw)
}

func (s *Schema) jsonField(raw json.RawMessage, path string) (group, error) {
	var name string
	if err := json.Unmarshal(raw, &name); err != nil || name == "" {
		return group{}, jsonError(path, "the field is a name, not %s", shown(string(raw)))
	}
	return s.jsonName(name, path)
}

func (s *Schema) jsonName(name, path string) (group, error) {
	f, arg, err := s.Lookup(name)
	if err != nil {
		return group{}, placeJSON(err, path)
	}
	return group{f, arg}, nil
}

func (s *Schema) jsonItems(parts []Expr, raw json.RawMessage, path string, depth int) ([]Expr, error) {
	var items []json.RawMessage
	if json.Unmarshal(raw, &items) != nil || items == nil {
		return nil, jsonError(path, "the items are a list of objects, not %s", shown(string(raw)))
	}
	for i, item := range items {
		e, err := s.jsonGroup(item, fmt.Sprintf("%s[%d]", path, i), depth+1)
		if err != nil {
			return nil, err
		}
		parts = append(parts, e)
	}
	return parts, nil
}

// jsonConditions reads "status":{"conditions":{"$is":[400]}}. The word
// conditions may be missing.
func (s *Schema) jsonConditions(name string, raw json.RawMessage, path string) (Expr, error) {
	g, err := s.jsonName(name, path)
	if err != nil {
		return nil, err
	}
	list, err := members(raw, path)
	if err != nil {
		return nil, err
	}
	if len(list) == 1 && list[0].key == "conditions" {
		path = join(path, "conditions")
		if list, err = members(list[0].raw, path); err != nil {
			return nil, err
		}
	}
	if len(list) == 0 {
		return nil, jsonError(path, `a condition is missing: {"$is":["…"]}`)
	}
	return allOf(g, list, path)
}

// allOf reads operators of one field, which must all hold.
func allOf(g group, list []member, path string) (Expr, error) {
	var all And
	for _, m := range list {
		e, err := g.jsonCond(m, join(path, m.key))
		if err != nil {
			return nil, err
		}
		all = append(all, e)
	}
	return all, nil
}

// operand is one value of a JSON condition.
type jsonOperand struct {
	text    string
	integer bool // a JSON number without fraction: on times, it counts days
}

func (g *group) jsonCond(m member, path string) (Expr, error) {
	named, ok := jsonOps[m.key]
	if !ok {
		return nil, unknownJSONOp(m.key, path)
	}
	if named.op == HasValue {
		return notIf(named.not, Cond{Field: g.field, Arg: g.arg, Op: HasValue}), nil
	}
	operands, err := jsonOperands(m.raw, path)
	if err != nil {
		return nil, err
	}
	e, err := g.jsonAny(named.op, operands, path)
	if err != nil {
		return nil, err
	}
	return notIf(named.not, e), nil
}

func notIf(not bool, e Expr) Expr {
	if not {
		return Not{e}
	}
	return e
}

func unknownJSONOp(key, path string) error {
	if strings.HasPrefix(key, "$count") {
		return jsonError(path, "%s is not supported: a log has nothing to count", key)
	}
	near, best := "", len(key)/3+1
	for name := range jsonOps {
		if d := Distance(key, name); d < best || d == best && name < near {
			near, best = name, d
		}
	}
	if near == "" {
		return jsonError(path, "unknown operator %s", shown(key))
	}
	return &SyntaxError{Message: fmt.Sprintf("unknown operator %s, did you mean %s?", shown(key), near), Pos: -1, End: -1, Path: path, Suggestion: near}
}

// jsonOperands reads a list of values, or one value without its list.
func jsonOperands(raw json.RawMessage, path string) ([]jsonOperand, error) {
	d := json.NewDecoder(bytes.NewReader(raw))
	d.UseNumber()
	var v any
	if err := d.Decode(&v); err != nil && err != io.EOF {
		return nil, jsonError(path, "%s", err)
	}
	list, ok := v.([]any)
	if !ok {
		list = []any{v}
	}
	if len(list) == 0 {
		return nil, jsonError(path, "the list of values is empty")
	}
	var operands []jsonOperand
	for i, v := range list {
		switch v := v.(type) {
		case string:
			operands = append(operands, jsonOperand{text: v})
		case json.Number:
			operands = append(operands, jsonOperand{text: v.String(), integer: isDigits(v.String())})
		case bool:
			operands = append(operands, jsonOperand{text: fmt.Sprint(v)})
		default:
			return nil, jsonError(fmt.Sprintf("%s[%d]", path, i), "a value is a string, a number, true or false")
		}
	}
	return operands, nil
}

// jsonAny makes the condition of an operator with its values: any of them.
func (g *group) jsonAny(op Op, operands []jsonOperand, path string) (Expr, error) {
	if op == Between {
		if len(operands) != 2 {
			return nil, jsonError(path, "$between takes two values, the first and the last")
		}
		e, err := betweenCond(g, operands[0].text, operands[1].text)
		if err != nil {
			return nil, placeJSON(err, path)
		}
		return e, nil
	}
	if len(operands) > 1 && op != Is && op != Contains && op != StartsWith && op != EndsWith && op != Matches {
		return nil, jsonError(path, "%s takes one value, not %d", opTable[op].json, len(operands))
	}
	var any Or
	same := true // all are Is: one condition with several operands
	for i, o := range operands {
		e, err := g.jsonOne(op, o)
		if err != nil {
			if len(operands) > 1 {
				path = fmt.Sprintf("%s[%d]", path, i)
			}
			return nil, placeJSON(err, path)
		}
		c, isCond := e.(Cond)
		same = same && isCond && c.Op == Is
		any = append(any, e)
	}
	if !same {
		return any, nil
	}
	one := Cond{Field: g.field, Arg: g.arg, Op: Is}
	for _, e := range any {
		one.Values = append(one.Values, e.(Cond).Values...)
	}
	return one, nil
}

// jsonOne makes a condition with one value. On times, the comparisons have names
// of their own, and a whole number counts days before today.
func (g *group) jsonOne(op Op, o jsonOperand) (Expr, error) {
	if g.field.Kind == Time {
		switch {
		case op == MoreThan && o.integer:
			return g.cond(MoreThanAgo, o.text)
		case op == LessThan && o.integer:
			return g.cond(LessThanAgo, o.text)
		case op == Is && o.integer && len(o.text) < 10:
			return g.cond(DaysAgo, o.text)
		}
		op = timeOp(op)
	}
	return g.cond(op, o.text)
}

// JSONOf writes e as JSON: in the flat form where that can say it, else nested.
// ParseJSON reads it back.
func JSONOf(e Expr) json.RawMessage {
	e = Canonical(e)
	if flat, ok := flatJSON(e); ok {
		return flat
	}
	var b bytes.Buffer
	inner := e
	if n, ok := e.(Not); ok {
		inner = n.X
	}
	if _, alone := inner.(Cond); alone {
		writeItems(&b, "", "and", []Expr{e})
	} else {
		writeItem(&b, e)
	}
	return b.Bytes()
}

// flatField is a field with its operators in the flat form.
type flatField struct {
	name string
	ops  []jsonPair
}

type jsonPair struct{ key, values string }

// flatJSON writes the flat form, where no field and no operator of a field can
// stand twice, and where a field's operators must all hold.
func flatJSON(e Expr) (json.RawMessage, bool) {
	junction := "and"
	parts := []Expr{e}
	switch e := e.(type) {
	case And:
		parts = e
	case Or:
		if len(e) == 0 {
			return nil, false
		}
		junction, parts = "or", e
	}
	var fields []flatField
	for _, part := range parts {
		conds := []Expr{part}
		if and, ok := part.(And); ok {
			conds = and
		}
		for i, c := range conds {
			name, pair, ok := flatPair(c)
			if !ok {
				return nil, false
			}
			goesOn := len(fields) > 0 && fields[len(fields)-1].name == name && (junction == "and" || i > 0)
			if !goesOn {
				if i > 0 || hasField(fields, name) {
					return nil, false
				}
				fields = append(fields, flatField{name: name})
			}
			last := &fields[len(fields)-1]
			for _, op := range last.ops {
				if op.key == pair.key {
					return nil, false
				}
			}
			last.ops = append(last.ops, pair)
		}
	}
	return writeFlat(junction, fields), true
}

func hasField(fields []flatField, name string) bool {
	for _, f := range fields {
		if f.name == name {
			return true
		}
	}
	return false
}

func writeFlat(junction string, fields []flatField) json.RawMessage {
	var b bytes.Buffer
	b.WriteString(`{"junction":"` + junction + `"`)
	for _, f := range fields {
		b.WriteString("," + jsonString(f.name) + `:{"conditions":{`)
		for i, op := range f.ops {
			if i > 0 {
				b.WriteByte(',')
			}
			b.WriteString(`"` + op.key + `":` + op.values)
		}
		b.WriteString("}}")
	}
	b.WriteByte('}')
	return b.Bytes()
}

// flatPair gives a condition, negated or not, as an operator with its values;
// ok is false where the negation has no operator.
func flatPair(e Expr) (name string, pair jsonPair, ok bool) {
	not, negated := e.(Not)
	if negated {
		e = not.X
	}
	c, ok := e.(Cond)
	if !ok {
		return "", jsonPair{}, false
	}
	key := opTable[c.Op].json
	if negated {
		key = opTable[c.Op].notJSON
	}
	if c.Op == Is && len(c.Values) > 1 {
		key = "$in"
		if negated {
			key = "$not_in"
		}
	}
	return c.Name(), jsonPair{key, jsonValues(c)}, key != ""
}

func jsonValues(c Cond) string {
	if c.Op == HasValue {
		return `[""]`
	}
	var values []string
	for _, o := range c.Values {
		values = append(values, jsonValue(c, o))
	}
	return "[" + strings.Join(values, ",") + "]"
}

// jsonValue writes an operand as a number where ParseJSON makes the same operand
// of it, else as a string.
func jsonValue(c Cond, o Operand) string {
	text := o.Text
	switch c.Field.Kind {
	case Time:
		if days, ok := strings.CutSuffix(text, "d"); ok && isDigits(days) {
			text = days
		} else {
			return jsonString(text)
		}
	case Text, String:
		return jsonString(text)
	}
	if isDecimal(text) && json.Valid([]byte(text)) {
		return text
	}
	return jsonString(o.Text)
}

func jsonString(s string) string {
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(s) // a string always encodes
	return strings.TrimSuffix(b.String(), "\n")
}

// writeItem writes the nested form.
func writeItem(b *bytes.Buffer, e Expr) {
	not := ""
	if n, ok := e.(Not); ok {
		if name, pair, ok := flatPair(e); ok {
			fmt.Fprintf(b, `{"field":%s,"%s":%s}`, jsonString(name), pair.key, pair.values)
			return
		}
		not, e = `"not":true,`, n.X
	}
	switch e := e.(type) {
	case Cond:
		_, pair, _ := flatPair(e)
		fmt.Fprintf(b, `{%s"field":%s,"%s":%s}`, not, jsonString(e.Name()), pair.key, pair.values)
	case And:
		writeItems(b, not, "and", e)
	case Or:
		if len(e) == 0 { // nothing is what is not everything
			writeItems(b, `"not":true,`, "and", nil)
			return
		}
		writeItems(b, not, "or", e)
	}
}

func writeItems(b *bytes.Buffer, not, junction string, items []Expr) {
	fmt.Fprintf(b, `{%s"junction":"%s","items":[`, not, junction)
	for i, item := range items {
		if i > 0 {
			b.WriteByte(',')
		}
		writeItem(b, item)
	}
	b.WriteString("]}")
}
