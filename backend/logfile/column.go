package logfile

import (
	"errors"
	"strings"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/rawjson"
)

// Preset is a named choice of CSV columns.
type Preset struct {
	Name   string   `json:"preset"`
	Label  string   `json:"label"`
	Fields []string `json:"fields"` // the header
}

// presets: "default" for people; "api_log" as the audited platform writes its
// export; "all" with everything, which imports back as the same logs.
var presets = []Preset{
	{"default", "Default", strings.Fields(`id time status result method endpoint url origin user_email customer api_key
		client_key campaign duration_ms request_id error_key error_message`)},
	{"api_log", "The platform's API log", strings.Fields(`id created_at status request_id channel method endpoint url
		user_email app_id client_app_id request_duration request_body response_body`)},
	{"all", "Everything", strings.Fields(`id time origin method url path query endpoint status result duration_ms user.id
		user.email customer.id customer.source_id api_key client_key campaign incentive request_id correlation_id task_id ip
		user_agent message request.headers request.body request.body_encoding request.size request.truncated_at
		response.headers response.body response.body_encoding response.size response.truncated_at error.key error.message
		source attributes`)},
}

// Presets are the choices of columns that have a name.
func Presets() []Preset {
	out := make([]Preset, len(presets))
	for i, p := range presets {
		p.Fields = append([]string(nil), p.Fields...)
		out[i] = p
	}
	return out
}

// column is one column of a table. Either write or field is set.
type column struct {
	header string
	isTime bool // is followed by time_local
	write  func(w *csvWriter, l *audit.Log)
	field  *filter.Field
	arg    string // for a family of fields
}

// columnsOf are the columns that were asked for.
func columnsOf(o WriterOptions) (columns []column, all bool, err error) {
	fields := o.Fields
	if fields == "" {
		fields = "default"
	}
	names := splitNames(fields)
	for _, p := range presets {
		if p.Name == fields {
			names = p.Fields
		}
	}
	if fields == "default" && o.Bodies {
		names = append(names[:len(names):len(names)], "request_body", "response_body")
	}
	for _, name := range names {
		c, err := columnOf(strings.TrimSpace(name), fields == "api_log")
		if err != nil {
			return nil, false, err
		}
		columns = append(columns, c)
	}
	return columns, fields == "all", nil
}

// splitNames splits at commas, but for those in the quotes of a JSON path.
func splitNames(fields string) []string {
	var names []string
	from, quoted := 0, false
	for i := range len(fields) {
		switch {
		case fields[i] == '"':
			quoted = !quoted
		case fields[i] == ',' && !quoted:
			names, from = append(names, fields[from:i]), i+1
		}
	}
	return append(names, fields[from:])
}

// composed are columns that are no field of a filter, or are written otherwise.
var composed = map[string]func(w *csvWriter, l *audit.Log){
	"query":                  func(w *csvWriter, l *audit.Log) { w.lists(l.Query) },
	"request.headers":        func(w *csvWriter, l *audit.Log) { w.lists(l.Request.Headers) },
	"response.headers":       func(w *csvWriter, l *audit.Log) { w.lists(l.Response.Headers) },
	"request.body_encoding":  func(w *csvWriter, l *audit.Log) { w.encoding(l.Request.Body) },
	"response.body_encoding": func(w *csvWriter, l *audit.Log) { w.encoding(l.Response.Body) },
	"request.truncated_at":   func(w *csvWriter, l *audit.Log) { w.count(l.Request.TruncatedAt) },
	"response.truncated_at":  func(w *csvWriter, l *audit.Log) { w.count(l.Response.TruncatedAt) },
	"attributes":             func(w *csvWriter, l *audit.Log) { w.text(string(l.Attributes)) },
	// One column of a customer: its id, or what the project calls it.
	"customer": func(w *csvWriter, l *audit.Log) { w.text(either(l.Customer.ID, l.Customer.SourceID)) },
	"user":     func(w *csvWriter, l *audit.Log) { w.text(either(l.User.Email, l.User.ID)) },
}

// platform are the columns that the audited platform writes in its own words.
var platform = map[string]func(w *csvWriter, l *audit.Log){
	"status":   func(w *csvWriter, l *audit.Log) { w.text(strings.ToUpper(l.Result())) },
	"endpoint": func(w *csvWriter, l *audit.Log) { w.text(audit.EndpointSlug(l.Endpoint)) },
}

func either(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

func columnOf(name string, platformWords bool) (column, error) {
	if write := platform[name]; write != nil && platformWords {
		return column{header: name, write: write}, nil
	}
	if write := composed[name]; write != nil {
		return column{header: name, write: write}, nil
	}
	field, arg, err := audit.LogSchema.Lookup(name)
	if err != nil {
		wrong := &audit.Error{Code: audit.Invalid, Message: "There is no column " + shown(name) + ".", Cause: err}
		// What a filter on that field would say has the nearest name; without one
		// it suggests to quote the filter.
		_, err := audit.LogSchema.Parse(name + ":*")
		if syntax, ok := errors.AsType[*filter.SyntaxError](err); ok && syntax.Suggestion != "" && syntax.Suggestion[0] != '"' {
			wrong.Suggestion = syntax.Suggestion
			wrong.Message = "There is no column " + shown(name) + "; did you mean " + syntax.Suggestion + "?"
		}
		return column{}, wrong
	}
	if field.Name == "time" { // also before 1678, where a filter's nanoseconds end
		return column{header: name, isTime: true, write: func(w *csvWriter, l *audit.Log) { w.time(l.Time) }}, nil
	}
	return column{header: name, field: field, arg: arg}, nil
}

// several writes a field that has more than one value in a log: of a header
// what HTTP would make of it, of others a JSON array.
func (w *csvWriter) several(c *column, values []filter.Value) {
	b := w.scratch[:0]
	if strings.HasSuffix(c.field.Name, "header.") {
		for i, v := range values {
			if i > 0 {
				b = append(b, ", "...)
			}
			b = append(b, v.Text...)
		}
	} else {
		for i, v := range values {
			b = append(b, ",["[b2i(i == 0)])
			if v.IsNumber && v.Text == "" {
				b = appendNumber(b, v.Number)
			} else {
				b = rawjson.AppendString(b, v.Text)
			}
		}
		b = append(b, ']')
	}
	w.scratch = b
	w.text(string(b))
}
