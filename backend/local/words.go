package local

import (
	"errors"
	"io/fs"
	"slices"

	"projectlogs/backend/filter"
	"projectlogs/backend/local/text"
)

// textFields are the fields that have a text index, by name.
var textFields = map[string]text.Field{
	"message":       text.Message,
	"request.body":  text.RequestBody,
	"response.body": text.ResponseBody,
}

// words answers a condition on one text field from the text index. Rows that
// are not in it yet are unknown.
func (c *condition) words(s *slice, field text.Field) (answer, error) {
	index := s.part.textIndex()
	if index == nil {
		return unknown(s), nil
	}
	got, err := c.ask(s, index.segment, field)
	switch {
	case errors.Is(err, fs.ErrClosed): // a newer one took its place
		return c.words(s, field)
	case errors.Is(err, text.ErrDamaged):
		s.part.discardText(index, err)
		return unknown(s), nil
	case err != nil:
		return answer{}, err
	}
	got.may.addRange(min(index.rows, s.rows), s.rows)
	return got, nil
}

func (c *condition) ask(s *slice, segment *text.Segment, field text.Field) (answer, error) {
	all := answer{newBitset(s.rows), newBitset(s.rows)}
	switch c.Op {
	case filter.Is, filter.StartsWith:
		for _, o := range c.Values {
			words := filter.Phrase(o.Text)
			got, err := phrase(s, segment, field, words, c.Op == filter.StartsWith)
			if err != nil {
				return answer{}, err
			}
			all.must.or(got.must)
			all.may.or(got.may)
		}
		return all, nil
	case filter.Contains:
		// Between the first and the last word, which may be parts of longer
		// ones, stand whole words.
		words := filter.Phrase(c.Values[0].Text)
		if len(words) < 3 {
			return unknown(s), nil
		}
		got, err := phrase(s, segment, field, words[1:len(words)-1], false)
		got.must = newBitset(s.rows)
		return got, err
	}
	return unknown(s), nil
}

// phrase finds the rows that have all words; for a single one that is the
// answer, for more they may stand apart.
func phrase(s *slice, segment *text.Segment, field text.Field, words []string, prefix bool) (answer, error) {
	if len(words) == 0 {
		return answer{newBitset(s.rows), newBitset(s.rows)}, nil
	}
	distinct := slices.Clone(words[:len(words)-1])
	slices.Sort(distinct)
	distinct = slices.Compact(distinct)
	got := answer{may: rangeBitset(s.rows, 0, s.rows)}
	narrow := func(found text.Found) {
		certain := newBitset(s.rows)
		certain.addRoaring(found.Certain)
		candidates := certain.clone()
		candidates.addRoaring(found.Unsure)
		got.may.and(candidates)
		got.must = certain
	}
	last := words[len(words)-1]
	found, err := segment.Term(field, last)
	if prefix {
		found, err = segment.Prefix(field, last)
	}
	if err != nil {
		return answer{}, err
	}
	narrow(found)
	for _, word := range distinct {
		found, err := segment.Term(field, word)
		if err != nil {
			return answer{}, err
		}
		narrow(found)
	}
	if len(words) > 1 {
		got.must = newBitset(s.rows)
	}
	return got, nil
}
