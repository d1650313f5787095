//go:build !bindings

// Project Logs is a desktop app that answers what happened between a program
// and an HTTP API: it takes in API logs, keeps them on this machine and finds
// what failed, for whom, since when and why.
//
// The program itself is package app; the layers below it are in backend.
package main

import (
	"os"

	"projectlogs/app"
)

func main() {
	os.Exit(app.Main(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
