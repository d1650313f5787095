//go:build unix

package local_test

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/local"
)

const (
	victimDir  = "PROJECTLOGS_TEST_VICTIM_DIR"
	victimWork = "PROJECTLOGS_TEST_VICTIM_WORK"
)

// victimBatch is what the victim appends as its n-th batch: 1 to 300 logs, and
// with every twentieth more than one transaction holds.
func victimBatch(n int) []audit.Log {
	r := rand.New(rand.NewPCG(uint64(n), 7))
	logs := make([]audit.Log, 1+r.IntN(40))
	large := n%20 == 9
	if large {
		logs = make([]audit.Log, 300)
	}
	for i := range logs {
		size := 200 + r.IntN(2000)
		if large && i%40 == 0 {
			size = 700 << 10
		}
		body := make([]byte, 0, size)
		for len(body) < size {
			body = strconv.AppendUint(append(body, ' '), r.Uint64(), 36)
		}
		logs[i] = audit.Log{
			ID: fmt.Sprintf("log_%06d_%03d", n, i), Time: time.Unix(1_700_000_000+int64(r.IntN(1e6)), 0).UTC(),
			Status: 200 + 100*r.IntN(4), Method: "POST", Campaign: campaignOf(n), Origin: "API",
			Request: audit.Payload{Body: fmt.Sprintf("batch%d canary-%s %s", n, campaignOf(n), body), Size: int64(len(body))},
		}
	}
	return logs
}

func campaignOf(n int) string { return fmt.Sprintf("campaign%06d", n) }

// runVictim works until it is killed, and says on stdout what was acknowledged.
func runVictim(dir, work string) {
	ctx := context.Background()
	fail := func(err error) {
		fmt.Println("FAILED", err)
		os.Exit(1)
	}
	s, err := local.Open(dir, local.Small())
	if err != nil {
		fail(err)
	}
	fmt.Println("OPEN")
	mark, err := s.Mark(ctx, "import")
	if err != nil {
		fail(err)
	}
	n, _ := strconv.Atoi(string(mark))
	for ; ; n++ {
		// As an import does: the mark says where to continue.
		if _, err := s.AppendMarked(ctx, "default", victimBatch(n), "import", func(int) []byte { return strconv.AppendInt(nil, int64(n+1), 10) }); err != nil {
			fail(err)
		}
		fmt.Println("APPENDED", n)
		if work == "purge" && n%3 == 2 {
			e, err := audit.LogSchema.Parse("campaign:" + campaignOf(n-1))
			if err != nil {
				fail(err)
			}
			if _, err := s.Purge(ctx, audit.Query{Project: "default", Filter: e}); err != nil {
				fail(err)
			}
			fmt.Println("PURGED", n-1)
		}
	}
}

// TestKill kills a process that appends, imports with marks, or purges, again
// and again, and opens what it left: nothing that was acknowledged may be lost,
// nothing may be there twice, what was purged stays away, and the index is
// whole again by itself.
func TestKill(t *testing.T) {
	if testing.Short() {
		t.Skip("not run: -short")
	}
	const folders, rounds = 4, 3 // of each work
	var total tallyOfKills
	for _, work := range []string{"import", "purge"} {
		t.Run(work, func(t *testing.T) {
			r := rand.New(rand.NewPCG(uint64(time.Now().UnixNano()), 1))
			for range folders {
				v := &victim{t: t, dir: t.TempDir(), work: work, acked: -1, purged: map[int]bool{}, maybe: map[int]bool{}, tally: &total}
				for range rounds {
					v.kill(1+r.IntN(25), time.Duration(r.IntN(50))*time.Millisecond)
					if r.IntN(3) == 0 {
						v.kill(0, time.Duration(r.IntN(60))*time.Millisecond) // while it opens
					}
					v.verify()
				}
			}
		})
	}
	t.Logf("kill -9: %d injected, %d hit a running process, %d while it opened; logs read back %d, lost %d, doubled %d; opened again %d of %d times",
		total.injected, total.hit, total.opening, total.readBack, total.lost, total.doubled, total.opened, 2*folders*rounds)
	if total.hit < 20 || total.lost+total.doubled > 0 || total.opened != 2*folders*rounds {
		t.Errorf("%+v", total)
	}
}

type tallyOfKills struct {
	injected, hit, opening, opened int
	readBack, lost, doubled        int
}

type victim struct {
	t      *testing.T
	dir    string
	work   string
	acked  int // last batch that was acknowledged
	purged map[int]bool
	maybe  map[int]bool // a purge of them was under way at a kill
	tally  *tallyOfKills
}

// kill lets the victim work until it has said so many lines, and kills it a
// moment later.
func (v *victim) kill(lines int, after time.Duration) {
	v.t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), victimDir+"="+v.dir, victimWork+"="+v.work)
	out, err := cmd.StdoutPipe()
	if err != nil {
		v.t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		v.t.Fatal(err)
	}
	var reading sync.WaitGroup
	ready := make(chan struct{}) // as many lines have come
	isOpen := false
	reading.Go(func() {
		said := bufio.NewScanner(out)
		for count := 1; said.Scan(); count++ {
			if count == lines {
				close(ready)
			}
			word, rest, _ := strings.Cut(said.Text(), " ")
			n, _ := strconv.Atoi(rest)
			switch word {
			case "OPEN":
				isOpen = true
			case "APPENDED":
				v.acked = n
			case "PURGED":
				v.purged[n] = true
			default:
				v.t.Errorf("the victim: %s", said.Text())
			}
		}
	})
	if lines > 0 {
		select {
		case <-ready:
		case <-time.After(time.Minute):
			v.t.Error("the victim does nothing")
		}
	}
	timer := time.NewTimer(after)
	<-timer.C
	v.tally.injected++
	if err := cmd.Process.Signal(syscall.SIGKILL); err != nil {
		v.t.Errorf("kill: %v", err)
	}
	reading.Wait()
	_ = cmd.Wait()
	if status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && status.Signaled() && status.Signal() == syscall.SIGKILL {
		v.tally.hit++
	} else {
		v.t.Errorf("the victim ended by itself: %v\n%s", cmd.ProcessState, &stderr)
	}
	if !isOpen {
		v.tally.opening++
	}
	if v.work == "purge" && v.acked%3 == 2 && !v.purged[v.acked-1] {
		v.maybe[v.acked-1] = true
	}
}

// verify opens the store and counts.
func (v *victim) verify() {
	v.t.Helper()
	ctx := v.t.Context()
	s := open(v.t, v.dir, local.Small())
	v.tally.opened++
	mark, err := s.Mark(ctx, "import")
	if err != nil {
		v.t.Fatal(err)
	}
	done, _ := strconv.Atoi(string(mark))
	if done < v.acked+1 {
		v.t.Errorf("batch %d was acknowledged, the mark says %d", v.acked, done)
	}
	seen := map[string]int{}
	for l, err := range s.Scan(ctx, audit.Query{Project: "default"}) {
		if err != nil {
			v.t.Fatal(err)
		}
		seen[l.ID]++
	}
	for n := range done {
		logs := victimBatch(n)
		found := 0
		for _, l := range logs {
			if seen[l.ID] > 1 {
				v.tally.doubled++
			}
			found += min(seen[l.ID], 1)
			delete(seen, l.ID)
		}
		switch {
		case v.purged[n] && found > 0:
			v.t.Errorf("batch %d was purged, %d of its logs are there", n, found)
		case found == 0 && (v.purged[n] || v.maybe[n]):
			v.purged[n] = true // all or nothing
		case found < len(logs) && !v.purged[n]:
			v.tally.lost += len(logs) - found
			v.t.Errorf("%d of %d logs of batch %d are there", found, len(logs), n)
		}
		if n == done-1 || n%17 == 0 {
			v.finds(s, n, found)
		}
	}
	if len(seen) > 0 {
		v.t.Errorf("%d logs that no committed batch has", len(seen))
	}
	v.acked = done - 1
	if err := s.Reindexed(ctx); err != nil {
		v.t.Fatal(err)
	}
	condition, err := s.Check(ctx, nil)
	if err != nil || len(condition.Faults) > 0 {
		v.t.Errorf("check: %v, %v", err, condition.Faults)
	}
	v.tally.readBack += int(condition.Logs)
	if err := s.Close(); err != nil {
		v.t.Fatal(err)
	}
	for text, place := range findBytes(v.t, v.dir, `canary-campaign\d+`) {
		n, err := strconv.Atoi(strings.TrimPrefix(text, "canary-campaign"))
		if err != nil || v.purged[n] {
			v.t.Errorf("batch %d was purged, its bytes are in %s", n, place)
		}
	}
}

// finds asks by word and by column.
func (v *victim) finds(s *local.Store, n, want int) {
	v.t.Helper()
	for _, q := range []string{fmt.Sprintf("batch%d", n), "campaign:" + campaignOf(n)} {
		e, err := audit.LogSchema.Parse(q)
		if err != nil {
			v.t.Fatal(err)
		}
		page, err := s.Search(v.t.Context(), audit.Query{Project: "default", Filter: e})
		if err != nil || page.Total != int64(want) {
			v.t.Errorf("%s: found %d, want %d (%v)", q, page.Total, want, err)
		}
	}
}
