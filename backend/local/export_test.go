package local

// Small gives options for a store with small partitions, so that a test has
// many of them.
func Small() Options { return Options{rows: 64, floor: 1} }
