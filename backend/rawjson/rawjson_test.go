package rawjson_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"projectlogs/backend/rawjson"
)

const depth = 200

func TestParseSaysWhereAndWhy(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		_, err := rawjson.Parse(text, depth)
		if err == nil || err.Error() != want {
			t.Errorf("Parse(%.60q): %v; want %s", text, err, want)
		}
	}
	f(``, `the text ends where a value is expected at byte 1`)
	f(`{"a":`, `the text ends where a value is expected at byte 6`)
	f(`{"a":1`, `the text ends in the middle of an object or array at byte 7`)
	f(`{"a":1}x`, `there is more text after the end of the value at byte 8`)
	f(`{"a":1,}`, `a name in double quotes is missing at byte 8`)
	f(`{a:1}`, `a name in double quotes is missing at byte 2`)
	f(`{"a" 1}`, `a colon is missing at byte 6`)
	f(`{"a":"x}`, `a string does not end: the string that begins at byte 6`)
	f(`{"a":01}`, `a comma or '}' is missing at byte 7`)
	f(`[1 2]`, `a comma or ']' is missing at byte 4`)
	f(`[nul]`, `'n' begins no value at byte 2`)
	f(`["\x"]`, `there is no such escape at byte 3`)
	f(`["\u12"]`, `there is no such escape at byte 3`)
	f(strings.Repeat("[", 201), `the JSON is nested deeper than 200 levels at byte 201`)
	f(strings.Repeat(`{"a":`, 1_000_000), `the JSON is nested deeper than 200 levels at byte 1001`)
}

func TestTextKeepsEveryByte(t *testing.T) {
	f := func(value rawjson.Value, want string) {
		t.Helper()
		if got := value.Text(); got != want {
			t.Errorf("Text of %q = %q; want %q", value, got, want)
		}
	}
	f(`"plain"`, "plain")
	f(`"a\"b\\c\/d\b\f\n\r\t"`, "a\"b\\c/d\b\f\n\r\t")
	f(`"\u0000\u00e9\u20ac\ud83d\ude00"`, "\x00é€😀")
	f("\"\xff\xfe\"", "\xff\xfe")
	f("\"a\x00\nb\"", "a\x00\nb")
	f(`"\ud83d"`, "\xed\xa0\xbd")
	f(`"\ude00x"`, "\xed\xb8\x80x")
	f(`"\ud83d\u0041"`, "\xed\xa0\xbdA")
	f(`9007199254740993`, "9007199254740993")
	f(`{"a" : 1e400}`, `{"a" : 1e400}`)
}

func TestMembersComeInOrderWithDoubles(t *testing.T) {
	v, err := rawjson.Parse(` { "a" : 1 , "b\u0020c":[ {"x":"]}"}, 2 ],"a":{} , "":null } `, depth)
	if err != nil {
		t.Fatal(err)
	}
	var got strings.Builder
	for name, member := range v.Members() {
		got.WriteString(name + "=" + string(member) + ";")
	}
	if want := `a=1;b c=[ {"x":"]}"}, 2 ];a={};=null;`; got.String() != want {
		t.Errorf("got %s; want %s", got.String(), want)
	}
	if last := v.Get("a"); last != "{}" {
		t.Errorf("Get takes the first of doubles: %s", last)
	}
	if missing := v.Get("z"); missing.Kind() != rawjson.None {
		t.Errorf("a member that is not there is %q", missing)
	}
}

func TestAppendStringIsAlwaysUTF8(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		if got := string(rawjson.AppendString(nil, text)); got != want {
			t.Errorf("AppendString(%q) = %q; want %q", text, got, want)
		}
		if got := rawjson.LatinText(text); !utf8.ValidString(got) || rawjson.Value(want).Text() != got {
			t.Errorf("LatinText(%q) = %q; want what %s says", text, got, want)
		}
	}
	f("", `""`)
	f("a\"b\\\n\r\t\x00\x1f\x7f", `"a\"b\\\n\r\t\u0000\u001f`+"\x7f\"")
	f("\x80", "\"\u0080\"")
	f("caf\xe9 é", `"café é"`)
	f("\xe2\x82", "\"â\u0082\"")
}

func TestAppendCompactIsStrictJSON(t *testing.T) {
	f := func(in, want string) {
		t.Helper()
		v, err := rawjson.Parse(in, depth)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(rawjson.AppendCompact(nil, v)); got != want {
			t.Errorf("compact of %q = %q; want %q", in, got, want)
		}
	}
	f("{ \"a b\" : [ 1.50 , \"x y\\\" \" ] }", `{"a b":[1.50,"x y\" "]}`)
	f("\"a\x00b\nc\"", `"a\u0000b\nc"`)
	f("\"caf\xe9 é\"", `"café é"`)
	f("\"\xe2\x82\"", "\"â\u0082\"")
}

// Parse is encoding/json's Valid, but for control characters in strings, and
// what it takes apart is what encoding/json sees.
func FuzzAgainstEncodingJSON(f *testing.F) {
	for _, s := range []string{
		`{"a":[1,-2.5e+10,true,false,null,"x\ud83d\ude00\n"],"b":{"c":{}},"a":""}`, `[]`, ` "\u0000" `, `-0`, `1e5`, `{"":[[]]}`,
		"\"\xff\"", `{"a":1,}`, `[1,]`, `"\uD800"`, `nulll`, "[1\n,\t2 ]", `{"a":tru`,
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		v, err := rawjson.Parse(s, depth)
		w := rawjson.NewWalker(s, depth)
		walked := walk(w)
		if errWalk := w.End(); fmt.Sprint(errWalk) != fmt.Sprint(err) {
			t.Fatalf("%q: Parse says %v, a Walker %v", s, err, errWalk)
		} else if err == nil && walked != flat(v) {
			t.Fatalf("%q: a Walker finds %q; want %q", s, walked, flat(v))
		}
		if valid := json.Valid([]byte(s)); valid && err != nil && !strings.Contains(err.Error(), "deeper") {
			t.Fatalf("%q is JSON; Parse says %v", s, err)
		} else if !valid && err == nil && !strings.ContainsFunc(s, func(r rune) bool { return r < ' ' }) {
			t.Fatalf("%q is no JSON; Parse lets it pass", s)
		}
		if err != nil {
			return
		}
		compact := rawjson.AppendCompact(nil, v)
		if !json.Valid(compact) || !utf8.Valid(compact) {
			t.Fatalf("the compact form of %q is no JSON: %q", s, compact)
		}
		if again := rawjson.AppendCompact(nil, rawjson.Value(compact)); !bytes.Equal(again, compact) {
			t.Fatalf("compact twice: %q, %q", compact, again)
		}
		compare(t, rawjson.Value(compact))
	})
}

// walk opens every object that is not within an array, and writes down what it
// finds; flat does the same with Members.
func walk(w *rawjson.Walker) string {
	if w.Kind() != rawjson.Object {
		return string(w.Value()) + ";"
	}
	w.Open()
	out := "{"
	for name, ok := w.Member(); ok; name, ok = w.Member() {
		out += name + "=" + walk(w)
	}
	return out + "}"
}

func flat(v rawjson.Value) string {
	if v.Kind() != rawjson.Object {
		return string(v) + ";"
	}
	out := "{"
	for name, member := range v.Members() {
		out += name + "=" + flat(member)
	}
	return out + "}"
}

// compare holds a value against encoding/json's view of it.
func compare(t *testing.T, v rawjson.Value) {
	t.Helper()
	switch v.Kind() {
	case rawjson.Object:
		var want map[string]json.RawMessage
		if err := json.Unmarshal([]byte(v), &want); err != nil {
			t.Fatal(err)
		}
		got := map[string]string{}
		for name, member := range v.Members() {
			compare(t, member)
			if utf8.ValidString(name) {
				got[name] = string(member)
			}
		}
		for name, member := range want {
			if got[name] != string(member) && !strings.Contains(name, "\ufffd") {
				t.Fatalf("member %q of %s is %q", name, v, got[name])
			}
		}
	case rawjson.Array:
		var want []json.RawMessage
		if err := json.Unmarshal([]byte(v), &want); err != nil {
			t.Fatal(err)
		}
		n := 0
		for e := range v.Elements() {
			compare(t, e)
			if n == len(want) || string(want[n]) != string(e) {
				t.Fatalf("element %d of %s is %q", n, v, e)
			}
			n++
		}
		if n != len(want) {
			t.Fatalf("%s has %d elements; want %d", v, n, len(want))
		}
	case rawjson.String:
		var want string
		if err := json.Unmarshal([]byte(v), &want); err != nil {
			t.Fatal(err)
		}
		if got := v.Text(); utf8.ValidString(got) && got != want {
			t.Fatalf("text of %s is %q; want %q", v, got, want)
		}
		back := rawjson.Value(rawjson.AppendString(nil, want))
		if back.Text() != want || !json.Valid([]byte(back)) {
			t.Fatalf("%q is written as %s", want, back)
		}
	}
}
