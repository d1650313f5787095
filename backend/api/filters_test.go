package api_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

type forms struct {
	Text     string
	Filter   json.RawMessage
	Junction string
	Items    []struct {
		Text, Label, Field, Operator string
		Not                          bool
		Values                       []string
		Filter                       json.RawMessage
	}
}

func TestAFilterInAllItsForms(t *testing.T) {
	f := serve(t)
	var got forms
	f.get("/api/filter?q="+url.QueryEscape(`status>=400 -origin:Dashboard (method:GET OR "out of stock") campaign:(a OR b) -path:/v1*`), &got)
	if got.Junction != "and" || len(got.Items) != 5 {
		t.Fatalf("the forms: %+v", got)
	}
	for i, want := range []struct {
		field, operator string
		not             bool
		values          []string
	}{
		{"status", "$more_than_equal", false, []string{"400"}},
		{"origin", "$is_not", false, []string{"Dashboard"}},
		{"", "", false, nil},
		{"campaign", "$in", false, []string{"a", "b"}},
		{"path", "$starts_with", true, []string{"/v1"}},
	} {
		item := got.Items[i]
		if item.Field != want.field || item.Operator != want.operator || item.Not != want.not || !slices.Equal(item.Values, want.values) || item.Label == "" || item.Text == "" {
			t.Errorf("item %d: %+v, want %+v", i, item, want)
		}
	}
	// Every form leads back to the same filter.
	again := func(body string) string {
		var back forms
		f.post("/api/filter", body, http.StatusOK, &back)
		return back.Text
	}
	parts := `{"and":[`
	for i, item := range got.Items {
		if i > 0 {
			parts += ","
		}
		parts += `{"filter":` + string(item.Filter) + `}`
	}
	text, err := json.Marshal(got.Text)
	if err != nil {
		t.Fatal(err)
	}
	for name, body := range map[string]string{
		"text": `{"q":` + string(text) + `}`, "JSON": `{"filter":` + string(got.Filter) + `}`, "items": parts + `]}`,
	} {
		if back := again(body); back != got.Text {
			t.Errorf("%s leads back to %s, not to %s", name, back, got.Text)
		}
	}
	if text := again(`{"or":[{"q":"status:200"},{"and":[{"q":"status:201"},{"q":"method:GET"}]}]}`); text != "status:200 OR (status:201 method:GET)" && text != "status:200 OR status:201 method:GET" {
		t.Errorf("joined: %s", text)
	}
	var empty forms
	f.get("/api/filter", &empty)
	if empty.Text != "" || empty.Junction != "and" || empty.Items == nil || len(empty.Items) != 0 {
		t.Errorf("no filter: %+v", empty)
	}
	f.get("/api/filter?for=tasks&q=type:LOGS.IMPORT", nil)
	for _, wrong := range []string{"?for=users", "?q=a&for=tasks&for=logs", "?text=a"} {
		f.fails("GET", "/api/filter"+wrong, "", http.StatusBadRequest, "invalid")
	}
	f.fails("POST", "/api/filter", `{"q":"a","or":[]}`, http.StatusBadRequest, "invalid")
	f.fails("GET", "/api/filter?for=exports&q=method:GET", "", http.StatusBadRequest, "invalid_filter")
}

// TestEveryOperatorHasItsName writes one condition for each field and operator
// of the schema and expects the form to name both again.
func TestEveryOperatorHasItsName(t *testing.T) {
	f := serve(t)
	values := map[string]string{"text": `"a"`, "number": "5", "time": `"2026-01-01T00:00:00Z"`, "duration": `"5m"`, "size": `"5kB"`, "days": "5"}
	tried := 0
	for _, field := range audit.LogSchema.Describe().Fields {
		name := field.Name
		if field.Family {
			name += "x"
		}
		for _, op := range field.Operators {
			v := values[op.Input]
			switch op.Values {
			case "none":
				v = ""
			case "two", "many":
				v += "," + v
				if op.Values == "many" {
					v = v[:len(v)/2+1] + values[op.Input]
				}
			}
			if op.Values == "many" && op.Input == "text" {
				v = `"a","b"`
			}
			body := `{"filter":{"junction":"and","items":[{"field":"` + name + `","` + op.Op + `":[` + v + `]`
			if op.Not {
				body += `,"not":true`
			}
			body += `}]}}`
			var got forms
			f.post("/api/filter", body, http.StatusOK, &got)
			if len(got.Items) != 1 || got.Items[0].Field != name || got.Items[0].Not != op.Not && got.Items[0].Operator != op.Op {
				t.Errorf("%s: %+v", body, got)
				continue
			}
			operator := got.Items[0].Operator
			if operator != op.Op && !(op.Values == "many" && (operator == "$is" || operator == "$is_not")) {
				t.Errorf("%s: the operator is called %q", body, operator)
			}
			tried++
		}
	}
	if tried < 300 {
		t.Errorf("only %d conditions tried", tried)
	}
}

func TestSchema(t *testing.T) {
	f := serve(t)
	var s struct {
		Logs, Tasks, Exports filter.Description
		TaskTypes            []audit.TaskType                 `json:"task_types"`
		TaskStatuses         map[string]string                `json:"task_statuses"`
		ExportFormats        []struct{ Format, Label string } `json:"export_formats"`
		ExportPresets        []struct {
			Preset, Label string
			Fields        []string
		} `json:"export_presets"`
		Columns []struct{ Name, Label string }
	}
	f.get("/api/schema", &s)
	if len(s.Logs.Fields) != len(audit.LogSchema.Describe().Fields) || len(s.Tasks.Fields) == 0 || len(s.Exports.Fields) == 0 {
		t.Error("fields are missing")
	}
	if len(s.TaskTypes) < 22 || s.TaskStatuses["IN_PROGRESS"] != "In Progress" || len(s.ExportFormats) != 2 || len(s.Columns) < 20 {
		t.Errorf("types %d, statuses %v, formats %v, columns %d", len(s.TaskTypes), s.TaskStatuses, s.ExportFormats, len(s.Columns))
	}
	var presets []string
	for _, p := range s.ExportPresets {
		presets = append(presets, p.Preset)
		if p.Label == "" || len(p.Fields) == 0 {
			t.Errorf("preset %+v", p)
		}
	}
	if !slices.Equal(presets, []string{"default", "api_log", "all"}) {
		t.Errorf("presets %v", presets)
	}
	for _, c := range s.Columns {
		if _, _, err := audit.LogSchema.Lookup(c.Name); err != nil || c.Label == "" {
			t.Errorf("column %+v: %v", c, err)
		}
	}
}
