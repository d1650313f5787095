package audit

import (
	"strconv"
	"strings"
	"time"
)

// ParseTime reads a point in time in any form that logs use, in UTC:
//
//   - RFC 3339 and its relatives: 2026-11-22T10:00:00.123456789+01:00, a space
//     or nothing for the T, comma for the point, any number of digits behind it
//     (beyond nanoseconds they are dropped), +0100, +01, zone names, date only,
//     2026/11/22, 20261122T100000Z; 24:00 and a leap second :60 are the next
//     moment
//   - access logs: 22/Jan/2019:03:56:14 +0330, with or without brackets
//   - Unix time in seconds, milliseconds, microseconds or nanoseconds, told
//     apart by magnitude (below 1e11, 1e14, 1e17), with a fraction or an exponent
//   - what mail and programs write: RFC 1123, RFC 850, ANSI C, Go, JavaScript,
//     "Nov 22, 2026, 10:00:00 AM"
//
// Without a zone it is UTC. Years 0 to 9999 are kept. "", "-", "0" and null
// mean that there is no time. What is ambiguous (11/12/2026, a zone "IST", no
// year) is not guessed: false.
func ParseTime(s string) (time.Time, bool) {
	s = strings.Trim(s, " \t\r\n[]\"'")
	if s == "" || len(s) > 100 {
		return time.Time{}, false
	}
	t, ok := parseTime(s)
	t = t.UTC()
	if !ok || t.Year() < 0 || t.Year() > 9999 {
		return time.Time{}, false
	}
	return t, true
}

func parseTime(s string) (time.Time, bool) {
	if ms, ok := strings.CutPrefix(s, "/Date("); ok { // .NET: the zone is only for display
		ms, _, _ = strings.Cut(strings.TrimSuffix(strings.TrimSuffix(ms, "/"), ")"), "+")
		return unixTime(ms)
	}
	if date, rest, ok := isoDate(s); ok {
		return clockAndZone(date, rest)
	}
	if t, ok := unixTime(s); ok {
		return t, true
	}
	if date, rest, ok := accessDate(s); ok {
		return clockAndZone(date, rest)
	}
	return wordyTime(s)
}

// day is a date on the calendar.
type day struct {
	year  int
	month time.Month
	day   int
}

func (d day) valid() bool {
	return d.month >= 1 && d.month <= 12 && d.day >= 1 &&
		d.day <= time.Date(d.year, d.month+1, 0, 0, 0, 0, 0, time.UTC).Day()
}

// isoDate reads 2026-11-22, 2026/11/22, 2026.11.22, and 20261122 with or
// without a time behind it.
func isoDate(s string) (d day, rest string, ok bool) {
	year, n := digits(s, 4)
	if n != 4 || len(s) < 8 {
		return d, s, false
	}
	d.year = year
	if sep := s[4]; sep == '-' || sep == '/' || sep == '.' {
		month, m := digits(s[5:], 2)
		if m == 0 || len(s) < 7+m || s[5+m] != sep {
			return d, s, false
		}
		of, n := digits(s[6+m:], 2)
		d.month, d.day, rest = time.Month(month), of, s[6+m+n:]
		return d, rest, n > 0 && d.valid()
	}
	// Digits alone are a date only where that is a year of our time, and Unix
	// time otherwise.
	number, n := digits(s, 8)
	d.year, d.month, d.day, rest = number/10000, time.Month(number/100%100), number%100, s[min(n, len(s)):]
	if n != 8 || d.year < 1900 || d.year > 2199 || !d.valid() {
		return d, s, false
	}
	if rest == "" || (rest[0] == 'T' || rest[0] == 't' || rest[0] == ' ') {
		return d, rest, true
	}
	clock, m := digits(rest, 7)
	plausible := m == 6 && clock/10000 < 24 && clock/100%100 < 60 && clock%100 < 60
	return d, rest, plausible && (len(rest) == 6 || rest[6] == 'Z')
}

// accessDate reads 22/Jan/2019, 22-Jan-2019 and 22 Jan 2019.
func accessDate(s string) (d day, rest string, ok bool) {
	of, n := digits(s, 2)
	if n == 0 || len(s) < n+9 {
		return d, s, false
	}
	sep := s[n]
	month, known := months[strings.ToLower(s[n+1:n+4])]
	if !known || sep != s[n+4] || (sep != '/' && sep != '-' && sep != ' ') {
		return d, s, false
	}
	year, y := digits(s[n+5:], 4)
	d = day{year: year, month: month, day: of}
	return d, s[n+5+y:], y == 4 && d.valid()
}

var months = map[string]time.Month{
	"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
	"jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}

// clockAndZone reads what follows a date: nothing, a zone, or a time of day and
// perhaps a zone.
func clockAndZone(d day, rest string) (time.Time, bool) {
	midnight := time.Date(d.year, d.month, d.day, 0, 0, 0, 0, time.UTC)
	clock := strings.TrimLeft(rest, "Tt_:, ")
	if clock == "" {
		return midnight, rest == ""
	}
	if !isDigit(clock[0]) {
		zone, ok := zoneOffset(clock)
		return midnight.Add(-zone), ok
	}
	sinceMidnight, rest, ok := timeOfDay(clock)
	if !ok {
		return time.Time{}, false
	}
	zone, ok := zoneOffset(strings.TrimSpace(rest))
	return midnight.Add(sinceMidnight - zone), ok
}

// timeOfDay reads 10:00, 10:00:00.123, 100000, with AM or PM.
func timeOfDay(s string) (sinceMidnight time.Duration, rest string, ok bool) {
	hour, n := digits(s, 2)
	if n == 0 {
		return 0, s, false
	}
	s = s[n:]
	colon := strings.HasPrefix(s, ":")
	s = strings.TrimPrefix(s, ":")
	minute, n := digits(s, 2)
	if n != 2 {
		return 0, s, false
	}
	s = s[2:]
	second := 0
	var fraction time.Duration
	if next, found := strings.CutPrefix(s, ":"); found || (!colon && s != "" && isDigit(s[0])) {
		if second, n = digits(next, 2); n != 2 {
			return 0, s, false
		}
		fraction, s = fractionOfSecond(next[2:])
	}
	if m, after, found := meridiem(s); found {
		if hour < 1 || hour > 12 {
			return 0, s, false
		}
		hour, s = hour%12+m, after
	}
	whole := hour == 24 && minute == 0 && second == 0 && fraction == 0
	if (hour > 23 && !whole) || minute > 59 || second > 60 {
		return 0, s, false
	}
	return time.Duration(hour)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(second)*time.Second + fraction, s, true
}

// fractionOfSecond reads .123 or ,123; a comma without digits belongs to what follows.
func fractionOfSecond(s string) (fraction time.Duration, rest string) {
	if len(s) < 2 || (s[0] != '.' && s[0] != ',') || !isDigit(s[1]) {
		return 0, s
	}
	i, unit := 1, 100*time.Millisecond
	for ; i < len(s) && isDigit(s[i]); i++ {
		fraction += time.Duration(s[i]-'0') * unit
		unit /= 10
	}
	return fraction, s[i:]
}

// meridiem reads AM and PM; hours is what PM adds.
func meridiem(s string) (hours int, rest string, ok bool) {
	s = strings.TrimLeft(s, " \u202f\u00a0") // ICU writes a narrow space
	if len(s) < 2 || (s[1] != 'M' && s[1] != 'm') {
		return 0, s, false
	}
	switch s[0] {
	case 'A', 'a':
		return 0, s[2:], true
	case 'P', 'p':
		return 12, s[2:], true
	}
	return 0, s, false
}

// zoneNames are the abbreviations that mean one offset, in minutes: those of
// RFC 822 and Europe's.
var zoneNames = map[string]int{
	"Z": 0, "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 60, "CET": 60, "CEST": 120, "EET": 120, "EEST": 180,
	"MSK": 180, "JST": 540,
	"EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
}

// zoneOffset reads +01:00, +0100, +01, Z, CET, GMT+0100, "+0000 UTC",
// "+01:00[Europe/Berlin]", "+0100 (Central European Time)"; "" is UTC.
func zoneOffset(s string) (time.Duration, bool) {
	if i := strings.IndexAny(s, "[("); i > 0 {
		s = strings.TrimSpace(s[:i])
	}
	s, _, _ = strings.Cut(s, " m=") // Go's monotonic clock
	if s == "" {
		return 0, true
	}
	if minutes, ok := zoneNames[strings.ToUpper(s)]; ok {
		return time.Duration(minutes) * time.Minute, true
	}
	for _, name := range [...]string{"GMT", "UTC"} {
		if rest, ok := strings.CutPrefix(s, name); ok {
			s = rest
		}
	}
	negative := s[0] == '-'
	if rest, ok := strings.CutPrefix(s, "\u2212"); ok { // a true minus sign
		s, negative = "-"+rest, true
	}
	if s[0] != '+' && s[0] != '-' {
		return 0, false
	}
	s, name, named := strings.Cut(s[1:], " ") // Go writes "+0100 CET"
	if named && strings.ContainsAny(name, "0123456789:") {
		return 0, false
	}
	hours, n := digits(s, 2)
	rest := strings.TrimPrefix(s[n:], ":")
	minutes, m := digits(rest, 2)
	if n == 0 || (rest != "" && (m != 2 || len(rest) != 2)) || hours > 23 || minutes > 59 {
		return 0, false
	}
	offset := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if negative {
		offset = -offset
	}
	return offset, true
}

// wordyLayouts are the forms with words in them, without fraction and zone.
var wordyLayouts = []string{
	"Mon, 2 Jan 2006", "Monday, 2-Jan-06", "Mon, 2-Jan-2006", "Mon, 2-Jan-06",
	"Mon Jan 2 2006", "Jan 2, 2006", "January 2, 2006", "Jan 2 2006", "2 January 2006", "Mon, Jan 2, 2006",
}

// wordyTime reads forms with names of months and days: a date in one of
// wordyLayouts, then the time; or ANSI C's, with the year behind the time.
func wordyTime(s string) (time.Time, bool) {
	s = strings.Join(strings.Fields(s), " ")
	at := strings.IndexByte(s, ':')
	if at < 0 {
		return wordyDate(s, "")
	}
	for at > 0 && isDigit(s[at-1]) {
		at--
	}
	date := strings.TrimRight(strings.TrimSuffix(strings.TrimRight(s[:at], ",@ "), " at"), ", ")
	clock := s[at:]
	if t, ok := wordyDate(date, clock); ok {
		return t, true
	}
	// Mon Jan 2 15:04:05 MST 2006: the year is the last word.
	if space := strings.LastIndexByte(clock, ' '); space > 0 {
		return wordyDate(date+clock[space:], clock[:space])
	}
	return time.Time{}, false
}

func wordyDate(date, clock string) (time.Time, bool) {
	for _, layout := range wordyLayouts {
		if t, err := time.Parse(layout, date); err == nil {
			return clockAndZone(day{t.Year(), t.Month(), t.Day()}, clock)
		}
	}
	return time.Time{}, false
}

// unixTime reads a decimal number as Unix time, exactly. Zero is no time.
func unixTime(s string) (time.Time, bool) {
	negative := strings.HasPrefix(s, "-")
	mantissa, exponent, scientific := strings.Cut(strings.ToLower(strings.TrimPrefix(s, "-")), "e")
	shift := 0
	if scientific {
		var err error
		if shift, err = strconv.Atoi(exponent); err != nil || shift < -30 || shift > 30 {
			return time.Time{}, false
		}
	}
	whole, fraction, _ := strings.Cut(mantissa, ".")
	if whole == "" || !allDigits(whole) || !allDigits(fraction) {
		return time.Time{}, false
	}
	for ; shift > 0; shift-- {
		whole, fraction = whole+firstDigit(fraction), fraction[min(1, len(fraction)):]
	}
	for ; shift < 0 && whole != ""; shift++ {
		whole, fraction = whole[:len(whole)-1], whole[len(whole)-1:]+fraction
	}
	whole = strings.TrimLeft(whole, "0")
	if len(whole) > 19 || (whole == "" && strings.Trim(fraction, "0") == "") {
		return time.Time{}, false
	}
	// The unit is told by the number of digits; what is behind its point is
	// seconds again after so many digits.
	places := 0
	switch {
	case len(whole) > 17:
		places = 9
	case len(whole) > 14:
		places = 6
	case len(whole) > 11:
		places = 3
	}
	if places > 0 {
		whole, fraction = whole[:len(whole)-places], whole[len(whole)-places:]+fraction
	}
	seconds, _ := strconv.ParseInt("0"+whole, 10, 64)
	nanos, _ := strconv.ParseInt((fraction + "000000000")[:9], 10, 64)
	if negative {
		seconds, nanos = -seconds, -nanos
	}
	return time.Unix(seconds, nanos), true
}

func firstDigit(s string) string {
	if s == "" {
		return "0"
	}
	return s[:1]
}

func allDigits(s string) bool {
	_, n := digits(s, len(s))
	return n == len(s)
}

// digits reads up to most decimal digits; long ones overflow, so ask for few
// where the number matters.
func digits(s string, most int) (number, n int) {
	for n < len(s) && n < most && isDigit(s[n]) {
		number = number*10 + int(s[n]-'0')
		n++
	}
	return number, n
}

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
