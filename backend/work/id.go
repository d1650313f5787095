package work

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"sync"
	"time"
)

// ids makes the IDs of tasks as the audited platform does: 18 hexadecimal
// digits, of which 42 bits are milliseconds since 4 May 2016, so that they sort
// by time. Those of one process never repeat or go back.
type ids struct {
	mu     sync.Mutex
	ms     uint64
	serial uint64 // 30 bits
}

var epoch = time.Date(2016, 5, 4, 0, 0, 0, 0, time.UTC)

var taskIDs ids

func (i *ids) next(now time.Time) string {
	i.mu.Lock()
	defer i.mu.Unlock()
	ms := uint64(max(0, now.Sub(epoch).Milliseconds()))
	if ms > i.ms {
		i.ms = ms
		// The top bit is free, so that there is room to count.
		i.serial = uint64(randomUint32() >> 3)
	} else {
		i.serial++
	}
	return fmt.Sprintf("%016x%02x", i.ms<<22|i.serial>>8, i.serial&0xff)
}

func newTaskID(now time.Time) string { return "aa_" + taskIDs.next(now) }

// newExportID is 24 letters and digits, as the platform's.
func newExportID() string {
	const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
	id := []byte("exp_")
	for len(id) < 28 {
		if b := randomUint32() >> 26; int(b) < len(alphabet) {
			id = append(id, alphabet[b])
		}
	}
	return string(id)
}

func randomUint32() uint32 {
	var b [4]byte
	rand.Read(b[:]) // never fails
	return binary.BigEndian.Uint32(b[:])
}
