package api

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"projectlogs/backend/audit"
)

// The shapes of answers. Records have their own JSON in package audit; what is
// here surrounds them.

// list is every list answer. Total and Next are there where a list has pages.
type list[T any] struct {
	Object string `json:"object"` // "list"
	Data   []T    `json:"data"`
}

func listOf[T any](items []T) list[T] {
	if items == nil {
		items = []T{}
	}
	return list[T]{Object: "list", Data: items}
}

// pagedList is a list of tasks or exports.
type pagedList[T any] struct {
	list[T]
	Total int64  `json:"total"`
	Next  string `json:"next"`
}

func pageOfList[T any](l audit.List[T]) pagedList[T] {
	return pagedList[T]{listOf(l.Items), l.Total, l.Next}
}

// logPage is a page of logs.
type logPage struct {
	list[audit.Log]
	Total      int64   `json:"total"`
	TotalExact bool    `json:"total_exact"`
	Next       string  `json:"next"`
	Prev       string  `json:"prev"`
	AsOf       string  `json:"as_of"`
	TookMS     float64 `json:"took_ms"`
}

// tallyAnswer is a count by time or by values.
type tallyAnswer struct {
	By       string   `json:"by"`
	Buckets  []bucket `json:"buckets"`
	Other    int64    `json:"other"`
	Total    int64    `json:"total"`
	Failures int64    `json:"failures"`
	AsOf     string   `json:"as_of"`
	TookMS   float64  `json:"took_ms"`
}

type bucket struct {
	Key      *string   `json:"key,omitempty"`
	From     time.Time `json:"from,omitzero"`
	To       time.Time `json:"to,omitzero"`
	Count    int64     `json:"count"`
	Failures int64     `json:"failures"`
}

// valueCount is one value that occurs.
type valueCount struct {
	Value string `json:"value"`
	Count int64  `json:"count"`
}

// projectAnswer is a project with what it holds.
type projectAnswer struct {
	ID        string     `json:"id"`
	Name      string     `json:"name"`
	CreatedAt time.Time  `json:"created_at"`
	Logs      int64      `json:"logs"`
	Oldest    *time.Time `json:"oldest"` // null when empty
	Newest    *time.Time `json:"newest"`
}

// newKey is the one answer with a secret.
type newKey struct {
	ID     string        `json:"id"`
	Name   string        `json:"name"`
	Scopes []audit.Scope `json:"scopes"`
	Secret string        `json:"secret"`
}

// took is a time in milliseconds, to the microsecond.
func took(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// maxBody is how much of a body stands in the answer with the whole log. A page
// that shows a log draws it; the rest has an address of its own.
const maxBody = 1 << 20

// wholeLog is a log in JSON, with bodies of more than maxBody cut. A body that
// was cut says so, and where all of it is.
func wholeLog(l audit.Log, url string) (json.RawMessage, error) {
	cut := map[string]string{}
	if cutBody(&l.Request) {
		cut["request"] = url + "/request-body"
	}
	if cutBody(&l.Response) {
		cut["response"] = url + "/response-body"
	}
	b, err := json.Marshal(l)
	if err != nil || len(cut) == 0 {
		return b, err
	}
	return mapMembers(b, func(name string, value json.RawMessage) (json.RawMessage, error) {
		address, ok := cut[name]
		if !ok {
			return value, nil
		}
		text, err := json.Marshal(address)
		if err != nil {
			return nil, err
		}
		return append(bytes.TrimSuffix(value, []byte("}")), `,"body_url":`+string(text)+"}"...), nil
	})
}

// cutBody shortens a body that is too long, a text between two characters.
func cutBody(p *audit.Payload) bool {
	if len(p.Body) <= maxBody {
		return false
	}
	n := maxBody
	for n > maxBody-utf8.UTFMax && !utf8.RuneStart(p.Body[n]) {
		n--
	}
	p.Body = p.Body[:n]
	p.TruncatedAt = int64(n)
	return true
}

// mapMembers replaces members of a JSON object, keeping their order.
func mapMembers(object []byte, change func(name string, value json.RawMessage) (json.RawMessage, error)) (json.RawMessage, error) {
	d := json.NewDecoder(bytes.NewReader(object))
	if _, err := d.Token(); err != nil {
		return nil, err
	}
	var out strings.Builder
	out.Grow(len(object) + 256)
	for separator := "{"; d.More(); separator = "," {
		token, err := d.Token()
		if err != nil {
			return nil, err
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return nil, err
		}
		name := token.(string)
		if value, err = change(name, value); err != nil {
			return nil, err
		}
		quoted, err := json.Marshal(name)
		if err != nil {
			return nil, err
		}
		out.WriteString(separator)
		out.Write(quoted)
		out.WriteByte(':')
		out.Write(value)
	}
	out.WriteByte('}')
	return json.RawMessage(out.String()), nil
}

// sizeText says a number of bytes.
func sizeText(n int64) string {
	switch {
	case n >= mb:
		return strconv.FormatInt(n/mb, 10) + " MiB"
	case n >= 1<<10:
		return strconv.FormatInt(n>>10, 10) + " KiB"
	}
	return strconv.FormatInt(n, 10) + " bytes"
}
