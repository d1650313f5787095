package filter_test

import (
	"testing"

	"projectlogs/backend/filter"
)

func TestLabelOf(t *testing.T) {
	f := func(text, want string) {
		t.Helper()
		e, err := things.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		if got := filter.LabelOf(e); got != want {
			t.Errorf("%q is labelled %q, want %q", text, got, want)
		}
	}
	f("", "Everything")
	f("-*", "Nothing")
	f("status>=400", "Status ≥ 400")
	f("-status<400", "Status not < 400")
	f("status:400..499", "Status between 400 and 499")
	f("name:Ann", "Name is Ann")
	f("-name:Ann", "Name is not Ann")
	f(`name:""`, "Name is “”")
	f("name:(spring-2026 OR welcome-10)", "Name spring-2026 or welcome-10")
	f("-name:(a OR b)", "Name is neither a nor b")
	f("-name:*a*", "Name does not contain a")
	f("name:*", "Name has value")
	f("-name:*", "Name is unknown")
	f("body:order", "Body has words order")
	f(`-body:"out of stock"`, "Body does not have words “out of stock”")
	f("body:*order*", "Body contains order")
	f("order", "Text has words order")
	f("took>2s", "Duration > 2s")
	f("header.x-app-id:a", "Header x-app-id is a")
	f(`body.order."a.b">10`, `Body JSON order."a.b" > 10`)
	f("time>2026-01-01", "Time after 2026-01-01")
	f("time>=2026-01-01", "Time on or after 2026-01-01")
	f("time>-24h", "Time less than 24h ago")
	f("time:-3d", "Time 3 days ago")
	f("-time:+3d", "Time not 3 days from now")
	f("status:400 (a OR name:b)", "Status is 400 and (Text has words a or Name is b)")
	f("-(a b)", "not (Text has words a and Text has words b)")
}
