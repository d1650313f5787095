package app_test

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"projectlogs/backend/audit"
)

// crashRounds is how many kills TestKilledProgramLosesNothing makes, spread
// over appends, imports and purges; make torture asks for more.
func crashRounds(t *testing.T) int {
	n := 24
	if s := os.Getenv("PROJECTLOGS_CRASH_ROUNDS"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 1 {
			t.Fatalf("PROJECTLOGS_CRASH_ROUNDS=%q is no number of rounds", s)
		}
	}
	return n
}

// crash is one data folder that goes through many kills, and what must be in it.
type crash struct {
	t       *testing.T
	binary  string // the program as it is shipped, without the race detector
	dir     string
	seed    uint64
	random  *rand.Rand
	program *exec.Cmd
	at      servedAt

	acknowledged map[string]bool // ids that were answered as added
	maybe        map[string]bool // ids of requests that got no answer
	purged       map[string]bool
	next         int

	injected, hit, lost, doubled, opened int
}

// TestKilledProgramLosesNothing kills the real program, the process itself,
// while it appends, imports and purges, and looks each time: what was
// acknowledged is there once, what was purged is gone, the import goes on to
// its end, and nobody had to help.
func TestKilledProgramLosesNothing(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	if s := os.Getenv("PROJECTLOGS_SEED"); s != "" {
		var err error
		if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatalf("PROJECTLOGS_SEED=%q is no seed", s)
		}
	}
	c := &crash{
		t: t, binary: buildProgram(t), dir: t.TempDir(), seed: seed, random: rand.New(rand.NewPCG(seed, 1)),
		acknowledged: map[string]bool{}, maybe: map[string]bool{}, purged: map[string]bool{},
	}
	t.Logf("seed %d (PROJECTLOGS_SEED repeats it)", seed)
	rounds := crashRounds(t)
	kinds := []func(){c.killWhileAppending, c.killWhileImporting, c.killWhilePurging}
	c.start()
	for i := range rounds {
		kinds[i%len(kinds)]()
		c.start()
		c.verify()
	}
	c.stop()
	t.Logf("injected %d, hit while at work %d, lost %d, doubled %d, opened without help %d/%d",
		c.injected, c.hit, c.lost, c.doubled, c.opened, rounds)
	if c.hit < rounds/2 {
		t.Errorf("only %d of %d kills hit the program at work; the test proves little", c.hit, rounds)
	}
}

// start starts the program and waits until it serves.
func (c *crash) start() {
	c.t.Helper()
	c.program = exec.Command(c.binary, "serve", "--addr", "127.0.0.1:0", "--data-dir", c.dir)
	var messages bytes.Buffer
	c.program.Stderr = &messages
	if err := c.program.Start(); err != nil {
		c.t.Fatal(err)
	}
	at, err := servedBy(c.dir, c.program.Process.Pid, programStart)
	if err != nil {
		c.t.Fatalf("after %d kills the program does not open by itself: %v\n%s", c.injected, err, messages.String())
	}
	c.at = at
	if c.injected > 0 {
		c.opened++
	}
}

// kill ends the process as nothing else can. atWork is asked first: a kill
// after the work was over proves nothing.
func (c *crash) kill(atWork bool) {
	c.injected++
	if atWork {
		c.hit++
	}
	if err := c.program.Process.Kill(); err != nil {
		c.t.Fatal(err)
	}
	_ = c.program.Wait() // "signal: killed" is what was asked for
}

func (c *crash) stop() {
	if err := c.program.Process.Signal(os.Interrupt); err != nil {
		c.t.Fatal(err)
	}
	if err := c.program.Wait(); err != nil {
		c.t.Errorf("Ctrl-C: %v", err)
	}
}

// killWhileAppending sends batches from two writers until the kill.
func (c *crash) killWhileAppending() {
	var mu sync.Mutex
	inFlight := 0
	stop := make(chan struct{})
	var writers sync.WaitGroup
	pause := c.draw(20, 400) // before the writers draw, under mu
	for range 2 {
		writers.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				mu.Lock()
				ids, batch := c.batch(1 + c.random.IntN(200))
				for _, id := range ids {
					c.maybe[id] = true
				}
				inFlight++
				mu.Unlock()
				err := c.append(batch)
				mu.Lock()
				inFlight--
				if err == nil {
					for _, id := range ids {
						delete(c.maybe, id)
						c.acknowledged[id] = true
					}
				}
				mu.Unlock()
				if err != nil {
					return
				}
			}
		})
	}
	time.Sleep(pause)
	mu.Lock()
	atWork := inFlight > 0
	mu.Unlock()
	c.kill(atWork)
	close(stop)
	writers.Wait()
}

// batch makes n logs of NDJSON with bodies of many sizes.
func (c *crash) batch(n int) (ids []string, ndjson []byte) {
	var b bytes.Buffer
	for range n {
		id := fmt.Sprintf("log_crash%08d", c.next)
		c.next++
		ids = append(ids, id)
		b.WriteString(c.line(id))
	}
	return ids, b.Bytes()
}

func (c *crash) line(id string) string {
	at := time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(c.random.Int64N(int64(20 * 24 * time.Hour))))
	status := []int{200, 200, 201, 404, 500}[c.random.IntN(5)]
	return fmt.Sprintf(`{"id":%q,"time":%q,"method":"POST","path":"/v1/orders/%d","status":%d,"response":{"body":{"word":"kept%s","fill":%q}}}`+"\n",
		id, at.Format(time.RFC3339Nano), c.random.IntN(1000), status, id[9:], strings.Repeat("x", c.random.IntN(2000)))
}

func (c *crash) append(ndjson []byte) error {
	var answer struct {
		Added int `json:"added"`
	}
	return c.ask(http.MethodPost, "/api/projects/default/logs", "application/x-ndjson", ndjson, &answer)
}

// killWhileImporting starts an import and kills it in the middle. The next
// start goes on with it by itself.
func (c *crash) killWhileImporting() {
	const lines = 4000
	ids, ndjson := c.batch(lines)
	path := filepath.Join(c.t.TempDir(), "import.ndjson")
	if err := os.WriteFile(path, ndjson, 0o600); err != nil {
		c.t.Fatal(err)
	}
	ask, _ := json.Marshal(map[string]any{"paths": []string{path}, "format": "auto"})
	var list struct {
		Data []audit.Task `json:"data"`
	}
	if err := c.ask(http.MethodPost, "/api/projects/default/imports/paths", "application/json", ask, &list); err != nil {
		c.t.Fatal(err)
	}
	// The task was answered, so all its lines must come in, whatever happens.
	for _, id := range ids {
		c.acknowledged[id] = true
	}
	time.Sleep(c.draw(5, 250))
	c.kill(!c.task(list.Data[0].ID).Status.Ended())
}

// killWhilePurging removes a slice of time and kills that in the middle.
func (c *crash) killWhilePurging() {
	from := time.Date(2026, 11, 1+c.random.IntN(20), c.random.IntN(24), 0, 0, 0, time.UTC)
	to := from.Add(8 * time.Hour)
	for _, l := range c.all(url.Values{"from": {from.Format(time.RFC3339)}, "to": {to.Format(time.RFC3339)}}) {
		c.purged[l.ID] = true
		delete(c.acknowledged, l.ID)
		delete(c.maybe, l.ID)
	}
	ask, _ := json.Marshal(map[string]any{"q": "", "from": from, "to": to})
	var task audit.Task
	if err := c.ask(http.MethodPost, "/api/projects/default/logs/purge", "application/json", ask, &task); err != nil {
		c.t.Fatal(err)
	}
	time.Sleep(c.draw(0, 30))
	c.kill(!c.task(task.ID).Status.Ended())
}

// task asks how far a task is. The answer may be older than the kill, which
// only makes the count of hits more careful.
func (c *crash) task(id string) audit.Task {
	var t audit.Task
	if err := c.ask(http.MethodGet, "/api/projects/default/tasks/"+id, "", nil, &t); err != nil {
		c.t.Fatal(err)
	}
	return t
}

// verify waits until resumed tasks are over, and compares.
func (c *crash) verify() {
	c.t.Helper()
	for deadline := time.Now().Add(2 * time.Minute); ; time.Sleep(10 * time.Millisecond) {
		var list struct {
			Total int `json:"total"`
		}
		q := url.Values{"q": {"status:(ENQUEUED OR IN_PROGRESS OR INTERRUPTED) recorded:false"}, "limit": {"1"}}
		if err := c.ask(http.MethodGet, "/api/projects/default/tasks?"+q.Encode(), "", nil, &list); err != nil {
			c.t.Fatal(err)
		}
		if list.Total == 0 {
			break
		}
		if time.Now().After(deadline) {
			c.t.Fatalf("seed %d: %d tasks do not end", c.seed, list.Total)
		}
	}
	seen := map[string]int{}
	for _, l := range c.all(nil) {
		seen[l.ID]++
	}
	for id, n := range seen {
		if n > 1 {
			c.doubled++
			c.t.Errorf("seed %d: %s is there %d times", c.seed, id, n)
		}
		if c.purged[id] {
			c.t.Errorf("seed %d: %s was purged and is there", c.seed, id)
		}
		if c.maybe[id] { // nobody was told, but from now on it must stay
			delete(c.maybe, id)
			c.acknowledged[id] = true
		}
	}
	for id := range c.acknowledged {
		if seen[id] == 0 {
			c.lost++
			c.t.Errorf("seed %d: %s was acknowledged and is lost", c.seed, id)
		}
	}
	clear(c.maybe)
	c.verifyFound()
	if c.t.Failed() {
		c.t.FailNow()
	}
}

// verifyFound asks the index and the counts, which are rebuilt after a kill,
// for the same logs.
func (c *crash) verifyFound() {
	c.t.Helper()
	var tally struct {
		Total int `json:"total"`
	}
	if err := c.ask(http.MethodGet, "/api/projects/default/logs/tally?by=status", "", nil, &tally); err != nil {
		c.t.Fatal(err)
	}
	if tally.Total != len(c.acknowledged) {
		c.t.Errorf("seed %d: the tally counts %d logs of %d", c.seed, tally.Total, len(c.acknowledged))
	}
	tried := 0
	for id := range c.acknowledged {
		if tried++; tried > 5 {
			return
		}
		var page struct {
			Data []audit.Log `json:"data"`
		}
		if err := c.ask(http.MethodGet, "/api/projects/default/logs?q=kept"+id[9:], "", nil, &page); err != nil {
			c.t.Fatal(err)
		}
		if len(page.Data) != 1 || page.Data[0].ID != id {
			c.t.Errorf("seed %d: the words of %s find %d logs", c.seed, id, len(page.Data))
		}
	}
}

// all reads every log of the project.
func (c *crash) all(q url.Values) []audit.Log {
	c.t.Helper()
	resp, err := c.request(http.MethodGet, "/api/projects/default/logs/stream?"+q.Encode(), "", nil)
	if err != nil {
		c.t.Fatal(err)
	}
	defer resp.Body.Close()
	var logs []audit.Log
	r := bufio.NewReader(resp.Body)
	for d := json.NewDecoder(r); ; {
		var l audit.Log
		if err := d.Decode(&l); err == io.EOF {
			return logs
		} else if err != nil {
			c.t.Fatal(err)
		}
		logs = append(logs, l)
	}
}

// draw gives a moment to kill at: a test of kills at any moment has to wait for
// one.
func (c *crash) draw(least, most int) time.Duration {
	return time.Duration(least+c.random.IntN(most-least+1)) * time.Millisecond
}

func (c *crash) ask(method, path, contentType string, body []byte, out any) error {
	resp, err := c.request(method, path, contentType, body)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	return json.NewDecoder(resp.Body).Decode(out)
}

func (c *crash) request(method, path, contentType string, body []byte) (*http.Response, error) {
	req, err := http.NewRequest(method, c.at.URL+path, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+c.at.Token)
	if contentType != "" {
		req.Header.Set("Content-Type", contentType)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	if resp.StatusCode >= 300 {
		text, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		return nil, fmt.Errorf("%s %s: %s: %s", method, path, resp.Status, text)
	}
	return resp, nil
}

// buildProgram builds the program as it is shipped, without a window.
func buildProgram(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "projectlogs")
	build := exec.Command("go", "build", "-o", path, "projectlogs")
	build.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}

// programStart is how long the program may take to serve, on a machine that
// has much else to do.
const programStart = 90 * time.Second

// programPath is this test's binary under the name projectlogs, which is how
// TestMain knows that it is the program.
func programPath(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("projectlogs")
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// servedBy waits until the process of that pid serves: the file of a killed
// one may still be there.
func servedBy(dataDir string, pid int, within time.Duration) (servedAt, error) {
	deadline := time.Now().Add(within)
	for time.Now().Before(deadline) {
		at, err := served(dataDir, time.Until(deadline))
		if err == nil && at.PID == pid {
			return at, nil
		}
		time.Sleep(5 * time.Millisecond)
	}
	return servedAt{}, fmt.Errorf("process %d served nothing within %v", pid, within)
}
