// Package redact takes secrets out of logs before they are stored.
//
// A Redactor has a profile and a key. Under the profile default it removes
// credentials only: what would let a reader act as somebody else. Ids, e-mail
// addresses and names stay, because they are what people search for. The same
// secret becomes the same tag everywhere, `redacted #4f1c09aa`, a keyed hash of
// its decoded value, so that two calls with one token can still be told from
// two calls with two.
//
// Text keeps its shape: a JSON body stays JSON with all else byte-identical, a
// form stays a form, an Authorization header keeps its scheme, cookies keep
// their names. Redacting twice is redacting once.
//
// How it works: a text of any kind (names.go says which names are secret) is
// looked through from separator to separator, from each colon and each equals
// sign back to a name and on to a value. That finds "key":"value" at any depth
// of JSON within JSON, key=value of forms, queries and log lines, and headers
// in text, without knowing what the text is, and in one pass. Shapes that need
// no name (JWTs, PEM blocks, card numbers) have their own look. What was found
// are edits of places in the text, made at the end.
package redact

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"hash"
	"io"
	"maps"
	"slices"
	"strings"
	"sync"

	"projectlogs/backend/audit"
)

// Profile says how much is taken out.
type Profile string

// The profiles.
const (
	Default Profile = "default" // credentials
	Strict  Profile = "strict"  // besides: e-mail, phone numbers, IBANs, the names of OAuth
	Off     Profile = "off"     // nothing; the window says so
)

// ParseProfile reads a profile's name; "" is Default.
func ParseProfile(name string) (Profile, error) {
	switch p := Profile(strings.ToLower(name)); p {
	case "":
		return Default, nil
	case Default, Strict, Off:
		return p, nil
	}
	return "", audit.Errorf(audit.Invalid, "There is no redaction profile %q; there are default, strict and off.", name)
}

// Redactor takes secrets out of logs. Any number of goroutines may use one.
type Redactor struct {
	profile Profile
	macs    sync.Pool // of hash.Hash with the key
}

// New makes a Redactor. The key decides the tags: Redactors with the same key
// give the same secret the same tag.
func New(profile Profile, key []byte) *Redactor {
	key = slices.Clone(key)
	return &Redactor{profile: profile, macs: sync.Pool{New: func() any { return hmac.New(sha256.New, key) }}}
}

// Profile is what New was given.
func (r *Redactor) Profile() Profile { return r.profile }

// What a tag begins with, as it is and in a URL or form.
const (
	mark        = "redacted #"
	escapedMark = "redacted%20%23"
)

// tag is what stands in the place of a secret.
func (r *Redactor) tag(secret string) string { return mark + r.hash(secret) }

func (r *Redactor) hash(secret string) string {
	mac := r.macs.Get().(hash.Hash)
	defer r.macs.Put(mac)
	mac.Reset()
	io.WriteString(mac, secret)
	var sum [sha256.Size]byte
	var digits [8]byte
	hex.Encode(digits[:], mac.Sum(sum[:0])[:4])
	return string(digits[:])
}

// isTag says whether a secret was taken out here before.
func isTag(s string) bool {
	return strings.HasPrefix(s, mark) || strings.HasPrefix(s, escapedMark) || strings.HasPrefix(s, "redacted+%23")
}

// Text takes the secrets out of a text of any kind: a body, a URL, a message, a
// line of a file.
func (r *Redactor) Text(text string) string {
	text, _ = r.text(text)
	return text
}

// Log takes the secrets out of l in place and says how many there were. What l
// shares with others (maps, slices) is copied before it is changed.
func (r *Redactor) Log(l *audit.Log) (redactions int) {
	if r.profile == Off {
		return 0
	}
	n := 0
	for _, s := range [...]*string{
		&l.URL, &l.Path, &l.Message, &l.Error.Key, &l.Error.Message, &l.UserAgent, &l.APIKey, &l.ClientKey,
		&l.Request.Body, &l.Response.Body,
	} {
		n += r.edit(s)
	}
	if r.profile == Strict {
		n += r.edit(&l.User.Email) + r.edit(&l.User.ID) + r.edit(&l.Customer.SourceID)
	}
	n += r.query(&l.Query)
	n += r.headers(&l.Request.Headers)
	n += r.headers(&l.Response.Headers)
	if len(l.Attributes) > 0 {
		if s, found := r.text(string(l.Attributes)); found > 0 {
			l.Attributes = json.RawMessage(s)
			n += found
		}
	}
	return n
}

func (r *Redactor) edit(s *string) (n int) {
	if *s != "" {
		*s, n = r.text(*s)
	}
	return n
}

// values is a map of names to values whose changes are made in a copy.
type values struct {
	m      *map[string][]string
	copied bool
}

func (v *values) set(name string, i int, value string) {
	if !v.copied {
		*v.m = maps.Clone(*v.m)
		v.copied = true
	}
	list := slices.Clone((*v.m)[name])
	list[i] = value
	(*v.m)[name] = list
}

func (r *Redactor) query(m *map[string][]string) (n int) {
	v := values{m: m}
	for name, list := range *m {
		class := r.classOf(name)
		for i, value := range list {
			if now, found := r.value(class, value); found > 0 {
				v.set(name, i, now)
				n += found
			}
		}
	}
	return n
}

func (r *Redactor) headers(m *map[string][]string) (n int) {
	v := values{m: m}
	for name, list := range *m {
		class := r.classOf(name)
		for i, value := range list {
			now, found := "", 0
			if name == "set-cookie" {
				now, found = r.setCookie(value)
			} else {
				now, found = r.value(class, value)
			}
			if found > 0 {
				v.set(name, i, now)
				n += found
			}
		}
	}
	return n
}

// value redacts the whole value of a name of the given class.
func (r *Redactor) value(class class, value string) (string, int) {
	switch {
	case class == public:
		return r.text(value)
	case !class.hides(value):
		return value, 0
	}
	now := r.replace(class, value)
	if now == value {
		return value, 0
	}
	return now, 1
}

// replace is what stands in the place of a decoded secret.
func (r *Redactor) replace(class class, secret string) string {
	switch class {
	case credentials:
		scheme, rest, ok := strings.Cut(secret, " ")
		if !ok || !isWord(scheme) || strings.TrimSpace(rest) == "" {
			break
		}
		if isTag(rest) {
			return secret
		}
		return scheme + " " + r.tag(strings.TrimSpace(rest))
	case cookies:
		return r.cookie(secret)
	}
	return r.tag(secret)
}

// isWord says whether s may be the scheme of an Authorization header.
func isWord(s string) bool {
	if s == "" || len(s) > 24 {
		return false
	}
	for i := range len(s) {
		if !isLetter(s[i]) && s[i] != '-' && (i == 0 || !isDigit(s[i])) {
			return false
		}
	}
	return true
}

// cookie redacts "a=1; b=2": names stay, values go.
func (r *Redactor) cookie(value string) string {
	pairs := strings.Split(value, ";")
	for i, pair := range pairs {
		name, v, ok := strings.Cut(pair, "=")
		switch v = strings.TrimSpace(v); {
		case !ok && strings.TrimSpace(pair) != "" && !isTag(strings.TrimSpace(pair)):
			pairs[i] = pair[:len(pair)-len(strings.TrimLeft(pair, " "))] + r.tag(strings.TrimSpace(pair))
		case ok && v != "" && !isTag(v):
			pairs[i] = name + "=" + r.tag(v)
		}
	}
	return strings.Join(pairs, ";")
}

// setCookie redacts "a=1; Path=/; Secure": only the first pair is a secret.
func (r *Redactor) setCookie(value string) (string, int) {
	first, attributes, more := strings.Cut(value, ";")
	now := r.cookie(first)
	if now == first {
		return value, 0
	}
	if more {
		now += ";" + attributes
	}
	return now, 1
}
