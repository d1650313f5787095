package audit

import (
	"time"
)

// Project is what logs, tasks, exports, keys and views belong to. Its ID is
// made from its first name and never changes; wherever a project is named, the
// ID or the current name will do.
type Project struct {
	ID        string    `json:"id"`
	Name      string    `json:"name"`
	CreatedAt time.Time `json:"created_at"`
}

// The projects that exist by themselves.
const (
	DefaultProject = "default"
	// OwnProject keeps the logs of calls to this app itself. It cannot be
	// deleted or imported into.
	OwnProject = "projectlogs"
)

// Key lets a program in. The secret is shown once and stored as a hash.
type Key struct {
	ID        string    `json:"id"`
	Project   string    `json:"project"`
	Name      string    `json:"name"`
	Scopes    []Scope   `json:"scopes"`
	Hash      []byte    `json:"-"` // SHA-256 of the secret
	CreatedAt time.Time `json:"created_at"`
	LastUsed  time.Time `json:"last_used,omitzero"`
	RevokedAt time.Time `json:"revoked_at,omitzero"`
}

// Scope is what a key may do.
type Scope string

// The scopes. Admin includes the others.
const (
	ScopeIngest Scope = "ingest"
	ScopeRead   Scope = "read"
	ScopeExport Scope = "export"
	ScopeAdmin  Scope = "admin"
)

// Can says whether the key may do what scope allows.
func (k *Key) Can(scope Scope) bool {
	if !k.RevokedAt.IsZero() {
		return false
	}
	for _, s := range k.Scopes {
		if s == scope || s == ScopeAdmin {
			return true
		}
	}
	return false
}

// View is a named question: filter, range, columns.
type View struct {
	ID        string    `json:"id"`
	Project   string    `json:"project"`
	Name      string    `json:"name"`
	Q         string    `json:"q"`
	Last      string    `json:"last,omitempty"` // "24h", "all", …, or From and To
	From      time.Time `json:"from,omitzero"`
	To        time.Time `json:"to,omitzero"`
	Columns   []string  `json:"columns,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}
