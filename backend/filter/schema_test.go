package filter_test

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"projectlogs/backend/filter"
)

func TestNewSchemaPanicsOnMistakes(t *testing.T) {
	get := func(any, string, func(filter.Value) bool) {}
	good := filter.Field{Name: "a", Kind: filter.String, Get: get}
	f := func(want string, fields ...filter.Field) {
		t.Helper()
		defer func() {
			t.Helper()
			if r := recover(); r == nil || !strings.Contains(r.(string), want) {
				t.Errorf("NewSchema said %v, want %q", r, want)
			}
		}()
		filter.NewSchema(fields...)
	}
	f("there twice", good, filter.Field{Name: "A", Kind: filter.String, Get: get})
	f("there twice", good, filter.Field{Name: "b", Aliases: []string{"a"}, Kind: filter.String, Get: get})
	f("reserved", filter.Field{Name: "junction", Kind: filter.String, Get: get})
	f("cannot be written", filter.Field{Name: "a b", Kind: filter.String, Get: get})
	f("cannot be written", filter.Field{Name: "a.", Aliases: []string{"b"}, Kind: filter.String, Get: get})
	f("unknown kind", filter.Field{Name: "a", Kind: "colour", Get: get})
	f("either Get or Of", filter.Field{Name: "a", Kind: filter.String})
	f("either Get or Of", good, filter.Field{Name: "b", Kind: filter.String, Get: get, Of: []string{"a"}})
	f(`values of "b"`, filter.Field{Name: "a", Kind: filter.String, Of: []string{"b"}})
	f("bare words", filter.Field{Name: "a", Kind: filter.String, Bare: true, Get: get})
}

func TestLookup(t *testing.T) {
	f := func(name, wantField, wantArg string) {
		t.Helper()
		field, arg, err := things.Lookup(name)
		if err != nil || field.Name != wantField || arg != wantArg {
			t.Errorf("Lookup(%q): %v, %q, %v", name, field, arg, err)
		}
	}
	f("status", "status", "")
	f("Code", "status", "")
	f("@timestamp", "time", "")
	f("body", "body", "")
	f("body.a", "body.", "a")
	f("H.X-App-Id", "header.", "X-App-Id")
	f(`body."a"."b c"`, "body.", `a."b c"`)
	f("body.a:b", "body.", `"a:b"`)

	for name, want := range map[string]string{
		"stat": "", "statsu": "status", "nmae": "name", "hdeader.x": "header.x", "body..": "", "": "", "time.x": "",
	} {
		_, _, err := things.Lookup(name)
		if err == nil {
			if name == "body.." {
				continue // an empty key is a key
			}
			t.Errorf("Lookup(%q) is no error", name)
		} else if want != "" && !strings.Contains(err.Error(), "did you mean "+want+"?") {
			t.Errorf("Lookup(%q): %v, want the suggestion %q", name, err, want)
		}
	}
	if _, _, err := things.Lookup("body." + strings.Repeat("a.", 64) + "a"); err == nil {
		t.Error("a path of 65 parts is no error")
	}
}

// TestDescribe: the description offers every operator with its negation, in a
// text form that parses, and hides what is hidden.
func TestDescribe(t *testing.T) {
	d := things.Describe()
	if d.Bare != "text" || len(d.Fields) != len(things.Fields())-1 {
		t.Errorf("bare %q, %d fields", d.Bare, len(d.Fields))
	}
	sample := map[string]string{"text": "a", "number": "1", "time": "2026-01-01", "duration": "1s", "size": "1kB", "days": "1d"}
	ops := 0
	for _, f := range d.Fields {
		if f.Name == "secret" {
			t.Error("the hidden field is offered")
		}
		name := f.Name
		if f.Family {
			name += "x"
		}
		for _, op := range f.Operators {
			ops++
			text := strings.Replace(strings.ReplaceAll(op.Text, "v", sample[op.Input]), "f", name, 1)
			e, err := things.Parse(text)
			if err != nil {
				t.Errorf("%s %s: %q does not parse: %v", f.Name, op.Label, text, err)
				continue
			}
			values := []string{}
			for range map[string]int{"one": 1, "two": 2, "many": 2}[op.Values] {
				values = append(values, strings.TrimPrefix(sample[op.Input], "+"))
			}
			item, _ := json.Marshal(map[string]any{"field": name, "not": op.Not, op.Op: values})
			fromJSON, err := things.ParseJSON(item)
			if err != nil {
				t.Errorf("%s %s: %s does not parse: %v", f.Name, op.Label, item, err)
			} else if filter.TextOf(fromJSON) != filter.TextOf(e) {
				t.Errorf("%s %s: the text %q and the JSON %s differ: %q, %q", f.Name, op.Label, text, item, filter.TextOf(e), filter.TextOf(fromJSON))
			}
		}
	}
	if ops < 150 {
		t.Errorf("only %d operators", ops)
	}
	b, err := json.Marshal(d)
	if err != nil || strings.Contains(string(b), "null") {
		t.Errorf("the description has nulls or does not encode: %v", err)
	}
	status := d.Fields[slices.IndexFunc(d.Fields, func(f filter.FieldDescription) bool { return f.Name == "status" })]
	if !slices.Equal(status.Choices, []string{"200", "404"}) || !slices.Equal(status.Aliases, []string{"code"}) {
		t.Errorf("status is described as %+v", status)
	}
}

// TestWalk: each condition is visited with whether it is negated.
func TestWalk(t *testing.T) {
	e, err := things.Parse("a -(name:b OR -(status:1 -status:2))")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	filter.Walk(e, func(c filter.Cond, negated bool) {
		sign := "+"
		if negated {
			sign = "-"
		}
		got = append(got, sign+c.Name()+":"+c.Values[0].Text)
	})
	if want := "+text:a -name:b +status:1 -status:2"; strings.Join(got, " ") != want {
		t.Errorf("visited %v, want %s", got, want)
	}
	if filter.IsAll(e) || !filter.IsAll(nil) || !filter.IsAll(filter.All()) || filter.IsAll(filter.Or{}) {
		t.Error("IsAll takes something else for everything")
	}
}
