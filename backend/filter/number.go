package filter

import (
	"math"
	"strconv"
	"strings"
)

// isDecimal says whether s is wholly a decimal number: -12, 3.50, 1e6.
func isDecimal(s string) bool {
	i, digits := 0, 0
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	for ; i < len(s) && isDigit(s[i]); i++ {
		digits++
	}
	if i < len(s) && s[i] == '.' && digits > 0 {
		i++
		from := i
		for ; i < len(s) && isDigit(s[i]); i++ {
			digits++
		}
		if i == from {
			return false
		}
	}
	if digits == 0 {
		return false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '-' || s[i] == '+') {
			i++
		}
		from := i
		for i < len(s) && isDigit(s[i]) {
			i++
		}
		if i == from {
			return false
		}
	}
	return i == len(s)
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

// parseDecimal reads a decimal number; beyond the range of float64 it is ±Inf.
func parseDecimal(s string) (float64, bool) {
	if len(s) == 0 || s[0] > '9' || !isDecimal(s) {
		return 0, false
	}
	n, _ := strconv.ParseFloat(s, 64) // the only error left is the range, with ±Inf or 0
	return n, true
}

// compareNumbers orders two numbers, first by their float64, then, where these
// are equal and the digits known, exactly by the digits.
func compareNumbers(a float64, aDigits string, b float64, bDigits string) int {
	switch {
	case a < b:
		return -1
	case a > b:
		return 1
	}
	if len(aDigits) < 16 && len(bDigits) < 16 && math.Abs(a) > 1e-300 && !math.IsInf(a, 0) {
		return 0 // a float64 keeps fifteen digits apart
	}
	if !isDecimal(aDigits) || !isDecimal(bDigits) {
		return 0
	}
	return compareDecimals(aDigits, bDigits)
}

// compareDecimals orders two decimal numbers by their digits.
func compareDecimals(a, b string) int {
	aDigits, aExp, aNeg := splitDecimal(a)
	bDigits, bExp, bNeg := splitDecimal(b)
	switch {
	case aDigits == "" && bDigits == "":
		return 0
	case aDigits == "":
		return sign(bNeg)
	case bDigits == "":
		return -sign(aNeg)
	case aNeg != bNeg:
		return -sign(aNeg)
	case aExp != bExp:
		if aExp < bExp {
			return -1 * -sign(aNeg)
		}
		return -sign(aNeg)
	}
	return strings.Compare(aDigits, bDigits) * -sign(aNeg)
}

// sign is 1 for a negative number, -1 for a positive one.
func sign(negative bool) int {
	if negative {
		return 1
	}
	return -1
}

// splitDecimal gives a number as 0.DIGITS × 10^exp, without zeros at either end
// of the digits; no digits for zero.
func splitDecimal(s string) (digits string, exp int64, negative bool) {
	if s[0] == '-' || s[0] == '+' {
		negative = s[0] == '-'
		s = s[1:]
	}
	if e := strings.IndexAny(s, "eE"); e >= 0 {
		var err error
		if exp, err = strconv.ParseInt(s[e+1:], 10, 64); err != nil || exp > 1<<60 || exp < -1<<60 {
			exp = 1 << 60
			if s[e+1] == '-' {
				exp = -exp
			}
		}
		s = s[:e]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	digits = whole + fraction
	exp += int64(len(whole))
	trimmed := strings.TrimLeft(digits, "0")
	exp -= int64(len(digits) - len(trimmed))
	return strings.TrimRight(trimmed, "0"), exp, negative
}
