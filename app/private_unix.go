//go:build unix

package app

import "syscall"

// makePrivate lets nobody else read what this process creates: the engines
// create files with the mode 0644.
func makePrivate() { syscall.Umask(0o077) }
