package work_test

import (
	"bufio"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"projectlogs/backend/audit"
	"projectlogs/backend/sample"
)

// BenchmarkImport reads sample logs without ids from NDJSON, redaction
// included, until they can be found.
func BenchmarkImport(b *testing.B) {
	const n = 50_000
	path := filepath.Join(b.TempDir(), "sample.ndjson")
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	lines := json.NewEncoder(w)
	for l := range sample.Logs(n, noon) {
		l.ID = ""
		if err := lines.Encode(l); err != nil {
			b.Fatal(err)
		}
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	f.Close()
	for b.Loop() {
		b.StopTimer()
		r := open(b, b.TempDir(), options{})
		b.StartTimer()
		if task := r.importFile(audit.DefaultProject, path); task.DoneCount != n {
			b.Fatalf("%+v", task)
		}
		b.StopTimer()
		r.Close()
		r.store.Close()
		b.StartTimer()
	}
	b.ReportMetric(float64(n*b.N)/b.Elapsed().Seconds(), "logs/s")
}
