package local_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

// benchLogs makes realistic logs of some 1.8 KB as NDJSON: Zipf-distributed
// paths, users and customers over 30 days, 5 % failures.
type benchLogs struct {
	r     *rand.Rand
	users *rand.Zipf
	made  int
}

func newBenchLogs() *benchLogs {
	r := rand.New(rand.NewPCG(1, 2))
	return &benchLogs{r: r, users: rand.NewZipf(r, 1.1, 10, 200_000)}
}

func (b *benchLogs) next() audit.Log {
	r := b.r
	n := b.made
	b.made++
	nouns := []string{"vouchers", "orders", "customers", "campaigns", "products", "promotions", "redemptions", "validations"}
	noun := nouns[int(b.users.Uint64())%len(nouns)]
	code := fmt.Sprintf("%s-%X", noun[:3], r.Uint32()%100_000)
	path := "/v1/" + noun + "/" + code
	user, customer := b.users.Uint64(), b.users.Uint64()
	status := 200
	if r.IntN(20) == 0 {
		status = []int{400, 401, 404, 409, 429, 500}[r.IntN(6)]
	}
	method := []string{"GET", "POST", "POST", "PUT", "DELETE"}[r.IntN(5)]
	duration := float64(r.IntN(100_000)) / 100
	items := func(n int) string {
		var s strings.Builder
		for i := range n {
			fmt.Fprintf(&s, `{"id":"ordi_%x","sku":"sku-%d","quantity":%d,"price":%d.%02d,"status":"%s","note":"%s"},`, r.Uint64(), r.IntN(5000), 1+i, r.IntN(500), r.IntN(100),
				[]string{"available", "out of stock", "reserved"}[r.IntN(3)], []string{"fast delivery", "gift wrap please", "leave at door", "no note"}[r.IntN(4)])
		}
		return strings.TrimSuffix(s.String(), ",")
	}
	request := fmt.Sprintf(`{"customer":{"source_id":"c-%d","email":"user%d@example.com"},"amount":%d,"items":[%s],"metadata":{"channel":"web","session":"%x"}}`, customer, customer, r.IntN(100_000), items(2), r.Uint64())
	response := fmt.Sprintf(`{"id":"r_%x","object":"redemption","result":"%s","order":{"amount":%d,"discount_amount":%d,"items":[%s]},"voucher":{"code":"%s","campaign":"camp_%d","active":true},"created_at":"2026-11-01T00:00:00Z"}`,
		r.Uint64(), []string{"SUCCESS", "FAILURE"}[min(1, status/400)], r.IntN(100_000), r.IntN(1000), items(2), code, r.IntN(300))
	h := map[string][]string{
		"content-type": {"application/json"}, "x-app-id": {fmt.Sprintf("app-%d", r.IntN(20))}, "accept": {"*/*"}, "host": {"api.example.com"},
		"user-agent": {"axios/1.7.5"}, "x-request-id": {fmt.Sprintf("v-%016x", r.Uint64())},
	}
	l := audit.Log{
		ID: fmt.Sprintf("log_%020d", n), Time: time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC).Add(time.Duration(n) * 2592 * time.Millisecond).Add(time.Duration(r.IntN(1000)) * time.Millisecond),
		Origin: []string{"API", "Dashboard", "Client API", "SDK"}[r.IntN(4)], Method: method, URL: "https://api.example.com" + path, Path: path,
		Endpoint: method + " /v1/" + noun + "/{code}", Status: status, Duration: &duration, User: audit.User{ID: fmt.Sprintf("user_%d", user)},
		Customer: audit.Customer{ID: fmt.Sprintf("cust_%d", customer)}, APIKey: fmt.Sprintf("key %d", r.IntN(20)), Campaign: fmt.Sprintf("camp_%d", r.IntN(300)),
		RequestID: fmt.Sprintf("v-%016x", r.Uint64()), IP: fmt.Sprintf("203.0.113.%d", r.IntN(256)), UserAgent: "axios/1.7.5", Source: "import imp_1",
		Request:  audit.Payload{Headers: h, Body: request, Size: int64(len(request))},
		Response: audit.Payload{Headers: map[string][]string{"content-type": {"application/json"}, "server": {"nginx"}}, Body: response, Size: int64(len(response))},
	}
	return l
}

// benchCount is the number of logs of the benchmarks: 1,000,000 as in the
// design takes a minute.
func benchCount(b *testing.B) int {
	n := 200_000
	if text := os.Getenv("PROJECTLOGS_BENCH_LOGS"); text != "" {
		if _, err := fmt.Sscan(text, &n); err != nil {
			b.Fatal(err)
		}
	}
	return n
}

const benchBatch = 2000

// BenchmarkIngest appends logs until all of them can be searched by the index.
func BenchmarkIngest(b *testing.B) {
	for b.Loop() {
		s := open(b, b.TempDir(), local.Options{})
		n := benchCount(b)
		elapsed := fill(b, s, n)
		b.ReportMetric(float64(n)/elapsed.Seconds(), "logs/s")
		disk, err := s.DiskBytes()
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(float64(disk)/float64(n), "disk-bytes/log")
		b.ReportMetric(float64(peakRSS())/(1<<20), "RSS-MB")
		if err := s.Close(); err != nil {
			b.Fatal(err)
		}
	}
}

// fill appends n logs, made outside the time that it gives.
func fill(b *testing.B, s *local.Store, n int) (elapsed time.Duration) {
	made := newBenchLogs()
	for at := 0; at < n; at += benchBatch {
		logs := make([]audit.Log, min(benchBatch, n-at))
		for i := range logs {
			logs[i] = made.next()
		}
		begun := time.Now()
		if _, err := s.Append(b.Context(), "default", logs); err != nil {
			b.Fatal(err)
		}
		elapsed += time.Since(begun)
	}
	begun := time.Now()
	if err := s.Reindexed(b.Context()); err != nil {
		b.Fatal(err)
	}
	return elapsed + time.Since(begun)
}

// peakRSS is the anonymous memory of the process at this moment, 0 where the
// system does not say.
func peakRSS() (bytes int64) {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(status)) {
		if rest, ok := strings.CutPrefix(line, "RssAnon:"); ok {
			var kb int64
			_, _ = fmt.Sscan(rest, &kb)
			return kb << 10
		}
	}
	return 0
}

// BenchmarkSearch asks a filled store, warm.
func BenchmarkSearch(b *testing.B) {
	s := open(b, b.TempDir(), local.Options{})
	defer s.Close()
	fill(b, s, benchCount(b))
	runtime.GC()
	ctx := b.Context()
	from, to := time.Date(2026, 10, 23, 0, 0, 0, 0, time.UTC), time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, q := range []string{
		"", "status>=400", "method:POST status:500", "user.id:user_17", "customer:cust_3 origin:API", "duration>900", "url:*ABC*", "-campaign:camp_1",
		"reserved", `"out of stock"`, `"leave at door" status:404`, "response.body.voucher.code:vou-1A2B",
	} {
		e, err := audit.LogSchema.Parse(q)
		if err != nil {
			b.Fatal(err)
		}
		query := audit.Query{Project: "default", Filter: e, From: from, To: to}
		name := strings.ReplaceAll(q, " ", "_")
		b.Run("page/"+name, func(b *testing.B) {
			for b.Loop() {
				p, err := s.Search(ctx, query)
				if err != nil {
					b.Fatal(err)
				}
				b.ReportMetric(float64(p.Total), "hits")
			}
		})
		b.Run("steps/"+name, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Tally(ctx, query, audit.Group{Steps: 60}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	query := audit.Query{Project: "default"}
	for _, field := range []string{"status", "endpoint", "user.id"} {
		b.Run("facet/"+field, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Tally(ctx, query, audit.Group{Field: field}); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("get", func(b *testing.B) {
		r := rand.New(rand.NewPCG(1, 1))
		for b.Loop() {
			if _, err := s.Get(ctx, "default", fmt.Sprintf("log_%020d", r.IntN(benchCount(b)))); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.ReportMetric(float64(peakRSS())/(1<<20), "RSS-MB")
}
