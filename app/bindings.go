//go:build bindings

package app

// generatingBindings is set in the program that `wails build` starts only to
// see what is bound: it must open no store and listen nowhere.
const generatingBindings = true
