package api

import (
	"strings"
	"testing"
	"time"
)

// Hurry shortens what the server waits for, until the test ends.
func Hurry(t *testing.T, d time.Duration) {
	write, read, headers, alive := writeTimeout, readTimeout, headerTimeout, aliveEvery
	writeTimeout, readTimeout, headerTimeout, aliveEvery = d, d, d, d
	t.Cleanup(func() { writeTimeout, readTimeout, headerTimeout, aliveEvery = write, read, headers, alive })
}

// Forge makes a secret with the ID of another one, whole but never given out.
func Forge(id string) string {
	_, other := newSecret()
	body := secretPrefix + id + other[len(secretPrefix)+idLetters:len(other)-checkDigits]
	return body + checkOf(body)
}

// The secrets of keys.
var (
	NewSecret  = newSecret
	IDOfSecret = idOfSecret
)

// Route is one line of the list, for tests that walk it.
type Route struct {
	Method, Path string
	Need         string // open, read, ingest, export, admin or launch
	Effect       string // looks, takes or changes
}

// Routes lists everything that the server answers below /api/.
func (s *Server) Routes() []Route {
	var all []Route
	for _, r := range s.routes {
		method, path, _ := strings.Cut(r.pattern, " ")
		all = append(all, Route{method, path, string(r.need), string(r.effect)})
	}
	return all
}
