package sample

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// start is the call that starts a type of task; those without a path are
// started in the dashboard.
type start struct {
	method, path string
	status       int
}

var starts = map[string]start{
	"CAMPAIGN.VOUCHERS_IMPORT":     {"POST", "/v1/campaigns/{campaignId}/import", 202},
	"CAMPAIGN.VOUCHERS_IMPORT_CSV": {"POST", "/v1/campaigns/{campaignId}/importCSV", 200},
	"CAMPAIGN.VOUCHERS_UPDATE":     {"PUT", "/v1/campaigns/{campaignId}", 200},
	"CAMPAIGN.VOUCHERS_DELETE":     {"DELETE", "/v1/campaigns/{campaignId}", 202},
	"CAMPAIGN.VOUCHERS_GENERATE":   {"POST", "/v1/campaigns/{campaignId}/vouchers", 202},
	"CUSTOMERS.IMPORT_CSV":         {"POST", "/v1/customers/importCSV", 202},
	"CUSTOMERS.BULK_UPDATE":        {"POST", "/v1/customers/bulk/async", 202},
	"CUSTOMERS.METADATA_UPDATE":    {"POST", "/v1/customers/metadata/async", 202},
	"PRODUCTS.BULK_UPDATE":         {"POST", "/v1/products/bulk/async", 202},
	"PRODUCTS.METADATA_UPDATE":     {"POST", "/v1/products/metadata/async", 202},
	"PRODUCTS.IMPORT_CSV":          {"POST", "/v1/products/importCSV", 200},
	"SKUS.IMPORT_CSV":              {"POST", "/v1/skus/importCSV", 200},
	"VOUCHERS.IMPORT":              {"POST", "/v1/vouchers/import", 202},
	"VOUCHERS.IMPORT_CSV":          {"POST", "/v1/vouchers/importCSV", 202},
	"VOUCHERS.BULK_UPDATE":         {"POST", "/v1/vouchers/bulk/async", 202},
	"VOUCHERS.METADATA_UPDATE":     {"POST", "/v1/vouchers/metadata/async", 202},
	"ORDERS.IMPORT":                {"POST", "/v1/orders/import", 200},
}

func startOf(kind string) start { return starts[kind] }

// kinds are the platform's types of tasks.
var kinds = func() (all []string) {
	for _, t := range audit.TaskTypes {
		if !t.Own {
			all = append(all, t.Type)
		}
	}
	return all
}()

// taskKind goes through all types, one an hour.
func taskKind(h hour, i int) string { return kinds[(int(h)+i*7)%len(kinds)] }

// start makes the call the one that started a task.
func (s *scene) start(task string, by start) {
	s.task = task
	s.call = call{method: by.method, template: by.path, status: by.status, ms: 90, request: rows, response: started}
}

func rows(s *scene, j *json) {
	j.b = append(j.b, '[')
	for i := range 2 + s.below(12) {
		if i > 0 {
			j.b = append(j.b, ',')
		}
		j.comma = false
		j.object("", func() {
			j.str("code", s.campaign.prefix+"-"+strconv.Itoa(10000+s.below(90000))).object("metadata", func() { j.str("batch", "b-"+strconv.Itoa(i)) })
		})
	}
	j.b = append(j.b, ']')
}

func started(s *scene, j *json) {
	j.object("", func() { j.str("async_action_id", s.task) })
}

func (m *maker) taskRandom(h hour, i int) random { return newRandom(m.n, h, i, 2) }

// taskTime is when a task was made: right after its log, or sometime.
func (m *maker) taskTime(h hour, i int) time.Time {
	step := time.Hour / time.Duration(m.tasks(h)+1)
	return h.start().Add(time.Duration(i+1) * step).Add(time.Duration(h%50) * time.Second)
}

func (m *maker) taskID(h hour, i int) string {
	r := m.taskRandom(h, i)
	return platformID("aa_", m.taskTime(h, i), &r)
}

func (m *maker) task(h hour, i int, newest bool) audit.Task {
	r := m.taskRandom(h, i)
	kind := taskKind(h, i)
	t := audit.Task{Type: kind, CreatedAt: m.taskTime(h, i), Recorded: true, Progress: 100}
	t.ID = platformID("aa_", t.CreatedAt, &r)
	if at := m.starter(h, i); at >= 0 {
		l := m.log(h, at)
		t.LogID, t.RequestID, t.User = l.ID, l.RequestID, l.User.Email
		t.CreatedAt = l.Time.Add(time.Duration(26+r.below(116)) * time.Millisecond)
	} else {
		t.RequestID = platformID("w-", t.CreatedAt, &r)
		t.User = users[r.zipf(len(users))].Email
	}
	total := int64(1 + r.zipf(5000))
	t.ProcessingTime = 40 + total*int64(1+r.below(4))
	t.Status, t.Outcome = audit.TaskDone, audit.OutcomeSuccess
	t.DoneCount = total
	noun := nounOf(kind)
	switch at := r.below(10); {
	case newest && i%2 == 0:
		t.Status, t.Outcome, t.Progress = audit.TaskInProgress, audit.OutcomeUnknown, float64(5+r.below(90))
		t.DoneCount = total * int64(t.Progress) / 100
		t.Message = fmt.Sprintf("%d of %d %s so far.", t.DoneCount, total, noun)
	case newest:
		t.Status, t.Outcome, t.Progress, t.DoneCount, t.ProcessingTime = audit.TaskEnqueued, audit.OutcomeUnknown, 0, 0, 0
	case at == 0:
		t.Status, t.Outcome, t.DoneCount = audit.TaskFailed, audit.OutcomeFailed, 0
		t.Message = "Internal error"
	case at == 1:
		// Done is not success.
		t.Outcome, t.DoneCount, t.FailedCount = audit.OutcomeFailed, 0, total
	case at < 4:
		t.FailedCount = min(total, int64(1+r.below(4)))
		t.DoneCount = total - t.FailedCount
	}
	for row := range min(t.FailedCount, 100) {
		t.Failed = append(t.Failed, audit.FailedRow{
			Row: row*7 + 1, Code: pick(&r, campaigns).prefix + "-" + strings.ToUpper(randomID("", 5, &r)),
			Reason: pick(&r, []string{"voucher not found", "Voucher Type is required", "discount above 100 %", "unit: must be a number, property is required (actual value is 'EUR')"}),
		})
	}
	if t.Status == audit.TaskDone {
		verb := "updated"
		if strings.Contains(kind, "IMPORT") {
			verb = "imported"
		} else if strings.Contains(kind, "DELETE") {
			verb = "deleted"
		}
		t.Message = fmt.Sprintf("%d %s %s successfully, %d failed.", t.DoneCount, noun, verb, t.FailedCount)
		t.Result = fmt.Appendf(nil, `{"message":%q,"done_count":%d,"failed_count":%d}`, t.Message, t.DoneCount, t.FailedCount)
	}
	t.UpdatedAt = t.CreatedAt.Add(time.Duration(t.ProcessingTime) * time.Millisecond)
	return t
}

// nounOf is what a type of task is about: "vouchers".
func nounOf(kind string) string {
	before, after, _ := strings.Cut(kind, ".")
	if before == "CAMPAIGN" {
		before, _, _ = strings.Cut(after, "_")
	}
	return strings.ToLower(before)
}
