package sample

import (
	"encoding/binary"
	"encoding/hex"
	"time"
)

var platformEpoch = time.Date(2016, 5, 4, 0, 0, 0, 0, time.UTC).UnixMilli()

// platformID is what the platform's ids look like: 18 hexadecimal digits, of
// which 42 bits are milliseconds since May 2016, 14 a node, 16 a counter.
func platformID(prefix string, t time.Time, r *random) string {
	var b [10]byte
	binary.BigEndian.PutUint64(b[:8], uint64(t.UnixMilli()-platformEpoch)<<22|uint64(r.below(2))<<16|0x17b6<<8|r.next()&0xff)
	b[8] = byte(r.next())
	var digits [18]byte
	hex.Encode(digits[:], b[:9])
	return prefix + string(digits[:])
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

func randomID(prefix string, length int, r *random) string {
	b := make([]byte, len(prefix), len(prefix)+length)
	copy(b, prefix)
	for range length {
		b = append(b, base62[r.below(len(base62))])
	}
	return string(b)
}

// logID is "log_" and a ULID.
func logID(t time.Time, r *random) string {
	const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	b := [30]byte{'l', 'o', 'g', '_'}
	ms := uint64(t.UnixMilli())
	for i := 13; i >= 4; i-- {
		b[i] = crockford[ms&31]
		ms >>= 5
	}
	for half := range 2 {
		bits := r.next()
		for i := range 8 {
			b[14+half*8+i] = crockford[bits&31]
			bits >>= 5
		}
	}
	return string(b[:])
}

// list makes n ids that are always the same.
func list(prefix string, length, n int, salt uint64) []string {
	ids := make([]string, n)
	for i := range ids {
		r := newRandom(n, 0, i, salt)
		ids[i] = randomID(prefix, length, &r)
	}
	return ids
}

// uuid makes a key id that is always the same.
func uuid(salt uint64) string {
	r := newRandom(0, 0, 0, salt)
	var b [16]byte
	binary.BigEndian.PutUint64(b[:8], r.next())
	binary.BigEndian.PutUint64(b[8:], r.next())
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}
