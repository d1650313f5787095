package filter

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// SyntaxError is the one error of Parse and ParseJSON: what is wrong, where,
// and what could stand there instead.
type SyntaxError struct {
	// Message is a sentence for the person who wrote the filter.
	Message string
	// Pos and End delimit the place in the text, in bytes. Both are -1 for a
	// JSON filter, where Path says the place instead.
	Pos, End int
	// Path is the place in a JSON filter: items[1].status.conditions.$is[0].
	Path string
	// Suggestion could replace text[Pos:End]; "" when there is none.
	Suggestion string
}

// Error gives the sentence with its place.
func (e *SyntaxError) Error() string {
	switch {
	case e.Path != "":
		return e.Message + " (at " + e.Path + ")"
	case e.Pos >= 0:
		return fmt.Sprintf("%s (at character %d)", e.Message, e.Pos+1)
	}
	return e.Message
}

// problem is what is wrong with a piece of a filter, before its place is known.
type problem struct{ message, suggestion string }

func (p *problem) Error() string { return p.message }

func wrong(format string, args ...any) error {
	return &problem{message: fmt.Sprintf(format, args...)}
}

// orWrite is wrong with a replacement for the whole piece.
func orWrite(suggestion, format string, args ...any) error {
	return &problem{message: fmt.Sprintf(format, args...), suggestion: suggestion}
}

// shown is a piece of the user's input in a sentence: short, on one line.
func shown(s string) string {
	const most = 60
	if len(s) > most {
		cut := most
		for cut > 0 && !utf8.RuneStart(s[cut]) {
			cut--
		}
		s = s[:cut] + "…"
	}
	return `"` + strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return '·'
		}
		return r
	}, s) + `"`
}
