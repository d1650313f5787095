package api

import (
	"encoding/json"
	"net/http"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// form is a filter in any form, or several joined.
type form struct {
	Q      string          `json:"q"`
	Filter json.RawMessage `json:"filter"`
	And    *[]form         `json:"and"`
	Or     *[]form         `json:"or"`
}

// forms is one filter in all its forms.
type forms struct {
	Text     string          `json:"text"`
	Filter   json.RawMessage `json:"filter"`
	Junction string          `json:"junction"`
	Items    []formItem      `json:"items"`
}

// formItem is a member of the outermost And or Or. Field, Operator, Not and
// Values are given where it is one condition.
type formItem struct {
	Text     string          `json:"text"`
	Label    string          `json:"label"`
	Field    string          `json:"field,omitempty"`
	Operator string          `json:"operator,omitempty"`
	Not      bool            `json:"not"`
	Values   []string        `json:"values,omitempty"`
	Filter   json.RawMessage `json:"filter"`
}

var schemas = map[string]*filter.Schema{
	"logs": audit.LogSchema, "tasks": audit.TaskSchema, "exports": audit.ExportSchema,
}

// filterForms answers GET and POST /api/filter: one filter in all its forms.
func (s *Server) filterForms(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	schema := schemas[p.choice("for", "logs", "tasks", "exports")]
	var asked form
	if r.Method == http.MethodPost {
		if err := p.done(); err != nil {
			return err
		}
		if err := decode(r, &asked); err != nil {
			return err
		}
	} else {
		asked.Q = p.text("q")
		asked.Filter = json.RawMessage(p.text("filter"))
		if err := p.done(); err != nil {
			return err
		}
	}
	e, err := asked.expr(schema)
	if err != nil {
		return err
	}
	answer, err := formsOf(filter.Canonical(e))
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, answer)
}

// expr gives the filter that a form says.
func (f form) expr(schema *filter.Schema) (filter.Expr, error) {
	given := 0
	for _, is := range []bool{f.Q != "" || len(f.Filter) > 0, f.And != nil, f.Or != nil} {
		if is {
			given++
		}
	}
	if given > 1 {
		return nil, invalidf("q or filter, and, or: give one of them.")
	}
	switch {
	case f.And != nil:
		members, err := exprs(schema, *f.And)
		return filter.And(members), err
	case f.Or != nil:
		members, err := exprs(schema, *f.Or)
		return filter.Or(members), err
	}
	return parseFilter(schema, f.Q, f.Filter)
}

func exprs(schema *filter.Schema, all []form) ([]filter.Expr, error) {
	out := make([]filter.Expr, len(all))
	for i, f := range all {
		var err error
		if out[i], err = f.expr(schema); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func formsOf(e filter.Expr) (forms, error) {
	out := forms{Text: filter.TextOf(e), Filter: filter.JSONOf(e), Junction: "and", Items: []formItem{}}
	members := []filter.Expr{e}
	switch e := e.(type) {
	case filter.And:
		members = e
	case filter.Or:
		if len(e) > 0 {
			out.Junction, members = "or", e
		}
	}
	for _, m := range members {
		item, err := formItemOf(m)
		if err != nil {
			return out, err
		}
		out.Items = append(out.Items, item)
	}
	return out, nil
}

func formItemOf(e filter.Expr) (formItem, error) {
	item := formItem{Text: filter.TextOf(e), Label: filter.LabelOf(e), Filter: filter.JSONOf(e)}
	cond, ok := e.(filter.Cond)
	if not, is := e.(filter.Not); is {
		cond, ok = not.X.(filter.Cond)
	}
	if !ok {
		return item, nil
	}
	item.Field = cond.Name()
	for _, v := range cond.Values {
		item.Values = append(item.Values, v.Text)
	}
	var err error
	item.Operator, item.Not, err = operatorOf(item.Filter, item.Field)
	return item, err
}

// operatorOf reads the operator of a single condition out of its JSON form,
// {"F":{"conditions":{"$op":…}}} or {"items":[{"field":"F","not":true,"$op":…}]},
// so that its name stands in package filter alone.
func operatorOf(form json.RawMessage, field string) (operator string, not bool, err error) {
	var flat map[string]json.RawMessage
	if err := json.Unmarshal(form, &flat); err != nil {
		return "", false, err
	}
	if conditions, ok := flat[field]; ok {
		var inside struct {
			Conditions map[string]json.RawMessage `json:"conditions"`
		}
		err = json.Unmarshal(conditions, &inside)
		flat = inside.Conditions
	} else {
		var items []map[string]json.RawMessage
		if err = json.Unmarshal(flat["items"], &items); err == nil && len(items) == 1 {
			flat = items[0]
		}
	}
	for name := range flat {
		if strings.HasPrefix(name, "$") {
			operator = name
		}
	}
	return operator, string(flat["not"]) == "true", err
}
