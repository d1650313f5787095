package api

import (
	"strings"

	"projectlogs/backend/filter"
)

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
			d += filter.Distance(have[j], want[j])
		}
		if d < least {
			best, least = strings.Join(want, "/"), d
		}
	}
	return best
}
