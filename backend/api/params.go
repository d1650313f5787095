package api

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"projectlogs/backend/filter"
)

// parameters reads the query of one request. Each parameter is asked for by
// name; done then refuses what is malformed, what stands there twice, and what
// nobody asked for. The first mistake is kept, so that a handler can ask for all
// and look once.
type parameters struct {
	values url.Values
	asked  []string
	err    error
}

func parametersOf(r *http.Request) *parameters {
	values, err := url.ParseQuery(r.URL.RawQuery)
	p := &parameters{values: values}
	if err != nil {
		p.err = invalidf("The address's query cannot be read: a %% must be followed by two hexadecimal digits, and a ; must be written %%3B.")
	}
	return p
}

// text is a parameter's value, "" where it is not given.
func (p *parameters) text(name string) string {
	p.asked = append(p.asked, name)
	switch v := p.values[name]; {
	case len(v) == 0:
		return ""
	case len(v) > 1:
		p.wrong("The parameter %s stands there %d times; give it once.", name, len(v))
		return ""
	default:
		return v[0]
	}
}

// word is text that must not be empty where it is given.
func (p *parameters) word(name string) string {
	v := p.text(name)
	if v == "" && p.values.Has(name) {
		p.wrong("The parameter %s is empty; give it a value or leave it out.", name)
	}
	return v
}

// number is a whole number from least to most; fallback where it is not given.
func (p *parameters) number(name string, least, most, fallback int) int {
	v := p.word(name)
	if v == "" {
		return fallback
	}
	n, err := strconv.Atoi(v)
	if err != nil || n < least || n > most {
		p.wrong("The parameter %s is %.100q; it is a whole number from %d to %d.", name, v, least, most)
		return fallback
	}
	return n
}

// choice is one of the given words; the first where it is not given.
func (p *parameters) choice(name string, words ...string) string {
	v := p.word(name)
	if v == "" {
		return words[0]
	}
	if !slices.Contains(words, v) {
		p.wrong("The parameter %s is %.100q; it is one of %s.", name, v, strings.Join(words, ", "))
	}
	return v
}

func (p *parameters) wrong(format string, args ...any) {
	if p.err == nil {
		p.err = invalidf(format, args...)
	}
}

// done returns the first mistake.
func (p *parameters) done() error {
	if p.err != nil {
		return p.err
	}
	var unknown []string
	for name := range p.values {
		if !slices.Contains(p.asked, name) {
			unknown = append(unknown, name)
		}
	}
	if len(unknown) == 0 {
		return nil
	}
	return unknownName("parameter", slices.Min(unknown), p.asked)
}

// none refuses any parameter.
func none(r *http.Request) error { return parametersOf(r).done() }

// unknownName is the error for a parameter or a member that nobody asked for.
func unknownName(what, name string, known []string) error {
	slices.Sort(known)
	switch near := filter.Nearest(name, known); {
	case len(known) == 0:
		return invalidf("There is no %s %.100q; this takes none.", what, name)
	case near != "":
		return invalidf("There is no %s %.100q. Did you mean %s?", what, name, near)
	}
	return invalidf("There is no %s %.100q; there are: %s.", what, name, strings.Join(known, ", "))
}

// span reads a length of time: 15m, 24h, 7d, 2w, 1h30m. "all" and "" are 0.
func span(name, text string) (time.Duration, error) {
	if text == "" || text == "all" {
		return 0, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		d, err = daysOrWeeks(text)
	}
	if err != nil || d <= 0 {
		return 0, invalidf("%s is %.100q; it is a length of time: 15m, 1h, 24h, 7d, 30d, all.", name, text)
	}
	return d, nil
}

func daysOrWeeks(text string) (time.Duration, error) {
	unit := 24 * time.Hour
	number, ok := strings.CutSuffix(text, "d")
	if !ok {
		if number, ok = strings.CutSuffix(text, "w"); ok {
			unit *= 7
		}
	}
	n, err := strconv.ParseFloat(number, 64)
	if !ok || err != nil || n > 100_000 {
		return 0, strconv.ErrSyntax
	}
	return time.Duration(n * float64(unit)), nil
}

// instant reads a point in time: RFC 3339, or a date, which is its first moment
// in UTC. "" is the zero time.
func instant(name, text string) (time.Time, error) {
	if text == "" {
		return time.Time{}, nil
	}
	t, err := time.Parse(time.RFC3339Nano, text)
	if err != nil {
		t, err = time.Parse(time.DateOnly, text)
	}
	if err != nil {
		hint := ""
		if strings.Contains(text, " ") {
			hint = " A + in an address is written %2B."
		}
		return time.Time{}, invalidf("%s is %.100q; it is a time such as 2026-11-22T10:00:00Z, or a date such as 2026-11-22.%s", name, text, hint)
	}
	return t.UTC(), nil
}
