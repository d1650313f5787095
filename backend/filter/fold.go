package filter

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// The classes of characters that make words.
const (
	inWord  = 1 << iota // letter, mark or digit
	solo                // in a script that is written without spaces: a word of its own
	foldAll = 0x600     // below it, folded holds the answer of foldOrbit
)

var (
	class  [0x10000]uint8 // of the characters of the basic plane
	folded [foldAll]rune
)

// soloScripts are written without spaces between words.
var soloScripts = []*unicode.RangeTable{
	unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Bopomofo, unicode.Yi,
	unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar, unicode.Tibetan,
	unicode.Tai_Le, unicode.New_Tai_Lue, unicode.Tai_Tham, unicode.Tai_Viet,
	// Marks and signs that those scripts share, and the selectors of glyph
	// variants, which would else glue themselves to the word behind them.
	{R16: []unicode.Range16{{Lo: 0x3005, Hi: 0x3007, Stride: 1}, {Lo: 0x3031, Hi: 0x3035, Stride: 1}, {Lo: 0x3040, Hi: 0x30ff, Stride: 1}, {Lo: 0xff70, Hi: 0xff70, Stride: 1}, {Lo: 0xff9e, Hi: 0xff9f, Stride: 1}}},
	unicode.Variation_Selector,
}

func init() {
	mark := func(table *unicode.RangeTable, bit uint8, only uint8) {
		for _, r := range table.R16 {
			for c := uint32(r.Lo); c <= uint32(r.Hi); c += uint32(r.Stride) {
				if class[c]&only == only {
					class[c] |= bit
				}
			}
		}
	}
	for _, table := range []*unicode.RangeTable{unicode.L, unicode.M, unicode.N} {
		mark(table, inWord, 0)
	}
	for _, table := range soloScripts {
		mark(table, solo, inWord)
	}
	for r := range folded {
		folded[r] = foldOrbit(rune(r))
	}
}

// classOf says whether r stands in words, and in which way.
func classOf(r rune) uint8 {
	if r < 0x10000 {
		if r == utf8.RuneError {
			return 0
		}
		return class[r]
	}
	if !unicode.In(r, unicode.L, unicode.M, unicode.N) {
		return 0
	}
	if unicode.In(r, soloScripts...) {
		return inWord | solo
	}
	return inWord
}

// fold gives one character for all that strings.EqualFold holds for equal: the
// lower case of ASCII, else the first of them.
func fold(r rune) rune {
	if r < foldAll {
		return folded[r]
	}
	if r >= 0x2e80 && r < 0xa640 {
		return r // ideographs have no case
	}
	return foldOrbit(r)
}

func foldOrbit(r rune) rune {
	least := r
	for next := unicode.SimpleFold(r); next != r; next = unicode.SimpleFold(next) {
		least = min(least, next)
	}
	if 'A' <= least && least <= 'Z' {
		least += 'a' - 'A'
	}
	return least
}

// foldString folds every character of s.
func foldString(s string) string { return strings.Map(fold, s) }

// hasPrefixFold says whether s starts with prefix, whatever the case, and how
// many bytes of s that takes. prefix is folded.
func hasPrefixFold(s, prefix string) (n int, ok bool) {
	for _, want := range prefix {
		if n == len(s) {
			return 0, false
		}
		r, size := rune(s[n]), 1
		if r >= utf8.RuneSelf {
			r, size = utf8.DecodeRuneInString(s[n:])
		}
		if fold(r) != want {
			return 0, false
		}
		n += size
	}
	return n, true
}

// hasSuffixFold says whether s ends with suffix, whatever the case. suffix is folded.
func hasSuffixFold(s, suffix string) bool {
	for len(suffix) > 0 {
		want, size := utf8.DecodeLastRuneInString(suffix)
		suffix = suffix[:len(suffix)-size]
		r, size := utf8.DecodeLastRuneInString(s)
		if size == 0 || fold(r) != want {
			return false
		}
		s = s[:len(s)-size]
	}
	return true
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
