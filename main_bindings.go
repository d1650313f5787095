//go:build bindings

package main

// `wails build` and `wails dev` run the program once with this tag, to write
// down what Go offers the page. We offer nothing that way (the page speaks
// HTTP), and above all that run must not open anybody's store.
func main() {}
