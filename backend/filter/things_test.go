package filter_test

import (
	"strings"
	"time"

	"projectlogs/backend/filter"
)

// thing is the record of these tests.
type thing struct {
	status  float64
	took    float64
	size    float64
	at      time.Time
	names   []string
	path    string
	headers map[string]string
	body    string
	reply   string
	note    string
}

var things = filter.NewSchema(
	filter.Field{Name: "text", Label: "Text", Kind: filter.Text, Bare: true, Of: []string{"body", "reply", "note"}},
	filter.Field{Name: "status", Label: "Status", Kind: filter.Number, Aliases: []string{"code"}, Choices: []string{"200", "404"}, Get: get(func(t *thing) filter.Value { return filter.NumberValue(t.status) })},
	filter.Field{Name: "took", Label: "Duration", Kind: filter.Duration, Get: get(func(t *thing) filter.Value { return filter.NumberValue(t.took) })},
	filter.Field{Name: "size", Label: "Size", Kind: filter.Size, Get: get(func(t *thing) filter.Value { return filter.NumberValue(t.size) })},
	filter.Field{Name: "time", Label: "Time", Kind: filter.Time, Aliases: []string{"created_at", "@timestamp"}, Get: get(func(t *thing) filter.Value { return filter.TimeValue(t.at.UnixNano()) })},
	filter.Field{Name: "name", Label: "Name", Kind: filter.String, Get: func(r any, _ string, yield func(filter.Value) bool) {
		for _, n := range r.(*thing).names {
			if !yield(filter.StringValue(n)) {
				return
			}
		}
	}},
	filter.Field{Name: "path", Label: "Path", Kind: filter.String, Get: text(func(t *thing) string { return t.path })},
	filter.Field{Name: "body", Label: "Body", Kind: filter.Text, Get: text(func(t *thing) string { return t.body })},
	filter.Field{Name: "reply", Label: "Reply", Kind: filter.Text, Get: text(func(t *thing) string { return t.reply })},
	filter.Field{Name: "note", Label: "Note", Kind: filter.Text, Get: text(func(t *thing) string { return t.note })},
	filter.Field{Name: "header.", Label: "Header", Kind: filter.String, Aliases: []string{"h."}, Get: func(r any, name string, yield func(filter.Value) bool) {
		if v, ok := r.(*thing).headers[strings.ToLower(name)]; ok {
			yield(filter.StringValue(v))
		}
	}},
	filter.Field{Name: "json.", Label: "Any JSON", Kind: filter.Any, Of: []string{"body.", "reply."}},
	filter.Field{Name: "body.", Label: "Body JSON", Kind: filter.Any, Get: path(func(t *thing) string { return t.body })},
	filter.Field{Name: "reply.", Label: "Reply JSON", Kind: filter.Any, Get: path(func(t *thing) string { return t.reply })},
	filter.Field{Name: "secret", Label: "Secret", Kind: filter.String, Hidden: true, Get: text(func(*thing) string { return "" })},
)

func get(value func(*thing) filter.Value) func(any, string, func(filter.Value) bool) {
	return func(r any, _ string, yield func(filter.Value) bool) { yield(value(r.(*thing))) }
}

func text(value func(*thing) string) func(any, string, func(filter.Value) bool) {
	return func(r any, _ string, yield func(filter.Value) bool) {
		if s := value(r.(*thing)); s != "" {
			yield(filter.StringValue(s))
		}
	}
}

func path(doc func(*thing) string) func(any, string, func(filter.Value) bool) {
	return func(r any, path string, yield func(filter.Value) bool) {
		filter.JSONValues(doc(r.(*thing)), path, yield)
	}
}

// now is the time of all tests.
var now = time.Date(2026, 11, 22, 10, 30, 0, 0, time.UTC)
