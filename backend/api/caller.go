package api

import (
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"net/http"
	"strings"
	"time"

	"projectlogs/backend/audit"
)

// need is what a caller must be allowed for a route. There is none that is
// allowed by itself: the zero need lets nobody in, and New refuses it.
type need string

// The needs. A key has those of its scopes; the launch token has all.
const (
	openToAll   need = "open"   // no token
	readScope   need = "read"   //
	ingestScope need = "ingest" //
	exportScope need = "export" //
	adminScope  need = "admin"  // changes in one project
	launchToken need = "launch" // changes over all projects, and this machine
)

// caller is who asks.
type caller struct {
	key    *audit.Key // nil for the launch token
	client bool       // a key given as one of client-side code
	cli    bool       // the command line, by its own word
}

// origin is what the app's own logs and exports say of the caller.
func (c caller) origin() string {
	switch {
	case c.client:
		return "Client API"
	case c.key != nil:
		return "API"
	case c.cli:
		return "CLI"
	}
	return "Dashboard"
}

// name is who the caller is, where that is known: the key's name.
func (c caller) name() string {
	if c.key != nil {
		return c.key.Name
	}
	return ""
}

// may says whether the caller is allowed what a route needs.
func (c caller) may(n need) bool {
	return c.key == nil || n != launchToken && c.key.Can(audit.Scope(n))
}

// sees says whether the caller may know of a project.
func (c caller) sees(project string) bool { return c.key == nil || c.key.Project == project }

// admit finds out who asks. Every wrong token and key gets the same answer in
// the same time, whatever is wrong with it.
func (s *Server) admit(r *http.Request) error {
	id, secret, given := credentials(r)
	if !given {
		return unauthorized("A token is needed: Authorization: Bearer TOKEN. The command projectlogs open prints the page's address with one.")
	}
	c := callOf(r)
	if subtle.ConstantTimeCompare(hashOf(secret), hashOf(s.Token)) == 1 && id == "" {
		c.caller = caller{cli: r.Header.Get("X-Project-Logs-Client") == "cli"}
		return nil
	}
	key, err := s.keyOf(r.Context(), id, secret)
	if err != nil {
		return err
	}
	if key == nil {
		if err := s.tries.slow(r.Context()); err != nil {
			return err
		}
		return unauthorized("This token or key is not valid. Tokens are new at each start of Project Logs; keys may be revoked.")
	}
	c.caller = caller{key: key, client: r.Header.Get("Authorization") == "" && r.Header.Get("X-App-Token") == "" && r.Header.Get(clientToken) != ""}
	s.used(r.Context(), *key)
	return nil
}

func unauthorized(message string) error {
	return &audit.Error{Code: audit.Unauthorized, Message: message}
}

// clientToken is the header in which client-side code sends its key.
const clientToken = "X-Client-Token"

// credentials reads what a request says of its caller; id is "" where only a
// secret is given. The query is never looked at: addresses end up in logs.
func credentials(r *http.Request) (id, secret string, given bool) {
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, rest, _ := strings.Cut(header, " ")
		rest = strings.TrimSpace(rest)
		switch strings.ToLower(scheme) {
		case "bearer":
			return "", rest, true
		case "apikey", "basic":
			pair, err := base64.StdEncoding.DecodeString(rest)
			if err != nil {
				return "?", "", true
			}
			id, secret, _ = strings.Cut(string(pair), ":")
			return cmp.Or(id, "?"), secret, true
		}
		return "?", "", true
	}
	for _, names := range [][2]string{{"X-App-Id", "X-App-Token"}, {"X-Client-Application-Id", clientToken}} {
		id, secret := r.Header.Get(names[0]), r.Header.Get(names[1])
		if id != "" || secret != "" {
			return cmp.Or(id, "?"), secret, true
		}
	}
	return "", "", false
}

// keyOf gives the key that belongs to a secret, nil where there is none. id,
// where given, must be the key's.
func (s *Server) keyOf(ctx context.Context, id, secret string) (*audit.Key, error) {
	inside, whole := idOfSecret(secret)
	if !whole || id != "" && id != inside {
		inside = "" // no key has this ID; it is looked for all the same
	}
	key, err := s.Catalog.Key(ctx, inside)
	if err != nil && audit.CodeOf(err) != audit.NotFound && audit.CodeOf(err) != audit.Invalid {
		return nil, err
	}
	stored := key.Hash
	if len(stored) == 0 {
		stored = hashOf("")
	}
	right := subtle.ConstantTimeCompare(hashOf(secret), stored) == 1
	if !right || inside == "" || err != nil || !key.RevokedAt.IsZero() {
		return nil, nil
	}
	return &key, nil
}

// usedEvery is how exact a key's last use is; each new one is a synced write.
const usedEvery = time.Minute

// used notes that a key was used. That it could not be noted is no reason to
// refuse the request.
func (s *Server) used(ctx context.Context, k audit.Key) {
	now := s.Now().UTC()
	if now.Sub(k.LastUsed) < usedEvery || s.ReadOnly {
		return
	}
	s.keys.Lock()
	defer s.keys.Unlock()
	k, err := s.Catalog.Key(ctx, k.ID)
	if err == nil && now.Sub(k.LastUsed) >= usedEvery {
		k.LastUsed = now
		err = s.Catalog.PutKey(ctx, k)
	}
	if err != nil {
		s.Log.Warn("the last use of a key was not noted", "key", k.ID, "error", err.Error())
	}
}

// allow checks what the route needs, and finds the project in its path. A key
// learns nothing of other projects, not even whether they exist.
func (s *Server) allow(r *http.Request) error {
	c := callOf(r)
	if !c.caller.may(c.route.need) {
		if c.route.need == launchToken {
			return audit.Errorf(audit.Forbidden, "Only the window and the command line may do this, no key.")
		}
		return audit.Errorf(audit.Forbidden, "The key %s does not have the scope %s that this needs.", c.caller.key.ID, c.route.need)
	}
	name := r.PathValue("p")
	if name == "" {
		return nil
	}
	p, err := s.Catalog.Project(r.Context(), name)
	if err != nil && audit.CodeOf(err) != audit.NotFound {
		return err
	}
	if key := c.caller.key; key != nil && (err != nil || p.ID != key.Project) {
		return audit.Errorf(audit.Forbidden, "The key %s is for the project %s alone.", key.ID, key.Project)
	}
	c.project = p
	return err
}
