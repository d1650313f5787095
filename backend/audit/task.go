package audit

import (
	"encoding/json"
	"time"
)

// Task is long work: the audited API's own (Recorded) or ours.
type Task struct {
	ID       string     `json:"id"` // "aa_…"
	Project  string     `json:"project"`
	Type     string     `json:"type"`
	Status   TaskStatus `json:"status"`
	Outcome  Outcome    `json:"outcome"`
	Progress float64    `json:"progress"` // 0 to 100
	// Rate of a running task, in Unit per second; Done and Of count Unit ("bytes", "logs").
	Done      int64     `json:"done,omitempty"`
	Of        int64     `json:"of,omitempty"`
	Unit      string    `json:"unit,omitempty"`
	Rate      float64   `json:"rate,omitempty"`
	CreatedAt time.Time `json:"created_at"`
	UpdatedAt time.Time `json:"updated_at"`
	// ProcessingTime is in milliseconds.
	ProcessingTime int64  `json:"processing_time"`
	RequestID      string `json:"request_id,omitempty"`
	LogID          string `json:"log_id,omitempty"`
	User           string `json:"user,omitempty"`
	Message        string `json:"message,omitempty"` // a sentence: what it does, or did, or why it failed
	DoneCount      int64  `json:"done_count"`
	FailedCount    int64  `json:"failed_count"`
	SkippedCount   int64  `json:"skipped_count,omitempty"` // rows that were there already
	// Failed holds the first failed rows; all of them stand in the task's file
	// of rejects, which GET …/tasks/{id}/rejects downloads.
	Failed []FailedRow     `json:"failed,omitempty"`
	Result json.RawMessage `json:"result,omitempty"`
	// Params are what the task was asked to do, for Retry and for the details.
	Params   json.RawMessage `json:"params,omitempty"`
	Recorded bool            `json:"recorded"`
}

// FailedRow is one row that a task could not do.
type FailedRow struct {
	Row    int64  `json:"row,omitempty"` // 1-based line or entry number
	Code   string `json:"code,omitempty"`
	Reason string `json:"reason"`
}

// TaskStatus is how far a task is. Done is not success: Outcome says.
type TaskStatus string

// The statuses of a task.
const (
	TaskEnqueued    TaskStatus = "ENQUEUED"
	TaskInProgress  TaskStatus = "IN_PROGRESS"
	TaskDone        TaskStatus = "DONE"
	TaskFailed      TaskStatus = "FAILED"
	TaskCanceled    TaskStatus = "CANCELED"
	TaskInterrupted TaskStatus = "INTERRUPTED"
)

// Ended says whether nothing more will happen by itself.
func (s TaskStatus) Ended() bool {
	return s == TaskDone || s == TaskFailed || s == TaskCanceled
}

// Outcome is what came of a task.
type Outcome string

// The outcomes.
const (
	OutcomeSuccess Outcome = "SUCCESS"
	OutcomeFailed  Outcome = "FAILED"
	OutcomeUnknown Outcome = "UNKNOWN"
)

// The types of our own tasks. Recorded tasks have the audited API's types,
// whose labels stand in schema.go.
const (
	TaskImport        = "LOGS.IMPORT"
	TaskExport        = "LOGS.EXPORT"
	TaskPurge         = "LOGS.DELETE"
	TaskDeleteProject = "PROJECT.DELETE"
	TaskReindex       = "INDEX.REBUILD"
)
