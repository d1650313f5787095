package redact

import "strings"

// personal takes out what names a person: e-mail addresses, phone numbers with
// their country, IBANs.
func (sc *scanner) personal() {
	s := sc.s
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '@':
			i = max(i, sc.email(i))
		case c == '+' && i+1 < len(s) && isDigit(s[i+1]):
			i = max(i, sc.phone(i))
		case c >= 'A' && c <= 'Z' && (i == 0 || !isLetter(s[i-1]) && !isDigit(s[i-1])):
			i = max(i, sc.iban(i))
		}
	}
}

func (sc *scanner) email(at int) int {
	s := sc.s
	from, to := at, at+1
	for from > 0 && (isLetter(s[from-1]) || isDigit(s[from-1]) || strings.IndexByte("._%+-", s[from-1]) >= 0) {
		from--
	}
	from = min(skipEscape(s, from), at)
	dot := 0
	for to < len(s) && (isLetter(s[to]) || isDigit(s[to]) || s[to] == '-' || s[to] == '.') {
		if s[to] == '.' {
			dot = to
		}
		to++
	}
	if from == at || dot == 0 || to-dot < 3 {
		return at
	}
	sc.put(from, to, sc.fitting(from, s[from:to]))
	return to - 1
}

func (sc *scanner) phone(plus int) int {
	s := sc.s
	to, digits := plus+1, 0
	for to < len(s) && (isDigit(s[to]) || strings.IndexByte(" -()", s[to]) >= 0 && to+1 < len(s) && (isDigit(s[to+1]) || s[to+1] == '(')) {
		if isDigit(s[to]) {
			digits++
		}
		to++
	}
	if digits < 8 || digits > 15 || plus > 0 && (isDigit(s[plus-1]) || isLetter(s[plus-1])) || to < len(s) && isLetter(s[to]) {
		return plus
	}
	sc.put(plus, to, sc.fitting(plus, s[plus:to]))
	return to - 1
}

func (sc *scanner) iban(from int) int {
	s := sc.s
	if len(s)-from < 15 || !isLetter(s[from+1]) || s[from+1] > 'Z' || !isDigit(s[from+2]) || !isDigit(s[from+3]) {
		return from
	}
	var plain []byte
	to := from
	for i := from; i < len(s) && len(plain) < 34; i++ {
		c := s[i]
		if c == ' ' {
			continue
		}
		if !isDigit(c) && (c < 'A' || c > 'Z') {
			break
		}
		plain = append(plain, c)
		to = i + 1
	}
	if len(plain) < 15 {
		return from
	}
	rest := 0
	for _, c := range append(plain[4:len(plain):len(plain)], plain[:4]...) {
		if isDigit(c) {
			rest = (rest*10 + int(c-'0')) % 97
		} else {
			rest = (rest*100 + int(c-'A') + 10) % 97
		}
	}
	if rest != 1 {
		return from
	}
	sc.put(from, to, sc.r.tag(string(plain)))
	return to - 1
}
