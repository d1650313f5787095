package local

import (
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"time"

	"projectlogs/backend/audit"
)

// A log is stored as two records: its head, which is all that a list shows, and
// its body, which is headers and bodies. Both are a version byte and then the
// fields in a fixed order: strings and lengths as uvarints, maps as their
// number of entries plus one (0 is nil), optional numbers behind a flag.
// What is stored is read back exactly, nil and empty apart.
//
// Versions:
//
//	1  2026-11  the first
const (
	headVersion = 1
	bodyVersion = 1
)

var errRecord = errors.New("the stored bytes are no log")

// headStrings are the plain strings of a head in stored order. Only ever append.
func headStrings(l *audit.Log) [20]*string {
	return [...]*string{
		&l.ID, &l.Origin, &l.Method, &l.URL, &l.Path, &l.Endpoint,
		&l.User.ID, &l.User.Email, &l.Customer.ID, &l.Customer.SourceID,
		&l.APIKey, &l.ClientKey, &l.Campaign, &l.Incentive, &l.RequestID,
		&l.CorrelationID, &l.TaskID, &l.IP, &l.UserAgent, &l.Source,
	}
}

func appendHead(b []byte, l *audit.Log) []byte {
	b = append(b, headVersion)
	for _, s := range headStrings(l) {
		b = appendString(b, *s)
	}
	b = appendString(b, l.Message)
	b = appendString(b, l.Error.Key)
	b = appendString(b, l.Error.Message)
	b = binary.AppendVarint(b, l.Time.Unix())
	b = binary.AppendUvarint(b, uint64(l.Time.Nanosecond()))
	b = binary.AppendVarint(b, int64(l.Status))
	if l.Duration == nil {
		b = append(b, 0)
	} else {
		b = binary.LittleEndian.AppendUint64(append(b, 1), math.Float64bits(*l.Duration))
	}
	for _, p := range []*audit.Payload{&l.Request, &l.Response} {
		b = binary.AppendVarint(b, p.Size)
		b = binary.AppendVarint(b, p.TruncatedAt)
	}
	b = appendMap(b, l.Query)
	if l.Attributes == nil {
		return append(b, 0)
	}
	return appendString(append(b, 1), string(l.Attributes))
}

func appendBody(b []byte, l *audit.Log) []byte {
	b = append(b, bodyVersion)
	b = appendString(b, l.Request.Body)
	b = appendString(b, l.Response.Body)
	b = appendMap(b, l.Request.Headers)
	return appendMap(b, l.Response.Headers)
}

func appendString(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

func appendMap(b []byte, m map[string][]string) []byte {
	if m == nil {
		return append(b, 0)
	}
	b = binary.AppendUvarint(b, uint64(len(m))+1)
	for name, values := range m {
		b = appendString(b, name)
		if values == nil {
			b = append(b, 0)
			continue
		}
		b = binary.AppendUvarint(b, uint64(len(values))+1)
		for _, v := range values {
			b = appendString(b, v)
		}
	}
	return b
}

// record reads what the functions above wrote. The strings it gives are parts
// of its text, so reading allocates only maps. The first fault stays in bad.
type record struct {
	rest string
	bad  bool
}

// decodeHead sets everything of l that is stored in a head. l keeps rec in memory.
func decodeHead(rec string, l *audit.Log) error {
	if rec == "" || rec[0] != headVersion {
		return versionError("head", rec)
	}
	r := record{rest: rec[1:]}
	for _, s := range headStrings(l) {
		*s = r.string()
	}
	l.Message = r.string()
	l.Error.Key = r.string()
	l.Error.Message = r.string()
	seconds := r.varint()
	l.Time = time.Unix(seconds, int64(r.uvarint())).UTC()
	l.Status = int(r.varint())
	l.Duration = nil
	if r.flag() {
		d := math.Float64frombits(r.fixed())
		l.Duration = &d
	}
	for _, p := range []*audit.Payload{&l.Request, &l.Response} {
		p.Size = r.varint()
		p.TruncatedAt = r.varint()
	}
	l.Query = r.stringsMap()
	l.Attributes = nil
	if r.flag() {
		l.Attributes = json.RawMessage(r.string())
	}
	return r.end()
}

// decodeBody sets the bodies of l and, if asked, the headers.
func decodeBody(rec string, l *audit.Log, headers bool) error {
	if rec == "" || rec[0] != bodyVersion {
		return versionError("body", rec)
	}
	r := record{rest: rec[1:]}
	l.Request.Body = r.string()
	l.Response.Body = r.string()
	if !headers {
		if r.bad {
			return errRecord
		}
		return nil
	}
	l.Request.Headers = r.stringsMap()
	l.Response.Headers = r.stringsMap()
	return r.end()
}

func versionError(what, rec string) error {
	if rec == "" {
		return fmt.Errorf("%w: an empty %s", errRecord, what)
	}
	return fmt.Errorf("%w: %s of version %d", errRecord, what, rec[0])
}

func (r *record) end() error {
	if r.bad || r.rest != "" {
		return errRecord
	}
	return nil
}

func (r *record) take(n uint64) string {
	if n > uint64(len(r.rest)) {
		r.bad, r.rest = true, ""
		return ""
	}
	s := r.rest[:n]
	r.rest = r.rest[n:]
	return s
}

func (r *record) uvarint() uint64 {
	var v uint64
	for i := 0; i < len(r.rest) && i < binary.MaxVarintLen64; i++ {
		c := r.rest[i]
		v |= uint64(c&0x7f) << (7 * i)
		if c < 0x80 {
			r.rest = r.rest[i+1:]
			return v
		}
	}
	r.bad, r.rest = true, ""
	return 0
}

func (r *record) varint() int64 {
	u := r.uvarint()
	v := int64(u >> 1)
	if u&1 != 0 {
		v = ^v
	}
	return v
}

func (r *record) fixed() uint64 {
	s := r.take(8)
	if r.bad {
		return 0
	}
	return binary.LittleEndian.Uint64([]byte(s))
}

func (r *record) flag() bool { return r.take(1) == "\x01" }

func (r *record) string() string { return r.take(r.uvarint()) }

// count reads a number of things that take at least one byte each, so that
// damaged bytes cannot ask for more memory than they have.
func (r *record) count() (n int, isNil bool) {
	c := r.uvarint()
	if c == 0 {
		return 0, true
	}
	if c-1 > uint64(len(r.rest)) {
		r.bad, r.rest = true, ""
		return 0, true
	}
	return int(c - 1), false
}

func (r *record) stringsMap() map[string][]string {
	n, isNil := r.count()
	if isNil {
		return nil
	}
	m := make(map[string][]string, n)
	for range n {
		name := r.string()
		k, isNil := r.count()
		if isNil {
			m[name] = nil
			continue
		}
		values := make([]string, k)
		for i := range values {
			values[i] = r.string()
		}
		m[name] = values
	}
	return m
}
