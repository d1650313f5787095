package local

import "math/bits"

// bloom says of most ids that they are not in a partition: 16 bits an id and
// four probes, wrong once in some 400. A number of words that is a power of two.
type bloom []uint64

func newBloom(ids int) bloom {
	return make(bloom, 1<<bits.Len(uint(max(ids, 4)*16/64-1)))
}

func (b bloom) add(h uint64) {
	for range 4 {
		b[h>>6&uint64(len(b)-1)] |= 1 << (h & 63)
		h = bits.RotateLeft64(h, 23) * 0x9e3779b97f4a7c15
	}
}

func (b bloom) mayHave(h uint64) bool {
	for range 4 {
		if b[h>>6&uint64(len(b)-1)]&(1<<(h&63)) == 0 {
			return false
		}
		h = bits.RotateLeft64(h, 23) * 0x9e3779b97f4a7c15
	}
	return true
}
