package text

import (
	"fmt"
	"io"
	"iter"
	"math/bits"
	"slices"
)

// maxMemory is what a Builder may hold, roughly, before it stops to index further documents. 65,536 logs of
// 1.8 KB need a quarter of it; without it a partition of large unlike bodies would take the machine.
const maxMemory = 512 << 20

// Builder collects the words of one partition and writes its segment. It is for one goroutine at a time.
//
// Inverting is three cheap steps: each word gets a number, each document appends the numbers of its words to
// one long list, and when the segment is written that list is turned round by counting. There is no list
// per word that would have to grow.
type Builder struct {
	fields    [fieldCount]inversion
	documents int // one more than the last document number

	maxMemory   int
	heavyPrefix int

	layout  *layout
	key     []byte
	cursors []uint32 // where the documents of a word end in turned, while a field is written
}

// inversion is what the documents have of one field.
type inversion struct {
	words      dictionary
	refs       []uint32 // word numbers, document after document
	runs       []run
	turned     []uint16 // documents, word after word, when written
	size       int      // bytes of words of the last document
	incomplete []uint16 // documents with words that are not in refs
}

// run says whose the references are that end before end.
type run struct {
	doc uint16
	end uint32
}

// NewBuilder returns an empty Builder.
func NewBuilder() *Builder {
	b := &Builder{maxMemory: maxMemory, heavyPrefix: heavyPrefix, layout: newLayout()}
	for i := range b.fields {
		b.fields[i].words = newDictionary()
	}
	return b
}

// keptMemory is what a Builder keeps for its next partition; after an unusually large one it starts anew.
const keptMemory = maxMemory / 2

// Reset empties the Builder for the next partition and keeps its memory, unless that is unusually much.
func (b *Builder) Reset() {
	if b.memory() > keptMemory {
		fresh := NewBuilder()
		fresh.maxMemory, fresh.heavyPrefix = b.maxMemory, b.heavyPrefix
		*b = *fresh
		return
	}
	for i := range b.fields {
		f := &b.fields[i]
		f.words.reset()
		f.refs, f.runs, f.incomplete = f.refs[:0], f.runs[:0], f.incomplete[:0]
	}
	b.documents = 0
}

// Add adds the words of one field of one document. Documents come in ascending order, with any gaps; the
// fields of a document come in any order, a field may come in several parts. A word is used only until the
// next one is asked for, it may occur any number of times. The sequence is left early when the field is full.
//
// An error means that the caller broke these rules, and that nothing was added.
func (b *Builder) Add(doc uint32, field Field, words iter.Seq[[]byte]) error {
	if doc >= MaxDocuments {
		return fmt.Errorf("index document %d: a segment has at most %d", doc, MaxDocuments)
	}
	if int(doc) < b.documents-1 {
		return fmt.Errorf("index document %d after %d: documents come in ascending order", doc, b.documents-1)
	}
	if bits.OnesCount8(uint8(field)) != 1 || field > Everywhere {
		return fmt.Errorf("index document %d: %#x is not one field", doc, uint8(field))
	}
	b.documents = int(doc) + 1
	f := &b.fields[bits.TrailingZeros8(uint8(field))]
	f.begin(uint16(doc))
	full := b.memory() > b.maxMemory
	for word := range words {
		if len(word) == 0 {
			continue
		}
		if full || f.size > maxField {
			f.markIncomplete(uint16(doc))
			break
		}
		if len(word) > maxWord {
			b.key = appendKey(b.key[:0], word)
			word = b.key
		}
		f.add(doc, word)
	}
	f.runs[len(f.runs)-1].end = uint32(len(f.refs))
	return nil
}

func (f *inversion) begin(doc uint16) {
	if n := len(f.runs); n > 0 && f.runs[n-1].doc == doc {
		return
	}
	f.runs = append(f.runs, run{doc, uint32(len(f.refs))})
	f.size = 0
}

func (f *inversion) add(doc uint32, key []byte) {
	number := f.words.number(key)
	w := &f.words.words[number]
	if w.last == doc+1 {
		return
	}
	w.last = doc + 1
	w.docs++
	f.refs = append(f.refs, number)
	f.size += len(key)
}

func (f *inversion) markIncomplete(doc uint16) {
	if n := len(f.incomplete); n == 0 || f.incomplete[n-1] != doc {
		f.incomplete = append(f.incomplete, doc)
	}
}

// memory is how much the Builder holds, and will hold for a moment in Write.
func (b *Builder) memory() (n int) {
	for i := range b.fields {
		f := &b.fields[i]
		n += f.words.memory() + (4+2)*len(f.refs) // the list, and turned round
	}
	return n
}

// Write writes the segment to path: all of it or nothing, synced, and the directory synced after it. A file
// that is there already is replaced; Windows refuses that while a Segment of it is open. Afterwards the Builder
// can be added to and written again, or Reset.
func (b *Builder) Write(path string) error {
	if err := replaceFile(path, b.writeTo); err != nil {
		return fmt.Errorf("write the text index: %w", err)
	}
	return nil
}

func (b *Builder) writeTo(w io.Writer) error {
	z := b.layout
	if err := z.begin(w); err != nil {
		return err
	}
	// Bleve takes the first field for the document's id; ours have none but their number.
	if err := z.endField("_id"); err != nil {
		return err
	}
	for i, name := range fieldNames {
		if err := b.addField(z, &b.fields[i], name); err != nil {
			return err
		}
	}
	for i, name := range fieldNames {
		if docs := b.fields[i].incomplete; len(docs) > 0 {
			if err := z.add([]byte(name), docs); err != nil {
				return err
			}
		}
	}
	if err := z.endField(incompleteField); err != nil {
		return err
	}
	return z.end(b.documents)
}

// addField adds the words of a field in their order, each with its documents, and the heavy prefixes.
func (b *Builder) addField(z *layout, f *inversion, name string) error {
	order := f.words.sorted()
	b.turn(f, order)
	for _, o := range order {
		end := b.cursors[o.number]
		docs := f.turned[end-f.words.words[o.number].docs : end]
		if err := z.add(f.words.key(o.number), docs); err != nil {
			return err
		}
	}
	if err := z.endField(name); err != nil {
		return err
	}
	if err := b.addPrefixes(z, f, order, 0); err != nil {
		return err
	}
	return z.endField(prefixField(name))
}

// turn turns the list of words per document into a list of documents per word. Afterwards the documents of
// a word end in turned where its cursor points.
func (b *Builder) turn(f *inversion, order []sortKey) {
	f.turned = slices.Grow(f.turned[:0], len(f.refs))[:len(f.refs)]
	b.cursors = slices.Grow(b.cursors[:0], len(order))[:len(order)]
	var next uint32
	for _, o := range order {
		b.cursors[o.number] = next
		next += f.words.words[o.number].docs
	}
	var start uint32
	for _, r := range f.runs {
		for _, number := range f.refs[start:r.end] {
			f.turned[b.cursors[number]] = r.doc
			b.cursors[number]++
		}
		start = r.end
	}
}
