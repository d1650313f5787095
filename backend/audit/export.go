package audit

import (
	"encoding/json"
	"time"
)

// Export is one copy of logs that somebody asked for: what exactly was chosen,
// and what came of it.
type Export struct {
	ID             string       `json:"id"` // "exp_…"
	Project        string       `json:"project"`
	Status         ExportStatus `json:"status"`
	ExportedObject string       `json:"exported_object"` // "api_log"
	Format         string       `json:"format"`          // "csv", "ndjson"
	// Filter is the filter's JSON form and Q its text; they are the same value.
	Filter json.RawMessage `json:"filter,omitempty"`
	Q      string          `json:"q"`
	From   time.Time       `json:"from,omitzero"`
	To     time.Time       `json:"to,omitzero"`
	// Fields is a preset ("default", "api_log", "all") or names separated by commas.
	Fields  string        `json:"fields"`
	Order   string        `json:"order"` // "-time"
	TZ      string        `json:"tz"`    // IANA name; "UTC"
	Options ExportOptions `json:"options"`
	// AsOf pins the snapshot once the export has begun.
	AsOf      string    `json:"as_of,omitempty"`
	TaskID    string    `json:"task_id"`
	Rows      int64     `json:"rows"`
	Bytes     int64     `json:"bytes"`
	SHA256    string    `json:"sha256,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	Origin    string    `json:"origin"` // Dashboard, API, CLI
	User      string    `json:"user,omitempty"`
	// File is the path on this machine.
	File    string `json:"file,omitempty"`
	Message string `json:"message,omitempty"` // why it failed
}

// ExportOptions are the choices of a format. Bodies adds them to the preset
// "default". Raw switches the guard against formulas off.
type ExportOptions struct {
	Bodies    bool   `json:"bodies,omitempty"`
	Separator string `json:"separator,omitempty"` // "," when empty
	BOM       bool   `json:"bom,omitempty"`
	Raw       bool   `json:"raw,omitempty"`
	Overwrite bool   `json:"overwrite,omitempty"` // an existing File is replaced
}

// ExportStatus is how far an export is.
type ExportStatus string

// The statuses of an export.
const (
	ExportScheduled  ExportStatus = "SCHEDULED"
	ExportInProgress ExportStatus = "IN_PROGRESS"
	ExportDone       ExportStatus = "DONE"
	ExportError      ExportStatus = "ERROR"
)
