package text

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"hash/maphash"
	"slices"
)

// dictionary numbers the words of one field in the order in which they first appear.
// It is an open-addressing hash table over an arena of bytes: two allocations for any number of words.
type dictionary struct {
	seed  maphash.Seed
	slots []slot // a power of two, at most half full
	words []word
	arena []byte
	order []sortKey // scratch of sorted
}

type slot struct {
	tag    uint32 // the upper half of the hash: most comparisons end here
	number uint32 // of the word, plus one; 0 is a free slot
}

type word struct {
	at   uint32 // start in the arena
	docs uint32 // documents that contain it
	last uint32 // the latest of them, plus one
	size uint8
}

const firstSlots = 1 << 12

func newDictionary() dictionary {
	return dictionary{seed: maphash.MakeSeed(), slots: make([]slot, firstSlots)}
}

// reset forgets all words and keeps the memory.
func (d *dictionary) reset() {
	clear(d.slots)
	d.words = d.words[:0]
	d.arena = d.arena[:0]
}

// memory is how many bytes the words hold, with what sorting them and writing their dictionary will need.
func (d *dictionary) memory() int {
	return 2*len(d.arena) + 8*len(d.slots) + (16+16+4)*len(d.words)
}

// number returns the number of a key, a new one if it was not seen before.
func (d *dictionary) number(key []byte) uint32 {
	hash := maphash.Bytes(d.seed, key)
	tag, mask := uint32(hash>>32), uint64(len(d.slots)-1)
	i := hash & mask
	for ; d.slots[i].number != 0; i = (i + 1) & mask {
		if d.slots[i].tag == tag && bytes.Equal(d.key(d.slots[i].number-1), key) {
			return d.slots[i].number - 1
		}
	}
	d.words = append(d.words, word{at: uint32(len(d.arena)), size: uint8(len(key))})
	d.arena = append(d.arena, key...)
	d.slots[i] = slot{tag: tag, number: uint32(len(d.words))}
	if 2*len(d.words) > len(d.slots) {
		d.grow()
	}
	return uint32(len(d.words) - 1)
}

func (d *dictionary) key(number uint32) []byte {
	w := &d.words[number]
	return d.arena[w.at : w.at+uint32(w.size)]
}

func (d *dictionary) grow() {
	d.slots = make([]slot, 2*len(d.slots))
	mask := uint64(len(d.slots) - 1)
	for n := range d.words {
		hash := maphash.Bytes(d.seed, d.key(uint32(n)))
		i := hash & mask
		for d.slots[i].number != 0 {
			i = (i + 1) & mask
		}
		d.slots[i] = slot{tag: uint32(hash >> 32), number: uint32(n + 1)}
	}
}

// sortKey carries the first eight bytes of a word, so that most comparisons do not touch the arena.
type sortKey struct {
	head   uint64
	number uint32
}

// sorted returns the numbers of all words in the order of their bytes. The slice is valid until the next call.
func (d *dictionary) sorted() []sortKey {
	d.order = slices.Grow(d.order[:0], len(d.words))
	for n := range d.words {
		var head [8]byte
		copy(head[:], d.key(uint32(n)))
		d.order = append(d.order, sortKey{binary.BigEndian.Uint64(head[:]), uint32(n)})
	}
	slices.SortFunc(d.order, func(a, b sortKey) int {
		if a.head != b.head {
			return cmp.Compare(a.head, b.head)
		}
		return bytes.Compare(d.key(a.number), d.key(b.number))
	})
	return d.order
}
