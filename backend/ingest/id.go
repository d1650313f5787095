package ingest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"hash"
	"maps"
	"math"
	"slices"

	"projectlogs/backend/audit"
)

// identify makes the ID of a log that its source gave none: "log_" and 26
// characters, of which the first 10 are the time in milliseconds and the other
// 16 are 80 bits of a keyed hash, so that IDs sort by time. Where the log has
// no time the first 10 are zeros: the ID must not depend on when it came in.
// The same holds before 1970.
func (s *Source) identify(l *audit.Log) string {
	sum := s.sum.log(s.door.idKey, s.project, l)
	fingerprint := binary.BigEndian.Uint64(sum[:8])
	hash := sum[8:18]
	if n := s.seen.add(fingerprint); n > 0 {
		again := s.sum.occurrence(sum, n)
		hash = again[8:18]
	}
	var ms int64
	if !l.Time.IsZero() {
		ms = max(0, l.Time.UnixMilli())
	}
	return formatID(uint64(ms), [10]byte(hash))
}

// crockford is the alphabet of ULIDs: digits and letters in the order of their
// bytes, without I, L, O and U.
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

func formatID(ms uint64, hash [10]byte) string {
	const prefix = "log_"
	var id [len(prefix) + 26]byte
	copy(id[:], prefix)
	for i := 9; i >= 0; i-- {
		id[len(prefix)+i] = crockford[ms&31]
		ms >>= 5
	}
	// Each half of the hash is 40 bits, 8 characters.
	for half := range 2 {
		bits := uint64(hash[half*5])<<32 | uint64(binary.BigEndian.Uint32(hash[half*5+1:]))
		for i := 7; i >= 0; i-- {
			id[len(prefix)+10+half*8+i] = crockford[bits&31]
			bits >>= 5
		}
	}
	return string(id[:])
}

// idVersion is hashed with each log: another way to write a log into the hash
// needs another version, and makes files that were imported before new again.
const idVersion = 1

// summer makes keyed hashes and keeps what it needs for that. The zero summer
// is ready.
type summer struct {
	mac  hash.Hash
	text []byte
	keys []string
}

// log hashes all that the source said about a call: everything but ID and Source.
func (s *summer) log(key []byte, project string, l *audit.Log) [sha256.Size]byte {
	if s.mac == nil {
		s.mac = hmac.New(sha256.New, key)
	}
	s.text = append(s.text[:0], idVersion)
	s.string(project)
	if l.Time.IsZero() {
		s.int(math.MinInt64)
		s.int(0)
	} else {
		s.int(l.Time.Unix())
		s.int(int64(l.Time.Nanosecond()))
	}
	for _, v := range [...]string{
		l.Origin, l.Method, l.URL, l.Path, l.Endpoint, l.User.ID, l.User.Email, l.Customer.ID, l.Customer.SourceID,
		l.APIKey, l.ClientKey, l.Campaign, l.Incentive, l.RequestID, l.CorrelationID, l.TaskID, l.IP, l.UserAgent,
		l.Message, l.Error.Key, l.Error.Message, string(l.Attributes),
	} {
		s.string(v)
	}
	s.int(int64(l.Status))
	if l.Duration == nil {
		s.int(-1)
	} else {
		s.int(int64(math.Float64bits(*l.Duration)))
	}
	s.values(l.Query)
	for _, p := range [...]*audit.Payload{&l.Request, &l.Response} {
		s.values(p.Headers)
		s.string(p.Body)
		s.int(p.Size)
		s.int(p.TruncatedAt)
	}
	return s.sum()
}

// occurrence hashes the number of a log among equal ones.
func (s *summer) occurrence(sum [sha256.Size]byte, n uint64) [sha256.Size]byte {
	s.text = append(s.text[:0], sum[:]...)
	s.int(int64(n))
	return s.sum()
}

func (s *summer) sum() (sum [sha256.Size]byte) {
	s.mac.Reset()
	s.mac.Write(s.text)
	s.mac.Sum(sum[:0])
	return sum
}

// string writes the length first, so that two neighbours cannot be mistaken
// for two others.
func (s *summer) string(v string) {
	s.text = binary.AppendUvarint(s.text, uint64(len(v)))
	s.text = append(s.text, v...)
}

func (s *summer) int(v int64) { s.text = binary.AppendVarint(s.text, v) }

func (s *summer) values(m map[string][]string) {
	s.int(int64(len(m)))
	s.keys = slices.AppendSeq(s.keys[:0], maps.Keys(m))
	slices.Sort(s.keys)
	for _, k := range s.keys {
		s.string(k)
		s.int(int64(len(m[k])))
		for _, v := range m[k] {
			s.string(v)
		}
	}
}
