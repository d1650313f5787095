package app

import (
	"crypto/rand"
	"encoding/base64"
)

// newToken is the secret of one start: who has it may do everything.
func newToken() string {
	b := make([]byte, 32)
	rand.Read(b) // never fails
	return base64.RawURLEncoding.EncodeToString(b)
}
