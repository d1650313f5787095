package api

import (
	"net/http"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/logfile"
)

// schemaAnswer is all that the page needs to know of fields, types and columns.
type schemaAnswer struct {
	Logs         filter.Description          `json:"logs"`
	Tasks        filter.Description          `json:"tasks"`
	Exports      filter.Description          `json:"exports"`
	TaskTypes    []audit.TaskType            `json:"task_types"`
	TaskStatuses map[audit.TaskStatus]string `json:"task_statuses"`
	Formats      []exportFormat              `json:"export_formats"`
	Presets      []logfile.Preset            `json:"export_presets"`
	Columns      []column                    `json:"columns"`
}

type exportFormat struct {
	Format string `json:"format"`
	Label  string `json:"label"`
}

// exportFormats are the formats that package logfile writes.
var exportFormats = []exportFormat{{logfile.CSV, "CSV"}, {logfile.NDJSON, "NDJSON"}}

// column is a field that a list of logs can show: one that stands in its rows.
type column struct {
	Name  string `json:"name"`
	Label string `json:"label"`
}

// schema answers GET /api/schema.
func (s *Server) schema(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	return respond(w, http.StatusOK, schemaAnswer{
		Logs: audit.LogSchema.Describe(), Tasks: audit.TaskSchema.Describe(), Exports: audit.ExportSchema.Describe(),
		TaskTypes: audit.TaskTypes, TaskStatuses: audit.StatusLabels,
		Formats: exportFormats, Presets: logfile.Presets(), Columns: columns(),
	})
}

// columns are the fields that are single values of every log and no bodies.
func columns() []column {
	var out []column
	for _, f := range audit.LogSchema.Describe().Fields {
		if !f.Family && (f.Kind != filter.Text || f.Name == "message") {
			out = append(out, column{f.Name, f.Label})
		}
	}
	return out
}
