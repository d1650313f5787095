package text

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"hash/maphash"
	"io"
	"math"
	"slices"

	index "github.com/blevesearch/bleve_index_api"
	"github.com/blevesearch/vellum"
)

// layout writes the zap v17 file format, as far as sets of documents need it. It is described in zap.md of
// github.com/blevesearch/zapx; what follows is what we write of it.
//
//	header                          ours: a name and a version, where stored documents would stand
//	per field, and per field once more for its heavy prefixes (prefixes.go)
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
	w      *bufio.Writer
	at     uint64 // bytes written
	sum    uint32 // CRC-32 of them
	buf    []byte
	starts []fieldStart
	fst    *vellum.Builder
	words  bytes.Buffer
	seed   maphash.Seed
	shared map[uint64]postings // by the hash of their documents
}

// postings are documents that are in the file, and where.
type postings struct {
	docs []uint16
	at   uint64
}

type fieldStart struct {
	name string
	at   uint64
}

// header stands first in the file. Its version counts what we mean by words (filter.Words), keys, heavy
// prefixes and incomplete documents; it goes up with every change of those, and files of another version are
// built anew.
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

func newLayout() *layout {
	return &layout{w: bufio.NewWriterSize(nil, 1<<18), seed: maphash.MakeSeed(), shared: map[uint64]postings{}}
}

// begin starts a file.
func (z *layout) begin(w io.Writer) error {
	z.w.Reset(w)
	z.at, z.sum = 0, 0
	z.starts = z.starts[:0]
	clear(z.shared)
	if z.fst == nil {
		// No sharing of word endings: it takes longer than all the rest and saves little in ids and numbers.
		b, err := vellum.New(&z.words, &vellum.BuilderOpts{Encoder: 1, RegistryTableSize: 0, RegistryMRUSize: 1})
		if err != nil {
			return err
		}
		z.fst = b
	}
	z.write([]byte(header))
	return z.beginWords()
}

// write writes the next bytes. Its errors come out in end: a bufio.Writer keeps its first.
func (z *layout) write(p []byte) {
	z.w.Write(p)
	z.sum = crc32.Update(z.sum, crc32.IEEETable, p)
	z.at += uint64(len(p))
}

func (z *layout) beginWords() error {
	z.words.Reset()
	return z.fst.Reset(&z.words)
}

// add adds a word to the current field, with its documents in ascending order. Words come in ascending order.
// The documents must stay as they are until the file ends.
func (z *layout) add(word []byte, docs []uint16) error {
	if len(docs) == 1 {
		return z.fst.Insert(word, oneHit|uint64(docs[0]))
	}
	hash := z.hash(docs)
	p, ok := z.shared[hash]
	if !ok || !slices.Equal(p.docs, docs) {
		p = postings{docs, z.at}
		z.shared[hash] = p
		z.writePostings(docs)
	}
	return z.fst.Insert(word, p.at)
}

// hash tells most documents apart by how many they are and by a few of them; the last of long lists are enough.
func (z *layout) hash(docs []uint16) uint64 {
	z.buf = binary.LittleEndian.AppendUint32(z.buf[:0], uint32(len(docs)))
	for _, doc := range docs[max(0, len(docs)-hashedDocs):] {
		z.buf = binary.LittleEndian.AppendUint16(z.buf, doc)
	}
	return maphash.Bytes(z.seed, z.buf)
}

const hashedDocs = 64

func (z *layout) writePostings(docs []uint16) {
	s := shapeOf(docs)
	z.buf = append(z.buf[:0], 0, 0)
	z.buf = binary.AppendUvarint(z.buf, uint64(s.size))
	z.buf = appendPostings(z.buf, docs, s)
	z.write(z.buf)
}

// endField ends the current field and gives it its name.
func (z *layout) endField(name string) error {
	if err := z.fst.Close(); err != nil {
		return err
	}
	words := z.at
	z.write(binary.AppendUvarint(z.buf[:0], uint64(z.words.Len())))
	z.write(z.words.Bytes())
	z.starts = append(z.starts, fieldStart{name, z.at})
	z.buf = binary.AppendUvarint(z.buf[:0], noDocValues)
	z.buf = binary.AppendUvarint(z.buf, noDocValues)
	z.buf = binary.AppendUvarint(z.buf, words)
	z.write(z.buf)
	return z.beginWords()
}

// end ends the file.
func (z *layout) end(documents int) error {
	z.buf = z.buf[:0]
	described := make([]uint64, 0, len(z.starts))
	for _, f := range z.starts {
		described = append(described, z.at+uint64(len(z.buf)))
		z.describe(f)
	}
	descriptions := z.at + uint64(len(z.buf))
	z.buf = binary.AppendUvarint(z.buf, uint64(len(described)))
	for _, at := range described {
		z.buf = binary.BigEndian.AppendUint64(z.buf, at)
	}

	z.buf = binary.BigEndian.AppendUint32(z.buf, 0)
	z.buf = binary.BigEndian.AppendUint64(z.buf, uint64(documents))
	z.buf = binary.BigEndian.AppendUint64(z.buf, 0)
	z.buf = binary.BigEndian.AppendUint64(z.buf, descriptions)
	z.buf = binary.BigEndian.AppendUint32(z.buf, zapChunkMode)
	z.buf = binary.BigEndian.AppendUint32(z.buf, zapVersion)
	z.write(z.buf)
	z.write(binary.BigEndian.AppendUint32(nil, z.sum))
	clear(z.shared) // it holds on to the documents
	return z.w.Flush()
}

func (z *layout) describe(f fieldStart) {
	const sections, invertedText = 1, 0
	z.buf = binary.AppendUvarint(z.buf, uint64(len(f.name)))
	z.buf = append(z.buf, f.name...)
	z.buf = binary.AppendUvarint(z.buf, uint64(index.IndexField|index.SkipFreqNorm))
	z.buf = binary.AppendUvarint(z.buf, sections)
	z.buf = binary.BigEndian.AppendUint16(z.buf, invertedText)
	z.buf = binary.BigEndian.AppendUint64(z.buf, f.at)
}
