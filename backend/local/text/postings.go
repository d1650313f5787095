package text

import "encoding/binary"

// The documents of a word stand in the file as a roaring bitmap in its portable form. All document numbers
// are below 65,536, so it has one container, and the form with the "run" cookie is always the shorter one:
//
//	cookie 0x303B, containers-1 = 0   2+2 bytes
//	is the container one of runs?     1
//	key = 0, cardinality-1            2+2
//	container: an array of numbers, a bitmap of 8 KiB (from 4,097 on), or runs (start, length-1)
//
// Everything is little endian. https://github.com/RoaringBitmap/RoaringFormatSpec

const (
	runCookie     = 0x303B
	postingsHead  = 9
	maxArray      = 4096
	bitmapBytes   = MaxDocuments / 8
	containerRuns = 1
)

// shape is the shortest form of a list of documents.
type shape struct {
	docs, runs int
	asRuns     bool
	size       int // in bytes
}

func shapeOf(docs []uint16) shape {
	s := shape{docs: len(docs), runs: countRuns(docs), size: 2 * len(docs)}
	if len(docs) > maxArray {
		s.size = bitmapBytes
	}
	if n := 2 + 4*s.runs; n < s.size {
		s.asRuns, s.size = true, n
	}
	s.size += postingsHead
	return s
}

// appendPostings appends ascending document numbers, at least one, in their shape.
func appendPostings(dst []byte, docs []uint16, s shape) []byte {
	var kind byte
	if s.asRuns {
		kind = containerRuns
	}
	dst = binary.LittleEndian.AppendUint32(dst, runCookie)
	dst = append(dst, kind, 0, 0)
	dst = binary.LittleEndian.AppendUint16(dst, uint16(s.docs-1))
	switch {
	case s.asRuns:
		return appendRuns(dst, docs, s.runs)
	case s.docs > maxArray:
		return appendBits(dst, docs)
	}
	for _, doc := range docs {
		dst = binary.LittleEndian.AppendUint16(dst, doc)
	}
	return dst
}

func countRuns(docs []uint16) int {
	n := 1
	for i := 1; i < len(docs); i++ {
		if docs[i] != docs[i-1]+1 {
			n++
		}
	}
	return n
}

func appendRuns(dst []byte, docs []uint16, runs int) []byte {
	dst = binary.LittleEndian.AppendUint16(dst, uint16(runs))
	for i := 0; i < len(docs); {
		start := i
		for i++; i < len(docs) && docs[i] == docs[i-1]+1; i++ {
		}
		dst = binary.LittleEndian.AppendUint16(dst, docs[start])
		dst = binary.LittleEndian.AppendUint16(dst, docs[i-1]-docs[start])
	}
	return dst
}

func appendBits(dst []byte, docs []uint16) []byte {
	var s set
	for _, doc := range docs {
		s.add(doc)
	}
	for _, w := range s {
		dst = binary.LittleEndian.AppendUint64(dst, w)
	}
	return dst
}

// cardinality is how many documents stand in postings.
func cardinality(postings []byte) (int, error) {
	if len(postings) < postingsHead || binary.LittleEndian.Uint32(postings) != runCookie {
		return 0, damaged("a list of documents has no head")
	}
	return int(binary.LittleEndian.Uint16(postings[7:])) + 1, nil
}

// addPostings adds the documents that stand in postings.
func (s *set) addPostings(postings []byte) error {
	n, err := cardinality(postings)
	if err != nil {
		return err
	}
	body := postings[postingsHead:]
	switch {
	case postings[4]&containerRuns != 0:
		return s.addRuns(body)
	case n > maxArray:
		if len(body) != bitmapBytes {
			return damaged("a bitmap of documents has %d bytes", len(body))
		}
		for i := range s {
			s[i] |= binary.LittleEndian.Uint64(body[8*i:])
		}
		return nil
	}
	if len(body) != 2*n {
		return damaged("a list of %d documents has %d bytes", n, len(body))
	}
	for ; len(body) > 0; body = body[2:] {
		s.add(binary.LittleEndian.Uint16(body))
	}
	return nil
}

func (s *set) addRuns(body []byte) error {
	if len(body) < 2 || len(body) != 2+4*int(binary.LittleEndian.Uint16(body)) {
		return damaged("a list of runs of documents has %d bytes", len(body))
	}
	for body = body[2:]; len(body) > 0; body = body[4:] {
		first := int(binary.LittleEndian.Uint16(body))
		last := first + int(binary.LittleEndian.Uint16(body[2:]))
		if last >= MaxDocuments {
			return damaged("a run of documents ends at %d", last)
		}
		s.addRange(first, last)
	}
	return nil
}
