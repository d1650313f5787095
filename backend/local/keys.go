package local

import (
	"encoding/binary"
	"slices"
)

// The keys in Badger. Numbers are big-endian, so that keys sort as numbers.
//
//	n NAME                               project NAME: its number and its count of logs
//	p PROJECT PARTITION                  state of a partition: generation, purged rows
//	l PROJECT PARTITION GENERATION …     records of a partition:
//	  … H BLOCK CHUNK                    heads of 16 rows    … B BLOCK CHUNK   their bodies
//	  … h ROW CHUNK                      head of one row     … b ROW CHUNK     its body
//	  … x ROW CHUNK                      a head too large for a block
//	  … y ROW CHUNK                      a body too large for a block
//	g PREFIX                             keys with this prefix are to be dropped
//	m                                    the number of the next new project
//	k NAME                               a mark
//	c TABLE ID                           the catalog, JSON
//
// PROJECT, PARTITION and GENERATION are 4 bytes, BLOCK, ROW and CHUNK 2. The
// generation changes when a partition is rewritten after a purge: dropping the
// prefix of the old one while its keys are live is what makes Badger remove the
// bytes from its files.
//
// Versions of the format (store.json "format"):
//
//	1  2026-11  the first
const storeFormat = 1

const (
	keyProject   = 'n'
	keyPartition = 'p'
	keyRecord    = 'l'
	keyGarbage   = 'g'
	keyNumbers   = 'm'
	keyMark      = 'k'
	keyCatalog   = 'c'
)

// family is a sort of record.
type family byte

const (
	headBlock  family = 'H'
	bodyBlock  family = 'B'
	headSingle family = 'h'
	bodySingle family = 'b'
	headLarge  family = 'x'
	bodyLarge  family = 'y'
)

var families = []family{headBlock, bodyBlock, headSingle, bodySingle, headLarge, bodyLarge}

// kind is one of the two halves of a log.
type kind uint8

const (
	head kind = iota
	body
)

func (k kind) block() family  { return [...]family{headBlock, bodyBlock}[k] }
func (k kind) single() family { return [...]family{headSingle, bodySingle}[k] }
func (k kind) large() family  { return [...]family{headLarge, bodyLarge}[k] }

func projectKey(name string) []byte { return append([]byte{keyProject}, name...) }
func markKey(name string) []byte    { return append([]byte{keyMark}, name...) }

func projectPrefix(kind byte, project uint32) []byte {
	return binary.BigEndian.AppendUint32([]byte{kind}, project)
}

func partitionKey(project, partition uint32) []byte {
	return binary.BigEndian.AppendUint32(projectPrefix(keyPartition, project), partition)
}

func generationPrefix(project, partition, generation uint32) []byte {
	k := projectPrefix(keyRecord, project)
	k = binary.BigEndian.AppendUint32(k, partition)
	return binary.BigEndian.AppendUint32(k, generation)
}

// recordKey is the key of a record's first chunk, from the prefix of its generation.
func recordKey(generation []byte, f family, number int) []byte {
	k := make([]byte, 0, len(generation)+5)
	k = append(k, generation...)
	k = append(k, byte(f))
	k = binary.BigEndian.AppendUint16(k, uint16(number))
	return append(k, 0, 0)
}

// chunkKey is the key of a later chunk.
func chunkKey(first []byte, chunk int) []byte {
	k := slices.Clone(first)
	binary.BigEndian.PutUint16(k[len(k)-2:], uint16(chunk))
	return k
}

func garbageKey(prefix []byte) []byte { return append([]byte{keyGarbage}, prefix...) }
