package logfile

// Spreadsheets take a cell that begins like a formula for one, and would run
// what somebody put into a request. Such a cell of text gets a ' in front, which
// they hide (OWASP, CSV injection). Numbers and times are never touched, nor is
// a text that is wholly a number.
//
// So that it can be undone without loss, a text that begins with ' gets another
// one. Only the preset "all" says in its header that this was done, and only
// there it is undone.

// Names of the last, empty column of the preset "all".
const (
	allGuarded = "projectlogs_all_v1_guarded"
	allRaw     = "projectlogs_all_v1_raw"
)

// needsGuard says whether a text could be taken for a formula.
func needsGuard(s string) bool {
	if s == "" {
		return false
	}
	switch s[0] {
	case '=', '@', '\t', '\r', '\n', 0, '\'':
		return true
	case '+', '-':
		return !isNumber(s)
	}
	return false
}

// unguard takes back what the guard did.
func unguard(cell string) string {
	if len(cell) > 1 && cell[0] == '\'' && needsGuard(cell[1:]) {
		return cell[1:]
	}
	if cell == "''" {
		return "'"
	}
	return cell
}

// isNumber says whether all of s is a decimal number, perhaps signed.
func isNumber(s string) bool {
	if s[0] == '+' || s[0] == '-' {
		s = s[1:]
	}
	digits, i := 0, 0
	for ; i < len(s) && (s[i] >= '0' && s[i] <= '9' || s[i] == '.'); i++ {
		if s[i] != '.' {
			digits++
		} else if digits > i { // a second point
			return false
		}
	}
	if digits == 0 || i-digits > 1 {
		return false
	}
	if i < len(s) && (s[i] == 'e' || s[i] == 'E') {
		i++
		if i < len(s) && (s[i] == '+' || s[i] == '-') {
			i++
		}
		from := i
		for i < len(s) && s[i] >= '0' && s[i] <= '9' {
			i++
		}
		if i == from {
			return false
		}
	}
	return i == len(s)
}
