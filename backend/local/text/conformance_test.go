package text_test

import (
	"encoding/json"
	"maps"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis/analyzer/simple"
	"github.com/blevesearch/bleve/v2/index/scorch"
	"github.com/blevesearch/bleve/v2/mapping"
	index "github.com/blevesearch/bleve_index_api"
	segment "github.com/blevesearch/scorch_segment_api/v2"
	zap "github.com/blevesearch/zapx/v17"

	"projectlogs/backend/local/text"
)

// TestSegmentIsWhatBleveWouldWrite holds our writer beside Bleve's own: the same words, written by both and
// read by Bleve's plugin, give the same terms, and for each the same documents, by every way to read them.
func TestSegmentIsWhatBleveWouldWrite(t *testing.T) {
	corpora := map[string]corpus{
		"random":       randomCorpus(rand.New(rand.NewPCG(1, 1)), 3000),
		"api logs":     apiCorpus(rand.New(rand.NewPCG(2, 2)), 1500),
		"one document": {0: {text.Message: {"alone"}}},
		"late":         {65535: {text.Message: {"last"}, text.RequestBody: {"last", "of"}}},
		"dense":        denseCorpus(),
	}
	for name, c := range corpora {
		t.Run(name, func(t *testing.T) {
			ours := openPlugin(t, c.write(t, text.NewBuilder()))
			stock := openPlugin(t, c.writeStock(t))
			if ours.Count() != stock.Count() {
				t.Errorf("%d documents, Bleve's has %d", ours.Count(), stock.Count())
			}
			for field := range text.FieldNames() {
				got, want := readPlugin(t, ours, field), readPlugin(t, stock, field)
				if len(want) == 0 && name != "one document" && name != "late" && name != "dense" {
					t.Errorf("field %s: nothing to compare", field)
				}
				comparePostings(t, field, got, want)
			}
		})
	}
}

// TestSingleHitIsBleves: the one value of the format that Bleve's builder writes only when it merges.
func TestSingleHitIsBleves(t *testing.T) {
	for _, doc := range []uint64{0, 7, text.MaxDocuments - 1} {
		if want := zap.FSTValEncode1Hit(doc, zap.NormBits1Hit); text.OneHit|doc != want {
			t.Errorf("document %d is %#x, Bleve writes %#x", doc, text.OneHit|doc, want)
		}
	}
}

// denseCorpus has words in all, nearly all, half, and around 4,096 of 65,536 documents: every kind of list.
func denseCorpus() corpus {
	c := corpus{}
	for doc := range uint32(text.MaxDocuments) {
		words := []string{"all"}
		if doc%1000 != 7 {
			words = append(words, "nearly")
		}
		if doc*2654435761>>31&1 == 0 {
			words = append(words, "half")
		}
		if doc%16 == 0 {
			words = append(words, "n4096")
		}
		if doc%16 == 0 || doc == 1 {
			words = append(words, "n4097")
		}
		if doc%16 == 0 && doc > 0 {
			words = append(words, "n4095")
		}
		c[doc] = map[text.Field][]string{text.ResponseBody: words}
	}
	return c
}

func comparePostings(t *testing.T, field string, got, want map[string][]uint32) {
	t.Helper()
	for _, term := range slices.Sorted(maps.Keys(want)) {
		if !slices.Equal(got[term], want[term]) {
			t.Fatalf("field %s, term %q: in %d documents, want %d", field, term, len(got[term]), len(want[term]))
		}
	}
	for term := range got {
		if want[term] == nil {
			t.Fatalf("field %s: term %q is in no document", field, term)
		}
	}
}

func openPlugin(t *testing.T, path string) segment.Segment {
	t.Helper()
	s, err := new(zap.ZapPlugin).Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

// readPlugin reads a whole field through Bleve's plugin: the terms from the dictionary's iterator, the
// documents of each from its postings, in three ways that must agree.
func readPlugin(t *testing.T, s segment.Segment, field string) map[string][]uint32 {
	t.Helper()
	dict, err := s.Dictionary(field)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string][]uint32{}
	terms := dict.AutomatonIterator(nil, nil, nil)
	for {
		entry, err := terms.Next()
		if err != nil {
			t.Fatal(err)
		}
		if entry == nil {
			break
		}
		list, err := dict.PostingsList([]byte(entry.Term), nil, nil)
		if err != nil {
			t.Fatal(err)
		}
		docs := []uint32{}
		postings := list.Iterator(true, true, true, nil)
		for {
			p, err := postings.Next()
			if err != nil {
				t.Fatal(err)
			}
			if p == nil {
				break
			}
			docs = append(docs, uint32(p.Number()))
		}
		set := roaring.New()
		list.(*zap.PostingsList).OrInto(set)
		// entry.Count is not compared: in zapx 17.2.5 it stays 1 once the iterator has passed a single hit.
		if n := uint64(len(docs)); list.Count() != n || set.GetCardinality() != n {
			t.Fatalf("term %q: %d documents one by one, %d counted, %d in the set", entry.Term, n, list.Count(), set.GetCardinality())
		}
		all[entry.Term] = docs
	}
	if dict.Cardinality() != len(all) {
		t.Fatalf("field %s: %d terms counted, %d read", field, dict.Cardinality(), len(all))
	}
	return all
}

// writeStock writes the corpus with Bleve's own builder, without analysis.
func (c corpus) writeStock(t *testing.T) string {
	t.Helper()
	last := uint32(0)
	for doc := range c {
		last = max(last, doc)
	}
	docs := make([]index.Document, last+1)
	for i := range docs {
		d := &stockDocument{fields: []*stockField{{name: "_id", value: []byte(strconv.Itoa(i)), options: index.IndexField | index.StoreField}}}
		for name, field := range text.FieldNames() {
			freqs := index.TokenFrequencies{}
			for _, word := range c[uint32(i)][field] {
				key := text.Key(word)
				freqs[key] = &index.TokenFreq{Term: []byte(key)}
			}
			if len(freqs) > 0 {
				d.fields = append(d.fields, &stockField{name: name, freqs: freqs, options: index.IndexField | index.SkipFreqNorm})
			}
		}
		docs[i] = d
	}
	built, _, err := new(zap.ZapPlugin).New(docs)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "stock.zap")
	if err := built.(segment.UnpersistedSegment).Persist(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// stockDocument is the least that Bleve's builder takes for a document.
type stockDocument struct {
	index.Document
	fields []*stockField
}

func (d *stockDocument) VisitComposite(index.CompositeFieldVisitor) {}

func (d *stockDocument) VisitFields(visit index.FieldVisitor) {
	for _, f := range d.fields {
		visit(f)
	}
}

type stockField struct {
	name    string
	value   []byte
	freqs   index.TokenFrequencies
	options index.FieldIndexingOptions
}

func (f *stockField) Name() string                                     { return f.name }
func (f *stockField) Value() []byte                                    { return f.value }
func (f *stockField) ArrayPositions() []uint64                         { return nil }
func (f *stockField) EncodedFieldType() byte                           { return 't' }
func (f *stockField) Analyze()                                         {}
func (f *stockField) Options() index.FieldIndexingOptions              { return f.options }
func (f *stockField) AnalyzedLength() int                              { return len(f.freqs) }
func (f *stockField) AnalyzedTokenFrequencies() index.TokenFrequencies { return f.freqs }
func (f *stockField) NumPlainTextBytes() uint64                        { return 0 }

// TestBleveSearchesOurSegment puts our file in the place of the one in a Bleve index, opens that with
// bleve.Open and compares the totals of searches.
func TestBleveSearchesOurSegment(t *testing.T) {
	c := apiCorpus(rand.New(rand.NewPCG(3, 3)), 400)
	dir := filepath.Join(t.TempDir(), "index")
	writeBleve(t, dir, c)
	files, err := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
	if err != nil || len(files) != 1 {
		t.Fatalf("%d segments in the index: %v", len(files), err)
	}
	ours, err := os.ReadFile(c.write(t, text.NewBuilder()))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(files[0], ours, 0o600); err != nil {
		t.Fatal(err)
	}

	ix, err := bleve.OpenUsing(dir, map[string]any{"bolt_timeout": "1s"})
	if err != nil {
		t.Fatal(err)
	}
	defer ix.Close()
	for name, field := range text.FieldNames() {
		postings := c.postings(field)
		terms := slices.Sorted(maps.Keys(postings))
		for i := 0; i < len(terms); i += 1 + len(terms)/100 {
			term := bleve.NewTermQuery(terms[i])
			term.SetField(name)
			checkTotal(t, ix, bleve.NewSearchRequestOptions(term, 0, 0, false), len(postings[terms[i]]))
		}
	}
	prefix := bleve.NewPrefixQuery("cust")
	prefix.SetField("response.body")
	want := len(c.find(text.ResponseBody, hasPrefix("cust")))
	checkTotal(t, ix, bleve.NewSearchRequestOptions(prefix, 0, 0, false), want)
}

func checkTotal(t *testing.T, ix bleve.Index, request *bleve.SearchRequest, want int) {
	t.Helper()
	result, err := ix.Search(request)
	if err != nil {
		t.Fatal(err)
	}
	if result.Total != uint64(want) || want == 0 {
		query, _ := json.Marshal(request.Query)
		t.Fatalf("%s: bleve.Search finds %d, want %d", query, result.Total, want)
	}
}

// writeBleve makes an index of one segment with as many documents, and the same fields, as the corpus has.
func writeBleve(t *testing.T, dir string, c corpus) {
	t.Helper()
	m := mapping.NewIndexMapping()
	m.DefaultAnalyzer = simple.Name
	ix, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
	if err != nil {
		t.Fatal(err)
	}
	batch := ix.NewBatch()
	for doc := range c {
		body := map[string]any{"body": "x"}
		if err := batch.Index(strconv.Itoa(int(doc)), map[string]any{"request": body, "response": body, "message": "x"}); err != nil {
			t.Fatal(err)
		}
	}
	if err := ix.Batch(batch); err != nil {
		t.Fatal(err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
}
