package text

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io/fs"
	"math/bits"
	"os"
	"runtime/debug"
	"sync"

	"github.com/blevesearch/vellum"
	zap "github.com/blevesearch/zapx/v17"
)

// Segment is an open segment file, mapped into memory. Any number of goroutines may ask it.
//
// Its methods return errors that are [ErrDamaged] where the file cannot be what was written, and
// fs.ErrClosed after Close. A file that is damaged behind our back, cut by another program or unreadable on
// the disk, is an error too and not the end of the process.
type Segment struct {
	mu     sync.RWMutex // held for reading while the mapping is used
	file   *zap.Segment // nil when closed
	data   []byte
	fields [fieldCount]openField

	documents int
}

type openField struct {
	words      *vellum.FST
	prefixes   *vellum.FST // the heavy ones
	incomplete *set        // documents, nil for none
}

// Open verifies the file's checksum, which reads all of it, and opens it.
func Open(path string) (*Segment, error) {
	if err := Verify(path); err != nil {
		return nil, err
	}
	return OpenVerified(path)
}

// OpenVerified opens a file without reading all of it. It is for a file that this process has written or
// verified: where a byte has changed since, wrong answers are possible.
func OpenVerified(path string) (*Segment, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, fmt.Errorf("%w: %w", ErrDamaged, err)
	case err != nil:
		return nil, fmt.Errorf("open the text index: %w", err)
	case info.Size() < int64(len(header)+footerSize):
		return nil, damaged("%s has %d bytes", path, info.Size())
	}
	file, err := openZap(path)
	if err != nil {
		return nil, err
	}
	s := &Segment{file: file, data: file.Data()}
	if err := s.load(); err != nil {
		return nil, errors.Join(fmt.Errorf("open the text index %s: %w", path, err), file.Close())
	}
	return s, nil
}

// openZap maps the file with Bleve's own plugin, which checks the version and reads the footer and fields.
// Where the plugin panics it leaves the mapping behind; a file that passed Verify does not bring it there.
func openZap(path string) (file *zap.Segment, err error) {
	defer recovered(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	opened, err := new(zap.ZapPlugin).Open(path)
	var onDisk *fs.PathError
	var inSystem interface{ Temporary() bool } // syscall.Errno, on every system
	switch {
	case err == nil:
		return opened.(*zap.Segment), nil
	case errors.As(err, &onDisk), errors.As(err, &inSystem):
		return nil, fmt.Errorf("open the text index %s: %w", path, err)
	}
	return nil, damaged("%s: %w", path, err)
}

// load finds the dictionaries and reads which documents are incomplete.
func (s *Segment) load() (err error) {
	defer recovered(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	if string(s.data[:len(header)]) != header {
		return damaged("it was written under other rules")
	}
	if s.documents = int(s.file.Count()); s.documents > MaxDocuments {
		return damaged("it has %d documents", s.documents)
	}
	incomplete, err := s.dictionary(incompleteField)
	if err != nil {
		return err
	}
	for i, name := range fieldNames {
		f := &s.fields[i]
		if f.words, err = s.dictionary(name); err != nil {
			return err
		}
		if f.prefixes, err = s.dictionary(prefixField(name)); err != nil {
			return err
		}
		value, ok, err := incomplete.Get([]byte(name))
		if err == nil && ok {
			f.incomplete = new(set)
			err = s.addDocs(f.incomplete, value)
		}
		if err != nil {
			return damaged("incomplete documents: %w", err)
		}
	}
	return nil
}

func (s *Segment) dictionary(field string) (*vellum.FST, error) {
	at, err := s.file.DictAddr(field)
	if err != nil {
		return nil, damaged("%w", err)
	}
	bytes, err := s.sized(at)
	if err != nil {
		return nil, err
	}
	fst, err := vellum.Load(bytes)
	if err != nil {
		return nil, damaged("field %s: %w", field, err)
	}
	return fst, nil
}

// sized returns the bytes that stand behind their length.
func (s *Segment) sized(at uint64) ([]byte, error) {
	if at < uint64(len(s.data)) {
		size, n := binary.Uvarint(s.data[at:])
		if start := at + uint64(n); n > 0 && size <= uint64(len(s.data))-start {
			return s.data[start : start+size], nil
		}
	}
	return nil, damaged("it points behind its end")
}

// addDocs adds the documents of a word to docs, given the word's value in its dictionary.
func (s *Segment) addDocs(docs *set, value uint64) error {
	if value&oneHit == oneHit {
		if doc := value &^ oneHit; doc < MaxDocuments {
			docs.add(uint16(doc))
			return nil
		}
		return damaged("it names document %d", value&^oneHit)
	}
	postings, err := s.postings(value)
	if err != nil {
		return err
	}
	return docs.addPostings(postings)
}

// postings returns the list of documents at a place that a dictionary names.
func (s *Segment) postings(at uint64) ([]byte, error) {
	if at < uint64(len(header)) || at >= uint64(len(s.data)) || s.data[at] != 0 || s.data[at+1] != 0 {
		return nil, damaged("it has no list of documents at %d", at)
	}
	return s.sized(at + 2)
}

// Documents is one more than the number of the last document that was added, with words or without: how far
// the index goes.
func (s *Segment) Documents() int { return s.documents }

// Term returns the documents that contain a word in one of the fields.
func (s *Segment) Term(fields Field, word string) (Found, error) {
	key := appendKey(nil, []byte(word))
	return s.find(fields, func(f *openField, found *collector) error {
		value, ok, err := f.words.Get(key)
		switch {
		case err != nil || !ok:
			return err
		case len(word) > maxWord:
			return s.addDocs(found.unsureDocs(), value)
		}
		return s.addDocs(found.certainDocs(), value)
	})
}

// Prefix returns the documents that contain in one of the fields a word that begins with prefix. With an
// empty prefix that is every document that has a word there.
func (s *Segment) Prefix(fields Field, prefix string) (Found, error) {
	if len(prefix) > maxWord { // a long word begins like this, or none does
		return s.Term(fields, prefix)
	}
	first, end := []byte(prefix), after(prefix)
	return s.find(fields, func(f *openField, found *collector) error {
		value, ok, err := f.prefixes.Get(first)
		switch {
		case err != nil:
			return err
		case ok:
			return s.addDocs(found.certainDocs(), value)
		}
		words, err := f.words.Iterator(first, end)
		for ; err == nil; err = words.Next() {
			_, value := words.Current()
			if err := s.addDocs(found.certainDocs(), value); err != nil {
				return err
			}
		}
		if errors.Is(err, vellum.ErrIteratorDone) {
			return nil
		}
		return err
	})
}

// after is the smallest key behind all that begin with prefix, nil if there is none.
func after(prefix string) []byte {
	key := []byte(prefix)
	for i := len(key) - 1; i >= 0; i-- {
		if key[i] < 0xFF {
			key[i]++
			return key[:i+1]
		}
	}
	return nil
}

// Count returns an upper bound of how many documents Term would find, Unsure ones too: the sum over the fields.
// It reads no list, and is there to begin with the rarest of several words.
func (s *Segment) Count(fields Field, word string) (n int, err error) {
	key := appendKey(nil, []byte(word))
	err = s.read(fields, func(f *openField) error {
		if f.incomplete != nil {
			n += f.incomplete.count()
		}
		value, ok, err := f.words.Get(key)
		switch {
		case err != nil || !ok:
			return err
		case value&oneHit == oneHit:
			n++
			return nil
		}
		postings, err := s.postings(value)
		if err != nil {
			return err
		}
		docs, err := cardinality(postings)
		n += docs
		return err
	})
	return n, err
}

// find collects what lookup finds in each field.
func (s *Segment) find(fields Field, lookup func(f *openField, found *collector) error) (Found, error) {
	found := collectors.Get().(*collector)
	defer found.release()
	err := s.read(fields, func(f *openField) error {
		if f.incomplete != nil {
			found.unsureDocs().or(f.incomplete)
		}
		return lookup(f, found)
	})
	if err != nil {
		return Found{}, err
	}
	return found.found(), nil
}

// read calls one for each field while the mapping is held, and turns what goes wrong there into an error.
func (s *Segment) read(fields Field, one func(f *openField) error) (err error) {
	if fields == 0 || fields > Everywhere {
		return fmt.Errorf("ask the text index: %#x is no set of fields", uint8(fields))
	}
	s.mu.RLock()
	defer s.mu.RUnlock()
	if s.file == nil {
		return fmt.Errorf("ask the text index: %w", fs.ErrClosed)
	}
	defer recovered(&err)
	defer debug.SetPanicOnFault(debug.SetPanicOnFault(true))
	for rest := uint8(fields); rest != 0; rest &= rest - 1 {
		err := one(&s.fields[bits.TrailingZeros8(rest)])
		if err != nil && !errors.Is(err, ErrDamaged) { // from the dictionary's decoder
			err = damaged("%w", err)
		}
		if err != nil {
			return fmt.Errorf("ask the text index %s: %w", s.file.Path(), err)
		}
	}
	return nil
}

// recovered turns a panic of the decoder, or a fault in the mapping, into an error.
func recovered(err *error) {
	if p := recover(); p != nil {
		*err = damaged("%v", p)
	}
}

// Close waits for those who are reading and gives the mapping back. Closing twice is no error.
func (s *Segment) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.file == nil {
		return nil
	}
	file := s.file
	s.file, s.data = nil, nil
	return file.Close()
}
