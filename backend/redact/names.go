package redact

import (
	"net/url"
	"strconv"
	"strings"
)

// class is what a name says of its value.
type class byte

const (
	public      class = iota
	token             // a secret unless it is a number: total_tokens is a count
	secret            // a secret whatever it is
	credentials       // of an Authorization header: the scheme stays
	cookies           // names stay
)

// part is a piece of a name that makes its value a secret.
type part struct {
	text  string
	set   uint32 // its letters
	class class
	whole bool // the name is nothing else
}

// parts of names, without - _ . and spaces, in lower case. The first that is
// found decides.
var parts = letterSets([]part{
	{text: "authorization", class: credentials, whole: true},
	{text: "proxyauthorization", class: credentials, whole: true},
	{text: "xauthorization", class: credentials, whole: true},
	{text: "httpauthorization", class: credentials, whole: true},
	{text: "authorizationheader", class: credentials, whole: true},
	{text: "cookie", class: cookies, whole: true},
	{text: "cookies", class: cookies, whole: true},
	{text: "setcookie", class: cookies, whole: true},
	{text: "secret", class: secret},
	{text: "password", class: secret},
	{text: "passwort", class: secret},
	{text: "passwd", class: secret},
	{text: "passphrase", class: secret},
	{text: "pwd", class: secret, whole: true},
	{text: "apikey", class: secret},
	{text: "privatekey", class: secret},
	{text: "accesskey", class: secret},
	{text: "secretkey", class: secret},
	{text: "signingkey", class: secret},
	{text: "encryptionkey", class: secret},
	{text: "subscriptionkey", class: secret},
	{text: "functionskey", class: secret},
	{text: "credentials", class: secret, whole: true},
	{text: "jsessionid", class: secret},
	{text: "phpsessid", class: secret},
	{text: "cvv", class: secret, whole: true},
	{text: "cvc", class: secret, whole: true},
	{text: "jwt", class: token, whole: true},
	{text: "token", class: token},
})

// strictParts are added by the profile strict: the names of OAuth, SAML and
// sign-in pages.
var strictParts = letterSets([]part{
	{text: "email", class: secret},
	{text: "phone", class: secret},
	{text: "iban", class: secret, whole: true},
	{text: "code", class: secret, whole: true},
	{text: "codechallenge", class: secret},
	{text: "codeverifier", class: secret},
	{text: "state", class: secret, whole: true},
	{text: "challenge", class: secret, whole: true},
	{text: "clientid", class: secret, whole: true},
	{text: "assertion", class: secret},
	{text: "auth", class: secret, whole: true},
	{text: "appid", class: secret, whole: true},
	{text: "xappid", class: secret, whole: true},
	{text: "facetid", class: secret, whole: true},
	{text: "samlrequest", class: secret},
	{text: "samlresponse", class: secret},
	{text: "serverdata", class: secret, whole: true},
	{text: "usg", class: secret, whole: true},
	{text: "xclientdata", class: secret, whole: true},
})

// harmless are last words of names that speak of a secret without being one:
// api_key_id, tokenType, password_changed_at.
var harmless = map[string]bool{
	"id": true, "ids": true, "name": true, "type": true, "length": true, "count": true, "size": true, "at": true,
	"expires": true, "expiry": true, "in": true, "ttl": true, "status": true, "url": true, "uri": true, "endpoint": true,
	"policy": true, "required": true, "enabled": true, "valid": true,
}

// pages are tokens that open nothing but the next page.
var pages = []string{"pagetoken", "nexttoken", "continuationtoken", "synctoken"}

func letterSets(list []part) []part {
	for i := range list {
		for _, c := range []byte(list[i].text) {
			list[i].set |= letter(c)
		}
	}
	return list
}

// maxName is the longest name that is looked at.
const maxName = 128

// classOf says what a name says of its value.
func (r *Redactor) classOf(name string) class {
	if len(name) < 3 {
		return public
	}
	if len(name) > maxName {
		name = name[len(name)-maxName:]
	}
	var buffer [maxName]byte
	folded := buffer[:0]
	var set uint32
	escaped := false
	for i := range len(name) {
		c := name[i] | 0x20
		switch {
		case 'a' <= c && c <= 'z' && name[i] >= 'A':
			set |= letter(c)
			folded = append(folded, c)
		case name[i] == '%' || name[i] == '\\':
			escaped = true
			folded = append(folded, name[i])
		case name[i] == '-' || name[i] == '_' || name[i] == '.' || name[i] == ' ':
		default:
			folded = append(folded, name[i])
		}
	}
	if escaped {
		if plain := unescapeName(name); plain != name {
			return r.classOf(plain)
		}
	}
	if !harmlessLetters(set) {
		if class := find(parts, name, folded, set); class != public {
			return class
		}
	}
	if r.profile == Strict {
		return find(strictParts, name, folded, set)
	}
	return public
}

// letter is the bit of a letter.
func letter(c byte) uint32 { return 1 << (c - 'a') }

// Every part of the profile default has one of the rare letters, or all letters
// of one of the sets: most names are passed over by these four tests.
var (
	rareLetters   = letter('j') | letter('k') | letter('v') | letter('w') | letter('z')
	secretSet     = letter('s') | letter('e') | letter('c') | letter('r') | letter('t')
	passphraseSet = letter('p') | letter('h') | letter('s')
)

func harmlessLetters(set uint32) bool {
	return set&rareLetters == 0 && set&secretSet != secretSet && set&passphraseSet != passphraseSet
}

func find(list []part, raw string, name []byte, set uint32) class {
	for i := range list {
		p := &list[i]
		if p.set&^set != 0 {
			continue
		}
		if p.whole {
			if string(name) == p.text {
				return p.class
			}
			continue
		}
		if strings.Contains(string(name), p.text) {
			if speaksOf(raw, string(name)) {
				continue
			}
			return p.class
		}
	}
	return public
}

// lookalikes are words that only look like a secret's name.
var lookalikes = []string{"tokeniz", "secretar"}

// speaksOf says whether the name is about a secret rather than one.
func speaksOf(name, folded string) bool {
	if strings.HasSuffix(folded, "secretid") { // half of a credential in some vaults
		return false
	}
	for _, page := range pages {
		if strings.HasSuffix(folded, page) {
			return true
		}
	}
	for _, word := range lookalikes {
		if strings.Contains(folded, word) {
			return true
		}
	}
	return harmless[strings.ToLower(lastWord(name))]
}

// lastWord is "id" of token_id, tokenId and x-token-ID, and all of a name that
// has one word.
func lastWord(name string) string {
	for i := len(name) - 1; i > 0; i-- {
		switch c := name[i-1]; {
		case c == '_' || c == '-' || c == '.' || c == ' ' || c == '[':
			return name[i:]
		case isUpper(name[i]) && !isUpper(c):
			return name[i:]
		}
	}
	return name
}

func isUpper(c byte) bool { return 'A' <= c && c <= 'Z' }

// unescapeName decodes %5B and \u0070 in a name.
func unescapeName(name string) string {
	if strings.Contains(name, "%") {
		if plain, err := url.QueryUnescape(name); err == nil {
			name = plain
		}
	}
	return unescape(name)
}

// hides says whether a value of this class is a secret.
func (c class) hides(value string) bool {
	switch value {
	case "", "null", "true", "false", "undefined", "None":
		return false
	case "same-origin", "include", "omit": // what scripts say of credentials
		return false
	}
	if isTag(value) {
		return false
	}
	if c == token {
		if _, err := strconv.ParseFloat(value, 64); err == nil {
			return false
		}
	}
	return true
}

func isLetter(c byte) bool { return 'a' <= c|0x20 && c|0x20 <= 'z' }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }
