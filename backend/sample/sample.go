// Package sample makes up logs.
package sample

import (
	"iter"
	"time"

	"projectlogs/backend/audit"
)

// Logs makes n logs.
func Logs(n int, now time.Time) iter.Seq[audit.Log] { return func(func(audit.Log) bool) {} }

// Tasks makes the background tasks that belong to Logs(n, now).
func Tasks(n int, now time.Time) iter.Seq[audit.Task] { return func(func(audit.Task) bool) {} }
