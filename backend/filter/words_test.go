package filter_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"projectlogs/backend/filter"
)

func wordsOf(text string) (words []string) {
	filter.Words(text, func(word []byte, _, _ int) bool {
		words = append(words, string(word))
		return true
	})
	return words
}

func TestWords(t *testing.T) {
	f := func(text string, want ...string) {
		t.Helper()
		if got := wordsOf(text); !slices.Equal(got, want) {
			t.Errorf("Words(%q) = %q, want %q", text, got, want)
		}
	}
	f("")
	f(" .,-")
	f("Out-of-stock: cust_8fc7, ann@example.com", "out", "of", "stock", "cust", "8fc7", "ann", "example", "com")
	f("/v1/vouchers/AB-1", "v1", "vouchers", "ab", "1")
	f(`{"amount":10.5}`, "amount", "10", "5")
	f("Ünïcode straße ÉCOLE", fold("ünïcode"), fold("straße"), fold("école"))
	f("e\u0301tude", fold("e\u0301tude"))
	f("日本語abc", "日", "本", "語", "abc")
	f("abc日", "abc", "日")
	f("ラーメン", "ラ", "ー", "メ", "ン")
	f("ภาษา", "ภ", "า", "ษ", "า")
	f("한국어 텍스트", "한국어", "텍스트")
	f("مرحبا بالعالم", "مرحبا", "بالعالم")
	f("नमस्ते दुनिया", "नमस्ते", "दुनिया")
	f("٣٤٥ Ⅷ ½", "٣٤٥", fold("Ⅷ"), "½")
	f("a\xffb", "a", "b")
	f("a\xe6\x97b", "a", "b")
	f("a\ufffdb", "a", "b")
	f("✔\ufe0fok", "\ufe0f", "ok")
	f("𝔘𝔫𝔦 𐐀𐐨", "𝔘𝔫𝔦", fold("𐐀𐐀"))
	f("\U00020000x", "\U00020000", "x")
}

// fold is what Words makes of one word.
func fold(word string) string { return wordsOf(word)[0] }

// TestWordsFoldsLikeEqualFold: two characters are equal under EqualFold exactly
// when Words gives the same bytes for them.
func TestWordsFoldsLikeEqualFold(t *testing.T) {
	for r := rune(0); r <= unicode.MaxRune; r++ {
		words := wordsOf(string(r))
		if !utf8.ValidRune(r) || !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			if words != nil {
				t.Fatalf("%U is a word", r)
			}
			continue
		}
		if len(words) != 1 || !strings.EqualFold(words[0], string(r)) {
			t.Fatalf("%U gives the words %q", r, words)
		}
		for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
			if fold(string(other)) != words[0] {
				t.Fatalf("%U and %U give different words", r, other)
			}
		}
	}
}

func TestPhrase(t *testing.T) {
	if got := filter.Phrase("Out-of Stock!"); !slices.Equal(got, []string{"out", "of", "stock"}) {
		t.Errorf("Phrase gives %q", got)
	}
	if got := filter.Phrase("--"); got != nil {
		t.Errorf("Phrase of punctuation gives %q", got)
	}
}

func TestWordsStops(t *testing.T) {
	n := 0
	filter.Words("a b c", func([]byte, int, int) bool { n++; return n < 2 })
	if n != 2 {
		t.Errorf("Words went on for %d words, want 2", n)
	}
}

func TestWordsDoesNotAllocate(t *testing.T) {
	text := strings.Repeat("The quick brown fox über 日本語 ", 100)
	n := 0
	count := func([]byte, int, int) bool { n++; return true }
	if allocs := testing.AllocsPerRun(100, func() { filter.Words(text, count) }); allocs > 0.1 && !poolForgets {
		t.Errorf("%v allocations", allocs)
	}
	if n == 0 {
		t.Error("no words")
	}
}

// checkWords holds Words to what it promises on any text.
func checkWords(t *testing.T, text string) {
	t.Helper()
	var words []string
	last := 0
	filter.Words(text, func(word []byte, start, end int) bool {
		if start < last || end <= start || end > len(text) {
			t.Fatalf("the word %q of %q stands at %d to %d, behind %d", word, text, start, end, last)
		}
		if !utf8.Valid(word) || !strings.EqualFold(string(word), text[start:end]) {
			t.Fatalf("the word %q stands for %q", word, text[start:end])
		}
		last = end
		words = append(words, string(word))
		return true
	})
	// Folding is idempotent: a word is its own only word.
	for _, w := range words {
		if again := wordsOf(w); len(again) != 1 || again[0] != w {
			t.Fatalf("the word %q of %q gives the words %q", w, text, again)
		}
	}
	// Each word is found, alone and as a part of its phrase.
	if naive := naiveWords(text); len(naive) != len(words) && !unusualScript(text) {
		t.Fatalf("%q has the words %q, naively %q", text, words, naive)
	}
}

// unusualScript says whether text has a script that naiveWords leaves out.
func unusualScript(text string) bool {
	for _, r := range text {
		if unicode.In(r, unicode.Bopomofo, unicode.Yi, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan, unicode.Tai_Le, unicode.New_Tai_Lue,
			unicode.Tai_Tham, unicode.Tai_Viet, unicode.Variation_Selector) || 0x3000 <= r && r <= 0x30ff || 0xff70 <= r && r <= 0xff9f {
			return true
		}
	}
	return false
}
