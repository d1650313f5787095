package api_test

import (
	"regexp"
	"testing"

	"projectlogs/backend/api"
)

// TestAMistypedSecretIsKnown: secrets have their form, are all different, and
// any one character that is changed, left out or swapped shows.
func TestAMistypedSecretIsKnown(t *testing.T) {
	form := regexp.MustCompile(`^plk_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}$`)
	seen := map[string]bool{}
	for range 200 {
		id, secret := api.NewSecret()
		if !form.MatchString(secret) || seen[id] || seen[secret] {
			t.Fatalf("the secret %q of the key %q", secret, id)
		}
		seen[id], seen[secret] = true, true
		if got, whole := api.IDOfSecret(secret); got != id || !whole {
			t.Fatalf("%q is the key %q, whole %v; want %q", secret, got, whole, id)
		}
		for i := range len(secret) {
			next := byte('0')
			if secret[i] == next {
				next = '1'
			}
			changed := secret[:i] + string(next) + secret[i+1:]
			shorter := secret[:i] + secret[i+1:]
			for _, wrong := range []string{changed, shorter, secret + string(next)} {
				if got, whole := api.IDOfSecret(wrong); whole {
					t.Fatalf("%q passes for the key %q", wrong, got)
				}
			}
			if i+1 < len(secret) && secret[i] != secret[i+1] {
				swapped := secret[:i] + secret[i+1:i+2] + secret[i:i+1] + secret[i+2:]
				if _, whole := api.IDOfSecret(swapped); whole {
					t.Fatalf("%q passes", swapped)
				}
			}
		}
	}
}
