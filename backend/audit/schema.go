package audit

import (
	"iter"
	"maps"
	"slices"

	"projectlogs/backend/filter"
)

// LogSchema is every field of a log to filter by: a new field is one line here.
// Its records are *Log.
var LogSchema = filter.NewSchema(
	// What the builder offers first comes first.
	filter.Field{Name: "text", Label: "Body or message", Kind: filter.Text, Bare: true, Of: []string{"request.body", "response.body", "message"}},
	filter.Field{Name: "time", Label: "Time", Kind: filter.Time, Aliases: []string{"created_at", "timestamp", "@timestamp"}, Get: logTime},
	filter.Field{Name: "status", Label: "Status", Kind: filter.Number, Aliases: []string{"status_code"}, Get: number(func(l *Log) (float64, bool) { return float64(l.Status), true })},
	filter.Field{Name: "result", Label: "Result", Kind: filter.String, Choices: []string{Success, Failure}, Get: str((*Log).Result)},
	filter.Field{Name: "method", Label: "Method", Kind: filter.String, Choices: []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}, Get: str(func(l *Log) string { return l.Method })},
	filter.Field{Name: "endpoint", Label: "Endpoint", Kind: filter.String, Get: str(func(l *Log) string { return l.Endpoint })},
	filter.Field{Name: "path", Label: "Path", Kind: filter.String, Get: str(func(l *Log) string { return l.Path })},
	filter.Field{Name: "url", Label: "URL", Kind: filter.String, Get: str(func(l *Log) string { return l.URL })},
	filter.Field{Name: "origin", Label: "Origin", Kind: filter.String, Aliases: []string{"channel"}, Get: str(func(l *Log) string { return l.Origin })},
	filter.Field{Name: "user", Label: "User", Kind: filter.String, Of: []string{"user.id", "user.email"}},
	filter.Field{Name: "user.id", Label: "User id", Kind: filter.String, Aliases: []string{"user_id"}, Get: str(func(l *Log) string { return l.User.ID })},
	filter.Field{Name: "user.email", Label: "User e-mail", Kind: filter.String, Aliases: []string{"user_email"}, Get: str(func(l *Log) string { return l.User.Email })},
	filter.Field{Name: "customer", Label: "Customer", Kind: filter.String, Of: []string{"customer.id", "customer.source_id"}},
	filter.Field{Name: "customer.id", Label: "Customer id", Kind: filter.String, Aliases: []string{"customer_id"}, Get: str(func(l *Log) string { return l.Customer.ID })},
	filter.Field{Name: "customer.source_id", Label: "Customer source id", Kind: filter.String, Get: str(func(l *Log) string { return l.Customer.SourceID })},
	filter.Field{Name: "api_key", Label: "API key", Kind: filter.String, Aliases: []string{"app_id", "api_key_id"}, Get: str(func(l *Log) string { return l.APIKey })},
	filter.Field{Name: "client_key", Label: "Client key", Kind: filter.String, Aliases: []string{"client_app_id"}, Get: str(func(l *Log) string { return l.ClientKey })},
	filter.Field{Name: "campaign", Label: "Campaign", Kind: filter.String, Aliases: []string{"campaign_id"}, Get: str(func(l *Log) string { return l.Campaign })},
	filter.Field{Name: "incentive", Label: "Incentive", Kind: filter.String, Get: str(func(l *Log) string { return l.Incentive })},
	filter.Field{Name: "duration", Label: "Duration", Kind: filter.Duration, Aliases: []string{"duration_ms", "request_duration"}, Get: number(func(l *Log) (float64, bool) {
		if l.Duration == nil {
			return 0, false
		}
		return *l.Duration, true
	})},
	filter.Field{Name: "error.key", Label: "Error key", Kind: filter.String, Aliases: []string{"error_key"}, Get: str(func(l *Log) string { return l.Error.Key })},
	filter.Field{Name: "error.message", Label: "Error message", Kind: filter.String, Aliases: []string{"error_message"}, Get: str(func(l *Log) string { return l.Error.Message })},
	filter.Field{Name: "body", Label: "Body", Kind: filter.Text, Of: []string{"request.body", "response.body"}},
	filter.Field{Name: "request.body", Label: "Request body", Kind: filter.Text, Aliases: []string{"request_body"}, Get: str(func(l *Log) string { return l.Request.Body })},
	filter.Field{Name: "response.body", Label: "Response body", Kind: filter.Text, Aliases: []string{"response_body"}, Get: str(func(l *Log) string { return l.Response.Body })},
	filter.Field{Name: "message", Label: "Message", Kind: filter.Text, Get: str(func(l *Log) string { return l.Message })},
	filter.Field{Name: "id", Label: "Log id", Kind: filter.String, Aliases: []string{"log_id"}, Get: str(func(l *Log) string { return l.ID })},
	filter.Field{Name: "request_id", Label: "Request id", Kind: filter.String, Get: str(func(l *Log) string { return l.RequestID })},
	filter.Field{Name: "correlation_id", Label: "Correlation id", Kind: filter.String, Get: str(func(l *Log) string { return l.CorrelationID })},
	filter.Field{Name: "task_id", Label: "Background task", Kind: filter.String, Get: str(func(l *Log) string { return l.TaskID })},
	filter.Field{Name: "ip", Label: "IP address", Kind: filter.String, Get: str(func(l *Log) string { return l.IP })},
	filter.Field{Name: "user_agent", Label: "User agent", Kind: filter.String, Get: str(func(l *Log) string { return l.UserAgent })},
	filter.Field{Name: "request.size", Label: "Request size", Kind: filter.Size, Get: size(func(l *Log) *Payload { return &l.Request })},
	filter.Field{Name: "response.size", Label: "Response size", Kind: filter.Size, Get: size(func(l *Log) *Payload { return &l.Response })},
	filter.Field{Name: "source", Label: "Source", Kind: filter.String, Get: str(func(l *Log) string { return l.Source })},
	// Families: any header, query parameter, JSON path, attribute.
	filter.Field{Name: "request.header.", Label: "Request header", Kind: filter.String, Get: header(func(l *Log) *Payload { return &l.Request })},
	filter.Field{Name: "response.header.", Label: "Response header", Kind: filter.String, Get: header(func(l *Log) *Payload { return &l.Response })},
	filter.Field{Name: "query.", Label: "Query parameter", Kind: filter.Any, Get: queryParameter},
	filter.Field{Name: "body.", Label: "JSON path in a body", Kind: filter.Any, Of: []string{"request.body.", "response.body."}},
	filter.Field{Name: "request.body.", Label: "JSON path in the request body", Kind: filter.Any, Get: path(func(l *Log) string { return l.Request.Body })},
	filter.Field{Name: "response.body.", Label: "JSON path in the response body", Kind: filter.Any, Get: path(func(l *Log) string { return l.Response.Body })},
	filter.Field{Name: "attributes.", Label: "Attribute", Kind: filter.Any, Get: path(func(l *Log) string { return string(l.Attributes) })},
)

// TaskSchema is every field of a task to filter by. Its records are *Task.
var TaskSchema = filter.NewSchema(
	filter.Field{Name: "text", Label: "Message", Kind: filter.Text, Bare: true, Of: []string{"message", "id", "type"}},
	filter.Field{Name: "type", Label: "Type", Kind: filter.String, Choices: slices.Collect(taskTypes()), Get: of(func(t *Task) string { return t.Type })},
	filter.Field{Name: "status", Label: "Status", Kind: filter.String, Choices: statuses(), Get: of(func(t *Task) string { return string(t.Status) })},
	filter.Field{Name: "outcome", Label: "Outcome", Kind: filter.String, Choices: []string{string(OutcomeSuccess), string(OutcomeFailed), string(OutcomeUnknown)}, Aliases: []string{"operation_status"}, Get: of(func(t *Task) string { return string(t.Outcome) })},
	filter.Field{Name: "time", Label: "Created", Kind: filter.Time, Aliases: []string{"created_at"}, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.TimeValue(r.(*Task).CreatedAt.UnixNano()))
	}},
	filter.Field{Name: "updated", Label: "Updated", Kind: filter.Time, Aliases: []string{"updated_at"}, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.TimeValue(r.(*Task).UpdatedAt.UnixNano()))
	}},
	filter.Field{Name: "processing_time", Label: "Processing time", Kind: filter.Duration, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.NumberValue(float64(r.(*Task).ProcessingTime)))
	}},
	filter.Field{Name: "recorded", Label: "Recorded", Kind: filter.String, Choices: []string{"true", "false"}, Get: of(func(t *Task) string {
		if t.Recorded {
			return "true"
		}
		return "false"
	})},
	filter.Field{Name: "id", Label: "Task id", Kind: filter.String, Get: of(func(t *Task) string { return t.ID })},
	filter.Field{Name: "user", Label: "Who", Kind: filter.String, Get: of(func(t *Task) string { return t.User })},
	filter.Field{Name: "request_id", Label: "Request id", Kind: filter.String, Get: of(func(t *Task) string { return t.RequestID })},
	filter.Field{Name: "log_id", Label: "Log id", Kind: filter.String, Get: of(func(t *Task) string { return t.LogID })},
	filter.Field{Name: "message", Label: "Message", Kind: filter.String, Get: of(func(t *Task) string { return t.Message })},
)

// ExportSchema is every field of an export to filter by. Its records are *Export.
var ExportSchema = filter.NewSchema(
	filter.Field{Name: "text", Label: "Filter or file", Kind: filter.Text, Bare: true, Of: []string{"q", "file", "id"}},
	filter.Field{Name: "status", Label: "Status", Kind: filter.String, Choices: []string{string(ExportScheduled), string(ExportInProgress), string(ExportDone), string(ExportError)}, Get: of(func(e *Export) string { return string(e.Status) })},
	filter.Field{Name: "exported_object", Label: "Exported object", Kind: filter.String, Choices: []string{"api_log"}, Get: of(func(e *Export) string { return e.ExportedObject })},
	filter.Field{Name: "format", Label: "Format", Kind: filter.String, Choices: []string{"csv", "ndjson"}, Get: of(func(e *Export) string { return e.Format })},
	filter.Field{Name: "q", Label: "Filter", Kind: filter.String, Get: of(func(e *Export) string { return e.Q })},
	filter.Field{Name: "file", Label: "File", Kind: filter.String, Get: of(func(e *Export) string { return e.File })},
	filter.Field{Name: "id", Label: "Export id", Kind: filter.String, Get: of(func(e *Export) string { return e.ID })},
	filter.Field{Name: "user", Label: "Who", Kind: filter.String, Get: of(func(e *Export) string { return e.User })},
	filter.Field{Name: "origin", Label: "Origin", Kind: filter.String, Get: of(func(e *Export) string { return e.Origin })},
	filter.Field{Name: "time", Label: "Created", Kind: filter.Time, Aliases: []string{"created_at"}, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.TimeValue(r.(*Export).CreatedAt.UnixNano()))
	}},
	filter.Field{Name: "rows", Label: "Rows", Kind: filter.Number, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.NumberValue(float64(r.(*Export).Rows)))
	}},
	filter.Field{Name: "bytes", Label: "Size", Kind: filter.Size, Get: func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.NumberValue(float64(r.(*Export).Bytes)))
	}},
)

// TaskType is a kind of background task under the label that users know.
type TaskType struct {
	Type  string `json:"type"`
	Label string `json:"label"`
	Own   bool   `json:"own"`
}

// TaskTypes are the types that have a label: the 22 of the audited platform
// (its OpenAPI document and its help page), then ours. Any other string may
// occur as the type of a recorded task and is its own label.
var TaskTypes = []TaskType{
	{Type: "CAMPAIGN.VOUCHERS_IMPORT", Label: "Campaign vouchers import"},
	{Type: "CAMPAIGN.VOUCHERS_IMPORT_CSV", Label: "Campaign vouchers CSV import"},
	{Type: "CAMPAIGN.VOUCHERS_UPDATE", Label: "Campaign vouchers update"},
	{Type: "CAMPAIGN.VOUCHERS_DELETE", Label: "Campaign vouchers deletion"},
	{Type: "CAMPAIGN.VOUCHERS_GENERATE", Label: "Campaign vouchers generation"},
	{Type: "CAMPAIGNS.METADATA_KEY_PURGE", Label: "Campaigns metadata key purge"},
	{Type: "CUSTOMERS.IMPORT_CSV", Label: "Customers CSV import"},
	{Type: "CUSTOMERS.BULK_UPDATE", Label: "Customers bulk update"},
	{Type: "CUSTOMERS.METADATA_UPDATE", Label: "Customers metadata update"},
	{Type: "CUSTOMERS.METADATA_KEY_PURGE", Label: "Customers metadata key purge"},
	{Type: "PRODUCTS.BULK_UPDATE", Label: "Products bulk update"},
	{Type: "PRODUCTS.METADATA_UPDATE", Label: "Products metadata update"},
	{Type: "PRODUCTS.METADATA_KEY_PURGE", Label: "Products metadata key purge"},
	{Type: "PRODUCTS.IMPORT_CSV", Label: "Products CSV import"},
	{Type: "SKUS.IMPORT_CSV", Label: "SKUs CSV import"},
	{Type: "VOUCHERS.IMPORT", Label: "Vouchers import"},
	{Type: "VOUCHERS.IMPORT_CSV", Label: "Vouchers CSV import"},
	{Type: "VOUCHERS.BULK_UPDATE", Label: "Vouchers bulk update"},
	{Type: "VOUCHERS.METADATA_UPDATE", Label: "Vouchers metadata update"},
	{Type: "VOUCHERS.METADATA_KEY_PURGE", Label: "Vouchers metadata key purge"},
	{Type: "ORDERS.IMPORT", Label: "Orders import"},
	{Type: "ORDERS.METADATA_KEY_PURGE", Label: "Orders metadata key purge"},
	{Type: TaskImport, Label: "Logs import", Own: true},
	{Type: TaskExport, Label: "Logs export", Own: true},
	{Type: TaskPurge, Label: "Logs deletion", Own: true},
	{Type: TaskDeleteProject, Label: "Project deletion", Own: true},
	{Type: TaskReindex, Label: "Index rebuild", Own: true},
}

// StatusLabels are the words of task statuses.
var StatusLabels = map[TaskStatus]string{
	TaskEnqueued: "Enqueued", TaskInProgress: "In Progress", TaskDone: "Done",
	TaskFailed: "Failed", TaskCanceled: "Canceled", TaskInterrupted: "Interrupted",
}

func taskTypes() iter.Seq[string] {
	return func(yield func(string) bool) {
		for _, t := range TaskTypes {
			if !yield(t.Type) {
				return
			}
		}
	}
}

func statuses() []string {
	var all []string
	for s := range maps.Keys(StatusLabels) {
		all = append(all, string(s))
	}
	slices.Sort(all)
	return all
}

// of makes a getter from a string of a record; an empty string is missing.
func of[R any](get func(*R) string) func(any, string, func(filter.Value) bool) {
	return func(r any, _ string, yield func(filter.Value) bool) {
		if s := get(r.(*R)); s != "" {
			yield(filter.StringValue(s))
		}
	}
}

func str(get func(*Log) string) func(any, string, func(filter.Value) bool) { return of(get) }

func number(get func(*Log) (float64, bool)) func(any, string, func(filter.Value) bool) {
	return func(r any, _ string, yield func(filter.Value) bool) {
		if n, ok := get(r.(*Log)); ok {
			yield(filter.NumberValue(n))
		}
	}
}

// size is always known of a body: 0 where there is none.
func size(get func(*Log) *Payload) func(any, string, func(filter.Value) bool) {
	return func(r any, _ string, yield func(filter.Value) bool) {
		yield(filter.NumberValue(float64(get(r.(*Log)).Size)))
	}
}

func logTime(r any, _ string, yield func(filter.Value) bool) {
	yield(filter.TimeValue(r.(*Log).Time.UnixNano()))
}

func header(get func(*Log) *Payload) func(any, string, func(filter.Value) bool) {
	return func(r any, name string, yield func(filter.Value) bool) {
		for _, v := range get(r.(*Log)).Headers[lower(name)] {
			if !yield(filter.StringValue(v)) {
				return
			}
		}
	}
}

func queryParameter(r any, name string, yield func(filter.Value) bool) {
	for _, v := range r.(*Log).Query[filter.PlainName(name)] {
		if !yield(filter.ParsedValue(v)) {
			return
		}
	}
}

func path(get func(*Log) string) func(any, string, func(filter.Value) bool) {
	return func(r any, path string, yield func(filter.Value) bool) {
		if doc := get(r.(*Log)); doc != "" {
			filter.JSONValues(doc, path, yield)
		}
	}
}
