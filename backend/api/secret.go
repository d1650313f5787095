package api

import (
	"crypto/rand"
	"crypto/sha256"
	"hash/crc32"
	"math/big"
	"strings"
)

// The secret of a key is plk_ID_RANDOMCHECK: what it is for at a glance and to
// scanners, the key's ID, 32 random bytes in base62, and their CRC-32, so that a
// mistyped one is known without looking.
const (
	secretPrefix = "plk_"
	idLetters    = 8
	randomBytes  = 32
	randomDigits = 43 // base62 digits of 32 bytes
	checkDigits  = 6  // base62 digits of 4 bytes
)

// newSecret makes a key's ID and secret.
func newSecret() (id, secret string) {
	var b [randomBytes]byte
	rand.Read(b[:idLetters])
	id = base62(b[:idLetters], 11)[11-idLetters:]
	rand.Read(b[:])
	secret = secretPrefix + id + "_" + base62(b[:], randomDigits)
	return id, secret + checkOf(secret)
}

// idOfSecret gives the ID in a secret; ok says that it is whole.
func idOfSecret(secret string) (id string, ok bool) {
	if len(secret) != len(secretPrefix)+idLetters+1+randomDigits+checkDigits || !strings.HasPrefix(secret, secretPrefix) {
		return "", false
	}
	body, check := secret[:len(secret)-checkDigits], secret[len(secret)-checkDigits:]
	return secret[len(secretPrefix) : len(secretPrefix)+idLetters], checkOf(body) == check
}

func checkOf(s string) string {
	sum := crc32.ChecksumIEEE([]byte(s))
	return base62([]byte{byte(sum >> 24), byte(sum >> 16), byte(sum >> 8), byte(sum)}, checkDigits)
}

func base62(b []byte, digits int) string {
	text := new(big.Int).SetBytes(b).Text(62)
	return strings.Repeat("0", digits-len(text)) + text
}

func hashOf(secret string) []byte {
	sum := sha256.Sum256([]byte(secret))
	return sum[:]
}
