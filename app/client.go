package app

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"projectlogs/backend/audit"
)

// client speaks to the process that serves the store, which may be this one.
// When the other process ends in between, the client finds or becomes the next
// one and asks again: a request that was not answered is repeated only when it
// never arrived, or changes nothing.
type client struct {
	dataDir string
	project string
	http    *http.Client
	server  serverFile
	own     *engine // what this process serves itself, nil while another does
}

// connect finds the process that serves the data folder, or opens the store and
// serves it in this one.
func (c *call) connect(ctx context.Context) (*client, error) {
	cl := &client{dataDir: c.dataDir, project: c.project, http: newHTTPClient()}
	if err := cl.reconnect(ctx); err != nil {
		return nil, err
	}
	cl.mention(ctx, c.program)
	return cl, nil
}

// reconnect decides who serves. The lock on the store is the authority: only
// when another process holds it does server.json count.
func (cl *client) reconnect(ctx context.Context) error {
	own, server, err := openOrFind(ctx, engineConfig{dataDir: cl.dataDir, addr: "127.0.0.1:0"})
	if err != nil {
		return err
	}
	cl.own, cl.server = own, server
	return nil
}

// Close ends what this process serves: first the tasks that other commands
// started here are waited for, until ctx ends.
func (cl *client) Close(ctx context.Context) error {
	cl.http.CloseIdleConnections()
	if cl.own == nil {
		return nil
	}
	own := cl.own
	cl.own = nil
	own.waitIdle(ctx)
	// Another command may have found this process in the moment between: what
	// it started is done too, and from now on it finds the next one.
	err := own.stopServing()
	own.waitIdle(ctx)
	return errors.Join(err, own.Close())
}

// mention says that tasks were interrupted, where this process opened the
// store: only the window, serve and tasks retry continue them.
func (cl *client) mention(ctx context.Context, p *program) {
	if cl.own == nil {
		return
	}
	if n := cl.own.interrupted(ctx); n > 0 {
		fmt.Fprintf(p.stderr, "projectlogs: %s interrupted; projectlogs tasks list shows, projectlogs tasks retry continues.\n", plural(n, "task is", "tasks are"))
	}
}

// projectPath is the path of a route of the chosen project.
func (cl *client) projectPath(elements ...string) string {
	path := "/api/projects/" + url.PathEscape(cl.project)
	for _, e := range elements {
		path += "/" + url.PathEscape(e)
	}
	return path
}

// request is what one exchange sends.
type request struct {
	method, path string
	query        url.Values
	contentType  string
	body         func() (io.Reader, error) // asked for once a try; nil for none
}

// send answers with a successful response, whose body the caller closes, or
// with the server's error.
func (cl *client) send(ctx context.Context, r request) (*http.Response, error) {
	for tries := 0; ; tries++ {
		resp, err := cl.try(ctx, r)
		if err == nil {
			if resp.StatusCode < 300 {
				return resp, nil
			}
			return nil, readProblem(resp, r)
		}
		if ctx.Err() != nil {
			return nil, &audit.Error{Code: audit.Canceled, Message: "Canceled."}
		}
		if tries == 2 || !cl.mayRepeat(r, err) {
			return nil, fmt.Errorf("ask the process that serves the store: %w", err)
		}
		if err := cl.reconnect(ctx); err != nil {
			return nil, err
		}
	}
}

func (cl *client) mayRepeat(r request, err error) bool {
	if cl.own != nil {
		return false // this process serves: connecting again changes nothing
	}
	var op *net.OpError
	neverArrived := errors.As(err, &op) && op.Op == "dial"
	return neverArrived || r.method == http.MethodGet
}

func (cl *client) try(ctx context.Context, r request) (*http.Response, error) {
	var body io.Reader
	if r.body != nil {
		var err error
		if body, err = r.body(); err != nil {
			return nil, err
		}
	}
	address := cl.server.URL + r.path
	if len(r.query) > 0 {
		address += "?" + r.query.Encode()
	}
	req, err := http.NewRequestWithContext(ctx, r.method, address, body)
	if err != nil {
		return nil, err
	}
	req.Header.Set("Authorization", "Bearer "+cl.server.Token)
	req.Header.Set("X-Project-Logs-Client", "cli")
	if r.contentType != "" {
		req.Header.Set("Content-Type", r.contentType)
	}
	return cl.http.Do(req)
}

// get reads a JSON answer into out.
func (cl *client) get(ctx context.Context, path string, query url.Values, out any) error {
	return cl.exchange(ctx, request{method: http.MethodGet, path: path, query: query}, out)
}

// post sends in as JSON (nil sends an empty object) and reads the answer into
// out, unless that is nil.
func (cl *client) post(ctx context.Context, path string, in, out any) error {
	return cl.sendJSON(ctx, http.MethodPost, path, in, out)
}

func (cl *client) sendJSON(ctx context.Context, method, path string, in, out any) error {
	if in == nil {
		in = struct{}{}
	}
	b, err := json.Marshal(in)
	if err != nil {
		return err
	}
	return cl.exchange(ctx, request{
		method: method, path: path, contentType: "application/json",
		body: func() (io.Reader, error) { return bytes.NewReader(b), nil },
	}, out)
}

func (cl *client) exchange(ctx context.Context, r request, out any) error {
	resp, err := cl.send(ctx, r)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if out == nil || resp.StatusCode == http.StatusNoContent {
		return nil
	}
	if err := json.NewDecoder(resp.Body).Decode(out); err != nil {
		return fmt.Errorf("read the answer of %s: %w", r.path, err)
	}
	return nil
}

// problem is the body of an error answer.
type problem struct {
	Status     int    `json:"status"`
	Key        string `json:"key"`
	Message    string `json:"message"`
	Details    string `json:"details"`
	Suggestion string `json:"suggestion"`
	Position   *struct {
		Start int `json:"start"`
		End   int `json:"end"`
	} `json:"position"`
}

func readProblem(resp *http.Response, r request) error {
	defer resp.Body.Close()
	var p problem
	if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Message == "" {
		return fmt.Errorf("%s %s answered %s", r.method, r.path, resp.Status)
	}
	return p.asError(r.query.Get("q"))
}

// asError gives the problem the form that complain and the exit code know.
func (p problem) asError(filterText string) error {
	if p.Key == "invalid_filter" && p.Position != nil {
		return filterError{
			message: p.Message, text: filterText, suggestion: p.Suggestion,
			start: p.Position.Start, end: p.Position.End,
		}
	}
	code := audit.Code(p.Key)
	if p.Status == http.StatusBadRequest {
		code = audit.Invalid
	}
	return &audit.Error{Code: code, Message: strings.TrimSpace(p.Message), Details: p.Details}
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// newHTTPClient asks no proxy: everything is on this machine, and a proxy would
// be sent the token.
func newHTTPClient() *http.Client {
	return &http.Client{Transport: &http.Transport{Proxy: nil}}
}
