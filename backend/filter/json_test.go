package filter_test

import (
	"errors"
	"strings"
	"testing"

	"projectlogs/backend/filter"
)

// TestParseJSON is the specification of the JSON forms, by the text form of what
// they are read as.
func TestParseJSON(t *testing.T) {
	f := func(json, want string) {
		t.Helper()
		e, err := things.ParseJSON([]byte(json))
		if err != nil {
			t.Errorf("ParseJSON(%s): %v", json, err)
		} else if got := filter.TextOf(e); got != want {
			t.Errorf("ParseJSON(%s) is %q, want %q", json, got, want)
		}
	}

	// No conditions filter nothing, whatever the junction.
	f(`{}`, "")
	f(`{"junction":"and"}`, "")
	f(`{"junction":"or"}`, "")
	f(`{"junction":"or","items":[]}`, "")
	f(`{"not":true,"items":[]}`, "-*")

	// The flat form of the platform and its peers.
	f(`{"junction":"and","status":{"conditions":{"$more_than_equal":[400]}}}`, "status>=400")
	f(`{"junction":"and","created_at":{"conditions":{"$after":["2018-05-30T22:00:00.000Z"],"$before":["2018-06-29T22:00:00.000Z"]}},"name":{"conditions":{"$is":["FAILURE"]}}}`,
		"time>2018-05-30T22:00:00.000Z time<2018-06-29T22:00:00.000Z name:FAILURE")
	f(`{"junction":"OR","status":{"conditions":{"$is":[400]}},"name":{"conditions":{"$is":"x"}}}`, "status:400 OR name:x")
	f(`{"junction":"or","status":{"conditions":{"$more_than":400,"$less_than":500}},"name":{"$is":"x"}}`, "status>400 status<500 OR name:x")
	f(`{"status":{"conditions":{"$is":400}}}`, "status:400")
	f(`{"name":{"conditions":{"$is":["a","b"]}}}`, "name:(a OR b)")
	f(`{"name":{"conditions":{"$in":["a","b"]}}}`, "name:(a OR b)")
	f(`{"name":{"conditions":{"$in":["a"]}}}`, "name:a")
	f(`{"name":{"conditions":{"$not_in":["a","b"]}}}`, "-name:(a OR b)")
	f(`{"name":{"conditions":{"$is_not":["a"]}}}`, "-name:a")
	f(`{"name":{"conditions":{"$contains":["a","b"]}}}`, "name:*a* OR name:*b*")
	f(`{"name":{"conditions":{"$not_contain":["a"]}}}`, "-name:*a*")
	f(`{"name":{"conditions":{"$starts_with":["a"],"$ends_with":["b"]}}}`, "name:a* name:*b")
	f(`{"name":{"conditions":{"$matches":["a/b c"]}}}`, `name:/a\/b\ c/`)
	f(`{"name":{"conditions":{"$has_value":[""]}}}`, "name:*")
	f(`{"name":{"conditions":{"$has_value":""}}}`, "name:*")
	f(`{"name":{"conditions":{"$is_unknown":[]}}}`, "-name:*")
	f(`{"body.paid":{"conditions":{"$is":[true]}}}`, "body.paid:true")
	f(`{"body.a.\"b.c\"":{"conditions":{"$is":[10]}}}`, `body.a."b.c":10`)
	f(`{"status":{"conditions":{"$between":[400,499]}}}`, "status:400..499")
	f(`{"took":{"conditions":{"$more_than":["2s"]}},"size":{"conditions":{"$less_than_equal":[1000]}}}`, "took>2s size<=1000")

	// Times: whole numbers count days.
	f(`{"time":{"conditions":{"$more_than":[3]}}}`, "time<-3d")
	f(`{"time":{"conditions":{"$less_than":[3]}}}`, "time>-3d")
	f(`{"time":{"conditions":{"$is":[3]}}}`, "time:-3d")
	f(`{"time":{"conditions":{"$is_days_ago":[3]}}}`, "time:-3d")
	f(`{"time":{"conditions":{"$is_days_in_future":["3"]}}}`, "time:+3d")
	f(`{"time":{"conditions":{"$more_than_ago":[3]}}}`, "time<-3d")
	f(`{"time":{"conditions":{"$less_than_ago":["24h"]}}}`, "time>-24h")
	f(`{"time":{"conditions":{"$more_than_future":[1],"$less_than_future":[2]}}}`, "time>+1d time<+2d")
	f(`{"time":{"conditions":{"$more_than":["2026-01-01"]}}}`, "time>2026-01-01")
	f(`{"time":{"conditions":{"$more_than_equal":["2026-01-01"],"$less_than_equal":["2026-01-31"]}}}`, "time>=2026-01-01 time<=2026-01-31")
	f(`{"time":{"conditions":{"$is":["2026-01-01",1]}}}`, "time:2026-01-01 OR time:-1d")

	// The nested form, and both in one.
	f(`{"junction":"or","items":[{"field":"status","$is":[400]},{"not":true,"junction":"and","items":[{"field":"name","$is":"a"},{"field":"text","$is":"b"}]}]}`, "status:400 OR -(name:a b)")
	f(`{"field":"status","$more_than":400,"$less_than":500}`, "status>400 status<500")
	f(`{"not":true,"field":"name","$starts_with":["a"]}`, "-name:a*")
	f(`{"items":[{"status":{"conditions":{"$is":400}}},{"junction":"or","name":{"$is":"a"},"path":{"$is":"b"}}]}`, "status:400 (name:a OR path:b)")
	f(`{"status":{"$is":400},"items":[{"field":"name","$is":"a"}]}`, "status:400 name:a")
}

// TestJSONOf shows which filters take the flat form.
func TestJSONOf(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		e, err := things.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(filter.JSONOf(e)); got != want {
			t.Errorf("%q is %s, want %s", text, got, want)
		}
	}
	f("", `{"junction":"and"}`)
	f("-*", `{"not":true,"junction":"and","items":[]}`)
	f("status>=400", `{"junction":"and","status":{"conditions":{"$more_than_equal":[400]}}}`)
	f("status>=400 status<500 name:a", `{"junction":"and","status":{"conditions":{"$more_than_equal":[400],"$less_than":[500]}},"name":{"conditions":{"$is":["a"]}}}`)
	f("status>=400 name:a status<500", `{"junction":"and","items":[{"field":"status","$more_than_equal":[400]},{"field":"name","$is":["a"]},{"field":"status","$less_than":[500]}]}`)
	f("-name:(a OR b) OR -path:*", `{"junction":"or","name":{"conditions":{"$not_in":["a","b"]}},"path":{"conditions":{"$is_unknown":[""]}}}`)
	f("status>400 status<500 OR name:a", `{"junction":"or","status":{"conditions":{"$more_than":[400],"$less_than":[500]}},"name":{"conditions":{"$is":["a"]}}}`)
	f("a b", `{"junction":"and","items":[{"field":"text","$is":["a"]},{"field":"text","$is":["b"]}]}`)
	f("-name:a*", `{"junction":"and","items":[{"not":true,"field":"name","$starts_with":["a"]}]}`)
	f("took>2s size>10 time:-3d body.x:(1 OR 01 OR y)", `{"junction":"and","took":{"conditions":{"$more_than":["2s"]}},"size":{"conditions":{"$more_than":[10]}},"time":{"conditions":{"$is_days_ago":[3]}},"body.x":{"conditions":{"$in":[1,"01","y"]}}}`)
	f(`"<a&b>"`, `{"junction":"and","text":{"conditions":{"$is":["<a&b>"]}}}`)
}

func TestParseJSONErrors(t *testing.T) {
	f := func(json, message, path, suggestion string) {
		t.Helper()
		e, err := things.ParseJSON([]byte(json))
		var syntax *filter.SyntaxError
		if !errors.As(err, &syntax) {
			t.Errorf("ParseJSON(%.100s) is %v, want an error", json, e)
			return
		}
		if !strings.Contains(syntax.Message, message) || syntax.Path != path || syntax.Suggestion != suggestion || syntax.Pos != -1 || syntax.End != -1 {
			t.Errorf("ParseJSON(%.100s): %q at %q, %d–%d, suggesting %q; want %q at %q, suggesting %q",
				json, syntax.Message, syntax.Path, syntax.Pos, syntax.End, syntax.Suggestion, message, path, suggestion)
		}
		if path != "" && !strings.HasSuffix(err.Error(), "(at "+path+")") {
			t.Errorf("the error %q does not say its place", err)
		}
	}
	f(``, "no JSON", "", "")
	f(`{"a":`, "no JSON: unexpected end of JSON input at byte 5", "", "")
	f("{\"\xff\":1}", "not valid UTF-8", "", "")
	f(`[]`, `an object in braces should stand here, not "[]"`, "", "")
	f(`null`, "an object", "", "")
	f(`{"statsu":{"conditions":{"$is":[400]}}}`, "did you mean status?", "statsu", "status")
	f(`{"status":{"conditions":{"$iss":[400]}}}`, "unknown operator \"$iss\", did you mean $is?", "status.conditions.$iss", "$is")
	f(`{"status":{"conditions":{"nonsense":[400]}}}`, `unknown operator "nonsense"`, "status.conditions.nonsense", "")
	f(`{"status":{"conditions":{"$count":[400]}}}`, "$count is not supported", "status.conditions.$count", "")
	f(`{"status":{"conditions":{"$count_less":[400]}}}`, "$count_less is not supported", "status.conditions.$count_less", "")
	f(`{"status":{"conditions":{}}}`, "a condition is missing", "status.conditions", "")
	f(`{"status":400}`, "an object in braces", "status", "")
	f(`{"status":{"conditions":[]}}`, "an object in braces", "status.conditions", "")
	f(`{"status":{"$is":[]}}`, "the list of values is empty", "status.$is", "")
	f(`{"status":{"$is":[null]}}`, "a value is a string, a number, true or false", "status.$is[0]", "")
	f(`{"status":{"$is":["x"]}}`, `"x" is no number`, "status.$is", "")
	f(`{"status":{"$is":[1,"x"]}}`, `"x" is no number`, "status.$is[1]", "")
	f(`{"status":{"$more_than":[1,2]}}`, "$more_than takes one value, not 2", "status.$more_than", "")
	f(`{"status":{"$between":[1]}}`, "$between takes two values", "status.$between", "")
	f(`{"status":{"$contains":["4"]}}`, "use a range", "status.$contains", "")
	f(`{"status":{"$after":["2026-01-01"]}}`, `has no "after"`, "status.$after", "")
	f(`{"status":{"$is":1,"$is":2}}`, "stands here twice", "status.$is", "")
	f(`{"status":{"$is":1},"status":{"$is":2}}`, "stands here twice", "status", "")
	f(`{"junction":"xor"}`, `the junction is "and" or "or", not "xor"`, "junction", "")
	f(`{"not":1}`, "not is true or false", "not", "")
	f(`{"items":{}}`, "the items are a list", "items", "")
	f(`{"items":[{"field":"status"}]}`, "a field needs an operator", "items[0]", "")
	f(`{"items":[{"$is":[1]}]}`, "an operator needs a field", "items[0].$is", "")
	f(`{"items":[{"field":7}]}`, "the field is a name", "items[0].field", "")
	f(`{"items":[{"field":"statuss","$is":[1]}]}`, "did you mean status?", "items[0].field", "status")
	f(`{"time":{"$is_days_ago":[-3]}}`, "no number of days", "time.$is_days_ago", "")
	f(`{"time":{"$is_days_ago":[1.5]}}`, "no number of days", "time.$is_days_ago", "")
	f(strings.Repeat(`{"items":[`, 300)+strings.Repeat(`]}`, 300), "nested more than 200 levels", strings.TrimPrefix(strings.Repeat(".items[0]", 201), "."), "")
	f(`{"name":{"$is":"`+strings.Repeat("a", 300_000)+`"}}`, "at most 262144", "", "")
	f(`{"name":{"$is":"`+strings.Repeat("a", 70_000)+`"}}`, "when written out; at most 65536", "", "")
}
