// Package audit is the vocabulary of Project Logs: what a Log, a Task, an
// Export, a Project, a Key and a View are, what can be asked of them, and what
// a store promises.
//
// LogStore keeps logs: they are appended once, never change, and leave only by
// Purge, so it may live on another machine. Catalog keeps everything that
// changes and is small, always on this machine. Everything above this package
// speaks these types; everything below it is the filter language.
//
// A noun has one file: the type, its words, its checks. The fields to filter
// by stand in schema.go, the names that other tools use for ours in names.go.
package audit
