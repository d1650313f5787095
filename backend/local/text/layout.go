package text

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"hash/maphash"
	"math"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
)

// layout writes the zap v17 file format, as far as sets of documents need it. It is described in zap.md of
// github.com/blevesearch/zapx; what follows is what we write of it.
//
//	header                          ours: a name and a version, where stored documents would stand
//	per field
//	  postings                      per different set of documents:
//	                                  varint 0 (no frequencies), varint 0 (no places), varint length, roaring
//	  dictionary                    varint length, vellum FST: word → where its postings stand,
//	                                  or the document itself where it is the only one ("1-hit")
//	  field start                   varint, varint: no doc values; varint: where the dictionary stands
//	per field: its description      name, options, one section: kind 0 (inverted text), where the field starts
//	descriptions                    varint: how many; where each stands
//	footer                          length of the (empty) writer id, documents, stored documents (none: 0),
//	                                  descriptions, chunk mode, version 17, CRC-32 of all bytes before
//
// Words with the same documents share their postings: the keys of one kind of JSON body are in the same logs,
// and a request's ids return in the response.
type layout struct {
	out    []byte
	starts []fieldStart
	fst    *vellum.Builder
	words  bytes.Buffer
	seed   maphash.Seed
	shared map[uint64]int // hash of postings → where they stand in out
}

type fieldStart struct {
	name string
	at   int
}

// header stands first in the file. Its version counts what we mean by words, keys and incomplete documents;
// it goes up with every change of those, and files of another version are built anew.
const header = "projectlogs text 1\n"

// incompleteField is the field whose words are names of fields, with the documents that are incomplete there.
const incompleteField = "_incomplete"

const (
	zapVersion   = 17
	zapChunkMode = 1026
	noDocValues  = math.MaxUint64
	oneHit       = 1<<63 | 1<<31 // the mark, and a norm of 1: a reader knows a single hit by its norm
	footerSize   = 40
)

// begin starts a file.
func (z *layout) begin() error {
	if z.fst == nil {
		z.seed = maphash.MakeSeed()
		z.shared = map[uint64]int{}
		// No sharing of word endings: it takes longer than all the rest and saves little in ids and numbers.
		b, err := vellum.New(&z.words, &vellum.BuilderOpts{Encoder: 1, RegistryTableSize: 0, RegistryMRUSize: 1})
		if err != nil {
			return err
		}
		z.fst = b
	}
	clear(z.shared)
	z.out = append(z.out[:0], header...)
	z.starts = z.starts[:0]
	return z.beginWords()
}

func (z *layout) beginWords() error {
	z.words.Reset()
	return z.fst.Reset(&z.words)
}

// add adds a word to the current field, with its documents in ascending order. Words come in ascending order.
func (z *layout) add(word []byte, docs []uint16) error {
	if len(docs) == 1 {
		return z.fst.Insert(word, oneHit|uint64(docs[0]))
	}
	return z.fst.Insert(word, uint64(z.postings(docs)))
}

// postings says where the postings of docs stand, after writing them if they are new.
func (z *layout) postings(docs []uint16) int {
	at, s := len(z.out), shapeOf(docs)
	z.out = append(z.out, 0, 0)
	z.out = binary.AppendUvarint(z.out, uint64(s.size))
	z.out = appendPostings(z.out, docs, s)
	written := z.out[at:]
	hash := maphash.Bytes(z.seed, written)
	if old, ok := z.shared[hash]; ok && bytes.HasPrefix(z.out[old:at], written) {
		z.out = z.out[:at]
		return old
	}
	z.shared[hash] = at
	return at
}

// endField ends the current field and gives it its name.
func (z *layout) endField(name string) error {
	if err := z.fst.Close(); err != nil {
		return err
	}
	words := len(z.out)
	z.out = binary.AppendUvarint(z.out, uint64(z.words.Len()))
	z.out = append(z.out, z.words.Bytes()...)
	z.starts = append(z.starts, fieldStart{name, len(z.out)})
	z.out = binary.AppendUvarint(z.out, noDocValues)
	z.out = binary.AppendUvarint(z.out, noDocValues)
	z.out = binary.AppendUvarint(z.out, uint64(words))
	return z.beginWords()
}

// end ends the file and returns it. It is valid until the next begin.
func (z *layout) end(documents int) []byte {
	const sections, invertedText = 1, 0
	described := make([]int, 0, len(z.starts))
	for _, f := range z.starts {
		described = append(described, len(z.out))
		z.out = binary.AppendUvarint(z.out, uint64(len(f.name)))
		z.out = append(z.out, f.name...)
		z.out = binary.AppendUvarint(z.out, uint64(index.IndexField|index.SkipFreqNorm))
		z.out = binary.AppendUvarint(z.out, sections)
		z.out = binary.BigEndian.AppendUint16(z.out, invertedText)
		z.out = binary.BigEndian.AppendUint64(z.out, uint64(f.at))
	}
	descriptions := len(z.out)
	z.out = binary.AppendUvarint(z.out, uint64(len(described)))
	for _, at := range described {
		z.out = binary.BigEndian.AppendUint64(z.out, uint64(at))
	}

	z.out = binary.BigEndian.AppendUint32(z.out, 0)
	z.out = binary.BigEndian.AppendUint64(z.out, uint64(documents))
	z.out = binary.BigEndian.AppendUint64(z.out, 0)
	z.out = binary.BigEndian.AppendUint64(z.out, uint64(descriptions))
	z.out = binary.BigEndian.AppendUint32(z.out, zapChunkMode)
	z.out = binary.BigEndian.AppendUint32(z.out, zapVersion)
	z.out = binary.BigEndian.AppendUint32(z.out, crc32.ChecksumIEEE(z.out))
	return z.out
}
