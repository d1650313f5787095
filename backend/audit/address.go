package audit

import (
	"maps"
	"net/url"
	"slices"
	"strings"

	"projectlogs/backend/rawjson"
)

// SplitURL gives path and query of an URL or a request target as they stand,
// without decoding. Bad percent-encoding is no error here: an URL is what was
// called.
func SplitURL(u string) (path, query string) {
	u, _, _ = strings.Cut(u, "#")
	if scheme := strings.Index(u, "://"); scheme > 0 && !strings.ContainsAny(u[:scheme], "/?") {
		u = u[scheme+len("://"):]
		end := strings.IndexAny(u, "/?")
		if end < 0 {
			return "/", ""
		}
		if u = u[end:]; u[0] == '?' {
			u = "/" + u
		}
	} else if colon := strings.IndexByte(u, ':'); colon > 0 && !strings.ContainsAny(u[:colon], "/?") {
		return "", "" // data:…, about:blank, CONNECT host:443
	}
	path, query, _ = strings.Cut(u, "?")
	return path, query
}

// ParseQuery reads a=1&b=2, with + and percent-encoding; a part that is badly
// encoded is kept as it stands. nil where there is nothing.
func ParseQuery(s string) map[string][]string {
	var out map[string][]string
	for s != "" {
		var part string
		part, s, _ = strings.Cut(s, "&")
		if part == "" {
			continue
		}
		if out == nil {
			out = make(map[string][]string, 4)
		}
		name, value, _ := strings.Cut(part, "=")
		name = unescapeQuery(name)
		out[name] = append(out[name], unescapeQuery(value))
	}
	return out
}

func unescapeQuery(s string) string {
	if !strings.ContainsAny(s, "%+") {
		return s
	}
	if plain, err := url.QueryUnescape(s); err == nil {
		return rawjson.LatinText(plain)
	}
	return s
}

// queryText writes parameters as a query, by name.
func queryText(query map[string][]string) string {
	var parts []string
	for _, name := range slices.Sorted(maps.Keys(query)) {
		for _, v := range query[name] {
			parts = append(parts, url.QueryEscape(name)+"="+url.QueryEscape(v))
		}
	}
	return strings.Join(parts, "&")
}
