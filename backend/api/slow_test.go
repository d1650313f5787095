package api_test

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"iter"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"projectlogs/backend/api"
	"projectlogs/backend/audit"
)

// impatience is what a slow client gets in tests, patience what a test gives the
// server.
const (
	impatience = 200 * time.Millisecond
	patience   = 20 * time.Second
)

// endless is a store that a scan never reaches the end of; ended is closed when
// somebody stopped reading.
type endless struct {
	audit.LogStore
	ended chan struct{}
}

func (e endless) Scan(ctx context.Context, _ audit.Query) iter.Seq2[audit.Log, error] {
	return func(yield func(audit.Log, error) bool) {
		defer close(e.ended)
		l := audit.Log{ID: "log_1", Message: strings.Repeat("x", 64<<10)}
		for yield(l, nil) {
			if ctx.Err() != nil {
				yield(audit.Log{}, ctx.Err())
				return
			}
		}
	}
}

func TestAClientThatDoesNotReadIsDropped(t *testing.T) {
	api.Hurry(t, impatience)
	ended := make(chan struct{})
	f := serve(t, func(c *api.Config) { c.Store = endless{c.Store, ended} })
	conn, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET %s/stream HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", logsPath, f.addr, f.token)
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the server still writes to a client that does not read")
	}
	f.get("/api/health", nil)
}

func TestAClientThatLeavesStopsTheReading(t *testing.T) {
	ended := make(chan struct{})
	f := serve(t, func(c *api.Config) { c.Store = endless{c.Store, ended} })
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, "GET", "http://"+f.addr+logsPath+"/stream", nil)
	if err != nil {
		t.Fatal(err)
	}
	bearer(f.token)(r)
	resp, err := f.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.CopyN(io.Discard, resp.Body, 1<<20); err != nil {
		t.Fatal(err)
	}
	leave()
	select {
	case <-ended:
	case <-time.After(patience):
		t.Fatal("the server still reads for a client that left")
	}
}

func TestHeadersThatStopComing(t *testing.T) {
	api.Hurry(t, impatience)
	f := serve(t)
	conn, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "GET / HTTP/1.1\r\nHost: %s\r\nX-Slow: ", f.addr)
	if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(io.Discard, conn); err != nil {
		t.Fatalf("the connection was not closed: %v", err)
	}
}

func TestABodyThatStopsComing(t *testing.T) {
	api.Hurry(t, impatience)
	f := serve(t)
	for _, path := range []string{"/api/filter", logsPath, "/api/projects/default/imports"} {
		conn, err := net.Dial("tcp", f.addr)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		fmt.Fprintf(conn, "POST %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{", path, f.addr, f.token)
		if err := conn.SetReadDeadline(time.Now().Add(patience)); err != nil {
			t.Fatal(err)
		}
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatalf("%s: %v", path, err)
		}
		var p problem
		if err := json.NewDecoder(resp.Body).Decode(&p); err != nil || p.Status != http.StatusRequestTimeout || p.Key != "timeout" {
			t.Errorf("%s: %+v, %v", path, p, err)
		}
		resp.Body.Close()
	}
	// One that breaks off is not imported as if it were whole.
	conn, err := net.Dial("tcp", f.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/projects/default/imports HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\nContent-Length: 100000\r\n\r\n%s\n", f.addr, f.token, logAt(1, newest))
	if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
		t.Fatal(err)
	}
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusBadRequest {
		t.Errorf("half a file: %s", resp.Status)
	}
	var tasks struct{ Total int64 }
	if f.get("/api/projects/default/tasks", &tasks); tasks.Total != 0 {
		t.Errorf("%d tasks were begun for files that never came", tasks.Total)
	}
}

func TestEventsSayThatTheyLive(t *testing.T) {
	api.Hurry(t, impatience)
	f := serve(t)
	r, err := http.NewRequest("GET", "http://"+f.addr+"/api/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	bearer(f.token)(r)
	resp, err := f.client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	lines := bufio.NewScanner(resp.Body)
	// Longer than one write may take: a stream that lives is not cut.
	for _, want := range []string{"hello", "alive", "alive", "alive", "alive"} {
		if !lines.Scan() || lines.Text() != `{"kind":"`+want+`"}` {
			t.Fatalf("got %q, %v; want %s", lines.Text(), lines.Err(), want)
		}
	}
}
