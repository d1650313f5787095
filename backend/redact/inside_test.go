package redact

import "testing"

// TestRareLetters: the quick look at a name passes over no part.
func TestRareLetters(t *testing.T) {
	for _, p := range parts {
		if harmlessLetters(p.set) {
			t.Errorf("names with %q are passed over", p.text)
		}
	}
}
