package audit

import (
	"context"
	"iter"
	"time"

	"projectlogs/backend/filter"
)

// LogStore keeps logs. A log is appended once, read often, and leaves only by
// Purge. All methods may be called from any goroutine; Close waits for those
// under way. package storetest holds what an implementation must pass.
//
// A project needs no preparation in a LogStore: an unknown one is empty.
type LogStore interface {
	// Append returns when the logs are on disk and can be found. A log whose ID
	// is stored already, or stood earlier in logs, is skipped. Either all new
	// ones are added or, with an error, none is acknowledged.
	Append(ctx context.Context, project string, logs []Log) (added int, err error)
	// Get returns the whole log; NotFound where there is none.
	Get(ctx context.Context, project, id string) (Log, error)
	// Search returns one page.
	Search(ctx context.Context, q Query) (Page, error)
	// Scan yields every match, whole, in the query's order, from one snapshot
	// and in constant memory. Limit, Cursor and Around are not looked at. An
	// error is yielded once, last.
	Scan(ctx context.Context, q Query) iter.Seq2[Log, error]
	// Tally counts every match, by time or by a field's values.
	Tally(ctx context.Context, q Query, by Group) (Tally, error)
	// Purge removes every match. They are not found from then on.
	Purge(ctx context.Context, q Query) (removed int, err error)
	Abilities() Abilities
	Close() error
}

// Abilities are what stores may differ in; the suite and the window ask.
type Abilities struct {
	Purge   bool // Purge works
	Dedupe  bool // a log with a stored ID is skipped
	Synced  bool // Append returns only after a sync to disk
	OrderBy []OrderField
}

// OrderField is what a list can be ordered by.
type OrderField string

// The orders. Logs that are equal in it are ordered by time, newest first, and
// logs of the same time by ID, descending.
const (
	ByTime   OrderField = "time"
	ByStatus OrderField = "status"
	ByOrigin OrderField = "origin"
)

// Order of a list. The zero value is newest first.
type Order struct {
	Field OrderField // "" is ByTime
	// Ascending turns the whole order around for ByTime (oldest first, then by
	// ID ascending). For the other fields it concerns the field alone: within
	// equal values newest stays first.
	Ascending bool
}

// Query asks for logs of one project. Its zero value, with a Project, means all.
type Query struct {
	Project string
	Filter  filter.Expr // nil is all
	// From and To bound the time: From <= time < To. Zero is unbounded.
	From, To time.Time
	// Now is what relative times in Filter count from; zero is the time of the call.
	Now   time.Time
	Order Order
	Limit int // of Search; 0 is DefaultLimit, more than MaxLimit is an error
	// Cursor is Page.Next (or Prev) of the same query; "" is the beginning.
	Cursor string
	// Around starts the page at the first log at or after this place in the
	// order, by time; only for orders ByTime, and not together with Cursor.
	Around time.Time
	// AsOf is a snapshot that an earlier Page or Tally named: logs appended
	// since then are not seen. "" is now.
	AsOf string
	// Since is a snapshot too: only logs appended after it are seen, whatever
	// their time. "" is from the beginning. It is how a list follows what arrives.
	Since string
}

// Limits of a page.
const (
	DefaultLimit = 50
	MaxLimit     = 1000
)

// Page is one page of a list.
type Page struct {
	// Logs have all but headers and bodies; the sizes of bodies are there.
	Logs []Log
	// Total is the number of all matches, over all pages. It is never made up:
	// when TotalExact is false, there are at least that many.
	Total      int64
	TotalExact bool
	// Next and Prev continue behind the last and before the first log; "" at
	// the ends. A page got by Prev is in the same order.
	Next, Prev string
	AsOf       string
}

// Group says what a Tally counts by: Steps equal steps of time, or a field.
type Group struct {
	// Steps > 0 divides the query's range (From to To; where one is open, up to
	// the data's own oldest or newest log) in so many steps, at most MaxSteps.
	Steps int
	// Field, where Steps is 0: the values of this field, most frequent first,
	// equal counts by value.
	Field string
	// Prefix keeps only values that begin with it, case-insensitively.
	Prefix string
	Limit  int // number of values, 0 is 10, at most 1,000
}

// MaxSteps bounds a histogram.
const MaxSteps = 1000

// Tally is the answer: exact counts.
type Tally struct {
	Buckets []Bucket
	// Other counts the logs whose values are in no bucket because of Limit or
	// Prefix, and those without a value.
	Other int64
	// Total counts all matches. By time it is the sum of the buckets.
	Total    int64
	Failures int64 // of Total
	AsOf     string
}

// Bucket is one step of time (From <= time < To) or one value. A log with
// several values counts in each of their buckets.
type Bucket struct {
	Key      string
	From, To time.Time
	Count    int64
	Failures int64
}

// Marker is implemented by stores that can keep a small mark in the same
// transaction as the logs, so that work that was killed continues exactly
// where its rows end.
type Marker interface {
	// AppendMarked is Append that also sets the mark of the given name, to what
	// mark says once it is known how many of the logs are new. mark is called
	// once, before the commit. logs may be empty: then only the mark is set.
	AppendMarked(ctx context.Context, project string, logs []Log, name string, mark func(added int) []byte) (added int, err error)
	// Mark returns a mark, nil where there is none.
	Mark(ctx context.Context, name string) ([]byte, error)
	// Unmark removes it; no error where there is none.
	Unmark(ctx context.Context, name string) error
}

// Checker is implemented by stores that can prove their own consistency.
type Checker interface {
	// Check reads everything and reports each fault as a sentence. The error is
	// for a check that could not be made.
	Check(ctx context.Context, report func(done, of int64)) (Condition, error)
}

// Condition is what Check found.
type Condition struct {
	Projects int      `json:"projects"`
	Logs     int64    `json:"logs"`
	Faults   []string `json:"faults"` // empty when all is well
}

// Reindexer is implemented by stores with a derived index.
type Reindexer interface {
	// Reindex builds the index anew from the stored logs, while searches go on.
	Reindex(ctx context.Context, report func(done, of int64)) error
}

// Sizer is implemented by stores that know what they hold.
type Sizer interface {
	// Extent of one project, cheap enough for each refresh of a window.
	Extent(ctx context.Context, project string) (Extent, error)
	// DiskBytes of the whole store.
	DiskBytes() (int64, error)
}

// Extent is how much a project holds.
type Extent struct {
	Logs           int64
	Oldest, Newest time.Time // zero when empty
}

// Dropper is implemented by stores that can remove a whole project at once.
type Dropper interface {
	// Drop removes every log of the project and what belongs to it.
	Drop(ctx context.Context, project string) error
}
