package ingest

// counter counts how often each of many fingerprints was added. It is made for
// tens of millions: 9 bytes for each place of an open hash table that is
// between 7/16 and 7/8 full, so 10 to 21 bytes a fingerprint. The table is cut
// in shards that grow one at a time, so growing needs little besides. The zero
// counter is ready.
//
// Two different logs with the same 64-bit fingerprint count as equal. That is
// rare (1 in 370,000 files of 10 million logs) and harmless: a number is mixed
// into the ID of the second, which it would not have needed.
type counter struct {
	shards [256]shard
	// many holds what is beyond a byte.
	many map[uint64]uint64
}

type shard struct {
	places []uint64 // fingerprints; 0 is an empty place
	counts []uint8
	used   int
}

// add counts a fingerprint and returns how often it was added before.
func (c *counter) add(fingerprint uint64) (before uint64) {
	if fingerprint == 0 {
		fingerprint = 1 // 0 marks empty places
	}
	s := &c.shards[fingerprint>>56]
	if s.used*8 >= len(s.places)*7 {
		s.grow()
	}
	i := s.find(fingerprint)
	if s.places[i] == 0 {
		s.places[i] = fingerprint
		s.used++
		return 0
	}
	if s.counts[i] < 255 {
		s.counts[i]++
		return uint64(s.counts[i])
	}
	if c.many == nil {
		c.many = make(map[uint64]uint64)
	}
	c.many[fingerprint]++
	return 255 + c.many[fingerprint]
}

// find returns the place where the fingerprint is or belongs.
func (s *shard) find(fingerprint uint64) uint64 {
	mask := uint64(len(s.places) - 1)
	i := fingerprint & mask
	for s.places[i] != 0 && s.places[i] != fingerprint {
		i = (i + 1) & mask
	}
	return i
}

func (s *shard) grow() {
	old := *s
	size := max(16, len(old.places)*2)
	s.places, s.counts = make([]uint64, size), make([]uint8, size)
	for i, fingerprint := range old.places {
		if fingerprint != 0 {
			j := s.find(fingerprint)
			s.places[j], s.counts[j] = fingerprint, old.counts[i]
		}
	}
}
