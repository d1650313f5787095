package api

import "strings"

// nearest gives the choice that a mistyped word most likely stands for, ""
// where none is near.
func nearest(word string, choices []string) string {
	best, least := "", len(word)/3+2
	for _, c := range choices {
		if d := distance(strings.ToLower(word), strings.ToLower(c)); d < least {
			best, least = c, d
		}
	}
	return best
}

// distance counts the letters to change, insert or delete between a and b.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		above := row[0]
		row[0] = i + 1
		for j := range len(b) {
			change := above
			if a[i] != b[j] {
				change++
			}
			above = row[j+1]
			row[j+1] = min(change, above+1, row[j]+1)
		}
	}
	return row[len(b)]
}

// nearestPath gives the path of the list of routes that is most like one that
// does not exist: segment by segment, what stands in braces fits all.
func (s *Server) nearestPath(path string) string {
	if len(path) > 200 {
		return ""
	}
	best, least := "", 4
	for i := range s.routes {
		_, pattern, _ := strings.Cut(s.routes[i].pattern, " ")
		have, want := strings.Split(path, "/"), strings.Split(pattern, "/")
		d := 3 * max(len(have)-len(want), len(want)-len(have))
		for j := range min(len(have), len(want)) {
			if strings.HasPrefix(want[j], "{") {
				want[j] = have[j]
				continue
			}
			d += distance(have[j], want[j])
		}
		if d < least {
			best, least = strings.Join(want, "/"), d
		}
	}
	return best
}
