package text_test

import (
	"fmt"
	"iter"
	"maps"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

// corpus is the plainest form of an index, and what every test compares with: the words of each field of
// each document.
type corpus map[uint32]map[text.Field][]string

// write builds the segment of a corpus and returns its path.
func (c corpus) write(t testing.TB, b *text.Builder) string {
	t.Helper()
	for _, doc := range slices.Sorted(maps.Keys(c)) {
		for field, words := range c[doc] {
			if err := b.Add(doc, field, each(words)); err != nil {
				t.Fatal(err)
			}
		}
	}
	path := filepath.Join(t.TempDir(), "segment.zap")
	if err := b.Write(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// find returns the documents that have, in one of the fields, a word that matches.
func (c corpus) find(fields text.Field, match func(word string) bool) []uint32 {
	found := []uint32{}
	for doc, texts := range c {
		for field, words := range texts {
			if field&fields != 0 && slices.ContainsFunc(words, match) {
				found = append(found, doc)
				break
			}
		}
	}
	slices.Sort(found)
	return found
}

// postings returns the documents of each key of one field.
func (c corpus) postings(field text.Field) map[string][]uint32 {
	p := map[string][]uint32{}
	for _, doc := range slices.Sorted(maps.Keys(c)) {
		keys := map[string]bool{}
		for _, word := range c[doc][field] {
			if key := text.Key(word); !keys[key] {
				keys[key] = true
				p[key] = append(p[key], doc)
			}
		}
	}
	return p
}

func each(words []string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		var buf []byte
		for _, word := range words {
			buf = append(buf[:0], word...) // as a tokenizer does: valid until the next
			if !yield(buf) {
				return
			}
		}
	}
}

// wordsOf are the words of a text, as the store passes them.
func wordsOf(s string) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		filter.Words(s, func(word []byte, _, _ int) bool { return yield(word) })
	}
}

// randomCorpus has words that are hard for a dictionary (beginnings of each other, unicode, around the longest
// length), documents that are dense, sparse and absent, and empty texts.
func randomCorpus(r *rand.Rand, documents int) corpus {
	long := strings.Repeat("0123456789abcdef", 5)
	vocabulary := []string{"a", "ab", "abc", "b", "0", "00", "ÿ", "straße", "слово", "日", "本", "\U0001F600", "é", "é"}
	for i := range 12 {
		vocabulary = append(vocabulary, long[:text.MaxWord-6+i])
		vocabulary = append(vocabulary, long[:text.MaxWord-3]+strings.Repeat("é", i))
	}
	for i := range 60 {
		vocabulary = append(vocabulary, fmt.Sprintf("w%d", i))
	}
	c := corpus{}
	for doc := range uint32(documents) {
		if r.IntN(8) == 0 {
			continue
		}
		c[doc] = map[text.Field][]string{}
		for _, field := range text.FieldNames() {
			if r.IntN(4) == 0 {
				continue
			}
			words := []string{"everywhere"}
			for range r.IntN(30) {
				words = append(words, vocabulary[int(float64(len(vocabulary))*r.Float64()*r.Float64())])
			}
			if r.IntN(3) == 0 {
				words = append(words, fmt.Sprintf("id%x", r.Uint64()))
			}
			if r.IntN(9) == 0 {
				words = nil
			}
			c[doc][field] = words
		}
	}
	return c
}

// apiLog is the text of one log of a voucher platform, about 1.8 KB with its headers, of which 1.5 KB are bodies.
func apiLog(r *rand.Rand, n int) (request, response, message string) {
	hex := func(digits int) string {
		return fmt.Sprintf("%016x%016x", r.Uint64(), r.Uint64())[:digits]
	}
	zipf := rand.NewZipf(r, 1.3, 4, 20000)
	customer := zipf.Uint64()
	code := fmt.Sprintf("SUMMER-%s-%d", strings.ToUpper(hex(6)), zipf.Uint64()%400)
	currency := []string{"EUR", "USD", "PLN", "GBP"}[r.IntN(4)]
	request = fmt.Sprintf(`{"customer":{"source_id":"c-%d","email":"user%d@example.com","name":"Ann %s"},"order":{"amount":%d,"currency":%q,"items":[{"product_id":"prod_%d","sku_id":"sku_%d","quantity":%d},{"product_id":"prod_%d","quantity":1}]},"metadata":{"channel":"web","cart":"%s"}}`,
		customer, customer, names[r.IntN(len(names))], r.IntN(20000), currency, zipf.Uint64()%500, zipf.Uint64()%900, r.IntN(5), zipf.Uint64()%500, hex(12))
	if r.IntN(20) == 0 {
		return request, fmt.Sprintf(`{"code":400,"key":"voucher_expired","message":"voucher expired","details":"voucher with code %s expired at 2026-10-%02d","request_id":"v-%s","resource_id":%q,"resource_type":"voucher"}`, code, 1+r.IntN(28), hex(18), code), ""
	}
	response = fmt.Sprintf(`{"id":"r_%s","object":"redemption","date":"2026-11-%02dT%02d:%02d:%02d.%03dZ","customer_id":"cust_%s","tracking_id":"track_%s","metadata":{"channel":"web","locale":"en-GB"},"result":"SUCCESS","order":{"id":"ord_%s","source_id":null,"created_at":"2026-11-%02dT%02d:%02d:%02dZ","status":"PAID","amount":%d,"discount_amount":%d,"total_amount":%d,"items":[{"object":"order_item","product_id":"prod_%d","sku_id":"sku_%d","quantity":%d,"amount":%d,"price":%d},{"object":"order_item","product_id":"prod_%d","quantity":1,"amount":%d}],"customer":{"id":"cust_%s","object":"customer"}},"channel":{"channel_id":"user_%s","channel_type":"API"},"customer":{"id":"cust_%s","name":"Ann %s","email":"user%d@example.com","source_id":"c-%d","object":"customer"},"related_object_type":"voucher","related_object_id":"v_%s","voucher":{"id":"v_%s","code":%q,"campaign":"Summer campaign %d","campaign_id":"camp_%d","type":"DISCOUNT_VOUCHER","discount":{"type":"PERCENT","percent_off":%d,"effect":"APPLY_TO_ORDER"},"active":true,"is_referral_code":false,"object":"voucher"}}`,
		hex(18), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(1000), hex(12), hex(16), hex(18), 1+r.IntN(28), r.IntN(24), r.IntN(60), r.IntN(60), r.IntN(20000), r.IntN(2000), r.IntN(20000),
		zipf.Uint64()%500, zipf.Uint64()%900, r.IntN(5), r.IntN(9000), r.IntN(9000), zipf.Uint64()%500, r.IntN(9000), hex(12), hex(12), hex(12), names[r.IntN(len(names))], customer, customer, hex(16), hex(16), code, zipf.Uint64()%60, zipf.Uint64()%60, 5*r.IntN(20))
	if n%50 == 0 {
		message = "redeemed voucher " + code
	}
	return request, response, message
}

var names = strings.Fields("Smith Müller García Nowak Rossi Dubois Ivanov Tanaka Silva Jensen Novák Kowalski Murphy Andersson")

// apiCorpus is apiLog of some documents, in words.
func apiCorpus(r *rand.Rand, documents int) corpus {
	c := corpus{}
	for doc := range uint32(documents) {
		request, response, message := apiLog(r, int(doc))
		c[doc] = map[text.Field][]string{
			text.RequestBody:  filter.Phrase(request),
			text.ResponseBody: filter.Phrase(response),
			text.Message:      filter.Phrase(message),
		}
	}
	return c
}
