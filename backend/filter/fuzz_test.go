package filter_test

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"unicode/utf8"

	"projectlogs/backend/filter"
)

func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"", "*", "-*", "a OR b c", `status>=400 "out of stock"`, "-name:(a OR b)", "name:*a*", "name:/a|b/", `body."a.b".c:1..5`,
		"time>-24h", "time:2026-01-01..2026-01-31", "statsu:1", "status: 4", "status=4", "((a", `"a`, "a*b", "name:((a)(b))", "NOT NOT -a", "x\xff", "日本語",
		"https://x/y:z", "name:*\"a\"*", "header.\x8e:x", "a)b(c", "f:>=<", "size:10kB..", "header.:x", "body.:x", "name:/\\/", "took:\"1 s\"", "-",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		e, err := things.Parse(text)
		if err != nil {
			var syntax *filter.SyntaxError
			if !errors.As(err, &syntax) || syntax.Message == "" {
				t.Fatalf("Parse(%q): the error %v is no sentence", text, err)
			}
			if syntax.Pos >= 0 && (syntax.End < syntax.Pos || syntax.End > len(text)) || syntax.Pos < 0 && len(text) < 16<<10 {
				t.Fatalf("Parse(%q): place %d to %d of %d", text, syntax.Pos, syntax.End, len(text))
			}
			if utf8.ValidString(text) && !utf8.ValidString(syntax.Message) {
				t.Fatalf("Parse(%q): the sentence %q is no UTF-8", text, syntax.Message)
			}
			return
		}
		checkForms(t, e)
	})
}

func FuzzParseJSON(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"junction":"or","status":{"conditions":{"$is":[400]}}}`, `{"items":[{"not":true,"field":"name","$is":"a"}]}`, `{"time":{"$more_than":[3]}}`,
		`{"body.\"a.b\".c":{"$in":[1,"x",true]}}`, `{"name":{"$matches":["\\Qa b\\E"]}}`, `{"name":{"$matches":["\\Q\\E"]}}`, `[]`, `{"a":`, `{"status":{"$between":[1,2]}}`, `{"text":{"$is":"\u0000"}}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		e, err := things.ParseJSON(b)
		if err != nil {
			var syntax *filter.SyntaxError
			if !errors.As(err, &syntax) || syntax.Message == "" || syntax.Pos != -1 {
				t.Fatalf("ParseJSON(%q): the error %v is no sentence", b, err)
			}
			return
		}
		checkForms(t, e)
	})
}

// checkForms: text and JSON read back as the same filter, and it can be used.
func checkForms(t *testing.T, e filter.Expr) {
	t.Helper()
	text := filter.TextOf(e)
	again, err := things.Parse(text)
	if err != nil {
		t.Fatalf("%q does not parse: %v", text, err)
	}
	if got := filter.TextOf(again); got != text {
		t.Fatalf("%q reads back as %q", text, got)
	}
	b := filter.JSONOf(e)
	if !json.Valid(b) {
		t.Fatalf("%q gives the JSON %s", text, b)
	}
	if len(b) > 256<<10 {
		return
	}
	again, err = things.ParseJSON(b)
	if err != nil {
		t.Fatalf("%q gives %s, which does not parse: %v", text, b, err)
	}
	if got := filter.TextOf(again); got != text {
		t.Fatalf("%q gives %s, which reads back as %q", text, b, got)
	}
	if filter.LabelOf(e) == "" {
		t.Fatalf("%q has no label", text)
	}
	th := newMaker(1).thing()
	if len(text) < 1000 && utf8.ValidString(text) && filter.Compile(e, now).Match(th) != naive(e, th) {
		t.Fatalf("%q: Match and the naive evaluator differ", text)
	}
}

func FuzzJSONValues(f *testing.F) {
	for _, seed := range [][2]string{
		{`{"a":1}`, "a"},
		{`{"a":{"b":[1,"x",{"c":null}]}}`, "a.b.c"},
		{`[[1],[2]]`, "0"},
		{`{"a":"\u00e9\ud83d\ude00"}`, "a"},
		{`{"a.b":1,"a":{"b":2}}`, "a.b"},
		{`{"a":1}{"a":2}`, "a"},
		{`{"a":[1,`, "a"},
		{"a=1&b=%20", "b"},
		{`{"a":1,"a":[2]}`, `"a"`},
		{"", ""},
		{`{"":{"":1}}`, "."},
		{"]", "a"},
		{`{"a":1e9999}`, "a"},
	} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, doc, path string) {
		got := valuesOf(doc, path)
		if !json.Valid([]byte(doc)) || !utf8.ValidString(doc) || !utf8.ValidString(path) || strings.ContainsAny(path, `"\`) || strings.Count(path, ".") > 20 {
			return
		}
		if first := strings.TrimSpace(doc); first[0] != '{' && first[0] != '[' {
			return
		}
		want := naiveJSON(doc, path)
		if !sameValues(t, got, want) {
			t.Fatalf("%q in %s: %q, want %q", path, doc, got, want)
		}
	})
}

func FuzzWords(f *testing.F) {
	for _, seed := range []string{"", "a b", "Out-of-Stock_1", "日本語abc", "über\xff", "e\u0301", "\u0301a", "ſK\u212a", "ภาษา", "😀a\ufe0fb", "\x00\xe6\x97"} {
		f.Add(seed)
	}
	f.Fuzz(checkWords)
}

// FuzzContains holds the scans over a text against the naive evaluator.
func FuzzContains(f *testing.F) {
	for _, seed := range [][2]string{{"Out of stock", "of st"}, {"xxſtock", "STOCK"}, {"a-b-c ab", "b c"}, {"日本語", "本語"}, {"e\u0301te", "te"}, {"AAAAAB", "aab"}, {"\u0301abc", "abc"}} {
		f.Add(seed[0], seed[1])
	}
	f.Fuzz(func(t *testing.T, text, operand string) {
		if len(text) > 300 || len(operand) > 30 || !utf8.ValidString(text) || unusualScript(text+operand) {
			return
		}
		quoted := `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(operand) + `"`
		th := &thing{note: text, names: []string{text}}
		for _, q := range []string{"note:" + quoted, "note:" + quoted + "*", "note:*" + quoted + "*", "note:*" + quoted, "name:" + quoted + "*", "name:*" + quoted} {
			if e, err := things.Parse(q); err == nil && filter.Compile(e, now).Match(th) != naive(e, th) {
				t.Fatalf("%s on %q: Match and the naive evaluator differ", q, text)
			}
		}
	})
}
