package api

import (
	"fmt"
	"net"
	"net/http"
)

// hostsOf lists what a request may name as its host: this machine, by its
// loopback names, and the port that is bound.
func hostsOf(address string) (map[string]bool, error) {
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("the address of the API: %w", err)
	}
	hosts := map[string]bool{}
	for _, name := range []string{"127.0.0.1", "localhost", "[::1]"} {
		hosts[name+":"+port] = true
		if port == "80" {
			hosts[name] = true
		}
	}
	return hosts, nil
}

// guard keeps the pages of the web out. A foreign Host is what DNS rebinding
// looks like; a foreign origin is a page that asks without being asked. It
// concerns every method and every path: an answer that a page cannot read may
// still tell it something.
//
// One thing is let through from anywhere: opening the page itself, by a link or
// by the window's first page. The page holds nothing and cannot be framed.
func (s *Server) guard(w http.ResponseWriter, r *http.Request) error {
	if r.URL.Path == healthPath {
		// The window's first page, which has another origin, asks whether there
		// is an answer. It cannot read it, whatever it is.
		w.Header().Set("Cross-Origin-Resource-Policy", "cross-origin")
	}
	if !s.hosts[r.Host] {
		return &refusal{
			status: http.StatusMisdirectedRequest, key: "wrong_host",
			message: fmt.Sprintf("This server is not %.100q. Ask for http://%s.", r.Host, s.Addr),
		}
	}
	for _, origin := range r.Header.Values("Origin") {
		if origin != "http://"+r.Host {
			return foreign(fmt.Sprintf("Pages of %.100q may not use this server.", origin))
		}
	}
	for _, site := range r.Header.Values("Sec-Fetch-Site") {
		if site != "same-origin" && site != "none" && !opensPage(r) {
			return foreign("Other pages may not use this server.")
		}
	}
	return nil
}

func opensPage(r *http.Request) bool {
	return r.Method == http.MethodGet && r.URL.Path == "/" &&
		r.Header.Get("Sec-Fetch-Mode") == "navigate" && r.Header.Get("Sec-Fetch-Dest") == "document"
}

func foreign(message string) error {
	return &refusal{status: http.StatusForbidden, key: "foreign_origin", message: message}
}
