package text_test

import (
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"

	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

func is(word string) func(string) bool { return func(w string) bool { return w == word } }

func hasPrefix(prefix string) func(string) bool {
	return func(w string) bool { return strings.HasPrefix(w, prefix) }
}

func open(t testing.TB, path string) *text.Segment {
	t.Helper()
	s, err := text.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// TestSegmentAnswersAsTheWordsSay asks for every word, and for beginnings of it, in every set of fields, and
// compares with the plain corpus. One Builder makes all segments.
func TestSegmentAnswersAsTheWordsSay(t *testing.T) {
	b := text.NewBuilder()
	for seed := range uint64(12) {
		r := rand.New(rand.NewPCG(seed, 9))
		c := randomCorpus(r, []int{0, 1, 2, 70, 500}[seed%5])
		t.Run(fmt.Sprintf("%d with %d documents", seed, len(c)), func(t *testing.T) {
			b.Reset()
			b.SetHeavyPrefix([]int{0, 3, 50, 1 << 20}[seed%4])
			s := open(t, c.write(t, b))
			for _, word := range someWords(r, c) {
				for fields := text.Field(1); fields <= text.Everywhere; fields++ {
					checkTerm(t, s, c, fields, word)
					checkPrefix(t, s, c, fields, word[:r.IntN(len(word)+1)])
				}
			}
		})
	}
}

// someWords are words of the corpus, and some that are not in it.
func someWords(r *rand.Rand, c corpus) []string {
	words := map[string]bool{"absent": true, "": true, "w": true, "zz": true, "\xff": true, strings.Repeat("x", 200): true}
	for _, texts := range c {
		for _, list := range texts {
			for _, word := range list {
				words[word] = true
			}
		}
	}
	all := slices.Sorted(maps.Keys(words))
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:min(len(all), 150)]
}

func checkTerm(t *testing.T, s *text.Segment, c corpus, fields text.Field, word string) {
	t.Helper()
	found, err := s.Term(fields, word)
	if err != nil {
		t.Fatal(err)
	}
	want := c.find(fields, is(word))
	if word == "" {
		want = nil
	}
	n, err := s.Count(fields, word)
	if err != nil {
		t.Fatal(err)
	}
	if least := int(found.Candidates().GetCardinality()); n < least || n > 3*least {
		t.Fatalf("Count of %q is %d, Term finds %d", word, n, least)
	}
	if len(word) <= text.MaxWord {
		checkFound(t, fmt.Sprintf("%q in %03b", word, fields), found, want, nil)
		return
	}
	checkCandidates(t, word, found, want)
}

func checkPrefix(t *testing.T, s *text.Segment, c corpus, fields text.Field, prefix string) {
	t.Helper()
	found, err := s.Prefix(fields, prefix)
	if err != nil {
		t.Fatal(err)
	}
	want := c.find(fields, hasPrefix(prefix))
	if len(prefix) <= text.MaxWord {
		checkFound(t, fmt.Sprintf("%q* in %03b", prefix, fields), found, want, nil)
		return
	}
	checkCandidates(t, prefix, found, want)
}

func checkFound(t *testing.T, what string, found text.Found, certain, unsure []uint32) {
	t.Helper()
	if got := found.Certain.ToArray(); !slices.Equal(got, certain) {
		t.Fatalf("%s: certain %v, want %v", what, got, certain)
	}
	if got := found.Unsure.ToArray(); !slices.Equal(got, unsure) {
		t.Fatalf("%s: unsure %v, want %v", what, got, unsure)
	}
}

// checkCandidates checks that nothing is missing, and that a long word is never called certain.
func checkCandidates(t *testing.T, word string, found text.Found, want []uint32) {
	t.Helper()
	if !found.Certain.IsEmpty() {
		t.Fatalf("long word %q: %d certain documents", word, found.Certain.GetCardinality())
	}
	for _, doc := range want {
		if !found.Unsure.Contains(doc) {
			t.Fatalf("long word %q: document %d is missing", word, doc)
		}
	}
}

func TestFullPartition(t *testing.T) {
	c := denseCorpus()
	s := open(t, c.write(t, text.NewBuilder()))
	for _, word := range []string{"all", "nearly", "half", "n4095", "n4096", "n4097"} {
		checkTerm(t, s, c, text.Everywhere, word)
	}
	checkPrefix(t, s, c, text.ResponseBody, "n4")
	checkTerm(t, s, c, text.RequestBody, "all")
}

func TestLongWordsAreUnsureAndShortOnesAreNot(t *testing.T) {
	stem := strings.Repeat("a", text.MaxWord)
	c := corpus{0: {text.Message: {stem}}, 1: {text.Message: {stem + "b"}}, 2: {text.Message: {stem + "c"}}, 3: {text.Message: {"short"}}}
	s := open(t, c.write(t, text.NewBuilder()))
	for word, want := range map[string][2][]uint32{
		stem:        {{0}, {}},
		stem + "b":  {{}, {1, 2}},
		stem + "zz": {{}, {1, 2}},
		"short":     {{3}, {}},
	} {
		found, err := s.Term(text.Message, word)
		if err != nil {
			t.Fatal(err)
		}
		checkFound(t, word, found, want[0], want[1])
	}
	found, err := s.Prefix(text.Message, stem)
	if err != nil {
		t.Fatal(err)
	}
	checkFound(t, "prefix of 64 bytes", found, []uint32{0, 1, 2}, []uint32{})
	if found, err = s.Prefix(text.Message, stem+"b"); err != nil {
		t.Fatal(err)
	}
	checkFound(t, "prefix of 65 bytes", found, []uint32{}, []uint32{1, 2})
}

// TestHugeFieldIsIncompleteNotLost: what did not fit makes its document unsure for that field alone.
func TestHugeFieldIsIncompleteNotLost(t *testing.T) {
	var huge, repeated []string
	for i := range text.MaxField / 8 {
		huge = append(huge, fmt.Sprintf("word%08d", i))
		repeated = append(repeated, "the", "same", "words", "again")
	}
	c := corpus{
		1: {text.ResponseBody: huge, text.Message: {"fine"}},
		2: {text.ResponseBody: {"word00000000", "small"}},
		3: {text.ResponseBody: repeated},
	}
	path := c.write(t, text.NewBuilder())
	if info, err := os.Stat(path); err != nil || info.Size() > 2*text.MaxField {
		t.Errorf("%d bytes of segment: %v", info.Size(), err)
	}
	s := open(t, path)
	for _, q := range []struct {
		fields          text.Field
		word            string
		certain, unsure []uint32
	}{
		{text.ResponseBody, "word00000000", []uint32{1, 2}, []uint32{}},
		{text.ResponseBody, huge[len(huge)-1], []uint32{}, []uint32{1}},
		{text.ResponseBody, "small", []uint32{2}, []uint32{1}},
		{text.ResponseBody, "again", []uint32{3}, []uint32{1}},
		{text.Everywhere, "nowhere", []uint32{}, []uint32{1}},
		{text.Message, "fine", []uint32{1}, []uint32{}},
		{text.Message | text.RequestBody, "nowhere", []uint32{}, []uint32{}},
	} {
		found, err := s.Term(q.fields, q.word)
		if err != nil {
			t.Fatal(err)
		}
		checkFound(t, q.word, found, q.certain, q.unsure)
		n, err := s.Count(q.fields, q.word)
		if err != nil || n < len(q.certain)+len(q.unsure) {
			t.Errorf("Count of %s is %d, %v", q.word, n, err)
		}
	}
}

// TestFullBuilderKeepsEveryDocumentFindable: without memory for more, documents are unsure, never absent.
func TestFullBuilderKeepsEveryDocumentFindable(t *testing.T) {
	c := apiCorpus(rand.New(rand.NewPCG(5, 5)), 2000)
	b := text.NewBuilder()
	b.LimitMemory(1 << 20)
	s := open(t, c.write(t, b))
	unsure := 0
	for field, words := range c[1999] {
		for _, word := range words {
			found, err := s.Term(field, word)
			if err != nil {
				t.Fatal(err)
			}
			if missing := roaring.AndNot(roaring.BitmapOf(c.find(field, is(word))...), found.Candidates()); !missing.IsEmpty() {
				t.Fatalf("%q: %d documents are missing", word, missing.GetCardinality())
			}
			unsure += int(found.Unsure.GetCardinality())
		}
	}
	if unsure == 0 {
		t.Error("the limit was never reached")
	}
}

func TestFieldInPartsIsOneField(t *testing.T) {
	b := text.NewBuilder()
	for _, words := range [][]string{{"one", "two"}, {"two", "three"}} {
		if err := b.Add(4, text.Message, each(words)); err != nil {
			t.Fatal(err)
		}
	}
	s := open(t, corpus{}.write(t, b))
	for _, word := range []string{"one", "two", "three"} {
		found, err := s.Term(text.Message, word)
		if err != nil {
			t.Fatal(err)
		}
		checkFound(t, word, found, []uint32{4}, []uint32{})
	}
}

func TestAddRefusesWhatItCannotKeep(t *testing.T) {
	b := text.NewBuilder()
	if err := b.Add(5, text.Message, each([]string{"five"})); err != nil {
		t.Fatal(err)
	}
	for _, bad := range []struct {
		doc   uint32
		field text.Field
	}{{4, text.Message}, {text.MaxDocuments, text.Message}, {1 << 31, text.Message}, {6, 0}, {6, text.Bodies}, {6, 8}} {
		if b.Add(bad.doc, bad.field, each([]string{"bad"})) == nil {
			t.Errorf("document %d, field %d: no error", bad.doc, bad.field)
		}
	}
	s := open(t, corpus{}.write(t, b))
	found, err := s.Term(text.Everywhere, "bad")
	if err != nil {
		t.Fatal(err)
	}
	checkFound(t, "refused", found, []uint32{}, []uint32{})
	for _, fields := range []text.Field{0, 8, 255} {
		if _, err := s.Term(fields, "five"); err == nil || errors.Is(err, text.ErrDamaged) {
			t.Errorf("fields %d: %v", fields, err)
		}
	}
}

// TestParallelReaders asks one segment from many goroutines, with the answers outliving it.
func TestParallelReaders(t *testing.T) {
	c := apiCorpus(rand.New(rand.NewPCG(7, 7)), 300)
	s := open(t, c.write(t, text.NewBuilder()))
	words := someWords(rand.New(rand.NewPCG(8, 8)), c)
	answers := make([][]text.Found, 8)
	var readers sync.WaitGroup
	for i := range answers {
		readers.Go(func() {
			for _, word := range words {
				found, err := s.Term(text.Bodies, word)
				if err == nil {
					_, err = s.Prefix(text.Everywhere, word[:min(2, len(word))])
				}
				if err != nil {
					t.Error(err)
					return
				}
				answers[i] = append(answers[i], found)
			}
		})
	}
	readers.Wait()
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	for i, word := range words {
		want := c.find(text.Bodies, is(word))
		for _, found := range answers {
			checkFound(t, word, found[i], want, nil)
		}
	}
}

// TestCloseWhileReading: a reader gets its answer or fs.ErrClosed, never the mapping of a closed file.
func TestCloseWhileReading(t *testing.T) {
	c := apiCorpus(rand.New(rand.NewPCG(7, 7)), 300)
	path := c.write(t, text.NewBuilder())
	for range 20 {
		s := open(t, path)
		var readers, reading sync.WaitGroup
		reading.Add(4)
		for range 4 {
			readers.Go(func() {
				for n := 0; ; n++ {
					if n == 1 {
						reading.Done()
					}
					_, err := s.Prefix(text.Everywhere, "c")
					if errors.Is(err, fs.ErrClosed) {
						return
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		reading.Wait()
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		readers.Wait()
		if err := s.Close(); err != nil {
			t.Errorf("close twice: %v", err)
		}
	}
}

// TestWriteReplaces: a file is replaced as a whole, no other file is left, and what fails leaves the old one.
func TestWriteReplaces(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "p.zap")
	b := text.NewBuilder()
	for doc, word := range []string{"old", "new"} {
		if err := b.Add(uint32(doc), text.Message, each([]string{word})); err != nil {
			t.Fatal(err)
		}
		if err := b.Write(path); err != nil {
			t.Fatal(err)
		}
	}
	checkTerm(t, open(t, path), corpus{0: {text.Message: {"old"}}, 1: {text.Message: {"new"}}}, text.Message, "new")
	if entries, err := os.ReadDir(dir); err != nil || len(entries) != 1 {
		t.Errorf("%d files: %v", len(entries), err)
	}
	if err := b.Write(filepath.Join(dir, "absent", "p.zap")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("write into a missing directory: %v", err)
	}
	if err := b.Write(dir); err == nil {
		t.Error("wrote over a directory")
	}
	if _, err := os.Stat(dir + ".tmp"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("a failed Write left its temporary file: %v", err)
	}
}

// TestFullDiskLeavesTheOldFile: writing fails with the system's reason, and what was there still answers.
func TestFullDiskLeavesTheOldFile(t *testing.T) {
	if _, err := os.Stat("/dev/full"); err != nil {
		t.Skip("not run: no /dev/full on this system")
	}
	c := apiCorpus(rand.New(rand.NewPCG(14, 14)), 100)
	b := text.NewBuilder()
	path := c.write(t, b)
	if err := os.Symlink("/dev/full", path+".tmp"); err != nil {
		t.Fatal(err)
	}
	if err := b.Write(path); !errors.Is(err, syscall.ENOSPC) {
		t.Errorf("Write on a full disk: %v", err)
	}
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("%d files are left: %v", len(entries), err)
	}
	checkTerm(t, open(t, path), c, text.Everywhere, "voucher")
	if err := b.Write(path); err != nil { // and the Builder has lost nothing
		t.Error(err)
	}
	checkTerm(t, open(t, path), c, text.Everywhere, "voucher")
}

// TestResetForgetsEverything: a partition knows nothing of the one that the Builder wrote before.
func TestResetForgetsEverything(t *testing.T) {
	b := text.NewBuilder()
	b.LimitMemory(1 << 20)
	apiCorpus(rand.New(rand.NewPCG(6, 6)), 2000).write(t, b)
	b.Reset()
	c := corpus{3: {text.Message: {"small"}}}
	s := open(t, c.write(t, b))
	for _, word := range []string{"small", "voucher", "absent"} {
		checkTerm(t, s, c, text.Everywhere, word)
	}
	checkPrefix(t, s, c, text.Everywhere, "")
	if s.Documents() != 4 {
		t.Errorf("%d documents", s.Documents())
	}
}

// TestDocumentsSaysHowFarTheIndexGoes: documents without words count, or the store would index them for ever.
func TestDocumentsSaysHowFarTheIndexGoes(t *testing.T) {
	b := text.NewBuilder()
	for want, doc := range map[int]uint32{1: 0, 8: 7, text.MaxDocuments: text.MaxDocuments - 1} {
		b.Reset()
		if err := b.Add(doc, text.Message, each(nil)); err != nil {
			t.Fatal(err)
		}
		if got := open(t, corpus{}.write(t, b)).Documents(); got != want {
			t.Errorf("document %d is the last: Documents says %d", doc, got)
		}
	}
	b.Reset()
	if got := open(t, corpus{}.write(t, b)).Documents(); got != 0 {
		t.Errorf("no document: Documents says %d", got)
	}
}

// TestPrefixOfAnyBytes: a prefix that is cut inside a character, or is no text at all, has an end as well.
func TestPrefixOfAnyBytes(t *testing.T) {
	c := corpus{0: {text.Message: {"a\xff", "b"}}, 1: {text.Message: {"a\xff\xffz"}}, 2: {text.Message: {"b", "\xff\xff"}}, 3: {text.Message: {"é"}}}
	s := open(t, c.write(t, text.NewBuilder()))
	for _, prefix := range []string{"a\xff", "a\xff\xff", "\xff", "\xff\xff", "\xff\xff\xff", "\xc3", "a", ""} {
		checkPrefix(t, s, c, text.Message, prefix)
	}
}

// TestWordsOfThisVersion: segments are full of words as package filter cuts and folds them. Where it does that
// in another way, no word of an old segment would be found.
func TestWordsOfThisVersion(t *testing.T) {
	got := filter.Phrase(`{"Code":"SUMMER-2026_x","e-mail":"ann@example.com","n":-1.50,"Straße":"ΣΊΣΥΦΟΣ","東京":"日本"}`)
	want := strings.Fields("code summer 2026 x e mail ann example com n 1 50 straße ΣΊΣΥΦΟΣ 東 京 日 本")
	if !slices.Equal(got, want) {
		t.Errorf("words are %q, and were %q: raise the version in header (layout.go), so that segments are built again", got, want)
	}
}

func TestSameWordsGiveTheSameFile(t *testing.T) {
	c := randomCorpus(rand.New(rand.NewPCG(4, 4)), 200)
	b := text.NewBuilder()
	first, err := os.ReadFile(c.write(t, b))
	if err != nil {
		t.Fatal(err)
	}
	b.Reset()
	again, err := os.ReadFile(c.write(t, b))
	if err != nil {
		t.Fatal(err)
	}
	fresh, err := os.ReadFile(c.write(t, text.NewBuilder()))
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(first, again) || !slices.Equal(first, fresh) {
		t.Error("the file depends on more than the words")
	}
}
