package filter

import "strings"

// Nearest gives the choice that a mistyped word most likely stands for, "" where
// none is near. Case does not count.
func Nearest(word string, choices []string) string {
	best, least := "", len(word)/3+2
	for _, c := range choices {
		if d := Distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// Distance counts the letters to change, insert, delete or swap between a and b.
func Distance(a, b string) int {
	if max(len(a), len(b)) > 200 {
		return len(a) + len(b)
	}
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
