package redact

import "strings"

// cards hides the middle of card numbers: 13 to 19 digits with a card's
// beginning and a right check digit, alone or in groups. The first six and the
// last four stay: they name the bank and are printed on receipts.
func (sc *scanner) cards() {
	s := sc.s
	// A card number has a digit or separator at each 13th place.
	for i := 12; i < len(s); i += 13 {
		if c := s[i]; !isDigit(c) && c != ' ' && c != '-' && c != '+' {
			continue
		}
		from := i
		for from > 0 && (isDigit(s[from-1]) || isSeparator(s, from-1)) {
			from--
		}
		to := i
		for to < len(s) && (isDigit(s[to]) || isSeparator(s, to)) {
			to++
		}
		if to-from >= 13 {
			sc.card(from, to)
		}
		if to > i {
			i += (to - i) / 13 * 13
		}
	}
}

// isSeparator says whether s[i] is a single separator between two digits.
func isSeparator(s string, i int) bool {
	c := s[i]
	return (c == ' ' || c == '-' || c == '+') && i > 0 && i+1 < len(s) && isDigit(s[i-1]) && isDigit(s[i+1])
}

func (sc *scanner) card(from, to int) {
	s := sc.s
	if from > 0 && joins(s[from-1]) || to < len(s) && joins(s[to]) {
		return
	}
	if from > 0 && s[from-1] == '.' || to+1 < len(s) && s[to] == '.' && isDigit(s[to+1]) {
		return // a decimal number
	}
	var digits [20]byte
	n := 0
	for i := from; i < to; i++ {
		if isDigit(s[i]) {
			if n == 19 {
				return
			}
			digits[n] = s[i] - '0'
			n++
		}
	}
	if n < 13 || !inGroups(s[from:to], n) || !isIssued(digits[:n]) || !luhn(digits[:n]) {
		return
	}
	hidden := []byte(s[from:to])
	quote, filler := sc.cardQuote(from, to)
	seen := 0
	for i, c := range hidden {
		if !isDigit(c) {
			continue
		}
		if seen >= 6 && seen < n-4 {
			hidden[i] = filler
		}
		seen++
	}
	if text := quote + string(hidden) + quote; text != s[from:to] {
		sc.put(from, to, text)
	}
}

// joins says whether a byte beside the digits makes them a piece of something
// else, such as an id.
func joins(c byte) bool {
	return isLetter(c) || isDigit(c) || c == '_' || c == '-' || c == '*' || c == '%' || c >= 0x80
}

// inGroups says whether the separators are those of a card: all the same,
// behind each fourth digit, or 4-6-5, or none.
func inGroups(s string, digits int) bool {
	var sizes []int
	var separator byte
	size := 0
	for i := range len(s) {
		if isDigit(s[i]) {
			size++
			continue
		}
		if separator != 0 && s[i] != separator {
			return false
		}
		separator = s[i]
		sizes = append(sizes, size)
		size = 0
	}
	if separator == 0 {
		return true
	}
	if len(sizes) == 2 && digits == 15 && sizes[0] == 4 && sizes[1] == 6 {
		return true
	}
	for _, n := range sizes {
		if n != 4 {
			return false
		}
	}
	return size <= 4 && size > 0
}

// isIssued says whether a card of this length begins like this.
func isIssued(d []byte) bool {
	two := int(d[0])*10 + int(d[1])
	four := two*100 + int(d[2])*10 + int(d[3])
	switch len(d) {
	case 13:
		return d[0] == 4
	case 14:
		return two == 36 || two == 38 || two == 39 || four >= 3000 && four < 3060
	case 15:
		return two == 34 || two == 37
	case 16:
		return d[0] == 4 || two >= 51 && two <= 55 || four >= 2221 && four <= 2720 || two == 65 || four == 6011 ||
			four >= 6440 && four < 6500 || two == 35 || two == 62 || two == 50 || two >= 56 && two <= 58
	}
	return two == 62 || d[0] == 4 && len(d) == 19 || two == 50 || two >= 56 && two <= 58 || two == 67
}

func luhn(d []byte) bool {
	sum := 0
	for i := range d {
		n := int(d[len(d)-1-i])
		if i%2 == 1 {
			if n *= 2; n > 9 {
				n -= 9
			}
		}
		sum += n
	}
	return sum%10 == 0
}

// cardQuote says what to fill a card with. A number of JSON becomes a string,
// in the quotes of its name; where those are not known it stays a number.
func (sc *scanner) cardQuote(from, to int) (quote string, filler byte) {
	s := sc.s
	before := strings.TrimRight(s[:from], " \t\r\n")
	after := strings.TrimLeft(s[to:], " \t\r\n")
	if before == "" && after == "" {
		return "", '0' // may be JSON, all of it
	}
	if before == "" || after == "" || strings.IndexByte(",}]\\", after[0]) < 0 {
		return "", '*'
	}
	switch before[len(before)-1] {
	case ':':
		name := strings.TrimRight(before[:len(before)-1], " \t\r\n")
		if !strings.HasSuffix(name, `"`) {
			return "", '*'
		}
		return name[len(name)-1-backslashesBefore(name, len(name)-1):], '*'
	case '[', ',':
		if strings.IndexByte(s, '[') >= 0 && strings.IndexByte(s, '"') != 0 {
			return "", '0'
		}
	}
	return "", '*'
}
