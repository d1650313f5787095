package sample_test

import (
	"encoding/json"
	"reflect"
	"slices"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/sample"
)

var now = time.Date(2026, 11, 22, 23, 40, 12, 345, time.UTC)

// TestLogs holds the made-up traffic against what it promises.
func TestLogs(t *testing.T) {
	const n = 20000
	ids := map[string]bool{}
	seen := map[string]map[string]int{"origin": {}, "user": {}, "customer": {}, "campaign": {}, "endpoint": {}, "error": {}, "key": {}}
	failed, bytes, bodies, largest := 0, 0, 0, 0
	var last time.Time
	for l := range sample.Logs(n, now) {
		if ids[l.ID] {
			t.Fatalf("two logs have the id %s", l.ID)
		}
		ids[l.ID] = true
		if l.Time.Before(last) || l.Time.After(now) || l.Time.Before(now.Add(-73*time.Hour)) {
			t.Fatalf("log %s at %s comes after %s", l.ID, l.Time, last)
		}
		last = l.Time
		if l.Failed() {
			failed++
		}
		size := 0
		for _, body := range []string{l.Request.Body, l.Response.Body} {
			if body != "" && !json.Valid([]byte(body)) {
				t.Fatalf("no JSON: %s", body)
			}
			size += len(body)
		}
		bytes += size
		largest = max(largest, size)
		bodies++
		for name, value := range map[string]string{
			"origin": l.Origin, "user": l.User.Email, "customer": l.Customer.ID, "campaign": l.Campaign, "endpoint": l.Endpoint, "error": l.Error.Key, "key": l.APIKey,
		} {
			seen[name][value]++
		}
	}
	if len(ids) != n {
		t.Errorf("%d logs, wanted %d", len(ids), n)
	}
	if rate := float64(failed) / n; rate < 0.04 || rate > 0.09 {
		t.Errorf("%.1f %% of the logs failed, wanted about 6", 100*rate)
	}
	if mean := bytes / bodies; mean < 1500 || mean > 2400 {
		t.Errorf("bodies have %d bytes on average, wanted about 1,800", mean)
	}
	if largest < 12000 || largest > 25000 {
		t.Errorf("the largest bodies have %d bytes, wanted up to about 20,000", largest)
	}
	for name, atLeast := range map[string]int{"origin": 7, "user": 7, "customer": 1500, "campaign": 13, "endpoint": 25, "error": 12, "key": 5} {
		if len(seen[name]) < atLeast {
			t.Errorf("only %d values of %s: %v", len(seen[name]), name, seen[name])
		}
	}
}

func TestCountIsExact(t *testing.T) {
	for _, n := range []int{1, 2, 3, 10, 71, 72, 73, 1000, 12345} {
		for _, at := range []time.Time{now, now.Add(time.Hour), now.Add(25 * time.Hour), now.Add(50 * time.Hour)} {
			got := 0
			for range sample.Logs(n, at) {
				got++
			}
			if got != n {
				t.Errorf("%d logs at %s, wanted %d", got, at, n)
			}
		}
	}
}

// TestSameAgain: within an hour the same, an hour later almost the same.
func TestSameAgain(t *testing.T) {
	first := slices.Collect(sample.Logs(3000, now))
	if !reflect.DeepEqual(first, slices.Collect(sample.Logs(3000, now.Add(-30*time.Minute)))) {
		t.Error("the same call half an hour ago gave other logs")
	}
	known := map[string]audit.Log{}
	for _, l := range first {
		known[l.ID] = l
	}
	fresh := 0
	for l := range sample.Logs(3000, now.Add(time.Hour)) {
		if old, ok := known[l.ID]; !ok {
			fresh++
		} else if !reflect.DeepEqual(old, l) {
			t.Fatalf("log %s has changed:\n%+v\n%+v", l.ID, old, l)
		}
	}
	if fresh == 0 || fresh > 100 {
		t.Errorf("an hour later %d logs are new", fresh)
	}
}

func TestTasks(t *testing.T) {
	logs := map[string]audit.Log{}
	started := map[string]string{}
	for l := range sample.Logs(10000, now) {
		logs[l.ID] = l
		if l.TaskID != "" {
			started[l.TaskID] = l.ID
		}
	}
	ids, types, statuses := map[string]bool{}, map[string]int{}, map[audit.TaskStatus]int{}
	outcomes := map[audit.Outcome]int{}
	for task := range sample.Tasks(10000, now) {
		if ids[task.ID] || !task.Recorded || task.RequestID == "" || task.CreatedAt.After(now) {
			t.Errorf("task %+v", task)
		}
		ids[task.ID] = true
		types[task.Type]++
		statuses[task.Status]++
		outcomes[task.Outcome]++
		if got := task.UpdatedAt.Sub(task.CreatedAt).Milliseconds(); got != task.ProcessingTime {
			t.Errorf("task %s took %d ms, its times say %d", task.ID, task.ProcessingTime, got)
		}
		if task.LogID == "" {
			continue
		}
		if l := logs[task.LogID]; l.TaskID != task.ID || l.RequestID != task.RequestID || started[task.ID] != task.LogID {
			t.Errorf("task %s says that log %s started it, the log says %s", task.ID, task.LogID, l.TaskID)
		}
		delete(started, task.ID)
	}
	if len(started) > 0 {
		t.Errorf("logs name tasks that are not there: %v", started)
	}
	if len(types) != 22 {
		t.Errorf("%d types of tasks, wanted 22: %v", len(types), types)
	}
	for _, s := range []audit.TaskStatus{audit.TaskDone, audit.TaskFailed, audit.TaskInProgress} {
		if statuses[s] == 0 {
			t.Errorf("no task is %s: %v", s, statuses)
		}
	}
	if len(outcomes) != 3 {
		t.Errorf("outcomes: %v", outcomes)
	}
}

func BenchmarkLogs(b *testing.B) {
	n := 0
	for b.Loop() {
		for range sample.Logs(20000, now) {
			n++
		}
	}
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "logs/s")
}
