package api

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
	"projectlogs/backend/work"
)

// listLogs answers GET …/logs: one page.
func (s *Server) listLogs(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	q := listed(p)
	if err := p.done(); err != nil {
		return err
	}
	return s.answerPage(w, r, q)
}

// searchLogs answers POST …/logs/search: the same, asked in JSON.
func (s *Server) searchLogs(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var q question
	if err := decode(r, &q); err != nil {
		return err
	}
	return s.answerPage(w, r, q)
}

func (s *Server) answerPage(w http.ResponseWriter, r *http.Request, asked question) error {
	q, err := asked.query(r, s.Now())
	if err != nil {
		return err
	}
	begin := time.Now()
	page, err := s.Store.Search(r.Context(), q)
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, logPage{
		list: listOf(page.Logs), Total: page.Total, TotalExact: page.TotalExact,
		Next: marked(q.Now, page.Next), Prev: marked(q.Now, page.Prev), AsOf: marked(q.Now, page.AsOf),
		TookMS: took(time.Since(begin)),
	})
}

// streamLogs answers GET …/logs/stream: every match, whole, as it is read.
func (s *Server) streamLogs(w http.ResponseWriter, r *http.Request) error {
	p := parametersOf(r)
	asked := rangeOf(p)
	asked.Sort = p.word("sort")
	limit := p.number("limit", 1, math.MaxInt, math.MaxInt)
	if err := p.done(); err != nil {
		return err
	}
	q, err := asked.query(r, s.Now())
	if err != nil {
		return err
	}
	if q.AsOf == "" {
		if q.AsOf, err = s.snapshot(r, q); err != nil {
			return err
		}
	}
	w.Header().Set("Content-Type", "application/x-ndjson")
	w.Header().Set("Trailer", "X-Snapshot")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	sent := 0
	for l, err := range s.Store.Scan(r.Context(), q) {
		if err != nil {
			return s.breakStream(w, r, encoder, sent, err)
		}
		if err := encoder.Encode(l); err != nil {
			return nil // the client has seen enough
		}
		if sent++; sent == limit {
			break
		}
	}
	if sent == 0 {
		w.WriteHeader(http.StatusOK)
	}
	w.Header().Set("X-Snapshot", marked(q.Now, q.AsOf))
	return nil
}

// snapshot names the present one, for an answer that has to stay with it.
func (s *Server) snapshot(r *http.Request, q audit.Query) (string, error) {
	q.Limit, q.Filter, q.Order = 1, nil, audit.Order{}
	page, err := s.Store.Search(r.Context(), q)
	return page.AsOf, err
}

// breakStream ends a stream with a line that says why.
func (s *Server) breakStream(w http.ResponseWriter, r *http.Request, e *json.Encoder, sent int, err error) error {
	if sent == 0 || r.Context().Err() != nil {
		return err
	}
	p := problemOf(err)
	p.RequestID = callOf(r).id
	s.Log.Error("a stream broke off", "request", p.RequestID, "sent", sent, "error", err.Error())
	if e.Encode(map[string]*problem{"error": p}) != nil {
		return nil // the client went away
	}
	return nil
}

// getLog answers GET …/logs/{id}: one log, whole.
func (s *Server) getLog(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	l, err := s.log(r)
	if err != nil {
		return err
	}
	project := callOf(r).project.ID
	answer, err := wholeLog(l, "/api/projects/"+url.PathEscape(project)+"/logs/"+url.PathEscape(l.ID))
	if err != nil {
		return err
	}
	return respond(w, http.StatusOK, answer)
}

func (s *Server) log(r *http.Request) (audit.Log, error) {
	l, err := s.Store.Get(r.Context(), callOf(r).project.ID, r.PathValue("id"))
	if audit.CodeOf(err) == audit.NotFound {
		return l, audit.Missing("log", r.PathValue("id"))
	}
	return l, err
}

func (s *Server) requestBody(w http.ResponseWriter, r *http.Request) error {
	return s.sendBody(w, r, "request", func(l *audit.Log) *audit.Payload { return &l.Request })
}

func (s *Server) responseBody(w http.ResponseWriter, r *http.Request) error {
	return s.sendBody(w, r, "response", func(l *audit.Log) *audit.Payload { return &l.Response })
}

// sendBody answers with a body's bytes as they are stored, or a window of them.
// They were written by strangers: they are never shown as what they claim to be.
func (s *Server) sendBody(w http.ResponseWriter, r *http.Request, which string, of func(*audit.Log) *audit.Payload) error {
	p := parametersOf(r)
	offset, length := p.number("offset", 0, math.MaxInt, 0), p.number("length", 1, math.MaxInt, math.MaxInt)
	if err := p.done(); err != nil {
		return err
	}
	l, err := s.log(r)
	if err != nil {
		return err
	}
	text := of(&l).Body
	if offset > len(text) {
		return invalidf("offset is %d, but the body ends at byte %d.", offset, len(text))
	}
	part := text[offset:]
	part = part[:min(length, len(part))]
	kind, ending := "text/plain; charset=utf-8", "txt"
	switch {
	case !utf8.ValidString(text):
		kind, ending = "application/octet-stream", "bin"
	case json.Valid([]byte(text)):
		ending = "json"
	}
	attach(w, kind, fmt.Sprintf("%s-%s-body.%s", l.ID, which, ending))
	w.Header().Set("Content-Length", strconv.Itoa(len(part)))
	w.Header().Set("X-Body-Size", strconv.Itoa(len(text)))
	w.WriteHeader(http.StatusOK)
	// An error here is a client that went away.
	_, _ = w.Write([]byte(part))
	return nil
}

// attach makes the answer a file to be kept, which nothing renders.
func attach(w http.ResponseWriter, kind, name string) {
	h := w.Header()
	h.Set("Content-Type", kind)
	h.Set("Content-Disposition", disposition(name))
	h.Set("Content-Security-Policy", "sandbox; "+sealedPolicy)
}

// disposition names a file for every browser: what is not plain ASCII stands
// in the second form alone.
func disposition(name string) string {
	plain := strings.Map(func(c rune) rune {
		if c < ' ' || c > '~' || strings.ContainsRune(`"\/:*?<>|%`, c) {
			return '_'
		}
		return c
	}, name)
	if plain == name {
		return `attachment; filename="` + name + `"`
	}
	return `attachment; filename="` + plain + `"; filename*=UTF-8''` + url.PathEscape(strings.Map(func(c rune) rune {
		if c < ' ' || c == '/' || c == '\\' {
			return '_'
		}
		return c
	}, name))
}

// purge answers POST …/logs/purge.
func (s *Server) purge(w http.ResponseWriter, r *http.Request) error {
	if err := none(r); err != nil {
		return err
	}
	var asked struct {
		Q      string          `json:"q"`
		Filter json.RawMessage `json:"filter"`
		From   string          `json:"from"`
		To     string          `json:"to"`
		All    bool            `json:"all"`
	}
	if err := decode(r, &asked); err != nil {
		return err
	}
	expr, err := parseFilter(audit.LogSchema, asked.Q, asked.Filter)
	if err != nil {
		return err
	}
	from, to, err := timeRange("", asked.From, asked.To, s.Now())
	if err != nil {
		return err
	}
	everything := filter.IsAll(expr) && from.IsZero() && to.IsZero()
	if everything && !asked.All {
		return invalidf(`Without a filter and a range all logs of the project would be deleted. If that is meant, send "all":true.`)
	}
	if !everything && asked.All {
		return invalidf(`"all":true and a filter or a range contradict each other.`)
	}
	task, err := s.Runner.Purge(r.Context(), work.PurgeRequest{
		Project: callOf(r).project.ID, Filter: expr, From: from, To: to, User: callOf(r).caller.name(),
	})
	return respondTask(w, r, http.StatusAccepted, task, err)
}
