// Package filter is the filter language: what a user asks for, as one checked value.
//
// The builder in the page, the text on the command line, a link and the JSON of
// the API all become the same Expr through a Schema, which knows every field,
// its kind, its operators and its other names. Nobody else reads or writes a
// filter: the page asks the server for the other forms, an engine walks the
// Expr to narrow its candidates, and Matcher.Match decides.
//
// The language is described, with examples that a test runs, in docs/FILTERS.md.
//
// The package knows nothing about logs: a Schema is a list of Fields, and each
// Field says how to get its values out of a record. It imports the standard
// library only.
package filter
