package text_test

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

// apiTexts are the texts of a full partition.
func apiTexts() (texts [][3]string, bytes int) {
	r := rand.New(rand.NewPCG(1, 8))
	for n := range text.MaxDocuments {
		request, response, message := apiLog(r, n)
		texts = append(texts, [3]string{request, response, message})
		bytes += len(request) + len(response) + len(message)
	}
	return texts, bytes
}

var threeFields = [3]text.Field{text.RequestBody, text.ResponseBody, text.Message}

// BenchmarkBuild builds and writes the segment of a full partition, from texts (tokenizer and all) and from
// words that are there already.
func BenchmarkBuild(b *testing.B) {
	texts, bytes := apiTexts()
	b.Logf("%d bytes of bodies a log", bytes/len(texts))
	b.Run("texts", func(b *testing.B) {
		benchmarkBuild(b, func(doc, field int) iter.Seq[[]byte] { return wordsOf(texts[doc][field]) })
	})
	b.Run("words", func(b *testing.B) {
		var arena []byte
		ends := make([][3][]int32, len(texts))
		for doc := range texts {
			for field := range threeFields {
				for word := range wordsOf(texts[doc][field]) {
					arena = append(arena, word...)
					ends[doc][field] = append(ends[doc][field], int32(len(arena)-len(word)), int32(len(arena)))
				}
			}
		}
		benchmarkBuild(b, func(doc, field int) iter.Seq[[]byte] {
			return func(yield func([]byte) bool) {
				places := ends[doc][field]
				for ; len(places) > 0; places = places[2:] {
					if !yield(arena[places[0]:places[1]]) {
						return
					}
				}
			}
		})
	})
}

func benchmarkBuild(b *testing.B, words func(doc, field int) iter.Seq[[]byte]) {
	path := filepath.Join(b.TempDir(), "p.zap")
	builder := text.NewBuilder()
	for b.Loop() {
		builder.Reset()
		for doc := range text.MaxDocuments {
			for field, f := range threeFields {
				if err := builder.Add(uint32(doc), f, words(doc, field)); err != nil {
					b.Fatal(err)
				}
			}
		}
		if err := builder.Write(path); err != nil {
			b.Fatal(err)
		}
	}
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/text.MaxDocuments, "µs/log")
	b.ReportMetric(float64(info.Size())/text.MaxDocuments, "bytes/log")
}

// BenchmarkTerm asks a full partition for rare, common and absent words.
func BenchmarkTerm(b *testing.B) {
	texts, _ := apiTexts()
	builder := text.NewBuilder()
	for doc := range texts {
		for field, f := range threeFields {
			if err := builder.Add(uint32(doc), f, wordsOf(texts[doc][field])); err != nil {
				b.Fatal(err)
			}
		}
	}
	s := open(b, corpus{}.write(b, builder))
	tracking := filter.Phrase(texts[4711][1])
	rare := tracking[slices.Index(tracking, "track")+1]
	for _, word := range []string{"absent", rare, filter.Phrase("Müller")[0], "voucher", "expired", "camp", "prod"} {
		found, err := s.Term(text.Everywhere, word)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(fmt.Sprintf("term/%s/%d", word, found.Certain.GetCardinality()), func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Term(text.Everywhere, word); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	for _, prefix := range []string{"vouch", "camp", "c", ""} {
		b.Run("prefix/"+prefix, func(b *testing.B) {
			for b.Loop() {
				if _, err := s.Prefix(text.Everywhere, prefix); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
	b.Run("count/voucher", func(b *testing.B) {
		for b.Loop() {
			if _, err := s.Count(text.Everywhere, "voucher"); err != nil {
				b.Fatal(err)
			}
		}
	})
}
