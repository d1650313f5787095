package redact

import "strings"

// shape takes out a value at i, with or without a quote, that is a secret
// whatever its name is: the keys of well-known platforms, and our own.
func (sc *scanner) shape(i int) {
	s := sc.s
	for i < len(s) && (s[i] == '"' || s[i] == '\\' || s[i] == '\'') {
		i++
	}
	if len(s)-i < 16 {
		return
	}
	for _, prefix := range prefixes[s[i]] {
		if !strings.HasPrefix(s[i:], prefix) {
			continue
		}
		to := i + len(prefix)
		for to < len(s) && (isLetter(s[to]) || isDigit(s[to]) || s[to] == '_' || s[to] == '-') {
			to++
		}
		if to-i >= len(prefix)+12 {
			sc.put(i, to, sc.fitting(i, s[i:to]))
		}
		return
	}
}

// fitting is the tag of a secret, escaped if it stands in a URL.
func (sc *scanner) fitting(i int, secret string) string {
	s := sc.s
	for from := i - 1; from >= 0 && i-from < 512; from-- {
		switch c := s[from]; {
		case c == '?' || c == '&' || c == '/' && from > 0 && s[from-1] == '/':
			return escapedMark + sc.r.hash(secret)
		case c <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>':
			return sc.r.tag(secret)
		}
	}
	return sc.r.tag(secret)
}

// prefixes of keys, by their first byte.
var prefixes = func() (by [256][]string) {
	for _, p := range []string{
		"sk_live_", "sk_test_", "rk_live_", "rk_test_", "whsec_", // Stripe
		"ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", // GitHub, GitLab
		"xoxb-", "xoxp-", "xoxa-", "xoxs-", // Slack
		"AIza",    // Google
		"sk-ant-", // Anthropic
		"sk-proj-",
		"plk_", // ours
	} {
		by[p[0]] = append(by[p[0]], p)
	}
	return by
}()

// jwts cuts the signatures off: header and payload say who and until when, and
// are worth nothing without.
func (sc *scanner) jwts() {
	s := sc.s
	for i := 0; ; {
		// The J is rarer than the e.
		next := strings.IndexByte(s[i:], 'J')
		if next < 0 {
			return
		}
		i += next + 1
		from := i - len("eyJ")
		if from < 0 || s[from:i] != "eyJ" {
			continue
		}
		if from > 0 && isBase64URL(s[from-1]) && skipEscape(s, from-1) != from {
			continue
		}
		header := from + base64URLEnd(s[from:])
		if header-from < 8 || header >= len(s) || s[header] != '.' {
			continue
		}
		payload := header + 1 + base64URLEnd(s[header+1:])
		if payload == header+1 || payload >= len(s) || s[payload] != '.' {
			continue
		}
		end := payload + 1 + base64URLEnd(s[payload+1:])
		i = end
		if end-payload-1 < 8 || isTag(s[payload+1:]) {
			continue
		}
		sc.put(payload+1, end, sc.fitting(from, s[payload+1:end]))
	}
}

func isBase64URL(c byte) bool { return isLetter(c) || isDigit(c) || c == '-' || c == '_' }

func base64URLEnd(s string) int {
	i := 0
	for i < len(s) && isBase64URL(s[i]) {
		i++
	}
	return i
}

// bearers takes out what follows Bearer in running text.
func (sc *scanner) bearers(word string) {
	s := sc.s
	for i := 0; ; {
		next := strings.Index(s[i:], word)
		if next < 0 {
			return
		}
		i += next + len(word)
		to := i
		for to < len(s) && (isBase64URL(s[to]) || strings.IndexByte("._~+/=", s[to]) >= 0) {
			to++
		}
		if secret := s[i:to]; len(secret) >= 8 && looksRandom(secret) && !isTag(s[i:]) {
			sc.put(i, to, sc.r.tag(secret))
		}
	}
}

// pems takes private keys out from between their lines BEGIN and END.
func (sc *scanner) pems() {
	s := sc.s
	const begin, end = "-----BEGIN ", "-----END "
	for i := 0; ; {
		next := strings.Index(s[i:], begin)
		if next < 0 {
			return
		}
		i += next + len(begin)
		label := strings.Index(s[i:], "-----")
		if label < 0 || label > 64 || !strings.HasSuffix(s[i:i+label], "PRIVATE KEY") && !strings.HasSuffix(s[i:i+label], "PRIVATE KEY BLOCK") {
			continue
		}
		from := i + label + len("-----")
		to := sc.limit(from)
		if n := strings.Index(s[from:to], end); n >= 0 {
			to = from + n
		}
		if to > from && !isTag(s[from:to]) {
			sc.put(from, to, sc.r.tag(s[from:to]))
		}
		i = to
	}
}
