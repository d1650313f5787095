//go:build !unix

package app

// makePrivate has nothing to do where the data folder's own access list covers
// what is created in it.
func makePrivate() {}
