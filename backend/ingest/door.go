// Package ingest is the one door: everything that is stored comes through it,
// from a file, from the wire, from the recorder, from the app itself.
//
// Behind the door a log is
//
//  1. validated: what cannot be a log is rejected with a sentence, the rest goes on;
//  2. given an ID, unless its source gave one: a keyed hash of project, time,
//     content before redaction, and of how many equal logs came before it in
//     the same source, so that equal lines of one file are all kept and the
//     same file twice adds nothing;
//  3. derived: endpoint, campaign, customer, error and more are read out of
//     path, headers and bodies, only where the source left them empty;
//  4. redacted (package redact);
//  5. appended to the store, and announced in the feed.
//
// Door.Append takes what comes in by the wire: one call is one source. Files
// come in pieces, so they have a Source that remembers what came before.
package ingest

import (
	"context"
	"fmt"
	"time"

	"projectlogs/backend/audit"
	"projectlogs/backend/redact"
)

// Options of a Door. The zero value is ready.
type Options struct {
	Profile redact.Profile   // "" is redact.Default
	Now     func() time.Time // nil is time.Now
}

// Door lets logs in. Any number of goroutines may use one.
type Door struct {
	store    audit.LogStore
	marker   audit.Marker // store, if it keeps marks
	feed     *audit.Feed
	redactor *redact.Redactor
	idKey    []byte
	now      func() time.Time
}

// New makes the door of a store. The keys of ids and of redaction are the
// catalog's secrets.
func New(ctx context.Context, store audit.LogStore, catalog audit.Catalog, feed *audit.Feed, o Options) (*Door, error) {
	idKey, err := catalog.Secret(ctx, "log ids")
	if err != nil {
		return nil, fmt.Errorf("key of log ids: %w", err)
	}
	redactionKey, err := catalog.Secret(ctx, "redaction")
	if err != nil {
		return nil, fmt.Errorf("key of redaction: %w", err)
	}
	if o.Profile == "" {
		o.Profile = redact.Default
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	d := &Door{
		store: store, feed: feed, redactor: redact.New(o.Profile, redactionKey),
		idKey: idKey, now: o.Now,
	}
	d.marker, _ = store.(audit.Marker)
	return d, nil
}

// Profile is how much the door's redaction takes out.
func (d *Door) Profile() redact.Profile { return d.redactor.Profile() }

// Redact takes the secrets out of a text that is kept although it is no log,
// such as a line that could not be read.
func (d *Door) Redact(text string) string { return d.redactor.Text(text) }

// Result says what became of the logs of one call.
type Result struct {
	Added      int
	Skipped    int // were there already
	Rejected   []Rejection
	Redactions int // secrets that were taken out
	Untimed    int // had no time and were given one
	// Oldest and Newest are the times of the logs that were let in, added or
	// skipped; zero when there were none.
	Oldest, Newest time.Time
}

// Rejection is one log that was not let in.
type Rejection struct {
	Index  int    // in the logs of the call, from 0
	Reason string // a sentence
}

// Append lets in logs from the wire. It returns when those that were not
// rejected are on disk and can be found; with an error none is acknowledged.
// source is what Log.Source becomes where it is empty: "api", "proxy main".
//
// The call is one source: equal logs in it are all kept, and the same call made
// again adds nothing, as long as its logs have times. A log without a time gets
// the present.
//
// The elements of logs are changed; what they refer to is not.
func (d *Door) Append(ctx context.Context, project, source string, logs []audit.Log) (Result, error) {
	return d.wire(project, source).Append(ctx, logs, nil)
}
