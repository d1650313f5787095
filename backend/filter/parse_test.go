package filter_test

import (
	"errors"
	"strings"
	"testing"

	"projectlogs/backend/filter"
)

// TestParse is the specification of the text form: what is written, and how it
// is written in the one canonical way, which shows how it was understood.
func TestParse(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		e, err := things.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
			return
		}
		if got := filter.TextOf(e); got != want {
			t.Errorf("Parse(%q) is %q, want %q", text, got, want)
		}
		again, err := things.Parse(want)
		if err != nil || filter.TextOf(again) != want {
			t.Errorf("Parse(%q) again: %q, %v", want, filter.TextOf(again), err)
		}
	}
	same := func(text string) { t.Helper(); f(text, text) }

	// Everything and nothing.
	same("")
	f(" \t\n", "")
	f("*", "")
	f("* foo", "foo")
	f("foo OR *", "")
	same("-*")
	f("NOT *", "-*")
	f("foo -*", "-*")
	f("foo OR -*", "foo")

	// Words, phrases, and what is no field.
	same("foo")
	same("foo bar")
	same(`"foo bar"`)
	same("/v1/vouchers/AB-1")
	same("/v1/vouchers/")
	same("/v1/")
	same("ann@example.com")
	same("out-of-stock")
	same("cust_8fc7")
	same("日本語")
	f("https://api.example.com/v1?a=b", `"https://api.example.com/v1?a=b"`)
	f("10:30:00", `"10:30:00"`)
	f("a=1&b=2", `"a=1&b=2"`)
	f("unknown!=5", `"unknown!=5"`)
	f("f(x)", `"f(x)"`)
}

func TestParseConditions(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		e, err := things.Parse(text)
		if err != nil {
			t.Errorf("Parse(%q): %v", text, err)
		} else if got := filter.TextOf(e); got != want {
			t.Errorf("Parse(%q) is %q, want %q", text, got, want)
		}
	}
	same := func(text string) { t.Helper(); f(text, text) }

	// Names: any case, aliases, families.
	f("STATUS:400", "status:400")
	f("code:400", "status:400")
	f("h.X-App-Id:abc", "header.X-App-Id:abc")
	f(`header."x-app-id":abc`, "header.x-app-id:abc")
	same(`header."x app:id":abc`)
	same(`body.a."b.c".d:x`)
	same(`body.a."say \"x\"":x`)
	f("Json.Items.0.SKU:x", "json.Items.0.SKU:x")
	same("body.filter[status]:x")
	same("body:words")

	// AND, OR, NOT.
	f("a AND b", "a b")
	f("a AND b OR c AND d", "a b OR c d")
	f("(a OR b) c", "(a OR b) c")
	f("((a) (b c))", "a b c")
	f("a OR (b OR c)", "a OR b OR c")
	f("NOT a", "-a")
	f("NOT NOT a", "a")
	f("--a", "a")
	f("NOT -status:400", "status:400")
	f("-(a)", "-a")
	same("-(a b)")
	same("-(a OR b)")
	f("NOT(a b)", "-(a b)")
	f("a OR -(b c)", "a OR -(b c)")
	f("and or not", "and or not")
	f(`"OR"`, `"OR"`)
	f("ORDER", "ORDER")
	f(`"-a"`, `"-a"`)

	// Values.
	same("name:Ann")
	f(`name:"Ann"`, "name:Ann")
	same(`name:"Ann B"`)
	same(`name:""`)
	same(`name:"a\"b\\c"`)
	f(`name:"C:\temp"`, `name:C:\temp`)
	f("name:-v", `name:"-v"`)
	f("name:=v", `name:"=v"`)
	same("path:https://x.example/y?a=b:c")
	same("path:/v1/vouchers")
	same("path:/v1/vouchers/")
	same("name:(a OR b)")
	same(`name:(a OR "b c" OR "-d")`)
	f("name:(a)", "name:a")
	f("name:(a b)", "name:a name:b")
	f("name:(a AND -b)", "name:a -name:b")
	f("name:(a* OR b)", "name:a* OR name:b")
	f("x name:(a* OR b)", "x (name:a* OR name:b)")
	f("-name:(a OR b)", "-name:(a OR b)")
	f("name:(NOT (a OR b))", "-name:(a OR b)")
	f("name:(a(b) OR c)", `name:("a(b)" OR c)`)

	// Stars and patterns.
	same("name:*")
	same("-name:*")
	same("name:a*")
	same("name:*a")
	same("name:*a*")
	same(`name:*"a*b"*`)
	same(`name:"a*"`)
	f(`name:*"ab"`, "name:*ab")
	same("name:/^a.*b$/")
	same(`name:/a\/b/`)
	same(`name:/a\ b/`)
	same("name:/(a|b)/")
	f("name:(/a/ OR /b/)", "name:/a/ OR name:/b/")
	same("vouch*")
	same("*vouch*")
	same("*vouch")
	same(`"out of st"*`)
	f("text:vouch", "vouch")
	same("text:(a OR b)")
	same("text:*")
	same("text:/re/")
	same("body:vouch*")

	// Numbers, durations, sizes.
	same("status>400")
	same("status>=400")
	same("status<400")
	same("status<=400")
	f("status:>400", "status>400")
	same("status:400..499")
	f("status:400..", "status>=400")
	f("status:..499", "status<=499")
	f("status:400..*", "status>=400")
	f("status:*..499", "status<=499")
	same("status:-1")
	f("status:+1", "status:1")
	same("status:(400 OR 404)")
	same("status:(-1 OR -2)")
	f("status:(>400 <500)", "status>400 status<500")
	same("status:1e2")
	same("took>250ms")
	same("took>250")
	f("took>1.5S", "took>1.5s")
	f(`took>"2 h"`, "took>2h")
	same("took:1s..2m")
	f("size>10KB", "size>10kB")
	same("size<=1.5MiB")
	same("body.amount>10")
	same("body.amount:10..20")
	same("body.amount:-5")
	same(`body.version:"1..x"`)
	f("body.version:1..x", `body.version:"1..x"`)
	f(`body.amount:"10"`, "body.amount:10")
	f(`body.amount:"1..2"`, `body.amount:"1..2"`)

	// Times.
	same("time>2026-01-01")
	same("time<2026-01-01")
	same("time>=2026-01-01")
	same("time<=2026-01-01")
	same("time:2026")
	same("time:2026-01")
	same("time:2026-01-01")
	same("time:2026-01-01T10")
	same("time:2026-01-01T10:30")
	same("time:2026-01-01T10:30:05.123Z")
	same("time:2026-01-01T10:30+02:00")
	same("time:2026-01-01..2026-01-31")
	f(`time>"2026-01-01 10:30"`, "time>2026-01-01T10:30")
	same("time:1763805600")
	same("time>-24h")
	f("time>=-24h", "time>-24h")
	same("time<-7d")
	same("time:-1d")
	f("time:-0d", "time:-0d")
	same("time:+1d")
	same("time>+1h")
	same("time<+1h")
	f("created_at:(2026-01-01 OR -1d)", "time:2026-01-01 OR time:-1d")
	f("time:(2026-01-01 OR 2026-02-01)", "time:(2026-01-01 OR 2026-02-01)")
}

// TestParseErrors says what a mistake is answered with: the sentence (a part of
// it), the place as the text that is marked, and what could stand there.
func TestParseErrors(t *testing.T) {
	f := func(text, message, marked, suggestion string) {
		t.Helper()
		e, err := things.Parse(text)
		var syntax *filter.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("Parse(%q) is %v, want an error", text, e)
			return
		}
		if !strings.Contains(syntax.Message, message) {
			t.Errorf("Parse(%q) says %q, want %q", text, syntax.Message, message)
		}
		if syntax.Pos < 0 || syntax.End < syntax.Pos || syntax.End > len(text) {
			t.Fatalf("Parse(%q): place %d to %d", text, syntax.Pos, syntax.End)
		}
		if got := text[syntax.Pos:syntax.End]; got != marked {
			t.Errorf("Parse(%q) marks %q, want %q", text, got, marked)
		}
		if syntax.Suggestion != suggestion {
			t.Errorf("Parse(%q) suggests %q, want %q", text, syntax.Suggestion, suggestion)
		}
		if suggestion != "" {
			fixed := text[:syntax.Pos] + suggestion + text[syntax.End:]
			if _, err := things.Parse(fixed); err != nil {
				t.Errorf("the suggestion for %q, %q, does not parse: %v", text, fixed, err)
			}
		}
	}

	// Fields.
	f("statsu:400", `unknown field "statsu", did you mean status?`, "statsu", "status")
	f("foo statu>400", "did you mean status?", "statu", "status")
	f("headers.x-app:1", "did you mean header.x-app?", "headers.x-app", "header.x-app")
	f("create_at>2026", "did you mean created_at?", "create_at", "created_at")
	f("localhost:4780 x", `unknown field "localhost"; quote the whole`, "localhost:4780", `"localhost:4780"`)
	f("header.:x", "the name after the dot is missing", "header.:x", `"header.:x"`)
	f("secre:x", "unknown field", "secre", "secret")
	f("status: 400", "no space may stand", "status: 400", "status:400")
	f("status:", "needs a value", "status:", "status:*")
	f("(status:)", "needs a value", "status:", "status:*")
	f("status> 400", "no space may stand", "status> 400", "status>400")
	f("status=400", "write status:400", "status=400", "status:400")
	f("status==400 x", "write status:400", "status==400", "status:400")
	f("status!=400", "write -status:400", "status!=400", "-status:400")

	// Structure.
	f("(a", "not closed", "(", "")
	f("a)", "closes nothing", ")", "")
	f("()", "missing before this parenthesis", ")", "")
	f("a OR", "ends where a condition should follow", "", "")
	f("OR a", "missing before OR", "OR", `"OR"`)
	f("a AND OR b", "missing before OR", "OR", `"OR"`)
	f("a AND AND b", "missing before AND", "AND", `"AND"`)
	f("NOT", "ends where", "", "")
	f("a (OR)", "missing before OR", "OR", `"OR"`)
	f(`"abc`, "not closed", `"abc`, `"abc"`)
	f("f(x OR g)", "closes nothing", ")", "")
	f(`"a"b`, "a space must follow", "b", "")
	f("name:(a", "not closed", "(", "")
	f(strings.Repeat("(", 201)+"a", "nested more than 200 levels", "(", "")

	// Values.
	f("-", "no letters or digits", "-", "")
	f("a - b", "no letters or digits", "-", "")
	f("...", "no letters or digits", "...", "")
	f("body:---", "use body:*\"---\"* for punctuation", "---", "")
	f("a*b", "a star stands at the beginning or the end", "a*b", `"a*b"`)
	f("path:/v1/*/x", "a star stands at the beginning or the end", "/v1/*/x", `"/v1/*/x"`)
	f("path:/^(a|b) c/", `written "\ "`, "/^(a|b) c/", `/^(a|b)\ c/`)
	f("(path:/a.*\tb c/)", `written "\ "`, "/a.*\tb c/", "/a.*\\\tb\\ c/")
	f("name:**", "is empty", "**", "")
	f("status:abc", `"abc" is no number`, "abc", "")
	f("status:400,404", "several are written", "400,404", "(400 OR 404)")
	f("status:4*", "use a range such as status:400..499", "4*", "400..499")
	f("status:40*", "use a range such as status:400..499", "40*", "")
	f("status:*4", "use a range such as status:400..499", "*4", "")
	f("status:5xx", "a range is written 500..599", "5xx", "500..599")
	f("status:/4/", "use a range", "/4/", "")
	f("status:500..400", "ends before it begins", "500..400", "400..500")
	f("status:(400 OR x)", "no number", "x", "")
	f("took>5parsecs", "no duration", "5parsecs", "")
	f("size>5furlongs", "no size", "5furlongs", "")
	f("name>5", `has no "more than"`, "5", "")
	f("name>*", "a comparison needs a plain value", "*", "")
	f("body.x>abc", "is no number", "abc", "")
	f("time:yesterdayish", "is no time; write 2026-01-31", "yesterdayish", "")
	f("time:2026-13-01", "is no time", "2026-13-01", "")
	f("time>-24", `"-24" needs a unit`, "-24", "-24d")
	f("time:-1h", "is no number of days", "-1h", "")
	f("time>-99999999d", "out of range", "-99999999d", "")
	f("time:0001-01-01", "out of range", "0001-01-01", "")
	f("name:/(/", "is no regular expression: missing closing )", "/(/", "")
	f("name:/"+strings.Repeat("a", 1001)+"/", "at most 1000 are allowed", "/"+strings.Repeat("a", 1001)+"/", "")
	f("a \xff", "not valid UTF-8", "\xff", "")

	long := strings.Repeat("a", 64<<10+1)
	f(long, "at most 65536", "a", "")
}
