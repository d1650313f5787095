package ingest

import (
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"projectlogs/backend/audit"
)

// What a log may be.
const (
	// MaxLogBytes bounds what one log holds, bodies included.
	MaxLogBytes = 64 << 20
	// maxID bounds an ID that a source gives, as Elasticsearch does.
	maxID = 512
	// Times are stored as nanoseconds in 64 bits.
	firstYear, lastYear = 1678, 2261
)

// normalize brings a log into the form that package audit describes, without
// changing what it says.
func normalize(l *audit.Log) {
	l.Time = l.Time.UTC()
	l.Method = strings.ToUpper(l.Method)
	lowerNames(&l.Request)
	lowerNames(&l.Response)
	for _, p := range [...]*audit.Payload{&l.Request, &l.Response} {
		if p.Size == 0 {
			p.Size = int64(len(p.Body))
		}
	}
}

// lowerNames copies the headers if a name has capitals.
func lowerNames(p *audit.Payload) {
	for name := range p.Headers {
		if strings.ToLower(name) == name {
			continue
		}
		headers := make(map[string][]string, len(p.Headers))
		// In the order of names, so that equal logs stay equal.
		for _, name := range slices.Sorted(maps.Keys(p.Headers)) {
			lower := strings.ToLower(name)
			headers[lower] = append(headers[lower], p.Headers[name]...)
		}
		p.Headers = headers
		return
	}
}

// Invalid says in a sentence why this cannot be a log; "" means that the door
// lets it in.
func Invalid(l *audit.Log) string {
	if year := l.Time.UTC().Year(); !l.Time.IsZero() && (year < firstYear || year > lastYear) {
		return fmt.Sprintf("Its time is in the year %d; years %d to %d can be stored.", year, firstYear, lastYear)
	}
	if l.Status < 0 || l.Status > 999 {
		return fmt.Sprintf("Its status is %d; a status is a number from 0 to 999, 0 for no answer.", l.Status)
	}
	if l.Duration != nil && (math.IsNaN(*l.Duration) || math.IsInf(*l.Duration, 0)) {
		return "Its duration is no finite number."
	}
	if len(l.ID) > maxID {
		return fmt.Sprintf("Its id is %d bytes long; at most %d are allowed.", len(l.ID), maxID)
	}
	if i := strings.IndexFunc(l.ID, func(r rune) bool { return r < ' ' || r == 0x7f }); i >= 0 {
		return fmt.Sprintf("Its id has the control character %q at byte %d.", l.ID[i], i+1)
	}
	for _, p := range [...]*audit.Payload{&l.Request, &l.Response} {
		if p.Size < 0 || p.TruncatedAt < 0 {
			return "The size of a body is less than 0."
		}
	}
	if n := BytesOf(l); n > MaxLogBytes {
		return fmt.Sprintf("It is %d bytes large; at most %d can be stored in one log.", n, MaxLogBytes)
	}
	if len(l.Attributes) > 0 && (!json.Valid(l.Attributes) || strings.TrimLeft(string(l.Attributes[:1]), " \t\r\n") != "{") {
		return "Its attributes are no JSON object."
	}
	return ""
}

// BytesOf is about how much memory a log's own texts take.
func BytesOf(l *audit.Log) int {
	n := len(l.URL) + len(l.Path) + len(l.Message) + len(l.Attributes) + len(l.UserAgent) + len(l.Error.Message)
	for _, m := range [...]map[string][]string{l.Query, l.Request.Headers, l.Response.Headers} {
		for k, vs := range m {
			n += len(k)
			for _, v := range vs {
				n += len(v)
			}
		}
	}
	return n + len(l.Request.Body) + len(l.Response.Body)
}
