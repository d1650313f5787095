// Package api is the HTTP API and the page: one handler, for the window and the
// browser, for the command line and for other people's programs.
//
// A request passes, in this order,
//
//  1. the guard: Host and origin, so that no page of the web gets in (guard.go);
//  2. the page's own files, which are open (page.go);
//  3. the list of routes (routes.go), which is all there is: each names its
//     pattern, what a caller must be allowed, whether it changes something, how
//     its body is read, and its handler;
//  4. the caller: the launch token or a key, in that key's project (caller.go);
//  5. the body's type, encoding and size (body.go);
//  6. the handler, func(w, r) error: decode, call, encode.
//
// Every error becomes an answer in one place (errors.go), every parameter is
// read in one place (params.go), the shapes of answers stand in wire.go. A
// filter is never looked into here: package filter reads and writes it.
// docs/API.md describes everything for those outside.
package api

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/net/netutil"

	"projectlogs/backend/audit"
	"projectlogs/backend/ingest"
	"projectlogs/backend/work"
)

// Config is what a Server works with. All fields without a default are needed.
type Config struct {
	Store   audit.LogStore
	Catalog audit.Catalog
	Door    *ingest.Door
	Runner  *work.Runner
	Feed    *audit.Feed
	// Token opens everything; it is new at each start.
	Token string
	// Addr is where the listener is bound: "127.0.0.1:4780". Requests must name
	// this machine and this port in Host.
	Addr string
	// Page is the root of the built page; without an index.html the server
	// says how to build it.
	Page fs.FS
	// Version of the program, for GET /api/state.
	Version  string
	ReadOnly bool
	Now      func() time.Time // nil is time.Now
	Log      *slog.Logger     // faults of ours, with causes; nil is silence
}

// Server answers HTTP requests. It is an http.Handler; Serve runs it with the
// timeouts and limits that it needs.
type Server struct {
	Config
	mux     *http.ServeMux
	routes  []route
	hosts   map[string]bool
	page    page
	tries   tries
	tickets tickets
	keys    sync.Mutex // held while a key is read, changed and put back
	desktop atomic.Pointer[Desktop]
	shown   atomic.Pointer[string] // the project that the window's page shows
	closing chan struct{}          // closed when streams must end
	end     func()                 // closes closing, once
}

// New makes a Server. The error is a mistake in the configuration.
func New(c Config) (*Server, error) {
	if c.Token == "" {
		return nil, errors.New("the API needs a token")
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	s := &Server{Config: c, mux: http.NewServeMux(), closing: make(chan struct{})}
	s.end = sync.OnceFunc(func() { close(s.closing) })
	s.tries.now, s.tickets.now = c.Now, c.Now
	var err error
	if s.hosts, err = hostsOf(c.Addr); err != nil {
		return nil, err
	}
	if s.page, err = readPage(c.Page); err != nil {
		return nil, fmt.Errorf("read the page: %w", err)
	}
	s.routes = s.list()
	for i := range s.routes {
		r := &s.routes[i]
		if err := r.check(); err != nil {
			return nil, err
		}
		s.mux.Handle(r.pattern, &entrance{s, r})
	}
	return s, nil
}

// Close ends the streams of events, which would else go on for as long as their
// clients read. Serve does it by itself.
func (s *Server) Close() { s.end() }

// headerTimeout is how long a client may take for its headers. Tests have less
// patience.
var headerTimeout = 5 * time.Second

// Limits of the listener and of a connection.
const (
	maxConnections = 1000
	idleTimeout    = time.Minute
	maxHeaderBytes = 16 << 10
	drainTimeout   = 5 * time.Second
)

// Serve answers on ln until ctx ends. Then event streams end at once, other
// requests have some seconds to finish. It returns when nothing is answered any
// more; the error is nil after an end that ctx asked for.
func (s *Server) Serve(ctx context.Context, ln net.Listener) error {
	base, cancel := context.WithCancel(context.WithoutCancel(ctx))
	defer cancel()
	server := &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerTimeout,
		IdleTimeout:       idleTimeout,
		MaxHeaderBytes:    maxHeaderBytes,
		BaseContext:       func(net.Listener) context.Context { return base },
		ErrorLog:          slog.NewLogLogger(s.Log.Handler(), slog.LevelDebug),
	}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(netutil.LimitListener(ln, maxConnections)) }()
	select {
	case err := <-ended:
		s.Close()
		return fmt.Errorf("serve: %w", err)
	case <-ctx.Done():
	}
	s.Close()
	drain, done := context.WithTimeout(context.WithoutCancel(ctx), drainTimeout)
	defer done()
	err := server.Shutdown(drain)
	if errors.Is(err, context.DeadlineExceeded) {
		cancel()
		err = server.Close()
	}
	<-ended
	return err
}

// call is what is known of the request under way.
type call struct {
	id      string // X-Request-Id
	at      time.Time
	route   *route
	caller  caller
	project audit.Project // of routes with {p}
	problem *problem      // the answer, where it is an error
	subject string        // the id of the task that the answer is about
}

type callKey struct{}

// callOf gives the call of a request that came through ServeHTTP.
func callOf(r *http.Request) *call { return r.Context().Value(callKey{}).(*call) }

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(rw http.ResponseWriter, r *http.Request) {
	c := &call{id: "req_" + rand.Text(), at: s.Now()}
	r = r.WithContext(context.WithValue(r.Context(), callKey{}, c))
	w := &answer{ResponseWriter: rw, control: http.NewResponseController(rw)}
	setHeaders(w.Header(), c.id)
	if r.ContentLength != 0 {
		// Also a body that nobody reads is waited for, before the answer goes out.
		_ = w.control.SetReadDeadline(time.Now().Add(readTimeout))
	}
	defer func() {
		if p := recover(); p != nil {
			s.survive(w, r, p)
		}
	}()
	if err := s.pass(w, r); err != nil {
		s.fail(w, r, err)
	}
	s.record(w, r)
}

// survive answers for a handler that panicked. What is logged holds no body
// and no secret.
func (s *Server) survive(w *answer, r *http.Request, p any) {
	if p == http.ErrAbortHandler {
		panic(p)
	}
	s.Log.Error("a handler panicked", "request", callOf(r).id, "method", r.Method, "path", r.URL.Path,
		"panic", fmt.Sprint(p), "stack", string(debug.Stack()))
	s.fail(w, r, audit.Errorf(audit.Internal, "The handler of the request panicked."))
	s.record(w, r)
}

// setHeaders sets what every answer has. A handler may replace them.
func setHeaders(h http.Header, id string) {
	h.Set("X-Request-Id", id)
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("X-Frame-Options", "DENY")
	h.Set("Cross-Origin-Resource-Policy", "same-origin")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", sealedPolicy)
}

// pass leads a request to its route, or says why it may not go there.
func (s *Server) pass(w *answer, r *http.Request) error {
	if err := s.guard(w, r); err != nil {
		return err
	}
	if s.page.serve(w, r) {
		return nil
	}
	found, _ := s.mux.Handler(r)
	if !isEntrance(found) {
		// What is not there, and an untidy path that the mux would redirect, is
		// told to nobody but callers.
		if err := s.admit(r); err != nil {
			return err
		}
		return s.lost(w, r)
	}
	s.mux.ServeHTTP(w, r)
	return nil
}

// entrance is where the mux hands over a request of a route.
type entrance struct {
	server *Server
	route  *route
}

func (e *entrance) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if err := e.enter(w, r); err != nil {
		e.server.fail(w, r, err)
	}
}

func (e *entrance) enter(w http.ResponseWriter, r *http.Request) error {
	callOf(r).route = e.route
	if e.route.need != openToAll {
		if err := e.server.admit(r); err != nil {
			return err
		}
		if err := e.server.allow(r); err != nil {
			return err
		}
	}
	if err := e.route.body.receive(w, r); err != nil {
		return err
	}
	return e.route.handle(w, r)
}

func isEntrance(h http.Handler) bool {
	_, ok := h.(*entrance)
	return ok
}

// lost answers a request that no route fits: 405 where the path exists, else
// 404 with the nearest path.
func (s *Server) lost(w http.ResponseWriter, r *http.Request) error {
	var allowed []string
	for _, method := range []string{"GET", "POST", "PUT", "PATCH", "DELETE"} {
		probe := r.Clone(r.Context())
		probe.Method = method
		if found, _ := s.mux.Handler(probe); isEntrance(found) {
			allowed = append(allowed, method)
		}
	}
	if _, ok := s.page[r.URL.Path]; ok {
		allowed = []string{http.MethodGet}
	}
	if len(allowed) > 0 {
		w.Header().Set("Allow", strings.Join(allowed, ", "))
		return &refusal{
			status: http.StatusMethodNotAllowed, key: "method_not_allowed",
			message: fmt.Sprintf("%s is not possible here; %s can be asked with %s.", r.Method, r.URL.Path, strings.Join(allowed, ", ")),
		}
	}
	message := fmt.Sprintf("There is nothing at %s.", r.URL.Path)
	if near := s.nearestPath(r.URL.Path); near != "" {
		message += fmt.Sprintf(" Did you mean %s?", near)
	}
	return &audit.Error{Code: audit.NotFound, Message: message}
}
