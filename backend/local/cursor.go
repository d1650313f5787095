package local

import (
	"encoding/base64"
	"encoding/json"
	"strings"

	"github.com/cespare/xxhash/v2"

	"projectlogs/backend/audit"
	"projectlogs/backend/filter"
)

// cursor is what Page.Next and Page.Prev hold. It is bound to its query by a
// hash of it, and keeps what must not change from page to page: the snapshot
// and what "now" is.
type cursor struct {
	Version   int     `json:"v"`
	Query     uint64  `json:"q"`
	Backwards bool    `json:"b,omitempty"`
	Value     string  `json:"s,omitempty"` // of the order's field, where it is a text
	Number    float64 `json:"n,omitempty"` // where it is a number
	Known     bool    `json:"k,omitempty"` // it is a number
	Time      int64   `json:"t"`
	ID        []byte  `json:"i"`
	AsOf      string  `json:"a"`
	Now       int64   `json:"w"`
}

const cursorVersion = 1

func (c *cursor) place() *place {
	return &place{
		Value: filter.Value{Text: c.Value, Number: c.Number, IsNumber: c.Known},
		Time:  c.Time, ID: string(c.ID),
	}
}

func (c *cursor) at(p place) {
	c.Value, c.Number, c.Known = p.Value.Text, p.Value.Number, p.Value.IsNumber
	c.Time, c.ID = p.Time, []byte(p.ID)
}

func (c cursor) String() string {
	b, err := json.Marshal(c)
	if err != nil { // a number that JSON cannot say, which no status is
		return ""
	}
	return base64.RawURLEncoding.EncodeToString(b)
}

// parseCursor reads a cursor and refuses one of another query.
func parseCursor(q audit.Query) (*cursor, error) {
	var c cursor
	b, err := base64.RawURLEncoding.DecodeString(q.Cursor)
	if err == nil {
		err = json.Unmarshal(b, &c)
	}
	switch {
	case err != nil || c.Version != cursorVersion || len(c.ID) == 0:
		return nil, audit.Errorf(audit.Invalid, "The cursor is not one that this program gave; begin again without a cursor.")
	case c.Query != hashQuery(q) || q.AsOf != "" && q.AsOf != c.AsOf:
		return nil, audit.Errorf(audit.Invalid, "The cursor belongs to another query; repeat the query that it came with, or begin again without a cursor.")
	}
	return &c, nil
}

// hashQuery covers what decides which logs stand in a list, and in which order.
func hashQuery(q audit.Query) uint64 {
	e := q.Filter
	if e == nil {
		e = filter.All()
	}
	field := q.Order.Field
	if field == "" {
		field = audit.ByTime
	}
	direction := "-"
	if q.Order.Ascending {
		direction = "+"
	}
	stamp := func(nanos int64, zero bool) string {
		if zero {
			return ""
		}
		return base64.RawStdEncoding.EncodeToString(bytesOf([]int64{nanos}))
	}
	return xxhash.Sum64String(strings.Join([]string{
		q.Project, filter.TextOf(e), string(field), direction, q.Since,
		stamp(clampTime(q.From), q.From.IsZero()), stamp(clampTime(q.To), q.To.IsZero()),
	}, "\x00"))
}
