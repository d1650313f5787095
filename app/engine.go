package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"syscall"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/local"
	"projectlogs/backend/work"
	"projectlogs/frontend"
)

// engineConfig says what an engine serves, and where.
type engineConfig struct {
	dataDir string
	addr    string
	// moveOn takes the next free port where addr's is taken.
	moveOn bool
}

// engine is the store with all that stands on it, served on a loopback address:
// the one thing that a data folder has at most one of.
type engine struct {
	dataDir string
	store   *local.Store
	catalog audit.Catalog
	runner  *work.Runner
	api     *api.Server
	stop    context.CancelFunc // ends serving
	served  chan error         // given the error, or nil, when the server ended
	file    serverFile
	ownLog  *os.File
}

// portsToTry is how far moveOn goes.
const portsToTry = 100

// memoryLimit is where the garbage collector stops waiting for the heap to
// double. It is soft: bodies that need more get more. GOMEMLIMIT overrides it.
const memoryLimit = 640 << 20

// openEngine opens the store and serves it; server.json is there when it
// returns. Locked where another process has the store.
func openEngine(ctx context.Context, c engineConfig) (*engine, error) {
	if os.Getenv("GOMEMLIMIT") == "" {
		debug.SetMemoryLimit(memoryLimit)
	}
	store, err := local.Open(c.dataDir, local.Options{})
	if err != nil {
		return nil, err
	}
	e := &engine{dataDir: c.dataDir, store: store, catalog: store.Catalog(), served: make(chan error, 1)}
	if err := e.start(ctx, c); err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *engine) start(ctx context.Context, c engineConfig) error {
	log := e.openLog()
	feed := &audit.Feed{}
	door, err := ingest.New(ctx, e.store, e.catalog, feed, ingest.Options{})
	if err != nil {
		return err
	}
	e.runner, err = work.New(ctx, work.Config{
		Store: e.store, Catalog: e.catalog, Door: door, Feed: feed, Dir: c.dataDir, Log: log,
	})
	if err != nil {
		return err
	}
	listener, err := listen(c.addr, c.moveOn)
	if err != nil {
		return err
	}
	e.file = serverFile{URL: "http://" + listener.Addr().String(), Token: newToken(), PID: os.Getpid()}
	e.api, err = api.New(api.Config{
		Store: e.store, Catalog: e.catalog, Door: door, Runner: e.runner, Feed: feed,
		Token: e.file.Token, Addr: listener.Addr().String(), Page: frontend.FS(), Version: version, Log: log,
	})
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	// Ctrl-C must not end the server before the work in it is checkpointed.
	serving, stop := context.WithCancel(context.WithoutCancel(ctx))
	e.stop = stop
	go func() { e.served <- e.api.Serve(serving, listener) }()
	return e.file.write(c.dataDir)
}

// ownLogLimit is the size at which our own log begins anew.
const ownLogLimit = 8 << 20

// openLog opens DATA_DIR/projectlogs.log, for faults of ours with their causes;
// bodies and tokens never stand in it. Where it cannot be written there is none.
func (e *engine) openLog() *slog.Logger {
	path := filepath.Join(e.dataDir, "projectlogs.log")
	if s, err := os.Stat(path); err == nil && s.Size() > ownLogLimit {
		_ = os.Rename(path, path+".old") // else it grows on, which is better than losing it
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return slog.New(slog.DiscardHandler)
	}
	e.ownLog = f
	return slog.New(slog.NewJSONHandler(f, nil))
}

// listen takes a port of the loopback interface, and no other.
func listen(addr string, moveOn bool) (net.Listener, error) {
	host, port, err := net.SplitHostPort(addr)
	if err != nil {
		return nil, usagef("--addr %s: give a host and a port, such as %s.", addr, defaultAddr)
	}
	if ip := net.ParseIP(host); host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, usagef("--addr %s: only this machine may connect; give 127.0.0.1, ::1 or localhost.", addr)
	}
	first, err := net.LookupPort("tcp", port)
	if err != nil {
		return nil, usagef("--addr %s: %s is no port.", addr, port)
	}
	for n := first; ; n++ {
		l, err := net.Listen("tcp", net.JoinHostPort(host, itoa(n)))
		switch {
		case err == nil:
			return l, nil
		case !errors.Is(err, syscall.EADDRINUSE):
			return nil, audit.Errorf(audit.Conflict, "Cannot listen on %s: %v.", addr, err)
		case !moveOn || n == first+portsToTry:
			return nil, audit.Errorf(audit.Conflict, "Cannot listen on %s: another program uses that port. Give another one with --addr; :0 takes any that is free.", addr)
		}
	}
}

// openOrFind opens the store, or finds the process that serves it. One that
// holds the lock and has no server.json is on its way up or down: it is waited
// for.
func openOrFind(ctx context.Context, c engineConfig) (*engine, serverFile, error) {
	deadline := time.Now().Add(20 * time.Second)
	for {
		e, err := openEngine(ctx, c)
		if err == nil {
			return e, e.file, nil
		}
		if audit.CodeOf(err) != audit.Locked {
			return nil, serverFile{}, err
		}
		f, readErr := readServerFile(c.dataDir)
		if readErr != nil {
			return nil, serverFile{}, readErr
		}
		if f != nil && f.answers(ctx) {
			return nil, *f, nil
		}
		if time.Now().After(deadline) {
			return nil, serverFile{}, err
		}
		select {
		case <-ctx.Done():
			return nil, serverFile{}, &audit.Error{Code: audit.Canceled, Message: "Canceled."}
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// answers says whether the process named in server.json answers as ours.
func (f serverFile) answers(ctx context.Context) bool {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, f.URL+"/api/health", nil)
	if err != nil {
		return false
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return false
	}
	resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}

// setDesktop tells the API of the window, and with nil that it is gone.
func (e *engine) setDesktop(d desktop) {
	if d == nil {
		e.api.SetDesktop(nil) // not an interface that holds nil
		return
	}
	e.api.SetDesktop(d)
}

// resume continues the tasks that a killed process left behind. Only the
// window, serve and tasks retry do that.
func (e *engine) resume(ctx context.Context) error { return e.runner.Resume(ctx) }

// interrupted is the number of tasks that wait for that.
func (e *engine) interrupted(ctx context.Context) int {
	tasks, err := e.runner.Interrupted(ctx)
	if err != nil {
		return 0 // a hint is not worth failing for
	}
	return len(tasks)
}

// waitIdle returns when no task runs or waits any more, or ctx ends. Another
// command may have started one here.
func (e *engine) waitIdle(ctx context.Context) {
	unfinished, err := audit.TaskSchema.Parse("recorded:false status:(ENQUEUED OR IN_PROGRESS)")
	if err != nil {
		panic(err) // the schema has these words
	}
	for ctx.Err() == nil {
		list, err := e.catalog.Tasks(ctx, audit.ListQuery{Filter: unfinished, Limit: 1})
		if err != nil || len(list.Items) == 0 {
			return
		}
		t, err := e.runner.Wait(ctx, list.Items[0].Project, list.Items[0].ID)
		if err != nil || !t.Status.Ended() {
			return
		}
	}
}

// stopServing takes no more requests and waits for those under way; tasks go
// on. It may be called more than once.
func (e *engine) stopServing() error {
	if e.stop == nil {
		return nil
	}
	removed := e.file.remove(e.dataDir)
	if errors.Is(removed, fs.ErrNotExist) {
		removed = nil
	}
	e.stop()
	e.stop = nil
	return errors.Join(removed, <-e.served)
}

// Close ends everything and reports each fault. Running tasks are checkpointed,
// so that they can be continued, before the requests that wait for them end.
func (e *engine) Close() error {
	var errs []error
	if e.runner != nil {
		errs = append(errs, e.runner.Close())
	}
	errs = append(errs, e.stopServing(), e.store.Close())
	if e.ownLog != nil {
		errs = append(errs, e.ownLog.Close())
	}
	if err := errors.Join(errs...); err != nil {
		return fmt.Errorf("close: %w", err)
	}
	return nil
}
