//go:build race

package filter_test

// The race detector makes sync.Pool forget at random.
func init() { poolForgets = true }
