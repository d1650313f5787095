package filter

import (
	"sync"
	"unicode/utf8"
)

// Words calls yield for each word of text, in order, until yield returns false.
// It is the one tokenizer: what the index stores and what a condition looks for.
//
// A word is a longest run of letters, marks and digits of any script, folded so
// that words equal under strings.EqualFold are the same bytes. In scripts that
// are written without spaces (Chinese, Japanese, Thai, …) each character is a
// word, so that any part of a run is found as a phrase. Invalid UTF-8 separates.
//
// word is valid during the call only; start and end are its place in text.
// Words does not allocate.
func Words(text string, yield func(word []byte, start, end int) bool) {
	buf := wordBuffers.Get().(*[]byte)
	word := (*buf)[:0]
	defer func() {
		if cap(word) <= 1<<16 {
			*buf = word[:0]
			wordBuffers.Put(buf)
		}
	}()
	for i := 0; i < len(text); {
		c := text[i]
		if c < utf8.RuneSelf && asciiWord[c] == 0 {
			i++
			continue
		}
		start := i
		word = word[:0]
		for i < len(text) {
			c := text[i]
			if c < utf8.RuneSelf {
				low := asciiWord[c]
				if low == 0 {
					break
				}
				word = append(word, low)
				i++
				continue
			}
			r, size := utf8.DecodeRuneInString(text[i:])
			k := classOf(r)
			if k&solo != 0 {
				if i == start {
					word = utf8.AppendRune(word, fold(r))
					i += size
				}
				break
			}
			if k == 0 {
				if i == start {
					i += size
				}
				break
			}
			word = utf8.AppendRune(word, fold(r))
			i += size
		}
		if len(word) > 0 && !yield(word, start, i) {
			return
		}
	}
}

var wordBuffers = sync.Pool{New: func() any { b := make([]byte, 0, 256); return &b }}

// asciiWord folds the letters and digits of ASCII; 0 separates.
var asciiWord = func() (t [utf8.RuneSelf]byte) {
	for c := byte(0); c < utf8.RuneSelf; c++ {
		switch {
		case '0' <= c && c <= '9', 'a' <= c && c <= 'z':
			t[c] = c
		case 'A' <= c && c <= 'Z':
			t[c] = c + 'a' - 'A'
		}
	}
	return t
}()

// Phrase gives the words of an operand, as Words cuts and folds them; nil when
// it has none.
func Phrase(operand string) (words []string) {
	Words(operand, func(word []byte, _, _ int) bool {
		words = append(words, string(word))
		return true
	})
	return words
}
