// Package local keeps the logs and the catalog of Project Logs in one folder on
// this machine. It is the only package that knows Badger and Bleve.
//
//	store, err := local.Open(dir, local.Options{})
//	added, err := store.Append(ctx, "default", logs) // on disk when it returns
//	page, err := store.Search(ctx, audit.Query{Project: "default", Filter: e})
//	catalog := store.Catalog()
//
// # What is the truth
//
// One Badger database holds the logs and the catalog; a second one would mean a
// second write-ahead log to sync and two truths to bring together after a
// crash. Everything else in the folder is derived, may be deleted at any time,
// and is made again by itself: columns (package file *.col) and the text index
// (package text, *.zap).
//
// # How logs lie
//
// The logs of a project have dense arrival numbers from 0. A partition is
// 65,536 consecutive numbers; within it a log is a row. Rows never move: a
// purged log leaves a hole. keys.go has the keys and the history of the format,
// block.go how 16 logs share a value, codec.go how a log becomes bytes.
//
// Each partition has one column for every plain field of audit.LogSchema (a new
// field there has a column here without a change), in memory while the
// partition grows, then in one file whose columns are read as they are needed
// and kept within Options.CacheBytes. A column is a dictionary of values and a
// code per row; a condition is asked of the values, and the rows follow by a
// table look-up, so there is no stored bitmap per value: 65,536 one-byte codes
// are looked up in 40 µs.
//
// # How a question is answered
//
// narrow.go walks the filter and gives, per partition, the rows that certainly
// match and those that may. What is between them is decided by
// filter.Matcher on the stored log. The index narrows, Match decides.
// walk.go brings rows into order across partitions, search.go makes pages,
// tally.go counts.
//
// # Who writes
//
// One goroutine (writer.go) commits everything: appends, purges, the catalog.
// It collects what is waiting into one transaction, which Badger syncs before
// anybody gets an answer. A number is given out by the transaction that makes
// it visible, so no number is ever used twice and none is left out.
package local

import (
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/dgraph-io/badger/v4"

	"projectlogs/backend/audit"
)

// Options of a Store. The zero value is right for the program.
type Options struct {
	// CacheBytes bounds the columns of full partitions that are kept in memory;
	// 0 is 128 MiB.
	CacheBytes int64
	// Log gets what was repaired and what could not be done in the background;
	// never contents of logs. nil is nowhere.
	Log *slog.Logger

	// For tests:
	rows     int   // of a partition; 0 is 65,536
	floor    int64 // bytes of the disk that stay free
	txnBytes int   // of a transaction; 0 is maxTxnBytes
}

// Store is an open data folder. All methods may be called from any goroutine.
type Store struct {
	dir     string
	lock    *folderLock
	db      *badger.DB
	log     *slog.Logger
	rows    int
	floor   atomic.Int64
	cache   *cache
	catalog *catalog
	writer  *writer
	indexer *indexer

	mu       sync.RWMutex
	projects map[string]*project

	users    users
	readOnly atomic.Pointer[audit.Error] // why nothing can be written any more
}

var (
	_ audit.LogStore  = (*Store)(nil)
	_ audit.Marker    = (*Store)(nil)
	_ audit.Checker   = (*Store)(nil)
	_ audit.Reindexer = (*Store)(nil)
	_ audit.Sizer     = (*Store)(nil)
	_ audit.Dropper   = (*Store)(nil)
)

// Abilities says that this store can do everything.
func (s *Store) Abilities() audit.Abilities {
	return audit.Abilities{
		Purge: true, Dedupe: true, Synced: true,
		OrderBy: []audit.OrderField{audit.ByTime, audit.ByStatus, audit.ByOrigin},
	}
}

// Catalog gives what changes and is small. It is closed with the Store.
func (s *Store) Catalog() audit.Catalog { return s.catalog }

// users counts the calls under way, so that Close can wait for them. A call
// inside another one (Get in a loop over Scan) is fine: it fails once Close has
// begun instead of waiting for it.
type users struct {
	mu     sync.Mutex
	count  int
	closed bool
	gone   chan struct{} // closed when the last one left after close
}

// enter keeps the store open until leave.
func (u *users) enter() error {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.closed {
		return errClosed()
	}
	u.count++
	return nil
}

func (u *users) leave() {
	u.mu.Lock()
	defer u.mu.Unlock()
	u.count--
	if u.closed && u.count == 0 {
		close(u.gone)
	}
}

// close keeps further users out and waits for the others. It is false when
// that was done before.
func (u *users) close() bool {
	u.mu.Lock()
	if u.closed {
		u.mu.Unlock()
		return false
	}
	u.closed = true
	u.gone = make(chan struct{})
	if u.count == 0 {
		close(u.gone)
	}
	u.mu.Unlock()
	<-u.gone
	return true
}

func errClosed() error { return audit.Errorf(audit.Internal, "The store is closed.") }
