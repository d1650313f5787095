package filter

import (
	"strings"
	"unicode/utf8"
)

// needle is a text to look for, whatever the case.
type needle struct {
	folded string
	ascii  bool // all of it; then a text is scanned byte by byte
	odd    bool // it has a k or s, which two characters beyond ASCII are equal to
	rare   int  // the place of its rarest byte
	low    byte // that byte
	up     byte // and its upper case
}

func newNeedle(text string) needle {
	n := needle{folded: foldString(text)}
	n.ascii = isASCII(n.folded)
	if !n.ascii || n.folded == "" {
		return n
	}
	n.odd = strings.ContainsAny(n.folded, "ks")
	for i := 1; i < len(n.folded); i++ {
		if commonness(n.folded[i]) < commonness(n.folded[n.rare]) {
			n.rare = i
		}
	}
	n.low = n.folded[n.rare]
	n.up = n.low
	if 'a' <= n.low && n.low <= 'z' {
		n.up -= 'a' - 'A'
	}
	return n
}

// commonness ranks bytes by how often they occur in bodies, roughly.
func commonness(c byte) int {
	const common = `jqzxkvwbgpyfmh~` + "`" + `|^@#!$%&*+;<>?=(){}[]\'/_.-9876543210ulcdnsoirate ,:"`
	return strings.IndexByte(common, c)
}

// in says whether text contains the needle.
func (n *needle) in(text string) bool {
	if n.ascii && !(n.odd && hasOddFold(text)) {
		return n.find(text, 0) >= 0
	}
	for i := 0; i < len(text); {
		if _, ok := hasPrefixFold(text[i:], n.folded); ok {
			return true
		}
		if text[i] < utf8.RuneSelf {
			i++
			continue
		}
		_, size := utf8.DecodeRuneInString(text[i:])
		i += size
	}
	return false
}

// hasOddFold says whether text has one of the two characters beyond ASCII that
// are equal to ASCII letters: the Kelvin sign (k) and the long s.
func hasOddFold(text string) bool {
	return strings.Contains(text, "\u212a") || strings.Contains(text, "\u017f")
}

// find gives the first place of an ASCII needle in text at or after from, -1
// when there is none.
func (n *needle) find(text string, from int) int {
	last := len(text) - len(n.folded) // the last place where it could begin
	nextLow, nextUp := -1, -1         // places of the rare byte, in either case
	for at := from; at <= last; {
		if nextLow < at+n.rare {
			nextLow = indexByteFrom(text, n.low, at+n.rare)
		}
		if n.up != n.low {
			if nextUp < at+n.rare {
				nextUp = indexByteFrom(text, n.up, at+n.rare)
			}
		} else {
			nextUp = len(text)
		}
		at = min(nextLow, nextUp) - n.rare
		if at > last {
			return -1
		}
		if equalFoldASCII(text[at:at+len(n.folded)], n.folded) {
			return at
		}
		at++
	}
	return -1
}

// indexByteFrom gives the next place of c, len(text) when there is none.
func indexByteFrom(text string, c byte, from int) int {
	if i := strings.IndexByte(text[from:], c); i >= 0 {
		return from + i
	}
	return len(text)
}

// equalFoldASCII compares with a text in lower case, of the same length.
func equalFoldASCII(s, lower string) bool {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if 'A' <= c && c <= 'Z' {
			c += 'a' - 'A'
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}

// phrase is a list of words to look for, consecutive, the last one perhaps only
// the beginning of a word.
type phrase struct {
	words  []string
	prefix bool
	ascii  bool
	odd    bool // see needle
	first  needle
}

func newPhrase(operand string, prefix bool) *phrase {
	p := &phrase{words: Phrase(operand), prefix: prefix, ascii: true}
	for _, w := range p.words {
		p.ascii = p.ascii && isASCII(w)
		p.odd = p.odd || strings.ContainsAny(w, "ks")
	}
	if len(p.words) > 0 {
		p.first = newNeedle(p.words[0])
	}
	return p
}

// in says whether the phrase occurs in text. It gives what comparing with the
// words that Words cuts would give, but for ASCII words it scans for the first
// one and cuts only around it.
func (p *phrase) in(text string) bool {
	if len(p.words) == 0 {
		return false
	}
	if !p.ascii || p.odd && hasOddFold(text) {
		return p.inWords(text)
	}
	for at := p.first.find(text, 0); at >= 0; at = p.first.find(text, at+1) {
		if beginsWord(text, at) && p.from(text, at) {
			return true
		}
	}
	return false
}

// from says whether the phrase stands at a place where its first word begins.
func (p *phrase) from(text string, at int) bool {
	for i, w := range p.words {
		if i > 0 {
			at = skipSeparators(text, at)
		}
		if len(text)-at < len(w) || !equalFoldASCII(text[at:at+len(w)], w) {
			return false
		}
		at += len(w)
		if !(p.prefix && i == len(p.words)-1) && !endsWord(text, at) {
			return false
		}
	}
	return true
}

// beginsWord says whether a word may begin at a place that holds a letter or
// digit of ASCII: no word goes on into it.
func beginsWord(text string, at int) bool {
	if at == 0 {
		return true
	}
	if c := text[at-1]; c < utf8.RuneSelf {
		return asciiWord[c] == 0
	}
	r, _ := utf8.DecodeLastRuneInString(text[:at])
	return classOf(r)&(inWord|solo) != inWord
}

// endsWord says whether the word before a place does not go on at it.
func endsWord(text string, at int) bool {
	if at == len(text) {
		return true
	}
	if c := text[at]; c < utf8.RuneSelf {
		return asciiWord[c] == 0
	}
	r, _ := utf8.DecodeRuneInString(text[at:])
	return classOf(r)&(inWord|solo) != inWord
}

// skipSeparators gives the place of the next character that stands in a word.
func skipSeparators(text string, at int) int {
	for at < len(text) {
		c := text[at]
		if c < utf8.RuneSelf {
			if asciiWord[c] != 0 {
				return at
			}
			at++
			continue
		}
		r, size := utf8.DecodeRuneInString(text[at:])
		if classOf(r) != 0 {
			return at
		}
		at += size
	}
	return at
}

// inWords compares word by word.
func (p *phrase) inWords(text string) bool {
	if p.prefix || len(p.words) > 1 {
		return p.inSequence(text)
	}
	found := false
	Words(text, func(word []byte, _, _ int) bool {
		found = string(word) == p.words[0]
		return !found
	})
	return found
}

// inSequence looks at every word as a possible beginning of the phrase.
func (p *phrase) inSequence(text string) bool {
	found := false
	Words(text, func(word []byte, start, _ int) bool {
		if !p.accepts(0, word) {
			return true
		}
		i := 0
		Words(text[start:], func(word []byte, _, _ int) bool {
			if !p.accepts(i, word) {
				return false
			}
			i++
			return i < len(p.words)
		})
		found = i == len(p.words)
		return !found
	})
	return found
}

// accepts says whether a word of a text can be the i-th word of the phrase.
func (p *phrase) accepts(i int, word []byte) bool {
	if p.prefix && i == len(p.words)-1 {
		return len(word) >= len(p.words[i]) && string(word[:len(p.words[i])]) == p.words[i]
	}
	return string(word) == p.words[i]
}
