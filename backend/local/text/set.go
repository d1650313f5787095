package text

import "math/bits"

// set is a set of document numbers, one bit each: the fastest thing to collect many lists in.
type set [MaxDocuments / 64]uint64

func (s *set) add(doc uint16) { s[doc>>6] |= 1 << (doc & 63) }

// addRange adds the documents from first to last, both included.
func (s *set) addRange(first, last int) {
	for doc := first; doc <= last; {
		low := doc & 63
		n := min(64-low, last-doc+1)
		s[doc>>6] |= (^uint64(0) >> (64 - n)) << low
		doc += n
	}
}

// list returns the documents in ascending order.
func (s *set) list() []uint16 {
	docs := make([]uint16, 0, s.count())
	for i, w := range s {
		for ; w != 0; w &= w - 1 {
			docs = append(docs, uint16(i<<6+bits.TrailingZeros64(w)))
		}
	}
	return docs
}

func (s *set) count() (n int) {
	for _, w := range s {
		n += bits.OnesCount64(w)
	}
	return n
}

func (s *set) or(t *set) {
	for i, w := range t {
		s[i] |= w
	}
}

func (s *set) andNot(t *set) {
	for i, w := range t {
		s[i] &^= w
	}
}
