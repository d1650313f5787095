package api

import (
	"context"
	"net/http"
	"sync"
	"time"
)

// tries slows down who guesses: after some wrong tries each further one waits,
// longer and longer up to a second. It is no lock: right tokens never wait, so
// a page that guesses cannot keep anybody out.
type tries struct {
	now     func() time.Time
	mu      sync.Mutex
	level   float64 // wrong tries, forgotten at one a second
	last    time.Time
	waiting int
}

const (
	freeTries  = 10
	perTry     = 100 * time.Millisecond
	longestTry = time.Second
	// mostWaiting bounds what guessing costs us; beyond it the answer is 429.
	mostWaiting = 64
)

// slow waits for as long as a wrong try has to.
func (t *tries) slow(ctx context.Context) error {
	wait, ok := t.begin()
	if !ok {
		return &refusal{status: http.StatusTooManyRequests, key: "too_many_requests", message: "There were too many wrong tokens. Wait a moment."}
	}
	defer t.end()
	if wait == 0 {
		return nil
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tries) begin() (wait time.Duration, ok bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	t.level = max(0, t.level-now.Sub(t.last).Seconds()) + 1
	t.last = now
	if t.waiting >= mostWaiting {
		return 0, false
	}
	t.waiting++
	over := max(0, t.level-freeTries)
	return min(longestTry, time.Duration(over*float64(perTry))), true
}

func (t *tries) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.waiting--
}
