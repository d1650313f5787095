package api

import (
	"crypto/rand"
	"sync"
	"time"
)

// ticketLife is how long a download link waits to be used.
const ticketLife = 30 * time.Second

// tickets are download links that are valid once: a browser that follows a link
// sends no token.
type tickets struct {
	now func() time.Time
	mu  sync.Mutex
	all map[string]ticket
}

type ticket struct {
	project, export string
	until           time.Time
}

// issue makes the secret part of a link.
func (t *tickets) issue(project, export string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	now := t.now()
	if t.all == nil {
		t.all = map[string]ticket{}
	}
	for secret, old := range t.all {
		if !now.Before(old.until) {
			delete(t.all, secret)
		}
	}
	secret := rand.Text()
	t.all[secret] = ticket{project, export, now.Add(ticketLife)}
	return secret
}

// redeem gives what a link is for, once; a look at it before does not count.
func (t *tickets) redeem(secret string, look bool) (ticket, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	found, ok := t.all[secret]
	if !look {
		delete(t.all, secret)
	}
	return found, ok && t.now().Before(found.until)
}
